"""The steps of a run. Each takes what is missing, so any of them can be killed and begun again: the same rows.

`open_run >> discover >> fetch (batches) >> extract (batches) >> learn >> dedupe >> load >> check`: Airflow's tasks and
the command line call the same functions. A run that finds nothing to do ends after `discover`, with `check`. Every step
is noted in the ledger, from which `check` judges the run. A run that reads the archive again begins with `reprocess`,
which is its step `extract`, and goes on with `learn`.

A step is imported when it is first asked for: a task of Airflow's is a process of its own, and needs one or two.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mirrorwire.pipeline.check_step import check, judge
    from mirrorwire.pipeline.discover_step import batch_size, discover, open_run
    from mirrorwire.pipeline.extract_step import extract, learn
    from mirrorwire.pipeline.fetch_step import fetch
    from mirrorwire.pipeline.load_step import changed_days, dedupe, learn_dedupe_load, load
    from mirrorwire.pipeline.reprocess_step import reprocess
    from mirrorwire.pipeline.step_work import prepare

__all__ = [
    "batch_size",
    "changed_days",
    "check",
    "dedupe",
    "discover",
    "extract",
    "fetch",
    "judge",
    "learn",
    "learn_dedupe_load",
    "load",
    "open_run",
    "prepare",
    "reprocess",
]
_MODULES = {
    "discover_step": ("open_run", "discover", "batch_size"),
    "fetch_step": ("fetch",),
    "extract_step": ("extract", "learn"),
    "load_step": ("dedupe", "load", "learn_dedupe_load", "changed_days"),
    "check_step": ("check", "judge"),
    "reprocess_step": ("reprocess",),
    "step_work": ("prepare",),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"mirrorwire.pipeline.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
