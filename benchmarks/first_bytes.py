"""How long the pages of a browser take at several sizes of a database: to their first byte, and to their last."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from mirrorwire.core.config import Settings
from tests.newsroom import SOURCE_FILE
from tests.support.stock import ABSENT, BIG, FREQUENT, NEWEST, SMALL
from tests.web.site import TOKEN, serving

PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "sources": ("sources", {}),
    "source": ("source", {"key": BIG}),
    "source, a small one": ("source", {"key": SMALL}),
    "search, newest articles": ("search", {}),
    "search, a fourth of all": ("search", {"q": FREQUENT}),
    "search of a week": ("search", {"q": FREQUENT, "since": f"{(NEWEST - timedelta(days=7)).date()}"}),
    "search, no hit": ("search", {"q": ABSENT}),
    "article": ("article", {"key": f"{BIG}:1000"}),
    "rejections": ("rejections", {}),
    "runs": ("runs", {}),
    "alarms": ("alarms", {}),
    "metrics": ("metrics", {}),
}


def first_bytes(url: str, home: Path, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Yield each page's name, and the medians of its seconds to the first and to the last byte, over real sockets."""
    settings = Settings(home=home, database_url=url, sources=SOURCE_FILE.parent)
    with serving(settings) as site:
        for name, (page, words) in PAGES.items():
            times = [_asked(site.port, f"/{page}?{urlencode(words)}") for _ in range(rounds)]
            yield name, statistics.median(first for first, _ in times), statistics.median(last for _, last in times)


def _asked(port: int, address: str) -> tuple[float, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", address, headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    answer.read(1)
    first_s = time.perf_counter() - began
    answer.read()
    last_s = time.perf_counter() - began
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} was answered with {answer.status}")
    return first_s, last_s
