"""`sources new`: drafts over real sockets, what a site may do to it, and the pattern that its URLs give."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.cli import cli
from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.errors import SeedUnreadable, WrongUse
from mirrorwire.core.urls import canonical_url
from mirrorwire.seed_formats.front import offset_in, read_front
from mirrorwire.seed_formats.shapes import Shapes, induce, searched
from mirrorwire.source_tools import NothingToDraft, survey
from tests.conftest import NEWSROOM_DAY, ROOT, Ran, environment
from tests.newsroom import Newsroom
from tests.support.command_forks import CommandForks
from tests.support.publisher import Reply, feed, publishing
from tests.support.sites import QUICK, Site, answer, dead_port, raw, redirect

Run = Callable[..., Ran]
PAGE = b"<!doctype html><html lang='en'><head><title>Daily</title></head><body><h1>Daily</h1></body></html>"


@pytest.fixture
def alone(tmp_path: Path, forks: CommandForks) -> Run:
    """Run the command line with no database anywhere; what it keeps would lie in `tmp_path/home`."""

    def run(*words: str) -> Ran:
        env = environment(Settings(home=tmp_path / "home", archive=str(tmp_path / "home" / "archive")))
        done = forks.run(words, env)
        assert not (tmp_path / "home").exists()
        return done

    return run


@pytest.fixture
def new(alone: Run) -> Run:
    return lambda url, *words: alone("sources", "new", url, "--allow-private", "--delay", "0", *words)


def one_line(done: Ran) -> str:
    """The one line that a failure is told by."""
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    assert done.out == ""
    return lines[0]


def with_head(head: str, body: str = "") -> bytes:
    return f"<!doctype html><html lang='en-GB'><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("page", ["/", "an article"])
@pytest.mark.parametrize("role", ["primary", "mirror"])
def test_a_draft_of_the_newsroom_is_right_and_reads_its_articles(
    alone: Run, new: Run, tmp_path: Path, page: str, role: str
) -> None:
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        origin = getattr(newsroom, role).origin
        file = tmp_path / "mine.toml"
        path = newsroom.articles[3].path if page != "/" else "/"
        drafted = new(origin + path, "--output", str(file))
        assert (drafted.code, drafted.out) == (0, ""), drafted.err
        assert f"article_url matches {len(newsroom.articles)} of the {len(newsroom.articles)} URLs seen" in drafted.err
        assert alone("sources", "check", str(file)).code == 0
        source = read_source(file)
        assert (source.key, source.name, source.language, source.timezone) == (
            "mine",
            "The Sample Courier",
            "en",
            "Asia/Tehran",
        )
        assert [seed.name for seed in source.seeds] == ["/rss.xml", "/sitemap.xml"]
        assert source.primary.url == origin
        if role == "mirror":  # what it serves names the primary: that is suggested, and needed
            assert f"to {newsroom.primary.origin}" in drafted.err
            text = file.read_text(encoding="utf-8")
            assert f'# url = "{newsroom.primary.origin}"' in text
            file.write_text(re.sub(r"^# (?=\[\[hosts|url = |role = )", "", text, flags=re.M), encoding="utf-8")
        tried = alone("sources", "try", str(file), "--limit", "3", "--format", "jsonl")
        assert tried.code == 0, tried.err
        rows = [json.loads(line) for line in tried.out.splitlines()]
        titles = {f"mine:{each.id}": each.title for each in newsroom.articles}
        assert len(rows) == 3 + (role == "mirror")  # the last one is the first article from the other host
        assert all(titles[row["key"]] == row["title"] and row["verdict"] == "article" for row in rows)


def test_without_a_file_the_draft_goes_to_stdout_and_the_rest_to_stderr(new: Run, tmp_path: Path) -> None:
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        done = new(newsroom.primary.origin, "--key", "courier2")
    (tmp_path / "courier2.toml").write_text(done.out, encoding="utf-8")
    assert read_source(tmp_path / "courier2.toml").primary.url == newsroom.primary.origin
    assert "verify it" in done.err


def test_what_robots_txt_asks_for_is_obeyed_and_written_down(new: Run, tmp_path: Path) -> None:
    with publishing() as site:
        site.routes["/"] = Reply(body=PAGE)
        site.routes["/robots.txt"] = Reply(
            body=f"User-agent: *\nCrawl-delay: 0.4\nDisallow: /rss.xml\nSitemap: {site.url}/map.xml\n".encode()
        )
        site.sitemap("/map.xml", *((f"/a/story-of-{n}/{32680000 + n}.html", None) for n in range(9)))
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
        assert done.code == 0, done.err
        times = [asked.at_s for asked in site.asked if asked.path != "/robots.txt"]
    source = read_source(tmp_path / "mine.toml")
    assert source.delay_s == 0.4
    assert [seed.name for seed in source.seeds] == ["/map.xml"]
    assert "/rss.xml" not in site.paths()
    assert all(later - earlier > 0.35 for earlier, later in pairwise(times))
    assert source.article_url == (r"^/a/([^/?]+/)*(?P<id>\d+)\.html(\?|$)",)


def test_robots_txt_may_name_a_sitemap_twice_and_hundreds(new: Run, tmp_path: Path) -> None:
    with publishing() as site:
        site.routes["/"] = Reply(body=PAGE)
        lines = [f"Sitemap: {site.url}/{n % 100}.xml#{n}" for n in range(200)] + ["Sitemap: https://cdn.example/s.xml"]
        site.routes["/robots.txt"] = Reply(body="\n".join(lines).encode())
        for n in range(3):
            site.sitemap(f"/{n}.xml", *((f"/news/{70000 + n * 100 + i}", None) for i in range(9)))
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
        assert site.paths("/3.xml") == []
    assert done.code == 0, done.err
    assert "80 more sitemaps, left out" in done.err and "https://cdn.example (sitemap in robots.txt)" in done.err
    assert len(read_source(tmp_path / "mine.toml").seeds) == 20


def test_feeds_that_the_page_names_are_read_and_other_hosts_only_suggested(new: Run, tmp_path: Path) -> None:
    with publishing() as site, publishing() as stranger:
        head = (
            "<meta property='og:site_name' content='The Daily'>"
            "<link rel='alternate' type='application/rss+xml' href='/feeds/all'>"
            f"<link rel='alternate' type='application/atom+xml' href='{stranger.url}/feed'>"
            f"<link rel='canonical' href='{stranger.url}/'>"
            "<link rel='alternate' hreflang='fr' href='https://fr.daily.example/'>"
        )
        site.routes["/"] = Reply(body=with_head(head))
        site.routes["/feeds/all"] = Reply(body=feed(*range(100, 120), home=site.url))
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
        assert done.code == 0, done.err
        assert stranger.asked == []
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert f'# url = "{stranger.url}"' in text and '# url = "https://fr.daily.example"' in text
    assert '# relation = "separate-edition"' in text
    assert f"named, and not asked: {stranger.url} (canonical link)" in done.err
    source = read_source(tmp_path / "mine.toml")
    assert (source.name, source.language, len(source.hosts)) == ("The Daily", "en", 1)
    assert source.article_url == (r"^/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)([/?]|$)",)


def test_a_named_feed_that_is_a_page_is_told_and_left_out(new: Run, tmp_path: Path) -> None:
    with publishing() as site:
        head = "<link rel='alternate' type='application/rss+xml' href='/feed'>"
        site.routes["/"] = Reply(body=with_head(head))
        site.routes["/feed"] = Reply(body=PAGE)
        site.sitemap("/sitemap.xml", *((f"/news/{n}-a-story", None) for n in range(70000, 70009)))
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
    assert done.code == 3
    assert "feed /feed: an HTML page, not a feed" in done.err
    assert [seed.kind for seed in read_source(tmp_path / "mine.toml").seeds] == ["sitemap"]


def test_a_page_whose_links_are_all_that_there_is_becomes_a_section(new: Run, tmp_path: Path) -> None:
    with publishing() as site:
        links = "".join(f"<a href='/news/{n}-a-story-of-{n}'>x</a>" for n in range(70000, 70009))
        site.routes["/"] = Reply(body=with_head("", links))
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
    assert done.code == 3
    assert "no feed and no sitemap was found" in done.err
    source = read_source(tmp_path / "mine.toml")
    assert [(seed.kind, seed.path) for seed in source.seeds] == [("section", "/?page={page}")]
    assert source.article_url == (r"^/news/(?P<id>\d+)-[^/?]*([/?]|$)",)


def test_what_a_site_writes_cannot_break_out_of_the_draft(new: Run, tmp_path: Path) -> None:
    name = 'Daily"\n[[hosts]]\nurl = "http://evil.example"\n#\x00\x1b[31m\\u0041 &#128240; \u202e'
    with publishing() as site:
        head = (
            f"<meta property='og:site_name' content='{name}'>"
            "<link rel='alternate' type='application/rss+xml' href='/feed?a=&quot;&#10;b{page}'>"
            "<link rel='canonical' href='https://evil.example/&#10;[[hosts]]'>"
        )
        site.routes["/"] = Reply(body=with_head(head))
        body = feed(*range(100, 120), home=site.url, path='/x"&#10;]{n}/story-{n}/a-{n}')
        site.otherwise = lambda path: Reply(body=body) if path.startswith("/feed") else Reply(status=404)
        done = new(site.url, "--output", str(tmp_path / "mine.toml"))
    assert done.code == 0, done.err
    source = read_source(tmp_path / "mine.toml")
    assert [host.url for host in source.hosts] == [site.url]
    assert source.name.startswith('Daily"')
    assert "\x1b" not in done.err


def hostile(site: Site) -> dict[str, str]:
    """Pages that give no draft: by path, and what the one line says."""
    site.routes |= {
        "/nothing": answer(PAGE),
        "/empty": answer(b""),
        "/pdf": answer(b"%PDF-1.7 ..."),
        "/json": answer(b'{"a": 1}'),
        "/feed-itself": answer(feed(1, 2, 3)),
        "/giant": answer(b"<html>" + b"x" * 10_100_000),
        "/stranger": redirect("http://stranger.example/"),
        "/moved": redirect("http://stranger.example/", 301),
        "/metadata": redirect("http://169.254.169.254/latest/"),
        "/loop": redirect("/loop"),
        "/error": answer(b"oops", status=500),
        "/cut": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>"),
        "/challenge": answer(b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body>"),
    }
    return {
        "/nothing": "no feed, no sitemap and no links",
        "/empty": "an empty body, not an HTML page",
        "/pdf": "a PDF, not an HTML page",
        "/json": "JSON, not an HTML page",
        "/feed-itself": "a feed, not an HTML page",
        "/giant": "more than 10000000",
        "/stranger": "stranger.example is no host of",
        "/moved": "redirects for good to http://stranger.example",
        "/metadata": "169.254.169.254 is no host of",
        "/loop": "redirects",
        "/error": "500",
        "/cut": "IncompleteRead",
        "/missing": "404",
        "/challenge": "a page of the kind challenge stands in place",
    }


def test_what_gives_no_draft_is_told_in_one_line(site: Site) -> None:
    for path, said in hostile(site).items():
        with pytest.raises(NothingToDraft) as caught:
            survey(site.url + path, user_agent="Mirrorwire/0.1", allow_private=True, delay_s=0, timeouts=QUICK)
        line = str(caught.value)
        assert line.startswith(f"{site.url}{path}: ") and "\n" not in line, line
        assert said in line, (path, line)


@pytest.mark.parametrize("path", ["/nothing", "/moved"])
def test_a_draft_that_fails_is_one_line_and_exit_code_1_and_no_file(
    new: Run, site: Site, tmp_path: Path, path: str
) -> None:
    hostile(site)
    done = new(site.url + path, "--output", str(tmp_path / "mine.toml"))
    assert (done.code, list(tmp_path.iterdir())) == (1, [])
    assert one_line(done).startswith(f"mirrorwire: {site.url}{path}: ")


def test_a_page_that_robots_txt_keeps_for_others_is_not_read(new: Run, site: Site) -> None:
    site.routes |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /\n"), "/": answer(PAGE)}
    done = new(site.url)
    assert (done.code, "disallows it" in one_line(done)) == (1, True)
    assert site.pages() == []


def test_a_dead_host_is_one_line(new: Run) -> None:
    done = new(f"http://127.0.0.1:{dead_port()}/")
    assert (done.code, "Connection refused" in one_line(done)) == (1, True)


def test_a_private_address_needs_the_flag(alone: Run, site: Site) -> None:
    site.routes["/"] = answer(PAGE)
    done = alone("sources", "new", site.url, "--delay", "0")
    assert (done.code, "is not public" in one_line(done)) == (1, True)
    assert "--allow-private" in done.err
    assert site.seen == []


def test_wrong_use_asks_nobody(new: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "there.toml").write_text("mine")
    for words in (
        ("ftp://daily.example/",),
        ("no url",),
        (site.url, "--key", "../../etc"),
        (site.url, "--key", "Daily"),
        (site.url, "--output", str(tmp_path / "there.toml")),
        (site.url, "--output", str(tmp_path / "none" / "mine.toml")),
        (site.url, "--output", str(tmp_path / "mine.txt")),
        (site.url, "--output", str(tmp_path / "Mine.toml")),
        (site.url, "--output", str(tmp_path / "mine.toml"), "--key", "other"),
    ):
        with pytest.raises(WrongUse) as caught:
            cli(["sources", "new", *words, "--allow-private"], standalone_mode=False)
        assert "\n" not in str(caught.value)
    done = new(site.url, "--key", "Daily")
    assert (done.code, "is no key" in one_line(done)) == (2, True)
    assert site.seen == []
    assert (tmp_path / "there.toml").read_text() == "mine"


SHAPES: dict[str, tuple[str, str]] = {
    "/Detail/2026/11/{d}/77{n}/Some-slug-of-{n}": (r"77\d+", "2026/11"),
    "/news/articles/c{n}567ab{d}o": (r"c\d+567ab\d+o", ""),
    "/news/world-europe-67{n}": (r"67\d+", ""),
    "/en/some-slug-of-{w}/a-67{n}": (r"67\d+", ""),
    "/en/some-slug-of-{n}/a-67{n}": (r"67\d+", ""),
    "/a/some-slug/32{n}.html": (r"32\d+", ""),
    "/russia/5{n}-some-slug/": (r"5\d+", ""),
    "/202611{d}/some-slug-1114{n}.html": (r"1114\d+", "202611"),
    "/en/feature/2026/11/{d}/some-slug-of-{w}": (r"2026/11/\d+/some-slug-of-[a-z]+", "2026/11"),
    "/202611{d}/{n}1b2c3d40a1b2c3d40a1b2c3d40/c.html": (r"\d+1b2c3d40a1b2c3d40a1b2c3d40", "202611"),
    "/english/2026-11/{d}/c_1310{n}.htm": (r"1310\d+", "2026-11"),
    "/en/live-news/202611{d}-some-slug-of-{w}": (r"202611\d+-some-slug-of-[a-z]+", "202611"),
    "/detail.aspx?id=13{n}": (r"13\d+", ""),
    "/2026/11/some-long-slug-of-{w}": (r"some-long-slug-of-[a-z]+", ""),
    "/2026/11/{d}/some-long-slug-a{n}": (r"a\d+", "2026/11"),
    "/a/202611/{d}/WS654d{n}a31090682a5ed0.html": (r"WS654d\d+a31090682a5ed0", "202611"),
    "/fa/news/1405/08/19/29{n}/%D8%A7%DB%8C%D8%B1": (r"29\d+", ""),
    "/story/3f2504e0-4f89-11d3-9a0c-0305e8{n}2": (r"3f2504e0-4f89-11d3-9a0c-0305e8\d+2", ""),
    "/2026/11/{d}/202611{d}-storm-{w}": (r"202611\d+-storm-[a-z]+", "2026/11"),
    "/2026/11/{d}/2026-11-{d}/202611{d}-storm-{w}": (r"202611\d+-storm-[a-z]+", "2026/11"),
    "/2026/11/{d}/2026-11-{d}/some-long-slug-{w}": (r"2026/11/\d+/2026-11-\d+/some-long-slug-[a-z]+", "2026/11"),
    "/2026-11-{d}/202611/{d}/77{n}": (r"77\d+", "2026-11"),
    "/2026/11/{d}/?p=77{n}&page=123": (r"77\d+", "2026/11"),
    "/?day=2026-11-{d}&p=77{n}&q=123": (r"77\d+", ""),
    "/77{n}/88{n}": (r"77\d+", ""),
    "/news/%D9%A1%D9%A2{n}": (r"١٢\d+", ""),
    "/%C2%B2/77{n}": (r"77\d+", ""),
    "/a%28b%5B%2A%2B.%7C%24%5E%5C/77{n}": (r"77\d+", ""),
    "/%E2%80%8F%0A%00x/77{n}": (r"77\d+", ""),
    "/" + "long-" * 300 + "/77{n}": (r"77\d+", ""),
}


@pytest.mark.parametrize("template", SHAPES)
def test_a_pattern_finds_the_id_and_the_day_of_urls_of_its_shape(template: str) -> None:
    number, month = SHAPES[template]
    word = str.maketrans("0123456789", "abcdefghij")
    urls = [
        f"https://d.example{template.format(n=n, d=10 + n % 20, w=str(n).translate(word))}" for n in range(10000, 10040)
    ]
    found = induce(urls)
    assert (found.matched, found.total, found.missed) == (40, 40, ())
    matches = [next(m for p in found.patterns if (m := re.search(p, searched(url)))) for url in urls]
    ids = [match["id"] for match in matches]
    assert len(set(ids)) == 40
    assert all(re.fullmatch(number, each) for each in ids), ids[:3]
    days = [match.groupdict().get("date") for match in matches]
    assert all((day or "").startswith(month) for day in days) and (month == "") == (days[0] is None)
    later = f"https://d.example{template.format(n=99999, d=29, w='later')}"
    assert any(re.search(pattern, searched(later)) for pattern in found.patterns)


def test_sections_before_the_id_may_be_any_and_a_slug_behind_it_none() -> None:
    urls = [f"https://d.example/{s}/58{n}-a-slug/" for n in range(1000, 1020) for s in ("news", "sport/football")]
    assert induce(urls).patterns == (r"^/([^/?]+/)+(?P<id>\d+)-[^/?]*([/?]|$)",)
    detail = [f"https://d.example/Detail/{n}{'/slug' * (n % 2)}" for n in range(1000, 1020)]
    assert induce(detail).patterns == (r"^/Detail/(?P<id>\d+)([/?]|$)",)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/2026/01/{d}/202601{d}-storm-{w}", r"^/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d{8}-[^/?]+)([/?]|$)"),
        (
            "/2026/01/{d}/2026-01-{d}/77{n}",
            r"^/(?P<date>\d{4}/\d{1,2}/\d{1,2})/\d{4}-\d{1,2}-\d{1,2}/(?P<id>\d+)([/?]|$)",
        ),
        ("/202601{d}/2026/01/{d}/c_77{n}", r"^/(?P<date>\d{8})/\d{4}/\d{1,2}/\d{1,2}/c_(?P<id>\d+)([/?]|$)"),
        ("/202601{d}-morning/202601{d}-{w}", r"^/[^/?]+/(?P<id>(?P<date>\d{8})-[^/?]+)([/?]|$)"),
        (
            "/2026-01-{d}/202601{d}/a-storm-of-{w}",
            r"^/(?P<id>(?P<date>\d{4}-\d{1,2}-\d{1,2})/\d{8}/[^/?]+)([/?]|$)",
        ),
    ],
)
def test_of_two_dates_in_a_path_one_is_the_day(path: str, pattern: str) -> None:
    words = "calm dusk hail rain snow wind".split()
    urls = [f"https://d.example{path.format(d=f'{n % 3 + 10}', w=word, n=n)}" for n, word in enumerate(words, 1000)]
    found = induce(urls)
    assert (found.patterns, found.matched) == ((pattern,), len(urls))


def test_tag_pages_of_a_sitemap_make_no_pattern() -> None:
    articles = [f"https://d.example/news/{n}" for n in range(70000, 70020)]
    tags = [f"https://d.example/tags/some-long-tag-of-{word}s" for word in "abcdefghijklmnop"]
    found = induce(articles, tags)
    assert found.patterns == (r"^/news/(?P<id>\d+)([/?]|$)",)
    assert (found.matched, found.total, len(found.missed)) == (20, 36, 4)


URLS = st.lists(
    st.builds(
        lambda steps, query: "https://d.example/" + "/".join(steps) + query,
        st.lists(
            st.one_of(
                st.text(max_size=12),
                st.sampled_from("news 2026 11 2026-11-10 20261110 a-12345 c_12345.htm some-long-slug-12345".split()),
                st.sampled_from("2026/11/10 20261110-storm 202611/10 2026-11/10 ² ١٢٣٤ (?P<id>x) {stays}".split()),
                st.integers(0, 10**9).map(str),
            ),
            max_size=6,
        ),
        st.sampled_from(["", "?id=12345", "?a=b&id=99999&x=", "?("]),
    ),
    max_size=30,
)


@given(urls=URLS, more=URLS)
def test_whatever_the_urls_are_patterns_are_regular_expressions_that_match_what_is_told(
    urls: list[str], more: list[str]
) -> None:
    urls = [found for url in urls if (found := canonical_url(url))]
    more = [found for url in more if (found := canonical_url(url))]
    found: Shapes = induce(urls, more)
    every = dict.fromkeys((*urls, *more))
    matching = [url for url in every if any(re.search(pattern, searched(url)) for pattern in found.patterns)]
    assert (found.matched, found.total) == (len(matching), len(every))
    assert all({"id"} <= re.compile(pattern).groupindex.keys() <= {"id", "date"} for pattern in found.patterns)
    assert sum(found.counts) == found.matched


def test_a_sitemap_of_long_hostile_paths_is_cut_in_no_time() -> None:
    paths = ["a-" * 900, "1" * 1900, "1-" * 900, "/".join("1" * 600), "a-1" * 600, "%2D" * 600, "x" * 8 + "1" * 1000]
    urls = [f"https://d.example/{path}{n}" for path in paths for n in range(200)]
    began = time.process_time()
    found = induce(urls, urls)
    for pattern in found.patterns:
        for url in urls:
            re.search(pattern, searched(url) + "!")
    assert time.process_time() - began < 5


def test_the_offset_of_local_times_goes_before_utc() -> None:
    assert offset_in(b"2026-11-20T08:00:00Z 2026-11-20T08:00:00Z 2026-11-20T11:30:00+0330") == "+03:30"
    assert offset_in(b"<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>") == "+00:00"
    assert offset_in(b"<lastBuildDate>Fri, 20 Nov 2026 11:30:00 +0330</lastBuildDate>") == "+03:30"
    assert offset_in(b"20 November 2026, 8 o'clock") is None


@pytest.mark.parametrize(
    "body",
    [
        b"\x00" * 100,
        b"<html " * 20000,
        b"<a href=" * 20000,
        b"<html>" + b"<a href='http://[::1'>" * 100,
        b"<p>" * 200000,
    ],
)
def test_markup_of_any_kind_gives_a_front_or_a_reason(body: bytes) -> None:
    began = time.process_time()
    try:
        found = read_front(body, url="https://d.example/")
    except SeedUnreadable as error:
        assert error.reason
    else:
        assert len(found.links) <= 2001
    assert time.process_time() - began < 5


def test_names_are_taken_from_titles_where_nothing_states_them() -> None:
    front = b"<html><title>The Daily | News of the coast</title></html>"
    page = b"<html><title>A story - with a dash | The Daily</title></html>"
    assert read_front(front, url="https://d.example/").name == "The Daily"
    assert read_front(page, url="https://d.example/a/1").name == "The Daily"


def test_the_day_of_drafting_is_told(new: Run) -> None:
    with publishing() as site:
        site.routes["/"] = Reply(body=PAGE)
        site.routes["/rss.xml"] = Reply(body=feed(*range(100, 120), home=site.url))
        done = new(site.url)
    assert re.search(rf"# Drafted from {site.url}/ on 20\d\d-\d\d-\d\d\.", done.out)


def test_the_draft_of_the_docs_is_what_the_newsroom_gives(new: Run) -> None:
    text = (ROOT / "docs" / "publishers.md").read_text(encoding="utf-8")
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        done = new(newsroom.primary.origin, "--key", "example")
        origin = newsroom.primary.origin
    drafted = done.out.replace(origin, "http://127.0.0.1:8801").replace("delay_s = 0.0", "delay_s = 0.1")
    drafted = re.sub(r"on 20\d\d-\d\d-\d\d\.", "on 2026-11-25.", drafted)
    assert f"```\n{drafted}```" in text
    told = done.err.splitlines()[:-1]
    assert "\n".join(told) in text
