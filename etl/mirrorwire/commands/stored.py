"""What is stored: `status`, `rejections`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import get_args

import click

from mirrorwire.commands.options import FAILED, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import VerdictKind
from mirrorwire.core.settings import Settings, time_span
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import listings, output, status_view
from mirrorwire.store import db, extractions


@click.command()
@click.argument("source", required=False)
@click.option(
    "--check", is_flag=True, help="Only what somebody has to see to, a line each; exit code 1 if there is any."
)
@click.option(
    "--within",
    metavar="SPAN",
    help="With --check: fail, too, where no run has ended for so long, such as 2h: for cron.",
)
@format_option
@click.pass_obj
def status(settings: Settings, source: str | None, check: bool, within: str | None, form: str | None) -> int:
    """How sources, their hosts, runs, feeds and links stand.

    What is worst comes first. --check is for cron and monitors: it ends with 1 where a source is late, fails, gives no
    article, has no host that is up or a broken file, the worst first, else with 0 and one line. It evaluates alarms and
    tells them, too. A source that nobody has put on a schedule is no trouble, unless it is named: where cron runs the
    passes and not Airflow, --within notices that it runs none.

    \b
    Example:
      mirrorwire status
      mirrorwire status courier --format json
      mirrorwire status --check
      mirrorwire status --check --within 1d
    """
    if check and form:
        raise WrongUse("--check prints a line a problem: leave --format out")
    if within and not check:
        raise WrongUse("--within goes with --check")
    longest = _span(within) if within else None
    if source:
        find_source(settings, source)
    now = datetime.now(UTC)
    with db.connect(prepare(settings)) as conn:
        standing = listings.status(conn, settings, source, now=now)
        if check:
            from mirrorwire.alarms.evaluate import tell  # noqa: PLC0415 - its channels load what sends messages

            tell(conn, settings, source=source, now=now, standing=standing)
    if check:
        problems = list(status_view.problems(standing, now=now, asked_for=source is not None))
        if longest and (silence := status_view.silence(standing, longest, now=now)):
            problems.insert(0, silence)
        output.write_lines(problems or [status_view.all_well(standing)])
        return FAILED if problems else 0
    if form == "table" or (form is None and sys.stdout.isatty()):
        status_view.show(standing, sys.stdout, now=now)
    elif form == "json":
        output.write_document({"sources": standing})
    else:
        output.write_rows(standing, form)
    return 0


def _span(text: str) -> timedelta:
    try:
        return time_span(text)
    except ValueError as error:
        raise WrongUse(f"--within: {error}") from None


@click.command()
@click.argument("source", required=False)
@click.option("--verdict", type=click.Choice(get_args(VerdictKind)), help="Only pages of this verdict.")
@click.option(
    "--accept",
    type=click.IntRange(1, 2**63 - 1),
    multiple=True,
    metavar="ID",
    help="Take this page for an article after all.",
)
@click.option("--limit", type=click.IntRange(1, 2**63 - 1), metavar="N", help="At most so many, the newest.")
@format_option
@click.pass_obj
def rejections(
    settings: Settings,
    source: str | None,
    verdict: str | None,
    accept: tuple[int, ...],
    limit: int | None,
    form: str | None,
) -> None:
    """Pages that were stored and are no article, newest first, with the evidence; and those that are only suspect.

    A suspect is loaded, marked, where no host has served a page that surely is the article: `loaded` tells. A page that
    is accepted, by the `id` it is listed with, is read again by the source's next run and loaded as sure if it has a
    title and a text; until then it stays listed, and its link is retried as before.

    \b
    Example:
      mirrorwire rejections courier --verdict seizure --limit 20
      mirrorwire rejections courier --verdict suspect
    """
    if accept and (verdict or form or limit):
        raise WrongUse("--accept lists nothing: leave --verdict, --limit and --format out")
    if source:
        find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        if accept:
            capture_ids = set(accept)
            known = capture_ids - {*extractions.accept(conn, sorted(capture_ids), source)}
            already = f", {len(known)} accepted before" if known else ""
            accepted = len(capture_ids) - len(known)
            output.say(f"{accepted} of {len(capture_ids)} accepted{already}: the next run reads and loads")
            return
        rows = listings.rejected(conn, source, verdict, limit)
        output.write_rows(
            rows,
            form,
            columns=("id", "source", "verdict", "loaded", "url", "rejected_at", "evidence"),
            nothing=f"no page{f' of {source}' if source else ''} was rejected{f' as {verdict}' if verdict else ''}; "
            "mirrorwire links SOURCE lists those that no host served",
        )
