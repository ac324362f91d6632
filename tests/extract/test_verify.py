# ruff: noqa: E501 - sentences stand whole
"""Verdicts: what a page that answers in an article's place is called, and that articles pass."""

from __future__ import annotations

import time

import pytest

from mirrorwire.core.records import Host, Source, Verdict
from mirrorwire.extract import extract_page, verify
from tests import nonarticles
from tests.support.short_articles import SHORT, short_page

URL = "https://news.example/Detail/2026/09/23/300401/A-story"
SOURCE = Source(
    key="example",
    name="The Example",
    language="en",
    timezone="Asia/Tehran",
    article_url=(r"/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",),
    hosts=(Host(url="https://news.example"), Host(url="https://mirror.example", role="mirror")),
    seeds=(),
)
PROSE = "".join(
    f"<p>Paragraph {n} of the story says something about the harbour, the storm and the people who live beside it.</p>"
    for n in range(8)
)
NAV = "<nav>" + "".join(f'<a href="/Section/{n}">Section {n}</a>' for n in range(9)) + "</nav>"
DATED = '<meta property="article:published_time" content="2026-09-23T08:20:00+03:30">'
OG_ARTICLE = '<meta property="og:type" content="article">'
JSON_LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A storm in the harbour",'
    ' "datePublished": "2026-09-23T08:20:00+03:30"}</script>'
)


def page(body: str, *, title: str = "A storm in the harbour", head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def look(body: bytes, *, url: str = URL, content_type: str | None = "text/html; charset=utf-8") -> Verdict:
    return verify(body, url=url, content_type=content_type, source=SOURCE)


SEIZURES = {
    "warrant": "<h1>This domain has been seized</h1><p>The domain news.example has been seized by the United States "
    "Government in accordance with a seizure warrant issued under 18 U.S.C. §§ 981, 982.</p>",
    "operation": "<center>This website has been seized as part of a coordinated law enforcement operation.</center>",
    "german": "<p>Diese Domain wurde durch die Staatsanwaltschaft beschlagnahmt.</p>",
    "french": "<p>Ce site a été saisi par la Gendarmerie nationale.</p>",
    "spanish": "<p>Este dominio ha sido incautado por orden judicial.</p>",
    "italian": "<p>Il sito è stato sottoposto a sequestro preventivo.</p>",
    "russian": "<p>Домен арестован по решению суда.</p>",
    "persian": "<p>این دامنه به حکم دادگاه توقیف شد.</p>",
    "picture with a name": '<a href="/"><img src="/banners/seized-doj.png" width="1024"></a>',
    "picture with an alternative": '<img src="/1.jpg" alt="This domain name has been seized by ICE">',
}


@pytest.mark.parametrize("body", SEIZURES.values(), ids=SEIZURES)
def test_a_seizure_notice_is_named_with_its_words(body: str) -> None:
    verdict = look(page(body, title="news.example"))
    assert verdict.kind == "seizure"
    assert verdict.evidence["phrase"]


def test_a_notice_that_is_nothing_but_a_nameless_picture_is_no_article() -> None:
    verdict = look(page('<img src="/1.jpg">', title=""))
    assert verdict.kind == "thin"
    assert not verdict.is_article


OTHERS = {
    "parking english": ("parking", page("<h1>news.example</h1><p>Buy this domain. This domain is for sale!</p>")),
    "parking german": ("parking", page("<p>Diese Domain steht zum Verkauf.</p>", title="news.example")),
    "parking french": ("parking", page("<p>Ce nom de domaine est à vendre</p>", title="news.example")),
    "parking russian": ("parking", page("<p>Этот домен продаётся</p>", title="news.example")),
    "parking suspended": ("parking", page("<h1>Account has been suspended</h1>", title="Suspended")),
    "challenge cloudflare": (
        "challenge",
        page("<p>Enable JavaScript and cookies to continue</p>", title="Just a moment..."),
    ),
    "challenge browser": ("challenge", page("<p>Checking your browser before accessing news.example.</p>", title="")),
    "challenge captcha": ("challenge", page("<p>Please verify that you are human.</p>", title="Security check")),
    "challenge german": ("challenge", page("<p>Ihr Browser wird überprüft.</p>", title="Einen Moment bitte")),
    "challenge russian": ("challenge", page("<p>Подтвердите, что вы не робот</p>", title="Ой!")),
    "challenge denied": (
        "challenge",
        page("<h1>Access Denied</h1><p>You don't have permission to access this.</p>", title="Access Denied"),
    ),
    "consent english": ("consent", page("<p>Before you continue to The Example</p><button>OK</button>", title="")),
    "consent german": ("consent", page("<p>Mit Werbung weiterlesen</p><p>Zustimmen und weiter</p>", title="")),
    "consent french": ("consent", page("<p>Continuer sans accepter</p>", title="Le Journal")),
    "consent spanish": ("consent", page("<p>Aceptar y continuar</p>", title="El Diario")),
    "login form": ("login", page('<form><input name="u"><input type="password"></form>', title="Members")),
    "login english": ("login", page("<h1>Sign in</h1><p>Please sign in to continue reading.</p>", title="Sign in")),
    "login german": ("login", page("<p>Bitte melden Sie sich an.</p>", title="Anmelden")),
    "login french": ("login", page("<p>Veuillez vous identifier.</p>", title="Se connecter")),
    "not found english": ("not_found", page(NAV + "<h1>Page not found</h1>", title="Page not found - The Example")),
    "not found number": ("not_found", page("<p>Sorry.</p>", title="404")),
    "not found german": ("not_found", page("<p>Diese Seite wurde leider nicht gefunden.</p>", title="Fehler")),
    "not found spanish": ("not_found", page("<h1>Página no encontrada</h1>", title="El Diario")),
    "not found persian": ("not_found", page("<p>صفحه مورد نظر یافت نشد</p>", title="خبر")),
    "not found chinese": ("not_found", page("<p>抱歉，页面不存在</p>", title="新闻")),
    "front page": (
        "index",
        page(NAV + PROSE, title="The Example", head='<link rel="canonical" href="https://mirror.example/">'),
    ),
    "section page": (
        "index",
        page(
            NAV + '<h1>World</h1><ul>'
            + "".join(
                f'<li><a href="/Detail/{n}"><h3>Story {n}</h3></a><p>A teaser of one sentence or two stands here, '
                "and says what the story is.</p></li>"
                for n in range(12)
            )
            + "</ul>",
            title="World - The Example",
        ),
    ),
    "links": ("index", page("".join(f'<p><a href="/{n}">A headline number {n}</a></p>' for n in range(40)), title="x")),
    "feed": ("index", b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>'),
    "nearly nothing": ("thin", page("<p>OK</p>", title="")),
    "prose without a signal": ("thin", page(PROSE, title="")),
    "empty": ("broken", b""),
    "blank": ("broken", b" \r\n\t\x00 "),
    "picture": ("broken", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "gzip": ("broken", b"\x1f\x8b\x08" + bytes(range(256)) * 40),
    "json": ("broken", b'{"error": "not found"}'),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), OTHERS.values(), ids=OTHERS)
def test_what_answers_in_an_articles_place_is_named(kind: str, body: bytes) -> None:
    verdict = look(body)
    assert (verdict.kind, verdict.is_article) == (kind, False), verdict.evidence
    extraction = extract_page(body, url=URL, content_type=None, source=SOURCE, fetched_at=None)
    assert extraction.verdict.kind == kind
    assert extraction.article is None


ARTICLES = {
    "json-ld": page(NAV + "<h1>A storm in the harbour</h1>" + PROSE, head=JSON_LD),
    "opengraph and a date": page(NAV + "<h1>A storm in the harbour</h1>" + PROSE, head=OG_ARTICLE + DATED),
    "a date and a heading": page("<h1>A storm in the harbour</h1>" + PROSE, head=DATED),
    "microdata": page(
        '<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">A storm</h1>'
        f'<div itemprop="articleBody">{PROSE}</div></div>'
    ),
    "about a seizure": page(
        "<h1>The domain news.example has been seized by the FBI</h1>" + PROSE,
        title="The domain news.example has been seized by the FBI",
        head=OG_ARTICLE + DATED,
    ),
    "about an error": page("<h1>404: how a number became a joke</h1>" + PROSE, title="404: a number", head=JSON_LD),
    "behind an unclosed aside": page(f"<aside><h1>A storm</h1><article>{PROSE}</article>", head=OG_ARTICLE + DATED),
    "with a login box": page(
        f'<form><input type="password"></form><h1>A storm</h1>{PROSE}', head=OG_ARTICLE + DATED
    ),
    "on the mirror, canonical on the primary": page(
        "<h1>A storm</h1>" + PROSE,
        head=OG_ARTICLE + DATED + f'<link rel="canonical" href="{URL.replace("A-story", "Another-slug")}">',
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", ARTICLES.values(), ids=ARTICLES)
def test_an_article_passes(body: bytes) -> None:
    assert look(body, url=URL.replace("news.", "mirror.")).kind == "article"


@pytest.mark.parametrize(("slug", "heading", "text"), SHORT.values(), ids=SHORT)
def test_a_short_article_with_a_notices_words_is_never_rejected(slug: str, heading: str, text: str) -> None:
    found = look(short_page(heading, text), url=f"https://news.example/Detail/2026/09/23/300401/{slug}")
    assert found.kind in ("article", "suspect"), found


@pytest.mark.parametrize("heading", ["404", "403 Forbidden", "429 Too Many Requests", "451: unavailable", "Error 404"])
def test_a_status_that_stands_alone_is_what_the_page_is(heading: str) -> None:
    found = look(
        short_page(heading, "Nothing here. " * 14), url="https://news.example/Detail/2026/09/23/300401/a-storm"
    )
    assert found.kind in ("not_found", "challenge"), found


def test_an_article_whose_canonical_link_names_another_article_is_suspect() -> None:
    head = OG_ARTICLE + DATED + '<link rel="canonical" href="https://mirror.example/Detail/2026/09/20/299/Other">'
    verdict = look(page("<h1>A storm</h1>" + PROSE, head=head))
    assert verdict.kind == "suspect"
    assert "another article" in verdict.evidence["reason"]


def test_running_text_with_a_byline_alone_is_suspect() -> None:
    body = page(f'<h1>A storm</h1><p class="byline">By Ann Lee</p>{PROSE * 2}', title="A storm")
    assert look(body, url="https://other.example/x/y").kind == "suspect"


def test_the_evidence_lists_the_signals() -> None:
    evidence = look(page("<h1>A storm</h1>" + PROSE, head=JSON_LD + OG_ARTICLE)).evidence
    assert evidence["signals"] == ["json_ld", "og_article", "dated"]
    assert evidence["prose_chars"] > 600


def test_no_page_of_the_set_passes_for_an_article_and_each_is_named() -> None:
    found = [
        (each, verify(each.body, url=nonarticles.URL, content_type=each.content_type, source=None))
        for each in nonarticles.answers()
    ]
    wrong = [
        f"{each.name}: {verdict.kind}, not {sorted(each.kinds)}: {dict(verdict.evidence)}"
        for each, verdict in found
        if verdict.kind not in each.kinds
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(found) >= 130
    assert sum(verdict.kind == "suspect" for _, verdict in found) <= 3, "a person could not be sure of three at most"


TRICKY = {
    "a seizure": ("Domain seized: what the notice means", JSON_LD, PROSE),
    "cookies": ("We value your privacy, they say", JSON_LD, PROSE),
    "two sentences": (
        "Harbour closed",
        JSON_LD,
        "<p>The harbour has been closed to all ships since this morning, the master said.</p>"
        "<p>A gale tore boats from their moorings; nobody was hurt, according to first reports.</p>",
    ),
    "chinese": (
        "港口关闭",
        OG_ARTICLE + DATED,
        "<p>港务局周二宣布，由于夜间强风袭击，十一艘船只脱离泊位，港口自清晨起对所有船舶关闭，直至另行通知为止。</p>"
        "<p>据初步消息，没有人员受伤。渡轮公司预计，潜水员检查码头之后即可恢复航班，修复工程将持续到明年春天才能完成。</p>",
    ),
    "persian": (
        "بندر بسته شد",
        OG_ARTICLE + DATED,
        "<p>مدیر بندر روز سه‌شنبه گفت که توفان شبانه یازده قایق را از جا کنده و بندر تا اطلاع بعدی به روی همه کشتی‌ها بسته است.</p>"
        "<p>به گفته او کسی آسیب ندیده و تعمیر اسکله تا بهار ادامه خواهد داشت و هزینه آن بیش از درآمد یک فصل است.</p>",
    ),
    "paywalled, three paragraphs": (
        "A storm in the harbour",
        JSON_LD.replace('"@type"', '"isAccessibleForFree": false, "@type"'),
        PROSE[: PROSE.index("Paragraph 3") - 3] + '<div class="wall">This article is for subscribers only. Log in</div>',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("title", "head", "prose"), TRICKY.values(), ids=TRICKY)
def test_an_article_that_looks_like_something_else_passes(title: str, head: str, prose: str) -> None:
    assert look(page(f"{NAV}<h1>{title}</h1>{prose}", title=title, head=head)).kind == "article"


def test_an_article_without_any_metadata_is_known_by_the_heading_that_its_title_repeats() -> None:
    body = page(f"{NAV}<h1>A storm in the harbour</h1><p>By Ann Lee</p>{PROSE}", title="A storm in the harbour")
    assert look(body, url="https://other.example/x/y").kind == "article"


def test_the_evidence_says_where_the_words_stand() -> None:
    evidence = look(page("<h1>Hello</h1><p>This domain has been seized by order of a court.</p>", title="x")).evidence
    assert evidence["where"] == "text"
    assert "by order of a court" in evidence["context"]


@pytest.mark.parametrize(
    "words", ["a.", "this domain ", "the article ", "page ", "网站", "domain x.y ", "we and our ", "id 1a-"]
)
def test_words_repeated_without_end_cost_no_time(words: str) -> None:
    started = time.process_time()
    look(page(f"<h1>x</h1><div>{words * 12_000}</div>", title=words * 12_000))
    assert time.process_time() - started < 5
