"""Working lists for today: whom nobody called back, who has no next step, who is silent after the quote, what lies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from engine.definitions.document import Span, WrongValue
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.engines.sql import Bound, quote
from engine.events.attributes import personal
from engine.events.log import EventLog, mark_numbers, moment_sql
from engine.events.personal import behind_pseudonyms
from engine.events.report import SourceReport
from engine.events.salt import workspace_salt
from engine.kpis.durations import local_sql
from engine.pipeline.auditing import prepared, with_events
from engine.pipeline.opening import Asked
from engine.pipeline.working_limits import with_working_days
from engine.pipeline.zones import local
from engine.rules.applies import places_of
from engine.workspace import Workspace

ListName = Literal["not_called_back", "no_next_step", "silent", "untouched"]
LISTS: tuple[ListName, ...] = get_args(ListName)
_DAY = 86_400
_SILENT, _UNTOUCHED = 5 * _DAY, 14 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCase:
    """A case to work on. `phone`, `client`: pseudonyms, or nothing; `times`: cases of this number that wait.

    `since`: from when on it waits, by the workspace's clock; `waited`: whole seconds from then to the end of the log.
    """

    process: str
    case: str
    manager: str
    phone: str
    client: str
    stage: str
    since: datetime
    waited: int
    amount: float | None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """One list. `after`: seconds without anything from which on a case is on it (by process title); `lacking`: titles
    of processes whose data cannot tell."""

    name: ListName
    cases: tuple[WorkCase, ...]
    after: tuple[tuple[str, int], ...] = ()
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLists:
    """The lists as of the end of the log."""

    as_of: datetime | None
    lists: tuple[WorkList, ...]


def working_lists(workspace: Workspace, store: Engine, reports: Sequence[SourceReport], asked: Asked) -> WorkLists:
    """The lists of all processes with cases; EventLogError where there are no events."""
    processes = [process for process in with_events(workspace, store, asked) if process.states]
    return lists_of(workspace, [prepared(workspace, store, reports, asked, process) for process in processes])


def lists_of(workspace: Workspace, logs: Sequence[EventLog]) -> WorkLists:
    """The lists of logs whose relations are there."""
    found: dict[str, list[WorkCase]] = {name: [] for name in LISTS}
    after: dict[str, list[tuple[str, int]]] = {name: [] for name in LISTS}
    lacking: list[str] = []
    logs = [log for log in logs if log.process.states and log.observed_until]
    _contacts(workspace.settings, logs)
    for log in logs:
        of = _Open(workspace, log)
        found["not_called_back"] += of.not_called_back()
        if of.knows_steps:
            found["no_next_step"] += of.no_next_step()
        else:
            lacking.append(of.title)
        found["silent"] += of.silent()
        found["untouched"] += of.untouched()
        after["silent"] += [(of.title, of.silent_for)] if of.quoted else []
        after["untouched"].append((of.title, of.untouched_for))
    ends = [local(log.observed_until, log.time_zone) for log in logs if log.observed_until]
    lists = (
        WorkList(
            name=name,
            cases=tuple(sorted(found[name], key=lambda one: _order(name, one))),
            after=tuple(after[name]),
            lacking=tuple(lacking) if name == "no_next_step" else (),
        )
        for name in LISTS
    )
    return WorkLists(as_of=min(ends, default=None), lists=tuple(lists))


def _order(name: str, one: WorkCase) -> tuple[int, str, str]:
    """Calls to be returned: the latest first, for they are still warm; elsewhere who waits longest comes first."""
    return (one.waited if name == "not_called_back" else -one.waited, one.process, one.case)


# --- who was spoken to, by number -------------------------------------------------------------------------------------


def _contacts(settings: Settings, logs: Sequence[EventLog]) -> None:
    """A temp table of when a number was spoken to, in any process."""
    if not logs:
        return
    engine = logs[0].engine
    engine.execute("create or replace temp table contacts (number varchar, spoken_at timestamp)")
    for log in logs:
        states = [str(log.state_no(name)) for name in _spoken(settings, log.process)]
        number = _number(log.attributes)
        if states and number:
            engine.execute(f"""
insert into contacts
select {number}, max(entered_at)
from {log.relation("visits")}
join {log.relation("cases")} using (case_key)
where state_no in ({", ".join(states)})
  and {number} is not null
group by 1""")


def _number(attributes: Collection[str]) -> str:
    """SQL of the number a client is called by: the phone, else what the source knows the client by."""
    known = [f"a_{name}::varchar" for name in ("phone", "client") if name in attributes]
    return f"coalesce({', '.join(known)})" if known else ""


def _spoken(settings: Settings, process: Process) -> list[str]:
    """The states in which somebody has spoken to the client."""
    waits = {*process.start_states, *settings.lists.missed}
    return [one.name for one in process.states if one.name not in waits and one.outcome in (None, "won")]


# --- the open cases of a process --------------------------------------------------------------------------------------


class _Open:
    """The open cases of one process, in a temp table `waiting`, and what is asked of them."""

    def __init__(self, workspace: Workspace, log: EventLog) -> None:
        self._log, self._settings = log, workspace.settings
        self._locale = workspace.settings.locale
        wanted, process = workspace.settings.lists, log.process
        states = {state.name for state in process.states if not state.final}
        self.title = process.title.of(self._locale) if process.title else process.process
        self.quoted = [name for name in wanted.quoted if name in states]
        self.silent_for = _seconds(wanted.silent_for) or _touch_within(process, self.quoted) or _SILENT
        self.untouched_for = _seconds(wanted.untouched_for) or _oldest(workspace, process) or _UNTOUCHED
        missed = [name for name in wanted.missed if name in states]
        self._waits = [*missed, *(name for name in _first(process) if name not in missed)]
        self._step_mark = mark_numbers(process).get(wanted.next_step)
        self._step_time = log.attributes.get(wanted.next_step) in ("time", "date")
        self._fill()

    def _fill(self) -> None:
        log, bound = self._log, Bound()
        step = "false" if self._step_mark is None else f"mark_no = {self._step_mark}"
        manager = "a_manager::varchar" if "manager" in log.attributes else "null::varchar"
        if log.manager_varies:
            held = f"(select segment from {log.relation('segments')} where code = stood.manager_no)"
            manager = f"coalesce({held}, {manager})"
        texts = {name: f"a_{name}::varchar" if name in log.attributes else "null" for name in ("phone", "client")}
        amount = "try_cast(a_amount as double)" if "amount" in log.attributes else "null::double"
        planned = quote(f"a_{self._settings.lists.next_step}") if self._step_time else "null::timestamp"
        log.engine.execute(
            f"""
create or replace temp table waiting as
select cases.case_key,
       case_id,
       resting_state,
       stood.entered_at,
       greatest(stood.entered_at, noted.last_at) as touched_at,
       noted.step_at,
       {planned}::timestamp as planned_at,
       coalesce({manager}, '') as manager,
       {texts["phone"]}::varchar as phone,
       {texts["client"]}::varchar as client,
       {_number(log.attributes) or "null::varchar"} as number,
       {amount} as amount
from {log.relation("cases")} as cases
join (
  select case_key, max(entered_at) as entered_at, arg_max(manager_no, visit_no) as manager_no
  from {log.relation("visits")}
  group by case_key) as stood
  using (case_key)
left join (
  select case_key, max(happened_at) as last_at, max(happened_at) filter ({step}) as step_at
  from {log.relation("marks")}
  group by case_key) as noted
  using (case_key)
where outcome = 'open'""",
            bound,
        )

    @property
    def knows_steps(self) -> bool:
        """Whether the data say of any case that a next step was agreed."""
        if self._step_time:
            return True
        if self._step_mark is None:
            return False
        sql = f"select exists(select 1 from {self._log.relation('marks')} where mark_no = {self._step_mark})"
        return bool(self._log.engine.row(sql)[0])

    def not_called_back(self) -> list[WorkCase]:
        """One a number: cases where nobody has spoken to the client, and to whose number nobody has since."""
        if not self._waits:
            return []
        return self._cases(f"""
select *, count(*) over (partition by coalesce(number, 'case ' || case_id)) as times, entered_at as since
from waiting
where {self._in(self._waits)}
  and not exists (from contacts where contacts.number = waiting.number and spoken_at >= waiting.entered_at)
qualify row_number() over (partition by coalesce(number, 'case ' || case_id) order by entered_at desc, case_id) = 1""")

    def no_next_step(self) -> list[WorkCase]:
        """Cases somebody has spoken of, without a step since they came to their stage (or with none ahead)."""
        spoken = _spoken(self._settings, self._log.process)
        end = moment_sql(self._log.observed_until) if self._log.observed_until else "null"
        ahead = f"planned_at is null or planned_at < {local_sql(self._log, end)}"
        missing = ahead if self._step_time else "step_at is null or step_at < entered_at"
        return self._cases(f"""
select *, 1 as times, entered_at as since
from waiting
where {self._in(spoken)}
  and ({missing})""")

    def silent(self) -> list[WorkCase]:
        """Cases with a quote, without any touch for as long as is allowed."""
        return self._lying(self.quoted, self.silent_for) if self.quoted else []

    def untouched(self) -> list[WorkCase]:
        """All open cases of which nothing was recorded for long."""
        return self._lying([state.name for state in self._log.process.states], self.untouched_for)

    def _lying(self, states: Sequence[str], seconds: int) -> list[WorkCase]:
        return self._cases(f"""
select *, 1 as times, touched_at as since
from waiting
where {self._in(states)}
  and epoch({self._end()} - touched_at) >= {int(seconds)}""")

    def _in(self, states: Sequence[str]) -> str:
        numbers = ", ".join(str(self._log.state_no(name)) for name in states)
        return f"resting_state in ({numbers})" if numbers else "false"

    def _end(self) -> str:
        assert self._log.observed_until is not None
        return moment_sql(self._log.observed_until)

    def _cases(self, query: str) -> list[WorkCase]:
        log = self._log
        titles = [state.title.of(self._locale) if state.title else state.name for state in log.process.states]
        rows = log.engine.rows(f"""
select case_id, manager, coalesce(phone, ''), coalesce(client, ''), resting_state,
       {local_sql(log, "since")}, floor(epoch({self._end()} - since))::bigint, amount, times
from ({query})
order by all""")
        return [_case(self.title, titles, row) for row in rows]


def _case(process: str, titles: Sequence[str], row: tuple[object, ...]) -> WorkCase:
    case, manager, phone, client, state, since, waited, amount, times = row
    assert isinstance(since, datetime)
    return WorkCase(
        process=process,
        case=str(case),
        manager=str(manager),
        phone=str(phone),
        client=str(client),
        stage=titles[int(str(state))],
        since=since.replace(microsecond=0),
        waited=int(str(waited)),
        amount=None if amount is None else float(str(amount)),
        times=int(str(times)),
    )


# --- how long is too long ---------------------------------------------------------------------------------------------


def _seconds(span: Span | None) -> int:
    return (span.seconds or span.working_days * _DAY) if span else 0


def _first(process: Process) -> list[str]:
    """The start states from which the time to an answer is measured."""
    timed = (point for point in process.control_points.values() if point.kpi in ("elapsed", "within"))
    measured = {point.parameters.get("from") for point in timed}
    return [name for name in process.start_states if name in measured]


def _touch_within(process: Process, quoted: Sequence[str]) -> int:
    """Within which time the process wants a touch after the quote; 0 where it does not say."""
    marks = {mark.name for mark in process.marks}
    for point in process.control_points.values():
        given = point.parameters
        if point.kpi == "conversion" and given.get("from") in quoted and given.get("to") in marks:
            try:
                return _seconds(Span.parse(str(given.get("within", ""))))
            except WrongValue:
                continue
    return 0


def _oldest(workspace: Workspace, process: Process) -> int:
    """The limit on the age of open cases; 0 where there is none in figures."""
    for rule in with_working_days(workspace).rules:
        for _, name in places_of(rule.control_point, (process,)):
            point, limit = process.control_points[name], rule.yellow or rule.red
            if point.kpi == "age" and "state" not in point.parameters and limit and limit.value:
                return int(limit.value)
    return 0


# --- real values ------------------------------------------------------------------------------------------------------


def with_real_values(workspace: Workspace, lists: WorkLists) -> WorkLists:
    """The lists with phones and names as the exports have them (or masked: `privacy: {lists: masked}`).

    Nothing else shows them. A pseudonym that nothing is known of is left out; EventLogError where an export cannot be
    read again.
    """
    settings = workspace.settings
    hidden = {name for source in settings.sources for name, one in source.attributes.items() if personal(name, one)}
    cases = [case for one in lists.lists for case in one.cases]
    asked = {getattr(case, name) for case in cases for name in ("phone", "client") if name in hidden} - {""}
    if not asked:
        return lists
    salt = workspace_salt(workspace.root / ".voronka")
    values = {**dict.fromkeys(asked, ""), **behind_pseudonyms(settings, workspace.root, salt, asked)}

    def shown(case: WorkCase) -> WorkCase:
        return replace(case, phone=values.get(case.phone, case.phone), client=values.get(case.client, case.client))

    return replace(lists, lists=tuple(replace(one, cases=tuple(map(shown, one.cases))) for one in lists.lists))
