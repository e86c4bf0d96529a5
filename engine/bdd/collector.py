"""A feature file as a pytest collector: an item for each scenario and row of examples, on the model or the log."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest
from _pytest._code.code import TerminalRepr
from pytest_bdd import scenario
from pytest_bdd.parser import Feature, ScenarioTemplate, Step
from pytest_bdd.parsers import StepParser
from pytest_bdd.scenario import find_fixturedefs_for_step
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from engine.bdd.failure import Place, Unmet, WrongWord, told
from engine.bdd.listing import nearest
from engine.bdd.messages import problem, shown
from engine.bdd.parsing import parse
from engine.bdd.phrase import Phrase, left_to_others, plain
from engine.bdd.reading import BadFeature, read
from engine.bdd.story import Story, Touched
from engine.errors import EngineError, Location, Problem

LOG_TAGS = frozenset({"журнал", "log"})


class BadStep(Exception):
    """A scenario with steps that nothing defines, or that two definitions fit."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


class FeatureFile(pytest.Module):
    """A `.feature` file of a workspace, run without any Python beside it."""

    root: Path
    locale: Literal["ru", "en"]

    @cached_property
    def meanings(self) -> dict[tuple[str, str], list[StepFunctionContext]]:
        """What the steps seen so far mean, by type and text: the same in every scenario of the file."""
        return {}

    def _getobj(self) -> ModuleType:
        return ModuleType("feature")

    @property
    def shown(self) -> str:
        """The file as its author knows it: relative to the workspace."""
        return self.path.relative_to(self.root).as_posix()

    def collect(self) -> Iterable["ScenarioItem"]:
        """The scenarios; what is wrong with the file as a whole is an error of collection, without a traceback."""
        try:
            self._refuse_other_endings()
            source = read(self.path, self.shown, self.locale)
            self.locale = "ru" if source.locale == "ru" else "en"
            feature = parse(self.path, source)
        except BadFeature as bad:
            text = "\n".join(shown(found, bad.locale) for found in bad.problems)
            raise self.CollectError(text) from None
        except OSError as error:
            raise self.CollectError(f"{self.shown}: {error.strerror}") from None
        return list(self._items(feature))

    def _refuse_other_endings(self) -> None:
        """`x.feature.txt` is what Notepad makes of `x.feature`: its scenarios would never run."""
        name = self.path.name
        if not name.casefold().endswith(".feature"):
            words = {"name": name, "better": name[: -len(".txt")]}
            raise BadFeature([problem(self.locale, "extension", Location(self.shown), **words)], self.locale)

    def _items(self, feature: Feature) -> Iterator["ScenarioItem"]:
        for key, template in feature.scenarios.items():
            self._register(template.tags | feature.tags | (template.rule.tags if template.rule else set()))
            run = scenario(self.path.name, key, features_base_dir=str(self.path.parent))(_nothing)
            name = " ".join(template.name.replace("::", ":").split())
            yield ScenarioItem.from_parent(self, name=name, callobj=run, template=template)
            if LOG_TAGS & (template.tags | feature.tags):
                on_log = f"{name} ({'на журнале' if self.locale == 'ru' else 'on the log'})"
                yield ScenarioItem.from_parent(self, name=on_log, callobj=run, template=template, on_log=True)

    def _register(self, tags: Iterable[str]) -> None:
        """Tags are the author's own words: known as markers before anything asks."""
        for tag in sorted(tags):
            self.config.addinivalue_line("markers", f"{tag}: a tag of a feature")


def _nothing() -> None:
    """What pytest-bdd runs after the steps."""


class ScenarioItem(pytest.Function):
    """One scenario. `story` is set by the fixture of that name, `current` by the plug-in before each step."""

    template: ScenarioTemplate
    on_log: bool
    story: Story | None = None
    current: Step | None = None
    own: frozenset[str] = frozenset()

    @classmethod
    def from_parent(cls, parent: FeatureFile, **words: object) -> "ScenarioItem":  # type: ignore[override]
        """A scenario of a file."""
        template, on_log = words.pop("template"), words.pop("on_log", False)
        item: ScenarioItem = super().from_parent(parent, **words)
        assert isinstance(template, ScenarioTemplate)
        item.template, item.on_log = template, bool(on_log)
        return item

    @property
    def file(self) -> FeatureFile:
        """The file the scenario stands in."""
        assert isinstance(self.parent, FeatureFile)
        return self.parent

    @property
    def touched(self) -> list[Touched]:
        """What the scenario touched, for the coverage."""
        return self.story.touched if self.story else []

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line (from 0) and name, as pytest prints them."""
        return self.path, self.template.line_number - 1, self.name

    def runtest(self) -> None:
        """Run the steps, once it is certain what each of them means."""
        problems, own = [], set()
        for step in self.template.render({}).steps:
            contexts = self._meanings(step)
            if found := self._unclear(step, contexts):
                problems.append(found)
            elif not isinstance(contexts[0].parser, Phrase):
                own.add(step.name)
        if problems:
            raise BadStep(problems)
        self.own = frozenset(own)
        with left_to_others(self.own):
            super().runtest()

    def _meanings(self, step: Step) -> list[StepFunctionContext]:
        """The definitions that fit a step: the nearest conftest.py goes before the others, and those before ours."""
        known = self.file.meanings
        if (step.type, step.name) not in known:
            known[step.type, step.name] = self._looked_up(step)
        return known[step.type, step.name]

    def _looked_up(self, step: Step) -> list[StepFunctionContext]:
        fitting = list(find_fixturedefs_for_step(step, self.session._fixturemanager, self))
        found = {id(fixture.func): (fixture, step_function_context_registry[fixture.func]) for fixture in fitting}
        own = [pair for pair in found.values() if not isinstance(pair[1].parser, Phrase)]
        nearest_to = max((len(fixture.baseid) for fixture, _ in own), default=0)
        near = [context for fixture, context in own if len(fixture.baseid) == nearest_to]
        return near or [context for _, context in found.values()]

    def _unclear(self, step: Step, contexts: list[StepFunctionContext]) -> Problem | None:
        """What is wrong with a step: nothing or too much fits it, or its table is not what the definition reads."""
        where, words = Location(self.file.shown, step.line_number, 1), f"{step.keyword} {step.name}"
        if not contexts:
            near = nearest(step.name, step.type, self.file.locale)
            advice = f"похоже на `{near}`" if self.file.locale == "ru" else f"the nearest is `{near}`"
            return problem(self.file.locale, "undefined-step", where, step=words, near=advice)
        if len(contexts) > 1:
            names = ", ".join(sorted(f"`{_text(context.parser, self.file.locale)}`" for context in contexts))
            return problem(self.file.locale, "ambiguous-step", where, step=words, names=names)
        return self._table(step, frozenset(signature(contexts[0].step_func).parameters), where, words)

    def _table(self, step: Step, reads: frozenset[str], where: Location, words: str) -> Problem | None:
        given = {"datatable": step.datatable is not None, "docstring": step.docstring is not None}
        if any(there and part not in reads for part, there in given.items()):
            return problem(self.file.locale, "unused-table", where, step=words)
        if any(part in reads and not there for part, there in given.items()):
            return problem(self.file.locale, "missing-table", where, step=words)
        return None

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str | TerminalRepr:
        """The failure in the words of the business; Python is shown only for steps that are someone's Python."""
        error, locale = excinfo.value, self.file.locale
        if isinstance(error, BadStep):
            return "\n".join(shown(found, locale) for found in error.problems)
        if isinstance(error, EngineError):
            return f"{self._place(locale)}\n{error}"
        if isinstance(error, Unmet | WrongWord) and self.current:
            return told(self._where(self.current), error, locale)
        if self.current and self.current.name not in self.own and self.config.option.tbstyle == "auto":
            return f"{self._place(locale, broken=True)}\n  {type(error).__name__}: {error}"
        return super().repr_failure(excinfo)

    def _where(self, step: Step) -> Place:
        words = f"{step.keyword} {step.name}"
        return Place(file=self.file.shown, line=step.line_number, step=words, scenario=self.name)

    def _place(self, locale: str, *, broken: bool = False) -> str:
        line = self.current.line_number if self.current else self.template.line_number
        words = _BROKEN if broken else _WRONG
        return f"{self.file.shown}:{line}: {words[locale]}"


_WRONG = {"ru": "рабочее место с ошибками", "en": "the workspace is wrong"}
_BROKEN = {
    "ru": "voronka не справилась, и это наша ошибка (подробнее: pytest --tb=long)",
    "en": "voronka failed, and that is our fault (more: pytest --tb=long)",
}


def _text(parser: StepParser, locale: str) -> str:
    """The text of a step definition, as its author would recognise it."""
    if isinstance(parser, Phrase):
        return plain(parser.ru if locale == "ru" else parser.en)
    return parser.name
