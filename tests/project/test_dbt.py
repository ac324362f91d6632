"""docs/dbt in a project of dbt's: parsed, and its tests and freshness run over what a run loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from mirrorwire.core.config import Settings
from tests.conftest import ROOT
from tests.newsroom import Newsroom

pytestmark = pytest.mark.timeout(900)

SOURCES = ROOT / "docs" / "dbt" / "mirrorwire.yml"
VENV = ROOT / ".venv" / "dbt"
"""It cannot share Airflow's libraries, and is kept from one session to the next."""
PACKAGES = ("dbt-core>=1.10,<1.12", "dbt-postgres>=1.9,<2")
PROJECT = (
    "name: news\nversion: 1.0.0\nprofile: news\nmodel-paths: [models]\nflags: {send_anonymous_usage_stats: false}\n"
)

Dbt = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def program() -> Path:
    """dbt, installed into a virtual environment of its own."""
    program = VENV / "bin" / "dbt"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True, capture_output=True, timeout=120)
        words = [str(VENV / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            pytest.skip(f"dbt cannot be installed: {done.stderr.strip().splitlines()[-1]}")
    return program


@pytest.fixture
def dbt(program: Path, settings: Settings, tmp_path: Path) -> Dbt:
    """Run dbt in a project that has the file of docs/dbt among its models."""
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "models" / SOURCES.name).write_bytes(SOURCES.read_bytes())
    (project / "dbt_project.yml").write_text(PROJECT)
    url = conninfo_to_dict(settings.database_url or "")
    target = {
        "type": "postgres",
        "host": url["host"],
        "port": 5432,
        "user": url.get("user", "postgres"),
        "password": "none",
        "dbname": url["dbname"],
        "schema": "dbt",
        "threads": 1,
    }
    profiles = {"news": {"target": "test", "outputs": {"test": target}}}
    (project / "profiles.yml").write_text(json.dumps(profiles))  # which is YAML too

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), "--no-use-colors", "--warn-error-options", '{"error": ["Deprecations"]}', *words],
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DBT_PROFILES_DIR": str(project)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.mark.slow
def test_dbt_reads_the_sources_and_what_a_run_loaded_passes_their_tests(
    dbt: Dbt, mirrorwire: Callable[..., Any], newsroom: Newsroom, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    listed = dbt("ls", "--resource-type", "source")
    assert listed.returncode == 0, listed.stdout
    for view in ("articles", "revisions", "coverage_by_day", "cluster"):
        assert f"source:news.mirrorwire.{view}" in listed.stdout
    tested = dbt("test", "--select", "source:mirrorwire")
    assert tested.returncode == 0, tested.stdout
    assert " WARN=0 ERROR=0 " in tested.stdout
    fresh = dbt("source", "freshness")
    assert fresh.returncode == 0, fresh.stdout
    assert "PASS freshness of mirrorwire.articles" in fresh.stdout
    rows("UPDATE article SET first_seen_at = first_seen_at - interval '3 days' RETURNING 1")
    stale = dbt("source", "freshness")
    assert stale.returncode == 1
    assert "ERROR STALE freshness of mirrorwire.articles" in stale.stdout
    rows("UPDATE article_version SET published_at = NULL WHERE article_id = 1 RETURNING 1")
    assert " WARN=1 " in dbt("test", "--select", "source:mirrorwire").stdout


def test_the_columns_that_the_sources_name_are_there(rows: Callable[..., list[dict[str, Any]]]) -> None:
    import yaml

    (source,) = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    for table in source["tables"]:
        known = rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = ('mirrorwire.' || %s)::regclass AND attnum > 0",
            table["name"],
        )
        assert {column["name"] for column in table["columns"]} <= {row["attname"] for row in known}
