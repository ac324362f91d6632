"""What several commands share: options and exit codes."""

from __future__ import annotations

import click

from mirrorwire.reports.output import FORMATS

FAILED, WRONG_USE, IN_PART, INTERRUPTED = 1, 2, 3, 130

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: a table on a terminal, else jsonl."
)
since_option = click.option("--since", metavar="T", help="First instant: a date means 00:00 in the source's zone.")
until_option = click.option("--until", metavar="T", help="End of the window, not in it.")
revisit_option = click.option(
    "--revisit", is_flag=True, help="Fetch stored articles again; the same content makes no new version."
)
