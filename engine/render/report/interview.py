"""The interview sheet: what only the client can answer, why we ask, which finding it decides, where the answer goes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.render.report.funnel import cost_of
from engine.render.report.look import Look
from engine.rules.finding import CauseVerdict, Finding

_PLAIN = re.compile(r"[^\W\d]\w*(\.\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A cause that the client decides. `claim`: what is true or not; `decides`: the findings it is a cause of."""

    number: int
    ask: str
    claim: str
    decides: tuple[str, ...]
    yaml: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question that has its answer."""

    claim: str
    said: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Open questions, those that are answered, data that would answer what nobody needs to be asked."""

    questions: tuple[Question, ...]
    answered: tuple[Answered, ...]
    data: tuple[str, ...]


Asked = tuple[Finding, CauseVerdict]


def interview_of(look: Look) -> Interview | None:
    """The sheet of an audit; None where there is nothing to ask and nothing was."""
    causes = [(finding, cause) for finding in look.told for cause in finding.causes]
    asked: dict[str, list[Asked]] = {}
    for finding, cause in causes:
        if cause.by == "client":
            asked.setdefault(f"{finding.rule}.{cause.name}", []).append((finding, cause))
    still_open = {key: found for key, found in asked.items() if found[0][1].verdict == "not assessable"}
    closed = [found[0][1] for key, found in asked.items() if key not in still_open]
    data = tuple(dict.fromkeys(_data(look, causes)))
    if not asked and not data:
        return None
    return Interview(
        questions=tuple(_question(look, n, key, found) for n, (key, found) in enumerate(still_open.items(), 1)),
        answered=tuple(_answered(look, cause) for cause in closed),
        data=data,
    )


def _question(look: Look, number: int, key: str, found: Sequence[Asked]) -> Question:
    cause = found[0][1]
    return Question(
        number=number,
        ask=cause.question or "",
        claim=cause.title,
        decides=tuple(_decides(look, finding) for finding, _ in found),
        yaml=f'{_key(key)}: {{answer: unknown, note: ""}}',
        note=cause.note or "",
    )


def _key(key: str) -> str:
    """A key as YAML reads it back."""
    return key if _PLAIN.fullmatch(key) else "'" + key.replace("'", "''") + "'"


def _decides(look: Look, finding: Finding) -> str:
    where = ", ".join(filter(None, (look.process_title(finding.process), look.segment(finding.segment))))
    cost = cost_of(look, finding)
    more = look.words.t("interview.cost", cost=cost) if cost else ""
    return look.words.t("interview.decides", finding=finding.title, where=where, cost=more)


def _answered(look: Look, cause: CauseVerdict) -> Answered:
    word = "yes" if cause.verdict == "supported" else "no"
    return Answered(claim=cause.title, said=look.words.t(f"interview.{word}"), note=cause.note or "")


def _data(look: Look, causes: Sequence[Asked]) -> Iterator[str]:
    for finding, cause in causes:
        if cause.verdict == "not assessable" and cause.missing:
            names = ", ".join(look.data(name) for name in cause.missing)
            yield look.words.t("interview.data.line", data=names, cause=cause.title, finding=finding.title)
