"""The processes of an audit as pictures: each a self-contained SVG, ready for a document as a data address."""

import base64
from collections.abc import Iterable, Mapping

from engine import machine
from engine.audit import Audit
from engine.definitions.process import Process
from engine.render.words import Words


def diagrams(audit: Audit, processes: Iterable[Process]) -> Mapping[str, str]:
    """`data:image/svg+xml;...` by process of the audit, with how many cases were in each state.

    As an image a picture is kept apart from the page: its styles and names stay inside, and nothing in it runs.
    """
    known = {process.process: process for process in processes}
    words = Words(locale=audit.locale)
    found = {}
    for flow in audit.processes:
        if flow.process in known and known[flow.process].states:
            numbers: machine.Numbers = {
                stage.state: words.count(stage.reached) for stage in flow.stages if stage.reached
            }
            found[flow.process] = _address(machine.draw_svg(known[flow.process], audit.locale, numbers))
    return found


def plain(processes: Iterable[Process], locale: str) -> Mapping[str, str]:
    """The same before there is data: the moves in their own words."""
    return {one.process: _address(machine.draw_svg(one, locale)) for one in processes if one.states}


def _address(drawn: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
