"""Seed documents: what real, quirky, broken and hostile feeds, sitemaps and listings give."""

from __future__ import annotations

import gzip
import re
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Host, Interval, Link, Seed, Source
from mirrorwire.seed_formats import (
    ChildSitemap,
    SeedDocument,
    children_for,
    link_in_window,
    named_days,
    read_feed,
    read_section,
    read_sitemap,
)
from mirrorwire.seed_formats.document import as_iso, clean

SHARED = Path(__file__).resolve().parents[3] / "shared"
SOURCE = Source(
    key="presstv",
    name="Press TV",
    language="en",
    timezone="Asia/Tehran",
    article_url=(r"/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)", r"[?&]id=(?P<id>\d+)(&|$)"),
    hosts=(
        Host(url="https://www.presstv.ir"),
        Host(url="https://www.presstv.co.uk", role="mirror"),
    ),
    seeds=(Seed(kind="feed", path="/rss.xml"),),
)
ORIGIN = "https://www.presstv.ir"
TEHRAN = ZoneInfo("Asia/Tehran")
Reader = Callable[..., SeedDocument]


def read(reader: Reader, body: str | bytes, url: str = f"{ORIGIN}/seed") -> SeedDocument:
    return reader(body.encode() if isinstance(body, str) else body, url=url, source=SOURCE, seed="/seed")


def keys(document: SeedDocument) -> list[str]:
    return [link.article_key.removeprefix("presstv:") for link in document.links]


def rss(*items: str, head: str = "") -> str:
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{declaration}{head}<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


def item(number: int, title: str = "A title", host: str = "https://presstv.ir", more: str = "") -> str:
    link = f"{host}/Detail/2026/08/15/{number}/a-slug"
    return f"<item><link>{link}</link><title>{title}</title>{more}</item>"


def urlset(*entries: str, root: str = "urlset") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(entries)}</{root}>'
    )


def entry(number: int, more: str = "", tag: str = "url") -> str:
    return f"<{tag}><loc>{ORIGIN}/Detail/2026/08/15/{number}/a-slug</loc>{more}</{tag}>"


@contextmanager
def within(seconds: float, megabytes: int) -> Iterator[None]:
    """Bounds the CPU time and the growth of the peak of memory of what runs inside."""
    cpu, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - cpu < seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) // 1024 < megabytes


# Feeds


def test_a_real_feed_gives_each_article_once_in_its_order_on_the_primary_host() -> None:
    path = SHARED / "corpora/presstv/rss.xml"
    if not path.exists():
        pytest.skip("shared corpora are absent")
    body = path.read_bytes()
    found = read(read_feed, body)
    assert found.damage is None and found.skipped == 0
    assert keys(found)[:3] == ["774416", "774397", "774399"]
    assert (
        len(set(keys(found)))
        == len(found.links)
        == len(set(re.findall(rb"<link>https://presstv.ir/Detail/[\d/]+/(\d+)/", body)))
    )
    assert all(link.url.startswith("https://www.presstv.ir/Detail/2026/08/") for link in found.links)
    assert found.links[1].title == (
        "Iran says Qatar captured three pilots during recent war; urges ICRC to pursue their case"
    )
    assert found.links[0].day == date(2026, 8, 15)
    assert found.links[0].lastmod is None, "the feed's own build time is no article's"
    assert found.links[3].slug is not None and "‘massacre’" in found.links[3].slug


def test_items_repeated_or_on_the_mirror_are_one_link_and_the_first_wins() -> None:
    found = read(
        read_feed,
        rss(item(7, "First"), item(8), item(7, "Second", host="https://www.presstv.co.uk"), item(7, host="")),
    )
    assert keys(found) == ["7", "8"]
    assert found.links[0].title == "First"
    assert found.skipped == 0


def test_links_to_strangers_other_pages_and_too_long_ones_are_counted_not_taken() -> None:
    stranger, section = item(7, host="https://evil.example"), "<item><link>/Section/1</link></item>"
    endless = f"<item><link>{ORIGIN}/Detail/2026/08/15/9/{'x' * 3000}</link></item>"
    found = read(read_feed, rss(stranger, section, endless, "<item><title>no link</title></item>", item(8)))
    assert keys(found) == ["8"]
    assert found.skipped == 4


def test_titles_are_cleaned_and_capped() -> None:
    found = read(
        read_feed,
        rss(
            item(1, "  Gold &amp;\n\t silver&#160;&#x2018;won&#8217;  "),
            item(2, "Q&amp;amp;A"),
            item(3, "x" * 5000),
            item(4, "  "),
            item(5, "<![CDATA[ Tom & Jerry ]]>"),
        ),
    )
    titles = [link.title for link in found.links]
    assert titles[0] == "Gold & silver ‘won’"
    assert titles[1] == "Q&A"
    assert titles[2] == "x" * 1000
    assert titles[3] is None
    assert titles[4] == "Tom & Jerry"


def test_a_times_in_a_feed_is_its_items_lastmod_as_iso() -> None:
    found = read(
        read_feed,
        rss(
            item(1, more="<pubDate>Sat, 15 Aug 2026 21:39:28 +0330</pubDate>"),
            item(2, more="<pubDate>yesterday</pubDate>"),
            item(3),
        ),
    )
    assert [link.lastmod for link in found.links] == ["2026-08-15T21:39:28+03:30", "yesterday", None]


def test_atom_and_rdf_are_feeds_too() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>A</title>'
        '<link rel="self" href="/x"/><link href="/Detail/2026/08/15/7/a"/><updated>2026-08-15T10:00:00Z</updated>'
        "</entry></feed>"
    )
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f"<channel><title>T</title></channel>{item(8)}</rdf:RDF>"
    )
    assert keys(read(read_feed, atom)) == ["7"]
    assert read(read_feed, atom).links[0].lastmod == "2026-08-15T10:00:00+00:00"
    assert keys(read(read_feed, rdf)) == ["8"]


def test_an_empty_feed_gives_no_links_and_is_no_error() -> None:
    found = read(read_feed, rss())
    assert found == SeedDocument(links=())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1256", "iso-8859-1"])
def test_encodings_are_read_as_declared(encoding: str) -> None:
    title = {"windows-1256": "لبنان", "iso-8859-1": "été"}.get(encoding, "ایران été")
    body = rss(item(7, title)).replace('encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    found = read(read_feed, body.encode(encoding))
    assert [link.title for link in found.links] == [title]


def test_a_feed_cut_anywhere_gives_its_whole_items_and_says_so() -> None:
    whole = rss(*(item(774400 + n) for n in range(4)))
    all_keys = keys(read(read_feed, whole))
    for end in range(whole.index("<channel>"), len(whole) - len("</rss>")):
        found = read(read_feed, whole[:end])
        count = whole[:end].count("</item>")
        assert keys(found) == all_keys[:count], whole[:end][-60:]
        assert found.damage == f"cut off after {count} items"


def test_a_feed_that_is_not_well_formed_is_read_and_says_so() -> None:
    found = read(read_feed, rss(item(1, "Fish & chips"), item(2, "a <b> c"), item(3)))
    assert keys(found) == ["1", "2", "3"]
    assert found.damage is not None and "not well-formed" in found.damage


# What is no such document


PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body><p>This domain has been seized</p></body></html>"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "an empty body"),
        (b" \n\t ", "an empty body"),
        (PAGE.encode(), "an HTML page"),
        (b"\n<!-- c --><HTML><body>", "an HTML page"),
        (b"<div><p>blocked</p></div>", "an HTML page"),
        (b'{"error": 403}', "JSON"),
        (b"Not Found", "plain text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\1\2\3" * 9, "binary data"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "another kind of XML (<error>)"),
        (b"/etc/passwd", "plain text"),
        (b"<!-- " + b"x" * 70_000 + b" --><rss>", "markup without an element"),
    ],
)
def test_what_is_no_feed_or_sitemap_is_refused_with_what_it_is(body: bytes, what: str) -> None:
    for reader, wanted in ((read_feed, "not a feed"), (read_sitemap, "not a sitemap")):
        with pytest.raises(SeedUnreadable) as caught:
            read(reader, body)
        assert caught.value.reason == f"{what}, {wanted}"
        assert str(caught.value) == f"{ORIGIN}/seed: {what}, {wanted}"


def test_a_sitemap_is_no_feed_and_a_feed_no_section() -> None:
    with pytest.raises(SeedUnreadable, match="a sitemap, not a feed"):
        read(read_feed, urlset(entry(1)))
    with pytest.raises(SeedUnreadable, match="a feed, not an HTML page"):
        read(read_section, rss(item(1)))
    with pytest.raises(SeedUnreadable, match="an empty body, not an HTML page"):
        read(read_section, b"")


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "<rss><channel>", "<urlset><url><loc>", "<html><a href=", "\x1f\x8b"]),
)
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes, start: str) -> None:
    for reader in (read_feed, read_sitemap, read_section):
        try:
            found = read(reader, start.encode("latin-1") + body)
        except SeedUnreadable as error:
            assert error.reason
        else:
            assert isinstance(found, SeedDocument)


# Sitemaps


def test_a_sitemap_gives_links_with_their_lastmod() -> None:
    found = read(
        read_sitemap,
        urlset(
            entry(1, "<lastmod>2026-08-15T21:39:28+03:30</lastmod>"),
            entry(2, "<lastmod> 2026-08-15 </lastmod>"),
            entry(3),
            entry(1),
            "<url><loc>https://evil.example/Detail/2026/08/15/4/x</loc></url>",
            "<url><loc>https://presstv.co.uk/Detail/2026/08/15/5/x</loc></url>",
            "<url></url>",
        ),
    )
    assert [(link.article_key, link.lastmod) for link in found.links] == [
        ("presstv:1", "2026-08-15T21:39:28+03:30"),
        ("presstv:2", "2026-08-15"),
        ("presstv:3", None),
        ("presstv:5", None),
    ]
    assert found.links[3].url == f"{ORIGIN}/Detail/2026/08/15/5/x"
    assert found.links[0].title is None
    assert found.skipped == 2
    assert found.damage is None


def test_an_index_gives_its_children_on_the_primary_host() -> None:
    def child(loc: str, more: str = "") -> str:
        return f"<sitemap><loc>{loc}</loc>{more}</sitemap>"

    found = read(
        read_sitemap,
        urlset(
            child("http://presstv.ir/a.xml", "<lastmod>2026-08-01</lastmod>"),
            child("https://www.presstv.co.uk/b.xml?x=1&amp;y=2"),
            child("/c.xml.gz"),
            child(f"{ORIGIN}/a.xml"),
            child(f"{ORIGIN}/sitemap.xml"),
            child("https://evil.example/d.xml"),
            child("file:///etc/passwd"),
            child(f"{ORIGIN}/{'x' * 3000}"),
            root="sitemapindex",
        ),
        url="https://presstv.co.uk/sitemap.xml",
    )
    assert found.children == (
        ChildSitemap(url=f"{ORIGIN}/a.xml", lastmod="2026-08-01"),
        ChildSitemap(url=f"{ORIGIN}/b.xml?x=1&y=2"),
        ChildSitemap(url=f"{ORIGIN}/c.xml.gz"),
    )
    assert found.links == ()
    assert found.skipped == 4


def test_a_news_sitemap_gives_titles_and_publication_dates() -> None:
    news = (
        "<image:image xmlns:image='i'><image:loc>https://presstv.ir/Detail/2026/08/15/99/x</image:loc></image:image>"
        "<news:news><news:publication><news:name>Press TV</news:name></news:publication>"
        "<news:publication_date>2026-08-15T10:00+03:30</news:publication_date>"
        "<news:title>Fish &amp;amp; chips&nbsp;won</news:title></news:news>"
    )
    found = read(read_sitemap, urlset(entry(1, news), entry(2)))
    assert keys(found) == ["1", "2"]
    assert found.links[0].title == "Fish & chips won"
    assert found.links[0].lastmod == "2026-08-15T10:00:00+03:30"
    assert found.links[1].title is None
    assert found.damage is None


def test_prefixed_names_and_a_feed_as_sitemap_are_read() -> None:
    prefixed = f'<s:urlset xmlns:s="x"><s:url><s:loc>{ORIGIN}/Detail/2026/08/15/7/a</s:loc></s:url></s:urlset>'
    assert keys(read(read_sitemap, prefixed)) == ["7"]
    assert keys(read(read_sitemap, rss(item(8)))) == ["8"]


def test_stray_ampersands_in_urls_lose_nothing() -> None:
    found = read(
        read_sitemap,
        urlset(
            f"<url><loc>{ORIGIN}/detail.aspx?x=1&id=7&copy=2</loc></url>",
            f"<url><loc><![CDATA[{ORIGIN}/detail.aspx?x=1&id=8&y=2]]></loc></url>",
            f"<url><loc>{ORIGIN}/detail.aspx?x=1&amp;amp;id=9</loc></url>",
        ),
    )
    assert keys(found) == ["7", "8", "9"]
    assert found.links[0].url == f"{ORIGIN}/detail.aspx?copy=2&id=7&x=1"
    assert found.damage is None


def test_a_sitemap_cut_anywhere_gives_its_whole_entries_and_says_so() -> None:
    whole = urlset(*(entry(774400 + n, "<lastmod>2026-08-15</lastmod>") for n in range(4)))
    for end in range(whole.index("<url>"), len(whole) - 1):
        found = read(read_sitemap, whole[:end])
        count = whole[:end].count("</url>")
        assert keys(found) == [str(774400 + n) for n in range(count)]
        assert found.damage == f"cut off after {count} entries"


def test_gzip_is_read_by_its_bytes_and_in_part_when_cut_off() -> None:
    body = urlset(*(entry(n) for n in range(500))).encode()
    assert len(read(read_sitemap, gzip.compress(body)).links) == 500
    halves = gzip.compress(body[:9000]) + gzip.compress(body[9000:])
    assert len(read(read_sitemap, halves).links) == 500
    packed = gzip.compress(body)
    part = read(read_sitemap, packed[: len(packed) // 2])
    assert 0 < len(part.links) < 500
    assert part.damage == f"gzip data cut off; cut off after {len(part.links)} entries"
    with pytest.raises(SeedUnreadable):
        read(read_sitemap, packed[:6])


def test_a_malformed_sitemap_says_where() -> None:
    found = read(read_sitemap, urlset(entry(1), entry(2, "</b>"), entry(3)))
    assert keys(found)[:1] == ["1"]
    assert found.damage is not None and "not well-formed (line 2: Opening and ending tag mismatch" in found.damage


def test_fifty_thousand_urls_take_seconds() -> None:
    body = urlset(*(entry(n) for n in range(50_000))).encode()
    with within(seconds=12, megabytes=300):
        assert len(read(read_sitemap, body).links) == 50_000


# Sections


def test_a_section_page_gives_its_articles_in_order() -> None:
    body = """<!DOCTYPE html><html><head><base href="/x/"></head><body><nav><a href="/Section/101">S</a></nav>
      <a href="/Detail/2026/08/15/7/a"><img src=x></a><a href="/Detail/2026/08/15/7/a">Seven</a>
      <A HREF='https://presstv.co.uk/Detail/2026/08/14/6/b?utm_source=x&amp;a=1#c'>Six</A>
      <a href="../Detail/2026/08/13/5/c">Five</a><a href="#top">top</a><a name=x>
      <a href="https://evil.example/Detail/2026/08/15/4/d">no</a><a href="javascript:void(0)">no</a>
      <!-- <a href="/Detail/2026/08/15/3/e">gone</a> --><script>"<a href='/Detail/2026/08/15/2/f'>"</script>"""
    found = read(read_section, body, url="https://www.presstv.co.uk/Section/101/1")
    assert keys(found) == ["7", "6", "5"]
    assert [link.day for link in found.links] == [date(2026, 8, 15), date(2026, 8, 14), date(2026, 8, 13)]
    assert found.links[1].url == f"{ORIGIN}/Detail/2026/08/14/6/b?a=1"
    assert found.links[0].title is None
    assert found.skipped == 3


def test_a_section_page_without_articles_gives_none() -> None:
    assert read(read_section, PAGE) == SeedDocument(links=())


def test_a_link_cut_off_in_a_section_page_is_not_taken() -> None:
    body = '<html><body><a href="/Detail/2026/08/15/774416/a">x</a><a href="/Detail/2026/08/15/77441'
    assert keys(read(read_section, body)) == ["774416"]


def test_a_section_page_in_another_encoding_gives_its_links() -> None:
    body = '<html><head><meta charset="windows-1256"></head><body>لبنان<a href="/Detail/2026/08/15/7/لبنان">x</a>'
    found = read(read_section, body.encode("windows-1256"))
    assert found.links[0].slug == "لبنان"


# Hostile documents


def bomb(root: str, inside: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>{root.format(inside)}'


def test_entity_bombs_cost_no_time_and_no_memory() -> None:
    title, big = item(7, "&l11;"), '<!DOCTYPE x [<!ENTITY a "' + "a" * 50_000 + '">]>'
    with within(seconds=5, megabytes=100):
        feed = read(read_feed, bomb('<rss version="2.0"><channel>{}</channel></rss>', title))
        assert keys(feed) == ["7"]
        sitemap = read(read_sitemap, bomb("<urlset>{}</urlset>", entry(7, "<lastmod a='&l11;'>&l11;</lastmod>")))
        assert keys(sitemap) == ["7"]
        assert keys(read(read_sitemap, big + "<urlset>" + entry(7, "<x>" + "&a;" * 50_000 + "</x>") + "</urlset>")) == [
            "7"
        ]
        assert keys(read(read_feed, big + rss(item(7, "&a;" * 50_000)).partition("?>")[2])) == ["7"]


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    doctype = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY % b SYSTEM "{secret.as_uri()}"> %b;]>'
    feed = read(read_feed, rss(item(7, "x&a;"), head=doctype))
    news = "<news:news><news:title>x&a;</news:title></news:news>"
    sitemap = read(read_sitemap, urlset(entry(7, news)).replace("<urlset", doctype + "<urlset"))
    for found in (feed, sitemap):
        assert keys(found) == ["7"]
        assert "hidden" not in (found.links[0].title or "")


def test_a_gzip_bomb_is_read_no_further_than_the_cap() -> None:
    body = gzip.compress(urlset(entry(7)).replace("</urlset>", "").encode() + b" " * 300_000_000, 9)
    with within(seconds=10, megabytes=300):
        found = read(read_sitemap, body)
    assert keys(found) == ["7"]
    assert found.damage is not None and "larger than 50 MB" in found.damage


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<item>", "</", "<!--", "<![CDATA[", "&a;", "&", "<div>", "<!DOCTYPE ", "\n", "<a href='"],
)
@pytest.mark.parametrize("size", [200_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_flood_of_the_same_markup_hangs_no_reader(piece: str, size: int) -> None:
    flood = piece * (size // len(piece))
    with within(seconds=size / 25_000, megabytes=400):
        for reader, start in (
            (read_feed, "<rss version='2.0'><channel><item><title>"),
            (read_feed, ""),
            (read_feed, "<?xml version='1.0'?>\n<!-- "),
            (read_sitemap, "<urlset><url><loc>"),
            (read_section, "<html><body>"),
        ):
            try:
                assert read(reader, start + flood).links == ()
            except SeedUnreadable:
                assert start in ("", "<?xml version='1.0'?>\n<!-- ")


# Strings


@given(st.text())
def test_cleaned_text_can_be_stored(text: str) -> None:
    found = clean(text + "\x00\ud800 x")
    assert found is not None and len(found) <= 1000
    found.encode()
    assert "\x00" not in found and found == " ".join(found.split())


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2026-08-15", "2026-08-15"),
        ("2026-08", "2026-08"),
        ("20260815", "2026-08-15"),
        ("2026-08-15T10:00Z", "2026-08-15T10:00:00+00:00"),
        ("2026-08-15 10:00:00", "2026-08-15T10:00:00"),
        ("Sat, 15 Aug 2026 21:39:28 GMT", "2026-08-15T21:39:28+00:00"),
        ("some day", "some day"),
        ("\x00 ", None),
        (None, None),
        ("Sat, 99 Aug 99999999 21:39:28 GMT", "Sat, 99 Aug 99999999 21:39:28 GMT"),
    ],
)
def test_a_stated_time_is_iso_where_it_can_be_read(stated: str | None, iso: str | None) -> None:
    assert as_iso(stated) == iso


# Windows


def window(start: str, end: str) -> Interval:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=TEHRAN).astimezone(UTC) for text in (start, end))
    return Interval(start=first, end=last)


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/SiteMap/2026-08/sitemap-news-2026-08.xml", date(2026, 8, 1), date(2026, 8, 31)),
        ("/sitemap/2026/02.xml.gz", date(2026, 2, 1), date(2026, 2, 28)),
        ("/sitemap_202402.xml", date(2024, 2, 1), date(2024, 2, 29)),
        ("/sitemap-2026.xml", date(2026, 1, 1), date(2026, 12, 31)),
        ("/2026/sitemap-2026-08.xml", date(2026, 8, 1), date(2026, 8, 31)),
        ("/sitemap.xml?yyyy=2026&mm=08&day=2026-08-15", date(2026, 8, 15), date(2026, 8, 15)),
        ("/sitemap-2026-01-to-2026-03.xml", date(2026, 1, 1), date(2026, 3, 31)),
        ("/sitemap-2026-08-2.xml", date(2026, 8, 1), date(2026, 8, 31)),
    ],
)
def test_the_days_that_a_sitemaps_url_names(path: str, first: date, last: date) -> None:
    assert named_days(ORIGIN + path) == (first, last)


@pytest.mark.parametrize(
    "path", ["/sitemap.xml", "/sitemap-12.xml", "/sitemap-202613.xml", "/sitemap-774416.xml", "/x9999"]
)
def test_a_number_that_is_no_date_names_no_days(path: str) -> None:
    assert named_days(ORIGIN + path) is None


def test_a_window_needs_the_months_it_touches_in_the_sources_zone() -> None:
    children = [ChildSitemap(url=f"{ORIGIN}/{month}.xml") for month in ("2026-07", "2026-08", "2026-09")]

    def needed(start: str, end: str) -> list[str]:
        return [child.url[-6:-4] for child in children_for(window(start, end), children, TEHRAN)]

    assert needed("2026-08-01", "2026-09-01") == ["08"]
    assert needed("2026-07-31", "2026-08-02") == ["07", "08"]
    assert needed("2026-08-31T23:59", "2026-09-01T00:01") == ["08", "09"]
    assert needed("2025-01-01", "2025-02-01") == []
    assert len(children_for(None, children, TEHRAN)) == 3


def test_without_a_named_month_lastmod_decides_and_without_that_all_are_needed() -> None:
    children = [
        ChildSitemap(url=f"{ORIGIN}/{n}.xml", lastmod=lastmod)
        for n, lastmod in enumerate(
            [
                "2026-08-01",
                "2026-07-31",
                "2026-07-31T20:29:59+00:00",
                "2026-07-31T20:30:00Z",
                "2026-08",
                "2025",
                "x",
                None,
            ]
        )
    ]
    needed = children_for(window("2026-08-01", "2026-08-02"), children, TEHRAN)
    assert [child.url[-5] for child in needed] == ["0", "3", "4", "6", "7"]


def test_a_link_is_in_a_window_by_its_day_then_its_lastmod() -> None:
    def link(day: date | None, lastmod: str | None = None) -> Link:
        return Link(article_key="s:1", url=ORIGIN, seed="/", day=day, lastmod=lastmod)

    august = window("2026-08-01", "2026-09-01")
    assert link_in_window(link(date(2026, 8, 1)), august, TEHRAN)
    assert link_in_window(link(date(2026, 8, 31)), august, TEHRAN)
    assert not link_in_window(link(date(2026, 7, 31)), august, TEHRAN)
    assert not link_in_window(link(date(2026, 9, 1), "2026-08-15"), august, TEHRAN)
    assert link_in_window(link(date(2026, 8, 15)), window("2026-08-15T12:00", "2026-08-15T13:00"), TEHRAN)
    assert not link_in_window(link(None, "2026-07-30"), august, TEHRAN)
    assert link_in_window(link(None, "2027-01-01"), august, TEHRAN), (
        "published before its last change, perhaps in August"
    )
    assert link_in_window(link(None), august, TEHRAN)
    assert link_in_window(link(date(1, 1, 1)), None, TEHRAN)
    assert not link_in_window(link(date.max), august, TEHRAN)
    assert link_in_window(link(None, "9999-12-31T23:59:59-12:00"), august, TEHRAN)
