"""`watch`: saved searches whose new articles, corrections or removals somebody wants to hear of."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click

from mirrorwire.alarms.channels import channels_file, read_channels
from mirrorwire.alarms.send import send_all
from mirrorwire.commands.options import FAILED, complete_source, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, outbox, watches

USUAL = ("new", "correction", "removal")
_NAME = re.compile(r"[\w.-]{1,60}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
SHOWN = ("article_key", "published_at", "language", "title", "canonical_url")


@click.group()
def watch() -> None:
    """Saved searches whose new articles, corrections or removals are told."""


@watch.command("add")
@click.argument("name")
@click.option("--words", metavar="QUERY", help="As mirrorwire search takes it; without it every article counts.")
@click.option("--source", metavar="S", shell_complete=complete_source, help="Only articles of this source.")
@click.option("--language", metavar="L", help="Only articles in this language, such as en.")
@click.option(
    "--on",
    "events",
    type=click.Choice(watches.EVENTS),
    multiple=True,
    default=USUAL,
    help="What is told; may be given several times. Default: new, correction and removal.",
)
@click.option(
    "--channel", "channels", multiple=True, metavar="C", help="Only this channel; may be given several times."
)
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    words: str | None,
    source: str | None,
    language: str | None,
    events: tuple[str, ...],
    channels: tuple[str, ...],
) -> None:
    """Watch for articles under a NAME. What is loaded from now on is told.

    \b
    Example:
      mirrorwire watch add harbour --words harbour --on new --on correction
      mirrorwire watch add all-of-courier --source courier
    """
    if not _NAME.fullmatch(name):
        raise WrongUse(f"{name!r} is no name of a watch: up to 60 letters, digits, points, lines")
    if not (words or source or language):
        raise WrongUse("a watch needs --words, --source or --language")
    if language and not _LANGUAGE.fullmatch(language):
        raise WrongUse(f"{language!r} is no language: such as en or pt-BR")
    if source:
        find_source(settings, source)
    known = [channel.name for channel in read_channels(settings)]
    for channel in channels:
        if channel not in known:
            raise WrongUse(
                f"no channel {channel!r} in {channels_file(settings)}: {', '.join(known) or 'it names none'}"
            )
    with db.connect(prepare(settings)) as conn:
        watches.add(
            conn, name, words=words, source=source, language=language, events=list(events), channels=list(channels)
        )
    output.say(f"{name}: watched from now on")
    if not known:
        output.say(f"mirrorwire: nobody is told: {channels_file(settings)} names no channel")


@watch.command("list")
@format_option
@click.pass_obj
def listing(settings: Settings, form: str | None) -> None:
    """The watches, and how many articles each has met.

    \b
    Example:
      mirrorwire watch list
    """
    with db.connect(prepare(settings)) as conn:
        rows = watches.listed(conn)
    columns = ("name", "words", "source", "language", "events", "channels", "hits")
    output.write_rows(rows, form, columns=columns, nothing="there is no watch: mirrorwire watch add makes one")


@watch.command("remove")
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Remove a watch, with what waits to be told of it.

    \b
    Example:
      mirrorwire watch add floods --words flood
      mirrorwire watch remove floods
    """
    with db.connect(prepare(settings)) as conn, conn.transaction():
        watches.remove(conn, name)
    output.say(f"{name}: removed")


@watch.command("test")
@click.argument("name")
@click.option("--send", is_flag=True, help="Send a test message to its channels too.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, metavar="N")
@format_option
@click.pass_obj
def test(settings: Settings, name: str, send: bool, limit: int, form: str | None) -> int:
    """The newest stored articles that a watch asks for: what it would have told.

    \b
    Example:
      mirrorwire watch add storms --words storm
      mirrorwire watch test storms
    """
    with db.connect(prepare(settings)) as conn:
        wanted = watches.find(conn, name)
        rows = watches.matching(conn, wanted, limit)
        output.write_rows(rows, form, columns=SHOWN, nothing=f"no stored article is what {name} asks for")
        if not send:
            return 0
        known = [channel.name for channel in read_channels(settings) if "watches" in channel.tells]
        channels = wanted["channels"] or known
        if not channels:
            raise WrongUse(f"nobody can be told: {channels_file(settings)} names no channel")
        with conn.transaction():
            outbox.write(
                conn, kind="test", body={}, channels=channels, now=datetime.now(UTC), watch_id=wanted["watch_id"]
            )
        report = send_all(conn, settings, at_once=True)
    for sent in report:
        if sent.waiting:
            output.say(f"mirrorwire: {sent.waiting} waiting for channel {sent.channel}: {sent.problem or 'its turn'}")
    return FAILED if any(sent.waiting for sent in report) else 0
