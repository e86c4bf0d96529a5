"""Charts as inline SVG: bars, ranges, trends and the signs of verdicts. Drawn so that paper and grey print keep them.

Bars and ranges stretch to the width of their cell, so nothing in them is round and no text stands in them; what they
show is always said in words beside them. Colours come from the style sheet of the document (classes `c-…`).
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from engine.render.report.points import SegmentTable
from engine.render.report.trends import Dot, TrendShown
from engine.render.words import clean

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 320.0, 132.0, 4.0, 4.0, 16.0, 18.0

_SIGNS = {
    "red": '<circle cx="6" cy="6" r="6"/><path d="M3.6 3.6l4.8 4.8M8.4 3.6l-4.8 4.8" class="c-on"/>',
    "yellow": '<path d="M6 .4L12 11.4H0z"/>',
    "green": '<circle cx="6" cy="6" r="5"/>',
    "grey": '<circle cx="6" cy="6" r="4.6" class="c-hollow"/>',
    "na": '<path d="M1 6h10" class="c-line"/>',
    "error": '<path d="M6 1v6M6 9.4v1.8" class="c-line"/>',
    "none": '<circle cx="6" cy="6" r="1.4"/>',
}


def sign(code: str) -> Markup:
    """The drawn sign of a verdict: its shape alone tells it, without the colour. The word stands beside it."""
    drawn = _SIGNS.get(code, _SIGNS["none"])
    return Markup(f'<svg class="sign v-{_name(code)}" viewBox="0 0 12 12" aria-hidden="true">{drawn}</svg>')


def bar(width: float, lost: float = 0.0, still_open: float = 0.0) -> Markup:
    """A bar of 0 to 1 of its cell: reached, of it lost (hatched by colour) and still open at its end."""
    width, lost, still_open = _unit(width), _unit(lost), _unit(still_open)
    advanced = max(0.0, width - lost - still_open)
    parts = [
        _rect(0, advanced, "c-main"),
        _rect(advanced, still_open, "c-open"),
        _rect(advanced + still_open, lost, "c-lost"),
    ]
    return _stretched("bar", "".join(filter(None, parts)))


def whisker(table: SegmentTable, low: float | None, mid: float | None, high: float | None) -> Markup:
    """The value of a segment with its likely range; the long tick is the whole, the dashed one the limit."""
    parts = [_tick(table.whole_at, table.scale, "c-whole"), _tick(table.limit_at, table.scale, "c-limit")]
    if mid is not None:
        first, last = (end if end is not None else mid for end in (low, high))
        start, end = _unit(first / table.scale), _unit(last / table.scale)
        parts.append(_rect(start, end - start, "c-range", 4.2, 1.6))
        parts.append(_rect(max(0.0, _unit(mid / table.scale) - 0.006), 0.012, "c-main", 1.5, 7))
    return _stretched("whisker", "".join(parts))


def trend(shown: TrendShown) -> Markup:
    """A line with a dot for each period; hollow dots are provisional; the pale band is the usual range."""
    places = [_x(n, len(shown.dots)) for n in range(len(shown.dots))]
    parts = [_band(shown), _line_at(shown.mean, shown, "c-mean"), _line_at(shown.limit, shown, "c-limit")]
    parts += [_paths(shown, places), *_dots(shown, places), _texts(shown)]
    label = _text(f"{shown.title}. {shown.summary or shown.hollow}")
    box = f"0 0 {_n(_WIDTH)} {_n(_HEIGHT)}"
    return Markup(f'<svg class="trend" viewBox="{box}" role="img" aria-label="{label}">{"".join(parts)}</svg>')


# --- parts ------------------------------------------------------------------------------------------------------------


def _stretched(kind: str, drawn: str) -> Markup:
    return Markup(
        f'<svg class="{kind}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    )


def _rect(start: float, width: float, name: str, top: float = 0, height: float = 10) -> str:
    if width <= 0:
        return ""
    x, wide = _n(start * 100), _n(max(width * 100, 0.4))
    return f'<rect x="{x}" y="{_n(top)}" width="{wide}" height="{_n(height)}" class="{name}"/>'


def _tick(value: float | None, scale: float, name: str) -> str:
    if value is None or value > scale:
        return ""
    x = _n(_unit(value / scale) * 100)
    return f'<path d="M{x} 0V10" class="{name}" vector-effect="non-scaling-stroke"/>'


def _x(n: int, count: int) -> float:
    room = _WIDTH - _LEFT - _RIGHT
    return _LEFT + room * ((n + 0.5) / count)


def _y(value: float, shown: TrendShown) -> float:
    room = _HEIGHT - _TOP - _BOTTOM
    return _TOP + room * (1 - _unit(value / shown.top))


def _band(shown: TrendShown) -> str:
    if shown.lower is None or shown.upper is None:
        return ""
    top, bottom = _y(shown.upper, shown), _y(shown.lower, shown)
    width = _WIDTH - _LEFT - _RIGHT
    return f'<rect x="{_n(_LEFT)}" y="{_n(top)}" width="{_n(width)}" height="{_n(bottom - top)}" class="c-band"/>'


def _line_at(value: float | None, shown: TrendShown, name: str) -> str:
    if value is None:
        return ""
    return f'<path d="M{_n(_LEFT)} {_n(_y(value, shown))}H{_n(_WIDTH - _RIGHT)}" class="{name}"/>'


def _paths(shown: TrendShown, places: Sequence[float]) -> str:
    """The line: whole between judged points, dashed towards provisional ones, broken where there is no value."""
    drawn: dict[str, list[str]] = {"c-path": [], "c-path-hollow": []}
    last = ""
    for n in range(1, len(shown.dots)):
        before, after = shown.dots[n - 1], shown.dots[n]
        if before.value is None or after.value is None:
            last = ""
            continue
        name = "c-path-hollow" if before.hollow or after.hollow else "c-path"
        if name != last:
            drawn[name].append(f"M{_n(places[n - 1])} {_n(_y(before.value, shown))}")
        drawn[name].append(f"L{_n(places[n])} {_n(_y(after.value, shown))}")
        last = name
    return "".join(f'<path d="{"".join(lines)}" class="{name}"/>' for name, lines in drawn.items() if lines)


def _dots(shown: TrendShown, places: Sequence[float]) -> Iterator[str]:
    for dot, x in zip(shown.dots, places, strict=True):
        if dot.value is not None:
            yield _dot(dot, x, _y(dot.value, shown))


def _dot(dot: Dot, x: float, y: float) -> str:
    title = f"<title>{_text(dot.title)}</title>"
    if dot.hollow:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.7" class="c-dot-hollow">{title}</circle>'
    if dot.signal:
        diamond = f"M{_n(x)} {_n(y - 4.4)}l4.4 4.4-4.4 4.4-4.4-4.4z"
        return f'<path d="{diamond}" class="c-signal-{_name(dot.signal)}">{title}</path>'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.2" class="c-dot">{title}</circle>'


def _texts(shown: TrendShown) -> str:
    base, right = _n(_HEIGHT - 4), _n(_WIDTH - _RIGHT)
    texts = [
        f'<path d="M{_n(_LEFT)} {_n(_HEIGHT - _BOTTOM)}H{right}" class="c-axis"/>',
        f'<text x="{_n(_LEFT)}" y="{base}">{_text(shown.first)}</text>',
        f'<text x="{right}" y="{base}" text-anchor="end">{_text(shown.last)}</text>',
        f'<text x="{_n(_LEFT)}" y="10">{_text(shown.high_label)}</text>',
    ]
    if shown.limit is not None:
        texts.append(
            f'<text x="{right}" y="10" text-anchor="end" class="c-limit-text">{_text(shown.limit_label)}</text>'
        )
    return "".join(texts)


def _text(text: str) -> Markup:
    return Markup.escape(clean(text))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _n(value: float) -> str:
    """A coordinate with at most one decimal, always the same for the same number."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _name(code: str) -> str:
    return "".join(letter for letter in code if letter.isalpha())
