"""Bytes of a response -> one parsed page: decoded as a browser would, within limits, scripts set apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from lxml import etree, html

from mirrorwire.extract.page_encoding import BOMS, decode, unmarked_utf_16

T = TypeVar("T")

MAX_PAGE_CHARS = 3_000_000
"""Of markup without its scripts and styles, of which some ordinary pages have more than this."""
MAX_JSON_LD_CHARS = 1_000_000
MAX_ELEMENTS = 20_000
"""Real article pages measured had up to 3,129 elements and 462 links; the text step is quadratic in links."""
MAX_LINKS = 5_000

_MAGIC = (
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"%PDF", "pdf"), (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"), (b"RIFF", "riff"), (b"\x7fELF", "elf"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
    (b"(\xb5/\xfd", "zstd"), (b"OggS", "ogg"), (b"ID3", "mp3"), (b"wOFF", "woff"), (b"wOF2", "woff"),
)  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f") + b"\x7f"
# &#12; and its kin, also in hexadecimal: 1 to 8, 11, 12, 14 to 31, 65534 and 65535.
_UNFIT_REFERENCE = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)"
    rb"|[xX]0*(?:[1-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[eEfF])(?![0-9a-fA-F]));?"
)
_XML_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}>")
# Possessive, and no comment may hold another's end: each text is read in one way only, hostile ones too.
_FEED_ROOT = re.compile(r"^\s*+(?:<!--(?:(?!-->).){0,500}+-->\s*+)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.S)
# Neither may hold another's beginning, so that each text is read in one way only.
_UNREAD_START = re.compile(r"<(script|style)\b([^<>]{0,2000})>", re.I)
_UNREAD_ENDS = {name: re.compile(rf"</{name}\b[^<>]{{0,100}}>", re.I) for name in ("script", "style")}
_UNSHOWN = ("script", "style", "svg", "template", "math", "canvas", "object", "embed", "rt", "rp")
_ELEMENTS: Any = etree.XPath("count(//*)")
_LINKS: Any = etree.XPath("count(//a)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Page:
    """A parsed page. `tree` has no comments, scripts and styles; it is `None` where `problem` says why.

    `scripts` are the other script elements, out of the tree: few pages need a look at them, so none is read yet.
    `source` is the markup that was parsed: a word that is not in it is in no attribute either, which is known at once.
    `elements` are those of the tree as it was parsed: lxml makes an object of each that is looked at, and lets go of it
    when nobody holds it, so that each walk would make them all again.
    Two pages are the same only if they are one object, so that `once_per_page` can remember what was read from each.
    """

    url: str
    tree: html.HtmlElement | None = None
    encoding: str | None = None
    chars: int = 0
    source: bytes = field(default=b"", repr=False)
    elements: tuple[Any, ...] = field(default=(), repr=False)
    json_ld: tuple[str, ...] = ()
    scripts: tuple[Any, ...] = ()
    problem: dict[str, Any] = field(default_factory=dict)


def once_per_page(read: Callable[[Page], T]) -> Callable[[Page], T]:
    """Have a function read each page once, when it is first asked; what it gave is forgotten with the page."""
    readings: WeakKeyDictionary[Page, T] = WeakKeyDictionary()

    @wraps(read)
    def remembered(page: Page) -> T:
        if page not in readings:
            readings[page] = read(page)
        return readings[page]

    return remembered


def parse_page(body: bytes, *, url: str, content_type: str | None) -> Page:  # noqa: PLR0911 - one a problem
    """Return the page, parsed once. Never raises; `problem` tells what stands against reading it."""
    try:
        urlsplit(url)
    except ValueError:
        url = ""
    if not body.strip(b"\x00 \t\r\n\f"):
        return Page(url=url, problem={"reason": "empty", "bytes": len(body)})
    if (kind := _binary(body)) is not None:
        return Page(url=url, problem={"reason": "binary", "format": kind, "bytes": len(body)})
    if len(body) > 4 * MAX_PAGE_CHARS:  # no encoding needs more than four bytes a character
        return Page(url=url, problem=_too_large(len(body), "bytes"))
    text, encoding = decode(body, content_type)
    known: dict[str, Any] = {"url": url, "encoding": encoding, "chars": len(text)}
    if len(text) > MAX_PAGE_CHARS:
        text = without_scripts(text)
    if len(text) > MAX_PAGE_CHARS:
        return Page(**known, problem=_too_large(len(text), "chars"))
    prolog = _XML_PROLOG.match(text)
    if prolog is not None:
        text = text[prolog.end() :]
    if _FEED_ROOT.match(text[:2000]):
        return Page(**known, problem={"reason": "feed"})
    if text.lstrip()[:1] in ("{", "["):
        return Page(**known, problem={"reason": "json"})
    return _parsed(text, known)


def without_scripts(text: str) -> str:
    """Return a page's text without its scripts and styles; JSON-LD stays. One that never ends takes the rest along."""
    kept: list[str] = []
    at = 0
    while (start := _UNREAD_START.search(text, at)) is not None:
        end = _UNREAD_ENDS[start[1].lower()].search(text, start.end())
        behind = len(text) if end is None else end.end()
        is_json_ld = "ld+json" in start[2].lower()
        kept.append(text[at : behind if is_json_ld else start.start()])
        at = behind
    kept.append(text[at:])
    return "".join(kept)


def markup(text: str) -> bytes:
    """Return a page's text for lxml, in UTF-8, without the characters that XML does not know, written out or by number.

    lxml reads them, and raises when a tail or a text that holds one is moved. A form feed becomes a space.
    """
    body = text.encode("utf-8", "replace").translate(None, _CONTROL_BYTES).replace(b"\f", b" ")
    if "\ufffe" in text or "\uffff" in text:
        body = body.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")
    return _UNFIT_REFERENCE.sub(b"", body) if b"&#" in body else body


def fold(text: str | None) -> str:
    """Return text on one line, without the characters that nothing may carry."""
    if not text:
        return ""
    return " ".join((_CONTROLS.sub("", text) if not text.isprintable() else text).split())


def content(element: etree._Element) -> str:
    """Return an element's text on one line, blocks apart."""
    return fold(" ".join(part for part in element.itertext() if isinstance(part, str)))


def inline(element: etree._Element) -> str:
    """Return an element's text on one line, as it stands (`<b>M</b>arch` is one word)."""
    return fold("".join(part for part in element.itertext() if isinstance(part, str)))


def within(element: etree._Element, *tags: str) -> bool:
    """Return whether an element stands in one of these."""
    return next(element.iterancestors(*tags), None) is not None


def take_out(element: Any) -> None:
    """Take an element out of its tree with what it holds; its tail stays, and the root does."""
    if element.getparent() is not None:
        element.drop_tree()


def text_before(element: etree._Element) -> str | None:
    """Return the text right before an element: behind the one before it, or at the beginning of the one around it."""
    before = element.getprevious()
    if before is not None:
        return before.tail
    parent = element.getparent()
    return None if parent is None else parent.text


def finder(path: str) -> Callable[[etree._Element], list[Any]]:
    """Return a compiled XPath that gives a list of elements (or of attribute values)."""
    compiled: Any = etree.XPath(path)
    return cast("Callable[[etree._Element], list[Any]]", compiled)


def absolute(url: str | None, page: Page) -> str | None:
    """Return an http(s) URL resolved against the page's, `None` if it is none or too long."""
    if not url or not (cleaned := _CONTROLS.sub("", url).strip()):
        return None
    try:
        resolved = urljoin(page.url, cleaned.replace(" ", "%20"))
    except ValueError:
        return None
    return resolved if resolved.startswith(("http://", "https://")) and len(resolved) <= 2000 else None


def _parsed(text: str, known: dict[str, Any]) -> Page:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    # One class for all elements: lxml.html's own look-up runs Python code for each element that is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    source = markup(text)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return Page(**known, problem={"reason": "nothing parsed"})
    last = parser.error_log.last_error
    if last is not None and "xcessive depth" in last.message:
        return Page(**known, problem={"reason": "nested too deep", "limit": 256})
    if source.count(b"<") > MAX_LINKS:  # no page of fewer tags has too many of either
        elements, links = min(int(_ELEMENTS(tree)), MAX_ELEMENTS + 1), min(int(_LINKS(tree)), MAX_LINKS + 1)
        if elements > MAX_ELEMENTS or links > MAX_LINKS:
            return Page(**known, problem={"reason": "too many elements", "elements": elements, "links": links})
    json_ld: list[str] = []
    scripts: list[Any] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            scripts.append(script)
        elif script.text and len(script.text) <= MAX_JSON_LD_CHARS:
            json_ld.append(script.text)
    etree.strip_elements(tree, *_UNSHOWN, with_tail=False)
    return Page(
        **known,
        source=source,
        tree=tree,
        elements=tuple(tree.iter()),
        json_ld=tuple(json_ld),
        scripts=tuple(scripts),
    )


def _too_large(size: int, unit: str) -> dict[str, Any]:
    return {"reason": "too large", unit: size, "limit_chars": MAX_PAGE_CHARS}


def _binary(body: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(tuple(mark for mark, _ in BOMS)) or unmarked_utf_16(body):
        return None
    head = body[:4096]
    odd = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return "unknown" if odd > len(head) * 0.1 and b"<" not in head.lstrip(b"\x00")[:1] else None
