"""Time stamps of a source: the format that fits a whole column found (or the declared one tried), then UTC in SQL."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.definitions.document import Key
from engine.engines.sql import quote
from engine.events import zones
from engine.events.cells import Cells
from engine.events.forms import DETECTED, PLAIN, Form, plain_form
from engine.events.phones import without_contacts
from engine.events.table import time_of
from engine.events.trouble import Desk

SAMPLE = 2000
SPECIFIER = re.compile(r"%-?[aAwdbBmyYHIpMSgfnzjUWcxX%]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A stamp of a row in SQL: `local` in the zone of the source (UTC where `zoned`), null where unreadable.

    `since`, `until`: the first and the last; `whole`: whether every row has a time.
    """

    columns: tuple[str, ...]
    local: str
    text: str
    day_only: str
    zoned: bool = False
    since: datetime | None = None
    until: datetime | None = None
    form: str = ""
    whole: bool = False


_Span = tuple[datetime | None, datetime | None]
NOTHING = Stamp(columns=(), local="null::timestamp", text="null::varchar", day_only="false")
SWAPPED = {"%d/%m/%Y %H:%M:%S": "%m/%d/%Y %H:%M:%S"}


@dataclass(slots=True)
class Clock:
    """Finds the stamps of one source, each set of columns once."""

    cells: Cells
    zone: ZoneInfo
    formats: tuple[str, ...]
    notes: list[str]
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], Stamp]
    secret: frozenset[str] = frozenset()
    """Columns whose values are never shown."""

    @property
    def desk(self) -> Desk:
        """Where problems go."""
        return self.cells.desk

    def stamp(self, columns: Sequence[str], *at: Key, formats: Sequence[str] = (), empty: Sequence[str] = ()) -> Stamp:
        """The stamp in one column, or several joined by a space."""
        key = (tuple(columns), tuple(formats))
        if key not in self.found:
            self.found[key] = self._stamp(tuple(columns), at, tuple(formats) or self.formats, tuple(empty))
        return self.found[key]

    def period(self, columns: Sequence[str], *at: Key, forms: tuple[Form, ...], tidy: Callable[[str], str]) -> Stamp:
        """The stamp of a period, which may be a month or an hour; `tidy`: SQL of its text as a moment is written."""
        typed = len(columns) == 1 and self.cells.kind(columns[0]) in ("time", "date", "zoned")
        if typed or self.formats or [column for column in columns if not self.cells.known(column, *at)]:
            return self.stamp(columns, *at)
        return self._fitting(tuple(columns), tidy(self.cells.joined(columns, " ")), forms, at)

    def _stamp(
        self, columns: tuple[str, ...], at: tuple[Key, ...], formats: tuple[str, ...], empty: tuple[str, ...]
    ) -> Stamp:
        unknown = [column for column in columns if not self.cells.known(column, *at)]
        if unknown:
            return NOTHING
        if len(columns) == 1 and self.cells.kind(columns[0]) in ("time", "date", "zoned"):
            return self._typed(columns[0])
        read = self._read(columns[0], formats) if len(columns) == 1 and not (empty or self.cells.empty) else None
        if read:
            return read
        text = self.cells.joined(columns, " ") if not empty else self.cells.text(columns[0], empty=empty)
        forms = self._declared(formats) if formats else DETECTED
        return self._fitting(columns, text, forms, at) if forms else NOTHING

    def _typed(self, column: str) -> Stamp:
        name, kind = quote(column), self.cells.kind(column)
        local = name if self.cells.table.columns[column] == "TIMESTAMP" else f"{name}::timestamp"
        stamp = self._of_time(column, local, "typed")
        return replace(stamp, text=f"{name}::varchar", day_only=str(kind == "date").lower(), zoned=kind == "zoned")

    def _read(self, column: str, formats: tuple[str, ...]) -> Stamp | None:
        """Of a column whose times were read as such from a text file, in a format that is declared, or none is."""
        form = next((form for form in PLAIN if form.format == self.cells.table.times.get(column)), None)
        if form is None or (formats and form.format.replace("%-", "%") not in formats):
            return None
        self._told(column, plain_form(form.format.replace("%-", "%")) if formats else form, set())
        return replace(self._of_time(column, time_of(column), form.name), day_only=str(form.day_only).lower())

    def _of_time(self, column: str, local: str, form: str) -> Stamp:
        low, high, whole = self.cells.engine.row(
            f"select min({local}), max({local}), count(*) = count({local}) from {self.cells.table.sql}"
        )
        return Stamp(
            columns=(column,),
            local=local,
            text=quote(column),
            day_only="false",
            since=_datetime(low),
            until=_datetime(high),
            form=form,
            whole=bool(whole),
        )

    def _declared(self, formats: tuple[str, ...]) -> tuple[Form, ...]:
        forms = []
        for number, text in enumerate(formats):
            if "%" in SPECIFIER.sub("", text) or "%" not in text:
                where: tuple[Key, ...] = ("format", number) if len(formats) > 1 else ("format",)
                self.desk.says("bad-format", f"`{text}` is no time format", "write %d.%m.%Y %H:%M", at=where)
            else:
                forms.append(plain_form(text, zoned="%z" in text))
        return tuple(forms)

    def _fitting(self, columns: tuple[str, ...], text: str, forms: tuple[Form, ...], at: tuple[Key, ...]) -> Stamp:
        """The first form that fits the whole column; where none does, the one that fits most of it."""
        name = " + ".join(columns)
        usual = self._usual(columns, text) if forms is DETECTED else None
        if usual:
            return usual
        _, _, sampled, _ = self._counts(text, forms, f"where t is not null limit {SAMPLE}")
        likely = tuple(form for form, fit in zip(forms, sampled, strict=True) if fit) or forms
        rows, total, fits, spans = self._counts(text, likely, "")
        if not total:
            self.notes.append(f"`{name}` holds no time")
            return NOTHING
        best = max(range(len(likely)), key=lambda n: (fits[n], -n))
        if not fits[best]:
            self._unfitting(name, text, forms, at)
            return NOTHING
        form = likely[best]
        self._told(name, form, {likely[n].name for n in range(len(likely)) if fits[n] == total})
        local = form.parse(text)
        low, high = spans[best]
        day_only = f"not contains({text}, ':')" if form.day_only is None else str(form.day_only).lower()
        return Stamp(
            columns=columns,
            local=local,
            text=text,
            day_only=day_only,
            zoned=form.zoned,
            since=low,
            until=high,
            form=form.name,
            whole=fits[best] == rows,
        )

    def _usual(self, columns: tuple[str, ...], text: str) -> Stamp | None:
        """The stamp of a column written in one plain form from the first row to the last: no row has to be tested."""
        rows, _, sampled, _ = self._counts(text, PLAIN, f"where t is not null limit {SAMPLE}")
        form = next((form for form, fits in zip(PLAIN, sampled, strict=True) if rows and fits == rows), None)
        if form is None:
            return None
        rows, _, (fits,), (span,) = self._counts(text, (form,), "")
        if fits < rows:
            return None
        self._told(" + ".join(columns), form, set())
        return Stamp(
            columns=columns,
            local=f"try_cast({text} as timestamp)" if form is PLAIN[0] else form.parse(text),
            text=text,
            day_only=str(form.day_only).lower(),
            since=span[0],
            until=span[1],
            form=form.name,
            whole=True,
        )

    def _counts(self, text: str, forms: tuple[Form, ...], clause: str) -> tuple[int, int, list[int], list[_Span]]:
        """How many rows and texts there are; how many fit each form, the first and last time by it. One scan."""
        parsed = ", ".join(f"{form.parse('t')} as p{n}" for n, form in enumerate(forms))
        asked = ", ".join(
            f"count(*) filter (year(p{n}) between 1000 and 2999), min(p{n}), max(p{n})" for n in range(len(forms))
        )
        texts = f"from (select {text} as t from {self.cells.table.sql}) {clause}"
        sql = f"select count(*), count(t), {asked} from (select t, {parsed} from ({texts}))"
        rows, total, *row = self.cells.rows(sql)[0]
        spans = [(_datetime(low), _datetime(high)) for low, high in zip(row[1::3], row[2::3], strict=True)]
        return int(str(rows)), int(str(total)), [int(str(fit)) for fit in row[::3]], spans

    def _unfitting(self, name: str, text: str, forms: tuple[Form, ...], at: tuple[Key, ...]) -> None:
        texts = f"select distinct {text} as t from {self.cells.table.sql}"
        query = f"select t from ({texts}) where t is not null order by t limit 3"
        samples = ", ".join(f"`{without_contacts(str(row[0]))[:40]}`" for row in self.cells.rows(query))
        if self.secret & set(name.split(" + ")):
            samples = "personal, so none is shown"
        tried = ", ".join(f"`{form.name}`" for form in forms)
        message = (
            f"column `{name}` of {self.cells.table.named} holds no times that can be read: {samples}; tried {tried}"
        )
        self.desk.says("bad-times", message, 'declare `format: "%d.%m.%Y %H:%M"`', at=at)

    def _told(self, name: str, form: Form, whole: set[str]) -> None:
        note = f"`{name}`: {form.name}"
        swapped = SWAPPED.get(form.name)
        if swapped and swapped in whole:
            note += f" (every value would also fit {swapped}: declare `format:` if the month comes first)"
        self.notes.append(note)

    def utc(self, stamp: Stamp, local: str, spare: timedelta = timedelta(0)) -> str:
        """SQL of a time of that stamp as UTC; `spare`: how far `local` may have been moved forward."""
        if stamp.zoned or stamp.since is None or stamp.until is None:
            return local
        return zones.to_utc(local, self.zone, stamp.since, zones.known(stamp.until) + spare)

    def doubts(self, stamp: Stamp) -> str | None:
        """SQL that is true where the local time happens twice or never."""
        if stamp.zoned or stamp.since is None or stamp.until is None:
            return None
        return zones.doubtful(stamp.local, self.zone, stamp.since, stamp.until)


def _datetime(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
