"""Linked, merged and continued cases against a plain loop over made-up logs, in any order of rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from engine.definitions.joining import continues_id, link_id
from engine.engines.duckdb import Engine
from engine.events import store
from engine.events.report import Links, Merged
from engine.events.together import bring_together
from tests import logs

START = datetime(2026, 3, 2)
FEW = runs(max_examples=40, deadline=None, derandomize=True)
KEYS = st.sets(st.integers(0, 2), max_size=2)
"""Phone numbers of a case or a call: few, so that they meet."""
MOMENT = st.integers(0, 40)
"""Half minutes after the start: cases begin within a minute of each other, and at the same moment."""


def write(engine: Engine, name: str, process: str, cases: Sequence[dict[str, Any]], prefix: str = "") -> None:
    """A source as the import leaves it: a case has events (state, half minutes), keys by id, attributes."""
    at = f'"source:{name}"'
    if not engine.exists("main", "imports"):
        store.open_store(engine)
    engine.execute(f"create schema {at}")
    engine.execute(f"""create table {at}.{prefix}events (process varchar, case_key ubigint, activity varchar,
        state varchar, mark varchar, happened_at timestamp, day_only boolean, left_at timestamp, seq bigint,
        actor varchar, actor_kind varchar, manager varchar)""")
    engine.execute(
        f"create table {at}.{prefix}cases (process varchar, case_key ubigint, case_id varchar, a_client varchar)"
    )
    engine.execute(f"create table {at}.keys (name varchar, process varchar, case_key ubigint, key ubigint)")
    engine.execute(f"create table {at}.{prefix}activities as select '' as process, '' as activity, '' as mapped_to, "
                   "0::bigint as events, 0::bigint as cases where false")  # fmt: skip
    for case in cases:
        engine.insert(f"{at}.{prefix}cases", ("process", "case_key", "case_id", "a_client"),
                      [(process, case["key"], str(case["key"]), case.get("client"))])  # fmt: skip
        rows = [
            (process, case["key"], state, state, moment(when), number)
            for number, (state, when) in enumerate(case["events"])
        ]
        engine.insert(
            f"{at}.{prefix}events", ("process", "case_key", "activity", "state", "happened_at", "seq"), list(rows)
        )
        keys = [(id_, process, case["key"], key) for id_, key in case.get("keys", ())]
        engine.insert(f"{at}.keys", ("name", "process", "case_key", "key"), list(keys))


def moment(halves: int) -> datetime:
    return START + timedelta(seconds=30 * halves)


def together(engine: Engine, sources: str) -> dict[str, Links | Merged | None]:
    """Everything brought together; what was found, by source."""
    found = logs.settings(f"sources:\n{sources}").sources
    reports = []
    for source in found:
        report = logs.report(source.name)
        store.remember(engine, source.name, "", report)
        reports.append(report)
    return {report.name: report.links or report.merged for report in bring_together(engine, found, tuple(reports))}


def placed(engine: Engine, name: str) -> set[tuple[Any, ...]]:
    """(process, case, time, state) of the events of a source."""
    return set(engine.rows(f'select process, case_key, happened_at, state from "source:{name}".events'))


# --- link -------------------------------------------------------------------------------------------------------------


DEAL = st.fixed_dictionaries({"keys": KEYS, "ids": KEYS, "at": MOMENT, "quoted": st.none() | MOMENT})
CALL = st.fixed_dictionaries({"keys": KEYS, "ids": KEYS, "at": MOMENT})


def naive_link(
    deals: Sequence[dict[str, Any]], calls: Sequence[dict[str, Any]], within: int | None, which: str, after: bool
) -> tuple[set[tuple[int, int]], int, int]:
    """(deal, call) pairs, and how many calls are ambiguous and find none, by looking at every pair."""
    found: list[tuple[int, int, int]] = []
    ambiguous = none = 0
    for number, call in enumerate(calls):
        for kind in ("ids", "keys"):
            candidates = []
            for deal in range(len(deals)):
                begun = deals[deal]["quoted"] if after else min(deals[deal]["at"], deals[deal]["quoted"] or 99)
                if begun is None or not deals[deal][kind] & call[kind] or begun > call["at"]:
                    continue
                if within is None or call["at"] <= begun + within:
                    candidates.append((begun, deal))
            if candidates:
                break
        if not candidates:
            none += 1
            continue
        latest, deal = max(candidates)
        if any(other != deal and latest - begun <= 2 for begun, other in candidates):
            ambiguous += 1
        else:
            found.append((deal, call["at"], number))
    pairs = set()
    for deal in {deal for deal, _, _ in found}:
        own = sorted((when, number) for its, when, number in found if its == deal)
        chosen = {"first": own[:1], "last": own[-1:], "every": own}[which]
        pairs |= {(deal, when) for when, _ in chosen}
    return pairs, ambiguous, none


@given(
    deals=st.lists(DEAL, max_size=6), calls=st.lists(CALL, max_size=8), within=st.sampled_from((None, 4, 20)),
    which=st.sampled_from(("first", "last", "every")), after=st.booleans(), shuffle=st.randoms(use_true_random=False),
)  # fmt: skip
@FEW
def test_links_are_those_of_a_loop(
    deals: list[dict[str, Any]], calls: list[dict[str, Any]], within: int | None, which: str, after: bool, shuffle: Any
) -> None:
    """Every call goes to the latest case of its most trusted key, or to none, as a loop over all pairs finds."""
    window = f", within: {within * 30}s" if within else ""
    sources = f"""
- {{name: deals, process: p, path: a, shape: milestones, case: id, milestones: {{received: a}},
   attributes: {{phone: a}}}}
- {{name: calls, path: b, activity: a, at: t,
   link: {{to: deals, on: {{id: id, phone: phone}}, which: {which}{window}{", after: quoted" if after else ""}}}}}
"""
    linked = logs.settings(f"sources:\n{sources}").sources[1]
    names = {"ids": link_id(linked, 0), "keys": link_id(linked, 1)}
    with Engine() as engine:
        made = [
            {
                "key": number,
                "events": [("received", deal["at"])]
                + ([("quoted", deal["quoted"])] if deal["quoted"] is not None else []),
                "keys": [(names[kind], key) for kind in names for key in sorted(deal[kind])],
            }
            for number, deal in enumerate(deals)
        ]
        rung = [
            {
                "key": number,
                "events": [("call", call["at"])],
                "keys": [(names[k], key) for k in names for key in call[k]],
            }
            for number, call in enumerate(calls)
        ]
        shuffle.shuffle(made)
        shuffle.shuffle(rung)
        write(engine, "deals", "p", made)
        write(engine, "calls", "", rung, "own_")
        links = together(engine, sources)["calls"]
        last = "where superseded_at is null" if which == "last" else ""
        found = set(engine.rows(f'select case_key, happened_at from "source:calls".events {last}'))
        pairs, ambiguous, none = naive_link(deals, calls, within, which, after)
        assert found == {(deal, moment(when)) for deal, when in pairs}
        assert isinstance(links, Links)
        assert (links.ambiguous, links.none) == (ambiguous, none)
        assert links.matched + links.ambiguous + links.none == len(calls)
        assert sum(key.matched for key in links.by_key) == links.matched


# --- merge ------------------------------------------------------------------------------------------------------------


INQUIRY = st.fixed_dictionaries({"client": st.sampled_from((None, "a", "b")), "at": MOMENT, "form": st.booleans()})


@given(
    inquiries=st.lists(INQUIRY, max_size=14),
    within=st.sampled_from((1, 3, 8)),
    shuffle=st.randoms(use_true_random=False),
)
@FEW
def test_merged_cases_are_those_of_a_loop(inquiries: list[dict[str, Any]], within: int, shuffle: Any) -> None:
    """An inquiry belongs to the first one of its client that has a window it falls into; over two sources."""
    merge = f"merge: {{by: client, within: {within * 30}s}}, attributes: {{client: c}}"
    sources = "".join(
        f"- {{name: {name}, process: p, path: a, case: id, activity: a, at: t, {merge}}}\n"
        for name in ("calls", "forms")
    )
    heads: dict[int, int] = {}
    open_: dict[str, tuple[int, int]] = {}
    for when, number in sorted((one["at"], n) for n, one in enumerate(inquiries)):
        client = inquiries[number]["client"]
        began = open_.get(client) if client else None
        if client and (began is None or when > began[0] + within):
            began = open_[client] = (when, number)
        heads[number] = began[1] if began else number
    with Engine() as engine:
        made = [
            {"key": n, "client": one["client"], "events": [("ring", one["at"])], "form": one["form"]}
            for n, one in enumerate(inquiries)
        ]
        shuffle.shuffle(made)
        write(engine, "calls", "p", [one for one in made if not one["form"]], "own_")
        write(engine, "forms", "p", [one for one in made if one["form"]], "own_")
        merged = together(engine, sources)
        groups: dict[int, list[Any]] = {}
        for number, head in heads.items():
            groups.setdefault(head, []).append(moment(inquiries[number]["at"]))
        stored = engine.rows('select case_key, happened_at from "source:calls".events union all '
                             'select case_key, happened_at from "source:forms".events')  # fmt: skip
        found: dict[Any, list[Any]] = {}
        for key, when in stored:
            found.setdefault(key, []).append(when)
        assert sorted(map(sorted, found.values())) == sorted(map(sorted, groups.values()))
        of_calls = merged["calls"]
        assert isinstance(of_calls, Merged)
        assert of_calls.inquiries == sum(not one["form"] for one in inquiries)
        assert of_calls.without == sum(not one["form"] and one["client"] is None for one in inquiries)
        assert of_calls.cases == len({heads[n] for n, one in enumerate(inquiries) if not one["form"]})


# --- continues --------------------------------------------------------------------------------------------------------


@given(
    leads=st.sets(st.integers(0, 5)),
    deals=st.lists(st.sets(st.integers(0, 5), max_size=2), max_size=6),
    orders=st.lists(st.none() | st.integers(100, 105), max_size=5),
)
@FEW
def test_continued_cases_are_those_of_a_loop(leads: set[int], deals: list[set[int]], orders: list[int | None]) -> None:
    """An order goes where its deal went, a deal to the one lead it names; else it stands alone."""
    sources = """
- {name: orders, process: order, path: c, case: id, activity: a, at: t, continues: {process: deal, on: d}}
- {name: deals, process: deal, path: b, case: id, activity: a, at: t, continues: {process: lead, on: l}}
- {name: leads, process: lead, path: a, case: id, activity: a, at: t}
"""
    of_orders, of_deals, _ = (continues_id(one) for one in logs.settings(f"sources:\n{sources}").sources)
    expected_deals = {}
    for number, named in enumerate(deals, 100):
        known = named & leads
        expected_deals[number] = ("lead", known.pop()) if len(known) == 1 else ("deal", number)
    with Engine() as engine:
        write(
            engine,
            "leads",
            "lead",
            [{"key": n, "events": [("new", 0)], "keys": [(of_deals, n)]} for n in sorted(leads)],
        )
        write(engine, "deals", "deal", [
            {"key": number, "events": [("quoted", number)],
             "keys": [*((of_deals, lead) for lead in sorted(named)), (of_orders, number)]}
            for number, named in enumerate(deals, 100)], "own_")  # fmt: skip
        write(engine, "orders", "order", [
            {"key": number, "events": [("paid", number)], "keys": [(of_orders, deal)] if deal else []}
            for number, deal in enumerate(orders, 200)], "own_")  # fmt: skip
        found = together(engine, sources)
        assert placed(engine, "deals") == {(*to, moment(n), "quoted") for n, to in expected_deals.items()}
        assert placed(engine, "orders") == {
            (*expected_deals.get(deal or 0, ("order", n)), moment(n), "paid") for n, deal in enumerate(orders, 200)
        }
        links = found["deals"]
        assert isinstance(links, Links)
        assert links.matched == sum(process == "lead" for process, _ in expected_deals.values())
        assert links.ambiguous == sum(len(named & leads) > 1 for named in deals)
