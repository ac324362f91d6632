"""What several commands share: options and exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mirrorwire.reports.output import FORMATS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FAILED, WRONG_USE, IN_PART, INTERRUPTED = 1, 2, 3, 130

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: a table on a terminal, else jsonl."
)
since_option = click.option("--since", metavar="T", help="First instant: a date means 00:00 in the source's zone.")
until_option = click.option("--until", metavar="T", help="End of the window, not in it.")
revisit_option = click.option(
    "--revisit", is_flag=True, help="Fetch stored articles again; the same content makes no new version."
)


def complete_source(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the keys of sources that begin so, for Tab at an option or in a command of a group."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - for Tab alone

    from mirrorwire.commands.source_keys import known_keys  # noqa: PLC0415 - the same

    return [CompletionItem(key) for key in known_keys() if key.startswith(incomplete)]
