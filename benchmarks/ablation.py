"""How much extraction loses when real pages lose what it reads: beside trafilatura, on the same pages, in one run.

    python -m benchmarks.ablation GOLD.jsonl [GOLD.jsonl ...] SCORER.py [--limit N] [--write docs/ablation.md]

GOLD and SCORER as for `benchmarks.extraction`; what is taken away, and how, is in `benchmarks.ablations`. It stands for
publishers whose pages nobody has tuned on: a rule that reads one publisher's class names falls with the names.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.ablations import ABLATIONS, ablated
from benchmarks.gold import read_pages, row, score, set_name, share, table_head
from benchmarks.page_times import answer
from benchmarks.systems import BASELINE, OURS, SYSTEMS, GoldPage

MEASURES = ("body_f1", "body_precision", "body_recall", "title", "date_day", "instant", "authors")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--limit", type=int, help="pages of each set, to try it out")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = []
    for line in _report(args.gold, args.scorer, args.limit):
        print(line, flush=True)
        lines.append(line)
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(golds: Sequence[Path], scorer: Path, limit: int | None) -> Iterator[str]:
    yield "# Extraction from pages that lack something, measured"
    yield ""
    yield (
        f"Real article pages with something taken away, written by `python -m benchmarks.ablation`: {OURS}, and in "
        f"brackets {BASELINE}'s `bare_extraction(with_metadata=True)` on the same pages."
    )
    for gold in golds:
        pages = read_pages(gold, limit)
        yield ""
        yield f"## {set_name(gold)}: {len(pages)} pages"
        yield ""
        yield from _of_set(pages, scorer)


def _of_set(pages: Sequence[GoldPage], scorer: Path) -> Iterator[str]:
    yield from table_head("taken away", *MEASURES, "article", "suspect", "rejected")
    for name, steps in ABLATIONS.items():
        changed = [replace(page, body=ablated(page.body, steps)) for page in pages]
        ours = {page.id: answer(OURS, SYSTEMS[OURS], page) for page in changed}
        theirs = {page.id: answer(BASELINE, SYSTEMS[BASELINE], page) for page in changed}
        figures, beside = score(pages, ours, scorer), score(pages, theirs, scorer)
        kinds = [of_page.get("verdict") for of_page in ours.values()]
        counts = [kinds.count("article"), kinds.count("suspect")]
        cells = (f"{share(figures.get(measure))} ({share(beside.get(measure))})" for measure in MEASURES)
        yield row(name, *cells, *map(str, (*counts, len(kinds) - sum(counts))))


if __name__ == "__main__":
    main()
