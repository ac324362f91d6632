"""Signatures of an older version: kept, computed again from the stored text, and looked up by the index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirrorwire.dedupe import SIGNATURE_VERSION, signature
from mirrorwire.store import clusters, db, queries
from mirrorwire.store.db import Connection
from tests.dedupe.test_dedupe import body, edited
from tests.store.test_clusters import history
from tests.support.placing import NOON, Desk, components


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with db.connect(database_url) as conn:
        yield Desk(conn)


def stale(conn: Connection) -> None:
    """What an older version left: nothing that can be compared."""
    conn.execute("UPDATE text_signature SET signature_version = 1, minhash = '', bands = '{}'")


def test_signatures_of_an_older_version_are_computed_again_batch_by_batch(desk: Desk, database_url: str) -> None:
    captures = history(5)
    for key, minutes, text, at in captures:
        desk.say(key, text, minutes=minutes, published_at=at)
    desk.place()
    expected, before = desk.clusters(), desk.conn.execute("SELECT * FROM text_signature ORDER BY text_hash").fetchall()
    stale(desk.conn)
    again = 0
    while True:
        dying = db.connect(database_url)
        dying.execute("BEGIN")
        clusters.sign_again(dying, size=3)
        dying.close()  # before it commits
        if not (signed := clusters.sign_again(desk.conn, size=3)):
            break
        again += signed
    assert again == len(before)
    assert desk.clusters() == expected
    assert desk.conn.execute("SELECT * FROM text_signature ORDER BY text_hash").fetchall() == before
    assert clusters.sign_again(desk.conn, size=3) == 0


def test_a_text_that_is_stored_nowhere_any_more_still_matches_exactly(desk: Desk) -> None:
    capture = desk.say("a", body(1))
    desk.place()
    stale(desk.conn)
    desk.conn.execute("UPDATE extraction SET body = NULL WHERE capture_id = %s", [capture])
    assert clusters.sign_again(desk.conn, size=10) == 1
    assert clusters.sign_again(desk.conn, size=10) == 0
    copy, near = desk.say("b", body(1)), desk.say("c", edited(body(1), 0.01))
    desk.place()
    assert desk.evidence(copy) == ("exact", "a", 1.0)
    assert desk.clusters()["a"] == desk.clusters()["b"] == "a"
    assert desk.evidence(near)[0] == "near", "the copy has signed the text for both"


def test_the_look_up_is_a_bitmap_scan_of_the_index(desk: Desk) -> None:
    desk.say_all((f"{n:03}", body(n), NOON) for n in range(300))
    desk.place()
    desk.conn.execute("ANALYZE")
    with desk.conn.transaction():
        signed = [signature(edited(body(n), 0.05)) for n in range(10)]
        asked = clusters.look_up(desk.conn, {each.text_hash: (each, "x") for each in signed}, keys=())
        assert all(list(asked.near(each.text_hash)) for each in signed)
        parameters = {"version": SIGNATURE_VERSION, "keys": [], "most": 32, "only": None}
        plan = desk.conn.execute(b"EXPLAIN " + queries.statement("dedupe/similar_texts"), parameters).fetchall()
    lines = "\n".join(line for (line,) in plan)
    assert "Bitmap Index Scan on text_signature_by_band" in lines
    assert "Seq Scan on text_signature" not in lines and "Seq Scan on signature" not in lines


def test_signatures_of_an_older_version_are_kept_and_signed_again(desk: Desk) -> None:
    said = {"a": body(1), "b": edited(body(1), 0.03), "c": body(2), "copy": body(2), "e": "…", "f": "…"}
    for key, text in said.items():
        desk.say(key, text)
    desk.place()
    stale(desk.conn)
    while clusters.sign_again(desk.conn, size=2):
        pass
    assert desk.clusters() == components({key: (text, NOON) for key, text in said.items()})
    assert desk.unsaid() == 0
    late = desk.say("late", edited(body(2), 0.02))
    assert desk.place() == ["near"]
    assert desk.evidence(late)[1] == "c"
