"""A database that holds as many articles as a test or a benchmark asks for, filled in seconds.

The rows are made by the server itself, without checking foreign keys: 10,000 articles a month of one publisher, as far
back as they go, and a small one that published long ago. What the triggers of the schema keep is counted afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mirrorwire.store.db import Connection

BIG, SMALL = "courier", "herald"
NEWEST = datetime(2026, 11, 20, tzinfo=UTC)
"""When the newest article was published."""
FREQUENT, ABSENT = "everywhere", "quizzaciously"
"""A word of every fourth article, and one of none."""
VOCABULARY, PARAGRAPHS, WORDS = 20_000, 500, 80

PREPARE = """
INSERT INTO source (source_key, name, timezone)
VALUES ('courier', 'The Courier', 'Asia/Tehran'), ('herald', 'The Herald', 'UTC');
INSERT INTO host (source_key, url, role)
VALUES ('courier', 'http://courier.test', 'primary'), ('herald', 'http://herald.test', 'primary');
CREATE TEMP TABLE paragraph (place int PRIMARY KEY, text text);
"""

FILL = Path(__file__).with_name("stock.sql").read_text(encoding="utf-8")


def fill(conn: Connection, total: int, *, a_month: int = 10_000) -> None:
    """Fill an empty database with so many articles, and what belongs to them; statistics are those of a used one."""
    between = timedelta(days=30) / a_month
    _run(conn, PREPARE, {})
    with conn.cursor() as cursor, cursor.copy("COPY paragraph FROM STDIN") as copy:
        for place, text in enumerate(_paragraphs()):
            copy.write_row((place, text))
    conn.execute("SET session_replication_role = replica")
    _run(conn, FILL, {"total": total, "newest": NEWEST, "between": between, "paragraphs": PARAGRAPHS})
    conn.execute("RESET session_replication_role")
    conn.execute("SELECT take_stock()")
    conn.execute("DROP TABLE paragraph")
    conn.execute("VACUUM ANALYZE")


def _run(conn: Connection, script: str, parameters: dict[str, object]) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            conn.execute(statement.encode(), parameters or None)


def _paragraphs() -> Iterator[str]:
    """Paragraphs from a vocabulary in which few words are frequent."""
    chance = random.Random(6)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "is", "or", "un")]
    vocabulary = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    for _ in range(PARAGRAPHS):
        yield " ".join(chance.choices(vocabulary, weights, k=WORDS))
