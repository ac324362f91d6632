"""Command lines in forks of one process, so that a run that is soon killed does not pay for imports.

One JSON list a line comes on stdin: the words of `mirrorwire`. The process id of the fork goes out, then how it ended
(below zero: the signal) and what it said on stderr, as JSON. Its environment is this process's own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import NoReturn

from tests.support.command_line import exit_code


def run(words: list[str], stderr: int) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(stderr, 2)
    sys.argv = ["mirrorwire", *words]
    code = exit_code()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Serve until stdin ends."""
    import mirrorwire.cli  # what every fork begins with
    import mirrorwire.commands.backfill
    import mirrorwire.commands.runs  # noqa: F401

    for line in sys.stdin:
        with tempfile.TemporaryFile() as stderr:
            child = os.fork()
            if child == 0:
                run(json.loads(line), stderr.fileno())
            print(child, flush=True)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            stderr.seek(0)
            print(json.dumps([code, stderr.read().decode(errors="replace")]), flush=True)


if __name__ == "__main__":
    main()
