"""Fetching beside a bare `requests` loop: pages a second with the same threads, from the same local server.

    python -m benchmarks.fetch [PAGES] [--threads 8] [--seconds 0.5] [--rounds 40] [--write docs/fetch.md]

PAGES is a folder of real pages (default: ../shared/corpora/news/pages), served gzip-coded by a process of its own at no
delay. Ours is what a run does with a page before it is read: robots.txt asked about, `Client.get` with guard, deadlines
and caps, the body decoded, `ArchiveWriter.write` of response and request. The rivals are what one would write in an
afternoon: one `requests.Session` a thread, `session.get`, and each response written by the same WARC library into one
file under a lock, without its request. One stores `response.raw`, the body as it was sent and never decoded, as that
library's README does; the other what `response.content` gives. Rounds are short and alternate, each rival's beside
ours, so that a noisy machine is noisy for both; the median of the rounds' ratios counts, and both must be `TARGET` at
least.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import requests
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core.config import Settings
from mirrorwire.core.records import Host, Source
from mirrorwire.fetch.robots import Robots
from mirrorwire.http.client import Client

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT.parent / "shared" / "corpora" / "news" / "pages"
TARGET = 0.70
Fetch = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What some seconds of fetching gave: pages a second, and this process's CPU time a page in ms."""

    pages_per_s: float
    cpu_ms: float


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="?", default=PAGES)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    if not args.pages.is_dir():
        print(f"skipped: no folder {args.pages}; the real pages are not part of this repository")
        return
    with _server(args.pages) as site:
        lines = list(_report(site, args.threads, args.seconds, args.rounds))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _server(pages: Path) -> Iterator[dict[str, int]]:
    words = [sys.executable, "-m", "benchmarks.page_server", str(pages)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdin is not None  # noqa: S101 - asked for
        assert server.stdout is not None  # noqa: S101
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.stdin.close()


def _report(site: dict[str, int], threads: int, seconds: float, rounds: int) -> Iterator[str]:
    """Yield the report's lines, printing each as it comes."""

    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    yield say("# Fetching, measured")
    yield say()
    yield say(
        f"{site['pages']} real pages, {site['bytes'] / site['pages'] / 1000:.0f} kB each on average and "
        f"{site['coded_bytes'] / site['pages'] / 1000:.0f} kB gzip-coded, from a server of its own process on "
        f"127.0.0.1, at no delay, with {threads} threads; by `python -m benchmarks.fetch`. Python "
        f"{platform.python_version()}, requests {version('requests')}, warcio {version('warcio')}. The medians of "
        f"{rounds} alternating rounds of {seconds:g} s, ratios round by round; at least {TARGET:.0%} is wanted of each "
        f"rival's pages a second."
    )
    yield say()
    yield say(
        "The rivals are a bare `requests` loop, one session a thread, that writes each response with warcio and keeps "
        "no request. One stores `response.raw`, as warcio's README does: the body as it came over the wire, gzip-coded "
        "and never decoded; the other stores `response.content`. Mirrorwire decodes the body, since it must be judged, "
        "and stores it as it was sent (`mirrorwire.archive.warc.AS_SENT`)."
    )
    yield say()
    before = os.getloadavg()[0]
    measured = _measured(site, threads, seconds, rounds)
    yield say(
        f"Others kept {before:.1f} threads busy on the {os.cpu_count()} processors when it began. Where that is much, "
        "pages a second also tell how many threads a system keeps ready to run; its CPU time does not."
    )
    yield say()
    ours = measured[OURS]
    yield say("| | pages a second | CPU ms a page | ours is of its pages a second | ours is of its CPU |")
    yield say("| --- | --- | --- | --- | --- |")
    for name, found in measured.items():
        speed = statistics.median(mine.pages_per_s / its.pages_per_s for mine, its in zip(ours, found, strict=True))
        cpu = statistics.median(mine.cpu_ms / its.cpu_ms for mine, its in zip(ours, found, strict=True))
        yield say(
            f"| {name} | {statistics.median(one.pages_per_s for one in found):.0f} "
            f"| {statistics.median(one.cpu_ms for one in found):.2f} | {speed:.0%} | {cpu:.2f} |"
        )
    yield say()


def _measured(site: dict[str, int], threads: int, seconds: float, rounds: int) -> dict[str, list[Round]]:
    """Return each system's rounds, in the order in which they took turns."""
    origin = f"http://127.0.0.1:{site['port']}"
    urls = [f"{origin}/{n}" for n in range(site["pages"])]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        systems = {name: stack.enter_context(opened(origin, Path(folder))) for name, opened in SYSTEMS.items()}
        found: dict[str, list[Round]] = {name: [] for name in systems}
        for fetch in systems.values():  # imports, connections, robots.txt: nobody's first round pays for them
            _round(fetch, urls, threads, 0.3)
        names = list(systems)
        for n in range(rounds):
            for name in names[n % len(names) :] + names[: n % len(names)]:
                found[name].append(_round(systems[name], urls, threads, seconds))
    return found


def _round(fetch: Fetch, urls: Sequence[str], threads: int, seconds: float) -> Round:
    until = time.perf_counter() + seconds
    counts = [0] * threads
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for url in itertools.islice(itertools.cycle(urls), number * len(urls) // threads, None):
                if time.perf_counter() >= until:
                    return
                fetch(url)
                counts[number] += 1
        except BaseException as error:
            failures.append(error)

    started, cpu = time.perf_counter(), time.process_time()
    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    return Round(pages_per_s=sum(counts) / elapsed_s, cpu_ms=1000 * cpu_s / sum(counts))


@contextmanager
def _ours(origin: str, folder: Path) -> Iterator[Fetch]:
    source = Source(
        key="bench",
        name="Bench",
        language=None,
        timezone="UTC",
        article_url=(),
        hosts=(Host(url=origin),),
        seeds=(),
        delay_s=0.0,
        allow_private=True,
    )
    agent = Settings(home=folder).user_agent
    with Client(user_agent=agent) as client, ArchiveWriter(str(folder / "archive")) as archive:
        robots = Robots(client)

        def fetch(url: str) -> None:
            if not robots.check(url, source).allowed:
                raise RuntimeError(f"{url} is disallowed")
            exchange = client.get(url, source)
            if exchange.status != 200:
                raise RuntimeError(f"{url}: {exchange.status}")
            archive.write(exchange)

        yield fetch


@contextmanager
def _bare(folder: Path, name: str, payload: Callable[[requests.Response], bytes], **options: Any) -> Iterator[Fetch]:
    local, lock = threading.local(), threading.Lock()
    with (folder / f"{name}.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")

        def fetch(url: str) -> None:
            if not hasattr(local, "session"):
                local.session = requests.Session()
            response = local.session.get(url, timeout=20, **options)
            response.raise_for_status()
            body = payload(response)
            headers = StatusAndHeaders(
                f"{response.status_code} {response.reason}", list(response.headers.items()), protocol="HTTP/1.1"
            )
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": now},
            )
            with lock:
                writer.write_record(record)

        yield fetch


@contextmanager
def _decoded(origin: str, folder: Path) -> Iterator[Fetch]:
    with _bare(folder, "decoded", lambda response: response.content) as fetch:
        yield fetch


@contextmanager
def _as_sent(origin: str, folder: Path) -> Iterator[Fetch]:
    with _bare(folder, "sent", lambda response: response.raw.read(), stream=True) as fetch:
        yield fetch


OURS = "mirrorwire"
SYSTEMS = {
    OURS: _ours,
    "requests, the body stored decoded": _decoded,
    "requests, the body stored as it was sent": _as_sent,
}


if __name__ == "__main__":
    main()
