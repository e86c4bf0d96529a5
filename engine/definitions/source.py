"""A source: what one export says, and how its rows become events and cases (sources of voronka.yaml, profiles)."""

from dataclasses import field
from typing import Annotated, Literal

from engine.definitions.condition import Condition
from engine.definitions.document import (
    Duration,
    Many,
    Moment,
    Raw,
    Text,
    WrongValue,
    parsed,
    shape,
    shortened,
    shorthand,
)

Shape = Literal["events", "milestones", "snapshot", "counts"]
AttributeType = Literal["text", "number", "money", "time", "date", "flag", "phone"]


def _process(raw: Raw) -> Raw:
    return {"name": raw} if isinstance(raw, str) else raw


@shape
class ProcessOf:
    """The process of the rows: one name, or by the value of a column; `other` says what happens to the rest."""

    name: str | None = None
    column: str | None = None
    is_: dict[str, str] = field(default_factory=dict)
    other: Literal["reject", "ignore"] = "reject"


@shape
class Actor:
    """Who made an event, and which of them are robots."""

    column: str
    robots: Many[str] = ()


@shape
class MapLine:
    """Activities that mean a state or a mark, or are ignored by name. Patterns with `*` are allowed."""

    activity: Many[str]
    where: Condition | None = None
    state: str | None = None
    mark: str | None = None
    ignore: bool = False


_COLUMNS = {"anyOf": [{"type": "string"}, {"type": "array"}]}


def _milestone(raw: Raw) -> Raw:
    if isinstance(raw, str):
        return {"at": [raw]}
    return {"at": raw} if isinstance(raw, list) else raw


def _alternatives(raw: Raw) -> Raw:
    """`else:` is a column, a list of columns of one stamp, or a list of such lists: normalised to the last."""
    if isinstance(raw, str):
        return [[raw]]
    if isinstance(raw, list) and all(isinstance(part, str) for part in raw):
        return [[part] for part in raw]
    if isinstance(raw, list):
        return [[part] if isinstance(part, str) else part for part in raw]
    raise WrongValue("expected a column, or a list of columns", code="bad-type")


@shape
class Milestone:
    """When a case entered a state: a stamp in one column or several joined by a space, or the first of `else`.

    `plus` and `minus` are columns of seconds. Where a case has several rows, every row counts; `take` keeps the
    earliest or the latest time of them. `unless`: not where the case reached that other milestone in any row. `dated`:
    false where the export does not know when it was, and the time is but the last one known of the case. `margin`: the
    entry may have been up to so much later than its time (an answered call that is dated by its first ring).
    """

    at: Many[str]
    else_: Annotated[tuple[tuple[str, ...], ...], shorthand(_alternatives, also=_COLUMNS)] = ()
    leave: Many[str] | None = None
    where: Condition | None = None
    plus: Many[str] = ()
    minus: Many[str] = ()
    take: Literal["first", "last"] | None = None
    unless: str | None = None
    dated: bool = True
    margin: Duration | None = None


def _column(raw: Raw) -> Raw:
    return {"column": raw} if isinstance(raw, str) else raw


def _divisor(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise WrongValue(f"`{shortened(text)}` is nothing to divide by", code="bad-value", hint="write 100")
    return int(text)


@shape
class Attribute:
    """An attribute of the case (or, with `take: each`, of its events).

    `where`: only of rows for which it holds; of the others the column `else` counts, if there is one. `divide`: what a
    number is divided by (100: the export counts kopecks or cents).
    """

    column: str
    where: Condition | None = None
    else_: str | None = None
    title: Text | None = None
    type: AttributeType = "text"
    take: Literal["first", "last", "each"] | None = None
    format: Many[str] = ()
    empty: Many[str] = ()
    empty_as: str | None = None
    personal: bool | None = None
    divide: Annotated[int, parsed(_divisor, example="100")] = 1


def _list_rule(raw: Raw) -> Raw:
    return {"as": raw} if isinstance(raw, str) else raw


@shape
class ListRule:
    """What becomes of a list within a row of JSON: a column for each element by its number, one joined text, the first
    element, a row for each element; or columns called by what each element says at `name`, holding what is at `value`.
    """

    as_: Literal["numbered", "joined", "first", "rows"] = "numbered"
    name: str | None = None
    value: str | None = None


def _on(raw: Raw) -> Raw:
    return {raw: raw} if isinstance(raw, str) else raw


@shape
class Join:
    """More columns from another file, by equal keys: `on: {our column: its column}`."""

    path: str
    on: Annotated[dict[str, str], shorthand(_on)]
    rows: Literal["one", "first", "last"] = "one"
    encoding: str | None = None
    delimiter: str | None = None
    sheet: Many[str] = ()
    query: str | None = None
    rows_at: str | None = None
    lists: dict[str, Annotated[ListRule, shorthand(_list_rule)]] = field(default_factory=dict)


@shape
class Link:
    """Events of this source join the cases of another (`to`), by equal keys, within a window.

    `on`: {our attribute or column: their attribute or column of `case`}, the most trusted first. An event belongs to
    the latest case that began (with `after`: reached that state or mark) before it, at most `within` ago.
    """

    to: str
    on: Annotated[dict[str, str], shorthand(_on)]
    after: str | None = None
    within: Duration | None = None
    which: Literal["first", "last", "every"] = "every"


@shape
class Merge:
    """One case of one client's inquiries: the first, and those that begin within the window after it."""

    by: str
    within: Duration


@shape
class Continues:
    """Events of a case go to the case of another process whose name the column or attribute `on` holds."""

    process: str
    on: str


System = Literal["bitrix24", "amocrm", "retailcrm", "moysklad", "yclients"]


@shape
class Pull:
    """What `voronka pull` fetches of a system: its account there, what to fetch, since when it happened or changed.

    `token` is the name of the variable of the environment that holds the secret; no secret stands in a file.
    """

    system: System
    account: str | None = None
    fetch: Many[str] = ()
    since: Moment | None = None
    url: str | None = None
    token: str | None = None


def _taken(raw: Raw) -> Raw:
    return {"column": raw} if isinstance(raw, str) else raw


@shape
class Taken:
    """When a snapshot was taken: a column of its rows, a date in the names of its files, or the date itself.

    `file` is the name with the date in the place it stands in: `deals-%Y-%m-%d.csv`; `*` stands for any text.
    """

    column: str | None = None
    file: str | None = None
    date: Moment | None = None


@shape
class Source:
    """One export. Everything but `name`, `process` and `path` may come from its profile.

    `else`: columns that stand in, in this order, for one that the export lacks or leaves empty in a row; `optional`:
    columns it may lack, then they are empty.
    """

    name: str
    process: Annotated[ProcessOf, shorthand(_process)] | None = None
    profile: str | None = None
    pull: Pull | None = None
    path: Many[str] = ()
    query: str | None = None
    shape: Shape | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    sheet: Many[str] = ()
    header: int | None = None
    rows_at: str | None = None
    lists: dict[str, Annotated[ListRule, shorthand(_list_rule)]] = field(default_factory=dict)
    exported_at: Moment | None = None
    empty: Many[str] = ()
    case: Many[str] = ()
    activity: str | None = None
    at: Many[str] = ()
    format: Many[str] = ()
    time_zone: str | None = None
    actor: Annotated[Actor, shorthand(_column)] | None = None
    next_day: Duration | None = None
    where: Condition | None = None
    map: tuple[MapLine, ...] = ()
    states: dict[str, str] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    milestones: dict[str, Annotated[Milestone, shorthand(_milestone, also=_COLUMNS)]] = field(default_factory=dict)
    attributes: dict[str, Annotated[Attribute, shorthand(_column)]] = field(default_factory=dict)
    join: Many[Join] = ()
    link: Link | None = None
    merge: Merge | None = None
    continues: Continues | None = None
    planned: Many[str] = ()
    created: Many[str] = ()
    changed: Many[str] = ()
    closed: Many[str] = ()
    taken: Annotated[Taken, shorthand(_taken)] | None = None
    period: Many[str] = ()
    channel: str | None = None
    counter: str | None = None
    value: str | None = None
    counters: dict[str, str] = field(default_factory=dict)
    else_: dict[str, Many[str]] = field(default_factory=dict)
    optional: Many[str] = ()

    @property
    def form(self) -> Shape | None:
        """The shape that is declared, or the one its keys belong to; None where they belong to none."""
        if self.shape:
            return self.shape
        if self.milestones:
            return "milestones"
        if self.counter or self.counters:
            return "counts"
        if self.created or self.changed or self.taken:
            return "snapshot"
        named = self.activity or self.at or self.map or self.states
        return "events" if named or self.reads_xes else None

    @property
    def times(self) -> frozenset[str]:
        """The columns that times are read from."""
        stamps = [at for m in self.milestones.values() for at in (m.at, *m.else_, m.leave or ())]
        named = {*self.at, *self.moments.values(), *self.created, *self.changed, *self.closed}
        named |= {self.taken.column} if self.taken and self.taken.column else set()
        named |= {column for stamp in stamps for column in stamp}
        return frozenset(named | {a.column for a in self.attributes.values() if a.type in ("time", "date")})

    @property
    def reads_xes(self) -> bool:
        """Whether the source is read from XES, where case, activity and time need not be named."""
        return any(path.casefold().endswith((".xes", ".xes.gz")) for path in self.path)
