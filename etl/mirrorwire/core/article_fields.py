"""An article's fields as columns. The record `Article` is the one list of them: its names, types, order and meanings.

The JSON of `extract`, the rows of `article_version` and the columns of exports are made from this list, or checked
against it by tests/core/test_article_fields.py. docs/recipes/add-a-field.md says how a field is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from mirrorwire.core.records import Article, Image, Precision

ColumnKind = Literal["text", "texts", "time", "truth", "mapping"]

SQL_TYPES: Mapping[ColumnKind, str] = {
    "text": "text",
    "texts": "text[]",
    "time": "timestamptz",
    "truth": "bool",
    "mapping": "jsonb",
}
"""The type that a column of each kind has in Postgres."""

_KINDS: Mapping[frozenset[Any], ColumnKind] = {
    frozenset({str}): "text",
    frozenset({Precision}): "text",
    frozenset({tuple[str, ...]}): "texts",
    frozenset({datetime, date}): "time",
    frozenset({bool}): "truth",
    frozenset({Mapping[str, str]}): "mapping",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of `article_version`: a field of an article, or one part of a field that is a record (`image_url`)."""

    name: str
    kind: ColumnKind
    field: str
    part: str | None = None

    @property
    def shown_as(self) -> str:
        """Its name in the view `articles`, in JSON and in exports."""
        return self.field if self.part == "url" else self.name

    @property
    def sql_type(self) -> str:
        """Its type in Postgres."""
        return SQL_TYPES[self.kind]

    def value_in(self, article: Article) -> Any:
        """Return the article's value as JSON and Postgres take it: several texts as a list, a mapping as a dict."""
        value = getattr(article, self.field)
        if self.part is not None:
            return None if value is None else getattr(value, self.part)
        if self.kind == "texts":
            return list(value)
        if self.kind == "mapping":
            return dict(value)
        return value


@cache
def columns_of(record: type[Article]) -> tuple[Column, ...]:
    """Return the columns of a record of articles, in the order of its fields.

    Raises `TypeError` for a field of a type that no column is known for.
    """
    columns = []
    hints = get_type_hints(record)
    for field in fields(record):
        stated = _without_none(hints[field.name])
        if stated == {Image}:
            columns += _image_columns(field.name)
        elif stated in _KINDS:
            columns.append(Column(name=field.name, kind=_KINDS[stated], field=field.name))
        else:
            raise TypeError(
                f"{record.__name__}.{field.name} has a type without a column: add it to _KINDS in {__name__}"
            )
    return tuple(columns)


def _image_columns(field: str) -> list[Column]:
    return [Column(name=f"{field}_{part.name}", kind="text", field=field, part=part.name) for part in fields(Image)]


def _without_none(annotation: Any) -> frozenset[Any]:
    """The types that a field may have, `None` apart."""
    if isinstance(annotation, UnionType) or get_origin(annotation) is Union:
        return frozenset(get_args(annotation)) - {NoneType}
    return frozenset({annotation})


COLUMNS = columns_of(Article)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)

_EXTRACT_BEGINS = (
    "title lead text authors published_at published_at_assumed published_precision section tags language image "
    "canonical_url"
).split()
"""The contract of `extract`: its JSON begins with these, in this order."""

_EXPORT_BEGINS = (
    "article_key canonical_url urls source title lead text authors published_at published_at_assumed section tags "
    "language image version cluster_id served_by first_seen_at fetched_at gone_at published_precision modified_at "
    "paywalled corrections last_seen_at alias_of verdict doubts"
).split()
"""The contract of `export`: its columns begin with these, in this order. The first twenty are those of the contract,
the others have been there since."""

NOT_EXPORTED = ("image_caption", "image_credit", "origins")


def extract_keys(columns: tuple[Column, ...] = COLUMNS) -> tuple[str, ...]:
    """Return the keys of an article's fields in the JSON of `extract`: the contract's, then the others."""
    return _followed(_EXTRACT_BEGINS, [column.shown_as for column in columns])


def export_columns(columns: tuple[Column, ...] = COLUMNS) -> tuple[str, ...]:
    """Return the columns of an export: those that have long been there, then newer fields."""
    return _followed(_EXPORT_BEGINS, [column.shown_as for column in columns if column.name not in NOT_EXPORTED])


def _followed(first: list[str], names: list[str]) -> tuple[str, ...]:
    return (*first, *(name for name in names if name not in first))
