"""What counts as having found a planted problem, fixed for each kind: docs/diagnosis.md says it in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.diagnosis.clients import CLEAN, Made
from engine.audit import Audit
from engine.kpis.fact import Segment
from engine.plan.item import PlanItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The first item is right, if it rests on a finding of one of `rules` and either is about the `segment` or does one
    of `actions`. `segment` and `cause`: how they are asked for; without both, the rule and the action say it all.
    """

    rules: frozenset[str]
    segment: str = ""
    actions: frozenset[str] = frozenset()


_SALE = frozenset({"low_contact", "weak_qualification", "low_close", "low_win", "quote_losses_high"})
_WAIT = frozenset({"slow_reaction", "late_first_attempt", "low_contact"})

RIGHT: Mapping[str, Right] = {
    "slow night leads": Right(rules=_WAIT, actions=frozenset({"morning_queue", "out_of_hours_cover", "auto_reply"})),
    "weak manager": Right(rules=_SALE | _WAIT, segment="manager"),
    "bad source": Right(rules=_SALE | {"much_spam"}, segment="source"),
    "price mismatch": Right(
        rules=frozenset({"lost_after_estimate", "price_mismatch"}),
        actions=frozenset({"price_range", "loss_interviews", "three_options"}),
    ),
    "missed calls at lunch": Right(
        rules=frozenset({"missed_calls", "few_answered", "slow_answer"}),
        segment="hour",
        actions=frozenset({"stagger_lunches"}),
    ),
    "Monday overload": Right(rules=_WAIT, segment="weekday"),
    "no follow-up after the quote": Right(
        rules=frozenset({"no_follow_up", "silent_after_quote", "low_close"}),
        actions=frozenset({"quote_follow_up", "weekly_sweep"}),
    ),
    "rework loop": Right(
        rules=frozenset({"rework_loop", "no_follow_up"}),
        actions=frozenset({"input_form", "need_card", "discount_matrix", "price_range", "three_options", "live_quote"}),
    ),
    "stage skipped": Right(rules=frozenset({"out_of_order"}), segment="manager"),
    "leads without manager": Right(
        rules=frozenset({"without_manager", "low_contact", "slow_reaction", "late_first_attempt"}),
        actions=frozenset({"one_register", "accept_timeout", "reassign_silent", "test_inquiries"}),
    ),
    "duplicates": Right(
        rules=frozenset({"duplicates", "much_spam"}),
        actions=frozenset({"deduplicate", "one_register", "test_inquiries"}),
    ),
    "falling trend": Right(rules=_SALE, segment="half"),
}


def planted_segment(made: Made) -> Segment:
    """Where the problem was planted; () where it is everywhere."""
    return {
        "weak manager": (("manager", made.client.weak_manager),),
        "bad source": (("source", made.client.bad_source),),
        "stage skipped": (("manager", made.client.skipping_manager),),
        "Monday overload": (("weekday", "mon"),),
        "missed calls at lunch": (("hour", "13"),),
        "falling trend": (("half", "second"),),
    }.get(made.kind, ())


def right(made: Made, audit: Audit) -> bool:
    """Whether the first item of the plan is the planted problem; of a clean client, whether there is no item."""
    if made.kind == CLEAN:
        return not audit.plan
    return bool(audit.plan) and _is_it(made, audit, audit.plan[0])


def _is_it(made: Made, audit: Audit, item: PlanItem) -> bool:
    want = RIGHT[made.kind]
    because = {finding.rule for finding in audit.findings if finding.id in item.because}
    named = bool(want.segment) and set(planted_segment(made)) <= set(item.verify.segment)
    return bool(because & want.rules) and (named or item.action.partition("[")[0] in want.actions)
