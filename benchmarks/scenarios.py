"""400 scenarios of 6 steps: how long `voronka test` takes; prints a row of a Markdown table.

python benchmarks/scenarios.py [scenarios]
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCENARIO = """\
  Сценарий: заявка {number}
    Дано процесс web_form
    Когда в понедельник 10:00 поступила заявка
    И через {minutes} минут reach
    И через 1 день qualify
    И через 2 рабочих часа estimate
    Тогда заявка в состоянии estimated

"""
FILES = 10


def main(scenarios: int) -> None:
    """Write the scenarios into a new workspace and run them as a user does, start of the program included."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        subprocess.run([sys.executable, "-m", "engine", "--quiet", "init", workspace], cwd=ROOT, check=True)
        for shipped in (workspace / "features").glob("*.feature"):
            shipped.unlink()
        for file in range(FILES):
            numbers = range(file, scenarios, FILES)
            text = "".join(SCENARIO.format(number=number, minutes=5 + number % 50) for number in numbers)
            path = workspace / "features" / f"many{file}.feature"
            path.write_text(f"# language: ru\nФункция: Много {file}\n\n{text}", encoding="utf-8")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "engine", "test", workspace], cwd=ROOT, check=True, capture_output=True)
        print(f"| {scenarios} scenarios of 6 steps, start included | {time.perf_counter() - began:.1f} s |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
