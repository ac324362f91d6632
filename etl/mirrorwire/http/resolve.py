"""Names looked up in threads that nobody has to wait for: `getaddrinfo` knows no timeout."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

MAX_LOOKUPS = 16
"""Lookups under way in one process. A hung one keeps its thread until the system's resolver gives up."""
MAX_ADDRESSES = 8
"""Addresses of one name that are looked at; a name may have any number."""

Address = tuple[socket.AddressFamily, tuple[Any, ...]]
"""A family and what `socket.connect` takes; the sockaddr's first item is the IP address."""


@dataclass(slots=True)
class _Lookup:
    done: threading.Event = field(default_factory=threading.Event)
    found: tuple[Address, ...] = ()
    error: tuple[Any, ...] | None = None


class Resolver:
    """Looks names up, each once however many threads ask at a time; threads may share it."""

    def __init__(self, *, lookups: int = MAX_LOOKUPS) -> None:
        self._lookups = lookups
        self._running: dict[tuple[str, int], _Lookup] = {}
        self._change = threading.Condition()

    def addresses(self, host: str, port: int, timeout_s: float) -> tuple[Address, ...]:
        """Return the stream addresses of a name or an IP address, in the system's order, at most `MAX_ADDRESSES`.

        Raises `socket.gaierror` for a name without any, `TimeoutError` when the answer takes longer, or when as many
        other lookups hang as are allowed.
        """
        if _is_literal(host):  # nothing to ask anybody
            return _found(host, port, socket.AI_NUMERICHOST)
        until = time.monotonic() + timeout_s
        lookup = self._begun((host, port), timeout_s)
        if lookup is None or not lookup.done.wait(max(0.0, until - time.monotonic())):
            raise TimeoutError(f"looking up {host} took too long")
        if lookup.error is not None:
            raise socket.gaierror(*lookup.error)
        return lookup.found

    def _begun(self, key: tuple[str, int], timeout_s: float) -> _Lookup | None:
        with self._change:
            if not self._change.wait_for(lambda: key in self._running or len(self._running) < self._lookups, timeout_s):
                return None
            lookup = self._running.get(key)
            if lookup is None:
                lookup = _Lookup()
                # A daemon, and none of an executor's: the interpreter exits without waiting for it.
                threading.Thread(target=self._look_up, args=(key, lookup), name="lookup", daemon=True).start()
                self._running[key] = lookup
            return lookup

    def _look_up(self, key: tuple[str, int], lookup: _Lookup) -> None:
        try:
            lookup.found = _found(*key)
        except (OSError, UnicodeError) as error:
            lookup.error = error.args if isinstance(error, socket.gaierror) else (socket.EAI_FAIL, str(error))
        finally:
            with self._change:
                del self._running[key]
                self._change.notify_all()
            lookup.done.set()


RESOLVER = Resolver()
"""The process's own: threads are the process's, so their bound is too."""


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _found(host: str, port: int, flags: int = 0) -> tuple[Address, ...]:
    results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    by_address = {sockaddr[0]: (family, sockaddr) for family, *_, sockaddr in reversed(results)}
    return tuple(reversed(by_address.values()))[:MAX_ADDRESSES]
