"""A process that `extends` another, a source that follows a `profile`: data put together, every place kept."""

from collections.abc import Callable, Iterable, Mapping

from engine.definitions.document import Document, Path_, Raw

_BY_KEY = ("dimensions", "control_points")


def _name_of(item: Raw) -> object:
    return item.get("name") if isinstance(item, dict) else None


def _trigger_of(item: Raw) -> object:
    return item.get("trigger") if isinstance(item, dict) else None


_LISTS: Mapping[str, Callable[[Raw], object]] = {
    "states": _name_of,
    "marks": _name_of,
    "transitions": _trigger_of,
}


def extended(child: Document, parent: Document) -> Document:
    """The child with what it does not say itself taken from the parent; keys of the child win.

    States and marks are merged by name, transitions by trigger (a trigger of the child replaces every line of that
    trigger), dimensions and control points by name. What is replaced keeps its position, what is new comes last.
    """
    whole = Document(child.file, {}, list(child.problems), sha256=child.sha256)
    whole.values[()] = child.values.get((), (1, 1))
    from_parent: dict[Path_, Path_] = {}
    from_child: dict[Path_, Path_] = {}
    for key in [*parent.data, *(k for k in child.data if k not in parent.data)]:
        ours, theirs = child.data.get(key), parent.data.get(key)
        if key in _LISTS and isinstance(ours, list) and isinstance(theirs, list):
            whole.data[key] = _lists(key, ours, theirs, from_child, from_parent)
            from_child |= _head(child, key)
        elif key in _BY_KEY and isinstance(ours, dict) and isinstance(theirs, dict):
            whole.data[key] = {**theirs, **ours}
            from_parent |= {(key, name): (key, name) for name in theirs if name not in ours}
            from_child |= {(key, name): (key, name) for name in ours} | _head(child, key)
        elif key in child.data:
            whole.data[key] = ours
            from_child[(key,)] = (key,)
        else:
            whole.data[key] = theirs
            from_parent[(key,)] = (key,)
    whole.carry(parent, from_parent)
    whole.carry(child, from_child)
    return whole


def _head(child: Document, key: str) -> dict[Path_, Path_]:
    return {(key,): (key,)} if (key,) in child.values else {}


def _lists(
    key: str, ours: list[Raw], theirs: list[Raw], from_child: dict[Path_, Path_], from_parent: dict[Path_, Path_]
) -> list[Raw]:
    identity = _LISTS[key]
    mine: dict[object, list[int]] = {}
    for position, item in enumerate(ours):
        mine.setdefault(identity(item), []).append(position)
    merged: list[Raw] = []

    def take(position: int) -> None:
        from_child[(key, position)] = (key, len(merged))
        merged.append(ours[position])

    done: set[object] = set()
    for position, item in enumerate(theirs):
        name = identity(item)
        if name is None or name not in mine:
            from_parent[(key, position)] = (key, len(merged))
            merged.append(item)
        elif name not in done:
            done.add(name)
            for own in mine[name]:
                take(own)
    for name, positions in mine.items():
        if name not in done:
            for own in positions:
                take(own)
    return merged


def follow_profile(document: Document, position: int, profile: Document, keys: Iterable[str]) -> None:
    """Give the source at this position of voronka.yaml those keys of its profile that it does not say itself.

    A profile may hold more than a source takes (its sample rows): only `keys` are taken over.
    """
    source = document.data["sources"][position]
    taken = set(keys) - set(source)
    added = {key: value for key, value in profile.data.items() if key in taken}
    sources = list(document.data["sources"])
    sources[position] = {**source, **added}
    document.data["sources"] = sources
    document.carry(profile, {(key,): ("sources", position, key) for key in added})
