"""Command lines in forks of one process: imports are paid once, and memory and network are each run's own.

One JSON object a line comes on stdin (the fields of `Order`), one a line goes out (those of `Outcome`). In a fork
names are resolved by the order's table alone, and nothing but loopback can be connected to: what else is tried is
refused and told.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

from tests.support.command_line import exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command line to run. `names` gives the addresses that each name resolves to, look-up by look-up."""

    words: list[str]
    env: dict[str, str]
    timeouts: dict[str, float]
    names: dict[str, list[str]] = field(default_factory=dict)
    limit_s: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended. `code` is negative for a signal; `astray` are the addresses beyond loopback that it tried."""

    code: int
    out: str = ""
    err: str = ""
    elapsed_s: float = 0.0
    peak_mb: float = 0.0
    astray: list[str] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)


class Names:
    """Stands in for `socket.getaddrinfo`: a name without an address does not exist, and no other server is asked."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        self.lookups: list[str] = []
        self._names, self._real = names, socket.getaddrinfo

    def __call__(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if _is_address(name) or name == "localhost":
            return self._real(host, port, *args, **kwargs)
        addresses = self._names.get(name.lower(), [])
        self.lookups.append(name)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        turn = self.lookups.count(name) - 1  # the last answer stays
        return self._real(addresses[min(turn, len(addresses) - 1)], port, *args, **kwargs)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def only_loopback(astray: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that refuses to connect anywhere but to loopback, and notes the address."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event != "socket.connect" or args[0].family not in (socket.AF_INET, socket.AF_INET6):
            return
        address = str(args[1][0])
        if not _is_address(address) or not ip_address(address).is_loopback:
            astray.append(f"{address}:{args[1][1]}")
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

    return hook


def run(order: Order, result: Path) -> NoReturn:
    """Run it in this process, which ends with it; the outcome is written to `result`."""
    from mirrorwire.fetch import run_fetcher
    from mirrorwire.http import client

    names, astray = Names(order.names), list[str]()
    os.environ.clear()
    os.environ.update(order.env)
    sys.argv = ["mirrorwire", *order.words]
    vars(run_fetcher)["Client"] = partial(client.Client, timeouts=client.Timeouts(**order.timeouts))
    vars(socket)["getaddrinfo"] = names
    sys.addaudithook(only_loopback(astray))
    signal.alarm(order.limit_s)
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = exit_code()
        elapsed_s = time.monotonic() - began
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for file in (out, err):
            file.seek(0)
        outcome = Outcome(
            code=code,
            out=out.read().decode(),
            err=err.read().decode(),
            elapsed_s=elapsed_s,
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            astray=astray,
            lookups=names.lookups,
        )
        result.write_text(json.dumps(asdict(outcome)))
    os._exit(0)


def main() -> None:
    """Serve orders until stdin ends."""
    import mirrorwire.cli  # noqa: F401 - what every fork begins with

    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "outcome.json"
        for line in sys.stdin:
            result.unlink(missing_ok=True)
            child = os.fork()
            if child == 0:
                run(Order(**json.loads(line)), result)
            _, status, _ = os.wait4(child, 0)
            told = result.read_text() if result.exists() else json.dumps(asdict(Outcome(code=-os.WTERMSIG(status))))
            print(told, flush=True)


if __name__ == "__main__":
    main()
