"""Writes a new workspace: voronka.yaml, the chosen processes and rules of the library, folders, editor schemas."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from engine.definitions.condition import Call, Name
from engine.definitions.document import did_you_mean, read
from engine.definitions.process import Process
from engine.definitions.rule import Rule, Rules
from engine.definitions.schemas import KINDS, schema
from engine.errors import DefinitionError, Location, Problem
from engine.rules.applies import point_names
from engine.starter.texts import TEMPLATES_README, settings_text
from engine.workspace.files import library, shipped
from engine.workspace.placing import GITIGNORE, placed

CHANNELS = ("web_form", "phone_call", "showroom_visit")
"""Processes of the library that a workspace may begin with."""

Locale = Literal["ru", "en"]


def init(
    directory: Path, *, demo: bool = False, locale: Locale = "ru", channels: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write a workspace into a directory that is empty or does not exist; every file written, sorted.

    `channels` (none: all of `CHANNELS`) are the processes it begins with; `demo` adds six months of made-up exports.
    Raises DefinitionError for an unknown channel, a directory that is not empty or cannot be written; then nothing
    is left behind.
    """
    chosen = _chosen(channels)
    placed(directory, lambda folder: _write(folder, demo, locale, chosen), "name a new one: voronka init DIR")
    target = directory.resolve()
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))


def _chosen(channels: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in channels if name not in CHANNELS]
    if unknown:
        raise DefinitionError(_unknown_channel(name) for name in unknown)
    return tuple(name for name in CHANNELS if name in channels or not channels)


def _unknown_channel(name: str) -> Problem:
    hint = did_you_mean(name, CHANNELS) or f"choose of {', '.join(CHANNELS)}"
    return Problem(where=Location("--channels"), code="unknown-channel", message=f"unknown channel `{name}`", hint=hint)


def _write(draft: Path, demo: bool, locale: Locale, channels: tuple[str, ...]) -> None:
    for name, text in _files(demo, locale, channels):
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for folder in ("data", "reports"):
        (draft / folder).mkdir(exist_ok=True)
    if demo:
        _write_data(draft / "data", channels)


def _files(demo: bool, locale: Locale, channels: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and text of every file but the data."""
    yield "voronka.yaml", settings_text(demo=demo, locale=locale, channels=channels)
    yield ".gitignore", GITIGNORE
    yield "templates/README.md", TEMPLATES_README[locale]
    for kind in KINDS:
        yield f".voronka/schema/{kind}.json", json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"
    for channel in channels:
        yield f"processes/{channel}.yaml", _shipped(f"processes/{channel}.yaml")
        beside = {f"features/{channel}.feature": f"features/{locale}/{channel}.feature"}
        beside |= {f"rules/{channel}.test.yaml": f"rules/{channel}.test.yaml"}
        yield from ((name, _shipped(here)) for name, here in beside.items() if (library() / here).is_file())

    yield from _rules(frozenset(f"{c}.{point}" for c in channels for point in _process(c).control_points))


def _rules(points: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The files of rules/ with those rules alone whose control points there are (`PROCESS.NAME`)."""
    found = {path: read(path, f"library/rules/{path.name}") for path in sorted((library() / "rules").glob("*.yaml"))}
    shaped = {path: document.shaped(Rules) for path, document in found.items() if not path.stem.endswith(".test")}
    kept = _fitting([rule for rules in shaped.values() if rules for rule in rules.rules], points)
    for path, rules in shaped.items():
        names = [rule.name in kept for rule in rules.rules] if rules else []
        starts = [found[path].at("rules", position).line - 1 for position in range(len(names))]
        lines = _shipped(f"rules/{path.name}").splitlines(keepends=True)
        blocks = [lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
        if any(names):
            chosen = [line for block, wanted in zip(blocks, names, strict=True) if wanted for line in block]
            yield f"rules/{path.name}", "".join((*lines[: starts[0]], *chosen))


def _fitting(rules: Sequence[Rule], points: frozenset[str]) -> frozenset[str]:
    """Names of the rules whose control points and chained rules are all there."""
    known = points | {point.rpartition(".")[2] for point in points}
    kept = {rule.name: rule for rule in rules if _points_of(rule) <= known}
    while left := {name for name, rule in kept.items() if not _chained(rule) <= set(kept)}:
        kept = {name: rule for name, rule in kept.items() if name not in left}
    return frozenset(kept)


def _points_of(rule: Rule) -> set[str]:
    return set(point_names(rule.when)) if rule.when else {rule.control_point or ""}


def _chained(rule: Rule) -> set[str]:
    """Rules that a diagnosis asks for by `finding(...)`."""
    calls = [node for node in rule.when.nodes() if isinstance(node, Call)] if rule.when else []
    named = [argument for call in calls if call.function == "finding" for argument in call.arguments]
    return {argument.name for argument in named if isinstance(argument, Name)}


def _shipped(name: str) -> str:
    return (library() / name).read_bytes().decode("utf-8")


def _write_data(folder: Path, channels: tuple[str, ...]) -> None:
    from engine.demo.client import FURNITURE
    from engine.demo.export import write_exports

    write_exports(folder, [_process(channel) for channel in channels], FURNITURE)


def _process(channel: str) -> Process:
    """A shipped process; a broken one is a fault of this package, and says so."""
    document = shipped(channel)
    process = document.shaped(Process) if not document.problems else None
    if not isinstance(process, Process):
        raise DefinitionError(document.problems)
    return process
