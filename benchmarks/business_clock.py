"""P90 of the reaction time by the business clock against the wall clock, through the real path, on made-up events.

python benchmarks/business_clock.py [EVENTS] [--folder FOLDER]     prints one row of a Markdown table
"""

import argparse
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from data import make

from engine.definitions.process import ControlPoint
from engine.kpis.compute import Request, compute
from engine.kpis.fact_table import facts
from engine.pipeline.auditing import prepared
from engine.pipeline.opening import asked, import_all, load, open_store

HERE = Path(__file__).parent
CALENDAR = """
calendars:
  office: {hours: {mon-fri: "09:00-13:00,14:00-18:00", sat: "10:00-15:00"}, holidays: RU, short: {before_holiday: 1h}}
"""
POINT = "  {name}: {{kpi: elapsed, from: received, to: contacted, quantile: 0.9, of: all, clock: {clock}}}\n"
REPEATS = 5


def workspace(folder: Path, parquet: Path) -> Path:
    """The workspace of the benchmarks with a calendar, and the same control point by both clocks."""
    root = folder / "business"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(HERE / "workspace", root)
    (root / "events.parquet").symlink_to(parquet)
    with (root / "voronka.yaml").open("a", encoding="utf-8") as file:
        file.write(CALENDAR)
    process = root / "processes/sale.yaml"
    text = process.read_text(encoding="utf-8").replace("initial: received", "calendar: office\ninitial: received", 1)
    text += POINT.format(name="by_wall", clock="wall") + POINT.format(name="by_hours", clock="business")
    process.write_text(text, encoding="utf-8")
    return root


def measured(events: int, folder: Path) -> str:
    """The row: seconds of each clock, the difference, and what it takes to make the calendar."""
    root = workspace(folder, make(events, folder / f"events-{events}.parquet").resolve())
    loaded = load(root)
    with open_store(root) as store:
        now = datetime.now(tz=UTC)
        reports = import_all(loaded, store, now)
        asks = asked(loaded, now=now)
        process = loaded.processes["sale"]
        log = prepared(loaded, store, reports, asks, process)
        seconds: dict[str, list[float]] = {"by_wall": [], "by_hours": []}
        for _ in range(REPEATS):
            for name, times in seconds.items():
                times.append(_timed(log, process.control_points[name]))
        values = {fact.control_point: fact.raw for fact in facts(store, periods=False)}
    wall, hours = (median(seconds[name]) for name in ("by_wall", "by_hours"))
    return (
        f"| P90 of reaction of {events:,} events, business clock | {hours:.2f} s | wall clock {wall:.2f} s"
        f" | {hours - wall:+.2f} s (P90 of the answered {values['by_hours']:.0f} s against {values['by_wall']:.0f} s) |"
    )


def _timed(log: object, point: ControlPoint) -> float:
    began = time.perf_counter()
    compute(log, (Request(control_point=point),), ())  # type: ignore[arg-type]
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--folder", type=Path, help="where made-up logs are kept between runs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        folder.mkdir(exist_ok=True)
        print(measured(arguments.events, folder))


if __name__ == "__main__":
    main()
