"""The notebook of docs/ answers its three questions on the sample newsroom, and is stored without outputs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store.db import Connection
from tests.conftest import ROOT, environment
from tests.newsroom import Newsroom
from tests.support.ingest import ingest
from tests.support.second_printer import print_again

pytest.importorskip("matplotlib", reason="`make docs` installs what notebooks need")
nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

PATH = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture
def answered(
    settings: Settings, newsroom: Newsroom, conn: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Any]:
    """The cells as they are after the courier has edited an article and the herald has printed all of it later."""
    ingest(settings, "courier")
    newsroom.later = True
    ingest(settings, "courier", revisit=True)
    print_again(settings, conn)
    for name, value in environment(settings, PYTHONPATH=os.pathsep.join(sys.path)).items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.read(PATH, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.write(notebook, tmp_path / "answered.ipynb")
    return list(notebook.cells)


def printed(cells: list[Any]) -> str:
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


@pytest.mark.slow
@pytest.mark.database
def test_the_notebook_answers_its_questions(answered: list[Any], newsroom: Newsroom) -> None:
    text = printed(answered)
    first_day = min(article.published.date() for article in newsroom.articles)
    assert f"{first_day}  courier" in text
    assert "50.0%" in text
    assert "correction" in text
    assert "herald after courier" in text
    assert "median 30 minutes" in text
    pictures = [
        output["data"]["image/png"]
        for cell in answered
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 3


def test_the_notebook_is_stored_without_outputs() -> None:
    for cell in nbformat.read(PATH, as_version=4).cells:
        assert not cell.get("outputs"), cell["source"]
        assert cell.get("execution_count") is None
