"""Findings: what is wrong, in words, in order."""

import pytest

from engine.definitions.document import LocalText
from engine.definitions.process import Process, State
from engine.definitions.rule import Rule
from engine.rules.finding import CauseVerdict, Finding
from engine.rules.findings import CasesWanted, FindingCases, find, finding_id
from engine.rules.verdicts import judge
from tests.rules.facts import conversion, elapsed, facts_engine, process, rule, share, times, units

STATES = (
    State(name="received", title=LocalText("Заявка поступила", "Received")),
    State(name="won", title=LocalText("Оплата", "Paid"), final=True, outcome="won"),
)


def titled(**points) -> Process:  # type: ignore[no-untyped-def]
    """A process whose states have titles."""
    plain = process()
    known = points or plain.control_points
    return Process(process="web", initial="received", states=STATES, happy_path=plain.happy_path, control_points=known)


def found(facts, rules: list[Rule], locale="en", known=None, **more) -> tuple[Finding, ...]:  # type: ignore[no-untyped-def]
    """Judge and find."""
    processes = known or (titled(),)
    engine = facts_engine(*facts)
    judge(engine, rules, processes, units(*processes))
    return find(engine, rules, processes, units(*processes), locale=locale, **more)


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def messages(fact: dict[str, object], one: Rule, known=None) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    """What the finding of a fact says in Russian and in English."""
    return tuple(plain(found([fact], [one], locale, known)[0].message) for locale in ("ru", "en"))  # type: ignore[return-value]


def test_a_time_in_words() -> None:
    """A slow quantile is said of nine of ten people, with the limit beside it."""
    slow = times(10_800, 9000, 12_000, 100, control_point="wait")
    assert messages(slow, rule(yellow="> 15m", red="> 1h", control_point="wait")) == (
        "«Заявка поступила» → «Оплата»: 9 из 10 — за 3 ч при нормативе не больше 15 мин",
        "“Received” → “Paid”: 9 in 10 within 3 h; the limit is at most 15 min",
    )
    never = times(None, 9000, None, 100, control_point="wait")
    assert messages(never, rule(red="> 15m", control_point="wait")) == (
        "«Заявка поступила» → «Оплата»: дошли меньше 9 из 10 при нормативе не больше 15 мин",
        "“Received” → “Paid”: fewer than 9 in 10 get there; the limit is at most 15 min",
    )
    waiting = LocalText("Время до разговора (у половины заявок)", "Time to the talk (half of the inquiries)")
    half = (titled(wait=elapsed("wait", "0.5", clock="business", title=waiting)),)
    assert messages(
        times(200_000, 190_000, 210_000, 100, control_point="wait"), rule(red="> 15m", control_point="wait"), half
    ) == (
        "Время до разговора: половина — за 55 ч 33 мин при нормативе не больше 15 мин",
        "Time to the talk: half within 55 h 33 min; the limit is at most 15 min",
    )


def test_a_share_in_words() -> None:
    """A low share is said of a hundred people; what is not certain says so, without the words of statistics."""
    low = share(21, 100, horizon=60 * 86_400)
    assert messages(low, rule(yellow="< 50%", red="< 40%")) == (
        "«Заявка поступила» → «Оплата»: 21 из 100 за 60 дней при нормативе не меньше 50 из 100",
        "“Received” → “Paid”: 21 in 100 within 60 days; the limit is at least 50 in 100",
    )
    assert messages(share(38, 100), rule(red="< 40%")) == (
        "«Заявка поступила» → «Оплата»: 38 из 100 при нормативе не меньше 40 из 100"
        " (наверняка сказать нельзя: скорее всего от 29 до 48 из 100)",
        "“Received” → “Paid”: 38 in 100; the limit is at least 40 in 100 (not certain: most likely 29 to 48 in 100)",
    )


def test_a_title_that_says_by_when() -> None:
    """The time is not said twice, and a share keeps its place in the sentence."""
    point = conversion("rate", title=LocalText("Перезвонили за сутки", "Called back in a day"))
    assert messages(share(47, 100, horizon=86_400), rule(red="< 90%", at_least=30), (titled(rate=point),)) == (
        "Перезвонили за сутки: 47 из 100 при нормативе не меньше 90 из 100",
        "Called back in a day: 47 in 100; the limit is at least 90 in 100",
    )


def test_an_age_in_words() -> None:
    """Of what still waits, the older part is named."""
    title = LocalText("Возраст КП без ответа (половина старше)", "Age of unanswered quotes (half are older)")
    point = elapsed("wait", "0.5", title=title)
    aged = point.__class__(name="wait", kpi="age", parameters={"state": "received", "quantile": "0.5"}, title=title)
    engine = facts_engine(times(27 * 86_400, 26 * 86_400, 28 * 86_400, 100, control_point="wait"))
    known, kinds = (titled(wait=aged),), {("web", "wait"): ("seconds", "lower")}
    rules = [rule(red="> 21d", control_point="wait")]
    judge(engine, rules, known, kinds)
    said = [plain(find(engine, rules, known, kinds, locale=locale)[0].message) for locale in ("ru", "en")]
    assert said == [
        "Возраст КП без ответа: половина старше 27 дней при нормативе не больше 21 дня",
        "Age of unanswered quotes: half older than 27 days; the limit is at most 21 days",
    ]


def test_a_message_of_the_rule() -> None:
    """A rule may word its finding itself."""
    own = rule(red="< 40%", message=LocalText("Лишь {value}, надо {limit} ({range}, {n})", "Only {value}"))
    assert messages(share(10, 100), own) == (
        "Лишь 10 из 100, надо 40 из 100 (скорее всего от 6 до 17 из 100, 100)",
        "Only 10 in 100",
    )


def test_a_message_without_numbers_comes_after_them() -> None:
    """What a rule says without numbers is added to the numbers."""
    ru, en = messages(share(10, 100), rule(red="< 40%", message=LocalText("Клиенты уходят.", "Clients leave.")))
    assert ru.endswith("при нормативе не меньше 40 из 100. Клиенты уходят.")
    assert en.startswith("“Received” → “Paid”: 10 in 100;")


def test_findings_are_of_the_whole_period_only() -> None:
    """Segments and periods are shown beneath; green and grey make no finding."""
    facts = [
        share(60, 100),
        share(5, 100, dimension="manager", segment="Ann"),
        times(60, 50, 70, 20, control_point="wait"),
    ]
    assert found(facts, [rule("a", red="< 40%"), rule("b", red="> 15m", control_point="wait")]) == ()


def test_order_and_cases() -> None:
    """Red before yellow, then by cases lost; cases, amounts and causes come from where the caller says."""
    asked: list[CasesWanted] = []

    def cases_of(wanted: CasesWanted) -> FindingCases:
        asked.append(wanted)
        return FindingCases(examples=("c", "a", "b", "e", "d", "f"), count=70, worth=10.0)

    cause = CauseVerdict(name="x", title="x", verdict="supported")
    rules = [
        rule("small", red="< 12%", at_least=30),
        rule("large", red="< 40%"),
        rule("mild", yellow="< 90%"),
        rule("slow", red="> 15m", control_point="wait"),
        rule("both", when="finding(large) and finding(slow)"),
    ]
    facts = [share(2, 100), times(10_800, 9000, 12_000, 100, control_point="wait")]
    result = found(facts, rules, cases_of=cases_of, causes_of=lambda rule, process: (cause,))
    assert [(f.rule, f.severity, f.lost_cases, f.all_cases) for f in result] == [
        ("slow", "red", 60, 70),
        ("large", "red", 38, 70),
        ("small", "red", 10, 70),
        ("both", "red", None, 70),
        ("mild", "yellow", 88, 70),
    ]
    assert result[0].cases == ("a", "b", "c", "d", "e")
    assert result[0].causes == (cause,)
    assert [f.lost_amount for f in result] == [None, 380.0, 100.0, None, 880.0]  # what is late is not lost
    assert (result[0].facts, result[0].id) == (("web.wait",), finding_id("web", "slow"))
    assert (
        CasesWanted(process="web", rule="slow", control_point="wait", unit="seconds", limit=900.0, more_is_worse=True)
        in asked
    )


def test_ids_stay() -> None:
    """The id of a finding does not change from audit to audit, and differs by process, rule and segment."""
    assert finding_id("web", "slow") == finding_id("web", "slow") == "4a0f735b0b"
    assert len({finding_id("web", "slow"), finding_id("web", "s"), finding_id("web", "slow", (("a", "b"),))}) == 3


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_no_words_of_statistics(locale: str) -> None:
    """Messages never speak of confidence, intervals or percentages."""
    facts = [share(38, 100), times(None, 800, None, 100, control_point="wait")]
    for finding in found(facts, [rule("a", red="< 40%"), rule("b", red="> 15m", control_point="wait")], locale):
        assert not any(word in finding.message.lower() for word in ("confidence", "interval", "довер", "интервал", "%"))


def test_other_kpis_say_their_title() -> None:
    """A control point without a sentence of its own is named by its title."""
    point = conversion("rate", title=LocalText("Доля спама", "Spam"))
    spam = point.__class__(name="rate", kpi="void_share", title=point.title)
    known = (titled(rate=spam),)
    engine = facts_engine(share(30, 100))
    one = [rule(red="> 20%")]
    kinds = {("web", "rate"): ("ratio", "lower")}
    judge(engine, one, known, kinds)
    (finding,) = find(engine, one, known, kinds, locale="ru")
    assert plain(finding.message) == "Доля спама: 30 из 100 при нормативе не больше 20 из 100"
