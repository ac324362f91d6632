"""Train the model that says how likely a page is an article, and how verdicts do on publishers it was not trained on.

    python -m benchmarks.train_page GOLD.jsonl [GOLD.jsonl ...] [--folds 5] [--seeds 3] [--write MODEL.json]

Each GOLD is a file of rows with `url`, `file` and, where a page is no article, its `page_type`: pages of listings,
collections and products count against articles, other kinds are left out. A page that several files have counts once,
and a notice, or what is no page, not at all. Folds are made by registered domain, so that no publisher's page judges
another of its own. The same pages and versions give the same file. Needs the extra `train`:
`pip install -e '.[train]'`.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from courlan import extract_domain

from benchmarks.gold import read_pages
from benchmarks.stored_model import write_model
from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.facts import PageFacts
from mirrorwire.extract.facts_of_page import counted_facts
from mirrorwire.extract.page import parse_page
from mirrorwire.extract.page_features import FEATURES, page_row
from mirrorwire.extract.published import read_times
from mirrorwire.extract.rules import RULES, deciding_rule
from mirrorwire.extract.structured import read_structured

TREES = 120
LISTS = ("listing", "collection", "product")
LIST_WEIGHT = 3.0
"""Pages that are no articles are fewer in the files than where links lead."""
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 5,
    "learning_rate": 0.08,
    "min_data_in_leaf": 15,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
    "monotone_constraints": list(FEATURES.values()),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledPage:
    """A page's facts, and whether it is an article; `kind` is its page type, or the name of its set of articles."""

    url: str
    kind: str
    facts: PageFacts
    is_article: bool

    @property
    def publisher(self) -> str:
        return extract_domain(self.url) or self.url


def main(argv: Sequence[str] | None = None) -> None:
    """Cross-validate, train on all pages, and write the model where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    pages = list(labelled_pages(args.gold))
    print(f"{len(pages)} pages, {sum(page.is_article for page in pages)} of them articles", flush=True)
    for seed in range(args.seeds if args.folds else 0):
        judged = cross_validated(pages, args.folds, seed)
        print(f"seed {seed}, of other publishers: " + "; ".join(_lines(judged)), flush=True)
    if args.write:
        write_model(args.write, list(FEATURES), _booster(pages, PARAMETERS["seed"]).dump_model())


def labelled_pages(golds: Iterable[Path]) -> Iterator[LabelledPage]:
    """Yield the pages of gold files that are known to be articles, or lists."""
    urls: set[str] = set()
    for gold in golds:
        for page in read_pages(gold):
            page_type = page.gold.get("page_type") or "article"
            if page.url in urls or page_type not in ("article", *LISTS):
                continue
            urls.add(page.url)
            parsed = parse_page(page.body, url=page.url, content_type=None)
            if parsed.tree is None:
                continue
            data = read_structured(parsed)
            facts = counted_facts(parsed, parsed.tree, data, read_times(parsed, data, None, None), None)
            if facts.notice is not None:
                continue
            is_article = page_type == "article"
            kind = gold.parent.name if is_article else page_type
            yield LabelledPage(url=page.url, kind=kind, facts=facts, is_article=is_article)


def cross_validated(pages: Sequence[LabelledPage], folds: int, seed: int) -> list[tuple[LabelledPage, VerdictKind]]:
    """Return each page with its verdict, by a model that was trained without its publisher's pages."""
    judged: list[tuple[LabelledPage, VerdictKind]] = []
    for fold in range(folds):
        others = [page for page in pages if zlib.crc32(page.publisher.encode()) % folds != fold]
        held_out = [page for page in pages if zlib.crc32(page.publisher.encode()) % folds == fold]
        likelihoods = _booster(others, seed).predict(_rows(held_out), num_threads=1)
        for page, likelihood in zip(held_out, likelihoods, strict=True):
            facts = replace(page.facts, likelihood=float(likelihood))
            judged.append((page, deciding_rule(facts, RULES).verdict(facts).kind))
    return judged


def _booster(pages: Sequence[LabelledPage], seed: Any) -> Any:
    labels = [float(page.is_article) for page in pages]
    weights = [1.0 if page.is_article else LIST_WEIGHT for page in pages]
    return lightgbm.train({**PARAMETERS, "seed": seed}, lightgbm.Dataset(_rows(pages), labels, weight=weights), TREES)


def _rows(pages: Sequence[LabelledPage]) -> Any:
    return np.array([page_row(page.facts) for page in pages], dtype=np.float64)


def _lines(judged: Sequence[tuple[LabelledPage, VerdictKind]]) -> Iterator[str]:
    """How many of each kind there are, and what they were taken for."""
    kinds = Counter(page.kind for page, _ in judged)
    verdicts = Counter((page.kind, verdict) for page, verdict in judged)
    for kind, number in sorted(kinds.items()):
        articles, suspects = verdicts[kind, "article"], verdicts[kind, "suspect"]
        yield f"{kind} {number}: {articles} article, {suspects} suspect, {number - articles - suspects} rejected"


if __name__ == "__main__":
    main()
