"""A desk for tests of clusters: extractions put into a real database as if pages had been read, and placed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from psycopg.types.json import Jsonb

from mirrorwire.core.config import read_source
from mirrorwire.core.placement import PlacementKind
from mirrorwire.dedupe import NEAR, content_hash, signature, similarity
from mirrorwire.store import frontier, signatures
from mirrorwire.store.db import Connection
from tests.newsroom import SOURCE_FILE
from tests.support.opened_run import opened_run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COURIER = read_source(SOURCE_FILE)


class Desk:
    """Captures come in with `say`, are read anew with `reread`, and wait until `place` takes them."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        frontier.keep_source(conn, COURIER)
        self.run_id = opened_run(conn, COURIER, NOON).run_id
        self.host_id = frontier.host_ids(conn, COURIER)[COURIER.hosts[0].url]

    def clear(self) -> None:
        self.conn.execute("TRUNCATE extraction, capture, signature, text_signature, link CASCADE")

    def say(
        self, key: str, text: str, *, minutes: int = 0, published_at: datetime | None = NOON, title: str = "A title"
    ) -> int:
        """Store a capture of an article that says this, fetched so many minutes after noon; return its id."""
        return self.say_all([(key, text, published_at)], minutes=minutes, title=title)[0]

    def say_all(
        self, articles: Iterable[tuple[str, str, datetime | None]], *, minutes: int = 0, title: str = "A title"
    ) -> list[int]:
        rows = list(articles)
        keys = [f"courier:{key}" for key, _, _ in rows]
        with self.conn.transaction():
            self.conn.execute(
                "INSERT INTO link (source_key, article_key, url, discovered_at, discovered_by, state) "
                "SELECT 'courier', k, 'https://courier.example/' || k, %s, %s, 'captured' FROM unnest(%s::text[]) AS k "
                "ON CONFLICT DO NOTHING",
                [NOON, self.run_id, keys],
            )
            found = self.conn.execute(
                "INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, "
                "warc_offset, warc_length, chosen, extractor_version) "
                "SELECT 'courier', l.link_id, %s, %s, l.url, %s, 200, '', gen_random_uuid()::text, 0, 1, true, 1 "
                "FROM unnest(%s::text[]) WITH ORDINALITY AS k (key, n) JOIN link l ON l.article_key = k.key ORDER BY n "
                "RETURNING capture_id, link_id",
                [self.host_id, self.run_id, NOON + timedelta(minutes=minutes), keys],
            ).fetchall()
            with self.conn.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO extraction (capture_id, extractor_version, source_key, link_id, verdict, fields, "
                    "body, published_at, content_hash, extracted_at) "
                    "VALUES (%s, 1, 'courier', %s, 'article', %s, %s, %s, %s, %s)",
                    [
                        (capture, link, Jsonb({"title": title}), text, at, content_hash(title, text), NOON)
                        for (capture, link), (_, text, at) in zip(found, rows, strict=True)
                    ],
                )
        return [capture for capture, _ in found]

    def reread(self, capture_id: int, text: str, published_at: datetime | None = NOON) -> None:
        """The same capture read otherwise: boilerplate was learned, or the extractor is better."""
        self.conn.execute(
            "UPDATE extraction SET body = %s, content_hash = %s, published_at = %s, placed_at = NULL, "
            "placement = NULL, nearest_key = NULL, similarity = NULL, loaded_before = true WHERE capture_id = %s",
            [text, content_hash("A title", text), published_at, capture_id],
        )

    def place(self, size: int = 500, conn: Connection | None = None) -> list[PlacementKind]:
        """Place all that waits, in batches of a size."""
        kinds: list[PlacementKind] = []
        while placed := signatures.place_batch(conn or self.conn, COURIER, size=size):
            kinds += placed
        return kinds

    def evidence(self, capture_id: int) -> tuple[str, str | None, float | None]:
        found = self.conn.execute(
            "SELECT placement, nearest_key, similarity FROM extraction WHERE capture_id = %s", [capture_id]
        ).fetchone()
        assert found
        return found[0], found[1] and found[1].removeprefix("courier:"), found[2]

    def clusters(self) -> dict[str, str]:
        """Each article's cluster, both without the source's name."""
        found = self.conn.execute("SELECT article_key, cluster_id FROM signature JOIN text_signature USING (text_hash)")
        return {key.removeprefix("courier:"): cluster.removeprefix("courier:") for key, cluster in found}

    def unsaid(self) -> int:
        found = self.conn.execute(
            "SELECT count(*) FROM text_signature t "
            "WHERE NOT EXISTS (SELECT FROM signature s WHERE s.text_hash = t.text_hash)"
        ).fetchone()
        assert found
        return int(found[0])


def components(said: dict[str, tuple[str, datetime | None]]) -> dict[str, str]:
    """The clusters of what articles say, by comparing every pair, with none of the code under test for clusters."""
    signed = {key: signature(text) for key, (text, _) in said.items()}
    together = {key: {key} for key in said}
    for a in said:
        for b in said:
            same = signed[a].text_hash == signed[b].text_hash and signed[a].words > 0
            near = (
                set(signed[a].bands) & set(signed[b].bands) and similarity(signed[a].minhash, signed[b].minhash) >= NEAR
            )
            if (same or near) and b not in together[a]:
                together[a] |= together[b]
                for each in together[a]:
                    together[each] = together[a]
    order = {key: (when is None, when or NOON, key) for key, (_, when) in said.items()}
    return {key: min(group, key=order.__getitem__) for key, group in together.items()}
