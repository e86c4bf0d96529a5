"""`voronka init --trade`: every trade in both languages is a workspace that checks clean and draws."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from engine.definitions.process import Process
from engine.errors import DefinitionError
from engine.machine import draw, draw_svg
from engine.pipeline.opening import check, load
from engine.starter import TRADES, init
from engine.starter.sources import fitting
from engine.starter.start import Locale
from engine.starter.trades import chosen, known, process
from engine.workspace import Workspace
from engine.workspace.files import library
from tests.command import voronka

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.fixture(scope="module", params=[(trade, locale) for trade in TRADES for locale in ("ru", "en")], ids="-".join)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace of each trade in each language."""
    trade, locale = request.param
    root = tmp_path_factory.mktemp("made") / f"{trade}.{locale}"
    init(root, trade=trade, locale=locale)
    return root


def test_a_trade_has_no_problems(made: Path) -> None:
    """`voronka check`, warnings and all, has nothing to say of it; it has its channels and what is behind them."""
    assert check(made) == ()
    trade = TRADES[made.stem]
    assert set(load(made).processes) == {*trade.channels, *trade.behind}


def test_a_trade_is_drawn(made: Path) -> None:
    """`voronka graph` shows every process of states, in the language of the workspace."""
    workspace = load(made)
    for one in workspace.processes.values():
        if one.states:
            first = one.states[0].title
            assert first
            assert first.of(workspace.settings.locale)[:6] in draw_svg(one, workspace.settings.locale, {})
            assert first.of(workspace.settings.locale) in draw(one, workspace.settings.locale, {})


def test_every_rule_and_action_of_a_trade_is_there(made: Path) -> None:
    """Rules judge control points of the workspace, all of them of its own files, and ask for actions that exist."""
    workspace = load(made)
    points = {f"{one.process}.{name}" for one in workspace.processes.values() for name in one.control_points}
    judged = {rule.control_point for rule in workspace.rules if rule.control_point}
    assert judged <= points | {point.partition(".")[2] for point in points}
    assert {path.stem for path in (made / "rules").glob("*.yaml")} >= {
        Path(workspace.homes["rule", rule.name][0]).stem for rule in workspace.rules
    }
    assert {action for rule in workspace.rules for cause in rule.causes for action in cause.actions} <= set(
        workspace.actions
    )


def test_a_trade_has_the_calendars_of_its_processes_and_no_others(made: Path) -> None:
    """Opening hours are a question to the client, and none is left over."""
    workspace = load(made)
    assert set(workspace.settings.calendars) == {one.calendar for one in workspace.processes.values()}
    text = (made / "voronka.yaml").read_text("utf-8")
    asked = "check with the client" if made.suffix == ".en" else "сверьте с клиентом"
    assert text.count(asked) == len(workspace.settings.calendars)


def test_features_and_the_words_beside_them_are_in_one_language(made: Path) -> None:
    """Every process has its feature file and rule tests; an English voronka.yaml has no Russian word."""
    for name in load(made).processes:
        assert (made / "rules" / f"{name}.test.yaml").is_file()
        feature = (made / "features" / f"{name}.feature").read_text("utf-8")
        assert feature == (library() / "features" / made.suffix[1:] / f"{name}.feature").read_text("utf-8")
    settings = (made / "voronka.yaml").read_text("utf-8")
    assert bool(CYRILLIC.search(settings)) == (made.suffix == ".ru")


def test_the_patterns_of_sources_are_right(made: Path) -> None:
    """A pattern without its hashes is a source that `check` has nothing to say of; there is one for each process."""
    settings = made / "voronka.yaml"
    written = settings.read_text("utf-8")
    pattern = re.search(r"sources: \[\]\n((?:#.*\n)+)", written)
    assert pattern
    bare = "sources:\n" + re.sub(r"(?m)^#", "", pattern[1])
    try:
        settings.write_text(written.replace(pattern[0], bare), "utf-8")
        assert check(made) == ()
        workspace = load(made)
        assert [source.name for source in workspace.settings.sources] == list(dict.fromkeys(_fed(workspace)))
        assert set(_fed(workspace)) == set(workspace.processes)
    finally:
        settings.write_text(written, "utf-8")


def _fed(workspace: Workspace) -> Iterable[str]:
    return [source.process.name or "" for source in workspace.settings.sources if source.process]


@pytest.mark.parametrize(("trade", "locale"), [("clinic", "ru"), ("restaurant", "en")])
def test_the_tests_of_a_trade_are_green(tmp_path: Path, trade: str, locale: Locale) -> None:
    """The hours and the words of a trade leave every scenario and rule test green, and nothing without a test."""
    init(tmp_path / "new", trade=trade, locale=locale)
    ran = voronka("test", tmp_path / "new", "--min-coverage", "100")
    assert ran.code == 0, ran.out[-2000:]
    assert "без тестов" not in ran.out
    assert "without tests" not in ran.out


def test_an_inquiry_of_a_trade_of_appointments_ends_in_a_booking(tmp_path: Path) -> None:
    """The words of a trade are taken from its part; what a consultant writes into the file wins."""
    init(tmp_path / "new", trade="clinic")
    assert _title(load(tmp_path / "new").processes["phone_call"]) == "Записан"
    file = tmp_path / "new" / "processes" / "phone_call.yaml"
    own = "states:\n  - {name: handed_over, title: Назначен приём, final: true, outcome: won}\n"
    file.write_text(file.read_text("utf-8") + own, "utf-8")
    assert _title(load(tmp_path / "new").processes["phone_call"]) == "Назначен приём"


def _title(process: Process) -> str:
    title = process.state("handed_over").title
    return title.ru if title else ""


def test_channels_and_a_trade_together(tmp_path: Path) -> None:
    """The channels that are named, by short names too, and what is behind them in the trade."""
    init(tmp_path / "new", channels=("phone", "web-form"), trade="furniture")
    assert set(load(tmp_path / "new").processes) == {"phone_call", "web_form", "made_to_order"}


def test_every_process_of_the_library_can_be_chosen() -> None:
    """By its own name, and by its channel where no other has it."""
    assert chosen(known(), None) == known()
    for name in known():
        alike = [other for other in known() if process(other).channel == process(name).channel]
        assert len(alike) > 1 or chosen((process(name).channel or "",), None) == (name,)


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ({"trade": "furnitur"}, "unknown-trade", "did you mean `furniture`?"),
        ({"trade": "zoo"}, "unknown-trade", "choose of furniture, clinic, salon"),
        ({"channels": ("sale",)}, "unknown-channel", "write the whole name"),
        ({"channels": ("fone_call",), "trade": "clinic"}, "unknown-channel", "did you mean `phone_call`?"),
        ({"trade": "clinic", "demo": True}, "no-demo", "--demo has web_form, phone_call, showroom_visit"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_is_written(
    tmp_path: Path, words: dict[str, object], code: str, hint: str
) -> None:
    """Unknown trades, short names that may be several, made-up data that nobody made up."""
    with pytest.raises(DefinitionError) as caught:
        init(tmp_path / "new", **words)  # type: ignore[arg-type]
    assert {problem.code for problem in caught.value.problems} == {code}
    assert all(problem.hint.startswith(hint) for problem in caught.value.problems)
    assert not (tmp_path / "new").exists()


def test_the_command_names_every_trade(tmp_path: Path) -> None:
    """`--help` lists them, and the command takes them."""
    told = " ".join(voronka("init", "--help").out.split())
    assert all(trade in told for trade in TRADES)
    assert voronka("init", tmp_path / "new", "--channels", "phone,form", "--trade", "salon").code == 0
    assert (tmp_path / "new" / "processes" / "salon.yaml").is_file()
    assert voronka("init", tmp_path / "other", "--trade", "saloon").code == 2


def test_profiles_that_suit_a_process_stand_in_its_pattern(tmp_path: Path) -> None:
    """A profile names the processes it suits; others are left out."""
    (tmp_path / "pbx.yaml").write_text("suits: [phone_call, callback_widget]\n", "utf-8")
    (tmp_path / "crm.yaml").write_text("suits: web_form\n", "utf-8")
    assert fitting("phone_call", tmp_path) == ("pbx",)
    assert fitting("web_form", tmp_path) == ("crm",)
    assert fitting("salon", tmp_path) == ()
