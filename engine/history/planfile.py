"""plan.yaml as text: what an audit writes for people to keep, and what it adds to what they have written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.audit import Audit
from engine.definitions.document import Document, printable, read_text
from engine.definitions.planfile import PlanFile
from engine.errors import EngineError
from engine.history.reports import PLAN, History, shaped
from engine.plan.item import Dropped, PlanItem
from engine.plan.make import Kept

_HEAD = {
    "ru": """\
# План улучшений. Этот файл ведёте вы: следующий аудит возьмёт отсюда всё, что вы записали.
#   status       proposed (предложено), accepted (принято), done (сделано), rejected (отклонено)
#   responsible  роль, которая отвечает      person   кто именно; впишите, если не тот, кто назван рядом
#   due          срок, например 2026-10-15   done_on  когда сделано
#   note         заметка                     why      почему отклонено
# id и action не меняйте: по ним пункт узнают в следующий раз. Состояние пунктов покажет `voronka plan`.
""",
    "en": """\
# The improvement plan. You keep this file: the next audit takes over whatever you write here.
#   status       proposed, accepted, done, rejected
#   responsible  the role that answers for it   person   who it is; write it, if not whom the comment names
#   due          the day, such as 2026-10-15    done_on  the day it was done
#   note         anything worth keeping         why      why it was rejected
# Leave id and action as they are: they tell the next audit which item it is. `voronka plan` shows where it stands.
""",
}
_NO_MORE = {"ru": "# Было в прошлых планах, в этот не вошло.\n", "en": "# Of earlier plans, not in this one.\n"}


def beside(audit: Audit, folder: Path, history: History) -> dict[str, str]:
    """plan.yaml for the folder of an audit, where it is to be written: nothing of what people keep in it is lost."""
    moment = audit.as_of or audit.period.until
    day = moment.date() if moment else date(1970, 1, 1)
    path = folder / PLAN
    own = path.read_text("utf-8") if path.is_file() else None
    text = PlanPaper(audit, day, history.before(day).kept).text(own)
    return {} if text is None else {PLAN: text}


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """What plan.yaml is made of: an audit of a day, and what people kept of earlier plans."""

    audit: Audit
    day: date
    kept: Kept

    def text(self, own: str | None) -> str | None:
        """What plan.yaml should hold; None where that of the folder (`own`) holds everything already.

        What people wrote there is kept to the letter: new items are put below theirs.
        """
        if own is None:
            return self.whole()
        document = read_text(own, PLAN)
        kept = shaped(document)
        known = {line.action for line in (*kept.items, *kept.no_more)}
        new = [item for item in self.audit.plan if item.action not in known]
        return self._with(own, document, kept, new) if new else None

    def whole(self) -> str:
        """The file written anew, with all that people keep."""
        head = f"{_HEAD[self.audit.locale]}format: 1\naudited: {self.day}\n"
        text = f"{head}items:{_list(map(self._item, self.audit.plan))}"
        remembered = [one for one in self.audit.dropped if one.status != "proposed" or one.note or one.why]
        if not remembered:
            return text
        return f"{text}{_NO_MORE[self.audit.locale]}no_more:{_list(map(self._dropped, remembered))}"

    def _with(self, own: str, document: Document, kept: PlanFile, new: list[PlanItem]) -> str:
        """The file with new items below those of people; written anew where they cannot be put in."""
        lines = own.removesuffix("\n").split("\n")
        after = document.keys[("no_more",)][0] - 1 if ("no_more",) in document.keys else len(lines)
        made = "\n".join([*lines[:after], *"".join(map(self._item, new)).splitlines(), *lines[after:]]) + "\n"
        try:
            found = shaped(read_text(made, PLAN))
        except EngineError:
            return self.whole()
        whole = (*kept.items, *found.items[len(kept.items) :]) == found.items and found.no_more == kept.no_more
        return made if whole and len(found.items) == len(kept.items) + len(new) else self.whole()

    def _item(self, item: PlanItem) -> str:
        line = self.kept.lines.get(item.action)
        return _block(
            id=_quoted(item.id),
            action=_quoted(item.action),
            title=_quoted(item.title),
            status=item.status,
            responsible=_said(line.responsible if line else None, item.responsible),
            person=_said(line.person if line else None, item.person),
            due=_day(item.due),
            done_on=_day(item.done_on),
            note=_quoted(item.note),
            why=_quoted(line.why if line else None),
        )

    def _dropped(self, one: Dropped) -> str:
        return _block(
            id=_quoted(one.id),
            action=_quoted(one.action),
            title=_quoted(one.title),
            status=one.status,
            person=_quoted(one.person),
            due=_day(one.due),
            done_on=_day(one.done_on),
            note=_quoted(one.note),
            why=_quoted(one.why),
        )


def _list(blocks: Iterable[str]) -> str:
    text = "".join(blocks)
    return f"\n{text}" if text else " []\n"


def _block(**rows: str) -> str:
    text = "".join(f"    {key}: {value}".rstrip() + "\n" for key, value in rows.items())
    return "  - " + text[4:]


def _quoted(text: str | None) -> str:
    """As YAML reads it back: a JSON text is one."""
    return json.dumps(printable(text), ensure_ascii=False) if text else ""


def _said(own: str | None, ours: str | None) -> str:
    """What people wrote, else ours as a comment: it follows the definitions."""
    return _quoted(own) if own else f"# {printable(ours)}" if ours else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
