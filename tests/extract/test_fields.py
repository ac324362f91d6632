"""The fields other than the text: title, authors, times, section, tags, image, paywall flag and correction notes."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mirrorwire.commands import manifest
from mirrorwire.core.records import Article, Extraction
from mirrorwire.extract import extract_page
from mirrorwire.extract.authors import names_in, people
from mirrorwire.extract.corrections import is_correction
from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.normalize import key, without_site
from mirrorwire.extract.structured import parse_json_ld, text_of
from tests.extract.test_extract import TITLE, json_ld

URL = "https://www.news.example/2026/09/23/a-storm"
SENTENCES = (
    "The storm reached the harbour shortly before dawn and tore eleven boats from their moorings.",
    "Nobody was hurt, said the harbour master, who had spent the night in the signal station.",
    "Repairs will take until spring, and will cost more than the islands earn in a season.",
    "The ferry company expects to sail again as soon as the divers have looked at the quay.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def extract(*, head: str = "", body: str = f"<h1>{TITLE}</h1>{BODY}", title: str = TITLE) -> Extraction:
    page = (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">'
        f"{head}</head><body><article>{body}</article></body></html>"
    )
    fetched = datetime(2026, 9, 25, 12, tzinfo=UTC)
    return extract_page(page.encode(), url=URL, content_type=None, source=None, fetched_at=fetched)


def article(**parts: str) -> Article:
    found = extract(**parts)
    assert found.article is not None, found.verdict
    return found.article


def og(**values: str) -> str:
    return "".join(f"<meta property='og:{name}' content='{value}'>" for name, value in values.items())


# Titles


def test_og_title_gives_way_where_three_others_agree_against_it() -> None:
    head = og(title="You will not believe this storm") + json_ld() + f"<meta name='twitter:title' content='{TITLE}'>"
    assert article(head=head).title == TITLE


def test_an_og_title_that_speaks_of_something_else_is_not_taken() -> None:
    assert article(head=og(title="Latest headlines") + json_ld()).title == TITLE


def test_a_headline_for_readers_under_an_h1_for_search_engines_is_the_title() -> None:
    head = og(title="Eleven boats are lost") + json_ld(headline="Storm: eleven boats lost in harbour")
    head += "<meta name='twitter:title' content='Storm: eleven boats lost in harbour'>"
    body = f"<nav><h1>Storm: eleven boats lost in harbour</h1></nav><h2>Eleven boats are lost</h2>{BODY}"
    assert article(head=head, body=body).title == "Eleven boats are lost"


def test_the_heading_that_the_title_tag_names_is_the_title_and_not_the_one_over_a_form() -> None:
    title = "Eleven boats of the ferry company are lost in the storm"
    body = f"<div><h1>What readers ask us</h1></div><h2>{title}</h2>{BODY}"
    assert article(body=body, title=f"{title} | The Nation").title == title


def test_a_kicker_marked_in_the_heading_is_no_part_of_the_title() -> None:
    heading = (
        f'<h1><span class="title__overline">Islands</span> <span aria-hidden="true">-</span><span>{TITLE}</span></h1>'
    )
    assert article(body=heading + BODY, title="").title == TITLE


@pytest.mark.parametrize(
    ("stated", "title"),
    [("", "Eleven boats lost in the storm"), ("Islands: ", "Islands: Eleven boats lost in the storm")],
)
def test_a_kicker_is_part_of_the_title_only_if_og_title_and_json_ld_have_it(stated: str, title: str) -> None:
    heading = '<h1><span class="kicker">Islands</span> <span>Eleven boats lost in the storm</span></h1>'
    head = og(title="Islands: Eleven boats lost in the storm")
    head += json_ld(headline=f"{stated}Eleven boats lost in the storm")
    assert article(head=head, body=heading + BODY, title="").title == title


def test_a_title_that_is_cut_off_is_made_whole() -> None:
    head = og(title="A storm in the harbour of …")
    found = article(head=head, body=f"<h1>A storm in the harbour of the islands</h1>{BODY}", title="")
    assert found.title == "A storm in the harbour of the islands"


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("A storm &amp;amp; its boats", "A storm & its boats"),
        ("A <b>storm</b> in the har\u00adbour", "A storm in the harbour"),
        ("  A storm\n in the\u200b harbour ", "A storm in the harbour"),
    ],
)
def test_titles_lose_markup_entities_and_marks_for_line_breaks(stated: str, title: str) -> None:
    assert article(head=json_ld(headline=stated), body=BODY, title="").title == title


def test_a_date_or_a_site_behind_a_title_goes() -> None:
    sites = frozenset(["dw"])
    assert without_site("A storm in the harbour | DW | 28.04.2023", sites) == "A storm in the harbour"
    assert without_site("港で嵐、船が流される事故：東京新聞", frozenset(["東京新聞"])) == "港で嵐、船が流される事故"


def test_spellings_are_compared_without_case_quotes_and_invisible_characters() -> None:
    assert key("‚Storm‘ – a\u2060n «event»") == key("'storm' - an \"EVENT\"")


# Authors


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Von Jörg Weiß, Berlin", ["Jörg Weiß"]),
        ("Ann Lee (Reuters)", ["Ann Lee"]),
        ("Ann Lee, AFP", ["Ann Lee", "AFP"]),
        ("Monika Kurz und Anna Lang, Kairo", ["Monika Kurz", "Anna Lang"]),
        ("Ann Lee | Political Editor", ["Ann Lee"]),
        ("Ann Lee, Political Editor", ["Ann Lee"]),
        ("Ann Lee, Bob Ray, Cy Day", ["Ann Lee", "Bob Ray", "Cy Day"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Juan Pérez y Ana Ruiz", ["Juan Pérez", "Ana Ruiz"]),
        ("Ann E Lee", ["Ann E Lee"]),
        ("MARÍA GARCÍA", ["MARÍA GARCÍA"]),
        ("dpa/AP", ["dpa", "AP"]),
        ("Birgit Baumann aus Berlin", ["Birgit Baumann"]),
        ("Di Maria", ["Di Maria"]),
        ("ann@news.example @ann Ann Lee", ["Ann Lee"]),
        ("홍길동 기자", ["홍길동"]),
        ("山田太郎、鈴木花子", ["山田太郎", "鈴木花子"]),
        ("https://news.example/authors/ann", []),
        ("(Image: Getty Images)", []),
        ("admin", []),
    ],
)
def test_a_byline_is_taken_apart_into_names(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_roles_sites_and_desks_give_way_to_people() -> None:
    sites = frozenset(["thecourier", "courier"])
    assert people("Ann Lee | The Courier | News Desk", sites) == ("Ann Lee",)
    assert people(["The Courier", {"@type": "Person", "givenName": "Ann", "familyName": "Lee"}], sites) == ("Ann Lee",)
    assert people({"@type": "Organization", "name": "The Courier"}, sites) == ("The Courier",)
    assert people(["Ann Lee", "AP"], sites) == ("Ann Lee", "AP")


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/x">Ann Lee</a>',
        '<div class="byline">By <span>Ann Lee</span></div>',
        '<address class="author">By Ann Lee</address>',
        "<p>By Ann Lee</p>",
        '<p>von <a href="/autoren/name/ann-lee">Ann Lee</a></p>',
        "<ul><li><strong>Autorin/Autor</strong> Ann Lee</li></ul>",
    ],
)
def test_the_pages_byline_names_the_author_where_structured_data_only_names_the_site(byline: str) -> None:
    head = og(site_name="The Courier") + json_ld(author={"@type": "Organization", "name": "The Courier"})
    found = article(head=head, body=f"<h1>{TITLE}</h1>{byline}{BODY}")
    assert (found.authors, found.origins["authors"]) == (("Ann Lee",), "page")


def test_names_that_only_elements_keep_apart_are_several() -> None:
    byline = '<div class="byline"><span>Ann Lee</span> <span>Bob Ray</span></div>'
    assert article(body=f"<h1>{TITLE}</h1>{byline}{BODY}").authors == ("Ann Lee", "Bob Ray")


# Times


def test_a_naive_time_takes_its_zone_from_a_statement_of_the_same_instant() -> None:
    meta = '<meta property="article:published_time" content="2026-09-23T06:20:00Z">'
    found = article(head=json_ld(datePublished="2026-09-23T08:20:00") + meta)
    assert found.published_at == datetime(2026, 9, 23, 6, 20, tzinfo=UTC)
    assert not found.published_at_assumed


def test_the_date_of_a_linked_article_is_not_taken() -> None:
    teaser = '<a href="/other"><h3>Another storm <span class="date">22.09.2026</span></h3></a>'
    body = f"<h1>{TITLE}</h1>{teaser}{BODY}<ul><li><strong>Date</strong> 23.09.2026</li></ul>"
    found = article(body=body)
    assert (str(found.published_at), found.origins["published_at"]) == ("2026-09-23", "page")


# Paywall and corrections


@pytest.mark.parametrize(
    ("stated", "paywalled"),
    [
        ({"isAccessibleForFree": False}, True),
        ({"isAccessibleForFree": "False"}, True),
        ({"isAccessibleForFree": "http://schema.org/True"}, False),
        ({"isAccessibleForFree": True, "hasPart": {"isAccessibleForFree": False}}, False),
        ({"hasPart": [{"@type": "WebPageElement", "isAccessibleForFree": "false"}]}, True),
        ({"isAccessibleForFree": "perhaps"}, None),
        ({}, None),
    ],
)
def test_the_paywall_flag_is_what_the_page_states(stated: dict[str, Any], paywalled: bool | None) -> None:
    found = article(head=json_ld(**stated))
    assert found.paywalled is paywalled
    assert ("paywalled" in found.origins) == (paywalled is not None)


@pytest.mark.parametrize(("tier", "paywalled"), [("free", False), ("metered", True), ("locked", True), ("x", None)])
def test_a_content_tier_is_a_paywall_flag(tier: str, paywalled: bool | None) -> None:
    assert article(head=f'<meta property="article:content_tier" content="{tier}">').paywalled is paywalled


@pytest.mark.parametrize(
    "note",
    [
        "Correction: The storm was on Monday.",
        "Correction (Sept. 24, 2026): The storm was on Monday.",
        "Editor’s note: This story was updated with new figures.",
        "An earlier version of this article misstated the day.",
        "This article was amended on 24 September 2026 to correct a name.",
        "In einer früheren Version dieses Textes hieß es anders.",
        "Berichtigung: Der Sturm kam am Montag.",
        "Une version antérieure de cet article indiquait mardi.",
        "Rectificatif : mardi.",
        "Fe de erratas: fue el lunes.",
        "Una versión anterior de este artículo decía martes.",
        "Errata corrige: era lunedì.",
        "Uma versão anterior deste texto dizia terça.",
        "In een eerdere versie van dit artikel stond dinsdag.",
        "Rättelse: Det var måndag.",
        "I en tidligere versjon av saken sto det tirsdag.",
        "Oikaisu 24.9.2026: Myrsky oli maanantaina.",
        "Sprostowanie: w poniedziałek.",
        "Исправление: это было в понедельник.",
        "В более ранней версии статьи говорилось о вторнике.",
        "تصحيح: كانت العاصفة يوم الاثنين",
        "اصلاحیه: طوفان روز دوشنبه بود",
        "訂正：嵐は月曜日でした。",
        "【訂正】嵐は月曜日でした。",
        "更正：風暴發生在星期一。",
        "바로잡습니다: 월요일이었습니다",
    ],
)
def test_correction_notes_are_known_in_many_languages(note: str) -> None:
    assert is_correction(note)
    assert not is_correction(f"{SENTENCES[0]} {note[:5]}")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The correction of the market: it fell by a tenth.",
        "Correction officers say that they were not asked.",
        "Oprava silnice potrvá do jara.",
        "Update: three boats were found.",
        SENTENCES[1],
    ],
)
def test_other_paragraphs_are_no_correction_notes(paragraph: str) -> None:
    assert not is_correction(paragraph)


def test_corrections_come_from_structured_data_and_the_text_once_each_and_stay_in_the_text() -> None:
    shown = "Correction: The storm was on Monday, not on Tuesday."
    stated = [{"@type": "CorrectionComment", "text": "The harbour has two quays."}, "https://news.example/corrections"]
    found = article(head=json_ld(correction=stated), body=f"<h1>{TITLE}</h1>{BODY}<p>{shown}</p>")
    assert found.corrections == ("The harbour has two quays.", shown)
    assert found.origins["corrections"] == "json-ld"
    assert shown in found.text
    assert article(head=json_ld(correction=shown), body=f"<h1>{TITLE}</h1>{BODY}<p>{shown}</p>").corrections == (shown,)
    assert article().corrections == ()


def test_a_manifest_row_carries_the_paywall_flag_and_the_corrections() -> None:
    found = extract(head=json_ld(isAccessibleForFree=False, correction="The day was wrong."))
    row = manifest.as_row(manifest.ManifestRow(id="1", file="x", url=URL), found)
    assert (row["paywalled"], row["corrections"]) == (True, ["The day was wrong."])


# Section, tags, image


def crumbs(*items: tuple[str, str]) -> str:
    listed = [{"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(items, 1)]
    node = {"@type": "BreadcrumbList", "itemListElement": listed}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_the_section_has_neither_the_front_page_by_any_name_nor_the_article() -> None:
    head = crumbs(("All of today", "/"), ("News", "/news"), ("Russia", "/news/russia"), ("Storm", URL))
    found = article(head=head)
    assert (found.section, found.origins["section"]) == ("News / Russia", "json-ld")
    assert article(head=crumbs(("News", "/"), ("Russia", "/news/russia"))).section == "News / Russia"


def test_a_breadcrumb_that_only_readers_see_is_the_section_and_a_menu_is_not() -> None:
    path = (
        '<ol class="c-Breadcrumb"><li><a href="/">Home</a><li><a href="/news">News</a><li><a href="/r">Russia</a></ol>'
    )
    assert article(body=f"{path}<h1>{TITLE}</h1>{BODY}").section == "News / Russia"
    menu = '<div class="section">' + "".join(f'<a href="/{n}">Part {n}</a>' for n in range(6)) + "</div>"
    assert article(body=f"{menu}<h1>{TITLE}</h1>{BODY}").section is None


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("storm, Harbour;storm", ("storm", "Harbour")),
        (["sections/islands", "topic/storm"], ("islands", "storm")),
        (["(1) storm", "26157981-b4f7-4929-adc1-e860c6f03636"], ("storm",)),
        ([{"@type": "DefinedTerm", "name": "storm"}], ("storm",)),
    ],
)
def test_tags_are_words_for_readers(keywords: object, tags: tuple[str, ...]) -> None:
    assert article(head=json_ld(keywords=keywords)).tags == tags


def test_tags_that_only_readers_see_are_found() -> None:
    shown = '<ul class="article-tags"><li><a href="/t/storm">Storm</a></li><li><a href="/t/boats">Boats</a></li></ul>'
    found = article(body=f"<h1>{TITLE}</h1>{BODY}{shown}")
    assert (found.tags, found.origins["tags"]) == (("Storm", "Boats"), "page")


def test_the_publishers_logo_is_not_the_lead_image() -> None:
    publisher = {"@type": "Organization", "name": "The Courier", "logo": {"url": "https://news.example/logo.png"}}
    head = json_ld(image="https://news.example/logo.png?w=9", publisher=publisher) + og(image="/p/1.jpg?a=1")
    found = article(head=head).image
    assert found is not None
    assert found.url.startswith("https://www.news.example/p/1.jpg")


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The quay. (Photo by Reuters)", "Reuters"),
        ("The quay. Foto: Ann Lee", "Ann Lee"),
        ("The quay. | Niall Day/PA Images via Getty Images", None),
    ],
)
def test_a_credit_is_read_from_the_caption(caption: str, credit: str | None) -> None:
    figure = f'<figure><img src="/p/1.jpg"><figcaption>{caption}</figcaption></figure>'
    found = article(head=og(image="/p/1.jpg"), body=f"<h1>{TITLE}</h1>{figure}{BODY}").image
    assert found is not None
    assert (found.caption, found.credit) == (caption, credit)


# Structured data as sites write it


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "H", "keywords": ["a",],}',
        '/*<![CDATA[*/ {"@type": "NewsArticle", "headline": "H"} /*]]>*/',
        '\ufeff{"@type": "NewsArticle", "headline": "H"};',
        '{"@type": "NewsArticle", "name": "it\\\'s", "headline": "H"}',
        '{"@type": "NewsArticle",\n "description": "He said "no" to it",\n "headline": "H"\n}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;H&quot;}",
        '{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "H\t"}',
    ],
)
def test_broken_json_ld_is_mended_where_that_is_safe(script: str) -> None:
    found = [node for node in parse_json_ld(script) if node["@type"] == "NewsArticle"]
    assert [text_of(node["headline"]) for node in found] == ["H"]


def test_microdata_rdfa_and_dublin_core_are_read_where_nothing_else_is() -> None:
    time_ = '<time itemprop="datePublished" datetime="2026-09-23T08:20:00+02:00">today</time>'
    author = (
        '<span itemprop="author" itemscope itemtype="http://schema.org/Person"><b itemprop="name">Ann Lee</b></span>'
    )
    body = (
        f'<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">{TITLE}</h1>{author}{time_}'
    )
    found = article(body=f"{body}{BODY}</div>")
    assert found.authors == ("Ann Lee",)
    assert found.published_at == datetime(2026, 9, 23, 8, 20, tzinfo=timezone(timedelta(hours=2)))
    assert (found.origins["authors"], found.origins["published_at"]) == ("microdata", "microdata")
    rdfa = f'<div typeof="schema:NewsArticle"><h1>{TITLE}</h1><span property="schema:author">Bob Ray</span>{BODY}</div>'
    assert article(body=rdfa).authors == ("Bob Ray",)
    core = '<meta name="DC.Creator" content="Cy Day"><meta name="DC.date.issued" content="2026-09-23T08:20Z">'
    found = article(head=core)
    assert (found.authors, found.published_at) == (("Cy Day",), datetime(2026, 9, 23, 8, 20, tzinfo=UTC))


def test_every_field_that_is_given_says_where_it_came_from() -> None:
    head = json_ld(
        author="Ann Lee", datePublished="2026-09-23T08:20:00Z", dateModified="2026-09-23T09:20:00Z", keywords="storm",
        articleSection="Islands", image="/p/1.jpg", isAccessibleForFree=True, correction="The day was wrong.",
    )  # fmt: skip
    found = article(head=head + og(description=SENTENCES[0]))
    given = [name for name in Article.__slots__ if getattr(found, name) not in (None, (), False)]
    unstated = {"published_at_assumed", "published_precision", "origins"}
    assert {name for name in given if name not in unstated} | {"paywalled"} == set(found.origins)


# Hostile text

HOSTILE = [
    "a" * 100_000, " " * 100_000, "by " * 33_000, "A, " * 33_000, "Ann and " * 12_500, "(" * 100_000, '"' * 100_000,
    "Ann (" * 20_000, "x@" * 50_000, " - " * 33_000, "| " * 50_000, "1/" * 50_000, "<b " * 33_000, "\\" * 100_000,
    ',' + " " * 100_000, "correction " * 9_000, "https://" * 12_500, "A " * 50_000 + "1", "&amp;" * 20_000,
    '"a": "' * 16_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = time.process_time()
    parse_json_ld(text)
    parse_json_ld(f'{{"a": "{text}')
    text_of(text)
    people(text, frozenset())
    parse_moment(text)
    is_correction(text)
    without_site(text, frozenset(["x"]), ["y"])
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_of_hostile_fields_is_read(text: str) -> None:
    said = text.replace("<", "&lt;").replace('"', "&quot;").replace("'", "")
    head = f'<meta name="author" content="{said}"><meta property="og:title" content="{said}">' + json_ld(
        author=text, datePublished=text, keywords=text, correction=text, image={"caption": text, "url": "/1.jpg"}
    )
    started = time.process_time()
    extract(head=head, body=f'<h1>{TITLE}</h1><p class="byline">By {said[:1000]}</p>{BODY}')
    assert time.process_time() - started < 2.0
