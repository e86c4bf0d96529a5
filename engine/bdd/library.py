"""The library of steps: each defined once, with its Russian and its English text beside each other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Literal, ParamSpec, TypeVar

import pytest_bdd

from engine.bdd.failure import WrongWord
from engine.bdd.phrase import Phrase, plain
from engine.bdd.story import Story

Kind = Literal["given", "when", "then"]
Runs = Literal["model", "log", "both"]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInfo:
    """A step for `voronka test --steps`: its texts, an example of each, what it runs on, whether it reads a table."""

    kind: Kind
    ru: str
    en: str
    example_ru: str
    example_en: str
    about: str
    runs_on: Runs
    table: bool


@dataclass(frozen=True, slots=True)
class Defined:
    """A step and what it matches."""

    info: StepInfo
    phrase: Phrase


STEPS: list[Defined] = []
"""Every step that was defined so far; `listing` has them all."""


def step(
    kind: Kind, *, ru: str, en: str, example_ru: str, example_en: str, runs_on: Runs = "both"
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Define a step; the docstring of the function says what it means. Several may be stacked on one function."""

    def register(function: Callable[P, T]) -> Callable[P, T]:
        phrase = Phrase(ru, en)
        info = StepInfo(
            kind=kind,
            ru=plain(ru),
            en=plain(en),
            example_ru=example_ru,
            example_en=example_en,
            about=" ".join((function.__doc__ or "").split()),
            runs_on=runs_on,
            table="datatable" in signature(function).parameters,
        )
        STEPS.append(Defined(info, phrase))
        pytest_bdd.step(phrase, kind, stacklevel=2)(_where_it_applies(function, kind, runs_on))
        return function

    return register


def _where_it_applies(function: Callable[P, T], kind: Kind, runs_on: Runs) -> Callable[P, T | None]:
    """On the log nothing is simulated, on the model no log is read: there a question is refused, the rest left out."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T | None:
        story = kwargs.get("story")
        here: Runs = "log" if isinstance(story, Story) and story.on_log else "model"
        if runs_on in ("both", here) or (kind == "given" and runs_on == "log"):
            return function(*args, **kwargs)
        if kind == "then" and isinstance(story, Story):
            raise _refused(story, runs_on)
        return None

    return checked


def _refused(story: Story, runs_on: Runs) -> WrongWord:
    if runs_on == "model":
        message = story.say("о журнале этот шаг не спрашивают", "this step cannot be asked of the log")
        return WrongWord(
            message, story.say("вынесите его в сценарий без журнала", "move it to a scenario without the log")
        )
    message = story.say("этот шаг спрашивает журнал, а его нет", "this step asks the log, and there is none")
    return WrongWord(message, story.say("начните с `Дано журнал`", "begin with `Given the log of the workspace`"))
