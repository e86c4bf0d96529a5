"""The text of a feature file -> the Feature that pytest-bdd runs, one scenario for every row of examples.

Leans on two internals of pytest-bdd, both held by tests: `FeatureParser._parse_feature_file` is what is overridden to
give it our own document, and `feature.features` is the cache it looks a file up in.
"""

from collections.abc import Iterator
from pathlib import Path

from gherkin.dialect import Dialect
from gherkin.errors import AstBuilderException, CompositeParserException, ParserException, UnexpectedEOFException
from gherkin.parser import Parser
from gherkin.token_matcher import TokenMatcher
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.gherkin_parser import Scenario as GherkinScenario
from pytest_bdd.gherkin_parser import Step as GherkinStep
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate, Step

from engine.bdd.library import Kind
from engine.bdd.listing import kinds_of
from engine.bdd.messages import problem
from engine.bdd.reading import BadFeature, FeatureText, title_keywords
from engine.bdd.strict import check, line_of_step, scenarios_of
from engine.errors import Location, Problem

_KINDS: dict[str, Kind] = {"Context": "given", "Action": "when", "Outcome": "then"}


def parse(path: Path, source: FeatureText) -> Feature:
    """The feature of a text; raises BadFeature with everything that is wrong with it. Put where pytest-bdd finds it."""
    document = _document(source)
    if problems := check(document, source):
        raise BadFeature(problems, source.locale)
    _decide_kinds(document)
    feature = _OurParser(path, document).parse()
    _spread_examples(feature, document)
    features[str(path)] = feature
    return feature


def _document(source: FeatureText) -> GherkinDocument:
    if all(not line.strip() or line.lstrip().startswith("#") for line in source.text.splitlines()):
        raise BadFeature([problem(source.locale, "empty-file", Location(source.file, 1, 1))], source.locale)
    try:
        tree = Parser().parse(source.text, TokenMatcher(source.language))
    except CompositeParserException as errors:
        found: dict[int, Problem] = {}
        for error in errors.errors:
            found.setdefault(error.location["line"], _explained(error, source))
        # what follows a missing beginning is only its consequence
        missing = [p for p in found.values() if p.code == "no-feature"][:1]
        raise BadFeature(missing or list(found.values()), source.locale) from None
    except ParserException as error:
        raise BadFeature([_explained(error, source)], source.locale) from None
    return GherkinDocument.from_dict(tree)


def _explained(error: ParserException, source: FeatureText) -> Problem:
    """What the Gherkin parser stumbled over, in the words of the author."""
    number = error.location["line"]
    lines = source.text.splitlines()
    line = lines[number - 1].strip() if number <= len(lines) else ""
    where = Location(source.file, number, 1)
    if isinstance(error, AstBuilderException):
        return problem(source.locale, "table-cells", where)
    if isinstance(error, UnexpectedEOFException) or not line:
        return problem(source.locale, "unexpected-end", Location(source.file, max(len(lines), 1), 1))
    word = line.partition(":")[0]
    ours = title_keywords(source.language)
    if word in ours and not any(other.strip().partition(":")[0] in ours for other in lines[: number - 1]):
        return problem(source.locale, "no-feature", where)
    if word in ours:
        code = "second-feature" if word in _feature_words(source.language) else "syntax"
        return problem(source.locale, code, where)
    for language in {"ru", "en"} - {source.language}:
        if word in title_keywords(language):
            words = {"name": source.language, "word": word, "better": language}
            return problem(source.locale, "language-wrong", where, **words)
    if not any(other.strip().partition(":")[0] in ours for other in lines[:number]):
        return problem(source.locale, "no-feature", where)
    return line_of_step(line, source, where) or problem(source.locale, "not-a-step", where)


def _feature_words(language: str) -> tuple[str, ...]:
    dialect = Dialect.for_name(language)
    return tuple(dialect.feature_keywords) if dialect else ()


def _decide_kinds(document: GherkinDocument) -> None:
    """Give `*` the kind of step that its text belongs to, and a first `And` that of the background's last step."""
    background = "Context"
    for child in document.feature.children:
        if child.background:
            background = _decide(child.background.steps, "Context")
        inner = background
        for scenario in [child.scenario] if child.scenario else []:
            _decide(scenario.steps, background)
        for below in child.rule.children if child.rule else []:
            if below.background:
                inner = _decide(below.background.steps, "Context")
            elif below.scenario:
                _decide(below.scenario.steps, inner)


def _decide(steps: list[GherkinStep], current: str) -> str:
    """Set the kind of steps that have none of their own; gives the kind of the last one."""
    for step in steps:
        if step.keyword_type in _KINDS:
            current = step.keyword_type
        elif step.keyword == "*":
            fitting = kinds_of(step.text)
            current = _next_kind(current, fitting)
        step.keyword_type = current
    return current


def _next_kind(current: str, fitting: frozenset[Kind]) -> str:
    """The kind of a `*` step: as before if that fits, else the next one in the order given, when, then."""
    order = list(_KINDS)
    turned = order[order.index(current) :] + order[: order.index(current)]
    return next((keyword for keyword in turned if _KINDS[keyword] in fitting), current)


class _OurParser(FeatureParser):
    """pytest-bdd's own conversion, of a document that is already parsed."""

    def __init__(self, path: Path, document: GherkinDocument) -> None:
        super().__init__(str(path.parent), path.name)
        self.document = document

    def _parse_feature_file(self) -> GherkinDocument:
        return self.document

    def parse_steps(self, steps_data: list[GherkinStep]) -> list[Step]:
        """As pytest-bdd, but keywords stay as written ('К тому же', not 'К Тому Же')."""
        steps = super().parse_steps(steps_data)
        for step, written in zip(steps, steps_data, strict=True):
            step.keyword = written.keyword
        return steps


class _Row(ScenarioTemplate):
    """One row of the examples of an outline, all steps (the background's too) filled in."""

    @property
    def all_background_steps(self) -> list[Step]:
        return []


def _spread_examples(feature: Feature, document: GherkinDocument) -> None:
    """Replace every outline by a scenario for each row, named by what the row changes.

    So ids are readable without pytest's escaping, tags of Examples are ordinary tags, and a failure points at its row.
    """
    written = {scenario.location.line: scenario for scenario in scenarios_of(document.feature)}
    spread: dict[str, ScenarioTemplate] = {}
    for name, template in feature.scenarios.items():
        rows = _rows(template, written[template.line_number]) if template.examples else iter(((name, template),))
        for row_name, row in rows:
            row.name = row_name if row_name not in spread else f"{row_name} ({row.line_number})"
            spread[row.name] = row
    feature.scenarios.clear()
    feature.scenarios.update(spread)


def _rows(template: ScenarioTemplate, written: GherkinScenario) -> Iterator[tuple[str, ScenarioTemplate]]:
    for table, examples in zip(written.examples, template.examples, strict=True):
        for line, context in zip(table.table_body or [], examples.as_contexts(), strict=True):
            filled = template.render(context)
            row = _Row(
                feature=template.feature,
                keyword=template.keyword,
                name=f"{filled.name} [{', '.join(context.values())}]",
                line_number=line.location.line,
                templated=False,
                description=template.description,
                tags=template.tags | examples.tags,
                rule=template.rule,
            )
            for step in filled.steps:
                row.add_step(step)
            yield row.name, row
