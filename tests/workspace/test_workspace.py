"""Loading a workspace: all problems at once, every reference followed, the library behind it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from engine.definitions.schemas import SchemaKind, schema
from engine.errors import DefinitionError, Problem
from engine.workspace import Workspace, check, find, library, load

GOOD = Path(__file__).parent / "good"
EXAMPLES = sorted(folder.name for folder in GOOD.iterdir())
SETTINGS = "format: 1\nclient: A\ntime_zone: Europe/Moscow\n"
PROCESS = """process: form
initial: new
states: [{name: new}, {name: won, final: true, outcome: won}, {name: lost, final: true, outcome: lost}]
happy_path: [new, won]
transitions: [{trigger: pay, source: new, dest: won}, {trigger: lose, source: new, dest: lost}]
control_points: {win: {kpi: conversion, from: new, to: won}}
"""


def made(root: Path, **files: str) -> Path:
    """A workspace of these texts: `processes__form` is processes/form.yaml."""
    for name, text in {"voronka": SETTINGS, "processes__form": PROCESS, **files}.items():
        path = root / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_has_no_problem(example: str) -> None:
    """The worked examples load."""
    assert check(GOOD / example) == ()
    assert load(GOOD / example).processes


def _kind(path: Path) -> SchemaKind:
    if path.name == "voronka.yaml":
        return "voronka"
    return "actions" if path.parent.name == "actions" else "process" if path.parent.name == "processes" else "rules"


class _Editor(yaml.SafeLoader):
    """Reads YAML 1.2, as editors do: dates, `on` and `no` stay texts."""


_Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", "merge"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in set("yYnNoO")
}


def _as_json(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", sorted(GOOD.rglob("*.yaml")), ids=lambda path: path.relative_to(GOOD).as_posix())
def test_example_fits_the_schema(path: Path) -> None:
    """What loads is what an editor with our JSON Schema accepts."""
    import jsonschema

    read = _as_json(yaml.load(path.read_text(encoding="utf-8"), _Editor))
    validator = jsonschema.Draft202012Validator(schema(_kind(path)))
    assert [error.message for error in validator.iter_errors(read)] == []


def test_schema_refuses_what_we_refuse() -> None:
    """A misspelt key is wrong in the editor too, a KPI's own key is not."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema("process"))
    process = {"process": "a", "control_points": {"x": {"kpi": "within", "limit": "15m"}}}
    assert validator.is_valid(process)
    assert not validator.is_valid({**process, "intial": "x"})
    assert validator.is_valid({"extends": "a.yaml"})


def test_everything_is_said_at_once_and_sorted(tmp_path: Path) -> None:
    """One error carries the problems of all files, by place."""
    made(
        tmp_path,
        voronka=SETTINGS + "currency: руб\naudit: {segments: [x]}\n",
        processes__form=PROCESS.replace("dest: lost", "dest: losst"),
        rules__b="rules: [\n",
        rules__a="rules: [{name: a, control_point: nothing.here, red: '> 5%', actions: nothing}]\n",
    )
    with pytest.raises(DefinitionError) as raised:
        load(tmp_path)
    problems = raised.value.problems
    assert [problem.code for problem in problems] == [
        "unknown-state",
        "unknown-control-point",
        "unknown-action",
        "yaml",
        "bad-currency",
        "unknown-dimension",
    ]
    assert list(problems) == sorted(problems, key=lambda problem: problem.order)
    assert raised.value.exit_code == 2


def test_warning_does_not_stop(tmp_path: Path) -> None:
    """A warning is shown by check, and load goes on."""
    made(tmp_path, processes__form=PROCESS.replace("outcome: lost", "outcome: void"), rules__a="rules: []\n")
    assert [(problem.code, problem.level) for problem in check(tmp_path)] == [("no-lost-state", "warning")]
    assert load(tmp_path).processes


def test_empty_folder_is_a_problem(tmp_path: Path) -> None:
    """No voronka.yaml: a problem, not a traceback; find says what to do."""
    assert [problem.code for problem in check(tmp_path)] == ["unreadable"]
    with pytest.raises(DefinitionError) as raised:
        find(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["no-workspace"]
    assert "voronka init" in raised.value.problems[0].hint


def test_workspace_without_process_is_a_problem(tmp_path: Path) -> None:
    """Nothing to audit is said."""
    (tmp_path / "voronka.yaml").write_text(SETTINGS, encoding="utf-8")
    assert "no-process" in [problem.code for problem in check(tmp_path)]


def test_find_looks_upwards(tmp_path: Path) -> None:
    """A command works in any folder of the workspace."""
    made(tmp_path, data__x__y="")
    assert find(tmp_path / "data" / "x") == tmp_path.resolve()


def test_library_holds_the_shipped_folders() -> None:
    """The library is a folder that exists."""
    assert library().is_dir()


def test_handed_down_check_sees_the_workspace(tmp_path: Path) -> None:
    """An upper room's check gives problems with places of the definitions; not where a file has no shape."""

    def no_conversions(workspace: Workspace) -> Iterator[Problem]:
        for process in workspace.processes.values():
            for name in process.control_points:
                path = ("control_points", name, "kpi")
                yield workspace.problem("process", process.process, path, "kpi", "not this one")

    made(tmp_path, rules__a="rules: []\n")
    assert [str(problem) for problem in check(tmp_path, (no_conversions,))] == [
        "processes/form.yaml:6:29: not this one [kpi]"
    ]
    made(tmp_path, rules__a="rules: {}\n")
    assert "kpi" not in [problem.code for problem in check(tmp_path, (no_conversions,))]


def test_file_without_shape_does_not_accuse_others(tmp_path: Path) -> None:
    """Where a process cannot be read, those who name it and its control points are not called wrong."""
    made(
        tmp_path,
        voronka=SETTINGS + "sources: [{name: a, process: form, path: x.xes}]\n",
        processes__form=PROCESS.replace("initial", "inital"),
        rules__a="rules: [{name: a, control_point: win, red: '< 5%', by: size}]\n",
    )
    assert [problem.code for problem in check(tmp_path)] == ["unknown-key"]
    (tmp_path / "processes/form.yaml").write_text("process: [", encoding="utf-8")
    assert [problem.code for problem in check(tmp_path)] == ["yaml"]


def test_problem_of_an_inherited_part_stands_in_the_parent(tmp_path: Path) -> None:
    """Parts keep their places, and a problem of a part is told once."""
    made(
        tmp_path,
        processes__parts__base=PROCESS.replace("source: new, dest: won", "source: nwe, dest: won"),
        processes__form="process: form\nextends: parts/base.yaml\n",
        processes__phone="process: phone\nextends: parts/base.yaml\n",
        rules__a="rules: []\n",
    )
    assert [f"{p.where} {p.code}" for p in check(tmp_path)] == ["processes/parts/base.yaml:5:38 unknown-state"]


def test_definitions_hash_follows_every_file(tmp_path: Path) -> None:
    """Another byte of any file is another hash; line ends are not."""
    files = {"rules__a": "rules: []\n", "processes__form": "process: form\nextends: parts/base.yaml\n"}
    made(tmp_path, processes__parts__base=PROCESS, **files)
    first = load(tmp_path).definitions_sha256
    assert load(tmp_path).definitions_sha256 == first
    base = tmp_path / "processes/parts/base.yaml"
    base.write_bytes(PROCESS.replace("\n", "\r\n").encode())
    assert load(tmp_path).definitions_sha256 == first
    base.write_text(PROCESS + "# more\n", encoding="utf-8")
    assert load(tmp_path).definitions_sha256 != first


def test_rules_of_the_workspace_are_the_only_ones(tmp_path: Path) -> None:
    """A workspace with a rule file of its own does not get the shipped rules, one without gets those that fit."""
    made(tmp_path, rules__a="rules: [{name: a, control_point: win, red: '< 5%'}]\n")
    assert [rule.name for rule in load(tmp_path).rules] == ["a"]
    (tmp_path / "rules/a.yaml").unlink()
    workspace = load(tmp_path)
    assert {rule.control_point for rule in workspace.rules} <= {"win", None}


def test_symlink_out_of_the_workspace_is_not_followed(tmp_path: Path) -> None:
    """`extends` cannot leave the workspace by a link either."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.yaml").write_text(PROCESS, encoding="utf-8")
    root = made(tmp_path / "inside", rules__a="rules: []\n", processes__form=PROCESS + "extends: link.yaml\n")
    try:
        (root / "processes/link.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    except OSError:
        pytest.skip("no symbolic links here")
    assert "form.yaml:7:10" in "".join(str(problem.where) for problem in check(root))


def test_fifty_processes_are_checked_within_a_second(tmp_path: Path) -> None:
    """Start of the interpreter included; CPU time, so that a busy computer does not fail it."""
    process = (GOOD / "bpic2012/processes/loan.yaml").read_text(encoding="utf-8")
    made(
        tmp_path, voronka=SETTINGS + "calendars: {office: {hours: {mon-fri: '09:00-18:00'}}}\n", rules__a="rules: []\n"
    )
    for number in range(50):
        text = process.replace("process: loan", f"process: loan_{number}")
        (tmp_path / f"processes/loan_{number}.yaml").write_text(text, encoding="utf-8")
    code = "import sys, time, pathlib; from engine.workspace import check; found = check(pathlib.Path(sys.argv[1]))\n"
    code += "assert not found, found[0]\nprint(time.process_time())"
    root = Path(__file__).parents[2]
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    print(f"{float(done.stdout):.2f} s of CPU, {time.perf_counter() - began:.2f} s on the clock")
    assert float(done.stdout) < 1.0
