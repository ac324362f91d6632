"""Children that read pages, as forks of a process that has imported what they need: to start one costs half a second.

Such a child has a socket pair, streams, an environment and limits of its own, as one has that is really started.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, NoReturn

from mirrorwire.workers import child, process

MODULE = "mirrorwire.workers.child"


class ForkedReader:
    """A child as its pool minds it, in the place of a `subprocess.Popen`."""

    def __init__(self, orders: socket.socket, words: Sequence[str], options: dict[str, Any]) -> None:
        self._words, self._code = words, None
        self._answer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        fd, *limits = words[words.index(MODULE) + 1 :]
        order = json.dumps({"limits": limits, "env": options["env"]}).encode()
        with theirs:
            socket.send_fds(orders, [order], [theirs.fileno(), int(fd), options["stderr"].fileno()])
        self.pid = int(self._answer.recv(64))

    def kill(self) -> None:
        """End it, if it lives."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code, below zero for a signal; raises `TimeoutExpired`."""
        if self._code is None:
            self._answer.settimeout(timeout)
            try:
                self._code = int(self._answer.recv(64))
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired(self._words, timeout or 0.0) from None
            self._answer.close()
        return self._code


def take_readers_from(orders: socket.socket) -> None:
    """Have the pools of this process order their children there, where `serve` answers."""

    def start(words: Sequence[str], **options: Any) -> Any:
        if MODULE not in words:
            return subprocess.Popen(words, **options)
        return ForkedReader(orders, words, options)

    vars(process)["subprocess"] = SimpleNamespace(
        Popen=start, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )


def serve(order: dict[str, Any], answer: int, conn: int, stderr: int) -> NoReturn:
    """Be a child in a fork of this process, itself a fork, and answer with its process id, then with its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        os.close(conn)
        os.close(stderr)
        os.write(answer, str(pid).encode())
        _, status = os.waitpid(pid, 0)
        with suppress(BrokenPipeError):
            os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    os.dup2(stderr, 1)
    os.dup2(stderr, 2)
    os.close(stderr)
    faulthandler.enable()
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = [str(child.__file__), str(conn), *order["limits"]]
    child.serve(child.extract_or_verify)
