"""What an audit leaves behind: a folder of documents, written whole or not at all."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engine.audit import Audit
from engine.errors import EngineError, Location, Problem, TemplateError
from engine.render.json import to_json
from engine.render.tables import Cell, cases_csv
from engine.render.templates import prepare, render

CaseTable: TypeAlias = tuple[Sequence[str], Sequence[Sequence[Cell]]]
"""Columns and rows of the cases of a finding."""
CaseTables: TypeAlias = Mapping[str, CaseTable]

AUDIT = "audit.json"
CASES = "cases"
MANAGERS = "managers"
_DOCUMENTS = ("plan", "interview", "reconciliation", "owner", "sales")
_SAFE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")

Made: TypeAlias = Iterator[tuple[str, bytes]]
"""Names of files below the folder of the report, and what stands in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What documents are made of."""

    audit: Audit
    tables: CaseTables
    roots: tuple[Path, ...]
    diagrams: Mapping[str, str]


def _template(form: str) -> Callable[[_Content], Made]:
    def made(of: _Content) -> Made:
        rendering = prepare(of.audit, of.roots, of.diagrams)
        names = ["plan", "interview"] if rendering.report.interview else ["plan"]
        names += ["reconciliation"] if rendering.report.reconciliation else []
        for name in names:
            yield f"{name}.{form}", render(f"{name}.{form}.j2", rendering).encode()

    return made


def _cases(of: _Content) -> Made:
    for finding, (columns, rows) in sorted(of.tables.items()):
        if not _SAFE.fullmatch(finding):
            raise _refused(f"{CASES}/{finding!r}", "bad-name", "is no name of a finding")
        yield f"{CASES}/{finding}.csv", cases_csv(columns, rows, of.audit.locale)


def _json(of: _Content) -> Made:
    yield AUDIT, to_json(of.audit).encode()


FORMATS: Mapping[str, Callable[[_Content], Made]] = {
    "md": _template("md"),
    "html": _template("html"),
    "json": _json,
    "csv": _cases,
}
"""What each format of `--format` writes."""


def report_name(audit: Audit) -> str:
    """Name of the folder of a report: the day it looks from, in the workspace's zone."""
    moment = audit.as_of or audit.period.until
    if moment is None:
        return "report"
    local = moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(audit.time_zone))
    return f"{local:%Y-%m-%d}"


def report_folder(root: Path, out: Path | None) -> Path | None:
    """The folder named by --out, resolved; TemplateError where it leads out of the workspace."""
    if out is None:
        return None
    folder = out.resolve()
    if folder == root.resolve() or not folder.is_relative_to(root.resolve()):
        hint = f"name a folder of the workspace, for example {root / 'reports' / 'draft'}"
        raise _refused("--out", "outside", f"`{out}` leads out of the workspace", hint)
    return folder


def check_formats(formats: str) -> tuple[str, ...]:
    """The formats of `md,html`; TemplateError for one that is not known."""
    wanted = tuple(name.strip() for name in formats.split(",") if name.strip())
    unknown = sorted(set(wanted) - set(FORMATS))
    if unknown:
        raise _refused("--format", "unknown-format", f"unknown format {_listed(unknown)}", f"known: {_listed(FORMATS)}")
    return wanted


def write_reports(
    audit: Audit,
    folder: Path,
    formats: Collection[str],
    case_tables: CaseTables,
    roots: tuple[Path, ...],
    diagrams: Mapping[str, str] | None = None,
    beside: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Write the documents of an audit into `folder` (made, or replaced if it is a report) and give their paths.

    audit.json is always among them: it is what all the others say, and what marks the folder as ours. What people
    keep in the folder (plan.yaml, notes) stays. Raises TemplateError, and EngineError where the disk refuses; the
    folder is then as it was before.
    `diagrams`: pictures of the processes for plan.html (see `diagrams.py`). `beside`: texts that people keep, by name,
    which are to stand there from now on.
    """
    content = _Content(audit=audit, tables=case_tables, roots=roots, diagrams=diagrams or {})
    made = _made(content, formats) | {name: text.encode() for name, text in (beside or {}).items()}
    _check_folder(folder)
    try:
        _write(folder, made)
    except OSError as error:
        where, message = Location(str(folder)), f"the report cannot be written: {error.strerror}"
        hint = "the folder must be one that can be written to, on a disk with free space"
        raise EngineError([Problem(where=where, code="unwritable", message=message, hint=hint)]) from None
    return tuple(folder / name for name in sorted(made))


def _write(folder: Path, made: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _fill(fresh, made)
        _keep_what_people_put(folder, fresh)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _made(content: _Content, formats: Collection[str]) -> dict[str, bytes]:
    """Everything is rendered before anything is written."""
    wanted = [name for name in FORMATS if name in check_formats(",".join(formats)) or name == "json"]
    return {name: made for form in wanted for name, made in FORMATS[form](content)}


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _check_folder(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _refused(str(folder), "not-a-report", "is not a folder of reports: it will not be replaced")
    if folder.exists() and any(folder.iterdir()) and not _is_report(folder):
        hint = "name another folder with --out, or empty this one"
        raise _refused(str(folder), "not-a-report", "holds something that is no report: it will not be replaced", hint)


def _is_report(folder: Path) -> bool:
    try:
        head = json.loads((folder / AUDIT).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(head, dict) and "voronka" in head and "format" in head


def _fill(folder: Path, made: Mapping[str, bytes]) -> None:
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _keep_what_people_put(old: Path, fresh: Path) -> None:
    """Copy what is not ours; links are copied as links, nothing is followed out of the folder."""
    if not old.is_dir():
        return
    ours = {AUDIT, CASES, MANAGERS, *(f"{name}.{form}" for name in _DOCUMENTS for form in ("md", "html"))}
    for entry in sorted(old.iterdir()):
        if entry.name in ours or (fresh / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, fresh / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, fresh / entry.name, follow_symlinks=False)


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; when that fails the old one is back."""
    if not folder.exists():
        fresh.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent)) / folder.name
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _refused(where: str, code: str, message: str, hint: str = "") -> TemplateError:
    return TemplateError([Problem(where=Location(where), code=code, message=message, hint=hint)])
