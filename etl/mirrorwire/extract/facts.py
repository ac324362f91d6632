"""What speaks for and against a page's being an article: counted once, before any rule is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree, html

from mirrorwire.core.records import Source, VerdictKind
from mirrorwire.core.urls import article_key, host_of, is_same_article
from mirrorwire.extract.headings import headings
from mirrorwire.extract.likeness import in_slug
from mirrorwire.extract.marked import ARTICLE_TYPES
from mirrorwire.extract.normalize import MAX_TITLE_CHARS
from mirrorwire.extract.notice_titles import TITLE_ONLY
from mirrorwire.extract.notices import NOTICES, SEIZURE_PICTURE
from mirrorwire.extract.page import Page, absolute, finder, fold
from mirrorwire.extract.published import Times
from mirrorwire.extract.script_body import prose_lines, read_script_body
from mirrorwire.extract.structured import Structured
from mirrorwire.extract.survey import OPENING_CHARS, survey, width

MANY_TEASERS = 6
THIN_CHARS = 140
"""A page with less running text than this says next to nothing. Lengths are widths: see `survey.width`."""
PROSE_CHARS = 600
"""Running text of this length beside some article signal is enough to be one."""
NOTICE_CHARS = 2_400
"""No notice of those known runs on as long as this beside a statement that the page is an article."""
_BYLINE = etree.XPath("boolean(//*[@rel='author' or contains(@class,'byline')])")
_CANONICAL = finder("/html/head/link[@rel='canonical']/@href")
_ITEMS = finder("//*[@itemtype]/@itemtype")
_ARTICLE_OG = re.compile(r"^(?:article|news|blog|story|post)", re.I)
_FRONT_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})
_SIGNALS = ("json_ld", "microdata", "og_article", "dated", "byline", "password")


class Notice(NamedTuple):
    """The words of a notice, and where they stand: in the `title`, a `heading`, the `text` or a `picture`'s name."""

    kind: VerdictKind
    phrase: str
    where: str
    context: str

    def evidence(self) -> dict[str, Any]:
        """The words, as a verdict's evidence has them."""
        return {"phrase": self.phrase, "where": self.where, "context": self.context}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the rules go by. Characters are widths outside the page's frame."""

    json_ld: bool
    microdata: bool
    og_article: bool
    dated: str | None
    """Where the date of publication stands: `json-ld`, `meta`, `microdata`, or only on the `page`."""
    byline: bool
    heading: str | None
    title: str
    prose_chars: int
    own_chars: int
    """Running text that is no teaser's."""
    listed_chars: int
    """The same, where each link that stands alone is taken for a headline."""
    shown_chars: int
    link_chars: int
    links: int
    teasers: int
    headlines: int
    pictures: str
    password: bool
    canonical: str | None
    """What else than this page its canonical link names: `front page`, `no article`, `another article`."""
    opening: tuple[str, ...]
    slugged: bool
    """Whether the page's heading stands in its URL: what answers in an article's place does not know its name."""
    front: bool
    """Whether its JSON-LD calls it a list of other pages."""
    notice: Notice | None = None

    @property
    def link_density(self) -> float:
        """Characters in links per character shown."""
        return self.link_chars / self.shown_chars if self.shown_chars else 0.0

    @property
    def dense(self) -> bool:
        """Whether the page is links before all."""
        return self.link_density > 0.5 and self.links >= 15

    @property
    def listing(self) -> bool:
        """Whether what runs on in the page are its teasers."""
        return self.teasers >= MANY_TEASERS and self.own_chars < PROSE_CHARS

    @property
    def stated(self) -> int:
        """How many statements of the page's say that it is an article. Dates on teasers are no such statement."""
        dated = self.dated is not None and not (self.listing and self.dated == "page")
        return 2 * (self.json_ld or self.microdata) + self.og_article + dated

    @property
    def strong(self) -> bool:
        """Whether it is as good as certain that the page means to be an article."""
        return self.stated >= 2

    @property
    def runs_on(self) -> bool:
        """Whether it shows enough running text for a short article."""
        return self.own_chars >= THIN_CHARS

    def evidence(self) -> dict[str, Any]:
        """The facts as a rejection or quarantine lists them."""
        return {
            "signals": [name for name in _SIGNALS if getattr(self, name)],
            "title": self.title[:200],
            "heading": (self.heading or "")[:200],
            "prose_chars": self.prose_chars,
            "own_chars": self.own_chars,
            "links": self.links,
            "teasers": self.teasers,
            "link_density": round(self.link_density, 2),
        }


def facts_of(page: Page, tree: html.HtmlElement, data: Structured, times: Times, source: Source | None) -> PageFacts:
    """Return what speaks for and against the page's being an article. Reads the tree, does not change it."""
    facts = _surveyed(page, tree, data, times, source)
    if facts.stated and not facts.runs_on:
        facts = _with_scripts(facts, page, data)
    return replace(facts, notice=_notice(facts))


def _surveyed(page: Page, tree: html.HtmlElement, data: Structured, times: Times, source: Source | None) -> PageFacts:
    shown = survey(tree)
    json_ld = bool(data.article.get("headline") or data.article.get("datePublished"))
    shown_headings = headings(page)
    dated = times.origins.get("published_at") if times.published_at is not None else None
    return PageFacts(
        json_ld=json_ld,
        microdata=data.microdata_article and _article_items(tree) <= 2,
        og_article=bool(_ARTICLE_OG.match(data.meta("og:type") or "")),
        dated=None if dated == "url" else dated,
        # The search through all classes takes a tenth of the time, and tells nothing new of a page that states itself.
        byline=bool(data.meta("author", "article:author")) or (not json_ld and bool(_BYLINE(tree))),
        heading=shown_headings[0] if shown_headings else None,
        title=next(iter(data.metas.get("title", ())), "") or data.meta("og:title") or "",
        prose_chars=shown.prose,
        own_chars=shown.own if shown.teasers >= MANY_TEASERS else shown.prose,
        listed_chars=shown.own_of_headlines,
        shown_chars=shown.shown,
        link_chars=shown.link_text,
        links=shown.links,
        teasers=shown.teasers,
        headlines=shown.headlines,
        pictures="\n".join(shown.pictures),
        password=shown.password,
        canonical=_canonical(page, tree, data, source),
        opening=tuple(shown.opening),
        slugged=bool(shown_headings) and in_slug(shown_headings[0], page.url),
        front=bool(_FRONT_TYPES & data.types),
    )


def _with_scripts(facts: PageFacts, page: Page, data: Structured) -> PageFacts:
    """Count the running text that a page that says it is an article holds in its scripts alone, if it does."""
    titles = [facts.title, facts.heading, data.meta("og:title"), data.article.get("headline")]
    lines = read_script_body(page, [title for title in titles if isinstance(title, str)]) or []
    article_body = data.article.get("articleBody")
    if not lines and isinstance(article_body, str):
        lines = prose_lines(article_body)
    chars = sum(width(line) for line in lines)
    if not chars:
        return facts
    # What an application draws from its data has no heading on the page either: its title stands for it.
    heading = facts.heading or facts.title or None
    return replace(facts, own_chars=chars, prose_chars=chars, heading=heading)


def _notice(facts: PageFacts) -> Notice | None:
    """The notice that title, heading, pictures or the opening text match."""
    # An article about a seizure has the same words, in its title at that; but it says what it is, and runs on.
    enough_chars = THIN_CHARS if facts.strong else NOTICE_CHARS
    if facts.stated and facts.own_chars >= enough_chars:
        return None
    named = _notice_in(facts.title, "title") or _notice_in(facts.heading or "", "heading")
    if named is not None or facts.strong:
        return named
    if not facts.runs_on:
        picture = SEIZURE_PICTURE.search(facts.pictures)
        if picture is not None:
            return _with_context("seizure", picture, "picture")
    opening = fold(" ".join(facts.opening)[: 2 * OPENING_CHARS])
    for kind, wording in NOTICES:
        match = wording.search(opening)
        if match is not None:
            return _with_context(kind, match, "text")
    return None


def _notice_in(name: str, where: str) -> Notice | None:
    """The notice that a title or a heading names; short wordings count here alone."""
    name = name[:MAX_TITLE_CHARS]
    if not name:
        return None
    for kind, wording in (*TITLE_ONLY, *NOTICES):
        match = wording.search(name)
        if match is not None:
            return _with_context(kind, match, where)
    return None


def _with_context(kind: VerdictKind, match: re.Match[str], where: str) -> Notice:
    context = match.string[max(0, match.start() - 60) : match.end() + 60]
    return Notice(kind, match.group(0), where, context)


def _article_items(tree: html.HtmlElement) -> int:
    """How many items of an article type the page marks up: several are a list's, not the page."""
    count = 0
    for itemtype in _ITEMS(tree):
        types = set(re.split(r"[/#\s]", itemtype))
        count += bool(types & ARTICLE_TYPES)
    return count


def _canonical(page: Page, tree: html.HtmlElement, data: Structured, source: Source | None) -> str | None:
    """What else the canonical link names than this page: `front page`, `no article`, `another article`, or `None`.

    A publisher's own hosts count as one; a stranger's URL says nothing, since articles are syndicated.
    """
    links = [*_CANONICAL(tree)[:1], *data.metas.get("og:url", ())[:1]]
    absolutes = [absolute(link, page) for link in links]
    urls = [url for url in absolutes if url]
    if not urlsplit(page.url).path.strip("/") or (urls and all(_is_front(url) for url in urls)):
        return "front page"
    here = article_key(page.url, source) if source and source.article_url else None
    if source is None or here is None:
        return None
    keys = {article_key(url, source) for url in urls if host_of(url, source)}
    if not keys or any(key is not None and is_same_article(key, here) for key in keys):
        return None
    return "no article" if keys == {None} else "another article"


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query
