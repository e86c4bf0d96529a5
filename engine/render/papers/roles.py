"""The report of an audit for each reader: the owner, the head of sales, every manager."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audit import Audit
from engine.errors import Location, Problem, TemplateError
from engine.pipeline.worklists import WorkLists
from engine.render.filenames import file_names
from engine.render.papers.sheet import managers_of, sheet_of
from engine.render.report.look import Look
from engine.render.templates import prepare, render

ROLES = ("owner", "sales", "managers")
_PAGES = ("owner", "sales")
_FORMATS = ("md", "html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """For whom reports are written; `lists`: the open cases, where managers are among them; `nobody`: no managers.

    `link`: the pattern of the address of a case in the client's system.
    """

    roles: tuple[str, ...]
    lists: WorkLists
    nobody: frozenset[str] = frozenset()
    link: str | None = None


def check_roles(roles: str) -> tuple[str, ...]:
    """The roles of `owner,sales`; TemplateError for one that is not known."""
    wanted = tuple(name.strip() for name in roles.split(",") if name.strip())
    unknown = sorted(set(wanted) - set(ROLES))
    if unknown:
        message, hint = f"unknown reader `{unknown[0]}`", f"known: {', '.join(ROLES)}"
        raise TemplateError([Problem(where=Location("--for"), code="unknown-reader", message=message, hint=hint)])
    return wanted


def role_documents(
    audit: Audit, roots: tuple[Path, ...], formats: Collection[str], readers: Readers
) -> Mapping[str, str]:
    """`owner.html`, `sales.md`, `managers/NAME.html` and so on, by name, in the formats that are texts."""
    return dict(_documents(audit, roots, [form for form in _FORMATS if form in formats], readers))


def _documents(
    audit: Audit, roots: tuple[Path, ...], formats: Collection[str], readers: Readers
) -> Iterator[tuple[str, str]]:
    if not readers.roles or not formats:
        return
    rendering = prepare(audit, roots)
    for page in _PAGES:
        if page in readers.roles:
            yield from ((f"{page}.{form}", render(f"{page}.{form}.j2", rendering)) for form in formats)
    if "managers" in readers.roles:
        look = Look(audit, rendering.words)
        names = file_names(managers_of(look, readers.lists, readers.nobody), rendering.words.t("lists.nobody"))
        for manager, name in names.items():
            mine = replace(rendering, more={"sheet": sheet_of(look, manager, readers.lists, readers.link)})
            yield from ((f"managers/{name}.{form}", render(f"manager.{form}.j2", mine)) for form in formats)
