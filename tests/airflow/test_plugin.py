"""The pages in a real api-server of Airflow's: who may read a source's DAG may read, who may trigger it may act."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from psycopg.conninfo import conninfo_to_dict

from mirrorwire.commands.airflow_environment import airflow_environment, at_url
from mirrorwire.core.config import Settings
from mirrorwire.store import db, migrate
from mirrorwire.web.acting import ACTS
from mirrorwire.web.app import PAGES
from tests.conftest import NEWSROOM_DAY, ROOT, courier_file, environment
from tests.demo.processes import held_ports
from tests.newsroom import Newsroom

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]

HALF = "half"
"""The user to whom `tests.support.auth_manager` opens one source alone."""
ROLES = {"op": "op", "user": "user", "viewer": "viewer", "nobody": "", HALF: "user"}
STARTS_WITHIN_S = 240
WORDS: dict[str, dict[str, Any]] = {"source": {"key": "courier"}, "run": {"id": 1}}


@dataclass
class Pages:
    """The pages as one user's browser sees them: with the cookie that Airflow's log-in leaves, or none."""

    url: str
    token: str | None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        if self.token:
            self.session.cookies.set("_token", self.token)

    def get(self, page: str, **words: Any) -> requests.Response:
        return self.session.get(f"{self.url}/mirrorwire/{page}", params=words, timeout=60, allow_redirects=False)

    def post(self, address: str, fields: dict[str, str], **headers: str) -> requests.Response:
        sent = {"Origin": self.url} | headers
        where = f"{self.url}/mirrorwire/{address}"
        return self.session.post(where, data=fields, headers=sent, timeout=120, allow_redirects=False)

    def form_key(self) -> str:
        keys = re.findall(r'name="form_key" value="([0-9a-f]+)"', self.get("source", key="courier").text)
        return str(keys[0]) if keys else ""


@dataclass(frozen=True)
class Server:
    """A running api-server, and the database whose pages it shows."""

    url: str
    database_url: str
    passwords: dict[str, str]

    def pages(self, user: str | None) -> Pages:
        if user is None:
            return Pages(self.url, None)
        words = {"username": user, "password": self.passwords[user]}
        answer = requests.post(f"{self.url}/auth/token", json=words, timeout=60)
        answer.raise_for_status()
        return Pages(self.url, answer.json()["access_token"])

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            conn.execute("SET search_path TO mirrorwire")
            return conn.execute(query.encode(), parameters).fetchall()


def connection_of(database_url: str) -> str:
    """The database as a connection of Airflow's: the api-server finds it as a task does."""
    words = conninfo_to_dict(database_url)
    fields = {"conn_type": "mirrorwire", "host": words["host"], "schema": words["dbname"], "login": words.get("user")}
    return json.dumps(fields)


def wait_until_up(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        assert running.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        try:
            if requests.get(f"{url}/api/v2/version", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)


@pytest.fixture(scope="module")
def airflow(server: Settings) -> Iterator[Server]:
    """An api-server with users of each role, over a database that a newsroom was read into."""
    home = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    database_url = db.embedded_database(server, "of_plugin", fresh=True)
    migrate.migrate(database_url)
    metadata = db.embedded_database(server, "airflow_plugin", fresh=True)
    settings = Settings(home=home, database_url=database_url, sources=home / "sources", archive=str(home / "archive"))
    passwords = {user: f"password of {user}" for user in ROLES}
    (home / "passwords.json").write_text(json.dumps(passwords), encoding="utf-8")
    with Newsroom(day=NEWSROOM_DAY, a_day=(3, 2, 1, 1, 1)) as newsroom:
        courier_file(home / "sources", newsroom)
        words = [sys.executable, "-m", "mirrorwire", "ingest", "courier"]
        subprocess.run(words, env=environment(settings), check=True, capture_output=True, timeout=300)
    env = airflow_environment(
        settings,
        dags=ROOT / "dags",
        logs=home / "logs",
        task_logs=home / "logs",
        passwords=home / "passwords.json",
        metadata=metadata,
    )
    env.pop("MIRRORWIRE_DATABASE_URL", None)
    env |= {
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in ROLES.items()),
        "AIRFLOW__CORE__AUTH_MANAGER": "tests.support.auth_manager.HalfClosed",
        "AIRFLOW_CONN_MIRRORWIRE_DEFAULT": connection_of(database_url),
    }
    command = str(Path(sys.executable).with_name("airflow"))
    subprocess.run([command, "db", "migrate"], env=env, cwd=home, check=True, capture_output=True, timeout=300)
    log = home / "api-server.log"
    with held_ports(0) as (port,):
        url = f"http://127.0.0.1:{port}"
        with log.open("wb") as lines:
            running = subprocess.Popen(
                [command, "api-server"], env=env | at_url(url), cwd=home, stdout=lines, stderr=subprocess.STDOUT
            )
    try:
        wait_until_up(url, running, log)
        yield Server(url, database_url, passwords)
    finally:
        running.terminate()
        running.wait(60)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def forms(airflow: Server) -> dict[str, dict[str, str]]:
    """A form of each act that would change something."""
    ((article,),) = airflow.rows("SELECT article_key FROM article ORDER BY article_id LIMIT 1")
    ((host,),) = airflow.rows("SELECT url FROM host WHERE role = 'mirror'")
    ((capture,),) = airflow.rows(
        "WITH page AS (SELECT capture_id, link_id FROM capture WHERE link_id IS NOT NULL ORDER BY 1 DESC LIMIT 1), "
        "r AS (INSERT INTO rejection (capture_id, source_key, link_id, verdict, evidence, rejected_at) "
        "SELECT capture_id, 'courier', link_id, 'thin', '{}', now() FROM page ON CONFLICT DO NOTHING) "
        "SELECT capture_id FROM page"
    )
    return {
        "accept": {"id": str(capture)},
        "host": {"source": "courier", "host": host, "state": "down"},
        "retry": {"source": "courier"},
        "forget": {"key": article, "confirm": article},
    }


def stock(airflow: Server) -> list[Any]:
    return [
        airflow.rows("SELECT capture_id, accepted FROM capture ORDER BY 1"),
        airflow.rows("SELECT host_id, ruling FROM breaker ORDER BY 1"),
        airflow.rows("SELECT article_key FROM article ORDER BY 1"),
        airflow.rows("SELECT count(*) FROM manual_act"),
    ]


@pytest.mark.parametrize("user", [None, "nobody"])
def test_who_may_read_no_dag_reads_no_page(airflow: Server, user: str | None) -> None:
    pages = airflow.pages(user)
    for name in (*PAGES, *(f"{page}.json" for page in PAGES), "search.csv", "metrics"):
        answer = pages.get(name, **WORDS.get(name.removesuffix(".json"), {}))
        assert b"Sample Courier" not in answer.content, name
        if name.startswith("sources") and user:  # it lists those that may be read: none
            assert answer.status_code == 200
        elif user:
            assert answer.status_code in (400, 403), (name, answer.status_code)
        else:
            assert answer.status_code == 401, name


def test_a_wrong_token_opens_nothing(airflow: Server) -> None:
    good = airflow.pages("op").token or ""
    for token in ("x", good[:-4] + "AAAA", "a.b.c"):
        assert Pages(airflow.url, token).get("sources").status_code in (401, 403)


def test_a_viewer_reads_every_page_and_is_offered_no_form(airflow: Server) -> None:
    pages = airflow.pages("viewer")
    ((article,),) = airflow.rows("SELECT article_key FROM article ORDER BY article_id LIMIT 1")
    for name in PAGES:
        answer = pages.get(name, **(WORDS | {"article": {"key": article}}).get(name, {}))
        assert answer.status_code == 200, (name, answer.text)
        assert 'method="post"' not in answer.text, name
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert pages.get("metrics").status_code == 200


def test_who_may_not_trigger_changes_nothing_even_with_a_key(airflow: Server, forms: dict[str, dict[str, str]]) -> None:
    assert forms.keys() == ACTS.keys()
    stolen, before = airflow.pages("user").form_key(), stock(airflow)
    assert stolen
    for user in (None, "nobody", "viewer"):
        pages = airflow.pages(user)
        for name, fields in forms.items():
            for key in ("", stolen):
                answer = pages.post(name, fields | {"form_key": key})
                assert answer.status_code in (401, 403), (user, name, answer.status_code)
    assert stock(airflow) == before


def test_a_users_own_form_from_another_site_changes_nothing(airflow: Server, forms: dict[str, dict[str, str]]) -> None:
    pages, before = airflow.pages("user"), stock(airflow)
    key = pages.form_key()
    for name, fields in forms.items():
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1", ""):
            assert pages.post(name, fields | {"form_key": key}, Origin=origin).status_code == 403, (name, origin)
        assert pages.post(name, fields).status_code == 403, name
    assert stock(airflow) == before


def test_a_form_key_of_one_user_is_none_of_another(airflow: Server, forms: dict[str, dict[str, str]]) -> None:
    before = stock(airflow)
    stolen = airflow.pages("op").form_key()
    assert airflow.pages("user").post("host", forms["host"] | {"form_key": stolen}).status_code == 403
    assert stock(airflow) == before


def test_who_may_read_some_dags_reads_those_sources_alone(airflow: Server) -> None:
    pages = airflow.pages(HALF)
    listed = {row["source"] for row in pages.get("sources.json").json()["sources"]}
    assert listed == {"courier"}
    assert pages.get("source", key="courier").status_code == 200
    assert pages.get("search", source="courier").status_code == 200
    assert pages.get("source", key="presstv").status_code == 403
    for name in ("search", "search.csv", "rejections", "runs", "acts", "metrics"):
        assert pages.get(name).status_code == 403, name
        assert name == "metrics" or pages.get(name, source="presstv").status_code == 403, name
    assert pages.get("run", id=1).status_code == 200


def test_who_may_trigger_acts_and_is_named(airflow: Server, forms: dict[str, dict[str, str]]) -> None:
    pages = airflow.pages("user")
    key = pages.form_key()
    for name, fields in forms.items():
        answer = pages.post(name, fields | {"form_key": key})
        assert answer.status_code == 303, (name, answer.text)
        assert pages.get(answer.headers["Location"].removeprefix("./")).status_code == 200
    noted = airflow.rows("SELECT kind, done_by, problem FROM manual_act ORDER BY act_id")
    assert noted == [(name, "user, in Airflow", None) for name in forms]
    assert airflow.rows("SELECT 1 FROM article WHERE article_key = %s", forms["forget"]["key"]) == []


def test_airflow_lists_the_pages_and_the_tab(airflow: Server) -> None:
    headers = {"Authorization": f"Bearer {airflow.pages('op').token}"}
    plugins = requests.get(f"{airflow.url}/api/v2/plugins", headers=headers, timeout=60).json()["plugins"]
    (ours,) = [plugin for plugin in plugins if plugin["name"] == "mirrorwire"]
    views = {view["destination"]: view["href"] for view in ours["external_views"]}
    assert views == {"nav": "mirrorwire/sources", "dag": "mirrorwire/dag?dag_id={DAG_ID}"}
    errors = requests.get(f"{airflow.url}/api/v2/plugins/importErrors", headers=headers, timeout=60).json()
    assert errors["import_errors"] == []


@pytest.mark.parametrize(
    ("dag_id", "place"),
    [
        ("ingest_courier", "./source?key=courier"),
        ("backfill_courier", "./source?key=courier"),
        ("fleet", "./sources"),
        ("ingest_//evil.example", "./source?key=%2F%2Fevil.example"),
        ("somebody_elses", None),
        ("", None),
    ],
)
def test_the_tab_of_a_dag_leads_to_its_source(airflow: Server, dag_id: str, place: str | None) -> None:
    answer = airflow.pages("viewer").get("dag", dag_id=dag_id)
    assert answer.status_code == (303 if place else 404)
    assert answer.headers.get("Location") == place
