"""`db`: the database itself."""

from __future__ import annotations

import click

from mirrorwire.core.errors import DatabaseInUse, WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, migrate, readers, search

MAX_PASSWORD_BYTES = 1_000


@click.group("db")
def database() -> None:
    """The database: MIRRORWIRE_DATABASE_URL, or the embedded server under MIRRORWIRE_HOME."""


@database.command("migrate")
@click.pass_obj
def migrate_database(settings: Settings) -> None:
    """Bring the schema up to date.

    \b
    Example:
      mirrorwire db migrate
    """
    url = db.database_url(settings)
    applied = migrate.migrate(url)
    with db.connect(url) as conn:
        is_offered = migrate.offer_schema(conn)
    for name in applied:
        output.say(f"applied {name}")
    if not applied:
        output.say("the schema is up to date")
    if not is_offered:
        output.say("in SQL, articles are mirrorwire.articles: only the owner of the database may set its search_path")


@database.command("index")
@click.pass_obj
def index_articles(settings: Settings) -> None:
    """Have search find all articles by what they say now. Every run does that for what it loads, and some of the rest.

    \b
    Example:
      mirrorwire db index
    """
    with db.connect(prepare(settings)) as conn, output.progress("index", search.missing(conn)) as tick:
        done = search.index(conn, tick=tick)
    output.say(f"{done:,} indexed" if done else "search is up to date")


@database.command("reader")
@click.argument("name")
@click.option("--password-file", metavar="FILE", help="Its first line is the role's password; - is stdin.")
@click.option("--prompt", is_flag=True, help="Ask for the password.")
@click.pass_obj
def make_reader(settings: Settings, name: str, password_file: str | None, prompt: bool) -> None:
    """Make the role NAME, which reads the views and the list of sources, and nothing else.

    Without a password it enters where the server asks for none (peer, ident, trust). Called again, it renews the
    grants, as an upgrade with new views needs.

    \b
    Example:
      mirrorwire db reader researcher
    """
    password = _password(password_file, prompt)
    with db.connect(prepare(settings)) as conn:
        is_new = readers.make_reader(conn, name, password)
    output.say(f"the role {name} {'is made' if is_new else 'was there, its grants are renewed'}: it reads the views")


def _password(file: str | None, prompt: bool) -> str | None:
    """The password that is given, if any; it is never shown."""
    if file is not None and prompt:
        raise WrongUse("--password-file and --prompt: take one")
    if prompt:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return password
    if file is None:
        return None
    try:
        password = output.read_input(file, MAX_PASSWORD_BYTES).decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise WrongUse(f"{file}: a password is text in UTF-8") from None
    if not password or "\0" in password:
        raise WrongUse(f"{file}: its first line is no password")
    return password


@database.command("stop")
@click.option("--force", is_flag=True, help="Also under a running Airflow.")
@click.pass_obj
def stop_database(settings: Settings, force: bool) -> None:
    """Stop the embedded server; the data stays. Not under a running Airflow, which would die of it.

    \b
    Example:
      mirrorwire db stop
    """
    if settings.database_url:
        raise WrongUse("MIRRORWIRE_DATABASE_URL is set, and only the embedded server can be stopped")
    users = 0 if force else db.airflow_sessions(settings)
    if users:
        raise DatabaseInUse(users)
    output.say("stopped" if db.stop_embedded(settings) else "no embedded server runs")


@database.command("url")
@click.pass_obj
def show_url(settings: Settings) -> None:
    """Print the database's URL, for psql and other programs.

    \b
    Example:
      psql "$(mirrorwire db url)" -c "select title from articles limit 5"
    """
    output.write_lines([prepare(settings)])
