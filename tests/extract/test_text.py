"""The article's text: what belongs to it, what stands beside it, and bodies that only a script holds."""

from __future__ import annotations

import json
import time

import pytest

from mirrorwire.core.records import Extraction
from mirrorwire.extract import extract_page, verify
from mirrorwire.extract.lines import LineCleaner

TITLE = "Harbour council votes for the new ferry line"
HEAD = (
    f'<head><title>{TITLE}</title><meta property="og:type" content="article"><meta property="og:title" '
    f'content="{TITLE}"><meta property="article:published_time" content="2026-03-04T09:30:00+01:00"></head>'
)
PARAGRAPHS = [
    f"Paragraph {number} tells at some length what the council said about the ferry, and what {number} others thought."
    for number in range(1, 9)
]
BODY = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)


def extracted(body: str, head: str = HEAD) -> Extraction:
    page = f"<html>{head}<body>{body}</body></html>".encode()
    return extract_page(page, url="https://news.example/a/1", content_type=None, source=None, fetched_at=None)


def lines_of(body: str) -> list[str]:
    article = extracted(f"<h1>{TITLE}</h1>{body}").article
    assert article is not None
    return article.text.split("\n")


@pytest.mark.parametrize(
    "beside",
    [
        "<div class='c7'><h3><a href='/b'>Another story</a></h3>"
        "<p>Its summary is a sentence of some length, as they all are.</p></div>",
        "<div class='newsletter-box'><p>Every morning the most important news, straight into your mail.</p></div>",
        "<aside><p>An explanation beside the article that is long enough to be one of its own paragraphs.</p></aside>",
        "<p><a href='/b'>Yesterday: the harbour master speaks about the delays of the old ferries</a></p>",
        "<div><figure><img src='a.jpg'><figcaption>The ferry on its way in the evening.</figcaption></figure></div>",
        "<div style='display:none'><p>A message that is shown to those who read on two devices at once.</p></div>",
    ],
    ids=["teaser box", "newsletter", "aside", "link line", "caption", "hidden"],
)
def test_what_stands_between_the_paragraphs_and_is_no_text_is_left_out(beside: str) -> None:
    half = "".join(f"<p>{each}</p>" for each in PARAGRAPHS[:4])
    rest = "".join(f"<p>{each}</p>" for each in PARAGRAPHS[4:])
    assert lines_of(f"<article><div class='text'>{half}{beside}{rest}</div></article>") == PARAGRAPHS


def test_subheads_lists_quotes_and_tables_stay_where_they_stand() -> None:
    between = (
        "<h2>What follows</h2><ul><li>Tickets</li><li>Timetables</li></ul><blockquote>It had to be.</blockquote>"
        "<table><tr><td>Adults</td><td>4.20</td></tr></table><div class='sub'><h3>And then</h3></div>"
    )
    found = lines_of(f"<article><div>{''.join(f'<p>{p}</p>' for p in PARAGRAPHS[:4])}{between}{BODY}</div></article>")
    assert found[4:10] == ["What follows", "Tickets", "Timetables", "It had to be.", "Adults 4.20", "And then"]


def test_paragraphs_in_wrappers_of_their_own_and_questions_between_them_are_kept() -> None:
    blocks = "".join(
        f"<div class='block'><p><b>Why number {n}?</b></p><p>{each}</p></div>" for n, each in enumerate(PARAGRAPHS)
    )
    found = lines_of(f"<article>{blocks}</article>")
    assert [line for line in found if line.startswith("Why")] == [f"Why number {n}?" for n in range(8)]


def test_verses_apart_by_line_breaks_stay_apart() -> None:
    assert "Over the sea" in lines_of(f"<article><div>{BODY}<p>The ferry goes<br>Over the sea</p></div></article>")


@pytest.mark.parametrize(
    "sentence",
    [
        "市議会は火曜日に新しいフェリー航路の計画を賛成多数で可決し、来年の春から運航を始める方針を示した。",
        "สภาเมืองลงมติเห็นชอบเส้นทางเรือข้ามฟากใหม่ในวันอังคารและจะเริ่มเดินเรือในฤดูใบไม้ผลิปีหน้าตามแผน",
        "وافق مجلس المدينة يوم الثلاثاء على خط العبارات الجديد الذي سيبدأ العمل في الربيع المقبل وفق الخطة",
    ],
    ids=["Japanese", "Thai", "Arabic"],
)
def test_scripts_without_capitals_or_spaces_are_read_whole(sentence: str) -> None:
    wanted = [f"{sentence} {number}" for number in range(10)]
    body = "".join(f"<p>{each}</p>" for each in wanted)
    assert lines_of(f"<article><div>{body}</div><div class='related'><p>{sentence} x</p></div></article>") == wanted


HTML_BODY = {"article": {"title": TITLE, "contentHtml": BODY}, "comments": [{"text": "No. " * 500}]}
BLOCKS = {
    "headline": TITLE,
    "blocks": [
        {"type": "heading", "text": "First of all"},
        *({"type": "paragraph", "children": [{"text": each[:20]}, {"text": each[20:]}]} for each in PARAGRAPHS),
        {"type": "image", "text": "A picture of a ferry"},
    ],
}


@pytest.mark.parametrize(
    "script",
    [
        f"<script type='application/json'>{json.dumps(HTML_BODY)}</script>",
        f"<script>window.__STATE__ = {json.dumps(HTML_BODY)};</script>",
        f"<script>window['x'].push({json.dumps(HTML_BODY)})</script>",
        f"<script>window.x = JSON.parse({json.dumps(json.dumps(HTML_BODY))})</script>",
        f"<script>self.__next_f.push({json.dumps([1, '1f:' + json.dumps(HTML_BODY)])})</script>",
        f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps({'props': {'pageProps': BLOCKS}})}</script>",
    ],
    ids=["json", "assigned", "passed", "parsed", "pushed rows", "blocks"],
)
def test_a_body_that_stands_only_in_a_script_is_read_from_it(script: str) -> None:
    found = extracted(f"<div id='root'></div>{script}")
    assert found.verdict.kind == "article"
    assert found.article is not None
    assert [line for line in found.article.text.split("\n") if line != "First of all"] == PARAGRAPHS
    assert found.article.origins["text"] == "script"


MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "World", "Politics", "Sport", "Culture"))
FRAME = f"<header><a href='/'>The Courier</a><nav><ul>{MENU}</ul></nav></header>"


def test_the_menu_is_no_text_of_a_page_that_says_little() -> None:
    words = "The prime minister has resigned, his office said in a statement on Friday morning."
    stated = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x", "datePublished": "2026"}</script>'
    )
    found = extracted(f"{FRAME}<main><article><h1>{TITLE}</h1><p>{words}</p></article></main>", HEAD + stated).article
    assert found is not None
    assert found.text == words


def test_a_page_of_a_menu_alone_is_no_article_even_if_accepted() -> None:
    page = f"<html>{HEAD}<body>{FRAME}<main><div id='root'></div></main></body></html>".encode()
    found = extract_page(
        page, url="https://news.example/a/1", content_type=None, source=None, fetched_at=None, accepted=True
    )
    assert found.article is None


def test_paragraphs_of_a_short_page_stay_apart_without_spaces_between_words() -> None:
    paragraphs = [
        "嵐の影響で全便欠航していた離島フェリーが二十日朝、二週間ぶりに運航を再開した。",
        "港の入り口にはなお二十六個の石が沈んでおり、当面は一日一往復に限られる。運航会社は冬ダイヤへの復帰を急ぐ。",
        "停電していた約三千世帯のうち、二十日正午までに九割で電気が戻った。町は全壊した家を取り壊す方針を示した。",
    ]
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    assert lines_of(f"<main><article><time>2026年11月20日 9時00分</time>{body}</article></main>") == paragraphs


def test_a_paragraph_of_several_lines_stands_once() -> None:
    signed = "<p>Dilys Haig<br>Skerran</p>"
    assert lines_of(f"<article><div>{BODY}{signed}</div></article>") == [*PARAGRAPHS, "Dilys Haig", "Skerran"]


def test_a_body_cut_off_on_the_page_is_completed_from_the_script() -> None:
    shown = "".join(f"<p>{each}</p>" for each in PARAGRAPHS[:2])
    found = extracted(f"<h1>{TITLE}</h1><article>{shown}</article><script>x = {json.dumps(HTML_BODY)}</script>").article
    assert found is not None
    assert found.text.split("\n") == PARAGRAPHS


def test_the_json_ld_body_is_the_last_resort() -> None:
    data = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS)}
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    found = extracted(f"<h1>{TITLE}</h1><div id='root'></div>{script}").article
    assert found is not None
    assert (found.text.split("\n"), found.origins["text"]) == (PARAGRAPHS, "json-ld")


@pytest.mark.parametrize(
    "data",
    [
        {"related": [{"title": "Other", "url": "/o", "summary": "A summary. " * 60}]},
        {"messages": {"terms": "By reading on you agree to all of this. " * 40}},
        [{"headline": f"Story {n}", "url": f"/{n}", "text": f"Summary {n} of another story. " * 4} for n in range(30)],
    ],
    ids=["related", "messages", "other articles"],
)
def test_other_texts_of_an_application_are_no_body(data: object) -> None:
    page = f"<html>{HEAD}<body><div></div><script type='application/json'>{json.dumps(data)}</script></body></html>"
    assert not verify(page.encode(), url="https://news.example/a/1", content_type=None, source=None).is_article


@pytest.mark.parametrize(
    "hostile",
    [
        "<div class='share box'>" * 230 + BODY * 1000 + "</div>" * 230,
        "<div>" * 230 + "<br><i></i>" * 8000,
        "<p><a href='/x'>word word word</a></p>" * 4900,
        f"<div class='{'ad-' * 300_000}'>x</div>",
        "<script type='application/json'>" + "[" * 400_000 + "</script>",
        "<script>" + "x=[1," * 150_000 + "</script>",
        "<script>JSON.parse('" + "\\a" * 400_000 + "</script>",
        "<script type='application/json'>" + json.dumps({"b": "<div>" * 240 + BODY * 900}) + "</script>",
    ],
    ids=["nested furniture", "nested nothing", "links", "long class", "deep", "tries", "quotes", "html"],
)
def test_hostile_pages_end_in_seconds(hostile: str) -> None:
    before = time.process_time()
    extracted(f"<h1>{TITLE}</h1><article>{BODY}{hostile}</article>")
    extracted(hostile)
    assert time.process_time() - before < 10


GATE_LINES = [
    "Keep reading for £1",
    "Continue reading with a free trial",
    "Subscribe to read",
    "Subscribe now to continue reading",
    "Become a member to support our journalism",
    "Already a subscriber? Log in",
    "Already have an account? Sign in",
    "This article is for subscribers only",
    "Get unlimited digital access for $1 a week",
    "Weiterlesen mit Plus",
    "Jetzt weiterlesen für 1 Euro",
    "Sie haben bereits ein Abo? Hier anmelden",
    "Jetzt Abo testen",
    "Dieser Artikel ist nur für Abonnenten lesbar",
    "Déjà abonné ? Connectez-vous",
    "Abonnez-vous pour lire la suite",
    "Cet article est réservé aux abonnés",
    "¿Ya eres suscriptor? Inicia sesión",
    "Contenido exclusivo para suscriptores",
    "Sei già abbonato? Accedi",
    "Abbonati per continuare a leggere",
    "Assine para continuar lendo",
    "Já é assinante? Entre",
    "Al abonnee? Log in",
    "Уже подписаны? Войдите",
    "この記事は会員限定です",
    "هل أنت مشترك؟ سجل الدخول",
]
SENTENCES = [
    "Continue reading the letter, she said, and you will find my name.",
    "The club asked fans to subscribe for shares, and 4,000 did so within a week.",
    "Already a subscriber to three papers, Mr Hale says he reads none of them whole.",
    "Members of the union were to get unlimited access to the archive, which the court then closed.",
    "Weiterlesen wollte sie den Brief nicht, sagte die Richterin.",
    "Sie haben bereits ein Haus gebaut und zwei verkauft.",
    "Jetzt abonnieren viele Leser gleich zwei Zeitungen, weil ihnen eine nicht genügt.",
    "Abonnez-vous, disait l'affiche, et les passants riaient.",
    "Ya es suscriptor de la revista desde hace treinta años, dice con orgullo el alcalde.",
    "Già abbonato da anni, il sindaco legge il giornale al bar.",
    "Subscribe is the word that the shareholders did not want to hear.",
    "Unlock reading rooms, the council was told, and children will come.",
    "Join us, said the pilot, and see the islands from above.",
    "Sign up sheets hung on every door of the school.",
]


@pytest.mark.parametrize("line", GATE_LINES)
def test_a_line_that_sells_a_subscription_is_dropped(line: str) -> None:
    assert cleaned("The storm came before dawn.", line, "It left.") == ["The storm came before dawn.", "It left."]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_begins_like_one_stays(sentence: str) -> None:
    assert sentence in cleaned("The storm came before dawn.", sentence, "It left.")


def test_a_line_that_was_looked_at_before_is_judged_by_where_it_stands_now() -> None:
    cleaner = LineCleaner(titles=(), captions=frozenset(), names=frozenset({"ann lee"}))
    story = [f"On day {number} the storm came before dawn, and the harbour was shut." for number in range(1, 9)]
    assert cleaner.cleaned(["By Ann Lee", *story]) == story
    amid = [*story, "By Ann Lee", *story]
    assert cleaner.cleaned(amid) == amid


def cleaned(*lines: str) -> list[str]:
    return LineCleaner(titles=(), captions=frozenset(), names=frozenset()).cleaned(lines)


@pytest.mark.parametrize("odd", ["\f", "\x0b", "&#12;", "&#x1F;", "&#0000001", "\ufffe", "&#65535;", "&#xfffe;"])
def test_characters_that_no_xml_holds_cost_no_page(odd: str) -> None:
    title = "Harbour town votes for a second ferry"
    story = "".join(f"<p>The council of district {n} heard on Friday what the ferry costs.{odd}</p>" for n in range(9))
    body = f"<article><h1>{title}</h1>{odd} By A. B.{story}</article>"
    head = f"<title>{title}</title><meta property='og:type' content='article'>"
    page = f"<html><head>{head}</head><body>{body}</body></html>".encode()
    found = extract_page(page, url="https://a.example/2026/01/02/1", content_type=None, source=None, fetched_at=None)
    assert found.article is not None
    assert found.article.text.count("The council of district") == 9
    assert not set(found.article.text) & {"\f", "\x0b", "\x1f", "\x01", "\ufffe", "\uffff"}
