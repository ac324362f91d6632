"""Suspect pages from their hosts to the article: loaded where nothing better is to be had, sure once something is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.load import articles
from mirrorwire.store import db, extractions
from tests.conftest import Ran
from tests.pipeline.test_isolation import ingest
from tests.pipeline.test_pipeline import Rows
from tests.support.publisher import SITEMAP, Publisher, Reply, publishing

Command = Callable[..., Ran]
PATH = "/Detail/2026/11/20/1/the-harbour-reopens-after-the-winter-storm"
NOTICE = "<p>This domain has been seized by order of a court.</p>"
STATED = (
    '<meta property="og:type" content="article">'
    '<meta property="article:published_time" content="2026-11-20T08:00:00+00:00">'
)
WORDS = "The harbour has been closed to all ships since this morning, the master said. "
DOUBT = "the words of a notice, under the heading that its URL names"
VERSIONS = "SELECT version, verdict, doubts, text FROM article_version ORDER BY version"


def page(*, is_sure: bool, text: str = WORDS * 3) -> Reply:
    """An article; the suspect one holds the words of a notice under the heading that its URL names."""
    heading = "The harbour reopens after the winter storm"
    head = f"<head><title>{heading}</title>{STATED if is_sure else ''}</head>"
    body = f"<h1>{heading}</h1>{'' if is_sure else NOTICE}<p>{text}</p><p>{text}</p>"
    return Reply(body=f"<!DOCTYPE html><html>{head}<body><article>{body}</article></body></html>".encode())


@pytest.fixture
def hosts(settings: Settings) -> Iterator[list[Publisher]]:
    """The primary and the mirror of the source `daily`, whose sitemap lists one article; both serve a suspect page."""
    with ExitStack() as stack:
        found = [stack.enter_context(publishing()) for _ in range(2)]
        sitemap = f"<urlset {SITEMAP}><url><loc>{found[0].url}{PATH}</loc></url></urlset>"
        lines = ['key = "daily"', 'name = "Daily"', 'timezone = "UTC"', "allow_private = true", "delay_s = 0"]
        lines.append("article_url = '/Detail/(?P<date>\\d{4}/\\d{2}/\\d{2})/(?P<id>\\d+)(/|$)'")
        for publisher, role in zip(found, ("primary", "mirror"), strict=True):
            publisher.routes["/sitemap.xml"] = Reply(body=sitemap.encode())
            publisher.routes[PATH] = page(is_sure=False)
            lines += ["[[hosts]]", f'url = "{publisher.url}"', f'role = "{role}"']
        lines += ["[[seeds]]", 'kind = "sitemap"', 'path = "/sitemap.xml"']
        (settings.sources or Path()).joinpath("daily.toml").write_text("\n".join(lines), encoding="utf-8")
        yield found


def test_a_suspect_page_is_loaded_and_marked_where_no_host_has_better(
    hosts: list[Publisher], settings: Settings, rows: Rows, mirrorwire: Command
) -> None:
    done = ingest(settings)
    assert (done.failures, done.left, done.counts["inserted"], done.counts["suspect"]) == ((), [], 1, 1)
    assert [host.paths("/Detail") for host in hosts] == [[PATH], [PATH]], "each was asked for a better one"
    (article,) = rows("SELECT verdict, doubts, served_by FROM articles")
    assert article == {"verdict": "suspect", "doubts": [DOUBT], "served_by": hosts[0].url}
    (exported,) = map(json.loads, mirrorwire("export", "daily", "--format", "jsonl").out.splitlines())
    assert (exported["verdict"], exported["doubts"]) == ("suspect", [DOUBT])
    assert mirrorwire("export", "daily", "--sure", "--format", "jsonl").out == ""
    (hit,) = map(json.loads, mirrorwire("search", "harbour", "--format", "jsonl").out.splitlines())
    assert (hit["verdict"], hit["doubts"]) == ("suspect", [DOUBT])
    assert mirrorwire("search", "harbour", "--sure", "--format", "jsonl").out == ""
    listed = mirrorwire("rejections", "daily", "--verdict", "suspect", "--format", "jsonl").out.splitlines()
    assert [(row["verdict"], row["loaded"]) for row in map(json.loads, listed)] == [("suspect", True)]
    assert "1 article, of them 1 suspect" in mirrorwire("status", "daily", "--format", "table").out
    assert mirrorwire("ingest", "daily").code == 0


def test_a_sure_page_of_another_host_is_the_article(hosts: list[Publisher], settings: Settings, rows: Rows) -> None:
    hosts[1].routes[PATH] = page(is_sure=True)
    assert ingest(settings).counts["inserted"] == 1
    (article,) = rows("SELECT verdict, doubts, served_by FROM articles")
    assert article == {"verdict": "article", "doubts": [], "served_by": hosts[1].url}


def test_a_sure_page_that_comes_later_is_the_next_version(
    hosts: list[Publisher], settings: Settings, rows: Rows
) -> None:
    ingest(settings)
    hosts[1].routes[PATH] = page(is_sure=True)
    assert ingest(settings, revisit=True).counts["revised"] == 1
    assert [(row["version"], row["verdict"]) for row in rows(VERSIONS)] == [(1, "suspect"), (2, "article")]
    (article,) = rows("SELECT a.verdict, g.suspect FROM articles a JOIN signature g USING (article_key)")
    assert article == {"verdict": "article", "suspect": False}


def test_a_suspect_page_of_a_sure_article_makes_no_version_and_is_noted(
    hosts: list[Publisher], settings: Settings, rows: Rows
) -> None:
    hosts[0].routes[PATH] = page(is_sure=True)
    ingest(settings)
    before = rows("SELECT * FROM article"), rows(VERSIONS), rows("SELECT * FROM signature")
    hosts[0].routes[PATH] = page(is_sure=False)
    done = ingest(settings, revisit=True)
    assert (done.counts["suspect"], done.counts["revised"], done.counts["unchanged"]) == (1, 0, 1)
    assert (rows("SELECT * FROM article"), rows(VERSIONS), rows("SELECT * FROM signature")) == before
    assert [row["verdict"] for row in rows("SELECT verdict FROM rejection")] == ["suspect"]


def test_a_suspect_that_a_person_accepts_is_sure(hosts: list[Publisher], settings: Settings, rows: Rows) -> None:
    ingest(settings)
    (noted,) = rows("SELECT capture_id FROM rejection")
    with db.connect(settings.database_url or "") as conn:
        assert extractions.accept(conn, [noted["capture_id"]], "daily") == [noted["capture_id"]]
    ingest(settings)
    assert [(row["version"], row["verdict"], row["doubts"]) for row in rows(VERSIONS)] == [(1, "article", [])]
    assert rows("SELECT 1 AS n FROM rejection") == []


class Killed(BaseException):
    """Stands for the end of the process: no wall catches it, and its transaction is rolled back."""


@pytest.mark.parametrize("place", ["write_versions", "write_lists", "_settle"])
def test_a_loader_that_is_killed_at_a_suspect_and_run_again_gives_the_same_rows(
    hosts: list[Publisher], settings: Settings, rows: Rows, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def killed(*args: Any, **given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(articles, place, killed)
        ingest(settings)
    assert rows("SELECT 1 AS n FROM article") == []
    assert ingest(settings).counts["inserted"] == 1
    (version,) = rows(VERSIONS)
    assert (version["version"], version["verdict"], version["doubts"]) == (1, "suspect", [DOUBT])
