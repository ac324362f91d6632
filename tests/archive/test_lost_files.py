"""A file of the archive that is lost or damaged: what lies in it stays as it is, the rest loads, people are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import RunFailed
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]


def publish(settings: Settings, daily: Publisher, last: int, *, prune: str = "") -> None:
    """Publish the articles up to a number; `prune` is another rule of the source file, by which all are read again."""
    daily.sitemap("/map.xml", *((daily.page(n), None) for n in range(1, last + 1)))
    path = source_file(settings.home / "sources", daily, seeds=(("sitemap", "/map.xml"),))
    if prune:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("delay_s", f'prune = ["{prune}"]\ndelay_s', 1), encoding="utf-8")


def file_of_pages(settings: Settings, rows: Rows) -> Path:
    (row,) = rows("SELECT DISTINCT warc FROM capture WHERE link_id IS NOT NULL")
    return Path(settings.archive) / row["warc"]


def loaded(rows: Rows) -> list[tuple[str, int, str]]:
    found = [(row["article_key"], row["version"], row["text"]) for row in rows("SELECT * FROM articles")]
    return sorted(found, key=lambda row: int(row[0].partition(":")[2]))


@pytest.fixture
def lost(settings: Settings, daily: Publisher, rows: Rows) -> Path:
    """Eight loaded articles whose file has been moved away, all to be read again, and three new ones."""
    publish(settings, daily, 8)
    assert ingest(settings, revisit=True).left == []
    path = file_of_pages(settings, rows)
    path.rename(settings.home / path.name)
    publish(settings, daily, 11, prune="//aside")
    return path


def test_what_lies_in_a_lost_file_is_left_and_the_rest_loads(
    settings: Settings, lost: Path, rows: Rows, mirrorwire: Run
) -> None:
    before = loaded(rows)
    for n in range(2):
        done = mirrorwire("ingest", "daily", "--format", "json")
        assert done.code == 3, done.err
        (line,) = [line for line in done.err.splitlines() if lost.name in line]
        assert "8 stored pages wait for it" in line
        (told,) = json.loads(done.out)
        assert told.get("inserted", 0) == (0 if n else 3)
    assert loaded(rows)[:8] == before
    assert len(loaded(rows)) == 11
    assert rows("SELECT * FROM rejection") == []


def test_a_file_that_is_back_is_read_again(settings: Settings, lost: Path, rows: Rows) -> None:
    assert ingest(settings).unreadable == 8
    (settings.home / lost.name).rename(lost)
    done = ingest(settings)
    assert (done.unreadable, done.failures, done.counts["article"]) == (0, (), 8)
    assert rows("SELECT * FROM away_file") == []
    assert rows("SELECT * FROM capture WHERE away") == []


def test_a_lost_file_is_written_off_by_a_command(settings: Settings, lost: Path, rows: Rows, mirrorwire: Run) -> None:
    mirrorwire("ingest", "daily")
    before = loaded(rows)
    checked = mirrorwire("archive", "check", "--format", "json")
    assert checked.code == 3
    (row,) = json.loads(checked.out)
    assert (row["file"], row["state"]) == (lost.name, "away")
    assert mirrorwire("archive", "write-off", lost.name).code == 2, "it asks first"
    for _ in range(2):
        done = mirrorwire("archive", "write-off", str(lost), "--yes", "--format", "json")
        assert done.code == 0, done.err
        assert [(row["article_key"], row["state"]) for row in json.loads(done.out)] == [
            (f"daily:{n}", "loaded") for n in range(1, 9)
        ]
    done = mirrorwire("ingest", "daily")
    assert (done.code, done.err) == (0, "")
    assert loaded(rows) == before
    checked = mirrorwire("archive", "check", "--format", "json")
    assert (checked.code, json.loads(checked.out)[0]["state"]) == (0, "written off")


def test_a_file_that_was_written_off_and_is_found_can_be_read_again(
    settings: Settings, lost: Path, rows: Rows, mirrorwire: Run
) -> None:
    mirrorwire("archive", "write-off", lost.name, "--yes")
    assert mirrorwire("archive", "write-off", lost.name, "--undo").code == 2, "it is not there"
    (settings.home / lost.name).rename(lost)
    assert json.loads(mirrorwire("archive", "check", "--format", "json").out)[0]["state"] == "back"
    assert mirrorwire("archive", "write-off", lost.name, "--undo").code == 0
    assert mirrorwire("archive", "check").code == 0
    assert mirrorwire("archive", "write-off", lost.name, "--yes").code == 2, "nothing of it is lost"
    assert mirrorwire("archive", "write-off", "mirrorwire-other.warc.gz", "--yes").code == 2


def test_pages_that_were_lost_before_they_were_read_are_fetched_again(
    settings: Settings, daily: Publisher, rows: Rows, mirrorwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, daily, 4)
    with monkeypatch.context() as patched:
        patched.setattr("mirrorwire.fetch.keep_reading.keep_extraction", lambda *words, **named: False)
        patched.setattr("mirrorwire.pipeline.steps.extract", lambda *words, **named: {})
        ingest(settings)
    path = file_of_pages(settings, rows)
    path.unlink()
    assert ingest(settings).unreadable == 4
    done = mirrorwire("archive", "write-off", path.name, "--yes", "--format", "json")
    assert {row["state"] for row in json.loads(done.out)} == {"fetched again"}
    assert mirrorwire("ingest", "daily").code == 0
    assert len(loaded(rows)) == 4


def test_a_new_version_loads_although_an_older_page_is_lost(
    settings: Settings, daily: Publisher, lost: Path, rows: Rows
) -> None:
    reply = daily.routes["/Detail/2026/11/20/1/story"]
    assert not callable(reply)
    daily.routes["/Detail/2026/11/20/1/story"] = replace(reply, body=reply.body.replace(b"was told", b"has been told"))
    ingest(settings, revisit=True)  # with --revisit
    assert ("daily:1", 2) in [(key, version) for key, version, _ in loaded(rows)]


def test_an_archive_that_is_away_as_a_whole_fails_after_the_rest_is_loaded(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    publish(settings, daily, 8)
    ingest(settings)
    Path(settings.archive).rename(settings.home / "unmounted")
    publish(settings, daily, 11, prune="//aside")
    with pytest.raises(Exception, match="MIRRORWIRE_ARCHIVE") as caught:
        done = ingest(settings)
        raise RunFailed("daily", done.failures)
    assert "none of the" in str(caught.value)
    assert len(loaded(rows)) >= 8
    assert rows("SELECT * FROM rejection") == []


@pytest.mark.parametrize("damage", ["garbage", "cut", "empty"])
def test_what_is_damaged_is_told_and_fetched_again_and_what_was_read_stays(
    settings: Settings, daily: Publisher, rows: Rows, mirrorwire: Run, damage: str
) -> None:
    publish(settings, daily, 8)
    ingest(settings)
    before = loaded(rows)
    path = file_of_pages(settings, rows)
    data = path.read_bytes()
    path.write_bytes({"garbage": b"\x00" * len(data), "cut": data[: len(data) // 2], "empty": b""}[damage])
    publish(settings, daily, 11, prune="//aside")
    done = mirrorwire("ingest", "daily")
    assert done.code == 3, done.err
    assert any(path.name in line and "damaged" in line for line in done.err.splitlines())
    assert loaded(rows)[:8] == before
    assert len(loaded(rows)) == 11
    assert rows("SELECT * FROM rejection") == []
    assert mirrorwire("archive", "check").code == 3
    assert mirrorwire("ingest", "daily").code == 0, "fetched again"
    assert loaded(rows)[:8] == before


def test_a_file_that_nobody_may_read_is_away(settings: Settings, daily: Publisher, rows: Rows) -> None:
    publish(settings, daily, 2)
    ingest(settings)
    path = file_of_pages(settings, rows)
    path.unlink()
    path.mkdir()
    publish(settings, daily, 3, prune="//aside")
    done = ingest(settings)
    assert (done.unreadable, done.failures, done.counts["inserted"]) == (2, (), 1)
    assert "Is a directory" in done.warnings[-1]


def test_the_same_in_an_object_store(s3: Any, settings: Settings, daily: Publisher, rows: Rows) -> None:
    stored = replace(settings, archive="s3://bucket/news/warc")
    publish(stored, daily, 4)
    ingest(stored)
    (row,) = rows("SELECT DISTINCT warc FROM capture WHERE link_id IS NOT NULL")
    s3.delete_object(Bucket="bucket", Key=f"news/warc/{row['warc']}")
    publish(stored, daily, 6, prune="//aside")
    done = ingest(stored)
    assert (done.unreadable, done.failures, done.counts["inserted"]) == (4, (), 2)
    assert row["warc"] in done.warnings[-1]
    shutil.rmtree(stored.spool, ignore_errors=True)


def test_an_article_whose_file_was_written_off_can_be_forgotten(
    settings: Settings, lost: Path, rows: Rows, mirrorwire: Run
) -> None:
    assert mirrorwire("forget", "daily:2", "--yes").code == 1, "its bytes may be had back"
    mirrorwire("archive", "write-off", lost.name, "--yes")
    done = mirrorwire("forget", "daily:2", "--yes", "--format", "json")
    assert (done.code, json.loads(done.out)[0]["state"]) == (0, "forgotten"), done.err
    assert "daily:2" not in {key for key, _, _ in loaded(rows)}
