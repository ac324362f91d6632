"""A thousand sources polled as the DAG `fleet` polls them: freshness and CPU, over a simulated day.

    python -m benchmarks.fleet [--sources 1000] [--hours 24] [--quiet-hours 2] [--write docs/fleet.md]

A local server (`benchmarks.fleet_publishers`) has each publisher on an address of its own. The clock is simulated: each
five minutes of it are one run of the fleet (`due_batches`, then `poll_batch` of each batch, one after the other), with
real HTTP, a real archive and a real Postgres. An item's freshness is from its publication to the end of the run that
loaded it: what is left of the five minutes, the poll's turn among the others and its work are in it, the start of
Airflow's tasks is not. The first hours, in which intervals are learned, are not counted. Then nobody publishes any
more, for `--quiet-hours`: what polls cost that find nothing. CPU is ours (this process and its children) and Postgres'
apart.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.fleet_publishers import DAY_ONE, address, items_a_day
from mirrorwire.core.config import Settings
from mirrorwire.pipeline import fleet
from mirrorwire.store import db

ROOT = Path(__file__).resolve().parent.parent
START = DAY_ONE + timedelta(days=1)
TICK = timedelta(minutes=5)
LEARNING = timedelta(hours=6)
TINY = 1e-9
DELAY_S = 1.0
"""A source's delay, where its file says nothing else; that of the benchmark's is none."""
TASK_CPU_S = 0.7
"""What Airflow spends on a task beside its work, by `benchmarks.airflow_cost`."""
OFTEN = 24.0
"""Items a day, an hour one: those for which freshness is promised."""


@dataclass(slots=True)
class Phase:
    """What a stretch of the simulated day cost. `lags` are of items, by whether their publisher brings one an hour."""

    hours: float = 0.0
    runs: int = 0
    polls: int = 0
    failed: int = 0
    loaded: int = 0
    cpu_s: float = 0.0
    postgres_s: float = 0.0
    wall_s: float = 0.0
    batches: int = 0
    lags: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})


def write_sources(folder: Path, count: int, port: int) -> None:
    """A source file for each publisher."""
    folder.mkdir()
    for n in range(count):
        (folder / f"paper{n}.toml").write_text(
            f'key = "paper{n}"\nname = "Paper {n}"\ntimezone = "UTC"\nlanguage = "en"\ndag = false\ndelay_s = 0\n'
            f"allow_private = true\narticle_url = '/story/(?P<id>\\d+)$'\n"
            f'[[hosts]]\nurl = "http://{address(n)}:{port}"\n[[seeds]]\nkind = "feed"\npath = "/feed.xml"\n',
            encoding="utf-8",
        )


@contextmanager
def publishers(count: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The publishers' process, and the port that all of them share."""
    words = [sys.executable, "-m", "benchmarks.fleet_publishers", str(count)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(_answer(process)), process
    finally:
        process.communicate(timeout=30)


def tell_time(process: subprocess.Popen[str], now: datetime) -> None:
    """Turn the publishers' clock."""
    print((now - DAY_ONE).total_seconds(), file=process.stdin, flush=True)
    _answer(process)


def _answer(process: subprocess.Popen[str]) -> str:
    """The next line that the publishers print."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError("the publishers' process has ended")
    return line


def own_cpu_s() -> float:
    """CPU seconds of this process and its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class PostgresCpu:
    """CPU seconds of the server's processes, those that end between two looks as far as the last one saw them."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)

    def seconds(self) -> float:
        """All that the server has spent: its own, its children's, and of those that it has reaped."""
        times = self._server.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in self._server.children():
            try:
                spent = child.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += spent.user + spent.system
        return float(total)


def run(count: int, hours: float, quiet_hours: float) -> tuple[Phase, Phase, Phase, int]:
    """The learning hours, those that are counted and the quiet ones; and the peak of memory of this process in MB."""
    with tempfile.TemporaryDirectory() as home, publishers(count) as (port, process):
        write_sources(Path(home) / "sources", count, port)
        settings = Settings(
            home=Path(home), sources=Path(home) / "sources", archive=str(Path(home) / "archive"), processes=1
        )
        url = db.database_url(settings)
        settings = Settings(
            home=settings.home, sources=settings.sources, archive=settings.archive, processes=1, database_url=url
        )
        server = PostgresCpu(int((Path(home) / "postgres" / "postmaster.pid").read_text().split()[0]))
        learning, counted, quiet = Phase(), Phase(), Phase()
        now = START
        ends = START + timedelta(hours=hours)
        while now < ends:
            tell_time(process, now)
            phase = learning if now < START + min(LEARNING, (ends - START) / 3) else counted
            one_run(settings, phase, now, server)
            now += TICK
        silent_from = now
        while now < silent_from + timedelta(hours=quiet_hours):
            one_run(settings, quiet, now, server)  # the publishers' clock stands
            now += TICK
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return learning, counted, quiet, peak


def one_run(settings: Settings, phase: Phase, now: datetime, server: PostgresCpu) -> None:
    """One run of the fleet at a time of the simulated clock."""
    began, cpu_s, postgres_s = time.monotonic(), own_cpu_s(), server.seconds()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    batches = fleet.due_batches(settings, now=now)
    for batch in batches:
        for result in fleet.poll_batch(settings, batch, external_id=f"fleet/{now:%FT%T}", now=clock):
            phase.polls += 1
            phase.failed += bool(result.failures)
            phase.loaded += result.inserted
            if result.inserted:
                note_lags(settings, phase, result, clock())
    phase.hours += TICK / timedelta(hours=1)
    phase.runs += 1
    phase.batches += len(batches)
    phase.wall_s += time.monotonic() - began
    phase.cpu_s += own_cpu_s() - cpu_s
    phase.postgres_s += server.seconds() - postgres_s
    sys.stderr.write(f"\r{now:%d %H:%M} {phase.polls} polls, {phase.loaded} loaded, {phase.cpu_s:.0f} CPU s   ")


def note_lags(settings: Settings, phase: Phase, result: fleet.SourceResult, now: datetime) -> None:
    """How long ago the newest articles of a source were published."""
    with db.connect(db.database_url(settings)) as conn:
        rows = conn.execute(
            "SELECT v.published_at FROM article a JOIN article_version v USING (article_id)"
            " WHERE a.source_key = %s ORDER BY a.article_id DESC LIMIT %s",
            [result.source, result.inserted],
        ).fetchall()
    is_often = items_a_day(int(result.source.removeprefix("paper"))) >= OFTEN
    phase.lags[is_often] += [(now - at).total_seconds() / 60 for (at,) in rows if at >= START]


def _a_poll_ms(seconds: float, phase: Phase) -> str:
    return f"{1000 * seconds / max(1, phase.polls):.0f} ms"


def _cores(phase: Phase) -> str:
    return f"{(phase.cpu_s + phase.postgres_s) / (3600 * max(phase.hours, TINY)):.3f}"


FIGURES: dict[str, Callable[[Phase], str]] = {
    "simulated hours": lambda phase: f"{phase.hours:.0f}",
    "polls": lambda phase: f"{phase.polls:,}",
    "of them failed": lambda phase: f"{phase.failed:,}",
    "batches of the task `poll`, a run": lambda phase: f"{phase.batches / max(1, phase.runs):.1f}",
    "articles loaded": lambda phase: f"{phase.loaded:,}",
    "our CPU a poll": lambda phase: _a_poll_ms(phase.cpu_s, phase),
    "Postgres' CPU a poll": lambda phase: _a_poll_ms(phase.postgres_s, phase),
    "cores, ours and Postgres'": _cores,
}


def _minutes(lags: list[float], share: float) -> str:
    return f"{quantile(lags, share):.1f} min"


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies; 0 without any."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def report(count: int, phases: tuple[Phase, Phase, Phase], peak_mb: int, took_s: float) -> str:
    """The page."""
    learning, counted, quiet = phases
    often, seldom = counted.lags[True], counted.lags[False]
    rows = [("sources", f"{count:,}", "")]
    for name, figure in FIGURES.items():
        rows.append((name, figure(counted), figure(quiet)))
    rows += [
        ("freshness, an item an hour or more: median", _minutes(often, 0.5), ""),
        ("the same: 95th percentile", _minutes(often, 0.95), ""),
        ("freshness, less than an item an hour: median", _minutes(seldom, 0.5), ""),
        ("the same: 95th percentile", _minutes(seldom, 0.95), ""),
        ("peak memory of the process that polls", f"{peak_mb} MB", ""),
    ]
    table = "\n".join(f"| {name} | {busy} | {silent} |" for name, busy, silent in rows)
    return f"""# A thousand sources in one DAG

By `python -m benchmarks.fleet` on {psutil.cpu_count()} cores, Python {platform.python_version()},
in {took_s / 60:.0f} minutes; {learning.hours:.0f} simulated hours before, in which intervals are learned,
are not counted. A tenth of the publishers bring two items an hour, two tenths one, three tenths four a day, the others
one a day or less. A run of the fleet each five minutes of the simulated clock.

| | as they publish | nobody publishes |
|---|---|---|
{table}

Freshness is from an item's publication to the end of the pass that loaded it. What Airflow adds to a run is in
[airflow-cost.md](airflow-cost.md).

{ten_thousand(count, counted)}"""


def ten_thousand(count: int, counted: Phase) -> str:
    """What ten thousand such sources need, reckoned from the figures of these."""
    polls_an_hour = counted.polls / max(counted.hours, TINY) * 10_000 / count
    due = polls_an_hour * (TICK / timedelta(hours=1))
    work_s = due * (fleet.POLL_S + DELAY_S)
    batches = min(fleet.MAX_BATCHES, round(work_s / fleet.BATCH_S))
    slots = work_s / TICK.total_seconds()
    cores = (counted.cpu_s + counted.postgres_s) / (3600 * max(counted.hours, TINY)) * 10_000 / count
    airflow = (batches + 2) * TASK_CPU_S / TICK.total_seconds()
    return f"""## Ten thousand, on paper

Ten times the publishers of this mix, at a delay of {DELAY_S:.0f} s a host, by the figures above:

| | |
|---|---|
| polls | {polls_an_hour:,.0f} an hour, {due:,.0f} a run |
| mapped tasks of `poll` | {batches} a run, each {work_s / max(1, batches) / 60:.1f} minutes |
| slots of workers that are busy at a time | {slots:.0f} |
| cores for polls and what they bring, Postgres' with them | {cores:.2f} |
| cores of Airflow, at {TASK_CPU_S} s of CPU a task | {airflow:.2f} |

So it takes {max(2, round(slots * 1.5 / 8))} Celery workers of 8 slots, with room for bursts and backfills, and one
Postgres. What breaks first is the time of a run: with more than {fleet.MAX_BATCHES} batches' worth due, a batch takes
longer than five minutes, and the next run begins when the last one ends (`max_active_runs` is 1).
"""


def main() -> None:
    """Run, print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--quiet-hours", type=float, default=2.0)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    began = time.monotonic()
    learning, counted, quiet, peak_mb = run(given.sources, given.hours, given.quiet_hours)
    page = report(given.sources, (learning, counted, quiet), peak_mb, time.monotonic() - began)
    print(page)
    if given.write:
        given.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
