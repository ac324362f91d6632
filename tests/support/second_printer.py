"""A second source, the herald, that prints all of the courier's articles half an hour later."""

from __future__ import annotations

from mirrorwire.core.config import Settings
from mirrorwire.store.db import Connection
from tests.support.ingest import ingest

LATER = (
    b"""
UPDATE article_version v SET published_at = published_at + interval '30 minutes'
FROM article a WHERE a.article_id = v.article_id AND a.source_key = 'herald'
    """,
    b"UPDATE signature SET published_at = published_at + interval '30 minutes' WHERE article_key LIKE 'herald:%'",
)


def print_again(settings: Settings, conn: Connection) -> None:
    """Ingest the courier's pages as the herald's, and move their publication by half an hour."""
    assert settings.sources
    courier = (settings.sources / "courier.toml").read_text(encoding="utf-8")
    herald = courier.replace('key = "courier"', 'key = "herald"')
    (settings.sources / "herald.toml").write_text(herald, encoding="utf-8")
    ingest(settings, "herald")
    for statement in LATER:
        conn.execute(statement)
