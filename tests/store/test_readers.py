"""A role that only reads: what it may, what it may not, and what becomes of its password."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from mirrorwire.core.config import SQL
from mirrorwire.store.db import Connection
from tests.conftest import Ran
from tests.load.test_load import Desk
from tests.support.command_forks import Running

Run = Callable[..., Ran]
Begin = Callable[..., Running]
PASSWORD = "a secret with ' and \\ and ü"


@pytest.fixture
def name(conn: Connection) -> Iterator[str]:
    """A role's name that nobody else has; what was made under it goes again."""
    role = f"reader_{uuid.uuid4().hex[:12]}"
    yield role
    if is_there(conn, role):
        for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
            conn.execute(sql.SQL(statement).format(sql.Identifier(role)))


def is_there(conn: Connection, role: str) -> bool:
    return conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def as_reader(database_url: str, role: str) -> psycopg.Connection[Any]:
    """A session of the role; the embedded server asks for no password."""
    return psycopg.connect(database_url, user=role, autocommit=True)


def test_a_reader_reads_the_views_and_nothing_else(
    conn: Connection, database_url: str, mirrorwire: Run, name: str
) -> None:
    desk = Desk(conn)
    desk.load(desk.row(1, "text"))
    done = mirrorwire("db", "reader", name)
    assert (done.code, done.out, done.err) == (0, "", f"the role {name} is made: it reads the views\n")
    with as_reader(database_url, name) as reader:
        assert reader.execute("SELECT article_key FROM articles").fetchall() == [("courier:1",)]
        views = reader.execute("SELECT viewname FROM pg_views WHERE schemaname = 'mirrorwire'").fetchall()
        for (view,) in views:
            reader.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(view)))
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE public.mine (a int)")
        reader.execute("SET default_transaction_read_only = off")
        for statement in (
            "SELECT * FROM article_version",
            "SELECT * FROM tombstone",
            "DELETE FROM article",
            "UPDATE source SET name = 'x'",
            "CREATE TABLE mirrorwire.mine (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement.encode())


def test_every_saved_query_runs_as_a_reader(database_url: str, mirrorwire: Run, name: str) -> None:
    assert mirrorwire("db", "reader", name).code == 0
    paths = sorted((SQL / "queries" / "questions").glob("*.sql"))
    assert len(paths) == 10
    with as_reader(database_url, name) as reader:
        for path in paths:
            reader.execute(path.read_bytes(), {"since": None, "until": None, "source": None, "limit": 1})


def test_called_again_it_renews_the_grants(conn: Connection, database_url: str, mirrorwire: Run, name: str) -> None:
    mirrorwire("db", "reader", name)
    conn.execute("CREATE VIEW mirrorwire.newer AS SELECT 1 AS a")
    done = mirrorwire("db", "reader", name)
    assert (done.code, "renewed" in done.err) == (0, True)
    with as_reader(database_url, name) as reader:
        assert reader.execute("SELECT a FROM newer").fetchone() == (1,)


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_the_server_gets_a_verifier_and_nobody_the_password(
    conn: Connection, mirrorwire: Run, name: str, tmp_path: Path, way: str
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\nsecond line\n", encoding="utf-8")
    given = str(tmp_path / "password") if way == "file" else "-"
    done = mirrorwire("-v", "db", "reader", name, "--password-file", given, stdin=f"{PASSWORD}\n".encode())
    assert done.code == 0
    assert PASSWORD not in done.out + done.err
    (stored,) = conn.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [name]).fetchone() or ("",)
    assert stored.startswith("SCRAM-SHA-256$")
    mirrorwire("db", "reader", name)
    assert conn.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [name]).fetchone() == (stored,)


def test_a_role_that_writes_and_names_that_are_none_are_refused(conn: Connection, mirrorwire: Run) -> None:
    for role in (conn.info.user, "pg_monitor2", "Reader", "a b", 'x"; DROP TABLE article; --', "", "a" * 64):
        done = mirrorwire("db", "reader", "--", role)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), role
    done = mirrorwire("db", "reader", "x", "--prompt", "--password-file", "-")
    assert (done.code, "take one" in done.err) == (2, True)
    assert mirrorwire("db", "reader", "x", "--password-file", "-", stdin=b"\n").code == 2


def test_a_user_that_makes_no_roles_is_told(conn: Connection, database_url: str, mirrorwire: Run, name: str) -> None:
    role = sql.Identifier(name)
    conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    conn.execute(sql.SQL("GRANT USAGE ON SCHEMA mirrorwire TO {}").format(role))
    conn.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA mirrorwire TO {}").format(role))
    url = psycopg.conninfo.make_conninfo(database_url, user=name)
    done = mirrorwire("db", "reader", "another_reader", MIRRORWIRE_DATABASE_URL=url)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert f"{name} may not make the role another_reader" in done.err


def test_one_that_is_killed_leaves_no_role_and_can_be_called_again(
    conn: Connection, database_url: str, mirrorwire: Run, begin: Begin, name: str
) -> None:
    with psycopg.connect(database_url) as blocker:
        blocker.execute("GRANT SELECT ON mirrorwire.revisions TO PUBLIC")
        making = begin("db", "reader", name)
        wait_for(conn, "SELECT pid FROM pg_stat_activity WHERE query LIKE '%CREATE ROLE%' AND wait_event_type = 'Lock'")
        making.send_signal(signal.SIGKILL)
        making.wait()
        blocker.rollback()
    wait_for(conn, "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'mirrorwire db')")
    assert not is_there(conn, name)
    assert mirrorwire("db", "reader", name).code == 0
    assert is_there(conn, name)


def wait_for(conn: Connection, query: str) -> None:
    """Wait until a query has a row."""
    deadline = time.monotonic() + 60
    while conn.execute(query.encode()).fetchone() is None:
        assert time.monotonic() < deadline, query
        time.sleep(0.05)
