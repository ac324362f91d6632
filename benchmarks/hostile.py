"""What each hostile page costs and becomes, through real workers, as Markdown.

`python -m benchmarks.hostile [--write] [WORD ...]`, words being parts of names.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mirrorwire.workers import Job, Workers
from tests.support.hostile import PAGES, URL, Hostile, wrong
from tests.support.hostile_patterns import PATTERNS

DOCUMENT = Path(__file__).parent.parent / "docs" / "hostile.md"
HEAD = """# Hostile pages

Each through a worker process as the pipeline uses it: 20 s a page, 320 MB above what the process needs anyway.
Written by `python -m benchmarks.hostile --write`. Seconds are this machine's; peak memory is the whole process's.

| page | MB | verdict | why, where it is none | CPU s | peak MB |
|---|---:|---|---|---:|---:|
"""


def rows(pages: dict[str, Callable[[], Hostile]]) -> Iterator[tuple[str, float, float, str | None]]:
    """Yield a line of the table for each page, with its seconds, peak memory in MB, and what is wrong if anything."""
    os.environ["PYTHONPATH"] = str(DOCUMENT.parent.parent)  # for that child: it stands beside the package
    with Workers(1, child="benchmarks.measuring_child") as workers:
        for name, make in pages.items():
            page = make()
            began = time.monotonic()
            (found,) = workers.extract([Job(body=page.body, url=URL, content_type=page.content_type)], source=None)
            evidence = found.verdict.evidence
            cpu_s, peak_mb = evidence.get("cpu_s", 0.0), evidence.get("peak_mb", 0.0)
            why = evidence.get("reason") or evidence.get("phrase") or ""
            if evidence.get("reason") == "killed":
                why, cpu_s = f"killed: {evidence['limit']}", time.monotonic() - began
            cells = (
                name,
                f"{len(page.body) / 1e6:.1f}",
                found.verdict.kind,
                str(why),
                f"{cpu_s:.2f}",
                f"{peak_mb:.0f}",
            )
            yield (
                f"| {' | '.join(cell.replace('|', chr(0xA6)) for cell in cells)} |",
                cpu_s,
                peak_mb,
                wrong(page, found),
            )


def main() -> int:
    """Print the table, or write it to docs/hostile.md; return 1 if a page became what it must not."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    everything = {**PAGES, **PATTERNS}
    pages = {name: make for name, make in everything.items() if not wanted or any(word in name for word in wanted)}
    table, slowest, highest, problems = [], 0.0, 0.0, []
    for line, cpu_s, peak_mb, problem in rows(pages):
        table.append(line)
        print(line + (f" **{problem}**" if problem else ""), file=sys.stderr, flush=True)
        slowest, highest = max(slowest, cpu_s), max(highest, peak_mb)
        problems += [problem] if problem else []
    # The kernel's own account: it knows the peak of killed processes too.
    every_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    text = (
        HEAD + "\n".join(table) + f"\n\n{len(pages)} pages: slowest {slowest:.1f} s, highest peak {highest:.0f} MB, "
        f"killed ones included {every_mb:.0f} MB.\n"
    )
    if "--write" in sys.argv:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
