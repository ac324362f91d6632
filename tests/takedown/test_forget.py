"""Takedown: nothing of one article is left, everything of the others is, and it never comes back."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as AnotherReader
from warcio.archiveiterator import ArchiveIterator

from mirrorwire import takedown
from mirrorwire.archive import ArchiveBusy, ArchiveWriter, read_capture
from mirrorwire.archive.members import blank_member, members
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.exchange import Capture
from mirrorwire.fetch import recorder
from mirrorwire.fetch.live import live_fetcher
from mirrorwire.pipeline import steps
from mirrorwire.store import boilerplate, db, extractions, ledger
from tests.conftest import Ran, environment
from tests.newsroom import Newsroom
from tests.pipeline.test_looks import take
from tests.pipeline.test_pipeline import keys, left_to_extract, stock
from tests.support.command_forks import CommandForks
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]

WORD, TITLE = "quizzaciously", "Sesquipedalian verdicts astonish the harbour board"
SECRET = f"The harbour board was told {WORD} that nobody of district 2 would ever again be named in these pages at all."
PATH = "/Detail/2026/11/20/2/story"
KEY = "daily:2"


# A takedown that stops at the n-th of the calls that change anything, before or behind it, by the hardest means.
KILLED = """
import os, signal, sys
from mirrorwire.takedown import removal as rows_; from mirrorwire.store import queries
from mirrorwire.archive import redact as blanking
stop = int(sys.argv[1]); n = 0
def step():
    global n
    n += 1
    if n == stop:
        os.kill(os.getpid(), signal.SIGKILL)
execute, real_blank = queries.execute, blanking.blank_member
CHANGES = (
    "drop_", "insert_tomb", "note_", "search_d", "takedown_d", "end_take", "refer_no", "clear_", "free_", "reopen"
)
def executed(conn, name, /, **given):
    is_change = name.partition("/")[2].startswith(CHANGES)
    if is_change:
        step()
    found = execute(conn, name, **given)
    if is_change:
        step()
    return found
queries.execute = executed
def member(length, **given):
    step()
    return real_blank(length, **given)
blanking.blank_member = member
from mirrorwire import cli
sys.argv = ["mirrorwire", "forget", "daily:2", "--yes"]
cli.main()
"""


def secret(n: int = 2) -> bytes:
    text = article(n).replace(f"Story number {n}", TITLE)
    return text.replace("</h1>", f"</h1><p>{SECRET}</p>").encode()


def feed(publisher: Publisher, *ids: int) -> None:
    """A feed that gives titles and words, as feeds do."""
    items = "".join(
        f"<item><title>{TITLE if n == 2 else f'Story number {n}'}</title>"
        f"<link>{publisher.url}/Detail/2026/11/20/{n}/story</link>"
        f"<description>&lt;p&gt;{SECRET if n == 2 else 'Other news'}&lt;/p&gt;</description></item>"
        for n in ids
    )
    body = f'<rss version="2.0"><channel><title>Daily</title>{items}</channel></rss>'
    publisher.routes["/rss.xml"] = Reply(body=body.encode(), etag=True)


@pytest.fixture
def daily(settings: Settings) -> Iterator[Publisher]:
    """A primary whose second article is to be forgotten; its pages have validators."""
    with publishing() as found:
        for n in (1, 3, 4):
            found.page(n, etag=True)
        found.routes[PATH] = Reply(body=secret(), etag=True)
        feed(found, 1, 2, 3, 4)
        source_file(settings.home / "sources", found, seeds=(("feed", "/rss.xml"),))
        yield found


def forget(settings: Settings, key: str = KEY, **given: Any) -> dict[str, Any]:
    with db.connect(settings.database_url or "") as conn:
        return takedown.forget(
            conn, settings, find_source(settings, key.split(":", maxsplit=1)[0]), key, reason=None, **given
        )


def told_of(rows: Rows, *words: str) -> list[str]:
    """Tables and columns that hold any of these words, in text, arrays or JSON."""
    columns = rows(
        "SELECT table_name AS t, column_name AS c FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_schema, table_name) WHERE table_schema = 'mirrorwire' AND table_type = 'BASE TABLE' "
        "AND data_type IN ('text', 'jsonb', 'json', 'ARRAY', 'character varying', 'USER-DEFINED', 'tsvector')"
    )
    assert len(columns) > 60
    return [
        f"{each['t']}.{each['c']}"
        for each in columns
        for word in words
        if rows(f'SELECT 1 FROM "{each["t"]}" WHERE "{each["c"]}"::text ILIKE %s LIMIT 1', f"%{word}%")
    ]


def plain_bytes(folder: Path) -> bytes:
    """All that the archive's files hold, decoded; each must be readable to its end by two readers."""
    found = b""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            ours = [
                (record.rec_type, record.content_stream().read())
                for record in ArchiveIterator(file, check_digests="raise")
            ]
        with path.open("rb") as file:
            theirs = [record.reader.read() for record in AnotherReader(file)]
        assert len(ours) == len(theirs) > 0
        found += gzip.decompress(path.read_bytes()) + b"".join(body for _, body in ours)  # that may be coded itself
    return found


def readable(settings: Settings, rows: Rows) -> int:
    """Every capture that is kept can be read back."""
    found = rows(
        "SELECT c.warc, c.warc_offset, c.warc_length, c.digest, p.warc AS pw, p.warc_offset AS po, p.warc_length AS pl "
        "FROM capture c LEFT JOIN capture p ON p.capture_id = c.payload_id WHERE NOT c.damaged"
    )
    for row in found:
        payload = None
        if row["pw"]:
            payload = Capture(warc=row["pw"], offset=row["po"], length=row["pl"], digest=row["digest"])
        capture = Capture(
            warc=row["warc"],
            offset=row["warc_offset"],
            length=row["warc_length"],
            digest=row["digest"],
            payload=payload,
        )
        read_capture(settings.archive, capture, spool=settings.spool)
    return len(found)


def assert_gone(settings: Settings, rows: Rows) -> None:
    assert told_of(rows, WORD, TITLE, PATH) == []
    held = plain_bytes(Path(settings.archive))
    assert (WORD.encode() in held, TITLE.encode() in held, PATH.encode() in held) == (False, False, False)
    assert rows("SELECT article_key, done_at IS NOT NULL AS done FROM tombstone") == [
        {"article_key": KEY, "done": True}
    ]
    assert rows("SELECT 1 FROM takedown") == []
    assert readable(settings, rows) > 0


def test_nothing_of_a_forgotten_article_is_left_and_all_of_the_others_is(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    take(settings)
    take(settings, revisit=True)  # 304s
    rows("UPDATE capture SET etag = NULL, last_modified = NULL RETURNING 1")
    take(settings, revisit=True)  # revisits of identical payloads
    daily.routes[PATH] = Reply(body=secret().replace(b"told on Friday", b"told on Monday"), etag=True)
    take(settings, revisit=True)  # another version
    assert rows("SELECT versions FROM article WHERE article_key = %s", KEY) == [{"versions": 2}]
    rows(  # one that a feed's entry met
        "INSERT INTO bug (source_key, step, item, place, error, traceback, met_at) "
        "VALUES ('daily', 'discover', '/rss.xml', 'mirrorwire/a.py:1 in f', %s, %s, now()) RETURNING 1",
        f"ValueError: {TITLE}",
        f"ValueError: {TITLE}",
    )
    assert len(told_of(rows, WORD, TITLE, PATH)) >= 5
    before = [row for row in stock(rows) if row["article_key"] != KEY]
    sizes = {path.name: path.stat().st_size for path in Path(settings.archive).iterdir()}
    row = forget(settings)
    assert_gone(settings, rows)
    assert stock(rows) == before
    assert {path.name: path.stat().st_size for path in Path(settings.archive).iterdir()} == sizes
    assert (row["state"], row["articles"], row["versions"], row["signatures"]) == ("forgotten", 1, 2, 1)
    assert (row["captures"], row["extractions"], row["urls"]) == (3, 3, 1)
    assert row["records"] >= 9, "of each of four fetches the response and the request, and the feed"
    assert row["bytes"] > 2000
    assert forget(settings)["state"] == "forgotten already"


def test_what_came_of_pages_that_broke_off_is_archived_and_goes_too(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    page = daily.routes[PATH]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(secret())}\r\n\r\n".encode()
    daily.routes[PATH] = Reply(raw=head + secret()[:-100])
    take(settings)
    assert rows("SELECT outcome FROM attempt WHERE url LIKE %s", f"%{PATH}") == [{"outcome": "http_error"}]
    assert b"WARC-Truncated: disconnect" in plain_bytes(Path(settings.archive))
    assert WORD.encode() in plain_bytes(Path(settings.archive))
    daily.routes[PATH] = page
    rows("UPDATE link SET next_try_at = now() RETURNING 1")
    take(settings)
    assert len(rows("SELECT 1 FROM article WHERE article_key = %s", KEY)) == 1
    forget(settings)
    assert_gone(settings, rows)


def test_it_never_comes_back_whatever_lists_it(settings: Settings, daily: Publisher, rows: Rows) -> None:
    take(settings)
    forget(settings)
    daily.sitemap("/news.xml", *((f"/Detail/2026/11/20/{n}/story", "2026-11-25") for n in (1, 2, 3, 4)))
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"), ("sitemap", "/news.xml")))
    daily.asked.clear()
    for given in ({}, {"live": False}, {"revisit": True}):
        take(settings, **given)
    ingest(settings, kind="backfill", since="2026-11-20", until="2026-11-21", revisit=True)
    rows("UPDATE capture SET extractor_version = 0 RETURNING 1")
    take(settings)
    assert PATH not in daily.paths()
    assert rows("SELECT article_key FROM link ORDER BY 1") == [{"article_key": f"daily:{n}"} for n in (1, 3, 4)]
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", "daily:3", "daily:4"}
    assert told_of(rows, WORD, TITLE) == []


SHOWN = {
    "a feed": ("feed", "<rss version='2.0'><channel><title>Daily</title>{entry}{other}</channel></rss>"),
    "a news sitemap": (
        "sitemap",
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entry}{other}</urlset>',
    ),
    "a listing": ("section", "<html><body><h1>News</h1>{entry}{other}</body></html>"),
}
ENTRIES = {
    "feed": (
        "<item><title>{title}</title><link>{url}</link><enclosure url='{url}/a.jpg' type='image/jpeg' length='9'/>"
        "<c:encoded xmlns:c='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>{words}</p>]]></c:encoded></item>"
    ),
    "sitemap": "<url><loc>{url}</loc><news:news><news:title>{title}</news:title></news:news></url>",
    "section": "<article><a href='{url}'>{title}</a><p>{words}</p></article>",
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shown", SHOWN)
def test_no_seed_brings_a_word_of_it_back_into_the_archive(
    settings: Settings, daily: Publisher, rows: Rows, shown: str, packed: bool
) -> None:
    kind, frame = SHOWN[shown]
    seed, path = ("/seed/{page}", "/seed/1") if kind == "section" else ("/seed", "/seed")
    daily.page(5)

    def show(n: int) -> None:
        entry, other = (
            ENTRIES[kind].format(url=f"{daily.url}/Detail/2026/11/20/{number}/story", title=title, words=words)
            for number, title, words in ((2, TITLE, SECRET), (n, f"Story number {n}", "Other news"))
        )
        body = frame.format(entry=entry, other=other).encode()
        headers = (("Content-Encoding", "gzip"),) if packed else ()
        daily.routes[path] = Reply(body=gzip.compress(body) if packed else body, headers=headers, etag=True)

    source_file(settings.home / "sources", daily, seeds=((kind, seed),))
    show(1)
    take(settings)
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", KEY}
    forget(settings)
    assert_gone(settings, rows)
    take(settings)  # which asks for the document anew, or hears that it is as it was
    show(5)
    take(settings)
    take(settings)
    assert_gone(settings, rows)
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", "daily:5"}, "its other links are read as before"
    assert next(asked for asked in reversed(daily.asked) if asked.path == path).status == 304, "validators are kept"
    assert b"WARC-Truncated: unspecified" in plain_bytes(Path(settings.archive))


def test_a_front_page_or_a_redirect_that_names_it_is_not_archived(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    take(settings)
    forget(settings)
    teaser = f"<html><body><a href={PATH}>{TITLE}</a><p>{SECRET}</p></body></html>".encode()
    host = find_source(settings, "daily").primary.url
    source = find_source(settings, "daily")
    for reply in (
        Reply(body=teaser, headers=(("Link", f"<{PATH}>; rel=preload"),)),
        Reply(status=302, headers=(("Location", PATH),), body=teaser),
        Reply(body=json.dumps({"items": [{"url": f"{host}{PATH}".replace("/", "\\/"), "t": TITLE}]}).encode()),
    ):
        daily.routes["/"] = reply
        with db.connect(settings.database_url or "") as conn:
            run_id = steps.open_run(settings, "daily", kind="live", external_id=str(time.time()), now=datetime.now(UTC))
            with live_fetcher(conn, ledger.find_run(conn, run_id), source, settings) as fetcher:
                fetcher.health.probe(source.primary)
    assert "/" in daily.paths()
    assert_gone(settings, rows)


def archived_before_tombstones_counted(settings: Settings, daily: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a feed's title and words in the archive, fetched after the article was taken down."""
    take(settings)
    forget(settings)
    monkeypatch.setattr(recorder, "without_forgotten", lambda answer, *_: answer)
    feed(daily, 1, 2, 3)
    take(settings)
    monkeypatch.undo()
    assert TITLE.encode() in plain_bytes(Path(settings.archive))


def test_a_second_takedown_takes_what_came_since(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived_before_tombstones_counted(settings, daily, monkeypatch)
    again = forget(settings)
    assert (again["state"], again["seed_documents"]) == ("forgotten", 2)
    assert_gone(settings, rows)
    assert forget(settings)["state"] == "forgotten already"


def test_what_another_article_shares_with_it_stays_that_articles(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    # The same bytes under another key: stored once, the other's capture refers to them.
    daily.routes["/Detail/2026/11/20/3/story"] = Reply(body=secret(), etag=True)
    daily.routes["/Detail/2026/11/20/4/story"] = Reply(body=secret(), etag=True)
    feed(daily, 2)
    take(settings)
    feed(daily, 2, 3, 4)
    take(settings)
    shared = rows("SELECT count(*) AS n FROM capture WHERE payload_id IS NOT NULL AND link_id IS NOT NULL")
    assert shared == [{"n": 2}]
    before = [row for row in stock(rows) if row["article_key"] != KEY]
    assert len(before) == 2
    forget(settings)
    assert [row | {"cluster_id": 0} for row in stock(rows)] == [row | {"cluster_id": 0} for row in before]
    assert readable(settings, rows) > 2
    rows("UPDATE capture SET extractor_version = 0 RETURNING 1")
    take(settings)
    assert [row["text"] for row in stock(rows)] == [row["text"] for row in before]
    assert PATH.encode() not in plain_bytes(Path(settings.archive))


@pytest.mark.parametrize("other", [1, 3])
def test_what_hosts_served_in_its_place_and_redirects_to_it_go_too(
    settings: Settings, daily: Publisher, rows: Rows, other: int
) -> None:
    """Another article's URL that shows it is fetched before it (3) or behind it (1)."""
    with publishing() as mirror:
        source_file(settings.home / "sources", daily, mirror, seeds=(("feed", "/rss.xml"),))
        page = daily.routes[PATH]
        daily.routes[PATH] = Reply(status=302, headers=(("Location", f"/moved?to={PATH}"),))
        daily.routes[f"/moved?to={PATH}"] = Reply(body=f"<html><p>Moved: {SECRET}</p></html>".encode())
        mirror.routes[PATH] = Reply(status=301, headers=(("Location", PATH + "-2"),))
        mirror.routes[PATH + "-2"] = page  # type: ignore[assignment]
        # And another article's URL that shows it.
        daily.routes[f"/Detail/2026/11/20/{other}/story"] = Reply(status=302, headers=(("Location", PATH + "-3"),))
        daily.routes[PATH + "-3"] = Reply(body=secret())
        take(settings)
        assert rows(
            "SELECT served FROM (SELECT served_by AS served, article_key FROM articles) a WHERE article_key = %s", KEY
        )
        assert len(rows("SELECT 1 FROM capture c JOIN link l USING (link_id) WHERE article_key = %s", KEY)) == 2
        forget(settings)
        assert_gone(settings, rows)
        assert {row["article_key"] for row in stock(rows)} == {f"daily:{n}" for n in (1, 3, 4) if n != other}


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_it_ends_the_same(
    settings: Settings, daily: Publisher, rows: Rows, forks: CommandForks
) -> None:
    take(settings)
    rows("UPDATE capture SET etag = NULL, last_modified = NULL RETURNING 1")
    take(settings, revisit=True)
    before = [row for row in stock(rows) if row["article_key"] != KEY]
    ended, stop = False, 0
    while not ended and stop < 200:
        stop += 1 if stop < 4 else 3
        done = forks.run_program(KILLED, [str(stop)], environment(settings))
        ended = done.code == 0
        assert ended or done.code == -signal.SIGKILL, done.err
        assert [row for row in stock(rows) if row["article_key"] != KEY] == before
    assert ended
    assert stop > 10
    assert_gone(settings, rows)
    assert stock(rows) == before


def test_a_record_that_was_half_overwritten_is_overwritten_wholly(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(settings)
    from mirrorwire.archive import redact

    real = redact.blank_member
    torn: list[int] = []

    def half(length: int, **given: Any) -> bytes:
        if torn:
            raise KeyboardInterrupt
        torn.append(length)
        return real(length, **given)[: length // 2]

    monkeypatch.setattr(redact, "blank_member", half)
    with suppress(KeyboardInterrupt):
        forget(settings)
    monkeypatch.undo()
    assert torn
    assert rows("SELECT done_at FROM tombstone") == [{"done_at": None}]
    assert told_of(rows, WORD, TITLE) == []
    assert forget(settings)["state"] == "forgotten"
    assert_gone(settings, rows)


def test_a_file_that_is_being_written_is_waited_for_then_refused(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mirrorwire.archive import redact

    run_id = steps.open_run(settings, "daily", kind="live", external_id="x", now=datetime.now(UTC))
    steps.discover(settings, run_id, now=datetime.now(UTC))
    held: list[ArchiveWriter] = []
    real = ArchiveWriter.__exit__
    monkeypatch.setattr(ArchiveWriter, "__exit__", lambda self, *_: held.append(self))  # its process goes on
    steps.fetch(settings, run_id, 1, now=datetime.now(UTC))
    monkeypatch.setattr(ArchiveWriter, "__exit__", real)
    monkeypatch.setattr(redact, "PATIENCE_S", 0.2)
    with pytest.raises(ArchiveBusy, match="is being written to"):
        forget(settings)
    assert told_of(rows, WORD, TITLE) == []
    assert takedown_state(rows) == [False]
    threading.Timer(1, lambda: [writer.close() for writer in held]).start()
    monkeypatch.setattr(redact, "PATIENCE_S", 30)
    assert forget(settings)["state"] == "forgotten"
    assert_gone(settings, rows)


def takedown_state(rows: Rows) -> list[bool]:
    return [row["done"] for row in rows("SELECT done_at IS NOT NULL AS done FROM tombstone")]


def test_an_article_that_is_just_being_fetched_does_not_come_back(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow() -> Reply:
        asked.set()
        go_on.wait(20)
        return Reply(body=secret())

    daily.routes[PATH] = slow
    fetching = threading.Thread(target=take, args=(settings,))
    fetching.start()
    assert asked.wait(30)
    forget(settings)
    go_on.set()
    fetching.join(60)
    assert not fetching.is_alive()
    take(settings)
    assert_gone(settings, rows)
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", "daily:3", "daily:4"}


def test_an_article_that_is_just_being_read_does_not_come_back(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = steps.open_run(settings, "daily", kind="live", external_id="x", now=datetime.now(UTC))
    steps.discover(settings, run_id, now=datetime.now(UTC))
    with left_to_extract():
        steps.fetch(settings, run_id, 1, now=datetime.now(UTC))
    store, done = extractions.store_extraction, []

    def meanwhile(*args: Any, **given: Any) -> bool:
        if not done:
            done.append(forget(settings))
        return store(*args, **given)

    monkeypatch.setattr(extractions, "store_extraction", meanwhile)
    steps.extract(settings, run_id, 1, now=datetime.now(UTC))
    assert done
    take(settings)
    assert_gone(settings, rows)
    assert {row["article_key"] for row in stock(rows)} == {"daily:1", "daily:3", "daily:4"}


@pytest.mark.slow
def test_a_second_takedown_that_is_killed_ends_the_same(
    settings: Settings, daily: Publisher, rows: Rows, forks: CommandForks, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived_before_tombstones_counted(settings, daily, monkeypatch)
    ended, stop = False, 0
    while not ended and stop < 100:
        stop += 1
        done = forks.run_program(KILLED, [str(stop)], environment(settings))
        ended = done.code == 0
        assert ended or done.code == -signal.SIGKILL, done.err
    assert stop > 5
    assert_gone(settings, rows)


@pytest.mark.slow
def test_runs_and_takedowns_at_once_neither_deadlock_nor_bring_anything_back(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newsroom.publish_all()
    ingest(settings, "courier")
    wanted = sorted(keys(newsroom))[:20]
    program = [sys.executable, "-m", "mirrorwire.cli", "ingest", "courier", "--revisit"]
    runs = [subprocess.Popen(program, env=environment(settings), stderr=subprocess.PIPE) for _ in range(2)]
    time.sleep(1.5)
    for key in wanted:
        while True:
            with suppress(ArchiveBusy):
                forget(settings, key)
                break
    for run in runs:
        _, err = run.communicate(timeout=200)
        assert run.returncode in (0, 3), err.decode()[-2000:]  # 3: the other run holds what is left
        assert "database" not in err.decode()
    ingest(settings, "courier")
    assert {row["article_key"] for row in stock(rows)} == keys(newsroom) - set(wanted)
    assert rows("SELECT count(*) AS n FROM link WHERE article_key = ANY (%s)", wanted) == [{"n": 0}]
    assert takedown_state(rows) == [True] * len(wanted)
    plain_bytes(Path(settings.archive))
    assert readable(settings, rows) > 0


def test_paragraphs_that_were_learned_with_its_help_are_counted_again(
    settings: Settings, daily: Publisher, rows: Rows, conn: db.Connection
) -> None:
    # On five articles of five it is learned; with one of them gone it is not.
    shared = "Written for the Daily by hands that would rather not be named in public, or anywhere else at all."
    ids = (1, 2, 3, 4, 5)
    for n in ids:
        body = (secret() if n == 2 else article(n).encode()).replace(
            b"</article>", f"<p>{shared}</p></article>".encode()
        )
        daily.routes[f"/Detail/2026/11/20/{n}/story"] = Reply(body=body, etag=True)
    feed(daily, *ids)
    take(settings)
    assert [row["text"] for row in rows("SELECT text FROM boilerplate WHERE learned")] == [shared]
    assert all(shared not in row["text"] for row in stock(rows))
    block = next(
        row["block"]
        for row in rows(
            "SELECT b AS block FROM extraction e JOIN link USING (link_id), unnest(blocks) b "
            "WHERE article_key = %s AND b NOT IN (SELECT block FROM boilerplate)",
            KEY,
        )
    )
    boilerplate.overrule(conn, "daily", drop=[block])  # a person's ruling on one of its own paragraphs
    forget(settings)
    assert rows("SELECT text FROM boilerplate WHERE learned") == []
    assert {row["text"] for row in rows("SELECT text FROM boilerplate")} <= {None}
    assert rows("SELECT 1 FROM boilerplate_month") == []
    take(settings)
    assert all(shared in row["text"] for row in stock(rows))
    assert_gone(settings, rows)


def test_the_command_tells_what_it_did_and_takes_keys_and_urls(
    settings: Settings, daily: Publisher, rows: Rows, mirrorwire: Callable[..., Ran]
) -> None:
    take(settings)
    for words, said in (
        (("daily:77", "--yes"), "no seed has ever shown"),
        (("nowhere:1", "--yes"), "no source 'nowhere'"),
        (("http://elsewhere.example/a", "--yes"), "no article of any source"),
        (("2", "--yes"), "neither a URL nor an article key"),
        ((KEY,), "--yes says so"),
        ((), "which article"),
        (("--list", KEY), "--list stands alone"),
        (("--undo", KEY), "was not forgotten"),
    ):
        done = mirrorwire("forget", *words)
        assert (done.code, done.out) == (2, ""), words
        assert said in done.err
        assert len(done.err.splitlines()) == 1
    assert len(stock(rows)) == 4
    done = mirrorwire("forget", f"{daily.url}{PATH}?utm_source=x", "--yes", "--reason", "asked for", "--format", "json")
    assert done.code == 0, done.err
    (row,) = json.loads(done.out)
    assert (row["article_key"], row["state"], row["articles"], row["reason"]) == (KEY, "forgotten", 1, "asked for")
    again = mirrorwire("forget", "2", "--source", "daily", "--yes", "--format", "table")
    assert (again.code, "is forgotten already" in again.err) == (0, True)
    (listed,) = json.loads(mirrorwire("forget", "--list", "--format", "json").out)
    assert (listed["article_key"], listed["reason"], listed["records"]) == (KEY, "asked for", row["records"])
    assert_gone(settings, rows)
    assert mirrorwire("forget", "--undo", KEY).code == 0
    assert mirrorwire("forget", "--list").out == ""
    take(settings, revisit=True)
    assert len(stock(rows)) == 4


@pytest.mark.parametrize("length", [165, 166, 200, 500, 65_535, 65_553, 65_559, 65_560, 131_098, 200_000])
def test_a_blank_record_is_as_long_as_it_has_to_be_and_read_by_anybody(tmp_path: Path, length: int) -> None:
    data = blank_member(length, name="a.warc.gz", offset=7, date=datetime(2026, 11, 20, tzinfo=UTC))
    assert len(data) == length
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data * 2)
    assert plain_bytes(tmp_path).count(b"WARC-Type: metadata") == 2
    with path.open("rb") as file:
        assert [(member.offset, member.length) for member in members(file)] == [(0, length), (length, length)]


def test_too_few_bytes_hold_no_record() -> None:
    with pytest.raises(ValueError, match="too few"):
        blank_member(100, name="a", offset=0, date=datetime.now(UTC))
