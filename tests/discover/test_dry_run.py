"""A dry run writes nothing: proved by a role that may only read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from psycopg import sql

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import DatabaseUnfit
from mirrorwire.discover import read_sections
from mirrorwire.pipeline import passes
from mirrorwire.store import db
from tests.conftest import Ran
from tests.pipeline.test_isolation import raise_where
from tests.support.publisher import SITEMAP, Publisher, Reply, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
WINDOW = {"since": "2026-11-20", "until": "2026-11-21"}
SEEDS = (("sitemap", "/map.xml"), ("section", "/news/{page}"), ("feed", "/rss.xml"))


@pytest.fixture
def reader(settings: Settings, rows: Rows) -> Iterator[str]:
    """The URL of the same database for a role that may only read."""
    name = f"reader_{urlsplit(settings.database_url or '').path.strip('/')}"
    with db.connect(settings.database_url or "") as conn:
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        conn.execute(sql.SQL("GRANT USAGE ON SCHEMA mirrorwire TO {}").format(sql.Identifier(name)))
        conn.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA mirrorwire TO {}").format(sql.Identifier(name)))
        yield (settings.database_url or "").replace("postgres@", f"{name}@")
        conn.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        conn.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def stock(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, those of the migrations aside."""
    tables = rows(
        "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_|^information_schema$' AND c.relname !~ 'migration|yoyo'"
    )
    return {table["name"]: rows(f"SELECT t::text FROM {table['name']} t ORDER BY 1") for table in tables}


def publish(daily: Publisher) -> None:
    daily.sitemap("/map.xml", (daily.page(1), None), (daily.page(2), None))
    daily.routes["/news/1"] = Reply(body=f"<!DOCTYPE html><a href={daily.page(3)}>x</a>".encode())
    daily.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /x")


def test_a_plan_for_a_source_that_was_never_read_needs_no_right_to_write(
    settings: Settings, daily: Publisher, mirrorwire: Run, reader: str, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=SEEDS)
    publish(daily)
    before = stock(rows)
    ran = mirrorwire(
        "backfill",
        "daily",
        "--since",
        WINDOW["since"],
        "--until",
        WINDOW["until"],
        "--dry-run",
        "--format",
        "json",
        MIRRORWIRE_DATABASE_URL=reader,
    )
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)[0]["to_fetch"] == 3
    assert stock(rows) == before
    assert daily.paths("/robots.txt") == ["/robots.txt"]


def test_a_plan_over_what_is_stored_changes_no_row_though_prune_changed_and_hosts_fail(
    settings: Settings, daily: Publisher, mirrorwire: Run, reader: str, rows: Rows
) -> None:
    file = source_file(settings.home / "sources", daily, seeds=SEEDS)
    publish(daily)
    assert mirrorwire("ingest", "daily").code == 0
    file.write_text('prune = ["aside"]\n' + file.read_text())
    daily.page(4)
    daily.sitemap("/map.xml", *((f"/Detail/2026/11/20/{n}/story", None) for n in (1, 2, 4)))
    before = stock(rows)
    days, readings = passes.plan(replace(settings, database_url=reader), "daily", **WINDOW)
    assert (days[0]["to_fetch"], days[0]["stored"]) == (1, 3)
    assert {reading.outcome for reading in readings} >= {"read"}
    for path in ("/map.xml", "/news/1", "/rss.xml"):
        daily.routes[path] = Reply(status=503, headers=(("Retry-After", "60"),))
    daily.routes["/robots.txt"] = Reply(status=500)
    daily.otherwise = lambda path: Reply(status=500)
    days, readings = passes.plan(replace(settings, database_url=reader), "daily", **WINDOW)
    assert "failed" in {reading.outcome for reading in readings}
    assert stock(rows) == before


def all_are_down(rows: Rows) -> None:
    """Open every host's breaker for ten minutes."""
    rows("INSERT INTO breaker (host_id, state) SELECT host_id, 'open' FROM host ON CONFLICT DO NOTHING RETURNING 1")
    rows("UPDATE breaker SET state = 'open', reason = 'x', probe_at = now() + interval '10 minutes' RETURNING 1")


def test_hosts_that_are_all_down_stay_as_the_workers_know_them(
    settings: Settings, daily: Publisher, mirrorwire: Run, reader: str, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=SEEDS)
    publish(daily)
    assert mirrorwire("ingest", "daily").code == 0
    all_are_down(rows)
    before = stock(rows)
    asked = len(daily.asked)
    _, readings = passes.plan(replace(settings, database_url=reader), "daily", **WINDOW)
    assert len(daily.asked) > asked, "where no host is left, each is probed"
    assert {reading.outcome for reading in readings} <= {"read", "unchanged", "not_covered", "damaged"}
    assert stock(rows) == before


def test_a_plan_that_meets_bugs_and_hosts_of_others_changes_no_row(
    settings: Settings, daily: Publisher, reader: str, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_file(settings.home / "sources", daily, seeds=SEEDS)
    publish(daily)
    elsewhere = "<url><loc>https://daily.example.org/Detail/2026/11/20/9/story</loc></url>"
    daily.routes["/map.xml"] = Reply(body=f"<urlset {SITEMAP}>{elsewhere * 3}</urlset>".encode())
    raise_where(monkeypatch, read_sections, "read_section", lambda body, *, url, **_: True)
    monkeypatch.setenv(bugs.STRICT, "0")
    before = stock(rows)
    assert {"bug", "suggestion", "attempt", "capture", "seed_poll", "warc_record"} <= before.keys()
    _, readings = passes.plan(replace(settings, database_url=reader), "daily", **WINDOW)
    problems = {reading.seed.kind: reading.problems for reading in readings}
    assert "none of its 3 links is an article's" in str(problems["sitemap"]), problems
    assert "Injected" in str(problems["section"]), problems
    assert stock(rows) == before


def test_hosts_that_are_probed_by_hand_leave_what_they_are_and_not_what_they_answered(
    settings: Settings, daily: Publisher, mirrorwire: Run, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=SEEDS)
    publish(daily)
    assert mirrorwire("ingest", "daily").code == 0
    all_are_down(rows)
    before, asked = stock(rows), len(daily.asked)
    files = sorted((path, path.stat().st_size) for path in settings.home.rglob("*.warc.gz"))
    assert mirrorwire("hosts", "probe", "daily").code == 0
    assert len(daily.asked) > asked
    after = stock(rows)
    assert {name for name in before if after[name] != before[name]} <= {"breaker", "host", "host_event", "robots"}
    assert rows("SELECT state FROM breaker") == [{"state": "half-open"}]
    assert sorted((path, path.stat().st_size) for path in settings.home.rglob("*.warc.gz")) == files


def test_a_database_of_another_version_is_said_and_left_as_it_is(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=SEEDS)
    rows("DELETE FROM migration_digest WHERE name = (SELECT max(name) FROM migration_digest) RETURNING 1")
    with pytest.raises(DatabaseUnfit, match="mirrorwire db migrate"):
        passes.plan(settings, "daily", **WINDOW)
