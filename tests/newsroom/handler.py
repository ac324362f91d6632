"""One connection's requests and how their answers reach the reader: validators, drips, resets, silence."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from .log import Request
from .web import Delivery, Response

if TYPE_CHECKING:
    from .server import Server

CONTROL = "/control"
DRIP_INTERVAL_S = 1.0
POLL_S = 0.05
_IDLE_S = 30.0
_BUFFER_BYTES = 65_536


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Courier"
    sys_version = ""
    timeout = _IDLE_S
    wbufsize = _BUFFER_BYTES
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        origin = self.server.newsroom_origin
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        response = origin.answer(self.path)
        status = 304 if conditional and self._is_unchanged(response) else response.status
        silent = response.delivery in (Delivery.HANG, Delivery.DROP)
        request = Request(
            at_s=time.monotonic(),
            method=self.command,
            path=self.path,
            status=None if silent else status,
            user_agent=self.headers.get("User-Agent", ""),
            conditional=conditional,
        )
        origin.requests.append(request)
        short = (response.stated_bytes or 0) > len(response.body)  # what is stated never comes
        self.close_connection = self.close_connection or short or response.delivery is not Delivery.WHOLE
        if response.delivery is Delivery.HANG:
            self._hang()
        elif response.delivery is not Delivery.DROP:
            self._send(response, status)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """POST /control?later=true&primary=seizure&mirror= : an empty value clears the fault."""
        self.close_connection = True  # a body that came along is left unread
        target = urlsplit(self.path)
        if target.path != CONTROL:
            self._send_json(405, {"error": "only GET and HEAD here"})
            return
        try:
            state = self.server.newsroom_origin.publisher.command(dict(parse_qsl(target.query, keep_blank_values=True)))
        except ValueError as error:
            self._send_json(400, {"error": str(error)})
        else:
            self._send_json(200, state)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: `requests` is the log."""

    def _is_unchanged(self, response: Response) -> bool:
        if response.modified is None or response.status != 200:
            return False
        if (tags := self.headers.get("If-None-Match")) is not None:  # wins over the date, RFC 9110 13.1.3
            known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
            return response.etag in known or "*" in known
        try:
            since = parsedate_to_datetime(self.headers["If-Modified-Since"])
        except ValueError:
            return False
        return since.tzinfo is not None and response.modified.replace(microsecond=0) <= since

    def _send(self, response: Response, status: int) -> None:
        if response.delivery is Delivery.DRIP_HEAD:
            wire, self.wfile = self.wfile, BytesIO()
            self._send_head(response, status)
            head, self.wfile = self.wfile.getvalue(), wire
            self._drip(head + response.body)
            return
        self._send_head(response, status)
        if self.command == "HEAD" or status == 304:
            return
        if response.delivery is Delivery.RESET:
            self.wfile.write(response.body[: len(response.body) // 2])
            self._reset()
        elif response.delivery is Delivery.DRIP:
            self.wfile.flush()
            self._drip(response.body)
        else:
            self.wfile.write(response.body)

    def _send_head(self, response: Response, status: int) -> None:
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", response.content_type)
            stated = len(response.body) if response.stated_bytes is None else response.stated_bytes
            self.send_header("Content-Length", str(stated))
        if response.modified is not None and response.etag is not None:
            self.send_header("ETag", response.etag)
            modified = response.modified.astimezone(UTC).replace(microsecond=0)
            self.send_header("Last-Modified", format_datetime(modified, usegmt=True))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send_json(self, status: int, content: dict[str, object]) -> None:
        body = json.dumps(content).encode() + b"\n"
        self.send_response(status)
        if status == 405:
            self.send_header("Allow", "GET, HEAD")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.wfile.flush()
        time.sleep(POLL_S)  # a reset overtakes what the reader has not read yet
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())  # at once: a FIN first would make it a polite end

    def _hang(self) -> None:
        self.connection.setblocking(False)
        while not self.server.newsroom_origin.stopping.wait(POLL_S):
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return
            except BlockingIOError:
                continue

    def _drip(self, data: bytes) -> None:
        for start in range(len(data)):
            self.connection.sendall(data[start : start + 1])
            if self.server.newsroom_origin.stopping.wait(DRIP_INTERVAL_S):
                return
