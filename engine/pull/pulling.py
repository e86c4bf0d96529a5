"""One pull from beginning to end: what to ask of which list, page by page, until it is whole."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from engine.definitions.document import did_you_mean, shortened
from engine.definitions.source import Pull, Source
from engine.errors import DefinitionError, EventLogError, Location, Problem
from engine.pull import saving
from engine.pull.address import account, base_url, host_of, is_local
from engine.pull.check import check_pulls
from engine.pull.keys import keys_of
from engine.pull.line import TRIES, Clock, Line, ask
from engine.pull.paging import Row, after, first, key_of, query_of, rows_of, utc, written
from engine.pull.saving import Shelf, Take
from engine.pull.trouble import Refusal
from engine.pull.vendor import Json, Listing, Query
from engine.pull.vendors import VENDORS
from engine.pull.wire import READ, Wire
from engine.workspace import Workspace

OVERLAP = timedelta(minutes=5)
"""Asked for again by a pull of what is new: clocks differ, and rows may appear late."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """One list of one source, saved: rows of this pull, those left out because they came again, where they are."""

    source: str
    listing: str
    rows: int
    pages: int
    repeated: int
    file: str
    only_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a whole pull is given."""

    workspace: Workspace
    environ: Mapping[str, str]
    clock: Clock
    full: bool
    tell: Tell
    read_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One list of one source, about to be pulled."""

    name: str
    listing: Listing
    since: datetime | None
    zone: ZoneInfo
    line: Line
    full: bool


def pull(
    workspace: Workspace,
    names: Iterable[str],
    *,
    environ: Mapping[str, str],
    clock: Clock,
    full: bool = False,
    tell: Tell = lambda text: None,
    read_seconds: float = READ,
) -> Iterator[Pulled]:
    """Pull the named sources (none named: all that have `pull:`), list by list; each is saved when it is given.

    `full` fetches everything again. Raises DefinitionError for wrong names or definitions before anything is asked, and
    at the end one EventLogError with the problems of all sources that could not be pulled; what came is saved.
    """
    problems = list(check_pulls(workspace))
    if problems:
        raise DefinitionError(problems)
    run = _Run(workspace=workspace, environ=environ, clock=clock, full=full, tell=tell, read_seconds=read_seconds)
    for position, source, asked in _chosen(workspace, tuple(names)):
        try:
            yield from _source(run, source, asked)
        except Refusal as refusal:
            path = ("sources", position, "pull")
            message = f"source `{source.name}`: {refusal.message}"
            problems.append(workspace.problem("settings", "", path, refusal.code, message, refusal.hint))
    if problems:
        raise EventLogError(problems)


def _chosen(workspace: Workspace, names: tuple[str, ...]) -> list[tuple[int, Source, Pull]]:
    sources = {source.name: (position, source) for position, source in enumerate(workspace.settings.sources)}
    able = [(position, source, source.pull) for position, source in sources.values() if source.pull is not None]
    problems = []
    for name in names:
        if name not in sources:
            message, hint = f"no source `{shortened(name)}`", did_you_mean(name, sources)
            problems.append(Problem(where=Location("pull"), code="unknown-source", message=message, hint=hint))
        elif sources[name][1].pull is None:
            path = ("sources", sources[name][0])
            message, hint = f"source `{name}` has no `pull:`", "its files are put where `path` says by hand"
            problems.append(workspace.problem("settings", "", path, "no-pull", message, hint))
    if not able and not names:
        message, hint = "no source has `pull:`", "see docs/pull.md"
        problems.append(workspace.problem("settings", "", ("sources",), "no-pull", message, hint))
    if problems:
        raise DefinitionError(problems)
    return [each for each in able if not names or each[1].name in names]


def _source(run: _Run, source: Source, asked: Pull) -> Iterator[Pulled]:
    vendor, root = VENDORS[asked.system], run.workspace.root
    base = base_url(vendor, asked)
    keys = keys_of(vendor, asked, base, run.environ, root)
    wire = Wire(local=is_local(base), read_seconds=run.read_seconds)
    line = Line(vendor=vendor, base=base, keys=keys, clock=run.clock, wire=wire, tell=run.tell)
    zone = ZoneInfo(source.time_zone or run.workspace.settings.time_zone)
    try:
        for name in dict.fromkeys(asked.fetch or vendor.default):
            found = vendor.listings[name]
            listing = replace(found, path=found.path.replace("{account}", quote(account(vendor, asked), safe="")))
            job = _Job(name=name, listing=listing, since=asked.since, zone=zone, line=line, full=run.full)
            with saving.shelf_of(root, source.name, name) as shelf:
                take = _listed(job, shelf, asked.system)
            yield _told(source, take)
    finally:
        wire.close()


def _told(source: Source, take: Take) -> Pulled:
    return Pulled(
        source=source.name,
        listing=take.listing,
        rows=take.rows,
        pages=take.pages,
        repeated=take.repeated,
        file=f"{saving.FOLDER}/{source.name}/{take.listing}/{take.file}" if take.file else "",
        only_new=take.mode == "new",
    )


# --- one list ---------------------------------------------------------------------------------------------------------


def _listed(job: _Job, shelf: Shelf, system: str) -> Take:
    identity = _identity(job)
    before = () if job.full or job.listing.again == "whole" else saving.earlier(shelf, identity)
    take = None if job.full else saving.resumed(shelf, identity)
    if take is None or (take.mode == "new" and not before):
        take = saving.begun(shelf, _question(job, system, identity, before))
    else:
        job.line.tell(f"{job.name}: going on after {take.pages} pages")
    known: set[str | int] = set()
    if take.mode == "new" and job.listing.grows and job.listing.again == "since":
        known = {_key(job.listing, row) for row in saving.saved_rows(shelf, before)}
    if not take.ended:
        _walk(job, shelf, take, known)
    saving.finish(shelf, take)
    return take


def _identity(job: _Job) -> str:
    """What was asked of whom, without the moment of a pull of what is new."""
    since = written(job.listing.since, job.since, job.zone) if job.listing.since and job.since else ""
    parts = [job.line.base, job.name, job.listing.path, job.listing.query, since]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _question(job: _Job, system: str, identity: str, before: tuple[Take, ...]) -> Take:
    """A new pull: of all, or of what came after the earlier ones."""
    listing, now = job.listing, job.line.clock.now()
    moment, cursor = job.since, first(listing.paging)
    if before and listing.again == "key":
        cursor = max((take.last for take in before if take.last is not None), default=None)
    elif before:
        moment = datetime.fromisoformat(before[-1].began).astimezone(UTC) - OVERLAP
    take = Take(
        listing=job.name,
        system=system,
        host=host_of(job.line.base),
        identity=identity,
        mode="new" if before else "all",
        began=utc(now),
        moment=written(listing.since, moment, job.zone) if listing.since and moment else "",
        until=written(listing.until, now, job.zone) if listing.until else "",
        last=cursor if listing.again == "key" else None,
        cursor=cursor,
    )
    take.asked = {
        "method": job.line.vendor.method,
        "path": listing.path if listing.each is None else listing.each.path,
        "query": dict(query_of(listing, cursor, take.moment, take.until)),
    }
    return take


def _walk(job: _Job, shelf: Shelf, take: Take, known: set[str | int]) -> None:
    """Page after page until there is none; `known` are keys of rows that earlier pulls have saved."""
    seen = {_key(job.listing, row) for row in saving.kept(shelf.part)}
    walked: set[str | int] = set()
    stale = 0
    while True:
        cursor, sent = take.cursor, job.line.requests
        answer = ask(job.line, job.listing.path, query_of(job.listing, cursor, take.moment, take.until))
        page = rows_of(job.listing, answer)
        following = after(job.listing.paging, answer, page, cursor)
        keys = {key_of(job.listing, row) for row in page}
        if page and (keys == walked or (following is not None and cursor is not None and following <= cursor)):
            stale += 1
            _stuck(job, stale)
            continue
        stale, walked = 0, keys
        rows = list(_below(job, page))
        fresh = _new(job.listing, rows, seen, known)
        take.pages += 1
        take.requests += job.line.requests - sent
        take.repeated += len(rows) - len(fresh)
        take.cursor = following
        take.ended = utc(job.line.clock.now()) if following is None else ""
        if job.listing.again == "key" and following is not None:
            take.last = following
        saving.add(shelf, take, fresh)
        job.line.tell(f"{job.name}: {take.pages} pages, {take.rows} rows")
        if following is None:
            return


def _stuck(job: _Job, times: int) -> None:
    """The system gave a page again: ask again, and not for ever."""
    if times == TRIES:
        message = f"{host_of(job.line.base)} gives the same page of {job.name} again and again"
        raise Refusal(code="pull-repeats", message=message, hint="run it again later, or with --full")
    job.line.clock.sleep(min(2.0 ** (times - 1), 60.0))


def _new(listing: Listing, rows: list[Row], seen: set[str | int], known: set[str | int]) -> list[Row]:
    """The rows that no page of this pull has had, nor an earlier pull of a list that only grows."""
    fresh = []
    for row in rows:
        key = _key(listing, row)
        if key not in seen and key not in known:
            fresh.append(row)
        seen.add(key)
    return fresh


def _key(listing: Listing, row: Row) -> str | int:
    """What tells the rows that are saved apart."""
    return key_of(listing.each or listing, row)


def _below(job: _Job, page: list[Row]) -> Iterator[Row]:
    """The rows themselves, or all rows of the list of each of them."""
    below = job.listing.each
    if below is None:
        yield from page
        return
    for row in page:
        path = below.path.format(quote(str(key_of(job.listing, row)), safe=""))
        yield from _all(job.line, replace(below, path=path))


def _all(line: Line, listing: Listing) -> Iterator[Row]:
    """Every row of a short list."""
    cursor = first(listing.paging)
    while True:
        query: Query = query_of(listing, cursor, "", "")
        answer: Json = ask(line, listing.path, query)
        rows = rows_of(listing, answer)
        yield from rows
        following = after(listing.paging, answer, rows, cursor)
        if following is None:
            return
        cursor = following
