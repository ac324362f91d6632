"""The command line in this very process, for processes that are forked to run it."""

from __future__ import annotations

import sys


def exit_code() -> int:
    """Run the command that `sys.argv` says, and return its exit code; what flies out of it is shown as Python does."""
    from mirrorwire import cli

    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0
