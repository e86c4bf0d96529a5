"""Control points and facts of the made-up audit."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from engine.audit import MeasuredPoint, Passport
from engine.kpis.fact import Fact, Segment, Verdict
from engine.render.sample.said import MANAGERS, Said

_HOUR, _DAY = 3600, 86400
_Unit = Literal["ratio", "seconds", "count", "number", "money"]
_Better = Literal["higher", "lower", "neither"]


def control_points(t: Said) -> tuple[MeasuredPoint, ...]:
    """Fifteen control points of two processes."""
    return tuple(_points(t))


def _points(t: Said) -> Iterator[MeasuredPoint]:
    web, phone = "web_form", "phone"
    yield _point(
        t,
        web,
        "reaction_time",
        t("Время до первого ответа", "Time to the first answer"),
        "elapsed",
        "seconds",
        quantile="0.9",
    )
    yield _point(t, web, "answered_in_hour", t("Ответ за рабочий час", "Answered within a working hour"), "within")
    yield _point(t, web, "contact", t("Дозвонились", "Reached"), "conversion")
    yield _point(t, web, "measurement", t("Из разговора в замер", "From conversation to measurement"), "conversion")
    yield _point(
        t,
        web,
        "quote_time",
        t("Расчёт после замера", "Quote after the measurement"),
        "elapsed",
        "seconds",
        quantile="0.5",
    )
    yield _point(t, web, "quote_to_contract", t("Из расчёта в договор", "From quote to contract"), "conversion")
    yield _point(t, web, "payment", t("Из договора в оплату", "From contract to payment"), "conversion")
    yield _point(t, web, "rework", t("Пересчёты", "Quotes made again"), "rework", better="lower")
    yield _point(t, web, "no_source", t("Источник не записан", "Source not recorded"), "share", better="lower")
    yield _point(t, web, "order_value", t("Средний договор", "Average contract"), "value", "money", better="neither")
    yield _point(t, web, "volume", t("Новых заявок", "New enquiries"), "volume", "count", better="neither")
    yield _point(t, web, "repeat", t("Заказали снова за год", "Ordered again within a year"), "repeat_rate")
    yield _point(t, phone, "missed_calls", t("Пропущенные звонки", "Missed calls"), "conversion", better="lower")
    yield _point(t, phone, "call_back", t("Перезвонили за 15 минут", "Called back within 15 minutes"), "within")
    yield _point(
        t, phone, "booking", t("Из разговора в запись, выходные", "From talk to booking, weekends"), "conversion"
    )


def _point(
    t: Said,
    process: str,
    name: str,
    title: str,
    kpi: str,
    unit: _Unit = "ratio",
    *,
    better: _Better | None = None,
    quantile: str = "",
) -> MeasuredPoint:
    return MeasuredPoint(
        process=process,
        name=name,
        title=title,
        kpi=kpi,
        parameters={"quantile": quantile} if quantile else {"from": "new"},
        unit=unit,
        better=better or ("lower" if unit == "seconds" else "higher"),
        responsible=t("руководитель продаж", "head of sales"),
        passport=_passport(t, business=unit == "seconds" or kpi == "within"),
    )


def _passport(t: Said, *, business: bool) -> Passport:
    return Passport(
        population=t(
            "заявки, пришедшие за период; спам и дубли не считаются", "enquiries of the period without spam and doubles"
        ),
        clock="business" if business else "wall",
        window=t("30 марта — 27 сентября 2026", "30 March — 27 September 2026"),
        horizon_seconds=30 * _DAY,
        repeats=t("считается первый раз", "the first time counts"),
        skips=t("пропустивший этап считается дошедшим", "a case that skipped the stage counts as having reached it"),
        open_cases=t(
            "ещё в работе: входят с той вероятностью, с какой доходили такие же",
            "still in work: counted as likely as others like it were",
        ),
        at_least=30,
        interval=t("95 из 100 таких диапазонов накрывают истину", "95 in 100 such ranges hold the truth"),
        source_of_formula="Aalen-Johansen; Wilson",
    )


# --- facts ------------------------------------------------------------------------------------------------------------


def facts(t: Said) -> tuple[Fact, ...]:
    """The whole of each control point, and by manager and source where there is something to see."""
    return (*_wholes(t), *_by_manager(t), *_by_source(t))


def _wholes(t: Said) -> Iterator[Fact]:
    yield _fact("reaction_time", 20_400, 17_100, 25_200, 1_154, _red("slow_reaction", _HOUR, 4 * _HOUR), pending=12)
    yield _fact(
        "answered_in_hour", 0.4712, 0.442, 0.5, 1_154, _red("late_answers", 0.8, 0.6), pending=12, horizon=_HOUR
    )
    yield _fact(
        "contact", 0.841, 0.819, 0.861, 1_154, _verdict("contact_low", "green", 0.8, 0.7), pending=28, forecast=0.3
    )
    yield _fact(
        "measurement",
        0.655,
        0.624,
        0.685,
        968,
        _verdict("measure_low", "green", 0.6, 0.5),
        pending=40,
        forecast=1.2,
        horizon=14 * _DAY,
    )
    yield _fact(
        "quote_time", 273_600, 262_800, 291_600, 642, _verdict("quote_late", "yellow", 2 * _DAY, 4 * _DAY, "between")
    )
    yield _fact(
        "quote_to_contract",
        0.412,
        0.368,
        0.457,
        532,
        _verdict("quote_lost", "yellow", 0.45, 0.35, "uncertain"),
        pending=72,
        forecast=17.6,
        horizon=30 * _DAY,
        raw=0.4925,
    )
    yield _fact(
        "payment", 0.953, 0.919, 0.973, 262, _verdict("payment_low", "green", 0.9, 0.8), pending=12, horizon=30 * _DAY
    )
    yield _fact("rework", 0.041, 0.027, 0.062, 532, _verdict("rework_high", "green", 0.1, 0.2))
    yield _fact("no_source", 0.2333, 0.21, 0.258, 1_240, _verdict("no_source", "yellow", 0.1, 0.3, "between"))
    yield _fact("order_value", 182_400, 169_000, 196_900, 231)
    yield _fact("volume", 1_240, 1_172, 1_311, 1_240)
    yield _fact(
        "repeat",
        None,
        None,
        None,
        231,
        _verdict("repeat_low", "grey", 0.2, 0.1),
        maturity="too young",
        ready=datetime(2027, 9, 28),
        horizon=365 * _DAY,
    )
    yield _fact(
        "missed_calls", 0.1605, 0.138, 0.186, 860, _verdict("missed", "yellow", 0.1, 0.2, "between"), process="phone"
    )
    yield _fact(
        "call_back",
        None,
        None,
        None,
        138,
        _verdict("call_back_low", "not assessable", 0.8, 0.6),
        process="phone",
        note=t("в выгрузке звонков только даты, без времени", "the export of calls has dates without times"),
    )
    yield _fact("booking", 0.38, 0.18, 0.62, 18, _needs("booking_low", 0.4, 0.3, 40), process="phone", pending=4)


def _by_manager(t: Said) -> Iterator[Fact]:
    shares = (0.71, 0.52, 0.44, 0.23, 0.55)
    for (ru, en), share, n in zip(MANAGERS, shares, (274, 251, 238, 302, 21), strict=True):
        yield _share("answered_in_hour", (("manager", t(ru, en)),), share, n, 0.8, 0.6)
    for (ru, en), share, n in zip(MANAGERS, (0.46, 0.44, 0.38, 0.31, 0.5), (131, 118, 109, 142, 12), strict=True):
        yield _share("quote_to_contract", (("manager", t(ru, en)),), share, n, 0.45, 0.35)


def _by_source(t: Said) -> Iterator[Fact]:
    rows = (
        (t("Поиск", "Search"), 0.4, 214),
        (t("Рекомендации", "Referrals"), 0.62, 96),
        (t("Соцсети", "Social networks"), 0.27, 143),
        (t("Выставка", "Trade fair"), 0.45, 20),
        (t("не указан", "not given"), 0.36, 59),
    )
    for name, share, n in rows:
        yield _share("quote_to_contract", (("source", name),), share, n, 0.45, 0.35)


def _share(point: str, segment: Segment, p: float, n: int, yellow: float, red: float) -> Fact:
    half = 1.96 * math.sqrt(p * (1 - p) / n)
    low, high = max(0.0, p - half), min(1.0, p + half)
    verdict = _needs(f"{point}_by", yellow, red, 30 - n) if n < 30 else _judged(point, p, low, high, yellow, red)
    return _fact(point, p, low, high, n, verdict, segment=segment)


def _judged(point: str, p: float, low: float, high: float, yellow: float, red: float) -> Verdict:
    if p < red and high < yellow:
        return _verdict(f"{point}_by", "red", yellow, red)
    if p >= yellow and low >= red:
        return _verdict(f"{point}_by", "green", yellow, red)
    return _verdict(f"{point}_by", "yellow", yellow, red, "between" if p < yellow else "uncertain")


def _fact(
    point: str,
    value: float | None,
    low: float | None,
    high: float | None,
    n: int,
    verdict: Verdict | None = None,
    *,
    process: str = "web_form",
    segment: Segment = (),
    pending: int = 0,
    horizon: int | None = None,
    raw: float | None = None,
    maturity: Literal["mature", "provisional", "too young"] = "mature",
    note: str | None = None,
    forecast: float | None = None,
    ready: datetime | None = None,
) -> Fact:
    return Fact(
        process=process,
        control_point=point,
        segment=segment,
        value=value,
        raw=raw,
        low=low,
        high=high,
        n=n,
        n_eff=float(n - pending),
        pending=pending,
        horizon=horizon,
        maturity=maturity,
        note=note,
        forecast=forecast,
        ready=ready,
        verdicts=(verdict,) if verdict else (),
    )


def _verdict(
    rule: str,
    word: Literal["red", "yellow", "green", "grey", "not assessable", "error"],
    yellow: float,
    red: float,
    why: Literal["between", "uncertain"] | None = None,
) -> Verdict:
    return Verdict(rule=rule, verdict=word, yellow=yellow, red=red, why=why)


def _red(rule: str, yellow: float, red: float) -> Verdict:
    return _verdict(rule, "red", yellow, red)


def _needs(rule: str, yellow: float, red: float, needed: int) -> Verdict:
    return Verdict(rule=rule, verdict="grey", yellow=yellow, red=red, needed=needed)
