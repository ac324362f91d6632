"""Whole passes as people run them: seconds, CPU seconds, and memory of all processes together."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.gold import row, table_head
from mirrorwire.core.config import Settings
from mirrorwire.store import db

IN_PART = 3
"""Mirrorwire's exit code where single pages failed."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a benchmark of passes says: its lines of Markdown, and the seconds of each step of its last round."""

    lines: list[str]
    steps: tuple[tuple[str, float], ...]


def cost_head() -> list[str]:
    """Return the head of a table of costs."""
    return table_head("", "pages a second", "s", "CPU s", "CPU s of Postgres", "peak MB")


def cost_row(name: str, pages: int, costs: Sequence[Cost]) -> str:
    """Return a row of it: the medians of several rounds, and the highest peak."""
    wall_s = statistics.median(cost.wall_s for cost in costs)
    cpu_s = statistics.median(cost.cpu_s for cost in costs)
    database = statistics.median(cost.database_cpu_s for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    return row(name, f"{pages / wall_s:.1f}", f"{wall_s:.1f}", f"{cpu_s:.1f}", f"{database:.1f}", f"{peak:.0f}")


def show(comparison: Comparison, path: Path | None) -> None:
    """Print what was measured, and write it into a file where one is named."""
    lines = [*comparison.lines, "", *table_head("step of the last round", "s")]
    lines += [row(step, f"{took_s:.1f}") for step, took_s in comparison.steps]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if path:
        path.write_text(text, encoding="utf-8")


def ingest(home: Path, key: str, source: str, processes: int) -> Cost:
    """Return what `mirrorwire ingest` of a source took, whose file is given as text, in a home that is made."""
    sources = home / "sources"
    sources.mkdir(parents=True)
    (sources / f"{key}.toml").write_text(source, encoding="utf-8")
    settings = Settings(home=home, sources=sources, archive=str(home / "archive"))
    env = {key: value for key, value in os.environ.items() if key != "MIRRORWIRE_DATABASE_URL"}
    env |= {"MIRRORWIRE_HOME": str(home), "MIRRORWIRE_SOURCES": str(sources), "MIRRORWIRE_PROCESSES": str(processes)}
    with db.connect(db.embedded_database(settings, "mirrorwire")):
        pass
    try:
        server = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
        database = cpu_s(server)
        words = [sys.executable, "-m", "mirrorwire.cli", "ingest", key]
        wall_s, own_cpu_s, peak_mb = run([words], env)
        time.sleep(1.0)  # its sessions are waited for by then, and counted
        database = cpu_s(server) - database
        with db.connect(db.database_url(settings)) as conn:
            steps = tuple((str(step), float(took_s)) for step, took_s in conn.execute(STEPS))
            (articles,) = conn.execute(b"SELECT count(*) FROM article").fetchone() or (0,)
    finally:
        db.stop_embedded(settings)
    return Cost(
        wall_s=wall_s, cpu_s=own_cpu_s, database_cpu_s=database, peak_mb=peak_mb, articles=int(articles), steps=steps
    )


def run(commands: Sequence[Sequence[str]], env: dict[str, str]) -> tuple[float, float, float]:
    """Run commands at once; return their seconds, CPU seconds and the peak of their memory together in MB.

    Ends the program where one of them fails.
    """
    began, before = time.monotonic(), os.times()
    running = [
        subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for words in commands
    ]
    peaks = [0.0]
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=([process.pid for process in running], peaks, ended))
    watch.start()
    try:
        for process in running:
            _, complaint = process.communicate()
            if process.returncode not in (0, IN_PART):
                raise SystemExit(complaint.decode())
        wall_s, after = time.monotonic() - began, os.times()
    finally:
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


def cpu_s(server: psutil.Process) -> float:
    """Return the CPU seconds of a server and of all of its sessions so far, those that have ended too."""
    times = [server.cpu_times(), *(child.cpu_times() for child in server.children())]
    dead = server.cpu_times()
    return sum(spent.user + spent.system for spent in times) + dead.children_user + dead.children_system
