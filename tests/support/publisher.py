"""A publisher of a test's own making on loopback: routes by path, and a log of what was asked, and when."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as the server saw it, and the status that it answered."""

    at_s: float
    path: str
    status: int
    headers: dict[str, str]

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a path answers; with `etag`, by the body, a conditional request gets 304."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    etag: bool = False
    raw: bytes | None = None  # the whole answer as it goes over the wire
    drip_s: float = 0.0  # between one byte of the body and the next


Route = Reply | Callable[[], Reply]


@dataclass
class Publisher:
    """A host: what it answers by path, and what it was asked."""

    url: str = ""
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    otherwise: Callable[[str], Reply] = lambda path: Reply(status=404, body=b"nothing here")
    begun: list[str] = field(default_factory=list)  # the paths asked for, answered or not
    conditional_now: bool = False  # whether the request that a route is just answering is conditional

    def paths(self, start: str = "/") -> list[str]:
        """The paths asked for, in order, that begin so; robots.txt only where it is asked for by name."""
        return [
            a.path for a in self.asked if a.path.startswith(start) and (a.path != "/robots.txt" or "robots" in start)
        ]

    def page(self, n: int, **given: Any) -> str:
        """Publish an article under the id `n`; returns its path."""
        path = f"/Detail/2026/11/20/{n}/story"
        self.routes[path] = Reply(body=article(n).encode(), **given)
        return path

    def sitemap(self, path: str, *entries: tuple[str, str | None], index: bool = False, **given: Any) -> None:
        """Publish a sitemap, or an index, of paths with their lastmod."""
        root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        rows = "".join(
            f"<{entry}><loc>{self.url}{loc}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</{entry}>"
            for loc, lastmod in entries
        )
        self.routes[path] = Reply(body=f"<{root} {SITEMAP}>{rows}</{root}>".encode(), **({"etag": True} | given))


def article(n: int) -> str:
    """A page that is an article by any rule; another text for each number."""
    words = "harbour council ferry winter budget teachers rail bridge market island clinic library".split()
    sentences = [
        f"The {words[(n + i) % 12]} of district {n} was told on Friday that the {words[(n * 3 + i * 5) % 12]} would "
        f"need {n + i * 7} more {words[(n * 7 + i) % 12]} places before the {words[(i * 11 + n) % 12]} reopens."
        for i in range(12)
    ]
    body = "".join(f"<p>{' '.join(sentences[i : i + 3])}</p>" for i in range(0, 12, 3))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Story number {n}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="Story number {n}">'
        f'<meta property="article:published_time" content="2026-11-20T08:00:00+00:00"></head>'
        f"<body><article><h1>Story number {n}</h1>{body}</article></body></html>"
    )


def feed(*numbers: int, home: str = "", path: str = "/Detail/2026/11/20/{n}/story") -> bytes:
    """A feed of these articles, with links to `home`; without dates."""
    items = "".join(
        f"<item><link>{home}{path.format(n=n)}</link><title>Story number {n}</title></item>" for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Daily</title>{items}</channel></rss>'.encode()


class _Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Readers that hang up are no news."""


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Serve a publisher on a free port of 127.0.0.1."""
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            at_s = time.monotonic()
            publisher.begun.append(self.path)
            publisher.conditional_now = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
            route = publisher.routes.get(self.path) or publisher.otherwise(self.path)
            reply = route if isinstance(route, Reply) else route()
            etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"' if reply.etag else None
            status = 304 if etag and self.headers.get("If-None-Match") == etag else reply.status
            publisher.asked.append(Asked(at_s=at_s, path=self.path, status=status, headers=dict(self.headers)))
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in (*reply.headers, *((("ETag", etag),) if etag else ())):
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if status != 304 and reply.drip_s:
                for n in range(len(reply.body)):
                    self.wfile.write(reply.body[n : n + 1])
                    time.sleep(reply.drip_s)
            elif status != 304:
                self.wfile.write(reply.body)

        def log_message(self, *args: object) -> None:
            """Quiet: `asked` is the log."""

    server = _Server(("127.0.0.1", 0), Handler)
    publisher.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def daily() -> Iterator[Publisher]:
    """A publisher that serves nothing yet: the primary of the source `daily` that `source_file` writes."""
    with publishing() as publisher:
        yield publisher


def source_file(folder: Path, *hosts: Publisher, seeds: tuple[tuple[str, str], ...], delay_s: float = 0) -> Path:
    """Write a source file `daily` for these hosts, the first being the primary, and these seeds (kind, path)."""
    lines = ['key = "daily"', 'name = "The Daily"', 'timezone = "UTC"', "allow_private = true", f"delay_s = {delay_s}"]
    lines += ["article_url = '/Detail/(?P<date>\\d{4}/\\d{1,2}/\\d{1,2})/(?P<id>\\d+)(/|$)'"]
    for n, host in enumerate(hosts):
        lines += ["[[hosts]]", f'url = "{host.url}"', f'role = "{"mirror" if n else "primary"}"']
    for kind, path in seeds:
        lines += ["[[seeds]]", f'kind = "{kind}"', f'{"url" if kind in ("webarchive", "warc") else "path"} = "{path}"']
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "daily.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
