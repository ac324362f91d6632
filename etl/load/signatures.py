"""Placing extracted articles among all that is stored: signatures looked up, clusters kept, one writer at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from etl.dedupe import SIGNATURE_VERSION, Member, matches, merge, place, signature
from etl.load import queries
from etl.load.db import Connection
from etl.records import Candidate, Placement, PlacementKind, Signature, Source

_LOCK = 0x6D77_0002


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An extracted article that has no place yet."""

    capture_id: int
    extractor_version: int
    article_key: str
    title: str
    body: str
    content_hash: bytes
    published_at: datetime | None
    fetched_at: datetime
    loaded_before: bool


def place_batch(conn: Connection, source: Source, *, size: int) -> list[PlacementKind]:
    """Place up to `size` extracted articles in one transaction, oldest capture first; return each one's placement.

    Two writers cannot see each other's uncommitted signatures, so they take turns; signing is done before.
    """
    with conn.transaction():
        waiting = queries.records(conn, Waiting, "claim_unplaced", source=source.key, size=size)
        signed = [(article, signature(article.title, article.body)) for article in waiting]
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # The planner would rather read the whole table than the index on bands.
        conn.execute("SET LOCAL enable_seqscan = off")
        keys = [article.article_key for article in waiting]
        known: dict[str, tuple[bytes, datetime]] = {
            key: (content, at) for key, content, at in queries.execute(conn, "signatures_of", keys=keys).fetchall()
        }
        placed: list[PlacementKind] = []
        for article, signed_as in signed:
            stored = known.get(article.article_key)
            if stored and stored[0] == article.content_hash:
                placement = Placement(kind="same")
            elif stored and article.fetched_at < stored[1]:
                # An older text joins no cluster.
                placement = Placement(kind="same" if article.loaded_before else "revision")
            else:
                # The same capture read again is no revision of the publisher's.
                is_revision = stored is not None and not article.loaded_before and article.fetched_at > stored[1]
                placement = _place(conn, article, signed_as, is_revision=is_revision)
                known[article.article_key] = (article.content_hash, article.fetched_at)
            queries.execute(
                conn,
                "place_extraction",
                capture_id=article.capture_id,
                extractor_version=article.extractor_version,
                kind=placement.kind,
                nearest_key=placement.nearest_key,
                similarity=placement.similarity,
            )
            placed.append(placement.kind)
        return placed


def _place(conn: Connection, article: Waiting, signed: Signature, *, is_revision: bool) -> Placement:
    candidates = queries.records(
        conn,
        Candidate,
        "similar_signatures",
        signature_version=SIGNATURE_VERSION,
        article_key=article.article_key,
        bands=list(signed.bands),
        text_hash=signed.content_hash,
    )
    found = matches(article.article_key, signed, candidates)
    _join_cluster(conn, article, signed, [match.candidate.cluster_id for match in found])
    placement = place(found)
    return replace(placement, kind="revision") if is_revision else placement


def _join_cluster(conn: Connection, article: Waiting, signed: Signature, matched: list[str]) -> None:
    members = queries.records(conn, Member, "cluster_members", cluster_ids=matched, article_key=article.article_key)
    assignment = merge(article.article_key, article.published_at, members)
    cluster_id = assignment.cluster_id
    queries.execute(conn, "insert_cluster", cluster_id=cluster_id)
    queries.execute(
        conn,
        "upsert_signature",
        article_key=article.article_key,
        cluster_id=cluster_id,
        signature_version=SIGNATURE_VERSION,
        content_hash=article.content_hash,
        text_hash=signed.content_hash,
        minhash=list(signed.minhash),
        bands=list(signed.bands),
        published_at=article.published_at,
        fetched_at=article.fetched_at,
    )
    keys = [article.article_key, *assignment.moved]
    queries.execute(conn, "move_to_cluster", cluster_id=cluster_id, keys=keys)
    left = sorted({member.cluster_id for member in members} - {cluster_id})
    queries.execute(conn, "drop_empty_clusters", cluster_ids=left)
