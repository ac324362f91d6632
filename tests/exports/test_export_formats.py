"""Exports as other programs read them: CSV, Parquet and Atom, what is selected, and what is left behind by an end."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pyarrow as pa
import pytest
from lxml import etree
from pyarrow import parquet

from mirrorwire.core.config import Settings
from mirrorwire.exports.atom import ATOM
from mirrorwire.exports.formats import COLUMNS
from mirrorwire.exports.selection import Selection, section_path
from mirrorwire.store.db import Connection
from tests.conftest import ROOT, Ran, environment
from tests.load.test_load import NOW, Desk, saying
from tests.support.command_forks import Running

Run = Callable[..., Ran]
Begin = Callable[..., Running]
HOSTILE = '=cmd|"/c calc"!A1, "quoted"\x0b\x01\ufffe <b>&amp; 😀'
TEXT = 'First line, with a comma.\nSecond "line".\r\nThird\u2028line.'
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn)


@pytest.fixture
def stored(desk: Desk) -> Desk:
    """Five articles, an hour apart: hostile, ordinary, undated, of another language, of a section below."""
    bare = {"lead": None, "published_at": None, "section": None, "image": None, "authors": (), "tags": ()}
    desk.load(
        saying(desk.row(1, TEXT, authors=["A. One", "@Two"]), title=HOSTILE, lead="-1+1", origins={}),
        desk.row(2, "ordinary", minutes=60),
        saying(desk.row(3, "nothing known", minutes=120), language=None, **bare),
        saying(desk.row(4, "中文", minutes=180), language="zh-Hans", published_at=NOW + timedelta(days=1)),
        saying(desk.row(5, "below", minutes=240), section="News / World", published_at=NOW + timedelta(days=2)),
    )
    return desk


def lines(done: Ran) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.rstrip("\n").split("\n")]


def chosen(desk: Desk, **selected: Any) -> list[int]:
    return [int(row["article_key"].partition(":")[2]) for row in Selection(**selected).rows(desk.conn, desk.source)]


def test_a_selection_takes_language_section_heads_edits_and_the_newest(stored: Desk) -> None:
    assert chosen(stored) == [1, 2, 4, 5, 3]
    assert chosen(stored, language="ZH") == chosen(stored, language="zh-hans") == [4]
    assert chosen(stored, language="z") == []
    assert chosen(stored, section="news") == [1, 2, 4, 5]
    assert chosen(stored, section="News/World") == chosen(stored, section=" news / WORLD/") == [5]
    assert chosen(stored, section="New") == []
    assert chosen(stored, newest=True, limit=2) == [5, 4]
    stored.load(stored.row(2, "edited", minutes=600))
    assert chosen(stored, updated_since=NOW + timedelta(minutes=240)) == [2, 5]
    stored.conn.execute(
        "INSERT INTO text_signature VALUES ('h', 'courier:1', 1, '', '{}');"
        "INSERT INTO signature SELECT 'courier:' || n, '', 'h', NULL, now() FROM unnest('{1,2}'::int[]) AS n"
    )
    assert chosen(stored, heads=True) == [1, 4, 5, 3], "one without a signature is its own head"
    assert chosen(stored, heads=True, section="news", language="en", limit=1) == [1]


def test_a_section_is_meant_however_it_is_spaced() -> None:
    assert section_path("News/ World /") == "News / World"


def test_csv_holds_what_is_stored_and_reads_back_by_rfc_4180(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    done = mirrorwire("export", "courier", "--output", str(path))
    assert (done.code, done.out, done.err) == (0, "", "")
    raw = path.read_bytes()
    assert raw.startswith(b"article_key,canonical_url,")
    assert raw.endswith(b"\r\n")
    records = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
    assert list(records[0]) == COLUMNS
    rows = lines(mirrorwire("export", "courier", "--format", "jsonl"))
    assert [record["article_key"] for record in records] == [row["article_key"] for row in rows]
    for record, row in zip(records, rows, strict=True):
        for name, value in row.items():
            told = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
            assert record[name] == told, name
    assert (records[0]["title"], records[0]["text"]) == (HOSTILE, TEXT)
    assert json.loads(records[0]["authors"]) == ["A. One", "@Two"]
    assert oct(path.stat().st_mode & 0o777) == oct(0o666 & ~_umask())


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found


def test_csv_is_made_inert_for_spreadsheets_only_when_asked(stored: Desk, mirrorwire: Run) -> None:
    done = mirrorwire("export", "courier", "--format", "csv", "--csv-safe")
    found = next(csv.DictReader(io.StringIO(done.out, newline="")))
    assert (found["title"], found["lead"], found["text"]) == (f"'{HOSTILE}", "'-1+1", TEXT)
    refused = mirrorwire("export", "courier", "--format", "jsonl", "--csv-safe")
    assert (refused.code, refused.err) == (2, "mirrorwire: --csv-safe is for csv, not for jsonl\n")


def test_csv_of_nothing_has_its_header(desk: Desk, mirrorwire: Run) -> None:
    assert mirrorwire("export", "courier", "--format", "csv").out == ",".join(COLUMNS) + "\r\n"


def test_parquet_is_typed_and_holds_the_same(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    assert mirrorwire("export", "courier", "--output", str(path)).code == 0
    table = parquet.read_table(path)
    assert table.schema.names == COLUMNS
    assert table.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("authors").type.value_type == pa.string()
    assert table.schema.field("version").type == pa.int32()
    rows = lines(mirrorwire("export", "courier", "--format", "jsonl"))
    assert [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in table.to_pylist()
    ] == rows


def test_parquet_goes_through_a_pipe_in_groups_of_bounded_size(begin: Begin, desk: Desk, tmp_path: Path) -> None:
    desk.load(*(desk.row(n, f"{n} " * 300_000) for n in range(1, 6)))
    path = tmp_path / "piped.parquet"
    with path.open("wb") as out:
        cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=out)
        assert cat.stdin
        done = begin("export", "courier", "--format", "parquet", stdout=cat.stdin.fileno()).wait()
        assert done.code == 0
        cat.stdin.close()
        cat.wait(30)
    found = parquet.ParquetFile(path)
    assert (found.metadata.num_rows, found.num_row_groups) == (5, 1)
    assert found.read(["text"])["text"][4].as_py().startswith("5 5 ")


def test_without_pyarrow_parquet_is_refused_with_what_to_install(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "pyarrow.py").write_text("raise ImportError('hidden')")
    done = mirrorwire("export", "courier", "--format", "parquet", PYTHONPATH=f"{tmp_path / 'hidden'}:{ROOT}")
    assert (done.code, done.out) == (1, "")
    how = f"{sys.executable} -m pip install 'pyarrow>=18'"
    assert done.err == f"mirrorwire: Parquet needs pyarrow, which is not installed: {how}\n"


def test_a_terminal_is_spared_parquet(stored: Desk, begin: Begin) -> None:
    leader, follower = pty.openpty()
    done = begin("export", "courier", "--format", "parquet", stdout=follower).wait()
    os.close(follower)
    os.close(leader)
    assert done.code == 2
    assert done.err == "mirrorwire: Parquet is binary, no terminal shows it: use --output FILE\n"


def test_atom_is_valid_and_its_ids_stay(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    assert mirrorwire("export", "courier", "--output", str(path)).code == 0
    valid(path.read_bytes())
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    assert [entry.link.rsplit("/", 2)[1] for entry in found.entries] == ["5", "4", "3", "2", "1"]
    assert found.feed.updated == found.entries[0].updated == "2026-11-20T16:00:00Z"
    last = found.entries[-1]
    assert last.title == HOSTILE.replace("\x0b\x01\ufffe", "")
    assert last.content[0].value.startswith("First line, with a comma.\nSecond")
    assert [author.name for author in last.authors] == ["A. One", "@Two"]
    assert [tag.term for tag in last.tags] == ["News", "one", "two"]
    assert last.summary == "-1+1"
    assert "published" not in found.entries[2]
    stored.load(stored.row(1, "edited", minutes=600))
    again = feedparser.parse(mirrorwire("export", "courier", "--format", "atom", "--limit", "2").out)
    assert [entry.id for entry in again.entries] == [last.id, found.entries[0].id]
    assert again.feed.id == found.feed.id
    heads = feedparser.parse(mirrorwire("export", "courier", "--format", "atom", "--heads").out)
    assert heads.feed.id != found.feed.id


def test_an_atom_feed_of_nothing_is_valid(desk: Desk, mirrorwire: Run) -> None:
    done = mirrorwire("export", "courier", "--format", "atom")
    valid(done.out.encode())
    assert feedparser.parse(done.out).entries == []


def valid(document: bytes) -> None:
    """What RFC 4287 asks of a feed and its entries, in chapters 3 and 4."""
    feed = etree.fromstring(document)
    assert feed.tag == f"{{{ATOM}}}feed"
    entries = feed.findall(f"{{{ATOM}}}entry")
    assert list(feed)[len(feed) - len(entries) :] == entries, "metadata stands before the entries (appendix B)"
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{{{ATOM}}}{name}")) == 1, name
        assert len(element.findall(f"{{{ATOM}}}published")) <= 1
        for when in (*element.findall(f"{{{ATOM}}}updated"), *element.findall(f"{{{ATOM}}}published")):
            assert TIME.fullmatch(when.text or ""), when.text
            assert datetime.fromisoformat(when.text or "") > datetime(2026, 1, 1, tzinfo=UTC)
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{{{ATOM}}}id") or "")
    assert feed.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name"), "an entry without an author has the feed's (4.1.2)"
    assert len({entry.findtext(f"{{{ATOM}}}id") for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.find(f"{{{ATOM}}}link[@rel='alternate']").get("href", "").startswith("http")
        assert len(entry.findall(f"{{{ATOM}}}summary")) == len(entry.findall(f"{{{ATOM}}}content")) == 1
        for construct in ("title", "summary", "content"):
            assert entry.find(f"{{{ATOM}}}{construct}").get("type") == "text"
            assert len(entry.find(f"{{{ATOM}}}{construct}")) == 0


def many(desk: Desk, n: int, words: int = 400) -> None:
    """Store copies of one article, up to `n`."""
    if desk.conn.execute("SELECT FROM article").fetchone() is None:
        desk.load(desk.row(0, "word " * words))
    with desk.conn.transaction():
        desk.conn.execute("SET LOCAL session_replication_role = replica")
        desk.conn.execute(
            "INSERT INTO link (source_key, article_key, url, state, discovered_at, discovered_by)"
            " SELECT source_key, 'courier:m' || n, url || n, state, discovered_at, discovered_by FROM link,"
            " generate_series((SELECT count(*) FROM link), %s - 1) AS n WHERE article_key = 'courier:0'",
            [n],
        )
        desk.conn.execute(
            "INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at,"
            " current_capture_id, current_fetched_at, current_hash, current_url)"
            " SELECT k.article_key, a.source_key, k.link_id, 1, 1, first_seen_at, current_capture_id,"
            " current_fetched_at, current_hash, current_url FROM article a, link k WHERE a.article_key = 'courier:0'"
            " AND NOT EXISTS (SELECT FROM article x WHERE x.article_key = k.article_key)"
        )
        desk.conn.execute("ALTER TABLE article_version DROP CONSTRAINT IF EXISTS article_version_capture_id_key")
        columns = desk.conn.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = 'article_version'::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('article_id', 'text')"
        ).fetchone()
        assert columns
        copied = (
            f"INSERT INTO article_version (article_id, text, {columns[0]}) SELECT a.article_id, a.article_id || v.text,"
            f" {', '.join('v.' + name for name in columns[0].split(', '))} FROM article a, article_version v"
            " JOIN article o ON o.article_id = v.article_id AND o.article_key = 'courier:0'"
            " WHERE NOT EXISTS (SELECT FROM article_version x WHERE x.article_id = a.article_id)"
        )
        desk.conn.execute(copied.encode())
    desk.conn.execute("ANALYZE")


PEAK = (
    "import atexit, sys\n"
    "def tell():\n"
    "    status = open('/proc/self/status').read()\n"
    "    sys.stderr.write(status.split('VmHWM:')[1].split()[0])\n"
    "atexit.register(tell)\n"
    "from mirrorwire.exports import parquet\n"
    "parquet.GROUP_CHARS = 2_000_000\n"  # so that a thousand articles fill more than a row group
    "from mirrorwire.cli import main; main()"
)


def peak_mb(settings: Settings, *words: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *words],
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("times", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_many_times_the_rows_need_no_more_memory(settings: Settings, desk: Desk, times: int) -> None:
    forms = ("jsonl", "csv", "parquet", "atom", "xlsx")
    commands = {form: ("export", "courier", "--format", form, "--limit", "1000000") for form in forms}
    many(desk, 1_000, words=800)
    few = {form: peak_mb(settings, *commands[form]) for form in forms}
    many(desk, 1_000 * times)
    for form in forms:
        peak = peak_mb(settings, *commands[form])
        assert peak < few[form] * 1.1 + 5, (form, few[form], peak)


def test_whoever_has_read_enough_ends_it_quietly(begin: Begin, desk: Desk) -> None:
    many(desk, 3_000)
    for form in ("jsonl", "csv", "parquet", "atom", "xlsx"):
        ours, theirs = os.pipe()
        command = begin("export", "courier", "--format", form, "--limit", "3000", stdout=theirs)
        os.close(theirs)
        os.read(ours, 4)
        os.close(ours)
        done = command.wait()
        assert (done.err, done.code) == ("", 0), form


def test_an_interrupt_leaves_what_stood_there_and_nothing_beside_it(begin: Begin, desk: Desk, tmp_path: Path) -> None:
    many(desk, 30_000)
    path = tmp_path / "out" / "articles.csv"
    path.parent.mkdir()
    path.write_text("of yesterday")
    command = begin("export", "courier", "--output", str(path))
    deadline = time.monotonic() + 60
    while not any(part.stat().st_size > 100_000 for part in path.parent.glob(".*.part")):
        assert not command.has_ended(), "it was done before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    command.send_signal(signal.SIGINT)
    done = command.wait()
    assert done.code == 130
    assert len(done.err.strip().splitlines()) == 1
    assert [each.name for each in path.parent.iterdir()] == ["articles.csv"]
    assert path.read_text() == "of yesterday"


@pytest.mark.parametrize("place", ["", "no/such/folder/out.csv", "/dev/null"])
def test_a_place_that_cannot_be_written_is_said_in_one_line(
    stored: Desk, mirrorwire: Run, tmp_path: Path, place: str
) -> None:
    done = mirrorwire("export", "courier", "--output", str(tmp_path / place), "--format", "csv")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), done.err
    assert str(tmp_path / place) in done.err
    assert list(tmp_path.glob(".*part")) == []
