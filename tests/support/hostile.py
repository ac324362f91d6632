"""Pages that want to hang a reader, exhaust its memory, or be cut by it without a word; none is anybody's page."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from mirrorwire.core.records import Extraction
from mirrorwire.extract.page import MAX_ELEMENTS, MAX_JSON_LD_CHARS, MAX_LINKS, MAX_PAGE_CHARS

URL = "https://news.example/2026/09/23/a-storm"
TITLE = "A storm in the harbour"
SENTENCES = (
    "The storm reached the harbour shortly before dawn and tore eleven boats from their moorings.",
    "Nobody was hurt, said the harbour master, who had spent the night in the signal station.",
    "Repairs will take until spring, and will cost more than the islands earn in a season.",
    "The ferry company expects to sail again as soon as the divers have looked at the quay.",
    "Insurance covers the boats, but not the nets, which hung drying on the eastern wall.",
    "Fishermen counted what was left of their gear while the wind was still tearing at the roofs.",
)
JAPANESE = (
    "嵐は夜明け前に港に達し、係留されていた十一隻の船を押し流した。港の責任者は信号所で一夜を過ごした。",
    "けが人はいなかったと責任者は話している。修理は春までかかり、費用は島の一年の収入を上回る見込みだ。",
    "フェリー会社は潜水士が岸壁を調べ終わりしだい運航を再開する予定で、住民は船の再開を待っている。",
    "保険は船には適用されるが、東側の壁に干してあった漁網には適用されない。漁師たちは残った道具を数えた。",
)
ARABIC = (
    "وصلت العاصفة إلى الميناء قبل الفجر بقليل وانتزعت أحد عشر قاربا من مراسيها في الجانب الشرقي من الجزيرة.",
    "وقال مدير الميناء الذي أمضى الليل في محطة الإشارة إن أحدا لم يصب بأذى وإن القوارب ستعود قريبا إلى البحر.",
    "وستستغرق الإصلاحات حتى الربيع وستكلف أكثر مما تكسبه الجزر في موسم كامل من الصيد والسياحة.",
    "وتتوقع شركة العبارات أن تبحر مرة أخرى بمجرد أن ينظر الغواصون إلى الرصيف ويقولوا إنه سليم.",
)

Expected = Literal["whole", "whole or broken", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One page, and what must become of it.

    `whole`: `sentences` come out, all of them. `whole or broken`: that, or a verdict that says why not.
    `answered`: any verdict, within the limits.
    """

    body: bytes
    expected: Expected = "answered"
    sentences: tuple[str, ...] = SENTENCES
    content_type: str | None = None


def wrong(page: Hostile, found: Extraction) -> str | None:
    """Return what is wrong with what came of a page, `None` if nothing is."""
    if page.expected == "answered" or (page.expected == "whole or broken" and found.verdict.kind == "broken"):
        return None
    if found.article is None:
        return f"{found.verdict.kind}, {found.verdict.evidence.get('reason')}"
    lost = sum(sentence not in found.article.text for sentence in page.sentences)
    return f"{lost} of {len(page.sentences)} sentences are lost" if lost else None


def markup(inside: str = "", *, head: str = "", after: str = "", sentences: tuple[str, ...] = SENTENCES) -> str:
    """An article's page: `inside` stands in its article, behind the text; `after` behind the article."""
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    stated = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-09-23T05:00:00Z"}
    return (
        f"<!doctype html><html><head><title>{TITLE}</title>"
        f'<script type="application/ld+json">{json.dumps(stated)}</script>{head}</head>'
        f"<body><article><h1>{TITLE}</h1>{text}{inside}</article>{after}</body></html>"
    )


def beside(inside: str = "", *, head: str = "", after: str = "", expected: Expected = "whole or broken") -> Hostile:
    return Hostile(body=markup(inside, head=head, after=after).encode(), expected=expected)


def _full(start: str, part: str, end: str, limit: int) -> str:
    """`part` repeated between `start` and `end`, as long as it may be."""
    return start + part * ((limit - len(start) - len(end)) // len(part)) + end


def _wide(part: str) -> str:
    """A page just under the cap on its size that is an article, and `part` over and over."""
    start, end = markup().split("</article>", 1)
    return _full(start, part, "</article>" + end, MAX_PAGE_CHARS)


def _json_ld(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def _encoded(sentences: tuple[str, ...], encoding: str, declared: str | None, mark: bytes = b"") -> Hostile:
    meta = f'<meta charset="{declared}">' if declared else ""
    body = mark + markup(head=meta, sentences=sentences).encode(encoding, "xmlcharrefreplace")
    return Hostile(body=body, expected="whole", sentences=sentences)


def _noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def _nested(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "".join(f"<p>{each}</p>" for each in SENTENCES) + f"</{tag}>" * depth


def _deep_json(depth: int) -> str:
    return '{"@type": "NewsArticle", "headline": "x", "a": ' + "[" * depth + "]" * depth + "}"


def _xml_bomb() -> str:
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise("abcdefghi"))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "storm">{entities}]><a>&i;</a>'


PAGES: Mapping[str, Callable[[], Hostile]] = {
    # The table of known cases: what is too large
    "10 MB of <p>": lambda: beside("<p>" * 3_300_000),
    "10 MB of <p>, nothing else": lambda: Hostile(body=b"<p>" * 3_300_000),
    "5 MB of links": lambda: beside('<a href="/x">x</a>' * 280_000),
    "10 MB of JSON-LD": lambda: beside(head=_json_ld("[" + '{"@type": "Thing", "name": "x"},' * 320_000 + "1]")),
    "20 MB attribute": lambda: beside(f'<p title="{"x" * 20_000_000}">x</p>'),
    "50 MB script": lambda: beside(f"<script>{'x' * 50_000_000}</script>"),
    "50 MB of text": lambda: Hostile(body=(b"A storm in the harbour. " * 2_000_000)),
    "20 MB of text in one paragraph": lambda: beside("A storm. " * 2_200_000),
    # nested
    "5,000 nested divs": lambda: beside(after="<div>" * 5000 + "x"),
    "article inside 5,000 divs": lambda: Hostile(body=_nested("div", 5000).encode(), expected="whole or broken"),
    "article inside 1,000 blockquotes": lambda: Hostile(
        body=_nested("blockquote", 1000).encode(), expected="whole or broken"
    ),
    "article inside 240 blockquotes": lambda: Hostile(
        body=markup(sentences=()).replace("</article>", _nested("blockquote", 240) + "</article>").encode(),
        expected="whole or broken",
    ),
    "article inside 2,000 open spans": lambda: Hostile(
        body=markup().replace("<article>", "<span>" * 2000 + "<article>").encode(), expected="whole or broken"
    ),
    "article inside 2,000 tables": lambda: Hostile(
        body=_nested("table><tr><td", 2000).encode(), expected="whole or broken"
    ),
    # encoded
    "lone surrogate": lambda: Hostile(
        body=markup().replace("dawn", "dawn\ud800").encode("utf-8", "surrogatepass"),
        expected="whole", sentences=SENTENCES[1:],
    ),
    "lone surrogate as a reference": lambda: Hostile(
        body=markup().replace("dawn", "dawn&#xD800;").encode(), expected="whole", sentences=SENTENCES[1:]
    ),
    "UTF-16LE without a mark": lambda: _encoded(SENTENCES, "utf-16-le", None),
    "UTF-16LE without a mark, Japanese": lambda: _encoded(JAPANESE, "utf-16-le", None),
    "UTF-16BE without a mark": lambda: _encoded(SENTENCES, "utf-16-be", None),
    "UTF-16 with a mark": lambda: _encoded(ARABIC, "utf-16-le", "utf-8", b"\xff\xfe"),
    "UTF-16BE with a mark": lambda: _encoded(JAPANESE, "utf-16-be", "shift_jis", b"\xfe\xff"),
    "windows-1256": lambda: _encoded(ARABIC, "windows-1256", "windows-1256"),
    "windows-1256 by the header": lambda: Hostile(
        body=markup(sentences=ARABIC).encode("windows-1256"), content_type="text/html; charset=windows-1256",
        expected="whole", sentences=ARABIC,
    ),
    "windows-1256 that nobody names": lambda: _encoded(ARABIC, "windows-1256", None),
    "Shift-JIS called UTF-8": lambda: _encoded(JAPANESE, "shift_jis", "utf-8"),
    "Shift-JIS called EUC-JP": lambda: _encoded(JAPANESE, "shift_jis", "euc-jp"),
    "EUC-JP": lambda: _encoded(JAPANESE, "euc-jp", "euc-jp"),
    "UTF-8 called Shift-JIS by the header": lambda: Hostile(
        body=markup(sentences=ARABIC).encode(), content_type="text/html; charset=shift_jis",
        expected="whole", sentences=ARABIC,
    ),
    "NULs between the letters of a tag": lambda: Hostile(
        body=markup().replace("<p>", "<\0p>").encode(), expected="whole or broken"
    ),
    "NULs in the text": lambda: Hostile(
        body=markup().replace(" ", " \0").encode(), expected="whole"
    ),
    "1 MB of NULs before the page": lambda: Hostile(
        body=b"\0" * 1_000_000 + markup().encode(), expected="whole or broken"
    ),
    "control characters": lambda: Hostile(
        body=markup().replace(" ", " \x01\x02\x1b").encode(), expected="whole"
    ),
    # no page at all
    "gzip bomb": lambda: Hostile(body=gzip.compress(bytes(100_000_000))),
    "XML bomb": lambda: Hostile(body=_xml_bomb().encode()),
    "XML bomb in an article": lambda: Hostile(
        body=_xml_bomb().split("<a>")[0].encode() + markup("&i;").encode(), expected="whole or broken"
    ),
    "external entity": lambda: Hostile(
        body=b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + markup("<p>&x;</p>").encode(),
        expected="whole or broken",
    ),
    "binary": lambda: Hostile(body=_noise(2_000_000)),
    "binary behind a doctype": lambda: Hostile(body=b"<!doctype html><p>" + _noise(2_000_000)),
    "binary inside an article": lambda: Hostile(
        body=markup("@@").encode().replace(b"@@", _noise(500_000).replace(b"<", b" ").replace(b"&", b" ")),
        expected="whole or broken",
    ),
    "nothing": lambda: Hostile(body=b""),
    "one byte": lambda: Hostile(body=b"<"),
    # just under each cap
    "3 MB of paragraphs": lambda: Hostile(
        body=_wide(f"<p>{'A storm reached the harbour. ' * 10}</p>").encode(), expected="whole or broken"
    ),
    "3 MB of text in one paragraph": lambda: Hostile(
        body=_wide("A storm reached the harbour. ").encode(), expected="whole or broken"
    ),
    "3 MB of one attribute": lambda: beside(
        f'<p title="{"x" * (MAX_PAGE_CHARS - 2000)}">x</p>', expected="whole"
    ),
    "3 MB of script": lambda: beside(f"<script>{'x<' * (MAX_PAGE_CHARS // 2 - 1000)}</script>", expected="whole"),
    "3 MB of comment": lambda: beside(f"<!--{'- ' * (MAX_PAGE_CHARS // 2 - 1000)}-->", expected="whole"),
    "3 MB of open comments": lambda: Hostile(body=_wide("<!--").encode(), expected="whole or broken"),
    "3 MB of <": lambda: Hostile(body=_wide("<").encode(), expected="whole or broken"),
    "3 MB of &": lambda: Hostile(body=_wide("&").encode(), expected="whole or broken"),
    "3 MB of &amp;": lambda: Hostile(body=_wide("&amp;").encode(), expected="whole or broken"),
    "3 MB of line breaks": lambda: Hostile(body=_wide("\n").encode(), expected="whole or broken"),
    "3 MB of spaces": lambda: Hostile(body=_wide(" ").encode(), expected="whole or broken"),
    "3 MB of wide characters": lambda: Hostile(body=_wide("嵐は港に。").encode(), expected="whole or broken"),
    "3 MB of no-break spaces": lambda: Hostile(body=_wide("\u00a0").encode(), expected="whole or broken"),
    "3 MB of characters beyond the BMP": lambda: Hostile(body=_wide("𝕏").encode(), expected="whole or broken"),
    "3 MB of combining marks": lambda: Hostile(body=_wide("\u0301").encode(), expected="whole or broken"),
    "5,000 links": lambda: beside('<a href="/x">x</a>' * (MAX_LINKS - 1)),
    "5,000 links in paragraphs": lambda: beside('<p><a href="/x">A storm in the harbour</a> x</p>' * (MAX_LINKS - 1)),
    "5,000 links in one list": lambda: beside(
        "<ul>" + '<li><a href="/x">A storm in the harbour</a></li>' * (MAX_LINKS - 1) + "</ul>"
    ),
    "5,000 links, each in 100 divs": lambda: beside(
        "".join("<div>" * 3 + '<a href="/x">x</a>' + "</div>" * 3 for _ in range(MAX_LINKS - 1))
    ),
    "5,000 links in text": lambda: beside(
        "<p>" + 'The storm reached <a href="/x">the harbour</a> shortly before dawn. ' * (MAX_LINKS - 1) + "</p>"
    ),
    "5,000 headings that are links": lambda: beside('<h2><a href="/x">A storm</a></h2>' * (MAX_LINKS - 1)),
    "20,000 elements": lambda: beside("<p>The storm reached the harbour.</p>" * (MAX_ELEMENTS - 50)),
    "20,000 spans in a paragraph": lambda: beside("<p>" + "<span>storm</span> " * (MAX_ELEMENTS - 50) + "</p>"),
    "20,000 breaks": lambda: beside("<p>" + "storm<br>" * (MAX_ELEMENTS - 50) + "</p>"),
    "20,000 rows": lambda: beside(
        "<table>" + "<tr><td>storm</td></tr>" * (MAX_ELEMENTS // 2 - 50) + "</table>"
    ),
    "20,000 cells in a row": lambda: beside(
        "<table><tr>" + "<td>The storm reached the harbour</td>" * (MAX_ELEMENTS - 50) + "</tr></table>"
    ),
    "60 nested tables of 300 cells": lambda: beside(
        "<table><tr>" + "<td>x</td>" * 300 + "<td>" + ("<table><tr>" + "<td>x</td>" * 300 + "<td>") * 60
    ),
    "20,000 list items": lambda: beside("<ul>" + "<li>The storm reached</li>" * (MAX_ELEMENTS - 50) + "</ul>"),
    "200 nested lists": lambda: beside("<ul><li>storm" * 110),
    "20,000 subheads": lambda: beside("<h2>The storm reached</h2>" * (MAX_ELEMENTS - 50)),
    "20,000 first headings": lambda: beside("<h1>The storm reached</h1>" * (MAX_ELEMENTS - 50)),
    "20,000 open b": lambda: beside("<b>storm" * (MAX_ELEMENTS - 50)),
    "19,000 figures": lambda: beside("<figure><figcaption>The storm</figcaption></figure>" * (MAX_ELEMENTS // 2 - 50)),
    "20,000 itemprops": lambda: beside(
        '<i itemprop="author" itemscope itemtype="https://schema.org/Person">A</i>' * (MAX_ELEMENTS - 50)
    ),
    "200 nested itemprops over 15,000 more": lambda: beside(
        '<div itemscope itemtype="https://schema.org/NewsArticle" itemprop="author">' * 110
        + '<i itemprop="name">A</i>' * 15_000
    ),
    "10,000 bylines": lambda: beside('<i class="byline">By Ann Lee</i>' * (MAX_ELEMENTS - 50)),
    "10,000 times": lambda: beside('<time datetime="2026-09-23T05:00">5 h</time>' * (MAX_ELEMENTS - 50)),
    "100,000 meta tags": lambda: beside(head='<meta name="a" content="b">' * 100_000),
    "19,000 meta tags": lambda: beside(head='<meta name="author" content="Ann Lee">' * 19_000, expected="whole"),
    "100,000 attributes": lambda: beside("<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">x</p>"),
    "250,000 attributes": lambda: beside("<p " + " ".join(f"a{n}=x" for n in range(250_000)) + ">x</p>"),
    "10,000 elements with 20 attributes": lambda: beside(
        ("<p " + " ".join(f"a{n}=x" for n in range(20)) + ">x</p>") * 10_000
    ),
    "10,000 classes": lambda: beside(f'<p class="{"lead " * 10_000}">{"x" * 60}</p>' * 40),
    "1 MB of one word": lambda: beside(f"<p>{'x' * 1_000_000}</p>", expected="whole"),
    "2 MB of one word in the title": lambda: Hostile(
        body=markup().replace(f"<title>{TITLE}", "<title>" + "x" * 2_000_000).encode(), expected="whole"
    ),
    "1 MB title of words": lambda: Hostile(
        body=markup().replace(f"<title>{TITLE}", "<title>" + "A storm - " * 100_000).encode(), expected="whole"
    ),
    "1 MB heading": lambda: Hostile(
        body=markup().replace(f"<h1>{TITLE}", "<h1>" + "A storm | " * 100_000).encode(), expected="whole"
    ),
    "1 MB of class": lambda: beside(f'<p class="{"caption-" * 125_000}">x</p>', expected="whole"),
    "1 MB in an og:title": lambda: beside(
        head=f'<meta property="og:title" content="{"A storm - " * 100_000}">', expected="whole"
    ),
    "1 MB in an author": lambda: beside(
        head=f'<meta name="author" content="{"Ann and " * 130_000}">', expected="whole"
    ),
    "1 MB of keywords": lambda: beside(head=f'<meta name="keywords" content="{"a," * 500_000}">', expected="whole"),
    "1 MB in a date": lambda: beside(
        head=f'<meta property="article:published_time" content="{"2026-" * 200_000}">', expected="whole"
    ),
    "1 MB canonical link": lambda: beside(
        head=f'<link rel="canonical" href="https://news.example/{"a/" * 500_000}">', expected="whole"
    ),
    # JSON
    "JSON-LD nested 100,000 deep": lambda: beside(head=_json_ld(_deep_json(100_000))),
    "JSON-LD nested 900 deep": lambda: beside(head=_json_ld(_deep_json(900))),
    "JSON-LD @graph nested 500 deep": lambda: beside(
        head=_json_ld('{"@graph": [' * 480 + '{"@type": "NewsArticle", "headline": "x"}' + "]}" * 480)
    ),
    "1 MB of JSON-LD": lambda: beside(
        head=_json_ld("[" + '{"@type": "NewsArticle", "headline": "x"},' * (MAX_JSON_LD_CHARS // 43) + "1]")
    ),
    "1 MB of JSON-LD in a string": lambda: beside(
        head=_json_ld(json.dumps({"@type": "NewsArticle", "headline": "x " * 499_000}))
    ),
    "1 MB of JSON-LD numbers": lambda: beside(head=_json_ld("[" + "1," * 499_000 + "1]")),
    "1 MB of open brackets": lambda: beside(head=_json_ld("[" * 999_000)),
    "1 MB of open braces": lambda: beside(head=_json_ld('{"a":' * 199_000)),
    "1 MB of commas": lambda: beside(head=_json_ld("[1" + "," * 999_000)),
    "1 MB of commas and spaces": lambda: beside(head=_json_ld("[1" + ", " * 499_000)),
    "1 MB of values one after another": lambda: beside(head=_json_ld("1 " * 499_000)),
    "1 MB of &quot; in JSON-LD": lambda: beside(head=_json_ld("{&quot;" * 140_000)),
    "1 MB of spaces in JSON-LD": lambda: beside(head=_json_ld("{" + " " * 998_000 + "x")),
    "1 MB of slashes in JSON-LD": lambda: beside(head=_json_ld("{" + "/" * 998_000)),
    "1 MB number in JSON-LD": lambda: beside(head=_json_ld('{"@type": "Article", "headline": ' + "9" * 900_000 + "}")),
    "2.9 MB of JSON-LD in three scripts": lambda: beside(
        head=_json_ld("[" + '{"@type": "Thing", "name": "x"},' * 30_000 + "1]") * 3
    ),
    "2 MB of JSON-LD in 500 scripts": lambda: beside(
        head=_json_ld("[" + '{"@type": "NewsArticle", "headline": "x"},' * 93 + "1]") * 500
    ),
    "10,000 authors in JSON-LD": lambda: beside(
        head=_json_ld(json.dumps({"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-09-23",
                                  "author": [{"@type": "Person", "name": f"Ann Lee{n}"} for n in range(10_000)]}))
    ),
    "JSON-LD whose nodes name each other": lambda: beside(
        head=_json_ld('{"@id": "a", "@type": "NewsArticle", "headline": "x", "author": {"@id": "a"}, '
                      '"publisher": {"@id": "a"}, "mainEntity": {"@id": "a"}}'), expected="whole",
    ),
}  # fmt: skip
