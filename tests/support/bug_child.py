"""A child process of `mirrorwire.workers` in which one function raises on marked pages: what a bug of ours looks like.

`TARGET` in the environment names it: `verify,extract:mirrorwire.extract.text.text_of` raises in both of these tasks.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from mirrorwire.core.records import Extraction, Verdict
from mirrorwire.workers.child import extract_or_verify, serve, warm_up
from mirrorwire.workers.messages import Chunk, Job

TARGET = "MIRRORWIRE_TEST_BUG"
MARK = b"<!-- meets a bug of ours -->"


class Injected(RuntimeError):
    """What the function raises."""


def sabotage(name: str, meets: Callable[[], bool]) -> Callable[[], None]:
    """Have the function of this name, wherever it was imported to, raise while `meets()`; returns what undoes it."""
    module, _, attribute = name.rpartition(".")
    original = getattr(importlib.import_module(module), attribute)

    @functools.wraps(original)
    def raising(*words: Any, **named: Any) -> Any:
        if meets():
            raise Injected(f"in {attribute}")
        return original(*words, **named)

    places = [
        (holder, key)
        for holder in list(sys.modules.values())
        if getattr(holder, "__name__", "").startswith("mirrorwire.")
        for key, value in list(vars(holder).items())
        if value is original
    ]
    for holder, key in places:
        setattr(holder, key, raising)

    def undo() -> None:
        for holder, key in places:
            setattr(holder, key, original)

    return undo


if __name__ == "__main__":
    tasks, _, function = os.environ[TARGET].partition(":")
    state = {"meets": False}
    warm_up()
    sabotage(function, lambda: state["meets"])

    def work(job: Job, chunk: Chunk) -> Extraction | Verdict:
        state["meets"] = MARK in job.body and chunk.task in tasks.split(",")
        return extract_or_verify(job, chunk)

    serve(work)
