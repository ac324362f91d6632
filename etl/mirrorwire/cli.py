"""The command line: the steps of the pipeline by hand, and questions to what is stored."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
import traceback

import click

from mirrorwire import __version__
from mirrorwire.commands.first_steps import FIRST_STEPS
from mirrorwire.commands.lazy import ANY_NUMBER, CommandPlace, LazyGroup
from mirrorwire.commands.options import FAILED, INTERRUPTED, WRONG_USE
from mirrorwire.core import bugs
from mirrorwire.core.errors import MirrorwireError, SourceFileError, WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.core.visible import PlainFormatter
from mirrorwire.reports import output

COMMANDS = {
    "airflow": CommandPlace("airflow", "airflow", "Airflow's own command line, speaking to the Airflow of `make up`"),
    "alarms": CommandPlace(
        "alarms", "alarms", "What somebody should see to: raised, still so, over; and telling of it"
    ),
    "archive": CommandPlace("archive", "archive", "The archive's files: which are lost or damaged, and giving one up"),
    "backfill": CommandPlace(
        "backfill", "backfill", "Fetch the articles of past days from every seed that reaches them", sources=ANY_NUMBER
    ),
    "boilerplate": CommandPlace(
        "boilerplate",
        "boilerplate",
        "Paragraphs on many of SOURCE's articles that are left out of the texts",
        sources=1,
    ),
    "bugs": CommandPlace("bugs", "bugs", "Bugs of ours that single items met", sources=1),
    "clusters": CommandPlace("clusters", "clusters", "Articles that say nearly the same, the latest first", sources=1),
    "completion": CommandPlace("shell", "completion", "What has SHELL complete commands and options with Tab"),
    "coverage": CommandPlace("coverage", "coverage", "What is held of each day of SOURCE", sources=1),
    "dags": CommandPlace("airflow", "dags", "The folder of the DAG files, for an Airflow of your own"),
    "db": CommandPlace("database", "database", "The database: MIRRORWIRE_DATABASE_URL, or the embedded server"),
    "diff": CommandPlace("revisions", "diff", "What changed in an article, by its key or a URL of it"),
    "export": CommandPlace(
        "export", "export", "The articles of SOURCE, one row each, by publication", sources=ANY_NUMBER
    ),
    "extract": CommandPlace("extract", "extract", "Extract pages from FILE (- for stdin) or a manifest"),
    "forget": CommandPlace("forget", "forget", "Take one article down"),
    "hosts": CommandPlace("hosts", "hosts", "A source's hosts: whether they are alive, and what people say of them"),
    "ingest": CommandPlace("runs", "ingest", "One pass over SOURCE without Airflow", sources=1),
    "links": CommandPlace(
        "links", "links", "Pages of SOURCE that no host has served, given up or waiting for another try", sources=1
    ),
    "man": CommandPlace("shell", "man", "The manual page, from the same help"),
    "query": CommandPlace("query", "query", "The answer to a saved question"),
    "rejections": CommandPlace(
        "stored", "rejections", "Pages that were stored and are no article, newest first", sources=1
    ),
    "reprocess": CommandPlace(
        "reprocess", "reprocess", "Read the archive of SOURCE again by today's code", sources=ANY_NUMBER
    ),
    "revisions": CommandPlace(
        "revisions", "revisions", "What changed in articles of SOURCE after publication", sources=1
    ),
    "search": CommandPlace("search", "search", "Articles that say what QUERY asks, the best first"),
    "similar": CommandPlace("similar", "similar", "Near duplicates of an article, by its key or any of its URLs"),
    "sources": CommandPlace("sources", "sources", "The publishers that are known, bundled and your own"),
    "status": CommandPlace("stored", "status", "How sources, their hosts, runs, feeds and links stand", sources=1),
    "watch": CommandPlace("watch", "watch", "Saved searches whose new articles, corrections or removals are told"),
    "web": CommandPlace("web", "web", "Pages in a browser: sources, articles, search, rejections and runs"),
}
"""Where each command stands, and the words that its own help begins with."""
STOPPED = "interrupted; what was stored stays, and the same command goes on from there"


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit code, a bug of ours too."""
    _open_streams()
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    try:
        code = cli(standalone_mode=False) or 0
        output.write_lines([])  # what is still held back is written here, where a full disk can be told
        sys.exit(code)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except (WrongUse, SourceFileError) as error:
        _die(str(error), WRONG_USE)
    except MirrorwireError as error:
        _die(str(error), FAILED)
    except (click.Abort, KeyboardInterrupt):
        _die(STOPPED, INTERRUPTED)
    except output.ReaderGone:
        # Whoever read us has enough. Python would complain once more while it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _die(_of_the_system(error), FAILED)
    except MemoryError:
        _die("out of memory", FAILED)
    except Exception as error:
        _die_of(error)


def _die_of(error: Exception) -> None:
    """End with what people need to know of an error that no command expected."""
    if _of_an_interruption(error):
        _die(STOPPED, INTERRUPTED)
    if _of_the_database(error):
        _die(f"the database: {(str(error).strip().splitlines() or ['no reason given'])[0]}", FAILED)
    if bugs.is_strict() or logging.getLogger().isEnabledFor(logging.INFO):
        _die("".join(traceback.format_exception(error)).rstrip(), FAILED)
    _die(f"{bugs.bug_of(error)}; for a report, mirrorwire -v with the same words shows its traceback", FAILED)


def _open_streams() -> None:
    """Give a stream that was closed (`>&-`) something to stand on, lest a file or a connection gets its number.

    Reading stdin and writing to stdout fail, so that nobody takes lost data for an answer; what is said to stderr goes
    nowhere.
    """
    closed = {"stdin": (0, os.O_WRONLY), "stdout": (1, os.O_RDONLY), "stderr": (2, os.O_WRONLY)}
    for name, (number, flags) in closed.items():
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115


def _of_the_system(error: OSError) -> str:
    if error.filename is None and error.errno == errno.EBADF:
        return "output: stdout is closed, nothing can be written to it"
    return f"{error.filename or 'output'}: {error.strerror or error}"


def _of_an_interruption(error: BaseException | None) -> bool:
    """Whether an error came of an interruption: of a query that was cut off the connection is still at work."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _of_the_database(error: Exception) -> bool:
    psycopg = sys.modules.get("psycopg")  # a command that has not imported it cannot have met its errors
    return psycopg is not None and isinstance(error, psycopg.Error)


def _die(line: str, code: int) -> None:
    output.say(f"mirrorwire: {line}")
    sys.exit(code)


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"mirrorwire, version {__version__}")
    context.exit()


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    alone=FIRST_STEPS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what is done.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def cli(context: click.Context, verbose: bool) -> None:
    """Reads a publisher's news from whichever of its domains still serves it, into Postgres.

    Exit codes: 0 done, 1 failed, 2 wrong use, 3 done in part (what is left is listed).
    """
    level = logging.INFO if verbose else logging.ERROR
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("mirrorwire.store.waiting").setLevel(logging.WARNING)  # who waits should know for whom
    logging.getLogger("mirrorwire.store.locks").setLevel(logging.WARNING)
    os.environ.setdefault("PGAPPNAME", f"mirrorwire {context.invoked_subcommand or ''}".strip())
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what matters of its warnings comes as an error
    context.obj = Settings.from_env()


if __name__ == "__main__":
    main()
