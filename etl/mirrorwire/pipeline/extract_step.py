"""The steps that read stored pages: extract, and learn, which has pages read again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime

from mirrorwire.core.config import Settings
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.pipeline.discover_step import batch_size
from mirrorwire.pipeline.extract_batch import ExtractionContext, read_batch
from mirrorwire.pipeline.step_work import StepWork, Tick, silent, step_work
from mirrorwire.store import boilerplate, extractions
from mirrorwire.workers import Workers

OTHERS_S, OTHERS_LOOK_S = 120.0, 0.3
"""How long, and how often, it is looked whether another run has read its pages again."""
READ_SIZE = 1000
"""Pages that learn has read again at a time."""


def extract(
    settings: Settings,
    run_id: int,
    batch: int,
    *,
    now: datetime,
    tick: Tick = silent,
    workers: Workers | None = None,
) -> dict[str, int]:
    """Extract stored pages that this extractor has not read, whichever run fetched them; return their verdicts.

    Pages that were read as they were fetched are not among them, unless the source's rules have changed since.
    """
    with step_work(settings, run_id, "extract", batch) as work:
        size = batch_size(work.source) * 4
        with _extraction_context(settings, work, "extract", now, workers) as context:
            work.add(**read_batch(context, size, tick))
        return work.counts


def learn(
    settings: Settings, run_id: int, *, now: datetime, tick: Tick = silent, workers: Workers | None = None
) -> dict[str, int]:
    """Learn boilerplate from what is extracted, and read again at once what that changes, loaded or not.

    Returns blocks `dropped` and `restored` (held by texts again), pages `read_again`. Nothing is placed or loaded that
    was not counted here. Pages that another run is reading again are waited for: no load takes them before, and that
    run's takes those of its own window.
    """
    with step_work(settings, run_id, "learn") as work:
        learned = boilerplate.learn(work.conn, work.run.source)
        work.add(dropped=learned.dropped, restored=learned.restored, read_again=0)
        with _extraction_context(settings, work, "learn", now, workers) as context:
            deadline = time.monotonic() + OTHERS_S
            held = extractions.count_learned_held(work.conn, work.run)
            while True:
                while read := read_batch(context, READ_SIZE, tick, only_learned=True):
                    work.add(read_again=read.total())
                # Another run that died since the batch was claimed has left pages: they are read in one more turn.
                held_before, held = held, extractions.count_learned_held(work.conn, work.run)
                if not (held_before or held) or time.monotonic() > deadline:
                    return work.counts
                if held:
                    time.sleep(OTHERS_LOOK_S)


@contextmanager
def _extraction_context(
    settings: Settings, work: StepWork, step: str, now: datetime, workers: Workers | None
) -> Iterator[ExtractionContext]:
    with nullcontext(workers) if workers else Workers(settings.processes) as pool:  # which start with the first page
        yield ExtractionContext(
            conn=work.conn,
            workers=pool,
            run=work.run,
            source=work.source,
            archive=settings.archive,
            spool=settings.spool,
            extractor_version=EXTRACTOR_VERSION,
            step=step,
            now=now,
        )
