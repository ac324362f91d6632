"""Keys of sources for Tab, by the names of their files: importing the command that takes them would need a second."""

from __future__ import annotations

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.settings import Settings
from mirrorwire.core.source_paths import source_paths


class SourceKeys(click.Command):
    """Stands for a command while Tab asks for its sources; `command` imports that command, for its options."""

    def __init__(self, name: str, command: Callable[[], click.Command | None]) -> None:
        super().__init__(name, context_settings={"allow_extra_args": True})
        self.command = command

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the keys that begin so and are not yet given; of a dash, the command's options."""
        if incomplete.startswith("-"):
            command = self.command()
            return command.shell_complete(context.__class__(command), incomplete) if command else []
        return [CompletionItem(key) for key in known_keys() if key.startswith(incomplete) and key not in context.args]


def known_keys() -> list[str]:
    """The keys of the source files that the environment names; none where its settings are wrong."""
    try:
        return sorted(source_paths(Settings.from_env()))
    except (MirrorwireError, OSError):
        return []
