"""Sources and processes of the made-up audit."""

from datetime import datetime
from typing import Literal

from engine.events.report import Diagnosis, KeyMatches, Links, Place, RejectReason, SourceReport, Unmapped
from engine.kpis.flow import ActivityCount, Conformance, Deviation, Loss, ProcessFlow, Stage
from engine.render.sample.said import Said


def sources(t: Said) -> tuple[SourceReport, ...]:
    """Two sources: the CRM with rows that could not be read, telephony with calls that found no case."""
    return (_crm(t), _calls(t))


def _crm(t: Said) -> SourceReport:
    return SourceReport(
        name="crm",
        path=(t("data/сделки.xlsx", "data/deals.xlsx"),),
        sha256=("9b1f" * 16,),
        shape="events",
        fidelity=("seconds", "actors"),
        rows=9_480,
        used=8_912,
        filtered=181,
        ignored=214,
        duplicates=140,
        rejected=33,
        reject_reasons=(
            RejectReason(
                code="bad-time",
                rows=27,
                first=Place(line=412, column=t("Дата создания", "Created")),
                message=t("дата не читается", "the date cannot be read"),
            ),
            RejectReason(
                code="no-case", rows=6, first=Place(line=3_077), message=t("нет номера сделки", "no number of the case")
            ),
        ),
        cases=1_240,
        events=8_912,
        first=datetime(2026, 3, 30, 8, 12),
        last=datetime(2026, 9, 27, 21, 40),
        exported_at=datetime(2026, 9, 28, 8, 30),
        mapped_share=0.975,
        unmapped=(
            Unmapped(activity=t("Думает", "Thinking"), events=146, nearest=t("расчёт отправлен", "quote sent")),
            Unmapped(activity=t("Архив 2024", "Archive 2024"), events=68),
        ),
        ties_share=0.031,
        notes=(
            t(
                "Менеджер указан на день выгрузки, а не на день события.",
                "The manager is that of the day of the export.",
            ),
        ),
        looked_at=9_480,
        diagnoses=(
            Diagnosis(
                code="duplicate-rows",
                rows=140,
                file=t("data/сделки.xlsx", "data/deals.xlsx"),
                lines=(31, 32, 33, 97, 98),
            ),
            Diagnosis(
                code="people-two-ways",
                rows=12,
                column=t("Ответственный", "Manager"),
                file=t("data/сделки.xlsx", "data/deals.xlsx"),
                lines=(418,),
                sample=t("Ким О. / Ким Ольга", "Kim O. / Kim Olga"),
            ),
        ),
    )


def _calls(t: Said) -> SourceReport:
    return SourceReport(
        name="telephony",
        path=(t("data/звонки.csv", "data/calls.csv"),),
        sha256=("c07d" * 16,),
        shape="events",
        fidelity=("days",),
        rows=2_315,
        used=2_188,
        filtered=96,
        ignored=0,
        duplicates=31,
        rejected=0,
        cases=860,
        events=2_188,
        first=datetime(2026, 3, 30),
        last=datetime(2026, 9, 20),
        mapped_share=1.0,
        links=Links(
            matched=1_702,
            ambiguous=44,
            none=96,
            by_key=(
                KeyMatches(key="deal_id", matched=310, ambiguous=0),
                KeyMatches(key="phone", matched=1_392, ambiguous=44),
            ),
        ),
        personal=("phone",),
    )


def processes(t: Said) -> tuple[ProcessFlow, ...]:
    """The web form with six stages and the phone with four."""
    return (_web_form(t), _phone(t))


def _web_form(t: Said) -> ProcessFlow:
    return ProcessFlow(
        process="web_form",
        title=t("Заявка с сайта", "Web enquiry"),
        channel="form",
        cases=1_240,
        truncated=17,
        out_of_order=9,
        won=231,
        lost=749,
        void=86,
        open=174,
        observed_until=datetime(2026, 9, 28, 8, 30),
        lost_recorded=True,
        activities=(
            ActivityCount(activity=t("Новая", "New"), to="new", events=1_240, cases=1_240),
            ActivityCount(activity=t("Думает", "Thinking"), to=None, events=146, cases=131),
        ),
        stages=(
            _stage("new", t("Заявка", "Enquiry"), 1_240, 1_240, 968, lost=158, void=86, open_=28, median=13_200),
            _stage(
                "contacted", t("Разговор", "Conversation"), 968, 982, 612, lost=290, open_=40, aside=40, median=93_600
            ),
            _stage("measured", t("Замер", "Measurement"), 642, 664, 540, lost=82, open_=28, back=14, median=273_600),
            _stage(
                "quoted",
                t("Расчёт отправлен", "Quote sent"),
                532,
                540,
                262,
                lost=196,
                open_=60,
                back=22,
                median=561_600,
            ),
            _stage("contract", t("Договор", "Contract"), 262, 262, 231, lost=19, open_=12, median=187_200),
            _stage("paid", t("Оплата", "Payment"), 231, 231, 0, resting=231, outcome="won"),
        ),
        loss=(
            Loss(state="contacted", reason=t("не дозвонились", "not reached"), cases=171, amount=None),
            Loss(state="quoted", reason=t("дорого", "too expensive"), cases=92, amount=16_700_000),
            Loss(state="quoted", reason=None, cases=81, amount=14_900_000),
            Loss(state="new", reason=None, cases=158, amount=None),
            Loss(state="contacted", reason=t("не наш размер", "a size we do not make"), cases=119, amount=None),
            Loss(state="measured", reason=t("передумал", "changed his mind"), cases=82, amount=13_400_000),
            Loss(state="quoted", reason=t("долго ждал", "waited too long"), cases=23, amount=4_250_000),
            Loss(
                state="contract", reason=t("не внёс предоплату", "did not pay in advance"), cases=19, amount=3_510_000
            ),
        ),
        conformance=Conformance(
            cases=1_240,
            conforming=991,
            pending=174,
            deviating=75,
            deviations=(
                Deviation(from_="new", to="quoted", moves=48, cases=46, examples=("10233", "10307", "10511")),
                Deviation(from_="contract", to="contacted", moves=31, cases=29, examples=("10090", "10812")),
            ),
        ),
        excluded={t("проверочные заявки сотрудников", "test enquiries of the staff"): 21},
    )


def _phone(t: Said) -> ProcessFlow:
    return ProcessFlow(
        process="phone",
        title=t("Звонок", "Phone call"),
        channel="phone",
        cases=860,
        truncated=0,
        out_of_order=0,
        won=96,
        lost=598,
        void=72,
        open=94,
        observed_until=datetime(2026, 9, 20),
        lost_recorded=False,
        stages=(
            _stage("call", t("Звонок", "Call"), 860, 860, 690, lost=138, void=32, median=24),
            _stage("talked", t("Разговор", "Conversation"), 690, 690, 300, lost=310, void=40, open_=40, median=68_400),
            _stage(
                "booked", t("Записан на замер", "Measurement booked"), 300, 300, 96, lost=150, open_=54, median=432_000
            ),
            _stage("paid", t("Оплата", "Payment"), 96, 96, 0, resting=96, outcome="won"),
            _stage("missed", t("Пропущен", "Missed"), 118, 118, 12, lost=106, happy_path=False),
        ),
        loss=(
            Loss(state="talked", reason=None, cases=310, amount=None),
            Loss(state="booked", reason=None, cases=150, amount=None),
            Loss(state="call", reason=t("звонок пропущен", "call missed"), cases=138, amount=None),
        ),
        conformance=Conformance(cases=860, conforming=766, pending=94, deviating=0),
    )


def _stage(
    state: str,
    title: str,
    reached: int,
    entered: int,
    advanced: int,
    *,
    lost: int = 0,
    void: int = 0,
    open_: int = 0,
    aside: int = 0,
    back: int = 0,
    resting: int = 0,
    median: float | None = None,
    happy_path: bool = True,
    outcome: Literal["won", "lost", "void"] | None = None,
) -> Stage:
    return Stage(
        state=state,
        title=title,
        reached=reached,
        skipped=max(0, reached - entered),
        entered=entered,
        advanced=advanced,
        lost=lost,
        void=void,
        moved_back=back,
        aside=aside,
        open=open_,
        resting=resting,
        reopened=0,
        median_seconds=median,
        oldest_open_seconds=1_900_800 if open_ else None,
        happy_path=happy_path,
        outcome=outcome,
    )
