"""A checkout whose docker-compose.yml is used as an operator uses it: by the lines of docs/deployment.md."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.conftest import ROOT
from tests.containers.engine import Engine
from tests.demo.airflow_api import Airflow, StackFailed

GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
URL = "http://127.0.0.1:8080"
TRIES = 4


def guide_lines(pattern: str) -> list[str]:
    """The lines of the guide's blocks of commands that match, in its order; none is an AssertionError."""
    lines: list[str] = []
    for block in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.M | re.S):
        lines += [line for line in block.splitlines() if re.search(pattern, line)]
    assert lines, f"docs/deployment.md shows no command like {pattern}"
    return lines


def wait_until(true: Callable[[], bool], within_s: float, what: str, pause_s: float = 0.5) -> float:
    """Return the seconds that it took until `true()` held; raises AssertionError with `what` when time is up."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, f"not within {within_s:.0f} s: {what}"
        time.sleep(pause_s)
    return time.monotonic() - began


class PatientAirflow(Airflow):
    """The REST API of an api-server that other work may slow down: what only reads is asked again."""

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        for _ in range(TRIES - 1):
            try:
                return super().get(path, **params)
            except StackFailed as error:
                if not isinstance(error.__cause__, requests.RequestException):
                    raise
        return super().get(path, **params)


class Deployed:
    """The checkout in `folder` on an engine. `options` are lines of .env beside its secrets."""

    def __init__(self, engine: Engine, folder: Path, **options: str) -> None:
        self.engine, self.folder = engine, folder
        (secrets,) = guide_lines(r"^\(umask")
        self.shell(secrets)
        self.shell(*guide_lines("^mkdir -p sources"))
        self.set(**options)

    @property
    def env(self) -> dict[str, str]:
        """What .env holds."""
        rows = (self.folder / ".env").read_text(encoding="utf-8").splitlines()
        return dict(row.split("=", 1) for row in rows if re.match(r"[A-Z_]+=", row))

    def set(self, **options: str) -> None:
        """Write lines of .env anew, or add them; Compose takes the last one of a name."""
        with (self.folder / ".env").open("a", encoding="utf-8") as file:
            for name, value in options.items():
                file.write(f"{name}={value}\n")

    def shell(self, *lines: str, within_s: float = 600, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run lines as an operator would, in the checkout; a failed one is an AssertionError with what it wrote."""
        script = "\n".join(lines)
        done = subprocess.run(
            ["/bin/sh", "-ec", script],
            cwd=self.folder,
            env=self.engine.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert not check or done.returncode == 0, (
            f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{self.logs()}"
        )
        return done

    def remove(self) -> None:
        """Take all containers and volumes away."""
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "1")

    def logs(self, *services: str, tail: int = 40) -> str:
        """The end of what services wrote."""
        return self.compose("logs", "--no-color", "--tail", str(tail), *services)

    def compose(self, *words: str) -> str:
        """What a command of Compose wrote to both of its outputs, whether it failed or not."""
        command = ["docker", "compose", *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.engine.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.stdout + done.stderr

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers, ended ones too, by the number in their names."""
        listed = self.engine.docker(
            "ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.ID}}",
            "--filter", f"label=com.docker.compose.service={service}",
            "--filter", "label=com.docker.compose.oneoff=False",
        ).stdout.split("\n")  # fmt: skip
        return [line.split()[1] for line in sorted(listed) if line]

    def state(self, container: str) -> dict[str, object]:
        """Docker's own account of a container: Pid, Status, Health, ExitCode and more."""
        state: dict[str, object] = json.loads(self.engine.inspect(container, "{{json .State}}"))
        return state

    def is_healthy(self, service: str) -> bool:
        """Whether all containers of a service run, and are healthy by the check of docker-compose.yml."""
        template = "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}"
        states = [self.engine.inspect(container, template) for container in self.containers(service)]
        return bool(states) and all(state == "running healthy" for state in states)

    def restarts(self, service: str) -> int:
        """How often Docker has started the first container of a service again by itself."""
        return int(self.engine.inspect(self.containers(service)[0], "{{.RestartCount}}"))

    def address(self, service: str) -> str:
        """The address of a service's first container, which this machine can reach and no other."""
        template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return self.engine.inspect(self.containers(service)[0], template)

    @property
    def database_url(self) -> str:
        """The URL of the articles."""
        password = self.env["MIRRORWIRE_DB_PASSWORD"].replace("=", "%3D")
        return f"postgresql://mirrorwire:{password}@{self.address('postgres')}:5432/mirrorwire"

    def connected(self) -> Airflow:
        """Log in to the REST API, by the published port and the password of .env."""
        return PatientAirflow(URL, self.env["AIRFLOW_ADMIN_PASSWORD"])

    def kill(self, service: str, number: int = 0) -> None:
        """SIGKILL to the first process of a container, by the kernel: Docker takes it for an accident."""
        pid = self.state(self.containers(service)[number])["Pid"]
        assert isinstance(pid, int) and pid > 1
        os.kill(pid, signal.SIGKILL)
