"""The programme: channels and their processes, control points with limits, who answers, when it is looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from engine import machine
from engine.definitions.process import Process
from engine.render.papers.hours import hours_of
from engine.render.papers.points import PointDefined, points_of
from engine.render.papers.steps import StepShown, steps_of
from engine.render.papers.terms import Terms
from engine.render.words import clean

AGREED, REPEATED = 14, 91
"""Days after the start by which limits are agreed, and after which the audit is repeated."""
_ENDS = ("won", "lost", "void")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPaper:
    """A process as it is agreed with the client. `picture`: a data address; `mermaid`: the same for Markdown.

    `ends`: (kind of the end, titles). `rules`: control points of the process as a whole that have a limit.
    """

    name: str
    title: str
    channel: str
    begins: str
    hours: str
    stages: int
    picture: str
    mermaid: Markup
    steps: tuple[StepShown, ...]
    points: tuple[PointDefined, ...]
    rules: tuple[PointDefined, ...]
    ends: tuple[tuple[str, str], ...]
    counters: tuple[str, ...]
    responsible: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A line of the calendar of reviews."""

    when: str
    often: str
    what: str
    points: tuple[str, ...]
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who answers for what."""

    who: str
    stages: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is sold first; `measured`: whether it holds the findings of an audit."""

    client: str
    start: str
    measured: bool
    processes: tuple[ProcessPaper, ...]
    calendar: tuple[Appointment, ...]
    people: tuple[Answerable, ...]
    limits: int
    own: int

    @property
    def points(self) -> int:
        """How many control points there are."""
        return sum(len(process.points) for process in self.processes)


def programme_of(terms: Terms) -> Programme:
    """The programme of a workspace."""
    papers = tuple(_paper(terms, process) for process in terms.processes)
    points = [point for paper in papers for point in paper.points]
    return Programme(
        client=terms.settings.client,
        start=terms.look.words.day(terms.start),
        measured=bool(terms.look.audit.processes),
        processes=papers,
        calendar=tuple(_calendar(terms, points)),
        people=_people(terms, papers),
        limits=sum(bool(point.limit) for point in points),
        own=sum(bool(point.limit) and point.own for point in points),
    )


def _paper(terms: Terms, process: Process) -> ProcessPaper:
    points = points_of(terms, process)
    steps = steps_of(terms, process, points)
    locale = terms.look.words.locale
    drawn = machine.draw(process, locale) if process.states else ""
    return ProcessPaper(
        name=process.process,
        title=terms.title(process),
        channel=process.channel or process.process,
        begins=", ".join(terms.state(process, name) for name in process.start_states),
        hours=hours_of(terms, process),
        stages=len(process.happy_path),
        picture=terms.diagrams.get(process.process, ""),
        mermaid=Markup(clean(drawn)),  # noqa: S704  (machine.draw has made every title harmless for Mermaid)
        steps=steps,
        points=points,
        rules=tuple(point for point in points if not point.stage and point.limit),
        ends=tuple(_ends(terms, process)),
        counters=tuple(terms.text(one.title, one.name) for one in process.counters),
        responsible=tuple(dict.fromkeys(filter(None, (step.responsible for step in steps)))),
    )


def _ends(terms: Terms, process: Process) -> Iterator[tuple[str, str]]:
    for outcome in _ENDS:
        titles = [terms.text(state.title, state.name) for state in process.states if state.outcome == outcome]
        if titles:
            yield terms.t(f"papers.end.{outcome}"), ", ".join(titles)


# --- the calendar -----------------------------------------------------------------------------------------------------


def _calendar(terms: Terms, points: Sequence[PointDefined]) -> Iterator[Appointment]:
    """The dates of the programme in their order: its start, limits agreed, first looks, the audit repeated."""
    looks: dict[tuple[date, str], list[PointDefined]] = {}
    for point in points:
        looks.setdefault((point.first, point.review), []).append(point)
    dated: list[tuple[date, int, Appointment]] = [
        (terms.start, 0, _fixed(terms, "start", terms.start)),
        (terms.start + timedelta(AGREED), 1, _fixed(terms, "agreed", terms.start + timedelta(AGREED))),
        (terms.start + timedelta(REPEATED), 3, _fixed(terms, "repeated", terms.start + timedelta(REPEATED))),
    ]
    dated += [(when, 2, _look(terms, when, ones)) for (when, _), ones in looks.items()]
    yield from (line for _, _, line in sorted(dated, key=lambda one: (one[0], one[1], one[2].often)))


def _fixed(terms: Terms, what: str, when: date) -> Appointment:
    return Appointment(when=terms.look.words.day(when), often="", what=terms.t(f"calendar.{what}"), points=(), who=())


def _look(terms: Terms, when: date, points: Sequence[PointDefined]) -> Appointment:
    return Appointment(
        when=terms.look.words.day(when),
        often=points[0].reviewed,
        what=terms.t("calendar.look"),
        points=tuple(dict.fromkeys(point.title for point in points)),
        who=tuple(dict.fromkeys(filter(None, (point.responsible for point in points)))),
    )


def _people(terms: Terms, papers: Sequence[ProcessPaper]) -> tuple[Answerable, ...]:
    """Everyone who answers for a stage or a limit, who answers for most first."""
    stages: dict[str, list[str]] = {}
    limits: dict[str, list[str]] = {}
    for paper in papers:
        for step in paper.steps:
            if step.responsible:
                stages.setdefault(step.responsible, []).append(
                    terms.t("papers.of", what=step.title, process=paper.title)
                )
        for point in paper.points:
            if point.responsible and point.limit:
                limits.setdefault(point.responsible, []).append(point.title)
    names = sorted({*stages, *limits}, key=lambda who: (-len(stages.get(who, ())) - len(limits.get(who, ())), who))
    return tuple(
        Answerable(
            who=who,
            stages=tuple(dict.fromkeys(stages.get(who, ()))),
            points=tuple(dict.fromkeys(limits.get(who, ()))),
        )
        for who in names
    )
