"""An address where nobody may come: it takes every connection, answers, and counts."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self

from .server import HOST

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\nConnection: close\r\n\r\ncaught\r\n"
_WAIT_S = 5.0


class Trap:
    """A server that stands for a stranger or a private service, for as long as a `with` lasts.

    `connections` counts those that came, `asked` holds the first line that each sent, if any. Raises OSError where
    the port is in use or the address is not this machine's.
    """

    def __init__(self, address: str = HOST, port: int = 0) -> None:
        self.connections = 0
        self.asked: list[str] = []
        self._server = _Server((address, port), _Visitor)
        self._server.trap = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Visitor(socketserver.StreamRequestHandler):
    timeout = _WAIT_S
    server: _Server

    def handle(self) -> None:
        self.server.trap.connections += 1
        try:
            self.server.trap.asked.append(self.rfile.readline(2000).decode("latin-1").strip())
            self.wfile.write(_ANSWER)
        except OSError:
            return  # it was only knocking


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    trap: Trap
