"""What a page says of its site: name, language, feeds, other homes, the zones of the times that stand in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from mirrorwire.core.urls import canonical_url, origin_of, site_of
from mirrorwire.seed_formats.document import clean, plain
from mirrorwire.seed_formats.html import MAX_PAGE_BYTES, feed_page

MAX_KEPT = 2000
MAX_NAME_CHARS = 100
MAX_FEED_LINKS = 3
FEW_CHARS = 200
"""A page that shows less text than this, and has scripts, is filled by them."""
_NOT_SHOWN = frozenset("script style noscript template title".split())
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json|(?:application|text)/xml", re.I)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|$)[^?]*$", re.I)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])", re.I)
_SEPARATOR = re.compile(r" [-–—|:·] ")
_TIME = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)\b"
    rb"|\d{4} \d\d:\d\d:\d\d (GMT|UTC|[+-]\d{4})\b"
)

_LINKED = re.compile(
    rb"<(?:loc|link)>\s{0,9}(?:<!\[CDATA\[)?\s{0,9}(https?://[^\s/<\]]{1,255})"
    rb"|<link\s[^<>]{0,300}?href=[\"'](https?://[^\s/\"'<>]{1,255})",
    re.I,
)
MAX_ORIGINS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What a page says of its site. All URLs are absolute, and on this site.

    `feeds` are those that the page declares, `feed_links` links whose path looks like one's.
    `elsewhere` holds other origins, each with how the page names it: `canonical`, `alternate <language>`, `feed`.
    `is_empty`: it has scripts, and next to no text without them.
    """

    url: str
    name: str | None
    language: str | None
    feeds: tuple[str, ...]
    feed_links: tuple[str, ...]
    links: tuple[str, ...]
    elsewhere: Mapping[str, str]
    offset: str | None
    is_empty: bool


def read_front(body: bytes, *, url: str, content_type: str | None = None) -> Front:
    """Return what a page says; raises `SeedUnreadable` for what is no HTML. Builds no tree, whatever the bytes."""
    seen = _Seen()
    page, _ = feed_page(body, url=url, target=seen, content_type=content_type)
    base = _joined(url, seen.base) or url
    home = site_of(url)
    feeds: dict[str, None] = {}
    links: dict[str, None] = {}
    elsewhere: dict[str, str] = {}

    def note(href: str, how: str) -> str | None:
        target = _joined(base, href)
        origin = origin_of(target) if target else None
        if origin and site_of(origin) != home:
            elsewhere.setdefault(origin, how)
        return target if origin else None

    for href in seen.canonical:
        note(href, "canonical link")
    for language, href in seen.translations:
        note(href, f"alternate link, {language}")
    for href in seen.feeds:
        target = note(href, "feed")
        if target and site_of(target) == home:
            feeds.setdefault(target)
    for href in seen.anchors:
        target = _joined(base, href)
        if target and site_of(target) == home:
            links.setdefault(target)
    linked = [link for link in links if _FEED_PATH.search(urlsplit(link).path)]
    return Front(
        url=url,
        name=clean(seen.site_name, MAX_NAME_CHARS) or _named_in(seen.title, url),
        language=_language(seen.language),
        feeds=tuple(feed for feed in feeds if "comment" not in feed),
        feed_links=tuple(linked[:MAX_FEED_LINKS]),
        links=tuple(links),
        elsewhere=elsewhere,
        offset=offset_in(page),
        is_empty=seen.has_scripts and seen.shown_chars < FEW_CHARS,
    )


def offset_in(body: bytes) -> str | None:
    """Return the offset from UTC, as `+03:30`, that most of the times in a document state; UTC only if none else."""
    counts: Counter[str] = Counter()
    for match in _TIME.finditer(body[:MAX_PAGE_BYTES]):
        text = (match[1] or match[2]).decode()
        counts["+00:00" if text.isalpha() else f"{text[:3]}:{text[-2:]}"] += 1
    local = [offset for offset, _ in counts.most_common() if offset[1:] != "00:00"]
    if local:
        return local[0]
    return "+00:00" if counts else None


def origins_linked(body: bytes, url: str) -> dict[str, int]:
    """Return the other origins that the links of a feed or sitemap name, most common first, and how often."""
    page, _ = plain(body, MAX_PAGE_BYTES)
    names = Counter((match[1] or match[2]).lower() for match in _LINKED.finditer(page))
    counts: Counter[str] = Counter()
    for name, count in names.most_common(MAX_ORIGINS * 2):
        origin = origin_of(name.decode("utf-8", "replace"))
        if origin and site_of(origin) != site_of(url):
            counts[origin] += count
    return dict(counts.most_common(MAX_ORIGINS))


class _Seen:
    """What lxml calls back: keeps what describes the site, so that a hostile page builds no tree."""

    def __init__(self) -> None:
        self.base: str | None = None
        self.language: str | None = None
        self.site_name: str | None = None
        self.title = ""
        self._in_title = False
        self._hidden_in: str | None = None
        self.has_scripts = False
        self.shown_chars = 0
        self.canonical: dict[str, None] = {}
        self.translations: list[tuple[str, str]] = []
        self.feeds: dict[str, None] = {}
        self.anchors: dict[str, None] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        href = (attributes.get("href") or "").strip()
        self.has_scripts = self.has_scripts or tag == "script"
        if tag in _NOT_SHOWN and self._hidden_in is None:
            self._hidden_in = tag
        if tag == "html":
            self.language = self.language or attributes.get("lang") or attributes.get("xml:lang")
        elif tag == "base":
            self.base = self.base or href
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "title":
            self._in_title = not self.title
        elif not href or len(self.anchors) + len(self.feeds) + len(self.translations) > MAX_KEPT:
            return
        elif tag == "a" and not href.startswith("#"):
            self.anchors.setdefault(href)
        elif tag == "link":
            self._link(href, attributes)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        content = attributes.get("content") or ""
        if name in ("og:site_name", "application-name"):
            self.site_name = self.site_name or content
        elif name == "og:url" and content and len(self.canonical) < 5:
            self.canonical.setdefault(content.strip())

    def _link(self, href: str, attributes: Mapping[str, str]) -> None:
        rel = (attributes.get("rel") or "").lower().split()
        if "canonical" in rel and len(self.canonical) < 5:
            self.canonical.setdefault(href)
        elif "alternate" in rel and _FEED_TYPE.match(attributes.get("type") or ""):
            self.feeds.setdefault(href)
        elif "alternate" in rel and attributes.get("hreflang"):
            self.translations.append((attributes["hreflang"][:20], href))

    def data(self, data: str) -> None:
        if self._in_title and len(self.title) < MAX_KEPT:
            self.title += data
        if self._hidden_in is None and self.shown_chars < FEW_CHARS:
            self.shown_chars += len("".join(data.split()))

    def end(self, tag: str) -> None:
        self._in_title = False
        if tag == self._hidden_in:
            self._hidden_in = None

    def close(self) -> None:
        """Asked for by lxml."""


def _joined(base: str, href: str | None) -> str | None:
    try:
        return canonical_url(urljoin(base, href or "")) if href is not None else None
    except ValueError:
        return None


def _named_in(title: str, url: str) -> str | None:
    """The site's name as titles hold it: first on a front page, last on an article's."""
    parts = [part for part in _SEPARATOR.split(clean(title) or "") if part]
    if not parts:
        return None
    return clean(parts[0] if urlsplit(url).path in ("", "/") else parts[-1], MAX_NAME_CHARS)


def _language(stated: str | None) -> str | None:
    match = _LANGUAGE.match((stated or "").strip())
    return match[0].lower() if match else None
