"""Is this the article's page, or what answered in its place? Verdicts with their evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from etl.extract.fields import headings
from etl.extract.notices import NOTICES, SEIZURE_PICTURE, TITLE_ONLY
from etl.extract.page import Page, absolute, fold
from etl.extract.published import Times
from etl.extract.script_body import prose_lines, read_script_body
from etl.extract.structured import Structured
from etl.records import Source, Verdict, VerdictKind
from etl.urls import article_key, host_of

MANY_TEASERS = 6
TEASER_CHARS = 250
"""A page of teasers has about this much text to each heading that is a link; an article beside some has more."""
THIN_CHARS = 140
"""A page with less running text than this says next to nothing."""
PROSE_CHARS = 600
"""Running text of this length beside some article signal is enough to be one."""
OPENING_CHARS = 6_000
PROSE_RUN_CHARS = 45
"""Shorter stretches of text are labels as often as sentences."""
_FRAME = frozenset({"nav", "footer", "aside", "button", "form", "dialog", "textarea", "label"})
_HEADINGS = frozenset({"h2", "h3", "h4"})
_UNSHOWN = frozenset({"head", "noscript", "option", "script", "style", "template", "iframe"})
_BYLINE = etree.XPath("boolean(//*[@rel='author' or contains(@class,'byline')])")
_ARTICLE_OG = re.compile(r"^(?:article|news|blog|story|post)", re.I)
_FRONT_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for and against an article, counted once."""

    json_ld: bool
    microdata: bool
    og_article: bool
    dated: bool
    byline: bool
    heading: str | None
    title: str
    prose_chars: int
    shown_chars: int
    link_chars: int
    links: int
    teasers: int
    pictures: str
    password: bool
    canonical: str | None
    opening: str

    @property
    def link_density(self) -> float:
        """Characters in links per character shown."""
        return self.link_chars / self.shown_chars if self.shown_chars else 0.0

    @property
    def stated(self) -> int:
        """How many statements of the page's head say that it is an article."""
        return 2 * (self.json_ld or self.microdata) + self.og_article + self.dated

    def evidence(self) -> dict[str, Any]:
        """The signals as a rejection or quarantine lists them."""
        return {
            "signals": [
                name
                for name in ("json_ld", "microdata", "og_article", "dated", "byline", "password")
                if getattr(self, name)
            ],
            "title": self.title[:200],
            "prose_chars": self.prose_chars,
            "links": self.links,
            "link_density": round(self.link_density, 2),
        }


def judge(page: Page, data: Structured, times: Times, source: Source | None) -> Verdict:
    """Return what a page is. Reads the tree, does not change it."""
    if page.tree is None:
        reason = page.problem.get("reason")
        kind: VerdictKind = "index" if reason == "feed" else "broken"
        return Verdict(kind=kind, evidence=dict(page.problem))
    signals = _signals(page, page.tree, data, times, source)
    if signals.stated and signals.prose_chars < THIN_CHARS and (hidden := _hidden_prose(page, signals, data)):
        # What an application draws from its data has no heading on the page either: its title stands for it.
        signals = replace(signals, prose_chars=hidden, heading=signals.heading or signals.title or None)
    kind, why = _kind(signals, data)
    return Verdict(kind=kind, evidence={**why, **signals.evidence()})


def _hidden_prose(page: Page, signals: Signals, data: Structured) -> int:
    """How much running text a page that says it is an article shows only by its scripts, in characters."""
    titles = [signals.title, signals.heading, data.meta("og:title"), data.article.get("headline")]
    lines = read_script_body(page, [title for title in titles if isinstance(title, str)])
    said = data.article.get("articleBody")
    return sum(map(len, lines or (prose_lines(said) if isinstance(said, str) else ())))


def _kind(  # noqa: PLR0911, PLR0912 - a list of decisions, the first that holds counts
    signals: Signals, data: Structured
) -> tuple[VerdictKind, Mapping[str, Any]]:
    notice = _notice(signals)
    strong = signals.stated >= 2
    if notice is not None:
        kind, phrase, in_title = notice
        # An article about a seizure has the same words, in its title at that; but it says what it is, and runs on.
        long = signals.prose_chars >= (THIN_CHARS if strong else 4 * PROSE_CHARS)
        if not (long and signals.stated):
            return kind, {"phrase": phrase, "in_title": in_title}
    if signals.password and not strong and signals.prose_chars < PROSE_CHARS:
        return "login", {"reason": "a password field and no article"}
    if signals.canonical in ("front page", "no article") and signals.stated < 3:
        return "index", {"reason": f"canonical link names {signals.canonical}"}
    if signals.canonical is not None and signals.stated:
        return "suspect", {"reason": f"canonical link names {signals.canonical}"}
    if strong:
        if signals.prose_chars >= THIN_CHARS:
            return "article", {}
        if signals.stated >= 3:
            return "suspect", {"reason": "says that it is an article, and shows little text"}
        return "thin", {"reason": "says that it is an article, and shows next to no text"}
    dense = signals.link_density > 0.5 and signals.links >= 15
    if signals.prose_chars < THIN_CHARS:
        return ("index", {"reason": "links only"}) if dense else ("thin", {"reason": "next to no text"})
    some = signals.og_article or signals.dated
    if signals.teasers >= MANY_TEASERS and signals.prose_chars < TEASER_CHARS * signals.teasers:
        return "index", {"reason": "headings that are links, and few article signals", "teasers": signals.teasers}
    if some and signals.prose_chars >= PROSE_CHARS and signals.heading and not dense:
        return "article", {}
    if some and not dense:
        return "suspect", {"reason": "few article signals"}
    if not dense and signals.heading and signals.prose_chars >= 2 * PROSE_CHARS and signals.byline:
        return "suspect", {"reason": "running text under a heading, and no other article signal"}
    if dense or _FRONT_TYPES & data.types or signals.links >= 30:
        return "index", {"reason": "no article signal, many links"}
    return "thin", {"reason": "no article signal"}


def _notice(signals: Signals) -> tuple[VerdictKind, str, bool] | None:
    """The notice that title, heading or the opening text match, with the words that did."""
    head = f"{signals.title}\n{signals.heading or ''}"
    for kind, pattern in TITLE_ONLY:
        if found := pattern.search(head):
            return kind, found.group(0), True
    for kind, pattern in NOTICES:
        if found := pattern.search(head):
            return kind, found.group(0), True
    if signals.stated >= 2:
        return None
    if signals.prose_chars < THIN_CHARS and (found := SEIZURE_PICTURE.search(signals.pictures)):
        return "seizure", found.group(0), False
    for kind, pattern in NOTICES:
        if found := pattern.search(signals.opening):
            return kind, found.group(0), False
    return None


def _signals(page: Page, tree: html.HtmlElement, data: Structured, times: Times, source: Source | None) -> Signals:
    seen = _survey(tree)
    shown_headings = headings(page)
    return Signals(
        json_ld=bool(data.article.get("headline") or data.article.get("datePublished")),
        microdata=data.microdata_article,
        og_article=bool(_ARTICLE_OG.match(data.meta("og:type") or "")),
        dated=times.published_at is not None and times.origins.get("published_at") != "url",
        byline=bool(data.meta("author", "article:author")) or bool(_BYLINE(tree)),
        heading=shown_headings[0] if shown_headings else None,
        title=next(iter(data.metas.get("title", ())), "") or data.meta("og:title") or "",
        prose_chars=seen.prose_chars,
        shown_chars=seen.shown_chars,
        link_chars=seen.link_chars,
        links=seen.links,
        teasers=seen.teasers,
        pictures="\n".join(seen.pictures[:20]),
        password=seen.password,
        canonical=_canonical(page, tree, data, source),
        opening=fold(" ".join(seen.opening)),
    )


@dataclass(slots=True, kw_only=True)
class _Survey:
    """What one walk over the page counted, in characters of folded text."""

    prose_chars: int = 0
    shown_chars: int = 0
    link_chars: int = 0
    links: int = 0
    teasers: int = 0
    password: bool = False
    opening: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def _survey(tree: Any) -> _Survey:
    """Walk the tree once. Running text is a stretch of text outside links and the page's frame."""
    seen = _Survey()
    # Elements still to enter, or (text, framed, linked) of a tail that follows one.
    waiting: list[tuple[Any, bool, bool]] = [(tree, False, False)]
    while waiting:
        node, framed, linked = waiting.pop()
        if isinstance(node, str):
            _count_text(seen, node, framed, linked)
            continue
        tag = node.tag
        if tag in _UNSHOWN or not isinstance(tag, str):
            continue
        if tag == "a" and node.get("href"):
            seen.links += 1
            linked = True
        elif tag == "img":
            seen.pictures.append(f"{node.get('alt') or ''} {node.get('src') or ''}"[:500])
        elif tag == "input" and (node.get("type") or "").lower() == "password":
            seen.password = True
        # An unclosed <aside> before the article is a common slip: the article's own element counts for more.
        elif tag in _HEADINGS and (linked or next(node.iter("a"), None) is not None):
            seen.teasers += 1
        framed = (framed or tag in _FRAME) and tag not in ("article", "main")
        for child in reversed(node):
            if (tail := child.tail) and not tail.isspace():
                waiting.append((tail, framed, linked))
            waiting.append((child, framed, linked))
        if node.text and not node.text.isspace():
            _count_text(seen, node.text, framed, linked)
    return seen


def _count_text(seen: _Survey, text: str, framed: bool, linked: bool) -> None:
    length = len(" ".join(text.split()))
    if not length:
        return
    if seen.shown_chars < OPENING_CHARS:
        seen.opening.append(text[:OPENING_CHARS])
    seen.shown_chars += length
    if linked:
        seen.link_chars += length
    elif not framed and length > PROSE_RUN_CHARS:
        seen.prose_chars += length


def _canonical(page: Page, tree: html.HtmlElement, data: Structured, source: Source | None) -> str | None:
    """What else the canonical link names than this page: `front page`, `no article`, `another article`, or `None`.

    A publisher's own hosts count as one; a stranger's URL says nothing, since articles are syndicated.
    """
    links = [*tree.xpath("//link[@rel='canonical']/@href")[:1], *data.metas.get("og:url", ())[:1]]
    stated = [url for link in links if (url := absolute(link, page))]
    if not urlsplit(page.url).path.strip("/") or (stated and all(_is_front(url) for url in stated)):
        return "front page"
    here = article_key(page.url, source) if source and source.article_url else None
    if source is None or here is None:
        return None
    keys = {article_key(url, source) for url in stated if host_of(url, source)}
    if not keys or here in keys:
        return None
    return "no article" if keys == {None} else "another article"


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query
