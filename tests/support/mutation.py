"""Damaged documents by the thousand, made of sound ones; the same seed gives the same ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

MAX_BYTES = 200_000
_TAG = re.compile(rb"<[^<>]{1,200}>")
_ATTRIBUTE = re.compile(rb"""\s[\w:.-]{1,40}=(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')""")
_NUMBER = re.compile(rb"\d{1,20}")
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1251", "shift_jis", "utf-7")
_TOKENS = (
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\x1b[2J", b"\x85", b"\r", b"\xe2\x80\xae"),
    *(b"&#0;", b"&#xD800;", b"&#99999999999;", b"&lol;", b"&", b"<", b">", b'"', b"'", b"]]>", b"<![CDATA[", b"<!--"),
    *(b"<?xml?>", b'<?xml version="9" encoding="undefined"?>', b'<!DOCTYPE x [<!ENTITY lol "lol">]>', b"<html>"),
    *(b"http://[", b"http://a:99999999/", b"http://xn--a/", b"http://\xe2\x80\xae/", b"//", b"://", b"javascript:"),
    *(b' xml:base="http://[bad/"', b' xml:base="//"', b' xmlns="x"', b' href=""', b' rel="self"', b' a="1" a="2"'),
    *(b"Wed, 99 Foo 99999 99:99:99 +99:99", b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:59-23:59", b"+5:30", b"PM"),
    *(b"-1", b"1e999", b"NaN", b"null", b"[", b"{", b'"\\ud800"', b"%00", b"%ff", b";jsessionid=1", b"?=&=&"),
    *(b"<item>", b"</item>", b"<entry/>", b"<link>", b"</channel>", b"<url>", b"</loc>", b"\x1f\x8b\x08", b"\n\n"),
)
Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutants(seed_inputs: Sequence[bytes], n: int, rng_seed: int) -> Iterator[bytes]:
    """Yield `n` documents, each of them one of `seed_inputs` after one to four changes; none is over `MAX_BYTES`."""
    chance = random.Random(rng_seed)
    for _ in range(n):
        body = chance.choice(seed_inputs)
        for _ in range(chance.choice((1, 1, 2, 3, 4))):
            body = chance.choice(_CHANGES)(chance, body, seed_inputs)[:MAX_BYTES]
        yield body


def _place(chance: random.Random, body: bytes) -> int:
    return chance.randrange(len(body) + 1)


def _flipped(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 2, 8, 64)) if body else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    return chance.choice((body[:at], body[at:]))


def _without_a_stretch(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    return body[:at] + body[at + chance.choice((1, 4, 20, 200)) :]


def _spliced(chance: random.Random, body: bytes, seed_inputs: Sequence[bytes]) -> bytes:
    other = chance.choice(seed_inputs)
    return body[: _place(chance, body)] + other[_place(chance, other) :]


def _with_another_inside(chance: random.Random, body: bytes, seed_inputs: Sequence[bytes]) -> bytes:
    at, other = _place(chance, body), chance.choice(seed_inputs)
    start = _place(chance, other)
    return body[:at] + other[start : start + chance.choice((8, 64, 512))] + body[at:]


def _with_a_token(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(chance, body)
    return body[:at] + chance.choice(_TOKENS) + body[at:]


def _with_a_piece(pattern: re.Pattern[bytes]) -> Change:
    """A change that repeats, drops or swaps what the pattern finds: a tag, an attribute."""

    def change(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
        pieces = list(pattern.finditer(body))
        if not pieces:
            return body
        piece, other = chance.choice(pieces), chance.choice(pieces)
        instead = chance.choice((piece[0] * 2, piece[0] * 300, b"", other[0]))
        return body[: piece.start()] + instead + body[piece.end() :]

    return change


def _with_another_value(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """A number, or the value of an attribute, becomes something else."""
    numbers = list(_NUMBER.finditer(body))
    if not numbers:
        return body
    number = chance.choice(numbers)
    instead = chance.choice((*_TOKENS, b"9" * 400, b"0", number[0] * 3))
    return body[: number.start()] + instead + body[number.end() :]


def _in_another_encoding(chance: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "replace")


_CHANGES: tuple[Change, ...] = (
    _flipped,
    _cut,
    _without_a_stretch,
    _spliced,
    _with_another_inside,
    _with_a_token,
    _with_a_piece(_TAG),
    _with_a_piece(_ATTRIBUTE),
    _with_another_value,
    _in_another_encoding,
)
