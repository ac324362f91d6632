"""What a poll asks of the database that finds nothing new: few statements, over one connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import passes
from mirrorwire.store import db
from mirrorwire.store.waiting import WatchedConnection
from tests.support.ingest import ingest

STATEMENTS = 40


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The first line of each statement that this process sends, and `connect` for each connection."""
    lines: list[str] = []
    execute, connect = psycopg.Cursor.execute, WatchedConnection.connect.__func__

    def noted(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        lines.append(text.strip().splitlines()[0])
        return execute(cursor, query, *args, **options)

    def connected(cls: Any, *args: Any, **options: Any) -> Any:
        lines.append("connect")
        return connect(cls, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    monkeypatch.setattr(WatchedConnection, "connect", classmethod(connected))
    yield lines


def test_a_poll_that_finds_nothing_asks_little(settings: Settings, asked: list[str]) -> None:
    ingest(settings, "courier", live=True)
    asked.clear()
    done = ingest(settings, "courier", live=True)
    assert done.counts["inserted"] == 0
    assert asked.count("connect") == 2, "one to see that the database is migrated, one to work"
    assert len(asked) - 2 <= STATEMENTS, Counter(asked)


def test_a_poll_of_a_batch_shares_its_connection_and_its_preparation(settings: Settings, asked: list[str]) -> None:
    ingest(settings, "courier", live=True)
    with db.connect(settings.database_url or "") as conn:
        asked.clear()
        done = passes.run_pass(
            settings, "courier", kind="live", since=None, until=None, all_seeds=False, revisit=False, due_only=True,
            conn=conn,
        )  # fmt: skip
        assert (done.failures, done.counts["inserted"]) == ((), 0)
        assert "connect" not in asked
        assert len(asked) <= STATEMENTS, Counter(asked)
