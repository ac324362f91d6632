"""Whom a failed run tells: `MIRRORWIRE_ON_FAILURE=module:name`, a notifier or function of whoever runs the Airflow."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable
from typing import Any

from mirrorwire.core.errors import RunFailed
from mirrorwire.core.visible import visible

log = logging.getLogger(__name__)
Context = Any  # Airflow's own is a TypedDict, which takes no keys of ours


def on_failure(source_key: str | None) -> Callable[[Context], None]:
    """Return the `on_failure_callback` of a source's `check`, or of that whose source the run's params name.

    What it calls is read when a run fails, not before.

    That gets Airflow's context, and in it `mirrorwire`: `source`, `run` (None where none was opened), `reasons`.
    """

    def tell(context: Context) -> None:
        name = os.environ.get("MIRRORWIRE_ON_FAILURE")
        if not name:
            return
        try:
            notifier = named_object(name)
        except (ImportError, AttributeError, ValueError) as error:
            log.error("MIRRORWIRE_ON_FAILURE=%s: %s. Nobody was notified of this failure", name, error)
            return
        context["mirrorwire"] = {"source": source_key or context["params"].get("source"), **failure(context)}
        notifier(context)

    return tell


def named_object(name: str) -> Callable[[Context], Any]:
    """Return what `module:name` names; a class is called without arguments for a notifier.

    Raises `ValueError` for a name of another shape or an object that cannot be called, `ImportError` and
    `AttributeError` where there is none.
    """
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise ValueError("it must be written module:name, as in alerts:slack")
    notifier = getattr(importlib.import_module(module), attribute)
    if isinstance(notifier, type):
        notifier = notifier()
    if not callable(notifier):
        raise ValueError("it is no notifier or function")
    return notifier  # type: ignore[no-any-return]


def failure(context: Context) -> dict[str, Any]:
    """Return the number of the run that failed and why, as `check` says it: a line a reason, in order."""
    error = context.get("exception")
    reasons = error.reasons if isinstance(error, RunFailed) else [str(error or "the task check did not end by itself")]
    run = context["ti"].xcom_pull(task_ids="discover", key="run")
    return {"run": run, "reasons": [visible(reason) for reason in reasons]}
