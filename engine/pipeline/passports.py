"""The passport of a control point: everything a reader may ask about its number, in two languages."""

from dataclasses import dataclass, replace
from typing import Literal

from engine.audit import MeasuredPoint, Passport
from engine.definitions.document import LocalText
from engine.definitions.process import ControlPoint, Process
from engine.kpis.kpi import Kpi, bind
from engine.kpis.measure import (
    Again,
    Age,
    Attained,
    BeganAgain,
    ByDeadline,
    Conforming,
    Cost,
    CounterTotal,
    Entries,
    Holding,
    LostFrom,
    Measure,
    Money,
    Open,
    PerCase,
    PerOther,
    Stay,
    Timed,
    Void,
)

Locale = Literal["ru", "en"]


def _t(ru: str, en: str) -> LocalText:
    return LocalText(ru, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What is the same for every control point of one kind of measure."""

    population: LocalText
    window: LocalText
    repeats: LocalText
    skips: LocalText
    open_cases: LocalText
    interval: LocalText
    formula: str


_NOTHING = _t("", "")
_BY_START = _t("обращение относится к периоду, в котором началось", "a case belongs to the period in which it began")
_BY_EVENT = _t(
    "событие относится к периоду, в котором случилось", "an event belongs to the period in which it happened"
)
_FIRST_ENTRY = _t("считается первый вход в этап", "the first entry of a stage counts")
_SHARE_RANGE = _t("95 %, Уилсон по эффективному числу обращений", "95 %, Wilson on the effective number of cases")
_TIME_RANGE = _t("95 %, по границам доли дошедших", "95 %, from the ends of the share that has arrived")
_MONEY_RANGE = _t("95 %, на логарифмической шкале; от 100 сумм", "95 %, on the log scale; from 100 amounts on")
_NO_RANGE = _t("нет: это перепись на момент", "none: a census at a moment")
_NOT_VOID = _t("кроме спама, дублей и не клиентов", "without spam, duplicates and those who are no clients")

_BY_PERIOD = _t("сколько насчитано за период", "what was counted in the period")
_NO_CASES = _t(
    "счётчик не различает клиентов: вошедший дважды посчитан дважды",
    "a counter does not tell clients apart: who comes twice counts twice",
)
_DAYS_RANGE = _t(
    "95 %, по разбросу между днями (периодами выгрузки)", "95 %, from the spread between days (periods of the export)"
)
_OF_COUNTERS = _Words(
    population=_t(
        "дни (периоды выгрузки), за которые есть оба числа", "days (periods of the export) with both numbers"
    ),
    window=_BY_PERIOD,
    repeats=_NO_CASES,
    skips=_NOTHING,
    open_cases=_NOTHING,
    interval=_DAYS_RANGE,
    formula="ratio estimator, periods as clusters (D19)",
)

_ARRIVING = _Words(
    population=_t(
        "обращения, дошедшие до начального этапа, " + _NOT_VOID.ru,
        "cases that reached the first stage, " + _NOT_VOID.en,
    ),
    window=_BY_START,
    repeats=_FIRST_ENTRY,
    skips=_t("пропустивший этап считается дошедшим до него", "a case that skips a stage counts as having reached it"),
    open_cases=_t(
        "открытые считаются с вероятностью, какая ещё есть у обращения их возраста",
        "an open case counts as the chance that a case of its age still has",
    ),
    interval=_SHARE_RANGE,
    formula="Aalen-Johansen; Dinse and Larson 1986; Wilson 1927 (D3, D4, D7)",
)
_TIMING = _Words(
    population=_t(
        "обращения, побывавшие на начальном этапе, " + _NOT_VOID.ru,
        "cases that were in the first stage, " + _NOT_VOID.en,
    ),
    window=_BY_START,
    repeats=_FIRST_ENTRY,
    skips=_t("пропустившие этап не считаются", "cases that skip a stage are left out"),
    open_cases=_t(
        "открытые считаются ещё не дошедшими, не выбрасываются", "open cases have not arrived yet; they are not dropped"
    ),
    interval=_TIME_RANGE,
    formula="quantile of the Aalen-Johansen curve (D5)",
)
_KINDS: dict[type, _Words] = {
    ByDeadline: _Words(
        population=_TIMING.population,
        window=_BY_START,
        repeats=_FIRST_ENTRY,
        skips=_TIMING.skips,
        open_cases=_t("открытые, чей срок не настал, не считаются", "open cases before their time are left out"),
        interval=_SHARE_RANGE,
        formula="share by the case's own time; Wilson 1927 (D6)",
    ),
    Stay: _Words(
        population=_t("законченные пребывания на этапе", "visits of the stage that are over"),
        window=_t(
            "пребывание относится к периоду, в котором закончилось", "a visit belongs to the period in which it ended"
        ),
        repeats=_t("каждое пребывание считается", "every visit counts"),
        skips=_NOTHING,
        open_cases=_t(
            "незаконченные не считаются, их число рядом", "visits not over are left out; their number stands beside"
        ),
        interval=_TIME_RANGE,
        formula="averaged inverted distribution function, Wilson ends (D5)",
    ),
    Age: _Words(
        population=_t("открытое на момент", "what is open at the moment"),
        window=_t("момент аудита или конец периода", "the moment of the audit, or the end of the period"),
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t("только они", "only they"),
        interval=_NO_RANGE,
        formula="quantile of a census",
    ),
    Open: _Words(
        population=_t("открытое на момент", "what is open at the moment"),
        window=_t("момент аудита или конец периода", "the moment of the audit, or the end of the period"),
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t("только они", "only they"),
        interval=_NO_RANGE,
        formula="count",
    ),
    Entries: _Words(
        population=_t("входы в этап", "entries of the stage"),
        window=_BY_EVENT,
        repeats=_t("каждый вход считается", "every entry counts"),
        skips=_NOTHING,
        open_cases=_NOTHING,
        interval=_t("95 %, Пуассон", "95 %, Poisson"),
        formula="count",
    ),
    PerCase: _Words(
        population=_t("все обращения", "all cases"),
        window=_BY_START,
        repeats=_t("каждый раз считается", "every time counts"),
        skips=_NOTHING,
        open_cases=_t("считаются с тем, что было до сих пор", "count with what has happened so far"),
        interval=_t("95 %, по разбросу между обращениями", "95 %, from the spread between cases"),
        formula="mean per case",
    ),
    Money: _Words(
        population=_t("обращения с суммой, " + _NOT_VOID.ru, "cases with an amount, " + _NOT_VOID.en),
        window=_BY_EVENT,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_NOTHING,
        interval=_MONEY_RANGE,
        formula="delta method on the log scale; compound Poisson for a sum (D19)",
    ),
    PerOther: _Words(
        population=_t("суммы двух величин", "totals of two quantities"),
        window=_BY_EVENT,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_NOTHING,
        interval=_t("95 %, оценка отношения", "95 %, ratio estimator"),
        formula="ratio estimator (D19)",
    ),
    CounterTotal: _Words(
        population=_t(
            "всё, что насчитано за дни, за которые есть данные", "all that was counted on the days there are data of"
        ),
        window=_BY_PERIOD,
        repeats=_NO_CASES,
        skips=_NOTHING,
        open_cases=_NOTHING,
        interval=_DAYS_RANGE,
        formula="sum or mean of the periods; Student's t",
    ),
    Attained: _Words(
        population=_t("целые периоды, на которые есть план", "whole periods that have a target"),
        window=_BY_PERIOD,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t("неполный период не считается", "a period that is not over does not count"),
        interval=_t("нет: что продано, то продано", "none: what was sold was sold"),
        formula="sum of what was reached / sum of the targets",
    ),
    Cost: _Words(
        population=_t(
            "целые месяцы, за которые есть расход; обращения " + _NOT_VOID.ru,
            "whole months with spending; cases " + _NOT_VOID.en,
        ),
        window=_BY_EVENT,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t(
            "обращение входит в месяц своего события, расход — в свой месяц",
            "a case counts in the month of its event, money in its own",
        ),
        interval=_t("95 %, по разбросу между месяцами", "95 %, from the spread between months"),
        formula="ratio estimator, months as clusters (D19)",
    ),
    BeganAgain: _Words(
        population=_t("клиенты, у которых есть имя или номер, " + _NOT_VOID.ru, "known clients, " + _NOT_VOID.en),
        window=_t(
            "клиент относится к периоду своего первого обращения", "a client belongs to the period of the first case"
        ),
        repeats=_t("считается первое повторное обращение", "the first return counts"),
        skips=_NOTHING,
        open_cases=_t(
            "клиент, за которым следили меньше срока, считается как доля шансов, что он ещё вернётся",
            "a client watched for less than the horizon counts as the chance of still coming back",
        ),
        interval=_SHARE_RANGE,
        formula="Aalen-Johansen; Wilson 1927 (D3, D4)",
    ),
    Again: _Words(
        population=_t("обращения, побывавшие на этапе", "cases that were in the stage"),
        window=_BY_START,
        repeats=_t("возврат на этап считается один раз на обращение", "a return counts once a case"),
        skips=_NOTHING,
        open_cases=_t("считаются с тем, что было до сих пор", "count with what has happened so far"),
        interval=_SHARE_RANGE,
        formula="share; Wilson 1927",
    ),
    LostFrom: _Words(
        population=_t("законченные пребывания на этапе", "visits of the stage that are over"),
        window=_BY_START,
        repeats=_t("каждое пребывание считается", "every visit counts"),
        skips=_NOTHING,
        open_cases=_t("не считаются", "left out"),
        interval=_SHARE_RANGE,
        formula="share; Wilson 1927",
    ),
    Holding: _Words(
        population=_t("обращения, о которых спрашивается", "the cases that are asked about"),
        window=_BY_START,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t("считаются как есть на момент", "count as they are at the moment"),
        interval=_SHARE_RANGE,
        formula="share; Wilson 1927",
    ),
    Void: _Words(
        population=_t("все обращения", "all cases"),
        window=_BY_START,
        repeats=_NOTHING,
        skips=_NOTHING,
        open_cases=_t("считаются как настоящие", "count as real ones"),
        interval=_SHARE_RANGE,
        formula="share; Wilson 1927 (D8)",
    ),
    Conforming: _Words(
        population=_t("законченные обращения и те, что отклонились", "cases that are finished or have deviated"),
        window=_BY_START,
        repeats=_NOTHING,
        skips=_t("по `skips` процесса", "by `skips` of the process"),
        open_cases=_t("незаконченное без отклонений ждёт", "an unfinished case without a deviation is pending"),
        interval=_SHARE_RANGE,
        formula="replay through the state machine; Wilson 1927",
    ),
}


def _words(measure: Measure) -> _Words:
    return _of_times(measure) if isinstance(measure, Timed) else _KINDS[type(measure)]


def _of_times(measure: Timed) -> _Words:
    """A conversion, a share within a limit, a time of all or of those who arrived."""
    words = _TIMING if measure.quantile is not None else _ARRIVING
    if measure.quantile is None and measure.own:
        words = replace(words, population=_TIMING.population, skips=_TIMING.skips, formula=_WITHIN)
    if measure.quantile is not None and measure.of == "arrived":
        words = replace(words, population=_ARRIVED_ONLY)
    if measure.strict:
        words = replace(words, skips=_OWN_ENTRIES)
    return words


_WITHIN = "Aalen-Johansen at the limit; Dinse and Larson 1986; Wilson 1927 (D3, D6)"
_ARRIVED_ONLY = _t(
    "обращения, дошедшие до конечного этапа за горизонт; рядом стоит доля недошедших, " + _NOT_VOID.ru,
    "cases that got to the last stage within the horizon, beside it the share that never does, " + _NOT_VOID.en,
)
_OWN_ENTRIES = _t("считаются только сами эти этапы, без более поздних", "these stages alone count, no later ones")


def measured_point(
    process: Process,
    point: ControlPoint,
    kpi: Kpi,
    *,
    locale: Locale,
    at_least: int,
    horizon: int | None,
    by_periods: bool = False,
) -> MeasuredPoint:
    """A control point as documents show it. `horizon` is the one that was used, in seconds."""
    measure, _ = bind(kpi, point.parameters, process)
    if measure is None:
        raise ValueError(f"control point {point.name} was not checked")
    words = _OF_COUNTERS if process.counters and isinstance(measure, PerOther) else _words(measure)
    where = f" {_where(locale)} `{point.where.text}`" if point.where else ""
    return MeasuredPoint(
        process=process.process,
        name=point.name,
        title=point.title.of(locale) if point.title else point.name,
        kpi=point.kpi,
        parameters={name: str(value) for name, value in sorted(point.parameters.items())},
        unit=kpi.unit,
        better=point.better or kpi.better,
        responsible=point.responsible.of(locale) if point.responsible else None,
        passport=Passport(
            population=words.population.of(locale) + where,
            clock=point.clock,
            window=words.window.of(locale),
            horizon_seconds=horizon,
            repeats=words.repeats.of(locale),
            skips=words.skips.of(locale),
            open_cases=words.open_cases.of(locale),
            at_least=at_least,
            interval=words.interval.of(locale),
            source_of_formula=words.formula,
            counted="periods" if by_periods else "cases",
        ),
    )


def _where(locale: Locale) -> str:
    return "при условии" if locale == "ru" else "where"
