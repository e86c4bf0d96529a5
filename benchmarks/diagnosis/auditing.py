"""A client of the benchmark on its way: exports, a workspace with its agreed limits, import, audit."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.diagnosis.clients import SINCE, UNTIL, Made
from engine.audit import Audit
from engine.definitions.process import Process
from engine.demo.export import write_exports
from engine.pipeline import auditing, opening
from engine.starter.start import init
from engine.starter.texts import settings_text
from engine.workspace.files import shipped

NOW = datetime(2026, 10, 1, tzinfo=UTC)
SEGMENTS = "[source, manager, weekday, hour]"
LIMITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "web_form": {
        "slow_reaction": ("> 31m", "> 1h"),
        "low_contact": ("< 93%", "< 85%"),
        "late_first_attempt": ("> 46m", "> 90m"),
        "few_attempts": ("< 1.5", ""),
        "weak_qualification": ("< 83%", "< 75%"),
        "slow_need": ("> 6h", "> 9h"),
        "lost_before_estimate": ("< 89%", "< 80%"),
        "slow_estimate": ("> 19h", "> 28h"),
        "lost_after_estimate": ("< 86%", "< 78%"),
        "slow_quote": ("> 21h", "> 30h"),
        "no_follow_up": ("< 77%", "< 60%"),
        "quote_losses_high": ("> 42%", "> 46%"),
        "rework_loop": ("> 7%", "> 15%"),
        "stale_quotes": ("> 30d", "> 45d"),
        "low_close": ("< 51%", "< 45%"),
        "low_win": ("< 31%", "< 27%"),
        "long_cycle": ("> 14d", "> 20d"),
        "money_lost": ("< 0.36", "< 0.3"),
        "much_spam": ("> 3%", "> 6%"),
    },
    "phone_call": {
        "missed_calls": ("> 8%", "> 15%"),
        "slow_answer": ("< 86%", "< 75%"),
        "slow_call_back": ("> 41m", "> 90m"),
        "few_answered": ("< 92%", "< 80%"),
        "lost_in_talk": ("< 80%", "< 72%"),
        "not_called_back": ("< 79%", "< 70%"),
        "clients_ring_again": ("> 12%", "> 18%"),
        "low_win": ("< 78%", "< 70%"),
        "much_spam": ("> 16%", "> 22%"),
    },
}
"""What was agreed with the client, by rule: what his firm keeps when it works well, to the next whole number, and a
tenth or so beyond it. One table for all clients; the other rules keep the limits they are shipped with.
"""


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
    process = shipped(made.channel).shaped(Process)
    assert process is not None
    text = settings_text(demo=True, locale="ru", processes=[process], hours={})
    settings = re.sub(r"segments: \[.*?\]", f"segments: {SEGMENTS}", text)
    settings = settings.replace("    holidays: RU\n", "")  # the firm works on holidays: calls come then, too
    (root / "voronka.yaml").write_text(settings, encoding="utf-8")
    for path in sorted((root / "rules").glob("*.yaml")):
        if not path.stem.endswith(".test"):
            path.write_text(agreed(path.read_text("utf-8"), LIMITS[made.channel]), encoding="utf-8")
    write_exports(root / "data", [process], made.client, made.seed, SINCE, UNTIL)


def agreed(text: str, limits: Mapping[str, tuple[str, str]]) -> str:
    """The text of a file of rules with the limits agreed with the client in place of the shipped ones."""
    blocks = re.split(r"(?m)^(?=  - name: )", text)
    return "".join(_agreed(block, limits) for block in blocks)


def _agreed(block: str, limits: Mapping[str, tuple[str, str]]) -> str:
    name = re.match(r"  - name: (\w+)", block)
    if name is None or name[1] not in limits:
        return block
    yellow, red = limits[name[1]]
    block = re.sub(r"(?m)^    yellow: .*$", f'    yellow: "{yellow}"', block)
    return re.sub(r"(?m)^    red: .*$", f'    red: "{red}"', block)
