"""Extraction beside its rivals: quality and CPU time a page, in one run, on real pages with gold answers.

    python -m benchmarks.extraction GOLD.jsonl SCORER.py [--rounds 3] [--only NAMES] [--write docs/extraction.md]

GOLD is the scorer's gold file, its rows with `id, url, file` (relative to it, gzip or plain) and `publisher`; SCORER is
called as `SCORER GOLD PREDICTIONS --json`. The rivals are extras: `pip install -e '.[bench]'`; one that is not there is
left out and named. Every page goes through every system before the next page does, so that a noisy machine is noisy
for all; CPU time is this process's own, the median of the rounds. The last section counts whole commands, their
start-up and child processes included.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.systems import BASELINE, OURS, SYSTEMS, GoldPage, Row, System
from mirrorwire.workers import Job, Workers

MEASURES = ("body_f1", "body_precision", "body_recall", "title", "date_day", "instant", "authors")
STEADY_PAGES = 1_000
"""Pages that one and two processes are compared on, without their start-up."""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="rivals to run, parted by commas (none: only the baseline)")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    for path in (args.gold, args.scorer):
        if not path.is_file():
            parser.error(f"{path}: no such file (the real pages are not part of this repository)")
    wanted = {OURS, BASELINE, *filter(None, args.only.split(","))} if args.only is not None else set(SYSTEMS)
    lines = list(_report(read_pages(args.gold), args.scorer, args.rounds, wanted))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_pages(gold: Path) -> list[GoldPage]:
    """Return the pages that a gold file lists, with their answers."""
    found = []
    for line in gold.read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        body = (gold.parent / row["file"]).read_bytes()
        when = datetime.fromisoformat(row["fetched_at"]) if row.get("fetched_at") else None
        found.append(
            GoldPage(
                id=row["id"],
                url=row["url"],
                body=gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body,
                fetched_at=when.replace(tzinfo=when.tzinfo or UTC) if when else None,
                gold=row,
            )
        )
    return found


def _report(pages: list[GoldPage], scorer: Path, rounds: int, wanted: set[str]) -> Iterator[str]:
    """Yield the report's lines, printing each as it comes."""

    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    systems = {name: run for name, run in SYSTEMS.items() if name in wanted and (name == OURS or _version(name))}
    predictions, cpu = _run(systems, pages, rounds)
    publishers = len({page.gold.get("publisher") for page in pages})
    yield say("# Extraction, measured")
    yield say()
    versions = ", ".join(f"{name} {_version(name) or 'of this checkout'}" for name in systems)
    yield say(
        f"{len(pages)} real article pages of {publishers} publishers, read by `python -m benchmarks.extraction`. "
        f"Python {sys.version.split()[0]}; {versions}."
    )
    if missing := [name for name in sorted(wanted) if name not in systems]:
        yield say(f"Not installed, left out: {', '.join(missing)}.")
    yield say()
    yield say("## Beside others")
    yield say()
    yield say(row("system", "answered", *MEASURES, "CPU ms a page", "p95", f"of {BASELINE}'s", "p95"))
    yield say(row(*["---"] * (len(MEASURES) + 6)))
    base = _times(cpu[BASELINE])
    for name in systems:
        found, times = score(pages, predictions[name], scorer), _times(cpu[name])
        ratios = (f"{ours / theirs:.2f}" for ours, theirs in zip(times, base, strict=True))
        shares = (share(found.get(each)) for each in MEASURES)
        yield say(row(name, str(found["answered"]), *shares, *(f"{t:.1f}" for t in times), *ratios))
    yield say()
    yield say("## Publishers whose pages the rules were tuned on, and the others")
    yield say()
    yield say(row("system", "half", "pages", *MEASURES))
    yield say(row(*["---"] * (len(MEASURES) + 3)))
    for name in systems:
        for half in ("tuned", "held out"):
            part = [page for page in pages if page.half == half]
            found = score(part, predictions[name], scorer)
            yield say(row(name, half, str(len(part)), *(share(found.get(each)) for each in MEASURES)))
    yield say()
    kinds = Counter(row.get("verdict") for row in predictions[OURS].values())
    yield say(f"Verdicts: {', '.join(f'{n} {kind}' for kind, n in kinds.most_common())}.")
    yield say()
    yield say("## Whole commands and processes")
    yield say()
    for line in (*_command(pages), *_scaling(pages, rounds)):
        yield say(line)


def _run(
    systems: Mapping[str, System], pages: list[GoldPage], rounds: int
) -> tuple[dict[str, dict[str, Row]], dict[str, dict[str, list[float]]]]:
    """Return each system's answers by page id, and its CPU seconds a page and round."""
    answers: dict[str, dict[str, Row]] = {name: {} for name in systems}
    cpu: dict[str, dict[str, list[float]]] = {name: {page.id: [] for page in pages} for name in systems}
    for run in systems.values():  # imports, compiled patterns, caches: nobody's first page pays for them
        run(pages[0])
    gc.freeze()
    for _ in range(rounds):
        for page in pages:
            for name, run in systems.items():
                gc.collect()
                started = time.process_time()
                try:
                    answers[name][page.id] = run(page)
                except Exception as error:
                    reason = " ".join(str(error).split())[:120]
                    print(f"{name}, {page.id}: {type(error).__name__}: {reason}", file=sys.stderr)
                    answers[name][page.id] = {}
                cpu[name][page.id].append(time.process_time() - started)
    return answers, cpu


def _times(cpu: Mapping[str, list[float]]) -> tuple[float, float]:
    """Mean and 95th percentile over pages, in ms, of the median over rounds."""
    medians = sorted(1000 * statistics.median(rounds) for rounds in cpu.values())
    return statistics.mean(medians), medians[min(len(medians) - 1, int(len(medians) * 0.95))]


def score(pages: list[GoldPage], answers: Mapping[str, Row], scorer: Path) -> dict[str, float]:
    """Return what the scorer says of answers, by page id."""
    with tempfile.TemporaryDirectory() as folder:
        gold, predicted = Path(folder) / "gold", Path(folder) / "predicted"
        gold.write_text("\n".join(json.dumps(page.gold) for page in pages), encoding="utf-8")
        predicted.write_text(
            "\n".join(json.dumps({"id": page.id, **answers[page.id]}) for page in pages), encoding="utf-8"
        )
        words = [sys.executable, str(scorer), str(gold), str(predicted), "--json"]
        found: dict[str, float] = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        return found


def _command(pages: list[GoldPage]) -> list[str]:
    """CPU seconds of `mirrorwire extract --manifest`, its child processes and its start-up counted."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "manifest.jsonl"
        rows = []
        for n, page in enumerate(pages):
            (Path(folder) / f"{n}.html").write_bytes(page.body)
            rows.append(json.dumps({"id": page.id, "file": f"{n}.html", "url": page.url}))
        manifest.write_text("\n".join(rows), encoding="utf-8")
        before, started = _children_s(), time.perf_counter()
        words = [sys.executable, "-m", "mirrorwire.cli", "extract", "--manifest", str(manifest)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        done = subprocess.run(words, capture_output=True, check=True, env=environment)
        elapsed_s, cpu_s = time.perf_counter() - started, _children_s() - before
    answered = len(done.stdout.splitlines())
    return [
        f"`mirrorwire extract --manifest` of {answered} pages: {elapsed_s:.1f} s, {cpu_s:.1f} s of CPU over all "
        f"processes, start-up included: {1000 * cpu_s / answered:.0f} ms a page.",
    ]


def _scaling(pages: list[GoldPage], rounds: int) -> list[str]:
    """Pages a second of one and two processes, start-up left out, in turns."""
    jobs = [
        Job(url=page.url, body=page.body, content_type=None, fetched_at=page.fetched_at)
        for page in (pages * (STEADY_PAGES // len(pages) + 1))[:STEADY_PAGES]
    ]
    took_s: dict[int, list[float]] = {1: [], 2: []}
    with Workers(1) as one, Workers(2) as two:
        for pool in (one, two):
            list(pool.extract(jobs[:32], source=None))
        for _ in range(rounds):
            for n, pool in ((1, one), (2, two)):
                started = time.perf_counter()
                if sum(1 for _ in pool.extract(jobs, source=None)) != len(jobs):
                    raise RuntimeError("pages were lost")
                took_s[n].append(time.perf_counter() - started)
    ratio = statistics.median(a / b for a, b in zip(took_s[1], took_s[2], strict=True))
    return [
        f"Two processes are {ratio:.2f} times as fast as one, over {len(jobs)} pages ({os.cpu_count()} processors): "
        f"{len(jobs) / min(took_s[1]):.0f} and {len(jobs) / min(took_s[2]):.0f} pages a second.",
    ]


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def share(value: float | None) -> str:
    """Return a share with three digits, nothing for none."""
    return "" if value is None else f"{value:.3f}"


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
