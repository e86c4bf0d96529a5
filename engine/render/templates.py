"""Documents from templates: found in the workspace or the library, run in the sandbox, checked when they are loaded.

A template of the workspace hides the shipped one of the same name. Whatever is printed is made harmless for its format:
HTML is escaped, Markdown loses its meaning, control characters vanish.
"""

import itertools
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal

import jinja2
from markupsafe import Markup

from engine.audit import Audit
from engine.definitions import document
from engine.definitions.document import shape
from engine.errors import Location, Problem, TemplateError
from engine.render import charts, markdown
from engine.render.ask import Letter
from engine.render.express import Express
from engine.render.report import Report, report_of
from engine.render.report.look import Look
from engine.render.sandbox import Sandbox
from engine.render.words import Words, clean

Locale = Literal["ru", "en"]
More = Callable[[Look], Mapping[str, object]]
"""What only some documents print, by its name in their templates, made of an audit and its words."""

MESSAGES = "messages.yaml"
PAPERS = "messages-papers.yaml"
"""The texts of papers beside the report of an audit: programme, regulation, sheets of people."""
LETTER = "ask.md.j2"
SUFFIX = ".j2"
MAX_BYTES = 500_000
MAX_DOCUMENT = 50_000_000

_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What a wrong template can raise while it is compiled or rendered."""


@shape
class Message:
    """A text of the documents in both languages; none may be missing."""

    ru: str
    en: str


def library() -> Path:
    """The templates that voronka ships."""
    engine = Path(__file__).parents[1]
    packed = engine / "library" / "templates"
    return packed if packed.is_dir() else engine.parent / "templates"


def folders(workspace: Path | None) -> tuple[Path, ...]:
    """Where templates are looked for, in order: the workspace, the library."""
    own = () if workspace is None else (workspace / "templates",)
    return (*own, library())


# --- finding ----------------------------------------------------------------------------------------------------------


class _Loader(jinja2.BaseLoader):
    """Templates of some folders by their name; no name and no link leads out of its folder."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self.roots = roots

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = find(self.roots, template)
        if path is None:
            raise jinja2.TemplateNotFound(template)
        try:
            content = path.read_bytes()
            if len(content) > MAX_BYTES:
                raise jinja2.TemplateSyntaxError(f"is larger than {MAX_BYTES // 1000} kB", 1, template, str(path))
            return content.decode("utf-8-sig"), str(path), lambda: True
        except UnicodeDecodeError:
            raise jinja2.TemplateSyntaxError("is not UTF-8 text", 1, template, str(path)) from None
        except OSError as error:
            raise jinja2.TemplateSyntaxError(f"cannot be read: {error.strerror}", 1, template, str(path)) from None

    def list_templates(self) -> list[str]:
        found = set()
        for root in self.roots:
            found |= {path.relative_to(root).as_posix() for path in root.rglob(f"*{SUFFIX}") if path.is_file()}
        return sorted(found)


def find(roots: Iterable[Path], name: str) -> Path | None:
    """The first file of that name in the folders; None where there is none, or where it lies outside of its folder."""
    steps = PurePosixPath(name)
    if steps.is_absolute() or ".." in steps.parts or "\\" in name or ":" in name or "\0" in name:
        return None
    for root in roots:
        path = root / steps
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return path
    return None


# --- the words --------------------------------------------------------------------------------------------------------


def words_of(audit: Audit, roots: tuple[Path, ...]) -> Words:
    """The words of an audit's language, with the messages of the folders; raises TemplateError."""
    return Words(locale=audit.locale, currency=audit.currency, texts=messages(roots, audit.locale))


def messages(roots: tuple[Path, ...], locale: Locale) -> Mapping[str, str]:
    """The texts of the documents by key: the shipped ones, and over them those of the workspace."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for root, name in itertools.product(reversed(roots), (MESSAGES, PAPERS)):
        path = find((root,), name)
        if path is None:
            continue
        read = document.read(path, _shown(path))
        found: dict[str, Message] = {} if read.problems else read.shaped(dict[str, Message]) or {}
        problems += read.problems
        texts |= {key: message.en if locale == "en" else message.ru for key, message in found.items()}
    if problems:
        raise TemplateError(problems)
    return texts


# --- rendering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What a template needs: the audit, the same in words, the words themselves; `express`, `letter`: their own."""

    audit: Audit
    express: Express | None = None
    letter: Letter | None = None
    report: Report
    words: Words
    roots: tuple[Path, ...]
    more: Mapping[str, object] = field(default_factory=dict)


def prepare(
    audit: Audit,
    roots: tuple[Path, ...],
    diagrams: Mapping[str, str] | None = None,
    express: Express | None = None,
    more: More | None = None,
) -> Rendering:
    """Make the report of an audit ready for its templates; raises TemplateError where the messages are wrong.

    `diagrams`: pictures of its processes by name (see `diagrams.py`); without them the report has none. `more`: makes
    what only some documents print (`programme`, `sheet`).
    """
    words = words_of(audit, roots)
    try:
        report = report_of(audit, words, diagrams)
        added = more(Look(audit, words)) if more else {}
    except KeyError as missing:
        raise _no_message(str(missing.args[0]), roots) from None
    return Rendering(audit=audit, report=report, words=words, roots=roots, express=express, more=added)


def _no_message(key: str, roots: tuple[Path, ...]) -> TemplateError:
    where = Location(_shown(roots[-1] / MESSAGES))
    text = f"there is no message `{key}`, or a `{{name}}` in a message that has no value"
    return TemplateError([Problem(where=where, code="template-message", message=text)])


def render(name: str, rendering: Rendering) -> str:
    """The document that a template makes (`plan.html.j2`); raises TemplateError with the place of what is wrong."""
    given: dict[str, object] = {"audit": rendering.audit, "report": rendering.report}
    given |= {"express": rendering.express, "letter": rendering.letter, **rendering.more}
    return _made(name, given, rendering.words, rendering.roots)


def render_letter(letter: Letter, words: Words, roots: tuple[Path, ...]) -> str:
    """The letter to the client, which no audit has to stand behind; raises TemplateError."""
    return _made(LETTER, {"letter": letter}, words, roots)


def _made(name: str, given: Mapping[str, object], words: Words, roots: tuple[Path, ...]) -> str:
    environment = _environment(name, words, roots)
    try:
        pieces, length = [], 0
        for piece in environment.get_template(name).generate(given):
            length += len(piece)
            if length > MAX_DOCUMENT:
                raise jinja2.TemplateRuntimeError("the document grows without end")
            pieces.append(piece)
        return "".join(pieces).rstrip() + "\n"
    except _FAILURES as error:
        raise TemplateError([_problem(error, name, roots)]) from None


def _environment(name: str, words: Words, roots: tuple[Path, ...]) -> Sandbox:
    """A fresh environment: its budget of work is that of one document.

    In Markdown too autoescape is on: `finalize` has made every value harmless before, and a macro is not escaped twice.
    """
    finalize = _for_markdown if name.endswith(f".md{SUFFIX}") else _for_html
    environment = Sandbox(
        loader=_Loader(roots),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    said = (words.share, words.percent, words.duration, words.day, words.day_short, words.moment, words.money)
    environment.filters.update({filter_.__name__: filter_ for filter_ in said})
    environment.filters.update({"number": words.number, "whole": words.count})
    environment.globals.update({"t": words.t, "sign": charts.sign, "bar": charts.bar})
    environment.globals.update({"whisker": charts.whisker, "trend": charts.trend})
    return environment


def _for_html(value: object) -> object:
    return value if isinstance(value, Markup | jinja2.Undefined) else clean(str(value))


def _for_markdown(value: object) -> object:
    return value if isinstance(value, Markup | jinja2.Undefined) else Markup(markdown.escape(str(value)))  # noqa: S704


# --- what is wrong ----------------------------------------------------------------------------------------------------

_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (jinja2.exceptions.SecurityError, "template-forbidden"),
    (jinja2.UndefinedError, "template-undefined"),
    (jinja2.TemplateSyntaxError, "template-syntax"),
    (jinja2.TemplateNotFound, "template-missing"),
)
_HINTS = {
    "template-undefined": "docs/reports.md lists what a template may print",
    "template-missing": "includes are looked for in templates/ of the workspace, then in the library",
    "template-forbidden": "templates print; what is computed belongs to the engine",
}


def _problem(error: BaseException, name: str, roots: tuple[Path, ...]) -> Problem:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "template-failed")
    return Problem(where=_place(error, name, roots), code=code, message=_told(error), hint=_HINTS.get(code, ""))


def _told(error: BaseException) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template `{error.name}`"
    if isinstance(error, RecursionError):
        return "the template includes or calls itself without end"
    if isinstance(error, KeyError):
        return f"there is no `{error.args[0]}`"
    if isinstance(error, jinja2.TemplateError):
        return error.message or type(error).__name__
    return str(error) or type(error).__name__


def _place(error: BaseException, name: str, roots: tuple[Path, ...]) -> Location:
    """The line of the innermost template that was at work."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Location(_shown(Path(error.filename or name)), error.lineno)
    inside = {str(root) for root in roots}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(frame.filename.startswith(root) for root in inside):
            return Location(_shown(Path(frame.filename)), frame.lineno or 0)
    path = find(roots, name)
    return Location(_shown(path) if path else name)


def _shown(path: Path) -> str:
    """A template as its author knows it: from `templates/` on; the shipped ones say so."""
    parts = path.parts
    if "templates" not in parts:
        return path.name
    start = len(parts) - 1 - parts[::-1].index("templates")
    shown = "/".join(parts[start:])
    return f"{shown} (shipped)" if path.is_relative_to(library()) else shown


def check_templates(root: Path | None, locale: Locale) -> Iterator[Problem]:
    """Every problem of the templates of a workspace and of the library: each is tried with a made-up audit.

    A workspace without templates and messages of its own has none: those of the library are tried before it is shipped
    (`root` None).
    """
    if root is not None and not _own(root):
        return
    from engine.render.sample import sample
    from engine.render.sample.express import express_page
    from engine.render.sample.letter import sample_letter
    from engine.render.sample.papers import papers

    roots, audit = folders(root), sample(locale)
    try:
        rendering = prepare(audit, roots)
        page, letter = express_page(audit, rendering.words.texts), sample_letter(rendering.words)
        rendering = replace(rendering, express=page, letter=letter, more=papers(Look(audit, rendering.words)))
    except TemplateError as error:
        yield from error.problems
        return
    for name in _Loader(roots).list_templates():
        yield from _tried(name, rendering)


def _own(root: Path) -> bool:
    """Whether a workspace has templates or messages of its own."""
    loader, here = _Loader((root / "templates",)), (root / "templates",)
    return bool(loader.list_templates()) or any(find(here, name) for name in (MESSAGES, PAPERS))


def _tried(name: str, rendering: Rendering) -> Iterator[Problem]:
    """Whole documents are rendered, parts of them (`_name`) are only compiled."""
    if find(rendering.roots, name) is None:
        yield _problem(jinja2.TemplateNotFound(name, "lies outside of its folder"), name, rendering.roots)
        return
    try:
        if PurePosixPath(name).name.startswith("_"):
            _environment(name, rendering.words, rendering.roots).get_template(name)
        else:
            render(name, rendering)
    except TemplateError as error:
        yield from error.problems
    except _FAILURES as error:
        yield _problem(error, name, rendering.roots)
