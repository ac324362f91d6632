"""The pages on the schema tell what the migrations made."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from mirrorwire.store import db
from tests.conftest import ROOT
from tests.support import schema_docs

PAGES = {"schema.md": schema_docs.markdown, "schema.svg": schema_docs.svg}


@pytest.fixture
def tables(database_url: str) -> list[schema_docs.Table]:
    with db.connect(database_url) as conn:
        return schema_docs.read(conn)


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_made_from_the_migrations(
    tables: list[schema_docs.Table], name: str, pytestconfig: pytest.Config
) -> None:
    path, made = ROOT / "docs" / name, PAGES[name](tables)
    if pytestconfig.getoption("--write-docs"):
        path.write_text(made, encoding="utf-8")
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert written == made, f"docs/{name} is not up to date: pytest tests/store/test_schema.py --write-docs"


def test_the_picture_holds_every_table_and_every_column(tables: list[schema_docs.Table]) -> None:
    picture = ElementTree.fromstring(schema_docs.svg(tables))
    drawn = ["".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    for table in tables:
        if not table.is_view:
            assert table.name in drawn
            for column in table.columns:
                assert column.name in drawn
    assert len(tables) > 30


def test_every_view_and_every_column_of_one_says_what_it_is(tables: list[schema_docs.Table]) -> None:
    views = [table for table in tables if table.is_view]
    silent = [view.name for view in views if not view.comment]
    silent += [f"{view.name}.{column.name}" for view in views for column in view.columns if not column.comment]
    assert len(views) > 10
    assert silent == [], "COMMENT ON VIEW and ON COLUMN belong to the migration that makes them"


def test_the_page_shows_what_each_column_of_a_view_is(tables: list[schema_docs.Table]) -> None:
    page = schema_docs.markdown(tables)
    assert "| served_by | text | The host that served this version. |" in page.replace("\\_", "_")
