"""Connections of Airflow's as the settings of a task: the database, and what opens an object store.

They are looked up inside tasks, never while a DAG file is parsed, so a secrets backend is asked once a task. The
command line knows nothing of them.
"""

from __future__ import annotations

import os
from dataclasses import replace

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

from mirrorwire.core.config import Settings

DEFAULT_CONN_ID = "mirrorwire_default"
"""The connection that is asked where neither MIRRORWIRE_CONN_ID nor MIRRORWIRE_DATABASE_URL is set."""
DATABASE_TYPES = ("mirrorwire", "postgres", "postgresql")
_STATIC_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


def task_settings() -> Settings:
    """Return the settings of a task: the environment's, with what connections add.

    The database is that of the connection in MIRRORWIRE_CONN_ID, else MIRRORWIRE_DATABASE_URL, else that of the
    connection `mirrorwire_default`. Raises AirflowFailException, in one line, where that connection is missing or of
    no use.
    """
    settings = server_settings()
    if archive_conn_id := os.environ.get("MIRRORWIRE_ARCHIVE_CONN_ID"):
        _open_archive(settings.archive, _connection(archive_conn_id, "MIRRORWIRE_ARCHIVE_CONN_ID"))
    return settings


def server_settings() -> Settings:
    """Return the settings of a server that runs on, with the database that tasks work in; raises as `task_settings`.

    Credentials of an archive would go into the environment, and the server's is not ours: it opens no store that only
    the connection in MIRRORWIRE_ARCHIVE_CONN_ID opens.
    """
    settings = Settings.from_env()
    conn_id = os.environ.get("MIRRORWIRE_CONN_ID")
    if conn_id or settings.database_url is None:
        settings = _with_database(settings, _database_connection(conn_id))
    return settings


def database_url(connection: Connection) -> str:
    """Return the DSN of a connection, in libpq's words; its extra may hold libpq's parameters, such as `sslmode`.

    Raises AirflowFailException for a connection of another type, or whose password a cloud would have to make.
    """
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import Conninfo

    if connection.conn_type not in DATABASE_TYPES:
        raise AirflowFailException(
            f"connection {connection.conn_id} is of type {connection.conn_type}: take Mirrorwire, or Postgres"
        )
    extra = connection.extra_dejson
    if extra.get("iam"):
        raise AirflowFailException(f"connection {connection.conn_id}: iam is not known here, give a password")
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    parameters = {name: value for name, value in extra.items() if name in known and value not in (None, "")}
    fields = {
        "host": connection.host,
        "port": connection.port,
        "user": connection.login,
        "password": connection.password,
        "dbname": connection.schema,
    }
    return make_conninfo(**parameters | {name: value for name, value in fields.items() if value})


def _database_connection(conn_id: str | None) -> Connection:
    if conn_id:
        return _connection(conn_id, "MIRRORWIRE_CONN_ID")
    try:
        connection: Connection = Connection.get(DEFAULT_CONN_ID)
    except AirflowNotFoundException:
        raise AirflowFailException(
            f"no database is named: add a connection {DEFAULT_CONN_ID} of the type Mirrorwire, or set"
            " MIRRORWIRE_CONN_ID or MIRRORWIRE_DATABASE_URL for every component of Airflow"
        ) from None
    return connection


def _connection(conn_id: str, variable: str) -> Connection:
    try:
        connection: Connection = Connection.get(conn_id)
    except AirflowNotFoundException:
        raise AirflowFailException(
            f"{variable} names the connection {conn_id}, and Airflow has none of that name: add it, or name another"
        ) from None
    return connection


def _with_database(settings: Settings, connection: Connection) -> Settings:
    archive = os.environ.get("MIRRORWIRE_ARCHIVE") or connection.extra_dejson.get("archive") or settings.archive
    return replace(settings, database_url=database_url(connection), archive=archive)


def _open_archive(archive: str, connection: Connection) -> None:
    """Put a connection's credentials where the store's library looks: into the environment of this task alone.

    Raises AirflowFailException where they would open nothing.
    """
    scheme = archive.partition("://")[0] if "://" in archive else "a folder"
    if scheme != "s3":
        raise AirflowFailException(
            f"MIRRORWIRE_ARCHIVE_CONN_ID is for an archive in s3://, and this one is {scheme}:"
            " unset it, or set MIRRORWIRE_ARCHIVE"
        )
    extra = connection.extra_dejson
    if connection.conn_type != "aws" or extra.get("role_arn"):
        raise AirflowFailException(
            f"connection {connection.conn_id} must be of the type aws, with a key or nothing but region and endpoint;"
            " a role is taken from the worker's own environment"
        )
    if connection.login:
        for name in _STATIC_KEYS:  # else half of another identity would stay
            os.environ.pop(name, None)
    values = {
        "AWS_ACCESS_KEY_ID": connection.login,
        "AWS_SECRET_ACCESS_KEY": connection.password,
        "AWS_SESSION_TOKEN": extra.get("aws_session_token"),
        "AWS_DEFAULT_REGION": extra.get("region_name"),
        "AWS_ENDPOINT_URL": extra.get("endpoint_url"),
    }
    os.environ.update({name: str(value) for name, value in values.items() if value})
