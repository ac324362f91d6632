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
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import psutil
import requests

from etl.config import Settings
from etl.errors import FolderUnusable, Permanent, Transient
from etl.load import db
from etl.services import GRACE_S, Service, free_port

USER = "admin"
PORT = 8080
TASKS_AT_ONCE = 4
STOP_ORDER = {"scheduler": 0, "dag-processor": 1, "api-server": 2}  # running tasks report to the api-server
SCHEDULER_GRACE_S = 20.0  # it waits for running tasks
HEALTHY_WITHIN_S = 180.0

Say = Callable[[str], None]


class StackBusy(Permanent):
    """Another stack runs from the same folder, or is being started."""


class StackFailed(Transient):
    """A part of the stack did not come up, or an API call was refused."""


class Airflow:
    """The REST API of a running stack. Every method raises StackFailed when the server refuses."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business between us and loopback
        answer = self._call("POST", "/auth/token", json={"username": USER, "password": password})
        self._session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        return self._call("GET", f"/api/v2{path}", params=params)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self._call("POST", f"/api/v2{path}", json=body)

    def patch(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self._call("PATCH", f"/api/v2{path}", json=body)

    def put(self, path: str) -> dict[str, Any]:
        return self._call("PUT", f"/api/v2{path}")

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, self.url + path, timeout=30, headers={"Accept": "application/json"}, **options
            )
        except requests.RequestException as error:
            raise StackFailed(f"{method} {path}: {error}") from error
        if not answer.ok:
            raise StackFailed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return cast(dict[str, Any], answer.json())


class Stack:
    """Airflow's api-server, scheduler and dag-processor, and any other service started beside them.

    `database` names the metadata database on the embedded server. Settings go to all services through their
    environment; whatever AIRFLOW__… the caller's environment holds is left out.
    """

    def __init__(self, settings: Settings, *, dags: Path, database: str = "airflow") -> None:
        self.settings, self.dags, self.database = settings, dags, database
        self.home = settings.home / "airflow"
        self.logs = self.home / "logs"
        self.state = self.home / "stack.json"
        self.url = self._recorded().get("url", "")
        self._environment: dict[str, str] = {}

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the folder. Raises StackBusy when a stack runs here or is being started, FolderUnusable."""
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
            if names := [service.name for service in self.services() if service.alive()]:
                raise StackBusy(f"already running at {self.url} ({', '.join(names)}); make down stops it")
            self.stop()  # what a crash left behind: a record, or orphans of a service that is gone
            yield

    def start(self, *, fresh: bool, environment: Mapping[str, str], say: Say) -> Airflow:
        """Start everything and return the API's client once all three are healthy. Call inside `exclusive()`.

        fresh: drop the metadata database first. environment: what DAGs see beside the caller's environment.
        Raises StackFailed with the end of the log of what did not come up.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{free_port(PORT)}"
        password = secrets.token_urlsafe(12)
        with os.fdopen(
            os.open(self._password_file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump({USER: password}, file)
        if fresh:  # Airflow would append to the logs of namesakes
            shutil.rmtree(self.logs / self.database, ignore_errors=True)
        self._environment = self._airflow_environment(fresh) | dict(environment)
        self._write_env_file()
        say("Airflow: metadata database")
        migrated = self._run("db", "migrate")
        if migrated != 0:
            raise StackFailed(f"airflow db migrate ended with {migrated}:\n{self.log_tail('db')}")
        say("Airflow: api-server")
        self.spawn("api-server", self._command("api-server"))
        # Parsing needs no api-server, so it may begin at once; a task needs one, so the scheduler waits.
        self.spawn("dag-processor", self._command("dag-processor"))
        self._wait_healthy("metadatabase")
        say("Airflow: scheduler and dag-processor")
        # The log server would listen on all addresses; the api-server reads the same folder.
        self.spawn("scheduler", self._command("scheduler", "--skip-serve-logs"))
        self._wait_healthy("metadatabase", "scheduler", "dag_processor")
        return Airflow(self.url, password)

    def spawn(self, name: str, command: Sequence[str], *, cwd: Path | None = None) -> Service:
        """Start a service in a session of its own, its output in `logs/<name>.log`, recorded for `stop`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self._log(name).open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=cwd or self.home,
                env=self._environment or None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            service = Service(name=name, pid=child.pid, started=psutil.Process(child.pid).create_time())
            self._write([*self.services(), service])
        except BaseException:  # Ctrl-C too: what is not recorded would never be stopped
            child.kill()
            raise
        return service

    def services(self) -> list[Service]:
        """What was started from this folder, whether it still lives or not."""
        return [Service(**fields) for fields in self._recorded().get("services", [])]

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
        return stopped

    @property
    def env_file(self) -> Path:
        """What a shell reads (`. FILE`) so that its `airflow` speaks to this stack; holds its secrets, mode 0600."""
        return self.home / "env"

    def _write_env_file(self) -> None:
        names = [name for name in self._environment if name.startswith(("AIRFLOW", "MIRRORWIRE"))]
        lines = [f"export {name}={shlex.quote(self._environment[name])}\n" for name in sorted(names)]
        with os.fdopen(
            os.open(self.env_file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.writelines(lines)

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

    def _write(self, services: list[Service]) -> None:
        draft = self.state.with_suffix(".new")
        draft.write_text(
            json.dumps({"url": self.url, "services": [asdict(service) for service in services]}), encoding="utf-8"
        )
        draft.replace(self.state)

    def _wait_healthy(self, *parts: str) -> None:
        """Wait until each part of /monitor/health is healthy, or any service has ended."""
        session = requests.Session()
        session.trust_env = False
        deadline = time.monotonic() + HEALTHY_WITHIN_S
        while time.monotonic() < deadline:
            if not self.services():
                raise StackFailed("stopped meanwhile, as make down does")
            for service in self.services():
                if not service.alive():
                    raise StackFailed(f"{service.name} ended:\n{self.log_tail(service.name)}")
            with contextlib.suppress(requests.RequestException, ValueError):
                health = session.get(f"{self.url}/api/v2/monitor/health", timeout=10).json()
                if all((health.get(part) or {}).get("status") == "healthy" for part in parts):
                    return
            time.sleep(0.3)
        raise StackFailed(f"not healthy in {HEALTHY_WITHIN_S:.0f} s: {', '.join(parts)}; logs in {self.logs}")

    def _airflow_environment(self, fresh: bool) -> dict[str, str]:
        """The caller's environment with Airflow's settings; a reason stands where an option is not plain."""
        # Always the embedded server, even where the articles go elsewhere: nobody else's database is dropped.
        metadata = db.embedded_database(self.settings, self.database, fresh=fresh)
        metadata = metadata.replace("postgresql://", "postgresql+psycopg://", 1)
        options = {
            "CORE__DAGS_FOLDER": str(self.dags),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": str(TASKS_AT_ONCE),
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # the default asks the DNS, which may hang
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._password_file),
            # Both, else Airflow asks for psycopg2 and asyncpg.
            "DATABASE__SQL_ALCHEMY_CONN": metadata,
            "DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata,
            "API__HOST": "127.0.0.1",
            "API__PORT": self.url.rpartition(":")[2],
            "API__BASE_URL": self.url,
            "API__WORKERS": "1",
            "API__SECRET_KEY": secrets.token_hex(32),
            "API_AUTH__JWT_SECRET": secrets.token_hex(32),
            "DAG_PROCESSOR__REFRESH_INTERVAL": "10",  # the default hides a new DAG file for five minutes
            "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",  # a new source file shows up within this time
            "WORKERS__EXECUTION_API_TIMEOUT": "30",  # the default of 5 s fails tasks on a busy machine
            "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # an ended task holds its slot until its next heartbeat is due
            "LOGGING__BASE_LOG_FOLDER": str(self.logs / self.database),
            "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(self.logs / "dag_processor"),
            "LOGGING__COLORED_CONSOLE_LOG": "False",
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        for name in ("NO_PROXY", "no_proxy"):
            environment[name] = ",".join(filter(None, [environment.get(name), "127.0.0.1", "localhost"]))
        environment |= {"AIRFLOW_HOME": str(self.home), "MIRRORWIRE_HOME": str(self.settings.home)}
        # Absolute, since the services work in another folder than the caller.
        if self.settings.sources:
            environment["MIRRORWIRE_SOURCES"] = str(self.settings.sources.absolute())
        if "://" not in self.settings.archive:
            environment["MIRRORWIRE_ARCHIVE"] = str(Path(self.settings.archive).absolute())
        return environment | {f"AIRFLOW__{name}": value for name, value in options.items()}
