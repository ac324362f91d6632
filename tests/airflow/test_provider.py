"""What a task makes of the environment and of connections, and which asset URIs there are, without a run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from mirrorwire.core.config import Settings
from tests.conftest import ROOT, environment

pytestmark = pytest.mark.airflow

URL = "postgresql://env@127.0.0.1:1/none"
NEWS = json.dumps(
    {
        "conn_type": "mirrorwire",
        "host": "db.example",
        "port": 6432,
        "login": "news",
        "password": "p@ss word",
        "schema": "articles",
        "extra": {"sslmode": "verify-full", "archive": "s3://bucket/pages", "cursor": "dictcursor"},
    }
)
STORE = json.dumps(
    {
        "conn_type": "aws",
        "login": "AKIA",
        "password": "hush",
        "extra": {"region_name": "eu-north-1", "endpoint_url": "http://s3.example"},
    }
)
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "default": {"AIRFLOW_CONN_MIRRORWIRE_DEFAULT": NEWS},
    "environment": {"AIRFLOW_CONN_MIRRORWIRE_DEFAULT": NEWS, "MIRRORWIRE_DATABASE_URL": URL},
    "named": {"AIRFLOW_CONN_OURS": NEWS, "MIRRORWIRE_CONN_ID": "ours", "MIRRORWIRE_DATABASE_URL": URL},
    "archive": {"AIRFLOW_CONN_MIRRORWIRE_DEFAULT": NEWS, "MIRRORWIRE_ARCHIVE": "/pages"},
    "store": {
        "AIRFLOW_CONN_MIRRORWIRE_DEFAULT": NEWS,
        "AIRFLOW_CONN_STORE": STORE,
        "MIRRORWIRE_ARCHIVE_CONN_ID": "store",
        "AWS_SESSION_TOKEN": "of another identity",
        "AWS_PROFILE": "other",
    },
    "nothing": {},
    "missing": {"MIRRORWIRE_CONN_ID": "gone", "MIRRORWIRE_DATABASE_URL": URL},
    "web": {"MIRRORWIRE_CONN_ID": "web", "AIRFLOW_CONN_WEB": "http://web.example"},
    "iam": {"MIRRORWIRE_CONN_ID": "iam", "AIRFLOW_CONN_IAM": "postgres://news@db.example/news?iam=true"},
    "no store": {"MIRRORWIRE_DATABASE_URL": URL, "MIRRORWIRE_ARCHIVE_CONN_ID": "gone"},
    "folder": {
        "MIRRORWIRE_DATABASE_URL": URL,
        "MIRRORWIRE_ARCHIVE_CONN_ID": "store",
        "AIRFLOW_CONN_STORE": STORE,
    },
    "role": {
        "MIRRORWIRE_DATABASE_URL": URL,
        "MIRRORWIRE_ARCHIVE": "s3://bucket",
        "MIRRORWIRE_ARCHIVE_CONN_ID": "role",
        "AIRFLOW_CONN_ROLE": json.dumps({"conn_type": "aws", "extra": {"role_arn": "arn:aws:iam::1:role/x"}}),
    },
}
URIS = {
    "mirrorwire://courier/articles": "mirrorwire://courier/articles",
    "MIRRORWIRE://courier/days/": "mirrorwire://courier/days",
    "mirrorwire://courier/day": "mirrorwire://courier/day is no asset",
    "mirrorwire://Courier/days": "mirrorwire://Courier/days is no asset",
    "mirrorwire://courier/days?day=2026-11-22": "mirrorwire://courier/days?day=2026-11-22 is no asset",
    "mirrorwire:///days": "mirrorwire:/days is no asset",
}


def probe(home: Path, order: dict[str, Any], **more: str) -> dict[str, Any]:
    env = {
        name: value
        for name, value in environment(Settings(home=home)).items()
        if name not in ("MIRRORWIRE_DATABASE_URL", "MIRRORWIRE_ARCHIVE") and not name.startswith("AWS_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.provider_probe"],
        input=json.dumps({"settings": [], "uris": [], "days": [], "ask": None} | order),
        env=env | {"AIRFLOW_HOME": str(home / "airflow")} | more,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def documented_bundles() -> str:
    """The value that docs/airflow.md sets."""
    page = (ROOT / "docs" / "airflow.md").read_text(encoding="utf-8")
    (value,) = re.findall(r"DAG_BUNDLE_CONFIG_LIST='(.+)'", page)
    return str(value)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("provider")
    bundles = {"AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": documented_bundles()}
    own = {"AIRFLOW__CORE__DAGS_FOLDER": str(home / "own"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    order = {"settings": list(ENVIRONMENTS.values()), "uris": list(URIS), "days": [2, 1200]}
    answer = probe(home, order, **bundles, **own)
    return {
        "home": home,
        "bundles": answer["bundles"],
        "announced": answer["announced"],
        "settings": dict(zip(ENVIRONMENTS, answer["settings"], strict=True)),
        "uris": dict(zip(URIS, answer["uris"], strict=True)),
    }


def test_the_line_of_the_docs_serves_ones_own_dags_and_those_of_the_package(answers: dict[str, Any]) -> None:
    assert answers["bundles"] == {"dags-folder": str(answers["home"] / "own"), "mirrorwire": str(ROOT / "dags")}


def test_a_connection_names_the_database_with_libpqs_parameters_and_the_archive(answers: dict[str, Any]) -> None:
    task = answers["settings"]["default"]
    assert task["database"] == {
        "host": "db.example",
        "port": "6432",
        "user": "news",
        "password": "p@ss word",
        "dbname": "articles",
        "sslmode": "verify-full",
    }
    assert task["archive"] == "s3://bucket/pages"
    assert "p@ss" not in task["shown"]


def test_a_connection_that_is_named_comes_first_then_the_environment_then_the_default(answers: dict[str, Any]) -> None:
    hosts = {name: answers["settings"][name]["database"]["host"] for name in ("named", "environment", "default")}
    assert hosts == {"named": "db.example", "environment": "127.0.0.1", "default": "db.example"}
    assert answers["settings"]["environment"]["archive"] == str(answers["home"] / "archive")


def test_the_environments_archive_wins_over_that_in_a_connection(answers: dict[str, Any]) -> None:
    assert answers["settings"]["archive"]["archive"] == "/pages"


def test_a_connection_to_a_store_leaves_nothing_of_another_identity(answers: dict[str, Any]) -> None:
    assert answers["settings"]["store"]["store"] == {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "hush",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": "http://s3.example",
    }


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nothing", "no database is named: add a connection mirrorwire_default of the type Mirrorwire, or set"),
        ("missing", "MIRRORWIRE_CONN_ID names the connection gone, and Airflow has none of that name"),
        ("web", "connection web is of type http: take Mirrorwire, or Postgres"),
        ("iam", "connection iam: iam is not known here, give a password"),
        ("no store", "MIRRORWIRE_ARCHIVE_CONN_ID names the connection gone, and Airflow has none of that name"),
        ("folder", "MIRRORWIRE_ARCHIVE_CONN_ID is for an archive in s3://, and this one is a folder"),
        ("role", "connection role must be of the type aws, with a key"),
    ],
)
def test_a_connection_that_is_missing_or_unfit_is_one_line(answers: dict[str, Any], name: str, line: str) -> None:
    reason = answers["settings"][name]
    assert isinstance(reason, str)
    assert reason.startswith(line)
    assert "\n" not in reason


@pytest.mark.parametrize("uri", URIS)
def test_asset_uris_are_those_that_a_load_updates(answers: dict[str, Any], uri: str) -> None:
    assert answers["uris"][uri].startswith(URIS[uri])


def test_a_load_tells_its_counts_and_each_day_but_no_more_than_a_thousand(answers: dict[str, Any]) -> None:
    few, many = answers["announced"]
    assert few == {
        "articles": {"inserted": 3, "revised": 0, "run": 7},
        "keys": 2,
        "first": "courier|2020-01-01",
    }
    assert (many["keys"], many["first"]) == (1000, "courier|2020-07-19")


def test_the_hook_asks_the_articles_by_itself_and_by_sqlalchemy(database_url: str, tmp_path: Path) -> None:
    words = conninfo_to_dict(database_url)
    fields = {"conn_type": "mirrorwire", "host": words["host"], "schema": words["dbname"], "login": words.get("user")}
    extra = {"archive": "s3://bucket", "connect_timeout": 5}
    answer = probe(tmp_path, {"ask": "ours"}, AIRFLOW_CONN_OURS=json.dumps(fields | {"extra": extra}))
    assert answer["ask"] == {"hook": 0, "engine": 0, "test": True}
