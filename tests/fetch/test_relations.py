"""Mirrors whose articles stand at other paths: read under the primary's keys, from whichever host serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
TWIN = """relation = "same-id"
article_path = "/news/{id}"
article_url = "^/news/(?P<id>\\\\d+)$"
"""


@pytest.fixture
def twin() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


def published(settings: Settings, daily: Publisher, twin: Publisher) -> None:
    path = source_file(settings.home / "sources", daily, twin, seeds=(("sitemap", "/map.xml"),))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('role = "mirror"\n', f'role = "mirror"\n{TWIN}'), encoding="utf-8")
    daily.sitemap("/map.xml", *((daily.page(n), None) for n in range(1, 6)))
    for n in range(1, 6):
        twin.routes[f"/news/{n}"] = Reply(body=article(n).encode())


def test_a_mirror_of_other_paths_serves_the_primarys_articles_under_their_keys(
    settings: Settings, daily: Publisher, twin: Publisher, rows: Rows
) -> None:
    published(settings, daily, twin)
    for n in range(1, 6):
        daily.routes[f"/Detail/2026/11/20/{n}/story"] = Reply(status=500)
    assert ingest(settings, revisit=True).left == []
    assert sorted(twin.paths("/news/")) == [f"/news/{n}" for n in range(1, 6)]
    assert not twin.paths("/Detail/"), "nobody asks it for paths that it does not have"
    found = rows("SELECT article_key, canonical_url, served_by FROM articles ORDER BY article_key")
    assert [row["article_key"] for row in found] == [f"daily:{n}" for n in range(1, 6)]
    assert {row["canonical_url"].partition("/Detail")[0] for row in found} == {daily.url}
    assert {row["served_by"] for row in found} == {twin.url}

    for n in range(1, 6):
        daily.page(n)
    rows("DELETE FROM breaker RETURNING 1")
    ingest(settings, revisit=True)
    assert [row["version"] for row in rows("SELECT version FROM articles")] == [1] * 5


def test_links_of_such_a_mirror_are_known_by_the_same_keys(
    settings: Settings, daily: Publisher, twin: Publisher, rows: Rows
) -> None:
    published(settings, daily, twin)
    ingest(settings, revisit=True)
    daily.routes["/map.xml"] = Reply(status=500)
    twin.sitemap("/map.xml", *((f"/news/{n}", None) for n in range(1, 6)))
    ingest(settings, revisit=True)
    assert len(rows("SELECT 1 FROM link")) == len(rows("SELECT 1 FROM articles")) == 5


def test_a_separate_edition_is_never_asked(settings: Settings, daily: Publisher, twin: Publisher, rows: Rows) -> None:
    published(settings, daily, twin)
    path: Path = settings.home / "sources" / "daily.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(TWIN, 'relation = "separate-edition"\n'), encoding="utf-8")
    daily.routes["/Detail/2026/11/20/1/story"] = Reply(status=500)
    ingest(settings, revisit=True)
    assert twin.asked == []
    assert len(rows("SELECT 1 FROM articles")) == 4
