"""The shipped profiles: each is complete, and its sample rows go the whole way into a shipped process."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.definitions.document import read
from engine.definitions.process import Process
from engine.definitions.profile import Profile
from engine.engines.duckdb import Engine
from engine.errors import DefinitionError
from engine.events.importing import import_sources
from engine.events.report import SourceReport
from engine.workspace import library, load
from engine.workspace.files import profile_files, shipped
from engine.workspace.profiles import profiles, profiles_of, systems

PROFILES = profiles()
OWN = {path.stem: read(path, path.name).data for path in profile_files()}
SAMPLED = [name for name in PROFILES if "sample" in OWN[name]]
"""Profiles that read in a way of their own."""
HEAD = {"format": "1", "client": "Samples", "locale": "en", "time_zone": "UTC"}
OFFICE = {"hours": {"mon-sun": "00:00-24:00"}}
TAKEN = "2026-04-01T00:00"
"""When the samples were exported: a snapshot without dates stands there."""
ASKED_OF = (
    *("Bitrix24", "amoCRM", "Megaplan", "ELMA365", "KPI Cloud", "YCLIENTS", "MedElement", "UNICLINIC", "SalonPro"),
    *("ClinicCards", "AutoDealer", "MoyAvtoservis", "AutoBoss", "AutoSoft", "CarService CRM", "RetailCRM", "1C"),
    *("MoySklad", "AdvantShop", "InSales", "FitogramPro", "Train'n'Rest", "GymMaster", "Mindbody", "Virtuagym"),
    *("r_keeper", "iiko", "Poster", "Quick Resto", "OkoCRM", "HubSpot", "Salesforce", "Pipedrive", "Zoho CRM"),
    *("Mango Office", "UIS", "Asterisk", "Yandex.Metrica", "Google Analytics 4", "Door counters and summary sheets"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Every sample in one store: sources are called like their profiles."""

    engine: Engine
    reports: Mapping[str, SourceReport]


def written(root: Path) -> Path:
    """A workspace of all samples, each read by its profile into the process it names."""
    (root / "processes").mkdir(parents=True)
    for name in {profile.suits[0] for profile in PROFILES.values()}:
        shutil.copy(library() / "processes" / f"{name}.yaml", root / "processes")
    texts = [path.read_text("utf-8") for path in (library() / "processes").rglob("*.yaml")]
    calendars = {name for text in texts for name in re.findall(r"^calendar: (\w+)", text, re.MULTILINE)}
    sources = []
    for name in SAMPLED:
        profile, sample = PROFILES[name], PROFILES[name].sample
        (root / "data" / name).mkdir(parents=True)
        (root / "data" / name / sample.file).write_text(sample.rows, "utf-8")
        said = {"name": name, "process": profile.suits[0], "profile": name, "path": f"data/{name}/{sample.file}"}
        sources.append({**said, "exported_at": TAKEN, **sample.adds})
    settings = {**HEAD, "calendars": dict.fromkeys(sorted(calendars), OFFICE), "sources": sources}
    (root / "voronka.yaml").write_text(json.dumps(settings, ensure_ascii=False), "utf-8")
    return root


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """All samples, imported once."""
    workspace = load(written(tmp_path_factory.mktemp("profiles") / "samples"))
    engine = Engine()
    document = workspace.documents["voronka.yaml"]
    processes = tuple(workspace.processes.values())
    reports = import_sources(engine, workspace.settings, workspace.root, document=document, processes=processes)
    yield Imported(engine=engine, reports={report.name: report for report in reports})
    engine.close()


def given(engine: Engine, name: str, profile: Profile) -> list[str]:
    """What an import made of the rows of a sample, as the sample says it."""
    if profile.reads.form == "counts":
        rows = engine.rows(f"""
            select channel, counter, period_start::date, value
            from "source:{name}".counts""")
        return sorted(f"{channel} | {counter} | {day} | {value:.10g}" for channel, counter, day, value in rows)
    rows = engine.rows(f"""
        select case_id, coalesce(state, mark), happened_at
        from "source:{name}".events join "source:{name}".cases using (process, case_key)""")
    return sorted(f"{case} | {point} | {moment}" for case, point, moment in rows)


@pytest.mark.parametrize("name", SAMPLED)
def test_the_sample_rows_are_imported_as_the_profile_says(imported: Imported, name: str) -> None:
    """Every row is accounted for, every activity is mapped, states, times and attributes are those of the sample."""
    profile, report = PROFILES[name], imported.reports[name]
    assert given(imported.engine, name, profile) == sorted(profile.sample.gives)
    assert report.rows >= 3
    assert report.rows == report.used + report.filtered + report.ignored + report.duplicates + report.rejected
    assert (report.rejected, report.mapped_share) == (0, 1.0)
    for case, attributes in profile.sample.attributes.items():
        columns = ", ".join(f"a_{attribute}::varchar" for attribute in attributes)
        sql = f'select {columns} from "source:{name}".cases where case_id = $case'
        rows = imported.engine.rows(sql, {"case": case})
        assert [str(value) for value in rows[0]] == list(attributes.values())


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_complete_in_both_languages(name: str) -> None:
    """Where its facts are from, what it gives and lacks, what to ask for; Russian is Russian, English is not."""
    profile = PROFILES[name]
    ask = profile.ask
    for text in (profile.title, profile.gives, profile.lacks, ask.what, ask.how, ask.without):
        assert text.ru.strip()
        assert text.en.strip()
        assert re.search("[а-яё]", text.ru, re.IGNORECASE) or text.ru.startswith("SOQL")
        assert not re.search("[а-яё]", text.en, re.IGNORECASE)
        assert not text.ru.endswith(".") or text in (ask.how, ask.without)
    assert all(text.endswith(".") for text in (ask.how.ru, ask.how.en, ask.without.ru, ask.without.en))
    assert all(profile.facts)
    said = "\n".join(profile.facts)
    assert profile.confidence != "documented" or "://" in said or "Python package" in said


@pytest.mark.parametrize("name", PROFILES)
def test_a_mapping_fits_every_process_it_suits(name: str) -> None:
    """States, marks and counters that a profile names are there in each of them."""
    reads = PROFILES[name].reads
    lines = {point for line in reads.map for point in (line.state, line.mark) if point}
    points = lines | set(reads.milestones) | set(reads.moments) | set(reads.counters)
    for process in (shipped(name).shaped(Process) for name in PROFILES[name].suits):
        known = {one.name for one in (*process.states, *process.marks, *process.counters)}
        assert points <= known, process.process


def test_the_forty_systems_have_a_profile() -> None:
    """All that were asked for, each by its own name."""
    assert len(ASKED_OF) == 40
    assert set(ASKED_OF) <= set(systems())


def test_no_two_profiles_are_the_same() -> None:
    """What a system shares with its trade stands in one file that the others extend."""
    for what in (lambda data: {**data, "also_called": None}, lambda data: data.get("sample"), mapping):
        told = [json.dumps(said, sort_keys=True) for data in OWN.values() if (said := what(data))]
        assert len(set(told)) == len(told)
    nothing_public = {name for name, data in OWN.items() if "othing public" in str(data["facts"])}
    assert len(nothing_public) == 8
    assert set(PROFILES) - set(SAMPLED) == nothing_public - {"kpi_cloud"} | {"fitogrampro"}
    for name in set(PROFILES) - set(SAMPLED):
        assert PROFILES[name].reads == PROFILES[str(OWN[name]["extends"]).removesuffix(".yaml")].reads


def mapping(data: Mapping[str, Any]) -> object:
    """What a profile itself says of how its rows are read, where it says more than its columns."""
    return {key: data[key] for key in ("map", "milestones") if data.get(key)} and {
        key: data[key] for key in ("case", "map", "milestones", "attributes") if key in data
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Битрикс24", ("bitrix24_calls", "bitrix24_items", "bitrix24_stage_history")),
        ("bitrix 24", ("bitrix24_calls", "bitrix24_items", "bitrix24_stage_history")),
        ("Kommo", ("amocrm_events", "amocrm_export", "amocrm_leads")),
        ("altegio", ("yclients_records",)),
        ("amocrm_export", ("amocrm_export",)),
        ("Мегаплан", ("megaplan_history",)),
    ],
)
def test_a_system_is_found_by_any_of_its_names(asked: str, found: tuple[str, ...]) -> None:
    """Russian or English, with or without spaces and dashes, or by the name of a profile."""
    assert profiles_of(asked) == found


@pytest.mark.parametrize(("asked", "hint"), [("amocrn", "did you mean `amoCRM`?"), ("Zzz", "`voronka sources` lists")])
def test_an_unknown_system_is_said(asked: str, hint: str) -> None:
    """With the nearest one, or where they are listed."""
    with pytest.raises(DefinitionError) as caught:
        profiles_of(asked)
    (problem,) = caught.value.problems
    assert problem.code == "unknown-system"
    assert hint in problem.hint


HISTORY = """\
  - name: deals
    process: web_form
    profile: bitrix24_stage_history
    path: history.jsonl
    exported_at: 2026-04-01
"""
ROWS = (
    {"ownerId": 1, "stageId": "C3:NEW", "stageSemanticId": "P", "createdTime": "2026-03-02T10:00:00+00:00"},
    {"ownerId": 1, "stageId": "C3:UC_MINE", "stageSemanticId": "P", "createdTime": "2026-03-02T10:20:00+00:00"},
    {"OWNER_ID": 1, "STATUS_ID": "LOSE", "STATUS_SEMANTIC_ID": "F", "CREATED_TIME": "2026-03-03T10:00:00+00:00"},
)


@pytest.mark.parametrize(
    ("more", "share", "seen"),
    [
        ("", 2 / 3, ["received", None, "lost"]),
        ("    states: {C3:UC_MINE: contacted}\n", 1.0, ["received", "contacted", "lost"]),
        ("    map: [{activity: 'C3:*', state: contacted}]\n", 2 / 3, ["contacted", "contacted", None]),
    ],
)
def test_profile_and_path_suffice_and_own_stages_are_added(
    tmp_path: Path, more: str, share: float, seen: list[str]
) -> None:
    """Both styles of keys are read, even in one file; `states` adds to the mapping, `map` takes its place."""
    report, engine = one_source(tmp_path, HISTORY + more)
    assert report.mapped_share == pytest.approx(share)
    rows = engine.rows('select state from "source:deals".events order by happened_at')
    assert [row[0] for row in rows] == seen


def test_attributes_are_put_together_by_name(tmp_path: Path) -> None:
    """One of the source's own stands beside those of the profile; a column that is not there is empty, and said."""
    report, engine = one_source(tmp_path, HISTORY + "    attributes: {stage: STAGE_ID, amount: {column: stageId}}\n")
    assert engine.rows('select a_stage, a_amount, a_manager from "source:deals".cases') == [
        ("C3:NEW", "C3:UC_MINE", None)
    ]
    assert any("may lack" in note and "`ASSIGNED_BY_ID`" in note for note in report.notes)


def one_source(root: Path, text: str) -> tuple[SourceReport, Engine]:
    """A workspace of one source over a few rows, imported."""
    (root / "processes").mkdir()
    shutil.copy(library() / "processes" / "web_form.yaml", root / "processes")
    (root / "history.jsonl").write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    calendars = "calendars: {office: {hours: {mon-fri: '09:00-18:00'}}}\n"
    head = f"format: 1\nclient: Test\ntime_zone: UTC\n{calendars}sources:\n"
    (root / "voronka.yaml").write_text(head + text, "utf-8")
    workspace = load(root)
    engine = Engine()
    processes = tuple(workspace.processes.values())
    (report,) = import_sources(engine, workspace.settings, root, processes=processes)
    return report, engine


def test_a_problem_of_a_mapping_stands_in_the_file_of_the_profile(tmp_path: Path) -> None:
    """A process without the states of a profile is told where the profile names them, through what it extends."""
    with pytest.raises(DefinitionError) as caught:
        one_source(tmp_path, HISTORY.replace("bitrix24_stage_history", "uniclinic"))
    places = {problem.where.file for problem in caught.value.problems}
    assert "library/profiles/generic_appointment.yaml" in places
