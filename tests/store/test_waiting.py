"""Waiting for the database: with a limit, with a word of who holds it, and not for one that is silent."""

from __future__ import annotations

import logging
import os
import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from mirrorwire.core.config import SQL, Settings
from mirrorwire.core.errors import DatabaseBusy, DatabaseUnavailable
from mirrorwire.pipeline import step_work
from mirrorwire.store import db, embedded, locks, migrate, waiting
from tests.conftest import Ran
from tests.newsroom import Newsroom
from tests.support.ingest import ingest

Run = Callable[..., Ran]
Rows = Callable[..., list[dict[str, Any]]]


class Proxy:
    """Hands TCP connections on to the server's socket, until `stalled` is set: then it takes, and gives nothing."""

    def __init__(self, socket_path: Path) -> None:
        self.stalled, self._path = threading.Event(), socket_path
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._path))
                for come, go in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=(come, go), daemon=True).start()

    def _copy(self, come: socket.socket, go: socket.socket) -> None:
        with suppress(OSError):
            while data := come.recv(65536):
                while self.stalled.is_set():
                    time.sleep(0.05)
                go.sendall(data)
            go.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.stalled.clear()
        self._server.close()


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxy]:
    folder = parse_qs(urlsplit(database_url).query)["host"][0]
    found = Proxy(Path(folder) / ".s.PGSQL.5432")
    yield found
    found.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process look soon, and take a database for dead after 2 s."""
    monkeypatch.setattr(waiting, "SAY_AFTER_S", 1.0)
    monkeypatch.setattr(waiting, "DEAD_AFTER_S", 2.0)
    monkeypatch.setattr(waiting, "_ANSWER_S", 2.0)


@contextmanager
def holding(url: str, statement: str) -> Iterator[psycopg.Connection[Any]]:
    """Hold what a statement takes, in a transaction of somebody called `psql of ann`."""
    with psycopg.connect(url, application_name="psql of ann") as conn:
        conn.execute(statement.encode())
        yield conn


def test_a_table_that_somebody_locks_ends_a_command_with_who_and_what_to_do(
    settings: Settings, mirrorwire: Run
) -> None:
    assert settings.database_url
    step_work.prepare(settings)
    with holding(settings.database_url, "LOCK TABLE link") as holder:
        done = mirrorwire("status", MIRRORWIRE_LOCK_WAIT_S="4")
        pid = holder.info.backend_pid
    last = done.err.splitlines()[-1]
    assert done.code == 1
    assert f"for a lock, held by pid {pid} (psql of ann, role postgres, on this machine, idle in transaction" in last
    assert "last statement: LOCK TABLE link" in last and "pg_terminate_backend" in last
    assert "waiting for" in done.err.splitlines()[0], "and it was said while it waited"


def test_a_run_that_meets_a_locked_table_ends_and_goes_on_later(
    settings: Settings, newsroom: Newsroom, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.database_url
    step_work.prepare(settings)
    monkeypatch.setenv("MIRRORWIRE_LOCK_WAIT_S", "1")
    with holding(settings.database_url, "LOCK TABLE link"), pytest.raises(DatabaseBusy):
        ingest(settings, "courier")
    assert ingest(settings, "courier").failures == ()
    assert len(rows("SELECT 1 FROM articles")) == len(newsroom.articles)


def test_a_lock_that_comes_free_in_time_is_waited_for(
    database_url: str, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    def soon(conn: psycopg.Connection[Any]) -> None:
        time.sleep(3)
        conn.rollback()

    with (
        caplog.at_level(logging.WARNING),
        psycopg.connect(database_url, application_name="psql of ann") as holder,
        db.connect(database_url) as conn,
    ):
        holder.execute("LOCK TABLE link")
        thread = threading.Thread(target=soon, args=(holder,))
        thread.start()
        assert conn.execute("SELECT count(*) FROM link").fetchone() == (0,)
        thread.join()
    assert "psql of ann" in caplog.text


def test_a_lock_of_ours_whose_holder_is_still_is_given_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MIRRORWIRE_LOCK_WAIT_S", "1")
    monkeypatch.setattr(locks, "SHORT_WORK", 2)
    with db.connect(database_url) as holder, db.connect(database_url) as conn, caplog.at_level(logging.WARNING):
        db.name_session(holder, "fetch 3 courier")
        with locks.held(holder, "document:courier /rss.xml"):
            with (
                pytest.raises(DatabaseBusy, match="mirrorwire fetch 3 courier") as raised,
                locks.held(conn, "document:courier /rss.xml"),
            ):
                pass
            with locks.held(conn, "document:courier /other.xml"):
                pass
        assert raised.value.waited_s < 10
        assert "waiting for" in caplog.text and "fetch 3 courier" in caplog.text
        with locks.held(conn, "document:courier /rss.xml"):
            pass
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_a_lock_whose_holder_works_is_waited_for_beyond_the_limit(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIRRORWIRE_LOCK_WAIT_S", "1")
    monkeypatch.setattr(locks, "SHORT_WORK", 2)
    taken, began = threading.Event(), time.monotonic()

    def work() -> None:
        with db.connect(database_url) as conn, locks.held(conn, "warcs"):
            taken.set()
            for _ in range(25):
                conn.execute("SELECT 1")
                time.sleep(0.2)

    thread = threading.Thread(target=work)
    thread.start()
    taken.wait(10)
    with db.connect(database_url) as conn, locks.held(conn, "warcs"):
        assert time.monotonic() - began > 4
    thread.join()


@pytest.mark.parametrize("both", [True, False], ids=["for all", "for this connection"])
def test_a_database_that_stops_answering_is_given_up(
    database_url: str, proxy: Proxy, impatient: None, monkeypatch: pytest.MonkeyPatch, both: bool
) -> None:
    name = urlsplit(database_url).path
    url = f"postgresql://postgres@127.0.0.1:{proxy.port}{name}"
    began = time.monotonic()
    with db.connect(url) as conn:
        proxy.stalled.set()
        if not both:  # who asks anew comes through
            monkeypatch.setattr(waiting, "complete", lambda url: database_url)
        with pytest.raises(DatabaseUnavailable, match=r"does not answer any more|lost on its way"):
            conn.execute("SELECT 1")
    assert time.monotonic() - began < 30


def test_a_migration_that_waits_for_somebody_ends(
    server: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIRRORWIRE_LOCK_WAIT_S", "1")
    url = db.embedded_database(server, "waits", fresh=True)
    for path in (SQL / "migrations").glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    migrate.migrate(url, tmp_path)
    (tmp_path / "9999_more.sql").write_text("ALTER TABLE link ADD COLUMN more int;\n")
    with holding(url, "LOCK TABLE link"), pytest.raises(DatabaseBusy, match="psql of ann"):
        migrate.migrate(url, tmp_path)
    assert migrate.migrate(url, tmp_path) == ["9999_more.sql"]


def test_a_session_says_what_it_works_at(
    settings: Settings, mirrorwire: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    find = step_work.find_source

    def spy(settings: Settings, key: str) -> Any:
        with psycopg.connect(settings.database_url or "") as conn:
            query = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'mirrorwire %'"
            seen.extend(name for (name,) in conn.execute(query))
        return find(settings, key)

    monkeypatch.setattr(step_work, "find_source", spy)
    ingest(settings, "courier")
    assert {"mirrorwire discover courier", "mirrorwire fetch 1 courier", "mirrorwire load courier"} <= set(seen)


def test_a_name_that_people_gave_their_sessions_stays(database_url: str) -> None:
    with db.connect(f"{database_url}&application_name=ann&options=-c%20lock_timeout%3D7s") as conn:
        db.name_session(conn, "fetch 1 courier")
        shown = conn.execute("SELECT current_setting('application_name'), current_setting('lock_timeout')").fetchone()
    assert shown == ("ann", "7s")


def test_the_clocks_of_a_connection_are_set_unless_its_url_sets_them(database_url: str, proxy: Proxy) -> None:
    url = f"postgresql://postgres@127.0.0.1:{proxy.port}{urlsplit(database_url).path}"
    for more, idle_s, user_timeout_ms in (
        ("", "12", "30000"),
        ("?keepalives_idle=5&tcp_user_timeout=9000", "5", "9000"),
    ):
        with db.connect(url + more) as conn:
            given = conn.info.get_parameters()
            assert (given["keepalives_idle"], given["tcp_user_timeout"]) == (idle_s, user_timeout_ms)
            with socket.socket(fileno=os.dup(conn.pgconn.socket)) as sock:
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == int(idle_s)
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == int(user_timeout_ms)


def test_a_limit_that_is_none_is_refused(mirrorwire: Run) -> None:
    done = mirrorwire("status", MIRRORWIRE_LOCK_WAIT_S="soon")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "MIRRORWIRE_LOCK_WAIT_S" in done.err


def test_a_process_that_is_stopped_while_it_starts_the_server_holds_nobody_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_START_S", 0.2)
    (tmp_path / "postgres").mkdir()
    first, second = (embedded._alone(tmp_path / "postgres") for _ in range(2))
    with first, pytest.raises(DatabaseUnavailable, match="another process"), second:
        pass
