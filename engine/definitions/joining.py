"""How sources belong together: whose cases an event joins, which processes a source feeds, what must be equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.definitions.source import Attribute, Source

WHOLE_CASE = "case"
"""The name of a case as a key: all columns of `case`, joined by `/`."""


def joins(source: Source) -> bool:
    """Whether the cases of a source are known only when all sources are."""
    return source.link is not None or source.merge is not None or source.continues is not None


def own_processes(source: Source) -> tuple[str, ...]:
    """The processes that a source itself names."""
    if source.process is None:
        return (source.continues.process,) if source.continues else ()
    return tuple(dict.fromkeys((*filter(None, (source.process.name,)), *source.process.is_.values())))


def fed(source: Source, sources: Sequence[Source]) -> tuple[str, ...]:
    """Every process that events of a source may belong to: a linked one feeds those of its target."""
    if source.link is not None:
        target = next((one for one in sources if one.name == source.link.to), None)
        return fed(target, sources) if target is not None and target.link is None else ()
    further = (source.continues.process,) if source.continues else ()
    return tuple(dict.fromkeys((*own_processes(source), *further)))


def continued(source: Source, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources whose cases a source goes on from."""
    if source.continues is None:
        return ()
    process = source.continues.process
    return tuple(one for one in sources if one.name != source.name and _begins(one, process))


def _begins(source: Source, process: str) -> bool:
    """Whether cases of the process begin in the source."""
    goes_on = source.continues is not None and source.continues.process == process
    return source.link is None and not goes_on and process in own_processes(source)


def in_order(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Sources that others go on from stand before them; where they go in a circle, those are left out."""
    done: list[Source] = []
    names: set[str] = set()
    waiting = list(sources)
    while ready := [one for one in waiting if all(other.name in names for other in continued(one, sources))]:
        done += ready
        names |= {one.name for one in ready}
        waiting = [one for one in waiting if one.name not in names]
    return tuple(done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a row is found by: `id` names the pair of sources, `name` an attribute, a column, or the case itself.

    `at`: where it is said, in the source that it is of; () where it is said by another source.
    """

    id: str
    name: str
    phone: bool = False
    at: tuple[str | int, ...] = ()


def keys(source: Source, sources: Sequence[Source]) -> tuple[Key, ...]:
    """The keys that rows of a source need: its own to find others, and those that others find it by."""
    return (*_own_keys(source, sources), *_keys_of_others(source, sources))


def _own_keys(source: Source, sources: Sequence[Source]) -> Iterable[Key]:
    if source.continues is not None:
        yield Key(id=continues_id(source), name=source.continues.on, at=("continues", "on"))
    target = next((one for one in sources if source.link and one.name == source.link.to), None)
    if source.link is not None and target is not None:
        for number, (ours, theirs) in enumerate(source.link.on.items()):
            phone = _is_phone(source, ours) or _is_phone(target, theirs)
            yield Key(id=link_id(source, number), name=ours, phone=phone, at=("link", "on", ours))


def _keys_of_others(source: Source, sources: Sequence[Source]) -> Iterable[Key]:
    for other in sources:
        if source in continued(other, sources):
            yield Key(id=continues_id(other), name=WHOLE_CASE)
        if other.link is not None and other.link.to == source.name:
            for number, (ours, theirs) in enumerate(other.link.on.items()):
                phone = _is_phone(other, ours) or _is_phone(source, theirs)
                yield Key(id=link_id(other, number), name=theirs, phone=phone)


def continues_id(source: Source) -> str:
    """The id of the key by which a source goes on from others."""
    return f"continues {source.name}"


def link_id(source: Source, number: int) -> str:
    """The id of a key of a link, the most trusted first."""
    return f"link {source.name} {number}"


def _is_phone(source: Source, name: str) -> bool:
    attribute = source.attributes.get(name)
    return is_phone(name, attribute) if attribute is not None else name == "phone"


def is_phone(name: str, attribute: Attribute) -> bool:
    """Whether values of an attribute are phone numbers: it says so, or is called so and says nothing else."""
    return attribute.type == "phone" or (name == "phone" and attribute.type == "text")
