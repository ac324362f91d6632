"""XML as strangers send it, made fit to be parsed: in UTF-8, from its root on, without what no parser takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

from mirrorwire.core.charsets import encoding_of, encoding_of_header
from mirrorwire.seed_formats.document import HEAD_BYTES, both, plain, root_of, root_start

_DECLARED = re.compile(rb"<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']([^\"'<>]{1,40})[\"']")
_LATE_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(rss|feed|rdf|urlset|sitemapindex)(?=[\s>])", re.I)
_PAGE = re.compile(rb"<!doctype\s+html|<(?:html|head|body|title|script)\b", re.I)
_TAG = re.compile(r"<[^<>]*>?")
_CONTROLS = bytes(n for n in range(0x20) if n not in b"\t\n\r")
_NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_CHARACTER_REFERENCE = re.compile(rb"&#([xX][0-9A-Fa-f]+|[0-9]+);?")
# Every & that is not one of XML's own: unescaped in a query string, or naming an entity of HTML.
_STRAY_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z0-9]{2,31});)?")
_MOSTLY = 10
"""So many characters in UTF-8 to one that is broken: a text cut in the middle of a character is no other encoding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A document of XML in UTF-8 that begins with its root, or with empty lines so that line numbers stand.

    `root` is its name in lower case, without prefix. `damage` says what was wrong with the bytes, in words.
    """

    body: bytes
    root: str
    damage: str | None


def markup_of(body: bytes, *, limit: int, content_type: str | None) -> Markup:
    """Return a document without byte order mark, declaration and DOCTYPE, in UTF-8, at most `limit` bytes of it.

    So no entity is ever declared. What stands before the root of a feed or a sitemap (a warning of PHP) is damage;
    comments and empty lines are none. Any other document comes back with the root that it has, or "".
    """
    document, damage = plain(body, limit)
    document = in_utf8(document, content_type)
    root, start = root_of(document), root_start(document)
    late = _LATE_ROOT.search(document, 0, HEAD_BYTES)
    if late and (late.start() > start or not root) and not _PAGE.search(document, 0, late.start()):
        damage = both(damage, f"text before the XML ({_words(document[: late.start()])})")
        root, start = late[1].decode().lower(), late.start()
    markup = document[start:].translate(None, _CONTROLS)
    markup = _NONCHARACTERS.sub(b"\xef\xbf\xbd", markup)
    markup = _CHARACTER_REFERENCE.sub(_real, markup)
    markup = _STRAY_AMPERSAND.sub(_escaped, markup)
    return Markup(body=b"\n" * document.count(b"\n", 0, start) + markup, root=root, damage=damage)


def in_utf8(body: bytes, content_type: str | None) -> bytes:
    """Return a document in UTF-8, whatever it is in: its bytes win over what its header states.

    Headers and declarations are wrong often, so bytes that are UTF-8 are taken for it; others are read by the first
    encoding that is stated and fits, the header's first (RFC 7303, 3). Byte order marks are off already.
    """
    # ISO-2022-JP is 7 bits wide, and valid UTF-8.
    if b"\x1b$" not in body and (text := _mostly_utf8(body)) is not None:
        return text
    stated = list(_stated(body, content_type))
    for codec in stated:
        try:
            return body.decode(codec).encode("utf-8", "replace")
        except UnicodeDecodeError:
            continue
    return body.decode(stated[0] if stated else "utf-8", "replace").encode("utf-8", "replace")


def _mostly_utf8(body: bytes) -> bytes | None:
    """The body where it is UTF-8, but for a few broken characters; else `None`."""
    try:
        body.decode()
        return body
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text.encode() if foreign - broken >= _MOSTLY * broken else None


def _stated(body: bytes, content_type: str | None) -> Iterator[str]:
    """The codecs of the encodings that the header and the declaration name, but for UTF-16: by now it is none."""
    declared = _DECLARED.search(body, 0, HEAD_BYTES)
    for codec in (encoding_of_header(content_type), encoding_of(declared[1].decode("latin-1")) if declared else None):
        if codec is not None and not codec.startswith("utf-16"):
            yield codec


def _words(before: bytes) -> str:
    """The words of what stands before a document, for people."""
    text = _TAG.sub(" ", before.decode("utf-8", "replace"))
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:80] or "markup"


def _real(match: re.Match[bytes]) -> bytes:
    """A reference to a character; to one that XML does not have (U+0000, a surrogate), U+FFFD: parsers stop at it."""
    digits = match[1].lower().lstrip(b"x").lstrip(b"0")
    base = 16 if match[1][:1] in b"xX" else 10
    number = int(digits, base) if 0 < len(digits) < 9 else 0
    is_real = 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number <= 0x10FFFF
    return b"&#%d;" % (number if is_real or number in (0x09, 0x0A, 0x0D) else 0xFFFD)


def _escaped(match: re.Match[bytes]) -> bytes:
    character = html5.get(f"{match[1].decode()};") if match[1] else None
    return character.encode() if character and character not in "<>&" else match[0].replace(b"&", b"&amp;", 1)
