"""`airflow` and `dags`: the Airflow of `make up` on the command line, and the DAGs for any other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mirrorwire.commands import airflow_environment
from mirrorwire.core.config import DAGS
from mirrorwire.core.errors import NoLocalAirflow
from mirrorwire.core.settings import Settings
from mirrorwire.store import db


@click.command(
    "airflow", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, no_args_is_help=True
)
@click.option("--env-file", is_flag=True, help="Only show the file that a shell reads to speak to it: . FILE")
@click.argument("words", metavar="COMMAND...", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def airflow(settings: Settings, env_file: bool, words: tuple[str, ...]) -> None:
    """Airflow's own command line, speaking to the Airflow of `make up`. The options of COMMAND are Airflow's.

    \b
    Example:
      mirrorwire airflow dags list
      mirrorwire airflow backfill create --dag-id backfill_courier --from-date 2026-11-10 --to-date 2026-11-14
      . "$(mirrorwire airflow --env-file)"
    """
    file = airflow_environment.env_file(settings)
    if not file.is_file() or not db.embedded_runs(settings):
        raise NoLocalAirflow(str(airflow_environment.home_of(settings)))
    if env_file:
        click.echo(file)
        return
    program = Path(sys.executable).with_name("airflow")
    os.execve(program, [str(program), *words], airflow_environment.read_exports(file))  # noqa: S606 - no shell is the point


@click.command("dags")
def dags() -> None:
    """The folder of the DAG files, for an Airflow of your own: set its AIRFLOW__CORE__DAGS_FOLDER to it.

    \b
    Example:
      mirrorwire dags
    """
    click.echo(DAGS)
