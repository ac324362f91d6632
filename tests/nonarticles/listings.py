# ruff: noqa: E501 - pages stand here as they are served
"""Pages that lead to articles: front pages, sections, tags, authors, searches, archives, hubs, tables."""

from __future__ import annotations

import json

from tests.nonarticles.frames import STORIES, answer, site, teasers

OG_ARTICLE = '<meta property="og:type" content="article"><meta property="og:title" content="{}">'
UPDATED = '<meta property="article:published_time" content="2026-09-23T06:00:00+02:00">'
PAGER = '<div class="pager">' + "".join(f'<a href="?page={n}">{n}</a> ' for n in range(1, 9)) + "</div>"
FRONT = '<link rel="canonical" href="https://www.harbourpost.example/">'


def ld(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **node})}</script>'


def rows(cells: list[tuple[str, ...]]) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        + "</table>"
    )


LIST = {
    "@type": "ItemList",
    "itemListElement": [{"@type": "ListItem", "position": n, "url": f"/a/{300500 + n}"} for n in range(9)],
}
EN = STORIES["en"]

ANSWERS = (
    answer("front-en-canonical", "index", site(teasers(EN), title="The Harbour Post - news from the coast", head=FRONT)),
    answer("front-en-bare", "index", site(teasers(EN, heading="h2"), title="The Harbour Post")),
    answer("front-en-og-article", "index", site(
        '<h1 class="sr-only">The Harbour Post</h1>' + teasers(EN, dated=True), title="The Harbour Post", head=OG_ARTICLE.format("The Harbour Post"))),
    answer("front-de-website", "index", site(
        teasers(STORIES["de"] * 2, dated=True), title="Hafenpost", lang="de", head='<meta property="og:type" content="website">' + ld(**LIST))),
    answer("front-ru", "index", site(teasers(STORIES["ru"], dated=True), title="Новости побережья", lang="ru")),
    answer("front-zh", "index", site(teasers(STORIES["zh"], heading="h4"), title="海港新闻网", lang="zh")),
    answer("front-headings-inside-links", "index", site("".join(
        f'<a class="tile" href="/a/{n}"><h3>{head}</h3><p>{text}</p></a>' for n, (head, text) in enumerate(EN)), title="The Harbour Post")),
    answer("front-divs-for-headings", "index", site("".join(
        f'<div class="item"><div class="item-title"><a href="/a/{n}">{head}</a></div><div class="item-text">{text}</div></div>'
        for n, (head, text) in enumerate(EN)), title="The Harbour Post")),
    answer("front-article-elements-dated-og", "index", site("".join(
        f'<article class="teaser" itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline"><a itemprop="url" href="/a/{n}">{head}</a></h2>'
        f'<time itemprop="datePublished" datetime="2026-09-2{n % 4}T09:00:00Z">today</time><p itemprop="description">{text}</p></article>'
        for n, (head, text) in enumerate(EN)), title="The Harbour Post", head=OG_ARTICLE.format("The Harbour Post"))),
    answer("section-fr-og-article-dated", "index", site(
        "<h1>Monde</h1>" + teasers(STORIES["fr"], dated=True), title="Monde - Le Courrier du port", lang="fr",
        head=OG_ARTICLE.format("Monde") + UPDATED)),
    answer("section-es-h1", "index", site("<h1>Economía</h1>" + teasers(STORIES["es"], heading="h2", dated=True) + PAGER, title="Economía", lang="es")),
    answer("section-en-collection", "index", site(
        "<h1>World</h1><p>News, analysis and pictures from beyond the coast.</p>" + teasers(EN, dated=True, by="By Ann Lee"),
        title="World | The Harbour Post", head=ld(**{"@type": "CollectionPage", "name": "World", "datePublished": "2020-01-01"}))),
    answer("section-long-teasers", "index", site(
        "<h1>Opinion</h1>" + teasers([(head, f"{text} {EN[n - 1][1]} {EN[n - 2][1]}") for n, (head, text) in enumerate(EN)], heading="h2", dated=True),
        title="Opinion | The Harbour Post")),
    answer("tag-page", "index", site(
        '<h1>Topic: Storms</h1><p class="count">148 stories</p>' + teasers(EN[:8], dated=True) + PAGER, title="Storms - latest news | The Harbour Post",
        head=OG_ARTICLE.format("Storms"))),
    answer("author-page", "index", site(
        '<div class="author-header"><img src="/ann.jpg" alt="Ann Lee"><h1>Ann Lee</h1><p>Ann Lee has reported from the coast since 2011. '
        "Before that she worked for a radio station and taught navigation. She writes about weather, fishing and courts, and lives with two dogs "
        "in the harbour quarter.</p></div><h2>Articles by Ann Lee</h2>" + teasers(EN[:9], dated=True, by="Ann Lee"),
        title="Ann Lee | The Harbour Post", head=ld(**{"@type": "ProfilePage", "mainEntity": {"@type": "Person", "name": "Ann Lee"}})
        + '<meta name="author" content="Ann Lee">')),
    answer("search-results", "index", site(
        '<h1>Search results for “storm”</h1><p>1,204 results</p>' + teasers(EN, dated=True) + PAGER, title="storm - Search | The Harbour Post")),
    answer("search-no-results", "not_found index thin", site(
        "<h1>Search</h1><p>Your search for “storm-in-the-harbour-300401” did not match any stories.</p>", title="Search | The Harbour Post")),
    answer("topic-hub", "index", site(
        "<h1>The great storm</h1><p>Everything about the night that changed the coast: reports, pictures, maps and the questions that remain.</p>"
        "<h2>Latest</h2>" + teasers(EN[:4], dated=True) + "<h2>Background</h2>" + teasers(EN[4:9]) + "<h2>Opinion</h2>" + teasers(EN[9:]),
        title="The great storm - dossier", head=OG_ARTICLE.format("The great storm"))),
    answer("archive-paginated", "index", site(
        "<h1>Archive: September 2026</h1><ul>" + "".join(f'<li><span>23.09.2026 0{n % 9}:10</span> <a href="/a/{n}">{EN[n % 12][0]}</a></li>' for n in range(60))
        + "</ul>" + PAGER, title="Archive September 2026 - page 3")),
    answer("live-hub", "index", site(
        "<h1>Live: all tickers</h1>" + teasers([(f"LIVE: {head}", "Follow the latest here.") for head, _ in EN[:7]], dated=True), title="Live tickers")),
    answer("video-landing", "thin index", site(
        '<h1>Storm tears boats loose</h1><div class="player" data-video="77"><video poster="/p.jpg" controls></video></div>'
        '<div class="more"><h2>More videos</h2>' + "".join(f'<a href="/v/{n}"><img src="/v/{n}.jpg" alt=""><span>{head}</span></a>' for n, (head, _) in enumerate(EN))
        + "</div>", title="Video: Storm tears boats loose", head='<meta property="og:type" content="video.other">')),
    answer("gallery", "thin index", site(
        "<h1>Pictures of the week</h1>" + "".join(f'<figure><img src="/g/{n}.jpg" alt=""><figcaption>{n + 1}/12</figcaption></figure>' for n in range(12)),
        title="Pictures of the week", head='<meta property="og:type" content="website">')),
    answer("weather-table", "thin index", site(
        "<h1>Weather on the coast</h1>" + rows([(f"Harbour {n}", f"{12 + n}°", "rain", f"{n * 9} km/h") for n in range(24)]), title="Weather forecast")),
    answer("stock-table", "thin index", site(
        "<h1>Markets</h1>" + rows([(f'<a href="/stock/{n}">Company {n}</a>', f"{n * 3.7:.2f}", f"+{n / 9:.2f} %") for n in range(60)]), title="Stocks")),
    answer("sitemap-html", "index", site("<h1>Sitemap</h1><ul>" + "".join(f'<li><a href="/t/{n}">Section and topic {n}</a></li>' for n in range(120)) + "</ul>", title="Sitemap")),
    answer("newsletter-signup", "thin index", site(
        '<h1>Newsletters</h1><form action="/nl"><h2>Morning tide</h2><p>What you need to know before eight, every weekday in your inbox.</p><h2>The long read</h2>'
        '<p>One story, once a week.</p><input type="email" name="e"><button>Sign up</button></form>', title="Newsletters | The Harbour Post")),
    answer("events-calendar", "index thin", site(
        "<h1>What's on</h1>" + "".join(f'<div class="event"><time datetime="2026-10-{n + 1:02}">{n + 1} October</time> <a href="/e/{n}">Concert number {n} at the old quay</a></div>'
        for n in range(20)), title="What's on")),
)  # fmt: skip
