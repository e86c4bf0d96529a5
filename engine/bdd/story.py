"""What a scenario knows while it runs: the process, one simulated case with its clock, the audit of the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.bdd.clock import Clock
from engine.bdd.failure import Unmet, WrongWord
from engine.bdd.naming import Named, Sort, found, near
from engine.bdd.words import START, Wait, say_moment
from engine.definitions.process import Process, Transition
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.bdd.audited import Audited
    from engine.machine import Case

Touched = tuple[str, str, str]
"""(process, kind, name) of what a scenario touched; kinds as in `coverage`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The case entered a state, or a mark happened to it."""

    point: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Story:
    """One scenario as it goes. Times are local to the process's calendar, without a zone."""

    root: Path
    workspace: Callable[[], Workspace]
    audited: "Callable[[str | None, datetime | None], Audited]"
    counted: "Callable[[str, Sequence[Sequence[str]]], Audited]"
    locale: Literal["ru", "en"]
    on_log: bool = False
    log_file: str | None = None
    as_of: datetime | None = None
    given: "Audited | None" = None
    now: datetime = START
    case: "Case | None" = None
    visits: list[Entry] = field(default_factory=list)
    marks: list[Entry] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    touched: list[Touched] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    chosen: Process | None = None

    def say(self, ru: str, en: str) -> str:
        """The text in the language of the feature."""
        return ru if self.locale == "ru" else en

    # --- the process ---------------------------------------------------------------------------------------------

    @property
    def process(self) -> Process:
        """The process of the scenario: the one it named, or the only one there is."""
        if self.chosen is None:
            processes = tuple(self.workspace().processes.values())
            if len(processes) != 1:
                names = ", ".join(self.workspace().processes) or "—"
                message = self.say(
                    "не сказано, о каком процессе речь", "the scenario does not say which process it means"
                )
                step = self.say("`Дано процесс ИМЯ`", "`Given the process NAME`")
                raise WrongWord(message, self.say(f"начните с {step}: {names}", f"begin with {step}: {names}"))
            self.chosen = processes[0]
        return self.chosen

    def choose(self, name: str) -> None:
        """Take the process of that name or title."""
        processes = self.workspace().processes
        titled = [p for p in processes.values() if p.title and name in (p.title.ru, p.title.en)]
        if name not in processes and len(titled) != 1:
            known = ", ".join(processes)
            raise WrongWord(
                self.say(f"нет процесса `{name}`", f"there is no process `{name}`"),
                self.say(f"в рабочем месте есть: {known}", f"the workspace has: {known}"),
            )
        self.chosen = processes[name] if name in processes else titled[0]

    def named(self, text: str, *sorts: Sort) -> Named:
        """The one thing of the process that a text names; WrongWord where it is none or several."""
        hits = found(self.process, text, *sorts)
        if len(hits) == 1:
            return hits[0]
        name = self.process.process
        if hits:
            names = ", ".join(f"{hit.sort} `{hit.name}`" for hit in hits)
            message = self.say(
                f"`{text}` в процессе `{name}` — это {names}", f"`{text}` of process `{name}` is {names}"
            )
            raise WrongWord(message, self.say("назовите точно, по имени", "say which one, by its name"))
        like = ", ".join(f"`{other}`" for other in near(self.process, text, *sorts))
        message = self.say(
            f"в процессе `{name}` нет ничего с именем `{text}`", f"process `{name}` has nothing called `{text}`"
        )
        raise WrongWord(message, self.say(f"похоже на {like}", f"did you mean {like}?") if like else "")

    def title(self, point: str) -> str:
        """The title of a state or mark in the language of the feature."""
        titles = {state.name: state.title for state in self.process.states}
        titles |= {mark.name: mark.title for mark in self.process.marks}
        title = titles.get(point)
        return self.say(f"«{title.ru}»", f"'{title.en}'") if title else f"`{point}`"

    def touch(self, kind: str, name: str) -> None:
        """Remember for the coverage what the scenario speaks of."""
        self.touched.append((self.process.process, kind, name))

    # --- the simulated case --------------------------------------------------------------------------------------

    def begun(self) -> "Case":
        """The simulated case; WrongWord where none has begun."""
        if self.case is None:
            message = self.say("обращение ещё не поступило", "no case has begun")
            raise WrongWord(message, self.say("сначала `Когда поступила заявка`", "first `When a case arrives`"))
        return self.case

    def begin(self, state: str | None = None) -> None:
        """A case begins now, in a start state (default: initial)."""
        from engine.machine import Case

        if self.case is not None:
            message = self.say("обращение уже поступило раньше", "the case has begun already")
            raise WrongWord(message, self.say("в сценарии одно обращение", "a scenario has one case"))
        start = state or self.process.initial or ""
        if start not in self.process.start_states:
            starts = ", ".join(self.title(name) for name in self.process.start_states)
            raise Unmet(
                self.say(f"обращение начинается в состоянии {starts}", f"a case begins in {starts}"),
                self.say(f"начато в состоянии {self.title(start)}", f"it began in {self.title(start)}"),
            )
        self.case = Case(self.process, start)
        self._entered(start)

    def place(self, state: str) -> None:
        """A case is put into a state now, without its past."""
        from engine.machine import Case

        if self.case is None:
            self.case = Case(self.process, state)
        else:
            self.case.put(state)
        self._entered(state)

    def _entered(self, state: str) -> None:
        self.visits.append(Entry(state, self.now))
        self.touch("state", state)

    def happen(self, named: Named) -> None:
        """A trigger is fired, a state is moved to, or a mark happens, now; Unmet where the process forbids it."""
        case, before = self.begun(), self.begun().state
        if named.sort == "mark":
            self.marks.append(Entry(named.name, self.now))
            return
        if not (case.may(named.name) if named.sort == "trigger" else case.move(named.name)):
            raise self.forbidden(named)
        if named.sort == "trigger":
            case.fire(named.name)
        self._entered(case.state)
        if moved := self.transition(before, case.state, named):
            self.touch("transition", transition_name(moved, before))

    def transition(self, source: str, dest: str, named: Named) -> Transition | None:
        """The transition between two states, the named trigger's if it is one; None for an allowed jump."""
        for transition in self.process.transitions:
            fits = transition.dest == dest and source in self.process.sources_of(transition)
            if fits and (named.sort != "trigger" or named.name == transition.trigger):
                return transition
        return None

    def forbidden(self, named: Named) -> Unmet:
        state, now = self.title(self.begun().state), say_moment(self.now, self.locale)
        what = f"`{named.name}`" if named.sort == "trigger" else self.title(named.name)
        allowed = ", ".join(f"`{name}`" for name in self.begun().triggers()) or self.say("ничего", "nothing")
        return Unmet(
            self.say(f"переход {what} допустим", f"the transition {what} is allowed"),
            self.say(
                f"{now}, состояние {state}: допустимы {allowed}", f"{now}, in {state}: {allowed} would be allowed"
            ),
        )

    def may(self, named: Named) -> bool:
        """Whether the trigger may be fired, or the state be moved to, now; the case stays where it is."""
        case = self.begun()
        if named.sort == "trigger":
            return case.may(named.name)
        before = case.state
        moved = case.move(named.name)
        case.put(before)
        return moved

    # --- the clock -----------------------------------------------------------------------------------------------

    def clock(self) -> Clock:
        """The clock of the process, in the calendar of the case's branch where the process has one for each."""
        settings = self.workspace().settings
        name = self.process.calendar
        if isinstance(name, dict):
            name = name.get(self.attributes.get(name.get("by", ""), ""))
        calendar = settings.calendars.get(name) if name else None
        zone = (calendar.time_zone if calendar else None) or settings.time_zone
        return Clock(zone, calendar)

    def wait(self, wait: Wait) -> None:
        """Let time pass: on the wall, or in working hours of the process's calendar."""
        self._needs_calendar(business=wait.business)
        self.now = self.clock().later(self.now, wait)

    def passed(self, start: datetime, end: datetime, *, business: bool) -> int:
        """Whole seconds between two moments, on the wall or in working hours."""
        self._needs_calendar(business=business)
        return self.clock().passed(start, end, business=business)

    def _needs_calendar(self, *, business: bool) -> None:
        if not business or self.clock().calendar:
            return
        by = self.process.calendar.get("by") if isinstance(self.process.calendar, dict) else None
        step = self.say(f"`Дано у заявки {by} ЗНАЧЕНИЕ`", f"`Given the case has {by} VALUE`")
        raise WrongWord(
            self.say("у обращения нет календаря рабочего времени", "the case has no calendar of working hours"),
            self.say(f"добавьте {step}", f"add {step}")
            if by
            else self.say("добавьте процессу `calendar:`", "give the process a `calendar:`"),
        )

    def until(self, moment: datetime) -> None:
        """Set the clock; it never goes back once the case has begun."""
        if self.case is not None and moment < self.now:
            message = self.say(
                f"время идёт назад: сейчас {self.now:%d.%m.%Y %H:%M}",
                f"time goes back: it is {self.now:%Y-%m-%d %H:%M}",
            )
            raise WrongWord(message, self.say("поставьте шаги по порядку", "put the steps in order"))
        self.now = moment


def transition_name(transition: Transition, source: str) -> str:
    """`trigger: source -> dest`, the name of one arrow of the machine."""
    return f"{transition.trigger}: {source} -> {transition.dest}"
