"""The simulations in full: writes docs/proof.md with results, command and date.

python benchmarks/proof.py [--date YYYY-MM-DD] [--part SHARE OF THE LOGS] [--out FILE]
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

LOGS, AUDITS, TWICE = 1000, 1000, 500
OTHERS: dict[str, float] = {"scan": 1, "dose": 200, "managers": 500, "worked": 3000, "effect": 400}
"""Simulations that are commands of their own, and how many logs (of the scan, which part) they are asked for."""


def headline(part: float) -> Iterator[str]:
    """The headline against the truth, and seen again 60 days later."""
    from benchmarks.simulations.headline import TRUE, headline, seen_later

    yield "10,000 cases over 90 days; 40 % win after 20 days on average, 60 % are lost after 14; `within: 60d`."
    yield ""
    yield from _table(
        "log | truth | headline | raw share | raw share of the last month",
        (
            f"{seed} | {TRUE:.1%} | **{made.value:.1%}** | {made.raw:.1%} | {made.last_month:.1%}"
            for seed in range(1, max(2, round(5 * part)) + 1)
            for made in [headline(seed=seed)]
        ),
    )
    now, later = seen_later()
    yield ""
    same = "the same" if now == later else "OTHER"
    yield f"Exported 60 days later and audited as of the same day: {len(later)} facts, {same} to the last bit."


def coverage(part: float) -> Iterator[str]:
    """How often intervals cover the truth."""
    from benchmarks.simulations.coverage import Cell, money, quantiles, shares

    def row(cell: Cell) -> str:
        return f"{cell.what} | {cell.n} | {cell.logs} | **{cell.covered:.1%}** | {cell.bias:+.1%}"

    logs = max(10, round(LOGS * part))
    head = "what | n | logs | covers the truth | bias of the value"
    yield "Headline of a conversion: 93 to 97 of 100 intervals should cover the incidence at the printed horizon."
    yield ""
    yield from _table(head, map(row, shares(logs)))
    yield ""
    yield "Quantiles of a reaction time with open cases: 92 to 98 of 100."
    yield ""
    yield from _table(head, map(row, quantiles(logs)))
    yield ""
    yield "Means of money (log-normal amounts), from 100 cases on: 93 to 97 of 100."
    yield ""
    yield from _table(head, map(row, money(logs)))


def red_managers(part: float) -> Iterator[str]:
    """A client exactly at his limits."""
    from benchmarks.simulations.reds import LEADS, MANAGERS, POINTS, audits_with_a_red_manager

    audits = max(10, round(AUDITS * part))
    share = audits_with_a_red_manager(audits)
    yield f"Yellow = red = the truth; {LEADS} leads, {POINTS} control points, {MANAGERS} managers, {audits} audits:"
    yield f"**{share:.1%}** of the audits show a red manager (promised: at most 5 %)."


def formulations(part: float) -> Iterator[str]:
    """Every KPI twice."""
    from tests.kpis.naive import ANSWERS, disagreements

    logs = max(10, round(TWICE * part))
    with ProcessPoolExecutor(2) as pool:
        wrong = [text for found in pool.map(disagreements, range(logs), chunksize=10) for text in found]
    yield f"{len(ANSWERS)} control points of every KPI on {logs} random logs, by SQL and by loops in plain Python:"
    yield f"**{len(wrong)} disagreements**."
    yield from wrong[:10]


def others(name: str) -> Callable[[float], Iterator[str]]:
    """A simulation that prints for itself."""

    def run(part: float) -> Iterator[str]:
        command = [
            sys.executable,
            "-m",
            f"benchmarks.simulations.{name}",
            f"{part * OTHERS[name]:g}" if name == "scan" else str(max(1, round(part * OTHERS[name]))),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        yield "```text"
        yield (done.stdout.strip() or done.stderr.strip()[-500:])
        yield "```"

    return run


def _table(head: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for row in rows:
        yield f"| {row} |"


SECTIONS: dict[str, Callable[[float], Iterator[str]]] = {
    "Headline with open cases": headline,
    "Coverage of intervals": coverage,
    "Red managers of a client at his limits": red_managers,
    "Two formulations of every KPI": formulations,
    "Scan of segments": others("scan"),
    "Reaction and result": others("dose"),
    "Managers compared": others("managers"),
    "Did it work": others("worked"),
    "Expected effect": others("effect"),
}


def report(day: str, part: float) -> str:
    """The document; progress on stderr."""
    command = "make proof" if part == 1 else f"python benchmarks/proof.py --part {part:g}"
    lines = [
        "# Proof",
        "",
        f"What `{command}` gave on {day}: simulations whose truth is known, through the engine itself.",
    ]
    for title, section in SECTIONS.items():
        began = time.perf_counter()
        lines += ["", f"## {title}", "", *section(part)]
        took = time.perf_counter() - began
        lines += ["", f"({took:.0f} s)"]
        print(f"{title}: {took:.0f} s", file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run everything and write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", default=datetime.now(tz=UTC).strftime("%Y-%m-%d"))
    parser.add_argument("--part", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/proof.md")
    arguments = parser.parse_args()
    arguments.out.write_text(report(arguments.date, arguments.part), encoding="utf-8")


if __name__ == "__main__":
    main()
