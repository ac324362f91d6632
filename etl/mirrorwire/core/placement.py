"""The records of duplicates: what a text is compared by, and what it is beside all that is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PlacementKind = Literal["new", "exact", "near", "revision", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What duplicates of a text are found by: its hash, the minima of its permutations, and their LSH buckets.

    `words` counts what it has to compare; `minhash` holds a little-endian 32-bit number a permutation. A text of few
    words has neither minhash nor bands.
    """

    text_hash: bytes
    words: int
    minhash: bytes
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored text that shares a band or the hash with one to be placed, and the first published article of it.

    `suspect`: no article says it that is sure.
    """

    article_key: str
    published_at: datetime | None
    text_hash: bytes
    minhash: bytes
    suspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What an extracted page is, seen from all that is stored, and the nearest article that says so."""

    kind: PlacementKind
    nearest_key: str | None = None
    similarity: float | None = None
