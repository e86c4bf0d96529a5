"""Actions checked when they are loaded: nothing gets into a plan without a responsible and a day."""

from collections.abc import Iterable, Iterator, Mapping

from engine.definitions.document import Document, Path_
from engine.definitions.rule import Action
from engine.errors import Location, Problem


def check_actions(actions: Iterable[Action], documents: Mapping[str, tuple[Document, Path_]]) -> tuple[Problem, ...]:
    """Problems of actions; `documents`: name of an action -> its file and its path in it, such as ("actions", 3)."""
    found = [problem for action in actions for problem in _problems(action, documents.get(action.name))]
    return tuple(sorted(found, key=lambda problem: problem.order))


def _problems(action: Action, home: tuple[Document, Path_] | None) -> Iterator[Problem]:
    def at(key: str) -> Location:
        return home[0].at(*home[1], key) if home else Location(f"action {action.name}")

    if not (action.responsible.ru.strip() and action.responsible.en.strip()):
        message = f"nobody is responsible for the action `{action.name}`"
        yield Problem(where=at("responsible"), code="no-responsible", message=message, hint="name a role: `РОП`")
    if not action.due_in.seconds and not action.due_in.working_days:
        message = f"the action `{action.name}` is due at once"
        yield Problem(where=at("due_in"), code="no-due", message=message, hint="give it time: `1wd`, `14d`")
