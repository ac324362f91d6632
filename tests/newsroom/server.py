"""One origin of the newsroom on a loopback port, with its fault and its log."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any, Protocol

from .faults import REFUSE, Call, find
from .handler import POLL_S, Handler
from .log import RequestLog
from .web import Response, Site

HOST = "127.0.0.1"
HANDSHAKE_S = 5.0

FaultOf = Callable[[str], str | None]


class Publisher(Protocol):
    """Who runs an origin: what it serves now, where else it serves, and who takes control requests."""

    def site(self) -> Site: ...
    def other_origin(self, role: str) -> str: ...
    @property
    def elsewhere(self) -> int: ...
    def command(self, params: dict[str, str]) -> dict[str, object]: ...


class Origin:
    """One host of the publisher: its port is taken when it is made, `start` serves, `close` ends it."""

    def __init__(
        self, role: str, port: int, publisher: Publisher, *, name: str = HOST, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises OSError where the port is in use; 0 takes a free one.

        `name` is what its own addresses say in place of 127.0.0.1; with `tls` it serves https.
        """
        self.role = role
        self.name = name
        self.tls = tls
        self.requests = RequestLog()
        self.connections = 0  # that were opened to it, also those on which nothing was asked
        self.errors: list[BaseException] = []  # bugs of the newsroom itself, never a reader's
        self.stopping = threading.Event()
        self.publisher = publisher
        self._fault: str | FaultOf | None = None
        self._lock = threading.RLock()
        self._server = Server(self, port)
        self.port: int = self._server.server_address[1]
        self._refusing: socket.socket | None = None
        self._serving: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """http://127.0.0.1:PORT, or what its name and TLS make of it; also while connections are refused."""
        return f"{'https' if self.tls else 'http'}://{self.name}:{self.port}"

    @property
    def fault(self) -> str | FaultOf | None:
        """What is wrong with this host: None, a fault's name, or a function of the path that gives either.

        Setting an unknown name raises ValueError. "refuse" closes the socket and every open connection until
        another value is set; the port stays ours meanwhile.
        """
        return self._fault

    @fault.setter
    def fault(self, value: str | FaultOf | None) -> None:
        if isinstance(value, str):
            find(value)
        with self._lock:
            self._fault = value
            if value == REFUSE and self._refusing is None:
                self._stop()
                self._refusing = Server.bound_socket(self.port)
            elif value != REFUSE and self._refusing is not None:
                self._server = Server(self, self.port, bound=self._refusing)
                self._refusing = None
                self.start()

    def close(self) -> None:
        """Stops listening, ends every connection, hanging ones too. Doing it twice does no harm."""
        self.stopping.set()
        with self._lock:
            if self._refusing is not None:
                self._refusing.close()
                self._refusing = None
            else:
                self._stop()

    def answer(self, target: str) -> Response:
        """What this host answers to a request target, its fault included."""
        fault = self._fault
        name = fault(target) if callable(fault) else fault
        site = self.publisher.site()
        normal = site.respond(target)
        if name is None:
            return normal
        other = self.publisher.other_origin(self.role)
        call = Call(
            target=target,
            normal=normal,
            site=site,
            origin=self.origin,
            other_origin=other,
            elsewhere=self.publisher.elsewhere,
        )
        return find(name).apply(call)

    def start(self) -> None:
        """Serves in a thread of its own."""
        self._serving = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), daemon=True)
        self._serving.start()

    def _stop(self) -> None:
        if self._serving is not None:  # shutdown() would wait for ever for a loop that never began
            self._server.shutdown()
            self._serving = None
        self._server.server_close()
        self._server.end_connections()


class Server(ThreadingHTTPServer):
    """The listening socket of one origin, and the connections that it has open."""

    request_queue_size = 128

    def __init__(self, origin: Origin, port: int, bound: socket.socket | None = None) -> None:
        self.newsroom_origin = origin
        self._connections: dict[socket.socket, int] = {}  # with the thread that serves it
        try:
            super().__init__((HOST, port), Handler, bind_and_activate=bound is None)
        except OSError as error:
            raise OSError(error.errno, f"port {port} of {HOST}: {error.strerror}") from error
        if bound is not None:
            self.socket.close()
            self.socket = bound
            self.server_address = bound.getsockname()
            self.server_activate()

    @staticmethod
    def bound_socket(port: int) -> socket.socket:
        """Holds the port without listening: connections are refused, and nobody else takes it."""
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, port))
        return holder

    def server_bind(self) -> None:
        # Without HTTPServer's look-up of the host's name, which may wait for a name server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.newsroom_origin.connections += 1
        if (tls := self.newsroom_origin.tls) is not None:
            # Without a handshake yet: it would hold up the one thread that accepts.
            connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        if isinstance(request, ssl.SSLSocket):
            request.settimeout(HANDSHAKE_S)
            request.do_handshake()  # a reader who does not like the certificate ends it here
        super().finish_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._connections[request] = threading.get_ident()
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.pop(request, None)

    def end_connections(self) -> None:
        """Ends all but the one that the calling thread serves: it may be a control request for this."""
        for connection, thread in list(self._connections.items()):
            if thread != threading.get_ident():
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it has ended by itself

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.newsroom_origin.errors.append(error)
