"""The same list of cases saved on several days: seen by dates in the names of files and cases that stand in several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.draft.columns import MOSTLY, Column
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.events.table import FILE, Table

_DATES = (
    (re.compile(r"(?<!\d)(?P<Y>20\d\d)(?P<s>[-_. ]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\d)"), "%Y{s}%m{s}%d"),
    (re.compile(r"(?<!\d)(?P<d>\d\d)(?P<s>[-_. ])(?P<m>\d\d)(?P=s)(?P<Y>20\d\d)(?!\d)"), "%d{s}%m{s}%Y"),
)
AGAIN = 0.9
"""Different cases, of all rows, below which the cases of one file stand in others too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """When the files were saved: the pattern of their names, the moments by file, the relation of all rows, its case.

    `again`: the share of cases that stand in more than one file.
    """

    pattern: str
    moments: tuple[datetime, ...]
    relation: str
    case: str
    again: float

    @property
    def sql(self) -> str:
        """SQL of when a row was saved: the end of that day."""
        whens = " ".join(
            f"when {n} then timestamp '{moment:%Y-%m-%d} 23:59:00'" for n, moment in enumerate(self.moments)
        )
        return f"(case {quote(FILE)} {whens} end)"

    def last_seen(self, columns: Sequence[Column]) -> Table:
        """Each case as the latest of the files says."""
        names = [column.name for column in columns]
        sql = f"""(
select {", ".join(quote(name) for name in names)}
from {self.relation}
where {quote(self.case)} is not null
qualify row_number() over (partition by {quote(self.case)} order by {self.sql} desc, rowid desc) = 1
order by rowid)"""
        return Table(sql=sql, columns=dict.fromkeys(names, "VARCHAR"), files=())


def snapshots_of(engine: Engine, relation: str, columns: Sequence[Column], names: Sequence[str]) -> Taken | None:
    """What tells that files are snapshots of one list; None where they are not, or their names do not say the day."""
    dated = pattern_of(names) if len(names) > 1 else None
    if dated is None:
        return None
    pattern, moments = dated
    likely = [c for c in columns if c.is_called("case") and not c.is_time and c.filled and not c.is_called("phone")]
    for column in sorted(likely, key=lambda column: (-column.is_called("case_thing"), column.position)):
        name = quote(column.name)
        sql = f"""
select count(*), count(distinct ({quote(FILE)}, {name})), count(distinct {name}),
       (select count(*) from (select 1 from {relation} group by {name} having count(distinct {quote(FILE)}) > 1))
from {relation}
where {name} is not null"""
        rows, once, cases, again = (int(str(value)) for value in engine.row(sql))
        if rows >= column.filled * MOSTLY and once >= rows * 0.998 and cases <= AGAIN * rows:
            share = again / max(1, cases)
            return Taken(pattern=pattern, moments=moments, relation=relation, case=column.name, again=share)
    return None


def with_earlier(now: Column, ever: Column) -> Column:
    """A column of the last rows that knows the words of earlier ones too: stages that all cases have left by now."""
    if not ever.values or not now.values:
        return now
    known = {value for value, _ in now.values}
    earlier = sorted(value for value, _ in ever.values if value not in known)
    values = (*now.values, *((value, 0) for value in earlier))
    return replace(now, values=values, distinct=len(values))


def pattern_of(names: Sequence[str]) -> tuple[str, tuple[datetime, ...]] | None:
    """`deals-%Y-%m-%d.csv` and the day of each name; None where they say no day, or one day twice."""
    for form, written in _DATES:
        found = [form.search(name) for name in names]
        matches = [match for match in found if match is not None]
        try:
            moments = tuple(datetime(int(m["Y"]), int(m["m"]), int(m["d"])) for m in matches)
        except ValueError:
            continue
        if len(matches) < len(names) or len(set(moments)) < len(names):
            continue
        before, after = {m.string[: m.start()] for m in matches}, {m.string[m.end() :] for m in matches}
        signs = {m["s"] for m in matches}
        if len(signs) > 1:
            continue
        day = written.format(s=signs.pop())
        pattern = (before.pop() if len(before) == 1 else "*") + day + (after.pop() if len(after) == 1 else "*")
        return pattern, moments
    return None
