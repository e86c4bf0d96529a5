"""How much of the processes scenarios and rule tests touch: states, transitions, control points, limits and rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from engine.bdd.story import Touched, transition_name
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.workspace import Workspace

Kind = Literal["state", "transition", "control point", "limit", "rule"]
KINDS: tuple[Kind, ...] = ("state", "transition", "control point", "limit", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that a scenario may touch, and the scenarios (node ids) that did."""

    kind: Kind
    name: str
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the scenarios touch of one process, in the order of its file."""

    process: str
    items: tuple[Item, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """The items of one kind."""
        return tuple(item for item in self.items if item.kind == kind)

    @property
    def touched(self) -> int:
        """How many items a scenario touches."""
        return sum(bool(item.scenarios) for item in self.items)


def measure(workspace: Workspace, touched: Iterable[tuple[str, Touched]]) -> tuple[Coverage, ...]:
    """Coverage of every process, from pairs of a scenario and what it touched."""
    scenarios: dict[Touched, dict[str, None]] = {}
    for scenario, what in touched:
        scenarios.setdefault(what, {})[scenario] = None
    return tuple(
        Coverage(
            process=name,
            items=tuple(
                Item(kind=kind, name=item, scenarios=tuple(sorted(scenarios.get((name, kind, item), ()))))
                for kind, item in items_of(process, workspace.rules)
            ),
        )
        for name, process in workspace.processes.items()
    )


def items_of(process: Process, rules: tuple[Rule, ...]) -> Iterator[tuple[Kind, str]]:
    """Everything of a process that a scenario may touch."""
    yield from (("state", state.name) for state in process.states)
    for transition in process.transitions:
        for source in process.sources_of(transition):
            yield "transition", transition_name(transition, source)
    yield from (("control point", name) for name in process.control_points)
    for rule in rules:
        if not _looks_at(rule, process):
            continue
        yield "rule", rule.name
        yield from (("limit", f"{rule.name}.{colour}") for colour in ("yellow", "red") if getattr(rule, colour))


def _looks_at(rule: Rule, process: Process) -> bool:
    named = [name.name for name in rule.when.names()] if rule.when else [rule.control_point or ""]
    parts = [name.rpartition(".") for name in named]
    return bool(parts) and all(
        point in process.control_points and owner in ("", process.process) for owner, _, point in parts
    )


def percent(coverages: Iterable[Coverage]) -> float:
    """Items touched of all items of all processes, in percent (100 of nothing)."""
    everything = [item for coverage in coverages for item in coverage.items]
    return 100 * sum(bool(item.scenarios) for item in everything) / len(everything) if everything else 100.0


_TITLES: dict[str, dict[Kind, str]] = {
    "ru": {
        "state": "состояния",
        "transition": "переходы",
        "control point": "контрольные точки",
        "limit": "пределы",
        "rule": "правила",
    },
    "en": {kind: f"{kind}s" for kind in KINDS},
}


def table(coverages: Iterable[Coverage], locale: str) -> str:
    """The coverage as text: a line for each kind of each process, with what no scenario touches."""
    lines = []
    for coverage in coverages:
        share = percent([coverage])
        lines.append(f"{coverage.process}: {share:.0f} %" if locale == "ru" else f"{coverage.process}: {share:.0f}%")
        for kind in KINDS:
            if items := coverage.of(kind):
                missing = [item.name for item in items if not item.scenarios]
                rest = f"   — {_shortened(missing, locale)}" if missing else ""
                count = f"{len(items) - len(missing)}/{len(items)}"
                lines.append(f"  {_TITLES[locale][kind]:<18}{count:>7}{rest}")
    return "\n".join(lines)


SHOWN = 8


def _shortened(names: list[str], locale: str) -> str:
    """The first names and how many more there are; the page of `--coverage-svg` names them all."""
    shown, more = "; ".join(names[:SHOWN]), len(names) - SHOWN
    if more <= 0:
        return shown
    return f"{shown}; ещё {more}" if locale == "ru" else f"{shown}; {more} more"


def drawn(process: Process, coverage: Coverage, locale: str) -> str:
    """The state machine as SVG, with the number of scenarios on every state and move."""
    from engine.machine import draw_svg

    numbers: dict[str | tuple[str, str], str] = {
        item.name: _count(len(item.scenarios), locale) for item in coverage.of("state")
    }
    taken: dict[tuple[str, str], set[str]] = {}
    for item in coverage.of("transition"):
        source, _, dest = item.name.partition(": ")[2].partition(" -> ")
        taken.setdefault((source, dest), set()).update(item.scenarios)
    numbers.update({move: _count(len(scenarios), locale) for move, scenarios in taken.items()})
    return draw_svg(process, locale, numbers)


def page(coverages: Iterable[Coverage], processes: Mapping[str, Process], locale: str) -> str:
    """Every process as one HTML page: its picture, and a table of what is touched by which scenarios."""
    parts = []
    for coverage in coverages:
        process = processes[coverage.process]
        title = process.title.of("ru" if locale == "ru" else "en") if process.title else process.process
        parts.append(f"<h2>{escape(title)}: {percent([coverage]):.0f} %</h2>")
        parts += [drawn(process, coverage, locale)] if process.states else []
        parts.append("<table>")
        for item in coverage.items:
            row = (_TITLES[locale][item.kind], item.name, "; ".join(item.scenarios) or _count(0, locale))
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
            parts.append(f"<tr{'' if item.scenarios else ' class=missing'}>{cells}</tr>")
        parts.append("</table>")
    title = "Покрытие процессов сценариями" if locale == "ru" else "Coverage of the processes by scenarios"
    return _PAGE.format(locale=locale, title=title, body="\n".join(parts))


_PAGE = """<!doctype html>
<html lang="{locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
svg {{ max-width: 100%; height: auto }}
table {{ border-collapse: collapse; width: 100%; font-size: 13px }}
td {{ border-top: 1px solid #ddd; padding: .2rem .5rem; vertical-align: top }}
.missing {{ background: #fdecea }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def _count(scenarios: int, locale: str) -> str:
    if locale == "ru":
        return f"сценариев: {scenarios}" if scenarios else "нет сценария"
    return f"scenarios: {scenarios}" if scenarios else "no scenario"
