"""`mirrorwire` in forks of a process that has imported it: to start Python and import costs more than most commands.

Programs of tests that use it run there too. A command has a process, streams, an environment and an exit code of its
own, as people's have. What Python reads of the environment when it starts is that of the tests: a test that changes it
needs a process that is really started.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
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
from typing import IO, NoReturn, Self

from mirrorwire import cli
from mirrorwire.workers import child
from tests.support import forked_readers
from tests.support.command_line import exit_code

LIMIT_S = 240
ROOM = 1 << 20
"""Bytes of an order at most: words and environment."""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def assert_one_line(done: Ran, code: int, *words: str) -> None:
    """Assert that a command ended with this code, and with one line on stderr that holds these words."""
    assert done.code == code, done
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


class Running:
    """A command that was begun: a process of its own, which its user ends or waits for."""

    def __init__(self, answer: socket.socket, out: IO[bytes], err: IO[bytes]) -> None:
        self._answer, self._out, self._err = answer, out, err
        self.pid = int(self._answered())

    def has_ended(self) -> bool:
        """Tell whether it has ended, which `wait` then tells more of."""
        return bool(select.select([self._answer], [], [], 0)[0])

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended; `wait` for it after."""
        if not self.has_ended():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a machine does that fails; `wait` for it after."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> Ran:
        """Wait for its end; the code is negative for a signal, which SIGALRM is after its limit of time."""
        code = int(self._answered())
        with self._answer, self._out, self._err:
            self._out.seek(0)
            self._err.seek(0)
            return Ran(code, self._out.read().decode(), self._err.read().decode())

    def _answered(self) -> bytes:
        answer = self._answer.recv(64)
        assert answer, "the process that runs commands is gone"
        return answer


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
        """Run a command to its end.

        Where Python would start with another environment than this process had, it is really started.
        """
        if self.is_fork(env):
            return self.begin(words, env, stdin, timeout_s).wait()
        command = [sys.executable, "-m", "mirrorwire.cli", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, env=env, timeout=timeout_s, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run_program(self, program: str, words: Sequence[str], env: Mapping[str, str]) -> Ran:
        """Run Python as `python -c` does, to its end, with the package imported before it begins."""
        assert self.is_fork(env), "it is to start with another environment than forks have"
        return self.begin(words, env, program=program).wait()

    def begin(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        stdin: bytes = b"",
        timeout_s: int = LIMIT_S,
        stdout: int | None = None,
        program: str | None = None,
    ) -> Running:
        """Begin a command in a fork and return at once.

        `stdout` is what it writes to in place of a file of ours, `program` the Python that runs in place of the command
        line.
        """
        order = json.dumps(
            {
                "words": list(words),
                "env": dict(env),
                "cwd": str(Path.cwd()),
                "timeout_s": timeout_s,
                "program": program,
            }
        ).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has ended
        with theirs, tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            fds = [theirs.fileno(), given.fileno(), out.fileno() if stdout is None else stdout, err.fileno()]
            socket.send_fds(self._orders, [order], fds)
        return Running(ours, out, err)


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What Python and libraries may read of an environment when they start: all that commands do not read by name."""
    later = ("MIRRORWIRE_", "AIRFLOW", "PG", "PYTEST_")
    return {
        name: value for name, value in env.items() if not name.startswith(later) and not name.lower().endswith("_proxy")
    }


def main() -> None:
    """Serve orders until the tests hang up: theirs for commands, and those of commands for children that read pages."""
    commands = socket.socket(fileno=int(sys.argv[1]))
    readers, of_commands = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for place in cli.COMMANDS.values():
        import_module(f"mirrorwire.commands.{place.module}")
    child.warm_up()
    gc.collect()
    gc.freeze()  # what is imported is looked through by no fork, which would copy all of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who minds a command is waited for by nobody
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests hang up when they are interrupted
    while True:
        for orders in select.select([commands, readers], [], [])[0]:
            text, fds, _, _ = socket.recv_fds(orders, ROOM, 4)
            if not text:
                return
            if os.fork() == 0:
                commands.close()
                readers.close()
                if orders is readers:
                    of_commands.close()
                    forked_readers.serve(json.loads(text), *fds)
                forked_readers.take_readers_from(of_commands)
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
        os.write(answer, str(pid).encode())
        _, status = os.waitpid(pid, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
        os.close(fd)
    _open_streams()
    os.environ.clear()
    os.environ.update({str(key): str(value) for key, value in dict(order["env"]).items()})  # type: ignore[call-overload]
    os.chdir(str(order["cwd"]))
    sys.argv = [str(cli.__file__), *order["words"]]  # type: ignore[misc]
    sys.modules["__main__"] = cli  # from which usage takes the name of the program
    signal.alarm(int(str(order["timeout_s"])))
    os._exit(_code_of_command(order["program"]))


def _open_streams() -> None:
    """Open stdin, stdout and stderr as Python does when it starts: whether one is a pipe is asked but once."""
    sys.stdin = open(0, encoding="locale", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="locale", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="locale", errors="backslashreplace", closefd=False)  # noqa: SIM115


def _code_of_command(program: object) -> int:
    """Run the command or program as Python does, but for taking down its modules, which would cost more than it."""
    code = exit_code(None if program is None else str(program))
    atexit._run_exitfuncs()  # as a fork of multiprocessing ends
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return 120
    return code


if __name__ == "__main__":
    main()
