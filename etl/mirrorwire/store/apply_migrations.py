"""The files of sql/migrations applied by yoyo. Apart, since yoyo takes long to import and is seldom needed."""

from __future__ import annotations

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

from mirrorwire.core.errors import DatabaseBusy, DatabaseUnfit
from mirrorwire.core.settings import lock_wait_s
from mirrorwire.store import locks, queries
from mirrorwire.store.db import Connection
from mirrorwire.store.dsn import as_url, complete, shown


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """What yoyo reaches the database by: each of its connections is a session like ours."""

    def init_connection(self, connection: psycopg.Connection[Any]) -> None:
        super().init_connection(connection)
        wait = {"lock_wait_ms": round(lock_wait_s() * 1000)}
        connection.execute(queries.statement("session/begin_session"), wait)


def apply_missing(url: str, folder: Path, guard: Connection) -> list[str]:
    """Apply the files of a folder that a database has not seen, in order; return their names.

    The caller holds the migrators' lock by `guard`. Raises `DatabaseBusy` where somebody holds what a file changes, and
    `DatabaseUnfit` where tables stand there that no log explains.
    """
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
    return names


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
