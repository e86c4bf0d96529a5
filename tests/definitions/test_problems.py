"""Every problem of the files a consultant writes: its code, its exact place (the mark ‸ stands before it), its text."""
# ruff: noqa: E501  (a case is one line)

from pathlib import Path

import pytest

from engine.errors import Location, Problem
from engine.workspace import check

SETTINGS = "format: 1\nclient: A\ntime_zone: Europe/Moscow\n"
CALENDAR = SETTINGS + "calendars:\n  office: {hours: {mon-fri: '09:00-18:00'}}\n"
PROCESS = """process: form
initial: received
states:
  - {name: received}
  - {name: called}
  - {name: won, final: true, outcome: won}
  - {name: lost, final: true, outcome: lost}
marks: [{name: attempt}]
happy_path: [received, called, won]
transitions:
  - {trigger: call, source: received, dest: called}
  - {trigger: pay, source: called, dest: won}
  - {trigger: give_up, source: "*", dest: lost}
control_points:
  reaction: {kpi: elapsed, from: received, to: called}
"""
SOURCE = SETTINGS + "sources:\n  - {name: deals, process: form, path: a.csv, shape: milestones, case: id, milestones: "
EVENTS = (
    SETTINGS + "sources:\n  - {name: deals, process: form, path: a.csv, shape: events, case: id, activity: a, at: t"
)
SNAPSHOT = EVENTS.replace("shape: events", "shape: snapshot").replace("at: t", "created: t")
COUNTS = SETTINGS + "sources:\n  - ‸{name: door, process: form, path: a.csv, shape: counts, period: t"
LINKED = "  - {name: linked, path: b.csv, activity: a, at: t, link: {to: deals, on: {a: id}}}\n"
MORE = "  - {name: more, path: c.csv, shape: events, activity: a, at: t, "
ACTION = "title: A, steps: [a], responsible: b, effort: {hours: 1}, due_in: 2w"
RULE = "rules:\n  - {name: slow, control_point: reaction, "


def process(old: str, new: str) -> str:
    """The good process with one thing changed."""
    assert old in PROCESS
    return PROCESS.replace(old, new, 1)


S, P, R, A = "voronka.yaml", "processes/form.yaml", "rules/r.yaml", "rules/actions/a.yaml"

CASES: list[tuple[str, str, str, str]] = [
    # the file itself
    ("empty-file", P, "‸", "the file is empty"),
    ("bad-type", P, "‸- a\n", "expected keys and values (`key: value`), found a list"),
    ("yaml", P, "process: form\n‸\tinitial: a\n", ""),
    ("yaml", P, "process: fo‸\x07rm\n", "character not allowed: U+0007"),
    ("yaml-tag", P, "process: ‸!!python/name:os.system form\n", "tag `tag:yaml.org,2002:python/name:os.system` is not allowed"),
    ("duplicate-key", P, PROCESS + "‸initial: called\n", "key `initial` stands twice (first in line 2)"),
    ("too-large", P, "‸a: " + "[" * 70 + "]" * 70 + "\n", "is nested deeper than 60 levels"),
    # shape
    ("unknown-key", P, process("initial:", "‸inital:"), "unknown key `inital`"),
    ("unknown-key", P, process("kpi: elapsed", "kpi: elapsed, ‸name: x"), "unknown key `name`"),
    ("missing-key", P, process("  - {name: called}", "  - ‸{title: called}"), "key `name` is missing"),
    ("missing-key", P, "‸" + process("initial: received\n", ""), "key `initial` is missing"),
    ("missing-key", P, "‸" + process("happy_path: [received, called, won]\n", ""), "key `happy_path` is missing"),
    ("bad-value", S, EVENTS + ", attributes: {sum: {column: s, type: money, divide: ‸0}}}\n", "`0` is nothing to divide by"),
    ("bad-value", P, process("final: true, outcome: lost", "final: true, outcome: ‸los"), "`los` is not one of `won`, `lost` or `void`"),
    ("bad-type", P, process("final: true, outcome: lost", "final: ‸maybe, outcome: lost"), "expected yes or no, found `maybe`"),
    ("bad-type", A, "actions:\n  - {name: a, title: A, steps: [a], responsible: b, effort: {hours: ‸NaN}, due_in: 2w}\n", "expected a number, found `NaN`"),
    ("bad-type", R, RULE + "red: '> 1h', at_least: ‸many}\n", "expected a whole number, found `many`"),
    ("bad-duration", A, "actions:\n  - {name: a, title: A, steps: [a], responsible: b, effort: {hours: 1}, due_in: ‸2x}\n", "`2x` is no duration"),
    ("bad-time", S, SETTINGS + "audit: {since: ‸yesterday}\n", "`yesterday` is no date or time"),
    ("bad-limit", R, RULE + "red: ‸15m}\n", "`15m` is no limit"),
    ("condition", R, "rules:\n  - name: a\n    when: reaction > 1h an‸ reaction\n".replace("an‸ ", "‸an "), "`an` is not expected here"),
    ("condition", R, "rules:\n  - name: a\n    when: >\n      reaction > 1h\n      and ‸= 3\n", "`=` is not expected here"),
    # process
    ("bad-name", P, process("process: form", "process: ‸my form"), "`my form` cannot be the name of a process"),
    ("bad-name", P, process("  reaction:", "  ‸re-action:"), "`re-action` cannot be the name of a control point"),
    ("no-states", P, "‸process: form\n", "the process has no states"),
    ("counters-and-states", P, "process: form\ncounters: [visitors]\n‸states: [{name: a}]\n", "a process has `counters` or states, not both: `states` stands beside `counters`"),
    ("duplicate-counter", P, "process: form\ncounters: [visitors, ‸visitors]\n", "counter `visitors` stands twice (first in line 2)"),
    ("duplicate-state", P, process("{name: called}", "{name: called}\n  - {name: ‸called}"), "state `called` stands twice (first in line 5)"),
    ("case-only", P, process("{name: called}", "{name: called}\n  - {name: ‸Called}"), "state `Called` differs from `called` (line 5) by case only"),
    ("duplicate-mark", P, process("[{name: attempt}", "[{name: attempt}, {name: ‸attempt}"), "mark `attempt` stands twice (first in line 8)"),
    ("mark-like-state", P, process("{name: attempt}", "{name: ‸called}"), "mark `called` is named like a state"),
    ("no-outcome", P, process("{name: lost, final: true, outcome: lost}", "‸{name: lost, final: true}"), "final state `lost` has no outcome"),
    ("outcome-not-final", P, process("{name: called}", "{name: called, outcome: ‸won}"), "state `called` has an outcome but is not final"),
    ("reserved-trigger", P, process("trigger: pay", "trigger: ‸to_won"), "a trigger cannot be called `to_won`: the machine uses that name itself"),
    ("unknown-state", P, process("initial: received", "initial: ‸recieved"), "unknown state `recieved`"),
    ("unknown-state", P, process("dest: won", "dest: ‸wonn"), "unknown state `wonn`"),
    ("unknown-state", P, process("source: called", "source: [received, ‸caled]"), "unknown state `caled`"),
    ("unknown-state", P, process("[received, called, won]", "[received, ‸caled, won]"), "unknown state `caled`"),
    ("unknown-state", P, process("dest: won", "dest: ‸attempt"), "`attempt` is a mark; only states can be reached"),
    ("leaves-final", P, process("source: called", "source: [called, ‸lost]"), "`pay` leaves the final state `lost`"),
    ("duplicate-transition", P, process("trigger: pay", "trigger: give_up").replace("  - {trigger: give_up, source: \"", "  - {trigger: ‸give_up, source: \""), "`give_up` leaves `called` twice (first in line 12)"),
    ("no-final-state", P, process(", final: true, outcome: won", "").replace(", final: true, outcome: lost", "").replace("states:", "‸states:"), "no state is final: no case can ever finish"),
    ("unreachable-state", P, process("{name: called}", "{name: called}\n  - {name: ‸idle}"), "state `idle` cannot be reached"),
    ("stuck-state", P, process("{name: called}", "{name: called}\n  - {name: ‸idle}").replace('source: "*"', "source: [received, called]").replace("dest: called}", "dest: called}\n  - {trigger: wait, source: called, dest: idle}"), "a case in `idle` can never finish"),
    ("happy-path", P, process("[received, called, won]", "[received, ‸won]"), "no transition leads from `received` to `won`"),
    ("happy-path", P, process("[received, called, won]", "[‸called, won]"), "the happy path begins in `called`, not in the initial state"),
    ("happy-path", P, process("[received, called, won]", "[received, called, ‸lost]"), "the happy path ends in `lost`, which is not won"),
    ("happy-path", P, process("[received, called, won]", "[received, called, ‸received, won]"), "`received` stands twice in the happy path"),
    ("no-lost-state", P, process("outcome: lost", "outcome: void").replace("states:", "‸states:"), "no state says that a case is lost"),
    ("lost-recorded", P, PROCESS + "lost: ‸not recorded\n", "`lost: not recorded`, but a state has outcome: lost"),
    ("dimension-form", P, PROCESS + "dimensions:\n  ‸size: {bands: [1]}\n", "a dimension takes either `elapsed` or `of`"),
    ("unknown-point", P, PROCESS + "dimensions: {speed: {elapsed: [received, ‸caled], bands: [1h]}}\n", "unknown state or mark `caled`"),
    ("bad-bands", P, PROCESS + "dimensions: {size: {of: amount, bands: [50000, ‸20000]}}\n", "bands must rise: `20000` is not above the one before"),
    ("bad-bands", P, PROCESS + "dimensions: {size: {of: amount, bands: [‸inf]}}\n", "`inf` is no number"),
    ("bad-bands", P, PROCESS + "dimensions: {size: {of: amount, bands: ‸[]}}\n", "there are no bands"),
    ("bad-duration", P, PROCESS + "dimensions: {speed: {elapsed: [received, won], bands: [‸5]}}\n", "`5` is no duration"),
    ("reserved-name", P, PROCESS + "dimensions: {‸load: {of: amount, bands: [5]}}\n", "`load` is a dimension that every process has"),
    ("extends-outside", P, PROCESS + "extends: ‸../../../x.yaml\n", "`../../../x.yaml` is outside the workspace"),
    ("unknown-file", P, PROCESS + "extends: ‸parts/x.yaml\n", "no file `parts/x.yaml`"),
    ("extends-cycle", P, PROCESS + "extends: ‸../processes/../processes/form2.yaml\n", "files extend each other: processes/form2.yaml -> processes/form.yaml -> processes/form2.yaml"),
    # voronka.yaml
    ("format", S, "format: ‸2\nclient: A\ntime_zone: UTC\n", "format `2` cannot be read by this version, which reads format 1"),
    ("unknown-time-zone", S, "format: 1\nclient: A\ntime_zone: ‸Moscow\n", "unknown time zone `Moscow`"),
    ("bad-currency", S, SETTINGS + "currency: ‸руб\n", "`руб` is no currency code"),
    ("case-only", S, CALENDAR + "  ‸Office: {hours: {sat: '09:00-18:00'}}\n", "calendar `Office` differs from `office` (line 5) by case only"),
    ("bad-hours", S, SETTINGS + "calendars: {a: {hours: {mon-fri: ‸9-18}}}\n", "`9-18` are no working hours"),
    ("bad-hours", S, SETTINGS + "calendars: {a: {hours: {‸mo: '09:00-18:00'}}}\n", "`mo` is no day of the week"),
    ("bad-hours", S, SETTINGS + "calendars: {a: {hours: {mon: '‸09:00-25:00'}}}\n", "`09:00-25:00` holds no time of day"),
    ("bad-hours", S, SETTINGS + "calendars: {a: {hours: {mon: '‸09:00-09:00'}}}\n", "`09:00-09:00` is empty"),
    ("hours-overlap", S, SETTINGS + "calendars: {a: {hours: {mon: '‸09:00-13:00,12:00-18:00'}}}\n", "ranges overlap in `09:00-13:00,12:00-18:00`"),
    ("hours-overlap", S, SETTINGS + "calendars: {a: {hours: {mon: '22:00-06:00', tue: '‸05:00-18:00'}}}\n", "the hours of tue begin before those of mon are over (past midnight)"),
    ("day-twice", S, SETTINGS + "calendars: {a: {hours: {mon-fri: '09:00-18:00', ‸fri: '09:00-17:00'}}}\n", "fri stands twice in the hours"),
    ("never-open", S, SETTINGS + "calendars: {a: {‸hours: {mon-sun: closed}}}\n", "the calendar is never open"),
    ("bad-time", S, SETTINGS + "calendars: {a: {hours: {mon: '09:00-18:00'}, days: {‸01.05.2026: closed}}}\n", "`01.05.2026` is no date"),
    ("unknown-holidays", S, SETTINGS + "calendars: {a: {hours: {mon: '09:00-18:00'}, holidays: ‸ru}}\n", "unknown country `ru`"),
    ("short-without-holidays", S, SETTINGS + "calendars: {a: {hours: {mon: '09:00-18:00'}, ‸short: {before_holiday: 1h}}}\n", "`short` needs to know the public holidays"),
    ("bad-time", S, SETTINGS + "audit: {as_of: ‸today}\n", "`today` is no date or time"),
    ("period-reversed", S, SETTINGS + "audit: {since: 2026-02-01, until: ‸2026-01-01}\n", "`until` is not after `since`"),
    ("period-reversed", S, SETTINGS + "exclude: [{from: 2026-02-01, to: ‸2026-01-01, why: x}]\n", "`to` is before `from`"),
    ("negative", S, SETTINGS + "audit: {budget: {hours: ‸-1}}\n", "`hours` is below nothing"),
    ("exclude-what", S, SETTINGS + "exclude: [‸{why: x}]\n", "it is not said what is excluded"),
    ("bad-period", S, SETTINGS + "targets: {revenue: {‸october: 5}}\n", "`october` is no period"),
    ("bad-target", S, SETTINGS + "targets: {revenue: {2026-10: ‸more}}\n", "`more` is no number"),
    ("bad-link", S, SETTINGS + "case_link: ‸javascript:alert({case})\n", ""),
    ("bad-link", S, SETTINGS + "case_link: ‸https://{case}.example.org/\n", "`https://{case}.example.org/` is no address of a web page"),
    ("bad-link", S, SETTINGS + "case_link: ‸https://crm.example.org/\n", "the address has to say once where the number of the case stands"),
    ("totals-form", S, SETTINGS + "reconcile: [‸{what: cases}]\n", "there are no totals to reconcile with"),
    ("totals-form", S, SETTINGS + "reconcile: [‸{totals: {2026-04: 5}, table: {path: a.csv, month: m, value: v}}]\n", "the totals are typed in, or in a table"),
    ("bad-period", S, SETTINGS + "reconcile: [{totals: {‸2026: 5}}]\n", "`2026` is no month"),
    ("bad-target", S, SETTINGS + "reconcile: [{managers: {Ivanova: {2026-04: ‸many}}}]\n", "`many` is no number"),
    ("unknown-process", S, SETTINGS + "reconcile: [{totals: {2026-04: 5}, process: ‸from}]\n", "unknown process `from`"),
    ("unknown-state", S, SETTINGS + "lists: {quoted: [‸quotd]}\n", "unknown state `quotd`"),
    ("unknown-point", S, SETTINGS + "lists: {next_step: ‸step}\n", "unknown mark or attribute `step`"),
    ("empty-name", S, SETTINGS + "people: {lead: '‸'}\n", "a role or its person has no name"),
    ("duplicate-source", S, SOURCE + "{received: t}}\n  - {name: ‸deals, process: form, path: b.csv, shape: milestones, case: id, milestones: {received: t}}\n", "source `deals` stands twice (first in line 5)"),
    ("missing-key", S, SETTINGS + "sources: [‸{name: a, process: form, shape: milestones, case: id, milestones: {received: t}}]\n", "key `path` is missing"),
    ("missing-key", S, SETTINGS + "sources: [‸{name: a, process: form, path: x.csv, case: id}]\n", "key `shape` is missing"),
    ("missing-key", S, SETTINGS + "sources: [‸{name: a, process: form, path: x.csv, shape: events, case: id, at: t}]\n", "key `activity` is missing: a source of shape events needs it"),
    ("process-form", S, SETTINGS + "sources: [{name: a, process: ‸{is: {a: form}}, path: x.xes}]\n", "`process` takes one name, or a column"),
    ("key-of-other-shape", S, SOURCE + "{received: t}, ‸created: t}\n", "`created` is a key of snapshot, this source has shape milestones"),
    ("map-line", S, EVENTS + ", map: [‸{activity: x, state: called, mark: attempt}]}\n", "a line of `map` takes one of `state`, `mark`, `ignore: true`; this one has several of them"),
    ("map-line", S, EVENTS + ", map: [‸{activity: x}]}\n", "a line of `map` takes one of `state`, `mark`, `ignore: true`; this one has none"),
    ("taken-form", S, SNAPSHOT + ", taken: ‸{column: a, date: 2026-03-01}}\n", "`taken` takes one of `column`, `file`, `date`"),
    ("taken-form", S, SNAPSHOT + ", taken: {file: ‸deals-%Y.csv}}\n", "`deals-%Y.csv` does not say where the day, the month and the year stand"),
    ("missing-key", S, COUNTS + "}\n", "key `counters` is missing: it says which column holds which counter"),
    ("missing-key", S, COUNTS + ", counter: c}\n", "key `value` is missing: `counter` names the column of names, `value` that of numbers"),
    ("key-of-other-shape", S, COUNTS.replace("‸", "") + ", counters: {a: b}, ‸value: c}\n", "`value` belongs to `counter`"),
    ("counters-and-cases", S, COUNTS.replace("‸", "").replace("process: form", "process: ‸form") + ", counters: {visitors: a}}\n", "process `form` has states, and this source gives totals"),
    ("unknown-encoding", S, EVENTS + ", encoding: ‸cp12515}\n", "unknown encoding `cp12515`"),
    ("case-only", S, EVENTS + ", attributes: {size: a, ‸Size: b}}\n", "attribute `Size` differs from `size` (line 5) by case only"),
    ("reserved-name", S, EVENTS + ", attributes: {‸hour: a}}\n", "`hour` is a dimension that every process has"),
    ("unknown-source", S, EVENTS + ", link: {to: ‸dels, on: {a: b}}}\n", "unknown source `dels`"),
    ("link-to-itself", S, EVENTS + ", link: {to: ‸deals, on: {a: b}}}\n", "a source cannot be linked to itself"),
    ("link-to-link", S, EVENTS + "}\n" + LINKED + MORE + "link: {to: ‸linked, on: {a: id}}}\n", "`linked` is linked itself: it has no cases of its own"),
    ("missing-key", S, EVENTS + "}\n" + MORE + "link: {to: deals, on: ‸{}}}\n", "it is not said what must be equal"),
    ("unknown-attribute", S, EVENTS + ", attributes: {phone: p}}\n" + MORE + "link: {to: deals, on: {a: ‸phon}}}\n", "unknown attribute of `deals` `phon`"),
    ("bad-duration", S, EVENTS + "}\n" + MORE + "link: {to: deals, on: {a: id}, within: ‸2wd}}\n", "`2wd` is no window of hours"),
    ("several-joins", S, EVENTS + ", attributes: {client: c}, merge: {by: client, within: 1d}, ‸continues: {process: form, on: x}}\n", "a source takes one of `link`, `merge`, `continues`; this one has merge and continues"),
    ("unknown-attribute", S, EVENTS + ", attributes: {client: c}, merge: {by: ‸clint, within: 1d}}\n", "unknown attribute `clint`"),
    ("merge-differs", S, EVENTS + ", attributes: {client: c}, merge: {by: client, within: 1d}}\n" + MORE + "process: form, case: id, attributes: {client: c}, ‸merge: {by: client, within: 2d}}\n", "`deals` merges cases of process `form` in another way"),
    ("merge-differs", S, EVENTS + ", attributes: {client: c}, merge: {by: client, within: 1d}}\n" + MORE + "process: form, case: id, attributes: {client: {column: c, type: phone}}, ‸merge: {by: client, within: 1d}}\n", "`client` is a phone number in one of `deals` and this source only"),
    ("continues-nothing", S, EVENTS + ", continues: {process: ‸form, on: x}}\n", "no other source has cases of process `form`"),
    ("continues-circle", S, EVENTS + ", continues: {process: ‸other, on: x}}\n" + MORE + "process: other, case: id, continues: {process: form, on: y}}\n", "sources go on from each other in a circle"),
    ("unknown-milestone", S, SOURCE + "{received: t, called: {at: u, unless: ‸recieved}}}\n", "unknown milestone `recieved`"),
    ("unknown-profile", S, EVENTS + ", profile: ‸nothing}\n", "unknown profile `nothing`"),
    # rules and actions
    ("duplicate-rule", R, RULE + "red: '> 1h'}\n  - {name: ‸slow, control_point: reaction, red: '> 2h'}\n", "rule `slow` stands twice (first in line 2)"),
    ("rule-form", R, "rules:\n  - ‸{name: a}\n", "a rule needs `control_point` and a limit, or `when`"),
    ("rule-form", R, "rules:\n  - {name: a, control_point: ‸reaction}\n", "the rule has no limit"),
    ("rule-form", R, RULE + "red: '> 1h', ‸when: reaction > 1h}\n", "a rule has `control_point` or `when`, not both"),
    ("rule-form", R, "rules:\n  - {name: a, when: reaction > 1h, ‸yellow: '> 1h'}\n", "`yellow` is a limit of a control point; a rule with `when` has `severity`"),
    ("rule-form", R, RULE + "red: '> 1h', ‸severity: red}\n", "`severity` belongs to a rule with `when`; here the limits say it"),
    ("limits-upside-down", R, RULE + "yellow: '> 15m', red: '‸> 10m'}\n", "red `> 10m` is not beyond yellow `> 15m`: red must be worse than yellow"),
    ("limits-upside-down", R, RULE + "yellow: median month, red: ‸best month}\n", "red `best month` is not beyond yellow `median month`: the best month is never worse than the median month"),
    ("limits-direction", R, RULE + "yellow: '> 15m', red: '‸< 10m'}\n", "`< 10m` and `> 15m` look in opposite directions"),
    ("limits-unit", R, RULE + "yellow: '> 15m', red: '‸> 10%'}\n", "`> 10%` and `> 15m` are of different units"),
    ("bad-for", R, RULE + "red: '> 1h', for: ‸2 weeks}\n", "`2 weeks` is no number of periods"),
    ("bad-number", R, RULE + "red: '> 1h', at_least: ‸0}\n", "`at_least` is at least 1"),
    ("cause-form", R, RULE + "red: '> 1h', causes: [‸{name: night}]}\n", "cause `night` takes either `exposure` or `ask`"),
    ("duplicate-cause", R, RULE + "red: '> 1h', causes: [{name: night, ask: a}, {name: ‸night, ask: b}]}\n", "cause `night` stands twice (first in line 2)"),
    ("duplicate-action", A, f"actions:\n  - {{name: a, {ACTION}}}\n  - {{name: ‸a, {ACTION}}}\n", "action `a` stands twice (first in line 2)"),
    ("action-itself", A, f"actions:\n  - {{name: a, {ACTION}, conflicts: [‸a]}}\n", "action `a` names itself in `conflicts`"),
    ("action-contradiction", A, f"actions:\n  - {{name: a, {ACTION}}}\n  - {{name: b, {ACTION}, prerequisites: a, conflicts: ‸a}}\n", "`a` is a prerequisite and a conflict"),
    ("no-steps", A, "actions:\n  - {name: a, title: A, steps: ‸[], responsible: b, effort: {hours: 1}, due_in: 2w}\n", "the action has no steps"),
    # between files
    ("duplicate-process", "processes/form2.yaml", process("process: form", "process: ‸form"), "process `form` stands twice (first in processes/form.yaml:1:1)"),
    ("unknown-process", S, SETTINGS + "sources: [{name: a, process: ‸from, path: x.xes}]\n", "unknown process `from`"),
    ("unknown-state", S, EVENTS + ", map: [{activity: x, state: ‸caled}]}\n", "unknown state `caled`"),
    ("unknown-state", S, EVENTS + ", map: [{activity: x, state: ‸attempt}]}\n", "`attempt` is a mark, not a state"),
    ("unknown-state", S, EVENTS + ", states: {NEW: ‸recieved}}\n", "unknown state `recieved`"),
    ("unknown-mark", S, EVENTS + ", map: [{activity: x, mark: ‸atempt}]}\n", "unknown mark `atempt`"),
    ("unknown-point", S, SOURCE + "{‸recieved: t}}\n", "unknown state or mark `recieved`"),
    ("unknown-dimension", S, SETTINGS + "audit: {segments: [‸maneger]}\n", "unknown dimension `maneger`"),
    ("unknown-dimension", P, process("to: called}", "to: called, by: ‸maneger}"), "unknown dimension `maneger`"),
    ("unknown-dimension", R, RULE + "red: '> 1h', by: [source, ‸maneger]}\n", "unknown dimension `maneger`"),
    ("unknown-attribute", P, PROCESS + "dimensions: {size: {of: ‸amuont, bands: [5]}}\n", "unknown attribute `amuont`"),
    ("duplicate-dimension", P, PROCESS + "dimensions: {‸amount: {of: amount, bands: [5]}}\n", "dimension `amount` is named like an attribute of its cases"),
    ("unknown-control-point", R, "rules:\n  - {name: a, control_point: ‸recation, red: '> 1h'}\n", "unknown control point `recation`"),
    ("unknown-control-point", R, "rules:\n  - {name: a, when: reaction > 1h and ‸form.recation > 2h}\n", "unknown control point `form.recation`"),
    ("unknown-control-point", S, SETTINGS + "targets: {‸form.recation: {2026-10: 5m}}\n", "unknown control point `form.recation`"),
    ("unknown-rule", R, "rules:\n  - {name: a, when: finding(‸slo)}\n  - {name: slow, control_point: reaction, red: '> 1h'}\n", "unknown rule `slo`"),
    ("finding-of", R, "rules:\n  - {name: a, when: ‸finding('x')}\n", "`finding` takes the name of one rule"),
    ("rule-cycle", R, "rules:\n  - {name: a, when: ‸finding(b)}\n  - {name: b, when: finding(a)}\n", "rules follow from each other: a -> b -> a"),
    ("unknown-need", R, RULE + "red: '> 1h', causes: [{name: few, ask: a, needs: ‸atempt}]}\n", "unknown mark, state or attribute `atempt`"),
    ("unknown-action", R, RULE + "red: '> 1h', actions: [‸no_such]}\n", "unknown action `no_such`"),
    ("unknown-action", A, f"actions:\n  - {{name: a, {ACTION}, prerequisites: ‸no_such}}\n", "unknown action `no_such`"),
    ("action-cycle", A, f"actions:\n  - {{name: a, {ACTION}, prerequisites: ‸b}}\n  - {{name: b, {ACTION}, prerequisites: a}}\n", "actions wait for each other: a -> b -> a"),
    ("unknown-calendar", P, PROCESS + "calendar: ‸ofice\n", "unknown calendar `ofice`"),
    ("no-calendar", P, process("to: called}", "to: called, clock: ‸business}"), "the business clock needs a calendar"),
    ("unknown-question", S, SETTINGS + "answers: {‸slow.night: yes}\n", "unknown question `slow.night`"),
]  # fmt: skip


def written(root: Path, file: str, marked: str) -> Location:
    """A workspace that is good but for one file; gives the place of the mark."""
    for name, text in ((S, CALENDAR), (P, PROCESS), (file, marked.replace("‸", "")), ("rules/z.yaml", "rules: []\n")):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = marked[: marked.index("‸")]
    return Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize(("code", "file", "marked", "message"), CASES)
def test_problem_has_its_place_and_code(tmp_path: Path, code: str, file: str, marked: str, message: str) -> None:
    """A bad file gives its problem at the exact line and column."""
    if code == "extends-cycle":
        (tmp_path / "processes").mkdir()
        other = PROCESS.replace("process: form", "process: form2") + "extends: form.yaml\n"
        (tmp_path / "processes/form2.yaml").write_text(other, encoding="utf-8")
    where = written(tmp_path, file, marked)
    problems = check(tmp_path)
    found = [p.message for p in problems if p.where == where and p.code == code]
    assert found, "\n".join(map(str, problems))
    assert message in found or not message


def test_good_workspace_has_no_problem(tmp_path: Path) -> None:
    """The files the bad ones are made of are good."""
    written(tmp_path, P, PROCESS + "‸")
    assert check(tmp_path) == ()


def test_problem_text_is_pinned() -> None:
    """One line with place, message and code; the hint beneath."""
    where = Location("processes/form.yaml", 4, 11)
    problem = Problem(where=where, code="unknown-state", message="unknown state `caled`", hint="did you mean `called`?")
    assert str(problem) == (
        "processes/form.yaml:4:11: unknown state `caled` [unknown-state]\n  hint: did you mean `called`?"
    )
