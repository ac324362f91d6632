"""The statements of sql/queries, by folder and name: "frontier/claim_links"."""

from __future__ import annotations

from functools import cache

from mirrorwire.core.config import SQL


@cache
def statement(name: str) -> bytes:
    """Return the statement in `sql/queries/<name>.sql`."""
    return (SQL / "queries" / f"{name}.sql").read_bytes()
