"""Pages that a careless look takes for something else: what is known beforehand, and frames, links and lists."""

from __future__ import annotations

import time

import pytest

from mirrorwire.core.records import Listing, Verdict
from mirrorwire.extract import extract_page, verify
from mirrorwire.extract.page import MAX_PAGE_CHARS, parse_page
from tests.extract.test_verify import DATED, JSON_LD, OG_ARTICLE, PROSE, SOURCE, URL, page

ELSEWHERE = "https://other.example/x/y"
"""A URL that tells nothing."""
TITLE = "Ferry tears loose from its moorings"
HEADING = f"<h1>{TITLE}</h1>"
SENTENCE = "<p>The ferry lay at the outer pier when the wind turned at night, said the harbour master.</p>"
BRIEF = SENTENCE * 3
TEASERS = "".join(f'<h3><a href="/{n}">Another story number {n}</a></h3>{SENTENCE}' for n in range(8))


def look(body: bytes, *, url: str = ELSEWHERE, listing: Listing | None = None) -> Verdict:
    return verify(body, url=url, content_type="text/html; charset=utf-8", source=SOURCE, listing=listing)


def test_a_brief_without_any_signal_is_an_article_where_a_feed_lists_it() -> None:
    body = page(f"<h1>Loose</h1>{BRIEF}", title="Loose")
    assert look(body).kind == "thin"
    assert look(body, listing=Listing(title=TITLE)).kind == "article"


def test_a_brief_without_any_signal_is_an_article_at_an_articles_url() -> None:
    assert look(page(f"<h1>Loose</h1>{BRIEF}", title="Loose"), url=URL).kind == "article"


def test_a_page_of_another_title_than_the_listed_one_is_not_known_beforehand() -> None:
    body = page(f"<h1>Parliament votes on fishing quota</h1>{BRIEF}", title="Votes - The Example")
    assert look(body, url=URL, listing=Listing(title=TITLE)).kind == "thin"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("seizure", page("<p>This domain has been seized by order of a court.</p>" + BRIEF, title=TITLE)),
        ("thin", page(HEADING + SENTENCE, title=TITLE)),
        ("index", page("<h1>News</h1>" + TEASERS, title="News")),
        ("thin", page("<h1>Privacy policy</h1>" + PROSE, title="Privacy policy")),
    ],
)
def test_what_the_page_says_counts_more_than_a_feed(kind: str, body: bytes) -> None:
    assert look(body, url=URL, listing=Listing(title="Loose")).kind == kind


@pytest.mark.parametrize("frame", ["form", "nav", "aside"])
def test_a_frame_that_holds_the_page_is_none(frame: str) -> None:
    body = page(f"<{frame}><a href='/'>Home</a>{HEADING}{PROSE}</{frame}>", title=TITLE, head=OG_ARTICLE + DATED)
    assert look(body).kind == "article"


def test_a_frame_beside_the_text_is_no_part_of_it() -> None:
    verdict = look(page(f"<form>{SENTENCE * 2}</form>{HEADING}{PROSE}", title=TITLE, head=DATED))
    assert verdict.evidence["prose_chars"] < 1.1 * len(PROSE)


def test_frames_in_frames_are_looked_into_a_few_times_only() -> None:
    body = page("<nav>" * 200 + SENTENCE * 4000 + "</nav>" * 200)
    started = time.process_time()
    look(body)
    assert time.process_time() - started < 3


def test_a_canonical_link_to_the_front_page_is_a_doubt() -> None:
    front = '<link rel="canonical" href="https://news.example/">'
    body = page(HEADING + PROSE, title=TITLE, head=OG_ARTICLE + DATED + front)
    verdict = look(body)
    assert (verdict.kind, verdict.evidence["doubts"]) == ("article", ["the canonical link names the front page"])
    extraction = extract_page(body, url=ELSEWHERE, content_type=None, source=SOURCE, fetched_at=None)
    assert "the canonical link names the front page" in extraction.verdict.evidence["doubts"]


LOGIN_WORDS = {
    "persian": "ورود پانصد دانش‌آموز به مسابقه نقاشی شهر",
    "chinese": "登录火星的探测器传回首批照片",
    "turkish": "Giriş yapan öğrenci sayısı geçen yıla göre arttı",
    "russian": "Вход в порт закрыт до утра из-за шторма",
    "portuguese": "Entrar na universidade ficou mais difícil",
    "english": "Login scandal costs bank its licence",
}


@pytest.mark.parametrize("heading", LOGIN_WORDS.values(), ids=LOGIN_WORDS)
def test_a_heading_that_begins_with_the_word_for_a_login_is_none(heading: str) -> None:
    body = page(f"<article><h1>{heading}</h1>{BRIEF}</article>", title=heading)
    assert look(body).kind == "article"


@pytest.mark.parametrize(
    "heading", ["Log in", "Sign in to your account", "Anmelden | Hafenpost", "ورود", "登录", "Вход - Почта"]
)
def test_a_heading_that_only_says_login_is_one(heading: str) -> None:
    assert look(page(f"<h1>{heading}</h1>{BRIEF}", title=heading)).kind == "login"


def test_a_page_is_as_large_as_it_is_without_its_scripts() -> None:
    script = "<script>" + "var a = '<p>no text</p>';" * (MAX_PAGE_CHARS // 20) + "</script>"
    body = page(script + HEADING + PROSE, title=TITLE, head=script + JSON_LD)
    assert len(body) > 2 * MAX_PAGE_CHARS
    parsed = parse_page(body, url=ELSEWHERE, content_type="text/html; charset=utf-8")
    assert len(parsed.json_ld) == 1
    assert look(body).kind == "article"


@pytest.mark.parametrize("piece", ["<script ", "<script>", "<style></script>", "<script></scrip"])
def test_scripts_without_end_cost_no_time(piece: str) -> None:
    body = piece.encode() * (9_000_000 // len(piece))
    started = time.process_time()
    parse_page(body, url=ELSEWHERE, content_type="text/html; charset=utf-8")
    assert time.process_time() - started < 5


def test_a_brief_below_headings_of_other_stories_is_an_article() -> None:
    others = "".join(f'<h2><a href="/{n}">Another story number {n}</a></h2>' for n in range(8))
    assert look(page(others + HEADING + BRIEF, title=TITLE, head=OG_ARTICLE + DATED)).kind == "article"


def test_a_blogs_heading_that_is_a_link_to_itself_is_no_teaser() -> None:
    blog = f'<h2><a href="/own">{TITLE}</a></h2>{BRIEF}'
    assert look(page(blog + TEASERS, title=f"{TITLE} - My blog", head=OG_ARTICLE + DATED)).kind == "article"


CHINESE = (
    "<div class='t'>停航九天后海岛轮渡恢复</div>"
    + "<p>潜水员周二清理了最后的残骸，首班船载着两百名乘客离港，港务局说修复工程将持续到明年春天。</p>" * 8
)
TITLED = {
    "chinese, no heading": ("停航九天后海岛轮渡恢复_海港新闻网", CHINESE),
    "russian": ("Паром на острова снова ходит", "<h1>Паром на острова снова ходит</h1>" + PROSE),
    "korean": ("섬으로 가는 여객선 운항 재개", "<h2>섬으로 가는 여객선 운항 재개</h2>" + PROSE),
}


@pytest.mark.parametrize(("title", "body"), TITLED.values(), ids=TITLED)
def test_a_heading_that_the_title_repeats_above_running_text_is_an_articles(title: str, body: str) -> None:
    assert look(page(body, title=title)).kind == "article"


def test_a_section_of_dated_teasers_is_no_article_whatever_it_says_it_is() -> None:
    card = (
        '<h2><a href="/{0}">Story number {0} of this day</a></h2><time datetime="2026-09-23">today</time>' + BRIEF * 2
    )
    cards = "".join(card.format(n) for n in range(12))
    body = page("<h1>Science</h1>" + PROSE + cards, title="Science", head=OG_ARTICLE + DATED)
    assert look(body).kind == "index"
