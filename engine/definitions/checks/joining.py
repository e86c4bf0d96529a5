"""Checks of `link`, `merge` and `continues`: what they name is there, and they fit each other."""

from collections.abc import Iterator

from engine.definitions.checks.common import unknown
from engine.definitions.document import Document, Path_, Span, shortened
from engine.definitions.joining import WHOLE_CASE, fed, in_order, is_phone, own_processes
from engine.definitions.settings import Settings
from engine.definitions.source import Source
from engine.errors import Problem


def check_joining(document: Document, settings: Settings) -> Iterator[Problem]:
    """Problems of sources that join the cases of others, or make one case of several."""
    for position, source in enumerate(settings.sources):
        path: Path_ = ("sources", position)
        said = [key for key in ("link", "merge", "continues") if getattr(source, key) is not None]
        if len(said) > 1:
            message = f"a source takes one of `link`, `merge`, `continues`; this one has {' and '.join(said)}"
            hint = "put `merge` to the source whose cases begin"
            yield document.problem((*path, said[1]), "several-joins", message, hint, key=True)
        yield from _link(document, path, source, settings.sources)
        yield from _merge(document, path, source, settings.sources)
    yield from _circles(document, settings)


def _link(document: Document, path: Path_, source: Source, sources: tuple[Source, ...]) -> Iterator[Problem]:
    link = source.link
    if link is None:
        return
    names = tuple(one.name for one in sources)
    to = (*path, "link", "to")
    if link.to not in names:
        yield unknown(document, to, "unknown-source", "source", link.to, names)
    if link.to == source.name:
        message = "a source cannot be linked to itself"
        yield document.problem(to, "link-to-itself", message, "name the source of the cases")
    if not link.on:
        message, hint = "it is not said what must be equal", "write on: {phone: phone}"
        yield document.problem((*path, "link", "on"), "missing-key", message, hint)
    yield from _window(document, (*path, "link", "within"), link.within)
    target = next((one for one in sources if one.name == link.to and one is not source), None)
    if target is None:
        return
    if target.link is not None:
        message, hint = f"`{link.to}` is linked itself: it has no cases of its own", f"write to: {target.link.to}"
        yield document.problem(to, "link-to-link", message, hint)
        return
    known = (*target.attributes, *target.case, WHOLE_CASE)
    for ours, theirs in link.on.items():
        if theirs not in known:
            where = (*path, "link", "on", ours)
            yield unknown(document, where, "unknown-attribute", f"attribute of `{link.to}`", theirs, known)


def _merge(document: Document, path: Path_, source: Source, sources: tuple[Source, ...]) -> Iterator[Problem]:
    merge = source.merge
    if merge is None:
        return
    by = (*path, "merge", "by")
    if merge.by not in source.attributes:
        yield unknown(document, by, "unknown-attribute", "attribute", merge.by, tuple(source.attributes))
        return
    yield from _window(document, (*path, "merge", "within"), merge.within)
    for other in sources[: int(path[1])]:
        together = set(own_processes(other)) & set(own_processes(source))
        if other.merge is None or not together or merge.by not in other.attributes:
            continue
        name, place = min(together), (*path, "merge")
        if (other.merge.by, other.merge.within.seconds) != (merge.by, merge.within.seconds):
            message = f"`{shortened(other.name)}` merges cases of process `{name}` in another way"
            hint = f"write {{by: {other.merge.by}, within: {other.merge.within.text}}} in both"
            yield document.problem(place, "merge-differs", message, hint, key=True)
        elif is_phone(merge.by, other.attributes[merge.by]) != is_phone(merge.by, source.attributes[merge.by]):
            message = f"`{merge.by}` is a phone number in one of `{shortened(other.name)}` and this source only"
            yield document.problem(place, "merge-differs", message, "write type: phone in both", key=True)


def _window(document: Document, path: Path_, within: Span | None) -> Iterator[Problem]:
    if within is not None and not within.seconds:
        message, hint = f"`{within.text}` is no window of hours", "write 1h, 1d or 3d"
        yield document.problem(path, "bad-duration", message, hint)


def _circles(document: Document, settings: Settings) -> Iterator[Problem]:
    """Sources that go on from each other, and sources that go on from none."""
    sources = settings.sources
    ordered = in_order(sources)
    for position, source in enumerate(sources):
        if source.continues is None:
            continue
        place: Path_ = ("sources", position, "continues", "process")
        others = [one for one in sources if one is not source and one.link is None]
        if source not in ordered:
            message = "sources go on from each other in a circle"
            yield document.problem(place, "continues-circle", message, "let one of them begin its cases")
        elif not any(source.continues.process in fed(one, sources) for one in others):
            message = f"no other source has cases of process `{shortened(source.continues.process)}`"
            yield document.problem(place, "continues-nothing", message, "name the process of the source it follows")
