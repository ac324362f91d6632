"""How fast whole passes are, on one page: a crawl archive and pages over HTTP, each beside its rival, and their steps.

    python -m benchmarks.performance [--pages FOLDER] [--scrapy PYTHON] [--archive-pages N] [--http-pages 600]
        [--rounds 2] [--write docs/performance.md]

What is measured, and what FOLDER and PYTHON are, says `benchmarks.bulk` and `benchmarks.http_pass`. The picture of the
steps is written into the folder `images` beside the page.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks import bulk, http_pass
from benchmarks.step_picture import step_picture
from benchmarks.whole_pass import Comparison

HEADING = "## Measured"
"""Where these figures begin on the page; what stands before them is written by hand."""
PICTURE = Path("images") / "steps.svg"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it and the picture where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--scrapy", type=Path)
    parser.add_argument("--archive-pages", type=int)
    parser.add_argument("--http-pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    load = os.getloadavg()[1]
    # Short names: a socket's path must fit.
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        archive = bulk.compare(Path(folder), args.pages, args.archive_pages, args.rounds, args.processes)
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        http = http_pass.compare(Path(folder), args.pages, args.scrapy, args.http_pages, args.rounds, args.processes)
    lines = [
        HEADING,
        "",
        f"Python {platform.python_version()}, {psutil.cpu_count()} CPUs (load {load:.0f} before, "
        f"{os.getloadavg()[1]:.0f} after); by `python -m benchmarks.performance`.",
        "",
        *_section("A crawl archive", archive),
        *_section("Over HTTP", http),
        "### Where the time goes",
        "",
        f"![Seconds of each step]({PICTURE})",
    ]
    print("\n".join(lines))
    if args.write:
        before = args.write.read_text(encoding="utf-8").partition(HEADING)[0] if args.write.exists() else ""
        args.write.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")
        picture = step_picture({"a crawl archive": archive.steps, "over HTTP": http.steps})
        (args.write.parent / PICTURE).write_text(picture, encoding="utf-8")


def _section(title: str, comparison: Comparison) -> list[str]:
    """The lines under a heading of this page's, in place of their own."""
    return [f"### {title}", *comparison.lines[1:], ""]


if __name__ == "__main__":
    main()
