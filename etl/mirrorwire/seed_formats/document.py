"""What all seed documents share: what a body is, the links gathered from it, and the words they bring along."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mirrorwire.core.bugs import Bug, taken
from mirrorwire.core.records import Link, Source
from mirrorwire.core.urls import read_link
from mirrorwire.seed_formats.skipped import NOTHING_SKIPPED, Skipped, Tally
from mirrorwire.seed_formats.times import iso_of

MAX_BODY_BYTES = 50 * 1024 * 1024
"""Read of one document once decompressed: what sitemaps.org allows a sitemap."""
MAX_TITLE_CHARS = 1000
_MAX_LASTMOD_CHARS = 100
ENOUGH_OF_ONE_KEY = 4
"""So many more URLs of one article, and no other, are no accident."""

HEAD_BYTES = 64 * 1024
_PROLOG = re.compile(rb"(?:[^<]++|<!--.*?-->|<\?.*?\?>|<!(?!--)[^>]*>)*+", re.S)
_FIRST_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_XML_DECLARATION = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}\?>")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UTF_16 = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}  # of markup without a mark
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "a ZIP file"),
)
_KINDS = {
    "rss": "a feed",
    "feed": "a feed",
    "rdf": "a feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
}
_HTML_TAG = re.compile(
    "html|head|body|title|meta|link|script|style|noscript|base|div|p|a|h[1-6]|ul|ol|li|dl|table|tr|section|article|"
    "header|footer|main|nav|aside|span|center|font|b|i|strong|em|br|hr|img|iframe|form|frameset"
)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
E = TypeVar("E")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """A sitemap that an index names, as the primary host has it."""

    url: str
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDocument:
    """What a seed document gave.

    `skipped` counts the entries that are no article of the source: a stranger's, too long, of another shape;
    `skipped_by` counts them by kind, and names the sitemaps of an index that lie elsewhere.
    `damage` says what was wrong with a document that was read in part ("cut off after 37 items"). `bugs` are what our
    code raised on single entries, which were left out; the others stand.
    """

    links: tuple[Link, ...]
    children: tuple[ChildSitemap, ...] = ()
    skipped: int = 0
    skipped_by: Skipped = NOTHING_SKIPPED
    damage: str | None = None
    bugs: tuple[Bug, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedEntry:
    """An entry of a seed, as its document states it. `urls` are those that may be its own, likeliest first."""

    urls: tuple[str, ...]
    title: str | None = None
    lastmod: str | None = None


class LinkGatherer:
    """Gathers the links of one document in its order: each article once, as it stands first."""

    def __init__(self, *, url: str, source: Source, seed: str) -> None:
        self.base = url
        self.skipped = 0
        self.tally = Tally(source)
        self._source, self._seed = source, seed
        self._links: dict[str, Link] = {}
        self.bugs: list[Bug] = []
        self._of_one_key: set[str] = set()

    def gather(self, entries: Iterable[E], read: Callable[[E], SeedEntry]) -> None:
        """Take entries one by one, as `read` reads them."""
        for stated in one_by_one(entries, lambda entry: self._add(read(entry)), self.bugs):
            self.skipped += not stated

    def document(self, *, damage: str | None = None, children: Iterable[ChildSitemap] = ()) -> SeedDocument:
        """Return what was gathered, and what was wrong with it."""
        for words in (damage_of(self.bugs), self._collapsed()):
            damage = both(damage, words)
        return SeedDocument(
            links=tuple(self._links.values()),
            children=tuple(children),
            skipped=self.skipped,
            skipped_by=self.tally.skipped,
            damage=damage,
            bugs=tuple(self.bugs),
        )

    def _add(self, stated: SeedEntry) -> bool:
        """Take an entry by the first of its URLs that is an article's; return whether one is."""
        links = (read_link(url, self._source, self.base) for url in stated.urls)
        article = next((link for link in links if link), None)
        if article is None:
            self.tally.link(stated.urls, self.base)
            return False
        known = self._links.get(article.article_key)
        if known is not None:
            if known.url != article.url and len(self._of_one_key) < ENOUGH_OF_ONE_KEY:
                self._of_one_key.add(article.url)
            return True
        self._links[article.article_key] = Link(
            article_key=article.article_key,
            url=article.url,
            seed=self._seed,
            day=article.day,
            title=clean(stated.title),
            slug=clean(article.slug),
            lastmod=as_iso(stated.lastmod),
        )
        return True

    def _collapsed(self) -> str | None:
        """What to say where all links of a document are one article: then the key leaves out what tells them apart."""
        if len(self._links) != 1 or len(self._of_one_key) < ENOUGH_OF_ONE_KEY:
            return None
        return f"all its links share the key {next(iter(self._links))}: article_url takes no id that tells them apart"


def one_by_one(entries: Iterable[E], read: Callable[[E], R], bugs: list[Bug]) -> Iterator[R]:
    """Yield what each entry gives; one on which our code, or a library, raises is left out, and added to `bugs`."""
    for n, entry in enumerate(entries, 1):
        try:
            given = read(entry)
        except Exception as error:
            bugs.append(taken(error, f"entry {n}", pure=True))
        else:
            yield given


def damage_of(bugs: Sequence[Bug]) -> str | None:
    """Return in words that entries were left out; `None` where none was."""
    return f"entries left out: {len(bugs)}, the first by {bugs[0]}" if bugs else None


def plain(body: bytes, limit: int = MAX_BODY_BYTES) -> tuple[bytes, str | None]:
    """Return a body without gzip, byte order mark and leading space, never in UTF-16, and what was wrong with it.

    At most `limit` bytes are read, so that a bomb costs no more; what lies behind them is damage.
    """
    body, damage = _gunzipped(body, limit) if body.startswith(b"\x1f\x8b") else (body, None)
    if len(body) > limit:
        body, damage = body[:limit], f"larger than {limit // (1024 * 1024)} MB, the rest is left out"
    bom, encoding = next((pair for pair in _BOMS if body.startswith(pair[0])), (b"", _UTF_16.get(body[:2], "")))
    if encoding.startswith("utf-16"):
        body = body.decode(encoding, "replace").encode("utf-8", "replace")
        body = _XML_DECLARATION.sub(b"", body)  # it names an encoding that no longer holds
        bom = b""
    while (stripped := body.removeprefix(bom).lstrip()) != body:  # some are sent with several marks, and lines between
        body, bom = stripped, _BOMS[0][0]
    return body, damage


def root_start(body: bytes) -> int:
    """Return where a document's first element begins, behind declaration, DOCTYPE and comments."""
    prolog = _PROLOG.match(body, 0, HEAD_BYTES)
    return prolog.end() if prolog else 0


def root_of(body: bytes) -> str:
    """Return the name of a document's first element, in lower case and without prefix; "" if there is none."""
    tag = _FIRST_TAG.match(body, root_start(body)) if body.startswith(b"<") else None
    return tag[1].decode("latin-1").lower() if tag else ""


def what_is(body: bytes) -> str:
    """Return what a body is, in words for a person: "an HTML page", "a feed", "a PDF"."""
    root = root_of(body)
    if not body.strip():
        return "an empty body"
    if root in _KINDS:
        return _KINDS[root]
    if is_html(body):
        return "an HTML page"
    if body.startswith(b"<"):
        return f"another kind of XML (<{root[:40]}>)" if root else "markup without an element"
    return next((words for start, words in _MAGIC if body.startswith(start)), None) or _what_else(body)


def is_html(body: bytes) -> bool:
    """Tell whether a body is an HTML page or a piece of one."""
    return body[:14].lower() == b"<!doctype html" or _HTML_TAG.fullmatch(root_of(body)) is not None


def encoding_if_utf_8(body: bytes) -> str | None:
    """Return UTF-8 where the bytes of a page are; else `None`, so that lxml goes by what the page declares."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def clean(text: str | None, limit: int = MAX_TITLE_CHARS) -> str | None:
    """Return text without U+0000 and lone surrogates, white space folded; `None` for an empty one."""
    if not text:
        return None
    # Folding is bounded before it starts: a title may be megabytes of blanks.
    return " ".join(_UNSTORABLE.sub("", text[: limit * 4]).split())[:limit].rstrip() or None


def as_iso(text: str | None) -> str | None:
    """Return a stated time as ISO 8601, in the zone and precision that it states; an unreadable one as it is."""
    stated = clean(text, _MAX_LASTMOD_CHARS)
    if stated is None:
        return None
    return iso_of(stated) or stated


def _what_else(body: bytes) -> str:
    if b"\0" in body[:HEAD_BYTES]:
        return "binary data"
    return "JSON" if body[:1] in b"{[" else "plain text"


def both(first: str | None, second: str | None) -> str | None:
    """Return two kinds of damage as one."""
    return "; ".join(words for words in (first, second) if words) or None


def _gunzipped(body: bytes, limit: int) -> tuple[bytes, str | None]:
    content, unread = bytearray(), body
    while unread.startswith(b"\x1f\x8b"):  # a gzip file may hold several members
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(unread, limit + 1 - len(content))
        except zlib.error:
            return bytes(content), "gzip data broken"
        if len(content) > limit:
            return bytes(content), None
        if not member.eof:
            return bytes(content), "gzip data cut off"
        unread = member.unused_data
    return bytes(content), None
