"""Watches: what runs load and what is gone is told once, and nothing of an article that was taken down."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mirrorwire.alarms.evaluate import evaluate
from mirrorwire.alarms.send import send_all
from mirrorwire.core.settings import Settings
from mirrorwire.store import db
from tests.conftest import NEWSROOM_DAY, Ran
from tests.newsroom import Newsroom
from tests.support.receiver import Receiver

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]


def messages(receiver: Receiver) -> list[dict[str, Any]]:
    """The messages of watches that came."""
    return [post.document for post in receiver.posts if post.document["type"] == "watch"]


def test_new_articles_are_told_once_and_corrections_and_removals_after_them(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, mirrorwire: Run, rows: Rows
) -> None:
    assert mirrorwire("watch", "add", "all", "--source", "courier", "--on", "new", "--on", "revision",
                      "--on", "correction", "--on", "removal").code == 0  # fmt: skip
    assert mirrorwire("ingest", "courier").code == 0
    (first,) = messages(receiver)
    stored = rows("SELECT count(*) AS n FROM articles")[0]["n"]
    assert (first["watch"], first["articles_in_all"]) == ("all", stored)
    assert {article["event"] for article in first["articles"]} == {"new"}
    assert first["headline"].startswith("watch all: new: ")
    assert mirrorwire("ingest", "courier").code == 0
    assert len(messages(receiver)) == 1
    newsroom.later = True
    mirrorwire("ingest", "courier", "--revisit")
    told = {(article["article_key"], article["event"]) for article in messages(receiver)[-1]["articles"]}
    changed = rows(
        "SELECT article_key, CASE change WHEN 'major' THEN 'revision' ELSE change END AS event"
        " FROM article_version JOIN article USING (article_id) WHERE version > 1 AND change <> 'minor'"
        " UNION SELECT article_key, 'removal' FROM article WHERE gone_at IS NOT NULL"
        " UNION SELECT article_key, 'new' FROM article_version JOIN article USING (article_id)"
        " WHERE version = 1 AND loaded_by = (SELECT max(run_id) FROM run)"
    )
    assert {event for _, event in told} >= {"revision", "removal"}
    assert told == {(row["article_key"], row["event"]) for row in changed}


def test_only_what_the_words_and_the_language_ask_for_is_told(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, mirrorwire: Run, rows: Rows
) -> None:
    word = max(newsroom.articles[0].title.split(), key=len).strip(",.:;")
    mirrorwire("watch", "add", "word", "--words", word)
    mirrorwire("watch", "add", "other", "--words", "zyzzyva")
    mirrorwire("watch", "add", "foreign", "--source", "courier", "--language", "fa")
    assert mirrorwire("ingest", "courier").code == 0
    by_search = {row["article_key"] for row in map(json.loads, mirrorwire("search", word).out.splitlines())}
    (message,) = messages(receiver)
    assert message["watch"] == "word"
    assert {article["article_key"] for article in message["articles"]} == by_search
    tried = {row["article_key"] for row in map(json.loads, mirrorwire("watch", "test", "word").out.splitlines())}
    assert tried == by_search


def test_what_a_backfill_loads_is_told_at_its_end(
    desk: Settings, receiver: Receiver, mirrorwire: Run, rows: Rows
) -> None:
    mirrorwire("watch", "add", "all", "--source", "courier")
    assert (
        mirrorwire(
            "backfill", "courier", "--since", f"{NEWSROOM_DAY}", "--until", f"{NEWSROOM_DAY + timedelta(days=1)}"
        ).code
        == 0
    )
    (message,) = messages(receiver)
    assert message["articles_in_all"] == rows("SELECT count(*) AS n FROM articles")[0]["n"] > 0


def test_what_was_loaded_before_is_not_told(desk: Settings, receiver: Receiver, mirrorwire: Run) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    mirrorwire("watch", "add", "late", "--source", "courier")
    assert mirrorwire("ingest", "courier").code == 0
    assert messages(receiver) == []


def test_nobody_is_told_of_an_article_that_was_taken_down_meanwhile(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, mirrorwire: Run, rows: Rows
) -> None:
    receiver.status = 503
    mirrorwire("watch", "add", "all", "--source", "courier")
    assert mirrorwire("ingest", "courier").code == 0
    keys = sorted(row["article_key"] for row in rows("SELECT article_key FROM articles"))
    assert mirrorwire("forget", keys[0], "--yes").code == 0
    receiver.status = 204
    assert mirrorwire("alarms", "send").code == 0
    (message,) = messages(receiver)
    assert sorted(article["article_key"] for article in message["articles"]) == keys[1:]


def test_a_watch_that_is_removed_takes_what_waits_with_it(desk: Settings, receiver: Receiver, mirrorwire: Run) -> None:
    receiver.status = 503
    mirrorwire("watch", "add", "all", "--source", "courier")
    assert mirrorwire("ingest", "courier").code == 0
    assert mirrorwire("watch", "remove", "all").code == 0
    receiver.status = 204
    assert mirrorwire("alarms", "send").code == 0
    assert messages(receiver) == []
    assert mirrorwire("watch", "list").out == ""


def test_an_evaluation_that_dies_before_its_end_tells_the_same_the_next_time(
    desk: Settings, receiver: Receiver, mirrorwire: Run, settings: Settings, rows: Rows
) -> None:
    mirrorwire("watch", "add", "all", "--source", "courier")
    channels = (desk.home / "channels.toml").read_text(encoding="utf-8")
    (desk.home / "channels.toml").unlink()
    assert mirrorwire("ingest", "courier").code == 0
    rows("DELETE FROM watch_hit RETURNING 1")
    rows("DELETE FROM message RETURNING 1")
    rows("UPDATE run SET watched_at = NULL RETURNING 1")
    (desk.home / "channels.toml").write_text(channels, encoding="utf-8")
    with db.connect(desk.database_url or "") as conn, db.connect(desk.database_url or "") as other:
        with other.transaction(force_rollback=True):  # what a killed session leaves
            evaluate(other, desk, now=datetime.now(UTC))
        assert rows("SELECT FROM watch_hit") == []
        for _ in range(2):
            evaluate(conn, desk, now=datetime.now(UTC))
            send_all(conn, desk)
    (message,) = messages(receiver)
    assert message["articles_in_all"] == rows("SELECT count(*) AS n FROM articles")[0]["n"]


def test_mistakes_get_one_line(settings: Settings, mirrorwire: Run) -> None:
    cases: dict[str, tuple[str, ...]] = {
        "needs --words, --source or --language": ("watch", "add", "x"),
        "is no name of a watch": ("watch", "add", "a b", "--words", "x"),
        "names no word": ("watch", "add", "x", "--words", "--"),
        "is no language": ("watch", "add", "x", "--language", "e n"),
        "no source 'nobody'": ("watch", "add", "x", "--source", "nobody"),
        "no channel 'desk'": ("watch", "add", "x", "--words", "x", "--channel", "desk"),
        "no watch 'x'": ("watch", "remove", "x"),
        "--within goes with --check": ("status", "--within", "1d"),
        "is no time": ("status", "--check", "--within", "soon"),
    }
    for words, command in cases.items():
        done = mirrorwire(*command)
        assert (done.code, words in done.err, done.err.count("\n")) == (2, True, 1), (command, done.err)
    assert mirrorwire("watch", "add", "x", "--words", "x").code == 0
    assert "there is a watch 'x' already" in mirrorwire("watch", "add", "x", "--words", "y").err
