"""Where an article stands among all that is stored: new, an exact or a near duplicate of another, or a revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from mirrorwire.core.placement import Candidate, Placement, Signature
from mirrorwire.dedupe.signature import similarity

NEAR = 0.35
"""Estimated Jaccard similarity from which texts are near duplicates. docs/dedupe.md: edited bodies lie above, and
bodies that share a quarter of background text below."""

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate that is a duplicate. `similarity` is 1.0 for an exact one, else the estimate."""

    candidate: Candidate
    exact: bool
    similarity: float


def matches(signature: Signature, candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    """Return the candidates that a text duplicates, the nearest first; texts without a word are nobody's duplicate."""
    if not signature.words:
        return ()
    duplicates = []
    for candidate in candidates:
        exact = candidate.text_hash == signature.text_hash
        alike = 1.0 if exact else similarity(signature.minhash, candidate.minhash)
        if alike >= NEAR:
            duplicates.append(Match(candidate=candidate, exact=exact, similarity=alike))
    return tuple(sorted(duplicates, key=_nearness))


def place(matches: Iterable[Match]) -> Placement:
    """Return what an article is, given its matches: exact, near, or new without any."""
    nearest = min(matches, key=_nearness, default=None)
    if nearest is None:
        return Placement(kind="new")
    return Placement(
        kind="exact" if nearest.exact else "near",
        nearest_key=nearest.candidate.article_key,
        similarity=nearest.similarity,
    )


class Batch:
    """What the articles of one batch say, as one after the other arrives: candidates that no index holds yet."""

    def __init__(self) -> None:
        self._text_of: dict[str, bytes] = {}
        self._texts: dict[bytes, Signature] = {}
        self._articles: defaultdict[bytes, dict[str, tuple[datetime | None, bool]]] = defaultdict(dict)
        self._by_band: defaultdict[int, set[bytes]] = defaultdict(set)

    def say(
        self, article_key: str, published_at: datetime | None, signature: Signature, *, suspect: bool = False
    ) -> None:
        """Have an article say this, and no more what it said before; a `suspect` one comes behind all that are sure."""
        text = signature.text_hash
        if before := self._text_of.get(article_key):
            del self._articles[before][article_key]
        self._text_of[article_key] = text
        self._articles[text][article_key] = published_at, suspect
        if text not in self._texts:
            self._texts[text] = signature
            for band in signature.bands:
                self._by_band[band].add(text)

    def candidates(self, article_key: str, signature: Signature) -> Iterator[Candidate]:
        """Yield each text that shares a band or the hash, with the first published other article that says it."""
        texts = {signature.text_hash}.union(*(self._by_band.get(band, ()) for band in signature.bands))
        for text in texts & self._texts.keys():
            others = (
                (precedence(when, key, suspect=suspect), when)
                for key, (when, suspect) in self._articles[text].items()
                if key != article_key
            )
            if first := min(others, default=None):
                (suspect, *_, key), when = first
                minhash = self._texts[text].minhash
                yield Candidate(article_key=key, published_at=when, text_hash=text, minhash=minhash, suspect=suspect)


def precedence(
    published_at: datetime | None, article_key: str, *, suspect: bool = False
) -> tuple[bool, bool, datetime, str]:
    """Return what articles are ordered by: sure ones first, then by publication, without a time last, then by key."""
    return suspect, published_at is None, published_at or _LATEST, article_key


def _nearness(match: Match) -> tuple[bool, float, bool, bool, datetime, str]:
    candidate = match.candidate
    order = precedence(candidate.published_at, candidate.article_key, suspect=candidate.suspect)
    return (not match.exact, -match.similarity, *order)
