"""What a page's elements are marked with: meta tags, and the properties of its article (microdata and RDFa)."""

from __future__ import annotations

import re
from html import unescape

from lxml import html

from mirrorwire.extract.page import content, finder, fold

ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "ScholarlyArticle",
        "TechArticle",
        "Report",
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "Review",
        "CriticReview",
    ]
)
"""https://schema.org/Article and what stands below it, and the reviews that newspapers print."""
_COMMENT_TYPES = frozenset(["Comment", "UserComments"])
MAX_CHARS = 2_000
"""No property that is read as one is longer; the article's body is not read here."""

_READ = frozenset(
    "headline name alternativeHeadline author creator datePublished dateCreated dateModified articleSection keywords "
    "isAccessibleForFree".split()
)
_ITEMS = finder("//@itemtype/..|//@typeof/..")
_PROPERTIES = finder("descendant::*/@itemprop/..|descendant::*[not(self::meta)]/@property/..")
"""From the attributes up: twice as fast as asking each element for them."""
_NAMES = finder(".//*[@itemprop='name' or contains(@property,'name')]")
_ARTICLE_TYPE = re.compile(r"[/#\s:]")


def read_metas(tree: html.HtmlElement) -> dict[str, tuple[str, ...]]:
    """Return the contents of the meta tags by their names in lower case, and of `<title>` as the first `title`."""
    by_name: dict[str, list[str]] = {}
    for tag in tree.iter("meta"):
        value = fold((tag.get("content") or tag.get("value") or "")[:20_000])
        if not value:
            continue
        for key in {tag.get("property"), tag.get("name"), tag.get("itemprop"), tag.get("http-equiv")}:
            if key and len(values := by_name.setdefault(key.strip().lower(), [])) < 100:
                values.append(unescape(value) if "&" in value else value)
    title = next(tree.iter("title"), None)
    if title is not None and (text := content(title)):
        by_name["title"] = [text[:MAX_CHARS], *by_name.get("title", [])]
    return {key: tuple(values) for key, values in by_name.items()}


def read_microdata(tree: html.HtmlElement) -> tuple[dict[str, tuple[str, ...]], bool]:
    """Return the properties of the page's first article item (or, without one, of the page), and whether it has one.

    RDFa's `property` counts as `itemprop` does, its prefix left out. Names inside other items are not the article's,
    authors inside other articles neither, and nothing inside a comment is.
    """
    items = _ITEMS(tree)
    articles = [item for item in items if _kinds(item) & ARTICLE_TYPES]
    root = articles[0] if articles else tree
    within = {item for item in items if item.get("itemprop") or item.get("property")} - {root, *root.iterancestors()}
    comments = {item for item in items if item.get("itemprop") == "comment" or _kinds(item) & _COMMENT_TYPES}
    scoped = set(items)
    author_scope: html.HtmlElement | None = root if articles else None
    by_name: dict[str, list[str]] = {}
    for element in _PROPERTIES(root):
        name = (element.get("itemprop") or element.get("property") or "").rpartition(":")[2].strip()
        if name not in _READ or (comments and not comments.isdisjoint(element.iterancestors())):
            continue
        if name in ("author", "creator"):
            scope = next((item for item in element.iterancestors() if item in scoped), root)
            author_scope = scope if author_scope is None else author_scope
            if scope is not author_scope:
                continue
        if name in ("name", "headline") and within and not within.isdisjoint(element.iterancestors()):
            continue
        value = element.get("content") or element.get("datetime")
        if name in ("author", "creator") and not value:
            names = _NAMES(element)
            value = (names[0].get("content") or content(names[0])) if names else None
        value = fold(value or content(element))[:MAX_CHARS]
        if value and len(values := by_name.setdefault(name, [])) < 50:
            values.append(value)
    return {key: tuple(values) for key, values in by_name.items()}, bool(articles)


def _kinds(item: html.HtmlElement) -> set[str]:
    return set(_ARTICLE_TYPE.split(f"{item.get('itemtype') or ''} {item.get('typeof') or ''}"))
