"""The steps there are: as a table, for the terminal, for the documentation, and the nearest to a misspelt one."""

import difflib
from functools import cache

from engine.bdd import counts, steps_judged, steps_log, steps_model
from engine.bdd.library import STEPS, Defined, Kind, StepInfo


@cache
def _loaded() -> tuple[Defined, ...]:
    assert all((steps_model, steps_judged, steps_log, counts))  # importing them defines their steps
    return tuple(STEPS)


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
