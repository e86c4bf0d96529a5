"""The picture of a process as SVG: happy path from top to bottom, other states beside it, arrows between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from engine.definitions.process import Process, State

BOX_WIDTH, LINE_HEIGHT, PADDING, GAP = 230, 17, 11, 46
MARGIN, LANE, CHARACTERS = 24, 26, 28
SIDE_GAP = 190
LETTER, LABEL_HEIGHT = 6.6, 13
Numbers = Mapping[str | tuple[str, str], str]
Move = tuple[str, str]
Area = tuple[float, float, float, float]
"""Left, upper, right and lower border."""

_PARTS = (0.5, *(0.5 + side * step / 25 for step in range(1, 11) for side in (-1, 1)))
"""Where on an arrow its text may stand, the best first."""
_COLOURS = {"won": ("#e6f4ea", "#2e7d4f"), "lost": ("#fbeaea", "#b3413f"), "void": ("#f1f1f1", "#8a8a8a")}
_PLAIN = ("#eef3fa", "#3f6aa0")
_STYLE = (
    "text{font-family:'Segoe UI','DejaVu Sans',Arial,sans-serif;font-size:13px;fill:#1d2733}"
    ".number{font-weight:600}.label{font-size:11.5px;fill:#44525f;"
    "paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}"
    ".move{fill:none;stroke:#7b8794;stroke-width:1.3}.main{stroke:#3f6aa0;stroke-width:2}.back{stroke-dasharray:5 4}"
)


@dataclass(slots=True)
class _Box:
    """A state on the picture; `x`, `y` is its upper left corner."""

    state: State
    lines: tuple[str, ...]
    number: str
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        return 2 * PADDING + LINE_HEIGHT * (len(self.lines) + bool(self.number))

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + BOX_WIDTH


@dataclass(slots=True)
class _Picture:
    boxes: dict[str, _Box]
    numbers: Numbers
    path: tuple[str, ...]
    starts: tuple[str, ...]
    labels: dict[Move, str]
    shapes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    taken: list[Area] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0


def draw(process: Process, locale: str, numbers: Numbers, moves: Mapping[Move, str]) -> str:
    """SVG of the states and of `moves` (with the label of each)."""
    boxes = {state.name: _box(state, locale, numbers) for state in process.states}
    path = process.happy_path or tuple(boxes)
    picture = _Picture(boxes, numbers, path, process.start_states, dict(moves))
    _place(picture)
    picture.taken = [(box.x, box.y, box.right, box.y + box.height) for box in boxes.values()]
    _arrows(picture)
    return _svg(picture, process.title.of(locale) if process.title else process.process)


def _box(state: State, locale: str, numbers: Numbers) -> _Box:
    title = state.title.of(locale) if state.title else state.name
    return _Box(state, wrapped(title), numbers.get(state.name, ""))


def wrapped(text: str) -> tuple[str, ...]:
    """A title on at most two lines of 28 characters; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > CHARACTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    return tuple(line if len(line) <= CHARACTERS else f"{line[: CHARACTERS - 1]}…" for line in lines)


def _place(picture: _Picture) -> None:
    y = MARGIN + 22.0
    for name in picture.path:
        picture.boxes[name].y = y
        y += picture.boxes[name].height + GAP
    along = [picture.labels[move] for move in picture.labels if _kind(picture, move) == "along"]
    left = MARGIN + LANE * len(along) + (12 if along else 0) + max((len(text) * LETTER for text in along), default=0)
    for name in picture.path:
        picture.boxes[name].x = left
    beside = [name for name in picture.boxes if name not in picture.path]
    wanted = {name: _wanted(picture, name) for name in beside}
    y = MARGIN + 22.0
    for name in sorted(beside, key=lambda name: (wanted[name], name)):
        box = picture.boxes[name]
        box.x = left + BOX_WIDTH + SIDE_GAP
        box.y = max(y, wanted[name] - box.height / 2)
        y = box.y + box.height + 26
    picture.left = left


def _wanted(picture: _Picture, name: str) -> float:
    """The height a state beside the path would like: the middle of the states it is reached from."""
    near = [a for a, b in picture.labels if b == name and a in picture.path]
    near = near or [b for a, b in picture.labels if a == name and b in picture.path] or [picture.path[-1]]
    return sum(picture.boxes[state].middle for state in near) / len(near)


def _kind(picture: _Picture, move: Move) -> str:
    """next: one step down the happy path; along: another pair of it; out, home: to and from beside; far: beside."""
    on = [name in picture.path for name in move]
    if on == [True, True]:
        return "next" if move in set(pairwise(picture.path)) else "along"
    return {(True, False): "out", (False, True): "home"}.get((on[0], on[1]), "far")


def _arrows(picture: _Picture) -> None:
    for name in picture.starts:
        box = picture.boxes[name]
        x = box.x + BOX_WIDTH / 2
        picture.shapes.append(f'<circle cx="{x:g}" cy="{box.y - 16:g}" r="4" fill="#3f6aa0"/>')
        _line(picture, f"M{x:g} {box.y - 12:g}V{box.y - 2:g}", "main")
    kinds: dict[str, list[Move]] = {}
    for move in picture.labels:
        kinds.setdefault(_kind(picture, move), []).append(move)
    for move in kinds.get("next", []):
        _next(picture, move)
    for number, move in enumerate(sorted(kinds.get("along", []), key=lambda m: _length(picture, m))):
        _along(picture, move, picture.left - 12 - LANE * number)
    beside = kinds.get("out", []) + kinds.get("home", [])
    _beside(picture, sorted(beside, key=lambda move: _order(picture, move)))
    for number, move in enumerate(kinds.get("far", [])):
        _far(picture, move, LANE * (number + 1))


def _length(picture: _Picture, move: Move) -> float:
    return abs(picture.boxes[move[0]].y - picture.boxes[move[1]].y)


def _order(picture: _Picture, move: Move) -> tuple[float, float]:
    return picture.boxes[move[0]].y, picture.boxes[move[1]].y


def _line(picture: _Picture, path: str, style: str = "") -> None:
    classes = f"move {style}".strip()
    picture.shapes.append(f'<path class="{classes}" d="{path}" marker-end="url(#{_marker(style)})"/>')


def _marker(style: str) -> str:
    return "main-arrow" if "main" in style else "arrow"


def _label(picture: _Picture, text: str, places: Iterable[tuple[float, float]], anchor: str = "start") -> None:
    """A text at the first place where it covers no box and no other text; where there is none, at the least covered."""
    if not text:
        return
    width = len(text) * LETTER
    back = {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    areas = [(x - back, y - LABEL_HEIGHT + 3, x - back + width, y + 3) for x, y in places]
    area = min(areas, key=lambda area: sum(_common(area, other) for other in picture.taken))
    picture.taken.append(area)
    x, y = round(area[0] + back, 1), round(area[3] - 3, 1)
    picture.texts.append(f'<text class="label" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{_safe(text)}</text>')
    picture.right = max(picture.right, area[2])


def _common(one: Area, other: Area) -> float:
    """The area two rectangles share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _next(picture: _Picture, move: Move) -> None:
    upper, lower = picture.boxes[move[0]], picture.boxes[move[1]]
    x = upper.x + BOX_WIDTH / 2
    _line(picture, f"M{x:g} {upper.y + upper.height:g}V{lower.y - 2:g}", "main")
    _label(picture, picture.labels[move], [(x + 8, (upper.y + upper.height + lower.y) / 2 + 4)])


def _along(picture: _Picture, move: Move, lane: float) -> None:
    """A jump or a way back along the happy path: around its left side."""
    a, b = picture.boxes[move[0]], picture.boxes[move[1]]
    begin, end = _left_end(picture, move, 0), _left_end(picture, move, 1)
    style = "" if end > begin else "back"
    turn = 8 if end > begin else -8
    route = f"M{a.x:g} {begin:g}H{lane + 8:g}Q{lane:g} {begin:g} {lane:g} {begin + turn:g}"
    route += f"V{end - turn:g}Q{lane:g} {end:g} {lane + 8:g} {end:g}H{b.x - 2:g}"
    _line(picture, route, style)
    heights = (begin + (end - begin) * part + 4 for part in _PARTS)
    _label(picture, picture.labels[move], [(lane - 6, y) for y in heights], "end")


def _left_end(picture: _Picture, move: Move, end: int) -> float:
    """Where a move meets the left side of its source (0) or destination (1); all that meet there are spread."""
    name = move[end]
    meeting = [(m, e) for m in picture.labels if _kind(picture, m) == "along" for e in (0, 1) if m[e] == name]
    meeting.sort(key=lambda found: (picture.boxes[found[0][1 - found[1]]].y, found[1], found[0]))
    return _spread(picture.boxes[name], meeting.index((move, end)), len(meeting), 0.5)


def _beside(picture: _Picture, moves: list[Move]) -> None:
    """Curves between the happy path and the states beside it; those of one box are spread over its side."""
    meeting: dict[str, list[tuple[float, int, Move]]] = {}
    for move in moves:
        for end in (0, 1):
            meeting.setdefault(move[end], []).append((picture.boxes[move[1 - end]].y, end, move))
    for move in moves:
        a, b = picture.boxes[move[0]], picture.boxes[move[1]]
        out = move[0] in picture.path
        x1, x2 = (a.right, b.x - 2) if out else (a.x, b.right + 2)
        y1, y2 = (_side_end(picture, move, end, meeting[move[end]]) for end in (0, 1))
        bend = SIDE_GAP * 0.55 * (1 if out else -1)
        style = "" if out else "back"
        _line(picture, f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}", style)
        bends = ((x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2))
        _label(picture, picture.numbers.get(move, ""), _along_curve(bends), "middle")


def _along_curve(bends: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Places for a text on a cubic curve of these four points, its middle first."""
    places = []
    for part in _PARTS:
        rest = 1 - part
        weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
        x, y = (sum(w * bend[i] for w, bend in zip(weights, bends, strict=True)) for i in (0, 1))
        places.append((x, y + 4))
    return places


def _side_end(picture: _Picture, move: Move, end: int, meeting: list[tuple[float, int, Move]]) -> float:
    """Where a move meets a box: the nearer above the other end, the nearer above its point."""
    here = (picture.boxes[move[1 - end]].y, end, move)
    return _spread(picture.boxes[move[end]], sorted(meeting).index(here), len(meeting), 0.5)


def _spread(box: _Box, number: int, count: int, alone: float) -> float:
    if count == 1:
        return box.y + box.height * alone
    return box.y + 8 + (box.height - 16) * number / (count - 1)


def _far(picture: _Picture, move: Move, lane: float) -> None:
    a, b = picture.boxes[move[0]], picture.boxes[move[1]]
    x = max(a.right, b.right) + lane
    picture.right = max(picture.right, x)
    begin, end = (a.middle, b.middle) if a is not b else (a.middle + 8, a.middle - 8)
    _line(picture, f"M{a.right:g} {begin:g}C{x:g} {begin:g} {x:g} {end:g} {b.right + 2:g} {end:g}")
    bends = ((a.right, begin), (x, begin), (x, end), (b.right + 2, end))
    _label(picture, picture.numbers.get(move, ""), _along_curve(bends))


def _drawn(box: _Box) -> str:
    fill, stroke = _COLOURS.get(box.state.outcome or "", _PLAIN)
    width = 2.4 if box.state.final else 1.4
    parts = [
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{BOX_WIDTH}" height="{box.height:g}" rx="9" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    ]
    x, y = box.x + BOX_WIDTH / 2, box.y + PADDING + 12.5
    for line in box.lines:
        parts.append(f'<text x="{x:g}" y="{y:g}" text-anchor="middle">{_safe(line)}</text>')
        y += LINE_HEIGHT
    if box.number:
        parts.append(f'<text class="number" x="{x:g}" y="{y:g}" text-anchor="middle">{_safe(box.number)}</text>')
    return "".join(parts)


def _svg(picture: _Picture, title: str) -> str:
    boxes = picture.boxes.values()
    width = max([picture.right, *(box.right for box in boxes)]) + MARGIN
    height = max(box.y + box.height for box in boxes) + MARGIN
    arrow = '<marker id="{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
    arrow += ' markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="{}"/></marker>'
    markers = arrow.format("arrow", "#7b8794") + arrow.format("main-arrow", "#3f6aa0")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{_safe(title)}">',
        f"<title>{_safe(title)}</title><defs>{markers}</defs><style>{_STYLE}</style>",
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
        *picture.shapes,
        *map(_drawn, boxes),
        *picture.texts,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _safe(text: str) -> str:
    """Text that no XML reader stumbles over."""
    return escape("".join(c for c in text if c.isprintable()))
