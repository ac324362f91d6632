"""Canonical URLs and article keys: every way in which one link is written gives one key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.config import BUNDLED_SOURCES, read_source
from mirrorwire.core.records import Host, Seed, Source
from mirrorwire.core.urls import (
    MAX_URL_CHARS,
    article_key,
    article_url,
    canonical_url,
    day_in_url,
    host_of,
    is_same_article,
    on_host,
    page_on,
    read_link,
    site_of,
    slug_of,
)

PRESSTV = Source(
    key="presstv",
    name="Press TV",
    language="en",
    timezone="Asia/Tehran",
    article_url=(
        r"(?i)/detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",
        r"(?i)/detail\.aspx\?(.*&)?id=(?P<id>\d+)(&|$)",
        r"(?i)/detail/(?P<id>\d+)\.html$",
    ),
    hosts=(
        Host(url="https://www.presstv.ir"),
        Host(url="https://www.presstv.co.uk", role="mirror"),
        Host(url="http://127.0.0.1:8801", role="mirror"),
    ),
    seeds=(Seed(kind="feed", path="/rss.xml"),),
)
UNPATTERNED = Source(
    key="plain",
    name="Plain",
    language=None,
    timezone="UTC",
    article_url=(),
    hosts=(Host(url="https://news.example"),),
    seeds=(Seed(kind="feed", path="/feed"),),
)

HOSTS = st.sampled_from(
    [
        "https://www.presstv.ir",
        "https://presstv.ir",
        "http://presstv.ir",
        "http://www.presstv.ir:80",
        "https://WWW.PressTV.ir:443",
        "https://presstv.ir.",
        "https://www.presstv.co.uk",
        "http://presstv.co.uk",
        "http://127.0.0.1:8801",
        "",
    ]
)
TAILS = st.sampled_from(["", "#top", "?utm_source=x&utm_medium=y", "?fbclid=A%20b", "?ref=rss#a", "?gclid=1&mc_cid=2"])
SLUGS = st.text(st.characters(exclude_characters="/?#\\", exclude_categories=("Cs", "Cc")), max_size=40)


@given(host=HOSTS, tail=TAILS, slug=SLUGS, safe=st.sampled_from(["", ",'-~!"]), slash=st.booleans())
def test_every_way_to_write_a_link_gives_one_key(host: str, tail: str, slug: str, safe: str, slash: bool) -> None:
    path = f"/Detail/2026/08/15/774416/{quote(slug, safe=safe)}" + "/" * slash
    link = host + path + tail
    assert article_key(link, PRESSTV) == "presstv:774416"
    found = article_url(link, PRESSTV)
    assert found is not None and found.startswith("https://www.presstv.ir/Detail/2026/08/15/774416")
    assert article_url(found, PRESSTV) == found
    assert day_in_url(link, PRESSTV) == date(2026, 8, 15)


@given(encoded=st.lists(st.booleans(), min_size=25, max_size=25), lower=st.booleans())
def test_percent_encoding_of_any_character_of_a_path_makes_no_difference(encoded: list[bool], lower: bool) -> None:
    def written(char: str, code: bool) -> str:
        return (f"%{ord(char):02x}" if lower else f"%{ord(char):02X}") if code and char != "/" else char

    path = "/Detail/2026/08/15/774416"
    link = "https://presstv.ir" + "".join(map(written, path, encoded))
    assert article_key(link, PRESSTV) == "presstv:774416"


@pytest.mark.parametrize("step", ["é", "‘x’", "a b", "ü,-", "中", "a+b", "(x)!"])
def test_without_a_pattern_the_canonical_path_is_the_key_however_it_is_encoded(step: str) -> None:
    encoded = quote(step, safe="")
    links = (
        f"https://www.news.example/2026/{encoded}?utm_source=x",
        f"http://news.example/2026/{encoded.lower()}",
        f"https://news.example/2026/{step}#part",
    )
    keys = {article_key(link, UNPATTERNED) for link in links}
    assert len(keys) == 1 and None not in keys


def test_a_host_in_another_script_is_one_with_its_ascii_form() -> None:
    source = replace(UNPATTERNED, hosts=(Host(url="https://bücher.example"),))
    assert article_key("https://www.xn--bcher-kva.example/a", source) == "plain:/a"
    assert article_url("https://BÜCHER.example/a", source) is not None


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("http://www.presstv.ir/detail.aspx?id=139946", "presstv:139946"),
        ("http://www.presstv.ir/detail.aspx?x=1&id=139946&utm_source=f", "presstv:139946"),
        ("https://presstv.ir/detail/139946.html", "presstv:139946"),
        ("https://presstv.ir/Section/10102/2", None),
        ("https://presstv.ir/Detail/2026/08/15/77x/a", None),
        ("https://presstv.ir/", None),
    ],
)
def test_older_shapes_have_keys_and_other_pages_have_none(link: str, key: str | None) -> None:
    assert article_key(link, PRESSTV) == key


@pytest.mark.parametrize(
    "link",
    [
        "https://presstv.ir.evil.example/Detail/2026/08/15/774416/x",
        "https://evil.example/https://presstv.ir/Detail/2026/08/15/774416/x",
        "https://presstv.ir@evil.example/Detail/2026/08/15/774416/x",
        "https://presstv.ir:8443/Detail/2026/08/15/774416/x",
        "https://french.presstv.ir/Detail/2026/08/15/774416/x",
        "//evil.example/Detail/2026/08/15/774416/x",
        "javascript:/Detail/2026/08/15/774416/x",
        "file:///Detail/2026/08/15/774416/x",
    ],
)
def test_a_strangers_url_is_no_article_of_the_source(link: str) -> None:
    assert article_url(link, PRESSTV) is None
    assert read_link(link, PRESSTV) is None


def test_credentials_in_a_link_do_not_reach_the_canonical_url() -> None:
    assert (
        article_url("https://user:secret@presstv.ir/Detail/2026/08/15/774416/x", PRESSTV)
        == "https://www.presstv.ir/Detail/2026/08/15/774416/x"
    )


ANY_URL = st.one_of(
    st.text(),
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTP", "ftp"]), st.text(), st.text()),
    st.builds(
        "https://presstv.ir/{}?{}#{}".format,
        st.text("abc/%.;:@&=+$,é‘\u202e\x00 []{}|\\^~09AF", max_size=30),
        st.text("abc%&=;+[]é\x00/?#20AF", max_size=30),
        st.text(max_size=5),
    ),
    st.builds("http://[{}]:{}/x".format, st.text("0123456789abcdef:.%v"), st.text("0123456789-x", max_size=7)),
)


@given(ANY_URL)
def test_canonical_url_never_raises_and_is_its_own_canonical_url(url: str) -> None:
    found = canonical_url(url)
    if found is not None:
        assert canonical_url(found) == found
        assert len(found) <= MAX_URL_CHARS
        assert found.isascii()


@given(ANY_URL, st.sampled_from([PRESSTV, UNPATTERNED]))
def test_no_link_can_raise_and_all_readers_of_a_link_agree(url: str, source: Source) -> None:
    found = read_link(url, source)
    slug_of(url)
    host_of(url, source)
    assert (found.url if found else None) == article_url(url, source)
    if found is not None:
        assert found.article_key == article_key(url, source) == article_key(found.url, source)
        assert found.day == day_in_url(url, source)
        assert not {"\x00", "\ud800"} & set(found.article_key + found.url + (found.slug or ""))


def test_a_null_byte_in_an_id_does_not_reach_the_key() -> None:
    source = Source(
        key="s",
        name="S",
        language=None,
        timezone="UTC",
        article_url=(r"/a/(?P<id>[^/]+)",),
        hosts=(Host(url="https://s.example"),),
        seeds=(Seed(kind="feed", path="/f"),),
    )
    assert article_key("https://s.example/a/x%00y", source) == "s:xy"
    assert slug_of("https://s.example/a/x%00y") == "xy"


def test_a_url_that_is_too_long_is_refused() -> None:
    link = "https://presstv.ir/Detail/2026/08/15/774416/" + "x" * MAX_URL_CHARS
    assert canonical_url(link) is None
    assert article_key(link, PRESSTV) is None


@pytest.mark.parametrize("path", ["/Detail/2026/13/01/7/x", "/Detail/2026/02/30/7/x", "/Detail/0000/01/01/7/x"])
def test_a_day_that_does_not_exist_is_no_day_but_the_link_is_an_article(path: str) -> None:
    assert day_in_url(f"https://presstv.ir{path}", PRESSTV) is None
    assert article_key(f"https://presstv.ir{path}", PRESSTV) == "presstv:7"


def test_a_relative_link_is_read_from_the_page_that_holds_it() -> None:
    found = read_link("../774416/x", PRESSTV, "https://presstv.co.uk/Detail/2026/08/15/1/y")
    assert found is not None
    assert found.url == "https://www.presstv.ir/Detail/2026/08/15/774416/x"


def test_sites_differ_by_port_but_not_by_www_or_default_ports() -> None:
    assert site_of("https://www.presstv.ir:443/x") == site_of("http://presstv.ir") == "presstv.ir"
    assert site_of("http://127.0.0.1:8801") != site_of("http://127.0.0.1:8802")
    assert site_of("http://[::1]:8801/") == "[::1]:8801"
    assert site_of("http://[") is None


def test_the_same_page_on_another_host_keeps_path_and_query() -> None:
    host = Host(url="https://www.presstv.co.uk", role="mirror")
    assert on_host("https://www.presstv.ir/a/b?c=1", host) == "https://www.presstv.co.uk/a/b?c=1"
    assert on_host("https://www.presstv.ir", host) == "https://www.presstv.co.uk/"


def test_a_slug_is_the_decoded_last_step() -> None:
    assert slug_of("https://presstv.ir/Detail/2026/08/15/7/-a,-%E2%80%98b%E2%80%99-%C2%A0c-/?x#y") == "-a,-‘b’-\xa0c-"
    assert slug_of("https://presstv.ir/") is None
    assert slug_of("http://[") is None


TWINS = replace(
    PRESSTV,
    hosts=(
        Host(url="https://www.presstv.ir", article_path="/Detail/{date}/{id}"),
        Host(
            url="https://news.example",
            role="mirror",
            relation="same-id",
            article_path="/news/{id}",
            article_url=(r"^/news/(?P<id>\d+)(/|$)",),
        ),
        Host(
            url="https://dated.example",
            role="mirror",
            relation="same-id",
            article_path="/{date}/{id}",
            article_url=(r"^/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",),
        ),
    ),
)
DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31)).map(lambda day: f"{day.year}/{day.month:02}/{day.day:02}")


@given(number=st.integers(1, 10**12), day=DAYS, tail=TAILS, slug=SLUGS, www=st.sampled_from(["", "www."]))
def test_an_article_of_another_path_on_a_mirror_has_the_same_key(
    number: int, day: str, tail: str, slug: str, www: str
) -> None:
    links = [
        f"https://presstv.ir/Detail/{day}/{number}/{quote(slug, safe='')}{tail}",
        f"http://{www}news.example/news/{number}/{quote(slug, safe='')}{tail}",
        f"https://{www}dated.example:443/{day}/{number}{tail}",
    ]
    assert {article_key(link, TWINS) for link in links} == {f"presstv:{number}"}
    primary, undated, dated = TWINS.hosts
    for link in (links[0], links[2]):
        found = read_link(link, TWINS)
        assert found is not None and found.day == date(*map(int, day.split("/")))
        assert page_on(found.url, undated, TWINS) == f"https://news.example/news/{number}"
        assert page_on(found.url, dated, TWINS) == f"https://dated.example/{day}/{number}"
        assert (page_on(found.url, primary, TWINS) or "").startswith(f"https://www.presstv.ir/Detail/{day}/{number}")
    found = read_link(links[1], TWINS)
    assert found is not None and found.day is None
    assert page_on(found.url, undated, TWINS) == found.url
    assert page_on(found.url, primary, TWINS) is None, "nobody knows its day"


def test_a_seed_has_one_path_on_all_hosts_and_an_edition_is_no_host() -> None:
    for host in TWINS.hosts:
        assert page_on("/rss.xml", host, TWINS) == f"{host.url}/rss.xml"
    edition = replace(PRESSTV, editions=(Host(url="https://french.presstv.ir", relation="separate-edition"),))
    assert read_link("https://french.presstv.ir/Detail/2026/08/15/774416/x", edition) is None


@given(encoded=st.lists(st.booleans(), min_size=30, max_size=30), www=st.booleans(), scheme=st.booleans(), tail=TAILS)
def test_percent_encoding_makes_no_difference_on_a_mirror_of_other_paths(
    encoded: list[bool], www: bool, scheme: bool, tail: str
) -> None:
    for name, path in (
        ("presstv.ir", "/Detail/2026/08/15/774416/a"),
        ("news.example", "/news/774416"),
        ("dated.example", "/2026/08/15/774416"),
    ):
        written = "".join(
            f"%{ord(char):02X}" if code and char != "/" else char
            for char, code in zip(path, encoded[: len(path)], strict=True)
        )
        link = f"http{'s' * scheme}://{'www.' * www}{name}{written}{tail}"
        assert article_key(link, TWINS) == "presstv:774416"
        found = read_link(link, TWINS)
        assert found is not None and found.article_key == "presstv:774416"


@pytest.mark.parametrize(
    "session",
    [
        ";jsessionid=ABC123",
        ";JSESSIONID=A1.node-2!3?x=1",
        "%3Bjsessionid%3DABC123",
        ";PHPSESSID=1a",
        ";sid=1a",
        "?PHPSESSID=1a",
        "?jsessionid=A1",
        "?ASPSESSIONIDQABCD=1",
        "?sid=0123456789abcdef0123456789abcdef",
        "?x=1;jsessionid=ABC",
    ],
)
@pytest.mark.parametrize("file", sorted(path.name for path in BUNDLED_SOURCES.glob("*.toml")))
def test_a_session_id_changes_no_key_and_no_slug_of_any_source(file: str, session: str) -> None:
    source = read_source(BUNDLED_SOURCES / file)
    link = source.primary.url + SAMPLES[source.key]
    plain, visited = read_link(link, source), read_link(link + session, source)
    assert plain is not None and visited is not None
    assert (visited.article_key, visited.slug, visited.day) == (plain.article_key, plain.slug, plain.day)
    assert "sess" not in visited.url.lower()


SAMPLES = {
    "aljazeera": "/news/2026/11/10/a-long-slug",
    "bbcnews": "/news/articles/c0abcdefghio",
    "bbcrussian": "/russian/articles/c0abcdefghio",
    "courier": "/Detail/2026/11/10/300104/a-slug",
    "dw": "/en/a-long-slug/a-12345678",
    "meduza": "/en/feature/2026/11/10/a-long-slug",
    "presstv": "/Detail/2026/08/15/774416/a-slug",
    "rferl": "/a/a-long-slug/12345678.html",
    "rt": "/news/612345-a-long-slug",
    "sputnik": "/20231110/a-long-slug-1114870000.html",
    "svoboda": "/a/a-long-slug/12345678.html",
    "tasnim": "/en/news/2026/11/10/1234567/a-slug",
    "voanews": "/a/a-long-slug/7654321.html",
    "xinhua": "/20261110/0123456789abcdef0123456789abcdef/c.html",
}


def test_what_a_visit_adds_to_a_url_is_dropped_and_what_names_an_article_stays() -> None:
    for query in ("gbraid=1", "srsltid=x", "_gl=1*x", "at_medium=RSS", "maca=en-rss-en-all-1573-rdf", "s=" + "a1" * 16):
        assert canonical_url(f"https://x.example/a?{query}") == "https://x.example/a"
    for query in ("sid=123", "s=storm", "session=5", "reference=x", "id=7"):
        assert canonical_url(f"https://x.example/a?{query}") == f"https://x.example/a?{query}"


@pytest.mark.parametrize("patterns", [(), (r"^/news\.php",), (r"^/(news|index)\.php\?",), ("",)])
def test_links_that_differ_in_their_query_alone_are_articles_of_their_own(patterns: tuple[str, ...]) -> None:
    source = replace(UNPATTERNED, article_url=patterns)
    links = [f"/news.php?id={n}" for n in range(100, 105)]
    assert {article_key(link, source) for link in links} == {f"plain:{link}" for link in links}
    for again in (
        "https://www.news.example/news.php?utm_source=x&id=100#top",
        "/news.php?id=%31%30%30&fbclid=1&page=2",
        "http://news.example/news.php?print=1&id=100&PHPSESSID=0a1b",
    ):
        assert article_key(again, source) == "plain:/news.php?id=100"
    assert article_key("/news.php?b=2&a=1", source) == article_key("/news.php?a=1&b=2", source)


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("/2026/a-slug", "plain:/2026/a-slug"),
        ("/2026/a-slug?utm_source=rss&page=3&amp=1&share=x", "plain:/2026/a-slug"),
        ("/?p=100", "plain:/?p=100"),
        ("/?utm_source=x", None),
        ("/?page=2", None),
        ("/?theme=dark", None),
        ("/index.php?page=about-us", "plain:/index.php?page=about-us"),
    ],
)
def test_a_path_alone_is_the_key_where_the_query_names_no_other_article(link: str, key: str | None) -> None:
    assert article_key(link, UNPATTERNED) == key


def test_a_query_that_only_one_of_two_urls_has_makes_no_other_article() -> None:
    assert is_same_article("s:/a?x=1", "s:/a") and is_same_article("s:/a", "s:/a?x=1")
    assert is_same_article("s:1", "s:1")
    assert not is_same_article("s:/a?id=1", "s:/a?id=2")
    assert not is_same_article("s:/a?id=1", "s:/b?id=1")
