"""Loading into Postgres beside a raw binary COPY of the same rows, again, by several at once, and over a million.

    python -m benchmarks.load [--rows 100000] [--rounds 7] [--write docs/load.md]

The server is an embedded one of its own in a temporary folder, with its defaults. Rows are what a loader gets: articles
of 3.3 KB of text with two authors, four tags and an image, from a seeded generator; their links and captures are stored
before the clock starts. CPU seconds are those of this process and of its database session together. Rounds alternate,
each raw COPY beside a load of the same rows; the median of the rounds' ratios counts. `--rows` is how many articles the
last part loads.
"""

from __future__ import annotations

import argparse
import gc
import platform
import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from operator import attrgetter
from pathlib import Path

import psutil
import psycopg
from psycopg.types.json import Jsonb

from mirrorwire.core.article_fields import COLUMNS, Column
from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.records import Article, Image
from mirrorwire.dedupe import signature
from mirrorwire.load import articles
from mirrorwire.load.articles import Incoming
from mirrorwire.pipeline.load_step import LOAD_SIZE, SETTLE_SIZE
from mirrorwire.store import db, frontier, ledger, migrate
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import article_fields
from tests.newsroom import SOURCE_FILE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCE = read_source(SOURCE_FILE)
TEXT_CHARS = 3_300
ROUND_ROWS = 5_000
TARGETS = {"load": 0.45, "again": 20.0, "last": 1.2}
LOADERS, BATCHES, BATCH_ROWS, KEYS = 4, 500, 20, 400

_ROW_TYPES = {
    "article_key": "text",
    "source_key": "text",
    "link_id": "int8",
    "capture_id": "int8",
    "extractor_version": "int4",
    "fetched_at": "timestamptz",
    "host_id": "int8",
    "url": "text",
    "loaded_by": "int8",
    "content_hash": "bytea",
}
_RAW_TYPES = {**_ROW_TYPES, **{column.name: column.sql_type for column in COLUMNS}}
RAW = """
CREATE TABLE raw ({columns}, PRIMARY KEY (article_key));
CREATE INDEX ON raw (url);
CREATE INDEX ON raw (published_at);
CREATE INDEX ON raw (content_hash);
"""
NAMES = "raw bare|bare|raw|load|again|later|step|revisit|sign".split("|")
_row_values = attrgetter(*_ROW_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What some work took."""

    rows: int
    wall_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        return self.rows / self.wall_s

    @property
    def per_cpu_s(self) -> float:
        return self.rows / self.cpu_s


def timed(conn: Connection, rows: int, work: Callable[[], object]) -> Cost:
    """Return what work over so many rows took, in this process and in the session."""
    session = psutil.Process(conn.info.backend_pid)

    def cpu_s() -> float:
        there = session.cpu_times()
        return time.process_time() + there.user + there.system

    gc.collect()
    gc.freeze()  # what the benchmark itself keeps is nobody's to look through
    wall, cpu = time.perf_counter(), cpu_s()
    work()
    return Cost(rows=rows, wall_s=time.perf_counter() - wall, cpu_s=max(cpu_s() - cpu, 1e-3))


class ExtractionContext:
    """Rows to load, whose links and captures are stored."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        frontier.keep_source(conn, SOURCE)
        self.host_id = frontier.host_ids(conn, SOURCE)[SOURCE.hosts[0].url]
        run_id = ledger.open_run(
            conn, SOURCE, kind="live", external_id="bench", window=None, interval=None, all_seeds=True, sweep=False,
            revisit=False, now=NOW,
        )  # fmt: skip
        self.run = ledger.find_run(conn, run_id)
        self.articles = self.captures = 0
        self._random = random.Random(6)
        self._paragraphs = list(self._written(3_000))

    def rows(self, n: int) -> list[Incoming]:
        """Return `n` articles that nobody has seen."""
        first, self.articles = self.articles, self.articles + n
        keys = [f"courier:{number}" for number in range(first, first + n)]
        urls = [f"http://127.0.0.1:8801/Detail/2026/11/20/{number}/a-title" for number in range(first, first + n)]
        with self._filling() as cursor:
            with cursor.copy(
                "COPY link (source_key, article_key, url, state, discovered_at, discovered_by) FROM STDIN"
            ) as copy:
                for key, url in zip(keys, urls, strict=True):
                    copy.write_row(("courier", key, url, "captured", NOW, self.run.run_id))
            ids = dict(cursor.execute("SELECT article_key, link_id FROM link WHERE article_key = ANY (%s)", [keys]))
        return self.seen(
            self._row(first + n, ids[key], url) for n, (key, url) in enumerate(zip(keys, urls, strict=True))
        )

    def seen(self, rows: Iterator[Incoming] | Sequence[Incoming], *, later: timedelta | None = None) -> list[Incoming]:
        """Return the rows as captures gave them that are stored for it, by so much later than the rows say."""
        given = [replace(row, fetched_at=row.fetched_at + later) for row in rows] if later else list(rows)
        first, self.captures = self.captures, self.captures + len(given)
        with self._filling() as cursor:
            with cursor.copy(
                "COPY capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc,"
                " warc_offset, warc_length, chosen, extractor_version) FROM STDIN"
            ) as copy:
                for n, row in enumerate(given, first):
                    at = (row.url, row.fetched_at, 200, "d", "w", n, 1, True, 1)
                    copy.write_row(("courier", row.link_id, self.host_id, self.run.run_id, *at))
            found = cursor.execute(
                "SELECT capture_id FROM capture WHERE warc = 'w' AND warc_offset >= %s ORDER BY warc_offset", [first]
            ).fetchall()
        return [replace(row, capture_id=capture_id) for row, (capture_id,) in zip(given, found, strict=True)]

    def extracted(self, rows: Sequence[Incoming]) -> None:
        """Store what the captures gave, placed, so that the load step finds it."""
        with (
            self._filling() as cursor,
            cursor.copy(
                "COPY extraction (capture_id, extractor_version, source_key, link_id, verdict, fields, body,"
                " published_at, content_hash, extracted_at, placement, placed_at) FROM STDIN"
            ) as copy,
        ):
            for row in rows:
                article = row.article
                gave = (Jsonb(article_fields(article)), article.text, article.published_at, row.content_hash)
                copy.write_row((row.capture_id, 1, "courier", row.link_id, "article", *gave, NOW, "new", NOW))

    def load(self, rows: Sequence[Incoming]) -> None:
        """Load rows as the step does, a transaction a batch."""
        for n in range(0, len(rows), LOAD_SIZE):
            with self.conn.transaction():
                articles.load_batch(self.conn, SOURCE, rows[n : n + LOAD_SIZE])

    def step(self) -> None:
        """The load step itself, over all extractions that wait."""
        while articles.settle_same(self.conn, self.run, SOURCE, SETTLE_SIZE):
            pass
        while True:
            with self.conn.transaction():
                batch = articles.claim_incoming(self.conn, self.run, SOURCE, LOAD_SIZE)
                if not batch:
                    return
                articles.load_batch(self.conn, SOURCE, batch)

    def raw(self, rows: Sequence[Incoming]) -> None:
        """The limit: the same rows into one table with indexes on key, URL, date and hash, in one stream."""
        with self.conn.cursor() as cursor, cursor.copy("COPY raw FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(list(_RAW_TYPES.values()))
            for row in rows:
                copy.write_row((*_row_values(row), *(_raw_value(column, row.article) for column in COLUMNS)))

    def written(self) -> list[tuple[object, ...]]:
        """How many row versions the tables of articles have ever seen written."""
        self.conn.execute("SELECT pg_stat_force_next_flush()")
        self.conn.execute("SELECT 1")
        return self.conn.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
            " WHERE relname IN ('article', 'article_version', 'article_url', 'article_author', 'article_tag', 'image')"
            " ORDER BY 1"
        ).fetchall()

    @contextmanager
    def _filling(self) -> Iterator[psycopg.Cursor[tuple[object, ...]]]:
        with self.conn.transaction(), self.conn.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign keys: nothing here is measured
            yield cursor

    def _row(self, number: int, link_id: int, url: str) -> Incoming:
        chosen = self._random.sample(self._paragraphs, 6)
        text = f"{number} " + "\n".join(chosen)[: TEXT_CHARS - 10]
        published_at = NOW - timedelta(minutes=number % 500_000)
        return Incoming(
            article_key=f"courier:{number}",
            source_key="courier",
            link_id=link_id,
            capture_id=0,
            extractor_version=1,
            fetched_at=NOW + timedelta(seconds=number % 1000),
            host_id=self.host_id,
            url=url,
            loaded_by=self.run.run_id,
            content_hash=sha256(text.encode()).digest(),
            article=Article(
                canonical_url=url,
                title=text[:60].replace("\n", " "),
                lead=text[:200].replace("\n", " "),
                text=text,
                published_at=published_at,
                published_precision="minute",
                modified_at=published_at,
                section="News / World",
                language="en",
                authors=(f"Author {self._random.randrange(800)}", f"Author {self._random.randrange(800, 1600)}"),
                tags=tuple(f"tag {n}" for n in self._random.sample(range(5000), 4)),
                image=Image(
                    url=f"http://127.0.0.1:8801/images/{number}.jpg",
                    caption=text[200:260].replace("\n", " "),
                    credit="Agency",
                ),
                origins={"title": "json-ld", "text": "page", "authors": "json-ld", "published_at": "json-ld"},
            ),
        )

    def _written(self, n: int) -> Iterator[str]:
        """Paragraphs of about 600 letters, from a vocabulary in which few words are frequent."""
        syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "is", "or", "un")]
        vocabulary = ["".join(self._random.choices(syllables, k=self._random.randint(1, 4))) for _ in range(20_000)]
        weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
        for _ in range(n):
            words = self._random.choices(vocabulary, weights, k=105)
            yield " ".join(words).capitalize() + "."


def _raw_value(column: Column, article: Article) -> object:
    value = column.value_in(article)
    return Jsonb(value) if column.kind == "mapping" else value


@contextmanager
def server() -> Iterator[str]:
    """The URL of a migrated database on an embedded server of its own."""
    home = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))  # short: a socket's path must fit
    settings = Settings(home=home, archive=str(home / "archive"))
    try:
        url = db.database_url(settings)
        migrate.migrate(url)
        yield url
    finally:
        db.stop_embedded(settings)
        shutil.rmtree(home, ignore_errors=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = list(_report(args.rows, args.rounds))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(rows: int, rounds: int) -> Iterator[str]:
    """Yield the report's lines, printing each as it comes."""

    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    with server() as url, db.connect(url) as conn:
        (postgres,) = conn.execute("SHOW server_version").fetchone() or ("",)
        desk = ExtractionContext(conn)
        yield say("# Loading, measured")
        yield say()
        yield say(
            f"Articles of {TEXT_CHARS / 1000:.1f} KB of text with two authors, four tags, an image and a URL, "
            f"{LOAD_SIZE} a transaction, into an embedded Postgres {postgres} with its defaults; by `python -m "
            f"benchmarks.load --rows {rows}`. Python {platform.python_version()}, psycopg {psycopg.__version__}, "
            f"{psutil.cpu_count()} CPUs that others used too, so that CPU seconds tell more than seconds. CPU is that "
            f"of the loader and of its database session; ratios are medians of {rounds} alternating rounds of "
            f"{ROUND_ROWS} rows."
        )
        yield say()
        for part in (_rates(desk, rounds), _crowd(desk, url), _growth(desk, rows)):
            for line in part:
                yield say(line)


def _rates(desk: ExtractionContext, rounds: int) -> Iterator[str]:
    columns = ", ".join(f"{name} {kind}" for name, kind in _RAW_TYPES.items())
    desk.conn.execute(RAW.format(columns=columns).encode())
    warm = desk.rows(1_000)
    desk.raw(warm)
    desk.load(warm)
    found: dict[str, list[Cost]] = {name: [] for name in NAMES}
    moved = False
    for _ in range(rounds):
        bare = [replace(row, article=replace(row.article, tags=(), image=None)) for row in desk.rows(ROUND_ROWS)]
        found["raw bare"].append(timed(desk.conn, ROUND_ROWS, lambda rows=bare: desk.raw(rows)))  # type: ignore[misc]
        found["bare"].append(timed(desk.conn, ROUND_ROWS, lambda rows=bare: desk.load(rows)))  # type: ignore[misc]
        rows = desk.rows(ROUND_ROWS)
        found["raw"].append(timed(desk.conn, ROUND_ROWS, lambda rows=rows: desk.raw(rows)))  # type: ignore[misc]
        found["load"].append(timed(desk.conn, ROUND_ROWS, lambda rows=rows: desk.load(rows)))  # type: ignore[misc]
        later = desk.seen(rows, later=timedelta(hours=1))
        before = desk.written()
        found["again"].append(timed(desk.conn, ROUND_ROWS, lambda rows=rows: desk.load(rows)))  # type: ignore[misc]
        found["later"].append(timed(desk.conn, ROUND_ROWS, lambda rows=later: desk.load(rows)))  # type: ignore[misc]
        moved = moved or desk.written() != before
        fresh = desk.rows(ROUND_ROWS)
        desk.extracted(fresh)
        found["step"].append(timed(desk.conn, ROUND_ROWS, desk.step))
        desk.extracted(desk.seen(fresh, later=timedelta(hours=1)))
        before = desk.written()
        found["revisit"].append(timed(desk.conn, ROUND_ROWS, desk.step))
        moved = moved or desk.written() != before
        found["sign"].append(
            timed(desk.conn, 500, lambda rows=rows: [signature(row.article.text) for row in rows[:500]])  # type: ignore[misc]
        )
    if moved:
        raise RuntimeError("a reload of what was unchanged has written rows")

    def cells(name: str) -> str:
        cpu, wall = (statistics.median(getattr(one, of) for one in found[name]) for of in ("per_cpu_s", "per_s"))
        return f"{cpu:,.0f} | {wall:,.0f}"

    def ratio(name: str, to: str) -> tuple[float, float]:
        pairs = list(zip(found[name], found[to], strict=True))
        cpu = statistics.median(one.per_cpu_s / other.per_cpu_s for one, other in pairs)
        return cpu, statistics.median(one.per_s / other.per_s for one, other in pairs)

    bare, load, again, later = (
        ratio("bare", "raw bare"),
        ratio("load", "raw"),
        ratio("again", "load"),
        ratio("later", "load"),
    )
    revisit = ratio("revisit", "step")
    yield "| | rows a CPU-second | rows a second | ratio, CPU | ratio, wall |"
    yield "| --- | --- | --- | --- | --- |"
    yield f"| raw binary COPY into one table with indexes on key, URL, date and hash | {cells('raw')} | 1 | 1 |"
    yield f"| loading with versions, URLs and two authors | {cells('bare')} | {bare[0]:.0%} | {bare[1]:.0%} |"
    yield f"| loading with four tags and an image too | {cells('load')} | {load[0]:.0%} | {load[1]:.0%} |"
    yield f"| loading them again, the same captures | {cells('again')} | {again[0]:.1f} of loading | {again[1]:.1f} |"
    yield f"| loading later captures, same texts | {cells('later')} | {later[0]:.1f} of loading | {later[1]:.1f} |"
    yield f"| the whole step: claimed from the extractions, loaded, settled | {cells('step')} | | |"
    yield (
        f"| the whole step over later captures that say the same | {cells('revisit')} | {revisit[0]:.1f} of the step "
        f"| {revisit[1]:.1f} |"
    )
    yield f"| apart from loading: signatures for near duplicates | {cells('sign')} | | |"
    yield ""
    yield (
        f"Asked for are {TARGETS['load']:.0%} of the raw COPY with versions, URLs and authors, and "
        f"{TARGETS['again']:.0f} times the first load where all is unchanged. No reload wrote a row version: "
        "`n_tup_ins`, `n_tup_upd` and `n_tup_del` of all six tables of articles stood still, as each round checks. The "
        "whole step also reads each text from its extraction and marks it there as loaded; over what is unchanged it "
        "is one statement, which sends no text."
    )
    yield ""


def _crowd(desk: ExtractionContext, url: str) -> Iterator[str]:
    """Four loaders over the same keys at once, each in its own order."""
    mix, base = random.Random(4), desk.rows(KEYS)
    batches = []
    for _ in range(BATCHES):
        rows = desk.seen(
            [
                replace(row, fetched_at=NOW + timedelta(seconds=mix.randrange(10**6)))
                for row in mix.sample(base, BATCH_ROWS)
            ]
        )
        batches.append([_saying(row, f"What capture {row.capture_id} said.") for row in rows])
    waiting, lock, errors = iter(batches), threading.Lock(), list[Exception]()

    def work(_: int) -> None:
        with db.connect(url) as conn:
            while True:
                with lock:
                    batch = next(waiting, None)
                if batch is None:
                    return
                try:
                    with conn.transaction():
                        articles.load_batch(conn, SOURCE, batch)
                except psycopg.Error as error:
                    errors.append(error)

    started = time.perf_counter()
    with ThreadPoolExecutor(LOADERS) as pool:
        list(pool.map(work, range(LOADERS)))
    took_s = time.perf_counter() - started
    (deadlocks,) = desk.conn.execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone() or (None,)
    said: dict[str, list[Incoming]] = {}
    for row in (row for batch in batches for row in batch):
        said.setdefault(row.article_key, []).append(row)
    lost = sum(_told(desk.conn, key) != _expected(rows) for key, rows in said.items())
    yield (
        f"{LOADERS} loaders at once, {BATCHES} batches of {BATCH_ROWS} captures of {KEYS} articles in random order, "
        f"each with another text: {len(errors)} batches failed, {deadlocks} deadlocks, {lost} articles without all "
        f"their versions or with a current one that is not the newest, in {took_s:.0f} s."
    )
    yield ""


def _saying(row: Incoming, text: str) -> Incoming:
    return replace(row, article=replace(row.article, text=text), content_hash=sha256(text.encode()).digest())


def _told(conn: Connection, key: str) -> list[tuple[object, ...]]:
    return conn.execute(
        "SELECT v.text, v.version = a.current_version FROM article a JOIN article_version v USING (article_id)"
        " WHERE a.article_key = %s ORDER BY v.fetched_at, v.capture_id",
        [key],
    ).fetchall()


def _expected(rows: Sequence[Incoming]) -> list[tuple[object, ...]]:
    inorder = sorted(rows, key=lambda row: (row.fetched_at, row.capture_id))
    return [(row.article.text, row is inorder[-1]) for row in inorder]


def _growth(desk: ExtractionContext, rows: int) -> Iterator[str]:
    """All of it, a tenth after the other."""
    desk.conn.execute("DROP TABLE raw")
    desk.conn.execute("TRUNCATE article, article_version, article_url, extraction, capture, link CASCADE")
    tenth, costs = rows // 10, list[Cost]()
    for n in range(10):
        pieces = list[Cost]()
        for left in range(0, tenth, 10_000):
            given = desk.rows(min(10_000, tenth - left))
            pieces.append(timed(desk.conn, len(given), lambda given=given: desk.load(given)))  # type: ignore[misc]
        costs.append(
            Cost(rows=tenth, wall_s=sum(each.wall_s for each in pieces), cpu_s=sum(each.cpu_s for each in pieces))
        )
        print(f"({n + 1} of 10: {costs[-1].per_cpu_s:,.0f} a CPU-second)", flush=True)
    (size,) = desk.conn.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("",)
    (stored,) = desk.conn.execute("SELECT count(*) FROM article_version").fetchone() or (0,)
    cpu, wall = (getattr(costs[-1], of) / getattr(costs[0], of) for of in ("cpu_s", "wall_s"))
    yield (
        f"{stored:,} articles loaded one batch after the other ({size} with links and captures): the last {tenth:,} "
        f"took {cpu:.2f} times the CPU of the first, and {wall:.2f} times the time (asked for: at most "
        f"{TARGETS['last']})."
    )
    yield ""
    yield "| " + " | ".join(["rows loaded before", *(f"{n * tenth:,}" for n in range(10))]) + " |"
    yield "| " + " | ".join(["---"] * 11) + " |"
    yield "| " + " | ".join(["rows a CPU-second", *(f"{each.per_cpu_s:,.0f}" for each in costs)]) + " |"
    yield "| " + " | ".join(["rows a second", *(f"{each.per_s:,.0f}" for each in costs)]) + " |"


if __name__ == "__main__":
    main()
