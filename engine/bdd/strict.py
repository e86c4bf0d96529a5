"""What is wrong with a feature file although Gherkin reads it: everything that would be green by accident."""

import re
from collections.abc import Iterator

from gherkin.dialect import Dialect
from pytest_bdd.gherkin_parser import Background, ExamplesTable, Feature, GherkinDocument, Rule, Scenario, Step, Tag

from engine.bdd.listing import kinds_of
from engine.bdd.messages import problem
from engine.bdd.reading import FeatureText, step_keywords
from engine.errors import Location, Problem

_PLACEHOLDER = re.compile(r"<([^<>\s][^<>]*)>")
_TAG = re.compile(r"[\w.\-]+")
_WEAK = {"И", "А", "Но", "То", "Если", "Пусть", "Затем", "Также", "К тому же", "Иначе", "Допустим", "And", "But"}


def check(document: GherkinDocument, source: FeatureText) -> list[Problem]:
    """Every problem of a document, in no order."""
    feature = document.feature
    scenarios = list(scenarios_of(feature))
    problems = [*_introductions(feature, source), *_names(scenarios, source), *_tags(feature, source)]
    if not scenarios:
        problems.append(_at(source, feature.location.line, "no-scenarios"))
    for background, group in _groups(feature):
        if background:
            problems.extend(_described(background, source))
            problems.extend(_first_word(background.steps, source))
        for scenario in group:
            problems.extend(_scenario(scenario, background, source))
    return problems


def scenarios_of(feature: Feature) -> Iterator[Scenario]:
    """Every scenario of a feature, in rules too, from top to bottom."""
    for child in feature.children:
        if child.scenario:
            yield child.scenario
        elif child.rule:
            yield from (below.scenario for below in child.rule.children if below.scenario)


def _groups(feature: Feature) -> Iterator[tuple[Background | None, list[Scenario]]]:
    """The scenarios of the feature and of each rule, with the background that they begin with."""
    background = next((child.background for child in feature.children if child.background), None)
    yield background, [child.scenario for child in feature.children if child.scenario]
    for rule in (child.rule for child in feature.children if child.rule):
        inner = next((child.background for child in rule.children if child.background), None)
        yield _joined(background, inner), [child.scenario for child in rule.children if child.scenario]


def _joined(outer: Background | None, inner: Background | None) -> Background | None:
    if outer is None or inner is None:
        return inner or outer
    return Background(
        id=inner.id,
        location=inner.location,
        keyword=inner.keyword,
        name=inner.name,
        description=inner.description,
        steps=[*outer.steps, *inner.steps],
    )


def _at(source: FeatureText, line: int, code: str, **words: object) -> Problem:
    return problem(source.locale, code, Location(source.file, line, 1), **words)


def _introductions(feature: Feature, source: FeatureText) -> Iterator[Problem]:
    """Steps in the free text beneath a feature or a rule, where nothing runs them."""
    rules = [child.rule for child in feature.children if child.rule]
    parts: list[Feature | Rule] = [feature, *rules]
    for part in parts:
        for number, line in _lines(part.location.line, source, part.description):
            if _looks_like_step(line, source):
                yield _at(source, number, "step-before-scenario")


def _lines(after: int, source: FeatureText, description: str) -> Iterator[tuple[int, str]]:
    """The lines of a description with their numbers in the file: it follows its title, remarks between them."""
    wanted = [line.strip() for line in description.splitlines() if line.strip()]
    written = source.text.splitlines()
    number = after
    for line in wanted:
        while number < len(written) and written[number].strip() != line:
            number += 1
        yield number + 1, line
        number += 1


def _looks_like_step(line: str, source: FeatureText) -> bool:
    """A line that begins like a step; words that stories begin with too must be followed by a known step."""
    word, rest = _keyword(line, source)
    if not word:
        return bool(kinds_of(line))
    if rest.startswith(":"):
        return True
    return bool(kinds_of(rest.strip())) or (word not in _WEAK and line.startswith(word))


def _keyword(line: str, source: FeatureText) -> tuple[str, str]:
    """The step keyword that a line begins with, whatever its case, and the rest of the line."""
    for word in step_keywords(source.language):
        if line.casefold().startswith(word.casefold()) and not line[len(word) : len(word) + 1].isalnum():
            return word, line[len(word) :]
    return "", line


def line_of_step(line: str, source: FeatureText, where: Location) -> Problem | None:
    """What is wrong with a line that should have been a step, if its beginning tells."""
    word, rest = _keyword(line, source)
    if word and rest.lstrip().startswith(":"):
        better = f"{word} {rest.lstrip()[1:].strip()}"
        return problem(source.locale, "keyword-colon", where, word=word, better=better)
    if word and not line.startswith(word):
        written = line[: len(word)]
        return problem(source.locale, "keyword-case", where, word=written, better=f"{word}{rest}")
    for language in {"ru", "en"} - {source.language}:
        for other in step_keywords(language):
            if line.startswith(f"{other} "):
                words = {"name": source.language, "word": other, "better": language}
                return problem(source.locale, "language-wrong", where, **words)
    return None


def _described(part: Scenario | Background, source: FeatureText) -> Iterator[Problem]:
    """Text under a scenario is never free text here: it is a step that lost its keyword."""
    for number, line in _lines(part.location.line, source, part.description):
        yield line_of_step(line, source, Location(source.file, number, 1)) or _at(source, number, "not-a-step")


def _names(scenarios: list[Scenario], source: FeatureText) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for scenario in scenarios:
        line = scenario.location.line
        if not scenario.name:
            yield _at(source, line, "no-name")
        elif scenario.name in seen:
            yield _at(source, line, "duplicate-scenario", name=scenario.name, first=seen[scenario.name])
        seen.setdefault(scenario.name, line)


def _tags(feature: Feature, source: FeatureText) -> Iterator[Problem]:
    tags: list[Tag] = list(feature.tags)
    for child in feature.children:
        tags.extend(child.rule.tags if child.rule else [])
    for scenario in scenarios_of(feature):
        tags.extend(scenario.tags)
        for examples in scenario.examples:
            tags.extend(examples.tags)
    for tag in tags:
        if not _TAG.fullmatch(tag.name.removeprefix("@")):
            yield _at(source, tag.location.line, "bad-tag", name=tag.name.removeprefix("@"))


def _scenario(scenario: Scenario, background: Background | None, source: FeatureText) -> Iterator[Problem]:
    yield from _described(scenario, source)
    if not scenario.steps and not scenario.description.strip():
        yield _at(source, scenario.location.line, "no-steps", name=scenario.name)
    if not (background and background.steps):
        yield from _first_word(scenario.steps, source)
    yield from _outline(scenario, background, source)


def _first_word(steps: list[Step], source: FeatureText) -> Iterator[Problem]:
    if steps and steps[0].keyword_type == "Conjunction":
        yield _at(source, steps[0].location.line, "and-first", word=steps[0].keyword)


def _outline(scenario: Scenario, background: Background | None, source: FeatureText) -> Iterator[Problem]:
    """Examples against the steps that use them."""
    dialect = Dialect.for_name(source.language)
    is_outline = dialect is not None and scenario.keyword in dialect.scenario_outline_keywords
    if is_outline and not scenario.examples:
        yield _at(source, scenario.location.line, "no-examples", name=scenario.name)
        return
    used = _placeholders(scenario, background)
    for examples in scenario.examples:
        yield from _examples(examples, scenario, used, source)
    if not scenario.examples:
        for name, line in used.items():
            yield _at(source, line, "unknown-placeholder", name=name)


def _examples(
    examples: ExamplesTable, scenario: Scenario, used: dict[str, int], source: FeatureText
) -> Iterator[Problem]:
    header = examples.table_header
    if header is None or not examples.table_body:
        yield _at(source, examples.location.line, "no-examples", name=scenario.name)
        return
    columns = [cell.value for cell in header.cells]
    for position, name in enumerate(columns):
        if name in columns[:position]:
            yield _at(source, header.location.line, "duplicate-column", name=name)
        elif name not in used:
            yield _at(source, header.location.line, "unused-column", name=name)
    for name, line in used.items():
        if name not in columns:
            yield _at(source, line, "unknown-placeholder", name=name)
    seen: dict[tuple[str, ...], int] = {}
    for table in scenario.examples[: scenario.examples.index(examples) + 1]:
        for row in table.table_body or []:
            values = tuple(cell.value for cell in row.cells)
            if values in seen and table is examples:
                yield _at(source, row.location.line, "duplicate-row", first=seen[values])
            seen.setdefault(values, row.location.line)


def _placeholders(scenario: Scenario, background: Background | None) -> dict[str, int]:
    """Every `<name>` that a row must fill in, with the first line it stands in."""
    found: dict[str, int] = {}
    texts = [(scenario.name, scenario.location.line)]
    for step in [*(background.steps if background else []), *scenario.steps]:
        texts.append((step.text, step.location.line))
        texts.extend(
            (cell.value, row.location.line)
            for row in (step.datatable.rows if step.datatable else ())
            for cell in row.cells
        )
        texts.extend([(step.docstring.content, step.location.line)] if step.docstring else [])
    for text, line in texts:
        for name in _PLACEHOLDER.findall(text):
            found.setdefault(name, line)
    return found
