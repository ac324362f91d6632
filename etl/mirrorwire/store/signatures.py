"""Placing extracted articles among all that is stored: one look-up a batch, one writer at a time.

What an article says is its newest text from a capture that is sure, or its newest suspect one where none is, in
whatever order its captures are placed. Clusters follow from that alone: see `mirrorwire.store.clusters`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mirrorwire.core.placement import Placement, PlacementKind, Signature
from mirrorwire.core.records import Source
from mirrorwire.dedupe import SIGNATURE_VERSION, Batch, Match, matches, place, signature, without_words
from mirrorwire.store import clusters, queries
from mirrorwire.store.clusters import StoredNeighbours
from mirrorwire.store.db import Connection
from mirrorwire.store.one_by_one import Claimed


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
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an article says by its newest capture that counts: content and text by their hashes, times, the cluster.

    `suspect`: that capture is one, since none is sure.
    """

    article_key: str
    content_hash: bytes
    text_hash: bytes
    published_at: datetime | None
    fetched_at: datetime
    cluster_id: str
    suspect: bool


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One article of the batch. `signed` is what it says from now on; without it, its `kind` is all there is to say."""

    article: Waiting
    kind: PlacementKind = "new"
    signed: Signature | None = None
    is_revision: bool = False


def place_batch(conn: Connection, source: Source, *, size: int, claimed: Claimed | None = None) -> list[PlacementKind]:
    """Place up to `size` extracted articles in one transaction, oldest capture first; return each one's placement.

    Two writers cannot see each other's uncommitted signatures, so they take turns; signing is done before. What is
    `claimed` is written down.
    """
    claimed = [] if claimed is None else claimed
    signed: dict[tuple[int, bytes], Signature] = {}
    with conn.transaction():
        waiting = _claim(conn, source, size, claimed)
        _arrive(waiting, _standing(conn, waiting), signed)
    with conn.transaction():
        clusters.lock(conn)  # before any row: who forgets an article locks in this order too
        waiting = _claim(conn, source, size, claimed)
        if not waiting:
            return []
        known = _standing(conn, waiting)
        arrivals, says = _arrive(waiting, known, signed)
        placements = _store(conn, arrivals, known, says)
        queries.execute(
            conn,
            "dedupe/place_extractions",
            captures=[article.capture_id for article in waiting],
            versions=[article.extractor_version for article in waiting],
            kinds=[placement.kind for placement in placements],
            nearest=[placement.nearest_key for placement in placements],
            similarities=[placement.similarity for placement in placements],
        )
        return [placement.kind for placement in placements]


def remove(conn: Connection, article_key: str) -> bool:
    """Remove an article's signature and regroup what is left of its cluster; return whether there was one.

    The caller opens the transaction, and calls this before it locks any row of the article; others wait until it ends.
    """
    clusters.lock(conn)
    dropped = queries.execute(conn, "dedupe/drop_signature", article_key=article_key).fetchone()
    if dropped is None:
        return False
    text_hash, cluster_id = dropped
    queries.execute(conn, "dedupe/drop_unsaid_texts", texts=[text_hash])
    clusters.regroup(conn, {cluster_id})
    return True


def _claim(conn: Connection, source: Source, size: int, claimed: Claimed) -> list[Waiting]:
    waiting = queries.records(conn, Waiting, "dedupe/claim_unplaced", source=source.key, size=size)
    claimed[:] = [(article.capture_id, article.extractor_version) for article in waiting]
    return waiting


def _standing(conn: Connection, waiting: Sequence[Waiting]) -> dict[str, Standing]:
    keys = list({article.article_key for article in waiting})
    standings = queries.records(conn, Standing, "dedupe/signatures_of", keys=keys)
    return {standing.article_key: standing for standing in standings}


def _arrive(
    waiting: Sequence[Waiting], known: Mapping[str, Standing], signed: dict[tuple[int, bytes], Signature]
) -> tuple[list[_Arrival], dict[str, Standing]]:
    """Return the articles as they come, and what each key says in the end. What is not `signed` yet is put there."""
    arrivals, says = [], dict(known)
    for article in waiting:
        key = article.article_key
        stands = says.get(key)
        if stands and _is_outdone(article, stands):
            # It joins no cluster. What is suspect behind what is sure is no revision: see mirrorwire.load.history.
            unsaid = article.suspect and article.fetched_at > stands.fetched_at
            same = unsaid or article.loaded_before or article.content_hash == stands.content_hash
            arrivals.append(_Arrival(article, "same" if same else "revision"))
            continue
        if stands and article.content_hash == stands.content_hash:
            says[key] = replace(
                stands, published_at=article.published_at, fetched_at=article.fetched_at, suspect=article.suspect
            )
            arrivals.append(_Arrival(article, "same"))
            continue
        reading = article.capture_id, article.content_hash
        if reading not in signed:
            of_body = signature(article.body)
            signed[reading] = of_body if of_body.words else without_words(key)
        new = signed[reading]
        says[key] = Standing(
            article_key=key,
            content_hash=article.content_hash,
            text_hash=new.text_hash,
            cluster_id=stands.cluster_id if stands else key,
            published_at=article.published_at,
            fetched_at=article.fetched_at,
            suspect=article.suspect,
        )
        # The same capture read again is no revision of the publisher's.
        is_revision = stands is not None and not article.loaded_before and article.fetched_at > stands.fetched_at
        arrivals.append(_Arrival(article, signed=new, is_revision=is_revision))
    return arrivals, says


def _is_outdone(article: Waiting, stands: Standing) -> bool:
    """Whether what stands counts and not this: it is newer, or sure where this is suspect.

    A capture of one moment is the same one, read again.
    """
    if article.suspect != stands.suspect and article.fetched_at != stands.fetched_at:
        return article.suspect
    return article.fetched_at < stands.fetched_at


def _store(
    conn: Connection, arrivals: Sequence[_Arrival], known: Mapping[str, Standing], says: Mapping[str, Standing]
) -> list[Placement]:
    changed = [standing for key, standing in says.items() if standing != known.get(key)]
    new = [(arrival.article.article_key, arrival.signed) for arrival in arrivals if arrival.signed]
    keys = [key for key, _ in new]
    neighbours = clusters.look_up(conn, {signed.text_hash: (signed, key) for key, signed in new}, keys)
    placements = _placements(arrivals, _batch(conn, [known[key] for key in keys if key in known]), neighbours)
    if changed:
        before = [known[standing.article_key] for standing in changed if standing.article_key in known]
        clusters.insert_texts(conn)
        queries.execute(
            conn,
            "dedupe/upsert_signatures",
            keys=[standing.article_key for standing in changed],
            texts=[standing.text_hash for standing in changed],
            contents=[standing.content_hash for standing in changed],
            published=[standing.published_at for standing in changed],
            fetched=[standing.fetched_at for standing in changed],
            suspect=[standing.suspect for standing in changed],
        )
        left = {standing.text_hash for standing in before} | {signed.text_hash for _, signed in new}
        queries.execute(conn, "dedupe/drop_unsaid_texts", texts=list(left))
        moved = {
            standing.cluster_id
            for standing in before
            if (now := says[standing.article_key])
            and (now.text_hash, now.published_at, now.suspect)
            != (standing.text_hash, standing.published_at, standing.suspect)
        }
        clusters.regroup(conn, moved, neighbours, [_sayer(standing) for standing in changed])
    return placements


def _sayer(standing: Standing) -> clusters.Sayer:
    return clusters.Sayer(
        article_key=standing.article_key,
        published_at=standing.published_at,
        text_hash=standing.text_hash,
        suspect=standing.suspect,
    )


def _batch(conn: Connection, before: Sequence[Standing]) -> Batch:
    """Return what the articles of the batch that say something new have said so far."""
    batch = Batch()
    rows = queries.execute(
        conn, "dedupe/texts_by_hash", texts=[standing.text_hash for standing in before], version=SIGNATURE_VERSION
    )
    signed = {text: (minhash, bands) for text, minhash, bands in rows.fetchall()}
    for standing in before:
        minhash, bands = signed.get(standing.text_hash, (b"", ()))
        signed_before = Signature(text_hash=standing.text_hash, words=0, minhash=minhash, bands=tuple(bands))
        batch.say(standing.article_key, standing.published_at, signed_before, suspect=standing.suspect)
    return batch


def _placements(arrivals: Sequence[_Arrival], batch: Batch, neighbours: StoredNeighbours) -> list[Placement]:
    """Return where each article stands as it comes: beside all that is stored, and those before it."""
    stored: dict[bytes, tuple[Match, ...]] = {}
    placements = []
    for arrival in arrivals:
        article, signed = arrival.article, arrival.signed
        if signed is None:
            placements.append(Placement(kind=arrival.kind))
            continue
        if signed.text_hash not in stored:
            stored[signed.text_hash] = matches(signed, neighbours.candidates(signed.text_hash))
        in_batch = matches(signed, batch.candidates(article.article_key, signed))
        placement = place((*stored[signed.text_hash], *in_batch))
        placements.append(replace(placement, kind="revision") if arrival.is_revision else placement)
        batch.say(article.article_key, article.published_at, signed, suspect=article.suspect)
    return placements
