"""Activities to states and marks in SQL: every matching line of `map` applies, `ignore` only where no other does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.definitions.process import Process
from engine.definitions.source import MapLine, Source
from engine.engines.sql import Bound
from engine.events.cells import Cells
from engine.events.table import own

ACTIVITY = own("activity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """SQL over a row with the column `activity`.

    `state`, `mark`: what the row means first; `also`: (mark, condition) of further marks of the same row; `ignored`:
    rows ignored by name; `twice`: condition of rows that would get two states, or None. `alone`: the activity alone
    decides, no other column of the row.
    """

    state: str
    mark: str
    also: tuple[tuple[str, str], ...] = ()
    ignored: str | None = None
    twice: str | None = None
    names: tuple[str, ...] = ()
    alone: bool = True


def mapping_of(cells: Cells, source: Source, processes: Sequence[Process]) -> Mapping:
    """The mapping of a source; a source without one names states (and marks) in its activity column."""
    lines = (*source.map, *(MapLine(activity=(name,), state=state) for name, state in source.states.items()))
    if not lines:
        return _by_name(cells.bound, processes)
    tests = [_matches(cells, line, number if number < len(source.map) else None) for number, line in enumerate(lines)]
    states = [(line, test) for line, test in zip(lines, tests, strict=True) if line.state]
    marks = [(line, test) for line, test in zip(lines, tests, strict=True) if line.mark]
    ignored = [test for line, test in zip(lines, tests, strict=True) if line.ignore and not (line.state or line.mark)]
    state = _first([(line.state or "", test) for line, test in states], cells.bound)
    mark = _first([(line.mark or "", test) for line, test in marks], cells.bound)
    return Mapping(
        state=state,
        mark=f"case when {state} is null then {mark} end" if _meet(states, marks) else mark,
        also=_further(states, marks, state),
        ignored=f"({' or '.join(ignored)})" if ignored else None,
        twice=_twice(states),
        names=tuple(dict.fromkeys(name for line in lines for name in (line.state, line.mark) if name)),
        alone=all(line.where is None for line in lines),
    )


def _by_name(bound: Bound, processes: Sequence[Process]) -> Mapping:
    states = [state.name for process in processes for state in process.states]
    marks = [mark.name for process in processes for mark in process.marks]
    if not states:
        return Mapping(state=ACTIVITY, mark="null::varchar")
    return Mapping(
        state=f"case when {ACTIVITY} in ({_listed(states, bound)}) then {ACTIVITY} end",
        mark=f"case when {ACTIVITY} in ({_listed(marks, bound)}) then {ACTIVITY} end" if marks else "null::varchar",
        names=tuple(dict.fromkeys(states + marks)),
    )


def _listed(texts: Sequence[str], bound: Bound) -> str:
    return ", ".join(f"{bound(text)}::varchar" for text in dict.fromkeys(texts))


def _matches(cells: Cells, line: MapLine, number: int | None) -> str:
    exact = [name for name in line.activity if "*" not in name]
    patterns = [name for name in line.activity if "*" in name]
    tests = [f"{ACTIVITY} in ({_listed(exact, cells.bound)})"] if exact else []
    tests += [f"{ACTIVITY} like {cells.bound(_like(pattern))}::varchar escape '\\'" for pattern in patterns]
    test = f"({' or '.join(tests)})"
    if line.where is None:
        return test
    at = ("map", number, "where") if number is not None else ("map",)
    return f"({test} and {cells.condition(line.where, *at)})"


def _like(pattern: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", pattern)
    return escaped.replace("*", "%")


def _first(choices: list[tuple[str, str]], bound: Bound) -> str:
    if not choices:
        return "null::varchar"
    branches = " ".join(f"when {test} then {bound(name)}::varchar" for name, test in choices)
    return f"(case {branches} end)"


def _further(
    states: list[tuple[MapLine, str]], marks: list[tuple[MapLine, str]], state: str
) -> tuple[tuple[str, str], ...]:
    """Marks beside a state, and marks beside another mark, where the lines can match the same row."""
    found = []
    for number, (line, test) in enumerate(marks):
        earlier = [(other, t) for other, t in marks[:number] if _overlap(line, other)]
        beside_state = any(_overlap(line, other) for other, _ in states)
        if not (earlier or beside_state):
            continue
        other_marks = [t for other, t in earlier if other.mark != line.mark]
        same_mark = [t for other, t in earlier if other.mark == line.mark]
        beside = [*([f"{state} is not null"] if beside_state else []), *other_marks]
        if beside:
            once = f" and not ({' or '.join(same_mark)})" if same_mark else ""
            found.append((line.mark or "", f"{test} and ({' or '.join(beside)}){once}"))
    return tuple(found)


def _meet(states: list[tuple[MapLine, str]], marks: list[tuple[MapLine, str]]) -> bool:
    """Whether some row could get both a state and a mark; else there is no need to look for the state first."""
    return any(_overlap(mark, state) for mark, _ in marks for state, _ in states)


def _twice(states: list[tuple[MapLine, str]]) -> str | None:
    pairs = [
        f"({test} and {other_test})"
        for number, (line, test) in enumerate(states)
        for other, other_test in states[:number]
        if line.state != other.state and _overlap(line, other)
    ]
    return f"({' or '.join(pairs)})" if pairs else None


def _overlap(a: MapLine, b: MapLine) -> bool:
    """Whether some activity could match both (two patterns always could)."""
    return any(_alike(x, y) for x in a.activity for y in b.activity)


def _alike(x: str, y: str) -> bool:
    if "*" in x and "*" in y:
        return True
    pattern, name = (x, y) if "*" in x else (y, x)
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def nearest(activity: str, names: Sequence[str]) -> str | None:
    """The state or mark that an unmapped activity looks like."""
    import difflib

    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(activity.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None
