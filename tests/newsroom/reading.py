"""How the newsroom's own tests read it: one plain request over a connection of its own."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; its body is as sent, not unpacked."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


def get(origin: str, path: str, method: str = "GET", timeout_s: float = 5, **headers: str) -> Answer:
    """The answer to one request; redirects are not followed. `If_None_Match=…` sends that header."""
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=timeout_s)
    try:
        connection.request(method, path, headers={key.replace("_", "-"): v for key, v in headers.items()})
        response = connection.getresponse()
        return Answer(status=response.status, headers=response.headers, body=response.read())
    finally:
        connection.close()
