"""Exports and the Python API measured: time, size, and the memory that ten thousand rows and all of them need.

    python -m benchmarks.export [--rows 1000000] [--write docs/export.md]

The server is an embedded one of its own in a temporary folder. A thousand articles of 3.3 KB of text are loaded (see
benchmarks/load.py) and copied inside the database, with links, captures and URLs of their own, until there are enough.
Each export is a process of its own, `mirrorwire export`, into a file; so is each walk through `Store.articles()`. Peak
memory is what Linux says of it (VmHWM).
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.load import ExtractionContext, server
from mirrorwire.store import db
from mirrorwire.store.db import Connection
from tests.newsroom import SOURCE_FILE
from tests.support.copied_articles import copy_articles

HEADING = "## Measured"
"""Where these figures begin on the page; what stands before them is written by hand."""
LOADED = 1_000
FEW = 10_000
MOST_GROWTH = 1.2
MOST_ROWS = {"atom": 100_000, "xlsx": 100_000}
"""Of what nobody makes with a million entries; a workbook has no room for many more."""
PUBLISHED = b"""
UPDATE article a SET current_published_at = v.published_at
FROM article_version v
WHERE v.article_id = a.article_id AND v.version = a.current_version AND a.current_published_at IS NULL
"""
"""What loading writes, and copies leave out."""
WALKS = {
    "Python, records": "n = sum(1 for article in articles)",
    "Python, Arrow batches": "n = sum(batch.num_rows for batch in articles.to_batches())",
}
"""What is done with `Store.articles()`."""
FORMS = ("jsonl", "csv", "parquet", "atom", "xlsx", *WALKS)
PEAK = (
    "import atexit, sys\n"
    "def tell():\n"
    "    sys.stderr.write(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
    "atexit.register(tell)\n"
    "%s"
)
COMMAND = "from mirrorwire.cli import main; main()"
WALK = (
    "import mirrorwire\n"
    "with mirrorwire.open(sys.argv[1]) as store:\n"
    "    articles = store.articles('courier', limit=int(sys.argv[2]))\n"
    "    %s\n"
    "    assert n == int(sys.argv[2]), n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one export or walk took; a walk writes no file."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    size_mb: float | None


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = list(_report(args.rows))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        said = args.write.read_text(encoding="utf-8") if args.write.exists() else ""
        args.write.write_text(said.partition(HEADING)[0] + "\n".join(lines) + "\n", encoding="utf-8")


def _report(rows: int) -> Iterator[str]:
    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    with server() as url, db.connect(url) as conn:
        (postgres,) = conn.execute("SHOW server_version").fetchone() or ("",)
        context = ExtractionContext(conn)
        context.load(context.rows(LOADED))
        _copy(conn, rows)
        few = {form: _measured(url, form, FEW) for form in FORMS}
        counts = {form: min(rows, MOST_ROWS.get(form, rows)) for form in FORMS}
        many = {}
        for form in FORMS:
            many[form] = _measured(url, form, counts[form])
            print(f"({form}: {many[form]})", flush=True)
        yield say(HEADING)
        yield say()
        yield say(
            f"{FEW:,} and {rows:,} articles of 3.3 KB of text with authors, tags and an image, from an embedded "
            f"Postgres {postgres} into a file, or through `mirrorwire.open(…).articles()`; by `python -m "
            f"benchmarks.export --rows {rows}`. Python {platform.python_version()}, {psutil.cpu_count()} CPUs. CPU is "
            "that of the process itself, its imports included; what the server does goes on beside it."
        )
        yield say()
        yield say(f"| what | rows | rows a second | rows a CPU-second | MB | peak MB, {FEW:,} | peak MB, all | ratio |")
        yield say("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for form in FORMS:
            one, other, n = few[form], many[form], counts[form]
            yield say(
                f"| {form} | {n:,} | {n / other.wall_s:,.0f} | {n / other.cpu_s:,.0f} "
                f"| {f'{other.size_mb:,.0f}' if other.size_mb else ''} "
                f"| {one.peak_mb:.0f} | {other.peak_mb:.0f} | {other.peak_mb / one.peak_mb:.2f} |"
            )
        yield say()
        worst = max(many[form].peak_mb / few[form].peak_mb for form in FORMS)
        yield say(
            f"Wanted is that a million articles take at most {MOST_GROWTH} times the memory of ten thousand; "
            f"{worst:.2f} is the most. Rows come through a cursor of the server's, 500 at a time. A Parquet row group "
            "is written when its strings are twelve million characters, and of each some 55 KB are kept until the end "
            f"of the file tells where it lies: that is what grows there. The articles are copies of {LOADED:,}, so "
            "that Parquet's size says nothing of others. With a link in each of 65,530 rows the peak of a workbook was "
            "137 MB: that is why its links end after 10,000."
        )


def _copy(conn: Connection, rows: int) -> None:
    with conn.transaction():
        conn.execute("SET LOCAL session_replication_role = replica")  # no foreign keys: nothing here is measured
        copy_articles(conn, rows // LOADED - 1)
        conn.execute(PUBLISHED)
    conn.execute("VACUUM ANALYZE")


def _measured(url: str, form: str, rows: int) -> Run:
    folder = Path(tempfile.mkdtemp(prefix="mw-export-", dir="/tmp"))
    path = folder / f"out.{form}"
    try:
        program, words = PEAK % COMMAND, ["export", "courier", "--output", str(path), "--limit", str(rows)]
        if form in WALKS:
            program, words = PEAK % WALK % WALKS[form], [url, str(rows)]
        env = {key: value for key, value in os.environ.items() if not key.startswith("MIRRORWIRE_")}
        env |= {"MIRRORWIRE_DATABASE_URL": url, "MIRRORWIRE_HOME": str(folder)}
        env |= {"MIRRORWIRE_SOURCES": str(SOURCE_FILE.parent)}
        before, began = os.times(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program, *words], env=env, stderr=subprocess.PIPE, check=True, text=True
        )
        wall_s, after = time.perf_counter() - began, os.times()
        cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
        size_mb = path.stat().st_size / 1e6 if path.exists() else None
        return Run(wall_s=wall_s, cpu_s=cpu_s, peak_mb=int(done.stderr.split()[-1]) / 1024, size_mb=size_mb)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
