"""`else`, `optional`, `divide`: columns that stand in for others, that may be lacking, that count kopecks."""

from pathlib import Path

from engine.definitions.document import read_text
from engine.definitions.settings import Settings
from engine.events.attributes import hidden, pseudonym
from engine.events.personal import behind_pseudonyms

from .conftest import HEAD, Workspace, adds_up

SOURCE = "- {{name: s, process: web, path: {path}, case: id, activity: stage, at: at{more}}}"


def events(workspace: Workspace) -> list[tuple[object, ...]]:
    return workspace.events("case_id, activity, happened_at::varchar")


def test_columns_stand_in_for_one_that_is_empty_or_not_there(workspace: Workspace) -> None:
    """In the order they are named, row by row; what the export writes itself comes first."""
    workspace.write(
        "a.csv",
        "number,stage,status,state,when\n"
        "1,new,old,,2026-01-01 10:00\n"
        "2, ,called,older,2026-01-01 11:00\n"
        "3,,,won,2026-01-01 12:00\n",
    )
    report = workspace.one(
        SOURCE.format(path="a.csv", more=", else: {stage: [status, state], id: [no, number], at: when}")
    )
    assert adds_up(report)
    assert events(workspace) == [
        ("1", "new", "2026-01-01 10:00:00"),
        ("2", "called", "2026-01-01 11:00:00"),
        ("3", "won", "2026-01-01 12:00:00"),
    ]


def test_names_that_differ_by_case_only(workspace: Workspace) -> None:
    """SQL takes them for one; the export's own column is read under both names."""
    workspace.write("a.csv", "ID,Stage,AT\n1,new,2026-01-01 10:00\n")
    more = ", else: {id: ID, stage: Stage, at: AT}, attributes: {same: Stage}"
    workspace.one(SOURCE.format(path="a.csv", more=more))
    assert events(workspace) == [("1", "new", "2026-01-01 10:00:00")]
    assert workspace.cases("a_same") == [("new",)]


def test_columns_of_a_parquet_keep_their_types(workspace: Workspace) -> None:
    """A time stands in for a time; a number for a text becomes a text."""
    target = workspace.root / "a.parquet"
    workspace.engine.execute(f"""
        copy (select 7 as number, null::varchar as id, 'new' as stage, timestamp '2026-01-01 10:00' as moved,
              null::timestamp as at)
        to '{target.as_posix()}' (format parquet)""")
    workspace.one(SOURCE.format(path="a.parquet", more=", else: {id: number, at: moved}"))
    assert events(workspace) == [("7", "new", "2026-01-01 10:00:00")]


def test_a_column_that_may_be_lacking_is_empty(workspace: Workspace) -> None:
    """Attributes and conditions over it hold nothing; the report names it; one that is needed stays a problem."""
    workspace.write("a.csv", "id,stage,at\n1,new,2026-01-01 10:00\n")
    more = ", optional: [source, gone], where: 'not gone', attributes: {source: {column: source, empty_as: none}}"
    report = workspace.one(SOURCE.format(path="a.csv", more=more))
    assert report.used == 1
    assert workspace.cases("a_source") == [("none",)]
    assert any("`source`, `gone`" in note for note in report.notes)
    (problem,) = workspace.problems(SOURCE.format(path="a.csv", more=", attributes: {source: source}"))
    assert problem.code == "missing-column"


def test_kopecks_are_divided(workspace: Workspace) -> None:
    """Whole and broken numbers, as text and as numbers of the file."""
    workspace.write("a.csv", "id,stage,at,sum\n1,new,2026-01-01 10:00,480 050\n2,new,2026-01-01 10:00,\n")
    more = ", attributes: {amount: {column: sum, type: money, divide: 100}}"
    workspace.one(SOURCE.format(path="a.csv", more=more))
    assert workspace.cases("a_amount") == [(4800.5,), (None,)]


def test_what_stands_in_for_a_personal_column_is_personal(workspace: Workspace, tmp_path: Path) -> None:
    """It is hidden like it, and working lists find what stands behind its pseudonym."""
    workspace.write("a.csv", "id,stage,at,Телефон\n1,new,2026-01-01 10:00,+7 912 345-67-89\n")
    text = SOURCE.format(path="a.csv", more=", else: {phone: Телефон}, attributes: {phone: phone}")
    workspace.one(text)
    settings: Settings = read_text(HEAD.format(zone="UTC") + f"  {text}\n", "voronka.yaml").shaped(Settings)
    assert hidden(settings.sources[0]) == {"phone", "Телефон"}
    secret = workspace.engine.row(f"select {pseudonym('$phone', '$salt')}", {"phone": "79123456789", "salt": "x"})[0]
    found = behind_pseudonyms(settings, tmp_path, "x", [str(secret)])
    assert found == {str(secret): "+7 912 345-67-89"}
