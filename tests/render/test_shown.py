"""What an audit knows of its open cases, its young periods, its signals and its changes is said in words."""

import dataclasses
from datetime import datetime

import lxml.html
import pytest

from engine.audit import Audit, ChangeSide
from engine.render.report import Report, report_of
from engine.render.report.look import Look
from engine.render.sample import sample
from engine.render.templates import folders, messages, prepare, render
from engine.render.words import Words

BOTH = {
    "ru": (
        "из них ещё дойдут около 18",
        "из них вряд ли кто ещё дойдёт",
        "будет готово к 28 сентября 2027",
        "Сигнал, стало лучше: 7 периодов подряд по одну сторону от среднего.",
        "Сигнал, стало хуже: 7 периодов подряд всё в одну сторону.",
        "Норматив не выполняется никогда при нынешней работе.",
        "Норматив то выполняется, то нет.",
        "Пустая точка: рано судить, будет готова к 28 сентября 2026.",
        "Пустые точки: рано судить, будут готовы к 28 октября 2026.",
        "рост — от 2 до 22 из 100",
        "Из-за состава обращений +1, из-за работы +11 (из 100).",
        "Всего упало, а в каждом срезе выросло: изменился состав (Источник).",
        "Больше всего — на этапе «Расчёт отправлен»: дошло примерно на 17 обращений меньше.",
        "Ещё у 1 контрольной точки изменения не видно.",
        "Спам и дубли — 7 из 100 обращений",
    ),
    "en": (
        "about 18 of them will still get there",
        "hardly any of them will still get there",
        "ready by 28 September 2027",
        "A signal, for the better: 7 periods in a row on one side of the average.",
        "A signal, for the worse: 7 periods in a row moving one way.",
        "The limit is never met the way things are done now.",
        "The limit is sometimes met, sometimes not.",
        "Hollow point: too early to tell, ready by 28 September 2026.",
        "Hollow points: too early to tell, ready by 28 October 2026.",
        "up by 2 to 22 in 100",
        "Through the mix of cases +1, through the work +11 (in 100).",
        "Down in total, up in every segment: the mix has changed (Source).",
        "Most of it at the stage “Quote sent”: about 17 fewer cases got through.",
        "In 1 more control point no change is to be seen.",
        "Spam or duplicates: 7 in 100 cases",
    ),
}
"""Said in both documents."""
HTML = {
    "ru": (
        "Только обычный разброс: от ",
        "Норматив выполняется всегда.",
        "Был сигнал в периоде с 1 июн: значение вне обычного разброса; теперь снова как обычно.",
    ),
    "en": (
        "Only the usual spread: ",
        "The limit is always met.",
        "There was a signal in the period from 1 Jun: a value outside the usual spread; now",
    ),
}
"""Said under a trend that only the page draws."""


def _plain(text: str) -> str:
    return " ".join(text.split())


def _text(name: str, audit: Audit) -> str:
    made = render(f"{name}.j2", prepare(audit, folders(None)))
    text = lxml.html.document_fromstring(made).text_content() if name == "plan.html" else made
    return _plain(text.replace("\\", ""))


def _report(audit: Audit) -> Report:
    texts = messages(folders(None), audit.locale)
    return report_of(audit, Words(locale=audit.locale, currency=audit.currency, texts=texts))


@pytest.mark.parametrize("name", ["plan.md", "plan.html"])
def test_what_the_audit_knows_is_said(name: str, audit: Audit) -> None:
    """Open cases, young periods, signals, changes and void cases have their sentences in either language."""
    text = _text(name, audit)
    missing = [said for said in BOTH[audit.locale] if said not in text]
    assert not missing


def test_what_only_the_page_draws_is_said_there(audit: Audit) -> None:
    """A trend that is no news stands in the page alone: usual spread, a limit always kept, a signal of long ago."""
    text = _text("plan.html", audit)
    assert not [said for said in HTML[audit.locale] if said not in text]


def test_months_that_can_be_compared_are_no_first_audit() -> None:
    """Where nothing has changed for certain the report says how many points it compared."""
    full = sample("ru")
    same = tuple(dataclasses.replace(change, low=-1, high=1) for change in full.changes)
    new = tuple(dataclasses.replace(finding, since_last="new") for finding in full.findings)
    text = _text("plan.md", dataclasses.replace(full, changes=same, findings=new, resolved=()))
    assert "4 контрольные точки сравнены по месяцам: уверенных изменений не видно." in text
    assert "первый аудит" not in text


def test_a_change_is_told_only_where_its_interval_leaves_nought_out() -> None:
    """Those that are worse stand first; what may be chance is counted, not shown; the rest of many is counted too."""
    full = sample("ru")
    report = _report(full)
    assert [change.direction for change in report.changes] == ["worse", "better", "neutral"]
    many = _report(dataclasses.replace(full, changes=full.changes * 3))
    assert len(many.changes) == 5
    assert many.unchanged.startswith("Изменилось и ещё 4")


def test_total_up_and_every_segment_down() -> None:
    """The other half of Simpson's paradox has its own sentence."""
    full = sample("ru")
    change = next(change for change in full.changes if change.simpson)
    side = ChangeSide(since=change.before.since, until=change.before.until, value=0.2, n=90)
    up = dataclasses.replace(change, before=side, change=0.16, low=0.02, high=0.3, mix=0.2, rate=-0.04)
    (shown,) = _report(dataclasses.replace(full, changes=(up,))).changes
    assert shown.parts == (
        "Всего выросло, а в каждом срезе упало: изменился состав (Источник).",
        "Из-за состава обращений +20, из-за работы −4 (из 100).",
    )


@pytest.mark.parametrize(
    ("ready", "partial", "said"),
    [
        (None, False, "Пустые точки: рано судить."),
        (datetime(2026, 10, 15), False, "Пустые точки: рано судить, будут готовы к 15 октября 2026."),
        (datetime(2026, 10, 15), True, "Пустые точки: рано судить."),
    ],
)
def test_the_last_whole_hollow_point_says_when(ready: datetime | None, partial: bool, said: str) -> None:
    """Without a date, or with cut periods only, nothing is promised."""
    full = sample("ru")
    trend = next(trend for trend in full.trends if trend.control_point == "quote_to_contract")
    young = tuple(
        dataclasses.replace(dot, ready=ready, partial=partial) if dot.provisional else dot for dot in trend.points
    )
    (shown,) = _report(dataclasses.replace(full, trends=(dataclasses.replace(trend, points=young),))).trends
    assert _plain(shown.hollow) == said


def test_a_trend_of_hollow_points_says_so_once() -> None:
    """Where no period can be judged yet there is one sentence, not two."""
    full = sample("en")
    trend = next(trend for trend in full.trends if trend.control_point == "reaction_time")
    young = tuple(dataclasses.replace(dot, provisional=True) for dot in trend.points)
    (shown,) = _report(dataclasses.replace(full, trends=(dataclasses.replace(trend, points=young),))).trends
    assert shown.summary == ""
    assert _plain(shown.hollow) == "Hollow points: too early to tell, ready by 28 September 2026."


def test_a_point_without_a_limit_is_too_young_as_well() -> None:
    """It is too early to tell, whether there is a rule or not."""
    full = sample("ru")
    facts = tuple(dataclasses.replace(f, verdicts=()) if f.control_point == "repeat" else f for f in full.facts)
    rows = _report(dataclasses.replace(full, facts=facts)).points
    (mark,) = [row.mark for row in rows if row.title == "Заказали снова за год"]
    assert _plain(str(mark)) == "○ рано судить: будет готово к 28 сентября 2027"


def test_nobody_gets_to_what_is_better_lower() -> None:
    """Of missed calls, of times and of what no case is waiting for there is no forecast."""
    full = sample("ru")
    known = tuple(dataclasses.replace(fact, forecast=5.2) for fact in full.facts)
    said = {row.title for row in _report(dataclasses.replace(full, facts=known)).points if row.forecast}
    assert said == {
        "Дозвонились",
        "Из разговора в замер",
        "Из расчёта в договор",
        "Из договора в оплату",
        "Из разговора в запись, выходные",
    }


@pytest.mark.parametrize(("locale", "title"), [("ru", "Визит мастера"), ("en", "Visit of a fitter")])
def test_a_mark_that_is_missing_has_its_title(locale: str, title: str) -> None:
    """What a process of the client's own calls a mark, not its name in the definitions."""
    audit = sample(locale)  # type: ignore[arg-type]
    flow, *others = audit.processes
    named = dataclasses.replace(audit, processes=(dataclasses.replace(flow, marks={"fitter_visit": title}), *others))
    look = Look(named, Words(locale=audit.locale, texts=messages(folders(None), audit.locale)))
    fact = dataclasses.replace(audit.facts[0], note="missing=fitter_visit")
    assert title in look.note(fact)
    assert "fitter_visit" not in look.note(fact)
