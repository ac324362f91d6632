"""The settings of the local Airflow: its environment, and the file that holds it for shells and later starts."""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

from mirrorwire.core.settings import Settings

USER = "admin"
TASKS_AT_ONCE = 4
OURS = ("AIRFLOW", "MIRRORWIRE")
"""What the names of all that a stack sets begin with."""


def home_of(settings: Settings) -> Path:
    """Return the folder of the local Airflow: its logs, its password, its processes by pid."""
    return settings.home / "airflow"


def env_file(settings: Settings) -> Path:
    """Return what a shell reads (`. FILE`) so that its `airflow` speaks to the stack; holds its secrets, mode 0600."""
    return home_of(settings) / "env"


def airflow_environment(
    settings: Settings, *, dags: Path, logs: Path, task_logs: Path, passwords: Path, metadata: str
) -> dict[str, str]:
    """Return the caller's environment with Airflow's settings; a reason stands where an option is not plain.

    `metadata` is the URL of Airflow's own database. Where the api-server listens is left to `at_url`.
    """
    metadata = metadata.replace("postgresql://", "postgresql+psycopg://", 1)
    options = {
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(TASKS_AT_ONCE),
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # the default asks the DNS, which may hang
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        # Both, else Airflow asks for psycopg2 and asyncpg.
        "DATABASE__SQL_ALCHEMY_CONN": metadata,
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(32),
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "10",  # the default hides a new DAG file for five minutes
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",  # a new source file shows up within this time
        "WORKERS__EXECUTION_API_TIMEOUT": "30",  # the default of 5 s fails tasks on a busy machine
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # an ended task holds its slot until its next heartbeat is due
        "LOGGING__BASE_LOG_FOLDER": str(task_logs),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(logs / "dag_processor"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {"AIRFLOW_HOME": str(home_of(settings)), "MIRRORWIRE_HOME": str(settings.home)}
    # Absolute, since the services work in another folder than the caller.
    if settings.sources:
        environment["MIRRORWIRE_SOURCES"] = str(settings.sources.absolute())
    if "://" not in settings.archive:
        environment["MIRRORWIRE_ARCHIVE"] = str(Path(settings.archive).absolute())
    return without_proxies(environment) | {f"AIRFLOW__{name}": value for name, value in options.items()}


def at_url(url: str) -> dict[str, str]:
    """Return the settings by which all services find the api-server, `http://127.0.0.1:PORT`."""
    return {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": url.rpartition(":")[2],
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
    }


def without_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no proxy comes between services on loopback."""
    names = ("NO_PROXY", "no_proxy")
    hosts = {name: ",".join(filter(None, [environment.get(name), "127.0.0.1", "localhost"])) for name in names}
    return {**environment, **hosts}


def write_exports(file: Path, environment: Mapping[str, str]) -> None:
    """Write what is ours of an environment as a shell's `export` lines, readable by its owner alone."""
    names = sorted(name for name in environment if name.startswith(OURS))
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as lines:
        lines.writelines(f"export {name}={shlex.quote(environment[name])}\n" for name in names)


def read_exports(file: Path) -> dict[str, str]:
    """Return the present environment with what `write_exports` wrote in place of what it has of ours; OSError."""
    words = shlex.split(file.read_text(encoding="utf-8"))
    written = dict(word.split("=", 1) for word in words if word != "export")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return without_proxies(kept) | written
