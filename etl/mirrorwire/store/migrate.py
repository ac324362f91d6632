"""Bringing the database to the schema of sql/migrations: yoyo under an advisory lock, edited files refused.

All that is ours stands in the Postgres schema `mirrorwire`.
"""

from __future__ import annotations

import hashlib
import logging
import time
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import yoyo
import yoyo.migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import default_migration_table

from mirrorwire.core.config import SQL
from mirrorwire.core.errors import DatabaseBusy, DatabaseUnfit, MigrationChanged
from mirrorwire.core.settings import lock_wait_s
from mirrorwire.store import locks, queries, takeover
from mirrorwire.store.db import Connection, connect
from mirrorwire.store.dsn import as_url, complete, shown

log = logging.getLogger(__name__)

_LOCK = 0x6D77_0001  # any number that every migrator of ours shares


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """What yoyo reaches the database by: each of its connections is a session like ours."""

    def init_connection(self, connection: psycopg.Connection[Any]) -> None:
        super().init_connection(connection)
        connection.execute(queries.statement("session/begin_session"))
        connection.execute(queries.statement("session/limit_waits"), {"ms": round(lock_wait_s() * 1000)})


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
        with locks.held_by_key(guard, _LOCK, "migration"):
            applied = _applied(guard)
            for name, digest in applied.items():
                if digests.get(name) != digest:
                    raise MigrationChanged(name, name in digests)
            taken_over = [] if applied else _begin(guard, folder)
            names = taken_over + _apply(url, folder, digests, guard)
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


def _apply(url: str, folder: Path, digests: dict[str, str], guard: Connection) -> list[str]:
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    # yoyo reads each file once more, in the locale's encoding, which may not know its characters.
    yoyo.migrations.open = partial(open, encoding="utf-8")
    migrations = yoyo.read_migrations(str(folder))
    began = time.monotonic()
    place = parse_uri(as_url(complete(url), "postgresql+psycopg"))
    try:
        with _Backend(place, default_migration_table) as backend:
            backend.init_database()
            backend.break_lock()  # left by a migrator that died: we hold the real lock
            missing = backend.to_apply(migrations)
            names = [f"{migration.id}.sql" for migration in missing]
            backend.apply_migrations(missing)
    except psycopg.errors.LockNotAvailable:
        raise DatabaseBusy(shown(url), time.monotonic() - began, locks.open_transactions(guard)) from None
    except psycopg.errors.DuplicateTable as error:
        raise DatabaseUnfit(
            shown(url),
            f"its schema mirrorwire holds what no log of ours explains ({_first_line(error)}): "
            "rename it, or name another database in MIRRORWIRE_DATABASE_URL",
        ) from None
    _note(guard, digests)
    return names


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]


def _note(guard: Connection, digests: dict[str, str]) -> None:
    queries.execute(guard, "migrations/create_migration_digests")
    queries.execute(guard, "migrations/note_digests", names=list(digests), digests=list(digests.values()))


def _applied(guard: Connection) -> dict[str, str]:
    if not queries.value(guard, "migrations/has_migration_digests"):
        return {}
    return dict(queries.execute(guard, "migrations/migration_digests").fetchall())
