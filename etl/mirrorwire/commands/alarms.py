"""`alarms`: what somebody should see to, and the messages about it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from mirrorwire.alarms.channels import channels_file, read_channels
from mirrorwire.alarms.evaluate import evaluate
from mirrorwire.alarms.send import Sent, send_all
from mirrorwire.commands.options import FAILED, format_option
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import alarms as stored
from mirrorwire.store import db, outbox

SHOWN = ("source", "name", "summary", "raised_at", "over_at")


@click.group(invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Also those that are over, the newest first.")
@click.option("--check", is_flag=True, help="First look how things stand now, and tell whoever is to be told.")
@click.option(
    "--limit", type=click.IntRange(1, 2**31 - 1), default=1000, show_default=True, metavar="N", help="At most so many."
)
@format_option
@click.pass_context
def alarms(context: click.Context, every: bool, check: bool, limit: int, form: str | None) -> None:
    """What somebody should see to: raised, still so, over; and telling of it.

    An alarm is raised when a trouble is first seen, stands while it is, and is over once it has not been seen for ten
    minutes. Runs look at the end of each; --check does it now, of all sources, and is for cron.

    \b
    Example:
      mirrorwire alarms
      mirrorwire alarms --all --format json
      mirrorwire alarms --check
    """
    if context.invoked_subcommand:
        return
    settings: Settings = context.obj
    with db.connect(prepare(settings)) as conn:
        if check:
            evaluate(conn, settings, now=datetime.now(UTC))
            _say_problems(send_all(conn, settings))
        rows = [asdict(alarm) for alarm in stored.list_alarms(conn, every=every, limit=limit)]
    output.write_rows(rows, form, columns=SHOWN, nothing="no alarm is open" if not every else "there was no alarm")


@alarms.command("send")
@click.option("--test", is_flag=True, help="Send a test message to every channel too.")
@format_option
@click.pass_obj
def send(settings: Settings, test: bool, form: str | None) -> int:
    """Send what waits in the outbox now, also what failed a moment ago.

    Runs send at the end of each. A row a channel tells what it took and what waits; the exit code is 1 where something
    still does.

    \b
    Example:
      mirrorwire alarms send
    """
    channels = read_channels(settings)
    if not channels:
        output.say(f"mirrorwire: nobody is told: {channels_file(settings)} names no channel")
    with db.connect(prepare(settings)) as conn:
        if test and channels:
            with conn.transaction():
                names = [channel.name for channel in channels]
                outbox.write(conn, kind="test", body={}, channels=names, now=datetime.now(UTC))
        report = send_all(conn, settings, at_once=True)
    output.write_rows(map(asdict, report), form)
    return FAILED if any(sent.waiting for sent in report) else 0


def _say_problems(report: list[Sent]) -> None:
    for sent in report:
        if sent.waiting:
            output.say(f"mirrorwire: {sent.waiting} waiting for channel {sent.channel}: {sent.problem or 'its turn'}")
