"""Roles of the database that only read: people who ask in SQL, and programs that draw."""

from __future__ import annotations

import re

from psycopg import errors

from mirrorwire.core.errors import WrongUse
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
"""A name that needs no quotes in SQL and fits Postgres (63 bytes)."""
_SCRAM = b"scram-sha-256"


def make_reader(conn: Connection, name: str, password: str | None) -> bool:
    """Make a role that may read the views and nothing else; return whether it is new.

    Of one that is there the grants are renewed, and the password where one is given. The password itself never leaves
    this process: the server gets its SCRAM verifier (RFC 5802). One transaction, so that a killed one leaves nothing.
    Raises `WrongUse` for a name that is none, for a role that may write, and where the database's user makes no roles.
    """
    if not _NAME.fullmatch(name) or name.startswith("pg_"):
        raise WrongUse(f"{name!r} is no name for a role: small letters, digits and _, not pg_ first, at most 63")
    try:
        with conn.transaction():
            roles = queries.rows(conn, "readers/role", name=name)
            if roles and roles[0]["writes"]:
                raise WrongUse(f"the role {name} may change what is stored: take another name for the reader")
            queries.execute(conn, "readers/name_reader", name=name, verifier=_verifier(conn, name, password))
            queries.execute(conn, "readers/make_reader")
    except errors.InsufficientPrivilege as error:
        reason = error.diag.message_primary or "not allowed"
        raise WrongUse(f"{conn.info.user} may not make the role {name} ({reason}): use the owner's URL") from None
    return not roles


def _verifier(conn: Connection, name: str, password: str | None) -> str:
    if password is None:
        return ""
    return conn.pgconn.encrypt_password(password.encode(), name.encode(), _SCRAM).decode("ascii")
