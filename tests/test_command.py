"""The command as a user meets it: help, exit codes, options, what is printed where; and the pages that describe it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from engine import cli
from engine.kpis.catalogue import catalogue
from tests.command import HEADER, rows, voronka, workspace
from tests.kpi_page import PAGE, page

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEAVY = ("duckdb", "pydantic", "jinja2", "rich", "pytest", "lxml", "python_calamine", "transitions", "holidays", "yaml")
COMMANDS = sorted(cli.main.commands)


def audit_json(root: Path) -> dict[str, object]:
    """The newest audit of a workspace."""
    path = max(root.glob("reports/*/audit.json"), key=lambda file: file.stat().st_mtime_ns)
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), ("explain", "finding"), ("explain", "case")])
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """Exit 0, with what it does; every option says what it is for."""
    ran = voronka(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ")
    assert voronka(*words, "-h").out == ran.out


def test_help_loads_nothing_heavy() -> None:
    """`voronka --help` answers at once: none of the large libraries is imported."""
    code = (
        "import sys; sys.argv = ['voronka', '--help']\n"
        "from engine import cli\n"
        "try: cli.run()\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: ")
    assert done.stderr.strip() == "[]"


# --- the way of the README --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`voronka init my-client --demo`."""
    root = tmp_path_factory.mktemp("demo") / "my-client"
    assert voronka("init", root, "--demo").code == 0
    return root


def test_the_first_commands_of_the_readme_work(demo: Path) -> None:
    """init --demo, check, audit: the plan lies where the README says; findings are shown on the way."""
    checked = voronka("check", demo)
    assert (checked.code, checked.out, checked.err.strip()) == (0, "", "no problems")
    ran = voronka("audit", demo)
    assert ran.code == 0, ran.text
    (said,) = re.findall(r"`my-client/(reports/[^`]+)`", README)
    assert (demo / said).is_file()
    assert audit_json(demo)["findings"]


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("more", [(), ("--demo",)])
def test_a_fresh_workspace_is_clean(tmp_path: Path, locale: str, more: tuple[str, ...]) -> None:
    """Without a problem or a warning, in both languages."""
    assert voronka("init", tmp_path / "new", "--locale", locale, *more).code == 0
    ran = voronka("check", tmp_path / "new", "--strict")
    assert (ran.code, ran.err.strip()) == (0, "no problems")


def test_commands_of_the_readme_exist() -> None:
    """The table of the README lists every command, and no other; its options are there."""
    table = re.findall(r"^\| (`voronka .*?) \|", README.replace("\\|", "/"), re.MULTILINE)
    written = re.findall(r"`voronka ([a-z]+)([^`]*)`", " ".join(table))
    assert sorted({name for name, _ in written}) == COMMANDS
    for line in README.replace("\\|", "/").splitlines():
        for name in re.findall(r"^\| `voronka ([a-z]+)", line):
            words = {option for command in _commands(name) for p in command.params for option in p.opts}
            assert set(re.findall(r"--[a-z-]+", line)) <= words, line


def _commands(name: str) -> list[object]:
    found = cli.main.commands[name]
    return [found, *getattr(found, "commands", {}).values()]


def test_yaml_of_the_readme_loads(tmp_path: Path) -> None:
    """Every YAML block is YAML, and stands the check in a workspace that has the rest."""
    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 3
    merged: dict[str, object] = {}
    for block in blocks:
        found = yaml.safe_load(block)
        assert isinstance(found, dict)
        merged |= found
    assert set(merged) >= {"control_points", "rules", "sources"}
    root = workspace(tmp_path)
    process = yaml.safe_load((root / "processes/web_form.yaml").read_text(encoding="utf-8"))
    process |= {"control_points": merged["control_points"], "calendar": "office", "marks": [{"name": "call_attempt"}]}
    settings = yaml.safe_load((root / "voronka.yaml").read_text(encoding="utf-8"))
    settings |= {"sources": merged["sources"], "calendars": {"office": {"hours": {"mon-fri": "09:00-18:00"}}}}
    for name, data in (("processes/web_form", process), ("voronka", settings), ("rules/response", merged)):
        kept = {"rules": data["rules"]} if name == "rules/response" else data
        (root / f"{name}.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    ran = voronka("check", root)
    assert ran.code == 0, ran.text


# --- options ----------------------------------------------------------------------------------------------------------


def test_no_import_audits_what_the_store_holds(tmp_path: Path) -> None:
    """The export may be gone; without a store there is nothing to audit."""
    root = workspace(tmp_path)
    empty = voronka("audit", root, "--no-import")
    assert (empty.code, "[nothing-imported]" in empty.err) == (3, True), empty.text
    assert voronka("audit", root).code == 0
    before = audit_json(root)
    (root / "data/deals.csv").unlink()
    assert voronka("audit", root, "--no-import").code == 0
    assert audit_json(root) == before
    assert voronka("audit", root).code == 3


def test_fail_on_gives_exit_code_1(tmp_path: Path) -> None:
    """A red finding with --fail-on red; 0 without the option, and where nothing is wrong."""
    root = workspace(tmp_path)
    assert voronka("audit", root).code == 0
    assert audit_json(root)["findings"]
    assert voronka("audit", root, "--fail-on", "red").code == 1
    assert voronka("audit", root, "--fail-on", "yellow").code == 1
    good = workspace(tmp_path / "good", data=HEADER + rows().replace("12:00", "10:05"))
    assert voronka("audit", good, "--fail-on", "yellow").code == 0


def test_process_keeps_to_the_processes_named(demo: Path) -> None:
    """--process may be repeated."""
    all_of_them = [path.stem for path in sorted((demo / "processes").glob("*.yaml"))]
    for chosen in (all_of_them[:1], all_of_them[:2]):
        options = [word for name in chosen for word in ("--process", name)]
        assert voronka("audit", demo, *options, "--out", demo / "reports" / "some").code == 0
        shown = json.loads((demo / "reports/some/audit.json").read_text(encoding="utf-8"))
        assert sorted(process["process"] for process in shown["processes"]) == chosen


def test_as_of_an_earlier_day_hides_what_came_later(tmp_path: Path) -> None:
    """Later events are not known then; the audit says that it looks back. A later day is cut to the log's end."""
    root = workspace(tmp_path)
    assert voronka("audit", root, "--as-of", "2026-01-10T23:00").code == 0
    early = audit_json(root)
    assert (early["hindsight"], early["as_of"]) == (True, "2026-01-10T23:00:00+03:00")
    assert early["processes"][0]["cases"] == 10
    assert voronka("audit", root, "--as-of", "2030-01-01").code == 0
    late = audit_json(root)
    assert (late["hindsight"], late["processes"][0]["cases"]) == (False, 60)


def test_since_and_until_keep_the_cases_that_began_between(tmp_path: Path) -> None:
    """Funnel, facts and conformance are of the same cases: 28 a month."""
    root = workspace(tmp_path)
    assert voronka("audit", root, "--since", "2026-02-01", "--until", "2026-03-01").code == 0
    found = audit_json(root)
    (process,) = found["processes"]
    whole = [fact for fact in found["facts"] if not fact["segment"] and not fact["period"]]
    assert process["cases"] == process["conformance"]["cases"] == process["stages"][0]["entered"] == 28
    assert {fact["n"] for fact in whole} == {28}


def test_what_is_piped_has_no_escape_codes(tmp_path: Path) -> None:
    """Neither colours nor bars; results on stdout, the rest on stderr, nothing there with --quiet."""
    root = workspace(tmp_path)
    code = "from engine import cli; cli.run()"
    command = [sys.executable, "-c", code, "audit", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    assert "\x1b" not in done.stdout + done.stderr
    assert "the plan: " in done.stderr
    assert "Заявка с сайта" in done.stdout
    quiet = voronka("--quiet", "audit", root)
    assert (quiet.code, quiet.err) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ("kpi", "reaction_time"),
        ("kpi", "web_form.win_rate", "--by", "manager"),
        ("kpi", "web_form.win_rate", "--grain", "month", "--format", "csv"),
        ("kpi", "web_form.win_rate", "--format", "json"),
        ("kpi", "web_form.win_rate", "--about"),
        ("kpi", "web_form.win_rate", "--sql"),
        ("explain", "case", "web_form", "3"),
        ("graph", "web_form"),
        ("graph", "web_form", "--format", "svg", "--numbers"),
    ],
)
def test_looking_closer(tmp_path: Path, words: tuple[str, ...]) -> None:
    """One control point, one case, one process: exit 0, something on stdout."""
    ran = voronka(*words, "--project", workspace(tmp_path))
    assert ran.code == 0, ran.text
    assert ran.out.strip()


def test_a_finding_is_explained(tmp_path: Path) -> None:
    """By the id that the audit gave it."""
    root = workspace(tmp_path)
    assert voronka("audit", root).code == 0
    finding = audit_json(root)["findings"][0]["id"]
    ran = voronka("explain", "finding", finding, "--project", root)
    assert ran.code == 0, ran.text
    assert "Долго не отвечаем" in ran.out


@pytest.mark.parametrize("kind", [(), ("voronka",), ("process",), ("rules",), ("actions",), ("audit",)])
def test_schemas_are_json(kind: tuple[str, ...]) -> None:
    """For editors."""
    assert json.loads(voronka("schema", *kind).out)


def test_import_says_what_happened_to_every_row(tmp_path: Path) -> None:
    """A table with the number of rows."""
    ran = voronka("import", workspace(tmp_path))
    assert ran.code == 0, ran.text
    assert "180" in ran.out


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_of_kpis_is_current() -> None:
    """docs/kpis.md is what the catalogue says; `python -m tests.kpi_page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()
    assert all(f"## {name}\n" in page() for name in catalogue)


def test_links_of_the_readme_lead_somewhere() -> None:
    """Every file that the README and the pages name is there, but what `make proof` writes."""
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            made = target == "docs/proof.md"
            assert made or (document.parent / target).exists(), f"{document.name}: {target}"
