"""Rules: limits, diagnoses and their causes (rules/*.yaml), and what can be done (rules/actions/*.yaml)."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from engine.definitions.condition import Condition, Expr
from engine.definitions.condition import Literal as Value
from engine.definitions.document import Day, Duration, Many, Text, WrongValue, parsed, shape


@dataclass(frozen=True, slots=True)
class Limit:
    """`> 15m`: a fact on that side of `value` breaches it. Or the client's own: `best month`, `median month`.

    `value` is in the unit of the KPI (seconds, a ratio, a number); `unit` is "s", "%", "wd" or "".
    """

    text: str
    operator: Literal["<", "<=", ">", ">="] | None
    value: float | None
    unit: str
    own: Literal["best month", "median month"] | None = None

    @staticmethod
    def parse(text: str) -> "Limit":
        """From `> 15m`, `< 40%`, `>= 3` or `best month`."""
        if text in ("best month", "median month"):
            return Limit(text, None, None, "", text)  # type: ignore[arg-type]
        match = re.fullmatch(r"\s*(<=|>=|<|>)(.*)", text, re.DOTALL)
        if not match:
            raise WrongValue(f"`{text}` is no limit", code="bad-limit", hint="write `> 15m`, `< 40%` or `best month`")
        literal = Expr.parse(match[2]).tree
        if not isinstance(literal, Value) or isinstance(literal.value, str | bool):
            raise WrongValue("a limit is one number", code="bad-limit", offset=match.start(2))
        return Limit(text, match[1], literal.value, literal.unit)  # type: ignore[arg-type]


LimitText = Annotated[Limit, parsed(Limit.parse, example="> 15m")]


@shape
class Norm:
    """Where the number of a limit comes from, and how strong that is."""

    label: Literal["published study", "industry norm", "platform rule", "agree with the client"]
    evidence: Literal["E1", "E2", "E3", "E4", "E5", "P"] | None = None
    ref: Text | None = None
    url: str | None = None
    population: Text | None = None
    year: str | None = None
    caveat: Text | None = None
    checked: str | None = None


@shape
class Cause:
    """Why a rule may have fired: an exposure to test on cases, or a question to ask the client."""

    name: str
    title: Text | None = None
    exposure: Condition | None = None
    ask: Text | None = None
    needs: Many[str] = ()
    actions: Many[str] = ()


@shape
class Rule:
    """A limit on a control point, or a diagnosis (`when`) over several."""

    name: str
    title: Text | None = None
    message: Text | None = None
    control_point: str | None = None
    yellow: LimitText | None = None
    red: LimitText | None = None
    norm: Norm | None = None
    at_least: int | None = None
    for_: str | None = None
    where: Condition | None = None
    by: Many[str] | None = None
    causes: tuple[Cause, ...] = ()
    when: Condition | None = None
    severity: Literal["red", "yellow"] = "red"
    actions: Many[str] = ()
    responsible: Text | None = None


@shape
class Rules:
    """A file of rules/."""

    rules: tuple[Rule, ...]


@shape
class Effort:
    """What an action costs: hours of whom, and money in the currency of the workspace."""

    hours: float
    of: Text | None = None
    money: float = 0.0


@shape
class Moves:
    """The control point that an action is to change, and which way."""

    control_point: str
    direction: Literal["up", "down"]


@shape
class Evidence:
    """How well it is known that an action works; never a promised percentage."""

    grade: Literal["E1", "E2", "E3", "E4", "E5", "P"]
    source: Text
    url: str | None = None
    caveat: Text | None = None


@shape
class Action:
    """Something that can be done; `needs_capacity`: it adds to the load of the managers.

    `segments`: dimensions (or `*`) of whose worst segment it is done; `{segment}` in its texts is that one.
    """

    name: str
    title: Text
    steps: tuple[Text, ...]
    responsible: Text
    effort: Effort
    due_in: Duration
    moves: Many[Moves] = ()
    segments: Many[str] = ()
    prerequisites: Many[str] = ()
    conflicts: Many[str] = ()
    when_not: Text | None = None
    needs_capacity: bool = False
    evidence: Evidence | None = None
    checked: Day | None = None


@shape
class Actions:
    """A file of rules/actions/."""

    actions: tuple[Action, ...]
