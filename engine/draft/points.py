"""Candidates for control points: reaction, conversions, sale, cycle time, rework, with spans from the data."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft.flow import STEPS
from engine.draft.guess import Guess
from engine.draft.model import Flow, Linked, Point, slug
from engine.engines.duckdb import Engine
from engine.render.words import Words

NICE = (
    ("5m", 300), ("15m", 900), ("30m", 1800), ("1h", 3600), ("4h", 14_400), ("12h", 43_200), ("1d", 86_400),
    ("2d", 172_800), ("3d", 259_200), ("7d", 604_800), ("14d", 1_209_600), ("30d", 2_592_000), ("60d", 5_184_000),
    ("90d", 7_776_000), ("180d", 15_552_000), ("270d", 23_328_000), ("365d", 31_536_000), ("730d", 63_072_000),
)  # fmt: skip
"""Spans that people agree on, in seconds."""
REWORK = 0.02
MOST_STAGES, MOST_MARKS = 8, 2


@dataclass(frozen=True, slots=True)
class Span:
    """From one state to a later one: cases that came to the first, those that arrived, quantiles in seconds.

    `timed`: whether the quantiles say anything.
    """

    entered: int
    arrived: int
    median: float
    p90: float
    p95: float
    timed: bool = True


def points_of(
    engine: Engine, flow: Flow, attributes: Mapping[str, Guess], undated: Collection[str], say: Words
) -> tuple[Point, ...]:
    """The candidates, in the order in which a reader asks for them.

    `undated`: states of which it is known that a case came to them, not when; no span is taken from such times.
    """
    path = flow.happy_path
    spans = {(a, b): replace(span, timed=b not in undated) for (a, b), span in _spans(engine, path).items()}
    found = [
        *_reaction(flow, spans, say),
        *_conversions(flow, spans, say),
        *_sale(flow, spans, say),
        *_rework(engine, flow, say),
        *_age(flow, say),
        *_money(flow, attributes, say),
    ]
    return named_apart(found)


def named_apart(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points, each by another name."""
    found: list[Point] = []
    for point in points:
        found.append(replace(point, name=slug(point.name, [other.name for other in found])))
    return tuple(found)


def points_of_link(flow: Flow, link: Linked, say: Words) -> Iterator[Point]:
    """Of a second log: how soon its first event comes, how many of them a case has."""
    first = flow.happy_path[0]
    for mark in sorted(link.marks, key=lambda mark: -mark.events)[:MOST_MARKS]:
        yield Point(
            name=f"until_{mark.mark}",
            title=say.t("draft.point.until", mark=mark.title),
            kpi="elapsed",
            parameters={"from": first, "to": mark.mark, "quantile": "0.5", "of": "arrived"},
            why=mark.why,
            judged=False,
        )
        yield Point(
            name=f"count_{mark.mark}",
            title=say.t("draft.point.count", mark=mark.title),
            kpi="count",
            parameters={"of": mark.mark},
            why=mark.why,
            judged=False,
        )


def nice(seconds: float) -> str:
    """The next span that people agree on."""
    return next((text for text, size in NICE if size >= seconds), NICE[-1][0])


def _spans(engine: Engine, path: Sequence[str]) -> dict[tuple[str, str], Span]:
    """Times between neighbours on the happy path and from its first state to its last; a later stage counts."""
    firsts = ", ".join(f"min(happened) filter (state = $s{n}) as own{n}" for n in range(len(path)))
    least = ", ".join(
        f"least({', '.join(f'own{later}' for later in range(n, len(path)))}) as at{n}"
        if n < len(path) - 1
        else f"own{n} as at{n}"
        for n in range(len(path))
    )
    pairs = list(dict.fromkeys([*((n, n + 1) for n in range(len(path) - 1)), (0, len(path) - 1)]))
    columns = []
    for a, b in pairs:
        took = f"epoch(at{b}) - epoch(at{a})"
        fits = f"at{b} >= at{a}"
        columns += [
            f"count(at{a})",
            f"count(*) filter ({fits})",
            *(f"coalesce(quantile_cont({took}, {q}) filter ({fits}), 0)" for q in (0.5, 0.9, 0.95)),
        ]
    sql = f"""
with own as (select "case", {firsts} from {STEPS} group by 1),
reached as (select {least} from own)
select {", ".join(columns)}
from reached"""
    row = engine.row(sql, {f"s{n}": name for n, name in enumerate(path)})
    values = [float(str(value)) for value in row]
    return {
        (path[a], path[b]): Span(int(v[0]), int(v[1]), v[2], v[3], v[4])
        for (a, b), v in zip(pairs, _batched(values, 5), strict=True)
    }


def _batched(values: Sequence[float], size: int) -> Iterator[Sequence[float]]:
    """Pieces of equal size."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _title(flow: Flow, name: str) -> str:
    return flow.state(name).title


def _reaction(flow: Flow, spans: Mapping[tuple[str, str], Span], say: Words) -> Iterator[Point]:
    first, second = flow.happy_path[:2]
    span = spans[first, second]
    if len(flow.happy_path) == 2 or not span.arrived or not span.p95 or not span.timed:
        return
    share = span.arrived / max(1, span.entered)
    of, quantile = ("all", "0.9") if share >= 0.93 else ("all", "0.5") if share >= 0.55 else ("arrived", "0.5")
    yield Point(
        name="reaction_time",
        title=say.t("draft.point.reaction", to=_title(flow, second)),
        kpi="elapsed",
        parameters={"from": first, "to": second, "quantile": quantile, "of": of},
        why=say.t("draft.point.reaction.why", share=say.share(share), median=say.duration(span.median)),
        actions=("response_timer", "duty_roster", "auto_reply"),
    )


def _conversions(flow: Flow, spans: Mapping[tuple[str, str], Span], say: Words) -> Iterator[Point]:
    path = flow.happy_path
    for a, b in list(itertools.pairwise(path))[:MOST_STAGES]:
        span = spans[a, b]
        if len(path) == 2 or not span.arrived:
            continue
        yield Point(
            name=f"reach_{b}",
            title=say.t("draft.point.conversion", to=_title(flow, b)),
            kpi="conversion",
            parameters={"from": a, "to": b, **_within(span)},
            why=_arrival(span, say),
            actions=("stage_definitions", "daily_board"),
        )


def _within(span: Span) -> dict[str, str]:
    """How long to wait for those who arrive."""
    return {"within": nice(span.p95)} if span.timed else {}


def _arrival(span: Span, say: Words) -> str:
    share = say.share(span.arrived / max(1, span.entered))
    if not span.timed:
        return say.t("draft.point.undated", share=share)
    return say.t("draft.point.within", share=share, p95=say.duration(span.p95))


def _sale(flow: Flow, spans: Mapping[tuple[str, str], Span], say: Words) -> Iterator[Point]:
    first, won = flow.happy_path[0], flow.happy_path[-1]
    span = spans[first, won]
    if not span.arrived:
        return
    yield Point(
        name="win_rate",
        title=say.t("draft.point.won", to=_title(flow, won)),
        kpi="conversion",
        parameters={"from": first, "to": won, **_within(span)},
        why=_arrival(span, say),
        actions=("daily_board", "loss_interviews"),
    )
    if span.median > 0 and span.timed:
        yield Point(
            name="cycle_time",
            title=say.t("draft.point.cycle", to=_title(flow, won)),
            kpi="elapsed",
            parameters={"from": first, "to": won, "quantile": "0.5", "of": "arrived"},
            why=say.t("draft.point.cycle.why", median=say.duration(span.median), p90=say.duration(span.p90)),
            actions=("weekly_sweep",),
        )


def _rework(engine: Engine, flow: Flow, say: Words) -> Iterator[Point]:
    sql = f"""
select state, count(*) filter (visits > 1) / count(*) as again, count(*)
from (
  select "case", state, count(*) as visits
  from (
    select *, lag(state) over (partition by "case" order by happened, seq) as before
    from {STEPS})
  where before is distinct from state
  group by 1, 2)
group by 1
having again >= {REWORK}
order by 3 * 2 desc, 1"""
    rows = engine.rows(sql)
    open_ = {state.name for state in flow.states if state.outcome is None}
    likely = sorted((row for row in rows if str(row[0]) in open_), key=lambda r: -float(str(r[1])) * int(str(r[2])))
    for state, again, _ in likely[:2]:
        yield Point(
            name=f"again_{state}",
            title=say.t("draft.point.rework", state=_title(flow, str(state))),
            kpi="rework",
            parameters={"state": str(state)},
            why=say.t("draft.point.rework.why", share=say.share(float(str(again)))),
            actions=("stage_definitions",),
        )


def _age(flow: Flow, say: Words) -> Iterator[Point]:
    """Where only today's stage is known, how long the open cases wait says more than the way they went."""
    if any(state.when and state.when.status and state.outcome is None for state in flow.states):
        yield Point(
            name="open_age",
            title=say.t("draft.point.age"),
            kpi="age",
            parameters={"quantile": "0.5"},
            why=say.t("draft.point.age.why"),
            judged=False,
        )


def _money(flow: Flow, attributes: Mapping[str, Guess], say: Words) -> Iterator[Point]:
    if "amount" not in attributes:
        return
    for outcome in ("won", "lost"):
        if outcome in flow.outcomes.values():
            yield Point(
                name=f"{outcome}_amount",
                title=say.t(f"draft.point.{outcome}_amount"),
                kpi="value",
                parameters={"of": "amount", "outcome": outcome},
                why=say.t("draft.point.amount.why", column=attributes["amount"].columns[0]),
                judged=False,
            )
