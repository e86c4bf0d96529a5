"""Small clients whose losses are known, audited as a consultant would: definitions and an export in, audit out."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.audit import Audit
from engine.pipeline import auditing, opening
from tests import command

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HEADER = "id;stage;at;manager;src;client\n"
SETTINGS = """\
format: 1
client: Small
locale: {locale}
time_zone: UTC
people: {{РОП: Карпов}}
sources:
  - name: deals
    process: web_form
    path: data/deals.csv
    case: id
    activity: stage
    at: at
    states: {{new: received, call: contacted, paid: won, refused: lost}}
    attributes:
      manager: {{column: manager, empty_as: "(нет)"}}
      source: src
      client: {{column: client, personal: true}}
audit: {{segments: [manager, source]}}
"""
RULES = """\
rules:
  - name: few_sales
    title: {ru: Мало продаж, en: Few sales}
    control_point: win_rate
    red: "< 60%"
    causes:
      - name: script
        title: {ru: Нет скрипта, en: No script}
        ask: {ru: Есть ли скрипт?, en: Is there a script?}
        actions: [answer_first]
      - {name: ads, title: {ru: Реклама, en: Ads}, exposure: "source == 'ads'"}
"""


@dataclass(frozen=True)
class Case:
    """A case: when it was answered (hours after its start; None: never), when it ended, and how."""

    began: datetime
    answered: float | None
    ended: float | None
    won: bool
    manager: str
    source: str
    client: str = ""


def export(cases: Iterable[Case]) -> str:
    """The rows of an export."""
    lines = [HEADER]
    for number, case in enumerate(cases):
        last = "paid" if case.won else "refused"
        for stage, after in (("new", 0.0), ("call", case.answered), (last, case.ended)):
            if after is not None:
                at = case.began + timedelta(hours=after)
                lines.append(f"{number};{stage};{at:%Y-%m-%d %H:%M:%S};{case.manager};{case.source};{case.client}\n")
    return "".join(lines)


def client(root: Path, cases: Iterable[Case], *, rules: str = RULES, locale: str = "ru") -> Path:
    """A workspace of these cases."""
    command.workspace(root, data=export(cases))
    (root / "voronka.yaml").write_text(SETTINGS.format(locale=locale), "utf-8")
    (root / "rules/response.yaml").write_text(rules, "utf-8")
    return root


def audited(root: Path) -> Audit:
    """The audit of a workspace."""
    loaded = opening.load(root)
    with opening.open_store(root) as store:
        reports = opening.import_all(loaded, store, NOW)
        return auditing.audit(loaded, store, reports, opening.asked(loaded, now=NOW)).audit


def mixed(n: int = 1400, planted: int = 400, points: float = 0.15, seed: int = 1) -> list[Case]:
    """Cases that win 40 of 100 whoever handles them, but for one manager, who is `points` worse."""
    draw = random.Random(seed)
    others = ("Белов", "Громова", "Жуков", "Котова")
    cases = []
    for number in range(n):
        worse = number % n < planted
        manager = "Ершов" if worse else draw.choice(others)
        won = draw.random() < (0.4 - points if worse else 0.4)
        began = datetime(2026, 1, 1) + timedelta(hours=draw.randrange(24 * 150))
        source = draw.choice(("ads", "site", "partner"))
        cases.append(Case(began, 1.0, 30.0, won, manager, source, f"c{number}"))
    return cases


def leaving(n: int = 3000, patience: float = 4.0, seed: int = 1) -> list[Case]:
    """Clients who wait `patience` hours on average and leave; those answered in time win 40 of 100, however late."""
    draw = random.Random(seed)
    cases = []
    for number in range(n):
        slow = draw.random() < 0.5
        answer, leaves = draw.expovariate(1 / (6 if slow else 2)), draw.expovariate(1 / patience)
        began = datetime(2026, 1, 1) + timedelta(hours=draw.randrange(24 * 150))
        there = answer <= leaves
        won = there and draw.random() < 0.4
        ended = answer + 240 if there else leaves
        cases.append(
            Case(
                began,
                answer if there else None,
                ended,
                won,
                draw.choice(("Белов", "Громова")),
                "ads" if slow else "site",
                f"c{number}",
            )
        )
    return cases
