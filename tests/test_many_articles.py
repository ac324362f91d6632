"""Two hundred articles and a primary that fails: all are loaded once, in the time of a healthy run and a minute."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from etl import passes
from etl.config import Settings
from tests.newsroom import notices
from tests.publisher import Publisher, Reply, Route, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
ARTICLES = 200
MOST_S = 60.0
"""What a failing primary may cost, with timeouts of 5, 10 and 20 s."""
SEIZED = Reply(body=notices.SEIZURE.encode())

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def daily() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture
def mirror() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture(scope="module")
def healthy_s() -> list[float]:
    """The seconds that healthy runs took."""
    return []


def ingest(settings: Settings) -> tuple[passes.PassResult, float]:
    began = time.monotonic()
    done = passes.run_pass(
        settings,
        "daily",
        kind="live",
        since=None,
        until=None,
        all_seeds=True,
        revisit=False,
        progress=lambda what, total: nullcontext(lambda n: None),
    )
    return done, time.monotonic() - began


def published(settings: Settings, daily: Publisher, mirror: Publisher) -> None:
    source_file(settings.home / "sources", daily, mirror, seeds=(("sitemap", "/map.xml"),))
    pages = [host.page(n) for n in range(1, ARTICLES + 1) for host in (daily, mirror)]
    for host in (daily, mirror):
        host.routes["/robots.txt"] = Reply(status=404)
        host.routes["/"] = Reply(body=b"<html><title>The Daily</title><body><h1>The Daily</h1></body></html>")
        host.sitemap("/map.xml", *((page, None) for page in dict.fromkeys(pages)))


def spoil(publisher: Publisher, spoiled: Callable[[Reply], Reply]) -> None:
    """Answer all paths but robots.txt otherwise; the function is called for each request."""

    def instead(well: Route) -> Route:
        return lambda: spoiled(well if isinstance(well, Reply) else well())

    for path, route in list(publisher.routes.items()):
        if path != "/robots.txt":
            publisher.routes[path] = instead(route)


def hangs(well: Reply) -> Reply:
    time.sleep(25)
    return well


class Turns:
    """A fault that comes and goes by the number of the request."""

    def __init__(self, instead: Reply, when: Callable[[int], bool]) -> None:
        self._count, self._instead, self._when = itertools.count(), instead, when

    def __call__(self, well: Reply) -> Reply:
        return self._instead if self._when(next(self._count)) else well


FAULTS: dict[str, tuple[Callable[[], Callable[[Reply], Reply]], int]] = {
    "nothing": (lambda: lambda well: well, ARTICLES + 1),
    "seized on every path": (lambda: lambda well: SEIZED, 4),
    "never answers": (lambda: hangs, 3),
    "500 for two requests of every five": (
        lambda: Turns(Reply(status=500), lambda n: n % 5 > 2),
        ARTICLES + 1,
    ),
    "down for four requests of every eight": (
        lambda: Turns(Reply(status=500), lambda n: n % 8 > 3),
        ARTICLES + 1,
    ),
    "seized in the middle of the run": (lambda: Turns(SEIZED, lambda n: n > ARTICLES // 2), ARTICLES // 2 + 4),
}


@pytest.mark.parametrize("name", FAULTS)
def test_all_articles_are_loaded_once_whatever_the_primary_does(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows, healthy_s: list[float], name: str
) -> None:
    fault, most_requests = FAULTS[name]
    published(settings, daily, mirror)
    spoil(daily, fault())
    done, elapsed_s = ingest(settings)
    assert (done.failures, done.left) == ((), [])
    assert rows("SELECT count(*) AS n, count(DISTINCT article_key) AS keys FROM articles") == [
        {"n": ARTICLES, "keys": ARTICLES}
    ]
    assert rows("SELECT DISTINCT version, title LIKE 'Story number %' AS right FROM articles") == [
        {"version": 1, "right": True}
    ]
    assert len(daily.paths()) <= most_requests
    assert max(mirror.paths().count(path) for path in {*mirror.paths(), ""}) <= 1, "asked twice for one page"
    if name == "nothing":
        healthy_s.append(elapsed_s)
        assert mirror.asked == [], "with both healthy nobody asks the mirror"
    elif healthy_s:
        assert elapsed_s <= healthy_s[0] + MOST_S
