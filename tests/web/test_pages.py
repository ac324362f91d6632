"""What the pages show is what is stored, as HTML and as JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import psycopg
import pytest

from mirrorwire.core.config import Settings
from mirrorwire.reports import listings
from mirrorwire.store import alarms, db
from mirrorwire.store import pages as stored_pages
from mirrorwire.web.app import PAGES
from tests.newsroom import Newsroom
from tests.web.site import Answer, Site

Rows = Callable[..., list[dict[str, Any]]]


def shown(page: Answer) -> str:
    """The text of a page, as a reader sees it."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def seen(page: Answer) -> str:
    """The text of a page that was there."""
    assert page.status == 200, page.text
    return shown(page)


def changed_key(rows: Rows) -> str:
    return str(rows("SELECT article_key FROM article WHERE versions > 1 ORDER BY 1")[0]["article_key"])


def test_an_empty_database_says_what_to_do_next(empty: Site) -> None:
    assert "mirrorwire ingest SOURCE" in seen(empty.get("sources"))
    assert "mirrorwire ingest courier" in seen(empty.get("source", key="courier"))
    assert "mirrorwire ingest courier" in seen(empty.get("search", source="courier"))
    assert "mirrorwire ingest" in seen(empty.get("runs"))
    assert "No page was rejected" in seen(empty.get("rejections"))
    assert empty.get("sources.json").facts["empty"] is True


def test_sources_stand_as_in_status_and_those_never_read_last(pages: Site, settings: Settings) -> None:
    facts = pages.get("sources.json").facts
    with db.connect(settings.database_url or "") as conn:
        known_rows = {row["source"]: row for row in listings.status(conn, settings, None)}
    assert facts["sources"][0]["source"] == "courier"
    assert {row["source"] for row in facts["sources"]} == known_rows.keys()
    text = seen(pages.get("sources"))
    for row in facts["sources"]:
        known = known_rows[row["source"]]
        assert (row["articles"], row["rejected"]) == (known["articles"], known["rejected"])
        assert [condition["said"] for condition in row["conditions"]] == [c["said"] for c in known["conditions"]]
        assert all(condition["said"] in text for condition in row["conditions"])


def test_a_source_shows_hosts_seeds_volume_coverage_and_runs(pages: Site, newsroom: Newsroom, rows: Rows) -> None:
    facts, text = pages.get("source.json", key="courier").facts, seen(pages.get("source", key="courier"))
    for origin in (newsroom.primary.origin, newsroom.mirror.origin):
        assert origin in text
    for seed in facts["seeds"]:
        assert seed["seed"] in text
    polls = rows("SELECT seed, why FROM poll_schedule WHERE source_key = 'courier'")
    assert polls
    assert all(poll["why"] in text for poll in polls)
    loaded = rows("SELECT count(*) AS n FROM article")[0]["n"]
    assert sum(day["articles"] for day in facts["volume"]) == loaded == sum(day["of_all"] for day in facts["volume"])
    assert sum(day["loaded"] or 0 for day in facts["coverage"]) == loaded
    assert [run["run_id"] for run in facts["runs"]] == [2, 1]
    assert "seizure" in text


def test_search_finds_counts_and_downloads_the_same(pages: Site) -> None:
    facts = pages.get("search.json", q="harbour", source="courier").facts
    assert facts["articles"]
    page = pages.get("search", q="harbour", source="courier")
    for article in facts["articles"]:
        assert article["title"] in seen(page)
    assert "<mark>" in page.text
    table = list(csv.DictReader(io.StringIO(pages.get("search.csv", q="harbour", source="courier").text)))
    assert len(table) == sum(day["articles"] for day in facts["days"])
    assert {article["article_key"] for article in facts["articles"]} <= {row["article_key"] for row in table}


def test_filters_of_search_hold(pages: Site) -> None:
    everything = pages.get("search.json", q="harbour").facts
    last = max(day["day"] for day in everything["days"])
    for words in ({"since": last}, {"until": last}, {"language": "zh"}, {"source": "presstv"}):
        narrowed = pages.get("search.json", q="harbour", **words).facts
        assert len(narrowed["articles"]) < len(everything["articles"]), words
        assert sum(day["articles"] for day in narrowed["days"]) == len(narrowed["articles"]), words


def test_articles_without_words_go_on_over_pages(pages: Site, rows: Rows) -> None:
    keys, before = [], None
    for _ in range(10):
        facts = pages.get("search.json", **({"before": before} if before else {})).facts
        keys += [article["article_key"] for article in facts["articles"]]
        before = facts["next"]
        if before is None:
            break
    stored = rows("SELECT article_key FROM article ORDER BY article_id DESC")
    assert len(stored) > 50, "one page would hold them all"
    assert keys == [row["article_key"] for row in stored]


def test_an_article_shows_its_text_versions_and_what_changed(pages: Site, rows: Rows) -> None:
    key = changed_key(rows)
    facts, page = pages.get("article.json", key=key).facts, pages.get("article", key=key)
    text = seen(page)
    stored = rows("SELECT * FROM articles WHERE article_key = %s", key)[0]
    assert facts["article"]["text"] == stored["text"]
    for line in stored["text"].split("\n"):
        assert " ".join(line.split()) in text
    assert [version["version"] for version in facts["versions"]] == [2, 1]
    assert (facts["change"]["from"], facts["change"]["to"]) == (1, 2)
    marked = {kind for piece in facts["change"]["pieces"] for kind, _ in piece["words"]} & {"added", "removed"}
    assert marked
    for kind in marked:
        assert f"{kind}: </span>" in page.text
    assert {url["url"] for url in facts["urls"]} == set(stored["urls"])
    assert all(url["url"] in text for url in facts["urls"])
    assert 'sandbox loading="lazy"' in page.text


def test_the_archived_page_is_shown_in_a_sandbox(pages: Site, rows: Rows) -> None:
    for row in rows("SELECT capture_id, title FROM article_version ORDER BY capture_id LIMIT 3"):
        answer = pages.get("capture", id=row["capture_id"])
        assert answer.status == 200
        assert row["title"] in unescape(answer.text)
        assert answer.headers["content-type"].startswith("text/html")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "allow-" not in policy
        assert "script-src" not in policy


def test_a_feed_in_the_archive_is_no_page(pages: Site, rows: Rows) -> None:
    seed = rows("SELECT capture_id FROM capture WHERE link_id IS NULL LIMIT 1")[0]["capture_id"]
    assert pages.get("capture", id=seed).status == 404


def test_an_archive_that_is_away_is_told(pages: Site, rows: Rows, settings: Settings) -> None:
    capture = rows("SELECT capture_id FROM article_version LIMIT 1")[0]["capture_id"]
    (settings.home / "archive").rename(settings.home / "elsewhere")
    answer = pages.get("capture", id=capture)
    assert answer.status == 404
    assert "cannot be read" in shown(answer)


def test_rejections_show_their_evidence_and_go_on_over_pages(pages: Site, rows: Rows) -> None:
    stored = rows("SELECT capture_id FROM rejection ORDER BY rejected_at DESC, capture_id DESC")
    assert stored
    facts = pages.get("rejections.json", verdict="seizure").facts
    assert [row["capture_id"] for row in facts["rejections"]] == [row["capture_id"] for row in stored][:50]
    text = seen(pages.get("rejections", verdict="seizure"))
    for row in facts["rejections"]:
        assert row["url"] in text
        assert str(row["evidence"]["rule"]) in text
    first = facts["rejections"][0]
    rest = pages.get("rejections.json", before=first["rejected_at"], before_id=first["capture_id"]).facts
    assert [row["capture_id"] for row in rest["rejections"]] == [row["capture_id"] for row in stored][1:51]
    assert pages.get("rejections.json", verdict="parking").facts["rejections"] == []


def test_a_run_shows_its_steps_and_warnings(pages: Site, rows: Rows) -> None:
    facts, text = pages.get("run.json", id=2).facts["run"], seen(pages.get("run", id=2))
    steps = rows("SELECT step FROM run_step WHERE run_id = 2")
    assert sorted(step["step"] for step in facts["steps"]) == sorted(step["step"] for step in steps)
    stored = rows("SELECT warnings, failures FROM run WHERE run_id = 2")[0]
    assert [*stored["warnings"], *stored["failures"]]
    for line in (*stored["warnings"], *stored["failures"]):
        assert " ".join(line.split()) in text


def test_open_alarms_are_listed_and_those_that_are_over_where_asked_for(empty: Site, settings: Settings) -> None:
    assert "No alarm is open" in seen(empty.get("alarms"))
    now = datetime.now(UTC)
    with db.connect(settings.database_url or "") as conn:
        for subject, summary in (("first", "IT FAILED <b>"), ("second", "IT WAS LATE")):
            alarms.raise_alarm(conn, source="courier", name="failing", subject=subject, summary=summary, now=now)
        ended = next(alarm for alarm in alarms.open_alarms(conn) if alarm.subject == "second")
        alarms.end_alarm(conn, ended.alarm_id, now)
    text = seen(empty.get("alarms"))
    assert "IT FAILED <b>" in text
    assert "IT WAS LATE" not in text
    assert "IT WAS LATE" in seen(empty.get("alarms", all="yes"))
    subjects = {alarm["subject"] for alarm in empty.get("alarms.json", all="yes").facts["alarms"]}
    assert {"first", "second"} <= subjects
    assert empty.get("alarms.json", source="presstv", all="yes").facts["alarms"] == []


def test_a_header_asks_for_json_as_an_address_does(pages: Site) -> None:
    token = {"Authorization": "Bearer a-token-of-the-tests-0123456789"}
    by_header = pages.get("runs", headers=token | {"Accept": "application/json"})
    assert by_header.headers["content-type"] == "application/json"
    assert by_header.facts["runs"] == pages.get("runs.json").facts["runs"]
    browser = pages.get("runs", headers=token | {"Accept": "text/html,application/json;q=0.9"})
    assert browser.headers["content-type"].startswith("text/html")


def test_what_is_not_there_or_asked_wrongly_is_told_in_a_line(empty: Site) -> None:
    for page, words, status in (
        ("source", {"key": "nobody"}, 404),
        ("source", {}, 400),
        ("article", {"key": "courier:0"}, 404),
        ("article", {"key": "a\x00b\ud800".encode("utf-8", "surrogatepass")}, 404),
        ("run", {"id": "1"}, 404),
        ("run", {"id": "x"}, 400),
        ("run", {"id": "9" * 400}, 400),
        ("capture", {"id": "1"}, 404),
        ("search", {"q": "…"}, 400),
        ("search", {"q": "x" * 1500}, 400),
        ("search", {"q": "x", "since": "yesterday"}, 400),
        ("search", {"q": "x", "source": "nobody"}, 404),
        ("search.csv", {"q": "x", "source": "../../etc"}, 404),
        ("rejections", {"verdict": "nice"}, 400),
        ("rejections", {"before": "x", "before_id": "1"}, 400),
    ):
        answer = empty.get(page, **words)
        assert answer.status == status, (page, words, answer.text)
        assert "Traceback" not in answer.text


def test_a_session_of_a_page_cannot_write(settings: Settings) -> None:
    with db.connect(settings.database_url or "") as conn:
        stored_pages.only_read(conn, 5)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            conn.execute("DELETE FROM link")


def test_every_page_has_one_heading_a_language_and_no_script(pages: Site, rows: Rows) -> None:
    words: dict[str, dict[str, Any]] = {"source": {"key": "courier"}, "article": {"key": changed_key(rows)}}
    words["run"] = {"id": 2}
    for name in PAGES:
        text = pages.get(name, **words.get(name, {})).text
        assert text.count("<h1") == 1, name
        assert '<html lang="en">' in text
        assert "<script" not in text
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert len(ids) == len(set(ids))
        for target in re.findall(r'(?:href|src|action)="([^"]*)"', text):
            assert not target.startswith("/"), (name, target)
