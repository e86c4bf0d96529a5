"""Findings of the made-up audit, with causes of every verdict."""

from engine.render.sample.said import MANAGERS, Said
from engine.rules.finding import CauseVerdict, Finding

SLOW, MANAGER, QUOTE, MISSED, SOURCE = "1f0e6a92b7", "7c44d0e1a3", "a95b2f7c08", "c21d90be54", "e8076fb3d1"


def findings(t: Said) -> tuple[Finding, ...]:
    """Five findings, red and yellow."""
    return (_slow(t), _manager(t), _quote(t), _missed(t), _source(t))


def _slow(t: Said) -> Finding:
    return Finding(
        id=SLOW,
        rule="late_answers",
        title=t("На заявки отвечают слишком поздно", "Enquiries are answered too late"),
        process="web_form",
        severity="red",
        message=t(
            "За рабочий час отвечают меньше чем на половину заявок; на остальные — когда клиент говорит с другими.",
            "Fewer than half of the enquiries are answered within a working hour; the rest too late.",
        ),
        facts=("web_form.answered_in_hour", "web_form.reaction_time"),
        lost_cases=104,
        lost_amount=7_400_000,
        cases=("10021", "10044", "10057", "10113", "10208"),
        all_cases=610,
        first_seen="2026-03-30",
        since_last="better",
        causes=(
            CauseVerdict(
                name="evening",
                title=t("Заявка пришла вечером или в выходной", "The enquiry came in the evening or at the weekend"),
                verdict="supported",
                n_exposed=418,
                difference=0.21,
                low=0.15,
                high=0.27,
                attributable=0.34,
            ),
            CauseVerdict(
                name="load",
                title=t("У менеджера больше 25 открытых заявок", "The manager had more than 25 open enquiries"),
                verdict="undecided",
                n_exposed=190,
                difference=0.05,
                low=-0.02,
                high=0.12,
                needed=240,
            ),
            CauseVerdict(
                name="form",
                title=t("В заявке не указан телефон", "The enquiry had no phone number"),
                verdict="refuted",
                n_exposed=61,
                difference=0.01,
                low=-0.11,
                high=0.09,
                attributable=0.01,
            ),
            CauseVerdict(
                name="router",
                title=t("Заявка долго ждёт распределения", "The enquiry waits to be assigned"),
                verdict="not assessable",
                missing=(t("время назначения менеджера", "the time when the manager was assigned"),),
            ),
            CauseVerdict(
                name="deadline",
                title=t("Срок ответа не назначен", "No deadline is set"),
                verdict="not assessable",
                by="client",
                question=t("Кто видит просроченные заявки?", "Who sees the late enquiries?"),
            ),
            CauseVerdict(
                name="spam_number",
                title=t("Номер помечен как спам", "The number is marked as spam"),
                verdict="refuted",
                note=t("Проверили в трёх справочниках.", "Checked with three services."),
                by="client",
                question=t("Как подписан ваш номер?", "What do caller-ID services say?"),
            ),
        ),
    )


def _manager(t: Said) -> Finding:
    return Finding(
        id=MANAGER,
        rule="late_answers_by",
        title=t("У одного менеджера отвечают за час вдвое реже", "One manager answers within an hour half as often"),
        process="web_form",
        severity="red",
        segment=(("manager", t(*MANAGERS[3])),),
        message=t(
            "Разница устойчива в обеих половинах периода.", "The difference is there in both halves of the period."
        ),
        facts=(f"web_form.answered_in_hour[manager={t(*MANAGERS[3])}]",),
        lost_cases=31,
        lost_amount=2_150_000,
        cases=("10033", "10078", "10290"),
        all_cases=233,
        since_last="new",
        causes=(
            CauseVerdict(
                name="shift",
                title=t("Ему достаются вечерние заявки", "He is given the evening enquiries"),
                verdict="supported",
                n_exposed=171,
                difference=0.18,
                low=0.07,
                high=0.28,
                attributable=0.41,
                note=t(
                    "Проверьте расписание, прежде чем судить о человеке.",
                    "Look at the schedule before judging the person.",
                ),
            ),
        ),
    )


def _quote(t: Said) -> Finding:
    return Finding(
        id=QUOTE,
        rule="quote_lost",
        title=t("После расчёта клиенты замолкают", "Clients fall silent after the quote"),
        process="web_form",
        severity="yellow",
        message=t(
            "196 клиентов ушли после расчёта, причина записана не у всех.",
            "196 clients left after the quote; the reason is not recorded for all of them.",
        ),
        facts=("web_form.quote_to_contract", "web_form.quote_time"),
        lost_cases=58,
        lost_amount=10_600_000,
        cases=("10101", "10177", "10342", "10399", "10420"),
        all_cases=196,
        since_last="worse",
        causes=(
            CauseVerdict(
                name="no_call",
                title=t("После расчёта не позвонили за 3 дня", "Nobody called within 3 days after the quote"),
                verdict="supported",
                n_exposed=307,
                difference=0.12,
                low=0.04,
                high=0.2,
                attributable=0.31,
            ),
        ),
    )


def _missed(t: Said) -> Finding:
    return Finding(
        id=MISSED,
        rule="missed",
        title=t("Каждый шестой звонок пропущен", "One call in six is missed"),
        process="phone",
        severity="yellow",
        message=t("Больше всего пропусков с 12 до 14 часов.", "Most of them between noon and two o'clock."),
        facts=("phone.missed_calls",),
        lost_cases=22,
        all_cases=138,
        since_last="same",
        causes=(),
    )


def _source(t: Said) -> Finding:
    return Finding(
        id=SOURCE,
        rule="no_source",
        title=t("У четверти заявок не записан источник", "A quarter of the enquiries have no source"),
        process="web_form",
        severity="yellow",
        message=t("Из-за этого не видно, какая реклама окупается.", "So it cannot be seen which advertising pays."),
        facts=("web_form.no_source",),
        cases=("10002", "10010"),
        all_cases=289,
        since_last="same",
    )
