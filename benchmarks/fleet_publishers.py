"""The publishers of `benchmarks.fleet`, a process of its own: each on an address of loopback, by a clock that is told.

    python -m benchmarks.fleet_publishers COUNT

Publisher n listens at 127.x.y.z on a port that all share, serves robots.txt, a feed of its last items, with an ETag,
and the articles. How many items it publishes a day is `items_a_day(n)`. What time it is comes in by standard input, a
line of seconds since `DAY_ONE` each; it prints the port, then a line for each time, and ends when standard input does.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import resource
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

DAY_ONE = datetime(2026, 11, 20, tzinfo=UTC)
SHOWN = 25
"""Items of a feed."""
DAYS = 4
"""For so long items are thought out; a fleet starts on the second day, when feeds are full."""
_WORDS = (
    "harbour council ferry winter budget teachers rail bridge market island clinic library court union river farm "
    "school theatre police mayor summer tax airport museum port strike road energy housing border hospital parliament "
    "election miner fisher bakery orchestra season forest glacier satellite vaccine tunnel canal factory village lawyer"
).split()


def items_a_day(n: int) -> float:
    """A tenth of the publishers bring two items an hour, two tenths one, three tenths four a day, the others less."""
    return (48, 24, 24, 4, 4, 4, 1, 1, 0.2, 0)[n % 10]


def address(n: int) -> str:
    """Where publisher n listens."""
    return f"127.{1 + n // 62_500}.{(n // 250) % 250}.{1 + n % 250}"


def published(n: int) -> list[datetime]:
    """When publisher n publishes its items, the same in every process."""
    chance = random.Random(n)
    rate = items_a_day(n)
    times: list[datetime] = []
    at = DAY_ONE
    while rate:
        at += timedelta(days=chance.expovariate(rate))
        if at > DAY_ONE + timedelta(days=DAYS):
            break
        times.append(at)
    return times


def article_page(n: int, item: int, at: datetime) -> bytes:
    """An article of some 400 words that is like no other."""
    chance = random.Random(n * 1_000_003 + item)
    paragraphs: list[str] = []
    for _ in range(8):
        words = " ".join(chance.choice(_WORDS) for _ in range(50))
        paragraphs.append(f"<p>{words.capitalize()}, officials of district {n} said.</p>")
    title = f"{' '.join(chance.choice(_WORDS) for _ in range(6)).capitalize()} {n}-{item}"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{at.isoformat()}"></head>'
        f"<body><article><h1>{title}</h1>{''.join(paragraphs)}</article></body></html>"
    ).encode()


class Publishers:
    """All of them, at the time that was told last."""

    def __init__(self, count: int) -> None:
        self.now = DAY_ONE
        self.times = [published(n) for n in range(count)]
        self.port = 0

    def answer(self, n: int, path: str, etag: str | None) -> bytes:
        """The response of one publisher to one request."""
        if path == "/feed.xml":
            return _response(self._feed(n), "application/rss+xml", etag)
        item = path.removeprefix("/story/")
        if path.startswith("/story/") and item.isdigit() and int(item) < self._count(n):
            return _response(article_page(n, int(item), self.times[n][int(item)]), "text/html; charset=utf-8", None)
        if path == "/robots.txt":
            return _response(b"User-agent: *\nDisallow: /private/\n", "text/plain", None)
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def _count(self, n: int) -> int:
        return sum(at <= self.now for at in self.times[n])

    def _feed(self, n: int) -> bytes:
        base = f"http://{address(n)}:{self.port}"
        count = self._count(n)
        items = "".join(
            f"<item><link>{base}/story/{item}</link><guid>{base}/story/{item}</guid>"
            f"<pubDate>{format_datetime(self.times[n][item])}</pubDate></item>"
            for item in range(count - 1, max(-1, count - 1 - SHOWN), -1)
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper {n}</title>{items}</channel></rss>'.encode()
        )


def _response(body: bytes, kind: str, etag: str | None) -> bytes:
    own = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if etag == own:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {own}\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: {own}\r\n\r\n"
    return head.encode() + body


async def serve(count: int) -> None:
    """Serve until standard input ends."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    publishers = Publishers(count)
    number = {address(n): n for n in range(count)}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        n = number[writer.get_extra_info("sockname")[0]]
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                lines = request.decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                writer.write(publishers.answer(n, lines[0].split(" ")[1], headers.get("if-none-match")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    first = await asyncio.start_server(talk, address(0), 0)
    publishers.port = first.sockets[0].getsockname()[1]
    rest = [address(n) for n in range(1, count)]
    if rest:
        await asyncio.start_server(talk, rest, publishers.port)
    print(publishers.port, flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        publishers.now = DAY_ONE + timedelta(seconds=float(line))
        print("ok", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
