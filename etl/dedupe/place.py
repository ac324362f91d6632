"""Where an article stands among all that is stored: new, an exact or a near duplicate, and in which cluster.

A cluster is all articles that are linked by matches, however many steps apart. Its id is the key of its head, so
that the same articles end in the same clusters in whatever order they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.dedupe.signature import similarity
from etl.records import Candidate, Placement, Signature

NEAR = 0.45
"""Estimated Jaccard similarity from which texts are near duplicates: no false pair among 415 news bodies."""

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate that is a duplicate. `similarity` is 1.0 for an exact one, else the estimate."""

    candidate: Candidate
    exact: bool
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a cluster. `published_at` is aware; `None` where it is not known."""

    article_key: str
    published_at: datetime | None
    cluster_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The cluster of an article, and the other members whose stored `cluster_id` must become this one."""

    cluster_id: str
    moved: tuple[str, ...] = ()


def matches(article_key: str, signature: Signature, candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    """Return the candidates that are duplicates of an article, the nearest first; never the article itself.

    Texts without a word are nobody's duplicate.
    """
    found = [
        Match(candidate=candidate, exact=exact, similarity=1.0 if exact else alike)
        for candidate in candidates
        if candidate.article_key != article_key and signature.words
        if (exact := candidate.content_hash == signature.content_hash)
        or (alike := similarity(signature.minhash, candidate.minhash)) >= NEAR
    ]
    return tuple(sorted(found, key=_nearness))


def place(found: Iterable[Match]) -> Placement:
    """Return what an article is, given its matches: exact, near, or new without any."""
    nearest = min(found, key=_nearness, default=None)
    if nearest is None:
        return Placement(kind="new")
    return Placement(
        kind="exact" if nearest.exact else "near",
        nearest_key=nearest.candidate.article_key,
        similarity=nearest.similarity,
    )


def cluster_head(members: Iterable[Member]) -> str:
    """Return the key of the member published first, those of unknown time last, then the smallest key."""
    return min(members, key=lambda member: (*_when(member.published_at), member.article_key)).article_key


def merge(article_key: str, published_at: datetime | None, members: Iterable[Member]) -> Assignment:
    """Return the cluster of an article, given all members of the clusters of all its matches.

    Without members the article is alone and its cluster's head. Given the members of its own cluster too, itself
    among them or not, it answers a changed `published_at`.
    """
    others = {member.article_key: member for member in members if member.article_key != article_key}
    itself = Member(article_key=article_key, published_at=published_at, cluster_id="")
    head = cluster_head((itself, *others.values()))
    moved = sorted(key for key, member in others.items() if member.cluster_id != head)
    return Assignment(cluster_id=head, moved=tuple(moved))


def _nearness(match: Match) -> tuple[bool, float, bool, datetime, str]:
    candidate = match.candidate
    return (not match.exact, -match.similarity, *_when(candidate.published_at), candidate.article_key)


def _when(published_at: datetime | None) -> tuple[bool, datetime]:
    return published_at is None, published_at or _LATEST
