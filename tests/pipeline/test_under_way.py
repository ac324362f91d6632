"""Several pages under way at once: as many as hosts' delays allow, each once, and none recorded that is not stored."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from mirrorwire.archive import read_capture
from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Capture
from mirrorwire.fetch.breaker import MAX_FAILURES
from mirrorwire.pipeline import fetch_step, passes
from mirrorwire.store import db
from mirrorwire.workers import Job, SharedWorkers, Workers
from tests.conftest import ROOT, environment
from tests.pipeline.test_isolation import NUMBERS, daily, loaded
from tests.pipeline.test_pipeline import Rows
from tests.support.bug_child import Injected
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

__all__ = ["daily"]
STORED = (
    "SELECT c.digest, c.warc, c.warc_offset, c.warc_length FROM capture c WHERE c.chosen AND c.payload_id IS NULL"
    " AND c.link_id IS NOT NULL"
)


class Door:
    """Lets pages out; notes how many readers stand before it at once, and keeps each for a moment."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def page(self, n: int) -> Callable[[], Reply]:
        def reply() -> Reply:
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            time.sleep(0.3)
            with self._lock:
                self._now -= 1
            return Reply(body=article(n).encode())

        return reply


@pytest.fixture
def two(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two processes that read, and fetchers for a few pages too."""
    monkeypatch.setattr(passes, "PAGES_A_FETCHER", 1)
    return replace(settings, processes=2)


@pytest.fixture
def narrow(two: Settings, conn: db.Connection) -> Iterator[str]:
    """The URL of the database for somebody who may have but five connections."""
    owner = conn.info.user
    name = f"narrow_{uuid.uuid4().hex[:12]}"
    role = sql.Identifier(name)
    conn.execute(sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 5 IN ROLE {}").format(role, sql.Identifier(owner)))
    conn.execute(sql.SQL("ALTER ROLE {} SET role = {}").format(role, owner))
    yield make_conninfo(two.database_url or "", user=name)
    conn.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def door(daily: Publisher) -> Iterator[Door]:
    door = Door()
    for n in NUMBERS:
        daily.routes[f"/Detail/2026/11/20/{n}/story"] = door.page(n)
    yield door


def readable(settings: Settings, rows: Rows) -> int:
    """How many captures the archive gives back."""
    stored = rows(STORED)
    for row in stored:
        place = Capture(warc=row["warc"], offset=row["warc_offset"], length=row["warc_length"], digest=row["digest"])
        assert b"Story number" in read_capture(settings.archive, place, spool=settings.spool).body
    return len(stored)


def test_pages_of_a_host_without_a_delay_are_under_way_at_once(
    two: Settings, daily: Publisher, door: Door, rows: Rows
) -> None:
    done = ingest(two)
    assert door.most > 3
    assert loaded(rows) == {*NUMBERS}
    assert (done.counts["captured"], done.counts["article"]) == (len(NUMBERS), len(NUMBERS))
    assert sorted(daily.paths("/Detail")) == sorted({*daily.paths("/Detail")}), "each is asked for once"
    assert readable(two, rows) == len(NUMBERS)


def test_a_hosts_delay_holds_for_all_that_are_under_way(
    two: Settings, daily: Publisher, door: Door, rows: Rows
) -> None:
    source_file(two.sources or Path(), daily, seeds=(("feed", "/feed"),), delay_s=0.2)
    ingest(two)
    assert loaded(rows) == {*NUMBERS}
    asked = sorted(request.at_s for request in daily.asked)
    assert min(later - earlier for earlier, later in pairwise(asked)) > 0.15


@pytest.mark.parametrize(("delay_s", "fetchers"), [(0, 8), (0.1, 8), (1.0, 3), (2.0, 2), (30.0, 1)])
def test_a_long_delay_has_few_wait_for_their_turn(delay_s: float, fetchers: int) -> None:
    assert fetch_step.fetchers_for(delay_s, 8) == fetchers


def test_one_process_reads_one_page_after_the_other(settings: Settings, daily: Publisher, door: Door) -> None:
    ingest(settings)
    assert door.most == 1


def test_what_fails_one_fetcher_ends_the_step_and_leaves_the_rest_to_the_next_run(
    two: Settings, daily: Publisher, door: Door, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_link = fetch_step._fetch_link
    fetched: list[str] = []

    def failing(fetcher: Any, link: Any, known: Any, now: Any) -> tuple[str, ...]:
        fetched.append(link.url)
        if len(fetched) == 6:
            raise OSError("the disk is full")
        return fetch_link(fetcher, link, known, now)

    with monkeypatch.context() as patch:
        patch.setattr(fetch_step, "_fetch_link", failing)
        done = ingest(two)
    assert any("the disk is full" in reason for reason in done.failures)
    assert 0 < len(loaded(rows)) < len(NUMBERS)
    assert ingest(two).failures == ()
    assert loaded(rows) == {*NUMBERS}
    assert len(daily.paths("/Detail")) == len(NUMBERS)


def test_what_was_fetched_before_an_error_is_counted(
    two: Settings, daily: Publisher, door: Door, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_link = fetch_step._fetch_link

    def failing(fetcher: Any, link: Any, known: Any, now: Any) -> tuple[str, ...]:
        if link.article_key == "daily:10":
            raise OSError("the disk is full")
        return fetch_link(fetcher, link, known, now)

    monkeypatch.setattr(fetch_step, "_fetch_link", failing)
    ingest(two)
    (step,) = rows("SELECT error, counts FROM run_step WHERE step = 'fetch'")
    (stored,) = rows("SELECT count(*) AS n FROM link WHERE state = 'captured'")
    assert step["error"] == "OSError: the disk is full"
    assert step["counts"]["captured"] == step["counts"]["article"] == stored["n"] > 0


def test_in_strict_mode_a_bug_in_one_fetcher_ends_the_pass(
    two: Settings, daily: Publisher, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = fetch_step.settle

    def failing(fetcher: Any, link: Any, fetched: Any, now: Any) -> tuple[str, ...]:
        if link.article_key == "daily:10":
            raise Injected("in settle")
        return settle(fetcher, link, fetched, now)

    monkeypatch.setattr(fetch_step, "settle", failing)
    with pytest.raises(Injected):
        ingest(two)
    monkeypatch.delenv(bugs.STRICT)
    done = ingest(two)
    assert [bug.item for bug in done.bugs] == [f"{daily.url}/Detail/2026/11/20/10/story"]
    assert done.counts["article"] > 0


def test_a_host_that_fails_is_left_after_a_few_pages_however_many_are_under_way(
    two: Settings, daily: Publisher, rows: Rows
) -> None:
    def fails() -> Reply:
        time.sleep(0.5)
        return Reply(status=500)

    with publishing() as mirror:
        source_file(two.sources or Path(), daily, mirror, seeds=(("feed", "/feed"),))
        for n in NUMBERS:
            daily.routes[mirror.page(n)] = fails
        done = ingest(two)
        assert sorted(mirror.paths("/Detail")) == sorted(path for path in mirror.routes if "/Detail" in path)
    assert done.counts["article"] == len(NUMBERS)
    assert len(daily.paths("/Detail")) <= MAX_FAILURES + 1
    assert rows("SELECT state FROM host_event") == [{"state": "open"}]


def test_a_database_with_few_connections_has_fewer_pages_under_way(
    two: Settings, daily: Publisher, door: Door, rows: Rows, narrow: str
) -> None:
    done = ingest(replace(two, database_url=narrow))
    assert done.failures == ()
    assert loaded(rows) == {*NUMBERS}
    assert 1 < door.most < 5


@pytest.mark.parametrize("pages", [2, 9])
def test_killed_with_pages_under_way_and_run_again_loads_each_once(
    two: Settings, daily: Publisher, door: Door, rows: Rows, pages: int
) -> None:
    words = [sys.executable, "-m", "mirrorwire.cli", "ingest", "daily"]
    process = subprocess.Popen(
        words, env=environment(two), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while len(rows(STORED)) < pages and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = readable(two, rows)
    assert kept >= pages
    assert ingest(two).failures == ()
    assert loaded(rows) == {*NUMBERS}
    assert readable(two, rows) == len(NUMBERS)
    assert rows("SELECT count(*) AS n FROM article_version") == [{"n": len(NUMBERS)}]


def test_shared_workers_lend_a_process_to_a_thread_at_a_time() -> None:
    verdicts = []
    with Workers(2) as pool, SharedWorkers(pool) as workers:

        def read(n: int) -> None:
            job = Job(body=article(n).encode(), url=f"https://a.example/Detail/2026/11/20/{n}/story")
            (extraction,) = workers.extract([job], source=None)
            verdicts.append((extraction.verdict.kind, extraction.article and extraction.article.title))

        threads = [threading.Thread(target=read, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(verdicts) == [("article", f"Story number {n}") for n in range(6)]
