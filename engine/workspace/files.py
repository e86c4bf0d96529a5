"""The files of a workspace, read with what they extend; every problem is kept, none is raised."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import engine
from engine.definitions.document import Document, Path_, did_you_mean, own_keys, read, shortened
from engine.definitions.inherit import extended, follow_profile
from engine.definitions.source import Source

SETTINGS = "voronka.yaml"
MAX_CHAIN = 10
LONGEST_NAME = 200


@functools.cache
def library() -> Path:
    """The shipped content: `processes/ rules/ templates/ features/` stand in it."""
    packed = Path(engine.__file__).parent / "library"
    return packed if packed.is_dir() else packed.parent.parent


def shipped(name: str) -> Document:
    """A process of the library with all it extends."""
    path = library() / "processes" / f"{name}.yaml"
    files = Files(library())
    return files._complete(files._read(path), (path,))


@functools.cache
def _profiles() -> Path:
    return Path(engine.__file__).parent / "events" / "profiles"


def profile_files() -> list[Path]:
    """The profiles that are shipped, by name."""
    return _yaml_files(_profiles())


@dataclass(slots=True)
class Files:
    """Reads each file once; `digests` are of every file that was read, by its shown name."""

    root: Path
    digests: dict[str, str] = field(default_factory=dict)
    cache: dict[Path, Document] = field(default_factory=dict)

    def settings(self) -> Document:
        """voronka.yaml, its sources completed from their profiles."""
        document = self._read(self.root / SETTINGS)
        sources = (document.data or {}).get("sources")
        for position, source in enumerate(sources if isinstance(sources, list) else ()):
            if isinstance(source, dict) and isinstance(source.get("profile"), str):
                self._profile(document, position, source["profile"])
        return document

    def processes(self) -> Iterator[Document]:
        """processes/*.yaml, each with what it extends."""
        for path in _yaml_files(self.root / "processes"):
            yield self._complete(self._read(path), (path,))

    def rules(self) -> Iterator[Document]:
        """rules/*.yaml of the workspace."""
        return map(self._read, _yaml_files(self.root / "rules"))

    def shipped_rules(self) -> Iterator[Document]:
        """rules/*.yaml of the library."""
        return map(self._read, _yaml_files(library() / "rules"))

    def actions(self) -> Iterator[Document]:
        """rules/actions/*.yaml of the workspace."""
        return map(self._read, _yaml_files(self.root / "rules" / "actions"))

    def shipped_actions(self) -> Iterator[Document]:
        """rules/actions/*.yaml of the library."""
        return map(self._read, _yaml_files(library() / "rules" / "actions"))

    def _read(self, path: Path) -> Document:
        if path not in self.cache:
            document = read(path, self._shown(path))
            self.cache[path] = document
            self.digests[document.file] = document.sha256
        return self.cache[path]

    def _shown(self, path: Path) -> str:
        if path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        for shelf in (_profiles().parent, library()):
            if path.is_relative_to(shelf):
                return f"library/{path.relative_to(shelf).as_posix()}"
        return path.as_posix()

    def _complete(self, document: Document, chain: tuple[Path, ...]) -> Document:
        """The document with its parents merged in, a later one over an earlier; problems of `extends` are added."""
        names = (document.data or {}).get("extends")
        whole: Document | None = None
        for position, name in enumerate(names if isinstance(names, list) else [names]):
            place = ("extends", position) if isinstance(names, list) else ("extends",)
            path = self._parent(document, name, chain, place) if isinstance(name, str) else None
            if path is None:
                continue
            parent = self._complete(self._read(path), (*chain, path))
            document.problems.extend(problem for problem in parent.problems if problem not in document.problems)
            if parent.data is not None:
                whole = extended(parent, whole) if whole is not None else parent
        return extended(document, whole) if whole is not None and document.data is not None else document

    def _parent(self, document: Document, name: str, chain: tuple[Path, ...], place: Path_) -> Path | None:
        """Where `extends: NAME` leads: beside the file, else the same folder of the library (which also serves a
        workspace file that extends the shipped one of its own name)."""
        here = chain[-1].parent
        if "\0" in name or len(name) > LONGEST_NAME:
            self._wrong(document, place, "unknown-file", f"no file `{shortened(name)}`")
            return None
        candidates = [_normal(here / name)]
        if here.is_relative_to(self.root):
            candidates.append(_normal(library() / here.relative_to(self.root) / name))
        shelves = (self.root, library(), _profiles())
        if not any(_inside(path, *shelves) for path in candidates):
            hint = "name a file of the workspace, relative to this one"
            self._wrong(document, place, "extends-outside", f"`{shortened(name)}` is outside the workspace", hint)
            return None
        found = [p for p in candidates if p.is_file() and p != chain[-1] and _inside(p, *shelves)]
        if not found:
            names = [path.name for path in _yaml_files(here) + _yaml_files(library() / "processes")]
            self._wrong(document, place, "unknown-file", f"no file `{shortened(name)}`", did_you_mean(name, names))
            return None
        if found[0] in chain or len(chain) > MAX_CHAIN:
            circle = " -> ".join(self._shown(path) for path in (*chain, found[0]))
            self._wrong(
                document, place, "extends-cycle", f"files extend each other: {circle}", "leave one `extends` out"
            )
            return None
        return found[0]

    def _wrong(self, document: Document, place: Path_, code: str, message: str, hint: str = "") -> None:
        problem = document.problem(place, code, message, hint)
        if problem not in document.problems:
            document.problems.append(problem)

    def profile(self, path: Path) -> Document:
        """A profile with what it extends."""
        return self._complete(self._read(path), (path,))

    def _profile(self, document: Document, position: int, name: str) -> None:
        known = {path.stem: path for path in profile_files()}
        if name not in known:
            path = ("sources", position, "profile")
            message = f"unknown profile `{shortened(name)}`"
            document.problems.append(document.problem(path, "unknown-profile", message, did_you_mean(name, known)))
            return
        profile = self.profile(known[name])
        document.problems.extend(profile.problems)
        if profile.data is not None:
            follow_profile(document, position, profile, own_keys(Source))


def _yaml_files(folder: Path) -> list[Path]:
    """*.yaml and *.yml of a folder by name, without rule tests."""
    if not folder.is_dir():
        return []
    names = (path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file())
    return sorted((p for p in names if not p.stem.endswith(".test")), key=lambda path: path.name)


def _normal(path: Path) -> Path:
    return Path(*path.parts[:1], *_without_dots(path.parts[1:]))


def _without_dots(parts: tuple[str, ...]) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part == ".." and kept:
            kept.pop()
        elif part not in ("..", "."):
            kept.append(part)
    return kept


def _inside(path: Path, *shelves: Path) -> bool:
    """Whether the file, links followed, stands below one of the folders."""
    return any(path.resolve().is_relative_to(shelf.resolve()) for shelf in shelves)
