"""An export -> everything that can be guessed of it: the way from files to a drafted process on one page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.draft import words
from engine.draft.activities import activities_of, events_steps_sql, with_moment
from engine.draft.attributes import attributes_of, segments_of
from engine.draft.flow import STEPS, flow_of
from engine.draft.guess import Guess
from engine.draft.join import together
from engine.draft.model import Drafted, Flow, State
from engine.draft.points import points_of
from engine.draft.said import words_for
from engine.draft.shapes import Forced, Form, form_of
from engine.draft.sheets import Sheet, sheets_of
from engine.draft.stages import states_of, status_of, steps_sql
from engine.draft.times import times_of
from engine.engines.duckdb import Engine
from engine.engines.sql import quote
from engine.errors import EventLogError, Location, Problem
from engine.render.templates import Locale
from engine.render.words import Words


def locale_of(sheets: Sequence[Sheet]) -> Locale:
    """The language of the names of columns."""
    names = " ".join(column.name for sheet in sheets for column in sheet.columns)
    return "ru" if words.is_cyrillic(names) else "en"


def read(engine: Engine, paths: Sequence[Path], folder: Path) -> tuple[Sheet, ...]:
    """The files as tables in the engine; `folder` is for what has to be unpacked. EventLogError: unreadable."""
    return sheets_of(engine, paths, folder)


def drafted(engine: Engine, sheets: Sequence[Sheet], locale: Locale, forced: Forced | None = None) -> Drafted:
    """Everything guessed of tables that were read; `forced`: columns by role that are given instead.

    EventLogError where no case or no time can be found.
    """
    say, forced = words_for(locale), forced or {}
    main, joined, aside = together(engine, sheets, say)
    form = form_of(engine, main, forced, say)
    if form is None:
        raise EventLogError([_nothing(main)])
    if form.shape == "events":
        return _of_events(engine, main, form, joined, aside, forced, say)
    return _of_cases(engine, main, form, joined, aside, forced, say)


def _nothing(sheet: Sheet) -> Problem:
    where = Location(sheet.files[0].shown)
    times = any(column.is_time for column in sheet.columns)
    what = "no column, alone or with others, tells cases apart" if times else "no column holds times"
    hint = "export with the number of the deal and a date, or describe it by hand: voronka init DIR"
    return Problem(where=where, code="no-draft", message=f"nothing can be drafted: {what}", hint=hint)


_Joined = tuple[tuple[Sheet, str, str], ...]


def _of_events(
    engine: Engine, main: Sheet, form: Form, joined: _Joined, aside: Sequence[Sheet], forced: Forced, say: Words
) -> Drafted:
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
    return _finished(
        engine, main, form, flow_guesses=guesses, used=used, joined=joined, aside=aside, flow=flow, say=say
    )


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


def _of_cases(
    engine: Engine, main: Sheet, form: Form, joined: _Joined, aside: Sequence[Sheet], forced: Forced, say: Words
) -> Drafted:
    times = times_of(engine, main, forced, say)
    if times is None:
        raise EventLogError([_nothing(main)])
    case = form.guesses["case"].columns
    status = status_of(main, case, forced, say)
    states = states_of(engine, main, times, status, forced, say)
    if not any(state.outcome == "won" for state in states):
        raise EventLogError([_no_end(main)])
    flow = flow_of(engine, steps_sql(main, case, states, times), states, (), True, say)
    guesses = {**form.guesses, "start": times.start, "won": _won(states, status, say)}
    used = dict.fromkeys((name for moment in times.moments for name in moment.columns), "time")
    used |= {status.columns[0]: "status"} if status else {}
    if len(case) == 1:
        used[case[0]] = "case"
    return _finished(
        engine, main, form, flow_guesses=guesses, used=used, joined=joined, aside=aside, flow=flow, say=say,
        status=status, format_=times.format, empty_clock=times.empty_clock,
        notes=tuple(say.t("draft.not_taken", column=name, why=why) for name, why in times.aside),
    )  # fmt: skip


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
    engine: Engine, main: Sheet, form: Form, *, flow_guesses: dict[str, Guess], used: Mapping[str, str],
    joined: _Joined, aside: Sequence[Sheet], flow: Flow, say: Words, status: Guess | None = None, format_: str = "",
    empty_clock: str = "", notes: tuple[str, ...] = (),
) -> Drafted:  # fmt: skip
    """What is the same for every shape: attributes, control points, how many cases there are."""
    if len(flow.happy_path) < 2:
        raise EventLogError([_no_end(main)])
    attributes = attributes_of(main, used, say)
    second = flow.happy_path[1]
    points = points_of(engine, flow, attributes, say)
    reaction = next((point for point in points if point.name == "reaction_time"), None)
    cases = int(str(engine.row(f'select count(distinct "case") from {STEPS}')[0]))
    return Drafted(
        locale=say.locale,
        sheet=main,
        joined=joined,
        aside=tuple(aside),
        shape=form.shape,
        guesses=flow_guesses,
        status=status,
        attributes=attributes,
        segments=segments_of(main, attributes),
        format=format_,
        empty_clock=empty_clock,
        flow=flow,
        points=points,
        bands=reaction is not None and second != flow.happy_path[-1],
        cases=cases,
        notes=notes,
    )
