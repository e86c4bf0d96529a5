"""Whatever is fed in: a problem with a place and the exit code of the contract, or harmless text."""

import contextlib
import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import cli
from engine.engines.duckdb import Engine
from tests.command import ACTIONS, HEADER, PROCESS, RULES, SETTINGS, rows, voronka, workspace

GOOD = HEADER + rows()


def written(root: Path) -> list[str]:
    """What an audit left in the reports folder."""
    return sorted(path.name for path in (root / "reports").rglob("*")) if (root / "reports").exists() else []


READS_WELL = {
    "UTF-8": GOOD.encode(),
    "UTF-8 with BOM": GOOD.encode("utf-8-sig"),
    "cp1251": GOOD.encode("cp1251"),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 big endian": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "comma": GOOD.replace(";", ",").encode(),
    "tab": GOOD.replace(";", "\t").encode(),
    "CRLF": GOOD.replace("\n", "\r\n").encode(),
    "no newline at the end": GOOD.rstrip("\n").encode(),
    "quoted": GOOD.replace(";new;", ';"new";').encode(),
    "NUL bytes at the end": GOOD.encode() + b"\x00" * 10_000,
}


@pytest.mark.parametrize("content", READS_WELL.values(), ids=READS_WELL.keys())
def test_an_encoding_or_delimiter_changes_nothing(tmp_path: Path, content: bytes) -> None:
    """Detected, and every row used."""
    assert voronka("audit", workspace(tmp_path, data=content)).code == 0
    report = json.loads(next(tmp_path.glob("reports/*/audit.json")).read_text(encoding="utf-8"))
    assert (report["sources"][0]["rows"], report["sources"][0]["used"]) == (180, 180)
    assert report["processes"][0]["cases"] == 60
    assert any(fact["segment"] == {"manager": "Иванова"} for fact in report["facts"])


UNREADABLE = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\n\n\n", "empty"),
    "header only": (HEADER.encode(), "no-rows"),
    "wrong delimiter declared": (GOOD.replace(";", "|").encode(), None),
    "missing column": (GOOD.replace("stage", "step", 1).encode(), "stage"),
    "no stamp fits": (GOOD.replace(".2026", ".0x7ea").encode(), "at"),
    "binary": (bytes(range(256)) * 64, None),
}


@pytest.mark.parametrize(("content", "word"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_ends_in_a_problem(tmp_path: Path, content: bytes, word: str | None) -> None:
    """Exit 3, the file named, nothing written."""
    root = workspace(tmp_path, data=content)
    if content.startswith(b"id|"):
        settings = (root / "voronka.yaml").read_text(encoding="utf-8")
        (root / "voronka.yaml").write_text(settings.replace("    case:", "    delimiter: ';'\n    case:"), "utf-8")
    ran = voronka("audit", root)
    assert ran.code == 3, ran.text
    assert "deals.csv" in ran.err
    assert word is None or word in ran.err
    assert written(root) == []


def test_a_directory_for_a_file_and_a_missing_file_are_problems(tmp_path: Path) -> None:
    """Exit 3 with what to do."""
    root = workspace(tmp_path)
    (root / "data/deals.csv").unlink()
    (root / "data/deal.csv").write_text(GOOD, encoding="utf-8")
    missing = voronka("audit", root)
    assert (missing.code, "deal.csv" in missing.err) == (3, True)
    (root / "data/deals.csv").mkdir()
    assert voronka("audit", root).code == 3


def test_spoiled_rows_are_rejected_with_their_place_and_the_rest_is_used(tmp_path: Path) -> None:
    """rows = used + filtered + ignored + duplicates + rejected."""
    spoiled = GOOD + "a;new;31.02.2026 10:00;x;y\n" + "b;new\n" + "c;new;01.01.2126 10:00;x;y\n" + rows(1) + "\n"
    root = workspace(tmp_path, data=spoiled)
    ran = voronka("audit", root)
    assert ran.code == 0, ran.text
    source = json.loads(next(root.glob("reports/*/audit.json")).read_text(encoding="utf-8"))["sources"][0]
    parts = [source[part] for part in ("used", "filtered", "ignored", "duplicates", "rejected")]
    assert source["rows"] == sum(parts)
    assert source["duplicates"] == 3
    assert source["rejected"] == 3
    assert {reason["first"]["line"] for reason in source["reject_reasons"]} == {182, 183, 184}


def test_unknown_activities_make_the_audit_provisional(tmp_path: Path) -> None:
    """Under 98 % of the events mapped: said, with the names and the nearest states."""
    root = workspace(tmp_path, data=GOOD.replace(";call;", ";calls;"))
    assert voronka("audit", root).code == 0
    audit = json.loads(next(root.glob("reports/*/audit.json")).read_text(encoding="utf-8"))
    assert audit["provisional"]
    assert audit["sources"][0]["unmapped"][0] == {"activity": "calls", "events": 60, "nearest": "call"} or (
        audit["sources"][0]["unmapped"][0]["events"] == 60
    )


def test_a_very_long_line_is_read_or_refused_but_never_hangs(tmp_path: Path) -> None:
    """A cell of 3 million characters is text like any other."""
    root = workspace(tmp_path, data=GOOD + f"z;new;01.01.2026 10:00;{'x' * 3_000_000};y\n")
    assert voronka("audit", root).code in (0, 3)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>
<log><trace><string key="concept:name" value="&c;"/></trace></log>"""
BROKEN = '<log><trace><string key="concept:name" value="1"/><event>'
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<log><trace><string key="concept:name" value="&x;"/></trace></log>"""


@pytest.mark.parametrize("content", [BOMB, BROKEN, OUTSIDE, "", "<log/>", "no xml at all"])
def test_a_hostile_or_broken_xes_ends_in_a_problem(tmp_path: Path, content: str) -> None:
    """No entity is expanded, no file is read."""
    root = workspace(tmp_path, data=content, path="data/log.xes")
    settings = (root / "voronka.yaml").read_text(encoding="utf-8")
    (root / "voronka.yaml").write_text(
        settings.replace("    case: id\n    activity: stage\n    at: at\n", "").replace("src}", "source}"), "utf-8"
    )
    ran = voronka("audit", root)
    assert ran.code == 3, ran.text
    assert "root:" not in ran.text


def test_bombs_are_refused_before_they_unfold(tmp_path: Path) -> None:
    """A gz of 3 GB of zeros, and a workbook whose sheet says it is 5 GB."""
    packed = tmp_path / "gz"
    small = gzip.compress(b"\x00" * 50_000_000)
    root = workspace(packed, data=small * 60, path="data/deals.csv.gz")
    assert voronka("audit", root).code == 3
    book = tmp_path / "xlsx"
    root = workspace(book, data=b"", path="data/deals.xlsx")
    with zipfile.ZipFile(root / "data/deals.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b" " * 1_000_000)
    assert voronka("audit", root).code == 3


YAML_DAMAGE = {
    "alias bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)),
        "too-large",
    ),
    "tag": ("process: !!python/object/apply:os.system [echo]\n", "yaml-tag"),
    "tab": ("process: web_form\nstates:\n\t- {name: a}\n", "yaml"),
    "duplicate key": (PROCESS + "process: again\n", "duplicate-key"),
    "deep": ("[" * 5000, "too-large"),
    "not YAML": ("{{{", "yaml"),
    "a list": ("- a\n- b\n", None),
    "empty": ("", None),
    "unknown state": (PROCESS.replace("dest: won", "dest: wonn"), "unknown-state"),
}


@pytest.mark.parametrize(("text", "code"), YAML_DAMAGE.values(), ids=YAML_DAMAGE.keys())
def test_a_damaged_definition_is_a_problem_with_a_place(tmp_path: Path, text: str, code: str | None) -> None:
    """Exit 2, file:line:column, nothing written."""
    root = workspace(tmp_path)
    (root / "processes/web_form.yaml").write_text(text, encoding="utf-8")
    ran = voronka("audit", root)
    assert ran.code == 2, ran.text
    assert "processes/web_form.yaml:" in ran.err
    assert code is None or f"[{code}]" in ran.err
    assert written(root) == []


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    """One run shows what is wrong with every file, sorted by place."""
    root = workspace(tmp_path)
    (root / "processes/web_form.yaml").write_text(PROCESS.replace("dest: won", "dest: wonn"), encoding="utf-8")
    (root / "rules/response.yaml").write_text(RULES.replace("reaction_time", "reaction_tim"), encoding="utf-8")
    (root / "rules/actions/response.yaml").write_text(ACTIONS.replace("hours: 4", "hours: four"), encoding="utf-8")
    (root / "voronka.yaml").write_text(
        SETTINGS.format(client="x", path="data/deals.csv", locale="ru").replace("Europe/Moscow", "Mars/Olympus"),
        encoding="utf-8",
    )
    ran = voronka("check", root)
    assert ran.code == 2
    files = [line.split(":")[0] for line in ran.err.splitlines() if "[" in line and ":" in line and "hint" not in line]
    assert files == sorted(files)
    assert {"processes/web_form.yaml", "rules/response.yaml", "rules/actions/response.yaml", "voronka.yaml"} <= set(
        files
    )
    as_json = json.loads(voronka("check", root, "--format", "json").out)
    assert all(problem["line"] for problem in as_json)
    assert "::error file=" in voronka("check", root, "--format", "github").out


def test_states_may_have_any_name(tmp_path: Path) -> None:
    """`on`, `да`, `010` stay what the author wrote."""
    root = workspace(tmp_path)
    for file in ("processes/web_form.yaml", "voronka.yaml"):
        text = (root / file).read_text(encoding="utf-8")
        for old, new in (("received", "on"), ("contacted", "да"), ("won", "010")):
            text = text.replace(f"state: {old}", f"state: {new}").replace(f"name: {old},", f"name: {new},")
            text = text.replace(f"source: {old},", f"source: {new},").replace(f"dest: {old}}}", f"dest: {new}}}")
            text = text.replace(f"from: {old}", f"from: {new}").replace(f"to: {old}", f"to: {new}")
            text = text.replace(f"initial: {old}", f"initial: {new}")
        (root / file).write_text(text.replace("[received, contacted, won]", "[on, да, 010]"), encoding="utf-8")
    ran = voronka("audit", root)
    assert ran.code == 0, ran.text


HOSTILE = ['"; drop table cases; --', "{{7*7}}", "<script>alert(1)</script>", "=cmd()|' /C calc'!A0", "](javascript:x)"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_harmless_text(tmp_path: Path, name: str) -> None:
    """As client, as manager and as case: shown as text in every document."""
    quoted = '"' + name.replace('"', '""') + '"'
    data = GOOD.replace("Иванова", quoted) + f"{quoted};new;01.02.2026 10:00;x;y\n"
    root = workspace(tmp_path, data=data, client=json.dumps(name))
    ran = voronka("audit", root)
    assert ran.code == 0, ran.text
    html = next(root.glob("reports/*/plan.html")).read_text(encoding="utf-8")
    assert "<script" not in html
    assert "49" not in html or "{{7*7}}" not in data
    assert json.loads(next(root.glob("reports/*/audit.json")).read_text(encoding="utf-8"))["client"] == name
    for table in root.glob("reports/*/*.csv"):
        cells = [cell for line in table.read_text(encoding="utf-8-sig").splitlines() for cell in line.split(";")]
        assert not [cell for cell in cells if cell.strip('"')[:1] in ("=", "+", "@")]


TEMPLATES = {
    "typo": "{{ audit.clientt }}",
    "syntax": "{% for x in %}",
    "escape": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "attribute": "{{ audit.__class__.__init__.__globals__ }}",
    "leaves the workspace": "{% include '../../../../etc/passwd' %}",
    "hangs": "{% for i in range(1000000000) %}x{% endfor %}",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_wrong_or_hostile_template_is_refused_at_load(tmp_path: Path, text: str) -> None:
    """Tried with a sample plan before anything is measured; exit 2 with file and line."""
    root = workspace(tmp_path)
    (root / "templates").mkdir()
    (root / "templates/plan.md.j2").write_text(f"# plan\n{text}\n", encoding="utf-8")
    ran = voronka("audit", root)
    assert ran.code == 2, ran.text
    assert "plan.md.j2:2" in ran.err
    assert written(root) == []


def test_words_of_the_command_are_checked(tmp_path: Path) -> None:
    """Unknown process, format, control point, case, finding; no workspace at all."""
    root = workspace(tmp_path)
    for arguments in (
        ("audit", root, "--process", "web_from"),
        ("audit", root, "--format", "docs"),
        ("audit", root, "--as-of", "yesterday"),
        ("kpi", "web_form.win_rat", "--project", root),
        ("kpi", "win", "--project", root),
        ("kpi", "web_form.win_rate", "--by", "colour", "--project", root),
        ("graph", "web", "--project", root),
        ("explain", "finding", "nothing", "--project", root),
        ("explain", "case", "web_form", "nobody", "--project", root),
        ("audit", tmp_path / "nowhere"),
        ("audit", root, "--out", "/proc/nowhere"),
        ("nonsense",),
    ):
        ran = voronka(*arguments)
        assert ran.code == 2, (arguments, ran.text)
        assert ran.err
    assert written(root) == []


def test_a_report_stays_inside_the_workspace(tmp_path: Path) -> None:
    """--out, or a link in its way, that leads out: exit 2 before anything is measured."""
    root = workspace(tmp_path / "client")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "link").symlink_to(elsewhere)
    for out in (elsewhere, root / ".." / "elsewhere", root / "link" / "report", root):
        ran = voronka("audit", root, "--out", out)
        assert (ran.code, "[outside]" in ran.err) == (2, True), ran.text
    assert list(elsewhere.iterdir()) == []
    assert voronka("audit", root, "--out", root / "reports" / "draft").code == 0
    assert (root / "reports/draft/plan.md").exists()


def test_a_folder_that_is_no_report_is_not_replaced(tmp_path: Path) -> None:
    """What somebody put under the name of a report stays; in a report of ours their files are kept."""
    root = workspace(tmp_path)
    (root / "mine").mkdir()
    (root / "mine/thesis.txt").write_text("mine")
    ran = voronka("audit", root, "--out", root / "mine")
    assert (ran.code, "[not-a-report]" in ran.err) == (2, True), ran.text
    assert [path.name for path in (root / "mine").iterdir()] == ["thesis.txt"]
    assert voronka("audit", root).code == 0
    (report,) = (root / "reports").iterdir()
    kept = (report / "plan.yaml").read_text() + "# mine\n"
    (report / "plan.yaml").write_text(kept)
    assert voronka("audit", root).code == 0
    assert (report / "plan.yaml").read_text() == kept


def stopped_at(moment: int, seen: list[str]) -> Callable[[], contextlib.AbstractContextManager[Callable[..., None]]]:
    """A progress bar that is interrupted at a step, as by Ctrl-C; it remembers the steps."""

    @contextlib.contextmanager
    def progress() -> Iterator[Callable[..., None]]:
        def tell(what: str, share: float) -> None:
            seen.append(what)
            if len(seen) == moment:
                raise KeyboardInterrupt

        yield tell

    return progress


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at any step: exit 130, no report; the next audit gives what an undisturbed one gives."""
    whole, steps = workspace(tmp_path / "whole"), list[str]()
    monkeypatch.setattr(cli, "_progress", stopped_at(0, steps))
    assert voronka("audit", whole).code == 0
    assert len(steps) > 5
    for moment in range(1, len(steps) + 1):
        root = workspace(tmp_path / f"stopped-{moment}")
        monkeypatch.setattr(cli, "_progress", stopped_at(moment, []))
        ran = voronka("audit", root)
        assert (ran.code, written(root), list(root.glob("reports/.*"))) == (130, [], []), steps[moment - 1]
        monkeypatch.setattr(cli, "_progress", stopped_at(0, []))
        assert voronka("audit", root).code == 0
        assert bytes_of(root) == bytes_of(whole), steps[moment - 1]


def bytes_of(root: Path) -> dict[str, bytes]:
    """Every file of the reports."""
    files = sorted(path for path in (root / "reports").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    """audit.json, md, html and csv in two folders; and once more over the first, with and without importing."""
    first, second = workspace(tmp_path / "a"), workspace(tmp_path / "other" / "b")
    assert voronka("audit", first).code == voronka("audit", second).code == 0
    found = bytes_of(first)
    assert {Path(name).suffix for name in found} == {".json", ".md", ".html", ".csv", ".yaml"}
    assert found == bytes_of(second)
    for arguments in ((), ("--no-import",)):
        assert voronka("audit", first, *arguments).code == 0
        assert bytes_of(first) == found


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    """Equal files are not read again; the store holds what it held."""
    root = workspace(tmp_path)

    def held() -> list[object]:
        with Engine(root / ".voronka/store.duckdb", read_only=True) as store:
            tables = ("events", "cases", "activities")
            return [store.rows(f'from "source:deals".{table} order by all') for table in tables] + [
                store.rows("from main.imports")
            ]

    first = voronka("audit", root)
    before = held()
    second = voronka("audit", root)
    assert (first.code, second.code, first.out) == (0, 0, second.out)
    assert held() == before


LOCK = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_store_that_another_program_uses_is_a_problem(tmp_path: Path) -> None:
    """Exit 4 with what to do; the other program is not disturbed."""
    root = workspace(tmp_path)
    (root / ".voronka").mkdir()
    command = [sys.executable, "-c", LOCK, str(root / ".voronka/store.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        ran = voronka("audit", root)
        other.communicate("")
    assert (ran.code, "[store]" in ran.err, written(root)) == (4, True, []), ran.text
    assert "our fault" not in ran.err
    assert voronka("audit", root).code == 0


def test_a_store_that_is_no_store_is_a_problem(tmp_path: Path) -> None:
    """A damaged store file: said with what to do, not a crash."""
    root = workspace(tmp_path)
    (root / ".voronka").mkdir()
    (root / ".voronka/store.duckdb").write_bytes(b"no database" * 1000)
    ran = voronka("audit", root)
    assert (ran.code, "[store]" in ran.err) == (4, True), ran.text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only for an administrator")
@pytest.mark.parametrize("name", [".", "reports"])
def test_a_read_only_folder_is_a_problem(tmp_path: Path, name: str) -> None:
    """No traceback, nothing half-written."""
    root = workspace(tmp_path)
    (root / name).mkdir(exist_ok=True)
    (root / name).chmod(0o555)
    try:
        ran = voronka("audit", root)
    finally:
        (root / name).chmod(0o755)
    assert (ran.code, written(root), "our fault" in ran.err) == (4, [], False), ran.text


@pytest.mark.parametrize("name", [".voronka", "reports"])
def test_a_file_in_the_place_of_a_folder_is_a_problem(tmp_path: Path, name: str) -> None:
    """As a read-only folder is: the path is named, nothing is replaced."""
    root = workspace(tmp_path)
    (root / name).write_text("mine")
    ran = voronka("audit", root)
    assert (ran.code, name in ran.err, "our fault" in ran.err) == (4, True, False), ran.text
    assert (root / name).read_text() == "mine"


def test_a_period_without_cases_is_a_problem(tmp_path: Path) -> None:
    """--since after the end of the log: exit 3; --since after --until: exit 2."""
    root = workspace(tmp_path)
    late = voronka("audit", root, "--since", "2027-01-01")
    assert (late.code, "[no-cases]" in late.err) == (3, True), late.text
    reversed_ = voronka("audit", root, "--since", "2026-03-01", "--until", "2026-02-01")
    assert (reversed_.code, "[period-reversed]" in reversed_.err) == (2, True), reversed_.text
    assert written(root) == []


def test_rows_that_cannot_be_read_make_the_audit_provisional(tmp_path: Path) -> None:
    """Over 2 % of the rows unread: said on the report, with the numbers."""
    root = workspace(tmp_path, data=GOOD + "z;new;31.02.2026 10:00;x;y\n" * 20)
    assert voronka("audit", root).code == 0
    audit = json.loads(next(root.glob("reports/*/audit.json")).read_text(encoding="utf-8"))
    assert [reason for reason in audit["provisional"] if "20 из 200" in reason]
