"""MinHash signatures and their LSH bands, by which near duplicates are found among all that is stored.

Why 128 permutations over pairs of words, in 32 bands of 4: docs/dedupe.md has the figures, on real bodies. Wire copy
that was rewritten shares less than any threshold that keeps strangers apart, and is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from operator import eq
from struct import Struct

from rensa import RMinHash

from mirrorwire.core.placement import Signature
from mirrorwire.dedupe.normalize import digest, normalized
from mirrorwire.dedupe.words import shingles

SIGNATURE_VERSION = 2
"""Stored beside every signature: those of another version cannot be compared. Any change below raises it."""

PERMUTATIONS = 128
BANDS = 32
MIN_WORDS = 50
"""Shorter texts match only exactly: a few shared phrases would make them near duplicates."""

_SEED = 42
_MINHASH = Struct(f"<{PERMUTATIONS}I")
_BAND_BYTES = _MINHASH.size // BANDS
_NUMBERS = Struct(f"<{BANDS}q")


def signature(text: str) -> Signature:
    """Return the signature of an article's text. Duplicates may differ in their titles, so those do not count."""
    compared = normalized(text)
    words, pieces = shingles(compared)
    minhash = _minhash(pieces) if words >= MIN_WORDS else b""
    return Signature(text_hash=digest(compared), words=words, minhash=minhash, bands=_bands(minhash))


def without_words(article_key: str) -> Signature:
    """Return the signature of an article whose text has no word: nobody's duplicate, and nobody is its."""
    return Signature(text_hash=digest(f"\0{article_key}"), words=0, minhash=b"", bands=())  # no text holds U+0000


def similarity(a: bytes, b: bytes) -> float:
    """Return the estimated Jaccard similarity, 0 to 1, of two texts from their minhashes; 0 where one is empty."""
    if not a or len(a) != len(b):
        return 0.0
    equal: int = sum(map(eq, memoryview(a).cast("I"), memoryview(b).cast("I")))
    return equal / PERMUTATIONS


def _minhash(pieces: Sequence[bytes]) -> bytes:
    hashed = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    hashed.update(pieces)
    return _MINHASH.pack(*hashed.digest())


def _bands(minhash: bytes) -> tuple[int, ...]:
    """Each band as a signed 64-bit integer that its number is part of, so that one index serves all bands."""
    if not minhash:
        return ()
    return _NUMBERS.unpack(
        b"".join(
            blake2b(bytes((n,)) + minhash[n * _BAND_BYTES : (n + 1) * _BAND_BYTES], digest_size=8).digest()
            for n in range(BANDS)
        )
    )
