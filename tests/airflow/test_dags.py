"""The DAGs as Airflow reads them, and run by `dag.test()` over the newsroom into a real Postgres."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from tests.conftest import NEWSROOM_DAY, ROOT, environment
from tests.newsroom import Newsroom

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]  # a run in Airflow takes half a minute of CPU

Rows = Callable[..., list[dict[str, Any]]]
Probe = Callable[..., Any]
STEPS = ["discover", "fetch", "extract", "load", "check"]
LIVE = f"ingest_courier@{NEWSROOM_DAY + timedelta(days=1)}T10:00:00+00:00"

DAILY = """
key = "daily"
name = "The Daily"
timezone = "Europe/Oslo"
schedule = "0 * * * *"
[[hosts]]
url = "https://daily.example"
[[seeds]]
kind = "feed"
path = "/feed"
"""


def probe(home: Path, env: dict[str, str], *words: str) -> Any:
    """Ask tests.support.dag_probe; its answer is the last line of its output."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.dag_probe", *words],
        env=env | {"AIRFLOW_HOME": str(home / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder of one good source file."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "daily.toml").write_text(DAILY)
    return folder


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Airflow finds when the user's folder holds one good source file and two broken ones."""
    home = tmp_path_factory.mktemp("dags")
    (home / "daily.toml").write_text(DAILY)
    (home / "typo.toml").write_text(DAILY.replace('"daily"', '"typo"').replace("timezone", "timezome"))
    (home / "torn.toml").write_text('key = "torn')
    env = environment(Settings(home=home, sources=home))
    answer: dict[str, Any] = probe(home, env, "describe", "2026-11-10T00:00:00+00:00", "2026-11-14T00:00:00+00:00")
    return answer


def metadata(server: Settings) -> dict[str, str]:
    """Make a metadata database on the embedded server; return Airflow's settings for it."""
    url = db.embedded_database(server, "airflow_dags", fresh=True).replace("postgresql://", "postgresql+psycopg://", 1)
    options = {"SQL_ALCHEMY_CONN": url, "SQL_ALCHEMY_CONN_ASYNC": url}
    return {f"AIRFLOW__DATABASE__{option}": value for option, value in options.items()}


@pytest.fixture(scope="module")
def runner(server: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """The process that runs DAGs."""
    home = tmp_path_factory.mktemp("airflow")
    env = environment(Settings(home=home), AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags")) | metadata(server)
    env |= {"AIRFLOW_HOME": str(home / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    ours, theirs = os.pipe()
    log = home / "log"
    with log.open("wb") as out, os.fdopen(ours, encoding="utf-8") as answers:
        words = [sys.executable, "-m", "tests.support.dag_probe", "serve", str(theirs)]
        process = subprocess.Popen(
            words, env=env, cwd=ROOT, pass_fds=[theirs], stdin=subprocess.PIPE, stdout=out, stderr=out, text=True
        )
        os.close(theirs)
        assert process.stdin

        def run(order: dict[str, Any]) -> Any:
            print(json.dumps(order), file=process.stdin, flush=True)
            answer = answers.readline()
            assert answer, log.read_text(encoding="utf-8", errors="replace")[-6000:]
            return json.loads(answer)

        run.log = lambda: log.read_text(encoding="utf-8", errors="replace")  # type: ignore[attr-defined]
        yield run
        process.stdin.close()
        process.wait(60)


@pytest.fixture
def airflow(settings: Settings, runner: Callable[..., Any]) -> Probe:
    """Run DAGs by `dag.test()`; returns how each run ended."""
    env = {name: value for name, value in environment(settings).items() if name.startswith("MIRRORWIRE_")}
    return lambda *wanted: runner({"env": env, "wanted": wanted})


def keys(newsroom: Newsroom, *days_ago: int) -> set[str]:
    days = {NEWSROOM_DAY - timedelta(days=n) for n in days_ago}
    return {f"courier:{article.id}" for article in newsroom.articles if article.published.date() in days}


def loaded(rows: Rows) -> set[str]:
    return {row["article_key"] for row in rows("SELECT article_key FROM articles")}


def test_a_source_file_gives_two_dags_and_dags_stays_untouched(found: dict[str, Any]) -> None:
    assert {"ingest_daily", "backfill_daily", "ingest_presstv", "backfill_presstv"} <= found["dags"].keys()


def test_a_broken_source_file_costs_its_own_dags_alone_and_shows_where_it_broke(found: dict[str, Any]) -> None:
    assert not {"ingest_typo", "backfill_typo", "ingest_torn", "backfill_torn"} & found["dags"].keys()
    assert list(found["errors"]) == ["mirrorwire_broken_sources.py"]
    shown = found["errors"]["mirrorwire_broken_sources.py"]
    assert "typo.toml: " in shown and "timezome" in shown and "torn.toml: " in shown


def test_parsing_loads_neither_the_pipeline_nor_its_libraries(found: dict[str, Any]) -> None:
    assert "mirrorwire.core.config" in found["modules"]
    assert not {"mirrorwire.pipeline.steps", "mirrorwire.load", "mirrorwire.fetch", "trafilatura", "warcio"} & set(
        found["modules"]
    )


@pytest.mark.parametrize("dag_id", ["ingest_daily", "backfill_daily", "fleet", "reprocess"])
def test_a_task_parses_its_own_dag_and_reads_no_source_file_but_its_own(home: Path, dag_id: str) -> None:
    (home / "alone.toml").write_text("dag = false" + DAILY.replace('"daily"', '"alone"'))
    parsed = probe(home, environment(Settings(home=home, sources=home)), "wanted", dag_id)
    assert parsed == {"dags": [dag_id], "read": [] if dag_id in ("fleet", "reprocess") else ["daily"]}


@pytest.mark.parametrize("parses", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_nothing_in_a_dag_varies_from_parse_to_parse(home: Path, parses: int) -> None:
    forms = probe(home, environment(Settings(home=home, sources=home)), "versions", f"{parses}")
    assert set(forms) == {1}
    assert len(forms) > 20


@pytest.mark.parametrize("dag_id", ["ingest_daily", "backfill_daily"])
def test_every_step_waits_for_the_one_before_and_the_later_ones_run_whatever_became_of_it(
    found: dict[str, Any], dag_id: str
) -> None:
    tasks = found["dags"][dag_id]["tasks"]
    assert set(tasks) == set(STEPS)
    for before, step in pairwise(STEPS):
        assert before in tasks[step]["after"]
    rules = {step: task["rule"] for step, task in tasks.items()}
    assert rules == dict.fromkeys(STEPS[:2], "all_success") | dict.fromkeys(STEPS[2:], "all_done")
    assert [step for step in STEPS if tasks[step]["mapped"]] == ["fetch", "extract"]
    assert not [step for step in STEPS if "check" in tasks[step]["after"]]


@pytest.mark.parametrize("dag_id", ["ingest_daily", "backfill_daily", "reprocess"])
def test_no_task_and_no_run_can_hang_for_ever(found: dict[str, Any], dag_id: str) -> None:
    dag = found["dags"][dag_id]
    assert dag["timeout_s"] and all(task["timeout_s"] for task in dag["tasks"].values())


def test_check_is_not_tried_again(found: dict[str, Any]) -> None:
    tasks = found["dags"]["ingest_daily"]["tasks"]
    assert {step: task["retries"] for step, task in tasks.items()} == dict.fromkeys(STEPS, 2) | {"check": 0}


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(tmp_path: Path) -> None:
    decided = probe(tmp_path, environment(Settings(home=tmp_path)), "retry")
    assert decided == {"DatabaseUnavailable": "retry", "RunFailed": "fail", "ValueError": "default"}


def test_a_live_run_has_the_interval_of_its_schedule(found: dict[str, Any]) -> None:
    intervals = found["dags"]["ingest_daily"]["intervals"]
    assert intervals[0] == ["2026-11-10T00:00:00+00:00", "2026-11-10T01:00:00+00:00"]
    assert found["dags"]["ingest_daily"]["catchup"] is False
    assert found["dags"]["ingest_daily"]["max_active_runs"] == 1


def test_a_backfill_between_typed_dates_is_exactly_those_days(found: dict[str, Any]) -> None:
    starts = [start[:10] for start, _ in found["dags"]["backfill_daily"]["intervals"]]
    assert starts == ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14"]
    assert found["dags"]["backfill_daily"]["max_active_runs"] == 2


def test_a_backfill_weighs_less_than_a_live_run(found: dict[str, Any]) -> None:
    weights = {
        dag_id: {task["weight"] for task in found["dags"][dag_id]["tasks"].values()}
        for dag_id in ("ingest_daily", "backfill_daily")
    }
    assert max(weights["backfill_daily"]) < min(weights["ingest_daily"])


def test_a_backfill_asks_for_dates(found: dict[str, Any]) -> None:
    params = found["dags"]["backfill_daily"]["params"]
    assert {name: params[name].get("format") for name in ("since", "until")} == {"since": "date", "until": "date"}
    assert params["revisit"]["type"] == "boolean"


def test_load_announces_the_articles_of_its_source_and_their_days(found: dict[str, Any]) -> None:
    outlets = found["dags"]["ingest_daily"]["tasks"]["load"]["outlets"]
    assert outlets == ["mirrorwire://daily/articles", "mirrorwire://daily/days"]


def test_a_live_run_loads_the_feed_and_a_backfill_the_days_before_it(
    airflow: Probe, newsroom: Newsroom, rows: Rows
) -> None:
    # A manual run takes the interval before its logical date: the day before the newest here.
    live, past = airflow(LIVE, f"backfill_courier@{NEWSROOM_DAY}T00:00:00+00:00")
    assert (live["state"], past["state"]) == ("success", "success")
    assert live["labels"] and all(label.startswith("batch ") for label in live["labels"])
    assert loaded(rows) == keys(newsroom, 0, 1)


def test_a_poll_that_finds_nothing_new_is_two_tasks_and_one_that_left_something_is_not(
    airflow: Probe, newsroom: Newsroom, settings: Settings, rows: Rows
) -> None:
    later = LIVE.replace("T10:", "T11:")
    _, idle = airflow(LIVE, later)
    assert idle["state"] == "success"
    assert idle["tasks"] == {
        "discover": "success", "fetch": "skipped", "extract": "skipped", "load": "skipped", "check": "success",
    }  # fmt: skip
    one = "(SELECT max(capture_id) FROM extraction)"
    rows(f"UPDATE extraction SET loaded_at = NULL WHERE capture_id = {one} RETURNING 1")
    (again,) = airflow(later.replace("T11:", "T12:"))
    assert (again["state"], again["tasks"]["load"]) == ("success", "success")
    assert rows("SELECT 1 FROM extraction WHERE verdict = 'article' AND loaded_at IS NULL") == []


def test_typed_dates_win_over_the_interval_and_a_backfill_with_neither_fails(
    airflow: Probe, newsroom: Newsroom, rows: Rows
) -> None:
    since, until = (f"{NEWSROOM_DAY - timedelta(days=n)}" for n in (3, 1))
    dates = json.dumps({"since": since, "until": until})
    typed, nothing = airflow(f"backfill_courier@{NEWSROOM_DAY}T00:00:00+00:00?{dates}", "backfill_courier")
    assert (typed["state"], nothing["state"]) == ("success", "failed")
    assert nothing["tasks"]["discover"] == nothing["tasks"]["check"] == "failed"
    assert loaded(rows) == keys(newsroom, 2, 3)


def test_a_param_that_is_mistyped_fails_the_run_and_reads_no_other_day_instead(
    airflow: Probe, newsroom: Newsroom, rows: Rows
) -> None:
    (mistyped,) = airflow(f'backfill_courier@{NEWSROOM_DAY}T00:00:00+00:00?{{"sinse": "2026-11-17"}}')
    assert mistyped["state"] == mistyped["tasks"]["discover"] == mistyped["tasks"]["check"] == "failed"
    assert not loaded(rows)


def test_a_run_that_finds_every_host_down_fails_by_its_check(airflow: Probe, newsroom: Newsroom) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = "refuse"
    (down,) = airflow(LIVE)
    assert down["state"] == "failed"
    assert down["tasks"]["check"] == "failed"
    assert down["tasks"]["load"] == "skipped"


def test_a_step_that_fails_keeps_none_of_the_later_ones_from_running_and_check_alone_decides(
    airflow: Probe, newsroom: Newsroom, settings: Settings
) -> None:
    Path(settings.archive).write_text("a file where the archive's folder should be")
    (torn,) = airflow("ingest_courier@2026-11-21T10:00:00+00:00")
    assert torn["state"] == "failed"
    assert "failed" in (torn["tasks"]["discover"], torn["tasks"].get("fetch 0"))
    assert torn["tasks"]["load"] == "success"
    assert torn["tasks"]["check"] == "failed"


def test_sources_without_dags_of_their_own_are_polled_and_backfilled_by_two_dags_for_all(
    airflow: Probe, newsroom: Newsroom, settings: Settings, rows: Rows
) -> None:
    path = Path(settings.sources or "") / "courier.toml"
    path.write_text("dag = false\n" + path.read_text())
    day = NEWSROOM_DAY - timedelta(days=2)
    dates = {"source": "courier", "since": f"{day}", "until": f"{day + timedelta(days=1)}"}
    polled, idle, past, nameless, unknown = airflow(
        LIVE.replace("ingest_courier", "fleet"),
        LIVE.replace("ingest_courier", "fleet").replace("T10:", "T11:"),
        f"backfill?{json.dumps(dates)}",
        f"backfill?{json.dumps(dates | {'source': ''})}",
        f"backfill?{json.dumps(dates | {'source': 'nobody'})}",
    )
    assert (polled["state"], past["state"]) == ("success", "success")
    assert polled["tasks"] == {"due": "success", "poll 0": "success", "judge": "success"}
    assert idle["tasks"] == {"due": "success", "poll": "skipped", "judge": "skipped"}
    assert loaded(rows) == keys(newsroom, 0, 2)
    assert nameless["tasks"]["discover"] == unknown["tasks"]["discover"] == "failed"
    kinds = rows("SELECT kind, due_only FROM run ORDER BY run_id")
    assert kinds == [{"kind": "live", "due_only": True}, {"kind": "backfill", "due_only": False}]


@pytest.mark.slow
def test_the_archive_is_read_again_and_what_older_code_read_is_mended(
    airflow: Probe, newsroom: Newsroom, rows: Rows
) -> None:
    (live,) = airflow(LIVE)
    assert live["state"] == "success"
    titles = rows("SELECT article_key, title, version FROM articles ORDER BY 1")
    rows('UPDATE extraction SET fields = fields || \'{"title": "As older code read it"}\' RETURNING 1')
    rows("UPDATE article_version SET title = 'As older code read it' RETURNING 1")
    known, unknown = airflow('reprocess?{"source": "courier"}', 'reprocess?{"source": "nobody"}')
    assert known["state"] == "success"
    assert known["tasks"] == {"sources": "success", "read_again 0": "success"}
    assert rows("SELECT article_key, title, version FROM articles ORDER BY 1") == titles
    assert unknown["tasks"]["sources"] == "failed"


def test_a_dag_is_found_by_the_key_and_the_name_of_its_publisher(found: dict[str, Any]) -> None:
    for dag_id in ("ingest_daily", "backfill_daily"):
        assert found["dags"][dag_id]["display_name"].startswith("daily: ")
        assert found["dags"][dag_id]["display_name"].endswith(" (The Daily)")
        assert {"daily", "The Daily"} <= set(found["dags"][dag_id]["tags"])


def test_a_live_dag_takes_no_backfill(found: dict[str, Any]) -> None:
    assert "backfill" not in found["dags"]["ingest_daily"]["run_types"]
    assert {"manual", "scheduled"} <= set(found["dags"]["ingest_daily"]["run_types"])
    assert found["dags"]["backfill_daily"]["run_types"] is None


@pytest.mark.slow
def test_real_pages_become_articles_or_rejections_and_a_second_run_fetches_nothing(
    airflow: Probe, settings: Settings, rows: Rows, shared: Path
) -> None:
    manifest = shared / "corpora" / "news" / "gold.jsonl"
    pages = len(manifest.read_text(encoding="utf-8").splitlines())
    with Newsroom(manifest=manifest) as saved:
        assert settings.sources
        (settings.sources / "gold.toml").write_text(
            f'key = "gold"\nname = "Saved pages"\ntimezone = "UTC"\ndelay_s = 0\nallow_private = true\n'
            f'article_url = "/pages/(?P<id>[^/]+)\\\\.html"\n'
            f'[[hosts]]\nurl = "{saved.primary.origin}"\n[[seeds]]\nkind = "sitemap"\npath = "/sitemap.xml"\n'
        )
        counted = (
            "SELECT (SELECT count(*) FROM link) AS links, (SELECT count(*) FROM capture WHERE link_id IS NOT NULL)"
            " AS captures, (SELECT count(*) FROM article) AS articles, (SELECT count(*) FROM rejection) AS rejections"
        )
        stock = "SELECT article_key, version, title, text, fetched_at FROM articles ORDER BY article_key"
        (first,) = airflow("ingest_gold@2026-11-21T10:00:00+00:00")
        after_first, rows_first = rows(counted)[0], rows(stock)
        asked = [request for request in saved.primary.requests if request.path.startswith("/pages/")]
        saved.primary.requests.clear()
        (second,) = airflow("ingest_gold@2026-11-22T10:00:00+00:00")
        again = [request for request in saved.primary.requests if request.path.startswith("/pages/")]
    assert first["state"] == second["state"] == "success"
    assert (after_first["links"], after_first["captures"], len(asked)) == (pages, pages, pages)
    assert after_first["articles"] + after_first["rejections"] == pages
    assert all(row["verdict"] and row["evidence"] for row in rows("SELECT verdict, evidence FROM rejection"))
    assert not again
    assert (rows(counted)[0], rows(stock)) == (after_first, rows_first)
