"""Every speed that is promised, as ratios measured in one run; prints a Markdown table.

python benchmarks/run.py                 all of it with 10 million events (pm4py is AGPL: installed for this only)
python benchmarks/run.py --events 100000000 --only audit
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PROCESSES = 50


@dataclass(frozen=True)
class Run:
    """Wall seconds and peak memory (GB) of a child process."""

    seconds: float
    gigabytes: float


def timed(*command: str | Path, cwd: Path = ROOT) -> Run:
    """Run a command; its output is shown only when it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, stdout=output, stderr=output, env=ENVIRONMENT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}\n{output.read().decode()[-3000:]}")
    return Run(time.perf_counter() - began, usage.ru_maxrss / 1e6)


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
VORONKA = (sys.executable, "-m", "engine")


def audit(folder: Path, events: int) -> Iterator[str]:
    """Import and audit against the script an analyst would write for the same numbers."""
    from data import make

    parquet = make(events, folder / f"events-{events}.parquet")
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    shutil.copytree(HERE / "workspace", workspace)
    (workspace / "events.parquet").symlink_to(parquet)
    ours = timed(*VORONKA, "audit", workspace, "--format", "json,md,html")
    text = f"| audit of {events:,} events, import included | {ours.seconds:.1f} s, {ours.gigabytes:.2f} GB |"
    if events <= 10_000_000:
        hand = timed(sys.executable, HERE / "handwritten.py", parquet)
        theirs = f"hand-written SQL {hand.seconds:.1f} s, {hand.gigabytes:.2f} GB"
        yield f"{text} {theirs} | {ours.seconds / hand.seconds:.2f} x |"
    else:
        yield f"{text} | {ours.seconds / events * 1e6:.2f} s a million |"


def pm4py(folder: Path, events: int) -> Iterator[str]:
    """Directly-follows with performance, and variants, of a million events."""
    from data import make

    parquet = make(min(events, 1_000_000), folder / "events-1000000.parquet")
    sides = {}
    for side in ("voronka", "pm4py"):
        output = subprocess.run(
            [sys.executable, HERE / "directly_follows.py", side, parquet],
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
        sides[side] = [float(word) for word in output.stdout.split()]
    assert sides["voronka"][2:] == sides["pm4py"][2:], "both must find the same pairs and variants"
    for number, what in enumerate(("loading", "directly-follows, durations and variants")):
        ours, theirs = sides["voronka"][number], sides["pm4py"][number]
        yield f"| {what} of 1,000,000 events | {ours:.3f} s | pm4py {theirs:.2f} s | {theirs / ours:.1f} x faster |"


def verdicts(folder: Path, events: int) -> Iterator[str]:
    """A million rule x segment verdicts, in one statement."""
    output = subprocess.run(
        [sys.executable, HERE / "verdicts.py"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    yield f"| 1,000,000 verdicts | {output.stdout.strip()} | | |"


def start(folder: Path, events: int) -> Iterator[str]:
    """`voronka --help`, and `voronka check` of 50 processes."""
    best = min(timed(*VORONKA, "--help").seconds for _ in range(5))
    yield f"| `voronka --help` | {best:.2f} s (best of 5) | | |"
    workspace = folder / "fifty"
    shutil.rmtree(workspace, ignore_errors=True)
    timed(*VORONKA, "init", workspace)
    shipped = (ROOT / "processes/web_form.yaml").read_text(encoding="utf-8")
    for number in range(PROCESSES):
        text = shipped.replace("process: web_form", f"process: web_form_{number}", 1)
        (workspace / f"processes/web_form_{number}.yaml").write_text(text, encoding="utf-8")
    best = min(timed(*VORONKA, "check", workspace).seconds for _ in range(3))
    yield f"| `voronka check` of {PROCESSES} processes | {best:.2f} s (best of 3) | | |"


def scenarios(folder: Path, events: int) -> Iterator[str]:
    """400 scenarios of `voronka test`."""
    output = subprocess.run(
        [sys.executable, HERE / "scenarios.py"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    yield f"{output.stdout.strip()} | |"


ALL: dict[str, Callable[[Path, int], Iterator[str]]] = {
    "start": start,
    "scenarios": scenarios,
    "verdicts": verdicts,
    "pm4py": pm4py,
    "audit": audit,
}


def main() -> None:
    """Run what is asked and print the rows as they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--only", choices=tuple(ALL), action="append")
    parser.add_argument("--folder", type=Path, help="where made-up logs are kept between runs")
    arguments = parser.parse_args()
    print("| what | voronka | instead | ratio |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        folder.mkdir(exist_ok=True)
        for name in arguments.only or ALL:
            for row in ALL[name](folder, arguments.events):
                print(row, flush=True)


if __name__ == "__main__":
    main()
