"""Findings -> plan: what to do, by whom, by when, and how it will be seen whether it worked."""

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from engine.definitions.document import LocalText
from engine.definitions.planfile import PlanLine
from engine.definitions.process import Process
from engine.definitions.rule import Action, Rule
from engine.definitions.settings import Settings
from engine.kpis.fact import Fact
from engine.kpis.maturity import cases_needed, review_date
from engine.plan.calendar import Load, due_on
from engine.plan.choose import choose
from engine.plan.item import Baseline, Dropped, EffortOf, EvidenceOf, NotChosen, Plan, PlanItem, Verify
from engine.plan.segments import directed
from engine.plan.spans import told_elsewhere
from engine.plan.swaps import swaps_if
from engine.plan.wishes import Candidate, candidates
from engine.plan.worth import Effects, expected_of, joint_of
from engine.rules.applies import DEFAULT_AT_LEAST, Units, places_of
from engine.rules.finding import Finding

DAYS_OF_A_MONTH = 365.25 / 12
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What people said of the last plan, by action; `before`: the actions of the plan before this one."""

    lines: Mapping[str, PlanLine] = field(default_factory=dict)
    before: Collection[str] = ()

    def named(self, status: str) -> tuple[str, ...]:
        """Actions of one status, sorted."""
        return tuple(sorted(name for name, line in self.lines.items() if line.status == status))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a plan is made on: definitions, facts by key, the audit period (its days; the last is not in it)."""

    rules: Sequence[Rule]
    actions: Mapping[str, Action]
    settings: Settings
    processes: Mapping[str, Process]
    facts: Mapping[str, Fact]
    as_of: date
    locale: Literal["ru", "en"]
    since: date | None = None
    until: date | None = None
    units: Units = field(default_factory=dict)
    effects: Effects = field(default_factory=Effects)
    kept: Kept = field(default_factory=Kept)


@dataclass(slots=True)
class _Diary:
    """Days already given away."""

    load: Load = field(default_factory=Load)
    due: dict[str, date] = field(default_factory=dict)


def make_plan(
    findings: Iterable[Finding],
    rules: Sequence[Rule],
    actions: Iterable[Action],
    settings: Settings,
    processes: Iterable[Process],
    facts: Mapping[str, Fact],
    as_of: date,
    locale: Literal["ru", "en"],
    *,
    since: date | None = None,
    until: date | None = None,
    units: Units | None = None,
    effects: Effects | None = None,
    kept: Kept | None = None,
) -> Plan:
    """The plan: one item an action, quick wins first, what it needs before it, each with a responsible and a day.

    `facts` by `Fact.key`, those of the audit period as a whole; the period from `since` to before `until` is what the
    baselines are of and what cases a month are counted from (without it an item is reviewed a month after it is due).
    `units` tell shares from the rest; what is no share is reviewed when as many cases have come as a verdict takes.
    `effects` put numbers to what actions bring; `kept` is what people made of the last plan: what they accepted comes
    first and keeps its day, what is done comes last, what they rejected stays out.
    """
    ground = Ground(
        rules=rules,
        actions={action.name: action for action in actions},
        settings=settings,
        processes={process.process: process for process in processes},
        facts=facts,
        as_of=as_of,
        locale=locale,
        since=since,
        until=until,
        units=units or {},
        effects=effects or Effects(),
        kept=kept or Kept(),
    )
    known = tuple(findings)
    at_segments = directed(known, ground.actions, ground.processes)
    made_out = {action.name: action for of in at_segments.values() for action in of}
    ground = replace(ground, actions={**ground.actions, **made_out})
    elsewhere = told_elsewhere(known, ground.processes)
    wanted, without_cause = candidates(
        known, rules, ground.actions, ground.effects, _uncertain(known), at_segments, elsewhere
    )
    barred = _barred(wanted, known, ground)
    done = ground.kept.named("done")
    accepted = ground.kept.named("accepted")
    open_ones = [one for one in wanted if one.action.name not in {*barred, *done}]
    open_ones.sort(key=lambda one: one.action.name not in accepted)
    budget = settings.audit.budget
    chosen, left_out = choose(open_ones, ground.actions, budget, ground.effects, done, accepted)
    finished = tuple(one for one in wanted if one.action.name in done)
    in_plan = {one.action.name for one in (*chosen, *finished)}
    left_out += tuple(barred.values())
    left_out += tuple(NotChosen(action=name, why="cause") for name in without_cause if name not in {*in_plan, *barred})
    return Plan(
        items=_items(chosen, finished, ground),
        not_chosen=tuple(replace(left, title=ground.actions[left.action].title.of(locale)) for left in left_out),
        joint=joint_of(ground.effects, [lever for one in chosen for lever in one.levers]),
        dropped=_dropped(in_plan, ground),
    )


def _barred(wanted: Iterable[Candidate], findings: Iterable[Finding], ground: Ground) -> dict[str, NotChosen]:
    """Actions that people rejected, and those that take free hands where there are none."""
    rejected, overloaded = ground.kept.named("rejected"), _overloaded(findings, ground)
    found = {}
    for one in wanted:
        name = one.action.name
        if name in rejected:
            found[name] = NotChosen(action=name, why="rejected")
        elif one.action.needs_capacity and overloaded & {finding.process for finding in one.findings}:
            found[name] = NotChosen(action=name, why="capacity")
    return found


def _overloaded(findings: Iterable[Finding], ground: Ground) -> frozenset[str]:
    """Processes where the data bear out that managers have too much open: a cause about `load` is supported."""
    about_load = {
        (rule.name, cause.name)
        for rule in ground.rules
        for cause in rule.causes
        if cause.exposure and "load" in {name.name for name in cause.exposure.names()}
    }
    return frozenset(
        finding.process
        for finding in findings
        for cause in finding.causes
        if cause.verdict == "supported" and (finding.rule, cause.name) in about_load
    )


def _items(chosen: Sequence[Candidate], finished: Sequence[Candidate], ground: Ground) -> tuple[PlanItem, ...]:
    """What is to be done in order, then what is done; the first says what would bring the second before it."""
    diary = _Diary()
    for one in (*chosen, *finished):
        line = ground.kept.lines.get(one.action.name)
        if line and line.due:
            diary.load.keep(line.person or line.responsible or one.action.responsible.of(ground.locale), line.due)
    items = [_item(rank, one, ground, diary) for rank, one in enumerate((*chosen, *finished), 1)]
    if len(chosen) > 1:
        text = swaps_if(chosen[0], chosen[1], ground.effects, ground.locale)
        items[0] = replace(items[0], swaps_if=text)
    return tuple(items)


def _dropped(in_plan: Collection[str], ground: Ground) -> tuple[Dropped, ...]:
    """What people had in their last plan and is in this one no more."""
    return tuple(
        Dropped(
            id=line.id,
            action=name,
            title=line.title or name,
            status=line.status,
            person=line.person,
            due=line.due,
            done_on=line.done_on,
            note=line.note,
            why=line.why,
        )
        for name, line in sorted(ground.kept.lines.items())
        if name not in in_plan
    )


def _uncertain(findings: Iterable[Finding]) -> frozenset[str]:
    """Ids of findings that may be chance: no action rests on them."""
    return frozenset(finding.id for finding in findings if not finding.certain)


def item_id(action: str, process: str, control_point: str) -> str:
    """First 10 hex digits of sha256 over action, process and control point: the same from one audit to the next."""
    text = json.dumps([action, process, control_point], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _item(rank: int, one: Candidate, ground: Ground, diary: _Diary) -> PlanItem:
    action, finding = one.action, one.wishes[0].finding
    process, point = _measured(action, finding, ground)
    line = ground.kept.lines.get(action.name)
    said = line.responsible if line else None
    responsible = LocalText(said, said) if said else _responsible(one, process, point, ground)
    role = responsible.of(ground.locale)
    person = (line and line.person) or _person(responsible, ground)
    due = (line and line.due) or _due(action, person or role, ground, diary)
    diary.due[action.name] = due
    fact = ground.facts.get(f"{process}.{point}{_segment(finding)}") or ground.facts.get(f"{process}.{point}")
    target = _target(process, point, ground)
    status = line.status if line else "proposed"
    return PlanItem(
        id=item_id(action.name, process, point),
        rank=rank,
        action=action.name,
        title=action.title.of(ground.locale),
        steps=tuple(step.of(ground.locale) for step in action.steps),
        responsible=role,
        person=person,
        due=due,
        review=_review((line and line.done_on) or due, fact, target, ground),
        effort=EffortOf(hours=action.effort.hours, money=action.effort.money),
        because=tuple(sorted(f.id for f in one.findings)),
        cause=one.wishes[0].cause,
        expected=expected_of(ground.effects, one.levers),
        verify=Verify(
            control_point=f"{process}.{point}",
            segment=finding.segment,
            baseline=_baseline(fact, ground),
            target=target,
        ),
        priority=round(one.priority, 6),
        status=status,
        needs=tuple(ground.actions[name].title.of(ground.locale) for name in action.prerequisites),
        when_not=action.when_not.of(ground.locale) if action.when_not else None,
        evidence=_evidence(action, ground.locale),
        needs_capacity=action.needs_capacity,
        since_last="kept" if action.name in ground.kept.before else "new",
        overdue=due < ground.as_of and status in ("proposed", "accepted"),
        note=line.note if line else None,
        done_on=line.done_on if line else None,
    )


def _evidence(action: Action, locale: Literal["ru", "en"]) -> EvidenceOf | None:
    found = action.evidence
    if found is None:
        return None
    return EvidenceOf(
        grade=found.grade,
        source=found.source.of(locale),
        url=found.url,
        caveat=found.caveat.of(locale) if found.caveat else None,
    )


def _segment(finding: Finding) -> str:
    return "".join(f"[{dimension}={value}]" for dimension, value in finding.segment)


def _measured(action: Action, finding: Finding, ground: Ground) -> tuple[str, str]:
    """Process and control point an action is judged by: what it moves, first of all what the finding is about."""
    read = [tuple(key.partition("#")[0].partition("[")[0].rpartition(".")[::2]) for key in finding.facts]
    own = [(str(process), str(point)) for process, point in read]
    processes = [ground.processes[finding.process]] if finding.process in ground.processes else []
    moved = [(p.process, name) for moves in action.moves for p, name in places_of(moves.control_point, processes)]
    both = [place for place in own if place in moved]
    return (both or moved or own or [(finding.process, "")])[0]


def _responsible(one: Candidate, process: str, point: str, ground: Ground) -> LocalText:
    """Who answers: as the action says, else the rule, the control point, the state it begins in, the first role."""
    names: list[LocalText | None] = [one.action.responsible]
    names += [rule.responsible for rule in ground.rules if rule.name == one.wishes[0].finding.rule]
    known = ground.processes.get(process)
    measured = known.control_points.get(point) if known else None
    if known and measured:
        names.append(measured.responsible)
        state = str(measured.parameters.get("from") or measured.parameters.get("state") or "")
        names += [one.responsible for one in known.states if one.name == state]
    names.extend(LocalText(role, role) for role in sorted(ground.settings.people)[:1])
    return next((name for name in names if name and name.of(ground.locale).strip()), _HEAD)


def _person(role: LocalText, ground: Ground) -> str | None:
    """Who has the role, by its name in either language."""
    return ground.settings.people.get(role.ru) or ground.settings.people.get(role.en)


_HEAD = LocalText("руководитель", "head of the company")


def _due(action: Action, who: str, ground: Ground, diary: _Diary) -> date:
    """Not before what it needs, when there are hours for it, and not with everything else in one week."""
    earliest = [diary.due[name] for name in action.prerequisites if name in diary.due]
    of = action.effort.of
    worker = (_person(of, ground) or of.of(ground.locale)) if of else None
    return diary.load.place(
        who,
        max([due_on(ground.as_of, action.due_in), *earliest]),
        begin=ground.as_of,
        hours=action.effort.hours,
        worker=worker,
    )


def _baseline(fact: Fact | None, ground: Ground) -> Baseline | None:
    if fact is None or ground.since is None or ground.until is None:
        return None
    return Baseline(since=ground.since, until=ground.until, value=fact.value, low=fact.low, high=fact.high, n=fact.n)


def _target(process: str, point: str, ground: Ground) -> float | None:
    """The yellow limit of the control point, or the client's best month where that is the limit; else none."""
    fact = ground.facts.get(f"{process}.{point}")
    judged = [verdict.yellow for verdict in fact.verdicts if verdict.yellow is not None] if fact else []
    if judged:
        return judged[0]
    processes = [ground.processes[process]] if process in ground.processes else []
    for rule in sorted(ground.rules, key=lambda rule: rule.name):
        limit = rule.yellow or rule.red
        if (
            limit is not None
            and limit.value is not None
            and (point in [n for _, n in places_of(rule.control_point, processes)])
        ):
            return limit.value
    return None


def _review(due: date, fact: Fact | None, target: float | None, ground: Ground) -> date | None:
    """When the change from the baseline to the target can be seen; None where two years would not be enough."""
    if fact is None:
        return review_date(due, 1, 1, 0).review
    months = (ground.until - ground.since).days / DAYS_OF_A_MONTH if ground.since and ground.until else 0.0
    horizon = fact.horizon or 0
    if not months or not fact.n:
        return review_date(due, 1, 1, horizon).review
    per_month, cases = fact.n / months, _cases(fact, target, ground)
    return None if cases > MOST_MONTHS * per_month else review_date(due, math.ceil(cases), per_month, horizon).review


def _cases(fact: Fact, target: float | None, ground: Ground) -> float:
    """Cases that show the change of a share to its target; of anything else, as many as a verdict takes."""
    unit, better = ground.units.get((fact.process, fact.control_point), ("", ""))
    if unit != "ratio" or fact.value is None or target is None:
        return DEFAULT_AT_LEAST
    value = min(1.0, max(0.0, fact.value))  # a sum of many shares may end a hair beyond 1
    improves = value > target if better == "lower" else value < target
    return max(DEFAULT_AT_LEAST, cases_needed(value, target)) if improves else DEFAULT_AT_LEAST
