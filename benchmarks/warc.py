"""WARC files of others: how fast a source's pages are found and copied, and in how much memory.

    python -m benchmarks.warc [--mb 1000] [--files 2] [--rounds 3] [--write docs/warc.md]

The files are generated: pages of other sites (response, request and metadata records, gzip by record, as Common Crawl's
news crawl has them) and one record in a thousand of the source's. Beside a scan stand the bare loops of the two
libraries over the same file, which look at no record; rounds alternate. The passes at the end are whole ones, with
Postgres and the archive: a first one that scans, and one over a window that is known by then. Memory is the peak of
whichever process took most; seconds are those of a busy machine, CPU seconds are not Postgres's.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import fastwarc.warc
import psutil
import warcio.archiveiterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mirrorwire.archive.outside import Part, blocks, outside_files
from mirrorwire.core.config import Settings
from mirrorwire.core.records import Host, Source
from mirrorwire.discover.warc_messages import End, Mentions, Order
from mirrorwire.discover.warc_pool import ScanJob, run
from mirrorwire.store import db

LIMIT_MB = 300
OURS_EVERY = 1000
SITE = "https://www.harbour.example"
PATTERN = r"/news/(?P<date>\d{4}/\d{2}/\d{2})/(?P<id>\d+)"
SOURCE = Source(
    key="harbour",
    name="The Harbour",
    language="en",
    timezone="UTC",
    article_url=(PATTERN,),
    hosts=(Host(url=SITE),),
    seeds=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What reading a file took: seconds, CPU seconds, and how many records came."""

    wall_s: float
    cpu_s: float
    records: int


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=1000)
    parser.add_argument("--files", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    # A short name: a socket's path must fit.
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        lines = list(_report(Path(folder), args.mb, args.files, args.rounds))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(home: Path, mb: int, files: int, rounds: int) -> Iterator[str]:
    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    crawl = home / "crawl"
    crawl.mkdir()
    pages = _pages()
    path = crawl / "0.warc.gz"
    plain = _write(path, pages, mb * 1_000_000, first=0)
    size = path.stat().st_size / 1e6
    yield say("# WARC files as seeds, measured")
    yield say()
    yield say(
        f"A generated file of {size:.0f} MB ({plain / 1e6:.0f} MB inflated), one page in {OURS_EVERY} the source's; by "
        f"`python -m benchmarks.warc`. Python {platform.python_version()}, warcio {version('warcio')}, FastWARC "
        f"{version('fastwarc')}, {os.cpu_count()} CPUs, shared with others. Medians of {rounds} alternating rounds; "
        "the bare loops look at no record and keep nothing."
    )
    yield say()
    yield say("| one process | MB a CPU second | records a CPU second | CPU of FastWARC's loop |")
    yield say("| --- | ---: | ---: | ---: |")
    ways: dict[str, Callable[[Path], Cost]] = {
        "FastWARC, the bare loop": _bare_fastwarc,
        "warcio, the bare loop": _bare_warcio,
        "a scan, as a seed reads it": _scan,
    }
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, read in ways.items():
            costs[name].append(read(path))
    base = costs["FastWARC, the bare loop"]
    for name, found in costs.items():
        cpu_s = statistics.median(cost.cpu_s for cost in found)
        ratio = statistics.median(cost.cpu_s / other.cpu_s for cost, other in zip(found, base, strict=True))
        yield say(f"| {name} | {size / cpu_s:.0f} | {found[0].records / cpu_s:.0f} | {ratio:.2f} |")
    yield say()
    for n in range(1, files):
        _write(crawl / f"{n}.warc.gz", pages, mb * 1_000_000, first=n * 10**6)
    yield from map(say, _passes(home, crawl, size * files))


def _passes(home: Path, crawl: Path, mb: float) -> Iterator[str]:
    sources = home / "sources"
    sources.mkdir()
    (sources / "harbour.toml").write_text(
        f'key = "harbour"\nname = "The Harbour"\nlanguage = "en"\ntimezone = "UTC"\narticle_url = \'{PATTERN}\'\n'
        f'[[hosts]]\nurl = "{SITE}"\n[[seeds]]\nkind = "warc"\nurl = "{crawl}"\n'
    )
    settings = Settings(home=home, sources=sources, archive=str(home / "archive"))
    env = os.environ | {"MIRRORWIRE_HOME": str(home), "MIRRORWIRE_SOURCES": str(sources)}
    env = {key: value for key, value in env.items() if key != "MIRRORWIRE_DATABASE_URL"}
    db.embedded_database(settings, "mirrorwire")
    days = ("--since", "2024-03-01", "--until", "2024-03-04")
    later = ("--since", "2024-03-04", "--until", "2024-03-07")
    try:
        each = mb / len(list(crawl.iterdir()))
        yield f"| whole passes over {mb:.0f} MB in files of {each:.0f} | processes | s | CPU s | MB a CPU s | peak MB |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: |"
        for name, words, processes, scanned in (
            ("three days, nothing known: scanned and copied", days, 1, True),
            ("three other days, all known: copied", later, 1, False),
            ("the same again: nothing to do", later, 1, False),
        ):
            wall_s, cpu_s, peak = _pass([sys.executable, "-m", "mirrorwire.cli", "backfill", "harbour", *words],
                                 env | {"MIRRORWIRE_PROCESSES": str(processes)})  # fmt: skip
            speed = f"{mb / cpu_s:.0f}" if scanned else ""
            yield f"| {name} | {processes} | {wall_s:.1f} | {cpu_s:.1f} | {speed} | {peak:.0f} |"
            if peak >= LIMIT_MB:
                raise SystemExit(f"{peak:.0f} MB: more than {LIMIT_MB}")
        with db.connect(db.database_url(settings)) as conn:
            conn.execute("UPDATE warc_file SET read_by = 'others'")
        wall_s, cpu_s, peak = _pass([sys.executable, "-m", "mirrorwire.cli", "backfill", "harbour", *days],
                             env | {"MIRRORWIRE_PROCESSES": "2"})  # fmt: skip
        name = "the first three days, by other rules: scanned anew"
        yield f"| {name} | 2 | {wall_s:.1f} | {cpu_s:.1f} | {mb / cpu_s:.0f} | {peak:.0f} |"
        with db.connect(db.database_url(settings)) as conn:
            (loaded,) = conn.execute("SELECT count(*) FROM articles").fetchone() or (0,)
        yield ""
        yield f"{loaded} articles were loaded, each once."
    finally:
        db.stop_embedded(settings)


def _pass(words: Sequence[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return its seconds, its CPU's, and the peak memory in MB of the process that took most."""
    peak, began, before = 0.0, time.monotonic(), os.times()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None:
        with suppress(psutil.Error, OSError):
            tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            for pid in (each.pid for each in tree if not each.name().startswith("postgres")):
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
                peak = max(peak, int(found[1]) / 1024 if found else 0.0)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit((process.communicate()[1] or b"").decode())
    after = os.times()
    cpu_s = sum(after[2:4]) - sum(before[2:4])  # of its own children too, which it has waited for; not of Postgres
    return time.monotonic() - began, cpu_s, peak


def _bare_fastwarc(path: Path) -> Cost:
    with path.open("rb") as file:
        return _cost(lambda: sum(1 for _ in fastwarc.warc.ArchiveIterator(file, parse_http=False)))


def _bare_warcio(path: Path) -> Cost:
    with path.open("rb") as file:
        return _cost(lambda: sum(1 for _ in warcio.archiveiterator.ArchiveIterator(file, no_record_parse=True)))


def _scan(path: Path) -> Cost:
    """The child's work and the parent's, which hands the bytes over."""
    (file,) = outside_files(str(path))
    order = Order(source=SOURCE, now=datetime.now(UTC), length=file.size)

    def read() -> int:
        records = 0
        for _, message in run([ScanJob(key=0, order=order, blocks=lambda: blocks(file, Part(length=file.size)))], 1):
            records += message.records if isinstance(message, End) else 0
            assert isinstance(message, (End, Mentions))  # noqa: S101 - a sound file
        return records

    return _cost(read)


def _cost(read: Callable[[], int]) -> Cost:
    began, before = time.monotonic(), os.times()
    records = read()
    after = os.times()
    cpu_s = sum(after[:4]) - sum(before[:4])  # children included
    return Cost(wall_s=time.monotonic() - began, cpu_s=cpu_s, records=records)


def _pages() -> list[bytes]:
    """Records of other sites' pages, in threes, each a gzip member."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(8000)]
    weights = [1 / (n + 5) for n in range(len(words))]
    made = []
    for n in range(150):
        paragraphs = (
            f'<div class="story-block story-block--{i % 7}"><p class="paragraph text-body">'
            f"{' '.join(chance.choices(words, weights, k=70))}</p></div>\n"
            for i in range(chance.randint(20, 160))
        )
        head = f"<!DOCTYPE html><html><head><title>{n}</title></head>"
        body = f"{head}<body>{''.join(paragraphs)}</body></html>".encode()
        url = f"https://www.other-{n % 40}.example/2024/03/05/story-{n}.html"
        made.append(
            _record(url, "response", body) + _record(url, "request", b"") + _record(url, "metadata", b"x: y" * 9)
        )
    return made


def _write(path: Path, pages: Sequence[bytes], size: int, *, first: int) -> int:
    """Write a file; return its size inflated, in bytes."""
    inflated = [_inflated(page) for page in pages]
    plain = n = 0
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(pages[n % len(pages)])
            plain += inflated[n % len(pages)]
            if n % OURS_EVERY == 0:
                file.write(_ours(first + n))
            n += 1
    return plain


def _ours(n: int) -> bytes:
    chance = random.Random(n)
    names = "harbour council ferry winter budget teachers rail bridge market island clinic library".split()
    sentences = [
        f"The {chance.choice(names)} of district {chance.randint(1, 999)} was told that the {chance.choice(names)} "
        f"would need {chance.randint(2, 999)} more places before the {chance.choice(names)} reopens."
        for _ in range(15)
    ]
    day = 1 + n // OURS_EVERY % 9
    body = (
        f'<html lang="en"><head><title>Story number {n}</title><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="2024-03-0{day}T08:00:00+00:00"></head><body><article>'
        f"<h1>Story number {n}</h1>{''.join(f'<p>{each}</p>' for each in sentences)}</article></body></html>"
    )
    return _record(f"{SITE}/news/2024/03/0{day}/{n}/story", "response", body.encode())


def _record(url: str, kind: str, body: bytes) -> bytes:
    writer, out = WARCWriter(io.BytesIO(), gzip=False), io.BytesIO()
    fields: dict[str, object] = {"warc_headers_dict": {"WARC-Date": "2024-03-09T12:00:00Z"}}
    if kind != "metadata":
        line, request = ("200 OK", False) if kind == "response" else (f"GET /{url.rsplit('/', 1)[-1]} HTTP/1.1", True)
        headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
        protocol = "" if request else "HTTP/1.1"
        fields["http_headers"] = StatusAndHeaders(line, headers, protocol=protocol, is_http_request=request)
    record = writer.create_warc_record(url, kind, payload=io.BytesIO(body), length=len(body), **fields)
    WARCWriter(out, gzip=False).write_record(record)
    return zlib.compress(out.getvalue(), wbits=31)


def _inflated(data: bytes) -> int:
    size = 0
    while data:
        inflater = zlib.decompressobj(31)
        size += len(inflater.decompress(data))
        data = inflater.unused_data
    return size


if __name__ == "__main__":
    main()
