"""Code names each statement of sql/queries by its folder and name, in one piece: grep finds all that use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from etl.config import SQL
from tests.conftest import ROOT

FOLDER = SQL / "queries"
CODE = ("etl", "benchmarks", "tests")
RUN = {"execute": 1, "value": 1, "rows": 1, "records": 2, "statement": 0}
"""At which place each function of `etl.load.queries` takes the name."""


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
    assert files() - names("etl") == set()


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
