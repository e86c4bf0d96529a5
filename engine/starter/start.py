"""Writes a new workspace: voronka.yaml, the chosen processes and rules of the library, folders, editor schemas."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.definitions.condition import Call, Name
from engine.definitions.document import read
from engine.definitions.rule import Rule, Rules
from engine.definitions.schemas import KINDS, schema
from engine.errors import DefinitionError, Location, Problem
from engine.rules.applies import point_names
from engine.starter.texts import TEMPLATES_README, settings_text, thin_text
from engine.starter.trades import CHANNELS, Trade, chosen, process, trade_of
from engine.workspace.files import library
from engine.workspace.placing import GITIGNORE, placed

Locale = Literal["ru", "en"]


def init(
    directory: Path, *, demo: bool = False, locale: Locale = "ru", channels: tuple[str, ...] = (), trade: str = ""
) -> tuple[Path, ...]:
    """Write a workspace into a directory that is empty or does not exist; every file written, sorted.

    `channels` (none: those of the `trade`, or `CHANNELS`) are the processes it begins with, by name or short name; a
    trade adds what becomes of their inquiries. `demo` adds six months of made-up exports.
    Raises DefinitionError for an unknown channel or trade, a directory that is not empty or cannot be written; then
    nothing is left behind.
    """
    of = trade_of(trade)
    names = chosen(channels, of)
    if demo and (without := [name for name in names if name not in CHANNELS]):
        raise DefinitionError(_no_demo(name) for name in without)
    plan = _Plan(demo=demo, locale=locale, names=names, trade=of or Trade(channels=CHANNELS, behind=()))
    placed(directory, lambda folder: _write(folder, plan), "name a new one: voronka init DIR")
    target = directory.resolve()
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is written."""

    demo: bool
    locale: Locale
    names: tuple[str, ...]
    trade: Trade

    def words(self, name: str) -> str:
        """The part that a process takes the words of the trade from; empty where its own do."""
        ends = [state.name for state in process(name).states if state.final]
        return self.trade.words if "handed_over" in ends else ""


def _no_demo(name: str) -> Problem:
    message, hint = f"nothing is made up for `{name}`", f"--demo has {', '.join(CHANNELS)}"
    return Problem(where=Location("--demo"), code="no-demo", message=message, hint=hint)


def _write(draft: Path, plan: _Plan) -> None:
    for name, text in _files(plan):
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for folder in ("data", "reports"):
        (draft / folder).mkdir(exist_ok=True)
    if plan.demo:
        _write_data(draft / "data", plan)


def _files(plan: _Plan) -> Iterator[tuple[str, str]]:
    """Name and text of every file but the data."""
    locale, processes = plan.locale, [process(name) for name in plan.names]
    yield "voronka.yaml", settings_text(demo=plan.demo, locale=locale, processes=processes, hours=plan.trade.hours)
    yield ".gitignore", GITIGNORE
    yield "templates/README.md", TEMPLATES_README[locale]
    for kind in KINDS:
        yield f".voronka/schema/{kind}.json", json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"
    for name in plan.names:
        path, words = f"processes/{name}.yaml", plan.words(name)
        yield path, thin_text(process(name), locale, words) if words else _shipped(path)
        beside = {f"features/{name}.feature": f"features/{locale}/{name}.feature"}
        beside |= {f"rules/{name}.test.yaml": f"rules/{name}.test.yaml"}
        yield from ((copy, _shipped(here)) for copy, here in beside.items() if (library() / here).is_file())
    yield from _rules(frozenset(f"{one.process}.{point}" for one in processes for point in one.control_points))


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


def _write_data(folder: Path, plan: _Plan) -> None:
    from engine.demo.client import FURNITURE
    from engine.demo.export import write_exports

    write_exports(folder, [process(name) for name in plan.names], FURNITURE, locale=plan.locale)
