"""Real pages of a thousand publishers that nobody here made, as one source, through a whole pass."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.records import BLOCK_PAGES
from mirrorwire.pipeline import passes
from tests.pipeline.test_pipeline import Rows
from tests.support.ingest import ingest
from tests.support.publisher import SITEMAP, Publisher, Reply, publishing

PATTERN = "article_url = '^/page/(?P<id>[\\w-]+)$'"


@pytest.fixture
def wild(shared: Path, settings: Settings, request: pytest.FixtureRequest) -> Iterator[Publisher]:
    """Every nth of the pages behind a sitemap, as the source `daily`; skips where they are not there."""
    folder = shared / "corpora" / "wild"
    if not folder.is_dir():
        pytest.skip("no ../shared/corpora/wild: the real pages are not part of the repository")
    with publishing() as publisher:
        for gold in sorted(folder.glob("*/gold.jsonl")):
            numbered = enumerate(gold.read_text(encoding="utf-8").rstrip("\n").split("\n"))
            for n, line in islice(numbered, 0, None, request.param):
                body = (gold.parent / json.loads(line)["file"]).read_bytes()
                path = f"/page/{gold.parent.name}-{n}"
                publisher.routes[path] = Reply(body=gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        locs = "".join(f"<url><loc>{publisher.url}{path}</loc></url>" for path in publisher.routes)
        publisher.routes["/sitemap.xml"] = Reply(body=f"<urlset {SITEMAP}>{locs}</urlset>".encode())
        publisher.routes["/robots.txt"] = Reply(status=404)
        lines = ['key = "daily"', 'name = "Everybody"', 'timezone = "UTC"', "allow_private = true", "delay_s = 0"]
        lines += [PATTERN, "[[hosts]]", f'url = "{publisher.url}"', 'role = "primary"']
        lines += ["[[seeds]]", 'kind = "sitemap"', 'path = "/sitemap.xml"']
        (settings.sources or Path()).joinpath("daily.toml").write_text("\n".join(lines), encoding="utf-8")
        yield publisher


@pytest.mark.parametrize(
    ("wild", "at_least"),
    [
        pytest.param(40, 50, id="one in forty"),
        pytest.param(1, 2000, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
    indirect=["wild"],
)
def test_every_real_page_is_an_article_or_a_rejection_and_is_fetched_once(
    wild: Publisher, settings: Settings, rows: Rows, at_least: int
) -> None:
    pages = {path for path in wild.routes if path.startswith("/page/")}
    assert len(pages) > at_least
    done: passes.PassResult = ingest(settings)
    assert done.failures == (), done.failures
    assert done.bugs == []
    found = {
        row["url"].removeprefix(wild.url): row
        for row in rows(
            "SELECT l.url, a.link_id IS NOT NULL AS is_article, r.verdicts "
            "FROM link l LEFT JOIN article a USING (link_id) LEFT JOIN "
            "(SELECT link_id, array_agg(verdict) AS verdicts FROM rejection GROUP BY 1) r USING (link_id)"
        )
    }
    assert found.keys() == pages
    assert [path for path, row in found.items() if not row["is_article"] and not row["verdicts"]] == []
    assert sum(row["is_article"] for row in found.values()) > 0.6 * len(pages)
    # A page of a log-in, of consent or of "not found" may give way to another yet: those alone are asked for again.
    waiting = {link["url"].removeprefix(wild.url) for link in done.left}
    assert all(set(found[path]["verdicts"]) <= BLOCK_PAGES | {"not_found"} for path in waiting)
    assert len(waiting) < 1 + 0.03 * len(pages)
    asked = Counter(wild.paths("/page/"))
    assert {path for path, times in asked.items() if times > 1} <= waiting
    so_far = len(wild.asked)
    assert ingest(settings).failures == ()
    assert {request.path for request in wild.asked[so_far:] if request.path in pages} <= waiting
