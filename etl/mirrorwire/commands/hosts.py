"""`hosts`: a source's hosts, asked now or overruled by hand."""

from __future__ import annotations

from typing import Any

import click

from mirrorwire.commands.options import complete_source, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.exchange import HostRuling
from mirrorwire.core.records import Role, Run
from mirrorwire.core.settings import Settings
from mirrorwire.discover.dry_run import probing_fetcher
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.source_tools.edit import add_host
from mirrorwire.store import breakers, db, frontier, suggested_hosts

RULINGS: dict[str, HostRuling | None] = {"up": "up", "down": "down", "auto": None}


@click.group()
def hosts() -> None:
    """A source's hosts: whether they are alive, and what people say of them."""


@hosts.command("probe")
@click.argument("source", shell_complete=complete_source)
@format_option
@click.pass_obj
def probe(settings: Settings, source: str, form: str | None) -> None:
    """Ask every host of SOURCE for its front page, now; one that was left out and answers is tried again.

    \b
    Example:
      mirrorwire hosts probe courier
    """
    publisher = find_source(settings, source)
    run = Run(
        run_id=0,
        source=source,
        kind="live",
        external_id="probe",
        window=None,
        all_seeds=False,
        sweep=False,
        revisit=False,
    )
    rows: list[dict[str, Any]] = []
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, publisher)
        with probing_fetcher(conn, run, publisher, user_agent=settings.user_agent) as fetcher:
            for host in publisher.hosts:
                if host.role == "archive":
                    continue
                result = fetcher.health.probe(host)
                attempt = result.answer.attempt if result.answer else None
                if result.answer and attempt and result.answer.moved_to:
                    suggested_hosts.note(conn, source, result.answer.moved_to, "redirect", attempt.url)
                rows.append(
                    {
                        "url": host.url,
                        "role": host.role,
                        "answers": result.problem is None,
                        "outcome": attempt.outcome if attempt else None,
                        "verdict": result.kind,
                        "elapsed_s": round(attempt.elapsed_s, 3) if attempt else None,
                        "problem": result.problem,
                    }
                )
        states = breakers.known_breakers(conn, publisher)
    for row in rows:
        known = states.get(row["url"])
        row["state"] = known.ruling or known.state if known else "closed"
    output.write_rows(rows, form, columns=("url", "role", "answers", "verdict", "elapsed_s", "state", "problem"))


@hosts.command("set")
@click.argument("source", shell_complete=complete_source)
@click.argument("host")
@click.argument("state", type=click.Choice(list(RULINGS)))
@click.pass_obj
def rule(settings: Settings, source: str, host: str, state: str) -> None:
    """Have HOST of SOURCE asked whatever happens (up), not at all (down), or as its answers allow (auto).

    \b
    Example:
      mirrorwire hosts set courier http://127.0.0.1:8801 down
      mirrorwire hosts set courier http://127.0.0.1:8801 auto
    """
    publisher = find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, publisher)
        url = breakers.rule(conn, publisher, frontier.host_ids(conn, publisher), host, RULINGS[state])
    meanings = {"up": "is asked whatever happens", "down": "is not asked", "auto": "is judged by its answers"}
    output.say(f"{url} {meanings[state]}")


@hosts.command("add")
@click.argument("source", shell_complete=complete_source)
@click.argument("origin")
@click.option("--role", type=click.Choice(["primary", "mirror"]), default="mirror", show_default=True)
@click.pass_obj
def add(settings: Settings, source: str, origin: str, role: Role) -> None:
    """Write another host into the file of SOURCE; a bundled file is copied into your folder of sources first.

    ORIGIN is scheme and name, as `mirrorwire status` suggests it.

    \b
    Example:
      mirrorwire hosts add courier https://courier.example.net
    """
    path = add_host(settings, source, origin, role)
    output.say(f"{path}: {origin} is a {role} from the next run on")


@hosts.command("dismiss")
@click.argument("source", shell_complete=complete_source)
@click.argument("origin")
@click.pass_obj
def dismiss(settings: Settings, source: str, origin: str) -> None:
    """Have ORIGIN, as `mirrorwire status` names it, suggested for SOURCE no more.

    \b
    Example:
      mirrorwire hosts dismiss courier https://courier.example.org
    """
    known_source = find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, known_source)
        dismissed = suggested_hosts.dismiss(conn, known_source, origin)
    output.say(f"{dismissed} is not suggested for {source} any more")
