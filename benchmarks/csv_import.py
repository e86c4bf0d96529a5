"""How fast CSV files are imported, beside DuckDB reading them into a sorted table by itself: ratios in one run.

One file is written as programs write them (2026-02-16 09:30:00, 56015.0), one as a Russian spreadsheet does
(16.02.2026 09:30:00, 56015,0).

python benchmarks/csv_import.py                  10 million rows, about 700 MB, twice
python benchmarks/csv_import.py --events 1000000
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from run import HERE, VORONKA, timed

MEMORY = "3GB"
BY_ITSELF = f"""
import sys, duckdb
store, csv = sys.argv[1:]
with duckdb.connect(store, config={{"memory_limit": "{MEMORY}"}}) as connection:
    connection.execute("create table events as from read_csv($csv) order by case_id, happened", {{"csv": csv}})
"""
TIMES = {"": "happened", "russian": "strftime(happened, '%d.%m.%Y %H:%M:%S')"}
MONEY = {"": "amount", "russian": "replace(amount::varchar, '.', ',')"}
WRITE = """
copy (from read_parquet($parquet) select * replace ({times} as happened, {money} as amount))
to $csv (format csv, header, delimiter ';')"""


def csv_of(events: int, folder: Path, kind: str) -> Path:
    """A CSV file of about `events` rows, written by DuckDB."""
    import duckdb
    from data import make

    path = folder / f"events-{events}{kind}.csv"
    if not path.exists():
        parquet = make(events, folder / f"events-{events}.parquet")
        partial = path.with_suffix(".partial")
        with duckdb.connect(config={"memory_limit": MEMORY}) as connection:
            statement = WRITE.format(times=TIMES[kind], money=MONEY[kind])
            connection.execute(statement, {"parquet": str(parquet), "csv": str(partial)})
        partial.rename(path)
    return path


def workspace_of(path: Path, folder: Path) -> Path:
    """The workspace of the benchmarks, reading the CSV file."""
    workspace = folder / "csv-workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    shutil.copytree(HERE / "workspace", workspace)
    settings = workspace / "voronka.yaml"
    settings.write_text(settings.read_text("utf-8").replace("events.parquet", path.as_posix()), "utf-8")
    return workspace


def main() -> None:
    """Both ways of writing, us after DuckDB, as lines of a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "voronka-benchmark")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print("| what | voronka | DuckDB by itself, sorted | ratio |\n|---|---|---|---|")
    for kind in TIMES:
        path = csv_of(asked.events, asked.folder, kind)
        store = asked.folder / "by-itself.duckdb"
        store.unlink(missing_ok=True)
        itself = timed(sys.executable, "-c", BY_ITSELF, store, path)
        ours = timed(*VORONKA, "import", workspace_of(path, asked.folder))
        what = (
            f"import of {asked.events:,} CSV rows ({os.path.getsize(path) / 1e6:.0f} MB{', ' + kind if kind else ''})"
        )
        print(
            f"| {what} | {ours.seconds:.1f} s, {ours.gigabytes:.2f} GB "
            f"| {itself.seconds:.1f} s, {itself.gigabytes:.2f} GB | {ours.seconds / itself.seconds:.2f} x |"
        )


if __name__ == "__main__":
    main()
