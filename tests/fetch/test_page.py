"""Which host's answer counts, for pages and for seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from mirrorwire.core.records import Host, Listing, Source, Verdict
from mirrorwire.fetch.answers import Fetched
from mirrorwire.fetch.host_order import order
from mirrorwire.fetch.host_request import HostRequest
from mirrorwire.fetch.page import Mismatch, fetch_page, fetch_seed
from mirrorwire.fetch.robots import Robots
from mirrorwire.http.client import Client, retry_after_s
from mirrorwire.http.limits import PAGE_CAPS, SEED_CAPS, Caps
from mirrorwire.workers import Workers
from tests.support.sites import PATH, Site, answer, dead_port, drip_body, raw, redirect, source_of


def judge(
    body: bytes, *, url: str, content_type: str | None, source: Source | None, listing: Listing | None = None
) -> Verdict:
    return Verdict(kind=body.decode())  # type: ignore[arg-type]


class Desk:
    """Asks for one page of two hosts, with verdicts that the pages name themselves."""

    def __init__(self, client: Client, *hosts: Host) -> None:
        self.source = source_of(*hosts)
        self.client, self.robots = client, Robots(client)
        self.waits: list[str] = []

    def wait(self, host: Host) -> None:
        self.waits.append(host.url)

    def host_request(self, caps: Caps) -> HostRequest:
        return HostRequest(source=self.source, client=self.client, robots=self.robots, wait=self.wait, caps=caps)

    def page(self) -> Fetched:
        return fetch_page(
            on(self.source.hosts[0]),
            self.host_request(PAGE_CAPS),
            order=order(self.source.hosts, {}),
            verify=judge,
        )

    def seed(self, conditional: dict[str, dict[str, str]] | None = None) -> Fetched:
        return fetch_seed(
            "/rss.xml",
            self.host_request(SEED_CAPS),
            is_it=lambda exchange: None if b"<rss" in exchange.body else Mismatch("HTML"),
            flaw_of=lambda exchange: None if b"</rss>" in exchange.body else "cut off",
            order=order(self.source.hosts, {}),
            verify=judge,
            conditional=conditional,
        )


def on(host: Host) -> str:
    return host.url + PATH


@pytest.fixture
def desk(site: Site, mirror: Site, client: Client) -> Desk:
    return Desk(client, site.host, Host(url=mirror.url, role="mirror"), Host(url="http://a.example", role="archive"))


def outcomes(found: Fetched) -> list[str]:
    return [given.attempt.outcome for given in found.answers]


def test_first_host_that_serves_the_article_is_enough(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = answer(b"article")
    found = desk.page()
    assert (found.chosen, outcomes(found)) == (0, ["ok"])
    assert mirror.seen == []
    assert desk.waits == [site.url, site.url]  # robots.txt and the page
    attempt = found.answers[0].attempt
    assert (attempt.host, attempt.status, attempt.body_bytes) == (site.url, 200, 7)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (answer(b"seizure"), "not_it"),
        (answer(b"suspect"), "not_it"),
        (answer(b"index"), "not_it"),
        (answer(b"", status=500), "http_error"),
        (answer(b"", status=403), "http_error"),
        (answer(b"", status=404), "gone"),
        (answer(b"", status=410), "gone"),
        (answer(b"", status=304), "http_error"),
        (raw(b""), "unreachable"),
        (drip_body, "timeout"),
        (redirect("http://stranger.example/"), "refused"),
        (redirect("/Detail/2024/03/01/8/another"), "not_it"),
        (answer(b"", Content_Length="99999999"), "too_large"),
    ],
)
def test_next_host_serves_what_the_first_does_not(
    site: Site, mirror: Site, desk: Desk, fault: Callable[[Any], None], outcome: str
) -> None:
    site.routes[PATH] = fault
    site.routes["/Detail/2024/03/01/8/another"] = answer(b"article")
    mirror.routes[PATH] = answer(b"article")
    found = desk.page()
    assert outcomes(found) == [outcome, "ok"]
    assert found.answer is not None
    assert found.answer.exchange is not None
    assert found.answer.exchange.host == mirror.url
    assert not found.gone


def test_dead_primary_is_an_attempt_and_not_asked_for_its_robots_again(mirror: Site, client: Client) -> None:
    dead = Host(url=f"http://127.0.0.1:{dead_port()}")
    mirror.routes[PATH] = answer(b"article")
    desk = Desk(client, dead, Host(url=mirror.url, role="mirror"))
    for _ in range(2):
        assert outcomes(desk.page()) == ["unreachable", "ok"]
    assert desk.waits.count(dead.url) == 1


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (b"index", b"suspect", 1),
        (b"suspect", b"suspect", 0),
        (b"thin", b"index", 1),
        (b"broken", b"seizure", 0),
        (b"seizure", b"parking", None),
        (b"challenge", b"consent", None),
        (b"login", b"not_found", None),
    ],
)
def test_best_of_what_is_not_the_article_is_chosen_or_nothing(
    site: Site, mirror: Site, desk: Desk, first: bytes, second: bytes, chosen: int | None
) -> None:
    site.routes[PATH] = answer(first)
    mirror.routes[PATH] = answer(second)
    found = desk.page()
    assert found.chosen == chosen
    assert len(found.answers) == 2


def test_gone_only_when_every_host_says_so(site: Site, mirror: Site, desk: Desk) -> None:
    assert desk.page().gone
    mirror.routes[PATH] = answer(b"", status=503)
    found = desk.page()
    assert (found.gone, found.chosen, outcomes(found)) == (False, None, ["gone", "http_error"])


def test_robots_refusal_is_an_attempt_and_the_page_is_not_asked(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/robots.txt"] = answer(b"User-agent: Mirrorwire\nDisallow: /Detail/")
    mirror.routes[PATH] = answer(b"article")
    assert outcomes(desk.page()) == ["disallowed", "ok"]
    assert site.pages() == []


def test_redirect_to_the_mirror_is_served_by_it_once_and_by_its_robots(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = redirect(mirror.url + PATH)
    mirror.routes[PATH] = answer(b"thin")
    found = desk.page()
    assert mirror.pages() == [PATH]
    assert found.answers[0].attempt.detail == f"served by {mirror.url}; thin"
    assert desk.waits.count(mirror.url) == 2
    site.seen.clear()
    desk.robots = Robots(desk.client)
    mirror.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /")
    assert outcomes(desk.page()) == ["disallowed", "disallowed"]
    assert mirror.pages() == [PATH]


def test_redirect_to_the_front_page_lets_the_mirror_be_asked(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = redirect(mirror.url + "/")
    mirror.routes["/"] = answer(b"index")
    mirror.routes[PATH] = answer(b"article")
    assert desk.page().chosen == 1


def test_retry_after_is_read_in_seconds_and_as_a_date(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = answer(b"", status=429, Retry_After="120")
    mirror.routes[PATH] = answer(b"", status=503, Retry_After="30")
    found = desk.page()
    assert found.retry_after_s == 30
    assert "retry after 120 s" in str(found.answers[0].attempt.detail)
    exchange = found.answers[0].exchange
    assert exchange is not None

    def said(value: str) -> float | None:
        return retry_after_s(replace(exchange, headers=(("Retry-After", value),)))

    now = exchange.fetched_at
    assert said(format_datetime(now + timedelta(seconds=90), usegmt=True)) == pytest.approx(90, abs=1)
    assert said(format_datetime(now - timedelta(hours=1), usegmt=True)) == 0
    for far in ("9999999999", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"):
        assert said(far) == 86_400
    assert said("Mon, 01 Jan 0001 00:00:00 +2359") == 0
    year, zone, hour = (
        "1 Jan " + "9" * 20 + " 00:00:00",
        "Wed, 21 Oct 2026 07:28:00 +" + "9" * 14,
        "1 Jan 2026 " + "9" * 23,
    )
    for nonsense in ("soon", "-5", "1.5", "", "Mon, 99 Foo 2024", year, zone, hour + ":00", "\u0661\u0662"):
        assert said(nonsense) is None


# Seeds


def test_seed_that_is_html_falls_to_the_next_host(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/rss.xml"] = answer(b"<html>front page</html>")
    mirror.routes["/rss.xml"] = answer(b"<rss></rss>")
    found = desk.seed()
    assert (found.chosen, outcomes(found)) == (1, ["not_it", "ok"])
    assert found.answers[0].attempt.detail == "HTML"


def test_seed_with_a_flaw_is_taken_only_where_no_host_has_a_whole_one(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/rss.xml"] = answer(b"<rss>")
    mirror.routes["/rss.xml"] = answer(b"<rss></rss>")
    found = desk.seed()
    assert (found.chosen, outcomes(found)) == (1, ["not_it", "ok"])
    assert [each.flaw for each in found.answers] == ["cut off", None]
    mirror.routes["/rss.xml"] = answer(b"<rss>")
    found = desk.seed()
    assert (found.chosen, outcomes(found)) == (0, ["ok", "ok"])


def test_seed_that_nobody_has_is_chosen_from_nobody(desk: Desk) -> None:
    found = desk.seed()
    assert (found.chosen, found.gone, outcomes(found)) == (None, True, ["gone", "gone"])


def test_unchanged_seed_is_one_request_and_a_304_unasked_for_is_an_error(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/rss.xml"] = answer(b"", status=304, Content_Length="")
    mirror.routes["/rss.xml"] = answer(b"<rss></rss>")
    found = desk.seed({site.url: {"If-None-Match": '"v1"'}})
    assert (found.chosen, outcomes(found)) == (0, ["not_modified"])
    assert site.headers[-1]["If-None-Match"] == '"v1"'
    assert mirror.pages() == []
    assert outcomes(desk.seed()) == ["http_error", "ok"]


def test_real_verdicts_send_a_seizure_notice_to_the_mirror(site: Site, mirror: Site, client: Client) -> None:
    desk = Desk(client, site.host, Host(url=mirror.url, role="mirror"))
    body = b"<html><title>Seized</title><h1>This domain has been seized</h1><p>" + b"by a warrant. " * 10
    site.routes[PATH] = mirror.routes[PATH] = answer(body)
    with Workers(1) as workers:
        found = fetch_page(
            on(site.host),
            desk.host_request(PAGE_CAPS),
            order=desk.source.hosts,
            verify=workers.verify,
        )
    assert (found.chosen, outcomes(found)) == (None, ["not_it", "not_it"])
