"""One child process: started with a clean environment, spoken to over a socket pair, killed for good."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import mirrorwire
from mirrorwire.workers.messages import Begun, Chunk, Found, Ready

START_LIMIT_S = 60.0
"""Importing everything takes less than a second of an idle machine."""
MAX_STDERR_CHARS = 4000
_KEPT = (
    "PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
    "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX",
)  # fmt: skip
"""What Python needs of the environment. Passwords and database URLs are nothing for who reads strangers' pages."""


class Child:
    """A child process and the chunk it works on, whose first page is number `first` of all."""

    def __init__(self, module: str, *, time_limit_s: float, memory_limit_bytes: int) -> None:
        """Start it; raises `OSError` if the system does not let us."""
        self._time_limit_s = time_limit_s
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        ours, theirs = socket.socketpair()
        with theirs:
            for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):  # nobody waits in the middle of a message
                ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(time_limit_s) + 1, 0))
            words = (str(theirs.fileno()), str(time_limit_s), str(memory_limit_bytes))
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-X", "faulthandler", "-m", module, *words],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=self._stderr,
                    stderr=self._stderr,
                    env=environment(),
                )
            except BaseException:
                ours.close()
                self._stderr.close()
                raise
        self.conn: Connection[object, object] = Connection(ours.detach())
        self.ready = self.begun = False
        self.chunk: Chunk | None = None
        self.first = self.at = 0
        self.deadline = time.monotonic() + START_LIMIT_S

    @property
    def pid(self) -> int:
        return self._process.pid

    def give(self, chunk: Chunk, first: int) -> None:
        """Give it a chunk, which is sent when it is ready; raises `OSError` if it is gone."""
        self.chunk, self.first, self.at, self.begun = chunk, first, 0, False
        if self.ready:
            self._send()

    def note_response(self, message: object) -> tuple[int, Found] | None:
        """Take a message; return a page's number and what was found if it tells of one."""
        if isinstance(message, Ready):
            self.ready = True
            self._send()
            return None
        self.deadline = time.monotonic() + self._time_limit_s
        if isinstance(message, Begun):
            self.begun = True
            return None
        assert self.chunk is not None  # noqa: S101 - it answers chunks only
        number = self.first + self.at
        self.at += 1
        if self.at == len(self.chunk.jobs):
            self.chunk = None
        found: Found = message  # type: ignore[assignment]
        return number, found

    def end(self, *, grace_s: float = 0.0) -> tuple[int, str]:
        """Kill it if it lives; return its exit code (a signal's number below zero) and what it wrote on stderr.

        `grace_s` is for one that has hung up, and is about to end by itself.
        """
        self.conn.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        self._process.kill()
        code = self._process.wait()
        with self._stderr:
            self._stderr.seek(0)
            said = self._stderr.read().decode("utf-8", "replace").strip()[:MAX_STDERR_CHARS]
        return code, said

    def _send(self) -> None:
        self.deadline = time.monotonic() + self._time_limit_s
        if self.chunk is not None:
            self.conn.send(self.chunk)


def environment() -> dict[str, str]:
    """Return what a child process gets of our environment."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    root = str(Path(mirrorwire.__file__).parent.parent)  # the same package as the parent's, however that found it
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))
    return {**kept, "MALLOC_ARENA_MAX": "1"}
