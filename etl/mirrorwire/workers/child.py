"""A child process: takes chunks of pages, answers page by page.

`python -m mirrorwire.workers.child FD SECONDS BYTES`.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import NoReturn

from mirrorwire.core.bugs import bug_of
from mirrorwire.core.records import Extraction, Verdict
from mirrorwire.extract import extract_page, verify
from mirrorwire.workers.limits import ignore_signals, limit_memory, memory_bytes
from mirrorwire.workers.messages import OUT_OF_MEMORY, Begun, Chunk, Found, Job, Ready

Work = Callable[[Job, Chunk], Extraction | Verdict]

CPU_SLACK_S = 3
"""The parent's own limit is to come first; this one ends an orphan, and a page while its parent is busy elsewhere."""
TRUSTED_SHARE = 0.6
"""A page that took more than this share of the memory limit counts as one that met it. Libraries catch MemoryError
and go on with less (trafilatura's rescues, libxml2), which would cut an article unnoticed; an allocation that
fails below this line would have to be larger than any that a page within its caps asks for."""
GROWN_SHARE = 0.25
"""A child that holds more than this share of the limit when a chunk is done makes room for a new one."""
MAX_STDERR_BYTES = 64 * 1024
_WARM_UP = (
    b'<html lang="en"><head><title>A storm</title><meta property="og:type" content="article"><script type='
    b'"application/ld+json">{"@type": "NewsArticle", "headline": "A storm", "datePublished": "2026-01-02T03:04Z"}'
    b"</script></head><body><h1>A storm</h1>" + b"<p>The storm reached the harbour before dawn, and left.</p>" * 12
)


class _Stderr(io.TextIOWrapper):
    """Standard error of which the rest is lost once its limit is reached: that is no error of a page's."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)


def serve(work: Work) -> NoReturn:
    """Answer chunks with what `work` makes of their pages, until the parent hangs up or a limit is met."""
    fd, time_limit_s, memory_limit_bytes = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    ignore_signals()
    sys.stdout = sys.stderr = _Stderr(io.FileIO(2, "w"), encoding="utf-8", errors="replace", write_through=True)
    conn: Connection[object, object] = Connection(fd)
    chunks: SimpleQueue[Chunk] = SimpleQueue()
    threading.Thread(target=_listen, args=(conn, chunks), daemon=True).start()
    base_rss = _limit_memory(memory_limit_bytes)
    conn.send(Ready())
    while True:
        chunk = chunks.get()
        conn.send(Begun())
        for job in chunk.jobs:
            _limit_cpu(time_limit_s)
            result = _result(work, job, chunk)
            if _peak_rss() > base_rss + memory_limit_bytes * TRUSTED_SHARE:
                os._exit(OUT_OF_MEMORY)
            conn.send(result)
        if memory_bytes("VmRSS") > base_rss + memory_limit_bytes * GROWN_SHARE:
            os._exit(0)


def extract_or_verify(job: Job, chunk: Chunk) -> Extraction | Verdict:
    """Do what the chunk asks for with one of its pages."""
    if chunk.task == "verify":
        return verify(job.body, url=job.url, content_type=job.content_type, source=chunk.source, listing=job.listing)
    return extract_page(
        job.body,
        url=job.url,
        content_type=job.content_type,
        source=chunk.source,
        fetched_at=job.fetched_at,
        boilerplate=chunk.boilerplate,
        accepted=job.accepted,
        listing=job.listing,
    )


def warm_up() -> None:
    """Extract a page, so that what every page needs (patterns, modules that load late) is none of the first one's."""
    extract_page(_WARM_UP, url="https://a.example/storm", content_type=None, source=None, fetched_at=None)


def _result(work: Work, job: Job, chunk: Chunk) -> Found:
    try:
        return work(job, chunk)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:
        return bug_of(error, job.url)


def _listen(conn: Connection[object, object], chunks: SimpleQueue[Chunk]) -> None:
    """Hand on what the parent sends; end the process when it hangs up, also in the middle of a page."""
    try:
        while True:
            chunk = conn.recv()
            assert isinstance(chunk, Chunk)  # noqa: S101 - a slip of ours, if ever
            chunks.put(chunk)
    except (EOFError, OSError):
        os._exit(0)
    finally:
        os._exit(1)


def _limit_memory(limit_bytes: int) -> int:
    """Bound what may be allocated beyond now; return the resident bytes now."""
    # Bytecode is written by now, and a file cut by this limit would be taken for a whole one.
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_STDERR_BYTES, MAX_STDERR_BYTES))
    limit_memory(limit_bytes)
    return _peak_rss()


def _limit_cpu(limit_s: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + limit_s) + CPU_SLACK_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _peak_rss() -> int:
    return memory_bytes("VmHWM")  # getrusage's begins with the peak of the parent that forked


if __name__ == "__main__":
    warm_up()
    serve(extract_or_verify)
