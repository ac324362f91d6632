"""A web archive of a test's own making on loopback: an index that is paged, and copies that are replayed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from tests.support.publisher import Publisher, Reply, publishing

INDEX = "/cdx/search/cdx"
FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"]


def urlkey(url: str) -> str:
    """Return the key by which an index sorts and collapses URLs: Wayback's form, but for the order of a host's labels.

    Neither scheme, `www.` nor case makes a difference.
    """
    parts = urlsplit(url.lower())
    place = parts.netloc.removeprefix("www.").removesuffix(":80")
    return f"{place}){parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


@dataclass
class WebArchive:
    """What it captured: a body for each URL and time."""

    server: Publisher
    copies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    page_rows: int = 10_000
    queries: list[dict[str, str]] = field(default_factory=list)
    listed: int = 0  # rows that the index has answered
    instead: list[Reply] = field(default_factory=list)  # answers of the index before it works
    takes: Callable[[str, str], object] = re.fullmatch  # how the index filters
    extra: list[list[object]] = field(default_factory=list)  # rows that somebody slipped in

    @property
    def url(self) -> str:
        return self.server.url + INDEX

    @property
    def seed(self) -> tuple[str, str]:
        return ("webarchive", self.url)

    def keep(self, url: str, at: datetime, body: bytes) -> str:
        """Capture a page; returns the path of its raw copy."""
        stamp = f"{at:%Y%m%d%H%M%S}"
        self.copies[stamp, url] = body
        return f"/web/{stamp}id_/{url}"

    def replayed(self) -> list[str]:
        return self.server.paths("/web/")

    def answer(self, path: str) -> Reply:
        if path.startswith(INDEX + "?"):
            asked = parse_qs(urlsplit(path).query)
            filters = [pattern.removeprefix("original:") for pattern in asked.pop("filter")[1:]]
            return self._index({name: each[-1] for name, each in asked.items()}, filters)
        found = re.fullmatch(r"/web/(\d{14})id_/(.+)", path)
        body = self.copies.get((found[1], found[2])) if found else None
        return Reply(status=404, body=b"not archived") if body is None else Reply(body=body)

    def _index(self, query: dict[str, str], filters: list[str]) -> Reply:
        self.queries.append({**query, "filters": " ".join(filters)})
        if self.instead:
            return self.instead.pop(0)
        rows: dict[str, list[object]] = {}
        start = urlkey(f"http://{query['url']}")
        if query["matchType"] == "host":
            start = start.removesuffix("/")
        for stamp, url in sorted(self.copies, key=lambda each: (urlkey(each[1]), each[0])):
            key = urlkey(url)
            within = key.startswith(start) and query.get("from", "") <= stamp <= query.get("to", "9")
            if within and all(self.takes(each, url) for each in filters):
                rows.setdefault(key, [key, stamp, url, "text/html", "200", "SHA"])
        listed = [*self.extra, *rows.values()]
        first = int(query.get("resumeKey", "0"))
        size = min(int(query["limit"]), self.page_rows)
        page: list[list[object]] = [list(FIELDS), *listed[first : first + size]]
        self.listed += len(page) - 1
        if first + size < len(listed):
            page += [[], [str(first + size)]]
        return Reply(body=json.dumps(page).encode())


@contextmanager
def archiving() -> Iterator[WebArchive]:
    """Serve an archive on a free port of 127.0.0.1."""
    with publishing() as server:
        archive = WebArchive(server)
        server.otherwise = archive.answer
        yield archive
