"""Pages in the manner of common systems and languages, each without what another states: rules that no page is for."""

# ruff: noqa: E501 - markup is easier to read on one line
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from benchmarks.ablations import ABLATIONS, ablated
from mirrorwire.core.records import Article
from mirrorwire.extract import extract_page

SENTENCES = [
    f"Sentence {n} of the report tells at some length what the council of the harbour town decided about its ferries."
    for n in range(1, 8)
]
TITLE = "Harbour town votes for a second ferry to the islands"
FETCHED = datetime(2026, 9, 25, 12, tzinfo=UTC)


class Template(NamedTuple):
    """A page and what it must give."""

    html: str
    published: str
    authors: tuple[str, ...]
    title: str = TITLE
    text: tuple[str, ...] = tuple(SENTENCES)


def read(html: str) -> Article:
    found = extract_page(
        html.encode(), url="https://www.news.example/a/storm-77", content_type=None, source=None, fetched_at=FETCHED
    )
    assert found.article is not None, found.verdict
    return found.article


def paragraphs(tag: str = "p") -> str:
    return "".join(f"<{tag}>{each}</{tag}>" for each in SENTENCES)


BREAKS = "<br><br>".join(SENTENCES)
MENU = "<ul class='menu'><li><a href='/'>Home</a></li><li><a href='/s'>Sport</a></li><li><a href='/c'>Culture</a></li></ul>"
CARDS = "".join(
    f"<div class='card'><a href='/a/{n}'><img src='/{n}.jpg'></a><h3><a href='/a/{n}'>Another story, number {n}</a></h3>"
    f"<span>1{n}.08.2026</span></div>"
    for n in range(4)
)


def page(body: str, *, head: str = "", lang: str = "en", title: str = f"{TITLE} - The Example") -> str:
    return f"<!doctype html><html lang='{lang}'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


OG = f"<meta property='og:type' content='article'><meta property='og:title' content='{TITLE}'>"
NEXT_DATA = json.dumps(
    {
        "props": {
            "pageProps": {
                "article": {
                    "headline": TITLE,
                    "publishedAt": "2026-09-23T08:20:00Z",
                    "body": [{"type": "paragraph", "text": each} for each in SENTENCES],
                }
            }
        }
    }
)
TEMPLATES = {
    "WordPress, classic theme": Template(
        page(
            f"<div id='header'>{MENU}</div><div id='content'><div class='post hentry'><h1 class='entry-title'>{TITLE}</h1>"
            "<div class='entry-meta'>Posted on <a href='/2026/09/23'><time class='entry-date published' "
            "datetime='2026-09-23T10:20:00+02:00'>September 23, 2026</time></a> by <span class='author vcard'>"
            f"<a class='url fn n' href='/author/ann-lee/'>Ann Lee</a></span></div><div class='entry-content'>{paragraphs()}"
            f"<div class='sharedaddy'><h3>Share this:</h3></div></div></div></div><div id='sidebar'>{CARDS}</div>"
        ),
        "2026-09-23T10:20:00+02:00",
        ("Ann Lee",),
    ),
    "AMP": Template(
        page(
            f"<article class='amp-wp-article'><header><h1 class='amp-wp-title'>{TITLE}</h1><div class='amp-wp-meta "
            "amp-wp-byline'><span class='amp-wp-author author vcard'>Ann Lee</span></div><div class='amp-wp-meta "
            "amp-wp-posted-on'><time datetime='2026-09-23T08:20:00+00:00'>2 days ago</time></div></header>"
            f"<div class='amp-wp-article-content'>{paragraphs()}</div></article>",
            head=OG,
        ),
        "2026-09-23T08:20:00+00:00",
        ("Ann Lee",),
    ),
    "Drupal": Template(
        page(
            f"<div class='region-content'><h1 class='page-title'><span class='field field--name-title'>{TITLE}</span></h1>"
            "<div class='node__submitted'>By <span>Ann Lee</span> on <span>Wed, 09/23/2026 - 10:20</span></div>"
            f"<div class='field field--name-body'>{paragraphs()}</div></div><div class='region-sidebar'>{CARDS}</div>",
            lang="en-us",
        ),
        "2026-09-23T10:20:00",
        ("Ann Lee",),
    ),
    "Ghost": Template(
        page(
            f"<main><article class='gh-article post'><header class='gh-article-header'><h1>{TITLE}</h1><div class="
            "'gh-article-meta'><h4 class='gh-article-author-name'><a href='/author/ann/'>Ann Lee</a></h4><time "
            "class='gh-article-meta-date' datetime='2026-09-23'>23 Sep 2026</time></div></header><section "
            f"class='gh-content'>{paragraphs()}</section></article></main>",
            head=OG,
        ),
        "2026-09-23",
        ("Ann Lee",),
    ),
    "Blogger": Template(
        page(
            "<div class='blog-posts'><h2 class='date-header'><span>Wednesday, 23 September 2026</span></h2><div class="
            f"'post'><h1 class='post-title'>{TITLE}</h1><div class='post-body entry-content'>{BREAKS}</div>"
            "<div class='post-footer'><span class='post-author vcard'>Posted by <span class='fn'>Ann Lee</span></span>"
            f"</div></div></div><div class='sidebar'>{CARDS}</div>"
        ),
        "2026-09-23",
        ("Ann Lee",),
    ),
    "Joomla": Template(
        page(
            f"<div class='item-page'><h1>{TITLE}</h1><dl class='article-info'><dd class='createdby'>Written by Ann Lee"
            "</dd><dd class='published'>Published: 23 September 2026 10:20</dd></dl>"
            f"<div>{paragraphs()}</div></div>"
        ),
        "2026-09-23T10:20:00",
        ("Ann Lee",),
    ),
    "tables and fonts": Template(
        page(
            f"<table><tr><td width='150'>{MENU}</td><td><font size='5'><h1>{TITLE}</h1></font><br><font size='1'>By Ann Lee"
            f"<br>September 23, 2026, 10:20</font><br><font face='Arial'>{BREAKS}</font></td></tr></table>"
        ),
        "2026-09-23T10:20:00",
        ("Ann Lee",),
    ),
    "Next.js, drawn by script": Template(
        page(
            f"<div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{NEXT_DATA}</script>",
            head=f"{OG}<meta name='author' content='Ann Lee'>",
        ),
        "2026-09-23T08:20:00+00:00",
        ("Ann Lee",),
    ),
    "utility classes": Template(
        page(
            f"<main><div class='mx-auto px-4'><h1 class='text-3xl'>{TITLE}</h1><div class='flex'><a class='font-bold' "
            "href='/authors/ann-lee'>Ann Lee</a><span class='text-sm'>Updated 24 Sep 2026</span><span class='text-sm'>"
            f"23 Sep 2026, 10:20 GMT+2</span></div><div class='prose'>{paragraphs()}</div><div class='grid'>{CARDS}</div>"
            "</div></main>"
        ),
        "2026-09-23T10:20:00+02:00",
        ("Ann Lee",),
    ),
    "rest of the text behind a gate": Template(
        page(
            f"<div class='story'><h1>{TITLE}</h1><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><div class='locked-part'>"
            f"{''.join(f'<p>{each}</p>' for each in SENTENCES[2:])}</div></div>",
            head=f"{OG}<meta name='author' content='Ann Lee'><meta property='article:published_time' "
            "content='2026-09-23T08:20:00Z'>",
        ),
        "2026-09-23T08:20:00+00:00",
        ("Ann Lee",),
    ),
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_page_of_a_common_system_gives_its_title_day_author_and_text(template: Template) -> None:
    found = read(template.html)
    when = found.published_at.isoformat() if found.published_at else None
    assert (found.title, when, found.authors) == (template.title, template.published, template.authors)
    assert tuple(found.text.split("\n")) == template.text


LINES = {
    "German": ("de", "Von Anna Schmidt", "23. September 2026, 10:20 Uhr", "Anna Schmidt"),
    "German, short": ("de", "Von Anna Schmidt", "Stand: 23.9.26, 10.20 Uhr", "Anna Schmidt"),
    "French": ("fr", "Par Anne Dubois", "Publié le 23 septembre 2026 à 10h20", "Anne Dubois"),
    "Spanish": ("es", "Por Ana García", "23 de septiembre de 2026 a las 10:20h.", "Ana García"),
    "Portuguese": ("pt", "Por Ana Souza", "Publicado em 23/09/2026 às 10h20", "Ana Souza"),
    "Italian": ("it", "di Anna Rossi", "23 settembre 2026 alle 10:20", "Anna Rossi"),
    "Russian": ("ru", "Автор: Анна Иванова", "23 сентября 2026, 10:20", "Анна Иванова"),
    "Turkish": ("tr", "Yazar: Ayşe Demir", "Giriş: 23 Eylül 2026 10:20", "Ayşe Demir"),
    "Arabic": ("ar", "بقلم: ليلى حداد", "الأربعاء 23 أيلول/سبتمبر 2026 - 10:20", "ليلى حداد"),
    "Persian": ("fa", "نویسنده: سارا احمدی", "چهارشنبه ۱ مهر ۱۴۰۵ - ۱۰:۲۰", "سارا احمدی"),
    "Japanese": ("ja", "", "2026年9月23日 10時20分", ""),
    "Chinese": ("zh", "", "发布时间：2026-09-23 10:20", ""),
    "Korean": ("ko", "김민수 기자", "입력 2026.09.23 10:20 수정 2026.09.24 08:00", "김민수"),
    "Hungarian": ("hu", "", "2026. szeptember 23. 10:20", ""),
    "Thai": ("th", "", "23 ก.ย. 2569 10:20 น.", ""),
    "Vietnamese": ("vi", "", "Thứ tư, 23/9/2026, 10:20", ""),
}


@pytest.mark.parametrize(("language", "byline", "when", "author"), LINES.values(), ids=LINES)
def test_dates_and_bylines_are_read_in_the_language_of_the_page(
    language: str, byline: str, when: str, author: str
) -> None:
    body = f"<h1>{TITLE}</h1><div class='byline'>{byline}</div><div>{when}</div><div>{paragraphs()}</div>{CARDS}"
    found = read(page(body, head=OG, lang=language))
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2026-09-23T10:20:00"
    assert found.authors == ((author,) if author else ())


@pytest.mark.parametrize("steps", ABLATIONS.values(), ids=ABLATIONS)
def test_what_is_taken_away_from_a_page_takes_its_text_away_from_nobody(steps: list[Callable[..., None]]) -> None:
    html = TEMPLATES["WordPress, classic theme"].html
    found = extract_page(
        ablated(html.encode(), steps), url="https://news.example/a", content_type=None, source=None, fetched_at=FETCHED
    )
    assert found.article is not None
    assert tuple(found.article.text.split("\n")) == tuple(SENTENCES)


def test_a_date_that_only_a_list_of_other_articles_shows_is_not_the_articles() -> None:
    assert read(page(f"<h1>{TITLE}</h1>{paragraphs()}<div><ul>{CARDS}</ul></div>", head=OG)).published_at is None


def test_a_time_that_a_script_gives_under_a_name_that_stands_once_is_the_articles() -> None:
    once = page(
        f"<h1>{TITLE}</h1>{paragraphs()}<script>layer.push({{'pubDate': '2026-09-23T10:20:00+02:00'}})</script>",
        head=OG,
    )
    assert (read(once).published_at, read(once).origins["published_at"]) == (
        datetime.fromisoformat("2026-09-23T10:20:00+02:00"),
        "script",
    )
    several = once.replace("</script>", ";more({'pubDate': '2026-09-20T10:20:00+02:00'})</script>")
    assert read(several).published_at is None


def test_a_time_called_utc_gives_way_to_the_same_clock_with_an_offset() -> None:
    head = f"{OG}<meta property='article:published_time' content='2026-09-23T10:20:00Z'>"
    body = f"<h1>{TITLE}</h1><time datetime='2026-09-23T10:20:00+02:00'>10:20</time>{paragraphs()}"
    found = read(page(body, head=head)).published_at
    assert found is not None
    assert found.isoformat() == "2026-09-23T10:20:00+02:00"


def test_a_notice_about_cookies_that_is_longer_than_the_article_is_not_its_text() -> None:
    notice = "".join(
        f"<p>Cookie paragraph {n} explains which of our partners store what and why.</p>" for n in range(20)
    )
    found = read(
        page(f"<h1>{TITLE}</h1><div>{paragraphs()}</div><div id='onetrust-pc-sdk'><div>{notice}</div></div>", head=OG)
    )
    assert found.text.split("\n") == SENTENCES


def test_a_caption_of_any_name_and_an_embedded_post_are_left_out() -> None:
    picture = "<div class='x1'><img src='a.jpg'><div class='x2'>The ferry on its way, as seen from the signal station.</div></div>"
    post = (
        "<blockquote><p>A post about the ferry.</p><a href='https://x.com/ferry/status/1'>24 September</a></blockquote>"
    )
    half = "".join(f"<p>{each}</p>" for each in SENTENCES[:3])
    rest = "".join(f"<p>{each}</p>" for each in SENTENCES[3:])
    assert read(page(f"<h1>{TITLE}</h1><div>{half}{picture}{post}{rest}</div>", head=OG)).text.split("\n") == SENTENCES


def test_a_section_behind_the_title_goes_where_the_page_names_it() -> None:
    body = f"{MENU}<h1>{TITLE}</h1>{paragraphs()}"
    assert read(page(body, title=f"{TITLE} | Sport", head=OG.replace(TITLE, f"{TITLE} | Sport"))).title == TITLE
