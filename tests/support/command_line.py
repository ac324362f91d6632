"""The command line in this very process, for processes that are forked to run it."""

from __future__ import annotations

import sys


def exit_code(program: str | None = None) -> int:
    """Run the command that `sys.argv` says, or a program of Python in its place, and return its exit code.

    What flies out of it is shown as Python does.
    """
    from mirrorwire import cli

    try:
        if program is None:
            cli.main()
        else:
            exec(program, {"__name__": "__main__"})
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0
