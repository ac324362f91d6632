"""A local Airflow over the embedded Postgres, as child processes: start, watch, stop. Never imports airflow.

Everything lives in `<home>/airflow`: logs, the password, and `stack.json`, which names the processes, so that
any later process can stop them. All servers bind 127.0.0.1 alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import psutil
import requests

from mirrorwire.commands.airflow_environment import (
    USER,
    airflow_environment,
    at_url,
    env_file,
    home_of,
    read_exports,
    write_exports,
)
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import FolderUnusable, Permanent
from mirrorwire.store import db
from tests.demo.airflow_api import Airflow, StackFailed
from tests.demo.processes import GRACE_S, Service, held_ports, listens

PORT = 8080
STOP_ORDER = {"scheduler": 0, "dag-processor": 1, "api-server": 2}  # running tasks report to the api-server
SCHEDULER_GRACE_S = 20.0  # it waits for running tasks
HEALTHY_WITHIN_S = 180.0
STILL_S = 60.0  # Airflow itself calls a part unhealthy after half a minute without a heartbeat
STARTS = 3  # of a service that ends again because Postgres does
PARTS = {"api-server": "metadatabase", "scheduler": "scheduler", "dag-processor": "dag_processor"}
"""Airflow's services, and what /monitor/health calls them."""

Say = Callable[[str], None]


class StackBusy(Permanent):
    """Another stack runs from the same folder, or is being started."""


class ServiceEnded(StackFailed):
    """A service has ended by itself."""

    def __init__(self, name: str, log: str) -> None:
        super().__init__(name, log)
        self.name, self.log = name, log

    def __str__(self) -> str:
        return f"{self.name} ended:\n{self.log}"


class Stack:
    """Airflow's api-server, scheduler and dag-processor, and any other service started beside them.

    `database` names the metadata database on the embedded server. Settings go to all services through their
    environment; whatever AIRFLOW__… the caller's environment holds is left out. A stack ends with the process that
    started it, unless that one says `keep`.
    """

    def __init__(self, settings: Settings, *, dags: Path, database: str = "airflow") -> None:
        self.settings, self.dags, self.database = settings, dags, database
        self.home = home_of(settings)
        self.env_file = env_file(settings)
        self.logs = self.home / "logs"
        self.state = self.home / "stack.json"
        self._environment: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._read()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the folder. Raises StackBusy when a stack runs here or is being started, FolderUnusable."""
        with self.locked():
            names = [service.name for service in self.services() if service.alive()]
            if names and self.kept:
                raise StackBusy(f"already running at {self.url} ({', '.join(names)}); make down stops it")
            self.stop()  # what a crash left behind: a record, orphans of a service that is gone, or of who started it
            yield

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from starting anything here. Raises StackBusy when somebody does just now, FolderUnusable."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_file = (self.home / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise FolderUnusable(str(self.home), error.strerror or str(error)) from None
        with lock_file as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackBusy(f"another run or start is under way in {self.home}") from None
            self._read()  # what was recorded since this object was made
            yield

    def start(self, *, fresh: bool, environment: Mapping[str, str], say: Say) -> Airflow:
        """Start everything and return the API's client once all three are healthy. Call inside `exclusive()`.

        fresh: drop the metadata database first. environment: what DAGs see beside the caller's environment.
        Raises StackFailed with the end of the log of what did not come up.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        password = secrets.token_urlsafe(12)
        with os.fdopen(
            os.open(self._password_file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump({USER: password}, file)
        task_logs = self.logs / self.database
        if fresh:  # Airflow would append to the logs of namesakes
            shutil.rmtree(task_logs, ignore_errors=True)
        airflow = airflow_environment(
            self.settings,
            dags=self.dags,
            logs=self.logs,
            task_logs=task_logs,
            passwords=self._password_file,
            # Always the embedded server, even where the articles go elsewhere: nobody else's database is dropped.
            metadata=db.embedded_database(self.settings, self.database, fresh=fresh),
        )
        self._environment = airflow | dict(environment)
        say("Airflow: metadata database")
        migrated = self._run("db", "migrate")
        if migrated != 0:
            raise StackFailed(f"airflow db migrate ended with {migrated}:\n{self.log_tail('db')}")
        say("Airflow: api-server")
        # Parsing needs no api-server, so it may begin at once; a task needs one, so the scheduler waits.
        self.spawn("dag-processor", self._command("dag-processor"))
        self._start_api_server(say)
        say("Airflow: scheduler and dag-processor")
        # The log server would listen on all addresses; the api-server reads the same folder.
        self.spawn("scheduler", self._command("scheduler", "--skip-serve-logs"))
        self._wait_healthy(PARTS)
        return Airflow(self.url, password)

    def keep(self) -> None:
        """Let the stack outlive this process, until `stop`."""
        self.kept, self._asked = True, _settings_asked()
        self._write(self.services())

    def changed_settings(self) -> list[str]:
        """Return the names of MIRRORWIRE_… in the environment whose values are not those of a kept stack's start."""
        now = _settings_asked()
        return sorted(name for name in now.keys() | self._asked.keys() if now.get(name) != self._asked.get(name))

    def mend(self, say: Say) -> list[str]:
        """Start again what of a kept stack has ended or stands still, and return its names. Call inside `locked()`.

        All come up with the settings and on the ports that they had. Raises StackFailed, and leaves the others alone.
        """
        started: list[str] = []
        self._environment = read_exports(self.env_file)
        still: list[str] | None = None
        while still is None:
            if postgres_ended := not db.embedded_runs(self.settings):
                say("Postgres had ended: starting it")
                db.embedded_database(self.settings, self.database)
                started.append("postgres")
            for service in self._in_order_of_start():
                if not service.works():
                    say(f"{service.name} {'had ended' if not service.alive() else 'is suspended'}: starting it")
                    self._start_again(service)
                    started.append(service.name)
            try:
                still = self._unhealthy(PARTS, STILL_S)
            except ServiceEnded as error:
                by_itself = not postgres_ended and db.embedded_runs(self.settings)
                if error.name in started and (by_itself or started.count(error.name) == STARTS):
                    raise
                # It lived on for a while after Postgres had ended: it is started as the others are.
        for service in self._in_order_of_start():
            if service.name in still:
                say(f"{service.name} stands still: starting it")
                self._start_again(service)
                started.append(service.name)
        if still:
            self._wait_healthy(PARTS)
        return list(dict.fromkeys(started))

    def spawn(self, name: str, command: Sequence[str], *, cwd: Path | None = None) -> Service:
        """Start a service in a session of its own, its output in `logs/<name>.log`, recorded for `stop` and `mend`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        folder = str(cwd or self.home)
        with self._log(name).open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=folder,
                env=self._environment or None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            started = psutil.Process(child.pid).create_time()
            service = Service(name=name, pid=child.pid, started=started, command=tuple(command), cwd=folder)
            self._write([*(other for other in self.services() if other.name != name), service])
        except BaseException:  # Ctrl-C too: what is not recorded would never be stopped
            child.kill()
            raise
        return service

    def services(self) -> list[Service]:
        """What was started from this folder, whether it still lives or not."""
        recorded = self._recorded().get("services", [])
        return [Service(**{**fields, "command": tuple(fields.get("command", ()))}) for fields in recorded]

    def used_s(self) -> float:
        """CPU seconds of Airflow's processes, of the tasks in them, and of those that have ended."""
        total_s = 0.0
        for service in self.services():
            for process in service.family():
                with contextlib.suppress(psutil.Error):  # it has ended, and its time is its parent's by now
                    total_s += sum(process.cpu_times()[:4])
        return total_s

    def has_ended(self) -> bool:
        """Whether its scheduler, which is stopped first, does not run any more."""
        return not any(service.alive() for service in self.services() if service.name == "scheduler")

    def password(self) -> str:
        """The generated password of `admin`."""
        return str(json.loads(self._password_file.read_text(encoding="utf-8"))[USER])

    def log_tail(self, name: str, lines: int = 30) -> str:
        """The last lines of a service's log."""
        with contextlib.suppress(OSError):
            return "\n".join(self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return "(no log)"

    def stop(self) -> list[str]:
        """Stop every recorded service with all that it started, and return the names of those that lived."""
        stopped = [
            service.name
            for service in sorted(self.services(), key=lambda s: STOP_ORDER.get(s.name, len(STOP_ORDER)))
            if service.stop(SCHEDULER_GRACE_S if service.name == "scheduler" else GRACE_S)
        ]
        self.state.unlink(missing_ok=True)
        self.env_file.unlink(missing_ok=True)
        self.kept = False
        return stopped

    @property
    def _password_file(self) -> Path:
        return self.home / "passwords.json"

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _command(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("airflow")), *words]

    def _run(self, *words: str) -> int:
        with self._log(words[0]).open("wb") as log:
            return subprocess.run(
                self._command(*words),
                cwd=self.home,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode

    def _recorded(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            return cast(dict[str, Any], json.loads(self.state.read_text(encoding="utf-8")))
        return {}

    def _read(self) -> None:
        recorded = self._recorded()
        self.url, self.kept = str(recorded.get("url", "")), bool(recorded.get("kept"))
        self._asked = recorded.get("asked", {})

    def _write(self, services: list[Service]) -> None:
        draft = self.state.with_suffix(".new")
        recorded = {"url": self.url, "kept": self.kept, "asked": self._asked}
        recorded["services"] = [asdict(service) for service in services]
        draft.write_text(json.dumps(recorded), encoding="utf-8")
        draft.replace(self.state)

    def _in_order_of_start(self) -> list[Service]:
        return sorted(self.services(), key=lambda service: -STOP_ORDER.get(service.name, len(STOP_ORDER)))

    def _start_again(self, service: Service) -> None:
        service.stop()  # itself, if it stands still, and orphans of it
        self.spawn(service.name, service.command, cwd=Path(service.cwd))

    def _start_api_server(self, say: Say) -> None:
        """Start it on the usual port or another free one, and once more where a stranger was quicker to take that."""
        for wanted in (PORT, 0, 0):
            with held_ports(wanted) as (port,):
                self.url = f"http://127.0.0.1:{port}"
                self._environment |= at_url(self.url)
                write_exports(self.env_file, self._environment)
                service = self.spawn("api-server", self._command("api-server"))
                try:
                    return self._wait_healthy(["api-server"])
                except StackFailed:
                    if service.alive() or not listens(port):
                        raise
            say(f"port {port} was taken by another program meanwhile")
        raise StackFailed(f"other programs take each port before the api-server does; its log is in {self.logs}")

    def _wait_healthy(self, parts: Iterable[str]) -> None:
        """Wait until each of Airflow's parts is healthy, or any service has ended."""
        if unhealthy := self._unhealthy(parts, HEALTHY_WITHIN_S):
            raise StackFailed(f"not healthy in {HEALTHY_WITHIN_S:.0f} s: {', '.join(unhealthy)}; logs in {self.logs}")

    def _unhealthy(self, parts: Iterable[str], within_s: float) -> list[str]:
        """Wait until each part is healthy; return those that are not by then. Raises ServiceEnded when any has."""
        deadline = time.monotonic() + within_s
        while unhealthy := sorted(set(parts) - self._healthy()):
            if not self.services():
                raise StackFailed("stopped meanwhile, as make down does")
            for service in self.services():
                if not service.alive():
                    raise ServiceEnded(service.name, self.log_tail(service.name))
            if time.monotonic() > deadline:
                break
            time.sleep(0.3)
        return unhealthy

    def _healthy(self) -> set[str]:
        """Return which of Airflow's parts are healthy, by our own api-server and nobody else's."""
        services = {service.name: service for service in self.services()}
        api_server, port = services.get("api-server"), int(self.url.rpartition(":")[2])
        if api_server is None or not api_server.listens(port):
            return set()
        with requests.Session() as session, contextlib.suppress(requests.RequestException, ValueError):
            session.trust_env = False
            health = session.get(f"{self.url}/api/v2/monitor/health", timeout=10).json()
            return {name for name, service in services.items() if _is_healthy(service, health)}
        return set()


def _is_healthy(service: Service, health: Mapping[str, Any]) -> bool:
    """Return what /monitor/health says of a service; a heartbeat of the one before it does not count."""
    part = PARTS.get(service.name, "")
    state = health.get(part) or {}
    heartbeat = state.get(f"latest_{part}_heartbeat")
    if heartbeat and datetime.fromisoformat(heartbeat).timestamp() < service.started:
        return False
    return bool(state.get("status") == "healthy")


def _settings_asked() -> dict[str, str]:
    """What the caller's environment says; the data folder apart, since another one is another stack."""
    names = [name for name in os.environ if name.startswith("MIRRORWIRE_") and name != "MIRRORWIRE_HOME"]
    return {name: os.environ[name] for name in names}
