"""What rules and actions refer to: control points, dimensions, rules, actions; circles among them."""

from collections.abc import Iterator, Mapping

from engine.definitions.condition import Call, Condition, Name
from engine.definitions.document import Path_
from engine.definitions.process import Process
from engine.definitions.rule import Rule
from engine.errors import Problem
from engine.workspace.known import Known, points_of
from engine.workspace.types import Kind


def check_rule(known: Known, rule: Rule) -> Iterator[Problem]:
    """Names in one rule."""
    if rule.control_point is not None and not known.has_control_point(rule.control_point):
        yield _no_control_point(known, "rule", rule.name, ("control_point",), rule.control_point)
    if rule.when is not None:
        yield from _when(known, rule, rule.when)
    yield from _by(known, rule)
    yield from _action_names(known, "rule", rule.name, ("actions",), rule.actions)
    for number, cause in enumerate(rule.causes):
        path: Path_ = ("causes", number)
        yield from _action_names(known, "rule", rule.name, (*path, "actions"), cause.actions)
        yield from _needs(known, rule, (*path, "needs"), cause.needs)


def _no_control_point(known: Known, kind: Kind, name: str, path: Path_, word: str, offset: int = 0) -> Problem:
    words = known.control_points()
    return known.unknown(kind, name, path, "unknown-control-point", "control point", word, words, offset=offset)


def _when(known: Known, rule: Rule, when: Condition) -> Iterator[Problem]:
    rules = tuple(r.name for r in known.workspace.rules)
    for name in when.names():
        if not known.has_control_point(name.name):
            yield _no_control_point(known, "rule", rule.name, ("when",), name.name, name.offset)
    for node in when.nodes():
        if not isinstance(node, Call) or node.function != "finding":
            continue
        target = node.arguments[0] if len(node.arguments) == 1 else None
        if not isinstance(target, Name):
            message, hint = "`finding` takes the name of one rule", "write finding(slow_reaction)"
            yield known.workspace.problem("rule", rule.name, ("when",), "finding-of", message, hint, offset=node.offset)
        elif target.name not in rules and not known.any_broken("rule"):
            yield known.unknown(
                "rule", rule.name, ("when",), "unknown-rule", "rule", target.name, rules, offset=target.offset
            )


def _processes(known: Known, rule: Rule) -> tuple[Process, ...]:
    names = [rule.control_point] if rule.control_point is not None else []
    if rule.when is not None:
        names.extend(name.name for name in rule.when.names())
    found = {p.process: p for name in names for p in known.processes_with(name)}
    return tuple(found.values()) or tuple(known.workspace.processes.values())


def _by(known: Known, rule: Rule) -> Iterator[Problem]:
    if not rule.by or known.any_broken("process"):
        return
    dimensions = known.dimensions(_processes(known, rule))
    for position, name in enumerate(rule.by):
        if name not in dimensions:
            path, words = ("by", position), sorted(dimensions)
            yield known.unknown("rule", rule.name, path, "unknown-dimension", "dimension", name, words)


def _needs(known: Known, rule: Rule, path: Path_, needs: tuple[str, ...]) -> Iterator[Problem]:
    processes = _processes(known, rule)
    states, marks = points_of(processes)
    words = sorted({*states, *marks, *known.dimensions(processes)})
    for position, name in enumerate(needs):
        if name not in words and not known.any_broken("process"):
            what = "mark, state or attribute"
            place = (*path, position)
            yield known.unknown("rule", rule.name, place, "unknown-need", what, name, words, level="warning")


def _action_names(known: Known, kind: Kind, name: str, path: Path_, words: tuple[str, ...]) -> Iterator[Problem]:
    if known.any_broken("action"):
        return
    actions = tuple(known.workspace.actions)
    for position, word in enumerate(words):
        if word not in actions:
            yield known.unknown(kind, name, (*path, position), "unknown-action", "action", word, actions)


def check_actions(known: Known) -> Iterator[Problem]:
    """Names in the actions, and circles of prerequisites."""
    for action in known.workspace.actions.values():
        yield from _action_names(known, "action", action.name, ("prerequisites",), action.prerequisites)
        yield from _action_names(known, "action", action.name, ("conflicts",), action.conflicts)
        file, _ = known.workspace.homes[("action", action.name)]
        for position, moves in enumerate(action.moves):
            if not file.startswith("library/") and not known.has_control_point(moves.control_point):
                words, path = known.control_points(), ("moves", position, "control_point")
                yield known.unknown(
                    "action", action.name, path, "unknown-control-point", "control point", moves.control_point, words
                )
    prerequisites = {name: action.prerequisites for name, action in known.workspace.actions.items()}
    for circle in circles(prerequisites):
        names = " -> ".join((*circle, circle[0]))
        message, hint = f"actions wait for each other: {names}", "leave one prerequisite out"
        if len(circle) > 1:
            yield known.workspace.problem("action", circle[0], ("prerequisites",), "action-cycle", message, hint)


def check_rule_cycles(known: Known) -> Iterator[Problem]:
    """Rules that chain to themselves by finding()."""
    chained = {rule.name: _findings(rule) for rule in known.workspace.rules}
    for circle in circles(chained):
        names = " -> ".join((*circle, circle[0]))
        message, hint = f"rules follow from each other: {names}", "leave one finding() out"
        yield known.workspace.problem("rule", circle[0], ("when",), "rule-cycle", message, hint)


def _findings(rule: Rule) -> tuple[str, ...]:
    calls = [node for node in rule.when.nodes() if isinstance(node, Call)] if rule.when is not None else []
    found = (node.arguments for node in calls if node.function == "finding")
    return tuple(a.name for arguments in found for a in arguments if isinstance(a, Name))


def circles(following: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Each circle of more than one node once, from its smallest name; a node that follows itself too."""
    seen: set[frozenset[str]] = set()
    for start in sorted(following):
        circle = _way_back(following, start)
        if circle and min(circle) == start and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield circle


def _way_back(following: Mapping[str, tuple[str, ...]], start: str) -> tuple[str, ...]:
    """The shortest way from a node back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    visited: set[str] = set()
    for way in ways:
        for name in following.get(way[-1], ()):
            if name == start:
                return way
            if name not in visited:
                visited.add(name)
                ways.append((*way, name))
    return ()
