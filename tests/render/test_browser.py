"""The report in a real browser: it opens without a complaint, and prints as a document."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.render.sample import sample
from engine.render.templates import folders, prepare, render

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
POPPLER = shutil.which("pdftotext") and shutil.which("pdfinfo")
AUDIT = sample("ru")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the report is not opened in a browser")


def browse(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the browser without a window, a network or a home of its own."""
    assert CHROMIUM
    fixed = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--no-first-run")
    command = [CHROMIUM, *fixed, f"--user-data-dir={home / 'profile'}", *options]
    environment = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """plan.html of the made-up audit."""
    path = tmp_path_factory.mktemp("report") / "plan.html"
    path.write_text(render("plan.html.j2", prepare(AUDIT, folders(None))), "utf-8")
    return path


def test_it_opens_without_a_complaint(page: Path, tmp_path: Path) -> None:
    """The title is that of the report, every section is there, and the console has nothing to say."""
    seen = browse(tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom", page.as_uri())
    assert f"<title>Отчёт и план улучшений — {AUDIT.client}</title>" in seen.stdout
    assert 'id="plan"' in seen.stdout
    complaints = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    assert complaints == []


@pytest.mark.skipif(not POPPLER, reason="no poppler here: the printed report is not read")
def test_it_prints_as_a_document(page: Path, tmp_path: Path) -> None:
    """On paper it has pages, the client's name and what to do first stand on the first one."""
    pdf = tmp_path / "plan.pdf"
    browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    pages = next(int(line.split()[1]) for line in info.splitlines() if line.startswith("Pages:"))
    command = ["pdftotext", "-l", "1", "-layout", str(pdf), "-"]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert pages > 3
    for text in (AUDIT.client, "Самые большие потери", "Что сделать в понедельник", "Воронка", "Что изменилось"):
        assert text in first
