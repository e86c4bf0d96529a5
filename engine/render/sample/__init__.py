"""A made-up audit of a made-up furniture firm: what templates are tried with, and what documents are shown on.

Every kind of verdict, cause, effect and remark occurs in it. No such firm and no such people exist.
"""

from datetime import datetime

from engine.audit import Audit, AuditPeriod, Bridge, Reconciliation, RuleShown
from engine.plan.item import NotChosen
from engine.render.sample.findings import findings
from engine.render.sample.flow import processes, sources
from engine.render.sample.insight import dose, managers, scan, segments
from engine.render.sample.plan import plan
from engine.render.sample.points import control_points, facts
from engine.render.sample.said import MANAGERS, SINCE, UNTIL, Locale, Said
from engine.render.sample.trends import changes, trends


def sample(locale: Locale) -> Audit:
    """The made-up audit in Russian or English."""
    t = Said(locale)
    return Audit(
        voronka="0.1.0",
        client=t("Мебель на заказ", "Furniture to Order"),
        locale=locale,
        currency="RUB",
        time_zone="Europe/Moscow",
        definitions_sha256="3f6a0c1be25d4a7790e1c4d85b2f60a93f6a0c1be25d4a7790e1c4d85b2f60a9",
        as_of=datetime(2026, 9, 28, 9, 0),
        period=AuditPeriod(since=SINCE, until=UNTIL, grain="week"),
        provisional=(
            t(
                "Выгрузка телефонии кончается 20 сентября: последняя неделя звонков видна не вся.",
                "The telephony export ends on 20 September: the last week of calls is not seen in full.",
            ),
        ),
        sources=sources(t),
        processes=processes(t),
        control_points=control_points(t),
        rules=_rules(t),
        facts=facts(t),
        trends=trends(),
        changes=changes(t),
        dose=dose(),
        scan=scan(t),
        managers=managers(t),
        findings=(*findings(t), *segments(t)),
        resolved=("5d0c77ab10",),
        plan=plan(t),
        not_chosen=(
            NotChosen(
                action=t("Робот отвечает на заявки ночью", "A bot answers enquiries at night"),
                why="when_not",
            ),
            NotChosen(
                action=t("Передать приём заявок колл-центру", "Hand intake over to a call centre"),
                why="conflict",
                with_=t("Дежурный по заявкам", "A duty manager for enquiries"),
            ),
        ),
        reconciliation=_reconciliation(t),
        segments=("manager", "source"),
    )


def _rules(t: Said) -> tuple[RuleShown, ...]:
    rows = (
        ("slow_reaction", t("Долго отвечаем", "Slow to answer"), "published study"),
        ("late_answers", t("Мало ответов за час", "Few answers within an hour"), "published study"),
        ("quote_late", t("Долго готовим расчёт", "Quotes take long"), "agree with the client"),
        ("quote_lost", t("Теряем после расчёта", "Lost after the quote"), "agree with the client"),
        ("missed", t("Пропущенные звонки", "Missed calls"), "industry norm"),
        ("no_source", t("Не записан источник", "Source not recorded"), "agree with the client"),
        ("market_reply", t("Ответ на площадке", "Reply on the marketplace"), "platform rule"),
    )
    caveat = t(
        "42 фирмы США, 2011 год: связь скорости с квалификацией, не с продажей.",
        "42 US firms, 2011: speed goes with qualification, not with the sale.",
    )
    return tuple(
        RuleShown(name=name, title=title, norm=norm, caveat=caveat if norm == "published study" else None)
        for name, title, norm in rows
    )


def _reconciliation(t: Said) -> tuple[Reconciliation, ...]:
    """Three months of enquiries of which one does not agree, their sum, and one manager's sales."""
    what, void = t("Заявки", "Enquiries"), t("спам, дубли, не клиенты", "spam, duplicates, no clients")
    test = t("проверочные заявки сотрудников", "test enquiries of the staff")
    months = (
        ("2026-07", 223.0, 195.0, 7.0, 21.0),
        ("2026-08", 240.0, 204.0, 6.0, 19.0),
        (None, 463.0, 399.0, 13.0, 40.0),
    )
    lines = tuple(
        Reconciliation(
            what=what,
            month=month,
            client=client,
            ours=ours,
            bridge=(Bridge(kind="excluded", why=test, cases=tests), Bridge(kind="void", why=void, cases=spam)),
            rest=client - ours - tests - spam,
        )
        for month, client, ours, tests, spam in months
    )
    sales = Reconciliation(
        what=t("Оплаченные договоры", "Paid contracts"),
        counted="won",
        by="closed",
        month="2026-09",
        manager=t(*MANAGERS[0]),
        client=9.0,
        ours=10.0,
        bridge=(Bridge(kind="closed later", why=t("закрыты в другом месяце", "closed in another month"), cases=-1.0),),
        rest=0.0,
        partial=True,
    )
    return (*lines, sales)
