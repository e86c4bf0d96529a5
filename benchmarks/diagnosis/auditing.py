"""A client of the benchmark on its way: exports, a workspace with its agreed limits, import, audit."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.diagnosis.clients import SINCE, UNTIL, Made
from engine.audit import Audit
from engine.demo.export import write_exports
from engine.pipeline import auditing, opening
from engine.starter.start import init
from engine.starter.texts import settings_text
from engine.workspace.files import shipped
from engine.definitions.process import Process

NOW = datetime(2026, 10, 1, tzinfo=UTC)
SEGMENTS = "[source, manager, weekday, hour]"
LIMITS: Mapping[str, tuple[str, str]] = {}


def audited(made: Made, folder: Path) -> Audit:
    """The whole way, in an empty folder."""
    root = folder / "workspace"
    workspace_of(made, root)
    workspace = opening.load(root)
    with opening.open_store(root) as store:
        reports = opening.import_all(workspace, store, NOW)
        return auditing.audit(workspace, store, reports, opening.asked(workspace, now=NOW)).audit


def workspace_of(made: Made, root: Path) -> None:
    """A workspace as a consultant leaves it: shipped process and rules, the client's agreed limits, the export."""
    init(root, channels=(made.channel,))
    text = settings_text(demo=True, locale="ru", channels=(made.channel,))
    settings = re.sub(r"segments: \[.*?\]", f"segments: {SEGMENTS}", text)
    (root / "voronka.yaml").write_text(settings, encoding="utf-8")
    for path in sorted((root / "rules").glob("*.yaml")):
        if not path.stem.endswith(".test"):
            path.write_text(agreed(path.read_text("utf-8")), encoding="utf-8")
    process = shipped(made.channel).shaped(Process)
    assert process is not None
    write_exports(root / "data", [process], made.client, made.seed, SINCE, UNTIL)


def agreed(text: str) -> str:
    """The text of a file of rules with the limits agreed with the client in place of the shipped ones."""
    blocks = re.split(r"(?m)^(?=  - name: )", text)
    return "".join(_agreed(block) for block in blocks)


def _agreed(block: str) -> str:
    name = re.match(r"  - name: (\w+)", block)
    if name is None or name[1] not in LIMITS:
        return block
    yellow, red = LIMITS[name[1]]
    block = re.sub(r'(?m)^    yellow: .*$', f'    yellow: "{yellow}"', block)
    return re.sub(r'(?m)^    red: .*$', f'    red: "{red}"', block)
