"""Bringing the database to the schema of sql/migrations: yoyo under an advisory lock, edited files refused.

All that is ours stands in the Postgres schema `mirrorwire`.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import psycopg

from mirrorwire.core.config import SQL
from mirrorwire.core.errors import DatabaseUnfit, MigrationChanged
from mirrorwire.store import locks, queries, takeover
from mirrorwire.store.db import Connection, connect
from mirrorwire.store.dsn import shown

log = logging.getLogger(__name__)

_LOCK = 0x6D77_0001  # any number that every migrator of ours shares


def migrate(url: str, folder: Path = SQL / "migrations") -> list[str]:
    """Apply what is missing and return the names applied.

    A database whose tables an older version left in the schema `public` is taken over. Raises `MigrationChanged` for a
    file edited since, `DatabaseUnfit` for a database that this version cannot bring up to date.

    Any number of migrators may call this at once, and one killed half way leaves nothing that stops the next.
    """
    digests = _digests(folder)
    with connect(url) as guard:
        if _applied(guard) == digests:
            return []
        from mirrorwire.store.apply_migrations import apply_missing  # noqa: PLC0415 - yoyo costs a fifth of a task's start

        with locks.held_by_key(guard, _LOCK, "migration"):
            applied = _applied(guard)
            for name, digest in applied.items():
                if digests.get(name) != digest:
                    raise MigrationChanged(name, name in digests)
            taken_over = [] if applied else _begin(guard, folder)
            names = taken_over + apply_missing(url, folder, guard)
            _note(guard, digests)
            offer_schema(guard)
            return names


def is_current(url: str, folder: Path = SQL / "migrations") -> bool:
    """Return whether a database is of this version; reads only."""
    with connect(url) as conn:
        return _applied(conn) == _digests(folder)


def is_empty(url: str) -> bool:
    """Return whether no version has ever migrated a database; reads only."""
    with connect(url) as conn:
        if _applied(conn):
            return False
        public = takeover.look(conn)
        return not public.digests and not public.noted


def offer_schema(conn: Connection) -> bool:
    """Have whoever opens the database find our tables and views without naming the schema; return whether they do.

    Only who owns the database may arrange that, in its search path.
    """
    with locks.held_by_key(conn, _LOCK, "migration"):
        try:
            queries.execute(conn, "migrations/offer_schema")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True


def _begin(guard: Connection, folder: Path) -> list[str]:
    """Make the schema, and take over what an older version left in `public`; return the files that describe that."""
    is_needed = takeover.is_needed(guard)
    with guard.transaction():
        _make_schema(guard)
        if not is_needed:
            return []
        names = takeover.take_over(guard, folder)
        digests = _digests(folder)
        _note(guard, {name: digests[name] for name in names})
    log.info("%s: the tables in the schema public stand in the schema mirrorwire now", shown(guard.url))
    return names


def _make_schema(guard: Connection) -> None:
    if queries.value(guard, "migrations/has_schema"):
        return
    try:
        queries.execute(guard, "migrations/create_schema")
    except psycopg.errors.InsufficientPrivilege:
        raise DatabaseUnfit(
            shown(guard.url),
            "its user may not make the schema mirrorwire: its owner must GRANT CREATE ON DATABASE to that user, "
            "or CREATE SCHEMA mirrorwire AUTHORIZATION that user",
        ) from None


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.sql"))}


def _note(guard: Connection, digests: dict[str, str]) -> None:
    queries.execute(guard, "migrations/create_migration_digests")
    queries.execute(guard, "migrations/note_digests", names=list(digests), digests=list(digests.values()))


def _applied(guard: Connection) -> dict[str, str]:
    if not queries.value(guard, "migrations/has_migration_digests"):
        return {}
    return dict(queries.execute(guard, "migrations/migration_digests").fetchall())
