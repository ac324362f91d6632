"""A child process of `mirrorwire.workers` that does what a page's URL says, in place of extracting it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import sys
import time

from mirrorwire.core.records import Extraction, Verdict
from mirrorwire.workers.child import serve
from mirrorwire.workers.messages import Chunk, Job

MB = 1024 * 1024


def _allocate() -> list[bytearray]:
    return [bytearray(8 * MB) for _ in range(200)]


def misbehave(job: Job, chunk: Chunk) -> Extraction | Verdict:
    """Return what the process is, once it has done what the last word of the URL says."""
    match job.url.rpartition("/")[2]:
        case "hang":
            time.sleep(600)
        case "spin":
            re.match(r"(?:a+)+$", "a" * 60 + "b")  # holds the interpreter's lock, so that no thread of ours runs
        case "eat":
            _allocate()
        case "eat and go on":
            with contextlib.suppress(MemoryError):
                _allocate()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "raise":
            raise ValueError("a bug of ours")
        case "recurse":
            return misbehave(job, chunk)
        case "write":
            for _ in range(1000):
                print("noise " * 100, file=sys.stderr, flush=False)
        case "grow":
            kept.append(bytearray(100 * MB))
    evidence = {
        "pid": os.getpid(),
        "environment": sorted(os.environ),
        "task": chunk.task,
        "url": job.url,
        "boilerplate": sorted(chunk.boilerplate),
        "body": len(job.body),
        "ignored": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
    }
    return Extraction(verdict=Verdict(kind="thin", evidence=evidence))


kept: list[bytearray] = []

if __name__ == "__main__":
    serve(misbehave)
