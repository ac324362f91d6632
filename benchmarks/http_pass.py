"""Pages over HTTP into Postgres: a whole pass at delay 0, beside a Scrapy spider over the same pages.

    python -m benchmarks.http_pass [--pages FOLDER] [--scrapy PYTHON] [--limit 600] [--rounds 2] [--processes 2]

`FOLDER` holds sets of real pages (`SET/gold.jsonl` and the pages that it names); without it pages are generated. A
process of its own serves them on 127.0.0.1, with a sitemap of them. `PYTHON` is the interpreter of an environment with
scrapy, trafilatura and psycopg, for `rival_spider.py`: 16 requests at once, each page extracted and stored in one
table. Rounds alternate.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.bulk import generated_pages, real_pages
from benchmarks.whole_pass import Comparison, Cost, cost_head, cost_row, cpu_s, ingest, run, show
from mirrorwire.core.config import Settings
from mirrorwire.store import db

SPIDER = Path(__file__).with_name("rival_spider.py")
SOURCE = """key = "site"
name = "A site"
timezone = "UTC"
allow_private = true
delay_s = 0
article_url = '^/(?P<id>\\d+)$'
[[hosts]]
url = "{site}"
[[seeds]]
kind = "sitemap"
path = "/sitemap.xml"
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--scrapy", type=Path)
    parser.add_argument("--limit", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    # A short name: a socket's path must fit.
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        comparison = compare(Path(folder), args.pages, args.scrapy, args.limit, args.rounds, args.processes)
    show(comparison, args.write)


def compare(
    home: Path, folder: Path | None, scrapy: Path | None, limit: int, rounds: int, processes: int
) -> Comparison:
    """Measure in a folder that is empty, and return what came of it; see the module."""
    kind = "real" if folder else "generated"
    served = home / "pages"
    served.mkdir()
    pages = 0
    for pages, body in enumerate(islice(real_pages(folder) if folder else generated_pages(), limit), 1):
        (served / f"{pages:05}").write_bytes(body)
    words = [sys.executable, "-m", "benchmarks.page_server", str(served)]
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout and server.stdin  # noqa: S101 - as they were asked for
    site = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
    ours: list[Cost] = []
    theirs: list[Cost] = []
    try:
        for n in range(rounds):
            if scrapy is not None:
                theirs.append(_spider(home / f"scrapy-{n}", scrapy, site))
            ours.append(ingest(home / str(n), "site", SOURCE.format(site=site), processes))
    finally:
        server.stdin.close()
        server.wait()
    lines = [
        "# Pages over HTTP into Postgres, measured",
        "",
        f"{pages} {kind} pages from a server on 127.0.0.1 at delay 0, read in {processes} processes; medians of "
        f"{rounds} alternating rounds, by `python -m benchmarks.http_pass`.",
        "",
        *cost_head(),
    ]
    if theirs:
        lines.append(cost_row("Scrapy, 16 requests at once, trafilatura, one table", pages, theirs))
    lines.append(cost_row("`mirrorwire ingest`", pages, ours))
    if theirs:
        ratio = statistics.median(rival.wall_s / mine.wall_s for rival, mine in zip(theirs, ours, strict=True))
        lines += ["", f"{ratio:.2f} of the spider's pages a second; {ours[-1].articles} articles are loaded."]
    return Comparison(lines=lines, steps=ours[-1].steps)


def _spider(home: Path, python: Path, site: str) -> Cost:
    """Run the spider into an empty database on a server of its own."""
    home.mkdir()
    settings = Settings(home=home)
    url = db.embedded_database(settings, "rival", fresh=True)
    try:
        server = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
        before = cpu_s(server)
        wall_s, own_cpu_s, peak_mb = run([[str(python), str(SPIDER), site, url]], dict(os.environ))
        time.sleep(1.0)  # its session is waited for by then, and counted
        database_cpu_s = cpu_s(server) - before
        with db.connect(url) as conn:
            (articles,) = conn.execute(b"SELECT count(*) FROM page").fetchone() or (0,)
    finally:
        db.stop_embedded(settings)
    return Cost(wall_s=wall_s, cpu_s=own_cpu_s, database_cpu_s=database_cpu_s, peak_mb=peak_mb, articles=int(articles))


if __name__ == "__main__":
    main()
