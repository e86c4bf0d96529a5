"""Did it work, for the worst of ten managers: how often luck is taken for success, and success is seen.

python -m benchmarks.simulations.worked [LOGS]
"""

import sys
from collections import Counter

import numpy as np

from engine.plan.worked import Counted, did_it_work


def verdicts(logs: int, *, n: int = 100, spread: float = 0.0, change: float = 0.0, seed: int = 1) -> Counter[str]:
    """What is said of the worst of ten managers, `n` cases each before and after, a true `change` of the worst."""
    random = np.random.default_rng(seed)
    said: Counter[str] = Counter()
    for _ in range(logs):
        true = np.clip(0.4 + spread * random.standard_normal(10), 0.02, 0.98)
        hits = random.binomial(n, true)
        worst = int(hits.argmin())
        after = Counted(n=n, hits=int(random.binomial(n, min(0.98, true[worst] + change))))
        before = [Counted(n=n, hits=int(one)) for one in hits]
        said[did_it_work(before, worst, after).verdict] += 1
    return said


def main(logs: int) -> None:
    """Print the table."""
    for n, spread, change in ((100, 0.0, 0.0), (100, 0.05, 0.0), (100, 0.0, 0.1), (300, 0.0, 0.1)):
        said = verdicts(logs, n=n, spread=spread, change=change)
        shares = ", ".join(f"{word} {count / logs:.1%}" for word, count in sorted(said.items()))
        print(f"{n} cases each, spread {spread:.0%}, true change {change:+.0%}: {shares}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
