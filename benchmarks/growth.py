"""What questions cost when more is stored: time and pages read at several sizes, and what an article takes on disk.

    python -m benchmarks.growth [--sizes 10000 300000] [--million] [--write docs/growth.md]

The server is an embedded one of its own in a temporary folder, with its defaults; each size is a database of its own,
filled by tests/support/stock.py. A page is one of 8 KB that a statement asks of the buffers, found there or not. Each
question is asked as the program asks it; the median of the times counts, and the pages of the last time. The pages of a
browser are asked over real sockets. What an article takes on disk is measured apart, on articles of 3.3 KB that went
through loading, signing and indexing.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.disk import disk_lines
from benchmarks.first_bytes import first_bytes
from benchmarks.load import server
from mirrorwire.store import db
from mirrorwire.store.db import Connection
from tests.support import stock
from tests.support.growing import QUESTIONS, buffers

ROUNDS = 5
MILLION = 1_000_000
DISK_ARTICLES = 10_000


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 300_000])
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--no-disk", action="store_true")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    sizes = [*args.sizes, MILLION] if args.million else args.sizes
    lines = [*_growth(sizes), *([] if args.no_disk else disk_lines(DISK_ARTICLES))]
    print("\n".join(lines))
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _growth(sizes: Sequence[int]) -> Iterator[str]:
    costs: dict[str, list[tuple[float, int]]] = {}
    pages: dict[str, list[tuple[float, float]]] = {}
    for size in sizes:
        with _filled(size) as (url, conn):
            for name, cost in _costs(conn):
                costs.setdefault(name, []).append(cost)
            with tempfile.TemporaryDirectory() as home:
                for name, *page_cost in first_bytes(url, Path(home), ROUNDS):
                    pages.setdefault(name, []).append((page_cost[0], page_cost[1]))
    yield "# What grows, measured"
    yield ""
    yield (
        f"Questions to databases of {', '.join(f'{size:,}' for size in sizes)} articles, 10,000 a month, of an "
        "embedded Postgres with its defaults; by `python -m benchmarks.growth`. "
        f"Medians of {ROUNDS}, warm; a page has 8 KB."
    )
    yield ""
    yield "| question | " + " | ".join(f"ms at {size:,} | pages" for size in sizes) + " |"
    yield "| --- |" + " --- |" * (2 * len(sizes))
    for name, measured in costs.items():
        yield f"| {name} | " + " | ".join(f"{1000 * took_s:,.1f} | {read:,}" for took_s, read in measured) + " |"
    yield ""
    yield "## The pages of a browser"
    yield ""
    yield f"Milliseconds to the first byte and to the last, over real sockets; medians of {ROUNDS}."
    yield ""
    yield "| page | " + " | ".join(f"first at {size:,} | last" for size in sizes) + " |"
    yield "| --- |" + " --- |" * (2 * len(sizes))
    for name, times in pages.items():
        yield f"| {name} | " + " | ".join(f"{1000 * first:,.0f} | {1000 * last:,.0f}" for first, last in times) + " |"


@contextmanager
def _filled(size: int) -> Iterator[tuple[str, Connection]]:
    with server() as url, db.connect(url) as conn:
        began = time.perf_counter()
        stock.fill(conn, size)
        print(f"({size:,} articles filled in {time.perf_counter() - began:.0f} s)", flush=True)
        yield url, conn


def _costs(conn: Connection) -> Iterator[tuple[str, tuple[float, int]]]:
    """What each question costs: seconds, and pages."""
    for name, ask in QUESTIONS.items():
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            ask(conn)
            took.append(time.perf_counter() - began)
        cost = statistics.median(took), buffers(conn, ask)
        print(f"({name}: {1000 * cost[0]:.1f} ms, {cost[1]:,} pages)", flush=True)
        yield name, cost


if __name__ == "__main__":
    main()
