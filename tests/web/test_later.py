"""Parts of a page that take long: sent after what stands before them, and their failure is theirs alone."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from mirrorwire.store import pages as stored_pages
from tests.web.site import TOKEN, Site

Rows = Callable[..., list[dict[str, Any]]]


def opened_source(pages: Site) -> http.client.HTTPResponse:
    """The page of a source, of which nothing was read yet but its header."""
    connection = http.client.HTTPConnection("127.0.0.1", pages.port, timeout=60)
    connection.request("GET", "/source?key=courier", headers={"Authorization": f"Bearer {TOKEN}"})
    return connection.getresponse()


def sessions(rows: Rows) -> int:
    """How many sessions the pages have open."""
    query = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(rows(query)[0]["n"])


def test_hosts_are_sent_while_articles_are_still_counted(pages: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    count, may_count = stored_pages.volume, threading.Event()

    def counted_later(*arguments: Any) -> list[Any]:
        assert may_count.wait(60)
        return count(*arguments)

    monkeypatch.setattr(stored_pages, "volume", counted_later)
    page = opened_source(pages)
    early = page.read1(100_000)
    while b"<h2>Hosts</h2>" not in early:
        early += page.read1(100_000)
    may_count.set()
    whole = (early + page.read()).decode()
    assert "<h2>Articles a day</h2>" not in early.decode()
    assert whole.index("<h2>Hosts</h2>") < whole.index("<h2>Articles a day</h2>") < whole.index("<h2>Coverage</h2>")
    assert whole.rstrip().endswith("</html>")
    assert "\f" not in whole


def test_what_takes_too_long_is_said_in_its_place_and_the_rest_is_shown(
    pages: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def canceled(*arguments: Any) -> list[Any]:
        raise psycopg.errors.QueryCanceled

    monkeypatch.setattr(stored_pages, "volume", canceled)
    answer = pages.get("source", key="courier")
    assert answer.status == 200
    assert "Counting them took too long" in answer.text
    assert "<h2>Runs</h2>" in answer.text
    assert pages.get("source.json", key="courier").facts["volume"] == []


def test_no_session_stays_open_behind_a_page(pages: Site, rows: Rows) -> None:
    before = sessions(rows)
    for _ in range(3):
        assert pages.get("source", key="courier").status == 200
        opened_source(pages).close()  # a reader who goes away
    deadline = time.monotonic() + 30
    while sessions(rows) > before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
