"""Receivers of messages, over real sockets: one of webhooks, and a mail server."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Post:
    """A request that came: its headers by their names in small letters, and its body."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


@dataclass
class Receiver:
    """A webhook's receiver. It answers `status`; `before_answer` is called while the sender waits for that."""

    url: str = ""
    status: int = 204
    posts: list[Post] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver at 127.0.0.1, at a free port or a certain one."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            post = Post({name.lower(): value for name, value in self.headers.items()}, body)
            if receiver.status < 300:
                receiver.posts.append(post)
            receiver.before_answer()
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook/s3cret-path"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class MailServer:
    """A mail server: the letters that came, as bytes, and who logged in over what. It answers one with `answer`."""

    port: int = 0
    answer: str = "250 taken"
    letters: list[bytes] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)
    """The line of `AUTH`, and whether it came over TLS."""


@contextmanager
def mail_server(context: ssl.SSLContext | None = None, *, tls_first: bool = False) -> Iterator[MailServer]:
    """A mail server at 127.0.0.1 that speaks as much SMTP as smtplib asks for.

    With a `context` it knows STARTTLS, or speaks TLS from the first byte.
    """
    mail = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def encrypt(self) -> None:
            assert context
            self.request = context.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

        def handle(self) -> None:
            with suppress(OSError):  # a client that does not trust the certificate hangs up
                if tls_first:
                    self.encrypt()
                self.talk()

        def talk(self) -> None:
            self.say("220 mail.example")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"EHLO" and context:
                    is_encrypted = isinstance(self.request, ssl.SSLSocket)
                    self.say("250-mail.example\r\n250 " + ("AUTH PLAIN" if is_encrypted else "STARTTLS"))
                elif verb == b"STAR" and context:
                    self.say("220 go on")
                    self.encrypt()
                elif verb == b"AUTH":
                    mail.logins.append((line.decode().strip(), isinstance(self.request, ssl.SSLSocket)))
                    self.say("235 welcome")
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                elif verb == b"DATA":
                    self.say("354 go on")
                    self.letter()
                else:
                    self.say("250 mail.example")

        def letter(self) -> None:
            lines = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            if mail.answer.startswith("250"):
                mail.letters.append(b"".join(lines))
            self.say(mail.answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
