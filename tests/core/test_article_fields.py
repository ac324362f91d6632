"""An article's fields stand in one list, the record Article. Every other list has the same names in the same order.

`pytest tests/core/test_article_fields.py --write-docs` writes the lists of statements that do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mirrorwire.commands import manifest
from mirrorwire.core.article_fields import COLUMNS, NOT_EXPORTED, Column, columns_of, export_columns, extract_keys
from mirrorwire.core.records import Article, Extraction, Image, Verdict
from mirrorwire.exports import parquet
from mirrorwire.load.version_rows import INCOMING_COLUMNS
from mirrorwire.store import db, queries
from mirrorwire.store.extractions import article_fields, article_of
from tests.support.column_lists import LISTS, ColumnList, items_of, missing, name_of, path_of, rewritten

HOW_TO_ADD = "docs/recipes/add-a-field.md says what a new field needs"
FULL = Article(
    title="A title",
    lead="A lead.",
    text="A lead.\nA text.",
    authors=("Ann Lee",),
    published_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    published_at_assumed=True,
    published_precision="minute",
    section="News / World",
    tags=("storm",),
    language="en",
    canonical_url="https://example.org/1",
    modified_at=date(2026, 11, 21),
    image=Image(url="https://example.org/1.jpg", caption="A caption.", credit="Agency"),
    paywalled=True,
    corrections=("Correction: the day was wrong.",),
    origins={"title": "json-ld"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerArticle(Article):
    """An article with one field more."""

    another_field: str | None = None


@pytest.mark.parametrize("columns", LISTS, ids=lambda columns: f"{columns.statement} {columns.before.strip()}")
def test_a_statement_lists_the_columns_of_an_article_in_their_order(
    columns: ColumnList, pytestconfig: pytest.Config
) -> None:
    path = path_of(columns.statement)
    sql = path.read_text(encoding="utf-8")
    if pytestconfig.getoption("--write-docs"):
        sql = rewritten(sql, columns)
        path.write_text(sql, encoding="utf-8")
    problem = missing(sql, columns)
    assert problem is None, problem


def test_what_is_streamed_in_has_the_columns_that_are_sent(conn: db.Connection) -> None:
    queries.execute(conn, "articles/create_incoming")
    made = _types_of(conn, "incoming")
    assert {name: made.get(name) for name in INCOMING_COLUMNS} == {
        name: _catalog_name(kind) for name, kind in INCOMING_COLUMNS.items()
    }, f"the temporary table of create_incoming lacks columns: {HOW_TO_ADD}"


@pytest.mark.parametrize("table", ["article_version", "articles"])
def test_the_tables_have_every_column_of_an_article_by_name_and_type(conn: db.Connection, table: str) -> None:
    there = _types_of(conn, table)
    view = table == "articles"
    expected = {
        column.shown_as if view else column.name: _catalog_name(column.sql_type)
        for column in COLUMNS
        if not view or column.name not in ("image_caption", "image_credit")
    }
    lacking = {name: kind for name, kind in expected.items() if there.get(name) != kind}
    assert lacking == {}, f"{table} needs a migration for {', '.join(lacking)}: {HOW_TO_ADD}"


def test_the_view_has_every_column_of_an_export(conn: db.Connection) -> None:
    there = {*_types_of(conn, "articles"), "alias_of"}
    assert [name for name in export_columns() if name not in there] == []


def test_the_json_of_extract_has_every_field_with_its_value() -> None:
    page = manifest.ManifestRow(id="1", file="x", url="https://example.org/1")
    row = manifest.as_row(page, Extraction(verdict=Verdict(kind="article"), article=FULL))
    assert list(row) == ["id", "url", "verdict", *extract_keys(), "evidence"]
    empty = [name for name in extract_keys() if row[name] in (None, [], {})]
    assert empty == [], f"give the article of this test a value for {', '.join(empty)}"
    assert row["image"] == "https://example.org/1.jpg"
    rejected = manifest.as_row(page, Extraction(verdict=Verdict(kind="index")))
    assert list(rejected) == list(row)
    assert all(rejected[name] is None for name in extract_keys())


def test_every_field_comes_back_from_the_table_of_extractions_as_it_was() -> None:
    assert article_of(article_fields(FULL), FULL.text) == FULL
    bare = Article(title="A title", text="A text.")
    assert article_of(article_fields(bare), bare.text) == bare


def test_a_field_that_an_older_extractor_did_not_store_is_empty() -> None:
    stored = article_fields(FULL)
    for name in ("corrections", "paywalled", "image"):
        del stored[name]
    article = article_of(stored, FULL.text)
    assert (article.corrections, article.paywalled, article.image) == ((), None, None)


def test_parquet_has_a_type_for_every_column_of_an_export() -> None:
    assert parquet.schema_of(export_columns()).names == list(export_columns())


def test_columns_that_have_long_been_exported_stay_in_their_places() -> None:
    longer = columns_of(LongerArticle)
    assert export_columns(longer) == (*export_columns(), "another_field")
    assert extract_keys(longer) == (*extract_keys(), "another_field")


def test_a_new_field_has_a_column_of_its_type() -> None:
    assert columns_of(LongerArticle) == (*COLUMNS, Column(name="another_field", kind="text", field="another_field"))


def test_a_field_of_an_unknown_type_says_where_to_name_its_column() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Weighed(Article):
        weight: float = 0.0

    with pytest.raises(TypeError, match=r"Weighed.weight has a type without a column: add it to .*_KINDS"):
        columns_of(Weighed)


@pytest.mark.parametrize("columns", LISTS, ids=lambda columns: f"{columns.statement} {columns.before.strip()}")
def test_a_list_that_lacks_a_field_is_told_and_can_be_written(columns: ColumnList) -> None:
    sql = path_of(columns.statement).read_text(encoding="utf-8")
    longer = ColumnList(
        statement=columns.statement,
        before=columns.before,
        behind=columns.behind,
        written=columns.written,
        names=(*columns.names, "another_field"),
    )
    problem = missing(sql, longer)
    assert problem is not None
    assert "lacks another_field" in problem
    assert "--write-docs writes the list" in problem
    written = rewritten(sql, longer)
    assert missing(written, longer) is None
    assert [name_of(item) for item in items_of(written, longer)][-1] == "another_field"
    assert rewritten(sql, columns) == sql


def test_what_is_not_exported_is_a_column_of_an_article() -> None:
    assert set(NOT_EXPORTED) <= {column.name for column in COLUMNS}
    assert {column.field for column in COLUMNS} == {field.name for field in fields(Article)}


def _types_of(conn: db.Connection, table: str) -> Mapping[str, Any]:
    rows = conn.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    ).fetchall()
    return dict(rows)


def _catalog_name(sql_type: str) -> str:
    """A type as the catalog writes it."""
    return {
        "timestamptz": "timestamp with time zone",
        "bool": "boolean",
        "int8": "bigint",
        "int4": "integer",
    }.get(sql_type, sql_type)
