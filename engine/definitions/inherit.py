"""A process that `extends` another, a source that follows a `profile`: data put together, every place kept."""

from collections.abc import Callable, Iterable, Mapping

from engine.definitions.document import Document, Path_, Raw

_BY_KEY = ("dimensions", "control_points", "attributes", "else")


def _name_of(item: Raw) -> str | None:
    return _text_of(item, "name")


def _trigger_of(item: Raw) -> str | None:
    return _text_of(item, "trigger")


def _text_of(item: Raw, key: str) -> str | None:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None


_LISTS: Mapping[str, Callable[[Raw], str | None]] = {
    "states": _name_of,
    "marks": _name_of,
    "transitions": _trigger_of,
}


def extended(child: Document, parent: Document) -> Document:
    """The child with what it does not say itself taken from the parent; keys of the child win.

    States and marks are merged by name, key by key: one with a title of its own keeps the parent's work. Transitions
    are merged by trigger (a trigger of the child replaces every line of that trigger), dimensions, control points,
    attributes and `else` of a profile by name. What is replaced keeps its position, what is new comes last.
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
    mine: dict[str | None, list[int]] = {}
    for position, item in enumerate(ours):
        mine.setdefault(identity(item), []).append(position)
    merged: list[Raw] = []

    def take(position: int, old: int | None = None) -> None:
        item = ours[position]
        from_child[(key, position)] = (key, len(merged))
        if old is not None and identity is _name_of:
            known = {name: value for name, value in theirs[old].items() if name not in item}
            from_parent.update({(key, old, name): (key, len(merged), name) for name in known})
            item = {**known, **item}
        merged.append(item)

    done: set[str] = set()
    for position, item in enumerate(theirs):
        name = identity(item)
        if name is None or name not in mine:
            from_parent[(key, position)] = (key, len(merged))
            merged.append(item)
        elif name not in done:
            done.add(name)
            for own in mine[name]:
                take(own, position)
    for own_name, positions in mine.items():
        if own_name not in done:
            for own in positions:
                take(own)
    return merged


def follow_profile(document: Document, position: int, profile: Document, keys: Iterable[str]) -> None:
    """Give the source at this position of voronka.yaml what it does not say itself of its profile.

    Attributes and `else` are put together by name, of every other key the source's own wins whole. A profile may hold
    more than a source takes (its sample rows): only `keys` are taken over.
    """
    place: Path_ = ("sources", position)
    source = dict(document.data["sources"][position])
    plan: dict[Path_, Path_] = {}
    for key in (key for key in profile.data if key in set(keys)):
        ours, theirs = source.get(key), profile.data[key]
        if key not in source:
            source[key] = theirs
            plan[(key,)] = (*place, key)
        elif key in _BY_KEY and isinstance(ours, dict) and isinstance(theirs, dict):
            source[key] = {**theirs, **ours}
            plan |= {(key, name): (*place, key, name) for name in theirs if name not in ours}
    document.data["sources"] = [*document.data["sources"][:position], source, *document.data["sources"][position + 1 :]]
    document.carry(profile, plan)
