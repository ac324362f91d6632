"""The archive read again by today's code: what pages give otherwise is mended, and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mirrorwire import extract
from mirrorwire.core.config import Settings
from mirrorwire.pipeline import read_again, reprocess_step
from mirrorwire.pipeline.passes import PassResult
from mirrorwire.pipeline.reprocess_pass import reprocess_pass
from mirrorwire.pipeline.reprocess_preview import preview
from mirrorwire.workers import Workers
from tests.conftest import Ran, environment
from tests.pipeline.test_isolation import NUMBERS, daily
from tests.pipeline.test_pipeline import Rows
from tests.support.command_forks import CommandForks
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article

__all__ = ["daily"]
Command = Callable[..., Ran]
CHILD = "tests.support.other_reader_child"
WRITTEN = "article article_version article_url article_author article_tag article_search".split() + (
    "capture extraction signature rejection link link_hint text_signature source".split()
)
PATH = "/Detail/2026/11/20/{n}/story"


@contextmanager
def other_code(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read pages with code that adds a word to the title of every third article."""
    with monkeypatch.context() as patch:
        patch.setitem(Workers.__init__.__kwdefaults__, "child", CHILD)
        yield


def written(rows: Rows) -> dict[str, list[Any]]:
    """Each row of the tables with the transaction that wrote it: any row version shows."""
    state = {}
    for table in WRITTEN:
        state[table] = sorted(map(repr, rows(f"SELECT xmin::text, t.ctid::text, t::text AS row FROM {table} t")))
    return state


def titles(rows: Rows) -> dict[int, str]:
    stored = rows("SELECT article_key, title FROM articles")
    return {int(row["article_key"].partition(":")[2]): row["title"] for row in stored}


def expected_titles() -> dict[int, str]:
    return {n: f"Retold: Story number {n}" if n % 3 == 0 else f"Story number {n}" for n in NUMBERS}


def again(settings: Settings, **asked: Any) -> PassResult:
    done = reprocess_pass(settings, "daily", **asked)
    assert done.failures == ()
    return done


def test_where_nothing_changed_no_row_version_is_written(settings: Settings, daily: Publisher, rows: Rows) -> None:
    ingest(settings)
    before = written(rows)
    assert {"article_version", "capture", "extraction"} <= before.keys()
    done = again(settings)
    assert (done.counts["pages"], done.counts["changed"], done.warnings) == (len(NUMBERS), 0, ())
    assert written(rows) == before


def test_what_is_read_otherwise_is_mended_and_is_no_revision(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    asked = len(daily.asked)
    with other_code(monkeypatch):
        done = again(settings)
    assert (done.counts["changed"], done.counts["mended"], done.counts["inserted"]) == (6, 6, 0)
    assert titles(rows) == expected_titles()
    assert rows("SELECT DISTINCT versions FROM article") == [{"versions": 1}]
    assert len(daily.asked) == asked, "nothing is fetched"


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    before = written(rows)
    with other_code(monkeypatch):
        shown = preview(settings, "daily", samples=2)
    assert (shown.pages, shown.changed, shown.articles) == (len(NUMBERS), 6, 6)
    assert shown.fields == {"title": 6}
    assert len(shown.samples) == 2
    for sample in shown.samples:
        title = f"Story number {sample.article_key.partition(':')[2]}"
        pieces = [piece for piece in sample.pieces if piece.kind != "same"]
        assert [(piece.part, piece.before, piece.after) for piece in pieces] == [("title", title, f"Retold: {title}")]
    assert written(rows) == before


def test_versions_of_an_article_are_read_alike_and_stay_what_they_are(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    daily.routes[PATH.format(n=3)] = Reply(body=article(3).replace("The ", "A whole ", 9).encode())
    ingest(settings, revisit=True)
    revised = "SELECT version, title, text FROM article_version JOIN article USING (article_id) WHERE versions = 2"
    before = rows(f"{revised} ORDER BY version")
    assert len(before) == 2
    with other_code(monkeypatch):
        done = again(settings)
    after = rows(f"{revised} ORDER BY version")
    assert done.counts["mended"] == 7
    assert [row["title"] for row in after] == ["Retold: Story number 3"] * 2
    assert [row["text"] for row in after] == [row["text"] for row in before]


def test_a_rejected_page_that_is_an_article_by_now_becomes_one(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily.routes[PATH.format(n=7)] = Reply(body=b"<html><body><p>Taken for an article.</p></body></html>")
    ingest(settings)
    assert 7 not in titles(rows)
    with other_code(monkeypatch):
        assert preview(settings, "daily").fields["verdict"] == 1
        done = again(settings)
    assert done.counts["inserted"] == 1
    assert titles(rows)[7] == "By now"
    assert rows("SELECT count(*) AS n FROM rejection") == [{"n": 0}]


def test_the_window_is_that_of_publication(settings: Settings, daily: Publisher, rows: Rows) -> None:
    ingest(settings)
    rows("UPDATE extraction SET published_at = '2026-11-01' WHERE capture_id IN"
         " (SELECT capture_id FROM capture WHERE url LIKE '%/4/story') RETURNING 1")  # fmt: skip
    assert preview(settings, "daily", since="2026-11-20", until="2026-11-21").pages == len(NUMBERS) - 1
    shown = preview(settings, "daily", since="2026-11-01", until="2026-11-02")
    assert (shown.pages, shown.fields) == (1, {"published_at": 1})


def test_only_what_an_older_extractor_read_is_read(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    newer = extract.EXTRACTOR_VERSION + 1
    assert preview(settings, "daily", older_than=extract.EXTRACTOR_VERSION).pages == 0
    before = written(rows)
    for module in ("reprocess_step", "extract_step", "discover_step"):
        monkeypatch.setattr(f"mirrorwire.pipeline.{module}.EXTRACTOR_VERSION", newer)
    assert again(settings, older_than=newer).counts["pages"] == len(NUMBERS)
    after = written(rows)
    assert [table for table in after if after[table] != before[table]] == ["capture"], "who has read it, no more"
    assert preview(settings, "daily", older_than=newer).pages == 0
    assert ingest(settings).counts["article"] == 0, "nothing is left to the step extract"


def test_a_page_whose_record_is_damaged_stays_as_it_was_read(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    (torn,) = rows("SELECT warc, warc_offset FROM capture WHERE url LIKE '%/6/story'")
    path = Path(settings.archive) / torn["warc"]
    data = bytearray(path.read_bytes())
    data[torn["warc_offset"] : torn["warc_offset"] + 40] = b"\0" * 40
    path.write_bytes(data)
    with other_code(monkeypatch):
        done = again(settings)
    assert (done.counts["unreadable"], done.counts["changed"]) == (1, 5)
    assert titles(rows) == {**expected_titles(), 6: "Story number 6"}


class Killed(BaseException):
    """Stands for the end of the process: no wall catches it, and its transaction is rolled back."""


@pytest.mark.parametrize("at", [1, 4, 6])
def test_killed_it_goes_on_where_it_was(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    ingest(settings)
    monkeypatch.setattr(reprocess_step, "MARKED_LINKS", 2)
    keep, kept = reprocess_step.keep_extraction, []

    def killed(*words: Any, **named: Any) -> bool:
        done = keep(*words, **named)
        kept.append(done)
        if len(kept) == at:
            raise Killed
        return done

    with other_code(monkeypatch), monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(reprocess_step, "keep_extraction", killed)
        again(settings)
    (mark,) = rows("SELECT link_id FROM reprocess_mark")
    behind = rows(f"SELECT count(*) AS n FROM link WHERE link_id > {mark['link_id']}")[0]["n"]
    assert behind < len(NUMBERS)
    with other_code(monkeypatch):
        done = again(settings)
    assert done.counts["pages"] == behind, "what is done is not read again"
    assert titles(rows) == expected_titles()
    assert rows("SELECT DISTINCT versions FROM article") == [{"versions": 1}]
    assert rows("SELECT count(*) AS n FROM reprocess_mark") == [{"n": 0}]


def test_a_process_that_is_killed_leaves_nothing_half_and_the_next_one_ends_it(
    settings: Settings, daily: Publisher, rows: Rows, forks: CommandForks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    program = "from tests.support.killed_reprocess import main; main()"
    ran = forks.run_program(program, [CHILD, "4"], environment(settings))
    assert ran.code == -9, ran.err
    assert rows("SELECT count(*) AS n FROM reprocess_mark") == [{"n": 1}]
    with other_code(monkeypatch):
        again(settings)
    assert titles(rows) == expected_titles()
    assert rows("SELECT DISTINCT versions FROM article") == [{"versions": 1}]


def test_rules_that_change_meanwhile_have_the_rest_read_by_the_new_ones(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    links_read = read_again.links_read
    begun = []

    def changing(*words: Any, **named: Any) -> Any:
        begun.append(named["after"])
        for link in links_read(*words, **named):
            if len(begun) == 1 and link.pages[0].changed:
                rows("UPDATE source SET boilerplate_revision = boilerplate_revision + 1 RETURNING 1")
                begun.append(-1)
            yield link

    monkeypatch.setattr(reprocess_step, "links_read", changing)
    with other_code(monkeypatch):
        again(settings)
    assert begun == [0, -1, 0]
    assert titles(rows) == expected_titles()


def test_the_command_has_a_row_for_each_source(mirrorwire: Command, settings: Settings, daily: Publisher) -> None:
    ingest(settings)
    ran = mirrorwire("reprocess", "--all", "--format", "json")
    assert ran.code == 0, ran.err
    (row,) = json.loads(ran.out)
    assert (row["source"], row["outcome"], row["pages"], row["changed"]) == ("daily", "done", len(NUMBERS), 0)
    dry = mirrorwire("reprocess", "daily", "--dry-run", "--format", "json")
    assert json.loads(dry.out)[0]["articles"] == 0
    assert mirrorwire("reprocess").code == 2
