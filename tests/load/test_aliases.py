"""Articles whose URLs redirect to another article: aliases on good evidence, and on no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Attempt, Outcome
from mirrorwire.core.records import Verdict
from mirrorwire.fetch.answers import Answer, Fetched, LedTo
from mirrorwire.fetch.redirects import redirection
from mirrorwire.store.aliases import MAX_ALIKE, MAX_UNLIKE, Redirection, is_alias
from tests.pipeline.test_looks import lately, path_of, publish, take
from tests.pipeline.test_pipeline import stock
from tests.support.publisher import Publisher, Reply, article, publishing, source_file
from tests.takedown.test_forget import forget, plain_bytes, told_of

Rows = Callable[..., list[dict[str, Any]]]
TITLE = "Harbour board adopts winter ferry timetable"
HOSTS = ("http://a.example", "http://b.example")


# The evidence, pure.


def answer(host: str, outcome: Outcome = "not_it", to: str | None = "daily:9", **given: Any) -> Answer:
    attempt = Attempt(
        host=host, url=f"{host}/Detail/1", started_at=datetime.now(UTC), elapsed_s=0.1, outcome=outcome, status=200
    )
    if to is None:
        return Answer(attempt, verdict=given.get("verdict"))
    told = {"article_key": to, "url": f"{HOSTS[0]}/Detail/9", "for_good": True, "titles": (TITLE, "")} | given
    return Answer(attempt, led_to=LedTo(**told))


@pytest.mark.parametrize(
    ("answers", "hosts", "alike"),
    [
        ([answer(HOSTS[0])], 1, True),
        ([answer(HOSTS[0]), answer(HOSTS[1])], 2, True),
        ([answer(HOSTS[0]), answer(HOSTS[1], "gone", to=None)], 1, True),
        ([answer(HOSTS[0], titles=("Budget talks collapse in parliament", ""))], 1, False),
        ([answer(HOSTS[0], titles=("Adopts", ""))], 1, False),
    ],
)
def test_hosts_that_lead_to_one_article_for_good_are_evidence(answers: list[Answer], hosts: int, alike: bool) -> None:
    found = redirection(Fetched(answers=tuple(answers)), ["The winter ferry timetable: harbour board adopts it"])
    assert found
    assert (found.article_key, len(found.asked), found.alike) == ("daily:9", hosts, alike)


@pytest.mark.parametrize(
    "fetched",
    [
        Fetched(answers=()),
        Fetched(answers=(answer(HOSTS[0], "gone", to=None),)),
        Fetched(answers=(answer(HOSTS[0], for_good=False),)),
        Fetched(answers=(answer(HOSTS[0], titles=()),)),
        Fetched(answers=(answer(HOSTS[0]), answer(HOSTS[1], to="daily:8"))),
        Fetched(answers=(answer(HOSTS[0]), answer(HOSTS[1], "http_error", to=None))),
        Fetched(answers=(answer(HOSTS[0]), answer(HOSTS[1], "timeout", to=None))),
        Fetched(answers=(answer(HOSTS[0]),), shut={HOSTS[1]: 30.0}),
        Fetched(answers=(answer(HOSTS[0]),), rests={HOSTS[1]: 30.0}),
        Fetched(answers=(answer(HOSTS[0]), answer(HOSTS[1], "ok", to=None)), chosen=1),
        Fetched(
            answers=(answer(HOSTS[0]), answer(HOSTS[1], "not_it", to=None, verdict=Verdict(kind="thin"))), second_best=1
        ),
    ],
)
def test_one_doubt_is_enough_for_no_alias(fetched: Fetched) -> None:
    assert redirection(fetched, [TITLE]) is None


def test_one_host_needs_a_like_title_and_a_target_of_many_is_none() -> None:
    def found(hosts: int, alike: bool) -> Redirection:
        return Redirection(article_key="daily:9", url="", asked=dict.fromkeys(HOSTS[:hosts], ""), alike=alike)

    assert [is_alias(found(hosts, alike), 0) for hosts in (1, 2) for alike in (True, False)] == [
        True,
        False,
        True,
        True,
    ]
    assert not is_alias(found(2, False), MAX_UNLIKE)
    assert is_alias(found(1, True), MAX_UNLIKE)
    assert not is_alias(found(2, True), MAX_ALIKE)


# Over whole passes.


@pytest.fixture
def daily(settings: Settings) -> Iterator[tuple[Publisher, Publisher]]:
    """A primary and a mirror of four articles of today; both answer with validators."""
    with publishing() as primary, publishing() as mirror:
        for host in (primary, mirror):
            for n in (1, 2, 3, 4):
                publish(host, n)
        primary.sitemap("/news.xml", *((path_of(n), None) for n in (1, 2, 3, 4)))
        source_file(settings.home / "sources", primary, mirror, seeds=(("sitemap", "/news.xml"),))
        yield primary, mirror


def moved(host: Publisher, n: int, to: int, status: int = 301) -> None:
    host.routes[path_of(n)] = Reply(status=status, headers=(("Location", path_of(to)),))


def titled(host: Publisher, n: int, title: str) -> None:
    body = article(n).replace(f"Story number {n}", title).replace("2026-11-20", f"{datetime.now(UTC):%Y-%m-%d}")
    host.routes[path_of(n)] = Reply(body=body.encode(), etag=True)


def aliases(rows: Rows) -> list[tuple[str, str]]:
    return [
        (row["article_key"], row["alias_of"])
        for row in rows("SELECT DISTINCT article_key, alias_of FROM article_aliases ORDER BY 1")
    ]


def test_an_article_that_redirects_to_another_becomes_its_alias(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    primary, _mirror = daily
    titled(primary, 2, TITLE)
    take(settings)
    # It was published again under another id, which no seed has shown yet.
    for host in daily:
        titled(host, 9, f"{TITLE} at last")
        moved(host, 2, 9)
    lately(rows, 2)
    done = take(settings)
    assert (done.failures, done.left, done.counts["aliases"]) == ((), [], 1)
    assert aliases(rows) == [("daily:2", "daily:9")]
    assert rows("SELECT state, last_problem FROM link WHERE article_key = 'daily:2'") == [
        {"state": "gone", "last_problem": "redirects to daily:9"}
    ]
    found = {row["article_key"]: row for row in rows("SELECT * FROM articles")}
    assert found.keys() == {f"daily:{n}" for n in (1, 2, 3, 4, 9)}, "the target was fetched, the old text stands"
    assert {row["gone_at"] for row in found.values()} == {None}
    assert set(found["daily:9"]["urls"]) == {primary.url + path_of(9), *(host.url + path_of(2) for host in daily)}
    before = stock(rows)
    # Looked at again it is the same; the sitemap that goes on listing it asks for nothing.
    primary.asked.clear()
    take(settings)
    assert primary.paths("/Detail") == []
    lately(rows, 5)
    take(settings)
    assert (stock(rows), aliases(rows)) == (before, [("daily:2", "daily:9")])
    # Its own page comes back.
    titled(primary, 2, TITLE)
    lately(rows, 20)
    take(settings)
    assert aliases(rows) == []
    assert rows("SELECT state FROM link WHERE article_key = 'daily:2'") == [{"state": "captured"}]
    (urls,) = rows("SELECT urls FROM articles WHERE article_key = 'daily:9'")
    assert urls["urls"] == [primary.url + path_of(9)]


def test_a_link_that_redirects_from_the_first_is_loaded_once_under_its_target(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    for host in daily:
        moved(host, 2, 3, 308)
    done = take(settings)
    assert (done.failures, done.left) == ((), [])
    assert aliases(rows) == [("daily:2", "daily:3")]
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", "daily:3", "daily:4"}
    (urls,) = rows("SELECT urls FROM articles WHERE article_key = 'daily:3'")
    assert {url.rpartition("/Detail")[2] for url in urls["urls"]} == {path[7:] for path in (path_of(2), path_of(3))}


@pytest.mark.parametrize("status", [302, 307])
def test_a_temporary_redirect_makes_no_alias(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows, status: int
) -> None:
    take(settings)
    for host in daily:
        moved(host, 2, 3, status)
    lately(rows, 2)
    done = take(settings)
    assert (aliases(rows), done.counts["put_off"], done.left) == ([], 1, [])
    assert rows("SELECT gone_at FROM article WHERE article_key = 'daily:2'") == [{"gone_at": None}]


def test_hosts_that_redirect_everything_to_one_article_make_no_aliases(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    primary, mirror = daily
    ids = range(11, 11 + MAX_UNLIKE + 2)
    for n in ids:
        publish(primary, n)
    primary.sitemap("/news.xml", *((path_of(n), None) for n in (1, *ids)))
    take(settings)
    before = stock(rows)
    # One broken host proves nothing.
    for n in ids:
        moved(mirror, n, 1)
        primary.routes[path_of(n)] = Reply(status=404)
    lately(rows, 2)
    take(settings)
    assert aliases(rows) == []
    # Two agree, but on so many that the first ones are taken back.
    for n in ids:
        moved(primary, n, 1)
    rows("UPDATE link SET revisit_at = now(), tries = 0 WHERE state <> 'pending' RETURNING 1")
    take(settings)
    assert aliases(rows) == []
    assert stock(rows) == before
    assert {row["state"] for row in rows("SELECT state FROM link")} == {"captured"}
    assert (
        rows(
            "SELECT 1 FROM article_url u JOIN article a USING (article_id) WHERE article_key = 'daily:1' "
            "AND u.url NOT LIKE %s",
            f"%{path_of(1)}",
        )
        == []
    )


def test_a_redirect_to_what_is_no_article_or_while_the_mirror_serves_makes_no_alias(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    primary, _mirror = daily
    take(settings)
    for host in daily:
        moved(host, 2, 8)
        host.routes[path_of(8)] = Reply(body=b"<html><title>Subscribe</title><p>Subscribe now.</p></html>")
    moved(primary, 3, 4)
    lately(rows, 2)
    take(settings)
    assert aliases(rows) == []
    (served,) = rows("SELECT served_by, gone_at FROM articles WHERE article_key = 'daily:3'")
    assert served["gone_at"] is None
    assert rows(
        "SELECT outcome FROM attempt JOIN link USING (link_id) WHERE article_key = 'daily:3' "
        "ORDER BY attempt_id DESC LIMIT 1"
    ) in ([{"outcome": "ok"}], [{"outcome": "not_modified"}])


def test_two_that_redirect_to_each_other_in_turn_are_no_circle(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    take(settings)
    for host in daily:
        moved(host, 2, 3)
    lately(rows, 2)
    take(settings)
    assert aliases(rows) == [("daily:2", "daily:3")]
    for host in daily:
        publish(host, 2)
        moved(host, 3, 2)
    rows("UPDATE link SET revisit_at = now() WHERE article_key = 'daily:3' RETURNING 1")
    take(settings)
    assert aliases(rows) == [("daily:2", "daily:3")], "nobody knows yet which of them stands"
    rows("UPDATE link SET revisit_at = now() RETURNING 1")
    take(settings)
    rows("UPDATE link SET revisit_at = now() RETURNING 1")
    take(settings)
    assert aliases(rows) == [("daily:3", "daily:2")]


def test_an_article_whose_hosts_all_say_gone_is_dated_and_one_that_a_host_may_still_serve_is_not(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    primary, mirror = daily
    take(settings)
    for host in daily:
        host.routes[path_of(3)] = Reply(status=410)
    primary.routes[path_of(2)] = Reply(status=404)  # the mirror serves it
    primary.routes[path_of(1)] = Reply(status=404)
    mirror.routes[path_of(1)] = Reply(status=503, headers=(("Retry-After", "60"),))  # the oldest comes last
    lately(rows, 2)
    done = take(settings)
    assert (done.failures, done.left) == ((), [])
    gone = rows("SELECT article_key FROM article WHERE gone_at IS NOT NULL")
    assert gone == [{"article_key": "daily:3"}]
    for host in daily:
        publish(host, 3)
    rows("UPDATE link SET revisit_at = now() RETURNING 1")
    rows("UPDATE host SET resting_until = '-infinity' RETURNING 1")
    take(settings)
    assert rows("SELECT article_key FROM article WHERE gone_at IS NOT NULL") == []


def test_neither_an_alias_nor_its_target_that_is_taken_down_comes_back_through_the_other(
    settings: Settings, daily: tuple[Publisher, Publisher], rows: Rows
) -> None:
    for host in daily:
        titled(host, 3, TITLE)
        moved(host, 2, 3)
        moved(host, 1, 4)
    take(settings)
    assert aliases(rows) == [("daily:1", "daily:4"), ("daily:2", "daily:3")]
    forget(settings, "daily:3")
    forget(settings, "daily:1")
    assert aliases(rows) == []
    for _ in range(2):
        rows("UPDATE link SET revisit_at = now() RETURNING 1")
        take(settings)
        take(settings, revisit=True)
    assert aliases(rows) == []
    assert [row["article_key"] for row in stock(rows)] == ["daily:4"]
    assert told_of(rows, TITLE, path_of(3), path_of(1)) == []
    held = plain_bytes(Path(settings.archive))
    assert TITLE.encode() not in held
    assert [row["urls"] for row in rows("SELECT urls FROM articles")] == [[daily[0].url + path_of(4)]]
