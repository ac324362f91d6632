"""The manifest of an export, and the same export made again from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mirrorwire import __version__
from mirrorwire.store.db import Connection
from tests.conftest import Ran
from tests.load.test_load import Desk

Run = Callable[..., Ran]


@pytest.fixture
def stored(conn: Connection) -> Desk:
    desk = Desk(conn)
    desk.load(desk.row(1, "first"), desk.row(2, "second", minutes=60))
    return desk


def test_a_manifest_says_what_was_asked_and_what_came(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    flags = ["--since", "2026-11-20", "--columns", "title,text", "--excel", "--limit", "1"]
    done = mirrorwire("export", "courier", "--output", str(path), "--manifest", *flags)
    assert (done.code, done.err) == (0, "")
    manifest = json.loads((tmp_path / "m.csv.manifest.json").read_text())
    assert manifest.pop("made_at").endswith("+00:00")
    assert manifest == {
        "file": "m.csv",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "rows": 1,
        "rows_by_source": {"courier": 1},
        "query": {
            "sources": ["courier"],
            "format": "csv",
            "since": "2026-11-20",
            "limit": 1,
            "columns": ["title", "text"],
            "excel": True,
        },
        "mirrorwire": __version__,
    }


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "jsonl.gz", "json", "xlsx", "parquet", "atom"])
def test_an_export_is_made_again_from_its_manifest(stored: Desk, mirrorwire: Run, tmp_path: Path, ending: str) -> None:
    path, again = tmp_path / f"m.{ending}", tmp_path / f"again.{ending}"
    mirrorwire("export", "courier", "--output", str(path), "--manifest")
    manifest = f"{path}.manifest.json"
    done = mirrorwire("export", "--from", manifest, "--output", str(again))
    assert (done.code, again.read_bytes()) == (0, path.read_bytes())
    assert "the same file" in done.err
    stored.load(stored.row(3, "third", minutes=90))
    done = mirrorwire("export", "--from", manifest, "--output", str(again))
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
    assert "2 articles then, 3 now; what is stored has changed since" in done.err
    assert mirrorwire("export", "courier", "--output", str(path)).code == 0
    assert path.read_bytes() == again.read_bytes()


def test_what_lies_there_is_not_overwritten_unasked(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    mirrorwire("export", "courier", "--output", str(path), "--manifest")
    before = path.read_bytes()
    done = mirrorwire("export", "--from", f"{path}.manifest.json")
    assert (done.code, "is there already" in done.err) == (2, True)
    path.unlink()
    assert mirrorwire("export", "--from", f"{path}.manifest.json").code == 0
    assert path.read_bytes() == before


QUERY = {"sources": ["courier"], "format": "csv"}
WHOLE: dict[str, Any] = {
    "file": "m.csv", "sha256": "0", "rows_by_source": {"courier": 1}, "query": QUERY, "mirrorwire": "1", "made_at": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "JSON object"),
        ("{}", "file is missing"),
        (json.dumps({**WHOLE, "file": "../m.csv"}), "not a file's name"),
        (json.dumps({**WHOLE, "rows_by_source": [1]}), "rows_by_source"),
        (json.dumps({**WHOLE, "query": []}), "query is missing"),
        (json.dumps({**WHOLE, "query": {**QUERY, "where": "1=1"}}), "where"),
        (json.dumps({**WHOLE, "query": {**QUERY, "limit": -1}}), "less than 1"),
        (json.dumps({**WHOLE, "query": {**QUERY, "columns": ["origins"]}}), "no column"),
        (json.dumps({**WHOLE, "query": {**QUERY, "format": "exe"}}), "no format"),
        (json.dumps({**WHOLE, "query": {**QUERY, "sources": []}}), "no source"),
        (json.dumps({**WHOLE, "query": {**QUERY, "sources": ["../../etc"]}}), "etc"),
    ],
)
def test_a_manifest_that_is_none_is_refused(mirrorwire: Run, tmp_path: Path, document: str, reason: str) -> None:
    path = tmp_path / "x.manifest.json"
    path.write_text(document)
    done = mirrorwire("export", "--from", str(path))
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert reason in done.err
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [path.name]
