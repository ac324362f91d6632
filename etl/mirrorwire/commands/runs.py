"""A pass over what is new: `ingest`."""

from __future__ import annotations

import click

from mirrorwire.alarms.evaluate import after_run
from mirrorwire.commands.options import format_option, revisit_option, since_option, until_option
from mirrorwire.commands.pass_report import pass_code, pass_row, shown_columns, tell_pass
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline import passes
from mirrorwire.reports import output


@click.command()
@click.argument("source")
@since_option
@until_option
@revisit_option
@click.option("--live", is_flag=True, help="Ask only the seeds that show what is new, as the schedule does.")
@format_option
@click.pass_obj
def ingest(
    settings: Settings, source: str, since: str | None, until: str | None, revisit: bool, live: bool, form: str | None
) -> int:
    """One pass over SOURCE without Airflow: everything that its seeds list and that is not stored.

    \b
    Example:
      mirrorwire ingest courier
      mirrorwire ingest courier --since 2026-11-20 --until 2026-11-21
    """
    done = passes.run_pass(
        settings,
        source,
        kind="live",
        since=since,
        until=until,
        all_seeds=not live,
        revisit=revisit,
        progress=output.progress,
    )
    after_run(settings, source)
    row = pass_row(source, done)
    output.write_rows([row], form, columns=shown_columns([row]))
    tell_pass(source, done)
    return pass_code(done)
