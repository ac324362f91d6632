"""A child process of `mirrorwire.workers` that extracts, and tells in the evidence what each page cost."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from mirrorwire.core.records import Extraction, Verdict
from mirrorwire.workers.child import extract_or_verify, serve, warm_up
from mirrorwire.workers.messages import Chunk, Job

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def measured(job: Job, chunk: Chunk) -> Extraction | Verdict:
    """Return the extraction with `cpu_s`, and `peak_mb` of the whole process, in its verdict's evidence."""
    CLEAR.write_text("5")  # proc(5): the peak counts anew
    began = time.process_time()
    found = extract_or_verify(job, chunk)
    cost = {"cpu_s": time.process_time() - began}
    peak = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    cost["peak_mb"] = int(peak.split()[1]) / 1024
    assert isinstance(found, Extraction)  # noqa: S101 - nothing else is asked for
    return replace(found, verdict=replace(found.verdict, evidence={**found.verdict.evidence, **cost}))


if __name__ == "__main__":
    warm_up()
    serve(measured)
