"""`/metrics`: what monitors ask for, in the text format of Prometheus.

The database is the only memory: each answer is read from it, so that it does not matter which process ran what. What
is counted is counted over the last day, and is a gauge. Labels are bounded: of more than `MOST_SOURCES` sources those
that fail, then those that gave most, have labels of their own, and the others are summed as `(others)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from time import perf_counter

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from mirrorwire.store import metrics
from mirrorwire.store.metrics import Row
from mirrorwire.web.page_request import NotAllowed, PageRequest

MOST_SOURCES = 200
OTHERS = "(others)"
"""No key of a source has parentheses."""
DAY = timedelta(days=1)
HOURS = (1, 6, 24, 168)
QUEUES = ("fetch", "extract", "dedupe", "load")


def answer(request: Request, page_request: PageRequest) -> Response:
    """Return all metrics, in the format that the request accepts; raises `NotAllowed` for who may not read all."""
    if not page_request.user.reads_all():
        raise NotAllowed("metrics are of all sources, and you may not read each of them")
    registry = CollectorRegistry()
    registry.register(_Measured(measure(page_request, MOST_SOURCES)))
    encoder, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encoder(registry), headers={"Content-Type": content_type})


class _Measured(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def measure(page_request: PageRequest, most_sources: int) -> list[Metric]:
    """Return the metrics of all sources, with labels for so many of them."""
    began = perf_counter()
    conn, since = page_request.conn, page_request.now - DAY
    rows = metrics.sources(conn, since)
    labels = _labels(rows, most_sources)
    families = [
        *_of_sources(rows, labels),
        *_of_queues(metrics.queues(conn), labels),
        _of_hosts(metrics.hosts(conn), labels),
        _of_requests(metrics.requests(conn, since), labels),
        *_of_steps(metrics.steps(conn, since), labels),
        _found_within(rows, page_request.now),
        GaugeMetricFamily("mirrorwire_sources", "Sources that were ever read.", value=len(rows)),
        GaugeMetricFamily(
            "mirrorwire_database_bytes", "Disk that the database takes.", value=metrics.database_bytes(conn)
        ),
    ]
    took_s = perf_counter() - began
    families.append(GaugeMetricFamily("mirrorwire_metrics_seconds", "How long these metrics took.", value=took_s))
    return families


def _labels(rows: list[Row], most: int) -> dict[str, str]:
    """The label of each source: its key, or that of the others."""
    ranked = sorted(rows, key=lambda row: (-row["runs_failed"], -row["articles"], row["source"]))
    own = {row["source"] for row in ranked[:most]}
    return {row["source"]: row["source"] if row["source"] in own else OTHERS for row in rows}


def _of_sources(rows: list[Row], labels: dict[str, str]) -> list[Metric]:
    found = GaugeMetricFamily(
        "mirrorwire_source_last_found_timestamp_seconds",
        "When an article of the source was last found for the first time; none for the others.",
        labels=["source"],
    )
    ended = GaugeMetricFamily(
        "mirrorwire_source_last_run_timestamp_seconds",
        "When a run of the source last ended; none for the others.",
        labels=["source"],
    )
    for row in rows:
        if labels[row["source"]] == OTHERS:
            continue  # neither the newest nor the oldest time of many sources tells anything
        if row["newest_seen_at"]:
            found.add_metric([row["source"]], row["newest_seen_at"].timestamp())
        if row["run_ended_at"]:
            ended.add_metric([row["source"]], row["run_ended_at"].timestamp())
    return [
        found,
        ended,
        _summed("mirrorwire_source_articles_last_day", "Articles found in the last day.", rows, labels, "articles"),
        _summed(
            "mirrorwire_source_rejections_last_day",
            "Pages of the last day that were no article, or only probably one.",
            rows,
            labels,
            "rejections",
        ),
        _summed(
            "mirrorwire_source_runs_failed",
            "Live runs that failed since one did not, at most 50 a source.",
            rows,
            labels,
            "runs_failed",
        ),
    ]


def _of_queues(rows: list[Row], labels: dict[str, str]) -> list[Metric]:
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        for step in QUEUES:
            sums[labels.get(row["source"], OTHERS), step] += row[step]
    queue = _family("mirrorwire_queue", "Links or pages that wait for a step.", ["source", "step"], sums)
    given_up = "Links that no host served, given up."
    return [queue, _summed("mirrorwire_links_given_up", given_up, rows, labels, "given_up")]


def _of_hosts(rows: list[Row], labels: dict[str, str]) -> Metric:
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        sums[labels.get(row["source"], OTHERS), row["state"].replace(" ", "_")] += row["hosts"]
    says = (
        "Hosts by the state of their breakers; open: not page_request, half-open: on trial; ruled_: said by a person."
    )
    return _family("mirrorwire_hosts", says, ["source", "state"], sums)


def _of_requests(rows: list[Row], labels: dict[str, str]) -> Metric:
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        sums[labels.get(row["source"], OTHERS), row["outcome"]] += row["requests"]
    says = "Requests of the last day by how they ended."
    return _family("mirrorwire_requests_last_day", says, ["source", "outcome"], sums)


def _of_steps(rows: list[Row], labels: dict[str, str]) -> list[Metric]:
    ended: dict[tuple[str, ...], float] = defaultdict(float)
    seconds: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        of_step = labels.get(row["source"], OTHERS), row["step"]
        ended[of_step] += row["ended"]
        seconds[of_step] += row["seconds"]
    names = ["source", "step"]
    return [
        _family("mirrorwire_steps_last_day", "Steps that ended, of runs begun in the last day.", names, ended),
        _family("mirrorwire_step_seconds_last_day", "Seconds that these steps took in all.", names, seconds),
    ]


def _found_within(rows: list[Row], now: datetime) -> Metric:
    """Sources by how fresh they are: of thousands, this tells more than a line each."""
    family = GaugeMetricFamily(
        "mirrorwire_sources_found_lately", "Sources that gave an article within so many hours.", labels=["hours"]
    )
    for hours in HOURS:
        since = now - timedelta(hours=hours)
        fresh = [row for row in rows if row["newest_seen_at"] and row["newest_seen_at"] > since]
        family.add_metric([str(hours)], len(fresh))
    return family


def _summed(name: str, says: str, rows: list[Row], labels: dict[str, str], column: str) -> Metric:
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        sums[(labels.get(row["source"], OTHERS),)] += row[column]
    return _family(name, says, ["source"], sums)


def _family(name: str, says: str, labels: list[str], sums: dict[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=labels)
    for values, value in sorted(sums.items()):
        family.add_metric(list(values), value)
    return family
