"""Feeds and sitemaps of the wild: an item's own link, base, charset and time, whatever stands beside them."""

from __future__ import annotations

import gzip
import json

import pytest

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Host, Source
from mirrorwire.seed_formats import SeedDocument, read_feed, read_section, read_sitemap
from mirrorwire.seed_formats.document import as_iso

HOST = "http://news.example"
SOURCE = Source(
    key="s",
    name="S",
    language=None,
    timezone="UTC",
    article_url=(r"^/(\d{4}/|news/)?a/(?P<id>\d+)",),
    hosts=(Host(url=HOST),),
    seeds=(),
)
TITLE = "Совет гавани решил заново построить пирс"


def feed(body: str | bytes, url: str = f"{HOST}/rss.xml", content_type: str | None = None) -> SeedDocument:
    body = body.encode() if isinstance(body, str) else body
    return read_feed(body, url=url, source=SOURCE, seed="/rss.xml", content_type=content_type)


def sitemap(body: str | bytes, content_type: str | None = None) -> SeedDocument:
    body = body.encode() if isinstance(body, str) else body
    url = f"{HOST}/sitemap.xml"
    return read_sitemap(body, url=url, source=SOURCE, seed="/sitemap.xml", content_type=content_type)


def ids(document: SeedDocument) -> list[str]:
    return [link.article_key.removeprefix("s:") for link in document.links]


def rss(*items: str, about: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"{about}><channel><title>t</title>{"".join(items)}</channel></rss>'


def item(number: int, more: str = "", about: str = "") -> str:
    return f"<item{about}><title>Title {number}</title><link>{HOST}/a/{number}</link>{more}</item>"


def atom(*entries: str, about: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{about}>{"".join(entries)}</feed>'


# The item's own link


@pytest.mark.parametrize(
    ("namespace", "extension"),
    [
        ("http://news.yandex.ru", f'<x:related><link url="{HOST}/a/9">r</link></x:related>'),
        ("http://news.yandex.ru", f"<x:related><x:link>{HOST}/a/9</x:link></x:related>"),
        ("http://search.yahoo.com/mrss/", f'<x:content url="{HOST}/a/9"><x:link>{HOST}/a/9</x:link></x:content>'),
        ("urn:unknown", f"<x:link>{HOST}/a/9</x:link><x:title>other</x:title>"),
        ("urn:unknown", f"<x:related><link>{HOST}/a/9</link><title>other</title></x:related>"),
        ("http://www.w3.org/2005/Atom", f'<x:source><x:link href="{HOST}/a/9"/><x:title>other</x:title></x:source>'),
        ("http://www.w3.org/2005/Atom", f'<x:link rel="related" href="{HOST}/a/9"/>'),
        ("http://purl.org/syndication/thread/1.0", f'<x:in-reply-to href="{HOST}/a/9" ref="{HOST}/a/9"/>'),
        ("http://podlove.org/simple-chapters", '<x:chapters><x:chapter title="x"/></x:chapters>'),
        ("http://www.opengis.net/gml", "<x:pos>1 2</x:pos><x:posList>1</x:posList>"),
        ("http://www.georss.org/georss", "<x:point>x</x:point><x:polygon>1 2 3</x:polygon><x:box/>"),
        ("http://www.itunes.com/dtds/podcast-1.0.dtd", "<x:duration>x</x:duration><x:image/><x:category/>"),
        (
            "urn:unknown",
            f'<image><link>{HOST}/a/9</link><title>other</title></image><source url="{HOST}/a/9">s</source>',
        ),
    ],
)
def test_an_extension_of_an_item_takes_nothing_from_it(namespace: str, extension: str) -> None:
    for before in (False, True):
        items = [item(1)]
        for number in (2, 3):
            whole = item(number, extension)
            items.append(whole.replace(extension, "").replace("<title>", extension + "<title>", 1) if before else whole)
        found = feed(rss(*items, item(4), about=f' xmlns:x="{namespace}"'))
        assert ids(found) == ["1", "2", "3", "4"]
        assert [link.title for link in found.links] == ["Title 1", "Title 2", "Title 3", "Title 4"]
        assert found.damage is None


def test_an_atom_link_counts_by_its_rel_and_pages_before_other_types() -> None:
    links = (
        f'<link rel="self" href="{HOST}/a/91"/><link rel="enclosure" href="{HOST}/a/92"/>'
        f'<link rel="alternate" type="application/json" href="{HOST}/a/93"/>'
        f'<link rel="ALTERNATE" type="text/html" href="{HOST}/a/1"/><link rel="replies" href="{HOST}/a/94"/>'
    )
    unnamed = f'<link href="{HOST}/a/2"/>'
    by_address = f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{HOST}/a/3"/>'
    nested = f"<source><id>{HOST}/a/95</id><link href='{HOST}/a/96'/></source><id>{HOST}/a/4</id>"
    found = feed(atom(*(f"<entry>{each}</entry>" for each in (links, unnamed, by_address, nested))))
    assert ids(found) == ["1", "2", "3", "4"]


def test_the_case_of_names_and_attributes_hides_no_link() -> None:
    entry = f'<ENTRY><LINK REL="self" HREF="{HOST}/a/91"/><Link Rel="alternate" Href="{HOST}/a/1"/></ENTRY>'
    assert ids(feed(atom(entry))) == ["1"]
    number = f'<ITEM><GUID ISPERMALINK="false">{HOST}/a/92</GUID></ITEM>'
    lasting = f'<Item><Guid IsPermaLink="TRUE">{HOST}/a/2</Guid></Item>'
    assert ids(feed(rss(number, lasting))) == ["2"]


def test_a_guid_is_a_link_where_it_is_a_permanent_one_and_a_url() -> None:
    def entry(guid: str, about: str = "", link: str = "https://other.example/z") -> str:
        return f"<item><link>{link}</link><guid{about}>{guid}</guid></item>"

    false, true = ' isPermaLink="false"', ' isPermaLink="true"'
    found = feed(
        rss(
            entry("777777", false),
            entry("777778"),
            entry("777779", true),
            entry("tag:news.example,2026:/a/5"),
            entry("urn:uuid:1"),
            entry("a/6"),
            entry(f"{HOST}/a/7", false),
            entry(f"{HOST}/a/8"),
            entry(f"{HOST}/a/9", true, link=""),
        ),
        url=f"{HOST}/a/rss.xml",
    )
    assert ids(found) == ["8", "9"]
    assert found.skipped == 7


def test_the_original_link_of_a_feed_service_is_found() -> None:
    about = ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    original = f"<feedburner:origLink>{HOST}/a/5</feedburner:origLink>"
    found = feed(rss(f"<item><link>http://feeds.example/~r/x/1</link>{original}</item>", about=about))
    assert ids(found) == ["5"]


# Bases


@pytest.mark.parametrize(
    "bad", ["http://[bad/", "http://h:99999999/", "javascript:alert(1)", "mailto:x", "http://", "//"]
)
def test_a_base_that_is_no_url_of_a_server_is_passed_over(bad: str) -> None:
    relative = f'<item xml:base="{bad}"><title>x</title><link>/a/9</link></item>'
    found = feed(rss(item(1), relative, item(2), item(3)))
    assert ids(found) == ["1", "9", "2", "3"]


def test_a_base_holds_for_its_own_entry_and_its_content_for_nothing() -> None:
    content = (
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" xml:base="{HOST}/2022/"><p/></div></content>'
    )
    body = atom(
        f'<entry xml:base="{HOST}/2024/"><link href="a/1"/></entry>',
        f'<entry xml:base="{HOST}/2023/">{content}<link href="a/2"/></entry>',
        f'<entry>{content}<link href="a/3"/></entry>',
        f'<entry><link xml:base="{HOST}/2021/" href="a/4"/></entry>',
    )
    found = feed(body, url=f"{HOST}/news/atom.xml")
    assert [link.url for link in found.links] == [
        f"{HOST}/2024/a/1",
        f"{HOST}/2023/a/2",
        f"{HOST}/news/a/3",
        f"{HOST}/2021/a/4",
    ]


def test_bases_are_resolved_level_by_level() -> None:
    found = feed(atom('<entry xml:base="2024/"><link href="a/1"/></entry>', about=f' xml:base="{HOST}/"'))
    assert [link.url for link in found.links] == [f"{HOST}/2024/a/1"]


# Charsets


def titled(declaration: str = '<?xml version="1.0"?>', title: str = TITLE) -> str:
    return f"{declaration}<rss><channel><item><title>{title}</title><link>{HOST}/a/1</link></item></channel></rss>"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("cp1251", None, "text/xml; charset=windows-1251"),
        ("cp1251", None, "text/xml;Charset='CP1251'"),
        ("cp1251", "windows-1251", "text/xml; charset=utf-8"),
        ("cp1251", "windows-1251", "text/xml; charset=undefined"),
        ("cp1251", "windows-1251", "text/xml; charset=idna"),
        ("cp1251", "utf-8", "text/xml; charset=windows-1251"),
        ("koi8-r", "koi8-r", None),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "windows-1251", "text/xml"),
        ("utf-8", "UTF-16", None),
        ("utf-8", None, "text/xml; charset=utf-16"),
        ("utf-8-sig", "windows-1251", "text/xml; charset=koi8-r"),
        ("utf-16", "utf-8", "text/xml; charset=utf-8"),
        ("utf-16-le", "utf-8", None),
        ("utf-16-be", "utf-16", None),
        ("utf-8", "undefined", "text/xml; charset=unicode_escape"),
    ],
)
def test_a_title_is_read_by_what_the_bytes_are(encoding: str, declared: str | None, content_type: str | None) -> None:
    declaration = '<?xml version="1.0"' + (f' encoding="{declared}"' if declared else "") + "?>"
    found = feed(titled(declaration).encode(encoding), content_type=content_type)
    assert [(link.article_key, link.title) for link in found.links] == [("s:1", TITLE)]


def test_iso_2022_jp_is_read_though_it_is_valid_ascii() -> None:
    body = titled('<?xml version="1.0" encoding="iso-2022-jp"?>', "港の話").encode("iso-2022-jp")
    assert feed(body).links[0].title == "港の話"


def test_a_character_cut_in_two_makes_a_feed_no_other_charset() -> None:
    body = titled().encode().replace(b"</title>", b"\xd0</title>")
    title = feed(body, content_type="text/xml; charset=iso-8859-1").links[0].title
    assert title is not None and title.startswith(TITLE)


@pytest.mark.parametrize("declared", ["UTF-16", "utf-16le", "UCS-2", "undefined", "utf-32"])
def test_a_sitemap_that_declares_what_it_is_not_is_read(declared: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?><urlset><url><loc>{HOST}/a/1</loc></url></urlset>'
    for encoding in ("utf-8", "utf-16", "utf-16-le"):
        found = sitemap(body.encode(encoding))
        assert ids(found) == ["1"] and found.damage is None


# What stands before and between


@pytest.mark.parametrize(
    "before",
    [
        "<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n",
        "Warning: x in /a.php on line 5\n",
        "<p>x</p>",
        "x",
        "\0x\n",
    ],
)
def test_text_before_the_xml_is_damage_and_its_items_are_read(before: str) -> None:
    found = feed(before + rss(item(1)))
    assert ids(found) == ["1"]
    assert found.damage is not None and found.damage.startswith("text before the XML (")
    assert ids(sitemap(before + f"<urlset><url><loc>{HOST}/a/1</loc></url></urlset>")) == ["1"]


@pytest.mark.parametrize("before", ["\n\n", "\ufeff", "\ufeff\n\ufeff", "<!-- made by x -->\n", " \t"])
def test_lines_marks_and_comments_before_the_xml_are_no_damage(before: str) -> None:
    found = feed(before + rss(item(1)))
    assert ids(found) == ["1"] and found.damage is None


def test_a_page_that_shows_a_feeds_markup_is_no_feed() -> None:
    page = f"<!DOCTYPE html><html><body><pre>{rss(item(1))}</pre></body></html>"
    with pytest.raises(SeedUnreadable, match="an HTML page, not a feed"):
        feed(page)


# Sitemaps as lines of text


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n \n"])
def test_lines_of_urls_are_a_sitemap(line_end: str, start: str) -> None:
    body = (start + line_end.join([f"{HOST}/a/1", f" {HOST}/a/2 ", "https://elsewhere.example/a/3", ""])).encode()
    for sent in (body, gzip.compress(body), body.decode().encode("utf-16") if not start else body):
        found = sitemap(sent, content_type="text/plain")
        assert ids(found) == ["1", "2"] and found.skipped == 1 and found.damage is None


@pytest.mark.parametrize(
    "body",
    ["Not Found", f"See {HOST}/a/1", f"{HOST}/a/1\nis gone", "http://127.0.0.1:9/feed", f"ftp://x\n{HOST}/a/1", ""],
)
def test_other_text_is_no_sitemap(body: str) -> None:
    with pytest.raises(SeedUnreadable):
        sitemap(body)


def test_a_line_that_is_no_url_costs_the_others_nothing() -> None:
    found = sitemap("\n".join(["# made by x", *(f"{HOST}/a/{n}" for n in range(20))]))
    assert len(found.links) == 20
    assert found.damage == "1 of its 21 lines are no URLs"


def test_of_lines_cut_off_the_last_is_not_taken() -> None:
    packed = gzip.compress("".join(f"{HOST}/a/{n}{n * n}\n" for n in range(1000, 3000)).encode())
    found = sitemap(packed[: len(packed) // 2])
    assert found.damage == "gzip data cut off"
    assert found.links and all(int(key[4:]) == int(key[:4]) ** 2 for key in ids(found))


# JSON Feed


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> str:
    return json.dumps({"version": version, "title": "t", "items": items})


def test_a_json_feed_is_read() -> None:
    found = feed(
        json_feed(
            {
                "id": "1",
                "url": f"{HOST}/a/1",
                "title": "Fish &amp; chips",
                "date_published": "2026-08-15T10:00:00+05:30",
            },
            {"id": "2", "external_url": f"{HOST}/a/2", "date_modified": "2026-08-15"},
            {"id": f"{HOST}/a/3"},
            {"id": "4", "url": "/a/4", "external_url": f"{HOST}/a/94", "title": 7},
            {"id": 5, "url": ["x"]},
            "x",
        ),
        content_type="application/feed+json",
    )
    assert [(link.article_key, link.title, link.lastmod) for link in found.links] == [
        ("s:1", "Fish & chips", "2026-08-15T10:00:00+05:30"),
        ("s:2", None, "2026-08-15"),
        ("s:3", None, None),
        ("s:4", "7", None),
    ]
    assert found.skipped == 2 and found.damage is None


def test_a_json_feed_cut_off_gives_its_whole_items() -> None:
    whole = json_feed({"url": f"{HOST}/a/1"}, {"url": f"{HOST}/a/2"}, {"url": f"{HOST}/a/3"})
    found = feed(whole[: whole.index("a/3")])
    assert ids(found) == ["1", "2"]
    assert found.damage == "cut off, or not JSON, after 2 items"


@pytest.mark.parametrize("body", ['{"items": []}', '{"version": "1", "items": []}', "{", '{"a":' * 100_000, "{}"])
def test_other_json_is_no_feed(body: str) -> None:
    with pytest.raises(SeedUnreadable, match="JSON, not a feed"):
        feed(body)


# Times


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("Wed, 11 Sep 2019 22:52:30+5:30", "2019-09-11T22:52:30+05:30"),
        ("Wed, 11 Sep 2019 22:52:30 +05:30", "2019-09-11T22:52:30+05:30"),
        ("Wed, 11 Sep 2019 22:52:30 GMT+0530", "2019-09-11T22:52:30+05:30"),
        ("Wed, 11 Sep 2019 22:52:30 UTC-3", "2019-09-11T22:52:30-03:00"),
        ("Wed, 11 Sep 2019 22:52:30 +0530 (IST)", "2019-09-11T22:52:30+05:30"),
        ("Wed, 11 Sep 2019 22:52:30 -0000", "2019-09-11T22:52:30+00:00"),
        ("11 Sep 19 22:52 EST", "2019-09-11T22:52:00-05:00"),
        ("Wed, 11 September 2019 22:52:30 CEST", "2019-09-11T22:52:30+02:00"),
        ("Wed, 11 Sep 2019 22:52:30", "2019-09-11T22:52:30"),
        ("Wed, 11 Sep 2019", "2019-09-11"),
        ("2019-09-11T22:52:30+5:30", "2019-09-11T22:52:30+05:30"),
        ("2019-09-11 22:52:30 +0530", "2019-09-11T22:52:30+05:30"),
        ("2019-09-11 22:52:30 UTC", "2019-09-11T22:52:30+00:00"),
    ],
)
def test_a_time_keeps_the_zone_that_it_states(stated: str, iso: str) -> None:
    found = feed(rss(item(1, f"<pubDate>{stated}</pubDate>")))
    assert found.links[0].lastmod == iso


@pytest.mark.parametrize(
    "stated",
    [
        "Wed, 11 Sep 2019 22:52:30 IST",
        "Wed, 11 Sep 2019 10:52:30 PM",
        "Wed, 11 Sep 2019 22:52:30 +9999",
        "Wed, 99 Sep 2019 22:52:30 GMT",
        "Wed, 11 Sep 2019 25:52:30 GMT",
        "2019-09-11 22:52:30 IST",
        "2019-09-11T22:52:30 Asia/Kolkata",
        "0000-00-00T00:00:00Z",
    ],
)
def test_a_time_in_a_zone_that_nobody_knows_is_left_as_it_stands(stated: str) -> None:
    assert as_iso(stated) == stated


def test_a_listing_is_read_by_the_charset_of_its_header() -> None:
    source = Source(**{name: getattr(SOURCE, name) for name in SOURCE.__slots__} | {"article_url": ()})
    body = '<html><body><a href="/новости">x</a></body></html>'.encode("cp1251")
    found = read_section(body, url=HOST, source=source, seed="/", content_type="text/html; charset=windows-1251")
    assert found.links[0].slug == "новости"


def test_links_that_share_one_key_are_told() -> None:
    source = Source(**{name: getattr(SOURCE, name) for name in SOURCE.__slots__} | {"article_url": ("/(?P<id>a)/",)})
    body = rss(*(item(n) for n in range(5))).encode()
    found = read_feed(body, url=HOST, source=source, seed="/")
    assert len(found.links) == 1
    assert found.damage == "all its links share the key s:a: article_url takes no id that tells them apart"


@pytest.mark.parametrize(
    "broken",
    [
        f"<title>a <b> c</title><link>{HOST}/a/2</link>",
        f"<title>a < c</title><link>{HOST}/a/2</link>",
        f"<x:y>z</x:y><link>{HOST}/a/2?b=1&c=2</link>",
        f"<title>&nosuch; & &rsquo;</title><link>{HOST}/a/2</link></title>",
        f"<description><p>open<br><img src=x></description><link>{HOST}/a/2</link>",
    ],
)
def test_the_link_behind_broken_markup_is_found(broken: str) -> None:
    found = feed(rss(item(1), f"<item>{broken}</item>", item(3)))
    assert ids(found) == ["1", "2", "3"]
    assert found.links[2].title == "Title 3"


def test_whatever_feedparser_raises_costs_one_item() -> None:
    chapters = '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter/></psc:chapters>'
    found = feed(rss(item(1), f"<item>{chapters}<title>a <b></title><link>{HOST}/a/2</link></item>", item(3)))
    assert ids(found) in (["1", "3"], ["1", "2", "3"])
    assert found.damage is not None and found.damage.startswith("not well-formed (line 1: ")
