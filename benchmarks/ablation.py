"""How much extraction loses when real pages lose what it reads: beside trafilatura, on the same pages, in one run.

    python -m benchmarks.ablation GOLD.jsonl SCORER.py [--write docs/ablation.md]

GOLD and SCORER as for `benchmarks.extraction`; what is taken away, and how, is in `benchmarks.ablations`. It stands for
publishers whose pages nobody has tuned on: a rule that reads one publisher's class names falls with the names.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.ablations import ABLATIONS, ablated
from benchmarks.extraction import read_pages, row, score, share
from benchmarks.systems import BASELINE, OURS, SYSTEMS, GoldPage, Row, System

MEASURES = ("body_f1", "body_precision", "body_recall", "title", "date_day", "instant", "authors")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = []
    for line in _report(read_pages(args.gold), args.scorer):
        print(line, flush=True)
        lines.append(line)
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(pages: list[GoldPage], scorer: Path) -> Iterator[str]:
    yield "# Extraction from pages that lack something, measured"
    yield ""
    yield (
        f"{len(pages)} real article pages with something taken away, written by `python -m benchmarks.ablation`: "
        f"{OURS}, and in brackets {BASELINE}'s `bare_extraction(with_metadata=True)` on the same pages."
    )
    yield ""
    yield row("taken away", *MEASURES, "article", "suspect", "rejected")
    yield row(*["---"] * (len(MEASURES) + 4))
    for name, steps in ABLATIONS.items():
        changed = [replace(page, body=ablated(page.body, steps)) for page in pages]
        ours, theirs = ({page.id: _answer(SYSTEMS[system], page) for page in changed} for system in (OURS, BASELINE))
        found, beside = score(pages, ours, scorer), score(pages, theirs, scorer)
        kinds = [answer.get("verdict") for answer in ours.values()]
        counts = [kinds.count("article"), kinds.count("suspect")]
        cells = (f"{share(found.get(each))} ({share(beside.get(each))})" for each in MEASURES)
        yield row(name, *cells, *map(str, (*counts, len(kinds) - sum(counts))))


def _answer(system: System, page: GoldPage) -> Row:
    try:
        return system(page)
    except Exception:  # a page that one cannot read is an empty answer
        return {}


if __name__ == "__main__":
    main()
