"""Bringing the database to the schema of sql/migrations: yoyo under an advisory lock, edited files refused."""

from __future__ import annotations

import hashlib
import logging
import time
from functools import partial
from pathlib import Path

import psycopg
import yoyo
import yoyo.migrations

from mirrorwire.core.config import SQL
from mirrorwire.core.errors import DatabaseBusy, MigrationChanged
from mirrorwire.store import locks
from mirrorwire.store.db import Connection, connect
from mirrorwire.store.dsn import as_url, complete, shown

_LOCK = 0x6D77_0001  # any number that every migrator of ours shares
_DIGESTS = """
CREATE TABLE IF NOT EXISTS migration_digest (
    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)
"""


def migrate(url: str, folder: Path = SQL / "migrations") -> list[str]:
    """Apply what is missing and return the names applied; raises `MigrationChanged` for a file edited since.

    Any number of migrators may call this at once, and one killed half way leaves nothing that stops the next.
    """
    digests = _digests(folder)
    with connect(url) as guard:
        if _applied(guard) == digests:
            return []
        with locks.held_by_key(guard, _LOCK, "migration"):
            guard.execute(_DIGESTS)
            applied = _applied(guard)
            for name, digest in applied.items():
                if digests.get(name) != digest:
                    raise MigrationChanged(name, name in digests)
            return _apply(url, folder, digests, guard)


def is_current(url: str, folder: Path = SQL / "migrations") -> bool:
    """Return whether a database is of this version; reads only."""
    with connect(url) as conn:
        return _applied(conn) == _digests(folder)


def is_empty(url: str) -> bool:
    """Return whether no version has ever migrated a database; reads only."""
    with connect(url) as conn:
        return not _applied(conn)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.sql"))}


def _apply(url: str, folder: Path, digests: dict[str, str], guard: Connection) -> list[str]:
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    # yoyo reads each file once more, in the locale's encoding, which may not know its characters.
    yoyo.migrations.open = partial(open, encoding="utf-8")
    migrations = yoyo.read_migrations(str(folder))
    began = time.monotonic()
    try:
        with yoyo.get_backend(as_url(complete(url, lock_wait_s=guard.limit_s), "postgresql+psycopg")) as backend:
            backend.break_lock()  # left by a migrator that died: we hold the real lock
            missing = backend.to_apply(migrations)
            names = [f"{migration.id}.sql" for migration in missing]
            backend.apply_migrations(missing)
    except psycopg.errors.LockNotAvailable:
        raise DatabaseBusy(shown(url), time.monotonic() - began, locks.open_transactions(guard)) from None
    for name, digest in digests.items():
        guard.execute("INSERT INTO migration_digest VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, digest])
    return names


def _applied(guard: Connection) -> dict[str, str]:
    row = guard.execute("SELECT to_regclass('migration_digest') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return {}
    return dict(guard.execute("SELECT name, sha256 FROM migration_digest ORDER BY name").fetchall())
