"""Metrics: true, bounded in labels, and those that the dashboard and the alert rules ask for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.web import metrics
from mirrorwire.web.page_request import PageRequest
from mirrorwire.web.user import User
from tests.conftest import ROOT
from tests.web.site import Site

Rows = Callable[..., list[dict[str, Any]]]
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]

NAME = re.compile(r"\bmirrorwire_\w+")


def scraped(site: Site) -> Samples:
    """What a monitor reads, by name and labels."""
    answer = site.get("metrics")
    assert answer.status == 200, answer.text
    samples: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            samples[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return samples


def names(samples: Samples) -> set[str]:
    return {name for name, _ in samples}


def test_the_metrics_tell_what_is_stored(pages: Site, rows: Rows) -> None:
    samples = scraped(pages)
    courier = ("source", "courier")

    def value(name: str, *labels: tuple[str, str]) -> float:
        return samples[f"mirrorwire_{name}", tuple(sorted((courier, *labels)))]

    newest = rows("SELECT max(first_seen_at) AS at FROM article")[0]["at"]
    assert value("source_last_found_timestamp_seconds") == pytest.approx(newest.timestamp())
    ended = rows("SELECT max(finished_at) AS at FROM run")[0]["at"]
    assert value("source_last_run_timestamp_seconds") == pytest.approx(ended.timestamp())
    assert value("source_articles_last_day") == rows("SELECT count(*) AS n FROM article")[0]["n"] > 0
    assert value("source_rejections_last_day") == rows("SELECT count(*) AS n FROM rejection")[0]["n"] > 0
    for row in rows("SELECT outcome, count(*) AS n FROM attempt GROUP BY 1"):
        assert value("requests_last_day", ("outcome", row["outcome"])) == row["n"]
    for row in rows("SELECT step, count(*) AS n FROM run_step WHERE finished_at IS NOT NULL GROUP BY 1"):
        assert value("steps_last_day", ("step", row["step"])) == row["n"]
        assert value("step_seconds_last_day", ("step", row["step"])) > 0
    hosts = {dict(labels)["state"]: n for (name, labels), n in samples.items() if name == "mirrorwire_hosts"}
    assert sum(hosts.values()) == 2
    assert hosts.get("open", 0) == rows("SELECT count(*) AS n FROM breaker WHERE state = 'open'")[0]["n"] == 1
    waiting = value("queue", ("step", "fetch"))
    rows("UPDATE breaker SET ruling = 'down' RETURNING 1")
    rows("UPDATE run SET state = 'failed' RETURNING 1")
    rows("UPDATE link SET state = 'pending', tries = 1 WHERE link_id = (SELECT min(link_id) FROM link) RETURNING 1")
    samples = scraped(pages)
    assert value("hosts", ("state", "ruled_down")) > 0
    assert value("source_runs_failed") == 2
    assert value("queue", ("step", "fetch")) == waiting + 1
    assert samples["mirrorwire_sources_found_lately", (("hours", "1"),)] == 1


def test_failures_before_one_that_went_well_do_not_count(pages: Site, rows: Rows) -> None:
    rows("UPDATE run SET state = CASE run_id WHEN 1 THEN 'failed' ELSE 'success' END RETURNING 1")
    assert scraped(pages)["mirrorwire_source_runs_failed", (("source", "courier"),)] == 0


def test_an_empty_database_has_metrics_too(empty: Site) -> None:
    assert scraped(empty)["mirrorwire_sources", ()] == 0


def test_a_fleet_has_a_bounded_number_of_labels_and_loses_no_count(empty: Site, rows: Rows, settings: Settings) -> None:
    count = 1000
    rows(
        "WITH s AS (INSERT INTO source (source_key, name, timezone) SELECT 'p' || n, 'P', 'UTC' "
        "FROM generate_series(1, %s) n RETURNING source_key), "
        "h AS (INSERT INTO host (source_key, url, role) SELECT source_key, 'https://' || source_key, 'primary' FROM s) "
        "INSERT INTO run (source_key, kind, external_id, all_seeds, sweep, revisit, started_at, finished_at, state) "
        "SELECT source_key, 'live', source_key, false, false, false, now(), now(), "
        "CASE source_key WHEN 'p777' THEN 'failed' ELSE 'success' END FROM s RETURNING 1",
        count,
    )
    samples = scraped(empty)
    sources = {value for _, labels in samples for name, value in labels if name == "source"}
    assert len(sources) == metrics.MOST_SOURCES + 1
    assert metrics.OTHERS in sources
    assert "p777" in sources, "what fails has a label of its own"
    hosts = [value for (name, _), value in samples.items() if name == "mirrorwire_hosts"]
    assert sum(hosts) == count
    assert samples["mirrorwire_hosts", (("source", metrics.OTHERS), ("state", "closed"))] == count - 200


def test_a_name_that_only_the_database_has_cannot_break_the_format(empty: Site, rows: Rows) -> None:
    rows("INSERT INTO source (source_key, name, timezone) VALUES (%s, 'x', 'UTC') RETURNING 1", 'a"} 1\nevil{b="\\')
    samples = scraped(empty)
    assert "evil" not in names(samples)
    assert samples["mirrorwire_source_articles_last_day", (("source", 'a"} 1\nevil{b="\\'),)] == 0


def test_who_may_not_read_every_source_gets_none(settings: Settings) -> None:
    restricted = User(
        name="x", form_key="", reads_all=lambda: False, may_read=lambda source: False, may_act=lambda source: False
    )
    with db.connect(settings.database_url or "") as conn:
        asked = PageRequest(settings=settings, conn=conn, words={}, user=restricted, now=datetime.now(UTC))
        with pytest.raises(metrics.NotAllowed):
            metrics.answer(None, asked)  # type: ignore[arg-type]


def test_without_the_token_there_are_no_metrics(empty: Site) -> None:
    assert empty.get("metrics", headers={}).status == 401


def dashboard_expressions() -> list[str]:
    dashboard = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return asked + [variable["query"]["query"] for variable in dashboard["templating"]["list"] if "refresh" in variable]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((ROOT / "docs" / "alert-rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_dashboard_and_rules_ask_for_metrics_that_exist(pages: Site) -> None:
    existing = names(scraped(pages))
    expressions = [*dashboard_expressions(), *(rule["expr"] for rule in rules())]
    assert len(expressions) > 15
    for expression in expressions:
        asked = set(NAME.findall(expression))
        assert asked, expression
        assert asked <= existing, expression
    shown = {name for expression in expressions for name in NAME.findall(expression)}
    assert existing - shown == set(), "what no panel and no rule asks for"


def test_the_page_names_every_metric_and_its_labels(pages: Site) -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(mirrorwire_\w+)` \| ([\w, ]*?) ?\|", page, re.M))
    samples = scraped(pages)
    assert told.keys() == names(samples)
    for name, labels in samples:
        assert sorted(label for label, _ in labels) == sorted(re.findall(r"\w+", told[name])), name


PROMTOOL = shutil.which("promtool")


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool: apt-get install prometheus")
def test_prometheus_takes_the_rules_and_the_metrics(pages: Site) -> None:
    assert PROMTOOL
    words = [PROMTOOL, "check", "rules", str(ROOT / "docs" / "alert-rules.yml")]
    checked = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    text = pages.get("metrics").body
    checked = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
