"""What the papers print beside the made-up audit: its processes as definitions, their limits, a start."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from engine.definitions.calendar import Calendar
from engine.definitions.document import LocalText
from engine.definitions.process import ControlPoint, Process, State, Transition
from engine.definitions.rule import Limit, Norm, Rule
from engine.definitions.settings import Settings
from engine.pipeline.worklists import WorkCase, WorkList, WorkLists
from engine.render.papers import Terms, programme_of
from engine.render.papers.sheet import sheet_of
from engine.render.report.look import Look
from engine.render.sample.said import MANAGERS, Said
from engine.rules.applies import Applied


def papers(look: Look) -> Mapping[str, object]:
    """What every paper prints, of the made-up audit."""
    said = Said(look.audit.locale)
    return {"programme": programme_of(terms(look)), "sheet": sheet_of(look, said(*MANAGERS[3]), lists(said))}


def lists(t: Said) -> WorkLists:
    """Two lists with cases of two managers, and two that are empty."""
    return WorkLists(
        as_of=datetime(2026, 9, 28, 8, 30),
        lists=(
            WorkList(name="not_called_back", cases=tuple(_case(t, 3, f"103{n:02}", 2 + n) for n in range(34))),
            WorkList(name="no_next_step", cases=(), lacking=(t("Звонок", "Phone call"),)),
            WorkList(
                name="silent", cases=(_case(t, 1, "10044", 9, 184_000.0),), after=((t("Заявка", "Enquiry"), 432_000),)
            ),
            WorkList(name="untouched", cases=()),
        ),
    )


def _case(t: Said, manager: int, case: str, days: int, amount: float | None = None) -> WorkCase:
    return WorkCase(
        process=t("Заявка с сайта", "Web enquiry"),
        case=case,
        manager=t(*MANAGERS[manager]),
        phone="",
        client="",
        stage=t("Расчёт отправлен", "Quote sent") if amount else t("Заявка", "Enquiry"),
        since=datetime(2026, 9, 28, 8, 30) - timedelta(days=days),
        waited=days * 86_400,
        amount=amount,
    )


def terms(look: Look) -> Terms:
    """The definitions that the made-up audit could be of."""
    return Terms(
        look=look,
        settings=_settings(look.audit.client),
        processes=(_web_form(),),
        limits=tuple(_limits()),
        start=date(2026, 10, 1),
    )


def _settings(client: str) -> Settings:
    office = Calendar(name="office", hours={"mon-fri": "09:00-18:00", "sat": "10:00-15:00"}, holidays="RU")
    return Settings(
        format="1",
        client=client,
        time_zone="Europe/Moscow",
        calendars={"office": office},
        people={"руководитель продаж": "Ветрова А. П.", "head of sales": "A. Vetrova"},
    )


def _t(ru: str, en: str) -> LocalText:
    return LocalText(ru, en)


def _web_form() -> Process:
    manager, head = _t("менеджер", "manager"), _t("руководитель продаж", "head of sales")
    path = ("new", "contacted", "measured", "quoted", "contract", "paid")
    words = (("дозвонились", "reached"), ("замер проведён", "measured"), ("расчёт отправлен", "quote sent"),
             ("договор подписан", "contract signed"), ("оплатили", "paid"))  # fmt: skip
    moves = zip(path, path[1:], words, strict=False)
    return Process(
        process="web_form",
        title=_t("Заявка с сайта", "Web enquiry"),
        channel="form",
        calendar="office",
        initial="new",
        states=(
            State(
                name="new",
                title=_t("Заявка", "Enquiry"),
                responsible=head,
                work=_t("Назначить менеджера и позвонить клиенту", "Name a manager and call the client"),
                record=(_t("источник заявки", "where the client heard of us"), _t("менеджер", "manager")),
            ),
            State(name="contacted", title=_t("Разговор", "Conversation"), responsible=manager),
            State(name="measured", title=_t("Замер", "Measurement"), responsible=manager),
            State(name="quoted", title=_t("Расчёт отправлен", "Quote sent"), responsible=manager),
            State(name="contract", title=_t("Договор", "Contract"), responsible=manager),
            State(name="paid", title=_t("Оплата", "Payment"), final=True, outcome="won"),
            State(name="lost", title=_t("Отказ", "Lost"), final=True, outcome="lost"),
            State(name="spam", title=_t("Спам или дубль", "Spam or duplicate"), final=True, outcome="void"),
        ),
        happy_path=path,
        transitions=(
            *(Transition(trigger=f"to_{b}", source=(a,), dest=b, title=_t(*said)) for a, b, said in moves),
            Transition(trigger="give_up", source=("*",), dest="lost", title=_t("отказ", "lost")),
            Transition(trigger="junk", source=("new",), dest="spam", title=_t("не заявка", "no enquiry")),
        ),
        control_points=dict(_points(head)),
    )


def _points(head: LocalText) -> Mapping[str, ControlPoint]:
    kinds: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("reaction_time", "elapsed", {"from": "new", "to": "contacted", "quantile": "0.9"}),
        ("answered_in_hour", "within", {"from": "new", "to": "contacted", "limit": "1h"}),
        ("quote_time", "elapsed", {"from": "measured", "to": "quoted", "quantile": "0.5"}),
        ("quote_to_contract", "conversion", {"from": "quoted", "to": "contract", "within": "30d"}),
        ("no_source", "share", {"of": "source == ''"}),
        ("volume", "volume", {}),
    )
    return {
        name: ControlPoint(name=name, kpi=kpi, responsible=head, parameters=parameters)
        for name, kpi, parameters in kinds
    }


_LIMITS = (
    ("slow_reaction", "reaction_time", "seconds", "lower", 0.9, "> 1h", "> 4h"),
    ("late_answers", "answered_in_hour", "ratio", "higher", None, "< 80%", "< 60%"),
    ("quote_late", "quote_time", "seconds", "lower", 0.5, "> 2d", "> 4d"),
    ("quote_lost", "quote_to_contract", "ratio", "higher", None, "best month", "median month"),
    ("no_source", "no_source", "ratio", "lower", None, "> 5%", None),
)


def _limits() -> tuple[Applied, ...]:
    return tuple(
        Applied(
            rule=Rule(
                name=rule,
                control_point=point,
                yellow=Limit.parse(yellow),
                red=Limit.parse(red) if red else None,
                norm=Norm(label="published study" if red == "> 4h" else "agree with the client"),
            ),
            process="web_form",
            control_point=point,
            unit=unit,
            better=better,
            quantile=quantile,
            at_least=30,
            variant="",
        )
        for rule, point, unit, better, quantile, yellow, red in _LIMITS
    )
