"""Clusters of texts as they are stored: looked up by band, and grouped anew where something has changed.

Whoever changes what an article says takes the lock, stores that, and names the clusters in which something was lost or
dated otherwise: these are grouped from scratch, over all their texts. A cluster that only gains stays one node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.placement import Candidate, Signature
from mirrorwire.dedupe import NEAR, SIGNATURE_VERSION, ClusterMember, heads, links, signature, similarity, without_words
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

_LOCK = 0x6D77_0002
SOME = 32
"""Texts of one cluster that are compared at first. One match is enough to join it; without one all are compared."""
_ALL = 2**31 - 1
_TEXT_TYPES = ("bytea", "text", "bytea", "int8[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A stored text that shares a band with the one asked about, or is that one.

    `article_key` is the first published article that says it, a suspect one only where no other does; `None` where only
    articles that were left out do. `in_cluster` is how many such texts its cluster has.
    """

    asked: bytes
    text_hash: bytes
    minhash: bytes
    cluster_id: str
    in_cluster: int
    article_key: str | None
    published_at: datetime | None
    suspect: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayer:
    """An article that says a text now. `suspect`: by a page that is only probably the article."""

    article_key: str
    published_at: datetime | None
    text_hash: bytes
    suspect: bool


@dataclass(frozen=True, slots=True)
class StoredNeighbours:
    """Texts, the cluster that each starts in where it is new, and what stands stored beside it."""

    signed: Mapping[bytes, Signature] = field(default_factory=dict)
    starts: Mapping[bytes, str] = field(default_factory=dict)
    stored: Mapping[bytes, list[StoredText]] = field(default_factory=dict)

    def candidates(self, text: bytes) -> Iterator[Candidate]:
        """Yield what may be duplicates of a text, where an article says it that was not left out."""
        for row in self.stored.get(text, ()):
            if row.article_key is not None:
                yield Candidate(
                    article_key=row.article_key,
                    published_at=row.published_at,
                    text_hash=row.text_hash,
                    minhash=row.minhash,
                    suspect=bool(row.suspect),
                )

    def home(self, text: bytes) -> str | None:
        """Return the cluster in which the text stood when it was asked about; `None` for a new one."""
        return next((row.cluster_id for row in self.stored.get(text, ()) if row.text_hash == text), None)

    def near(self, text: bytes) -> Iterator[StoredText]:
        """Yield the stored texts that are near duplicates."""
        minhash = self.signed[text].minhash
        for row in self.stored.get(text, ()):
            if row.text_hash != text and similarity(minhash, row.minhash) >= NEAR:
                yield row


def lock(conn: Connection) -> None:
    """Wait for one's turn to change what articles say, which lasts to the end of the transaction."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def look_up(conn: Connection, texts: Mapping[bytes, tuple[Signature, str]], keys: Collection[str]) -> StoredNeighbours:
    """Return what is stored beside texts, in one statement; `keys` are the articles left out.

    Each text comes with the cluster that it starts in where it is new: the key of one of `keys` that said it.
    """
    queries.execute(conn, "dedupe/create_texts_at_hand")
    queries.execute(conn, "dedupe/clear_texts_at_hand")
    if not texts:
        return StoredNeighbours()
    with conn.cursor() as cursor, cursor.copy(queries.statement("dedupe/copy_texts_at_hand")) as copy:
        copy.set_types(_TEXT_TYPES)
        for text, (signed, cluster_id) in texts.items():
            copy.write_row((text, cluster_id, signed.minhash, list(signed.bands)))
    # The planner would rather read the whole table than the index on bands, and compile what is then done in no time.
    conn.execute("SET LOCAL enable_seqscan = off")
    conn.execute("SET LOCAL jit = off")
    signed_as = {text: signed for text, (signed, _) in texts.items()}
    some = _rows(conn, keys, SOME, None)
    undecided = {(asked, row.cluster_id) for asked, rows in some.items() for row in rows if row.in_cluster > SOME} - {
        (asked, row.cluster_id)
        for asked, rows in some.items()
        for row in rows
        if similarity(signed_as[asked].minhash, row.minhash) >= NEAR
    }
    if undecided:
        for asked, rows in _rows(conn, keys, _ALL, list({asked for asked, _ in undecided})).items():
            some[asked] += [row for row in rows if (asked, row.cluster_id) in undecided]
    return StoredNeighbours(signed_as, {text: start for text, (_, start) in texts.items()}, some)


def _rows(
    conn: Connection, keys: Collection[str], most: int, only: list[bytes] | None
) -> defaultdict[bytes, list[StoredText]]:
    texts = defaultdict(list)
    parameters = {"version": SIGNATURE_VERSION, "keys": list(keys), "most": most, "only": only}
    for row in queries.records(conn, StoredText, "dedupe/similar_texts", **parameters):
        texts[row.asked].append(row)
    return texts


def insert_texts(conn: Connection) -> None:
    """Store the texts that were looked up last; those that stand already stay in their clusters."""
    queries.execute(conn, "dedupe/insert_texts", version=SIGNATURE_VERSION)


def regroup(
    conn: Connection,
    broken: Iterable[str],
    asked: StoredNeighbours | None = None,
    sayers: Iterable[Sayer] = (),
) -> None:
    """Give each text the cluster that it belongs in, once what articles say now is stored.

    `broken` are the clusters that lost a text or whose articles were dated otherwise, `sayers` the articles that say
    something now, each text among those `asked` about or in a broken cluster.
    """
    asked = asked or StoredNeighbours()
    sayers = list(sayers)
    apart = set(broken)
    new_texts = {sayer.text_hash for sayer in sayers if asked.home(sayer.text_hash) is None}
    apart |= {asked.starts[text] for text in new_texts & asked.signed.keys()}
    rows = queries.rows(conn, "dedupe/texts_of_clusters", clusters=list(apart), version=SIGNATURE_VERSION)
    standing = {
        row["text_hash"]: Signature(
            text_hash=row["text_hash"], words=1, minhash=row["minhash"], bands=tuple(row["bands"])
        )
        for row in rows
    }

    def node(text: bytes, cluster_id: str | None) -> bytes | str | None:
        """A text that is grouped anew, or the cluster that stays whole; `None` for what nobody says any more."""
        return text if text in standing else None if cluster_id in apart else cluster_id

    members: list[ClusterMember[bytes | str]] = [
        ClusterMember(
            article_key=row["article_key"],
            published_at=row["published_at"],
            node=row["text_hash"],
            suspect=row["suspect"],
        )
        for row in rows
    ]
    pairs: list[tuple[bytes | str, bytes | str]] = [*links(standing)]
    for text in asked.signed:
        here = node(text, asked.home(text))
        for row in asked.near(text):
            there = node(row.text_hash, row.cluster_id)
            if here is not None and there is not None:
                pairs.append((here, there))
    for sayer in sayers:
        whole = node(sayer.text_hash, asked.home(sayer.text_hash))
        if isinstance(whole, str):
            members.append(
                ClusterMember(
                    article_key=sayer.article_key,
                    published_at=sayer.published_at,
                    node=whole,
                    suspect=sayer.suspect,
                )
            )
    whole_ones = {name for pair in pairs for name in pair if isinstance(name, str)}
    whole_ones |= {member.node for member in members if isinstance(member.node, str)}
    standing_heads = queries.execute(conn, "dedupe/heads_of_clusters", clusters=list(whole_ones)).fetchall()
    for key, published_at, suspect in standing_heads:
        members.append(ClusterMember(article_key=key, published_at=published_at, node=key, suspect=suspect))
    names = heads(members, pairs)
    renamed = {whole: names[whole] for whole in whole_ones if names[whole] != whole}
    if renamed:
        queries.execute(conn, "dedupe/rename_clusters", from_ids=list(renamed), to_ids=list(renamed.values()))
    moved = {row["text_hash"]: name for row in rows if (name := names[row["text_hash"]]) != row["cluster_id"]}
    if moved:
        queries.execute(conn, "dedupe/move_texts", texts=list(moved), clusters=list(moved.values()))


def sign_again(conn: Connection, *, size: int, met: list[Bug] | None = None) -> int:
    """Sign up to `size` texts again whose signatures are of an older version; return how many, 0 once none is left.

    One transaction. The text comes from where it is stored; one that is stored nowhere any more matches only exactly,
    until its article is read again. So does one on which signing raises: `met` takes the bugs.
    """
    with conn.transaction():
        lock(conn)
        stale = queries.execute(conn, "dedupe/stale_texts", size=size, version=SIGNATURE_VERSION).fetchall()
        kept: dict[bytes, tuple[Signature, str]] = {}
        other: dict[bytes, Signature] = {}
        for text_hash, cluster_id, text in stale:
            signed = _signed_again(text, text_hash, met) if text is not None else _unknown(text_hash)
            if signed.words and signed.text_hash == text_hash:
                kept[text_hash] = signed, cluster_id
            else:
                other[text_hash] = signed
        sayers = []
        articles = queries.execute(conn, "dedupe/articles_of_texts", texts=list(other)).fetchall()
        for text_hash, key, published_at, suspect in articles:
            signed = other[text_hash] if other[text_hash].words else without_words(key)
            kept[signed.text_hash] = signed, key
            sayers.append(
                Sayer(article_key=key, published_at=published_at, text_hash=signed.text_hash, suspect=suspect)
            )
        asked = look_up(conn, kept, keys=())
        insert_texts(conn)
        if other:
            keys, hashes = [sayer.article_key for sayer in sayers], [sayer.text_hash for sayer in sayers]
            queries.execute(conn, "dedupe/change_texts", keys=keys, texts=hashes)
            queries.execute(conn, "dedupe/drop_unsaid_texts", texts=list(other))
        regroup(conn, {cluster_id for _, cluster_id, _ in stale}, asked, sayers)
        return len(stale)


def _signed_again(text: str, text_hash: bytes, met: list[Bug] | None) -> Signature:
    try:
        return signature(text)
    except Exception as error:
        bug = bugs.taken(error, f"text {text_hash.hex()}", pure=True)
    if met is not None:
        met.append(bug)
    return _unknown(text_hash)


def _unknown(text_hash: bytes) -> Signature:
    return Signature(text_hash=text_hash, words=1, minhash=b"", bands=())
