"""Many sources polled together: those that are due, one that fails beside the others, and who holds which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.errors import RunFailed
from mirrorwire.core.fleet import MAX_OWN_DAGS, split_sources
from mirrorwire.core.records import Host, Seed, Source
from mirrorwire.pipeline import fleet
from mirrorwire.store import db, polling
from tests.support.publisher import Publisher, Reply, article, feed, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]


def write(settings: Settings, key: str, host: Publisher, *more: str) -> Path:
    """A source file of the fleet: one feed, and further lines at its top."""
    path = source_file(settings.home / "sources", host, seeds=(("feed", f"/{key}.xml"),))
    text = path.read_text(encoding="utf-8").replace(
        'key = "daily"', "\n".join([f'key = "{key}"', *more, "dag = false"])
    )
    path.unlink()
    named = path.with_name(f"{key}.toml")
    named.write_text(text, encoding="utf-8")
    return named


def publish(host: Publisher, key: str, *numbers: int) -> None:
    for n in numbers:
        host.page(n)
    host.routes[f"/{key}.xml"] = Reply(body=feed(*numbers, home=host.url), etag=True)


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def due(settings: Settings, clock: Clock) -> list[str]:
    return sorted(key for batch in fleet.due_batches(settings, now=clock()) for key in batch)


def poll(settings: Settings, clock: Clock, *keys: str, name: str = "fleet/1") -> dict[str, fleet.SourceResult]:
    return {result.source: result for result in fleet.poll_batch(settings, keys, external_id=name, now=clock)}


def test_a_source_is_due_until_it_is_polled_and_again_when_its_time_has_come(
    settings: Settings, rows: Rows, clock: Clock
) -> None:
    with publishing() as host:
        write(settings, "north", host)
        publish(host, "north", 1, 2)
        assert due(settings, clock) == ["north"]
        assert poll(settings, clock, "north")["north"].inserted == 2
        assert due(settings, clock) == []
        clock.turn(minutes=15)
        assert due(settings, clock) == ["north"]
        publish(host, "north", 1, 2, 3)
        assert poll(settings, clock, "north", name="fleet/2")["north"].inserted == 1
    (schedule,) = rows("SELECT * FROM poll_schedule")
    assert (schedule["seed"], schedule["failures"]) == ("/north.xml", 0)
    assert schedule["interval_s"] < 15 * 60


def test_a_run_asks_only_the_feeds_that_are_due(settings: Settings, clock: Clock) -> None:
    with publishing() as host:
        path = write(settings, "north", host)
        publish(host, "north", 1)
        poll(settings, clock, "north")
        path.write_text(path.read_text() + '[[seeds]]\nkind = "feed"\npath = "/second.xml"\n')
        host.routes["/second.xml"] = Reply(body=feed(2, home=host.url))
        host.page(2)
        host.asked.clear()
        poll(settings, clock, "north", name="fleet/2")
        assert [path for path in host.paths() if path.endswith(".xml")] == ["/second.xml"]


def test_a_feed_that_its_file_names_no_more_is_never_due_again(settings: Settings, clock: Clock, rows: Rows) -> None:
    with publishing() as host:
        path = write(settings, "north", host)
        publish(host, "north", 1)
        poll(settings, clock, "north")
        path.write_text(path.read_text().replace("/north.xml", "/new.xml"))
        publish(host, "new", 1)
        clock.turn(hours=1)
        poll(settings, clock, "north", name="fleet/2")
        assert [row["seed"] for row in rows("SELECT seed FROM poll_schedule")] == ["/new.xml"]
        assert due(settings, clock) == []


def test_a_source_with_a_fixed_schedule_is_due_at_its_times_whatever_it_brings(
    settings: Settings, clock: Clock, rows: Rows
) -> None:
    clock.at = datetime(2026, 11, 30, 12, 20, tzinfo=UTC)
    with publishing() as host:
        write(settings, "north", host, 'schedule = "0 * * * *"')
        publish(host, "north", 1)
        poll(settings, clock, "north")
        clock.turn(minutes=39)
        assert due(settings, clock) == []
        clock.turn(minutes=1)
        assert due(settings, clock) == ["north"]
    assert rows("SELECT why FROM poll_schedule") == [{"why": "schedule 0 * * * *, in UTC"}]


def test_a_source_that_fails_is_an_alarm_of_its_own_and_waits_longer(
    settings: Settings, clock: Clock, rows: Rows
) -> None:
    with publishing() as host, publishing() as broken:
        write(settings, "north", host)
        write(settings, "south", broken)
        publish(host, "north", 1)
        broken.otherwise = lambda path: Reply(status=500)
        results = poll(settings, clock, "south", "north")
        assert results["south"].failures and not results["north"].failures
        assert results["north"].inserted == 1
        assert fleet.judge(settings, ["north", "south"], external_id="fleet/1") == {"polled": 2, "failed": 1, "left": 0}
        clock.turn(minutes=20)
        assert due(settings, clock) == ["north"]
    (waits,) = rows("SELECT failures, why FROM poll_schedule WHERE source_key = 'south'")
    assert waits == {"failures": 1, "why": "failed"}


def test_a_run_in_which_many_fail_or_none_is_polled_fails_and_says_which(settings: Settings, clock: Clock) -> None:
    keys = [f"paper{n}" for n in range(6)]
    with publishing() as broken:
        broken.otherwise = lambda path: Reply(status=500)
        for key in keys:
            write(settings, key, broken)
        with pytest.raises(RunFailed, match="none of 6 sources was polled"):
            fleet.judge(settings, keys, external_id="fleet/1")
        poll(settings, clock, *keys)
        with pytest.raises(RunFailed, match="6 of 6 sources failed; paper0: "):
            fleet.judge(settings, keys, external_id="fleet/1")


def test_a_source_that_a_live_worker_polls_is_left_to_it_and_that_of_a_dead_one_is_free(
    settings: Settings, clock: Clock
) -> None:
    with publishing() as host:
        write(settings, "north", host)
        publish(host, "north", 1)
        poll(settings, clock, "north")
        clock.turn(hours=1)
        with db.connect(settings.database_url or "") as other:
            assert polling.claim_source(other, "north")
            assert due(settings, clock) == []
            assert poll(settings, clock, "north", name="fleet/2") == {}
        assert due(settings, clock) == ["north"]
        assert "north" in poll(settings, clock, "north", name="fleet/2")


def test_a_sweep_takes_yesterday_from_every_seed_of_the_sources_that_have_more_than_feeds(
    settings: Settings, clock: Clock, rows: Rows
) -> None:
    clock.at = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    with publishing() as host:
        write(settings, "north", host)
        path = write(settings, "south", host)
        path.write_text(path.read_text() + '[[seeds]]\nkind = "sitemap"\npath = "/sitemap.xml"\n')
        host.sitemap("/sitemap.xml", (host.page(1), "2026-11-20"), (host.page(2), "2026-11-20"))
        assert fleet.sweep_batches(settings) == [["south"]]
        (result,) = fleet.poll_batch(settings, ["south"], external_id="sweep/1", sweep=True, now=clock)
        assert (result.inserted, result.failures) == (2, ())
    (run,) = rows("SELECT kind, sweep, due_only, window_since::date::text AS since FROM run")
    assert run == {"kind": "backfill", "sweep": True, "due_only": False, "since": "2026-11-20"}


def of(key: str, *urls: str, delay_s: float = 1.0, archive: str | None = None) -> Source:
    hosts = [Host(url=url, role="primary") for url in urls]
    hosts += [Host(url=archive, role="archive")] if archive else []
    return Source(
        key=key, name=key, language=None, timezone="UTC", article_url=(), hosts=tuple(hosts),
        seeds=(Seed(kind="feed", path="/feed"),), delay_s=delay_s,
    )  # fmt: skip


def test_sources_that_share_a_site_are_never_side_by_side() -> None:
    sources = [of(f"p{n}", f"https://p{n}.example", archive="https://web.archive.org") for n in range(200)]
    shared = [
        of("a", "https://x.example"),
        of("b", "http://www.x.example", "https://y.example"),
        of("c", "https://y.example"),
    ]
    batches = fleet.batches_of([*sources, *shared])
    assert sorted(key for batch in batches for key in batch) == sorted(s.key for s in (*sources, *shared))
    assert [set("abc") <= set(batch) for batch in batches if set("abc") & set(batch)] == [True]
    assert 4 <= len(batches) <= 10


def test_ten_thousand_sources_are_no_more_batches_than_airflow_maps_well() -> None:
    batches = fleet.batches_of([of(f"p{n}", f"https://p{n}.example") for n in range(10_000)])
    assert len(batches) == fleet.MAX_BATCHES
    sizes = [len(batch) for batch in batches]
    assert max(sizes) - min(sizes) <= 1


def test_sources_have_dags_of_their_own_while_they_are_few_or_where_their_file_says_so(settings: Settings) -> None:
    bundled = sum(1 for _ in source_files(settings))
    with publishing() as host:
        asked = write(settings, "asked", host)
        asked.write_text(asked.read_text().replace("dag = false", "dag = true"))
        write(settings, "kept", host)
        own, together = split_sources(settings)
        assert (len(own), [source.key for source in together]) == (bundled + 1, ["kept"])
        for n in range(MAX_OWN_DAGS - bundled):
            path = write(settings, f"paper{n}", host)
            path.write_text(path.read_text().replace("dag = false", ""))
        own, together = split_sources(settings)
        assert [source.key for source in own] == ["asked"]
        assert len(together) == MAX_OWN_DAGS + 1


def test_a_page_that_no_host_served_is_tried_again_although_no_feed_is_due(
    settings: Settings, clock: Clock, rows: Rows
) -> None:
    with publishing() as host:
        write(settings, "north", host)
        publish(host, "north", 1)
        host.routes["/Detail/2026/11/20/1/story"] = Reply(status=500)
        poll(settings, clock, "north")
        rows("UPDATE poll_schedule SET next_poll_at = now() + interval '11 hours' RETURNING 1")
        rows("UPDATE link SET next_try_at = now() RETURNING 1")
        host.routes["/Detail/2026/11/20/1/story"] = Reply(body=article(1).encode())
        rows("UPDATE host SET resting_until = '-infinity' RETURNING 1")
        rows("DELETE FROM breaker RETURNING 1")
        clock.turn(seconds=30)
        assert due(settings, clock) == ["north"]
        assert poll(settings, clock, "north", name="fleet/2")["north"].inserted == 1
