"""`clusters` and `similar`: asked on the command line, as people do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.visible import visible
from mirrorwire.store import db
from tests.conftest import Ran
from tests.dedupe.test_dedupe import body, edited
from tests.store.test_clusters import chain
from tests.support.placing import NOON, Desk

Run = Callable[..., Ran]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with db.connect(settings.database_url or "") as conn:
        yield Desk(conn)


def rows(done: Ran) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_clusters_are_listed_by_size_source_and_window(desk: Desk, mirrorwire: Run) -> None:
    for n, text in enumerate([*chain(1, 3), body(2), edited(body(2), 0.02), body(3)]):
        desk.say(f"{n}", text, published_at=NOON + timedelta(days=n))
    desk.place()
    found = rows(mirrorwire("clusters", "courier"))
    assert [(row["head"], row["size"], row["sources"]) for row in found] == [
        ("courier:3", 2, ["courier"]),
        ("courier:0", 3, ["courier"]),
    ]
    assert found[1]["first_published_at"] == NOON.isoformat()
    assert found[1]["last_published_at"] == (NOON + timedelta(days=2)).isoformat()
    assert [row["head"] for row in rows(mirrorwire("clusters", "--min-size", "3"))] == ["courier:0"]
    assert len(rows(mirrorwire("clusters", "--min-size", "1"))) == 3
    window = ("--since", "2026-11-22", "--until", "2026-11-23")  # the last of the chain alone
    assert [row["head"] for row in rows(mirrorwire("clusters", "courier", *window))] == ["courier:0"]
    assert rows(mirrorwire("clusters", "--since", "2026-12-01")) == []
    assert "courier:3" in mirrorwire("clusters", "--format", "table").out


def test_similar_tells_what_is_in_the_cluster_and_what_is_below(desk: Desk, mirrorwire: Run) -> None:
    first, middle, last = chain(1, 3)
    partly = f"{' '.join(first.split()[:150])} {body(70, 500)}"
    for key, text in (("a", first), ("b", middle), ("c", last), ("copy", first), ("far", body(5)), ("part", partly)):
        desk.say(key, text)
    desk.place()
    found = {row["article_key"]: row for row in rows(mirrorwire("similar", "courier:a"))}
    assert {key: (row["match"], row["in_cluster"]) for key, row in found.items() if key != "courier:part"} == {
        "courier:copy": ("exact", True),
        "courier:b": ("near", True),
        "courier:c": ("chain", True),
    }
    assert found["courier:copy"]["similarity"] == 1.0 > found["courier:b"]["similarity"] > 0.35
    assert 0 < found["courier:c"]["similarity"] < 0.35
    if part := found.get("courier:part"):
        assert (part["match"], part["in_cluster"]) == ("below", False)
    assert rows(mirrorwire("similar", "courier:far")) == []


def test_an_article_is_named_by_any_url_and_one_that_is_not_stored_gets_one_line(
    mirrorwire: Run, settings: Settings
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    stored = rows(mirrorwire("export", "courier"))
    article = stored[0]
    assert article["cluster_id"]
    for name in (
        article["article_key"],
        article["canonical_url"],
        *article["urls"],
        f"{article['urls'][0]}?utm_source=x",
    ):
        assert mirrorwire("similar", name).code == 0, name
    for name in ("courier:nothing", "https://nowhere.example/a", "a\x7fb", os.fsdecode(b"a\xff")):
        done = mirrorwire("similar", name)
        assert (done.code, done.out) == (2, ""), done.err
        shown = visible(name)
        said = f"mirrorwire: {shown}: no stored article has this key or URL; mirrorwire export lists them"
        assert done.err.splitlines() == [said]
