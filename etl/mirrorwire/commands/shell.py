"""`completion` and `man`: what a shell and its manual know of the commands, made from their own help."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from mirrorwire.commands.manual import manual_page
from mirrorwire.reports import output

PROGRAM = "mirrorwire"
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """What has SHELL complete commands and options with Tab, to be kept where it looks for such files.

    It looks in ~/.local/share/bash-completion/completions/mirrorwire for bash (with the package bash-completion), in
    ~/.config/fish/completions/mirrorwire.fish for fish, and for zsh in a file _mirrorwire in a folder of its fpath. A
    new shell has it. Needs no database.

    \b
    Example:
      mirrorwire completion bash > ~/.local/share/bash-completion/completions/mirrorwire
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows the three
    completer = kind(context.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    # Not bash's own `source`, which starts a bash to see its version: the script may be for another machine.
    output.write_lines(ShellComplete.source(completer).splitlines())


@click.command()
@click.pass_context
def man(context: click.Context) -> None:
    """The manual page, from the same help: every command with its options and examples. Needs no database.

    \b
    Example:
      mirrorwire man > mirrorwire.1
    """
    output.write_lines(manual_page(context.find_root().command, PROGRAM))
