"""The newsroom's HTML: article, listings, front page, and the 404 page."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from urllib.parse import quote

from .content import ALL_NEWS, SECTIONS, Article
from .seeds import SITE_NAME
from .web import html_page

PER_PAGE = 10
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CARD_AFTER = 2  # paragraphs of the body that stand before the related-story cards
_STYLE = (
    "<style>body{font:18px/1.55 Georgia,serif;color:#222;margin:0 auto;max-width:66rem;padding:0 1rem}"
    "nav a,footer a{margin-right:1rem}a{color:#0b4f6c}img{max-width:100%}figure{margin:1rem 0}"
    "figcaption,.news-date-container,.news-author{font-size:.85em;color:#666}.news-lead{font-weight:bold}"
    ".row{display:flex;flex-wrap:wrap;gap:2rem}.col-md-9{flex:3 1 30rem}.col-md-3{flex:1 1 12rem}"
    ".related-card{border-left:4px solid #0b4f6c;margin:1.2rem 0;padding:.2rem 1rem;background:#f3f6f7}"
    ".correction{font-style:italic}.tags a,.share-bar a{margin-right:.7rem}</style>\n"
)


def clock(moment: datetime) -> str:
    """12-hour time without its zone: 8:20 AM."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def shown_time(moment: datetime) -> str:
    """As <time> gives it: Wednesday, 23 September 2026 8:20 AM. English in any locale."""
    name, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{name}, {moment.day} {month} {moment.year} {clock(moment)}"


def created_time(moment: datetime) -> str:
    """As DC.Date.Created gives it, month first: 3/9/2026 11:50:13 AM."""
    at, half = clock(moment).split(" ")
    return f"{moment.month}/{moment.day}/{moment.year} {at}:{moment:%S} {half}"


def article_page(
    article: Article, *, related: Sequence[Article], most_read: Sequence[Article], origins: Mapping[str, str]
) -> str:
    """The page of one article; `origins` by role: canonical and OpenGraph addresses are the primary's."""
    primary, number = origins["primary"], SECTIONS[article.section]
    picture = f"/Photo/{article.photo.rpartition('.')[0]}.png"
    head = (
        f"<meta name='DC.Date.Created' content='{created_time(article.published)}'>\n"
        f'<meta name="description" content="{escape(article.lead)}">\n'
        f'<meta property="og:type" content="article">\n<meta property="og:site_name" content="{SITE_NAME}">\n'
        f'<meta property="og:title" content="{escape(article.title)} - {SITE_NAME}">\n'
        f'<meta property="og:description" content="{escape(article.lead)}">\n'
        f'<meta property="og:image" content="{primary}{picture}">\n'
        f'<meta property="og:url" content="{escape(article.url)}">\n'
        f'<link rel="canonical" href="{escape(article.url)}">\n'
    )
    names = escape(" and ".join(article.authors))
    author = f'<div class="news-author">By {names}</div>\n' if names else ""
    updated = shown_time(article.modified)
    body = (
        '<div class="body-content details-page">\n<div class="news-section-container">'
        f'<a href="/Section/{ALL_NEWS}">News</a><span>&nbsp;&nbsp;/&nbsp;&nbsp;</span>'
        f'<a href="/Section/{number}">{article.section}</a></div>\n'
        f'<h1 class="news-title-container">{escape(article.title)}</h1>\n'
        f'<div class="news-date-container">Last Update: <time class="news-modifydate-container" '
        f'datetime="{updated}">{updated}</time></div>\n{author}'
        f'<figure class="news-lead-picture"><img src="{picture}" alt="{escape(article.title)}" width="640" '
        f'height="360"><figcaption>{escape(article.caption)}</figcaption></figure>\n'
        f'<div class="news-lead">{escape(article.lead)}</div>\n'
        f'<div class="row">\n<div class="col-md-9">\n{_body(article, related)}{_tail(origins)}</div>\n'
        f'<aside class="col-md-3"><h4>Most read</h4>\n{_links(most_read)}</aside>\n</div>\n'
        f"{_tags(article.tags)}</div>\n"
    )
    return _framed(f"{article.title} - {SITE_NAME}", body, head)


def listing_page(name: str, articles: Sequence[Article], *, path: str, page: int) -> str:
    """One page of a listing, pages counted from 1; past the last one it is empty, not an error."""
    shown = articles[(page - 1) * PER_PAGE : page * PER_PAGE]
    teasers = "".join(
        f'<li class="news-item"><a href="{escape(article.path)}"><h3>{escape(article.title)}</h3></a>'
        f"<p>{escape(article.lead)}</p></li>\n"
        for article in shown
    )
    older = f'<a rel="next" href="{path}/{page + 1}">Older</a>\n' * (page * PER_PAGE < len(articles))
    newer = f'<a rel="prev" href="{path}/{page - 1}">Newer</a>\n' * (page > 1)
    body = (
        f'<div class="body-content listing-page"><h1>{escape(name)}</h1>\n'
        f'<ul class="news-list">\n{teasers}</ul>\n'
        f'<div class="pager">{newer}{older}</div></div>\n'
    )
    return _framed(f"{name} - {SITE_NAME}", body)


def front_page(articles: Sequence[Article]) -> str:
    """The newest article large, then the next eleven."""
    first = articles[0]
    body = (
        f'<div class="body-content home-page">\n<section class="top-story"><a href="{escape(first.path)}">'
        f"<h2>{escape(first.title)}</h2></a><p>{escape(first.lead)}</p></section>\n"
        f"<h3>Latest</h3>\n{_links(articles[1:12])}</div>\n"
    )
    return _framed(f"{SITE_NAME} - News of the coast and the islands", body)


def not_found_page() -> str:
    """The publisher's 404 page."""
    body = (
        '<div class="body-content error-page"><h1>Page not found</h1><p>Sorry, the page you are looking '
        'for does not exist or has been moved.</p><p><a href="/">Back to the front page</a></p></div>\n'
    )
    return _framed(f"Page not found - {SITE_NAME}", body)


def placeholder_png(name: str, width_px: int = 320, height_px: int = 180) -> bytes:
    """A PNG of two flat bands whose colours come from `name`: a horizon, under 1 kB."""
    seed = zlib.crc32(name.encode())
    sky, land = bytes((150 + seed % 80, 180, 205 + seed // 80 % 50)), bytes((60, 90 + seed // 4000 % 80, 80))
    horizon = height_px * (45 + seed // 320000 % 30) // 100
    rows = b"".join(b"\0" + (sky if row < horizon else land) * width_px for row in range(height_px))

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def _framed(title: str, body: str, head: str = "") -> str:
    sections = "".join(f'<a href="/Section/{number}">{name}</a>\n' for name, number in SECTIONS.items())
    return html_page(
        title,
        f'<header><a class="logo" href="/">{SITE_NAME}</a>\n<nav class="main-menu">\n<a href="/">Home</a>\n'
        f'{sections}</nav></header>\n{body}<footer><nav>\n{sections}<a href="/rss.xml">RSS</a></nav>\n'
        f"<p>© {SITE_NAME}. All rights reserved.</p></footer>\n",
        head + _STYLE,
    )


def _body(article: Article, related: Sequence[Article]) -> str:
    markup, paragraphs = [], 0
    cards = "".join(map(_card, related))
    for kind, blocks in groupby(article.blocks, key=lambda block: block.kind):
        if kind == "li":
            items = "".join(f"<li>{escape(block.text)}</li>\n" for block in blocks)
            markup.append(f"<ul>\n{items}</ul>\n")
            continue
        tag, attributes = ("p", ' class="correction"') if kind == "note" else (kind, "")
        for block in blocks:
            markup.append(f"<{tag}{attributes}>{escape(block.text)}</{tag}>\n")
            paragraphs += kind == "p"
            if kind == "p" and paragraphs == _CARD_AFTER:
                markup.append(cards)
    return "".join(markup) + cards * (paragraphs < _CARD_AFTER)


def _card(article: Article) -> str:
    return (
        f'<div class="related-card" data-oembed-url="{escape(article.url)}"><a href="{escape(article.path)}">'
        f"<h4>{escape(article.title)}</h4></a><p>{escape(article.lead)}</p></div>\n"
    )


def _links(articles: Sequence[Article]) -> str:
    items = "".join(f'<li><a href="{escape(each.path)}">{escape(each.title)}</a></li>\n' for each in articles)
    return f"<ul>\n{items}</ul>\n"


def _tags(tags: Sequence[str]) -> str:
    if not tags:
        return ""
    links = "".join(f'<a rel="tag" href="/Tags/{quote(tag, safe="")}">{escape(tag)}</a>\n' for tag in tags)
    return f'<div class="tags"><span>Tags:</span>\n{links}</div>\n'


def _tail(origins: Mapping[str, str]) -> str:
    addresses = "".join(
        f'<p><a href="{origin}">{origin.removeprefix("http://")}</a></p>\n' for origin in origins.values()
    )
    # Paragraphs among the article's own, as the publisher's editors leave them: no class tells them apart.
    return (
        f"<p>{SITE_NAME}&rsquo;s website can also be accessed at the following alternate addresses:</p>\n{addresses}"
        '<div class="share-bar"><span>SHARE THIS ARTICLE</span>\n<a href="#email">Email</a>\n'
        '<a href="#copy">Copy link</a>\n<a href="#print">Print</a></div>\n'
    )
