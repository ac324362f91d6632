"""Real pages with gold answers, and what the scorer says of a system's answers to them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.systems import GoldPage, Row


def read_pages(gold: Path, limit: int | None = None) -> list[GoldPage]:
    """Return the pages that a gold file lists, at most `limit`, with their answers."""
    pages: list[GoldPage] = []
    # Lines end with "\n" alone: gold texts hold U+2028, at which `splitlines` would break them.
    for line in gold.read_text(encoding="utf-8").split("\n"):
        if not line.strip() or (limit is not None and len(pages) >= limit):
            continue
        gold_row = json.loads(line)
        body = (gold.parent / gold_row["file"]).read_bytes()
        when = datetime.fromisoformat(gold_row["fetched_at"]) if gold_row.get("fetched_at") else None
        pages.append(
            GoldPage(
                id=gold_row["id"],
                url=gold_row["url"],
                body=gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body,
                fetched_at=when.replace(tzinfo=when.tzinfo or UTC) if when else None,
                gold=gold_row,
            )
        )
    return pages


def set_name(gold: Path) -> str:
    """Return what a set is called: the folder of its gold file."""
    return gold.resolve().parent.name


def score(pages: Sequence[GoldPage], answers: Mapping[str, Row], scorer: Path) -> dict[str, float]:
    """Return what the scorer says of answers, by page id."""
    with tempfile.TemporaryDirectory() as folder:
        gold, predicted = Path(folder) / "gold", Path(folder) / "predicted"
        gold.write_text("\n".join(json.dumps(page.gold) for page in pages), encoding="utf-8")
        predicted.write_text(
            "\n".join(json.dumps({"id": page.id, **answers[page.id]}) for page in pages), encoding="utf-8"
        )
        words = [sys.executable, str(scorer), str(gold), str(predicted), "--json"]
        figures: dict[str, float] = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        return figures


def share(value: float | None) -> str:
    """Return a share with three digits, nothing for none."""
    return "" if value is None else f"{value:.3f}"


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def table_head(*names: str) -> list[str]:
    """Return the first two lines of a Markdown table."""
    return [row(*names), row(*["---"] * len(names))]
