"""Rows of docs/faults.md as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.support.fault_cases import DOCUMENTS, Fault
from tests.support.fault_run import ARTICLES, TIMEOUTS, Measured, Seen

MAX_TOLD_CHARS = 160
COLUMNS = (
    "fault", "of", "rows", "texts", "exit", "s", "healthy s", "attempts: primary", "mirror",
    "requests: primary", "mirror", "elsewhere", "peak MB", "told on stderr",
)  # fmt: skip
HEAD = f"""# Faults

One `mirrorwire ingest` a row, over real sockets against the sample newsroom ({sum(ARTICLES.values())} articles, feed
and sitemap, {DOCUMENTS} documents in all; no delay), with a database and an archive of its own. Written by
`pytest tests/fetch/test_faults.py --write-docs`, whose assertions hold every row to its bounds.

- **of**: who has the fault. The primary's mirror is healthy; of all hosts, nobody is.
- **rows**: articles loaded of those that the same run loads when nothing is wrong, and whether they are the same in
  every field; **texts**: how many texts are the same byte for byte.
- **attempts**: by outcome, from the table `attempt`, probes among them. A host is left out after three failures in a
  row, after two pages that are the same notice, or once its front page is one.
- **requests**: counted by the server, robots.txt apart (`+ n robots`); connections where nothing else came.
- **elsewhere**: connections to the traps on private addresses, other ports and strangers' names, and attempts to leave
  the machine (not those to the public address that a name had when it was checked).
- **s** and **healthy s**, of the same run with nothing wrong, are this machine's, with timeouts of
  {TIMEOUTS["connect_s"]:g}, {TIMEOUTS["read_s"]:g} and {TIMEOUTS["total_s"]:g} s in place of 5, 10 and 20;
  **peak MB** the whole process's. Compare the two within a row: where **healthy s** is higher than in other rows, the
  machine had other things to do.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run with a fault, beside the same run without."""

    fault: Fault
    everywhere: bool
    healthy: Measured
    measured: Measured

    def line(self) -> str:
        """The row as Markdown."""
        found, well = self.measured, self.healthy.stock
        same = sum(found.stock.get(key) == row for key, row in well.items())
        texts = sum(found.stock.get(key, {}).get("text") == row["text"] for key, row in well.items())
        rows = "the same" if found.stock == well else f"{len(found.stock)} of {len(well)}"
        cells = (
            self.fault.name,
            "all hosts" if self.everywhere else "primary",
            rows + (f", {same} the same" if same < len(found.stock) else ""),
            f"{texts} of {len(well)}",
            str(found.outcome.code),
            f"{found.outcome.elapsed_s:.1f}",
            f"{self.healthy.outcome.elapsed_s:.1f}",
            _attempts(found.attempts["primary"]),
            _attempts(found.attempts["mirror"]),
            _requests(found.primary),
            _requests(found.mirror),
            str(found.elsewhere),
            f"{found.outcome.peak_mb:.0f}",
            _told(found.told),
        )
        return f"| {' | '.join(cell.replace('|', chr(0xA6)) for cell in cells)} |"


def table(rows: Iterable[Row]) -> str:
    """The whole document."""
    rows = list(rows)
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * 5}---:|---:|{'---|' * 4}---:|---:|---|\n"
    highest = max(row.measured.outcome.peak_mb for row in rows)
    slowest = max(row.measured.outcome.elapsed_s for row in rows)
    tail = f"\n{len(rows)} runs: slowest {slowest:.1f} s, highest peak {highest:.0f} MB.\n"
    return HEAD + head + "".join(row.line() + "\n" for row in rows) + tail


def _attempts(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items())) or "none"


def _requests(seen: Seen) -> str:
    if not seen.requests and not seen.robots:
        return f"0, {seen.connections} connection{'s' * (seen.connections != 1)}"
    return f"{seen.requests} + {seen.robots} robots"


def _told(err: str) -> str:
    lines = err.splitlines()
    if not lines:
        return "nothing"
    first = lines[0].removeprefix("mirrorwire: ")
    first = first if len(first) <= MAX_TOLD_CHARS else f"{first[:MAX_TOLD_CHARS]}…"
    first = first.replace("<", "&lt;")
    return first + (f" (and {len(lines) - 1} more lines)" if lines[1:] else "")
