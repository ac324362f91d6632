"""The status for people: what is wrong comes first, in lines that fit a terminal, and no stranger's text is obeyed."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.exchange import HostRuling
from mirrorwire.pipeline import steps
from mirrorwire.reports import listings, status_view
from mirrorwire.store import breakers, db, frontier, suggested_hosts
from tests.conftest import environment
from tests.newsroom import Newsroom
from tests.support.ingest import ingest

Rows = Callable[..., list[dict[str, Any]]]


def on_terminal(settings: Settings, columns: int) -> list[str]:
    """What `mirrorwire status courier` draws on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    command = [sys.executable, "-m", "mirrorwire.cli", "status", "courier"]
    kept = {name: value for name, value in environment(settings).items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen(command, stdout=theirs, env=kept) as process:
        os.close(theirs)
        found = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break  # the other side is closed
            if not piece:
                break
            found += piece
    os.close(ours)
    assert process.returncode == 0
    return found.decode().replace("\r\n", "\n").splitlines()


def told(settings: Settings) -> dict[str, Any]:
    """The row of `status` that is drawn."""
    with db.connect(steps.prepare(settings)) as conn:
        return listings.status(conn, settings, "courier")[0]


def drawn(settings: Settings, width: int = 120) -> str:
    return "\n".join(status_view.lines([told(settings)], now=datetime.now(UTC), width=width))


def rule(settings: Settings, host: str, ruling: HostRuling | None) -> None:
    source = find_source(settings, "courier")
    with db.connect(settings.database_url or "") as conn:
        breakers.rule(conn, source, frontier.host_ids(conn, source), host, ruling)


def test_every_line_fits_the_terminal_and_urls_stay_whole(settings: Settings, newsroom: Newsroom) -> None:
    newsroom.publish_all()
    newsroom.primary.fault = "seizure"
    newsroom.mirror.fault = lambda path: "500" if "/Detail/" in path or path == "/" else None
    ingest(settings, "courier")
    for columns in (60, 80, 120):
        shown = drawn(settings, columns).splitlines()
        assert all(len(line) <= columns or " " not in line.strip() for line in shown), "only a URL alone may be longer"
        assert " ".join(shown[2:4]).startswith("courier: THE LAST RUN FAILED, NO ARTICLE in 1 run,")
    assert "more: mirrorwire links courier" in "\n".join(shown)
    assert "\n".join(shown).count("/Detail/") <= 12, "65 links of one problem are no 65 lines"
    seen = on_terminal(settings, 80)
    assert seen[2] == shown[2]
    assert all(len(line) <= 80 or " " not in line.strip() for line in seen)
    assert any(newsroom.primary.origin in line for line in seen)


def test_what_each_host_does_is_told(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.publish_all()
    assert drawn(settings).endswith("courier: never read")
    ingest(settings, "courier")
    shown = drawn(settings)
    assert "courier: all hosts up" in shown
    assert f"primary {newsroom.primary.origin} up since" in shown
    assert "100% of 68 requests served" in shown and "served 20 of the last 20 articles, and 65 pages" in shown
    assert f"mirror {newsroom.mirror.origin} never asked" in shown
    first = rows("SELECT min(started_at) AS at FROM attempt")[0]["at"]
    primary, mirror = told(settings)["hosts"]
    assert (primary["since"], mirror["since"]) == (first, None)

    newsroom.primary.fault = "seizure"
    ingest(settings, "courier", revisit=True)
    shown = drawn(settings)
    assert "courier: 1 of 2 hosts down" in shown
    assert f"{newsroom.primary.origin} DOWN since" in shown
    assert "seizure on its front page; probed in" in shown and "failures: seizure 2" in shown
    assert f"{newsroom.primary.origin} went down (seizure on its front page)" in shown

    rule(settings, newsroom.mirror.origin, "down")
    assert "courier: NO HOST IS UP" in (shown := drawn(settings))
    assert f"mirror {newsroom.mirror.origin} DOWN, set by hand since" in shown
    rule(settings, newsroom.mirror.origin, None)
    assert "1 of 2 hosts down" in drawn(settings)

    newsroom.primary.fault = None
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    ingest(settings, "courier", revisit=True)
    shown = drawn(settings)
    assert "all hosts up" in shown and f"{newsroom.primary.origin} is up again" in shown
    assert told(settings)["hosts"][0]["since"] > first


def test_a_suggested_host_comes_with_the_commands_for_it(settings: Settings, newsroom: Newsroom) -> None:
    ingest(settings, "courier")
    new = "https://courier.example.net"
    with db.connect(settings.database_url or "") as conn:
        for n in range(3):
            suggested_hosts.note(conn, "courier", new, "canonical", f"https://courier.test/{n}")
        shown = drawn(settings)
        assert f"SUGGESTED HOST {new}, which nobody follows: named by canonical 3" in shown
        assert f"mirrorwire hosts add courier {new}\n" in shown
        assert f"mirrorwire hosts dismiss courier {new}\n" in shown
        suggested_hosts.dismiss(conn, find_source(settings, "courier"), new)
    assert new not in drawn(settings)


NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
EMPTY: dict[str, Any] = {
    "source": "s",
    "error": None,
    "articles": 1,
    "suspect": 0,
    "newest_published_at": None,
    "newest_seen_at": None,
    "pending": 0,
    "failed": 0,
    "gone": 0,
    "rejected": 0,
    "timezone": "UTC",
    "schedule": "*/30 * * * *",
    "runs_ended": 0,
    "failed_in_a_row": 0,
    "is_scheduled": False,
    "pages_lately": 0,
    "rejected_lately": 0,
    "hosts": [],
    "suggested_hosts": [],
    "runs": [],
    "feed_gaps": [],
    "polls": [],
    "feeds_standing_still": [],
    "silent_seeds": [],
    "bugs": [],
    "links": [],
    "host_events": [],
    "proxies": [],
}


def test_what_a_stranger_wrote_moves_no_cursor() -> None:
    link = {
        "url": "https://s.example/1",
        "state": "failed",
        "next_try_at": None,
        "last_problem": "\x1b[2Jgone\r\n\x9b31m",
    }
    shown = "\n".join(status_view.lines([EMPTY | {"links": [link], "failed": 1}], now=NOW, width=80))
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert "1 link that no host has served, given up:  [2Jgone" in shown


def test_sources_that_were_never_read_share_a_line_behind_the_others() -> None:
    unread = [EMPTY | {"source": name, "articles": 0} for name in ("a", "b")]
    shown = list(status_view.lines([unread[0], EMPTY, unread[1]], now=NOW, width=80))
    assert (shown[2], shown[-1]) == ("s: all hosts up", "never read: a, b")
    assert not any(line.startswith(("a:", "b:")) for line in shown)


def test_how_often_a_feed_is_polled_is_told_with_the_reason_and_one_that_is_not_is_late() -> None:
    poll = {"seed": "/rss.xml", "interval_s": 720.0, "next_poll_at": NOW, "why": "24 new a day"}
    run = {
        "kind": "live", "state": "success", "external_id": "fleet/x/s", "alive": False, "interrupted": False,
        "last_sign_at": NOW - timedelta(hours=20), "started_at": NOW, "finished_at": NOW, "window_since": None,
        "failures": [], "warnings": [],
    }  # fmt: skip
    row = EMPTY | {"polls": [poll], "runs": [run], "is_scheduled": True, "schedule": None}
    shown = "\n".join(status_view.lines([row], now=NOW, width=120))
    assert "/rss.xml: every 12 min (24 new a day), next at 2026-11-25 03:00" in shown
    assert "LATE" not in shown
    assert "LATE: a poll was due 60 min ago" in "\n".join(
        status_view.lines([row], now=NOW + timedelta(hours=1), width=120)
    )


def test_a_broken_file_and_a_gap_are_told_first() -> None:
    gap = {"seed": "/rss.xml", "polled_before_at": datetime(2026, 11, 24, tzinfo=UTC), "polled_at": NOW}
    shown = list(
        status_view.lines(
            [EMPTY | {"feed_gaps": [gap]}, EMPTY | {"source": "t", "error": "t.toml: no"}], now=NOW, width=80
        )
    )
    assert [line for line in shown if ":" in line[:2]] == ["t: ITS FILE IS BROKEN", "s: a feed has a gap"]
    assert "/rss.xml: between 2026-11-24 00:00 and 2026-11-25 03:00" in " ".join(shown)
