"""What stands beside an error status is called by its name: a challenge in attempts, status and links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, feed, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
MOMENT = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies"
)
NGINX = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><hr>nginx</body></html>"
BLANK = b"<html><head><title>x</title></head><body></body></html>"


@pytest.fixture
def mirror() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.mark.parametrize(
    ("reply", "verdict", "detail"),
    [
        (Reply(status=403, headers=(("cf-mitigated", "challenge"),)), "challenge", "challenge (403 Forbidden)"),
        (Reply(status=403, body=MOMENT), "challenge", "challenge (403 Forbidden)"),
        (Reply(status=503, body=MOMENT), "challenge", "challenge (503 Service Unavailable)"),
        (Reply(status=202, headers=(("x-amzn-waf-action", "challenge"),)), "challenge", "challenge (202 Accepted)"),
        (
            Reply(status=405, headers=(("x-amzn-waf-action", "captcha"),)),
            "challenge",
            "challenge (405 Method Not Allowed)",
        ),
        (Reply(status=403, headers=(("X-DataDome", "protected"),)), "challenge", "challenge (403 Forbidden)"),
        (Reply(status=403, body=BLANK + b"<script src=/_Incapsula_Resource?x></script>"), "challenge", None),
        (Reply(status=403, body=BLANK + b"<div id=px-captcha></div>"), "challenge", None),
        (
            Reply(status=403, body=BLANK + b"<script src=https://geo.captcha-delivery.com/c.js></script>"),
            "challenge",
            None,
        ),
        (
            Reply(
                status=403, body=b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Reference #18.1</BODY></HTML>"
            ),
            "challenge",
            None,
        ),
        (
            Reply(status=401, body=b"<html><title>Sign in</title><form><input type=password></form></html>"),
            "login",
            "login (401 Unauthorized)",
        ),
        (Reply(status=403, body=NGINX), None, "403 Forbidden"),
        (Reply(status=403, body=b"no"), None, "403 Forbidden"),
        (Reply(status=500, body=b"<html><title>Error</title><p>Something broke"), None, "500 Internal Server Error"),
        (Reply(status=502, headers=(("x-datadome", "protected"),)), None, "502 Bad Gateway"),
    ],
)
def test_what_stands_in_the_place_of_a_page_is_called_by_its_name(
    settings: Settings,
    daily: Publisher,
    mirrorwire: Run,
    rows: Rows,
    reply: Reply,
    verdict: str | None,
    detail: str | None,
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    daily.routes["/rss.xml"] = Reply(body=feed(1))
    daily.routes[daily.page(1)] = reply
    done = ingest(settings, live=True)
    (attempt,) = rows("SELECT outcome, verdict, detail, status FROM attempt WHERE link_id IS NOT NULL")
    assert attempt["verdict"] == verdict and attempt["status"] == reply.status
    assert attempt["outcome"] == ("not_it" if verdict else "http_error")
    assert detail is None or attempt["detail"] == detail
    (link,) = done.left
    assert attempt["detail"] in link["last_problem"]
    evidence = rows("SELECT verdict FROM rejection")
    assert evidence == ([{"verdict": verdict}] if verdict else [])


def test_a_challenge_on_every_page_is_told_in_status_and_the_mirror_serves(
    settings: Settings, daily: Publisher, mirror: Publisher, mirrorwire: Run, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, mirror, seeds=(("feed", "/rss.xml"),))
    mirror.routes["/rss.xml"] = Reply(body=feed(1, 2))
    mirror.page(1)
    mirror.page(2)
    daily.otherwise = lambda path: Reply(status=403, body=MOMENT, headers=(("cf-mitigated", "challenge"),))
    done = ingest(settings, live=True)
    assert done.failures == () and len(rows("SELECT FROM articles")) == 2
    assert any("not asked any more (challenge" in warning for warning in done.warnings)
    (row,) = json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
    assert set(row["hosts"][0]["failures_last_day"]) == {"challenge"}
    assert row["hosts"][0]["last_failure"].startswith("challenge: challenge (403 Forbidden)")
