"""An export -> everything that can be guessed of it: the way from files to a drafted process on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.draft import words
from engine.draft.activities import activities_of, events_steps_sql, with_moment
from engine.draft.attributes import attributes_of, segments_of
from engine.draft.flow import STEPS, flow_of
from engine.draft.guess import Guess
from engine.draft.join import together
from engine.draft.link import link_of
from engine.draft.model import Drafted, Flow, Linked, State
from engine.draft.points import named_apart, points_of, points_of_link
from engine.draft.said import words_for
from engine.draft.shapes import Forced, Form, Shape, form_of
from engine.draft.sheets import Aside, Sheet, Tables
from engine.draft.stages import as_snapshot, is_snapshot, moves_sql, states_of, status_of, steps_sql
from engine.draft.times import Times, times_of
from engine.draft.totals import Totals, counters_of, points_of_totals, totals_of
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.render.templates import Locale
from engine.render.words import Words


def locale_of(tables: Tables) -> Locale:
    """The language of the names of columns."""
    names = " ".join(column.name for sheet in tables.sheets for column in sheet.columns)
    return "ru" if words.is_cyrillic(names) else "en"


def drafted(engine: Engine, tables: Tables, locale: Locale, forced: Forced | None = None) -> Drafted:
    """Everything guessed of tables that were read; `forced`: columns by role that are given instead.

    EventLogError where no case or no time can be found.
    """
    say, forced = words_for(locale), forced or {}
    main, joined, rest = together(engine, tables.sheets, say)
    totals = totals_of(engine, main, say)
    if totals is not None and not forced:
        return _with_rest(engine, _of_totals(main, totals, say), rest, tables.aside, say)
    form = form_of(engine, main, forced, say)
    if form is None:
        raise EventLogError([_nothing(main)])
    of = _of_events if form.shape == "events" else _of_cases
    draft = replace(of(engine, main, form, forced, say), joined=joined)
    return _with_rest(engine, draft, rest, tables.aside, say)


def _with_rest(engine: Engine, draft: Drafted, rest: Sequence[Sheet], aside: Sequence[Aside], say: Words) -> Drafted:
    """The draft with what the other tables add: those whose rows find its cases are linked, the rest is named."""
    linked: list[Linked] = []
    left: list[Aside] = []
    names = [state.name for state in draft.flow.states] + [one.mark for one in draft.flow.others if one.mark]
    for other in rest:
        if totals_of(engine, other, say) or draft.shape == "counts":
            left.append(Aside(named=other.named, why="counts" if draft.shape != "counts" else "other"))
            continue
        taken = [*names, *(mark.mark for link in linked for mark in link.marks)]
        found = link_of(engine, draft.sheet, other, draft.guesses["case"].columns, draft.attributes, taken, say)
        if isinstance(found, Linked):
            linked.append(found)
        else:
            left.append(Aside(named=other.named, why=found))
    if draft.shape == "counts":
        return replace(draft, aside=(*left, *aside))
    points = tuple(point for link in linked for point in points_of_link(draft.flow, link, say))
    return replace(draft, linked=tuple(linked), aside=(*left, *aside), points=named_apart((*draft.points, *points)))


def _of_totals(main: Sheet, totals: Totals, say: Words) -> Drafted:
    """A table of totals: no cases, but counters and what they are held against."""
    counters = counters_of(totals)
    nothing = Flow(states=(), others=(), moves=(), happy_path=(), skips=False, ways="", won_cases=0)
    return Drafted(
        locale=say.locale,
        sheet=main,
        shape="counts",
        guesses=totals.guesses,
        flow=nothing,
        points=points_of_totals(counters, say),
        counters=counters,
        notes=tuple(say.t("draft.not_taken", column=name, why=say.t("draft.aside.derived")) for name in totals.aside),
    )


def _nothing(sheet: Sheet) -> Problem:
    where = Location(sheet.files[0].shown)
    times = any(column.is_time for column in sheet.columns)
    what = "no column, alone or with others, tells cases apart" if times else "no column holds times"
    hint = "export with the number of the deal and a date, or describe it by hand: voronka init DIR"
    return Problem(where=where, code="no-draft", message=f"nothing can be drafted: {what}", hint=hint)


def _of_events(engine: Engine, main: Sheet, form: Form, forced: Forced, say: Words) -> Drafted:
    found = activities_of(engine, main, form.guesses, forced, say)
    states, steps = found.states, events_steps_sql(found.states)
    guesses = {**form.guesses, "won": found.won}
    ending = _ending(engine, main, form, found.won, forced)
    if ending:
        states = with_moment(states, ending, say)
        won = next(state.name for state in states if state.outcome == "won")
        steps = f"{steps}\nunion all\n{_moment_sql(main, form, ending, won)}"
        guesses["won"] = Guess(role="won", columns=(ending,), sure=0.7, why=(say.t("draft.why.moment", column=ending),))
    flow = flow_of(engine, steps, states, found.others, False, say)
    used = {guess.columns[0]: role for role, guess in form.guesses.items() if role != "case"}
    used |= {form.guesses["case"].columns[0]: "case", **({ending: "won"} if ending else {})}
    return _finished(engine, main, form.shape, flow_guesses=guesses, used=used, flow=flow, say=say)


def _ending(engine: Engine, main: Sheet, form: Form, won: Guess, forced: Forced) -> str:
    """A time of the case that says when it was closed, where no activity says how cases end."""
    if won.sure >= 0.9 or "won" in forced:
        return ""
    case = quote(form.guesses["case"].columns[0])
    for column in main.columns:
        if not column.is_time or column.name == form.guesses["at"].columns[0] or column.is_called("planned"):
            continue
        if not words.is_called("closed", column.name):
            continue
        sql = f"""
select max(n)
from (select count(distinct {quote(column.time)}) as n from {main.relation} group by {case})"""
        if int(str(engine.row(sql)[0] or 0)) == 1:
            return column.name
    return ""


def _moment_sql(main: Sheet, form: Form, column: str, state: str) -> str:
    case, time = quote(form.guesses["case"].columns[0]), quote(main.column(column).time)
    return f"""
select {case} as "case", '{state}' as state, min({time}) as happened, 9e15::bigint as seq
from {main.relation}
where {time} is not null
group by 1"""


def _of_cases(engine: Engine, main: Sheet, form: Form, forced: Forced, say: Words) -> Drafted:
    times = times_of(engine, main, forced, say)
    if times is None:
        raise EventLogError([_nothing(main)])
    case = form.guesses["case"].columns
    status = status_of(main, case, forced, say)
    states = states_of(engine, main, times, status, forced, say)
    if not any(state.outcome == "won" for state in states):
        raise EventLogError([_no_end(main)])
    shape: Shape = "snapshot" if is_snapshot(main, times, status, forced) else "milestones"
    if status and shape == "snapshot":
        states = as_snapshot(states, main.column(status.columns[0]))
    several = main.taken is not None and shape == "snapshot"
    steps = steps_sql(main, case, states, times)
    if status and several:
        steps = moves_sql(main, case, states, times, status.columns[0])
    flow = flow_of(engine, steps, states, (), not several, say, skips=several)
    guesses = {**form.guesses, "start": times.start, "won": _won(states, status, say)}
    used = dict.fromkeys((name for moment in times.moments for name in moment.columns), "time")
    used |= {status.columns[0]: "status"} if status else {}
    if len(case) == 1:
        used[case[0]] = "case"
    dated = [c.name for c in main.columns if c.is_time and c.is_called("exported") and c.filled == main.rows]
    return _finished(
        engine, main, shape, flow_guesses=guesses, used=used, flow=flow, say=say,
        status=status, format_=times.format, empty_clock=times.empty_clock, dates=_dates(times),
        exported=next(iter(dated), ""), undated=() if several else _undated(shape, flow, times),
        notes=tuple(say.t("draft.not_taken", column=name, why=why) for name, why in times.aside),
    )  # fmt: skip


def _undated(shape: Shape, flow: Flow, times: Times) -> tuple[str, ...]:
    """The states of which the export does not say when a case came to them; one snapshot knows but creation and end."""
    states = flow.states[1:]
    if shape == "snapshot":
        return tuple(state.name for state in states if not (state.outcome and times.closed))
    return tuple(state.name for state in states if state.when and not state.when.dated)


def _dates(times: Times) -> dict[str, tuple[str, ...]]:
    """The columns of the dates that a snapshot has."""
    moments = {"created": times.moments[0], "changed": times.changed, "closed": times.closed}
    return {name: moment.columns for name, moment in moments.items() if moment is not None}


def _no_end(sheet: Sheet) -> Problem:
    hint = "export with the stage of each deal, or with the date of the sale"
    message = "nothing can be drafted: one time and no stage, so nothing says how a case ends"
    return Problem(where=Location(sheet.files[0].shown), code="no-draft", message=message, hint=hint)


def _won(states: Sequence[State], status: Guess | None, say: Words) -> Guess:
    won = [state for state in states if state.outcome == "won"]
    by_word = any(words.outcome_of(state.title) == "won" for state in won)
    named = tuple((state.when.values or (state.name,))[0] if state.when else state.name for state in won)
    return Guess(role="won", columns=named, sure=0.92 if by_word else 0.55, why=(won[0].why,))


def _finished(
    engine: Engine, main: Sheet, shape: Shape, *, flow_guesses: dict[str, Guess], used: Mapping[str, str], flow: Flow,
    say: Words, status: Guess | None = None, format_: str = "", empty_clock: str = "",
    dates: dict[str, tuple[str, ...]] | None = None, exported: str = "", undated: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Drafted:  # fmt: skip
    """What is the same for every shape: attributes, control points, how many cases there are."""
    if len(flow.happy_path) < 2:
        raise EventLogError([_no_end(main)])
    attributes = attributes_of(main, used, say)
    second = flow.happy_path[1]
    points = points_of(engine, flow, attributes, undated, say)
    reaction = next((point for point in points if point.name == "reaction_time"), None)
    cases = int(str(engine.row(f'select count(distinct "case") from {STEPS}')[0]))
    return Drafted(
        locale=say.locale,
        sheet=main,
        shape=shape,
        guesses=flow_guesses,
        status=status,
        attributes=attributes,
        segments=segments_of(main, attributes),
        format=format_,
        empty_clock=empty_clock,
        dates=dates or {},
        exported=exported,
        flow=flow,
        points=points,
        bands=reaction is not None and second != flow.happy_path[-1],
        cases=cases,
        notes=notes,
    )
