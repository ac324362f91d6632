"""Child processes that may outlive their parent: known by pid and birth, ended with all their descendants."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from mirrorwire.core.errors import Transient

GRACE_S = 10.0
PORT_TRIES = 50
CLOCK_S = 10.0  # the system clock may have been set since; a pid is not used again so soon


class NoPort(Transient):
    """No free port of 127.0.0.1 was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One child process and all that it starts. `started` is its creation time, since pids are used again.

    `command` and `cwd` are what it was started by, so that it can be started again.
    """

    name: str
    pid: int
    started: float
    command: tuple[str, ...] = ()
    cwd: str = ""

    def alive(self) -> bool:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.started) < CLOCK_S and process.status() != psutil.STATUS_ZOMBIE
        return False

    def works(self) -> bool:
        """Return whether it lives and nobody has suspended it."""
        with contextlib.suppress(psutil.Error):
            return self.alive() and psutil.Process(self.pid).status() != psutil.STATUS_STOPPED
        return False

    def listens(self, port: int) -> bool:
        """Return whether this service, and no other program, accepts connections on a port."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                for socket_ in process.net_connections("inet"):
                    if socket_.status == psutil.CONN_LISTEN and socket_.laddr.port == port:
                        return True
        return False

    def family(self) -> list[psutil.Process]:
        """The process, its descendants, and orphans of its session."""
        found: dict[int, psutil.Process] = {}
        if self.alive():
            with contextlib.suppress(psutil.Error):
                leader = psutil.Process(self.pid)
                found = {child.pid: child for child in (leader, *leader.children(recursive=True))}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
                if os.getsid(process.pid) == self.pid and process.create_time() > self.started - CLOCK_S:
                    found.setdefault(process.pid, process)
        return [process for process in found.values() if process.pid != os.getpid()]

    def stop(self, grace_s: float = GRACE_S) -> bool:
        """SIGTERM, `grace_s` to end its children, then SIGKILL to what is left; returns whether any lived."""
        family = self.family()
        leaders = [process for process in family if process.pid == self.pid]
        for leader in leaders:
            with contextlib.suppress(psutil.Error):
                leader.terminate()
        psutil.wait_procs(leaders, timeout=grace_s)
        left = {process.pid: process for process in (*family, *self.family())}
        for process in left.values():
            with contextlib.suppress(psutil.Error):
                if process.is_running():
                    process.kill()
        psutil.wait_procs(list(left.values()), timeout=5)
        return bool(family)


@contextlib.contextmanager
def held_ports(*wanted: int) -> Iterator[tuple[int, ...]]:
    """Give each wanted port of loopback, or a free one where it is taken, and keep them from others meanwhile.

    They are kept from whoever asks here, in any process of this user. A stranger may still take one: only
    `Service.listens` says whose it is. 0 means any free port. Raises `NoPort`.
    """
    with contextlib.ExitStack() as locks:
        yield tuple(_hold(port, locks) for port in wanted)


def _hold(wanted: int, locks: contextlib.ExitStack) -> int:
    for _ in range(PORT_TRIES):
        port = wanted or free_port(0)
        wanted = 0
        with contextlib.ExitStack() as attempt:
            # The lock first: a port that is free now may be one that its holder is about to take.
            if _lock(port, attempt) and free_port(port) == port:
                locks.push(attempt.pop_all())
                return port
    raise NoPort(f"no free port of 127.0.0.1 in {PORT_TRIES} tries")


def _lock(port: int, locks: contextlib.ExitStack) -> bool:
    """Lock a port's file until `locks` closes; whether nobody else has it. Where no file can be made, nobody has."""
    folder = Path(tempfile.gettempdir()) / f"mirrorwire-ports-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid != os.getuid():
            return True
        file: IO[str] = locks.enter_context((folder / str(port)).open("w", encoding="ascii"))
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free_port(wanted: int) -> int:
    """Return `wanted` when nothing listens there on loopback, else a free port; OSError when there is none."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just given up is free
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Return whether any program accepts connections on this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
