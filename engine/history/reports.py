"""The reports of a workspace, by day: the last audit before a day, and the plan that people keep."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from engine.definitions.document import Document, read
from engine.definitions.planfile import PlanFile, PlanLine
from engine.errors import DefinitionError, Location, Problem
from engine.pipeline.earlier import Earlier
from engine.plan.make import Kept
from engine.rules.since import LastFinding

PLAN, AUDIT = "plan.yaml", "audit.json"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class History:
    """The reports below a workspace, and the folder of this audit (`out`; None: the one of its day)."""

    def __init__(self, root: Path, out: Path | None = None) -> None:
        self.root, self.out = root, out

    def before(self, day: date) -> Earlier:
        """What is known when an audit looks from `day`; DefinitionError where a plan that people keep cannot be read.

        What they wrote beside an audit of the same day counts before that of earlier ones.
        """
        folders = [folder for folder in self._folders() if folder.name < day.isoformat()]
        older = next(filter(None, map(self.plan_in, folders)), None)
        own = self.plan_in(self.folder(day))
        before = frozenset(line.action for line in older.items) if older else frozenset()
        return Earlier(findings=_last_audit(folders), kept=Kept(lines={**_lines(older), **_lines(own)}, before=before))

    def folder(self, day: date) -> Path:
        """Where the report of an audit that looks from `day` is put."""
        return self.out or self.root / "reports" / day.isoformat()

    def latest(self) -> tuple[Path, PlanFile] | None:
        """The newest plan that people keep, and its folder."""
        return next(((folder, plan) for folder in self._folders() if (plan := self.plan_in(folder))), None)

    def check(self) -> None:
        """DefinitionError where the newest plan, or that in the folder to be written, cannot be read."""
        for folder in (*self._folders()[:1], *([self.out] if self.out else [])):
            self.plan_in(folder)

    def plan_in(self, folder: Path) -> PlanFile | None:
        """The plan in a folder; DefinitionError with every problem of the file."""
        document = self.document(folder)
        return shaped(document) if document else None

    def document(self, folder: Path) -> Document | None:
        """The file of a plan as it was written; None where there is none."""
        path = folder / PLAN
        if not path.is_file():
            return None
        shown = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        return read(path, shown)

    def _folders(self) -> list[Path]:
        """Folders named after a day, newest first."""
        home = self.root / "reports"
        found = [one for one in home.iterdir() if _DAY.fullmatch(one.name) and one.is_dir()] if home.is_dir() else []
        return sorted(found, key=lambda folder: folder.name, reverse=True)


def shaped(document: Document) -> PlanFile:
    """The plan of a document; DefinitionError with its problems: it is never taken for an empty one."""
    plan = document.shaped(PlanFile) if not document.problems else None
    problems = [*document.problems, *(_doubled(document, plan) if plan else ())]
    if plan is None or problems:
        raise DefinitionError(problems)
    assert isinstance(plan, PlanFile)
    return plan


def _doubled(document: Document, plan: PlanFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, lines in (("items", plan.items), ("no_more", plan.no_more)):
        for number, line in enumerate(lines):
            if line.action in seen:
                message = f"the action `{line.action}` stands twice"
                yield document.problem((key, number, "action"), "duplicate-name", message, "keep one of the two")
            seen.add(line.action)


def _lines(plan: PlanFile | None) -> dict[str, PlanLine]:
    return {line.action: line for line in (*plan.no_more, *plan.items)} if plan else {}


# --- audit.json -------------------------------------------------------------------------------------------------------


def _last_audit(folders: list[Path]) -> dict[str, LastFinding]:
    """Findings of the newest audit that can be read."""
    for folder in folders:
        try:
            data = json.loads((folder / AUDIT).read_text("utf-8"))
            if data["format"] == 1:
                return _findings(data)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {}


def _findings(data: Mapping[str, list[Mapping[str, object]]]) -> dict[str, LastFinding]:
    values = {_key(fact): fact["value"] for fact in data["facts"] if not fact["period"]}
    return {str(finding["id"]): _finding(finding, values) for finding in data["findings"]}


def _finding(finding: Mapping[str, object], values: Mapping[str, object]) -> LastFinding:
    facts, first = finding["facts"], finding["first_seen"]
    value = values.get(str(facts[0])) if isinstance(facts, list) and facts else None
    return LastFinding(
        process=str(finding["process"]),
        severity=str(finding["severity"]),
        first_seen=str(first) if first else None,
        value=float(value) if isinstance(value, int | float) else None,
    )


def _key(fact: Mapping[str, object]) -> str:
    """As `Fact.key`."""
    segment = fact["segment"]
    parts = segment.items() if isinstance(segment, dict) else ()
    variant = f"#{fact['variant']}" if fact["variant"] else ""
    return f"{fact['process']}.{fact['control_point']}{''.join(f'[{a}={b}]' for a, b in parts)}{variant}"


def not_kept(folder: Path) -> DefinitionError:
    """There is no plan to show."""
    where, message = Location(str(folder)), "there is no plan yet"
    return DefinitionError([Problem(where=where, code="no-plan", message=message, hint="make one: voronka audit")])
