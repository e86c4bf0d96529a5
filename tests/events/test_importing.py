"""The import as a whole: repeatable, all or nothing, everything wrong said at once."""

from pathlib import Path

from engine.engines.duckdb import Engine

from .conftest import Workspace

TWO = """
- {name: a, process: p, path: a.csv, case: id, activity: what, at: when}
- {name: b, process: p, path: b.csv, case: id, activity: what, at: when}
"""
TABLE = "id,what,when\n1,x,2026-02-01\n1,x,2026-02-01\n2,y,2026-02-02\n"


def dump(engine: Engine) -> dict[str, list[object]]:
    """Everything in the store."""
    sql = "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' order by all"
    tables = engine.rows(sql)
    return {f"{schema}.{name}": sorted(map(str, engine.rows(f'from "{schema}"."{name}"'))) for schema, name in tables}


def test_importing_twice_changes_nothing(workspace: Workspace) -> None:
    """The second import reads its reports back; a store made anew holds the same."""
    workspace.write("a.csv", TABLE)
    workspace.write("b.csv", TABLE)
    first = workspace.run(TWO)
    before = dump(workspace.engine)
    assert workspace.run(TWO) == first
    assert dump(workspace.engine) == before
    with Engine() as other:
        assert workspace.run(TWO, engine=other) == first
        assert dump(other) == before


def test_only_what_changed_is_imported_and_what_is_gone_is_dropped(workspace: Workspace) -> None:
    """A changed file or definition replaces its source; a source no longer declared leaves no trace."""
    workspace.write("a.csv", TABLE)
    workspace.write("b.csv", TABLE)
    workspace.run(TWO)
    workspace.engine.execute('delete from "source:a".event_rows')
    workspace.write("b.csv", TABLE + "3,z,2026-02-03\n")
    a, b = workspace.run(TWO)
    assert (a.events, b.events) == (2, 3)
    assert workspace.engine.row('select count(*) from "source:a".events') == (0,)
    workspace.run(TWO.strip().splitlines()[1])
    assert {name.split(".")[0] for name in dump(workspace.engine)} == {"main", "source:b"}
    assert workspace.engine.rows("select source from main.imports") == [("b",)]


def test_every_problem_of_every_source_at_once_and_nothing_changed(workspace: Workspace) -> None:
    """Broken definitions and files of several sources end in one error; the store is as it was."""
    workspace.write("a.csv", TABLE)
    workspace.run(TWO.strip().splitlines()[0])
    before = dump(workspace.engine)
    workspace.write("b.parquet", "no parquet")
    workspace.write("a.csv", TABLE + "3,z,2026-02-03\n")
    problems = workspace.problems("""
        - {name: a, process: p, path: a.csv, case: id, activity: what, at: when}
        - {name: b, process: p, path: b.parquet, case: id, activity: what, at: when}
        - {name: c, process: p, path: c.csv, case: id, activity: what, at: when}
        - {name: d, process: p, path: a.csv, case: di, activity: waht, at: wehn}
        - {name: e, process: p, path: a.csv, case: id, activity: what, at: when, query: "select 1"}
        """)
    assert sorted(problem.code for problem in problems) == [
        "missing-column",
        "missing-column",
        "missing-column",
        "missing-file",
        "query-of-file",
        "unreadable",
    ]
    assert dump(workspace.engine) == before


def test_a_source_that_gives_nothing_is_a_problem(workspace: Workspace) -> None:
    """All rows rejected: said with the first of them."""
    workspace.write("a.csv", "id,what,when\n,x,2026-02-01\n,y,2026-02-02\n")
    (problem,) = workspace.problems(TWO.strip().splitlines()[0])
    assert (problem.code, problem.where.file, problem.where.line) == ("all-rejected", "a.csv", 2)


def test_an_alien_store_is_rebuilt(workspace: Workspace, tmp_path: Path) -> None:
    """A store of another format is emptied and filled again."""
    workspace.write("a.csv", TABLE)
    workspace.write("b.csv", TABLE)
    path = tmp_path / "store.duckdb"
    with Engine(path) as engine:
        first = workspace.run(TWO, engine=engine)
        engine.execute("update main.meta set value = '0' where key = 'store_format'")
        engine.execute('delete from "source:a".event_rows')
    with Engine(path) as engine:
        assert workspace.run(TWO, engine=engine) == first
        assert engine.row('select count(*) from "source:a".events') == (2,)


def test_progress_is_told(workspace: Workspace) -> None:
    """Whoever watches hears the name of each source and a share that only grows."""
    from engine.definitions.settings import Settings
    from engine.events.importing import import_sources

    workspace.write("a.csv", TABLE)
    workspace.write("b.csv", TABLE)
    workspace.run(TWO)
    assert workspace.document is not None
    settings: Settings = workspace.document.shaped(Settings)
    told: list[tuple[str, float]] = []
    with Engine() as engine:
        import_sources(engine, settings, workspace.root, progress=lambda name, share: told.append((name, share)))
    assert [name for name, _ in told if name == "a"]
    assert told[-1] == ("b", 1.0)
    assert [share for name, share in told if name == "a"] == sorted(share for name, share in told if name == "a")


def test_rejected_rows_are_kept_up_to_a_limit(workspace: Workspace) -> None:
    """Of 12,000 rejected rows 10,000 stay in the store, the count is whole, and the report says so."""
    rows = "".join(f"{n},x,{'soon' if n % 2 else '2026-02-01'}\n" for n in range(24_000))
    workspace.write("a.csv", "id,what,when\n" + rows)
    (report,) = workspace.run(TWO.strip().splitlines()[0])
    assert report.rejected == 12_000
    assert workspace.engine.row('select count(*), min(line), max(column_name) from "source:a".rejected') == (
        10_000,
        3,
        "when",
    )
    assert "10000 of 12000 rejected rows are kept in the store" in report.notes
