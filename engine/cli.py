"""The `voronka` command: the only module that prints, exits or reads the clock."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import click

from engine.errors import EngineError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from engine.engines.duckdb import Engine
    from engine.events.report import SourceReport
    from engine.render.words import Words
    from engine.workspace import Check, Workspace

FORMATS = ("md", "html", "json", "csv")


def run() -> NoReturn:
    """Run the command; whatever goes wrong ends in a message and an exit code, never in a traceback."""
    traceback = "--traceback" in sys.argv
    try:
        sys.exit(main(standalone_mode=False) or 0)
    except EngineError as error:
        if traceback:
            raise
        _print_text(error.problems)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: nothing was left half-written", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if traceback:
            raise
        click.echo(f"voronka failed, and that is our fault: {type(error).__name__}: {error}", err=True)
        click.echo("  hint: run again with --traceback and report what it prints", err=True)
        sys.exit(4)


_FOLDER = click.Path(path_type=Path)


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    """Keep a global option, wherever it stands on the line."""
    if value:
        context.find_root().ensure_object(dict)[option.name] = value


def _global_options() -> list[click.Option]:
    return [
        click.Option(
            ["--project"], type=_FOLDER, help="The workspace (the same as DIR).", expose_value=False, callback=_remember
        ),
        click.Option(
            ["--traceback"], is_flag=True, help="Show where the engine failed.", expose_value=False, callback=_remember
        ),
        click.Option(
            ["--quiet"], is_flag=True, help="Print results and problems only.", expose_value=False, callback=_remember
        ),
    ]


class _Command(click.Command):
    """A command that takes the global options too."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options, then the global ones."""
        return [*super().get_params(ctx)[:-1], *_global_options(), *super().get_params(ctx)[-1:]]


class _Group(click.Group):
    """Commands that take the global options before and after their names."""

    command_class = _Command
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options, then the global ones."""
        return [*super().get_params(ctx)[:-1], *_global_options(), *super().get_params(ctx)[-1:]]


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="voronka", prog_name="voronka")
def main() -> None:
    """Audit how a company handles the people who turn to it: from an export to an improvement plan."""


_directory = click.argument("directory", required=False, type=_FOLDER)


# --- commands ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("directory", type=_FOLDER)
@click.option("--demo", is_flag=True, help="Add six months of made-up data.")
@click.option("--locale", type=click.Choice(("ru", "en")), default="ru", help="Language of texts for the client.")
@click.option("--channels", default="", help="Processes to begin with, e.g. phone,web_form.")
@click.option(
    "--trade",
    default="",
    help="Its usual channels and the work behind them: furniture, clinic, salon, car_service, wholesale, shop, "
    "restaurant, b2b_services.",
)
def init(directory: Path, demo: bool, locale: str, channels: str, trade: str) -> int:
    """Make a workspace in DIRECTORY."""
    from engine.starter import init as make

    language: Literal["ru", "en"] = "en" if locale == "en" else "ru"
    chosen = tuple(name.strip() for name in channels.split(",") if name.strip())
    paths = make(directory, demo=demo, locale=language, channels=chosen, trade=trade.strip())
    _say(f"made {directory} ({len(paths)} files)")
    _say(f"next: voronka {'audit' if demo else 'check'} {directory}")
    return 0


_files = click.argument("files", nargs=-1, required=True)
_language = click.option("--locale", type=click.Choice(("ru", "en")), help="Language (default: that of the columns).")


@main.command()
@_files
@click.option(
    "--out", type=_FOLDER, default=Path("draft"), show_default=True, help="Folder of the workspace, a new one."
)
@_language
def draft(files: tuple[str, ...], out: Path, locale: Literal["ru", "en"] | None) -> int:
    """Draft a workspace from exports that nobody described: every guess with its reason, for you to finish."""
    from engine.draft.workspace import draft as make
    from engine.draft.writing import guessed

    made = make(files, out, locale)
    for line in guessed(made.draft):
        click.echo(line)
    _say(f"made {out} ({len(made.files)} files)")
    _say(f"next: read {out / 'voronka.yaml'}, then voronka audit {out}")
    return 0


@main.command()
@_files
@click.option("--out", type=_FOLDER, help="The page, .html or .md (default: express-NAME.html).")
@click.option("--keep", type=_FOLDER, help="Leave the drafted workspace in this new folder.")
@click.option("--open/--no-open", "show", default=None, help="Open the page (default: at a terminal).")
@click.option("--as-of", help="log (default: the last event), now, or a time.")
@_language
def express(
    files: tuple[str, ...],
    out: Path | None,
    keep: Path | None,
    show: bool | None,
    as_of: str | None,
    locale: Literal["ru", "en"] | None,
) -> int:
    """One page about an export that nobody described: funnel, losses, times, and what was guessed."""
    from engine.draft.express import Wish, summary
    from engine.draft.express import express as make
    from engine.draft.page import page_path, write_page

    path = page_path(files, out)
    with _progress() as tell:
        page = make(files, Wish(locale=locale, as_of=as_of, now=_now()), keep, tell)
    write_page(path, page.texts)
    for line in summary(page):
        click.echo(line)
    _say(f"the page: {path}")
    if keep is not None:
        _say(f"the workspace: {keep}")
    if show or (show is None and sys.stdout.isatty()):
        click.launch(str(path.resolve()))
    return 0


@main.command()
@_directory
@click.option("--strict", is_flag=True, help="Warnings count as problems.")
@click.option("--format", "form", type=click.Choice(("text", "github", "json")), default="text")
def check(directory: Path | None, strict: bool, form: str) -> int:
    """Show every problem of every file."""
    from engine.pipeline.opening import check as problems_of

    problems = problems_of(_root(directory), _checks())
    _PRINTERS[form](problems)
    errors = [problem for problem in problems if strict or problem.level == "error"]
    if not problems and form == "text":
        _say("no problems")
    return 2 if errors else 0


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--full", is_flag=True, help="Fetch everything again, not only what is new.")
def pull(sources: tuple[str, ...], full: bool) -> int:
    """Save the rows of a CRM in data/raw, for `import` to read: SOURCES, or all that have `pull:`."""
    import os
    import time

    from engine.pull import Clock
    from engine.pull import pull as fetch

    workspace = _load()
    clock = Clock(now=_now, sleep=time.sleep)
    with _status() as tell:
        for took in fetch(workspace, sources, environ=os.environ, clock=clock, full=full, tell=tell):
            what = "new rows" if took.only_new else "rows"
            again = f", {took.repeated} came twice" if took.repeated else ""
            click.echo(f"{took.source}: {took.listing}: {took.rows} {what}{again} {took.file}".rstrip())
    return 0


@main.command(name="import")
@_directory
def import_(directory: Path | None) -> int:
    """Read the sources into the store, and say what happened to every row."""
    from engine.render.lookup import sources_table

    workspace = _load(directory)
    with _store(workspace) as store:
        _console().print(sources_table(_import(workspace, store), workspace.settings))
    return 0


@main.command()
@_directory
@click.option("--as-of", help="log (default: the last event), now, or a time.")
@click.option("--since", help="Cases that began at or after this time.")
@click.option("--until", help="Cases that began before this time.")
@click.option("--process", "processes", multiple=True, help="Only this process (may be repeated).")
@click.option("--out", type=_FOLDER, help="Folder of the report (default: reports/DATE).")
@click.option("--format", "formats", default=",".join(FORMATS), help="Documents to write.", show_default=True)
@click.option("--fail-on", type=click.Choice(("red", "yellow")), help="Exit with 1 at a finding of this severity.")
@click.option("--no-import", is_flag=True, help="Do not look at the sources: audit what the store holds.")
@click.option("--no-names", is_flag=True, help="Write no surnames: managers get numbers, the plan names roles alone.")
@click.option("--for", "readers", default="", help="Reports by reader too: owner,sales,managers.")
def audit(
    directory: Path | None,
    as_of: str | None,
    since: str | None,
    until: str | None,
    processes: tuple[str, ...],
    out: Path | None,
    formats: str,
    fail_on: str | None,
    no_import: bool,
    no_names: bool,
    readers: str,
) -> int:
    """Measure, judge, find why, and write the improvement plan."""
    from engine.history.planfile import beside
    from engine.history.reports import History
    from engine.pipeline import auditing, nameless, opening, worklists
    from engine.pipeline.comparing import nobodies
    from engine.render.diagrams import diagrams
    from engine.render.files import check_formats, report_folder, report_name, write_reports
    from engine.render.papers.roles import Readers, check_roles, role_documents
    from engine.render.templates import folders
    from engine.render.terminal import show

    workspace = _load(directory)
    wanted, folder = check_formats(formats), report_folder(workspace.root, out)
    roles = check_roles(readers)
    asked = opening.asked(workspace, as_of=as_of, since=since, until=until, processes=processes, now=_now())
    history = History(workspace.root, folder)
    history.check()
    with _store(workspace) as store:
        reports = opening.imported(store) if no_import else _import(workspace, store)
        with _progress() as tell:
            result = auditing.audit(workspace, store, reports, asked, tell, history.before)
        open_cases = worklists.lists_of(workspace, tuple(result.logs.values()) if "managers" in roles else ())
        if no_names:
            open_cases = nameless.lists_without_names(result, workspace.settings, open_cases)
            result = nameless.without_names(result, workspace.settings)
    folder = folder or workspace.root / "reports" / report_name(result.audit)
    roots = folders(workspace.root)
    pictures = diagrams(result.audit, workspace.processes.values())
    kept = beside(result.audit, folder, history)
    audience = Readers(
        roles=roles, lists=open_cases, nobody=frozenset(nobodies(workspace.settings)), link=workspace.settings.case_link
    )
    more = role_documents(result.audit, roots, wanted, audience)
    write_reports(result.audit, folder, wanted, result.case_tables, roots, pictures, {**kept, **more})
    _console().print(show(result.audit, roots))
    plan = folder / "plan.html"
    _say(f"the plan: {plan}" if plan.exists() else f"wrote {folder}")
    return _exit_code(result.audit.findings, fail_on, any(_failed(fact) for fact in result.audit.facts))


@main.command()
@_directory
@click.option("--start", help="The day the programme begins (default: today).")
@click.option("--out", type=_FOLDER, help="Folder of the documents (default: programme).")
@click.option("--format", "formats", default="md,html", help="Documents to write.", show_default=True)
@click.option("--no-data", is_flag=True, help="From the definitions alone, even where there is an export.")
@click.option("--no-names", is_flag=True, help="Roles alone, no people.")
@click.option("--replace", is_flag=True, help="Write over documents that lie there, changed or not.")
def programme(
    directory: Path | None,
    start: str | None,
    out: Path | None,
    formats: str,
    no_data: bool,
    no_names: bool,
    replace: bool,
) -> int:
    """Write the improvement programme and the regulation; they need no data, and take in an audit where there is."""
    from engine.pipeline import before, nameless, opening
    from engine.render.beside import write_beside
    from engine.render.files import report_folder
    from engine.render.papers.documents import check_paper_formats, programme_documents

    workspace = _load(directory)
    wanted = check_paper_formats(formats)
    folder = report_folder(workspace.root, out) or workspace.root / "programme"
    begins = opening.day(workspace, start, _now())
    result = None
    if not no_data and workspace.settings.sources:
        with _store(workspace) as store:
            result = before.audited(workspace, store, lambda: _import(workspace, store), _now())
            if result is not None and no_names:
                result = nameless.without_names(result, workspace.settings)
    audit = result.audit if result is not None else before.without_data(workspace)
    made = programme_documents(workspace, audit, begins, wanted, named=not no_names)
    for path in write_beside(folder, made, replace=replace):
        click.echo(f"wrote {path.relative_to(workspace.root).as_posix()}")
    if result is None:
        _say("from the definitions alone: there is no data yet")
    return 0


@main.command()
@_directory
@click.option("--as-of", help="log (default: the last event), now, or a time.")
@click.option("--out", type=_FOLDER, help="Folder of the lists (default: lists).")
@click.option("--by-manager", is_flag=True, help="A file for each manager instead of one with a filter.")
@click.option("--replace", is_flag=True, help="Write over lists that lie there, changed or not.")
def lists(directory: Path | None, as_of: str | None, out: Path | None, by_manager: bool, replace: bool) -> int:
    """Write the working lists for today (XLSX): not called back, no next step, silent after the quote, untouched."""
    from engine.pipeline import opening, worklists
    from engine.render.beside import write_beside
    from engine.render.files import report_folder
    from engine.render.worklists import list_files, told

    workspace = _load(directory)
    folder = report_folder(workspace.root, out) or workspace.root / "lists"
    asked = opening.asked(workspace, as_of=as_of, now=_now())
    with _store(workspace) as store:
        reports = _import(workspace, store)
        found = worklists.working_lists(workspace, store, reports, asked)
    found = worklists.with_real_values(workspace, found)
    for path in write_beside(folder, list_files(found, workspace, by_manager=by_manager), replace=replace):
        click.echo(f"wrote {path.relative_to(workspace.root).as_posix()}")
    for line in told(found, workspace):
        click.echo(line)
    return 0


@main.command()
@click.argument("name")
@click.option("--by", multiple=True, help="Split by a dimension (may be repeated).")
@click.option("--grain", type=click.Choice(("day", "week", "month", "quarter")), help="Split by period.")
@click.option("--sql", is_flag=True, help="Print the SQL of the cases behind it.")
@click.option("--about", is_flag=True, help="Print what the number means.")
@click.option("--format", "form", type=click.Choice(("text", "csv", "json")), default="text")
def kpi(name: str, by: tuple[str, ...], grain: str | None, sql: bool, about: bool, form: str) -> int:
    """Show one control point (PROCESS.NAME) as a table."""
    from engine.pipeline import looking, opening
    from engine.render.lookup import facts_csv, facts_json, facts_table, passport

    workspace = _load()
    process, point = opening.find_control_point(workspace, name)
    measured = looking.about(workspace, process, point)
    if about:
        _console().print(passport(measured, workspace.settings))
        return 0
    with _store(workspace) as store:
        reports = _import(workspace, store)
        asked = opening.asked(workspace, processes=(process.process,), now=_now())
        if sql:
            click.echo(looking.sql_of(workspace, store, reports, asked, process, point))
            return 0
        facts = looking.measure(workspace, store, reports, asked, process, point, by, grain)
    if form == "text":
        _console().print(facts_table(facts, measured, workspace.settings))
    else:
        click.echo((facts_csv if form == "csv" else facts_json)(facts, workspace.settings), nl=False)
    return 0


@main.command()
@_directory
@click.option("--process", help="The process to draw from (may be left out where there is one).")
@click.option("--lost", is_flag=True, help="Lost cases only; otherwise of all that ended.")
@click.option("-n", "--n", "count", type=click.IntRange(1, 1000), default=30, show_default=True, help="How many.")
@click.option("--seed", help="Another draw; by default the data decide.")
@click.option("--out", type=_FOLDER, help="Folder of the sheet (default: samples).")
def sample(
    directory: Path | None, process: str | None, lost: bool, count: int, seed: str | None, out: Path | None
) -> int:
    """Draw cases and calls to listen to, as a sheet with scores to fill in (XLSX and CSV)."""
    from engine.pipeline import opening, sampling
    from engine.render.files import report_folder
    from engine.render.scoring import snippet, write_sample

    workspace = _load(directory)
    folder = report_folder(workspace.root, out) or workspace.root / "samples"
    drawn_from = opening.only_process(workspace, process)
    with _store(workspace) as store:
        asked = opening.asked(workspace, processes=(drawn_from.process,), now=_now())
        reports = _import(workspace, store)
        drawn = sampling.sample(workspace, store, reports, asked, drawn_from, lost=lost, n=count, seed=seed)
    locale = workspace.settings.locale
    written = [
        path.relative_to(workspace.root).as_posix() for path in write_sample(drawn, folder, workspace.root, locale)
    ]
    for path in written:
        click.echo(f"wrote {path} ({len(drawn.cases)} of {drawn.of} cases, seed {drawn.seed})")
    if drawn.source is None:
        _say("it cannot come back as data: the export has no number of these cases that may be shown")
        return 0
    _say(f"when it is filled in, add to the source {drawn.source} in voronka.yaml:")
    _say(snippet(drawn, written[0], locale))
    return 0


@main.group()
def explain() -> None:
    """Say why: a finding condition by condition, a case step by step."""


@explain.command(name="finding")
@click.argument("finding_id")
def explain_finding(finding_id: str) -> int:
    """Show why a rule fired, condition by condition."""
    from engine.pipeline import auditing, looking, opening
    from engine.render.lookup import explained_finding

    workspace = _load()
    with _store(workspace) as store:
        asked = opening.asked(workspace, now=_now())
        result = auditing.audit(workspace, store, _import(workspace, store), asked)
        explained = looking.explain_finding(workspace, store, result, finding_id)
    _console().print(explained_finding(explained, result.audit, workspace.settings))
    return 0


@explain.command(name="case")
@click.argument("process")
@click.argument("case_id")
@click.option("--as-feature", is_flag=True, help="Print it as a scenario that replays it, without personal data.")
def explain_case(process: str, case_id: str, as_feature: bool) -> int:
    """Show the path of a case, and where it left the process."""
    from engine.pipeline import looking, opening

    workspace = _load()
    known = opening.find_process(workspace, process)
    with _store(workspace) as store:
        asked = opening.asked(workspace, processes=(process,), now=_now())
        case = looking.explain_case(workspace, store, _import(workspace, store), asked, known, case_id)
    if as_feature:
        from engine.bdd.commands import case_as_feature

        click.echo(case_as_feature(case, workspace.settings), nl=False)
        return 0
    from engine.render.lookup import explained_case

    _console().print(explained_case(case, workspace.settings))
    return 0


@main.command()
@_directory
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def plan(directory: Path | None, form: str) -> int:
    """Show where the items of the plan stand, as people keep them in plan.yaml."""
    from engine.history.standing import standing
    from engine.render.standing import standing_json, standing_table

    workspace = _load(directory)
    found = standing(workspace, _now())
    if form == "json":
        click.echo(standing_json(found, workspace.settings), nl=False)
    else:
        _console().print(standing_table(found, workspace.settings))
    return 0


@main.command()
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE... [DIR]")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def whatif(changes: tuple[str, ...], form: str) -> int:
    """Say what control points at other values would bring: voronka whatif reaction_time=10m contact_rate=80%."""
    from engine.pipeline import opening
    from engine.pipeline.whatif import what_if
    from engine.render.whatif import whatif_json, whatif_table

    asked, folders = [one for one in changes if "=" in one], [one for one in changes if "=" not in one]
    if len(folders) > 1 or not asked:
        raise click.UsageError("write NAME=VALUE, for example reaction_time=10m, then the workspace")
    workspace = _load(Path(folders[0]) if folders else None)
    with _store(workspace) as store:
        wanted = opening.asked(workspace, now=_now())
        found = what_if(workspace, store, lambda: _import(workspace, store), wanted, asked)
    if form == "json":
        click.echo(whatif_json(found, workspace.settings), nl=False)
    else:
        _console().print(whatif_table(found, workspace.settings))
    return 0


@main.command()
@click.argument("process")
@click.option("--format", "form", type=click.Choice(("mermaid", "svg")), default="mermaid")
@click.option("--numbers", is_flag=True, help="With how many cases went where.")
def graph(process: str, form: str, numbers: bool) -> int:
    """Draw a process as a state machine."""
    from engine import machine
    from engine.pipeline import looking, opening

    workspace = _load()
    drawn = opening.find_process(workspace, process)
    counts = None
    if numbers and drawn.states:
        with _store(workspace) as store:
            asked = opening.asked(workspace, processes=(process,), now=_now())
            counts = looking.counts_of_moves(workspace, store, _import(workspace, store), asked, drawn)
    draw = machine.draw_svg if form == "svg" else machine.draw
    click.echo(draw(drawn, workspace.settings.locale, counts))
    return 0


@main.command()
@_directory
@click.option("--steps", is_flag=True, help="List the steps that scenarios are written with, and stop.")
@click.option("--suggest", is_flag=True, help="Write scenarios for transitions that none takes yet, and stop.")
@click.option("--min-coverage", type=float, metavar="N", help="Fail below N percent of the processes touched.")
@click.option("--coverage-svg", type=_FOLDER, metavar="FOLDER", help="Draw the coverage on each process.")
@click.option("-k", "words", metavar="WORDS", help="Only scenarios whose names hold these words.")
@click.option("-m", "tags", metavar="TAGS", help="Only scenarios with these tags.")
@click.option("-n", "workers", metavar="N", help="Run in N processes at once (needs pytest-xdist).")
@click.option("--junit-xml", type=_FOLDER, metavar="FILE", help="Write the results as JUnit XML.")
@click.option("--cucumber-json", type=_FOLDER, metavar="FILE", help="Write the results as Cucumber JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Name every scenario.")
def test(
    directory: Path | None,
    steps: bool,
    suggest: bool,
    min_coverage: float | None,
    coverage_svg: Path | None,
    words: str | None,
    tags: str | None,
    workers: str | None,
    junit_xml: Path | None,
    cucumber_json: Path | None,
    verbose: bool,
) -> int:
    """Run features and rule tests of a workspace, or of one folder or file in it, and say what they cover."""
    from engine.bdd import commands as bdd

    if steps:
        click.echo(bdd.steps_text())
        return 0
    root = _load(directory).root
    if suggest:
        written = bdd.suggest(root)
        for path in written:
            click.echo(f"wrote {path.relative_to(root).as_posix()}")
        _say("read them, keep what is true, and give the scenarios names" if written else "nothing to suggest")
        return 0
    asked: dict[str, object] = {
        "-k": words,
        "-m": tags,
        "-n": workers,
        "--min-coverage": min_coverage,
        "--coverage-svg": coverage_svg,
        "--junit-xml": junit_xml,
        "--cucumber-json": cucumber_json,
    }
    options = [f"{name}={value}" if name.startswith("--") else f"{name}{value}" for name, value in asked.items()
               if value is not None]  # fmt: skip
    inside = [] if directory is None or directory.resolve() == root else [str(directory.resolve())]
    return bdd.run(root, "--process-coverage", *(["-vv"] if verbose else []), *options, *inside)


_reader = click.option(
    "--locale", type=click.Choice(("ru", "en")), help="Language (default: the workspace's, else Russian)."
)


@main.command()
@click.option("--system", help="All that is known of one system.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@_reader
def sources(system: str | None, form: str, locale: Literal["ru", "en"] | None) -> int:
    """List the systems whose exports are known: what each gives, how sure that is, what is missing."""
    from engine.render.sources import sources_json, sources_view
    from engine.workspace.profiles import profiles, profiles_of, systems

    names = profiles_of(system) if system else [name for group in systems().values() for name in group]
    found = [(name, profiles()[name]) for name in names]
    if form == "json":
        click.echo(sources_json(found), nl=False)
        return 0
    try:
        workspace = None if locale else _here()
    except EngineError:  # whoever looks for the name of a profile may have a wrong one in voronka.yaml
        workspace = None
    _console().print(sources_view(found, _words(workspace, locale)[0], whole=system is not None))
    return 0


@main.command()
@click.option("--system", multiple=True, help="The client's system (may be repeated).")
@_reader
def ask(system: tuple[str, ...], locale: Literal["ru", "en"] | None) -> int:
    """Write the letter to the client: what to export, how, with which columns; in a workspace also what it lacks."""
    from engine.render.ask import Letter, system_asked
    from engine.render.templates import render_letter
    from engine.workspace.profiles import named, processes_of, profiles

    workspace = _here()
    if workspace is not None and locale:  # the reader is the client: the letter is in one language throughout
        workspace = replace(workspace, settings=replace(workspace.settings, locale=locale))
    words, roots = _words(workspace, locale)
    if not system and (workspace is None or not workspace.settings.sources):
        raise click.UsageError("name the client's system with --system, or call it in a workspace with sources")
    lacking = _lacking(workspace, roots) if workspace is not None and not system else ()
    used = [source.profile for source in workspace.settings.sources if source.profile] if workspace is not None else []
    asked = []
    for name, of in named(system or used).items():
        every = [profiles()[one] for one in of]
        asked.append(system_asked(name, every, processes_of(every), words))
    client = workspace.settings.client if workspace is not None else ""
    click.echo(render_letter(Letter(client=client, systems=tuple(asked), lacking=lacking), words, roots), nl=False)
    return 0


def _lacking(workspace: "Workspace", roots: tuple[Path, ...]) -> tuple[str, ...]:
    """What the sources of a workspace cannot give, as its audit says it."""
    from engine.pipeline import auditing, opening
    from engine.render.templates import prepare

    with _store(workspace) as store:
        reports = _import(workspace, store)
        result = auditing.audit(workspace, store, reports, opening.asked(workspace, now=_now()))
    return prepare(result.audit, roots).report.lacking


@main.command()
@click.argument("kind", required=False, type=click.Choice(("voronka", "process", "rules", "actions", "audit")))
def schema(kind: str | None) -> int:
    """Print the JSON Schema of a kind of file, for editors."""
    from engine.definitions.schemas import KINDS
    from engine.definitions.schemas import schema as schema_of
    from engine.render.json import audit_schema

    schemas: dict[str, object] = {name: schema_of(name) for name in KINDS}
    schemas["audit"] = audit_schema()
    click.echo(json.dumps(schemas[kind] if kind else schemas, ensure_ascii=False, indent=2))
    return 0


# --- what commands share ----------------------------------------------------------------------------------------------


def _settings() -> dict[str, object]:
    """The global options that were given."""
    return click.get_current_context().find_root().ensure_object(dict)


def _root(directory: Path | None) -> Path:
    from engine.workspace import find

    project = _settings().get("project")
    return find(directory or (project if isinstance(project, Path) else Path()))


def _here() -> "Workspace | None":
    """The workspace of this folder, where there is one."""
    from engine.workspace import SETTINGS

    project = _settings().get("project")
    start = (project if isinstance(project, Path) else Path()).resolve()
    return _load() if any((folder / SETTINGS).is_file() for folder in (start, *start.parents)) else None


def _words(workspace: "Workspace | None", locale: Literal["ru", "en"] | None) -> tuple["Words", tuple[Path, ...]]:
    """The words of a reader, and the folders of templates: of the workspace, where there is one."""
    from engine.render.templates import folders, messages
    from engine.render.words import Words

    roots = folders(workspace.root if workspace is not None else None)
    language = locale or (workspace.settings.locale if workspace is not None else "ru")
    return Words(locale=language, texts=messages(roots, language)), roots


def _load(directory: Path | None = None) -> "Workspace":
    from engine.pipeline import opening

    return opening.load(_root(directory), _checks())


def _checks() -> tuple["Check", ...]:
    """Checks of rooms above the pipeline: templates are tried with a sample audit."""
    from engine.pull.check import check_pulls
    from engine.render.templates import check_templates

    return (check_pulls, lambda workspace: check_templates(workspace.root, workspace.settings.locale))


@contextlib.contextmanager
def _store(workspace: "Workspace") -> Iterator["Engine"]:
    from engine.pipeline.opening import open_store

    with open_store(workspace.root) as store:
        yield store


def _import(workspace: "Workspace", store: "Engine") -> tuple["SourceReport", ...]:
    from engine.pipeline.opening import import_all

    with _progress() as tell:
        return import_all(workspace, store, _now(), tell)


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def _say(text: str) -> None:
    if not _settings().get("quiet"):
        click.echo(text, err=True)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr once a second has passed; nothing when piped or quiet."""
    if not sys.stderr.isatty() or _settings().get("quiet"):
        yield lambda what, share: None
        return
    import time

    from rich.progress import Progress

    bar = Progress(console=_console(stderr=True), transient=True)
    tasks: dict[str, int] = {}
    began = time.monotonic()

    def tell(what: str, share: float) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=1.0)
        bar.update(tasks[what], completed=share)  # type: ignore[arg-type]
        if time.monotonic() - began > 1:
            bar.start()

    try:
        yield tell
    finally:
        bar.stop()


@contextlib.contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """One line on stderr that changes while something of unknown length goes on; nothing when piped or quiet."""
    if not sys.stderr.isatty() or _settings().get("quiet"):
        yield lambda text: None
        return
    from rich.text import Text

    with _console(stderr=True).status("") as status:
        yield lambda text: status.update(Text(text))


def _exit_code(findings: tuple[object, ...], fail_on: str | None, failed: bool) -> int:
    worst = {getattr(finding, "severity", "") for finding in findings}
    hit = failed or "red" in worst or (fail_on == "yellow" and "yellow" in worst)
    return 1 if fail_on and hit else 0


def _failed(fact: object) -> bool:
    return any(verdict.verdict == "error" for verdict in getattr(fact, "verdicts", ()))


def _print_text(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)


def _print_github(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        place = f"file={_escaped(problem.where.file)},line={problem.where.line},col={problem.where.column}"
        text = _escaped(f"{problem.message} {problem.hint}".strip())
        click.echo(f"::{problem.level} {place},title={_escaped(problem.code)}::{text}")


def _escaped(text: str) -> str:
    """As GitHub's workflow commands want it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")


def _print_json(problems: tuple[Problem, ...]) -> None:
    rows = [
        {
            "file": problem.where.file,
            "line": problem.where.line,
            "column": problem.where.column,
            "level": problem.level,
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2))


_PRINTERS = {"text": _print_text, "github": _print_github, "json": _print_json}


if __name__ == "__main__":
    run()
