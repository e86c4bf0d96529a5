"""Files of a source: found by name or pattern, fingerprinted, unpacked within limits."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from engine.definitions.document import Key, did_you_mean
from engine.events.secrets import shown
from engine.events.trouble import Desk

Kind = Literal["csv", "xlsx", "parquet", "xes", "xml", "json", "jsonl", "postgresql", "sqlite", "duckdb", "fetched"]
KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".xes": "xes",
    ".xml": "xml",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".duckdb": "duckdb",
}
SCHEMES: dict[str, Kind] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
CHUNK = 1 << 20
MAX_UNPACKED = 50 * 1000**3
RATIO_FROM = 64 * 1000**2
MAX_RATIO = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a source: where it is, how the user calls it, its kind, whether it is packed.

    A database on a server has a `url`, which may hold a password: it is never shown.
    """

    path: Path
    shown: str
    kind: Kind
    packed: bool
    url: str = field(default="", repr=False)


def find(desk: Desk, root: Path, patterns: tuple[str, ...], *at: Key) -> tuple[File, ...]:
    """The files of the patterns in name order, each once; what is missing or of no known kind is a problem."""
    found: dict[Path, File] = {}
    for number, pattern in enumerate(patterns):
        place = (*at, number) if len(patterns) > 1 else at
        if "://" in pattern:
            server, pattern = _of_url(desk, pattern, place)
            found |= {file.path: file for file in server}
            if not pattern:
                continue
        for path in _matches(desk, root, pattern, place):
            file = _file(desk, path, _shown(root, path), place)
            if file:
                found[path] = file
    return tuple(sorted(found.values(), key=lambda file: file.shown))


def _shown(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _matches(desk: Desk, root: Path, pattern: str, place: tuple[Key, ...]) -> list[Path]:
    if not pattern.strip():
        desk.says("missing-file", "the name of the file is empty", at=place)
        return []
    path = root / pattern
    if path.is_dir():
        desk.says("directory", f"`{pattern}` is a directory", f"write `{pattern.rstrip('/')}/*.csv`", at=place)
        return []
    if path.exists():
        return [path]
    if any(letter in pattern for letter in "*?["):
        matches = sorted(match for match in _glob(root, pattern) if match.is_file())
        if not matches:
            desk.says("missing-file", f"no file is called like `{pattern}`", at=place)
        return matches
    near = did_you_mean(path.name, _neighbours(path.parent))
    desk.says("missing-file", f"there is no file `{pattern}`", near, at=place)
    return []


def _of_url(desk: Desk, url: str, place: tuple[Key, ...]) -> tuple[tuple[File, ...], str]:
    """The database of a URL: a server, or the path of a file."""
    scheme, rest = url.split("://", 1)
    kind = SCHEMES.get(scheme.lower())
    if kind == "postgresql":
        return (File(path=Path(url), shown=shown(url), kind=kind, packed=False, url=url),), ""
    if kind is None:
        hint = "write postgresql://, sqlite:/// or duckdb:///"
        desk.says("unknown-kind", f"`{scheme}://` is no database that can be read", hint, at=place)
        return (), ""
    return (), rest.removeprefix("/")


def _glob(root: Path, pattern: str) -> Iterator[Path]:
    path = root / pattern
    return Path(path.anchor).glob(path.relative_to(path.anchor).as_posix())


def _neighbours(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def _file(desk: Desk, path: Path, name: str, place: tuple[Key, ...]) -> File | None:
    packed = path.suffix.lower() == ".gz"
    suffix = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    kind = KINDS.get(suffix)
    if kind:
        return File(path=path, shown=name, kind=kind, packed=packed)
    known = " ".join(sorted(KINDS))
    hint = "save it as .xlsx or .csv" if suffix == ".xls" else f"known kinds: {known}, each also .gz"
    desk.says("unknown-kind", f"`{name}` is of no kind that can be read", hint, at=place)
    return None


def sha256_of(path: Path) -> str:
    """Hash of the bytes of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpacked(desk: Desk, file: File, folder: Path) -> Path:
    """The file itself, or its content unpacked into `folder` (what unpacks beyond all measure is a problem)."""
    if not file.packed:
        return file.path
    target = folder / f"unpacked-{len(list(folder.iterdir()))}-{file.path.stem}"
    try:
        with gzip.open(file.path, "rb") as packed, target.open("wb") as plain:
            _copy(desk, file, packed, plain)
    except (OSError, EOFError, zlib.error) as error:
        desk.blames(file.shown, "unreadable", f"cannot be unpacked: {error}")
        raise desk.stop() from None
    return target


def _copy(desk: Desk, file: File, packed: gzip.GzipFile, plain: BinaryIO) -> None:
    size, written = file.path.stat().st_size, 0
    while chunk := packed.read(CHUNK):
        written += len(chunk)
        bomb = written > RATIO_FROM and written > MAX_RATIO * size
        if bomb or written > MAX_UNPACKED:
            what = f"more than {MAX_RATIO} times its size" if bomb else f"more than {MAX_UNPACKED // 1000**3} GB"
            desk.blames(
                file.shown, "bomb", f"unpacks to {what}: not read", "unpack it yourself if it is what it should be"
            )
            raise desk.stop()
        plain.write(chunk)
