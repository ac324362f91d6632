"""What a host's robots.txt allows, and for how long that counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mirrorwire.fetch.robots import FAILURE_AGE_S, Robots, robots_allow, robots_delay_s, robots_text
from mirrorwire.http.client import Client
from tests.support.sites import PATH, Site, answer, raw, redirect, source_of


def test_rules_are_read_for_our_agent() -> None:
    ours = "User-agent: mirrorwire\nCrawl-delay: 2.5\nDisallow: /private*/\nAllow: /private1/x"
    text = f"User-agent: *\nDisallow: /\n\n{ours}"
    assert robots_allow(text, "http://x/Detail/1", "Mirrorwire")
    assert robots_allow(text, "http://x/private1/x", "Mirrorwire")
    assert not robots_allow(text, "http://x/private2/x", "Mirrorwire")
    assert not robots_allow(text, "http://x/Detail/1", "Otherbot")
    assert robots_delay_s(text, "Mirrorwire") == 2.5
    assert robots_delay_s("User-agent: *\nCrawl-delay: 1e9", "Mirrorwire") == 120
    assert robots_delay_s("", "Mirrorwire") is None


@pytest.mark.parametrize(
    ("agents", "allowed"),
    [
        ("User-agent: Mirrorwire/1.0", False),
        ("User-agent: MIRRORWIRE/2 # ours", False),
        ("user-agent : mirrorwire*", False),
        ("User agent: Mirrorwire", False),
        ("Useragent: Mirrorwire/1.0 (+https://x.example)", False),
        ("User-agent: Otherbot, Mirrorwire/1.0", False),
        ("User-agent: Otherbot\nUser-agent: Mirrorwire/1.0", False),
        ("User-agent: Mirrorwirebot/1.0", True),
        ("User-agent: Otherbot/1.0", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Mirrorwire/1.0\nAllow: /\nDisallow: /x\n\nUser-agent: z", True),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_group_is_found_by_its_product_token_whatever_its_version(agents: str, allowed: bool, end: str) -> None:
    text = robots_text(f"\ufeff{agents}\nDisallow: /\n".replace("\n", end).encode())
    assert robots_allow(text, "http://x/Detail/1", "Mirrorwire") is allowed


def test_only_500_kib_are_parsed_by_whole_lines() -> None:
    body = b"User-agent: *\n" + b"Disallow: /aaaa\n" * 40_000
    text = robots_text(body)
    assert 500_000 < len(text) <= 512_000
    assert text.endswith("Disallow: /aaaa")
    assert robots_text(b"\xef\xbb\xbfUser-agent: \xff") == "User-agent: \ufffd"


@pytest.mark.parametrize(
    ("robots_txt", "allowed", "outcome"),
    [
        (answer(b"", status=404), True, "ok"),
        (answer(b"", status=403), True, "ok"),
        (answer(b"", status=500), False, "http_error"),
        (raw(b""), False, "unreachable"),
        (lambda handler: time.sleep(2), False, "timeout"),
        (redirect("http://stranger.example/robots.txt"), True, "ok"),
        (redirect("http://169.254.169.254/robots.txt"), True, "ok"),
        (redirect("file:///etc/hostname"), True, "ok"),
        (answer(b"User-agent: *\nDisallow: /Detail/"), False, "disallowed"),
        (redirect("/elsewhere.txt"), False, "disallowed"),
        (redirect("/robots.txt"), True, "ok"),
        (redirect("/hop1"), True, "ok"),
        (answer(b"User-agent: *\nDisallow: /", Content_Encoding="gzip"), False, "disallowed"),
        (answer(b"\x1f\x8b junk \xff\x00", Content_Encoding="gzip"), True, "ok"),
        (answer(b"User-agent: *\nDisallow: /\n" + b"#" * 6_000_000), False, "disallowed"),
        (answer("User-agent: *\nDisallow: /".encode("utf-16")), False, "disallowed"),
        (
            answer(b"User-agent: *\nDisallow: /\n# \xe4\xf6", Content_Type="text/plain; charset=x-none"),
            False,
            "disallowed",
        ),
        (answer(b"", status=429), True, "ok"),
        (answer(b"\xef\xbb\xbfUser-agent: *\rDisallow: /Detail/"), False, "disallowed"),
        (answer(b"User-agent: *\nDisallow: /\n" + b"#" * 600_000), False, "disallowed"),
        (answer(b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /"), True, "ok"),
        (answer(b"<html>This domain has been seized</html>"), True, "ok"),
    ],
)
def test_robots_by_what_the_host_says(
    site: Site, client: Client, robots_txt: Callable[[Any], None], allowed: bool, outcome: str
) -> None:
    site.routes["/robots.txt"] = robots_txt
    site.routes["/elsewhere.txt"] = answer(b"User-agent: *\nDisallow: /Detail/")
    site.routes.update({f"/hop{n}": redirect(f"/hop{n + 1}") for n in range(1, 8)})
    ruling = Robots(client).check(site.url + PATH, source_of(site.host))
    assert (ruling.allowed, ruling.outcome) == (allowed, outcome)
    assert allowed == (ruling.reason is None)


def test_robots_are_kept_a_day_and_a_failure_a_minute(site: Site, client: Client) -> None:
    now = [0.0]
    waits: list[int] = []
    robots = Robots(client, clock=lambda: now[0])
    source = source_of(site.host)

    def check(at: float) -> bool:
        now[0] = at
        return robots.check(site.url + PATH, source, wait=lambda: waits.append(1)).allowed

    site.routes["/robots.txt"] = answer(b"", status=500)
    assert not check(0)
    site.routes["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 3\nDisallow: /x")
    assert not check(FAILURE_AGE_S - 1)
    assert check(FAILURE_AGE_S)
    assert robots.crawl_delay_s(site.url + "/") == 3
    site.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /")
    assert check(FAILURE_AGE_S + 23 * 3600)
    assert not check(FAILURE_AGE_S + 24 * 3600)
    assert len(site.seen) == len(waits) == 3


def test_many_threads_ask_for_robots_once(site: Site, client: Client) -> None:
    robots = Robots(client)
    check = [threading.Thread(target=robots.check, args=(site.url + PATH, source_of(site.host))) for _ in range(8)]
    for thread in check:
        thread.start()
    for thread in check:
        thread.join()
    assert site.seen == ["/robots.txt"]
