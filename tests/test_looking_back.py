"""An export made later, audited as of the same day, says the same: later events are not known (D1)."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

from tests.command import HEADER, voronka, workspace

THEN, LATER = datetime(2026, 3, 20), datetime(2026, 5, 19)
OF_THE_EXPORT = {"sources", "hindsight", "definitions_sha256"}
"""What speaks of the export itself: its hash and rows, that it is looked back at, when the file was made."""


def exported(until: datetime) -> str:
    """The log of one firm as an export of that day shows it."""
    chance, lines = random.Random(1), [HEADER]
    for number in range(400):
        began = datetime(2026, 1, 1, 9) + timedelta(hours=4 * number)
        called = began + timedelta(hours=chance.expovariate(1 / 5))
        over = called + timedelta(days=chance.expovariate(1 / 15))
        last = "paid" if chance.random() < 0.4 else "refused"
        for stage, at in (("new", began), ("call", called), (last, over)):
            if at <= until:
                lines.append(f"{number};{stage};{at:%d.%m.%Y %H:%M};m{number % 3};s{number % 2}\n")
    return "".join(lines)


def audited(root: Path, day: datetime) -> tuple[dict[str, object], dict[str, bytes]]:
    """audit.json without what is of the export, and the tables of cases."""
    settings = workspace(root, data=exported(day)) / "voronka.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("    case:", f"    exported_at: {day:%Y-%m-%dT%H:%M}\n    case:", 1), "utf-8")
    ran = voronka("audit", root, "--as-of", f"{THEN:%Y-%m-%dT%H:%M}")
    assert ran.code == 0, ran.text
    report = next(root.glob("reports/*"))
    audit = json.loads((report / "audit.json").read_text(encoding="utf-8"))
    tables = {path.name: path.read_bytes() for path in sorted((report / "cases").iterdir())}
    return {key: value for key, value in audit.items() if key not in OF_THE_EXPORT}, tables


def test_an_export_of_sixty_days_later_audited_as_of_the_same_day_says_the_same(tmp_path: Path) -> None:
    """Every number, finding, plan item, trend and table of cases; the funnel and the activities too."""
    assert exported(THEN) != exported(LATER)
    assert audited(tmp_path / "then", THEN) == audited(tmp_path / "later", LATER)
