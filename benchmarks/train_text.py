"""Train the model that judges a page's text blocks, and say how it does on publishers that it was not trained on.

    python -m benchmarks.train_text SCORER.py GOLD.jsonl [GOLD.jsonl ...] [--folds 5] [--write MODEL.json]

Each GOLD is a file of the scorer's rows; a page counts that has a `body` (its blocks are text as far as their 4-token
shingles stand in it), or `with` and `without` (the blocks that hold such a snippet). Pages are read by both readers as
the product reads them. Folds are made by registered domain, so that no publisher's page judges another of its own.
The same pages and versions give the same file. Needs the extra `train`: `pip install -e '.[train]'`.
"""

from __future__ import annotations

import argparse
import importlib.util
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import lightgbm
import numpy as np
from courlan import extract_domain

from benchmarks.gold import read_pages
from benchmarks.stored_model import write_model
from benchmarks.systems import GoldPage
from mirrorwire.extract.block_features import FEATURES, Reading, block_rows
from mirrorwire.extract.fields import read_fields
from mirrorwire.extract.page import parse_page
from mirrorwire.extract.structured import read_structured
from mirrorwire.extract.text import read_twice
from mirrorwire.extract.text_judge import MIN_PROBABILITY

TREES = 50
PARAMETERS = {
    "objective": "cross_entropy",
    "num_leaves": 12,
    "learning_rate": 0.13,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3,
    "max_bin": 63,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
SNIPPET_WEIGHT = 0.15
MAX_BLOCK_SHARE = 0.3
"""A block that is more of a text than this weighs no more, else pages of one paragraph would decide."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledPage:
    """The blocks of a page: their rows, how much of each is text (0 to 1), and how much it weighs (0: not known)."""

    page: GoldPage
    texts: list[str]
    rows: Any
    judged: Any
    labels: Any
    weights: Any

    @property
    def publisher(self) -> str:
        return extract_domain(self.page.url) or self.page.url


def main(argv: Sequence[str] | None = None) -> None:
    """Cross-validate, train on all pages, and write the model where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    scorer = _module(args.scorer)
    pages = {gold: list(labelled_pages(gold, scorer)) for gold in args.gold}
    everything = [page for of_gold in pages.values() for page in of_gold]
    print(f"{len(everything)} pages, {sum(len(page.texts) for page in everything)} blocks", flush=True)
    if args.folds:
        texts = cross_validated(everything, args.folds)
        for gold, of_gold in pages.items():
            rows = {page.page.id: page.page.gold for page in of_gold}
            result, _ = scorer.score(rows, {page.page.id: {"text": texts[id(page)]} for page in of_gold})
            print(f"{gold.parent.name}, of other publishers: {result}", flush=True)
    if args.write:
        write_model(args.write, FEATURES, trained(everything))


def labelled_pages(gold: Path, scorer: ModuleType) -> Iterator[LabelledPage]:
    """Yield the pages of a gold file that have a body or snippets, read by both readers."""
    for page in read_pages(gold):
        parsed = parse_page(page.body, url=page.url, content_type=None)
        known = page.gold.get("body") is not None or page.gold.get("with") or page.gold.get("without")
        if parsed.tree is None or not known:
            continue
        fields = read_fields(parsed, read_structured(parsed), None)
        names = [*fields.authors, *fields.section_steps]
        readings = read_twice(parsed.tree, titles=fields.titles, descriptions=fields.descriptions, names=names)
        if not readings.blocks:
            continue
        ours, theirs = Reading(readings.ours), Reading(readings.theirs)
        rows = block_rows(readings.blocks, ours, theirs, titles=fields.titles, descriptions=fields.descriptions)
        texts = [block.text for block in readings.blocks]
        by_body = page.gold.get("body") is not None
        labels, weights = _by_body(texts, page, scorer) if by_body else _by_snippets(texts, page)
        judged = np.array([row is not None for row in rows])
        yield LabelledPage(
            page=page,
            texts=texts,
            rows=np.array([row or [0.0] * len(FEATURES) for row in rows], dtype=np.float32),
            judged=judged,
            labels=labels,
            weights=weights * judged,
        )


def cross_validated(pages: Sequence[LabelledPage], folds: int) -> dict[int, str]:
    """Return each page's text by a model that was trained without its publisher's pages, by the page's `id()`."""
    by_fold: dict[int, list[LabelledPage]] = defaultdict(list)
    for page in pages:
        by_fold[zlib.crc32(page.publisher.encode()) % folds].append(page)
    texts: dict[int, str] = {}
    for fold, held_out in by_fold.items():
        booster = _booster([page for other, of_fold in by_fold.items() if other != fold for page in of_fold])
        for page in held_out:
            probable = booster.predict(page.rows, num_threads=1) * page.judged > MIN_PROBABILITY
            texts[id(page)] = "\n".join(text for text, chosen in zip(page.texts, probable, strict=True) if chosen)
    return texts


def trained(pages: Sequence[LabelledPage]) -> dict[str, Any]:
    """Return LightGBM's own description of a model that all pages trained."""
    description: dict[str, Any] = _booster(pages).dump_model()
    return description


def _booster(pages: Sequence[LabelledPage]) -> Any:
    rows = np.concatenate([page.rows[page.weights > 0] for page in pages])
    labels = np.concatenate([page.labels[page.weights > 0] for page in pages])
    weights = np.concatenate([page.weights[page.weights > 0] for page in pages])
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(rows, labels, weight=weights), TREES)


def _by_body(texts: Sequence[str], page: GoldPage, scorer: ModuleType) -> tuple[Any, Any]:
    """How much of each block stands in the gold body, and its weight: the root of its share of the body."""
    gold = [*(page.gold.get("lead") or []), *page.gold["body"]]
    shingles = scorer.shingles("\n".join(gold))
    pairs = scorer.shingles("\n".join(gold), 2)
    lines = {tuple(scorer.shingles(line, 1)) for line in gold}
    size = max(sum(shingles.values()), 50)
    labels, weights = [], []
    for text in texts:
        words = scorer.shingles(text, 1)
        chars = sum(words.values())
        if chars >= 4:
            own = scorer.shingles(text)
            labels.append(sum(count for gram, count in own.items() if gram in shingles) / sum(own.values()))
        elif tuple(words) in lines:
            labels.append(1.0)
        else:
            own = scorer.shingles(text, 2)
            labels.append(0.5 if chars >= 2 and all(gram in pairs for gram in own) else 0.0)
        weights.append((min(chars / size, MAX_BLOCK_SHARE) + 0.001) ** 0.5)
    return np.array(labels), np.array(weights)


def _by_snippets(texts: Sequence[str], page: GoldPage) -> tuple[Any, Any]:
    """Blocks with a snippet of the text are text, those with one of what is none are not; the others weigh nothing."""
    wanted = [" ".join(snippet.split()) for snippet in page.gold.get("with") or []]
    unwanted = [" ".join(snippet.split()) for snippet in page.gold.get("without") or []]
    labels, weights = [], []
    for text in texts:
        is_text = any(snippet in text for snippet in wanted)
        is_none = any(snippet in text for snippet in unwanted)
        labels.append(float(is_text))
        weights.append(SNIPPET_WEIGHT if is_text != is_none else 0.0)
    return np.array(labels), np.array(weights)


def _module(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise SystemExit(f"{path}: no Python file")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
