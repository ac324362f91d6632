"""docker-compose.yml as it stands, started by Compose on a Docker engine, by the lines of docs/deployment.md.

The tests are one story and run in this order: a stack is started, loads, is looked at, upgraded in the middle of its
work, killed, backed up, taken away and restored. What stands in for images of a registry: tests/containers/engine.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.airflow.test_celery import content
from tests.conftest import NEWSROOM_DAY, courier_file
from tests.containers.deployed import Deployed, guide_lines, wait_until
from tests.containers.engine import WANTED
from tests.containers.test_image import IMAGE
from tests.demo.airflow_api import Airflow
from tests.demo.command import wait_for_dags, wait_for_runs
from tests.newsroom import Newsroom
from tests.support.ingest import ingest

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.containers, pytest.mark.timeout(900)]

INGEST, BACKFILL = "ingest_courier", "backfill_courier"
SERVICES = ("postgres", "api-server", "scheduler", "dag-processor")
SINCE, UNTIL = NEWSROOM_DAY - timedelta(days=3), NEWSROOM_DAY
EARLIEST = NEWSROOM_DAY - timedelta(days=4)
STOPPED_WITHIN_S = 70
"""The scheduler has a minute, and the services that need nothing of it end beside it."""
UP = r"^docker compose up --build --detach --wait$"


def quiet(line: str) -> None:
    """Take a line of progress, and say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """All rows that the command line loads: by the live run and three days, and with the day before those."""

    three_days: dict[str, list[str]]
    four_days: dict[str, list[str]]


@pytest.fixture(scope="module")
def expected(server: Settings, publisher: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """The same work without containers; the three days come from the mirror, while the primary is seized."""
    home = tmp_path_factory.mktemp("by-hand")
    url = db.embedded_database(server, "by_hand")
    migrate(url)
    courier_file(home / "sources", publisher)
    settings = Settings(
        home=home, database_url=url, sources=home / "sources", archive=str(home / "archive"), processes=1
    )
    ingest(settings, "courier", live=True)
    publisher.primary.fault = "seizure"
    ingest(settings, "courier", kind="backfill", since=str(SINCE), until=str(UNTIL))
    publisher.primary.fault = None
    three_days = content(url)
    ingest(settings, "courier", kind="backfill", since=str(EARLIEST), until=str(SINCE))
    return Expected(three_days=three_days, four_days=content(url))


def backfill(api: Airflow, since: date, until: date) -> int:
    """Ask for days by the REST API; return how many runs the DAG will have when they are done."""
    begun = len(api.get(f"/dags/{BACKFILL}/dagRuns", limit=100)["dag_runs"])
    window = {"from_date": f"{since}T00:00:00Z", "to_date": f"{until - timedelta(days=1)}T00:00:00Z"}
    api.post("/backfills", {"dag_id": BACKFILL, **window, "max_active_runs": 2})
    api.patch(f"/dags/{BACKFILL}", {"is_paused": False})
    return begun + (until - since).days


def differing(held: dict[str, list[str]], wanted: dict[str, list[str]]) -> list[str]:
    """The tables whose rows are not the same."""
    return [table for table in wanted if held[table] != wanted[table]]


def by_any_host(held: dict[str, list[str]], publisher: Newsroom) -> dict[str, list[str]]:
    """The rows as if one host had served all of them."""
    primary, mirror = publisher.primary.origin, publisher.mirror.origin
    tables = {}
    for table, rows in held.items():
        tables[table] = sorted(row.replace(mirror, primary) for row in rows)
    return tables


def test_the_stack_comes_up_by_its_own_health_checks(deployed: Deployed) -> None:
    deployed.shell(*guide_lines(UP)[:1])
    assert all(deployed.is_healthy(service) for service in SERVICES)
    assert deployed.state(deployed.containers("init")[0])["ExitCode"] == 0


def test_a_schedule_and_a_backfill_load_what_the_command_line_loads(
    deployed: Deployed, publisher: Newsroom, expected: Expected
) -> None:
    courier_file(deployed.folder / "sources", publisher)
    api = deployed.connected()
    wait_for_dags(api, INGEST, BACKFILL)
    api.patch(f"/dags/{INGEST}", {"is_paused": False})
    wait_for_runs(api, INGEST, 1, quiet)
    api.patch(f"/dags/{INGEST}", {"is_paused": True})
    publisher.primary.fault = "seizure"
    wait_for_runs(api, BACKFILL, backfill(api, SINCE, UNTIL), quiet)
    publisher.primary.fault = None
    loaded = content(deployed.database_url)
    assert loaded["article"]
    assert differing(loaded, expected.three_days) == []


def test_logs_are_read_by_compose_and_by_airflow(deployed: Deployed) -> None:
    for service in SERVICES:
        lines = deployed.logs(service).splitlines()
        assert any(line.startswith(f"{service}-1") for line in lines), service
    api = deployed.connected()
    (run, *_) = api.get(f"/dags/{INGEST}/dagRuns")["dag_runs"]
    log = api.get(f"/dags/{INGEST}/dagRuns/{run['dag_run_id']}/taskInstances/check/logs/1")
    assert "courier" in json.dumps(log)


FORK = """
import subprocess
children = []
try:
    while len(children) < 2000:
        children.append(subprocess.Popen(["sleep", "60"]))
except OSError as error:
    print(len(children), error)
finally:
    for child in children:
        child.kill()
"""


def test_no_service_has_more_rights_than_it_needs(deployed: Deployed) -> None:
    for service in SERVICES:
        (container,) = deployed.containers(service)
        status = deployed.engine.docker("exec", container, "cat", "/proc/1/status").stdout
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert "0" not in fields["Uid"].split(), service
        assert {int(fields[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")} == {0}, service
        assert fields["NoNewPrivs"] == "1", service
        refused = deployed.engine.docker("exec", container, "touch", "/usr/local/new", check=False)
        assert "Read-only file system" in refused.stderr, service
        assert int(deployed.engine.inspect(container, "{{.HostConfig.Memory}}")) >= 2**30, service
        published = deployed.engine.inspect(container, "{{json .NetworkSettings.Ports}}")
        addresses = {port["HostIp"] for ports in json.loads(published).values() for port in ports or []}
        assert addresses == ({"127.0.0.1"} if service == "api-server" else set()), service


def test_a_service_at_its_limit_of_processes_refuses_more_and_goes_on(deployed: Deployed) -> None:
    (container,) = deployed.containers("dag-processor")
    told = deployed.engine.docker("exec", container, "python", "-c", FORK).stdout
    started, _, reason = told.partition(" ")
    assert int(started) < 512 and "unavailable" in reason
    assert deployed.restarts("dag-processor") == 0
    assert deployed.state(container)["Status"] == "running"


def test_services_that_are_killed_come_back_by_themselves(deployed: Deployed) -> None:
    for service in SERVICES:
        deployed.kill(service)
    wait_until(lambda: all(deployed.restarts(service) >= 1 for service in SERVICES), 90, deployed.logs(tail=5))
    wait_until(lambda: all(deployed.is_healthy(service) for service in SERVICES), 240, "all services healthy")
    api = deployed.connected()
    begun = len(api.get(f"/dags/{INGEST}/dagRuns")["dag_runs"])
    api.patch(f"/dags/{INGEST}", {"is_paused": False})
    api.post(f"/dags/{INGEST}/dagRuns", {"logical_date": None})
    wait_for_runs(api, INGEST, begun + 1, quiet)


def ingested(deployed: Deployed, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a pass of the command line in a container of its own, on the stack's network."""
    rights = ["--init", "--read-only", "--tmpfs", "/tmp", "--network", "mirrorwire_default"]
    settings = {"MIRRORWIRE_DATABASE_URL": url, "MIRRORWIRE_SOURCES": "/sources", "MIRRORWIRE_HOME": "/data"}
    given = [f"--env={name}={value}" for name, value in settings.items()]
    sources = f"--volume={deployed.folder}/sources:/sources:ro"
    command = ["run", "--rm", *rights, *given, sources, *options, IMAGE, "mirrorwire", "ingest", "courier"]
    return deployed.engine.docker(*command, check=False)


@pytest.fixture
def small_disk(deployed: Deployed) -> Iterator[Path]:
    """A folder with room for a few pages."""
    folder = deployed.engine.home / "small"
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,uid=10001,gid=10001,mode=0750", "tmpfs", str(folder)]
    subprocess.run(mount, check=True, timeout=10)
    yield folder
    subprocess.run(["umount", str(folder)], check=True, timeout=10)


def test_a_full_volume_is_said_in_one_line_and_costs_nothing_once_there_is_room(
    deployed: Deployed, publisher: Newsroom, small_disk: Path
) -> None:
    superuser = "docker compose exec -T postgres psql --username postgres --command"
    deployed.shell(f'{superuser} "CREATE DATABASE room OWNER mirrorwire"')
    there = deployed.database_url.removesuffix("/mirrorwire") + "/room"
    inside = there.replace(deployed.address("postgres"), "postgres")
    full = ingested(deployed, inside, f"--volume={small_disk}:/data")
    assert full.returncode == 1, full.stderr
    assert "No space left on device" in full.stderr.splitlines()[-1]
    assert "Traceback" not in full.stderr

    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True, timeout=10)
    done = ingested(deployed, inside, f"--volume={small_disk}:/data")
    assert done.returncode == 0, done.stderr
    with db.connect(there) as conn:
        row = conn.execute("SELECT count(*), count(DISTINCT article_key) FROM articles").fetchone()
    assert row == (len(publisher.articles), len(publisher.articles))


def test_a_stop_in_the_middle_of_fetching_an_upgrade_and_a_wrong_secret_lose_nothing(
    deployed: Deployed, publisher: Newsroom, expected: Expected
) -> None:
    courier_file(deployed.folder / "sources", publisher, delay_s="2.0")
    (deployed.folder / "etl" / "mirrorwire" / "upgraded.py").write_text('"""A newer version."""\n', encoding="utf-8")
    build, stop = guide_lines(r"^docker compose (build|stop)$")
    deployed.shell(build)
    runs = backfill(deployed.connected(), EARLIEST, SINCE)
    wait_until(lambda: fetching(deployed) >= 2, 120, "nothing is fetched")
    began = time.monotonic()
    deployed.shell(stop)
    assert time.monotonic() - began < STOPPED_WITHIN_S

    deployed.shell("docker compose down")
    refused_with_the_reason(deployed, AIRFLOW_DB_PASSWORD="of-another-machine")
    deployed.shell(*guide_lines(r"^docker compose up --detach --wait$"))
    deployed.shell("docker compose exec -T scheduler python -c 'import mirrorwire.upgraded'")
    wait_for_runs(deployed.connected(), BACKFILL, runs, quiet)
    # By now the primary is asked again; by hand, a moment after its seizure, its breaker was open.
    loaded = by_any_host(content(deployed.database_url), publisher)
    assert differing(loaded, by_any_host(expected.four_days, publisher)) == []


def refused_with_the_reason(deployed: Deployed, **wrong: str) -> None:
    """Start with a wrong secret: it is refused once, in words, and nothing starts again and again."""
    right = {name: deployed.env[name] for name in wrong}
    deployed.set(**wrong)
    refused = deployed.shell("docker compose up --detach --wait", check=False)
    assert refused.returncode != 0 and 'service "init" didn\'t complete successfully' in refused.stderr
    assert "password authentication failed" in deployed.logs("init", tail=20)
    assert deployed.restarts("init") == 0
    assert deployed.state(deployed.containers("scheduler")[0])["Status"] == "created"  # nothing else has started
    deployed.set(**right)


def fetching(deployed: Deployed) -> int:
    """How many pages the newest run has asked for."""
    with db.connect(deployed.database_url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM attempt WHERE link_id IS NOT NULL AND started_at > now() - interval '20 seconds'"
        ).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.skipif(os.environ.get(WANTED) != "all", reason=f"takes three minutes: set {WANTED}=all")
def test_what_is_backed_up_is_there_after_a_restore_on_an_empty_machine(deployed: Deployed) -> None:
    held = content(deployed.database_url)
    digests = "cd /var/lib/mirrorwire && find . -type f | sort | xargs sha256sum"
    archive = f"docker compose run --rm --no-deps -T scheduler sh -c '{digests}'"
    files = deployed.shell(archive).stdout
    deployed.shell(*guide_lines(r"pg_dump|-cf -"))
    assert (deployed.folder / "mirrorwire.dump").stat().st_size > 10_000
    deployed.remove()
    *restore, start = guide_lines(r"^docker compose up --detach --wait postgres$|pg_restore|-xf -|up --build")[1:]
    deployed.shell(*restore, start)
    assert all(deployed.is_healthy(service) for service in SERVICES)
    assert content(deployed.database_url) == held
    assert deployed.shell(archive).stdout == files
    states = {run["state"] for run in deployed.connected().get(f"/dags/{INGEST}/dagRuns")["dag_runs"]}
    assert states == {"success"}
