"""Steps on the log: shares with intervals, colours, counter-examples and the plan, of an export that is audited."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from .conftest import PROCESS, RULES, Run, Site

SOURCES = """\
sources:
  - name: deals
    process: web_form
    path: data/deals.csv
    delimiter: ","
    case: id
    activity: stage
    at: at
    exported_at: 2026-09-30T00:00
    map:
      - {activity: new, state: received}
      - {activity: call, state: contacted}
      - {activity: quote, state: quoted}
      - {activity: paid, state: won}
      - {activity: refused, state: lost}
      - {activity: try, mark: call_attempt}
    attributes: {manager: manager, source: source}
audit: {segments: [manager]}
"""


def cases() -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """340 cases: manager, source, (activity, minutes). 210 are called in 10 minutes, 120 after 90 to 180, 10 never."""
    for number in range(340):
        manager = "Ким" if number < 60 else "Иванов" if number < 140 else "Орлова"
        quick = number < 60 or number >= 180
        path = [("new", 0), ("try", 5)]
        if number < 330:
            path.append(("call", 10 if quick else 90 + number * 37 % 91))
        if number < 10:  # no call came before the quote
            path = [("new", 0), ("quote", 10)]
        if number in range(10, 70):
            path += [("quote", 1500), ("paid", 3000)]
        else:
            path.append(("refused", 4000))
        yield manager, "site" if quick else "ads", path


def export() -> str:
    """The cases as a file; a new one every six hours."""
    lines = ["id,stage,at,manager,source"]
    for number, (manager, source, path) in enumerate(cases()):
        begun = datetime(2026, 3, 2, 9) + timedelta(hours=6 * number)
        lines += [
            f"{number},{stage},{begun + timedelta(minutes=minutes):%Y-%m-%d %H:%M},{manager},{source}"
            for stage, minutes in path
        ]
    return "\n".join([*lines, "999,odd,2026-03-03 10:00,Ким,site"]) + "\n"


def with_log(site: Site, **features: str) -> Path:
    """The workspace of the other tests with an export, on the clock of the wall."""
    root = site(**features)
    settings = root / "voronka.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + SOURCES, encoding="utf-8")
    (root / "processes/web_form.yaml").write_text(PROCESS.replace(", clock: business", ""), encoding="utf-8")
    rules = RULES.replace('red: "> 1h"}', 'red: "> 1h", actions: [auto_reply], causes: [{CAUSE}]}')
    cause = "{name: from_ads, title: Реклама, exposure: \"source == 'ads'\", actions: [auto_reply]}"
    (root / "rules/limits.yaml").write_text(rules.replace("{CAUSE}", cause), encoding="utf-8")
    (root / "data").mkdir()
    (root / "data/deals.csv").write_text(export(), encoding="utf-8")
    return root


HEAD = "# language: ru\nФункция: Ф\n"
GREEN = """\
  Сценарий: журнал
    Дано журнал data/deals.csv
    Тогда в журнале не менее 300 заявок
    И правило slow_reaction красное
    И правило slow_reaction красное для manager=Иванов
    И правило slow_reaction зелёное для manager=Ким
    И контрольная точка reaction_time красная
    И контрольная точка reaction_time не более 3 часов
    И не менее 60 % заявок: Дозвонились за 15 минут
    И не менее 60 % заявок: первая попытка дозвона за 5 минут
    И найдено slow_reaction
    И причина from_ads подтверждена
    И в плане есть действие auto_reply
    И в плане есть действия
      | действие   | ответственный |
      | auto_reply | РОП           |
    И отклонений не более 5 %
    И распознано не менее 95 % событий
    И заявка в состоянии Дозвонились
    И заявка в состоянии Отказ
    И переход contacted -> won недопустим

  @журнал
  Сценарий: и на модели, и на журнале
    Когда поступила заявка
    И через 2 часа менеджер дозвонился
    Тогда контрольная точка reaction_time красная
    И заявка в состоянии contacted

  Сценарий: в начале марта было мало заявок
    Дано журнал по состоянию на 05.03.2026
    Тогда правило few_wins серое
"""
ENGLISH = """\
Feature: F
  Scenario: log
    Given the log of the workspace
    Then the log has at least 300 cases
    And the rule slow_reaction is red for manager=Иванов
    And at least 60% of cases: contacted within 15 minutes
    And there is a finding slow_reaction
    And the cause from_ads is supported
    And the plan has the action auto_reply
    And at most 5% of cases deviate
    And at least 95% of events are recognised
"""


def test_green(site: Site, bdd: Run) -> None:
    """The log answers in both languages, a tagged scenario runs on the model and on the log, numbers are printed."""
    with_log(site, ru=HEAD + GREEN, en=ENGLISH)
    result = bdd("-v", "-v")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        ["*::и на модели, и на журнале PASSED*", "*::и на модели, и на журнале (на журнале) PASSED*"]
    )
    result.stdout.fnmatch_lines(
        [
            "*voronka: журнал / log*",
            "  «Дозвонились» ≤ 15 мин: 62 % (скорее всего от 56 % до 67 %), обращений: 340",
        ],
        consecutive=False,
    )


def test_another_file_makes_another_log(site: Site, bdd: Run) -> None:
    """A file that no source reads stands in for the only export; one that is not there is a wrong word."""
    root = with_log(
        site,
        x=HEAD
        + "  Сценарий: а\n    Дано журнал data/old.csv\n    Тогда в журнале не более 2 заявок\n"
        + "  Сценарий: б\n    Дано журнал data/no.csv\n    Тогда в журнале не более 2 заявок\n"
        + "  Сценарий: в\n    Дано журнал\n    Тогда в журнале не менее 300 заявок\n",
    )
    lines = export().splitlines(keepends=True)
    (root / "data/old.csv").write_text("".join(lines[:5]), encoding="utf-8")
    result = bdd()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*журнал `data/no.csv` не подключён", "*`sources:` есть: data/deals.csv"])


RED = [
    (
        "Тогда не менее 90 % заявок: Дозвонились за 15 минут",
        [
            "ожидалось:  не менее 90 %: «Дозвонились» ≤ 15 мин",
            "на деле:    62 % (скорее всего от 56 % до 67 %), обращений: 340",
        ],
        {*range(60, 180), *range(330, 340)},
    ),
    ("Тогда правило slow_reaction зелёное", ["на деле:    красная: 2 ч"], {*range(60, 180), *range(330, 340)}),
    ("Тогда правило slow_reaction зелёное для manager=Иванов", ["на деле:    красная"], range(60, 140)),
    ("Тогда контрольная точка reaction_time не более 5 минут", ["на деле:   2 ч"], range(340)),
    ("Тогда контрольная точка win_rate не менее 90 %", ["на деле:   18 % (скорее всего от 14 % до 22 %)"], range(340)),
    ("Тогда переход received -> quoted недопустим", ["на деле:    10 из 340 обращений, 3 %"], range(10)),
    ("Тогда нет красных находок", ["на деле:    ", "slow_reaction"], range(340)),
    ("Тогда причина from_ads опровергнута", ["на деле:   подтверждена"], None),
    ("Тогда в плане нет действия auto_reply", ["ожидалось: нет `auto_reply`", "на деле:   auto_reply"], None),
    ("Тогда распознано не менее 100 % событий", ["на деле:   deals: 100 %; odd (1)"], None),
    ("Тогда отклонений не более 1 %", ["10 из 340 обращений, 3 %"], range(10)),
    (
        "Тогда правило slow_reaction красное для manager=Нет",
        ["совет:    есть срезы: manager=Иванов, manager=Ким"],
        None,
    ),
    ("Тогда заявка выиграна", ["не так:   о журнале этот шаг не спрашивают"], None),
]


def test_red(site: Site, bdd: Run) -> None:
    """Failures on the log say the share, its interval, and one to five cases that are to blame."""
    steps = "".join(f"  Сценарий: с{i}\n    Дано журнал\n    {step}\n" for i, (step, _, _) in enumerate(RED))
    with_log(site, x=HEAD + steps)
    result = bdd()
    text = result.stdout.str()
    result.assert_outcomes(failed=len(RED))
    for i, (step, lines, blamed) in enumerate(RED):
        told = text.partition(f"features/x.feature:{5 + 3 * i}: {step}\n")[2].partition("____ с")[0]
        assert told, step
        for line in lines:
            assert " ".join(line.split()) in " ".join(told.split()), step
        shown = told.partition("обращения:")[2].partition("\n")[0].split(",") if "обращения:" in told else []
        assert (0 < len(shown) <= 5 and {int(case) for case in shown} <= set(blamed)) if blamed else not shown, step
    assert ".py" not in text


FEW = """\
  Сценарий: а
    Дано журнал по состоянию на 05.03.2026
    Тогда отклонений не более 90 %

  Сценарий: б
    Дано журнал по состоянию на 05.03.2026
    Тогда не менее 1 % заявок: Дозвонились за 15 минут

  Сценарий: в
    Дано журнал по состоянию на 05.03.2026
    Тогда контрольная точка win_rate не менее 0 %
"""


def test_too_little_data_is_never_green(site: Site, bdd: Run) -> None:
    """Fifteen cases keep no bound, however low."""
    with_log(site, x=HEAD + FEW)
    result = bdd()
    result.assert_outcomes(failed=3)
    assert result.stdout.str().count("мало данных") == 3


SNAPSHOT = """\
features/x.feature:4: Then at least 90% of cases: contacted within 15 minutes
  expected: at least 90%: 'Contacted' ≤ 15 min
  observed: 62% (most likely 56% to 67%), 340 cases
  cases:    163, 109, 119, 140, 175
  scenario: slow
"""


def test_a_failure_in_english(site: Site, bdd: Run) -> None:
    """The failure of a scenario in English, to the letter."""
    with_log(
        site,
        x="Feature: F\n  Scenario: slow\n    Given the log of the workspace\n"
        "    Then at least 90% of cases: contacted within 15 minutes\n",
    )
    assert SNAPSHOT in bdd().stdout.str() + "\n"


SNAPSHOT_RU = """\
features/x.feature:5: Тогда не менее 90 % заявок: Дозвонились за 15 минут
  ожидалось: не менее 90 %: «Дозвонились» ≤ 15 мин
  на деле:   62 % (скорее всего от 56 % до 67 %), обращений: 340
  обращения: 163, 109, 119, 140, 175
  сценарий:  медленно
"""


def test_a_failure_in_russian(site: Site, bdd: Run) -> None:
    """The failure of a scenario in Russian, to the letter."""
    slow = "  Сценарий: медленно\n    Дано журнал\n    Тогда не менее 90 % заявок: Дозвонились за 15 минут\n"
    with_log(site, x=HEAD + slow)
    assert SNAPSHOT_RU in bdd().stdout.str() + "\n"


COUNTS = """Feature: x
  Scenario: one
    Given the process hall
    And counts by day
      | days                  | Entered |
      | 2026-09-01–2026-09-30 | 10      |
      | 2026-10-01            | 5       |
    Then the control point entered is at least 305
    And the control point entered is at most 305
"""


def test_counts_by_day_are_a_log(site: Site, bdd: Run) -> None:
    """A table of days, or of every day from one to another, is the log of a process of counters, by name or title."""
    hall = """process: hall
counters: [{name: visitors, title: Entered}]
control_points:
  entered: {kpi: volume, of: visitors}
"""
    root = site(x=COUNTS)
    (root / "processes" / "hall.yaml").write_text(hall, "utf-8")
    bdd().assert_outcomes(passed=1)
    (root / "features" / "x.feature").write_text(COUNTS.replace("| Entered |", "| Enterd  |"), "utf-8")
    result = bdd()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*has no counter `Enterd`*", "*did you mean*entered*"])
    (root / "features" / "x.feature").write_text(COUNTS.replace("2026-10-01 ", "2026-13-01 "), "utf-8")
    result = bdd()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*`2026-13-01` is no day and no days*"])
