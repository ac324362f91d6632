"""Feeds of the wild through a whole pass, over HTTP and into Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import passes
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
TITLE = "Совет гавани решил заново построить пирс"


def keyless(settings: Settings, *hosts: Publisher, pattern: str | None = None) -> None:
    """Write a source file without `article_url`, or with this one."""
    path = source_file(settings.home / "sources", *hosts, seeds=(("feed", "/rss.xml"),))
    lines = [line for line in path.read_text().splitlines() if not line.startswith("article_url")]
    lines[5:5] = [f"article_url = '{pattern}'"] if pattern else []
    path.write_text("\n".join(lines) + "\n")


def items(*links: str) -> bytes:
    listed = "".join(f"<item><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{listed}</channel></rss>'.encode()


def loaded(rows: Rows) -> list[str]:
    return [row["article_key"] for row in rows("SELECT article_key FROM articles ORDER BY 1")]


def done(settings: Settings) -> passes.PassResult:
    found = ingest(settings, live=True)
    assert found.failures == ()
    return found


def test_a_title_in_the_charset_of_the_header_alone_is_the_pages_so_that_no_mirror_is_asked(
    settings: Settings, rows: Rows
) -> None:
    with publishing() as daily, publishing() as mirror:
        source_file(settings.home / "sources", daily, mirror, seeds=(("feed", "/rss.xml"),))
        body = f'<?xml version="1.0"?><rss><channel><item><title>{TITLE}</title><link>{daily.page(1)}</link></item>'
        daily.routes["/rss.xml"] = Reply(
            body=f"{body}</channel></rss>".encode("cp1251"),
            headers=(("Content-Type", "text/xml; charset=windows-1251"),),
        )
        daily.routes[daily.page(1)] = Reply(body=article(1).replace("Story number 1", TITLE).encode())
        done(settings)
        assert [row["title"] for row in rows("SELECT title FROM link_hint")] == [TITLE]
        assert loaded(rows) == ["daily:1"]
        assert mirror.paths() == []


@pytest.mark.parametrize("pattern", [None, r"^/news\.php"])
def test_articles_that_only_a_query_tells_apart_are_all_loaded_and_fetched_once(
    settings: Settings, rows: Rows, pattern: str | None
) -> None:
    with publishing() as daily:
        keyless(settings, daily, pattern=pattern)
        links = [f"/news.php?id={n}" for n in range(100, 105)]
        for n, link in enumerate(links):
            daily.routes[link] = Reply(body=article(n).encode())
        daily.routes["/rss.xml"] = Reply(body=items(*(f"{link}&amp;utm_source=rss" for link in links)))
        for _ in range(2):
            done(settings)
        assert loaded(rows) == [f"daily:{link}" for link in links]
        assert sorted(daily.paths("/news.php")) == links


def test_a_page_that_goes_without_what_its_feed_adds_to_the_link_is_the_article(settings: Settings, rows: Rows) -> None:
    with publishing() as daily:
        keyless(settings, daily, pattern=r"^/story/")
        canonical = f'<link rel="canonical" href="{daily.url}/story/one-of-many"></head>'
        daily.routes["/story/one-of-many"] = Reply(body=article(1).replace("</head>", canonical).encode())
        daily.routes["/story/one-of-many?from=feed"] = Reply(status=301, headers=(("Location", "/story/one-of-many"),))
        daily.routes["/rss.xml"] = Reply(body=items("/story/one-of-many?from=feed"))
        done(settings)
        assert loaded(rows) == ["daily:/story/one-of-many?from=feed"]


def test_sources_check_names_the_patterns_that_have_no_id(settings: Settings, mirrorwire: Callable[..., Ran]) -> None:
    with publishing() as daily:
        keyless(settings, daily, pattern=r"^/news\.php")
    ran = mirrorwire("sources", "check", str(settings.home / "sources" / "daily.toml"))
    assert ran.code == 0
    assert "article_url[1] has no group id: path and query are the key of what it matches" in ran.err
