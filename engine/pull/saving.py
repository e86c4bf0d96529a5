"""What has come, kept: pages in a part with its state beside it, then a whole file with its line in the manifest.

Below data/raw/SOURCE stand manifest.json and a folder for each list: FILE.jsonl are whole, `.pull.part` and
`.pull.json` are of a pull that is not over. `.pull.json` is replaced after each page: what lies behind it in the part
is cut off.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from engine.pull.trouble import Refusal
from engine.pull.vendor import Json

FOLDER = "data/raw"
FORMAT = 1
NAME = re.compile(r"\d{8}T\d{6}Z(_\d+)?\.jsonl")
Row = dict[str, Json]


@dataclass(slots=True, kw_only=True)
class Take:
    """One pull of one list: what was asked, when, what came. Moments are texts in UTC.

    `identity` is of the question without its moment; `mode`: all, or new (what came since an earlier pull). `repeated`
    rows came again and were left out; `last` is the greatest key; `file` is empty where no row came. `cursor` is of the
    next page; with `ended` there is none, and with `over` the file has its name.
    """

    listing: str
    system: str
    host: str
    identity: str
    mode: str
    began: str
    moment: str = ""
    until: str = ""
    ended: str = ""
    pages: int = 0
    requests: int = 0
    rows: int = 0
    repeated: int = 0
    bytes: int = 0
    last: int | None = None
    file: str = ""
    sha256: str = ""
    asked: dict[str, Json] = field(default_factory=dict)
    cursor: int | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where one list of one source is kept."""

    folder: Path
    listing: str

    @property
    def home(self) -> Path:
        """The folder of the list."""
        return self.folder / self.listing

    @property
    def part(self) -> Path:
        """Rows of a pull that is not over."""
        return self.home / ".pull.part"

    @property
    def state(self) -> Path:
        """How far it has come."""
        return self.home / ".pull.json"

    @property
    def manifest(self) -> Path:
        """What was pulled, of all lists of the source."""
        return self.folder / "manifest.json"


@contextlib.contextmanager
def shelf_of(root: Path, source: str, listing: str) -> Iterator[Shelf]:
    """The place of a list, for one pull at a time; Refusal where it is held, or leads out of the workspace."""
    shelf = Shelf(folder=root / FOLDER / source, listing=listing)
    if not shelf.home.resolve().is_relative_to(root.resolve()):
        message = f"{FOLDER}/{source} leads out of the workspace"
        raise Refusal(code="outside", message=message, hint="replace the link by a folder")
    try:
        shelf.home.mkdir(parents=True, exist_ok=True)
        with _held(shelf):
            _settle(shelf)
            yield shelf
    except OSError as error:
        message = f"{FOLDER}/{source} cannot be written: {error.strerror or error}"
        raise Refusal(
            code="unwritable", message=message, hint="see that there is room, and that you may write"
        ) from None


@contextlib.contextmanager
def _held(shelf: Shelf) -> Iterator[None]:
    """The shelf for ourselves, where the system can lock a file."""
    try:
        import fcntl
    except ModuleNotFoundError:
        yield
        return
    with (shelf.folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another pull of `{shelf.folder.name}` is running"
            raise Refusal(code="pull-busy", message=message, hint="wait for it") from None
        yield


# --- the manifest -----------------------------------------------------------------------------------------------------


def takes(shelf: Shelf) -> tuple[Take, ...]:
    """Every pull whose files are there to be read, of all lists of the source; Refusal where the manifest is broken."""
    if not shelf.manifest.exists():
        return ()
    data = _loaded(shelf.manifest)
    lines = data.get("pulls") if isinstance(data, dict) and data.get("format") == FORMAT else None
    found = [_take(line) for line in lines] if isinstance(lines, list) else [None]
    if None in found:
        message = f"{FOLDER}/{shelf.folder.name}/manifest.json cannot be read"
        hint = f"delete the folder {FOLDER}/{shelf.folder.name}, and everything is fetched again"
        raise Refusal(code="pull-manifest", message=message, hint=hint)
    return tuple(take for take in found if take is not None)


def earlier(shelf: Shelf, identity: str) -> tuple[Take, ...]:
    """The pulls that a new one can go on from: of the same question, every file still as it was saved."""
    found = [take for take in takes(shelf) if take.listing == shelf.listing]
    whole = all(take.identity == identity and _intact(shelf, take) for take in found)
    return tuple(found) if whole else ()


def _intact(shelf: Shelf, take: Take) -> bool:
    path = shelf.home / take.file
    return not take.file or (path.is_file() and _sha256(path) == take.sha256)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _take(line: Json) -> Take | None:
    """A line of a manifest or a state; None where it is none of ours (names of files among it lead nowhere else)."""
    if not isinstance(line, dict):
        return None
    kinds: dict[str, type | tuple[type, ...]] = dict.fromkeys((each.name for each in fields(Take)), str)
    kinds |= dict.fromkeys(("pages", "requests", "rows", "repeated", "bytes"), int)
    kinds |= dict.fromkeys(("last", "cursor"), (int, type(None)))
    kinds |= {"over": bool, "asked": dict}
    given = {name: line[name] for name, kind in kinds.items() if name in line and isinstance(line[name], kind)}
    needed = ("listing", "system", "host", "identity", "mode", "began")
    if set(line) - set(given) or not set(needed) <= set(given):
        return None
    if given.get("file") and not NAME.fullmatch(str(given["file"])):
        return None
    return Take(**given)  # type: ignore[arg-type]


def _loaded(path: Path) -> Json:
    try:
        value: Json = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, FileNotFoundError):
        return None
    return value


def _write(path: Path, value: Json) -> None:
    """A file replaced as a whole."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, path)


# --- pages ------------------------------------------------------------------------------------------------------------


def resumed(shelf: Shelf, identity: str) -> Take | None:
    """The pull that was broken off, where it asked the same; its part is cut to the pages that were whole."""
    take = _take(_loaded(shelf.state))
    if take is None or take.identity != identity or take.listing != shelf.listing or not shelf.part.exists():
        return None
    if shelf.part.stat().st_size < take.bytes:
        return None
    os.truncate(shelf.part, take.bytes)
    return take


def begun(shelf: Shelf, take: Take) -> Take:
    """A new pull: an empty part."""
    shelf.part.write_bytes(b"")
    _write(shelf.state, asdict(take))
    return take


def add(shelf: Shelf, take: Take, rows: list[Row]) -> None:
    """Save the rows of a page, then the state (`take`, its cursor of the next page): the page is there, or is not."""
    data = b"".join(_line(row) for row in rows)
    with shelf.part.open("ab") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    take.rows += len(rows)
    take.bytes += len(data)
    _write(shelf.state, asdict(take))


def _line(row: Row) -> bytes:
    try:
        return f"{json.dumps(row, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(row)}\n".encode()


def kept(path: Path) -> Iterator[Row]:
    """The rows of a file that we wrote; Refusal where something else stands in it by now."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                message = f"{path.parent.name}/{path.name} has been changed"
                raise Refusal(code="pull-manifest", message=message, hint="pull with --full") from None


def saved_rows(shelf: Shelf, found: tuple[Take, ...]) -> Iterator[Row]:
    """The rows of earlier pulls."""
    for take in found:
        if take.file:
            yield from kept(shelf.home / take.file)


# --- the end ----------------------------------------------------------------------------------------------------------


def finish(shelf: Shelf, take: Take) -> None:
    """Make the part a whole file and the pull a line of the manifest; broken off here, the next pull ends it."""
    take.sha256 = _sha256(shelf.part)
    take.file = _free_name(shelf, take) if take.rows else ""
    take.over = True
    _write(shelf.state, asdict(take))
    _settle(shelf)


def _free_name(shelf: Shelf, take: Take) -> str:
    stem = re.sub(r"[-:]", "", take.began)
    names = [f"{stem}.jsonl", *(f"{stem}_{number}.jsonl" for number in range(2, 1000))]
    return next(name for name in names if not (shelf.home / name).exists())


def _settle(shelf: Shelf) -> None:
    """Do what is left of a pull that is over: its file, its line in the manifest, files that it replaces."""
    take = _take(_loaded(shelf.state))
    if take is None or not take.over or take.listing != shelf.listing:
        return
    if take.file and shelf.part.exists():
        os.replace(shelf.part, shelf.home / take.file)
    before = takes(shelf)
    others = [old for old in before if old.listing != shelf.listing]
    same = [old for old in before if old.listing == shelf.listing and old.file and old.file != take.file]
    stay = same if take.mode == "new" else []
    lines = sorted([*others, *stay, take], key=lambda line: line.listing)
    pulls: list[Json] = [{k: v for k, v in asdict(line).items() if k not in ("cursor", "over")} for line in lines]
    _write(shelf.manifest, {"format": FORMAT, "source": shelf.folder.name, "pulls": pulls})
    for old in same if take.mode != "new" else []:
        (shelf.home / old.file).unlink(missing_ok=True)
    shelf.state.unlink(missing_ok=True)
    shelf.part.unlink(missing_ok=True)
