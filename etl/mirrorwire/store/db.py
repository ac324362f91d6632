"""Reaching Postgres: the database that the settings name, or the embedded server under the data folder."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import sql

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import DatabaseUnavailable, DatabaseUnfit, WrongUse
from mirrorwire.core.settings import lock_wait_s
from mirrorwire.store import embedded
from mirrorwire.store.dsn import NAME, as_url, complete, shown
from mirrorwire.store.statements import statement
from mirrorwire.store.waiting import WatchedConnection

__all__ = [
    "DATABASE",
    "Connection",
    "airflow_sessions",
    "as_url",
    "connect",
    "database_url",
    "embedded_database",
    "embedded_runs",
    "name_session",
    "shown",
    "stop_embedded",
]

Connection = WatchedConnection

DATABASE = "mirrorwire"


def connect(url: str) -> Connection:
    """Return an autocommit connection; raises `DatabaseUnavailable` with the place, never the password.

    What it waits for is watched: `mirrorwire.store.waiting`.
    """
    limit_s = lock_wait_s()
    try:
        conn = WatchedConnection.connect(complete(url), autocommit=True).watch(url, limit_s)
        conn.execute(statement("session/begin_session"), {"lock_wait_ms": round(limit_s * 1000)})
    except psycopg.OperationalError as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0].strip()
        raise DatabaseUnavailable(shown(url), reason) from None
    except psycopg.ProgrammingError:  # a word that this libpq does not know
        raise WrongUse(f"{NAME} cannot be used as it is written") from None
    if conn.info.parameter_status("server_encoding") != "UTF8":
        conn.close()
        raise DatabaseUnfit(shown(url), "its encoding is not UTF8, so it cannot hold the world's news")
    return conn


def name_session(conn: Connection, work: str) -> None:
    """Say in pg_stat_activity what a session works at."""
    conn.execute(statement("session/name_session"), {"name": f"mirrorwire {work}"})


def database_url(settings: Settings) -> str:
    """Return the URL of the database to work in, starting the embedded server and making it where needed."""
    return settings.database_url or embedded_database(settings, DATABASE)


def embedded_database(settings: Settings, name: str, *, fresh: bool = False) -> str:
    """Return the URL of a database on the embedded server, which is started if it does not run.

    `fresh` drops the database first. Raises `FolderUnusable` or `DatabaseUnavailable`.
    """
    embedded.start(settings.home)
    with connect(embedded.url_of(settings.home, "postgres")) as admin:
        if fresh:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        # CREATE DATABASE knows no IF NOT EXISTS; of two that try at once, one loses and finds it there.
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return embedded.url_of(settings.home, name)


def embedded_runs(settings: Settings) -> bool:
    """Tell whether the embedded server runs."""
    return embedded.is_running(settings.home)


def airflow_sessions(settings: Settings) -> int:
    """Return how many sessions an Airflow has on the embedded server, whose stop it would not survive."""
    if not embedded_runs(settings):
        return 0
    embedded.start(settings.home)
    with connect(embedded.url_of(settings.home, "postgres")) as conn:
        count = conn.execute("SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'airflow%'").fetchone()
        return int(count[0]) if count else 0


def stop_embedded(settings: Settings) -> bool:
    """Stop the embedded server, if one runs; returns whether one did."""
    return embedded.stop(settings.home)
