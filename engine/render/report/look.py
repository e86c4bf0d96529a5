"""Looking things up in an audit while a report is made of it, and the words for what is found."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.audit import Audit, MeasuredPoint, RuleShown
from engine.kpis.fact import Fact, Segment, Verdict
from engine.kpis.flow import ProcessFlow
from engine.render.words import Words
from engine.rules import asks
from engine.rules.finding import Finding
from engine.rules.scan import Found, Sight

_WORST_FIRST = ("red", "error", "yellow", "grey", "not assessable", "green")
_SYMBOLS = {"red": "✕", "yellow": "▲", "green": "●", "grey": "○", "not assessable": "–", "error": "!", "none": "·"}
_MONTH_DAYS = 30.4375
_FLAGS = ("in_hours", "returning")


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict for people: `code` picks the colour and the drawn sign, `symbol` is the sign as a character."""

    code: str
    symbol: str
    word: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.symbol} {self.word}" + (f": {self.more}" if self.more else "")


@dataclass(frozen=True)
class Look:
    """An audit with its words and what is asked of it again and again."""

    audit: Audit
    words: Words

    @functools.cached_property
    def points(self) -> dict[tuple[str, str], MeasuredPoint]:
        return {(point.process, point.name): point for point in self.audit.control_points}

    @functools.cached_property
    def rules(self) -> dict[str, RuleShown]:
        return {rule.name: rule for rule in self.audit.rules}

    @functools.cached_property
    def flows(self) -> dict[str, ProcessFlow]:
        return {flow.process: flow for flow in self.audit.processes}

    @functools.cached_property
    def facts(self) -> dict[str, Fact]:
        return {fact.key: fact for fact in self.audit.facts}

    @functools.cached_property
    def facts_of(self) -> dict[tuple[str, str], tuple[Fact, ...]]:
        """The facts of the audit period by control point, sorted by key."""
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in sorted(self.audit.facts, key=lambda fact: fact.key):
            if fact.period is None:
                found.setdefault((fact.process, fact.control_point), []).append(fact)
        return {point: tuple(facts) for point, facts in found.items()}

    @functools.cached_property
    def findings(self) -> dict[str, Finding]:
        return {finding.id: finding for finding in self.audit.findings}

    @functools.cached_property
    def months(self) -> float | None:
        """How many months the audit looks at, where it says from when to when."""
        period = self.audit.period
        if period.since is None or period.until is None or period.until <= period.since:
            return None
        return (period.until - period.since).total_seconds() / 86400 / _MONTH_DAYS

    def local(self, moment: datetime) -> datetime:
        """A moment on the clock of the workspace (a moment without a zone is on it already)."""
        return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(self.audit.time_zone))

    def last_day(self, until: datetime) -> date:
        """The last day inside a period that ends before `until`."""
        return (self.local(until).replace(tzinfo=UTC) - _MOMENT).date()

    def process_title(self, process: str) -> str:
        flow = self.flows.get(process)
        return flow.title if flow else process

    def state_title(self, process: str, state: str) -> str:
        flow = self.flows.get(process)
        stages = flow.stages if flow else ()
        return next((stage.title for stage in stages if stage.state == state), state)

    def point_named(self, name: str, processes: Iterable[str] = ()) -> MeasuredPoint | None:
        """A control point by `process.name`, or by its name alone in one of the processes."""
        process, _, rest = name.partition(".")
        if rest:
            return self.points.get((process, rest))
        return next((self.points[process, name] for process in processes if (process, name) in self.points), None)

    def dimension(self, name: str) -> str:
        """What a dimension is called; a name that the messages do not know is shown as it is."""
        key = f"dimension.{name}"
        return self.words.t(key) if self.words.has(key) else name

    def segment(self, segment: Segment) -> str:
        """`Менеджер: Иванова`; nothing for the whole."""
        empty = self.words.t("segment.empty")
        return ", ".join(f"{self.dimension(name)}: {self.named(name, value) or empty}" for name, value in segment)

    def named(self, dimension: str, value: str) -> str:
        """A value of a dimension for people: `пн, 13–14 ч` of `mon 13`; what a client named is shown as it is."""
        day, _, hour = value.partition(" ") if dimension == "weekday_hour" else (value, "", "")
        if dimension in ("weekday", "weekday_hour") and self.words.has(f"weekday.{day}"):
            return self._at(self.words.t(f"weekday.{day}"), hour)
        if dimension == "hour":
            return self._at("", value)
        return self.words.t(f"flag.{value}") if dimension in _FLAGS and self.words.has(f"flag.{value}") else value

    def _at(self, day: str, hour: str) -> str:
        """A day, an hour of the day, or both."""
        span = self.words.t("hour.span", first=int(hour), last=int(hour) + 1) if hour.isdecimal() else hour
        return ", ".join(filter(None, (day, span)))

    @functools.cached_property
    def parts(self) -> dict[str, tuple[tuple[Finding, Found], ...]]:
        """By the id of a finding about all cases: those of its segments with what the scan says, clearest first."""
        by_place = {(f.process, f.rule, f.segment): f for f in self.audit.findings if f.segment}
        found: dict[str, tuple[tuple[Finding, Found], ...]] = {}
        for finding in self.audit.findings:
            seen = [one for one in self.audit.scan.found if not finding.segment and scanned(one) in finding.facts]
            pairs = [(by_place.get((one.process, finding.rule, one.segment)), one) for one in seen]
            found[finding.id] = tuple((part, one) for part, one in pairs if part)
        return found

    @functools.cached_property
    def told(self) -> tuple[Finding, ...]:
        """The findings that stand for themselves: those of segments stand beneath the one they are part of."""
        nested = {part.id for parts in self.parts.values() for part, _ in parts}
        return tuple(finding for finding in self.audit.findings if finding.id not in nested)

    # --- verdicts ---------------------------------------------------------------------------------------------------

    def mark(self, fact: Fact) -> Mark:
        """The worst verdict on a fact, as a sign and a word."""
        verdict = worst(fact.verdicts)
        if fact.maturity == "too young" and (verdict is None or verdict.verdict == "grey"):
            return self._young(fact)
        if verdict is None:
            return self.plain("none")
        if verdict.verdict == "grey":
            return self._grey(verdict, self.counted(fact.process, fact.control_point))
        if verdict.verdict == "yellow" and verdict.why:
            return Mark("yellow", _SYMBOLS["yellow"], self.words.t(f"verdict.yellow.{verdict.why}"))
        if verdict.verdict == "not assessable":
            return Mark("na", _SYMBOLS["not assessable"], self.words.t("verdict.na"), self.note(fact))
        return self.plain(verdict.verdict)

    def mark_of(self, finding: Finding) -> Mark:
        """What a finding is: the verdict it stands for, in doubt where that is; of a diagnosis its severity."""
        facts = [self.facts[key] for key in finding.facts if key in self.facts]
        said = [(fact, v) for fact in facts for v in fact.verdicts if v.rule == finding.rule]
        own = [fact for fact, verdict in said if verdict.verdict == finding.severity]
        return self.mark(own[0]) if own else self.plain(finding.severity)

    def note(self, fact: Fact) -> str:
        """What stands beside a fact, in words; what the messages do not know is shown as it is."""
        return "; ".join(self._noted(*part.partition("=")) for part in (fact.note or "").split(";") if part)

    def _noted(self, code: str, equals: str, value: str) -> str:
        if code == "fidelity" and value in asks.ASKS:
            return f"{asks.why(value, self.words.locale)}; {asks.ask(value, self.words.locale)}"
        if code == "interval":
            return self.words.t("note.interval", value=self.words.duration(float(value)))
        if not self.words.has(f"note.{code}"):
            return f"{code}{equals}{value}".strip()
        if code == "never":
            return self.words.t("note.never", share=self.words.share(float(value)))
        return self.words.t(f"note.{code}", value=self.data(value) if code == "missing" else value)

    def data(self, name: str) -> str:
        """What an attribute, a dimension or a mark is called in a sentence about missing data."""
        if name in asks.ASKS:
            return f"{asks.why(name, self.words.locale)} ({asks.ask(name, self.words.locale)})"
        if self.words.has(f"lacking.{name}"):
            return self.words.t(f"lacking.{name}")
        marks = (flow.marks[name] for flow in self.audit.processes if name in flow.marks)
        return next(marks, self.dimension(name))

    def _young(self, fact: Fact) -> Mark:
        more = self.words.t("verdict.ready", day=self.words.day(self.local(fact.ready))) if fact.ready else ""
        return Mark("grey", _SYMBOLS["grey"], self.words.t("verdict.young"), more)

    def counted(self, process: str, name: str) -> str:
        """What the numbers of a control point rest on: `case`, or `day`, `month`, `period` where there are no cases."""
        point = self.points.get((process, name))
        if point is None or point.passport.counted == "cases":
            return "case"
        if point.kpi in ("cost", "attainment"):
            return "month" if point.kpi == "cost" else "period"
        units = {counter.unit for counter in self.flows[process].counters} if process in self.flows else set()
        return "day" if units == {"day"} else "period"

    def _grey(self, verdict: Verdict, counted: str) -> Mark:
        more = self.words.t(f"verdict.needed.{counted}", n=verdict.needed) if verdict.needed else ""
        return Mark("grey", _SYMBOLS["grey"], self.words.t("verdict.grey"), more)

    def plain(self, code: str) -> Mark:
        """The mark of a verdict that needs no more than its word."""
        return Mark(code, _SYMBOLS[code], self.words.t(f"verdict.{code}"))

    # --- values -----------------------------------------------------------------------------------------------------

    def said(self, value: float, point: MeasuredPoint, *, genitive: bool = False) -> str:
        """A value of a control point: working time stays in hours; `genitive`: as after `не больше`."""
        business = point.passport.clock == "business"
        return self.words.value(value, point.unit, business=business, genitive=genitive)

    def value(self, fact: Fact, point: MeasuredPoint) -> str:
        """A value as people say it: `38 из 100`, `9 из 10 — за 3 ч`; why there is none."""
        if point.unit == "seconds" and "quantile" in point.parameters:
            return self._quantile(fact.value, point)
        return self.amount(fact.value, point)

    def _quantile(self, value: float | None, point: MeasuredPoint) -> str:
        quantile = float(point.parameters["quantile"])
        if value is None:
            people = self.words.t("value.half_of") if quantile == 0.5 else self.words.quantile(quantile)
            return self.words.t("value.not_reached", people=people)
        if point.kpi == "age":
            people, said = self.words.quantile(1 - quantile), self.said(value, point, genitive=True)
            return self.words.t("value.older", people=people, value=said)
        return self.words.t("value.quantile", people=self.words.quantile(quantile), value=self.said(value, point))

    def amount(self, value: float | None, point: MeasuredPoint) -> str:
        """A value without the words about how many it is true of."""
        return self.words.t("value.none") if value is None else self.said(value, point)

    def span(self, low: float | None, high: float | None, point: MeasuredPoint) -> str:
        """`скорее всего от 31 до 45 из 100`; nothing where the range is not known."""
        if low is None and high is None:
            return ""
        business = point.passport.clock == "business"
        return self.words.t("likely", span=self.words.span(low, high, point.unit, business=business))

    def limit(self, point: MeasuredPoint, verdict: Verdict) -> tuple[str, str]:
        """`не меньше 40 из 100`, and the red line where it is another."""
        green = limit_of(verdict)
        if green is None:
            return "", ""
        side = "most" if point.better == "lower" else "least"
        text = self.words.t(f"limit.{side}", value=self.said(green, point, genitive=True))
        if verdict.red is None or verdict.red == green:
            return text, ""
        return text, self.words.t(f"limit.red.{side}", value=self.said(verdict.red, point, genitive=True))

    def per_month(self, total: float) -> float | None:
        """A sum over the period of the audit as a month's part of it; None where the period is open."""
        return None if self.months is None else total / self.months


_MOMENT = datetime(2000, 1, 2, tzinfo=UTC) - datetime(2000, 1, 1, 23, 59, 59, tzinfo=UTC)


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that a reader must see first."""
    return min(verdicts, key=lambda verdict: (_WORST_FIRST.index(verdict.verdict), verdict.rule), default=None)


def limit_of(verdict: Verdict | None) -> float | None:
    """What a value must keep to: the yellow limit, else the red one."""
    if verdict is None:
        return None
    return verdict.yellow if verdict.yellow is not None else verdict.red


def scanned(one: Found | Sight) -> str:
    """The key of the fact that was scanned."""
    return f"{one.process}.{one.control_point}" + (f"#{one.variant}" if one.variant else "")
