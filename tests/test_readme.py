"""What the README shows is so: its source file, its queries, its commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

from etl.cli import COMMANDS
from etl.config import Settings, read_source
from etl.load import db
from tests.conftest import ROOT, Ran

README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_source_file_is_right(tmp_path: Path) -> None:
    (text,) = fenced("toml")
    path = tmp_path / "courier.toml"
    path.write_text(text, encoding="utf-8")
    source = read_source(path)
    assert [host.role for host in source.hosts] == ["primary", "mirror"]


def test_the_queries_run(database_url: str) -> None:
    queries = [query for block in fenced("sql") for query in block.split(";") if query.strip()]
    assert len(queries) >= 3
    with db.connect(database_url) as conn:
        for query in queries:
            conn.execute(query.encode())


def test_the_commands_exist_with_the_options_that_are_shown(mirrorwire: Callable[..., Ran]) -> None:
    shown = set(re.findall(r"`(?:\.venv/bin/)?(mirrorwire [a-z][^`]*)`", README))
    named = {words.split()[1] for words in shown}
    assert named <= COMMANDS.keys(), named
    for words in shown:
        options = [word for word in shlex.split(words) if word.startswith("--") and word != "--help"]
        text = mirrorwire(words.split()[1], "--help").out
        assert all(option in text for option in options), words


def test_every_setting_is_told(settings: Settings) -> None:
    used = set(re.findall(r'"(MIRRORWIRE_[A-Z_]+)"', (ROOT / "etl" / "settings.py").read_text(encoding="utf-8")))
    assert used
    assert {name for name in used if f"`{name}`" not in README} == set()


def test_every_dependency_is_told() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = re.findall(r'^    "([A-Za-z0-9_.-]+)', project.split("dependencies = [", 1)[1].split("]\n\n", 1)[0], re.M)
    # Named to be pinned: trafilatura's own, requests' own, and fasttext-predict's name since Python 3.14.
    helpers = {"lxml_html_clean", "urllib3", "fasttext-predict-v2"}
    assert {name for name in names if name not in helpers and name not in README} == set()
