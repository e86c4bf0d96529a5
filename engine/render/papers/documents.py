"""The programme and the regulation of a workspace as files."""

from collections.abc import Collection, Mapping
from datetime import date

from engine.audit import Audit
from engine.errors import Location, Problem, TemplateError
from engine.pipeline.before import limits_of
from engine.render.diagrams import diagrams, plain
from engine.render.papers.programme import programme_of
from engine.render.papers.terms import Terms
from engine.render.report.look import Look
from engine.render.templates import folders, prepare, render
from engine.workspace import Workspace

FORMATS = ("md", "html")
_DOCUMENTS = ("programme", "regulation")


def check_paper_formats(formats: str) -> tuple[str, ...]:
    """The formats of `md,html`; TemplateError for one that these documents have not."""
    wanted = tuple(name.strip() for name in formats.split(",") if name.strip())
    unknown = sorted(set(wanted) - set(FORMATS))
    if unknown:
        message, hint = f"unknown format `{unknown[0]}`", f"known: {', '.join(FORMATS)}"
        raise TemplateError([Problem(where=Location("--format"), code="unknown-format", message=message, hint=hint)])
    return wanted


def programme_documents(
    workspace: Workspace, audit: Audit, start: date, formats: Collection[str], *, named: bool = True
) -> Mapping[str, bytes]:
    """`programme.html`, `regulation.md` and so on, by name. `audit` may be one without data."""
    processes = tuple(workspace.processes.values())
    limits = limits_of(workspace)
    pictures = {**plain(processes, audit.locale), **diagrams(audit, processes)}

    def more(look: Look) -> Mapping[str, object]:
        terms = Terms(look, workspace.settings, processes, limits, start, pictures, named)
        return {"programme": programme_of(terms)}

    rendering = prepare(audit, folders(workspace.root), more=more)
    names = [f"{document}.{form}" for document in _DOCUMENTS for form in formats]
    return {name: render(f"{name}.j2", rendering).encode() for name in names}
