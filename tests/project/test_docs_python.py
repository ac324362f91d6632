"""The Python that README and docs/ show runs as it stands, against the sample newsroom."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from tests.conftest import Ran, environment
from tests.newsroom import Newsroom
from tests.project.test_docs import blocks
from tests.support.publisher import article

SHOWN = [(page, block) for page, block in blocks("python") if "import mirrorwire" in block]
"""Those of other pages are pieces of DAG files and plugins."""
NEEDS_PANDAS = "# needs pandas\n"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, newsroom: Newsroom, mirrorwire: Callable[..., Ran]) -> Path:
    """A folder with the files that the examples read, beside a store of which one article was edited."""
    assert mirrorwire("ingest", "courier").code == 0
    newsroom.later = True
    assert mirrorwire("ingest", "courier", "--revisit").code == 0
    (tmp_path / "page.html").write_text(article(1), encoding="utf-8")
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(path.read_bytes() for path in warc_files(settings)))
    return tmp_path


def warc_files(settings: Settings) -> list[Path]:
    return sorted(Path(settings.archive).rglob("*.warc.gz"))


def test_the_examples_run_and_print(folder: Path, settings: Settings, newsroom: Newsroom) -> None:
    assert len(SHOWN) >= 7
    days = sorted({article.published.date() for article in newsroom.articles})
    replaced = {
        "courier:300104": f"courier:{newsroom.articles[0].id}",
        "2026-11-10": f"{days[0]}",
        "2026-11-22": "2100-01-01",
        'query="harbour"': f'query="{newsroom.articles[0].title.split()[0]}"',
    }
    for page, block in SHOWN:
        if NEEDS_PANDAS in block and importlib.util.find_spec("pandas") is None:
            continue
        program = block
        for word, other in replaced.items():
            program = program.replace(word, other)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env=environment(settings, PYTHONPATH=os.pathsep.join(sys.path)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), (page, block)
        assert done.stdout.strip(), (page, block)


def test_the_first_example_is_five_lines_and_stands_in_the_readme_too() -> None:
    by_page: dict[str, list[str]] = {}
    for page, block in SHOWN:
        by_page.setdefault(page, []).append(block)
    first = by_page["docs/python.md"][0]
    assert len([line for line in first.splitlines() if line.strip()]) <= 5
    assert first in by_page["README.md"]
