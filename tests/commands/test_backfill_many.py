"""`backfill` over many sources: a row each, the worst exit code, and no source that another one's trouble stops."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.windows import midnight
from tests.conftest import Ran
from tests.support.archive_server import archiving
from tests.support.command_forks import Running
from tests.support.history import ONE_DAY, History
from tests.support.publisher import Publisher, Reply, publishing, source_file

Run = Callable[..., Ran]
Rows = Callable[..., list[dict[str, Any]]]
WINDOW = ("--since", "2025-03-01", "--until", "2025-03-11")
FIRST, LAST = date(2025, 3, 1), date(2025, 3, 10)


@pytest.fixture
def other() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


@pytest.fixture
def sources(settings: Settings) -> Path:
    """The folder of source files, of which none is the newsroom's."""
    assert settings.sources is not None
    for file in settings.sources.glob("*.toml"):
        file.unlink()
    return settings.sources


def add_source(folder: Path, key: str, publisher: Publisher, *seeds: tuple[str, str], delay_s: float = 0) -> Path:
    """Write a source of this key for a publisher."""
    file = source_file(folder, publisher, seeds=seeds or (("sitemap", "/sitemap.xml"),), delay_s=delay_s)
    text = file.read_text(encoding="utf-8").replace('key = "daily"', f'key = "{key}"')
    file.unlink()
    path = folder / f"{key}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def published(publisher: Publisher) -> History:
    history = History(publisher, FIRST, LAST)
    history.sitemaps()
    return history


def row_of(done: Ran, key: str) -> dict[str, Any]:
    (row,) = [row for row in map(json.loads, done.out.splitlines()) if row["source"] == key]
    assert isinstance(row, dict)
    return row


def test_each_source_has_a_row_in_the_order_given_and_one_alone_has_the_row_it_always_had(
    mirrorwire: Run, daily: Publisher, other: Publisher, sources: Path, rows: Rows
) -> None:
    histories = {"evening": published(other), "morning": published(daily)}
    add_source(sources, "evening", other)
    add_source(sources, "morning", daily)
    done = mirrorwire("backfill", "morning", "evening", "morning", *WINDOW)
    assert done.code == 0, done.err
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [row["source"] for row in told] == ["morning", "evening"]
    assert [row["outcome"] for row in told] == ["done", "done"]
    for row in told:
        assert (row["since"], row["until"]) == ("2025-03-01", "2025-03-11")
        assert row["inserted"] == row["captured"] == len(histories[row["source"]].articles)
        assert (row["left"], row["problem"]) == (0, None)
    held = rows("SELECT source, count(*) AS n FROM articles GROUP BY 1 ORDER BY 1")
    assert held == [{"source": key, "n": len(history.articles)} for key, history in histories.items()]
    alone = json.loads(mirrorwire("backfill", "morning", *WINDOW).out)
    assert alone.keys() == told[0].keys() - {"since", "until", "outcome", "problem"}
    table = mirrorwire("backfill", "morning", "evening", *WINDOW, "--format", "table").out
    assert "outcome" in table and "evening" in table


def test_a_source_that_fails_or_cannot_be_read_stops_no_other_and_the_worst_code_is_told(
    mirrorwire: Run, daily: Publisher, other: Publisher, sources: Path
) -> None:
    history = published(daily)
    add_source(sources, "broken", other).write_text("key =", encoding="utf-8")
    add_source(sources, "dark", other)  # its sitemap is not there
    late = add_source(sources, "late", daily)
    late.write_text(late.read_text(encoding="utf-8").replace("[[hosts]]", "since = 2025-06-01\n[[hosts]]", 1))
    add_source(sources, "morning", daily)
    done = mirrorwire("backfill", "broken", "dark", "late", "morning", *WINDOW)
    outcomes = {json.loads(line)["source"]: json.loads(line)["outcome"] for line in done.out.splitlines()}
    assert outcomes == {"broken": "wrong use", "dark": "failed", "late": "wrong use", "morning": "done"}
    assert done.code == 1
    assert row_of(done, "morning")["inserted"] == len(history.articles)
    assert "not TOML" in row_of(done, "broken")["problem"] and row_of(done, "broken")["run"] is None
    assert "no usable seed" in row_of(done, "dark")["problem"]
    assert "began on 2025-06-01" in row_of(done, "late")["problem"]
    assert "mirrorwire: dark: no usable seed" in done.err
    assert mirrorwire("backfill", "late", "morning", *WINDOW).code == 2
    lost = history.path(min(history.articles))
    daily.routes[lost] = Reply(status=500)
    add_source(sources, "weekly", daily)
    in_part = mirrorwire("backfill", "morning", "weekly", *WINDOW)
    assert (in_part.code, row_of(in_part, "weekly")["outcome"]) == (3, "in part")


def test_all_takes_every_source_that_is_known(
    mirrorwire: Run, daily: Publisher, sources: Path, settings: Settings
) -> None:
    published(daily)
    known = {json.loads(line)["key"] for line in mirrorwire("sources").out.splitlines()}
    for key in known:
        add_source(sources, key, daily)
    add_source(sources, "morning", daily)
    done = mirrorwire("backfill", "--all", *WINDOW, "--dry-run")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [row["source"] for row in told] == sorted(known | {"morning"})
    assert done.code == 0, done.err


def test_a_dry_run_over_many_counts_days_and_stores_nothing(
    mirrorwire: Run, daily: Publisher, other: Publisher, sources: Path, rows: Rows
) -> None:
    history = published(daily)
    add_source(sources, "morning", daily)
    add_source(sources, "dark", other)
    done = mirrorwire("backfill", "morning", "dark", *WINDOW, "--dry-run")
    morning = row_of(done, "morning")
    assert (morning["days"], morning["to_fetch"], morning["stored"]) == (10, len(history.articles), 0)
    assert morning["outcome"] == "done"
    dark = row_of(done, "dark")
    assert (dark["outcome"], dark["uncovered"]) == ("failed", 10)
    assert done.code == 1
    assert rows("SELECT * FROM link") == [] and rows("SELECT * FROM run") == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "which source"),
        (("morning", "--all"), "--all takes every source"),
        (("morning", "nobody"), "no source 'nobody'"),
    ],
)
def test_sources_that_nobody_can_mean_are_refused_before_any_is_read(
    mirrorwire: Run, daily: Publisher, sources: Path, words: tuple[str, ...], line: str
) -> None:
    add_source(sources, "morning", daily)
    done = mirrorwire("backfill", *words, *WINDOW)
    assert (done.code, done.out) == (2, "")
    assert line in done.err and len(done.err.splitlines()) == 1
    assert daily.asked == []


def test_a_window_that_is_none_is_told_once(mirrorwire: Run, daily: Publisher, other: Publisher, sources: Path) -> None:
    add_source(sources, "morning", daily)
    add_source(sources, "evening", other)
    done = mirrorwire("backfill", "morning", "evening", "--since", "2025-03-11", "--until", "2025-03-01")
    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.parametrize("after_s", [0, 1])
def test_interrupted_the_rows_of_sources_that_were_done_are_written(
    begin: Callable[..., Running], daily: Publisher, other: Publisher, sources: Path, rows: Rows, after_s: float
) -> None:
    published(daily)
    history = published(other)
    add_source(sources, "morning", daily)
    add_source(sources, "slow", other, delay_s=5)
    command = begin("backfill", "morning", "slow", *WINDOW)
    while not other.begun:
        time.sleep(0.02)
    time.sleep(after_s)  # within a query, or while it waits out the delay
    command.send_signal(signal.SIGINT)
    ended = command.wait()
    assert ended.code == 130
    assert [json.loads(line)["source"] for line in ended.out.splitlines()] == ["morning"]
    assert len(rows("SELECT * FROM articles")) < 2 * len(history.articles)


def test_an_archive_that_two_sources_name_is_asked_by_both_at_the_delay_of_one(
    begin: Callable[..., Running], daily: Publisher, other: Publisher, sources: Path
) -> None:
    delay_s = 0.4
    with archiving() as archive:
        for key, publisher in (("morning", daily), ("evening", other)):
            add_source(sources, key, publisher, archive.seed, delay_s=delay_s)
        archive.page_rows = 2
        for publisher in (daily, other):
            history = History(publisher, FIRST, LAST, a_day=(1,))
            for n in history.articles:
                at = midnight(history.articles[n] + ONE_DAY, ZoneInfo("UTC"))
                archive.keep(publisher.url + history.path(n), at, history.page(n))
        commands = [begin("backfill", key, *WINDOW) for key in ("morning", "evening")]
        assert {command.wait().code for command in commands} == {0}
        moments = sorted(asked.at_s for asked in archive.server.asked)
    assert len(moments) >= 10
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) > delay_s - 0.06, sorted(gaps)[:5]
