"""The publisher of `benchmarks.comparison`: real pages on a primary and a mirror, a sitemap, and a seizure midway."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEIZED = (
    b"<!doctype html><html><head><title>This website has been seized</title></head><body>"
    b"<h1>This website has been seized</h1><p>This domain has been seized by the Federal Bureau of Investigation in "
    b"accordance with a seizure warrant issued by the United States District Court.</p></body></html>"
)
"""What a seized domain serves at every address, with status 200, as real ones do."""


class Site:
    """Pages by path, and what was asked. After `seized_after` pages the primary is seized; None: never."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self.pages = {f"/news/2026/11/20/{100_000 + n}/story": body for n, body in enumerate(bodies)}
        self.asked: Counter[str] = Counter()
        self.seized_after: int | None = None
        self.primary = self.mirror = ""
        self._lock = threading.Lock()

    def begin(self, seized_after: int | None = None) -> None:
        """Forget what was asked, and set when the primary is seized."""
        with self._lock:
            self.asked.clear()
            self.seized_after = seized_after

    def pages_asked(self) -> int:
        """Return how many requests for pages there were, on both hosts."""
        with self._lock:
            return self.asked.total()

    def answer(self, path: str, *, is_primary: bool) -> tuple[int, str, bytes]:
        """Return status, media type and body of what a host answers."""
        with self._lock:
            seized = is_primary and self.seized_after is not None and self.asked.total() >= self.seized_after
            if path in self.pages:
                self.asked[path] += 1
        if seized:
            return 200, "text/html; charset=utf-8", SEIZED
        if path == "/sitemap.xml":
            return 200, "application/xml", self._sitemap(self.primary if is_primary else self.mirror)
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow:\n"
        if path in self.pages:
            return 200, "text/html", self.pages[path]
        return 404, "text/html", b"<!doctype html><title>Not found</title><h1>Not found</h1>"

    def _sitemap(self, origin: str) -> bytes:
        places = "".join(f"<url><loc>{origin}{path}</loc></url>" for path in self.pages)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode()


@contextmanager
def serving(bodies: Sequence[bytes]) -> Iterator[Site]:
    """Serve pages on two ports of 127.0.0.1 until the block ends."""
    site = Site(bodies)
    servers = [_server(site, is_primary=is_primary) for is_primary in (True, False)]
    site.primary, site.mirror = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that were killed."""


def _server(site: Site, *, is_primary: bool) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = site.answer(self.path, is_primary=is_primary)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked was killed
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return _QuietServer(("127.0.0.1", 0), Handler)
