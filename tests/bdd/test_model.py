"""Steps on the model: one simulated case against the process, its calendar and its rules."""

import pytest

from .conftest import Run, Site

GREEN_RU = """\
# language: ru
Функция: Заявка с сайта
  Предыстория:
    Дано процесс «Заявка с сайта»

  Сценарий: рабочее время не идёт ночью
    Когда в пятницу 17:50 поступила заявка
    И в понедельник 9:04 менеджер дозвонился
    Тогда контрольная точка reaction_time зелёная
    И контрольная точка reaction_time не более 14 рабочих минут
    И не менее 90 % заявок: Дозвонились за 15 рабочих минут
    И от received до contacted прошло не менее 2 дней

  Сценарий: цвета
    Когда поступила заявка
    И проходит 10 минут
    Тогда контрольная точка reaction_time серая
    И контрольная точка in_15m серая
    Когда проходит 10 минут
    Тогда контрольная точка reaction_time жёлтая
    И контрольная точка in_15m красная
    Когда проходит 1 час
    Тогда правило slow_reaction красное

  Сценарий: не дозвонились никогда
    Когда поступила заявка
    И через 10 минут попытка дозвона
    И через 10 минут call_attempt
    И через час отказ
    Тогда заявка проиграна
    И контрольная точка reaction_time красная
    И контрольная точка win_rate красная
    И call_attempt было 2 раза
    И контрольная точка attempts не менее 2

  Сценарий: правило смотрит не на всех
    Дано у заявки source partner
    Когда поступила заявка
    И через 2 часа reach
    Тогда контрольная точка in_15m серая
    И контрольная точка reaction_time красная

  Сценарий: что дальше
    Дано заявка в состоянии «Дозвонились»
    Тогда переход pay недопустим
    И переход won недопустим
    И переход quote допустим
    И заявка ещё в работе
    Когда сразу quote
    И через 2 рабочих дня клиент pay
    Тогда заявка выиграна

  Сценарий: история
    Когда история заявки
      | когда             | что      |
      | понедельник 10:00 | received |
      | 10:12             | reach    |
      | вторник 9:30      | отказ    |
    Тогда заявка в состоянии Отказ
    И от received до contacted прошло не более 12 минут
    И за заявку отвечает —

  Сценарий: против правил
    Когда поступила заявка
    И вопреки процессу через 1 час won
    Тогда заявка выиграна

  Сценарий: праздник
    Дано сейчас 3.11.2026 17:00
    Когда поступила заявка
    И 5.11.2026 9:10 reach
    Тогда контрольная точка reaction_time не более 70 рабочих минут
"""
GREEN_EN = """\
Feature: Web form
  Scenario: colours
    Given the process web_form
    When on Monday 10:00 a case arrives
    And after 20 minutes the manager reached
    Then the control point reaction_time is yellow
    And the rule slow_reaction is yellow
    And the case is in the state Contacted
    And the transition pay is not allowed
    And the transition quote is allowed
    And at most 10% of cases: contacted within 15 working minutes
    And the control point reaction_time is at most 20 working minutes
    And from received to contacted it took at least 20 minutes
    And the case is still open

  Scenario: stays
    Given the process Web form
    And the case has source partner
    And it is Friday 17:50
    When a case arrives
    And 2 working hours pass
    And at once call_attempt
    And against the process after 1 hour quoted
    Then call_attempt happened 1 time
    And the control point attempts is at least 1
"""


def test_green(site: Site, bdd: Run) -> None:
    """What each step of the model means, in both languages."""
    site(ru=GREEN_RU, en=GREEN_EN)
    bdd().assert_outcomes(passed=10)


RED = [
    ("Тогда заявка в состоянии quoted", "состояние «Расчёт отправлен»", "состояние «Дозвонились»"),
    (
        "Тогда контрольная точка reaction_time зелёная",
        "зелёная",
        "красная: от «Заявка поступила» до «Дозвонились» прошло 2 ч рабочего времени "
        "(slow_reaction: жёлтая > 15m, красная > 1h)",
    ),
    (
        "Тогда контрольная точка reaction_time не более 1 часа",
        "не более 1 ч",
        "от «Заявка поступила» до «Дозвонились» прошло 2 ч рабочего времени",
    ),
    ("Тогда переход quote недопустим", "переход `quote` недопустим", "из «Дозвонились» он возможен"),
    (
        "Тогда переход pay допустим",
        "переход `pay` допустим",
        "понедельник 12:00, состояние «Дозвонились»: допустимы `quote`, `give_up`",
    ),
    (
        "Когда через 5 минут клиент pay",
        "переход `pay` допустим",
        "понедельник 12:05, состояние «Дозвонились»: допустимы `quote`, `give_up`",
    ),
    ("Тогда заявка выиграна", "выиграна", "в работе, «Дозвонились»"),
    (
        "Тогда не менее 90 % заявок: Дозвонились за 15 минут",
        "не менее 90 %: «Дозвонились» ≤ 15 мин",
        "от «Заявка поступила» до «Дозвонились» прошло 2 ч",
    ),
    ("Тогда call_attempt было 1 раз", "«Попытка дозвона»: 1", "«Попытка дозвона»: 0"),
    (
        "Когда вопреки процессу через 1 час quoted",
        "переход «Расчёт отправлен» недопустим",
        "из «Дозвонились» он возможен",
    ),
]


def test_red(site: Site, bdd: Run) -> None:
    """Each failure says what was expected and what was seen, in the words of the business."""
    head = "# language: ru\nФункция: Ф\n"
    scenario = "  Сценарий: с{}\n    Когда поступила заявка\n    И через 2 часа reach\n    {}\n"
    site(x=head + "".join(scenario.format(i, step) for i, (step, _, _) in enumerate(RED)))
    text = bdd().stdout.str()
    for i, (step, expected, observed) in enumerate(RED):
        line = 6 + 4 * i
        told = (
            f"features/x.feature:{line}: {step}\n  ожидалось: {expected}\n  на деле:   {observed}\n  сценарий:  с{i}\n"
        )
        assert told in text


WRONG = [
    ("Дано процесс нет", "нет процесса `нет`", "в рабочем месте есть: web_form"),
    ("Когда через час клиент улетел", "в процессе `web_form` нет ничего с именем `клиент улетел`", ""),
    ("Тогда контрольная точка reaction_tim зелёная", "нет ничего с именем `reaction_tim`", "похоже на `reaction_time`"),
    ("Тогда правило slow зелёное", "нет правила `slow`", "в rules/ есть: slow_reaction"),
    ("Когда в понедельник 9:00 reach", "обращение ещё не поступило", "сначала `Когда поступила заявка`"),
    ("Тогда контрольная точка attempts зелёная", "ни одно правило не смотрит", "`control_point: attempts`"),
    ("Тогда контрольная точка in_15m зелёная", "обращение ещё не поступило", ""),
    ("Тогда найдено slow_reaction", "этот шаг спрашивает журнал, а его нет", "начните с `Дано журнал`"),
]


def test_wrong_words(site: Site, bdd: Run) -> None:
    """A step that names what is not there is red with what there is."""
    steps = "".join(f"  Сценарий: с{i}\n    {step}\n" for i, (step, _, _) in enumerate(WRONG))
    site(x="# language: ru\nФункция: Ф\n" + steps)
    result = bdd()
    result.assert_outcomes(failed=len(WRONG))
    text = result.stdout.str()
    for _, message, hint in WRONG:
        assert message in text
        assert hint in text
    assert ".py" not in text


def test_english_failure(site: Site, bdd: Run) -> None:
    """The same in English, to the letter."""
    text = "Feature: F\n  Scenario: s\n    When a case arrives\n    Then the case is in the state Contacted\n"
    site(locale="en", x=text)
    out = bdd().stdout.str()
    assert (
        "features/x.feature:4: Then the case is in the state Contacted\n"
        "  expected: the state 'Contacted'\n"
        "  observed: the state 'Received'\n"
        "  scenario: s\n"
    ) in out


@pytest.mark.parametrize("step", ["Когда поступила заявка", "Когда во вторник 10:00 поступила заявка"])
def test_one_case_a_scenario(site: Site, bdd: Run, step: str) -> None:
    """A second case in one scenario is refused."""
    site(x=f"# language: ru\nФункция: Ф\n  Сценарий: а\n    Когда поступила заявка\n    {step}\n")
    bdd().stdout.fnmatch_lines(["*обращение уже поступило раньше*"])
