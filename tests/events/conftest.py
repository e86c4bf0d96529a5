"""A workspace made by a test: voronka.yaml as text, files beside it, an engine in memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from textwrap import dedent, indent

import pytest

from engine.definitions.document import Document, read_text
from engine.definitions.process import Process
from engine.definitions.settings import Settings
from engine.engines.duckdb import Engine, Row
from engine.errors import EventLogError, Problem
from engine.events.importing import import_sources
from engine.events.report import SourceReport

HEAD = "format: 1\nclient: Test\ntime_zone: {zone}\nsources:\n"


class Workspace:
    """A folder with sources; `rows` reads the store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.engine = Engine()
        self.document: Document | None = None
        self.settings: Settings = Settings(format="1", client="Test", time_zone="UTC")

    def write(self, name: str, text: str | bytes) -> None:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())

    def run(
        self,
        sources: str,
        *,
        zone: str = "UTC",
        now: datetime | None = None,
        processes: tuple[Process, ...] = (),
        engine: Engine | None = None,
    ) -> tuple[SourceReport, ...]:
        """Import the sources of a YAML list."""
        text = HEAD.format(zone=zone) + indent(dedent(sources).strip(), "  ") + "\n"
        self.document = read_text(text, "voronka.yaml")
        settings: Settings = self.document.shaped(Settings)
        assert not self.document.problems, self.document.problems
        self.settings = settings
        return import_sources(
            engine or self.engine, settings, self.root, document=self.document, now=now, processes=processes
        )

    def one(self, sources: str, **more: object) -> SourceReport:
        """Import one source."""
        (report,) = self.run(sources, **more)  # type: ignore[arg-type]
        return report

    def problems(self, sources: str, **more: object) -> tuple[Problem, ...]:
        """The problems that an import must end with."""
        with pytest.raises(EventLogError) as caught:
            self.run(sources, **more)  # type: ignore[arg-type]
        return caught.value.problems

    def events(self, columns: str, source: str = "s") -> list[Row]:
        """Events of a source, by case, time and order."""
        return self.engine.rows(f"""
            select {columns}
            from "source:{source}".events join "source:{source}".cases using (process, case_key)
            order by case_id, happened_at, seq, state, mark""")

    def cases(self, columns: str = "*", source: str = "s") -> list[Row]:
        """Cases of a source, by name."""
        return self.engine.rows(f'select {columns} from "source:{source}".cases order by case_id')


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    made = Workspace(tmp_path)
    yield made
    made.engine.close()


EVENTS = """
- name: s
  process: web
  path: {path}
  case: id
  activity: what
  at: when
"""


@pytest.fixture
def events() -> str:
    """A source of events with the columns id, what, when, of `path`; more keys may be put behind it."""
    return EVENTS


def adds_up(report: SourceReport) -> bool:
    """The identity every source keeps."""
    return report.rows == report.used + report.filtered + report.ignored + report.duplicates + report.rejected
