"""Why the numbers of an audit are not final: rows unread, events not understood, data that begin late, no data."""

from collections.abc import Mapping, Sequence

from engine.events.log import EventLog
from engine.events.report import SourceReport
from engine.kpis.gaps import Gap, gaps
from engine.pipeline.opening import Asked
from engine.pipeline.zones import local
from engine.workspace import Workspace

MAPPED_AT_LEAST = 0.98


def provisional(
    workspace: Workspace, reports: Sequence[SourceReport], asked: Asked, logs: Mapping[str, EventLog]
) -> tuple[str, ...]:
    """Reasons why the numbers are not final, in the client's language."""
    ru = workspace.settings.locale == "ru"
    found = []
    for report in reports:
        if report.rejected > (1 - MAPPED_AT_LEAST) * report.rows:
            found.append(
                f"из выгрузки «{report.name}» не прочитано строк: {report.rejected} из {report.rows}"
                if ru
                else f"of the export {report.name}, {report.rejected} of {report.rows} rows could not be read"
            )
        if report.mapped_share < MAPPED_AT_LEAST:
            share = f"{report.mapped_share * 100:.0f}"
            of_events = report.shape == "events"
            what = ("событий" if of_events else "строк") if ru else "events" if of_events else "rows"
            found.append(
                f"из выгрузки «{report.name}» разобрано {share} из 100 {what}"
                if ru
                else f"of the export {report.name}, {share} of 100 {what} are understood"
            )
        if report.vanished > (1 - MAPPED_AT_LEAST) * report.cases:
            found.append(
                f"в последнем снимке «{report.name}» нет открытых обращений из прежних: {report.vanished}; "
                "чем они закончились, не известно"
                if ru
                else f"open cases of earlier snapshots of {report.name} are not in the last: {report.vanished}; "
                "how they ended is not known"
            )
    for log in logs.values():
        found += [_gap_said(log, gap, ru=ru) for gap in gaps(log)]
    for name in asked.processes:
        if name not in logs:
            process = workspace.processes[name]
            title = process.title.of(workspace.settings.locale) if process.title else name
            found.append(f"по процессу «{title}» данных нет" if ru else f"there is no data on {title}")
    return tuple(found)


def _gap_said(log: EventLog, gap: Gap, *, ru: bool) -> str:
    """Which cases are unusable, and why (D1)."""
    state = log.process.state(gap.state)
    title = state.title.of(log.settings.locale) if state.title else state.name
    day = local(gap.moment, log.time_zone)
    if ru:
        side, who = ("до", "раньше") if gap.side == "before" else ("после", "незадолго до этого и позже")
        what = f"{side} {day:%d.%m.%Y} в данных нет ни одного обращения на этапе «{title}»"
        return f"{what}, а ожидалось около {gap.expected:.0f}: обращения, начатые {who}, судить нельзя"
    what = f"{gap.side} {day:%Y-%m-%d} the data have no case at {title}"
    who = "before then" if gap.side == "before" else "near then or later"
    return f"{what}, where about {gap.expected:.0f} were to be expected: cases that began {who} cannot be judged"
