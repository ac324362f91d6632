"""Evaluations and senders are killed at random moments and begun again: each thing is told, by one message."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from mirrorwire.core.settings import Settings
from tests.conftest import Ran
from tests.newsroom import Newsroom
from tests.support.command_forks import Running
from tests.support.receiver import Receiver

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
Begin = Callable[..., Running]
KILLS = 12


def test_killed_at_any_moment_everything_is_told_by_one_message(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, begin: Begin, mirrorwire: Run, rows: Rows
) -> None:
    chance = random.Random(13)
    assert mirrorwire("ingest", "courier").code == 0
    mirrorwire("watch", "add", "all", "--source", "courier", "--on", "removal")
    newsroom.primary.fault = newsroom.mirror.fault = "refuse"
    assert mirrorwire("ingest", "courier", "--revisit").code == 1
    # As if nobody had been told, and articles had gone.
    rows("DELETE FROM message RETURNING 1")
    rows("DELETE FROM alarm RETURNING 1")
    gone = len(rows("UPDATE article SET gone_at = now() RETURNING article_id"))
    receiver.posts.clear()
    began = time.monotonic()
    begin("alarms", "--all").wait()
    shortest_s = time.monotonic() - began  # it only lists, so that what checks and tells takes longer
    killed = 0
    for _ in range(KILLS):
        checker = begin("alarms", "--check")
        time.sleep(chance.uniform(0.2, 1.2) * shortest_s)
        checker.kill()
        killed += checker.wait().code < 0
    assert killed > KILLS // 3
    deadline = time.monotonic() + 30
    while mirrorwire("alarms", "--check", "--format", "json").err and time.monotonic() < deadline:
        time.sleep(0.2)  # until the database has noticed that the last one is dead, its locks stand
    while mirrorwire("alarms", "send").code and time.monotonic() < deadline:
        time.sleep(0.2)
    by_id = {post.document["id"]: post.document for post in receiver.posts}
    assert by_id.keys() == {row["id"] for row in rows("SELECT message_id::text AS id FROM message")}
    told = [(a["name"], a["subject"]) for document in by_id.values() for a in document.get("alarms", ())]
    still = [(row["name"], row["subject"]) for row in rows("SELECT name, subject FROM alarm WHERE told_at IS NOT NULL")]
    assert sorted(told) == sorted(still)
    assert "failing" in {name for name, _ in told}
    assert sum(document.get("articles_in_all", 0) for document in by_id.values()) == gone
