"""The benchmark of planted problems: prints a Markdown table.

python -m benchmarks.diagnosis [--seeds N] [--clean N] [--first SEED] [--kind KIND ...]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.diagnosis.auditing import audited
from benchmarks.diagnosis.clients import CLEAN, PER_WEEK, PLANTED, made
from benchmarks.diagnosis.scoring import right

SEEDS, CLEAN_ONES = 10, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One client: whether its plan begins with what was planted, and what it begins with."""

    kind: str
    seed: int
    right: bool
    first: str


def outcome(job: tuple[str, int, float]) -> Outcome:
    """One client through files, import, rules and plan."""
    kind, seed, per_week = job
    client = made(kind, seed, per_week)
    with tempfile.TemporaryDirectory() as folder:
        audit = audited(client, Path(folder))
    first = next((f"{item.action} {_because(audit, item.because)}" for item in audit.plan), "")
    return Outcome(kind=kind, seed=seed, right=right(client, audit), first=first)


def _because(audit: object, ids: Iterable[str]) -> str:
    findings = getattr(audit, "findings", ())
    return "(" + ", ".join(sorted({one.rule for one in findings if one.id in set(ids)})) + ")"


def run(seeds: int, clean: int, kinds: Iterable[str] = (), first: int = 1) -> Iterator[Outcome]:
    """Every client, as they are done."""
    wanted = tuple(kinds) or (*PLANTED, CLEAN)
    jobs = [
        (kind, seed, PER_WEEK) for kind in wanted for seed in range(first, first + (clean if kind == CLEAN else seeds))
    ]
    with ProcessPoolExecutor(2) as pool:
        yield from pool.map(outcome, jobs)


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A Markdown table: a row a kind, and what the first item was where it was not right."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.kind, []).append(one)
    yield "| planted | clients | first item is right | otherwise first |"
    yield "|---|---|---|---|"
    for kind, ones in found.items():
        if kind != CLEAN:
            yield f"| {kind} | {len(ones)} | **{_share(ones)}** | {_others(ones)} |"
    planted = [one for kind, ones in found.items() if kind != CLEAN for one in ones]
    if planted:
        yield f"| all | {len(planted)} | **{_share(planted)}** | |"
    if clean := found.get(CLEAN, []):
        alarms = sum(not one.right for one in clean)
        yield ""
        yield f"Clean clients: {len(clean)}; with any item in the plan: {alarms} (**{alarms / len(clean):.1%}**)."
        yield from (f"- seed {one.seed}: {one.first}" for one in clean if not one.right)


def _share(ones: list[Outcome]) -> str:
    good = sum(one.right for one in ones)
    return f"{good / len(ones):.0%}"


def _others(ones: list[Outcome]) -> str:
    return "; ".join(f"{one.seed}: {one.first or 'nothing'}" for one in ones if not one.right)


def main() -> None:
    """Run what is asked for and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--clean", type=int, default=CLEAN_ONES)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--kind", action="append", default=[])
    arguments = parser.parse_args()
    began = time.perf_counter()
    print("\n".join(table(run(arguments.seeds, arguments.clean, arguments.kind, arguments.first))))
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
