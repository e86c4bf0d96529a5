"""A workspace with one source to pull, and a clock that only pulls move."""

import functools
import json
import re
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.errors import EventLogError, Problem
from engine.pull import Clock, Pulled, check_pulls, pull
from engine.workspace import Workspace, load

PROCESS = """\
process: web_form
initial: received
states:
  - {name: received}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
happy_path: [received, won]
transitions:
  - {trigger: pay, source: received, dest: won}
  - {trigger: give_up, source: received, dest: lost}
control_points:
  win_rate: {kpi: conversion, from: received, to: won, within: 30d}
"""
SOURCE = """\
format: 1
client: A
time_zone: Europe/Moscow
sources:
  - name: deals
    process: web_form
    path: data/raw/deals/deal_history/*.jsonl
    case: OWNER_ID
    activity: STAGE_ID
    at: CREATED_TIME
    map: [{{activity: NEW, state: received}}, {{activity: WON, state: won}}, {{activity: LOSE, state: lost}}]
    pull: {{{pull}}}
"""
ENVIRON = {
    "VORONKA_BITRIX24_TOKEN": "1/h00kc0de",
    "VORONKA_AMOCRM_TOKEN": "t0ken",
    "VORONKA_RETAILCRM_TOKEN": "k3y",
    "VORONKA_MOYSKLAD_TOKEN": "t0ken",
    "VORONKA_YCLIENTS_TOKEN": "p4rtner",
    "VORONKA_YCLIENTS_USER_TOKEN": "us3r",
}


@dataclass
class Time:
    """A clock that stands still but for those who sleep; what they slept."""

    moment: datetime = datetime(2026, 10, 1, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.moment, sleep=self.sleep)


def workspace(root: Path, words: str) -> Path:
    """A workspace whose source has these words in its `pull:`."""
    (root / "processes").mkdir(parents=True, exist_ok=True)
    (root / "processes/web_form.yaml").write_text(PROCESS, encoding="utf-8")
    (root / "rules").mkdir(exist_ok=True)
    (root / "rules/none.yaml").write_text("rules: []\n", encoding="utf-8")
    (root / "voronka.yaml").write_text(SOURCE.format(pull=words), encoding="utf-8")
    return root


@functools.cache
def _loaded(words: str) -> Workspace:
    """Loading reads the whole library: once for each kind of `pull:` is enough."""
    with tempfile.TemporaryDirectory() as folder:
        return load(workspace(Path(folder), words), (check_pulls,))


def loaded(root: Path, words: str) -> Workspace:
    """The workspace, its stand-in on the port it has this time."""
    urls = re.findall(r"http://127\.0\.0\.1:\d+", words)
    found = _loaded(words.replace(urls[0], "http://127.0.0.1:1") if urls else words)
    (source,) = found.settings.sources
    assert source.pull is not None
    there = replace(source.pull, url=urls[0] if urls else source.pull.url)
    return replace(found, root=root, settings=replace(found.settings, sources=(replace(source, pull=there),)))


def pulled(
    root: Path,
    words: str,
    *,
    time: Time | None = None,
    environ: dict[str, str] | None = None,
    full: bool = False,
    read: float = 5.0,
) -> list[Pulled]:
    """Pull the source `deals`."""
    clock, found = (time or Time()).clock, loaded(root, words)
    return list(pull(found, ["deals"], environ=environ or ENVIRON, clock=clock, full=full, read_seconds=read))


def problem(root: Path, words: str, **options: object) -> Problem:
    """The one problem that pulling ends in."""
    try:
        pulled(root, words, **options)  # type: ignore[arg-type]
    except EventLogError as error:
        (found,) = error.problems
        return found
    raise AssertionError("nothing went wrong")


def rows(root: Path, listing: str) -> list[dict]:
    """The rows that were saved, file by file."""
    files = sorted((root / "data/raw/deals" / listing).glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def manifest(root: Path) -> list[dict]:
    """The lines of the manifest."""
    return json.loads((root / "data/raw/deals/manifest.json").read_text(encoding="utf-8"))["pulls"]


def moves(count: int, start: int = 1) -> list[dict]:
    """Rows of a stage history: cases come in and are won."""
    return [
        {
            "ID": number,
            "OWNER_ID": (number + 1) // 2,
            "STAGE_ID": "NEW" if number % 2 else "WON",
            "CREATED_TIME": f"2026-{1 + number // 28 % 9:02}-{1 + number % 28:02}T10:00:00+03:00",
        }
        for number in range(start, start + count)
    ]
