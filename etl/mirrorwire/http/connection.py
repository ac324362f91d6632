"""Sockets that keep the guard's rules and one deadline: what `requests` connects and reads through."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from mirrorwire.http.codings import TooLarge
from mirrorwire.http.guard import Refused, check_address
from mirrorwire.http.resolve import RESOLVER, Address

MAX_HEAD_BYTES = 262_144
"""Everything before the body: status line, headers, interim responses. http.client alone would take 6.5 MB."""

_BUFFER_BYTES = 65_536
_MAX_LINE_BYTES = 65_536


@dataclass(slots=True, kw_only=True)
class Hop:
    """One request on its way.

    `deadline`: on the monotonic clock; `wire_bytes`: the most that may come behind the head, with its chunks' framing
    and trailers; `connected`: a socket was opened for it; `address`: the IP address that answered, `None` where that is
    a proxy's.
    """

    url: str
    hostname: str
    private: bool
    read_s: float
    deadline: float
    wire_bytes: int
    connected: bool = False
    address: str | None = None

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

    Behind a proxy the proxy connects: only the list of hosts holds there. There is none for SOCKS, through which
    connections would not be these.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.proxy is None and self.sock is not None:
            _check_peer(self.sock)  # a pooled connection may have been opened for a source that allows more
        super().request(*args, **kwargs)

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> http.client.HTTPResponse:
        _hop.get().address = _peer(sock) if self.proxy is None else None
        return _TimedResponse(sock, *args, **kwargs)


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection

    def _validate_conn(self, conn: Any) -> None:
        # As in urllib3, but for its warning: the source file asked for what is unverified, and captures say so.
        if conn.is_closed:
            conn.connect()


_POOLS = {"http": _Pool, "https": _TLSPool}


def _connect(connection: HTTPConnection) -> socket.socket:
    """Connect to the first address that answers, or to the proxy's; no packet goes out before all are checked.

    Lookup and addresses share the connect timeout: each has what is left, divided by the addresses still to be tried.
    """
    hop = _hop.get()
    direct = connection.proxy is None
    if direct and connection.host.lower() != hop.hostname:
        raise Refused(hop.url, f"would connect to {connection.host}")  # two readings of one URL
    until = min(hop.deadline, time.monotonic() + (connection.timeout or hop.left_s))
    try:
        # No name is resolved again after the check: the addresses connected to are these.
        addresses = RESOLVER.addresses(connection.host, connection.port, until - time.monotonic())
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, str(error)) from None
    if direct:
        for _, sockaddr in addresses:
            check_address(hop.url, str(sockaddr[0]), private=hop.private)
    failures: list[str] = []
    slow = 0
    for tried, (family, sockaddr) in enumerate(addresses):
        share_s = (until - time.monotonic()) / (len(addresses) - tried)
        try:
            sock = _opened(connection, (family, sockaddr), max(0.01, share_s))
        except TimeoutError:
            slow += 1
            failures.append(f"{sockaddr[0]}: took too long")
        except OSError as error:
            failures.append(f"{sockaddr[0]}: {error.strerror or error}")
        else:
            hop.connected = True
            sock.settimeout(min(connection.timeout or hop.left_s, hop.left_s))  # what TLS has
            return sock
    reasons = "; ".join(failures) or "the name has no address"
    raise (
        ConnectTimeoutError(connection, reasons)
        if failures and slow == len(failures)
        else NewConnectionError(connection, reasons)
    )


def _opened(connection: HTTPConnection, address: Address, timeout_s: float) -> socket.socket:
    family, sockaddr = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        for option in connection.socket_options or ():
            sock.setsockopt(*option)
        sock.settimeout(timeout_s)
        if connection.source_address:
            sock.bind(connection.source_address)
        sock.connect(sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def _check_peer(sock: socket.socket) -> None:
    hop, address = _hop.get(), _peer(sock)
    if address is None:
        return  # already closed by the other side: sending fails by itself
    try:
        check_address(hop.url, address, private=hop.private)
    except Refused:
        sock.close()
        raise


def _peer(sock: socket.socket) -> str | None:
    try:
        return str(sock.getpeername()[0])
    except OSError:
        return None


class _TimedResponse(http.client.HTTPResponse):
    """A response whose head and body are both read against the hop's deadline and its bytes."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._reader = _TimedReader(self.fp.detach(), sock, _hop.get())
        self.fp = io.BufferedReader(self._reader, _BUFFER_BYTES)

    def begin(self) -> None:
        super().begin()
        self._reader.begin_body()

    def _close_conn(self) -> None:
        # Called when the body ends. Python's own leaves what comes behind it to whoever asks next.
        over = not self.chunked and self.length == 0 and self._over()
        super()._close_conn()  # type: ignore[misc]
        if over:
            self._reader.shut()
            if self.status not in (204, 304):  # these have no body, whatever is sent; it is not read
                raise http.client.HTTPException("more body than its Content-Length states")

    def _over(self) -> bool:
        """Whether more than a line break has come behind the stated end, as far as it is here already."""
        self._reader.wait = False
        return bool(self.fp.peek().strip(b"\r\n"))

    def _read_status(self) -> tuple[str, int, str]:
        # Interim responses may come unasked (RFC 9110, 15.2); http.client knows 100 alone.
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:
                return version, status, reason
            if status == 101:
                raise http.client.HTTPException("switches protocols unasked")
            while (line := self.fp.readline(_MAX_LINE_BYTES + 1)).rstrip(b"\r\n"):
                if len(line) > _MAX_LINE_BYTES:
                    raise http.client.LineTooLong("header line")


class _TimedReader(io.RawIOBase):
    """A socket's reader; each read waits no longer than the read timeout, none goes past the deadline or the cap.

    With `wait` False it gives what is here already.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, hop: Hop) -> None:
        super().__init__()
        self._raw, self._sock, self._hop = raw, sock, hop
        self._left, self._what = MAX_HEAD_BYTES, f"more than {MAX_HEAD_BYTES} bytes of headers"
        self.wait = True

    def begin_body(self) -> None:
        """The head is read: what comes now is body. The part of it that came along with the head is not counted."""
        self._left, self._what = self._hop.wire_bytes, f"more than {self._hop.wire_bytes} bytes on the wire"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        hop = self._hop
        self._sock.settimeout(min(hop.read_s, hop.left_s) if self.wait else 0.0)
        try:
            count = self._sock.recv_into(buffer)
        except OSError:
            if self.wait:
                raise
            return 0  # nothing is here yet
        self._left -= count
        if self._left < 0:
            raise TooLarge(self._what)
        return count

    def shut(self) -> None:
        """End the connection, so that nobody asks again over it."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
