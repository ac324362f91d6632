"""The sample newsroom for containers: relays from the engine's bridge to its ports of loopback."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.conftest import NEWSROOM_DAY
from tests.newsroom import Newsroom

CHUNK_BYTES = 65536


class Relay(socketserver.ThreadingTCPServer):
    """Hands every connection to an address on to the same port of 127.0.0.1."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, port: int) -> None:
        super().__init__((address, port), _Connection)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        port = self.server.server_address[1]  # type: ignore[index]
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as publisher:
            back = threading.Thread(target=_copy, args=(publisher, self.request), daemon=True)
            back.start()
            _copy(self.request, publisher)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def reachable_newsroom(address: str) -> Iterator[Newsroom]:
    """The newsroom under an address of this machine, for containers and for this machine alike."""
    with Newsroom(day=NEWSROOM_DAY, names={"primary": address, "mirror": address}) as newsroom:
        relays = [Relay(address, origin.port) for origin in newsroom.origins]
        try:
            yield newsroom
        finally:
            for relay in relays:
                relay.shutdown()
                relay.server_close()
