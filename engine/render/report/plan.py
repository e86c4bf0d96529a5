"""What to do about it, in words: the items of the plan, what they may bring, what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.kpis.fact import Segment
from engine.plan.item import Dropped, EvidenceOf, Expected, JointEffect, NotChosen, PlanItem
from engine.render.report.funnel import won_span
from engine.render.report.look import Look
from engine.render.words import Words
from engine.rules.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """A plan item. `open`: still to be done; `caveats`: when not to, and only if; `tag`: what people must not miss."""

    rank: int
    title: str
    who: str
    person: str
    responsible: str
    due: str
    review: str
    effort: str
    steps: tuple[str, ...]
    because: tuple[str, ...]
    expected: str
    expected_short: str
    basis: str
    measure: str
    baseline: str
    target: str
    swaps_if: str
    status: str
    open: bool
    tag: str
    needs: str
    caveats: tuple[str, ...]
    evidence: str
    note: str


MOST_REASONS = 4


def item_of(look: Look, item: PlanItem) -> ItemShown:
    """A plan item in words."""
    because = [look.findings[id_] for id_ in item.because if id_ in look.findings]
    point = look.point_named(item.verify.control_point, [finding.process for finding in because])
    baseline, target = item.verify.baseline, item.verify.target
    title = point.title if point else item.verify.control_point
    return ItemShown(
        rank=item.rank,
        title=item.title,
        who=item.person or item.responsible,
        person=item.person or "",
        responsible=item.responsible,
        due=look.words.day_short(item.due),
        review=look.words.day_short(item.review) if item.review else "",
        effort=_effort(look, item),
        steps=item.steps,
        because=_because(look, because),
        expected=_expected(look, item.expected) if item.expected else look.words.t("expected.unknown"),
        expected_short=_expected_short(look, item.expected) if item.expected else "",
        basis=look.words.t(f"basis.{item.expected.basis}") if item.expected else "",
        measure=_of_segment(look, title, item.verify.segment),
        baseline=look.amount(baseline.value, point) if baseline and point else "",
        target=look.amount(target, point) if target is not None and point else "",
        swaps_if=item.swaps_if or "",
        status=_status(look, item),
        open=item.status in ("proposed", "accepted"),
        tag=look.words.t("plan.overdue") if item.overdue else "",
        needs="; ".join(item.needs),
        caveats=_caveats(look, item),
        evidence=_evidence(look, item.evidence) if item.evidence else "",
        note=item.note or "",
    )


def _status(look: Look, item: PlanItem) -> str:
    word = look.words.t(f"status.{item.status}")
    return f"{word} {look.words.day_short(item.done_on)}" if item.done_on else word


def _caveats(look: Look, item: PlanItem) -> tuple[str, ...]:
    """When an action is not the right one."""
    free = (look.words.t("plan.if_free"),) if item.needs_capacity else ()
    return (*free, item.when_not) if item.when_not else free


def _evidence(look: Look, evidence: EvidenceOf) -> str:
    texts = (look.words.t(f"grade.{evidence.grade}"), evidence.source, evidence.caveat or "")
    return ". ".join(text.rstrip(".") for text in texts if text) + "."


def _because(look: Look, findings: Sequence[Finding]) -> tuple[str, ...]:
    """The findings an item is for; of many the first few, and how many more."""
    titles = tuple(dict.fromkeys(finding.title for finding in findings))
    if len(titles) <= MOST_REASONS + 1:
        return titles
    return (*titles[:MOST_REASONS], look.words.t("plan.because.more", n=len(titles) - MOST_REASONS))


def _of_segment(look: Look, title: str, segment: Segment) -> str:
    return f"{title} ({look.segment(segment)})" if segment else title


def _effort(look: Look, item: PlanItem) -> str:
    hours = look.words.t("effort.hours", hours=look.words.number(item.effort.hours)) if item.effort.hours else ""
    money = look.words.money(item.effort.money) if item.effort.money else ""
    return ", ".join(filter(None, (hours, money)))


# --- what it may bring ------------------------------------------------------------------------------------------------


def expected_span(words: Words, expected: Expected | JointEffect) -> str:
    """`от 2 до 6`; `до 6`, where it may bring nothing; nothing, where the data show no gain."""
    if expected.high <= 0:
        return ""
    if expected.low <= 0:
        digits = 1 if expected.high < 10 else 0
        return words.t("up_to", high=words.number(expected.high, digits))
    return won_span(words, expected.low, expected.high)


def _expected_short(look: Look, expected: Expected) -> str:
    span = expected_span(look.words, expected)
    if not span:
        return look.words.t("expected.short.none")
    return look.words.t("expected.short.of", what=expected.what, span=span) if expected.what else span


def _expected(look: Look, expected: Expected) -> str:
    """What an item may bring a month, as a range, with its money."""
    span = expected_span(look.words, expected)
    if not span:
        return look.words.t("expected.none")
    key = "expected.won" if expected.low > 0 else "expected.maybe"
    text = look.words.t(f"{key}.of" if expected.what else key, span=span, what=expected.what or "")
    return look.words.t(f"expected.if.{expected.basis}", text=f"{text}{money_span(look.words, expected)}")


def money_span(words: Words, expected: Expected | JointEffect) -> str:
    """` (это от 2 до 4 млн ₽)`; nothing where it may bring nothing, or the money of a won case is not known."""
    if not expected.money or expected.won <= 0 or expected.low <= 0:
        return ""
    each = expected.money / expected.won
    span = words.span(expected.low * each, expected.high * each, "money")
    return f" {words.t('expected.money', money=span)}"


def joint_of(look: Look) -> str:
    """What the open items may bring together: never the sum of them."""
    joint = look.audit.joint_effect
    if joint is None or joint.high <= 0:
        return ""
    key = "plan.together.of" if joint.what else "plan.together"
    together = look.words.t(key, span=expected_span(look.words, joint), what=joint.what or "")
    return f"{together}{money_span(look.words, joint)}. {look.words.t('plan.joint')}"


# --- what is not in it ------------------------------------------------------------------------------------------------


def not_chosen_of(look: Look, left: Sequence[NotChosen]) -> tuple[str, ...]:
    """Why actions are not in the plan: one line each; those beyond the budget, or without a cause, together."""
    titles = {item.action: item.title for item in look.audit.plan} | {one.action: one.title for one in left}
    lines = [
        look.words.t(
            f"not_chosen.{one.why}", action=one.title or one.action, other=titles.get(one.with_ or "", one.with_)
        )
        for one in left
        if one.why not in ("cause", "budget")
    ]
    for why, key in (("budget", "action"), ("cause", "actions")):
        alike = [one.title or one.action for one in left if one.why == why]
        if len(alike) > MOST_REASONS + 1:
            alike = [*alike[:MOST_REASONS], look.words.t("not_chosen.more", n=len(alike) - MOST_REASONS)]
        if alike:
            lines.append(look.words.t(f"not_chosen.{why}", **{key: "; ".join(alike)}))
    return tuple(lines)


def kept_of(look: Look, dropped: Sequence[Dropped]) -> tuple[str, ...]:
    """What became of the last plan: what is done, what is overdue, what nothing asks for any more."""
    plan, words = look.audit.plan, look.words
    first = all(item.since_last == "new" for item in plan)
    counts = {
        "done": [item.title for item in plan if item.status == "done"],
        "overdue": [item.title for item in plan if item.overdue],
        "new": [item.title for item in plan if item.since_last == "new" and not first],
        "gone": [one.title for one in dropped if one.status in ("proposed", "accepted")],
    }
    if not dropped and all(item.since_last == "new" and item.status == "proposed" for item in plan):
        return ()
    return tuple(
        words.t(
            f"kept.{name}",
            n=len(titles),
            what="; ".join(titles[:MOST_REASONS]) + (" …" if len(titles) > MOST_REASONS else ""),
        )
        for name, titles in counts.items()
        if titles
    )
