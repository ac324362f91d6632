"""The hook of the connection type `mirrorwire`, for tasks of others that ask the database."""

from __future__ import annotations

from typing import Any

import psycopg
from airflow.providers.common.sql.hooks.sql import DbApiHook
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL

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

    @property
    def sqlalchemy_url(self) -> URL:
        """The URL by which SQLAlchemy opens the database with psycopg 3; libpq's other words are its query."""
        words = {word: str(value) for word, value in conninfo_to_dict(database_url(self.connection)).items()}
        user, password = words.pop("user", None), words.pop("password", None)
        return URL.create("postgresql+psycopg", username=user, password=password, query=words)

    def get_uri(self) -> str:
        """Return the same as text, its password in it."""
        return self.sqlalchemy_url.render_as_string(hide_password=False)
