"""Sites of one test on loopback: servers whose answers the test writes, good ones and broken ones."""

from __future__ import annotations

import http.server
import pickle
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.records import Host, Source
from mirrorwire.http.client import Client
from mirrorwire.http.limits import Timeouts

QUICK = Timeouts(connect_s=1, read_s=0.6, total_s=1.2)
PATIENT = Timeouts(connect_s=30, read_s=30, total_s=60)
PATH = "/Detail/2024/03/01/7/slug"


@dataclass
class Site:
    """A server on loopback: `routes` answer by path, everything else is 404; `seen` are the paths asked.

    `tunnel` is the origin that CONNECT leads to, whatever it names.
    """

    url: str = ""
    routes: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    tunnel: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def host(self) -> Host:
        return Host(url=self.url)

    def pages(self) -> list[str]:
        return [path for path in self.seen if path != "/robots.txt"]


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a full queue would look like a slow host

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients that hang up are what these tests are about


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def serving(*, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.seen.append(self.path)
            site.headers.append(dict(self.headers))
            route = site.routes.get(self.path.partition("?")[0]) or site.routes.get("*")
            try:
                (route or answer(b"no such page", status=404))(self)
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def do_CONNECT(self) -> None:
            site.seen.append(f"CONNECT {self.path}")
            site.headers.append(dict(self.headers))
            if not site.tunnel:
                self.send_error(407)
                return
            parts = urlsplit(site.tunnel)
            with socket.create_connection((parts.hostname, parts.port)) as there:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
                back.start()
                _pump(self.connection, there)
                back.join()
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    if tls is not None:  # the handshake is each connection's thread's: a client that refuses it must not end the server
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def mirror() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def patient() -> Iterator[Client]:
    """A client for tests in which no time runs out: a busy machine may be slow."""
    with Client(user_agent="Mirrorwire/0.1 (+mailto:desk@example.org)", timeouts=PATIENT) as found:
        yield found


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that soon gives up."""
    with Client(user_agent="Mirrorwire/0.1 (+mailto:desk@example.org)", timeouts=QUICK) as found:
        yield found


def answer(body: bytes, *, status: int = 200, **headers: str) -> Callable[[Any], None]:
    def send(handler: Any) -> None:
        handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **named}.items():
            if value:
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def redirect(target: str, status: int = 302) -> Callable[[Any], None]:
    return answer(b"moved", status=status, Location=target)


def raw(*parts: bytes, pause_s: float = 0.0) -> Callable[[Any], None]:
    def send(handler: Any) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause_s)
        handler.close_connection = True

    return send


def source_of(*hosts: Host, allow_private: bool = True) -> Source:
    return Source(
        key="courier",
        name="Courier",
        language="en",
        timezone="UTC",
        article_url=(r"/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",),
        hosts=hosts,
        seeds=(),
        allow_private=allow_private,
    )


def drip_body(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 100, pause_s=0.1)(handler)


def drip_head(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\n", *[f"X-{n}: y\r\n".encode() for n in range(100)], pause_s=0.1)(handler)


def drip_in_one_header(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\nX: ", *[b"y"] * 100, pause_s=0.1)(handler)


def failure(client: Client, url: str, source: Source, **options: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        client.get(url, source, **options)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return caught.value


HELD: list[socket.socket] = []
"""The sockets of dead ports, held until the tests end: a port that was only free a moment ago may be another test's."""


def dead_port() -> int:
    """Return a port of 127.0.0.1 that refuses connections, and that nobody else gets."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    HELD.append(sock)
    return int(sock.getsockname()[1])
