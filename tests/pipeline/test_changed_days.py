"""Which days a run has changed, as those who wait for a day are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import steps
from tests.conftest import NEWSROOM_DAY
from tests.newsroom import Newsroom
from tests.support.ingest import ingest

Rows = Callable[..., list[dict[str, Any]]]


def test_the_days_of_what_a_run_loaded_and_none_for_a_run_that_loaded_nothing(
    settings: Settings, newsroom: Newsroom
) -> None:
    day = NEWSROOM_DAY - timedelta(days=2)
    window = {"since": f"{day}", "until": f"{NEWSROOM_DAY}"}
    first = ingest(settings, "courier", kind="backfill", **window)
    assert steps.changed_days(settings, first.run_id) == [day, day + timedelta(days=1)]
    again = ingest(settings, "courier", kind="backfill", **window)
    assert steps.changed_days(settings, again.run_id) == []


def test_a_day_is_that_of_the_url_else_of_publication_where_the_source_is(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    run = ingest(settings, "courier", live=True).run_id
    late = f"{NEWSROOM_DAY}T22:00:00+00:00"
    rows("UPDATE article_version SET published_at = %s RETURNING 1", late)
    rows("UPDATE source SET timezone = 'Asia/Tehran' RETURNING 1")
    assert steps.changed_days(settings, run) == [NEWSROOM_DAY]  # of the URL
    rows("UPDATE link SET day = NULL RETURNING 1")
    assert steps.changed_days(settings, run) == [NEWSROOM_DAY + timedelta(days=1)]
    rows("UPDATE article_version SET published_at = NULL RETURNING 1")
    assert steps.changed_days(settings, run) == []
