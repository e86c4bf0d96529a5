"""Terminal views of one thing looked at closely: sources, a control point, its passport, a finding, a case.

Each function gives something that rich prints, in the client's language, for any width from 60 columns on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from engine.audit import Audit, AuditPeriod, MeasuredPoint
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.events.report import SourceReport
from engine.kpis.fact import Fact
from engine.render.json import as_json
from engine.render.report.data import SourceShown, passport_of, source_of
from engine.render.report.findings import finding_of
from engine.render.report.look import Look
from engine.render.report.points import PointRow, row_of
from engine.render.tables import Cell, cases_csv
from engine.render.templates import folders, messages
from engine.render.terminal import STYLES, Draw
from engine.render.words import Words
from engine.rules import wording
from engine.rules.when import Explained, Truth

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table

    from engine.pipeline.looking import ExplainedCase, ExplainedFinding

Drawn = Iterator["RenderableType"]


@dataclass(frozen=True, slots=True)
class View:
    """What rich draws for the console it meets: `made` gets its width and letters."""

    made: Callable[[Draw], Drawn]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterable["RenderableType"]:
        yield from self.made(Draw(options.max_width, options.encoding))


def _look(
    settings: Settings,
    *,
    sources: Sequence[SourceReport] = (),
    points: Sequence[MeasuredPoint] = (),
    facts: Sequence[Fact] = (),
) -> Look:
    """Words for things outside of an audit: as if an audit had just these."""
    audit = Audit(
        voronka="",
        client=settings.client,
        locale=settings.locale,
        currency=settings.currency,
        time_zone=settings.time_zone,
        definitions_sha256="",
        as_of=None,
        period=AuditPeriod(since=None, until=None, grain=settings.audit.period),
        sources=tuple(sources),
        control_points=tuple(points),
        facts=tuple(facts),
        segments=settings.audit.segments,
    )
    return Look(audit, words_of(settings))


def words_of(settings: Settings) -> Words:
    """The words of the shipped documents in the language of a workspace."""
    texts = messages(folders(None), settings.locale)
    return Words(locale=settings.locale, currency=settings.currency, texts=texts)


# --- sources ----------------------------------------------------------------------------------------------------------


def sources_table(reports: Sequence[SourceReport], settings: Settings) -> View:
    """Every row of every source accounted for: used, left out, not understood. Their times are UTC."""
    look = _look(settings, sources=reports)

    def made(draw: Draw) -> Drawn:
        for report in reports:
            yield from _source(draw, look.words, report, source_of(look, _aware(report)))

    return View(made)


def _aware(report: SourceReport) -> SourceReport:
    first, last, exported = (
        moment.replace(tzinfo=UTC) if moment else None for moment in (report.first, report.last, report.exported_at)
    )
    taken = tuple(moment.replace(tzinfo=UTC) for moment in report.taken)
    return replace(report, first=first, last=last, exported_at=exported, taken=taken)


def _source(draw: Draw, words: Words, report: SourceReport, shown: SourceShown) -> Drawn:
    parts = [
        f"{words.t(f'data.{name}').lower()} {getattr(shown, name)}"
        for name in ("used", "filtered", "ignored", "duplicates", "rejected")
        if getattr(report, name)
    ]
    yield draw.text(f"{shown.name}: {words.t('look.rows', n=report.rows)} = {' + '.join(parts) or '0'}", "bold")
    if shown.covers:
        yield draw.text(shown.covers)
    if shown.exported:
        yield draw.text(words.t("data.exported", moment=shown.exported))
    for line in (*shown.rejects, *shown.unmapped):
        yield draw.listed("!", line, "yellow")
    for line in shown.joined:
        yield draw.listed("→", line)
    for line in filter(None, (shown.privacy, *shown.notes)):
        yield draw.listed("·", line, "dim")
    if shown.diagnoses:
        yield draw.text(words.t("doctor.title"), "bold")
    for line in shown.diagnoses:
        yield draw.listed("!", line, "yellow")
    yield draw.text("")


# --- one control point ------------------------------------------------------------------------------------------------


def facts_table(facts: Sequence[Fact], point: MeasuredPoint, settings: Settings) -> View:
    """A control point: the whole, its segments, its periods; value, range, cases, and what to keep in mind."""
    look = _look(settings, points=(point,), facts=facts)

    def made(draw: Draw) -> Drawn:
        yield draw.text(f"{point.title} ({point.process}.{point.name})", "bold")
        if not facts:
            yield draw.text(look.words.t("look.none"))
            return
        rows = [_fact(look, fact, point) for fact in facts]
        if draw.width < NARROW:
            rows = [(_with_remark(row[0], row[-1]), *row[1:MUST], "", "") for row in rows]
        shown = [n for n in range(len(_COLUMNS)) if n < MUST or any(row[n] for row in rows)]
        numbers = [at for at, n in enumerate(shown) if n in _NUMBERS]
        table = draw.table(len(shown) - 1, whole=(1, 2, *numbers), right=numbers)
        table.show_header = True
        for column, n in zip(table.columns, shown, strict=True):
            column.header = draw.text(look.words.t(_COLUMNS[n]), "dim")
        for row in rows:
            table.add_row(*(draw.text(row[n]) for n in shown))
        yield table

    return View(made)


_COLUMNS = ("look.segment", "points.value", "look.range", "points.n", "look.open", "look.remark")
_NUMBERS, MUST = (3, 4), 4
"""Which columns are numbers; how many are there even if they are empty."""
NARROW = 110
"""Below so many columns a remark stands beside the name."""


def _with_remark(name: str, remark: str) -> str:
    return f"{name} ({remark})" if remark else name


def _fact(look: Look, fact: Fact, point: MeasuredPoint) -> tuple[str, ...]:
    row = row_of(look, fact, point)
    span = look.words.span(fact.low, fact.high, point.unit, business=point.passport.clock == "business")
    of_hundred = look.words.share(0.5).removeprefix("50")
    span = span.removesuffix(of_hundred) if point.unit == "ratio" else span  # the value beside it says so
    young = look.words.t("verdict.young") if fact.maturity != "mature" else ""
    remark = "; ".join(filter(None, (young, row.note)))
    return _where(look, fact), row.value, span, row.n, row.pending, remark


def _where(look: Look, fact: Fact) -> str:
    """Which part of the cases a fact is about."""
    period = ""
    if fact.period:
        since, last = look.local(fact.period.since).date(), look.last_day(fact.period.until)
        period = wording.period(since, last, look.words.locale)
    segment = " × ".join(value or look.words.t("segment.empty") for _, value in fact.segment)
    return ", ".join(filter(None, (segment, period))) or look.words.t("look.whole")


def facts_csv(facts: Sequence[Fact], settings: Settings) -> str:
    """The facts as a table for a spreadsheet: numbers as they are, a column a dimension."""
    dimensions = tuple(dict.fromkeys(name for fact in facts for name, _ in fact.segment))
    columns = (*dimensions, "since", "until", *_CSV)
    rows = [_csv_row(fact, dimensions) for fact in facts]
    return cases_csv(columns, rows, settings.locale).decode("utf-8-sig")


_CSV = ("value", "raw", "low", "high", "n", "pending", "horizon", "maturity", "note")


def _csv_row(fact: Fact, dimensions: Sequence[str]) -> tuple[Cell, ...]:
    segment = dict(fact.segment)
    since, until = (fact.period.since, fact.period.until) if fact.period else (None, None)
    numbers = (fact.value, fact.raw, fact.low, fact.high, fact.n, fact.pending, fact.horizon)
    return (*(segment.get(name) for name in dimensions), since, until, *numbers, fact.maturity, fact.note)


def facts_json(facts: Sequence[Fact], settings: Settings) -> str:
    """The facts as they stand in audit.json."""
    return as_json(tuple(facts), settings.time_zone)


def passport(point: MeasuredPoint, settings: Settings) -> View:
    """What a control point means: who counts, by which clock, how sure it is."""
    look = _look(settings, points=(point,))

    def made(draw: Draw) -> Drawn:
        shown = passport_of(look, point)
        yield draw.text(f"{shown.title} ({shown.key})", "bold")
        yield _pairs(draw, [*_parameters(point), *shown.lines])

    return View(made)


def _parameters(point: MeasuredPoint) -> Iterator[tuple[str, str]]:
    yield "kpi", point.kpi
    yield from sorted(point.parameters.items())


def _pairs(draw: Draw, pairs: Iterable[tuple[str, str]]) -> "Table":
    table = draw.table(1)
    table.columns[0].max_width = max(16, draw.width // 3)
    for name, text in pairs:
        table.add_row(draw.text(name, "dim"), draw.text(text))
    return table


# --- a finding --------------------------------------------------------------------------------------------------------


def explained_finding(explained: "ExplainedFinding", audit: Audit, settings: Settings) -> View:
    """Why a rule fired: its numbers against the limits, its conditions one by one, its causes, its cases."""
    look = Look(audit, words_of(settings))

    def made(draw: Draw) -> Drawn:
        finding, words = finding_of(look, explained.finding), look.words
        yield draw.text(finding.title, "bold")
        yield draw.text(f"{finding.where}; {finding.mark}", STYLES.get(finding.mark.code, ""))
        yield draw.text(finding.message)
        if finding.cost:
            yield draw.text("; ".join(filter(None, (finding.cost, finding.money))))
        if explained.conditions is not None:
            yield from _headed(draw, words.t("look.why"))
            yield from _conditions(draw, look, explained.conditions, explained.finding.process)
        rows = _rows(look, explained.facts)
        if rows:
            yield from _headed(draw, words.t("look.facts"))
            yield from (_number(draw, look, row) for row in rows)
        if finding.causes:
            yield from _headed(draw, words.t("findings.causes"))
        for cause in finding.causes:
            text = f"{cause.title}: {cause.word}. {cause.text}".strip()
            yield draw.listed(cause.symbol, text, "bold" if cause.code == "supported" else "")
        if finding.cases:
            yield draw.text("")
            yield draw.text(f"{words.t('findings.cases')}: {', '.join(finding.cases)}")

    return View(made)


def _headed(draw: Draw, title: str) -> Drawn:
    yield draw.text("")
    yield draw.text(title, "bold")


def _rows(look: Look, facts: Iterable[Fact]) -> list[PointRow]:
    return [
        row_of(look, fact, point) for fact in facts if (point := look.points.get((fact.process, fact.control_point)))
    ]


def _number(draw: Draw, look: Look, row: PointRow) -> "Table":
    limits = ", ".join(filter(None, (row.limit, row.limit_red)))
    against = look.words.t("points.against", limit=limits) if limits else ""
    text = "; ".join(filter(None, (f"{row.title}: {row.value}", row.span, against, row.mark.word, row.norm)))
    return draw.listed(row.mark.symbol, text, STYLES.get(row.mark.code, ""))


_TRUTHS = {Truth.TRUE: "✓", Truth.LIKELY: "≈", Truth.UNKNOWN: "?", Truth.UNLIKELY: "≈", Truth.FALSE: "✕"}


def _conditions(draw: Draw, look: Look, part: Explained, process: str, depth: int = 0) -> Drawn:
    """A condition with what it came to, and beneath it, further in, its parts."""
    from rich.padding import Padding

    sign = "·" if part.truth is None else _TRUTHS[part.truth]
    yield Padding(draw.listed(sign, f"{part.text}: {_came_to(look, part, process)}"), (0, 0, 0, 2 * depth))
    for inner in part.parts:
        yield from _conditions(draw, look, inner, process, depth + 1)


def _came_to(look: Look, part: Explained, process: str) -> str:
    if part.truth is not None:
        return look.words.t(f"truth.{part.truth.word}")
    if part.value is None:
        return look.words.t("truth.unknown")
    point = look.point_named(part.text, (process,))
    if point is None:
        return look.words.number(part.value, 2)
    span = look.span(part.low, part.high, point)
    return ", ".join(filter(None, (look.amount(part.value, point), span)))


# --- a case -----------------------------------------------------------------------------------------------------------


def explained_case(case: "ExplainedCase", settings: Settings) -> View:
    """The path of a case, event by event, and where it left the process."""
    words = words_of(settings)

    def made(draw: Draw) -> Drawn:
        locale = settings.locale
        title = case.process.title.of(locale) if case.process.title else case.process.process
        yield draw.text(words.t("look.case", case=case.case_id, process=title), "bold")
        yield _pairs(draw, [(_attribute(words, name), value) for name, value in case.attributes.items()])
        yield draw.text("")
        yield _steps(draw, words, case)
        yield draw.text("")
        yield from _kept(draw, words, case)

    return View(made)


def _attribute(words: Words, name: str) -> str:
    return words.t(f"dimension.{name}") if words.has(f"dimension.{name}") else name


def _steps(draw: Draw, words: Words, case: "ExplainedCase") -> "RenderableType":
    if not case.steps:
        return draw.text(words.t("look.no_steps"))
    table = draw.table(3)
    table.show_header = True
    for column, name in zip(table.columns, ("when", "what", "as", "by"), strict=True):
        column.header = draw.text(words.t(f"look.{name}"), "dim")
    table.columns[0].no_wrap = True
    for step in case.steps:
        when = f"{words.day_short(step.happened_at)} {step.happened_at:%H:%M}"
        known = _titled(case.process, step.state or step.mark or "", words)
        table.add_row(*(draw.text(cell) for cell in (when, step.activity or "", known, step.actor or "")))
    return table


def _titled(process: Process, name: str, words: Words) -> str:
    titles = {state.name: state.title for state in process.states} | {mark.name: mark.title for mark in process.marks}
    title = titles.get(name)
    return title.of(words.locale) if title else name


def _kept(draw: Draw, words: Words, case: "ExplainedCase") -> Drawn:
    """How the case kept to the process: every move that it does not allow, one a line."""
    if case.replayed.conforms:
        yield draw.text(words.t("look.conforms"), "green")
    elif case.replayed.pending:
        yield draw.text(words.t("look.pending"))
    for from_, to in case.replayed.deviations:
        names = {"from_": _titled(case.process, from_, words), "to": _titled(case.process, to, words)}
        key = "look.deviation" if from_ else "look.deviation.start"
        yield draw.listed("✕", words.t(key, **names), "red")
