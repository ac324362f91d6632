"""`mirrorwire` in forks of a process that has imported it: to start Python and import costs more than most commands.

A command has a process, streams, an environment and an exit code of its own, as people's have. What Python reads of
the environment when it starts is that of the tests: a test that changes it needs a process that is really started.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from mirrorwire import cli

LIMIT_S = 240
ROOM = 1 << 20
"""Bytes of an order at most: words and environment."""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


class CommandForks:
    """The process whose forks run commands; a context manager. Commands may run at once."""

    def __enter__(self) -> Self:
        env = dict(os.environ)
        self._began_with = _at_start(env)
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        with theirs:
            words = [sys.executable, "-m", "tests.support.command_forks", str(theirs.fileno())]
            self._process = subprocess.Popen(words, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=env)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._orders.close()
        self._process.wait(30)

    def is_fork(self, env: Mapping[str, str]) -> bool:
        """Tell whether a command with this environment is a fork, and no process that is really started."""
        return _at_start(env) == self._began_with

    def run(self, words: Sequence[str], env: Mapping[str, str], stdin: bytes = b"", timeout_s: int = LIMIT_S) -> Ran:
        """Run a command to its end; the code is negative for a signal, which SIGALRM is after `timeout_s`.

        Where Python would start with another environment than this process had, it is really started.
        """
        if not self.is_fork(env):
            command = [sys.executable, "-m", "mirrorwire.cli", *words]
            done = subprocess.run(command, input=stdin, capture_output=True, env=env, timeout=timeout_s, check=False)
            return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        order = json.dumps(
            {"words": list(words), "env": dict(env), "cwd": str(Path.cwd()), "timeout_s": timeout_s}
        ).encode()
        ours, theirs = socket.socketpair()
        with (
            ours,
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            given.write(stdin)
            given.seek(0)
            with theirs:
                fds = [theirs.fileno(), given.fileno(), out.fileno(), err.fileno()]
                socket.send_fds(self._orders, [order], fds)
            answer = ours.recv(64)
            assert answer, "the process that runs commands is gone"
            out.seek(0)
            err.seek(0)
            return Ran(int(answer), out.read().decode(), err.read().decode())


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What Python and libraries may read of an environment when they start: all that commands do not read by name."""
    later = ("MIRRORWIRE_", "AIRFLOW", "PG", "PYTEST_")
    return {name: value for name, value in env.items() if not name.startswith(later)}


def main() -> None:
    """Serve orders until the tests hang up."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    for place in cli.COMMANDS.values():
        import_module(f"mirrorwire.commands.{place.module}")
    gc.collect()
    gc.freeze()  # what is imported is looked through by no fork, which would copy all of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who minds a command is waited for by nobody
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests hang up when they are interrupted
    while True:
        text, fds, _, _ = socket.recv_fds(orders, ROOM, 4)
        if not text:
            return
        if os.fork() == 0:
            orders.close()
            mind(json.loads(text), *fds)
        for fd in fds:
            os.close(fd)


def mind(order: dict[str, object], answer: int, *streams: int) -> NoReturn:
    """Run the command in a fork, and answer with its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        for fd in streams:
            os.close(fd)
        _, status = os.waitpid(pid, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update({str(key): str(value) for key, value in dict(order["env"]).items()})  # type: ignore[call-overload]
    os.chdir(str(order["cwd"]))
    sys.argv = [str(cli.__file__), *order["words"]]  # type: ignore[misc]
    sys.modules["__main__"] = cli  # from which usage takes the name of the program
    signal.alarm(int(str(order["timeout_s"])))
    os._exit(_code_of_command())


def _code_of_command() -> int:
    """Run the command as Python does, but for taking down its modules, which would cost more than most commands."""
    code = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()  # as a fork of multiprocessing ends
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return 120
    return code


if __name__ == "__main__":
    main()
