"""Which sources have DAGs of their own in Airflow, and which are polled together, as the fleet."""

from __future__ import annotations

from collections.abc import Iterable

from mirrorwire.core.config import Settings, SourceFile, source_files
from mirrorwire.core.records import Source

MAX_OWN_DAGS = 50
"""While there are no more sources, each has DAGs of its own; Airflow's lists grow slow and long with them."""


def split_sources(settings: Settings) -> tuple[list[Source], list[Source]]:
    """Return the sources that have DAGs of their own, and those of the fleet, both by key; see `split`."""
    return split(source_files(settings))


def split(files: Iterable[SourceFile]) -> tuple[list[Source], list[Source]]:
    """Return the sources of all source files that have DAGs of their own, and those of the fleet, in their order. Pure.

    A file's `dag` decides; where it says nothing, the number of all that are not kept out by `dag = false`. Broken
    files are in neither.
    """
    sources = [file.source for file in files if file.source is not None]
    are_few = sum(source.dag is not False for source in sources) <= MAX_OWN_DAGS
    own: list[Source] = []
    fleet: list[Source] = []
    for source in sources:
        has_dag = are_few if source.dag is None else source.dag
        (own if has_dag else fleet).append(source)
    return own, fleet
