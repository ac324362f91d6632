"""Exports measured: time, size, and the memory that a thousand rows and all of them need, in every format.

    python -m benchmarks.export [--rows 1000000] [--write docs/export.md]

The server is an embedded one of its own in a temporary folder. A thousand articles of 3.3 KB of text are loaded (see
benchmarks/load.py) and copied inside the database, with links, captures and URLs of their own, until there are enough.
Each export is a process of its own, `mirrorwire export`, into a file. Peak memory is what Linux says of it (VmHWM).
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
FORMS = ("jsonl", "csv", "parquet", "atom", "xlsx")
FEW = 1_000
MOST_GROWTH = 1.15
PEAK = (
    "import atexit, sys\n"
    "def tell():\n"
    "    sys.stderr.write(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
    "atexit.register(tell)\n"
    "from mirrorwire.cli import main; main()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one export took."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    size_mb: float


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
        desk = ExtractionContext(conn)
        desk.load(desk.rows(FEW))
        few = {form: _exported(url, form, FEW) for form in FORMS}
        _copy(conn, rows)
        many = {}
        for form in FORMS:
            many[form] = _exported(url, form, rows)
            print(f"({form}: {many[form]})", flush=True)
        yield say(HEADING)
        yield say()
        yield say(
            f"{FEW:,} and {rows:,} articles of 3.3 KB of text with authors, tags and an image, from an embedded "
            f"Postgres {postgres} into a file; by `python -m benchmarks.export --rows {rows}`. Python "
            f"{platform.python_version()}, {psutil.cpu_count()} CPUs that others used too. CPU is that of the process "
            "itself, its imports included; what the server does goes on beside it."
        )
        yield say()
        yield say(f"| format | rows a second | rows a CPU-second | MB | peak MB, {FEW:,} | peak MB, {rows:,} | ratio |")
        yield say("| --- | --- | --- | --- | --- | --- | --- |")
        for form in FORMS:
            one, other = few[form], many[form]
            yield say(
                f"| {form} | {rows / other.wall_s:,.0f} | {rows / other.cpu_s:,.0f} | {other.size_mb:,.0f} "
                f"| {one.peak_mb:.0f} | {other.peak_mb:.0f} | {other.peak_mb / one.peak_mb:.2f} |"
            )
        yield say()
        worst = max(many[form].peak_mb / few[form].peak_mb for form in FORMS)
        yield say(
            f"Asked for is that a million rows need no more memory than a thousand: at most {MOST_GROWTH} times was "
            f"set, and {worst:.2f} is the most. The feed holds as many entries as were asked for here, by `--limit`; "
            "it has 100 without. Rows come through a cursor of the server's, 500 at a time; a Parquet row group is "
            "written when its strings are four million characters, and of each some 50 KB are kept until the file's "
            f"end tells where it lies: that is what grows there. The articles are copies of {FEW:,}, so that "
            "Parquet's size says nothing of others."
        )


def _copy(conn: Connection, rows: int) -> None:
    with conn.transaction():
        conn.execute("SET LOCAL session_replication_role = replica")  # no foreign keys: nothing here is measured
        copy_articles(conn, rows // FEW - 1)
    conn.execute("VACUUM ANALYZE")


def _exported(url: str, form: str, rows: int) -> Run:
    folder = Path(tempfile.mkdtemp(prefix="mw-export-", dir="/tmp"))
    path = folder / f"out.{form}"
    try:
        words = ["export", "courier", "--format", form, "--output", str(path), "--limit", str(rows)]
        env = {key: value for key, value in os.environ.items() if not key.startswith("MIRRORWIRE_")}
        env |= {"MIRRORWIRE_DATABASE_URL": url, "MIRRORWIRE_HOME": str(folder)}
        env |= {"MIRRORWIRE_SOURCES": str(SOURCE_FILE.parent)}
        before, began = os.times(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *words], env=env, stderr=subprocess.PIPE, check=True, text=True
        )
        wall_s, after = time.perf_counter() - began, os.times()
        cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
        return Run(wall_s=wall_s, cpu_s=cpu_s, peak_mb=int(done.stderr) / 1024, size_mb=path.stat().st_size / 1e6)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
