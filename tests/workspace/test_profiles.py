"""The shipped profiles: each is complete, and its sample rows go the whole way into a shipped process."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from engine.definitions.document import LocalText
from engine.definitions.profile import Profile
from engine.engines.duckdb import Engine
from engine.errors import DefinitionError
from engine.events.importing import import_sources
from engine.events.report import SourceReport
from engine.workspace import library, load
from engine.workspace.profiles import profile_documents, profiles, profiles_of, systems

PROFILES = profiles()
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
    for name in {profile.sample.process for profile in PROFILES.values()}:
        shutil.copy(library() / "processes" / f"{name}.yaml", root / "processes")
    texts = [path.read_text("utf-8") for path in (library() / "processes").rglob("*.yaml")]
    calendars = {name for text in texts for name in re.findall(r"^calendar: (\w+)", text, re.MULTILINE)}
    sources = []
    for name, profile in PROFILES.items():
        sample = profile.sample
        (root / "data" / name).mkdir(parents=True)
        (root / "data" / name / sample.file).write_text(sample.rows, "utf-8")
        said = {"name": name, "process": sample.process, "profile": name, "path": f"data/{name}/{sample.file}"}
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


@pytest.mark.parametrize("name", PROFILES)
def test_the_sample_rows_are_imported_as_the_profile_says(imported: Imported, name: str) -> None:
    """Every row is accounted for, every activity is mapped, states, times and attributes are those of the sample."""
    profile, report = PROFILES[name], imported.reports[name]
    assert given(imported.engine, name, profile) == sorted(profile.sample.gives)
    assert report.rows >= 3
    assert report.rows == report.used + report.filtered + report.ignored + report.duplicates + report.rejected
    assert (report.rejected, report.mapped_share) == (0, 1.0)
    for case, attributes in profile.sample.attributes.items():
        columns = ", ".join(f"a_{attribute}::varchar" for attribute in attributes)
        rows = imported.engine.rows(f'select {columns} from "source:{name}".cases where case_id = $case', {"case": case})
        assert [str(value) for value in rows[0]] == list(attributes.values())
