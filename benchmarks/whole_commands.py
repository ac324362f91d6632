"""What whole commands and worker processes cost, start-up and child processes included."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.systems import GoldPage
from mirrorwire.workers import Job, Workers

STEADY_PAGES = 1_000
"""Pages that one and two processes are compared on, without their start-up."""


def command_line(pages: list[GoldPage]) -> str:
    """Return a line that tells the CPU seconds of `mirrorwire extract --manifest`, children and start-up counted."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "manifest.jsonl"
        rows: list[str] = []
        for n, page in enumerate(pages):
            (Path(folder) / f"{n}.html").write_bytes(page.body)
            rows.append(json.dumps({"id": page.id, "file": f"{n}.html", "url": page.url}))
        manifest.write_text("\n".join(rows), encoding="utf-8")
        before, started = _children_s(), time.perf_counter()
        words = [sys.executable, "-m", "mirrorwire.cli", "extract", "--manifest", str(manifest)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        done = subprocess.run(words, capture_output=True, check=True, env=environment)
        elapsed_s, cpu_s = time.perf_counter() - started, _children_s() - before
    answered = len(done.stdout.splitlines())
    return (
        f"`mirrorwire extract --manifest` of {answered} pages: {elapsed_s:.1f} s, {cpu_s:.1f} s of CPU over all "
        f"processes, start-up included: {1000 * cpu_s / answered:.0f} ms a page."
    )


def scaling_line(pages: list[GoldPage], rounds: int) -> str:
    """Return a line that tells the pages a second of one and two processes, start-up left out, in turns."""
    jobs = [
        Job(url=page.url, body=page.body, content_type=None, fetched_at=page.fetched_at)
        for page in (pages * (STEADY_PAGES // len(pages) + 1))[:STEADY_PAGES]
    ]
    took_s: dict[int, list[float]] = {1: [], 2: []}
    with Workers(1) as one, Workers(2) as two:
        for pool in (one, two):
            list(pool.extract(jobs[:32], source=None))
        for _ in range(rounds):
            for n, pool in ((1, one), (2, two)):
                started = time.perf_counter()
                if sum(1 for _ in pool.extract(jobs, source=None)) != len(jobs):
                    raise RuntimeError("pages were lost")
                took_s[n].append(time.perf_counter() - started)
    ratio = statistics.median(a / b for a, b in zip(took_s[1], took_s[2], strict=True))
    return (
        f"Two processes are {ratio:.2f} times as fast as one, over {len(jobs)} pages ({os.cpu_count()} processors): "
        f"{len(jobs) / min(took_s[1]):.0f} and {len(jobs) / min(took_s[2]):.0f} pages a second."
    )


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
