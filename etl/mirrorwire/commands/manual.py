"""A manual page, in the language of man(7), from the help of commands."""

from __future__ import annotations

from collections.abc import Iterator

import click

from mirrorwire import __version__

VERBATIM = "\b\n"
"""Begins a paragraph of a help whose lines stay as they are."""


def manual_page(command: click.Command, name: str) -> Iterator[str]:
    """Yield the lines of the page of a command and of all below it, for section 1 of the manual."""
    context = click.Context(command, info_name=name)
    yield f'.TH {name.upper()} 1 "" "{name} {__version__}"'
    yield ".SH NAME"
    yield _line(f"{name} - {_summary(command)}")
    yield ".SH SYNOPSIS"
    yield _line(f"{name} [OPTIONS] COMMAND [ARGS]...")
    yield ".SH DESCRIPTION"
    yield from _text(command.help or "")
    yield from _options(command, context)
    yield ".SH COMMANDS"
    yield from _commands(command, context)


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    """The commands of a group, each before those below it."""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is None or inner.hidden:
            continue
        inner_context = click.Context(inner, parent=context, info_name=name)
        yield ".SS " + _escaped(f"{inner_context.command_path} {' '.join(inner.collect_usage_pieces(inner_context))}")
        yield from _text(inner.help or "")
        yield from _options(inner, inner_context)
        yield from _commands(inner, inner_context)


def _summary(command: click.Command) -> str:
    """The first sentence of a command's help, on one line."""
    first = (command.help or "").split("\n\n")[0]
    return " ".join(first.split()).rstrip(".")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        names, meaning = record
        yield ".TP"
        yield ".B " + _escaped(names)
        yield _line(meaning or "-")


def _text(help_text: str) -> Iterator[str]:
    for paragraph in help_text.split("\n\n"):
        yield ".PP"
        if paragraph.startswith(VERBATIM):
            yield ".nf"
            yield from map(_line, paragraph.removeprefix(VERBATIM).splitlines())
            yield ".fi"
        else:
            yield _line(" ".join(paragraph.split()))


def _line(text: str) -> str:
    """A line of text, which is no request of man(7) whatever it begins with."""
    escaped = _escaped(text)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _escaped(text: str) -> str:
    """A text in ASCII, as every reader of manuals takes it."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return "".join(char if char.isascii() else rf"\[u{ord(char):04X}]" for char in plain)
