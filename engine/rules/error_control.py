"""Many comparisons at once: how sure a z is, and which of many may be believed."""

import math
from collections.abc import Sequence
from statistics import NormalDist

FALSE_DISCOVERIES = 0.025
SURE = 0.01
"""For what an action rests on. An audit looks four times (limits, single segments, pairs, what became worse): together
a healthy client is troubled in at most one audit of twenty."""
POWER = 0.8


def upper_tail(z: float) -> float:
    """P(normal > z)."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def adjusted(p: Sequence[float], comparisons: int | None = None) -> tuple[float, ...]:
    """Benjamini and Hochberg's q of each p, in the order given; rejected at rate q are those with q or less.

    `comparisons`: how many there were in all, where only the smallest p are given. Then every q that is not above the
    largest p given is exact: the ones left out could only bring in a larger one.
    """
    m = len(p) if comparisons is None else comparisons
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    found, least = [1.0] * len(p), 1.0
    for back, i in enumerate(order):
        least = min(least, p[i] * m / (len(p) - back))
        found[i] = least
    return tuple(found)


def detectable(n: float, of: float, variance: float, comparisons: int, q: float = FALSE_DISCOVERIES) -> float:
    """The smallest difference that `n` of `of` cases would show with 80 % power among so many comparisons.

    (z(1 - q/m) + z(0.8)) · sqrt(variance · (1/n + 1/(of - n))); `variance` of one case.
    """
    normal = NormalDist()
    reach = normal.inv_cdf(1 - q / comparisons) + normal.inv_cdf(POWER)
    return reach * math.sqrt(variance * (1 / n + 1 / (of - n)))
