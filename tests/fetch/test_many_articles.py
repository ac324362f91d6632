"""Two hundred articles and hosts that fail: all are loaded once, in the time of a healthy run and a minute.

`pytest tests/fetch/test_many_articles.py --write-docs` writes what it measures into docs/faults.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from tests.conftest import ROOT
from tests.support.fault_many import ARTICLES, BEGIN, FAULTS, MOST_S, Fault, Measured, publish, publish_well, table
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
DOCUMENT = ROOT / "docs" / "faults.md"
SEEDS = {"sitemap": "/map.xml", "feed": "/rss.xml"}
FEW = ("seized in the middle of the run", "another article's page for every tenth")
"""Of the faults those that `make test` has too: a notice, and a page that is not the one that was asked for."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def mirror() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


class Measurements:
    """The rows of the table by their faults, and the seconds of the healthy run."""

    def __init__(self) -> None:
        self.healthy_s = 0.0
        self.lines: dict[str, str] = {}


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> Iterator[Measurements]:
    found = Measurements()
    yield found
    if request.config.getoption("--write-docs"):
        missing = [fault.name for fault in FAULTS if fault.name not in found.lines]
        assert not missing, f"the table is written whole or not at all; these did not run: {missing}"
        head = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[0]
        DOCUMENT.write_text(head + table(found.lines[fault.name] for fault in FAULTS), encoding="utf-8")


def loaded(rows: Rows) -> int:
    return int(rows("SELECT count(*) AS n FROM articles")[0]["n"])


def measure(fault: Fault, settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows) -> Measured:
    source_file(settings.home / "sources", daily, mirror, seeds=((fault.seed, SEEDS[fault.seed]),))
    publish(fault, daily, mirror)
    began = time.monotonic()
    done = [ingest(settings)]
    elapsed_s, counts = time.monotonic() - began, [loaded(rows)]
    if fault.mended:
        assert rows("SELECT state FROM link WHERE state NOT IN ('pending', 'captured')") == [], "nothing is given up"
        publish_well(fault, daily, mirror, *({"primary": daily, "mirror": mirror}[role] for role in fault.mended))
        rows("UPDATE link SET next_try_at = now() RETURNING 1")
        rows("UPDATE breaker SET probe_at = now() RETURNING 1")
        began = time.monotonic()
        done.append(ingest(settings))
        elapsed_s, counts = elapsed_s + time.monotonic() - began, [*counts, loaded(rows)]
    assert (done[-1].failures, done[-1].left) == ((), [])
    return Measured(
        fault=fault,
        loaded=tuple(counts),
        elapsed_s=elapsed_s,
        waited_s=rows("SELECT coalesce(sum(elapsed_s), 0)::float8 AS s FROM attempt WHERE outcome <> 'ok'")[0]["s"],
        asked={"primary": daily.paths(), "mirror": mirror.paths()},
        warnings=tuple(each.warnings for each in done),
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_all_articles_are_loaded_once_whatever_the_hosts_do(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows, measured: Measurements, fault: Fault
) -> None:
    found = all_are_loaded_once(fault, settings, daily, mirror, rows)
    if fault.name == "nothing":
        measured.healthy_s = found.elapsed_s
    if measured.healthy_s:
        assert found.elapsed_s <= len(found.loaded) * measured.healthy_s + MOST_S
        named = {daily.url: "primary", mirror.url: "mirror"}
        measured.lines[fault.name] = replace(found, healthy_s=measured.healthy_s).line(named)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in FEW], ids=lambda fault: fault.name)
def test_all_articles_are_loaded_once_from_the_other_host(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows, fault: Fault
) -> None:
    all_are_loaded_once(fault, settings, daily, mirror, rows)


def all_are_loaded_once(fault: Fault, settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows) -> Measured:
    found = measure(fault, settings, daily, mirror, rows)
    assert (found.loaded[0], found.loaded[-1]) == (fault.first, ARTICLES)
    right = (
        "count(*) AS n, count(DISTINCT article_key) AS keys, count(DISTINCT title) AS titles, max(version) AS version"
    )
    assert rows(f"SELECT {right} FROM articles WHERE title = 'Story number ' || split_part(article_key, ':', 2)") == [
        {"n": ARTICLES, "keys": ARTICLES, "titles": ARTICLES, "version": 1}
    ]
    assert len(found.asked["primary"]) <= fault.most_primary
    assert len(found.asked["mirror"]) <= fault.most_mirror
    served = rows("SELECT count(*) AS n FROM capture WHERE chosen AND link_id IS NOT NULL")
    assert served == [{"n": ARTICLES}], "no page is taken twice"
    assert fault.warned in "\n".join(found.warnings[0])
    if fault.name == "nothing":
        assert mirror.asked == [], "with both healthy nobody asks the mirror, not even for robots.txt"
    if fault.mixed:
        said = rows("SELECT verdict, detail FROM attempt WHERE outcome = 'not_it'")
        assert len(said) == len(found.pages("mirror")) == ARTICLES // 10 - 1, "each is said"
        assert {row["verdict"] for row in said} == {"suspect"} and all("suspect, " in row["detail"] for row in said)
    assert found.waited_s <= MOST_S
    return found


def test_the_document_has_every_row(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-docs"):
        pytest.skip("it is being written")
    part = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2]
    assert [line.split(" | ")[0].removeprefix("| ") for line in part.splitlines() if line.startswith("| ")][1:] == [
        fault.name for fault in FAULTS
    ]
