"""`python -m tests.demo run|up|down|status`: the main job in a real Airflow, against the sample newsroom.

What `make run`, `make up` and `make down` call. `run` keeps Airflow's metadata in a database of its own that
starts fresh each time; `up` keeps its own from one time to the next. Both load into the same articles.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import requests

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import MirrorwireError, Transient
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.demo.pages import address, pages_of, start_pages
from tests.demo.processes import held_ports, listens
from tests.demo.stack import USER, Airflow, Stack, StackFailed
from tests.demo.view import SOURCE, ZONE, articles, clock, console, failure, progress, report
from tests.newsroom import SOURCE_FILE

ROOT = Path(__file__).resolve().parents[2]
PORTS = (8801, 8802)  # of its source file
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DAGS_WITHIN_S, RUNS_WITHIN_S = 120, 600

Say = Callable[[str], None]


class DemoFailed(Transient):
    """A run failed, or did not end in time; the text is what the user needs to see."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 failed (the reason on stderr), 130 interrupted; by then everything is stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description="The main job, end to end.")
    parser.add_argument("command", choices=["run", "up", "down", "status"])
    command = parser.parse_args(arguments).command
    for number in STOPPING_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, signal.default_int_handler)
    try:
        return {"run": run, "up": up, "down": down, "status": status}[command](Settings.from_env())
    except MirrorwireError as error:
        print(f"\n{command} failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{command} interrupted; what it started is stopped", file=sys.stderr)
        return 130


def run(settings: Settings) -> int:
    """A scheduled run, a backfill of three days, and what they loaded."""
    stack = Stack(settings, dags=ROOT / "dags", database="airflow_demo")
    ingest, backfill = f"ingest_{SOURCE}", f"backfill_{SOURCE}"
    say = clock()
    with stack.exclusive(), everything_stopped(stack, settings, say):
        day = newsroom_day(settings)
        first, last = day - timedelta(days=3), day - timedelta(days=1)
        print(
            f"The sample newsroom's last day is {day}, which is all that its feed holds.\n"
            f"Airflow loads that day by schedule ({ingest}), then the days {first} to {last}\n"
            f"by a manual backfill ({backfill}), from the mirror, since the primary is seized meanwhile.\n"
            "About two minutes.\n",
            flush=True,
        )
        url, api, mirror = start(stack, settings, day, say, fresh=True)
        with told_if_ended(stack):
            before = {row.article_key: row.version for row in articles(url)}
            wait_for_dags(api, ingest, backfill)

            say(f"{ingest}: unpaused, so that its schedule starts a run")
            api.patch(f"/dags/{ingest}", {"is_paused": False})
            wait_for_runs(api, ingest, 1, say)
            api.patch(f"/dags/{ingest}", {"is_paused": True})
            live = articles(url)
            say(f"{ingest}: {len(live) - len(before)} new articles")

            seize_primary(mirror)
            say("newsroom: the primary is seized, every path of it answers a notice; its mirror goes on")
            say(f"{backfill}: Airflow's backfill of {first} to {last}, and the nightly sweep of yesterday")
            # Created before unpausing: were the sweep of one of its days first, the backfill would leave it out.
            window = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z"}
            api.post("/backfills", {"dag_id": backfill, **window, "max_active_runs": 2})
            api.patch(f"/dags/{backfill}", {"is_paused": False})
            wait_for_runs(api, backfill, 3, say)
            after = articles(url)
            say(f"{backfill}: {len(after) - len(live)} new articles")
            report(after, before)
    return 0


def up(settings: Settings) -> int:
    """The same stack, left running; what of it has ended is started again."""
    stack = Stack(settings, dags=ROOT / "dags")
    say = clock()
    with stack.locked():
        running = stack.kept and any(service.alive() for service in stack.services())
        if running:
            mend(stack, settings, say)
    if not running:
        with stack.exclusive(), everything_stopped(stack, settings, say, only_on_failure=True):
            start(stack, settings, newsroom_day(settings), say, fresh=False)
            start_pages(stack, say)
            stack.keep()
    print(
        f"\nAirflow: {stack.url}  user {USER}  password {stack.password()}\n"
        "Its runs are its own, the articles those of make run too. A new DAG is paused until switched on.\n"
        "Airflow's front page marks the triggerer red: none is needed here.\n"
        f"Airflow's command line: {os.path.relpath(Path(sys.executable).with_name('mirrorwire'))} airflow dags list\n"
        "make down stops everything.\n"
        f"Pages: {address(stack, settings)}"
    )
    return 0


def mend(stack: Stack, settings: Settings, say: Say) -> None:
    """Start again what of a running stack is missing, and say what. Raises DemoFailed when it does not come up."""
    try:
        started = stack.mend(say)
        if pages_of(stack) is None:  # of a version before they were started here
            start_pages(stack, say)
        if not newsroom_answers(stack):
            raise StackFailed(f"newsroom ended:\n{stack.log_tail('newsroom')}")
    except StackFailed as error:
        raise DemoFailed(f"{error}\nmake down, then make up, starts everything anew") from None
    migrate(db.database_url(settings))
    say(f"started: {', '.join(started)}" if started else "all of it runs already")
    for name in stack.changed_settings():
        say(f"{name} was another when the stack was started, and that one holds: make down, make up to change it")


def down(settings: Settings) -> int:
    """Stop the stack, the newsroom and the embedded server, whichever of them runs."""
    stopped = Stack(settings, dags=ROOT / "dags").stop()
    if db.stop_embedded(settings):
        stopped.append("postgres")
    print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    return 0


def status(settings: Settings) -> int:
    """What runs; 1 when not all of the stack does."""
    stack = Stack(settings, dags=ROOT / "dags")
    services = stack.services()
    if not services:
        print("nothing was started")
        return 1
    for service in services:
        print(f"{service.name:14} {service.pid:>7}  {'running' if service.alive() else 'ended'}")
    print(f"Airflow: {stack.url}  user {USER}  password {stack.password()}")
    print(f"Pages: {address(stack, settings)}")
    return 0 if all(service.alive() for service in services) else 1


def start(stack: Stack, settings: Settings, day: date, say: Say, *, fresh: bool) -> tuple[str, Airflow, str]:
    """Start Postgres, newsroom and Airflow; return the articles' database URL, Airflow's API, the mirror's origin."""
    say("Postgres: server and migrations")
    url = db.database_url(settings)
    migrate(url)
    ports = start_newsroom(stack, day, say)
    environment = {"MIRRORWIRE_DATABASE_URL": url, "MIRRORWIRE_SOURCES": str(sources_with_newsroom(settings, ports))}
    return url, stack.start(fresh=fresh, environment=environment, say=say), f"http://127.0.0.1:{ports[1]}"


def start_newsroom(stack: Stack, day: date, say: Say) -> tuple[int, ...]:
    """Start the newsroom on its usual ports or on free ones; return those it listens on."""
    for choice in (PORTS, (0, 0), (0, 0)):
        with held_ports(*choice) as ports:
            for usual, port in zip(PORTS, ports, strict=True):
                if usual != port:
                    say(f"port {usual} is taken by another program, so {port}")
            words = ["--port", str(ports[0]), "--mirror-port", str(ports[1]), "--day", day.isoformat()]
            stack.spawn("newsroom", [sys.executable, "-m", "tests.newsroom", *words], cwd=ROOT)
            if newsroom_answers(stack):
                say(f"newsroom: http://127.0.0.1:{ports[0]}, mirror http://127.0.0.1:{ports[1]}")
                return ports
            if not any(listens(port) for port in ports):
                break
    raise DemoFailed(f"the newsroom ended:\n{stack.log_tail('newsroom')}")


def newsroom_answers(stack: Stack) -> bool:
    """Wait until the newsroom listens on its ports; whether it does, or has ended."""
    (newsroom,) = [service for service in stack.services() if service.name == "newsroom"]
    ports = [int(newsroom.command[newsroom.command.index(option) + 1]) for option in ("--port", "--mirror-port")]
    wait_until(
        lambda: not newsroom.alive() or all(newsroom.listens(port) for port in ports),
        20,
        lambda: f"the newsroom does not answer:\n{stack.log_tail('newsroom')}",
    )
    return newsroom.alive()


def seize_primary(mirror: str) -> None:
    """Let the newsroom's primary answer a seizure notice, 200, on every path, as presstv.com did in June 2021."""
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{mirror}/control", params={"primary": "seizure"}, timeout=10).raise_for_status()


def newsroom_day(settings: Settings) -> date:
    """The newsroom's last day: yesterday in its zone at the first time, and the same ever after."""
    file = settings.home / "demo.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        return date.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["day"])
    day = datetime.now(ZONE).date() - timedelta(days=1)
    file.write_text(json.dumps({"day": day.isoformat()}), encoding="utf-8")
    return day


def sources_with_newsroom(settings: Settings, ports: tuple[int, ...]) -> Path:
    """A folder of source files with the newsroom's, on these ports: of the home, where commands look too.

    Where MIRRORWIRE_SOURCES names another folder, it is left alone: one of the demo's own links to its files.
    """
    folder = settings.home / "sources"
    if settings.sources not in (None, folder):
        folder = settings.home / "demo-sources"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.toml"):
            old.unlink()
        for own in settings.sources.glob("*.toml"):
            (folder / own.name).symlink_to(own)
    folder.mkdir(parents=True, exist_ok=True)
    text = SOURCE_FILE.read_text(encoding="utf-8")
    for usual, port in zip(PORTS, ports, strict=True):
        text = text.replace(f"http://127.0.0.1:{usual}", f"http://127.0.0.1:{port}")
    file = folder / SOURCE_FILE.name
    if not file.exists() or not all(f"http://127.0.0.1:{port}" in file.read_text(encoding="utf-8") for port in ports):
        file.unlink(missing_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@contextlib.contextmanager
def everything_stopped(stack: Stack, settings: Settings, say: Say, *, only_on_failure: bool = False) -> Iterator[None]:
    """Stop, on the way out, what was started within: services always, Postgres unless it ran before."""
    ran_before = db.embedded_runs(settings)
    failed = True
    try:
        yield
        failed = False
    finally:
        if failed or not only_on_failure:
            with signals_ignored():  # a second Ctrl-C must not leave half of it running
                if failed and console.is_terminal:
                    print()  # the line of progress stands open
                say("stopping")
                stack.stop()
                if not ran_before:
                    db.stop_embedded(settings)
                say("stopped")


@contextlib.contextmanager
def told_if_ended(stack: Stack) -> Iterator[None]:
    """Say so where Airflow was stopped under us; all that its API could tell is a refused connection."""
    try:
        yield
    except StackFailed:
        if not stack.has_ended():
            raise
        raise DemoFailed(f"Airflow has ended meanwhile: by make down, or its logs say why ({stack.logs})") from None


@contextlib.contextmanager
def signals_ignored() -> Iterator[None]:
    """Ignore SIGINT, SIGTERM and SIGHUP within, and give them back to whom they were before."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for_dags(api: Airflow, *dag_ids: str) -> None:
    """Wait until the DAGs are there. Raises DemoFailed with Airflow's import errors when they do not come."""

    def present() -> bool:
        return {dag["dag_id"] for dag in api.get("/dags", limit=100)["dags"]}.issuperset(dag_ids)

    def reason() -> str:
        errors = "\n".join(error["stack_trace"] for error in api.get("/importErrors")["import_errors"])
        return f"Airflow does not show {', '.join(dag_ids)} after {DAGS_WITHIN_S} s\n{errors}"

    wait_until(present, DAGS_WITHIN_S, reason)


def wait_for_runs(api: Airflow, dag_id: str, at_least: int, say: Say) -> None:
    """Wait until at least so many runs of a DAG are there and all have ended, showing their steps meanwhile.

    Raises DemoFailed with the failed tasks' logs when a run or a task failed, or when time is up.
    """
    deadline, shown, shown_at = time.monotonic() + RUNS_WITHIN_S, "", 0.0
    while True:
        runs = api.get(f"/dags/{dag_id}/dagRuns", order_by="run_after")["dag_runs"]
        tasks = api.get(f"/dags/{dag_id}/dagRuns/~/taskInstances", limit=100)["task_instances"]
        ended = len(runs) >= at_least and all(run["state"] in ("success", "failed") for run in runs)
        line = progress(runs, tasks)
        if console.is_terminal:
            print(f"\r\x1b[2K{f'        {line}'[: console.width - 1]}", end="\n" if ended else "", flush=True)
        elif line != shown and (ended or time.monotonic() > shown_at + 4):
            say(f"  {line}")
            shown, shown_at = line, time.monotonic()
        failed = [task for task in tasks if task["state"] == "failed"]
        if ended and (failed or any(run["state"] == "failed" for run in runs)):
            logs = [failure(api, task) for task in sorted(failed, key=lambda task: str(task["end_date"]))]
            raise DemoFailed("\n".join([f"a run of {dag_id} failed", *logs]))
        if ended:
            return
        if time.monotonic() > deadline:
            raise DemoFailed(f"{dag_id} is not done in {RUNS_WITHIN_S} s: {line or 'no run was started'}")
        time.sleep(1)


def wait_until(true: Callable[[], bool], within_s: float, reason: Callable[[], str]) -> None:
    """Return once `true()` holds. Raises DemoFailed with the reason when time is up."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise DemoFailed(reason())
        time.sleep(0.3)
