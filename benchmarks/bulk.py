"""A crawl archive into Postgres: pages a second from a WARC file to rows, beside bare extraction of the same records.

    python -m benchmarks.bulk [--pages FOLDER] [--limit N] [--rounds 2] [--processes 2] [--write docs/bulk.md]

`FOLDER` holds sets of real pages (`SET/gold.jsonl` and the pages that it names); without it pages are generated. All
stand in one WARC file, as pages of one source. Rounds alternate: `mirrorwire ingest` into an empty database and archive
and as many processes of `bare_extraction(with_metadata=True)`, each over its share of the records, which keep nothing.
CPU seconds of Mirrorwire are those of its processes, children included; Postgres's stand beside them. Memory is the sum
of what is resident in all of its processes, Postgres apart.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import fastwarc.warc
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.gold import read_pages
from benchmarks.whole_pass import Comparison, Cost, cost_head, cost_row, ingest, run, show

SITE = "https://bulk.example"
GENERATED = 2000
SOURCE = f"""key = "bulk"
name = "A crawl"
timezone = "UTC"
article_url = '^/page/(?P<id>\\d+)$'
[[hosts]]
url = "{SITE}"
[[seeds]]
kind = "warc"
url = "{{file}}"
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--share", type=int, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.bare:
        _read_bare(args.bare, *args.share)
        return
    # A short name: a socket's path must fit.
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        comparison = compare(Path(folder), args.pages, args.limit, args.rounds, args.processes)
    show(comparison, args.write)


def compare(home: Path, folder: Path | None, limit: int | None, rounds: int, processes: int) -> Comparison:
    """Measure in a folder that is empty, and return what came of it; see the module."""
    file = home / "crawl.warc.gz"
    pages = _write(file, real_pages(folder) if folder else generated_pages(), limit)
    ours: list[Cost] = []
    bare: list[Cost] = []
    for n in range(rounds):
        bare.append(_bare(file, processes))
        ours.append(ingest(home / str(n), "bulk", SOURCE.format(file=file), processes))
    kind = "real" if folder else "generated"
    size_mb = file.stat().st_size / 1e6
    ratio = statistics.median(theirs.wall_s / mine.wall_s for theirs, mine in zip(bare, ours, strict=True))
    lines = [
        "# A crawl archive into Postgres, measured",
        "",
        f"{pages} {kind} pages in a WARC file of {size_mb:.0f} MB, read in {processes} processes; medians of {rounds} "
        "alternating rounds, by `python -m benchmarks.bulk`.",
        "",
        *cost_head(),
        cost_row("`bare_extraction`, nothing kept", pages, bare),
        cost_row("`mirrorwire ingest`", pages, ours),
        "",
        f"{ratio:.2f} of the bare loop's pages a second; {ours[-1].articles} articles are loaded.",
    ]
    return Comparison(lines=lines, steps=ours[-1].steps)


def _bare(file: Path, processes: int) -> Cost:
    words = [sys.executable, "-m", "benchmarks.bulk", "--bare", str(file), "--share", str(processes)]
    wall_s, cpu_s, peak_mb = run([[*words, str(n)] for n in range(processes)], dict(os.environ))
    return Cost(wall_s=wall_s, cpu_s=cpu_s, peak_mb=peak_mb)


def _read_bare(file: Path, of: int, n: int) -> None:
    """The rival: every `of`th page, from the `n`th on."""
    import trafilatura

    with file.open("rb") as opened:
        for number, record in enumerate(fastwarc.warc.ArchiveIterator(opened)):
            if number % of == n:
                with suppress(Exception):
                    trafilatura.bare_extraction(record.reader.read(), url=f"{SITE}/page/{number}", with_metadata=True)


def _write(file: Path, pages: Iterator[bytes], limit: int | None) -> int:
    """Write pages as responses into a WARC file; return their number."""
    n = 0
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for n, body in enumerate(pages, 1):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"{SITE}/page/{n}", "response", payload=io.BytesIO(body), length=len(body), http_headers=headers
            )
            writer.write_record(record)
            if n == limit:
                break
    return n


def real_pages(folder: Path) -> Iterator[bytes]:
    """Yield the real pages of all sets in a folder."""
    golds = sorted(folder.glob("*/gold.jsonl"))
    if not golds:
        raise SystemExit(f"{folder}: no SET/gold.jsonl is in it")
    for gold in golds:
        for page in read_pages(gold):
            yield page.body


def generated_pages() -> Iterator[bytes]:
    """Yield pages of a site that does not exist, the same ones each time."""
    for n in range(GENERATED):
        chance = random.Random(n)
        words = "harbour council ferry winter budget teachers rail bridge market island clinic".split()
        paragraphs = (
            f"<p>{' '.join(chance.choices(words, k=60)).capitalize()}.</p>" for _ in range(chance.randint(8, 40))
        )
        menu = "".join(f'<li><a href="/section/{i}">{chance.choice(words)} {i}</a></li>' for i in range(80))
        yield (
            f'<html lang="en"><head><title>Story {n}</title><meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="2024-03-{1 + n % 28:02}T08:00:00Z"></head><body>'
            f"<nav><ul>{menu}</ul></nav><article><h1>Story {n}</h1>{''.join(paragraphs)}</article></body></html>"
        ).encode()


if __name__ == "__main__":
    main()
