"""What Airflow costs for a poll that finds nothing, and for a run of the fleet in which nothing is due.

    python -m benchmarks.airflow_cost [--runs 12] [--write docs/airflow-cost.md]

First what a task's process spends to parse its DAG file, beside one source and beside 1,014, and to import its step.
Then a stack as
`make up` starts it (api-server, scheduler with LocalExecutor, dag-processor), over publishers of one article each:
each DAG's runs are asked for one after the other by REST, and the CPU seconds of all of Airflow's processes and of the
tasks in them are taken before and after. What the stack spends meanwhile without any run is measured before and taken
off. Postgres is not in it.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.conftest import ROOT
from tests.demo.command import everything_stopped, wait_for_dags
from tests.demo.stack import Airflow, Stack
from tests.support.publisher import Reply, feed, publishing, source_file

IDLE_S = 60.0
MANY = 1014
PARSED = {
    "ingest_paper0": "mirrorwire_ingest.py",
    "backfill_paper0": "mirrorwire_backfill.py",
    "fleet": "mirrorwire_fleet.py",
}
STEPS = {"discover": "open_run", "fetch": "fetch", "extract": "extract", "load": "learn_dedupe_load", "check": "check"}
"""The tasks of a source's DAG, and what each asks `pipeline.steps` for."""
WITHIN_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What runs of a DAG cost: CPU seconds a run, wall seconds a run, and how many of its tasks were started."""

    cpu_s: float
    wall_s: float
    tasks: float


PARSE = """
import statistics, sys, time
from airflow.dag_processing.dagbag import BundleDagBag
times = []
for _ in range(10):
    began = time.process_time()
    bag = BundleDagBag(dag_folder=sys.argv[1], bundle_path=sys.argv[2], bundle_name="dags-folder")
    times.append(time.process_time() - began)
    assert sys.argv[3] in bag.dags, bag.import_errors
print(statistics.median(times))
"""

IMPORT = """
import sys, time
from airflow.dag_processing.dagbag import BundleDagBag
BundleDagBag(dag_folder=sys.argv[1], bundle_path=sys.argv[2], bundle_name="dags-folder")
began = time.process_time()
from mirrorwire.pipeline import steps
getattr(steps, sys.argv[3])
print(time.process_time() - began)
"""


def import_s(function: str) -> float:
    """CPU seconds to import a step, in a process that has parsed its DAG file; the median of five processes."""
    with tempfile.TemporaryDirectory() as home:
        seconds = [printed_s(home, "ingest_presstv", "mirrorwire_ingest.py", IMPORT, function) for _ in range(5)]
        return statistics.median(seconds)


def parse_s(sources: int, dag_id: str, file: str) -> float:
    """CPU seconds to parse a DAG file for one DAG, as a task does, beside so many source files; imports apart."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "sources"
        folder.mkdir()
        for n in range(sources):
            (folder / f"paper{n}.toml").write_text(
                f'key = "paper{n}"\nname = "Paper {n}"\ntimezone = "UTC"\n[[hosts]]\nurl = "https://p{n}.example"\n'
                '[[seeds]]\nkind = "feed"\npath = "/feed"\n',
                encoding="utf-8",
            )
        return printed_s(home, dag_id, file, PARSE, dag_id)


def printed_s(home: str, dag_id: str, file: str, program: str, word: str) -> float:
    """The seconds that a program prints which reads a DAG file as a task of that DAG does."""
    env = {
        **os.environ,
        "MIRRORWIRE_HOME": home,
        "AIRFLOW_HOME": f"{home}/airflow",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "_AIRFLOW_PARSING_CONTEXT_DAG_ID": dag_id,
    }
    words = [sys.executable, "-c", program, str(ROOT / "dags" / file), str(ROOT / "dags"), word]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def take_run(api: Airflow, dag_id: str) -> dict[str, Any]:
    """Ask for one run and wait for its end."""
    asked = api.post(f"/dags/{dag_id}/dagRuns", {"logical_date": None})
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        run: dict[str, Any] = api.get(f"/dags/{dag_id}/dagRuns/{asked['dag_run_id']}")
        if run["state"] in ("success", "failed"):
            return run
        time.sleep(0.5)
    raise TimeoutError(f"{dag_id}: {asked['dag_run_id']} has not ended")


def cost_of(api: Airflow, stack: Stack, dag_id: str, runs: int, idle_share: float) -> Cost:
    """Take runs one after the other."""
    api.patch(f"/dags/{dag_id}", {"is_paused": False})
    take_run(api, dag_id)  # the first loads the articles
    time.sleep(5)
    began, before = time.monotonic(), stack.used_s()
    started = 0
    for _ in range(runs):
        run = take_run(api, dag_id)
        if run["state"] != "success":
            raise RuntimeError(f"{dag_id}: a run failed")
        tasks = api.get(f"/dags/{dag_id}/dagRuns/{run['dag_run_id']}/taskInstances")["task_instances"]
        started += sum(task["state"] == "success" for task in tasks)
    wall_s, cpu_s = time.monotonic() - began, stack.used_s() - before
    api.patch(f"/dags/{dag_id}", {"is_paused": True})
    return Cost(cpu_s=(cpu_s - idle_share * wall_s) / runs, wall_s=wall_s / runs, tasks=started / runs)


def measure(runs: int) -> tuple[float, dict[str, Cost]]:
    """The share of a core that the stack spends without any run, and the cost of each DAG's runs."""
    home = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))  # short: a socket's path must fit
    try:
        with publishing() as daily, publishing() as other:
            for publisher in (daily, other):
                publisher.page(1)
                publisher.routes["/rss.xml"] = Reply(body=feed(1, home=publisher.url), etag=True)
            one = source_file(home / "sources", other, seeds=(("feed", "/rss.xml"),))
            text = one.read_text(encoding="utf-8").replace('key = "daily"', 'key = "other"\ndag = false')
            one.with_name("other.toml").write_text(text, encoding="utf-8")
            source_file(home / "sources", daily, seeds=(("feed", "/rss.xml"),))
            return _measured(home, runs)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measured(home: Path, runs: int) -> tuple[float, dict[str, Cost]]:
    settings = Settings(home=home, sources=home / "sources", archive=str(home / "archive"))
    stack = Stack(settings, dags=ROOT / "dags")
    with stack.exclusive(), everything_stopped(stack, settings, lambda text: None):
        url = db.database_url(settings)
        migrate(url)
        api = stack.start(fresh=True, environment={"MIRRORWIRE_DATABASE_URL": url}, say=lambda text: None)
        wait_for_dags(api, "ingest_daily", "fleet")
        time.sleep(20)
        began, before = time.monotonic(), stack.used_s()
        time.sleep(IDLE_S)
        idle_share = (stack.used_s() - before) / (time.monotonic() - began)
        return idle_share, {dag: cost_of(api, stack, dag, runs, idle_share) for dag in ("ingest_daily", "fleet")}


def parse_rows() -> str:
    """Rows of the page: what it takes to parse each DAG beside few and many sources."""
    rows: list[str] = []
    for dag_id, file in PARSED.items():
        few, many = parse_s(1, dag_id, file), parse_s(MANY, dag_id, file)
        rows.append(f"| `{dag_id}` | {1000 * few:.1f} ms | {1000 * many:.1f} ms | {many / few:.2f} |")
    return "\n".join(rows)


def report(runs: int, idle_share: float, costs: dict[str, Cost], parsed: str, imported: str) -> str:
    """The page."""
    poll, fleet = costs["ingest_daily"], costs["fleet"]
    versions = f"Airflow {version('apache-airflow')}, LocalExecutor, Python {platform.python_version()}"
    return f"""# What Airflow costs

By `python -m benchmarks.airflow_cost` on {psutil.cpu_count()} cores: {versions}, {runs} runs of each, one after the
other. CPU is that of all of Airflow's processes and of the tasks in them, without what the stack spends when nothing
runs ({idle_share:.2f} of a core), and without Postgres.

| | a poll that finds nothing (`ingest_…`) | a run of `fleet` in which nothing is due |
|---|---|---|
| tasks started | {poll.tasks:.0f} | {fleet.tasks:.0f} |
| CPU a run | {poll.cpu_s:.2f} s | {fleet.cpu_s:.2f} s |
| from the request to the end | {poll.wall_s:.1f} s | {fleet.wall_s:.1f} s |

What a task's process spends to parse its own DAG, beside so many source files; imports apart:

| DAG | 1 source | {MANY:,} sources | ratio |
|---|---|---|---|
{parsed}

And to import its step, when it runs:

| task | CPU |
|---|---|
{imported}

How often a thousand sources are polled: [polling.md](polling.md).
"""


def main() -> None:
    """Run, print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    parsed = parse_rows()
    imported = "\n".join(f"| `{name}` | {import_s(function):.2f} s |" for name, function in STEPS.items())
    idle_share, costs = measure(given.runs)
    page = report(given.runs, idle_share, costs, parsed, imported)
    print(page)
    if given.write:
        given.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
