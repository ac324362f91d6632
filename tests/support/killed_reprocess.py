"""A reprocessing in a process of its own, which is killed as it has stored so many pages.

`python -m tests.support.killed_reprocess CHILD PAGES`; the environment is the settings.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import reprocess_step
from mirrorwire.pipeline.reprocess_pass import reprocess_pass
from mirrorwire.workers import Workers


def main() -> None:
    """Read again, and end in the middle."""
    defaults = Workers.__init__.__kwdefaults__
    assert defaults
    defaults["child"] = sys.argv[1]
    reprocess_step.MARKED_LINKS = 2
    left = int(sys.argv[2])
    keep = reprocess_step.keep_extraction

    def counted(*words: Any, **named: Any) -> bool:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(*words, **named)

    reprocess_step.keep_extraction = counted
    reprocess_pass(Settings.from_env(), "daily")


if __name__ == "__main__":
    main()
