"""An upgrade by the guide: the image of the commit before, with data in it, and then the one of this checkout.

It builds a second image and starts the stack twice, so it runs only where MIRRORWIRE_TEST_CONTAINERS is `all`.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest

from mirrorwire.store import db, migrate
from tests.conftest import ROOT, courier_file
from tests.containers.deployed import Deployed, guide_lines
from tests.containers.engine import WANTED, checkout
from tests.containers.test_stack import BACKFILL, INGEST, SINCE, UNTIL, backfill
from tests.demo.command import wait_for_dags, wait_for_runs
from tests.newsroom import Newsroom

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.containers,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(os.environ.get(WANTED) != "all", reason=f"takes four minutes: set {WANTED}=all"),
]

BEFORE = "HEAD^"
ARTICLES = "SELECT article_key, version, title, text, canonical_url, published_at FROM articles ORDER BY article_key"


def is_known(ref: str) -> bool:
    """Whether this checkout has a commit; one of the newest commit alone has none before it."""
    asked = ["git", "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, timeout=10, check=False).returncode == 0


def articles(deployed: Deployed) -> list[tuple[Any, ...]]:
    """What is stored of each article."""
    with db.connect(deployed.database_url) as conn:
        return conn.execute(ARTICLES.encode()).fetchall()


def test_what_the_image_of_the_commit_before_loaded_is_kept_and_is_added_to(
    deployed: Deployed, publisher: Newsroom
) -> None:
    if not is_known(BEFORE):
        pytest.skip("this checkout has no commit before its newest")
    deployed.remove()
    checkout(deployed.folder, ref=BEFORE)
    deployed.shell("docker compose up --build --detach --wait")
    courier_file(deployed.folder / "sources", publisher)
    api = deployed.connected()
    wait_for_dags(api, INGEST, BACKFILL)
    api.patch(f"/dags/{INGEST}", {"is_paused": False})
    wait_for_runs(api, INGEST, 1, print)
    api.patch(f"/dags/{INGEST}", {"is_paused": True})
    loaded = articles(deployed)
    assert loaded

    checkout(deployed.folder)
    deployed.shell(*guide_lines(r"^docker compose (build|stop)$"))
    deployed.shell(*guide_lines(r"^docker compose up --detach --wait$"))
    assert migrate.is_current(deployed.database_url)
    assert articles(deployed) == loaded
    wait_for_runs(deployed.connected(), BACKFILL, backfill(deployed.connected(), SINCE, UNTIL), print)
    rows = articles(deployed)
    assert len(rows) > len(loaded)
    assert [row for row in rows if row in loaded] == loaded
