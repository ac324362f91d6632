"""The statements of sql/queries, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from psycopg import Cursor
from psycopg.rows import RowFactory, class_row, dict_row

from etl.config import SQL
from etl.load.db import Connection

Record = TypeVar("Record")
Row = dict[str, Any]


@cache
def statement(name: str) -> bytes:
    """Return the statement in `sql/queries/<name>.sql`."""
    return (SQL / "queries" / f"{name}.sql").read_bytes()


def execute(conn: Connection, name: str, /, **parameters: Any) -> Cursor[Any]:
    """Run a statement; the rows come as tuples."""
    return conn.execute(statement(name), parameters)


def value(conn: Connection, name: str, /, **parameters: Any) -> Any:
    """Return the first column of the first row, `None` without one."""
    row = execute(conn, name, **parameters).fetchone()
    return row[0] if row else None


def rows(conn: Connection, name: str, /, **parameters: Any) -> list[Row]:
    """Return the rows as dictionaries."""
    return _rows(conn, dict_row, name, parameters)


def records(conn: Connection, of: type[Record], name: str, /, **parameters: Any) -> list[Record]:
    """Return the rows as records, whose fields are the columns."""
    return _rows(conn, class_row(of), name, parameters)


def _rows(conn: Connection, factory: RowFactory[Record], name: str, parameters: Mapping[str, Any]) -> list[Record]:
    with conn.cursor(row_factory=factory) as cursor:
        return cursor.execute(statement(name), parameters).fetchall()
