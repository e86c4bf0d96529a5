"""An audit in the terminal: the funnel, the verdicts, what is wrong. Fits 60 columns; says all without colour."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.audit import Audit
from engine.render.report import Report
from engine.render.report.funnel import Funnel
from engine.render.templates import folders, prepare
from engine.render.words import Words, clean

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text

_STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "grey": "dim", "na": "dim", "error": "bold red"}
_PLAIN = str.maketrans(
    {"█": "#", "░": ".", "✕": "x", "▲": "!", "●": "o", "○": "?", "·": "-", "–": "-", "—": "-", "−": "-", "≥": ">="}
    | {"\u202f": " ", "\u00a0": " ", "₽": "RUB", "«": '"', "»": '"', "“": '"', "”": '"', "×": "x"}
)


@dataclass(frozen=True, slots=True)
class AuditView:
    """What `show` gives: rich draws it for the console it meets (width, colours, encoding)."""

    report: Report
    words: Words

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterable["RenderableType"]:
        draw = _Draw(self.words, options.max_width, options.encoding)
        yield draw.text(self.report.client, "bold")
        yield draw.text(self.report.period, "dim")
        for funnel in self.report.funnels:
            yield draw.text("")
            yield draw.text(f"{funnel.title}: {funnel.summary}")
            yield draw.funnel(funnel)
        yield draw.text("")
        yield draw.verdicts(self.report)
        yield from draw.findings(self.report)


def show(audit: Audit, roots: tuple[Path, ...] | None = None) -> AuditView:
    """An audit as something that rich prints; raises TemplateError where the messages of the workspace are wrong."""
    rendering = prepare(audit, roots if roots is not None else folders(None))
    return AuditView(rendering.report, rendering.words)


@dataclass(frozen=True, slots=True)
class _Draw:
    words: Words
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
            if self.encoding.casefold() not in ("ascii", "us-ascii"):
                return text.encode(self.encoding, "replace").decode(self.encoding)
            return text.encode("ascii", "replace").decode("ascii")
        return text

    def funnel(self, funnel: Funnel) -> "Table":
        """A bar for each stage: what went on, and beside it how many of all got there."""
        table = self._table()
        room = max(6, min(40, self.width - 42))
        for row in funnel.rows:
            bar = "█" * max(1, round(row.width * room)) if row.width else ""
            table.add_row(
                self.text(row.title), self.text(bar, "cyan"), self.text(row.reached), self.text(row.share, "dim")
            )
        return table

    def verdicts(self, report: Report) -> "Table":
        """The control points with their values and verdicts."""
        table = self._table(narrow=(0, 1))
        last = ""
        for row in report.points:
            if row.process != last:
                table.add_row(self.text(row.process, "bold"))
                last = row.process
            style = _STYLES.get(row.mark.code, "")
            table.add_row(self.text(row.title), self.text(row.value), self.text(str(replace(row.mark, more="")), style))
        return table

    def findings(self, report: Report) -> Iterable["RenderableType"]:
        """The findings, one a paragraph."""
        if report.findings:
            yield self.text("")
            yield self.text(self.words.t("terminal.findings"), "bold")
        for finding in report.findings:
            line = self.text(f"{finding.mark.symbol} ", _STYLES.get(finding.mark.code, ""))
            line.append_text(self.text(finding.title))
            if finding.cost:
                line.append_text(self.text(f" — {finding.cost}", "dim"))
            yield line

    def _table(self, narrow: tuple[int, ...] = ()) -> "Table":
        from rich.table import Table

        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        for n in range(3 if narrow else 4):
            table.add_column(overflow="fold", no_wrap=False, justify="right" if not narrow and n >= 2 else "left")
        return table
