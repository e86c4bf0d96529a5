"""The library of steps: each defined once, with its Russian and its English text beside each other."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
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
class _Defined:
    info: StepInfo
    phrase: Phrase


_STEPS: list[_Defined] = []


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
        _STEPS.append(_Defined(info, phrase))
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


@cache
def _loaded() -> tuple[_Defined, ...]:
    from engine.bdd import steps_judged, steps_log, steps_model  # noqa: F401  (importing them defines their steps)

    return tuple(_STEPS)


def steps_table() -> tuple[StepInfo, ...]:
    """Every step of the library, in the order of the modules that define them."""
    return tuple(defined.info for defined in _loaded())


_TITLES = {"given": "Дано / Given", "when": "Когда / When", "then": "Тогда / Then"}
_ON = {"model": "на модели / on the model", "log": "на журнале / on the log", "both": ""}


def steps_text() -> str:
    """The steps for the terminal: an example in each language, what it means, where it runs."""
    lines = []
    for kind, title in _TITLES.items():
        lines.append(title)
        for info in steps_table():
            if info.kind == kind:
                where = f" ({_ON[info.runs_on]})" if _ON[info.runs_on] else ""
                examples = (*info.example_ru.splitlines(), *info.example_en.splitlines())
                lines += ["", *(f"  {line}" for line in examples), f"      {info.about}{where}"]
        lines.append("")
    return "\n".join(lines)


def steps_markdown() -> str:
    """The steps as tables for docs/features.md."""
    parts = []
    for kind, title in _TITLES.items():
        parts += [f"### {title}", "", "| по-русски | in English | means |", "|---|---|---|"]
        for info in steps_table():
            if info.kind == kind:
                where = {"model": " Model only.", "log": " Log only.", "both": ""}[info.runs_on]
                examples = (_cell(info.example_ru), _cell(info.example_en))
                parts.append(f"| {examples[0]} | {examples[1]} | {info.about}{where} |")
        parts.append("")
    return "\n".join(parts)


def _cell(example: str) -> str:
    """An example in a cell of a table; its own table follows in the same cell."""
    lines = [f"`{line.strip()}`".replace("|", "\\|") for line in example.splitlines()]
    return "<br>".join(lines)


@cache
def kinds_of(text: str) -> frozenset[Kind]:
    """The kinds of the library's steps that a text (without its keyword) may be."""
    return frozenset(defined.info.kind for defined in _loaded() if defined.phrase.is_matching(text))


def nearest(text: str, kind: str, locale: str) -> str:
    """The example of the step most like a text that no step matches."""
    infos = steps_table()
    examples = [info.example_ru if locale == "ru" else info.example_en for info in infos]
    tails = [example.partition(" ")[2].splitlines()[0].casefold() for example in examples]
    ranked = sorted(
        range(len(infos)),
        key=lambda i: (-difflib.SequenceMatcher(None, text.casefold(), tails[i]).ratio(), infos[i].kind != kind, i),
    )
    return examples[ranked[0]].splitlines()[0]
