"""The pages over a real socket, as a browser asks for them."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import uvicorn

from mirrorwire.core.config import Settings
from mirrorwire.web.app import application

TOKEN = "a-token-of-the-tests-0123456789"


@dataclass(frozen=True)
class Answer:
    """What came back; header names are small."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def facts(self) -> Any:
        return json.loads(self.body)


KEY = re.compile(r'name="form_key" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class Site:
    """A server that runs; `get` asks it with the token, unless headers are given."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def form_key(self, page: str = "source", **words: Any) -> str:
        """What a form on a page holds that shows one."""
        keys = set(KEY.findall(self.get(page, **(words or {"key": "courier"})).text))
        assert len(keys) == 1
        return str(keys.pop())

    def post(self, address: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        """Send a form as a browser does from a page of ours; a header that is given wins, an empty one is left out."""
        own = {
            "Authorization": f"Bearer {TOKEN}",
            "Origin": self.origin,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        sent = {name: value for name, value in (own | (headers or {})).items() if value}
        return self._ask("POST", f"/{address}", sent, urlencode(fields).encode())

    def get(self, page: str, *, method: str = "GET", headers: dict[str, str] | None = None, **words: Any) -> Answer:
        target = f"/{page}" + (f"?{urlencode(words)}" if words else "")
        brought = {"Authorization": f"Bearer {TOKEN}"} if headers is None else headers
        return self._ask(method, target, brought)

    def _ask(self, method: str, target: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()


@contextmanager
def serving(settings: Settings, *, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve the pages of a database on a free port."""
    assert settings.database_url
    app = application(settings, settings.database_url, token=TOKEN, host=host)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + 30
            while not server.started:
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.01)
            yield Site(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(30)
