"""Search measured beside `ILIKE`: time of a query, of indexing, and the size of what is stored for it.

    python -m benchmarks.search [--rows 100000 [1000000 ...]] [--write docs/search.md]

The server is an embedded one of its own in a temporary folder, with its defaults. Articles are those of
benchmarks/load.py, 3.3 KB of text from a seeded generator in which few words are frequent; three in ten are in other
scripts: Cyrillic as Russian, Arabic as Persian, and Han letters in place of pairs of letters as Chinese. Each query is
asked all ways in turn; the median counts. `ILIKE` asks titles and texts of current versions for the same letters.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import psutil

from benchmarks.load import ExtractionContext, server, timed
from mirrorwire.load.articles import Incoming
from mirrorwire.store import db, search
from mirrorwire.store.db import Connection
from mirrorwire.store.search import Query

LATIN = "abcdefghijklmnopqrstuvwxyz"
SCRIPTS = {
    "ru": {ord(letter): chr(0x430 + n) for n, letter in enumerate(LATIN)},
    "fa": {ord(letter): chr(0x627 + n) for n, letter in enumerate(LATIN)},
}
ROUNDS = 5
LIKE = """
SELECT a.article_key, v.title FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE {} ORDER BY v.published_at DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredQuery:
    """A query: what it is, its words for search, and the pieces that `ILIKE` looks for."""

    what: str
    words: str
    pieces: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = list(_report(args.rows))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(sizes: Sequence[int]) -> Iterator[str]:
    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    with server() as url, db.connect(url) as conn:
        (postgres,) = conn.execute("SHOW server_version").fetchone() or ("",)
        desk, stored = ExtractionContext(conn), 0
        yield say("# Search, measured")
        yield say()
        yield say(
            "Articles of 3.3 KB of text, seven in ten English, one each Russian, Persian and Chinese by their letters; "
            f"embedded Postgres {postgres} with its defaults, by `python -m benchmarks.search --rows "
            f"{' '.join(map(str, sizes))}`. Python {platform.python_version()}, {psutil.cpu_count()} CPUs that others "
            f"used too: ratios hold better than times. Medians of {ROUNDS}, warm; a search ranks, and makes the "
            "snippets of, the 20 rows that it returns."
        )
        for size in sizes:
            for line in _at(desk, size - stored, size):
                yield say(line)
            stored = size
        yield say()
        yield say(
            "`ILIKE` wins where a word stands in every few articles: it goes back in time by the index of publication "
            "until it has twenty, ranks nothing and makes no snippets. It finds letters, not words: no other form of a "
            "word, none in another spelling, and parts of other words."
        )


def _at(desk: ExtractionContext, more: int, size: int) -> Iterator[str]:
    conn, loaded_s, indexed_s, indexed_cpu_s = desk.conn, 0.0, 0.0, 0.0
    for left in range(0, more, 10_000):
        rows = [_written(row) for row in desk.rows(min(10_000, more - left))]
        loaded_s += timed(conn, len(rows), lambda rows=rows: desk.load(rows)).wall_s  # type: ignore[misc]
        cost = timed(conn, len(rows), lambda: search.index(conn))
        indexed_s, indexed_cpu_s = indexed_s + cost.wall_s, indexed_cpu_s + cost.cpu_s
        print(f"({left + len(rows):,} of {more:,}: {cost.per_s:,.0f} a second)", flush=True)
    conn.execute("VACUUM ANALYZE")
    nothing = _median_s(lambda: search.index(conn))
    yield ""
    yield f"## {size:,} articles"
    yield ""
    yield f"| | |\n| --- | --- |\n| articles indexed a second | {more / indexed_s:,.0f} |"
    yield f"| articles indexed a CPU-second | {more / indexed_cpu_s:,.0f} |"
    yield f"| loading them took, of the time of indexing | {loaded_s / indexed_s:.0%} |"
    yield f"| finding that nothing is to be indexed | {nothing * 1000:,.0f} ms |"
    yield f"| the index of words (GIN) | {_mb(conn, 'pg_relation_size', 'article_search_by_word'):,.0f} MB |"
    yield f"| the whole table, words and index | {_mb(conn, 'pg_total_relation_size', 'article_search'):,.0f} MB |"
    versions_mb = _mb(conn, "pg_total_relation_size", "article_version")
    yield f"| versions of articles, with their texts | {versions_mb:,.0f} MB |"
    yield ""
    yield "| query | articles that match | search | newest first | `ILIKE`, newest first | search is faster |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for asked in _queries(conn, size):
        best, newest, like = [], [], []
        for _ in range(ROUNDS):
            best.append(_median_s(lambda asked=asked: search.find(conn, Query(words=asked.words)), 1))  # type: ignore[misc]
            newest.append(
                _median_s(lambda asked=asked: search.find(conn, Query(words=asked.words, newest=True)), 1)  # type: ignore[misc]
            )
            like.append(_median_s(lambda asked=asked: _like(conn, asked), 1))  # type: ignore[misc]
        ours, first, theirs = (statistics.median(each) * 1000 for each in (best, newest, like))
        yield (
            f"| {asked.what} | {_matches(conn, asked):,} | {ours:,.1f} ms | {first:,.1f} ms | {theirs:,.1f} ms "
            f"| {theirs / ours:,.1f} times |"
        )


def _written(row: Incoming) -> Incoming:
    """The article in the language that its number gives it."""
    turn = int(row.article_key.split(":")[1]) % 10
    if turn > 2:
        return row
    language = ("ru", "fa", "zh-Hans")[turn]
    change: Callable[[str], str] = _han if turn == 2 else (lambda text: text.lower().translate(SCRIPTS[language]))
    article = row.article
    text = change(article.text)
    translated = replace(
        article, text=text, title=change(article.title), lead=change(article.lead or ""), language=language
    )
    return replace(row, article=translated, content_hash=sha256(text.encode()).digest())


def _han(text: str) -> str:
    """Each two letters as one of 676 signs, words grown together, sentences apart."""
    words = (
        "".join(chr(0x4E00 + LATIN.find(word[n]) * 26 + LATIN.find(word[n + 1])) for n in range(0, len(word) - 1, 2))
        for word in text.lower().replace(".", " 。").split()
        if word.isalpha()
    )
    return "".join(words)


def _queries(conn: Connection, size: int) -> list[MeasuredQuery]:
    """Words of known frequency, by how many of a sample of English texts hold them."""
    (text,) = conn.execute(
        "SELECT string_agg(text, ' ') FROM (SELECT text FROM article_version WHERE language = 'en' LIMIT 500) t"
    ).fetchone() or ("",)
    count: dict[str, int] = {}
    for word in text.lower().replace(".", " ").split():
        if word.isalpha() and len(word) > 5:
            count[word] = count.get(word, 0) + 1
    ranked = sorted(count, key=lambda word: (-count[word], word))
    often, middling, seldom = ranked[0], ranked[len(ranked) // 20], ranked[-1]
    (sentence,) = conn.execute(
        "SELECT split_part(text, E'\\n', 1) FROM article_version WHERE language = 'en' OFFSET 10 LIMIT 1"
    ).fetchone() or ("",)
    phrase = " ".join(sentence.split()[10:13])
    number = str(size // 20 * 10 + 7)
    (han,) = conn.execute(
        "SELECT substr(text, 100, 4) FROM article_version WHERE language = 'zh-Hans' OFFSET 10 LIMIT 1"
    ).fetchone() or ("",)
    russian = middling.translate(SCRIPTS["ru"])
    return [
        MeasuredQuery(what="a word of one article", words=number, pieces=(number,)),
        MeasuredQuery(what="a rare word", words=seldom, pieces=(seldom,)),
        MeasuredQuery(what="a word of some", words=middling, pieces=(middling,)),
        MeasuredQuery(what="a frequent word", words=often, pieces=(often,)),
        MeasuredQuery(what="a frequent and a rarer word", words=f"{often} {middling}", pieces=(often, middling)),
        MeasuredQuery(what="a phrase of three words", words=f'"{phrase}"', pieces=(phrase,)),
        MeasuredQuery(what="a Russian word", words=russian, pieces=(russian,)),
        MeasuredQuery(what="four Chinese letters", words=han, pieces=(han,)),
        MeasuredQuery(what="a word of none", words="quizzaciously", pieces=("quizzaciously",)),
    ]


def _like(conn: Connection, asked: MeasuredQuery) -> None:
    condition = " AND ".join(["(v.title ILIKE %s OR v.text ILIKE %s)"] * len(asked.pieces))
    conn.execute(LIKE.format(condition).encode(), [f"%{each}%" for each in asked.pieces for _ in range(2)]).fetchall()


def _matches(conn: Connection, asked: MeasuredQuery) -> int:
    (found,) = conn.execute(
        "SELECT count(*) FROM article_search s WHERE s.words @@ search_query(s.config, %s)", [asked.words]
    ).fetchone() or (0,)
    return int(found)


def _median_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _mb(conn: Connection, function: str, name: str) -> float:
    (size,) = conn.execute(f"SELECT {function}('{name}')".encode()).fetchone() or (0,)
    return float(size) / 1e6


if __name__ == "__main__":
    main()
