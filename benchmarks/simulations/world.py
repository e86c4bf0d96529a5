"""Made-up logs with a known truth, written straight into a store: one SQL statement, the same numbers every time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.definitions.document import read_text
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine
from engine.events.log import EventLog
from engine.events.relations import prepare
from engine.events.report import SourceReport

START = datetime(2026, 1, 1)
DAY = 86400
WIN_AFTER, LOSE_AFTER = 20 * DAY, 14 * DAY
"""Mean times to a win and to a loss, exponential."""

SALE = """
process: sale
initial: received
states: [{name: received}, {name: won, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
happy_path: [received, won]
transitions: [{trigger: pay, source: received, dest: won}, {trigger: give_up, source: "*", dest: lost}]
control_points:
"""


def process(text: str) -> Process:
    """A process from YAML that is known to be right."""
    made = read_text(text, "process.yaml").shaped(Process)
    assert isinstance(made, Process)
    return made


def settings() -> Settings:
    """A workspace in UTC."""
    made = read_text("format: 1\nclient: Simulated\nlocale: en\ntime_zone: UTC\n", "voronka.yaml").shaped(Settings)
    assert isinstance(made, Settings)
    return made


def uniform(number: int, seed: int) -> str:
    """SQL of a number in (0, 1), another one for each case `i`, draw and seed."""
    return f"((hash(i * 64 + {number} + {seed} * 1000003::bigint * 1000003) + 0.5) / 18446744073709551616.0)"


def exponential(mean: float, number: int, seed: int) -> str:
    """SQL of whole seconds, exponential with this mean."""
    return f"(-ln({uniform(number, seed)}) * {mean})::bigint"


def normal(number: int, seed: int) -> str:
    """SQL of a standard normal number (Box and Muller 1958); takes the draws `number` and the next one."""
    return f"(sqrt(-2 * ln({uniform(number, seed)})) * cos(2 * pi() * {uniform(number + 1, seed)}))"


def sales(
    engine: Engine, *, logs: int, n: int, rate: float, days: int, seed: int = 1, until: int | None = None
) -> None:
    """`logs` logs of `n` cases each (attribute `log`), begun evenly over `days`: won at the rate, else lost."""
    won = f"{uniform(1, seed)} < {rate}"
    took = f"case when {won} then {exponential(WIN_AFTER, 2, seed)} else {exponential(LOSE_AFTER, 2, seed)} end"
    write(
        engine,
        cases=logs * n,
        columns={
            "begun": f"({uniform(0, seed)} * {days * DAY})::bigint",
            "ended": f"begun + {took}",
            "last": f"case when {won} then 'won' else 'lost' end",
            "a_log": f"(i // {n})::varchar",
        },
        events="[{'s': 'received', 't': begun}, {'s': last, 't': ended}]",
        until=days * DAY if until is None else until,
    )


def write(engine: Engine, *, cases: int, columns: Mapping[str, str], events: str, until: int) -> None:
    """Write the source `log`: `columns` are SQL over case `i` and each other, `events` a list of {s: state, t: second}.

    What happens after `until` (seconds) is not in the export.
    """
    inner = f"select i::bigint as i from range({cases}) as numbers(i)"
    for name, sql in columns.items():
        inner = f"select *, {sql} as {name} from ({inner})"
    attributes = "".join(f", {name}" for name in columns if name.startswith("a_"))
    engine.execute('create schema "source:log"')
    engine.execute(f"create temp table drawn as {inner}")
    engine.execute(f"""
create table "source:log".events as
select 'sale' as process, hash(i::varchar) as case_key, e.s as activity, e.s as state, null::varchar as mark,
       timestamp '{START}' + to_seconds(e.t) as happened_at, false as day_only, null::timestamp as left_at,
       row_number() over () as seq, null::varchar as actor, null::varchar as actor_kind, null::varchar as manager
from (select i, unnest({events}) as e from drawn)
where e.t <= {until}""")
    engine.execute(f"""
create table "source:log".cases as
select 'sale' as process, hash(i::varchar) as case_key, i::varchar as case_id{attributes}
from drawn""")


def watched(
    engine: Engine, of: Process, until: int, *, uses: tuple[str, ...] = (), as_of: int | None = None
) -> EventLog:
    """The log, exported `until` seconds after the start; `as_of`: looked at as it was then."""
    exported = START + timedelta(seconds=until)
    report = SourceReport(
        name="log", path=("log.csv",), sha256=("",), shape="events", fidelity=("everything",), rows=0, used=0,
        filtered=0, ignored=0, duplicates=0, rejected=0, cases=0, events=0, first=None, last=None,
        exported_at=exported, mapped_share=1.0,
    )  # fmt: skip
    asked = START + timedelta(seconds=as_of) if as_of is not None else None
    return prepare(engine, of, settings(), [report], as_of=asked, uses=uses)
