"""Problems of sources with the place in voronka.yaml, gathered until the end of an import."""

from dataclasses import dataclass

from engine.definitions.document import Document, Key
from engine.errors import Location, Problem


class BrokenSourceError(Exception):
    """One source cannot be read; what is wrong is among the problems of its desk."""


class BlankEndsError(Exception):
    """Cells of columns that were taken for clean end with blanks: what was made of them is to be made again."""

    def __init__(self, columns: frozenset[str]) -> None:
        super().__init__()
        self.columns = columns


@dataclass(slots=True)
class Desk:
    """Where the problems of one source go: it knows the place of every key of the source."""

    source: str
    index: int
    document: Document | None
    problems: list[Problem]

    def place(self, *path: Key, key: bool = False, offset: int = 0) -> Location:
        """Where a key of the source stands in voronka.yaml (the file as a whole where it was not read from one)."""
        if self.document is None:
            return Location("voronka.yaml")
        return self.document.at("sources", self.index, *path, key=key, offset=offset)

    def says(
        self, code: str, message: str, hint: str = "", *, at: tuple[Key, ...] = (), key: bool = False, offset: int = 0
    ) -> None:
        """Add a problem of the definition."""
        where = self.place(*at, key=key, offset=offset)
        text = f"source `{self.source}`: {message}"
        self.problems.append(Problem(where=where, code=code, message=text, hint=hint))

    def blames(self, file: str, code: str, message: str, hint: str = "", *, line: int = 0, column: int = 0) -> None:
        """Add a problem of a file."""
        self.problems.append(Problem(where=Location(file, line, column), code=code, message=message, hint=hint))

    def stop(self) -> BrokenSourceError:
        """The error to raise once what is wrong has been said."""
        return BrokenSourceError(self.source)


class SpendDesk(Desk):
    """The desk of the table of `spend:`: its keys have names of their own."""

    def place(self, *path: Key, key: bool = False, offset: int = 0) -> Location:
        """Where a key stands under `spend:`."""
        if self.document is None:
            return Location("voronka.yaml")
        own = {"channel": "source", "counters": "amount"}
        return self.document.at("spend", *(own.get(str(part), part) for part in path[:1]), key=key, offset=offset)


class TotalsDesk(Desk):
    """The desk of a table of the client's totals (`reconcile:`); `index` is its place in the list."""

    def place(self, *path: Key, key: bool = False, offset: int = 0) -> Location:
        """Where a key stands under `table:`."""
        if self.document is None:
            return Location("voronka.yaml")
        own = {"period": "month", "channel": "manager", "counters": "value"}
        steps = (own.get(str(part), part) for part in path[:1])
        return self.document.at("reconcile", self.index, "table", *steps, key=key, offset=offset)
