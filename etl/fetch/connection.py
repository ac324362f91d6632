"""Sockets that keep the guard's rules and one deadline: what `requests` connects and reads through."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from etl.fetch.guard import Refused, check_address


@dataclass(slots=True, kw_only=True)
class Hop:
    """One request on its way. `deadline`: on the monotonic clock; `connected`: a socket was opened for it."""

    url: str
    hostname: str
    private: bool
    read_s: float
    deadline: float
    connected: bool = False

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; raises `TimeoutError` when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


_hop: ContextVar[Hop] = ContextVar("hop")


@contextmanager
def on(hop: Hop) -> Iterator[None]:
    """Requests sent within obey this hop's rules."""
    token = _hop.set(hop)
    try:
        yield
    finally:
        _hop.reset(token)


class GuardedAdapter(HTTPAdapter):
    """Connections of this adapter refuse addresses that the hop may not reach, and end at its deadline.

    Behind a proxy the proxy connects: only the list of hosts holds there.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self) if self.proxy is None else super()._new_conn()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.proxy is None and self.sock is not None:
            _check_peer(self.sock)  # a pooled connection may have been opened for a source that allows more
        super().request(*args, **kwargs)

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> http.client.HTTPResponse:
        return _TimedResponse(sock, *args, **kwargs)


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


_POOLS = {"http": _Pool, "https": _TLSPool}


def _connect(connection: HTTPConnection) -> socket.socket:
    """Connect to the first address that answers, each checked before a packet goes to it."""
    hop = _hop.get()
    if connection.host.lower() != hop.hostname:
        raise Refused(hop.url, f"would connect to {connection.host}")  # two readings of one URL
    try:
        # No name is resolved again after the check: the addresses connected to are these.
        found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(connection.host, connection, reason) from error
    failure: HTTPError | None = None
    for address in dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found):
        check_address(hop.url, address, private=hop.private)
        try:
            sock = create_connection(
                (address, connection.port),
                min(connection.timeout or hop.left_s, hop.left_s),
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except TimeoutError:
            failure = ConnectTimeoutError(connection, f"connecting to {address} took too long")
        except OSError as error:
            failure = NewConnectionError(connection, f"{address}: {error.strerror or error}")
        else:
            hop.connected = True
            _check_peer(sock)
            return sock
    raise failure or NewConnectionError(connection, "the name has no address")


def _check_peer(sock: socket.socket) -> None:
    hop = _hop.get()
    try:
        address = str(sock.getpeername()[0])
    except OSError:
        return  # already closed by the other side: sending fails by itself
    try:
        check_address(hop.url, address, private=hop.private)
    except Refused:
        sock.close()
        raise


class _TimedResponse(http.client.HTTPResponse):
    """A response whose head and body are both read against the hop's deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, _hop.get()))


class _TimedReader(io.RawIOBase):
    """A socket's reader; each read waits no longer than the read timeout, and none goes past the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, hop: Hop) -> None:
        super().__init__()
        self._raw, self._sock, self._hop = raw, sock, hop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(self._hop.read_s, self._hop.left_s))
        return self._raw.readinto(buffer)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
