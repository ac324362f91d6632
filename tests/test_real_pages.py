"""Real pages of real publishers, served over HTTP and ingested through the DAG: each an article, or said why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from etl.config import Settings
from tests.newsroom import Newsroom
from tests.test_dags import airflow  # noqa: F401 - a fixture

SOURCE = """
key = "pages"
name = "Saved pages"
timezone = "UTC"
article_url = "^/pages/(?P<id>[^/]+)\\\\.html$"
delay_s = 0
allow_private = true
[[hosts]]
url = "{origin}"
[[seeds]]
kind = "sitemap"
path = "/sitemap.xml"
"""


@pytest.fixture
def manifest(shared: Path) -> Path:
    return shared / "corpora" / "news" / "gold.jsonl"


@pytest.fixture
def newsroom(manifest: Path) -> Iterator[Newsroom]:
    with Newsroom(manifest=manifest) as found:
        yield found


@pytest.fixture
def settings(database_url: str, newsroom: Newsroom, tmp_path: Path) -> Settings:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "pages.toml").write_text(SOURCE.format(origin=newsroom.primary.origin))
    return Settings(home=tmp_path, database_url=database_url, sources=sources, archive=str(tmp_path / "archive"))


COUNTS = """
SELECT (SELECT count(*) FROM link) AS links,
       (SELECT count(*) FROM capture WHERE link_id IS NOT NULL) AS captures,
       (SELECT count(*) FROM article) + (SELECT count(DISTINCT link_id) FROM rejection) AS answered,
       (SELECT count(*) FROM article) AS articles,
       (SELECT md5(string_agg(v::text, '' ORDER BY v.article_id, v.version)) FROM article_version v) AS content
"""


@pytest.mark.slow
def test_every_real_page_is_an_article_or_a_rejection_and_a_second_run_changes_nothing(
    airflow: Callable[..., Any],  # noqa: F811
    rows: Callable[..., list[dict[str, Any]]],
    newsroom: Newsroom,
    manifest: Path,
) -> None:
    pages = {json.loads(line)["id"] for line in manifest.read_text(encoding="utf-8").splitlines()}
    (done,) = airflow("ingest_pages")
    assert done["state"] == "success", done
    (first,) = rows(COUNTS)
    assert first["links"] == first["captures"] == first["answered"] == len(pages) == 122
    assert first["articles"] >= 118
    assert all(row["reason"] for row in rows("SELECT verdict || evidence::text AS reason FROM rejection"))

    newsroom.primary.requests.clear()
    (again,) = airflow("ingest_pages")
    assert again["state"] == "success"
    assert rows(COUNTS) == [first]
    assert [request.path for request in newsroom.primary.requests if request.path.startswith("/pages/")] == []
