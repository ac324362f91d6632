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
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import fastwarc.warc
import psutil
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.gold import read_pages, row, table_head
from mirrorwire.core.config import Settings
from mirrorwire.store import db

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
STEPS = b"SELECT step, extract(epoch FROM finished_at - started_at)::float8 FROM run_step ORDER BY started_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a way took for all pages: seconds, CPU seconds of its own and of Postgres, peak MB, seconds of each step."""

    wall_s: float
    cpu_s: float
    database_cpu_s: float = 0.0
    peak_mb: float = 0.0
    articles: int = 0
    steps: tuple[tuple[str, float], ...] = ()


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
        lines = list(_report(Path(folder), args.pages, args.limit, args.rounds, args.processes))
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(home: Path, folder: Path | None, limit: int | None, rounds: int, processes: int) -> Iterator[str]:
    file = home / "crawl.warc.gz"
    pages = _write(file, _real(folder) if folder else _generated(), limit)
    ours: list[Cost] = []
    bare: list[Cost] = []
    for n in range(rounds):
        bare.append(_bare(file, processes))
        ours.append(_ours(home / str(n), file, processes))
    kind = "real" if folder else "generated"
    size_mb = file.stat().st_size / 1e6
    yield from _said("# A crawl archive into Postgres, measured", "")
    yield from _said(
        f"{pages} {kind} pages in a WARC file of {size_mb:.0f} MB, read in {processes} processes; medians of {rounds} "
        "alternating rounds, by `python -m benchmarks.bulk`.",
        "",
    )
    yield from _said(*table_head("", "pages a second", "s", "CPU s", "CPU s of Postgres", "peak MB"))
    for name, costs in (("`bare_extraction`, nothing kept", bare), ("`mirrorwire ingest`", ours)):
        yield from _said(_line(name, pages, costs))
    ratio = statistics.median(theirs.wall_s / mine.wall_s for theirs, mine in zip(bare, ours, strict=True))
    yield from _said("", f"{ratio:.2f} of the bare loop's pages a second; {ours[-1].articles} articles are loaded.", "")
    yield from _said(*table_head("step of the last round", "s"))
    yield from _said(*(row(step, f"{took_s:.1f}") for step, took_s in ours[-1].steps))


def _said(*lines: str) -> Iterator[str]:
    for line in lines:
        print(line, flush=True)
        yield line


def _line(name: str, pages: int, costs: Sequence[Cost]) -> str:
    wall_s = statistics.median(cost.wall_s for cost in costs)
    cpu_s = statistics.median(cost.cpu_s for cost in costs)
    database = statistics.median(cost.database_cpu_s for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    return row(name, f"{pages / wall_s:.1f}", f"{wall_s:.1f}", f"{cpu_s:.1f}", f"{database:.1f}", f"{peak:.0f}")


def _ours(home: Path, file: Path, processes: int) -> Cost:
    """Ingest the file into an empty home."""
    sources = home / "sources"
    sources.mkdir(parents=True)
    (sources / "bulk.toml").write_text(SOURCE.format(file=file), encoding="utf-8")
    settings = Settings(home=home, sources=sources, archive=str(home / "archive"))
    env = {key: value for key, value in os.environ.items() if key != "MIRRORWIRE_DATABASE_URL"}
    env |= {"MIRRORWIRE_HOME": str(home), "MIRRORWIRE_SOURCES": str(sources), "MIRRORWIRE_PROCESSES": str(processes)}
    with db.connect(db.embedded_database(settings, "mirrorwire")):
        pass
    try:
        server = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
        database = _cpu_s(server)
        words = [sys.executable, "-m", "mirrorwire.cli", "ingest", "bulk"]
        wall_s, cpu_s, peak_mb = _run([words], env)
        time.sleep(1.0)  # its sessions are waited for by then, and counted
        database = _cpu_s(server) - database
        with db.connect(db.database_url(settings)) as conn:
            steps = tuple((str(step), float(took_s)) for step, took_s in conn.execute(STEPS))
            (articles,) = conn.execute(b"SELECT count(*) FROM article").fetchone() or (0,)
    finally:
        db.stop_embedded(settings)
    return Cost(
        wall_s=wall_s, cpu_s=cpu_s, database_cpu_s=database, peak_mb=peak_mb, articles=int(articles), steps=steps
    )


def _bare(file: Path, processes: int) -> Cost:
    words = [sys.executable, "-m", "benchmarks.bulk", "--bare", str(file), "--share", str(processes)]
    wall_s, cpu_s, peak_mb = _run([[*words, str(n)] for n in range(processes)], dict(os.environ))
    return Cost(wall_s=wall_s, cpu_s=cpu_s, peak_mb=peak_mb)


def _run(commands: Sequence[Sequence[str]], env: dict[str, str]) -> tuple[float, float, float]:
    """Run commands at once; return their seconds, CPU seconds and the peak of their memory together in MB."""
    began, before = time.monotonic(), os.times()
    running = [
        subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for words in commands
    ]
    peaks = [0.0]
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=([process.pid for process in running], peaks, ended))
    watch.start()
    for process in running:
        _, said = process.communicate()
        if process.returncode not in (0, 3):
            raise SystemExit(said.decode())
    wall_s, after = time.monotonic() - began, os.times()
    ended.set()
    watch.join()
    return wall_s, sum(after[2:4]) - sum(before[2:4]), max(peaks)


def _watch(pids: Sequence[int], peaks: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.25):
        resident = 0
        with suppress(psutil.Error):
            for pid in pids:
                family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
                resident += sum(member.memory_info().rss for member in family)
        peaks.append(resident / 1e6)


def _cpu_s(server: psutil.Process) -> float:
    times = [server.cpu_times(), *(child.cpu_times() for child in server.children())]
    dead = server.cpu_times()
    return sum(spent.user + spent.system for spent in times) + dead.children_user + dead.children_system


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


def _real(folder: Path) -> Iterator[bytes]:
    golds = sorted(folder.glob("*/gold.jsonl"))
    if not golds:
        raise SystemExit(f"{folder}: no SET/gold.jsonl is in it")
    for gold in golds:
        for page in read_pages(gold):
            yield page.body


def _generated() -> Iterator[bytes]:
    for n in range(GENERATED):
        chance = random.Random(n)
        words = re.findall(r"\w+", "harbour council ferry winter budget teachers rail bridge market island clinic")
        told = (f"<p>{' '.join(chance.choices(words, k=60)).capitalize()}.</p>" for _ in range(chance.randint(8, 40)))
        menu = "".join(f'<li><a href="/section/{i}">{chance.choice(words)} {i}</a></li>' for i in range(80))
        yield (
            f'<html lang="en"><head><title>Story {n}</title><meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="2024-03-{1 + n % 28:02}T08:00:00Z"></head><body>'
            f"<nav><ul>{menu}</ul></nav><article><h1>Story {n}</h1>{''.join(told)}</article></body></html>"
        ).encode()


if __name__ == "__main__":
    main()
