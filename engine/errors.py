"""Problems with our input, each with a place, and the four errors that carry them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where a problem is: a file as the user knows it, line and column from 1 (0: the file, the line as a whole)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with our input: where, what in the user's words, and what to do."""

    where: Location
    code: str
    message: str
    hint: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        text = f"{self.where}: {self.level if self.level == 'warning' else ''}".rstrip()
        text = f"{text} {self.message} [{self.code}]"
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    @property
    def order(self) -> tuple[Location, str, str]:
        """Key that sorts problems by place, then code and message."""
        return (self.where, self.code, self.message)


class EngineError(Exception):
    """What a command cannot go on after: all problems at once, sorted by place."""

    exit_code = 4

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DefinitionError(EngineError):
    """The files a consultant writes, or the words of a command, are wrong."""

    exit_code = 2


class TemplateError(EngineError):
    """A template cannot be rendered."""

    exit_code = 2


class EventLogError(EngineError):
    """The data could not be read."""

    exit_code = 3


class KpiError(EngineError):
    """A number could not be computed."""

    exit_code = 4
