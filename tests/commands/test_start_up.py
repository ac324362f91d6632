"""What starts often loads little: libraries that a command, a task or a poll does not need are not imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mirrorwire.core.config import BUNDLED_SOURCES, Settings, find_source, read_source
from mirrorwire.core.source_json import as_json, of_json

READERS_OF_PAGES = {"trafilatura", "numpy", "airflow", "pandas"}
CHECKER = {"pydantic", "croniter", "mirrorwire.core.source_tables", "mirrorwire.core.source_values"}
NETWORK = {"requests", "urllib3", "feedparser", "warcio", "fsspec"}
LEFT_OUT = {
    "mirrorwire.cli": READERS_OF_PAGES | CHECKER | NETWORK | {"psycopg", "lxml", "asyncio"},
    "mirrorwire.commands.similar": READERS_OF_PAGES | CHECKER | NETWORK | {"lxml"},
    "mirrorwire.commands.clusters": READERS_OF_PAGES | CHECKER | NETWORK | {"lxml"},
    "mirrorwire.commands.export": READERS_OF_PAGES | CHECKER | NETWORK | {"lxml"},
    "mirrorwire.commands.stored": READERS_OF_PAGES | {"pydantic"} | NETWORK,
    "mirrorwire.pipeline.passes": READERS_OF_PAGES | {"pydantic"},
    "mirrorwire.pipeline.discover_step": READERS_OF_PAGES | CHECKER | {"mirrorwire.discover.read_warcs", "rensa"},
    "mirrorwire.pipeline.check_step": READERS_OF_PAGES | CHECKER | NETWORK,
}
"""By module: what it must not bring along."""


def printed(program: str, *words: str) -> list[str]:
    """What a Python program prints, by its words."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()


@pytest.mark.parametrize("module", LEFT_OUT)
def test_a_module_does_not_load_what_it_does_not_need(module: str) -> None:
    loaded = printed(f"import sys, {module}; print(*sys.modules)")
    assert module in loaded
    assert LEFT_OUT[module].intersection(loaded) == set()


def test_a_source_that_was_checked_before_is_found_without_the_checker(tmp_path: Path) -> None:
    find_source(Settings(home=tmp_path), "presstv")
    program = (
        "import sys, pathlib\n"
        "from mirrorwire.core.config import Settings, find_source\n"
        "source = find_source(Settings(home=pathlib.Path(sys.argv[1])), 'presstv')\n"
        "print(source.key, *sys.modules)\n"
    )
    key, *loaded = printed(program, str(tmp_path))
    assert key == "presstv"
    assert CHECKER.intersection(loaded) == set()


@pytest.mark.parametrize("path", sorted(BUNDLED_SOURCES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_source_is_the_same_after_a_time_as_json(path: Path) -> None:
    source = read_source(path)
    assert of_json(json.loads(json.dumps(as_json(source)))) == source
