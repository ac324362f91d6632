"""The page's example of DuckDB, over the export that the page makes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT, Ran
from tests.newsroom import Newsroom


def test_duckdb_reads_a_parquet_export_as_the_page_shows(
    mirrorwire: Callable[..., Ran], newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.publish_all()
    assert mirrorwire("ingest", "courier").code == 0
    path = tmp_path / "courier.parquet"
    assert mirrorwire("export", "courier", "--local-time", "--output", str(path)).code == 0
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    texts = defaultdict(list)
    for article in newsroom.articles:
        if 6 <= article.published.hour <= 21:
            texts[f"News / {article.section}"].append(article.text)
    counts = {section: str(len(lengths)) for section, lengths in texts.items()}
    shown = [line.rsplit(" ", 2) for line in done.stdout.splitlines()]
    assert {section: number for section, number, _ in shown} == counts
    assert all(int(longest) > 1000 for _, _, longest in shown)
