"""Databases as sources: SQLite and DuckDB files here, a real PostgreSQL where one is installed."""

import contextlib
import glob
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from engine.events import database
from engine.events.files import File
from engine.events.secrets import shown, without_secrets

from .conftest import Workspace, adds_up

SOURCE = """
- name: s
  process: web
  path: {path}
  query: {query}
  case: id
  activity: stage
  at: at
"""
MAKE = "create table moves (id integer, stage varchar, at timestamp)"
FILL = "insert into moves values (1, 'new', '2026-01-01 10:00:00'), (1, 'won', '2026-01-02 11:00:00'), (2, null, null)"
QUERY = 'select id, stage, "at" from moves order by id, stage desc nulls last'
WANTED = [("1", "new", datetime(2026, 1, 1, 10)), ("1", "won", datetime(2026, 1, 2, 11))]


def make(path: Path, kind: str) -> None:
    """The table of moves in a file."""
    with contextlib.closing(sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))) as connection:
        connection.execute(MAKE.replace("at timestamp", '"at" timestamp'))
        connection.execute(FILL)
        connection.commit()


@pytest.mark.parametrize(
    ("kind", "path"),
    [("sqlite", "crm.sqlite"), ("sqlite", "sqlite:///crm.sqlite"), ("duckdb", "crm.duckdb"), ("duckdb", "duckdb:///crm.duckdb")],
)  # fmt: skip
def test_a_database_in_a_file(workspace: Workspace, kind: str, path: str) -> None:
    """The rows of the query are the rows of the source; equal rows are not imported again."""
    make(workspace.root / f"crm.{kind}", kind)
    report = workspace.one(SOURCE.format(path=path, query=QUERY))
    assert workspace.events("case_id, activity, happened_at") == WANTED
    assert (report.rows, report.rejected, report.path) == (3, 1, (f"crm.{kind}",))
    assert adds_up(report)
    assert workspace.one(SOURCE.format(path=path, query=QUERY)) == report


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    "query",
    [
        "delete from moves",
        "drop table moves",
        "insert into moves values (9, 'x', null)",
        "create table other as select 1",
        "attach 'other.db' as other",
        "select 1; delete from moves",
        "select nothing from nowhere",
        "select * from read_csv('voronka.yaml')",
        "copy moves to 'out.csv'",
        "pragma journal_mode = delete",
    ],
)
def test_a_query_reads_and_does_nothing_else(workspace: Workspace, kind: str, query: str) -> None:
    """Whatever would write, attach, or read files is a problem, and nothing has changed."""
    path = workspace.root / f"crm.{kind}"
    make(path, kind)
    before = path.read_bytes()
    (problem,) = workspace.problems(SOURCE.format(path=path.name, query=f'"{query}"'))
    assert problem.code == "database"
    assert path.read_bytes() == before
    assert {entry.name for entry in workspace.root.iterdir()} == {path.name}


def test_rows_of_a_database_stream(workspace: Workspace) -> None:
    """A query of a million rows is never held as a whole."""
    import tracemalloc

    file = File(path=workspace.root / "big.duckdb", shown="big.duckdb", kind="duckdb", packed=False)
    duckdb.connect(str(file.path)).close()
    tracemalloc.start()
    rows = sum(1 for _ in database._duckdb(file, "select i as id, 'new' as stage from range(1000000) numbers(i)"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 1_000_001
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("crm.sqlite", None, "missing-key"),
        ("a.csv", "select 1", "query-of-file"),
        ("mysql://u:secret@host/db", "select 1", "unknown-kind"),
        ("postgresql://u:secret@127.0.0.1:1/db", "select 1", "database"),
        ("postgresql://u:se:c@r/e?t@127.0.0.1:port/db", "select 1", "database"),
        ("broken.sqlite", "select 1 from x", "database"),
        ("broken.duckdb", "select 1", "database"),
        ("sqlite:///none.sqlite", "select 1", "missing-file"),
    ],
)
def test_what_cannot_be_asked_is_said_without_secrets(
    workspace: Workspace, path: str, query: str | None, code: str
) -> None:
    """A problem with a place, and never a password in it."""
    if path.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="psycopg is not installed")
    make(workspace.root / "crm.sqlite", "sqlite")
    workspace.write("a.csv", "id;stage;at\n1;new;2026-01-01\n")
    workspace.write("broken.sqlite", b"no database, though long enough to be taken for one" * 100)
    workspace.write("broken.duckdb", b"no database, though long enough to be taken for one" * 100)
    text = SOURCE.format(path=path, query=query)
    problems = workspace.problems(text if query else text.replace("  query: None\n", ""))
    assert code in {problem.code for problem in problems}
    for problem in problems:
        for secret in ("secret", "se:c", "c@r", "r/e", "e?t"):
            assert secret not in f"{problem.message} {problem.hint} {problem.where}"


def test_a_url_is_shown_without_its_password() -> None:
    """Nor with any other secret parameter."""
    assert shown("postgresql://ann:pa%40ss@host:5433/crm?sslpassword=x") == "postgresql://ann:***@host:5433/crm"
    assert shown("postgresql://host/crm") == "postgresql://host/crm"
    assert without_secrets("no pa@ss, no pa%40ss", "postgresql://ann:pa%40ss@host/crm") == "no ***, no ***"


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    on_path = shutil.which("initdb")
    return Path(found[-1] if found else on_path).parent if found or on_path else None


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A server of our own in a temporary folder, run by somebody who is not root; its URL, password and all."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'voronka[postgres]'")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="voronka-pg-") as folder:
        if user:
            shutil.chown(folder, user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        secret = Path(folder) / "secret"
        secret.write_text("open sesame")
        secret.chmod(0o644)
        data = f"{folder}/data"

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), *arguments]
            done = subprocess.run(
                command, user=user, cwd=folder, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr

        run("initdb", "-D", data, "-U", "ann", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://ann:open%20sesame@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def test_postgresql(workspace: Workspace, postgres: str) -> None:
    """Rows come with their zones, Russian letters and numbers; the password is in no report, store or message."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute("create table moves (id int, stage text, at timestamptz, amount numeric, note bytea)")
        connection.execute(
            "insert into moves values (1, 'новая', '2026-01-01 10:00+03', 1234.50, null),"
            " (1, 'won', '2026-01-02 11:30:15.25+03', 'NaN', '\\x00ff'), (2, 'new', 'infinity', 1, null)"
        )
    source = SOURCE.format(path=postgres, query="select id, stage, at, amount, note from moves order by id, at;")
    report = workspace.one(source + "  attributes: {amount: {column: amount, type: money, take: first}}\n")
    assert workspace.events("case_id, activity, happened_at, a_amount") == [
        ("1", "новая", datetime(2026, 1, 1, 7), 1234.5),
        ("1", "won", datetime(2026, 1, 2, 8, 30, 15, 250000), 1234.5),
    ]
    assert (report.rows, report.used, report.rejected) == (3, 2, 1)
    assert "sesame" not in repr(report)
    stored = workspace.engine.rows("select * from main.imports")
    assert "sesame" not in repr(stored)
    assert report.path == (postgres.replace("open%20sesame", "***"),)


@pytest.mark.parametrize(
    "query",
    [
        "delete from kept",
        "with gone as (delete from kept returning *) select * from gone",
        "select 1; delete from kept",
        "select 1; commit; delete from kept; begin",
        "copy kept to program 'touch /tmp/voronka-was-here'",
        "select set_config('transaction_read_only', 'off', true)",
        "select nextval('numbers')",
        "select no_such_column from kept",
        "'--'",
    ],
)
def test_postgresql_is_only_read(workspace: Workspace, postgres: str, query: str) -> None:
    """Nothing but one reading statement in a transaction that cannot write."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute("create table if not exists kept (id int)")
        connection.execute("create sequence if not exists numbers")
        connection.execute("truncate kept")
        connection.execute("insert into kept values (1)")
    problems = workspace.problems(SOURCE.format(path=postgres, query=query if query[0] == "'" else f'"{query}"'))
    assert {problem.code for problem in problems} == {"database"}
    assert "sesame" not in repr(problems)
    with psycopg.connect(postgres) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (1,)
        assert connection.execute("select is_called from numbers").fetchone() == (False,)
    assert not Path("/tmp/voronka-was-here").exists()


def test_a_wrong_password_is_not_repeated(workspace: Workspace, postgres: str) -> None:
    """The server's words are shown, the password is not."""
    wrong = postgres.replace("open%20sesame", "hush-hush")
    (problem,) = workspace.problems(SOURCE.format(path=wrong, query="select 1"))
    assert "password authentication failed" in problem.message
    assert "hush" not in repr(problem)
