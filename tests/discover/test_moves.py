"""A publisher that moves: what names its new home is suggested to people, once a path, and never followed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mirrorwire.core.config import Settings, find_source, read_source
from mirrorwire.core.records import Host, Seed, Source
from mirrorwire.extract import extract_page
from mirrorwire.extract.addresses import MAX_NAMES, listed_unknown_origins
from mirrorwire.store import db, suggested_hosts
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
NEW = "https://daily.example.net"
DAILY = Source(
    key="daily",
    name="The Daily",
    language="en",
    timezone="UTC",
    article_url=(r"/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",),
    hosts=(Host(url="https://daily.example"), Host(url="https://daily.example.org", role="mirror")),
    editions=(Host(url="https://fr.daily.example", relation="separate-edition"),),
    seeds=(Seed(kind="feed", path="/rss.xml"),),
)
PAGE = "https://daily.example/Detail/2026/11/20/7/story"


@pytest.fixture
def mirror() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


def published(settings: Settings, daily: Publisher, *mirrors: Publisher, articles: int = 4) -> None:
    """A source file, and a sitemap of articles that stand on each of its hosts."""
    source_file(settings.home / "sources", daily, *mirrors, seeds=(("sitemap", "/map.xml"),))
    daily.sitemap("/map.xml", *((daily.page(n), None) for n in range(1, articles + 1)), etag=False)
    for each in mirrors:
        each.routes.update(daily.routes)


def suggested(mirrorwire: Run) -> dict[str, dict[str, int]]:
    (row,) = json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
    return {each["origin"]: each["named_by"] for each in row["suggested_hosts"]}


@pytest.mark.parametrize("status", [301, 308])
def test_a_host_that_redirects_for_good_is_suggested_and_not_followed(
    settings: Settings, daily: Publisher, mirror: Publisher, mirrorwire: Run, rows: Rows, status: int
) -> None:
    with publishing() as new:
        published(settings, daily, mirror)
        new.routes.update(daily.routes)
        for path in [*daily.routes, "/"]:
            daily.routes[path] = Reply(status=status, headers=(("Location", new.url + path),))
        ingest(settings, revisit=True)
        ingest(settings, revisit=True)
        assert new.asked == []
        assert suggested(mirrorwire)[new.url]["redirect"] >= 3
        assert len(rows("SELECT * FROM articles")) == 4

        done = mirrorwire("hosts", "add", "daily", new.url)
        assert done.code == 0 and f"{new.url} is a mirror from the next run on" in done.err
        assert suggested(mirrorwire) == {}, "a listed host is no suggestion"
        mirrorwire("hosts", "probe", "daily")
        assert new.asked, "the redirect to a listed host is followed"
        assert len(rows("SELECT * FROM articles")) == 4


def test_a_redirect_for_now_or_of_two_pages_suggests_nothing(
    settings: Settings, daily: Publisher, mirrorwire: Run
) -> None:
    published(settings, daily)
    pages = [path for path in daily.routes if path.startswith("/Detail/")]
    for n, path in enumerate(pages):
        daily.routes[path] = Reply(status=301 if n < 2 else 302, headers=(("Location", NEW + path),))
    ingest(settings, revisit=True)
    assert suggested(mirrorwire) == {}


def test_the_front_pages_redirect_alone_is_enough(settings: Settings, daily: Publisher, mirrorwire: Run) -> None:
    published(settings, daily)
    daily.routes["/"] = Reply(status=301, headers=(("Location", f"{NEW}/en/"),))
    mirrorwire("hosts", "probe", "daily")
    assert suggested(mirrorwire) == {NEW: {"redirect": 1}}


def test_canonical_links_elsewhere_are_counted_a_path_however_often_it_is_read(
    settings: Settings, daily: Publisher, mirror: Publisher, mirrorwire: Run
) -> None:
    published(settings, daily, mirror)
    for n in range(1, 5):
        path = f"/Detail/2026/11/20/{n}/story"
        named = article(n).replace("</head>", f'<link rel="canonical" href="{NEW}{path}"></head>')
        daily.routes[path] = Reply(body=named.encode())
    ingest(settings, revisit=True)
    assert suggested(mirrorwire) == {NEW: {"canonical": 4}}
    ingest(settings, revisit=True)
    assert mirrorwire("extract", "daily").code in (0, 2)
    assert suggested(mirrorwire) == {NEW: {"canonical": 4}}

    shown = mirrorwire("status", "daily", "--format", "table").out
    assert "mirrorwire hosts add" in shown and NEW in shown
    assert mirrorwire("hosts", "dismiss", "daily", NEW).code == 0
    ingest(settings, revisit=True)
    assert suggested(mirrorwire) == {}


def unknown_origins(**page: str) -> tuple[tuple[str, str], ...]:
    head = page.get("head", "")
    html = article(7).replace("</head>", f"{head}</head>").replace("</article>", f"{page.get('tail', '')}</article>")
    found = extract_page(
        html.encode(), url=PAGE, content_type="text/html; charset=utf-8", source=DAILY, fetched_at=None
    )
    return found.unknown_origins


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f'<link rel="canonical" href="{NEW}/Detail/2026/11/20/7/story">', NEW),
        (f'<link rel="canonical" href="{NEW}/Detail/2026/11/20/7/another-slug">', NEW),
        (f'<meta property="og:url" content="{NEW}/Detail/2026/11/20/7/story">', NEW),
        ('<link rel="canonical" href="https://agency.example/politics/88123">', None),
        ('<link rel="canonical" href="https://www.daily.example/Detail/2026/11/20/7/story">', None),
        ('<link rel="canonical" href="http://daily.example.org/Detail/2026/11/20/7/story">', None),
        ('<link rel="canonical" href="https://fr.daily.example/Detail/2026/11/20/7/story">', None),
        ('<link rel="canonical" href="/Detail/2026/11/20/7/story">', None),
        ('<link rel="canonical" href="javascript:alert(1)//Detail/2026/11/20/7/story">', None),
        (f'<link rel="canonical" href="{NEW}/">', None),
    ],
)
def test_a_canonical_link_names_a_new_home_by_the_same_path_or_id(head: str, expected: str | None) -> None:
    assert unknown_origins(head=head) == ((("canonical", expected),) if expected else ())


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (
            "The Daily can also be read at the following alternate addresses: www.daily.example daily.example.net "
            "daily.example.org",
            [NEW],
        ),
        ("Our website can be accessed at these alternate addresses: https://daily.example.net/ or www.dly.test", None),
        ("Nuestro sitio tiene otras direcciones: daily.example.net", [NEW]),
        ("Unsere weiteren Adressen: daily.example.net", [NEW]),
        ("Наш сайт доступен по другим адресам: daily.example.net", [NEW]),
        ("The company sells the domain daily.example.net to the highest bidder, said an officer on Friday.", []),
        ("Write to news@daily.example.net, or see our other address book.", []),
    ],
)
def test_a_list_of_alternate_addresses_names_new_homes(tail: str, expected: list[str] | None) -> None:
    names = [NEW, "https://www.dly.test"] if expected is None else expected
    assert unknown_origins(tail=f"<p>{tail}</p>") == tuple(("address", name) for name in names)


def test_a_hostile_list_names_few_and_costs_little() -> None:
    listed = " ".join(f"a{n}.example" for n in range(40))
    assert len(listed_unknown_origins(f"alternate addresses: {listed}", DAILY)) == MAX_NAMES
    text = "other addresses: " * 3000 + "a.b.c.d.e.f." * 3000
    began = time.process_time()
    listed_unknown_origins(text, DAILY)
    assert time.process_time() - began < 1


def test_a_source_keeps_no_more_names_than_a_person_would_read(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    published(settings, daily, articles=1)
    ingest(settings, revisit=True)
    with db.connect(settings.database_url) as conn:
        for n in range(suggested_hosts.MAX_ORIGINS + 5):
            suggested_hosts.note(conn, "daily", f"https://n{n}.example", "address", PAGE)
        for n in range(suggested_hosts.MAX_PATHS + 5):
            suggested_hosts.note(conn, "daily", "https://n0.example", "address", f"https://daily.example/{n}")
    (found,) = rows(
        "SELECT count(DISTINCT origin) AS origins, count(*) FILTER (WHERE origin = 'https://n0.example') AS paths"
        " FROM suggestion"
    )
    assert found == {"origins": suggested_hosts.MAX_ORIGINS, "paths": suggested_hosts.MAX_PATHS}


def test_a_bundled_source_is_copied_before_a_host_is_added(
    mirrorwire: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.sources is not None
    assert not (settings.sources / "presstv.toml").exists()
    before = [host.url for host in find_source(settings, "presstv").hosts if host.role != "archive"]
    assert mirrorwire("hosts", "add", "presstv", "https://presstv.example.net", "--role", "mirror").code == 0
    mine = read_source(settings.sources / "presstv.toml")
    living = [host.url for host in mine.hosts if host.role != "archive"]
    assert living == [*before, "https://presstv.example.net"]
    assert [*settings.sources.glob("**/*presstv*")] == [settings.sources / "presstv.toml"], "no draft is left"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "daily", "daily.example.net"), "url"),
        (("add", "daily", 'https://a.example"\nrole = "archive'), "url"),
        (("add", "daily", "{daily}"), "twice"),
        (("add", "nobody", NEW), "nobody"),
        (("dismiss", "daily", "daily.example.net"), "daily.example.net"),
    ],
)
def test_what_cannot_be_added_is_told_in_one_line_and_changes_nothing(
    mirrorwire: Run, settings: Settings, daily: Publisher, words: tuple[str, ...], said: str
) -> None:
    published(settings, daily)
    path = settings.home / "sources" / "daily.toml"
    before = path.read_bytes()
    done = mirrorwire("hosts", *(word.format(daily=daily.url) if word == "{daily}" else word for word in words))
    assert done.code == 2
    assert said in done.err and done.err.count("\n") == 1
    assert path.read_bytes() == before
    assert not [each for each in path.parent.iterdir() if each.suffix != ".toml"], "no draft is left"
