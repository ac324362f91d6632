"""Code names each statement of sql/queries by its folder and name, in one piece: grep finds all that use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mirrorwire.core.config import SQL
from mirrorwire.store import db, queries
from mirrorwire.store.questions import questions
from tests.conftest import ROOT
from tests.support.placing import Desk

FOLDER = SQL / "queries"
CODE = ("etl", "benchmarks", "tests")
RUN = {"execute": 1, "value": 1, "rows": 1, "records": 2, "statement": 0}
"""At which place each function of `mirrorwire.store.queries` takes the name."""


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def files() -> set[str]:
    return {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql")}


def names(*folders: str) -> set[str]:
    """What the code there writes that reads like the name of a statement."""
    subjects = {path.name for path in FOLDER.iterdir()}
    found = set()
    for _, tree in modules(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                folder, slash, name = node.value.partition("/")
                if slash and folder in subjects and name.isidentifier():
                    found.add(node.value)
    return found


def test_every_statement_is_used() -> None:
    saved = {question.statement for question in questions()}
    assert files() - names("etl") - saved == set()


def test_every_statement_that_is_named_is_there() -> None:
    assert names(*CODE) - files() == set()
    assert len(files()) > 250


def test_every_statement_stands_in_a_folder_by_its_subject() -> None:
    assert [path.name for path in FOLDER.iterdir() if not path.is_dir()] == []
    assert {path.suffix for path in FOLDER.glob("*/*")} == {".sql"}


def test_no_name_is_put_together() -> None:
    together = []
    for path, tree in modules(*CODE):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "queries"):
                continue
            place = RUN.get(node.func.attr)
            if place is None or len(node.args) <= place:
                continue
            if isinstance(node.args[place], (ast.JoinedStr, ast.BinOp, ast.Call)):
                together.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert together == []


def test_what_is_to_be_read_is_found_by_an_index_among_all_that_is_read(database_url: str) -> None:
    with db.connect(database_url) as conn:
        desk = Desk(conn)
        desk.say("a", "A page.")
        conn.execute(
            "INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, "
            "warc_offset, warc_length, chosen, extractor_version, read_again) "
            "SELECT c.source_key, c.link_id, c.host_id, c.run_id, c.url, c.fetched_at, 200, '', 'many', n, 1, true, "
            "CASE WHEN n % 5000 = 0 THEN 0 ELSE 7 END, CASE WHEN n % 10000 = 0 THEN 'learned' END "
            "FROM capture c, generate_series(1, 100000) n"
        )
        conn.execute("ANALYZE capture")
        given = {"source": "courier", "size": 20, "lease_s": 60.0, "extractor_version": 7}
        for name, index in (
            ("captures/claim_captures", "capture_to_extract"),
            ("captures/claim_learned", "capture_to_read_again"),
        ):
            plan = conn.execute(b"EXPLAIN " + queries.statement(name), given).fetchall()
            text = "\n".join(line for (line,) in plan)
            assert f"using {index}" in text or f"on {index}" in text, text
            assert "Seq Scan on capture" not in text, text
