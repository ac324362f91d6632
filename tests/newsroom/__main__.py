"""`python -m tests.newsroom`: the newsroom by hand, until SIGTERM or SIGINT.

While it runs, it is told what happens by
`curl -X POST 'http://127.0.0.1:8801/control?later=true&primary=seizure&mirror='` (either origin takes it).
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from .faults import FAULTS
from .newsroom import ROLES, Newsroom


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it; 0 after a signal, 1 where it cannot start (the reason on stderr), 2 for wrong use."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        newsroom = Newsroom(
            day=options.day,
            manifest=options.manifest,
            later=options.later,
            port=options.port,
            mirror_port=options.mirror_port,
        )
    except (OSError, ValueError, OverflowError) as error:  # the last is a port over 65535
        print(f"newsroom: cannot start: {error}", file=sys.stderr)
        return 1
    with newsroom:
        newsroom.command(dict(options.fault))
        for origin in newsroom.origins:
            print(f"{origin.role} {origin.origin}", flush=True)
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description="A local news publisher.")
    parser.add_argument("--port", type=int, default=8801, help="of the primary (default 8801; 0: a free one)")
    parser.add_argument("--mirror-port", type=int, default=8802, help="of the mirror (default 8802; 0: a free one)")
    parser.add_argument("--day", type=date.fromisoformat, help="the newest articles' date (default: yesterday)")
    parser.add_argument("--later", action="store_true", help="start with the later changes made")
    parser.add_argument("--manifest", type=Path, help="serve the saved pages of this JSON-lines file")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="ROLE=NAME",
        help=f"for example primary=seizure; names: {', '.join(sorted(FAULTS))}",
    )
    return parser


def _fault(text: str) -> tuple[str, str]:
    role, _, name = text.partition("=")
    if role not in ROLES or name not in FAULTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not ROLE=NAME; names: {', '.join(sorted(FAULTS))}")
    return role, name


if __name__ == "__main__":
    sys.exit(main())
