"""What the KPIs of quantity and quality say of the one case of a scenario: counts, money, shares by a condition."""

from dataclasses import dataclass

from engine.bdd.story import Story
from engine.definitions.condition import Binary, Expr, Expression, Literal, Membership, Name, Unary
from engine.definitions.process import ControlPoint
from engine.machine import allowed_moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The value on the case (seconds, 0 or 1, a count; inf: never reached). `open`: it may still grow or change."""

    value: float | None
    unit: str
    open: bool
    words: str


def counted_on(story: Story, point: ControlPoint) -> Measured | None:
    """The value of a control point that counts, sums or asks for a condition; None for any other KPI."""
    parameters = {key: str(value) for key, value in point.parameters.items()}
    match point.kpi:
        case "volume":
            return _measured(story, point, _entries(story, parameters.get("of") or story.process.initial or ""), "")
        case "wip":
            return _measured(story, point, float(_is_open(story, parameters.get("state"))), "")
        case "age":
            return _age(story, point, parameters.get("state"))
        case "value":
            return _measured(story, point, _money(story, parameters), "")
        case "ratio":
            return _measured(story, point, _ratio(story, parameters), "")
        case "share":
            return _measured(story, point, _share(story, parameters), "%")
        case "void_share":
            over = story.process.state(story.begun().state).final
            return _measured(story, point, float(_outcome(story) == "void"), "%", still_open=not over)
        case "drop_off":
            return _measured(story, point, _dropped(story, parameters["state"]), "%")
        case "conformance":
            return _measured(story, point, _conforms(story), "%")
    return None


def _measured(
    story: Story, point: ControlPoint, value: float | None, unit: str, *, still_open: bool | None = None
) -> Measured:
    title = point.title.of(story.locale) if point.title else point.name
    told = story.say("неизвестно", "unknown") if value is None else f"{value:g}"
    is_open = value is None if still_open is None else still_open
    return Measured(value=value, unit=unit, open=is_open, words=f"{title}: {told}")


def _outcome(story: Story) -> str:
    return story.process.state(story.begun().state).outcome or "open"


def _is_open(story: Story, state: str | None) -> bool:
    return _outcome(story) == "open" and state in (None, story.begun().state)


def _entries(story: Story, of: str) -> float:
    """Entries of a point; a case that began beyond the initial state is still one case."""
    entered = sum(entry.point == of for entry in (*story.visits, *story.marks))
    return float(entered or of == story.process.initial)


def _age(story: Story, point: ControlPoint, state: str | None) -> Measured:
    """How long the case has been open (in the state); a case that is over has no age."""
    if not _is_open(story, state):
        return _measured(story, point, None, "s")
    since = story.visits[-1 if state else 0].at
    seconds = story.passed(since, story.now, business=point.clock == "business")
    return _measured(story, point, float(seconds), "s", still_open=True)


def _money(story: Story, parameters: dict[str, str]) -> float | None:
    """The attribute of a case with the outcome; otherwise it adds nothing to a sum and is not in a mean."""
    if parameters.get("outcome", _outcome(story)) != _outcome(story):
        return 0.0 if parameters.get("how", "sum") == "sum" else None
    known = story.attributes.get(parameters.get("of", "amount"))
    try:
        return None if known is None else float(known.replace(",", ".").replace(" ", ""))
    except ValueError:
        return None


def _ratio(story: Story, parameters: dict[str, str]) -> float | None:
    points = story.process.control_points
    both = [counted_on(story, points[parameters[key]]) for key in ("of", "per") if parameters[key] in points]
    of, per = (one.value if one else None for one in both) if len(both) == 2 else (None, None)
    return of / per if of is not None and per else None


def _share(story: Story, parameters: dict[str, str]) -> float | None:
    if parameters.get("among", "all") not in ("all", _outcome(story)):
        return None
    known = holds(Expr.parse(parameters["of"]).tree, story.attributes)
    return None if known is None else float(known)


def _dropped(story: Story, state: str) -> float | None:
    """Whether the last visit of the state that is over was left for a lost state."""
    left = [after for visit, after in zip(story.visits, story.visits[1:], strict=False) if visit.point == state]
    return float(story.process.state(left[-1].point).outcome == "lost") if left else None


def _conforms(story: Story) -> float | None:
    """0 after a move that the process forbids, 1 for a case that is over without one."""
    allowed = allowed_moves(story.process)
    moves = zip(story.visits, story.visits[1:], strict=False)
    if any((one.point, two.point) not in allowed for one, two in moves):
        return 0.0
    return None if _outcome(story) == "open" else 1.0


def holds(tree: Expression, attributes: dict[str, str]) -> bool | None:
    """A condition on the attributes of a case, three-valued: None where it cannot be said."""
    match tree:
        case Binary("and" | "or" as operator, left, right):
            sides = (holds(left, attributes), holds(right, attributes))
            decisive = operator == "or"
            return decisive if decisive in sides else None if None in sides else not decisive
        case Unary("not", operand):
            inner = holds(operand, attributes)
            return None if inner is None else not inner
        case Binary("==" | "!=" | "<" | "<=" | ">" | ">=" as operator, Name(name), Literal() as literal):
            return _compared(attributes.get(name), operator, literal)
        case Membership(Name(name), values):
            known = attributes.get(name)
            return None if known is None else any(_compared(known, "==", value) for value in values)
        case _:
            return None


def _compared(known: str | None, operator: str, literal: Literal) -> bool | None:
    if known is None:
        return None
    ours: str | float = known
    theirs: str | float = str(literal.value)
    if isinstance(literal.value, float):
        try:
            ours, theirs = float(known.replace(",", ".").replace(" ", "")), literal.value
        except ValueError:
            return None
    order = (ours > theirs) - (ours < theirs)  # type: ignore[operator]
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
        operator
    ]
