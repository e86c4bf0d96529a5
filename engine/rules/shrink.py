"""How much of what one of several segments shows is chance: values shrunk to the mean of their dimension (D18)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.rules.applies import Z


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Segments of a dimension: their pooled mean, its variance, and how much they truly differ (`between`, tau²)."""

    mean: float
    mean_variance: float
    q: float
    between: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunken:
    """A value moved to the mean of its dimension, and its variance."""

    value: float
    variance: float

    @property
    def half(self) -> float:
        """Half of the 95 % interval."""
        return Z * math.sqrt(self.variance)


def between_variance(q: float, segments: int, weights: float, weights_squared: float) -> float:
    """DerSimonian and Laird's (1986) tau² from Q and the sums of the weights 1/variance and of their squares."""
    room = weights - weights_squared / weights if weights > 0 else 0.0
    return max(0.0, (q - (segments - 1)) / room) if room > 0 else 0.0


def spread(values: Sequence[float], variances: Sequence[float], mean: float, mean_variance: float) -> Spread:
    """How much segments differ beyond chance; `mean` and its variance are those of all their cases."""
    weights = [1 / variance if variance > 0 else 0.0 for variance in variances]
    q = math.fsum(w * (value - mean) ** 2 for w, value in zip(weights, values, strict=True))
    squares = math.fsum(w * w for w in weights)
    between = between_variance(q, len(values), math.fsum(weights), squares)
    return Spread(mean=mean, mean_variance=mean_variance, q=q, between=between)


def shrink(value: float, variance: float, among: Spread) -> Shrunken:
    """B · mean + (1 - B) · value with B = v / (v + tau²); its variance (1 - B) · v + B² · variance of the mean."""
    total = variance + among.between
    b = variance / total if total > 0 else 0.0
    return Shrunken(
        value=b * among.mean + (1 - b) * value,
        variance=(1 - b) * variance + b * b * among.mean_variance,
    )
