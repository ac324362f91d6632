"""The hook of the connection type `mirrorwire`, for tasks of others that ask the database."""

from __future__ import annotations

from typing import Any

import psycopg
from airflow.providers.common.sql.hooks.sql import DbApiHook

from mirrorwire.airflow.connections import DEFAULT_CONN_ID, database_url


class MirrorwireHook(DbApiHook):
    """Asks the articles' database: `MirrorwireHook().get_records("SELECT … FROM mirrorwire.articles …", [day])`.

    Operators of `common.sql` take the connection by its id.
    """

    conn_name_attr = "mirrorwire_conn_id"
    default_conn_name = DEFAULT_CONN_ID
    conn_type = "mirrorwire"
    hook_name = "Mirrorwire"
    supports_autocommit = True

    def get_conn(self) -> psycopg.Connection[Any]:
        """Return a new connection to the database; raises `psycopg.OperationalError` where there is none."""
        return psycopg.connect(database_url(self.connection), application_name="mirrorwire hook")

    def get_uri(self) -> str:
        """Return the URL by which SQLAlchemy opens the database with psycopg 3."""
        return self.connection.get_uri().replace("mirrorwire://", "postgresql+psycopg://", 1)
