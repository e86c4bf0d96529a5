"""An audit in the terminal: the funnel, the verdicts, what is wrong. Fits 60 columns; says all without colour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.audit import Audit
from engine.render.report import Report
from engine.render.report.counters import CounterTable
from engine.render.report.findings import FindingShown
from engine.render.report.funnel import Funnel
from engine.render.templates import folders, prepare
from engine.render.words import Words, clean

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text

STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "grey": "dim", "na": "dim", "error": "bold red"}
_PLAIN = str.maketrans(
    {"█": "#", "░": ".", "✕": "x", "▲": "!", "●": "o", "○": "?", "·": "-", "–": "-", "—": "-", "−": "-", "≥": ">="}
    | {"\u202f": " ", "\u00a0": " ", "₽": "RUB", "«": '"', "»": '"', "“": '"', "”": '"', "×": "x", "→": "->", "≈": "~"}
    | {"’": "'", "✓": "v"}
)
_GAP = 2
MOST_SEGMENTS = 2
"""Segments told under a finding."""


@dataclass(frozen=True, slots=True)
class AuditView:
    """What `show` gives: rich draws it for the console it meets (width, colours, encoding)."""

    report: Report
    words: Words

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterable["RenderableType"]:
        draw = Draw(options.max_width, options.encoding)
        yield draw.text(self.report.client, "bold")
        yield draw.text(self.report.period, "dim")
        for funnel in self.report.funnels:
            yield draw.text("")
            yield from _funnel(draw, funnel, self.words)
        for counters in self.report.counters:
            yield draw.text("")
            yield from _counters(draw, counters)
        yield draw.text("")
        yield _verdicts(draw, self.report)
        for line in self.report.lacking:
            yield draw.listed("–", line)
        yield from _findings(draw, self.report, self.words)
        yield from _monday(draw, self.report, self.words)


def show(audit: Audit, roots: tuple[Path, ...] | None = None) -> AuditView:
    """An audit as something that rich prints; raises TemplateError where the messages of the workspace are wrong."""
    rendering = prepare(audit, roots if roots is not None else folders(None))
    return AuditView(rendering.report, rendering.words)


@dataclass(frozen=True, slots=True)
class Draw:
    """Texts and tables for one console: its width, the letters it has."""

    width: int
    encoding: str

    def text(self, text: str, style: str = "") -> "Text":
        """A text as it can be shown: never markup, never a control character, in letters the terminal has."""
        from rich.text import Text

        return Text(self._letters(clean(text)), style=style)

    def _letters(self, text: str) -> str:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            text = text.translate(_PLAIN)
            known = "ascii" if self.encoding.casefold() in ("ascii", "us-ascii") else self.encoding
            return text.encode(known, "replace").decode(known)
        return text

    def listed(self, sign: str, text: str, style: str = "") -> "Table":
        """A line of a list: what wraps stands under the text, not under its sign."""
        table = self.table(1, whole=(0,))
        table.add_row(self.text(sign, style), self.text(text))
        return table

    def table(self, columns: int, *, whole: Sequence[int] = (), right: Sequence[int] = ()) -> "Table":
        """A table of `columns` after the first; those of `whole` never wrap, those of `right` are numbers."""
        from rich.table import Table

        table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
        for n in range(columns + 1):
            table.add_column(overflow="fold", no_wrap=n in whole, justify="right" if n in right else "left")
        return table


def _funnel(draw: Draw, funnel: Funnel, words: Words) -> Iterator["RenderableType"]:
    """A bar for each stage of the happy path, and beside it how many of all got there."""
    yield draw.text(f"{funnel.title}: {funnel.summary}")
    numbers = [(row.reached, row.share) for row in funnel.rows]
    taken = sum(max((len(row[n]) for row in numbers), default=0) + _GAP for n in (0, 1))
    titles = min(max((len(row.title) for row in funnel.rows), default=0), max(16, draw.width // 3)) + _GAP
    room = max(6, min(40, draw.width - taken - titles - _GAP))
    table = draw.table(3, whole=(1, 2, 3), right=(2, 3))
    for row in funnel.rows:
        bar = "█" * max(1, round(row.width * room)) if row.width else ""
        shown = draw.text(bar, "cyan"), draw.text(row.reached), draw.text(row.share, "dim")
        table.add_row(draw.text(row.title), *shown)
    yield table
    if funnel.aside:
        yield draw.text(words.t("funnel.beside", what="; ".join(funnel.aside)), "dim")


def _counters(draw: Draw, counters: CounterTable) -> Iterator["RenderableType"]:
    """The total of each counter, and what it comes to in a day."""
    yield draw.text(counters.title)
    table = draw.table(2, whole=(1, 2), right=(1, 2))
    for row in counters.rows:
        table.add_row(draw.text(row.title), draw.text(row.total), draw.text(row.each, "dim"))
    yield table


def _verdicts(draw: Draw, report: Report) -> "Table":
    """The control points with their values and verdicts."""
    table = draw.table(2, whole=(2,))
    last = ""
    for row in report.points:
        if row.process != last:
            table.add_row(draw.text(row.process, "bold"))
            last = row.process
        style = STYLES.get(row.mark.code, "")
        table.add_row(draw.text(row.title), draw.text(row.value), draw.text(str(replace(row.mark, more="")), style))
    return table


def _findings(draw: Draw, report: Report, words: Words) -> Iterator["RenderableType"]:
    """The findings, one a paragraph; those told in full with what they cost, of the others the number."""
    if report.findings:
        yield draw.text("")
        yield draw.text(words.t("terminal.findings"), "bold")
    titles = Counter(finding.title for finding in report.findings)
    for finding in report.findings:
        told = _told(finding, named=titles[finding.title] > 1)
        yield draw.listed(finding.mark.symbol, told, STYLES.get(finding.mark.code, ""))
        for row in finding.where_worst.rows[:MOST_SEGMENTS]:
            said = words.t("scan.short", segment=row.segment, value=row.value, rest=row.rest)
            yield draw.listed("  →", said, "dim")
    if report.more_findings:
        yield draw.text(words.t("terminal.more", n=len(report.more_findings)), "dim")
    if report.blind:
        yield draw.text(report.blind, "dim")


def _told(finding: FindingShown, *, named: bool) -> str:
    """Title and cost; `named`: with where it is, for another finding has the same title."""
    title = f"{finding.title} ({finding.where})" if named else finding.title
    return f"{title}: {finding.cost}" if finding.cost else title


def _monday(draw: Draw, report: Report, words: Words) -> Iterator["RenderableType"]:
    if report.monday:
        yield draw.text("")
        yield draw.text(words.t("monday.title"), "bold")
    for item in report.monday:
        yield draw.listed(f"{item.rank}.", f"{item.title}: {item.who}, {words.t('monday.until', day=item.due)}")
