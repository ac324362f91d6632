"""Child processes that may outlive their parent: known by pid and birth, ended with all their descendants."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass

import psutil

GRACE_S = 10.0
CLOCK_S = 10.0  # the system clock may have been set since; a pid is not used again so soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One child process and all that it starts. `started` is its creation time, since pids are used again."""

    name: str
    pid: int
    started: float

    def alive(self) -> bool:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.started) < CLOCK_S and process.status() != psutil.STATUS_ZOMBIE
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


def free_port(wanted: int) -> int:
    """`wanted` when nothing listens there on loopback, else a free port; OSError when there is none."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just given up is free
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
