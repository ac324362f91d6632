"""Which encoding the bytes of a page are in, and its text: as a browser decodes it, with a few mistakes corrected."""

from __future__ import annotations

from collections.abc import Iterator

from charset_normalizer import from_bytes

from mirrorwire.core.charsets import CODECS, encoding_of_header, encoding_of_markup

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""Byte order marks, each with the encoding that it names."""
_SUSPECT_SHARE = 0.2
"""A declared encoding that turns more than this share of the bytes beyond ASCII into U+FFFD is a wrong one."""


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the text and the encoding that read it, bad bytes as U+FFFD.

    The order is a browser's: byte order mark, UTF-16 seen by its zero bytes, HTTP header, meta tag, UTF-8. Unlike in a
    browser, what reads as UTF-8 to its last byte is UTF-8 whatever header and meta tag say (other encodings' bytes do
    not by chance), since a right table matters more than the same mistakes; and a declared encoding that fails on much
    of the page gives way to the next, and at last to a guess from the bytes. Names that the standard does not know are
    no declaration.
    Source: https://encoding.spec.whatwg.org/ and https://html.spec.whatwg.org/#determining-the-character-encoding
    """
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    if (wide := unmarked_utf_16(body)) is not None:
        return body.decode(wide, "replace"), wide
    if (strict := _strict_utf_8(body)) is not None:
        return strict, "utf-8"
    first: tuple[str, str] | None = None
    for encoding in _declared(body, content_type):
        decoded = body.decode(encoding, "replace"), encoding
        if not _misread(body, decoded[0]):
            return decoded
        first = first or decoded
    guess = from_bytes(body[:20_000], cp_isolation=CODECS).best()
    if guess is not None and guess.encoding != "ascii":
        return body.decode(guess.encoding, "replace"), guess.encoding
    return first or (body.decode("utf-8", "replace"), "utf-8")


def unmarked_utf_16(body: bytes) -> str | None:
    """Return which UTF-16 a page without a byte order mark is in, `None` for no UTF-16.

    Markup in UTF-16 has a zero in every other byte.
    """
    head = body[:512]
    if len(head) < 8:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd < 0.1 * half else None


def _strict_utf_8(body: bytes) -> str | None:
    """The text of a page beyond ASCII that is UTF-8 without a fault; a letter cut off at the end is none."""
    if body.isascii():  # ISO-2022-JP is
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(body) - 3 or body[: error.start].isascii():
            return None
        return body.decode("utf-8", "replace")


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    declared = encoding_of_header(content_type), encoding_of_markup(body), "utf-8"
    # A meta tag that can be read as ASCII is no UTF-16 (the specification says: take UTF-8).
    return iter(dict.fromkeys("utf-8" if name.startswith("utf-16") else name for name in declared if name is not None))


def _misread(body: bytes, text: str) -> bool:
    bad = text.count("\ufffd")
    if bad < 4:
        return False
    beyond_ascii = len(body) - len(body.translate(None, bytes(range(128, 256))))
    return bad > _SUSPECT_SHARE * max(beyond_ascii, 1) / 2
