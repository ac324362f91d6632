"""One child process of any pool: started with a clean environment, spoken to over a socket pair, killed for good."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import mirrorwire

_KEPT = (
    "PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
    "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX",
)  # fmt: skip
"""What Python needs of the environment. Passwords and database URLs are nothing for who reads strangers' pages."""


class ChildProcess:
    """A program of ours in a process of its own, at the other end of a socket pair; `end` it in any case."""

    def __init__(
        self,
        module: str,
        *words: str,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        message_limit_s: float | None = None,
    ) -> None:
        """Start `python -m module FD words`; raises `OSError` if the system does not let us.

        `options` are Python's own, `environment` stands beside what every child gets, and nobody waits for longer than
        `message_limit_s` in the middle of a message.
        """
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        ours, theirs = socket.socketpair()
        with theirs:
            if message_limit_s is not None:
                for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
                    ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(message_limit_s) + 1, 0))
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", *options, "-m", module, str(theirs.fileno()), *words],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=self._stderr,
                    stderr=self._stderr,
                    env={**clean_environment(), **(environment or {})},
                )
            except BaseException:
                ours.close()
                self._stderr.close()
                raise
        self.conn: Connection[object, object] = Connection(ours.detach())

    @property
    def pid(self) -> int:
        return self._process.pid

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
            words = self._stderr.read().decode("utf-8", "replace").strip()
        return code, words


def clean_environment() -> dict[str, str]:
    """Return what a child process gets of our environment."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    root = str(Path(mirrorwire.__file__).parent.parent)  # the same package as the parent's, however that found it
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))
    return {**kept, "MALLOC_ARENA_MAX": "1"}
