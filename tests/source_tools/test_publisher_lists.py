"""Lists of publishers as people keep them: what each line names, and what hostile ones cost."""

from __future__ import annotations

import time

import pytest

from mirrorwire.core.errors import WrongUse
from mirrorwire.source_tools.import_plan import KnownLine, ToAsk, lanes, plan
from mirrorwire.source_tools.import_rows import row_of
from mirrorwire.source_tools.listed import ListedPublisher
from mirrorwire.source_tools.lists import MAX_LIST_BYTES, read_list

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>News</title></head><body>
<outline text="Europe"><outline text="North">
<outline type="rss" text="A &amp; B" xmlUrl="https://a.example/rss?x=1&y=2" htmlUrl="https://www.a.example/"/>
</outline></outline>
<outline TITLE="Bee" XMLURL="feed://b.example/rss"/>
<outline text="Cee" xmlUrl="https://c.example/rss" htmlUrl="about:blank"/>
<outline text="Dee" xmlUrl="javascript:alert(1)"/>
<outline text="more" type="include" url="https://e.example/more.opml"/>
<outline text="Eff" type="link" url="https://f.example/news"/>
</body></opml>
"""


def named(body: bytes | str) -> list[tuple[int, str, tuple[str, ...], str | None, str | None]]:
    text = body.encode() if isinstance(body, str) else body
    return [(each.line, each.url, each.feeds, each.name, each.key) for each in read_list(text, "list").publishers]


def problems(body: str) -> dict[int, str]:
    return {each.line: each.problem for each in read_list(body.encode(), "list").problems}


def asked(body: str, **known: object) -> list[ToAsk]:
    planned = plan(read_list(body.encode(), "list"), known=(), done={}, **known)  # type: ignore[arg-type]
    return [each for each in planned if isinstance(each, ToAsk)]


def test_an_address_a_line_with_or_without_a_scheme() -> None:
    text = "# mine\n\nhttps://a.example/news?utm_source=x\r\nwww.b.example\n  c.example/world  \nété.example\n"
    assert [(line, url) for line, url, *_ in named(text)] == [
        (3, "https://a.example/news"),
        (4, "https://www.b.example/"),
        (5, "https://c.example/world"),
        (6, "https://xn--t-9fab.example/"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "name,url,feed,key",
        "Name;Web Site;RSS Feed;ID",
        "title\thtmlUrl\txml_url\tslug",
        "PUBLISHER,Homepage,Feed-URL,Key",
    ],
)
def test_a_table_is_known_by_its_header_in_any_usual_spelling(header: str) -> None:
    delimiter = next(mark for mark in "\t;," if mark in header)
    row = delimiter.join(('"The\nDaily"', "https://a.example", "https://feeds.example/a", "daily"))
    assert named(f"\ufeff{header}\r\n{row}\r\n") == [
        (2, "https://a.example/", ("https://feeds.example/a",), "The Daily", "daily")
    ]


def test_columns_that_nobody_knows_are_passed_over_and_a_feed_is_enough() -> None:
    assert named("rank,feed,country\n1,https://a.example/rss.xml,NO\n") == [
        (2, "https://a.example/", ("https://a.example/rss.xml",), None, None)
    ]


def test_opml_in_folders_with_attributes_in_any_case() -> None:
    assert named(OPML) == [
        (4, "https://www.a.example/", ("https://a.example/rss?x=1&y=2",), "A & B", None),
        (6, "http://b.example/", ("http://b.example/rss",), "Bee", None),
        (7, "https://c.example/", ("https://c.example/rss",), "Cee", None),
        (10, "https://f.example/news", (), "Eff", None),
    ]
    assert problems(OPML) == {
        8: "javascript:alert(1): not an http or https URL",
        9: "https://e.example/more.opml: another list: import it by itself",
    }


def test_opml_in_other_encodings_is_read() -> None:
    text = (
        '<?xml version="1.0" encoding="{}"?><opml><body><outline text="Été" htmlUrl="https://a.example"/></body></opml>'
    )
    for encoding in ("utf-16", "windows-1252"):
        assert named(text.format(encoding).encode(encoding))[0][3] == "Été"


def test_of_damaged_opml_what_stands_before_the_damage() -> None:
    torn = OPML[: OPML.index('<outline text="Dee"')]
    assert len(named(torn)) == 3
    assert any(problem.startswith("not well-formed from here on") for problem in problems(torn).values())
    assert len(named(OPML.replace("</outline></outline>", "</outline>"))) == 4


def test_a_line_that_is_wrong_is_named_and_the_others_go_on() -> None:
    assert problems(
        "url,key\nhttps://a.example,ok\nnonsense here,b\nftp://c.example,c\n,d\nhttps://e.example,E!\n"
    ) == {
        3: "nonsense here: not an http or https URL",
        4: "ftp://c.example: not an http or https URL",
        5: "no address",
        6: "E!: no key: a small letter, then small letters, digits, - and _, up to 40",
    }


HOSTILE = {
    "too large": (b"https://a.example/\n" * (MAX_LIST_BYTES // 10), "split it"),
    "a bomb": (
        b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><opml><body>&b;</body></opml>',
        "entities",
    ),
    "a file": (b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body/></opml>', "entities"),
    "deep": (b"<opml><body>" + b"<outline text='a'>" * 10_000 + b"</outline>" * 10_000, "not well-formed"),
    "wide": (b"<opml><body>" + b"<a/>" * 1_200_000, "over 100,000 elements"),
    "attributes": (b"<opml " + b"".join(b"a%d='b' " % n for n in range(300_000)) + b"/>", "no publisher in it"),
    "no XML": (b"<opml <body <<<", "no publisher in it"),
    "a page": (b"<!doctype html><html><body>Hello</body></html>", "an HTML page, not a list"),
    "a feed": (b"<rss><channel/></rss>", "a feed, not a list"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\0", "a picture, not a list"),
    "JSON": (b'{"a": 1}', "no publisher in it"),
    "nothing": (b"", "no publisher in it"),
    "gzip bomb": (b"\x1f\x8b\x08\0\0\0\0\0\0\0", "gzip"),
    "one cell": (b'url\n"' + b"a" * 4_000_000, "no publisher in it"),
    "a wide header": (b"url," * 1_000_000, "no publisher in it"),
    "long lines": (b"a" * 4_000_000, "no publisher in it"),
    "a header alone": (b"url,name\n", "no publisher in it"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_list_is_one_line_soon(name: str) -> None:
    body, reason = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(WrongUse) as caught:
        read_list(body, "list.opml")
    assert time.process_time() - began < 5
    line = str(caught.value)
    assert line.startswith("list.opml: ") and reason in line and "\n" not in line and len(line) < 400


def test_ten_thousand_publishers_are_planned_in_seconds() -> None:
    body = "url,feed\n" + "".join(f"https://w{n}.example,https://shared.example/{n}\n" for n in range(10_000))
    began = time.process_time()
    planned = asked(body)
    assert [len(lane) for lane in lanes(planned)] == [10_000]
    assert len({each.key for each in planned}) == 10_000
    assert time.process_time() - began < 20


def test_the_same_site_stands_once_whatever_its_spelling() -> None:
    text = "https://a.example/\nhttp://www.a.example/news\na.example:443\nhttps://b.example:8443/\nhttps://b.example\n"
    planned = plan(read_list(text.encode(), "list"), known=(), done={})
    assert [each.line for each in planned if isinstance(each, ToAsk)] == [1, 4, 5]
    assert {each.row["line"]: each.row["problem"] for each in planned if isinstance(each, KnownLine)} == {
        2: "the same site as line 1",
        3: "the same site as line 1",
    }


def test_feeds_of_one_site_are_read_by_one_source_where_the_list_names_the_site() -> None:
    rows = ["https://a.example,https://a.example/1", "https://a.example,https://a.example/2", ",https://a.example/3"]
    (publisher,) = (each.publisher for each in asked("\n".join(("url,feed", *rows))))
    assert publisher.feeds == ("https://a.example/1", "https://a.example/2")


def test_keys_are_names_of_domains_and_none_is_given_twice() -> None:
    text = "bbc.com\nwww.bbc.co.uk\nbbc.net\nhttps://bbc-net.example\nhttp://127.0.0.1:8001\nbbc.co.uk:81\n"
    assert [each.key for each in asked(text)] == [
        "bbc",
        "bbc-co-uk",
        "bbc-net",
        "bbc-net-example",
        "site-127-0-0-1-8001",
        "bbc-co-uk-81",
    ]


def test_a_key_that_the_list_states_is_kept_for_its_line() -> None:
    text = "url,key\nhttps://bbc.com,\nhttps://other.example,bbc\nhttps://third.example,bbc\n"
    planned = plan(read_list(text.encode(), "list"), known=(), done={})
    assert [each.key if isinstance(each, ToAsk) else each.row["outcome"] for each in planned] == [
        "bbc-com",
        "bbc",
        "unusable",
    ]


def test_the_same_list_gives_the_same_keys_whatever_is_done_already() -> None:
    body = b"bbc.com\nbbc.net\nbbc.org\nother.example\n"
    first = [each for each in plan(read_list(body, "list"), known=(), done={}) if isinstance(each, ToAsk)]
    for ones in range(2 ** len(first)):
        some = [each for n, each in enumerate(first) if ones >> n & 1]
        done = {each.publisher.identity: row_of(each.publisher, each.key, "added") for each in some}
        again = plan(read_list(body, "list"), known=(), done=done)
        keys = [each.key if isinstance(each, ToAsk) else each.row["key"] for each in again]
        assert keys == [each.key for each in first]


def test_publishers_with_a_host_in_common_are_in_one_group() -> None:
    text = (
        "url,feed\nhttps://a.example,https://feeds.example/a\nhttps://b.example,https://other.example/b\n"
        "https://c.example,https://feeds.example/c\nhttps://d.example,\nhttps://other.example,https://feeds.example/o\n"
    )
    assert [[each.line for each in lane] for lane in lanes(asked(text))] == [[2, 3, 4, 6], [5]]


def test_a_publisher_that_names_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no address"):
        ListedPublisher.of(1, url=None, feed=None)
