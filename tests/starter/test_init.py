"""`voronka init`: a workspace that checks clean, written whole or not at all."""

import filecmp
import json
from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.starter import CHANNELS, init
from engine.starter.start import Locale
from engine.workspace import check, load


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("demo", [False, True])
def test_a_new_workspace_has_no_problems(tmp_path: Path, demo: bool, locale: Locale) -> None:
    """With the demo's data and without any: `voronka check` has nothing to say."""
    init(tmp_path / "new", demo=demo, locale=locale)
    assert check(tmp_path / "new") == ()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_workspace_of_one_channel_has_no_problems(tmp_path: Path, channel: str) -> None:
    """A single channel brings its own rules alone, and they fit."""
    init(tmp_path / "new", channels=(channel,))
    workspace = load(tmp_path / "new")
    assert check(tmp_path / "new") == ()
    assert set(workspace.processes) == {channel}
    points = set(workspace.processes[channel].control_points)
    assert {rule.control_point.rpartition(".")[2] for rule in workspace.rules if rule.control_point} <= points
    assert {rule.control_point.rpartition(".")[0] for rule in workspace.rules if rule.control_point} <= {"", channel}


def test_the_demo_maps_all_it_writes(tmp_path: Path) -> None:
    """A source for each export; it maps every state of its process."""
    init(tmp_path / "new", demo=True)
    workspace = load(tmp_path / "new")
    assert len(workspace.settings.sources) == len(CHANNELS)
    for source in workspace.settings.sources:
        assert (tmp_path / "new" / source.path[0]).is_file()
        assert source.process is not None
        process = workspace.processes[source.process.name or ""]
        assert {line.state for line in source.map if line.state} == {state.name for state in process.states}


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    """Every file is named, sorted, and is there."""
    written = init(tmp_path / "new", demo=True)
    assert list(written) == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    names = {path.relative_to(tmp_path / "new").as_posix() for path in written}
    assert {"voronka.yaml", ".gitignore", "processes/web_form.yaml", "rules/inquiry.yaml", "data/deals.csv"} <= names


def test_the_first_line_of_every_yaml_leads_an_editor_to_its_schema(tmp_path: Path) -> None:
    """The schema that a file names exists and is JSON."""
    for path in (p for p in init(tmp_path / "new") if p.suffix == ".yaml" and ".test." not in p.name):
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert json.loads((path.parent / first.partition("$schema=")[2]).read_text("utf-8"))


def test_equal_workspaces_are_equal_byte_for_byte(tmp_path: Path) -> None:
    """Two runs write the same files with the same content."""
    one, two = (init(tmp_path / name, demo=True) for name in ("one", "two"))
    assert len(one) == len(two)
    assert all(filecmp.cmp(a, b, shallow=False) for a, b in zip(one, two, strict=True))


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    """A directory that is there and empty becomes the workspace; nothing else is left beside it."""
    (tmp_path / "new").mkdir()
    init(tmp_path / "new")
    assert check(tmp_path / "new") == ()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_directory_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Nothing of the client's is ever written over."""
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(DefinitionError) as caught:
        init(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["not-empty"]
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    """A path that is a file, or leads through one, is refused without a traceback."""
    (tmp_path / "file").write_text("", "utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "new"):
        with pytest.raises(DefinitionError):
            init(path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_unknown_channels_are_named_with_the_nearest_one(tmp_path: Path) -> None:
    """All of them at once; nothing is written."""
    with pytest.raises(DefinitionError) as caught:
        init(tmp_path / "new", channels=("web_from", "smoke"))
    found = {problem.message: problem.hint for problem in caught.value.problems}
    assert found["unknown channel `web_from`"] == "did you mean `web_form`?"
    assert "phone_call" in found["unknown channel `smoke`"]
    assert not (tmp_path / "new").exists()
