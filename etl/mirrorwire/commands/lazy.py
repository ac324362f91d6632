"""A click group whose commands are imported when they are called: help and quick commands load no database client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


ANY_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """Where a command stands, a function in a module of `mirrorwire.commands`, and what the group's help says of it.

    `sources` is how many keys of sources its first arguments may be: 0, 1, or `ANY_NUMBER`. Tab completes them.
    """

    module: str
    function: str
    line: str
    sources: int = 0


class LazyGroup(click.Group):
    """A group that knows its commands by name and place. `alone` is what it says when it is called without any."""

    def __init__(self, *args: Any, places: dict[str, CommandPlace], alone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places, self.alone = places, alone

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Say what to do next where nothing is called."""
        if not args and not context.resilient_parsing:
            click.echo(self.alone)
            context.exit()
        return super().parse_args(context, args)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, from the table of places, and the group's own options."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - for Tab alone

        names = [name for name in self.list_commands(context) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=self.places[name].line) for name in names]
        return items + click.Command.shell_complete(self, context, incomplete)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(self.places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        place = self.places.get(name)
        if place is None:
            return None
        command = getattr(import_module(f"mirrorwire.commands.{place.module}"), place.function)
        assert isinstance(command, click.Command)  # noqa: S101 - a slip in the table of places
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find what is called; of a name that is none, the nearest is named.

        For Tab behind a command that takes keys of sources, what completes these is returned in its place.
        """
        place = self.places.get(args[0]) if context.resilient_parsing else None
        if place is not None and len(args) - 1 < place.sources and not any(word.startswith("-") for word in args):
            from mirrorwire.commands.source_keys import SourceKeys  # noqa: PLC0415 - for Tab alone

            name = args[0]
            return name, SourceKeys(name, lambda: self.get_command(context, name)), args[1:]
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.places, 1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", context) from None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table of places, which imports none of them."""
        lines: Iterable[tuple[str, str]] = ((name, self.places[name].line) for name in self.list_commands(context))
        with formatter.section("Commands"):
            formatter.write_dl(list(lines))
