"""The plan of the made-up audit."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from engine.plan.item import Baseline, EffortOf, Expected, PlanItem, Verify
from engine.render.sample.findings import MANAGER, MISSED, QUOTE, SLOW, SOURCE
from engine.render.sample.said import MANAGERS, Said

_Basis = Literal["own data", "association", "study", "assumption"]


def plan(t: Said) -> tuple[PlanItem, ...]:
    """Eight measures with people and dates."""
    return tuple(_items(t))


def _items(t: Said) -> Iterator[PlanItem]:
    head, dispatcher = t("руководитель продаж", "head of sales"), t("диспетчер", "dispatcher")
    lead = t(*MANAGERS[0])
    yield _item(
        1,
        "duty",
        t("Назначить дежурного по заявкам до 22 часов", "Put a manager on duty for enquiries until 10 p.m."),
        (
            t("Составить график дежурств на две недели.", "Draw up a duty roster for two weeks."),
            t("Пересылать новые заявки дежурному в мессенджер.", "Forward new enquiries to the one on duty."),
            t(
                "Каждое утро смотреть список заявок без ответа.",
                "Look at the list of unanswered enquiries each morning.",
            ),
        ),
        (head, lead),
        (date(2026, 10, 5), date(2026, 11, 30)),
        EffortOf(hours=6),
        (SLOW, MANAGER),
        "web_form.answered_in_hour",
        (0.4712, 0.442, 0.5, 0.7),
        _expected(3.4, 1.2, 5.8, 620_000, "association"),
        cause="evening",
    )
    yield _item(
        2,
        "call_after_quote",
        t("Звонить через два дня после расчёта", "Call two days after the quote"),
        (
            t("Завести задачу «Позвонить» при отправке расчёта.", "Create a reminder to call when the quote is sent."),
            t("Договориться о трёх вопросах для этого звонка.", "Agree on three questions for that call."),
        ),
        (head, lead),
        (date(2026, 10, 5), date(2026, 12, 14)),
        EffortOf(hours=4),
        (QUOTE,),
        "web_form.quote_to_contract",
        (0.412, 0.368, 0.457, 0.47),
        _expected(4.1, 0.9, 7.6, 750_000, "own data"),
        cause="no_call",
    )
    yield _item(
        3,
        "lunch_cover",
        t("Закрыть телефон в обед вторым человеком", "Cover the phone at lunch with a second person"),
        (t("Развести обеды на 12 и на 13 часов.", "Take lunches at 12 and at 1."),),
        (dispatcher, None),
        (date(2026, 10, 7), date(2026, 11, 16)),
        EffortOf(hours=2),
        (MISSED,),
        "phone.missed_calls",
        (0.1605, 0.138, 0.186, 0.1),
        _expected(0.9, 0.3, 1.6, None, "assumption"),
    )
    yield _item(
        4,
        "call_back_list",
        t("Утренний список «перезвонить»", "A morning list of calls to return"),
        (t("Печатать список пропущенных звонков в 9:00.", "Print the missed calls at nine."),),
        (dispatcher, None),
        (date(2026, 10, 12), date(2026, 11, 30)),
        EffortOf(hours=3, money=12_000),
        (MISSED,),
        "phone.call_back",
        None,
        None,
    )
    yield _item(
        5,
        "reasons",
        t("Сделать причину отказа обязательной", "Make the reason of a loss compulsory"),
        (
            t("Оставить не больше семи причин.", "Keep no more than seven reasons."),
            t("Разобрать на планёрке записи «другое».", "Go through the entries marked «other» at the weekly meeting."),
        ),
        (head, t(*MANAGERS[2])),
        (date(2026, 10, 19), None),
        EffortOf(hours=5),
        (QUOTE,),
        "web_form.quote_to_contract",
        (0.412, 0.368, 0.457, None),
        None,
    )
    yield _item(
        6,
        "source_field",
        t("Записывать источник автоматически", "Record the source automatically"),
        (t("Передавать метки рекламы из формы в CRM.", "Pass the tags of advertising from the form to the CRM."),),
        (t("маркетолог", "marketer"), None),
        (date(2026, 10, 26), date(2026, 12, 1)),
        EffortOf(hours=16, money=45_000),
        (SOURCE,),
        "web_form.no_source",
        (0.2333, 0.21, 0.258, 0.05),
        None,
    )
    yield _item(
        7,
        "quote_classes",
        t("Разделить расчёты на простые и сложные", "Divide quotes into simple and complex"),
        (
            t("Простой расчёт — за день, по таблице цен.", "A simple quote within a day, by the price table."),
            t("Сложный — по срокам, названным клиенту.", "A complex one by the date named to the client."),
        ),
        (t("технолог", "production engineer"), None),
        (date(2026, 11, 9), date(2027, 1, 18)),
        EffortOf(hours=24),
        (QUOTE,),
        "web_form.quote_time",
        (273_600, 262_800, 291_600, 172_800),
        _expected(1.4, 0.2, 3.1, 255_000, "study"),
    )
    yield _item(
        8,
        "review",
        t("Смотреть контрольные точки каждый понедельник", "Look at the control points every Monday"),
        (
            t(
                "15 минут: три точки, один вопрос, одно решение.",
                "15 minutes: three points, one question, one decision.",
            ),
        ),
        (head, lead),
        (date(2026, 10, 12), None),
        EffortOf(hours=1),
        (SLOW, QUOTE),
        "web_form.answered_in_hour",
        (0.4712, 0.442, 0.5, 0.7),
        None,
    )


def _item(
    rank: int,
    action: str,
    title: str,
    steps: tuple[str, ...],
    who: tuple[str, str | None],
    dates: tuple[date, date | None],
    effort: EffortOf,
    because: tuple[str, ...],
    control_point: str,
    numbers: tuple[float, float, float, float | None] | None,
    expected: Expected | None,
    cause: str | None = None,
) -> PlanItem:
    value, low, high, target = numbers or (None, None, None, None)
    baseline = Baseline(since=date(2026, 3, 30), until=date(2026, 9, 28), value=value, low=low, high=high, n=1_154)
    return PlanItem(
        id=f"{action}-1",
        rank=rank,
        action=action,
        title=title,
        steps=steps,
        responsible=who[0],
        person=who[1],
        due=dates[0],
        review=dates[1],
        effort=effort,
        because=because,
        cause=cause,
        expected=expected,
        verify=Verify(control_point=control_point, baseline=baseline if numbers else None, target=target),
        priority=round(10 / rank, 3),
        status="accepted" if rank == 1 else "proposed",
    )


def _expected(won: float, low: float, high: float, money: float | None, basis: _Basis) -> Expected:
    return Expected(won=won, low=low, high=high, money=money, basis=basis)
