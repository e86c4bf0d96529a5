"""Runs the `voronka` command inside the test process, the way a shell would."""

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from engine import cli


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def voronka(*arguments: str | Path) -> Ran:
    """Run `voronka ARGUMENTS`; a traceback that reaches the user fails the test."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["voronka", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.run()
        except SystemExit as stop:
            code = int(stop.code or 0)
    ran = Ran(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in ran.text
    return ran


SETTINGS = """\
format: 1
client: {client}
locale: {locale}
time_zone: Europe/Moscow
sources:
  - name: deals
    process: web_form
    path: {path}
    case: id
    activity: stage
    at: at
    map:
      - {{activity: new, state: received}}
      - {{activity: call, state: contacted}}
      - {{activity: paid, state: won}}
      - {{activity: refused, state: lost}}
    attributes: {{manager: manager, source: src}}
audit: {{segments: [manager, source]}}
"""

PROCESS = """\
process: web_form
title: {ru: Заявка с сайта, en: Web form}
initial: received
states:
  - {name: received, title: {ru: Поступила, en: Received}}
  - {name: contacted, title: {ru: Дозвонились, en: Contacted}}
  - {name: won, title: {ru: Оплата, en: Paid}, final: true, outcome: won}
  - {name: lost, title: {ru: Отказ, en: Lost}, final: true, outcome: lost}
happy_path: [received, contacted, won]
transitions:
  - {trigger: reach, source: received, dest: contacted}
  - {trigger: pay, source: contacted, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
skips: allowed
control_points:
  reaction_time: {kpi: elapsed, from: received, to: contacted, quantile: 0.9, of: all, responsible: РОП}
  win_rate: {kpi: conversion, from: received, to: won, within: 30d, responsible: РОП}
"""

RULES = """\
rules:
  - name: slow_reaction
    title: {ru: Долго не отвечаем, en: We answer late}
    control_point: reaction_time
    yellow: "> 15m"
    red: "> 1h"
    actions: [answer_first]
"""

ACTIONS = """\
actions:
  - name: answer_first
    title: {ru: Отвечать по очереди поступления, en: Answer in order of arrival}
    steps: [{ru: Назначить дежурного, en: Put somebody on duty}]
    responsible: РОП
    effort: {hours: 4}
    due_in: 2w
"""

HEADER = "id;stage;at;manager;src\n"


def rows(cases: int = 60) -> str:
    """A log with `cases` cases: called after 2 hours, a third of them paid, the rest refused."""
    lines = []
    for number in range(cases):
        day = f"{1 + number % 28:02}.0{1 + number // 28 % 6}.2026"
        manager, source = ("Иванова", "Петров")[number % 2], ("сайт", "реклама", "партнёр")[number % 3]
        last = "paid" if number % 3 == 0 else "refused"
        for stage, clock in (("new", "10:00"), ("call", "12:00"), (last, "18:00")):
            lines.append(f"{number};{stage};{day} {clock};{manager};{source}\n")
    return "".join(lines)


def workspace(
    root: Path,
    *,
    data: str | bytes = HEADER + rows(),
    path: str = "data/deals.csv",
    client: str = "Мебель",
    locale: str = "ru",
) -> Path:
    """A small workspace that audits well, for a test to spoil."""
    files = {
        "voronka.yaml": SETTINGS.format(client=client, path=path, locale=locale),
        "processes/web_form.yaml": PROCESS,
        "rules/response.yaml": RULES,
        "rules/actions/response.yaml": ACTIONS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    content = data.encode() if isinstance(data, str) else data
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    return root
