"""Steps on the log: shares with intervals, colours, counter-examples and the plan, as an audit says them."""

from pathlib import Path

from .conftest import Run, Site

CONFTEST = """\
from datetime import date, datetime
import pytest
from engine.audit import Audit, AuditPeriod, MeasuredPoint, Passport
from engine.events.report import SourceReport, Unmapped
from engine.kpis.fact import Fact, Verdict
from engine.kpis.flow import Conformance, Deviation, ProcessFlow, Stage
from engine.plan.item import EffortOf, PlanItem, Verify
from engine.rules.finding import CauseVerdict, Finding

PASSPORT = dict(population="", window="", horizon_seconds=None, repeats="", skips="", open_cases="", interval="",
                source_of_formula="D6")

def point(name, kpi, unit, clock="business", at_least=30, **parameters):
    return MeasuredPoint(process="web_form", name=name, title=name, kpi=kpi, unit=unit, better="higher",
                         parameters=parameters, responsible=None,
                         passport=Passport(clock=clock, at_least=at_least, **PASSPORT))

def fact(name, value, low, high, n, verdicts=(), segment=()):
    return Fact(process="web_form", control_point=name, value=value, low=low, high=high, n=n, segment=segment,
                verdicts=tuple(Verdict(rule=rule, verdict=verdict) for rule, verdict in verdicts))

def stage(state, reached):
    return Stage(state=state, title=state, reached=reached, skipped=0, entered=reached, advanced=0, lost=0, void=0,
                 moved_back=0, aside=0, open=0, resting=0, reopened=0, median_seconds=None, oldest_open_seconds=None)

AUDIT = Audit(
    voronka="0", client="", locale="ru", currency="RUB", time_zone="Europe/Moscow", definitions_sha256="",
    as_of=datetime(2026, 9, 30), period=AuditPeriod(since=None, until=None, grain="week"),
    sources=(SourceReport(name="deals", path=("data/deals.csv",), sha256=("",), shape="events", fidelity=(), rows=500,
             used=500, filtered=0, ignored=0, duplicates=0, rejected=0, cases=340, events=500, first=None, last=None,
             mapped_share=0.97, unmapped=(Unmapped(activity="ПЕРЕЗВОН", events=15),)),),
    processes=(ProcessFlow(process="web_form", title="", channel=None, cases=340, truncated=0, out_of_order=0, won=60,
               lost=200, void=0, open=80, observed_until=None, lost_recorded=True,
               stages=(stage("received", 340), stage("contacted", 300), stage("won", 60)),
               conformance=Conformance(cases=340, conforming=250, pending=80, deviating=10, deviations=(
                   Deviation(from_="received", to="quoted", moves=10, cases=10, examples=("7", "8")),))),),
    control_points=(point("reaction_time", "elapsed", "seconds"), point("in_15m", "within", "ratio", to="contacted",
                    limit="15m"), point("win_rate", "conversion", "ratio", clock="wall", to="won", within="60d")),
    facts=(fact("reaction_time", 5400.0, 3600.0, 7200.0, 340, [("slow_reaction", "red")]),
           fact("reaction_time", 600.0, 300.0, 900.0, 60, [("slow_reaction", "green")], (("manager", "Ким"),)),
           fact("reaction_time", 9000.0, 7000.0, None, 80, [("slow_reaction", "red")], (("manager", "Иванов"),)),
           fact("in_15m", 0.62, 0.57, 0.67, 340, [("few_in_time", "red")]),
           fact("win_rate", 0.5, 0.2, 0.8, 12, [("few_wins", "grey")])),
    findings=(Finding(id="a", rule="slow_reaction", title="", process="web_form", severity="red", message="",
                      facts=("web_form.reaction_time",), cases=("11", "12", "13", "14", "15"), all_cases=90,
                      causes=(CauseVerdict(name="night_leads", title="", verdict="supported"),)),
              Finding(id="b", rule="few_in_time", title="", process="web_form", severity="red", message="",
                      facts=("web_form.in_15m",), cases=("21", "22"), all_cases=2)),
    plan=(PlanItem(id="p", rank=1, action="auto_reply", title="Автоответ", steps=(), responsible="РОП", person=None,
                   due=date(2026, 10, 7), review=None, effort=EffortOf(hours=4), because=("a",),
                   verify=Verify(control_point="reaction_time", baseline=None, target=None)),),
)

@pytest.fixture(scope="session")
def audit_of():
    return lambda root, as_of: AUDIT
"""
HEAD = "# language: ru\nФункция: Ф\n"
GREEN = """\
  Сценарий: журнал
    Дано журнал data/deals.csv
    Тогда в журнале не менее 300 заявок
    И правило slow_reaction красное
    И правило slow_reaction красное для manager=Иванов
    И правило slow_reaction зелёное для manager=Ким
    И контрольная точка reaction_time красная
    И контрольная точка reaction_time не более 2 часов
    И не менее 60 % заявок: Дозвонились за 15 рабочих минут
    И найдено slow_reaction
    И причина night_leads подтверждена
    И в плане есть действие auto_reply
    И в плане есть действия
      | действие   | ответственный |
      | auto_reply | РОП           |
    И отклонений не более 5 %
    И распознано не менее 95 % событий
    И заявка в состоянии Дозвонились
    И переход contacted -> won недопустим

  @журнал
  Сценарий: и на модели, и на журнале
    Когда поступила заявка
    И через 2 часа менеджер дозвонился
    Тогда контрольная точка reaction_time красная
    И заявка в состоянии contacted
"""
ENGLISH = """\
Feature: F
  Scenario: log
    Given the log of the workspace
    Then the log has at least 300 cases
    And the rule slow_reaction is red for manager=Иванов
    And at least 60% of cases: contacted within 15 working minutes
    And there is a finding slow_reaction
    And the cause night_leads is supported
    And the plan has the action auto_reply
    And at most 5% of cases deviate
    And at least 95% of events are recognised
"""


def _with_log(site: Site, **features: str) -> Path:
    root = site(**features)
    (root / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return root


def test_green(site: Site, bdd: Run) -> None:
    """The log answers in both languages; a tagged scenario runs on the model and on the log."""
    _with_log(site, ru=HEAD + GREEN, en=ENGLISH)
    result = bdd("-v", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["*::и на модели, и на журнале PASSED*", "*::и на модели, и на журнале (на журнале) PASSED*"]
    )


def test_the_log_says_share_interval_and_number_of_cases(site: Site, bdd: Run) -> None:
    """What the log said is printed for scenarios that came true as well."""
    _with_log(site, ru=HEAD + GREEN)
    bdd().stdout.fnmatch_lines(
        [
            "*voronka: журнал / log*",
            "  in_15m: 62 % (скорее всего от 57 % до 67 %), обращений: 340",
            "  «Дозвонились»: 300 из 340 обращений, 88 % (скорее всего 84–91 %)",
        ],
        consecutive=False,
    )


RED = [
    (
        "Тогда не менее 90 % заявок: Дозвонились за 15 рабочих минут",
        [
            "ожидалось:  не менее 90 %: «Дозвонились» ≤ 15 мин",
            "на деле:    62 % (скорее всего от 57 % до 67 %), обращений: 340",
            "обращения:  21, 22",
        ],
    ),
    (
        "Тогда правило slow_reaction зелёное",
        [
            "на деле:    красная: 1 ч 30 мин (скорее всего от 1 ч до 2 ч), обращений: 340",
            "обращения:  11, 12, 13, 14, 15",
        ],
    ),
    (
        "Тогда контрольная точка win_rate не менее 40 %",
        ["на деле:   мало данных: 50 % (скорее всего от 20 % до 80 %), обращений: 12, нужно 30"],
    ),
    ("Тогда контрольная точка win_rate зелёная", ["на деле:   серая (судить рано или мало данных): 50 %"]),
    (
        "Тогда переход received -> quoted недопустим",
        ["на деле:    10 из 340 обращений, 3 % (скорее всего 2–5 %)", "обращения:  7, 8"],
    ),
    ("Тогда нет красных находок", ["на деле:    slow_reaction, few_in_time", "обращения:  11, 12, 13, 14, 15"]),
    ("Тогда заявка в состоянии lost", ["на деле:   «Отказ»: 0 из 340 обращений, 0 %"]),
    ("Тогда причина night_leads опровергнута", ["на деле:   подтверждена"]),
    ("Тогда в плане нет действия auto_reply", ["ожидалось: нет `auto_reply`", "на деле:   auto_reply"]),
    ("Тогда распознано не менее 98 % событий", ["на деле:   deals: 97 %; ПЕРЕЗВОН (15)"]),
    ("Тогда отклонений не более 1 %", ["10 из 260 обращений, 4 % (скорее всего 2–7 %)", "обращения:  7, 8"]),
    (
        "Тогда не менее 90 % заявок: Дозвонились за 5 минут",
        ["не так:   такую долю журнал ещё не измеряет", "{kpi: within, from: received, to: contacted, limit: 5m}"],
    ),
    ("Тогда правило slow_reaction красное для manager=Нет", ["совет:    есть срезы: manager=Иванов, manager=Ким"]),
    ("Тогда заявка выиграна", ["не так:   о журнале этот шаг не спрашивают"]),
]


def test_red(site: Site, bdd: Run) -> None:
    """Failures on the log say the share, its interval, and up to five counter-examples."""
    steps = "".join(f"  Сценарий: с{i}\n    Дано журнал\n    {step}\n" for i, (step, _) in enumerate(RED))
    _with_log(site, x=HEAD + steps)
    result = bdd()
    result.assert_outcomes(failed=len(RED))
    text = result.stdout.str()
    for i, (step, lines) in enumerate(RED):
        told = text.partition(f"features/x.feature:{5 + 3 * i}: {step}")[2].partition("____ с")[0]
        assert told, step
        for line in lines:
            assert " ".join(line.split()) in " ".join(told.split())
    assert ".py" not in text
