"""Every page through every system, in turns: what each answers, and its CPU time."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from trafilatura.meta import reset_caches

from benchmarks.systems import GoldPage, Row, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """By system: the answers by page id, and the CPU seconds of each round by page id."""

    answers: dict[str, dict[str, Row]]
    cpu_s: dict[str, dict[str, list[float]]]


def measure(systems: Mapping[str, System], pages: list[GoldPage], rounds: int) -> Measured:
    """Return what systems make of pages. A system that raises has an empty answer, and stderr tells.

    In a run no page comes twice, and trafilatura remembers lines and dates for all who call it. So its caches are
    emptied before each round, and the systems take turns at being the first to read a page.
    """
    answers: dict[str, dict[str, Row]] = {name: {} for name in systems}
    cpu_s: dict[str, dict[str, list[float]]] = {name: {page.id: [] for page in pages} for name in systems}
    for name, system in systems.items():  # imports, compiled patterns, caches: nobody's first page pays for them
        answer(name, system, pages[0])
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        reset_caches()
        for turn, page in enumerate(pages):
            for name, system in _from(turn, systems):
                gc.collect()
                started = time.process_time()
                answers[name][page.id] = answer(name, system, page)
                cpu_s[name][page.id].append(time.process_time() - started)
    gc.unfreeze()
    return Measured(answers=answers, cpu_s=cpu_s)


def _from(turn: int, systems: Mapping[str, System]) -> list[tuple[str, System]]:
    """The systems in their order, another one first at each turn."""
    order = list(systems.items())
    first = turn % len(order)
    return order[first:] + order[:first]


def answer(name: str, system: System, page: GoldPage) -> Row:
    """Return what a system says of a page, nothing where it raises: a page that it cannot read."""
    try:
        return system(page)
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        print(f"{name}, {page.id}: {type(error).__name__}: {reason}", file=sys.stderr)
        return {}


def mean_and_p95_ms(cpu_s: Mapping[str, list[float]]) -> tuple[float, float]:
    """Return the mean and the 95th percentile over pages, in ms, of the median over rounds."""
    medians = sorted(1000 * statistics.median(rounds) for rounds in cpu_s.values())
    return statistics.mean(medians), medians[min(len(medians) - 1, int(len(medians) * 0.95))]
