"""Of no bundled publisher is a time out of reach that a web archive holds, in whichever shape its links had then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.records import Host, IndexPrefix, Interval, Seed, Source
from mirrorwire.core.urls import article_key, host_of
from mirrorwire.core.windows import days_between, midnight
from mirrorwire.pipeline import steps
from mirrorwire.seed_formats.cdx_queries import EARLY, IndexQuery, queries_for
from tests.conftest import Ran
from tests.sources.test_publishers import CASES, SOURCES
from tests.support.archive_server import archiving, urlkey
from tests.support.bundled import on_loopback
from tests.support.history import ONE_DAY
from tests.support.publisher import publishing

NOW = datetime(2026, 11, 30, tzinfo=UTC)
PRESSTV = [
    ("presstv", "https://www.presstv.ir/Detail/2026/08/15/774416/Iran-Oman-Hormuz-Baghaei", date(2026, 8, 15)),
    ("presstv", "https://www.presstv.ir/Detail/2011/05/04/178000/story", date(2011, 5, 4)),
    ("presstv", "https://www.presstv.ir/detail.aspx?id=139946", None),
    ("presstv", "https://presstv.ir/detail/139946.html", None),
]
SHAPES = [(source, url, day) for source, url, _, day in CASES] + PRESSTV
YEARS = range(2010, 2027)
NOVEMBER = (date(2023, 11, 1), date(2023, 11, 30))


def archive_seed(source: Source) -> Seed:
    (seed,) = [seed for seed in source.seeds if seed.kind == "webarchive"]
    return seed


def questions(source: Source, host: Host, first: date, last: date) -> list[IndexQuery]:
    window = Interval(start=midnight(first, source.zone), end=midnight(last + ONE_DAY, source.zone))
    return queries_for(host, source, archive_seed(source), window, NOW)


def asks_for(query: IndexQuery, url: str) -> bool:
    """Whether an index would list a URL for a question, if the time of its capture fits."""
    start = urlkey(f"http://{dict(query.parameters)['url']}")
    if query.prefix is None:
        start = start.removesuffix("/")
    named = query.naming is None or re.fullmatch(query.naming, url)
    return bool(named) and urlkey(url).startswith(start)


@pytest.mark.parametrize(("source", "url", "day"), SHAPES, ids=[shape[1] for shape in SHAPES])
def test_each_shape_is_asked_for_in_a_window_of_its_time(source: str, url: str, day: date | None) -> None:
    publisher = SOURCES[source]
    host = host_of(url, publisher)
    assert host is not None
    if "/amp/" in url:
        return  # another view of a page that has a URL of its own
    if day is not None:
        asking = [query for query in questions(publisher, host, day, day) if query.until is None]
        assert any(asks_for(query, url) for query in asking)
        return
    asking = []
    for year in YEARS:
        asking += questions(publisher, host, date(year, 5, 1), date(year, 5, 31))
    assert any(asks_for(query, url) for query in asking)


@pytest.mark.parametrize("key", SOURCES)
def test_a_month_costs_an_index_few_questions_each_of_its_time(key: str) -> None:
    source = SOURCES[key]
    asked: list[IndexQuery] = []
    for host in source.hosts:
        if host.role != "archive":
            asked += questions(source, host, *NOVEMBER)
    assert 0 < len(asked) <= 40
    for query in asked:
        assert query.since == midnight(NOVEMBER[0], source.zone) - EARLY
        assert query.prefix is not None or query.host.relation == "same-id"
        if query.until is None:
            assert query.naming is not None or "2023" in (query.prefix or "")


def of_day(url: str, number: str, n: int, day: date) -> str:
    """The URL of another article in the same shape."""
    if "/" not in number:
        url = url.replace(number, f"{number[:1]}{n:03d}{number[4:]}")
    return url.replace("2023/11/10", f"{day:%Y/%m/%d}").replace("20231110", f"{day:%Y%m%d}")


@pytest.mark.parametrize("key", sorted(SOURCES))
def test_coverage_names_no_day_that_the_archive_alone_holds(
    settings: Settings, key: str, mirrorwire: Callable[..., Ran]
) -> None:
    source = SOURCES[key]
    url, number = next(((case[1], case[2]) for case in CASES if case[0] == key), (PRESSTV[0][1], "774416"))
    url = url.replace("2026/08/15", "2023/11/10")
    listed = host_of(url, source)
    assert listed is not None and settings.sources is not None
    with archiving() as archive, ExitStack() as served:
        living = [host for host in source.hosts if host.role != "archive"]
        hosts = {host.url: served.enter_context(publishing()).url for host in living}  # they serve nothing any more
        on_loopback(settings.sources, key, hosts, archive.url)
        keys: set[str | None] = set()
        for n, day in enumerate(days_between(date(2023, 10, 20), date(2023, 12, 10)), 100):
            there = of_day(url, number, n, day)
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            archive.keep(hosts[listed.url] + "/" + there.partition("://")[2].partition("/")[2], at, b"")
            keys |= {article_key(there, source)} if NOVEMBER[0] <= day <= NOVEMBER[1] else set()
        assert len(keys) == 30
        run_id = steps.open_run(
            settings,
            key,
            kind="backfill",
            external_id="x",
            since="2023-11-01",
            until="2023-12-01",
            now=datetime.now(UTC),
        )
        steps.discover(settings, run_id, now=datetime.now(UTC))
    done = mirrorwire("coverage", key, "--since", "2023-11-01", "--until", "2023-12-01", "--format", "json")
    days = json.loads(done.out)
    assert len(days) == 30
    assert [day["day"] for day in days if day["status"] == "not covered"] == []


def test_a_prefix_is_asked_for_in_its_time_and_of_its_host_alone() -> None:
    hosts = (Host(url="https://daily.example"), Host(url="https://copy.example", role="mirror"))
    prefixes = (
        IndexPrefix(path="/{year}/{month}/", since=date(2014, 1, 1)),
        IndexPrefix(path="/old/", until=date(2014, 1, 10)),
        IndexPrefix(path="/only/", host="https://copy.example"),
    )
    source = Source(
        key="daily",
        name="The Daily",
        language=None,
        timezone="UTC",
        article_url=("/(?P<date>[0-9]{4}/[0-9]{2}/[0-9]{2})/(?P<id>[0-9]+)",),
        hosts=hosts,
        seeds=(Seed(kind="webarchive", url="https://archive.example/cdx", prefixes=prefixes),),
    )

    def starts(host: Host, first: date, last: date) -> list[str | None]:
        return [query.prefix for query in questions(source, host, first, last)]

    assert starts(hosts[0], date(2013, 5, 1), date(2013, 5, 31)) == ["/old/"]
    assert starts(hosts[0], date(2014, 1, 1), date(2014, 1, 5)) == ["/2014/01/", "/old/"]
    assert starts(hosts[0], date(2019, 12, 28), date(2019, 12, 29)) == ["/2019/12/", "/2020/01/"]
    assert starts(hosts[1], date(2019, 5, 15), date(2019, 5, 15)) == ["/2019/05/", "/only/"]
    whole = queries_for(hosts[0], source, archive_seed(source), None, NOW)
    assert [query.prefix for query in whole] == ["/"]
