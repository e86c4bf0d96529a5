"""The folder of a report: whole or not at all, and never over something else."""

from pathlib import Path

import pytest

from engine.errors import TemplateError
from engine.render.files import report_name, write_reports
from engine.render.sample import sample
from engine.render.templates import folders

ALL = ("md", "html", "json", "csv")
TABLES = {"1f0e6a92b7": (("case", "manager"), [("10021", "=1+1"), ("10044", "Анна")])}


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_a_folder_of_documents(tmp_path: Path) -> None:
    """Every format has its file, every finding its list of cases; nothing else is left lying about."""
    audit = sample("ru")
    folder = tmp_path / "reports" / report_name(audit)
    paths = write_reports(audit, folder, ALL, TABLES, folders(None))
    assert folder.name == "2026-09-28"
    assert {path.relative_to(folder).as_posix() for path in paths} == {
        "audit.json",
        "plan.md",
        "interview.html",
        "interview.md",
        "plan.html",
        "reconciliation.html",
        "reconciliation.md",
        "cases/1f0e6a92b7.csv",
    }
    assert set(_tree(folder)) == {path.relative_to(folder).as_posix() for path in paths}
    assert [path.name for path in folder.parent.iterdir()] == ["2026-09-28"]


def test_writing_again_gives_the_same_and_keeps_what_people_put(tmp_path: Path) -> None:
    """plan.yaml is edited by people: a new audit of the same day leaves it."""
    folder = tmp_path / "r"
    write_reports(sample("ru"), folder, ALL, TABLES, folders(None))
    first = _tree(folder)
    (folder / "plan.yaml").write_text("edited")
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("note")
    write_reports(sample("ru"), folder, ALL, TABLES, folders(None))
    assert _tree(folder) == {**first, "plan.yaml": b"edited", "notes/a.txt": b"note"}
    write_reports(sample("ru"), folder, ("md",), {}, folders(None))
    documents = {"audit.json", "interview.md", "plan.md", "reconciliation.md"}
    assert set(_tree(folder)) == documents | {"plan.yaml", "notes/a.txt"}


@pytest.mark.parametrize("foreign", ["thesis.docx", "audit.json"])
def test_a_folder_that_is_no_report_is_left_alone(tmp_path: Path, foreign: str) -> None:
    """`--out ~/Documents` does not cost anybody their documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / foreign).write_text("[]")
    with pytest.raises(TemplateError) as caught:
        write_reports(sample("ru"), folder, ALL, {}, folders(None))
    assert caught.value.problems[0].code == "not-a-report"
    assert _tree(tmp_path) == {f"documents/{foreign}": b"[]"}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A folder that is a link to another place is not replaced."""
    (tmp_path / "real").mkdir()
    (tmp_path / "r").symlink_to(tmp_path / "real")
    with pytest.raises(TemplateError):
        write_reports(sample("ru"), tmp_path / "r", ALL, {}, folders(None))


def test_a_wrong_template_leaves_the_old_report(tmp_path: Path) -> None:
    """Whole or not at all."""
    folder = tmp_path / "r"
    write_reports(sample("ru"), folder, ALL, TABLES, folders(None))
    before = _tree(folder)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "plan.html.j2").write_text("{{ nothing }}")
    with pytest.raises(TemplateError):
        write_reports(sample("ru"), folder, ALL, {}, folders(tmp_path))
    assert _tree(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r", "templates"]


def test_an_unknown_format_names_the_known(tmp_path: Path) -> None:
    """The hint is the answer."""
    with pytest.raises(TemplateError) as caught:
        write_reports(sample("ru"), tmp_path / "r", ("md", "pdff"), {}, folders(None))
    (problem,) = caught.value.problems
    assert problem.message == "unknown format `pdff`"
    assert problem.hint == "known: `md`, `html`, `json`, `csv`"
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "..", "CON:", "a\x00b"])
def test_no_list_of_cases_leaves_the_folder(tmp_path: Path, name: str) -> None:
    """Names of files are made of letters and digits, whoever names a finding."""
    with pytest.raises(TemplateError) as caught:
        write_reports(sample("ru"), tmp_path / "r", ("csv",), {name: (("a",), [])}, folders(None))
    assert caught.value.problems[0].code == "bad-name"
    assert list(tmp_path.iterdir()) == []
