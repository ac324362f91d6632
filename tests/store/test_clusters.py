"""Clusters in a real database: from what articles say now alone, whatever came before and in whatever order."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from mirrorwire.dedupe import ClusterMember, heads, links, signature, similarity
from mirrorwire.store import clusters, db, signatures
from mirrorwire.store.db import Connection
from tests.dedupe.test_dedupe import body, edited
from tests.support.placing import COURIER, NOON, Desk, components

TAIL = body(900, 200)


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn)


def chain(story: int, steps: int) -> list[str]:
    """A story retold: each text matches its neighbours, its ends match only through what lies between."""
    texts = [body(story, 400)]
    while len(texts) < steps:
        texts.append(edited(texts[-1], 0.2, seed=len(texts)))
    return texts


# Pure


def test_a_head_is_the_first_published_then_the_smallest_key_and_unknown_times_come_last() -> None:
    def head(*members: tuple[str, datetime | None]) -> str:
        return heads([ClusterMember(article_key=key, published_at=at, node=0) for key, at in members], [])[0]

    early = NOON - timedelta(hours=1)
    assert head(("a", NOON), ("c", early), ("b", early)) == "b"
    assert head(("a", None), ("z", NOON + timedelta(days=9999))) == "z"
    assert head(("b", None), ("a", None)) == "a"


def test_nodes_that_pairs_link_take_one_name_and_others_keep_theirs() -> None:
    members = [ClusterMember(article_key=key, published_at=NOON, node=key) for key in "edcba"]
    assert heads(members, [("a", "c"), ("d", "c")]) == {"a": "a", "c": "a", "d": "a", "b": "b", "e": "e"}


def test_links_connect_what_matches_connect_and_no_more() -> None:
    texts = {f"{story}-{n}": signature(text) for story in range(4) for n, text in enumerate(chain(story, 6))}
    said = {
        key: (text, NOON)
        for story in range(4)
        for key, text in ((f"{story}-{n}", t) for n, t in enumerate(chain(story, 6)))
    }
    expected = components(said)
    assert len(set(expected.values())) < 8
    for seed in range(10):
        order = list(texts)
        random.Random(seed).shuffle(order)
        found = list(links({key: texts[key] for key in order}))
        assert len(found) == len(texts) - len(set(expected.values())), "each link connects two that were not"
        assert heads([ClusterMember(article_key=key, published_at=NOON, node=key) for key in texts], found) == expected


def test_links_among_thousands_of_near_copies_compare_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = Counter[str]()
    words = body(1, 400).split()
    texts = {n: signature(" ".join([*words[: n % 400], f"x{n}", *words[n % 400 + 1 :]])) for n in range(2000)}

    def counted(a: bytes, b: bytes) -> float:
        compared["pairs"] += 1
        return similarity(a, b)

    monkeypatch.setattr("mirrorwire.dedupe.clusters.similarity", counted)
    assert len(list(links(texts))) == 1999
    assert compared["pairs"] < 4000


# Placing


def test_the_earlier_of_a_batch_is_new_and_the_later_its_duplicate(desk: Desk) -> None:
    text = body(1)
    captures = [
        desk.say("b", text),
        desk.say("a", text.upper(), title="Another title"),
        desk.say("c", edited(text, 0.05)),
        desk.say("d", body(2)),
    ]
    assert desk.place() == ["new", "exact", "near", "new"]
    assert desk.evidence(captures[0]) == ("new", None, None)
    assert desk.evidence(captures[1]) == ("exact", "b", 1.0)
    kind, nearest, alike = desk.evidence(captures[2])
    assert (kind, nearest) == ("near", "a"), "of two that are equally near, the smaller key of the same time"
    assert alike is not None and 0.35 <= alike < 1
    assert desk.clusters() == {"a": "a", "b": "a", "c": "a", "d": "d"}


@pytest.mark.parametrize("size", [1, 2, 500])
def test_the_evidence_does_not_depend_on_where_batches_end(desk: Desk, size: int) -> None:
    told = []
    for n, text in enumerate([*chain(1, 5), body(7), *chain(1, 3), "Watch the video.", "watch the  video.", "…", "…"]):
        told.append(desk.say(f"{n:02}", text, published_at=NOON + timedelta(hours=n * 5 % 7)))
    told.append(desk.say("00", body(8), minutes=5))  # a revision that leaves its neighbours
    told.append(desk.say("90", chain(1, 1)[0], minutes=6))
    desk.place(size)
    found = [desk.evidence(capture)[:2] for capture in told]
    assert found == [
        ("new", None), ("near", "00"), ("near", "01"), ("near", "02"), ("near", "03"), ("new", None),
        ("exact", "00"), ("exact", "01"), ("exact", "02"), ("new", None), ("exact", "09"), ("new", None), ("new", None),
        ("revision", None), ("exact", "06"),
    ]  # fmt: skip


def test_a_revision_that_says_what_another_says_is_told_so(desk: Desk) -> None:
    desk.say("a", body(1))
    desk.say("b", body(2))
    desk.place()
    capture = desk.say("b", edited(body(1), 0.03), minutes=1)
    assert desk.place() == ["revision"]
    kind, nearest, alike = desk.evidence(capture)
    assert (kind, nearest) == ("revision", "a") and alike is not None and alike > 0.5
    assert desk.clusters() == {"a": "a", "b": "a"}


def test_the_same_content_writes_nothing_of_the_article_and_an_older_one_joins_nothing(desk: Desk) -> None:
    desk.say("a", body(1), minutes=10)
    desk.say("b", body(2))
    assert desk.place() == ["new", "new"]
    before = desk.conn.execute("SELECT xmin, s FROM signature s ORDER BY article_key").fetchall()
    older = desk.say("a", body(2), minutes=5)
    desk.say("b", body(2), minutes=-3)
    assert desk.place() == ["revision", "same"]
    assert desk.evidence(older) == ("revision", None, None)
    assert desk.conn.execute("SELECT xmin, s FROM signature s ORDER BY article_key").fetchall() == before
    assert desk.clusters() == {"a": "a", "b": "b"}


def test_what_is_newest_stays_so_although_it_was_seen_before(desk: Desk) -> None:
    # The text at minute 0 is seen again at minute 20: what stood between the two, and comes last, is history.
    for minutes, text in ((0, body(1)), (20, body(1)), (10, body(2))):
        desk.say("a", text, minutes=minutes)
        desk.place()
    desk.say("b", body(2))
    assert desk.place() == ["new"]


def test_a_revision_splits_what_it_held_together(desk: Desk) -> None:
    first, middle, last = chain(1, 3)
    assert similarity(signature(first).minhash, signature(last).minhash) < 0.35
    for key, text in (("a", first), ("b", middle), ("c", last)):
        desk.say(key, text)
    desk.place()
    assert desk.clusters() == {"a": "a", "b": "a", "c": "a"}
    desk.say("b", body(9), minutes=1)
    desk.place()
    assert desk.clusters() == {"a": "a", "b": "b", "c": "c"}
    assert desk.unsaid() == 0


def test_articles_that_shared_a_tail_part_once_it_is_learned(desk: Desk) -> None:
    captures = {key: desk.say(key, f"{body(n, 80)}\n{TAIL}") for n, key in enumerate("abc")}
    desk.place()
    assert set(desk.clusters().values()) == {"a"}
    for n, (_, capture) in enumerate(captures.items()):
        desk.reread(capture, body(n, 80))
        desk.place()
    assert desk.clusters() == {"a": "a", "b": "b", "c": "c"}


def test_another_date_makes_another_head(desk: Desk) -> None:
    desk.say("a", body(1), published_at=NOON)
    desk.say("b", body(1), published_at=NOON + timedelta(hours=1))
    capture = desk.say("c", body(1), published_at=NOON + timedelta(hours=2))
    desk.place()
    assert set(desk.clusters().values()) == {"a"}
    desk.reread(capture, body(1), published_at=NOON - timedelta(hours=1))
    assert desk.place() == ["same"]
    assert set(desk.clusters().values()) == {"c"}
    desk.say("c", edited(body(1), 0.01), minutes=1, published_at=None)
    desk.place()
    assert set(desk.clusters().values()) == {"a"}


def doubt(desk: Desk, capture_id: int) -> None:
    """Have an extraction that waits be a suspect's."""
    desk.conn.execute("UPDATE extraction SET verdict = 'suspect' WHERE capture_id = %s", [capture_id])


def test_a_sure_article_heads_a_cluster_before_a_suspect_that_was_published_earlier(desk: Desk) -> None:
    doubt(desk, desk.say("a", body(1), published_at=NOON))
    desk.place()
    assert desk.clusters() == {"a": "a"}
    desk.say("b", edited(body(1), 0.01), published_at=NOON + timedelta(hours=1))
    desk.place()
    assert desk.clusters() == {"a": "b", "b": "b"}
    desk.say("a", body(1), minutes=1, published_at=NOON)
    assert desk.place() == ["same"]
    assert desk.clusters() == {"a": "a", "b": "a"}, "a sure page of it says the same"


def test_a_suspect_text_says_nothing_behind_a_sure_one(desk: Desk) -> None:
    desk.say("a", body(1))
    doubt(desk, desk.say("a", body(2), minutes=1))
    assert desk.place() == ["new", "same"]
    desk.say("b", body(2), minutes=2)
    assert desk.place() == ["new"]


def test_a_sure_text_counts_although_a_suspect_one_is_newer(desk: Desk) -> None:
    doubt(desk, desk.say("a", body(2), minutes=1))
    desk.say("a", body(1))
    desk.place()
    desk.say("b", body(1), minutes=2)
    assert desk.place() == ["exact"]


def test_removing_an_article_leaves_correct_clusters(desk: Desk) -> None:
    first, middle, last = chain(1, 3)
    for key, text in (("a", first), ("b", middle), ("c", last), ("d", last)):
        desk.say(key, text)
    desk.place()
    with desk.conn.transaction():
        assert signatures.remove(desk.conn, "courier:b")
        assert not signatures.remove(desk.conn, "courier:b")
    assert desk.clusters() == {"a": "a", "c": "c", "d": "c"}
    with desk.conn.transaction():
        signatures.remove(desk.conn, "courier:c")
    assert desk.clusters() == {"a": "a", "d": "d"}
    assert desk.unsaid() == 0


def history(seed: int) -> list[tuple[str, int, str, datetime | None]]:
    """Captures of twenty articles, some with several: chains, copies, short and empty texts, and strangers."""
    dice = random.Random(seed)
    texts = [*chain(1, 5), *chain(2, 4), body(1, 400), f"{body(2, 400)}\n{body(50, 80)}", body(30), body(31)]
    texts += ["Watch the video.", "watch  the video.", "…", ""]
    captures = []
    for n in range(20):
        for minutes in dice.sample(range(100), dice.choice([1, 1, 2, 3])):
            at = None if dice.random() < 0.2 else NOON + timedelta(hours=dice.randrange(5))
            captures.append((f"{n:02}", minutes, dice.choice(texts), at))
    return captures


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_arrival_and_no_size_of_batches_changes_a_cluster(
    desk: Desk, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = history(seed)
    for order in range(4):
        desk.clear()
        monkeypatch.setattr(clusters, "SOME", [1, 32][order % 2])  # however few of a cluster are compared first
        dice = random.Random(f"{seed} {order}")
        arriving, read = list(captures), []
        dice.shuffle(arriving)
        newest: dict[str, tuple[int, str, datetime | None]] = {}
        while arriving:
            for key, minutes, text, at in [arriving.pop() for _ in range(dice.randint(1, len(arriving)))]:
                # Read with a tail first; what is placed by then is read again without.
                read.append((desk.say(key, f"{text}\n{TAIL}", minutes=minutes, published_at=at), text, at))
                newest[key] = max(newest.get(key, (-1, "", None)), (minutes, text, at), key=lambda each: each[0])
            desk.place(dice.choice([1, 3, 500])) if dice.random() < 0.7 else None
        desk.place(dice.choice([2, 7, 500]))
        dice.shuffle(read)
        for n, (capture, text, at) in enumerate(read):
            desk.reread(capture, text, at)
            desk.place(5) if n % 9 == order else None
        desk.place(dice.choice([1, 4, 500]))
        said = {key: (text, at) for key, (_, text, at) in newest.items()}
        assert desk.clusters() == components(said)
        assert desk.unsaid() == 0


def test_two_dedupers_at_once_end_in_the_same_clusters(desk: Desk, database_url: str) -> None:
    captures = history(3)
    for key, minutes, text, at in captures:
        desk.say(key, text, minutes=minutes, published_at=at)

    def work(_: int) -> int:
        with db.connect(database_url) as conn:
            return len(desk.place(3, conn))

    with ThreadPoolExecutor(3) as pool:
        placed = list(pool.map(work, range(3)))
    assert sum(placed) + len(desk.place()) == len(captures)
    newest = {key: (text, at) for key, _, text, at in sorted(captures, key=lambda each: each[1])}
    assert desk.clusters() == components(newest)


@pytest.mark.slow
def test_ten_thousand_copies_of_one_story_are_cheap(desk: Desk) -> None:
    text = body(1)
    desk.say_all((f"{n:05}", body(n + 10), NOON) for n in range(1000))
    started = time.process_time(), time.perf_counter()
    desk.place()
    alone_s = time.perf_counter() - started[1]
    # Later ones were published earlier: each batch has another head.
    desk.say_all((f"copy{n:05}", text, NOON - timedelta(minutes=n)) for n in range(10_000))
    started_s, each_s = time.perf_counter(), []
    while True:
        batch_s = time.perf_counter()
        if not signatures.place_batch(desk.conn, COURIER, size=500):
            break
        each_s.append(time.perf_counter() - batch_s)
    assert set(Counter(desk.clusters().values()).values()) == {1, 10_000}
    assert desk.clusters()["copy00000"] == "copy09999"
    assert time.perf_counter() - started_s < 10 * alone_s * 1.5, "ten times as many, and no dearer than strangers"
    assert min(each_s[-5:]) < 3 * min(each_s[:5]), "the last are placed as fast as the first"


def test_a_match_behind_many_that_only_share_a_band_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SOME", 2)
    texts = chain(1, 4)
    for n, text in enumerate(texts):
        desk.say(f"{n}", text)
    desk.place()
    # Forty of the cluster that share a band with what comes, and nothing more.
    come = signature(edited(texts[3], 0.1, seed=9))
    cluster = desk.conn.execute("SELECT DISTINCT cluster_id FROM text_signature").fetchall()
    assert len(cluster) == 1
    for n in range(40):
        desk.say(f"f{n:02}", body(100 + n, 60))
    desk.place()
    desk.conn.execute(
        "UPDATE text_signature t SET cluster_id = %s, bands = t.bands || %s::bigint "
        "FROM signature s WHERE s.text_hash = t.text_hash AND s.article_key LIKE 'courier:f%%'",
        [cluster[0][0], come.bands[0]],
    )
    with desk.conn.transaction():
        asked = clusters.look_up(desk.conn, {come.text_hash: (come, "x")}, keys=())
        assert len(asked.stored[come.text_hash]) > 40
        assert signature(texts[3]).text_hash in {row.text_hash for row in asked.near(come.text_hash)}
