"""A scenario that did not come true, in the words of the business: what was expected, what was seen."""

from dataclasses import dataclass

SHOWN_CASES = 5


class Unmet(Exception):
    """An expectation that did not come true. `cases` are ids of counter-examples; five of them are shown."""

    def __init__(self, expected: str, observed: str, cases: tuple[str, ...] = ()) -> None:
        super().__init__(f"{expected} / {observed}")
        self.expected, self.observed, self.cases = expected, observed, cases


class WrongWord(Exception):
    """A step that cannot be carried out as it is written: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a failure is: file and line of the step, the step as written, the scenario."""

    file: str
    line: int
    step: str
    scenario: str


_LABELS = {
    "ru": ("ожидалось", "на деле", "обращения", "сценарий", "не так", "совет"),
    "en": ("expected", "observed", "cases", "scenario", "wrong", "hint"),
}


def told(place: Place, failure: Unmet | WrongWord, locale: str) -> str:
    """The failure as it is printed; no line of it speaks of Python."""
    expected, observed, cases, scenario, wrong, hint = _LABELS[locale]
    if isinstance(failure, Unmet):
        rows = [(expected, failure.expected), (observed, failure.observed)]
        if failure.cases:
            rows.append((cases, ", ".join(failure.cases[:SHOWN_CASES])))
    else:
        rows = [(wrong, failure.message), *([(hint, failure.hint)] if failure.hint else [])]
    rows.append((scenario, place.scenario))
    width = max(len(label) for label, _ in rows) + 1
    lines = [f"{place.file}:{place.line}: {place.step}"]
    lines.extend(f"  {label + ':':<{width}} {text}" for label, text in rows)
    return "\n".join(lines)
