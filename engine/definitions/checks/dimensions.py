"""Checks of the dimensions of a process: bands of a time or of a number."""

import math
from collections.abc import Iterator

from engine.definitions.checks.common import duplicates, names_allowed, unknown, wrong_value
from engine.definitions.document import Document, Path_, Span, WrongValue, shortened
from engine.definitions.names import DERIVED_DIMENSIONS
from engine.definitions.process import Dimension, Process
from engine.errors import Problem


def check_dimensions(document: Document, process: Process) -> Iterator[Problem]:
    """Problems of `dimensions:`."""
    named = [(("dimensions", name), name) for name in process.dimensions]
    yield from names_allowed(document, "dimension", named, key=True)
    yield from duplicates(document, "duplicate-key", "dimension", named, key=True)
    points = (*(state.name for state in process.states), *(mark.name for mark in process.marks))
    for name, dimension in process.dimensions.items():
        path: Path_ = ("dimensions", name)
        if name in DERIVED_DIMENSIONS:
            message = f"`{name}` is a dimension that every process has"
            yield document.problem(path, "reserved-name", message, "give it another name", key=True)
        if (dimension.elapsed is None) == (dimension.of is None):
            message = "a dimension takes either `elapsed` or `of`"
            yield document.problem(path, "dimension-form", message, "keep one of the two", key=True)
        for position, point in enumerate(dimension.elapsed or ()):
            if point not in points:
                yield unknown(document, (*path, "elapsed", position), "unknown-point", "state or mark", point, points)
        yield from _bands(document, (*path, "bands"), dimension)


def _bands(document: Document, path: Path_, dimension: Dimension) -> Iterator[Problem]:
    if not dimension.bands:
        yield document.problem(path, "bad-bands", "there are no bands", "write bands: [15m, 1h] or [50000, 200000]")
    before = -math.inf
    for position, text in enumerate(dimension.bands):
        try:
            value = band_value(text, duration=dimension.elapsed is not None)
        except WrongValue as wrong:
            yield wrong_value(document, (*path, position), wrong)
            continue
        if value <= before:
            message = f"bands must rise: `{shortened(text)}` is not above the one before"
            yield document.problem((*path, position), "bad-bands", message)
        before = max(before, value)


def band_value(text: str, *, duration: bool) -> float:
    """The upper end of a band: seconds of a duration, or a number. Raises WrongValue."""
    if duration:
        span = Span.parse(text)
        if span.working_days or not span.seconds:
            raise WrongValue(f"`{shortened(text)}` is no band", code="bad-bands", hint="write 15m, 1h or 3d")
        return span.seconds
    try:
        value = float(text.replace("_", "").replace(" ", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WrongValue(f"`{shortened(text)}` is no number", code="bad-bands", hint="write 50000 or 50_000")
    return value
