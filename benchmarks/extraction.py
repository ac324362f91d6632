"""Extraction beside its rivals: quality and CPU time a page, in one run, on real pages with gold answers.

    python -m benchmarks.extraction GOLD.jsonl [GOLD.jsonl ...] SCORER.py [--rounds 3] [--limit N] [--only NAMES]
                                    [--write docs/extraction.md]

Each GOLD is a set: a gold file of the scorer's, in a folder of the set's name, its rows with `id, url, file` (relative
to it, gzip or plain). A set whose rows have a `page_type` other than `article` is one of pages that are no articles.
SCORER is called as `SCORER GOLD PREDICTIONS --json`. The rivals are extras: `pip install -e '.[bench]'`; one that is
not there is left out and named. Every page goes through every system before the next page does, each in turn the first,
so that a noisy machine is noisy for all; CPU time is this process's own, the median of the rounds, and no system
remembers a page from the round before. The last section counts whole commands over
the first set's pages, their start-up and child processes included.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.gold import read_pages, row, score, set_name, share, table_head
from benchmarks.page_times import Measured, mean_and_p95_ms, measure
from benchmarks.systems import BASELINE, OURS, SYSTEMS, GoldPage, Row
from benchmarks.whole_commands import command_line, scaling_line

COLUMNS = {
    "body_f1": "body F1",
    "body_precision": "precision",
    "body_recall": "recall",
    "cut": "cut off",
    "other_text": "other text",
    "snippets_f1": "snippets F1",
    "title": "title",
    "date_day": "day",
    "instant": "instant",
    "authors": "authors",
    "rejected": "rejected",
    "suspect": "suspect",
}
"""The scorer's measures that are shown where a set has gold for them, and their names in tables."""
MIN_LANGUAGE_PAGES = 5
"""Languages of fewer pages share a row."""
OTHER_LANGUAGES = "others"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, help="pages of each set, to try it out")
    parser.add_argument("--only", help="rivals to run, parted by commas (none: only the baseline)")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    for path in (*args.gold, args.scorer):
        if not path.is_file():
            parser.error(f"{path}: no such file (the real pages are not part of this repository)")
    wanted = {OURS, BASELINE, *filter(None, args.only.split(","))} if args.only is not None else set(SYSTEMS)
    lines = []
    for line in _report(args.gold, args.scorer, args.rounds, args.limit, wanted):
        print(line, flush=True)
        lines.append(line)
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(golds: Sequence[Path], scorer: Path, rounds: int, limit: int | None, wanted: set[str]) -> Iterator[str]:
    """Yield the report's lines, a set's as soon as it is measured."""
    systems = {name: run for name, run in SYSTEMS.items() if name in wanted and (name == OURS or _version(name))}
    versions = ", ".join(f"{name} {_version(name) or 'of this checkout'}" for name in systems)
    yield "# Extraction, measured"
    yield ""
    yield (
        f"Real pages with gold answers, read by `python -m benchmarks.extraction`, {rounds} "
        f"{'round' if rounds == 1 else 'rounds'}. Python {sys.version.split()[0]}; {versions}."
    )
    if missing := sorted(wanted - set(systems)):
        yield f"Not installed, left out: {', '.join(missing)}."
    yield ""
    yield (
        "Shares are of pages, F1 is of 4-token shingles (body), of snippets, or of names; a field that a system does "
        "not read counts as wrong. *Cut off*: less than half of the gold text, nearly all of it right. *Other text*: "
        "a body F1 under .2. CPU is milliseconds a page and, "
        f"behind it, times {BASELINE}'s on the same pages."
    )
    for gold in golds:
        pages = read_pages(gold, limit)
        measured = measure(systems, pages, rounds)
        yield ""
        if _no_articles(pages):
            yield from _taken_for_articles(set_name(gold), pages, measured.answers[OURS])
        else:
            yield from _of_set(set_name(gold), pages, measured, scorer)
    yield ""
    yield "## Whole commands and processes"
    yield ""
    first = read_pages(golds[0], limit)
    yield command_line(first)
    yield scaling_line(first, rounds)


def _of_set(name: str, pages: list[GoldPage], measured: Measured, scorer: Path) -> Iterator[str]:
    """A set of articles: all systems, then ours and the baseline by language."""
    figures = {system: score(pages, answers, scorer) for system, answers in measured.answers.items()}
    columns = _columns(figures.values())
    base_mean, base_p95 = mean_and_p95_ms(measured.cpu_s[BASELINE])
    yield f"## {name}: {len(pages)} pages"
    yield ""
    yield from table_head(
        "system", "answered", *(COLUMNS[column] for column in columns), "CPU ms", "p95", "CPU times", "p95 times"
    )
    for system, of_system in figures.items():
        mean_ms, p95_ms = mean_and_p95_ms(measured.cpu_s[system])
        times = (f"{mean_ms:.1f}", f"{p95_ms:.1f}", f"{mean_ms / base_mean:.2f}", f"{p95_ms / base_p95:.2f}")
        yield row(system, str(of_system["answered"]), *(share(of_system.get(column)) for column in columns), *times)
    by_language = _by_language(pages, measured.answers[OURS])
    if len(by_language) < 2:
        return
    yield ""
    yield f"By language, and in brackets {BASELINE}:"
    yield ""
    yield from table_head("language", "pages", *(COLUMNS[column] for column in columns))
    for language, part in by_language.items():
        ours, theirs = (score(part, measured.answers[system], scorer) for system in (OURS, BASELINE))
        cells = (_beside(ours.get(column), theirs.get(column)) for column in columns)
        yield row(language, str(len(part)), *cells)


def _taken_for_articles(name: str, pages: list[GoldPage], answers: Mapping[str, Row]) -> Iterator[str]:
    """A set of pages that are no articles: what became of them, by their type."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pages:
        kinds[page.gold["page_type"]][answers[page.id].get("verdict") or "none"] += 1
    yield f"## {name}: {len(pages)} pages that are no articles"
    yield ""
    yield from table_head("type", "pages", "taken for articles", "suspect", "rejected")
    for page_type, of_type in sorted(kinds.items()):
        counts = (of_type.total(), of_type["article"], of_type["suspect"])
        yield row(page_type, *map(str, counts), str(of_type.total() - of_type["article"] - of_type["suspect"]))


def _no_articles(pages: Sequence[GoldPage]) -> bool:
    return all(page.gold.get("page_type") not in (None, "article") for page in pages)


def _columns(figures: Iterable[Mapping[str, float]]) -> list[str]:
    """The measures that any system has a figure for: those that the set has gold for."""
    measured = {name for of_system in figures for name in of_system}
    return [column for column in COLUMNS if column in measured]


def _by_language(pages: Sequence[GoldPage], answers: Mapping[str, Row]) -> dict[str, list[GoldPage]]:
    """Pages by the gold's language, else the one that the page is in; the most frequent first, small ones together."""
    languages = {page.id: _language(page, answers[page.id]) for page in pages}
    counts = Counter(languages.values())
    frequent = [language for language, count in counts.most_common() if language and count >= MIN_LANGUAGE_PAGES]
    parts: dict[str, list[GoldPage]] = {language: [] for language in frequent}
    rest: list[GoldPage] = []
    for page in pages:
        parts.get(languages[page.id], rest).append(page)
    return parts | ({OTHER_LANGUAGES: rest} if rest else {})


def _language(page: GoldPage, answer: Row) -> str:
    """The first part of a page's language tag, empty where nobody knows it."""
    tag = page.gold.get("language") or answer.get("language") or ""
    return str(tag).replace("_", "-").split("-")[0].lower()


def _beside(ours: float | None, theirs: float | None) -> str:
    return share(ours) + (f" ({share(theirs)})" if theirs is not None else "")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
