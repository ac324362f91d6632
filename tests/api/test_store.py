"""A store from Python: what is selected, as records, Arrow batches and DataFrames; versions; passes; memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, astuple
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pyarrow as pa
import pytest

import mirrorwire
from mirrorwire.core.config import Settings
from mirrorwire.exports.selection import Selection
from mirrorwire.store import search
from tests.conftest import environment
from tests.load.test_load import NOW, Desk, saying
from tests.newsroom import Newsroom
from tests.support.copied_articles import copy_articles
from tests.support.placing import Desk as PlacingDesk

PEAK = """
import sys, mirrorwire
with mirrorwire.open() as store:
    n = 0
    for item in {items}:
        n += item.num_rows if hasattr(item, "num_rows") else 1
print(n, open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


@pytest.fixture
def desk(conn: Any) -> Desk:
    """A desk at which six articles were loaded; the first was edited later."""
    desk = Desk(conn)
    bare = {"published_at": None, "section": None, "language": None}
    desk.load(
        desk.row(1, "The harbour is open.\nShips wait."),
        saying(desk.row(2, "No ship came."), published_at=NOW + timedelta(days=1)),
        saying(desk.row(3, "Undated.", authors=()), **bare),
        saying(desk.row(4, "中文"), language="zh-Hans", published_at=NOW + timedelta(days=2)),
        saying(desk.row(5, "Below."), section="News / World", published_at=NOW + timedelta(days=3)),
        saying(desk.row(6, "Perhaps."), published_at=NOW + timedelta(days=4), verdict="suspect", doubts=["thin"]),
    )
    desk.load(desk.row(1, "The harbour is closed.\nShips wait.", minutes=60))
    search.index(conn)
    return desk


@pytest.fixture
def store(desk: Desk, settings: Settings) -> Any:
    with mirrorwire.open(settings.database_url) as store:
        yield store


def keys(articles: mirrorwire.Articles) -> list[int]:
    return [int(article.article_key.partition(":")[2]) for article in articles]


def test_articles_come_by_publication_as_frozen_records(store: mirrorwire.Store) -> None:
    articles = list(store.articles("courier"))
    assert [article.article_key for article in articles] == [f"courier:{n}" for n in (1, 2, 4, 5, 6, 3)]
    first = articles[0]
    assert (first.text, first.version, first.authors, first.published_at) == (
        "The harbour is closed.\nShips wait.",
        2,
        ("A. Writer",),
        NOW,
    )
    assert first.fetched_at.tzinfo is not None
    assert not [value for value in astuple(first) if isinstance(value, list)]
    assert hash(first)
    with pytest.raises(FrozenInstanceError):
        first.title = "another"  # type: ignore[misc]


def test_they_are_those_of_an_export(store: mirrorwire.Store, desk: Desk) -> None:
    exported = [row["article_key"] for row in Selection().rows(desk.conn, desk.source)]
    assert [article.article_key for article in store.articles("courier")] == exported


def test_they_are_selected_by_source_window_language_section_and_what_is_sure(store: mirrorwire.Store) -> None:
    # The courier's zone is Asia/Tehran: its 21 November began at 20:30 UTC.
    assert keys(store.articles("courier", since="2026-11-21", until="2026-11-23")) == [2, 4]
    assert keys(store.articles("courier", since=date(2026, 11, 21), until=datetime(2026, 11, 22, tzinfo=UTC))) == [2]
    assert keys(store.articles(["courier"], language="ZH")) == [4]
    assert keys(store.articles(section="news/world")) == [5]
    assert keys(store.articles(sure=True, since="2026-11-23")) == [5]
    assert keys(store.articles(limit=2)) == [1, 2]
    assert keys(store.articles([])) == []


def test_they_are_selected_by_their_words(store: mirrorwire.Store) -> None:
    assert keys(store.articles(query="harbours")) == [1]
    assert keys(store.articles(query="ships")) == [1, 2]
    assert keys(store.articles(query="ships -harbour")) == [2]
    assert keys(store.articles("courier", query="ship", since="2026-11-21")) == [2]
    assert keys(store.articles(query="open")) == []  # said by a version before


def test_they_are_selected_by_their_cluster(conn: Any, settings: Settings) -> None:
    story = " ".join(f"word{n} of the story" for n in range(80))
    texts = {1: story, 2: f"{story} again", 3: "Another story altogether, of other things."}
    placing, desk = PlacingDesk(conn), Desk(conn)
    for number, text in texts.items():
        placing.say(str(number), text)
        desk.load(desk.row(number, text))
    placing.place()
    with mirrorwire.open(settings.database_url) as store:
        (cluster,) = store.clusters("courier", since="2026-11-20")
        assert (cluster.head, cluster.size, cluster.sources) == ("courier:1", 2, ("courier",))
        assert keys(store.articles(cluster=cluster.head)) == [1, 2]
        assert keys(store.articles(heads=True)) == [1, 3]
        assert store.clusters(min_size=3) == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"source": "marsh"}, "no source 'marsh'"),
        ({"source": "a\0b\ud800"}, "no source"),
        ({"source": "Courier"}, "did you mean 'courier'"),
        ({"since": "yesterday"}, "neither a date"),
        ({"since": "2026-11-21", "until": "2026-11-20"}, "the window is empty"),
        ({"query": "  !"}, "names no word"),
        ({"limit": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(store: mirrorwire.Store, asked: Any, message: str) -> None:
    with pytest.raises(mirrorwire.WrongUse, match=message):
        store.articles(**asked)


def test_two_iterations_and_questions_between_do_not_disturb_each_other(store: mirrorwire.Store) -> None:
    articles = store.articles("courier")
    pairs = []
    for one, two in zip(articles, articles, strict=True):
        assert store.versions(one.article_key)
        pairs.append(one == two)
    assert pairs == [True] * 6
    assert len(list(islice(articles, 2))) == 2  # given up half way


def test_a_closed_store_says_so(settings: Settings, desk: Desk) -> None:
    with mirrorwire.open(settings.database_url) as store:
        articles = store.articles()
    with pytest.raises(mirrorwire.WrongUse, match="the store is closed"):
        store.articles()
    with pytest.raises(mirrorwire.WrongUse, match="the store is closed"):
        store.versions("courier:1")
    assert len(list(articles)) == 6


def test_a_database_that_is_away_is_one_typed_line(unused_port: int) -> None:
    with pytest.raises(mirrorwire.MirrorwireError, match="cannot be reached"):
        mirrorwire.open(f"postgresql://nobody:secret@127.0.0.1:{unused_port}/none")


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_arrow_batches_hold_the_same_with_types(store: mirrorwire.Store) -> None:
    batches = list(store.articles("courier").to_batches(size=4))
    assert [batch.num_rows for batch in batches] == [4, 2]
    table = pa.Table.from_batches(batches)
    assert table.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("authors").type == pa.list_(pa.string())
    records = [article.article_key for article in store.articles("courier")]
    assert table.column("article_key").to_pylist() == records
    with pytest.raises(mirrorwire.WrongUse, match="at least 1"):
        store.articles().to_batches(size=0)


@pytest.mark.parametrize(
    ("package", "ask"), [("pyarrow", "to_batches"), ("pandas", "to_dataframe")], ids=["pyarrow", "pandas"]
)
def test_without_the_package_one_line_says_what_to_install(
    store: mirrorwire.Store, monkeypatch: pytest.MonkeyPatch, package: str, ask: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as Python notes what cannot be imported
    with pytest.raises(mirrorwire.MirrorwireError, match=f"needs {package}, .* -m pip install {package}$"):
        getattr(store.articles(), ask)()


def test_a_dataframe_has_a_column_a_field(store: mirrorwire.Store) -> None:
    pandas = pytest.importorskip("pandas")
    frame = store.articles("courier").to_dataframe()
    assert list(frame["article_key"]) == [article.article_key for article in store.articles("courier")]
    assert str(frame["published_at"].dtype).startswith("datetime64")
    assert pandas.isna(frame["published_at"].iloc[-1])
    assert list(store.articles(limit=1, section="none").to_dataframe().columns) == list(frame.columns)


def test_versions_and_their_difference_by_words(store: mirrorwire.Store) -> None:
    first, second = store.versions("courier:1")
    assert [(side.version, side.is_current) for side in (first, second)] == [(1, False), (2, True)]
    difference = store.diff("courier:1")
    assert (difference.before, difference.after) == (first, second)
    assert difference.change == "major"
    (changed,) = [piece for piece in difference.pieces if piece.kind == "changed"]
    assert [words for kind, words in changed.words if kind == "removed"] == ["open"]
    assert [words for kind, words in changed.words if kind == "added"] == ["closed"]
    assert store.diff("courier:1", before=2, after=1).before == second
    single = store.diff("courier:2")
    assert (single.before, single.change, single.pieces) == (None, None, ())
    with pytest.raises(mirrorwire.WrongUse, match="no stored article"):
        store.versions("courier:99")
    with pytest.raises(mirrorwire.WrongUse, match="has no version 7"):
        store.diff("courier:1", before=7)


def test_a_pass_from_python_loads_what_the_command_would(
    settings: Settings, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    with mirrorwire.open() as store:
        result = store.ingest("courier")
        assert result.failures == ()
        assert result.counts["inserted"] == len(list(store.articles("courier"))) > 0
        assert store.ingest("courier").counts["inserted"] == 0
        by_url = next(iter(store.articles("courier"))).urls[0]
        assert len(store.versions(by_url)) == 1
        with pytest.raises(mirrorwire.WrongUse, match="no source 'nobody'"):
            store.ingest("nobody")


def test_the_embedded_server_of_a_home_is_opened(server: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRRORWIRE_DATABASE_URL", "postgresql://elsewhere.invalid/none")  # a home means its own server
    with mirrorwire.open(home=server.home) as store:
        assert list(store.articles()) == []


@pytest.mark.parametrize(
    "items", ["store.articles()", "store.articles().to_batches(size=100)"], ids=["records", "arrow"]
)
def test_fifty_thousand_articles_take_no_more_memory_than_a_thousand(
    desk: Desk, settings: Settings, items: str
) -> None:
    def peak_kb() -> tuple[int, int]:
        program = [sys.executable, "-c", PEAK.format(items=items)]
        done = subprocess.run(program, env=environment(settings), capture_output=True, text=True, check=True)
        n, peak = done.stdout.split()
        return int(n), int(peak)

    long = "A line of some length that stands in an article.\n" * 60
    desk.load(desk.row(1, long, minutes=120))
    copy_articles(desk.conn, 200)
    few, peak_of_few = peak_kb()
    copy_articles(desk.conn, 50_000 // few)
    many, peak_of_many = peak_kb()
    assert few >= 1_000
    assert many >= 50_000
    assert peak_of_many < 1.1 * peak_of_few
