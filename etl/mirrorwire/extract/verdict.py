"""Is this the article's page, or what answered in its place? Verdicts with their evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree, html

from mirrorwire.core.records import Source, Verdict, VerdictKind
from mirrorwire.core.urls import article_key, host_of, is_same_article
from mirrorwire.extract.likeness import in_slug
from mirrorwire.extract.marked import ARTICLE_TYPES
from mirrorwire.extract.normalize import MAX_TITLE_CHARS
from mirrorwire.extract.notice_titles import DOCUMENT, TITLE_ONLY
from mirrorwire.extract.notices import NOTICES, SEIZURE_PICTURE
from mirrorwire.extract.page import Page, absolute, finder, fold
from mirrorwire.extract.published import Times
from mirrorwire.extract.script_body import prose_lines, read_script_body
from mirrorwire.extract.structured import Structured
from mirrorwire.extract.survey import OPENING_CHARS, survey, width
from mirrorwire.extract.titles import headings

MANY_TEASERS = 6
MANY_HEADLINES = 10
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


class Notice(NamedTuple):
    """The words of a notice, and where they stand: in the `title`, a `heading`, the `text` or a `picture`'s name."""

    kind: VerdictKind
    phrase: str
    where: str
    context: str

    def evidence(self) -> dict[str, Any]:
        return {"phrase": self.phrase, "where": self.where, "context": self.context}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for and against an article, counted once. Characters are widths outside the page's frame."""

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
    opening: tuple[str, ...]
    slugged: bool
    """Whether the page's heading stands in its URL: what answers in an article's place does not know its name."""

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

    def evidence(self) -> dict[str, Any]:
        """The signals as a rejection or quarantine lists them."""
        return {
            "signals": [
                name
                for name in ("json_ld", "microdata", "og_article", "dated", "byline", "password")
                if getattr(self, name)
            ],
            "title": self.title[:200],
            "heading": (self.heading or "")[:200],
            "prose_chars": self.prose_chars,
            "own_chars": self.own_chars,
            "links": self.links,
            "teasers": self.teasers,
            "link_density": round(self.link_density, 2),
        }


def judge(page: Page, data: Structured, times: Times, source: Source | None) -> Verdict:
    """Return what a page is. Reads the tree, does not change it."""
    if page.tree is None:
        reason = page.problem.get("reason")
        kind: VerdictKind = "index" if reason == "feed" else "broken"
        return Verdict(kind=kind, evidence=dict(page.problem))
    signals = _signals(page, page.tree, data, times, source)
    if signals.stated and signals.own_chars < THIN_CHARS and (hidden := _hidden_chars(page, signals, data)):
        # What an application draws from its data has no heading on the page either: its title stands for it.
        heading = signals.heading or signals.title or None
        signals = replace(signals, own_chars=hidden, prose_chars=hidden, heading=heading)
    kind, why = _kind(signals, data)
    return Verdict(kind=kind, evidence={**why, **signals.evidence()})


def _hidden_chars(page: Page, signals: Signals, data: Structured) -> int:
    """How much running text a page that says it is an article holds in its scripts alone, as a width."""
    titles = [signals.title, signals.heading, data.meta("og:title"), data.article.get("headline")]
    lines = read_script_body(page, [title for title in titles if isinstance(title, str)])
    said = data.article.get("articleBody")
    return sum(map(width, lines or (prose_lines(said) if isinstance(said, str) else ())))


def _kind(  # noqa: PLR0911, PLR0912 - a list of decisions, the first that holds counts
    signals: Signals, data: Structured
) -> tuple[VerdictKind, dict[str, Any]]:
    own, stated = signals.own_chars, signals.stated
    strong = stated >= 2
    # An article about a seizure has the same words, in its title at that; but it says what it is, and runs on.
    notice = None if stated and own >= (THIN_CHARS if strong else NOTICE_CHARS) else _notice(signals)
    if notice is not None:
        # An article's beginning is what stands before a gate, too.
        if signals.slugged and own >= THIN_CHARS * (2 if notice.kind in ("login", "consent") else 1):
            return "suspect", {
                "reason": "the words of a notice, under the heading that its URL names",
                **notice.evidence(),
            }
        # A box of the frame may hold such words, its heading too; long text beside them leaves a doubt.
        if notice.where in ("title", "picture") or own < PROSE_CHARS:
            return notice.kind, notice.evidence()
        if own < 2 * PROSE_CHARS and not stated:
            return notice.kind, notice.evidence()
    if signals.password and not strong and own < (THIN_CHARS if signals.slugged else PROSE_CHARS):
        return "login", {"reason": "a password field and no article"}
    if signals.canonical in ("front page", "no article") and stated < 3:
        return "index", {"reason": f"canonical link names {signals.canonical}"}
    if signals.canonical is not None and stated:
        return "suspect", {"reason": f"canonical link names {signals.canonical}"}
    if signals.listing and not signals.json_ld:
        if strong and own >= THIN_CHARS:
            return "suspect", {"reason": "says that it is an article, and shows teasers before all"}
        return "index", {"reason": "headings that are links, and little text beside them"}
    if strong:
        if own >= THIN_CHARS:
            return "article", {}
        if stated >= 3:
            return "suspect", {"reason": "says that it is an article, and shows little text"}
        return "thin", {"reason": "says that it is an article, and shows next to no text"}
    if signals.headlines >= MANY_HEADLINES and signals.listed_chars < PROSE_CHARS:
        return "index", {
            "reason": "headlines that are links, and little text beside them",
            "headlines": signals.headlines,
        }
    if own < THIN_CHARS:
        return ("index", {"reason": "links only"}) if signals.dense else ("thin", {"reason": "next to no text"})
    if document := DOCUMENT.search(signals.heading or signals.title):
        return "thin", {"reason": "a publisher's own document", "phrase": document.group(0), "where": "heading"}
    if stated and own >= PROSE_CHARS and signals.heading and not signals.dense and notice is None:
        return "article", {}
    told = signals.slugged or (own >= PROSE_CHARS and bool(signals.heading)) or own >= 2 * PROSE_CHARS
    if told or (stated and not signals.dense):
        why = {"reason": "running text, and few article signals" if stated else "running text, and no article signal"}
        return "suspect", {**why, **(notice.evidence() if notice else {})}
    if signals.dense or _FRONT_TYPES & data.types or signals.links >= 30:
        return "index", {"reason": "no article signal, many links"}
    return "thin", {"reason": "no article signal"}


def _notice(signals: Signals) -> Notice | None:
    """The notice that title, heading or the opening text match."""
    for where, said in (("title", signals.title), ("heading", signals.heading or "")):
        if text := said[:MAX_TITLE_CHARS]:
            for kind, pattern in (*TITLE_ONLY, *NOTICES):
                if found := pattern.search(text):
                    return _noted(kind, found, where)
    if signals.stated >= 2:
        return None
    if signals.own_chars < THIN_CHARS and (found := SEIZURE_PICTURE.search(signals.pictures)):
        return _noted("seizure", found, "picture")
    opening = fold(" ".join(signals.opening)[: 2 * OPENING_CHARS])
    for kind, pattern in NOTICES:
        if found := pattern.search(opening):
            return _noted(kind, found, "text")
    return None


def _noted(kind: VerdictKind, found: re.Match[str], where: str) -> Notice:
    around = found.string[max(0, found.start() - 60) : found.end() + 60]
    return Notice(kind, found.group(0), where, around)


def _signals(page: Page, tree: html.HtmlElement, data: Structured, times: Times, source: Source | None) -> Signals:
    seen = survey(tree)
    json_ld = bool(data.article.get("headline") or data.article.get("datePublished"))
    shown_headings = headings(page)
    dated = times.origins.get("published_at") if times.published_at is not None else None
    return Signals(
        json_ld=json_ld,
        microdata=data.microdata_article and _article_items(tree) <= 2,
        og_article=bool(_ARTICLE_OG.match(data.meta("og:type") or "")),
        dated=None if dated == "url" else dated,
        # The search through all classes takes a tenth of the time, and tells nothing new of a page that states itself.
        byline=bool(data.meta("author", "article:author")) or (not json_ld and bool(_BYLINE(tree))),
        heading=shown_headings[0] if shown_headings else None,
        title=next(iter(data.metas.get("title", ())), "") or data.meta("og:title") or "",
        prose_chars=seen.prose,
        own_chars=seen.own if seen.teasers >= MANY_TEASERS else seen.prose,
        listed_chars=seen.own_of_headlines,
        shown_chars=seen.shown,
        link_chars=seen.link_text,
        links=seen.links,
        teasers=seen.teasers,
        headlines=seen.headlines,
        pictures="\n".join(seen.pictures),
        password=seen.password,
        canonical=_canonical(page, tree, data, source),
        opening=tuple(seen.opening),
        slugged=bool(shown_headings) and in_slug(shown_headings[0], page.url),
    )


def _article_items(tree: html.HtmlElement) -> int:
    """How many items of an article type the page marks up: several are a list's, not the page."""
    return sum(bool(set(re.split(r"[/#\s]", kind)) & ARTICLE_TYPES) for kind in _ITEMS(tree))


def _canonical(page: Page, tree: html.HtmlElement, data: Structured, source: Source | None) -> str | None:
    """What else the canonical link names than this page: `front page`, `no article`, `another article`, or `None`.

    A publisher's own hosts count as one; a stranger's URL says nothing, since articles are syndicated.
    """
    links = [*_CANONICAL(tree)[:1], *data.metas.get("og:url", ())[:1]]
    stated = [url for link in links if (url := absolute(link, page))]
    if not urlsplit(page.url).path.strip("/") or (stated and all(_is_front(url) for url in stated)):
        return "front page"
    here = article_key(page.url, source) if source and source.article_url else None
    if source is None or here is None:
        return None
    keys = {article_key(url, source) for url in stated if host_of(url, source)}
    if not keys or any(key is not None and is_same_article(key, here) for key in keys):
        return None
    return "no article" if keys == {None} else "another article"


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query
