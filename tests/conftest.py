"""What tests stand on: a real Postgres, a real newsroom over HTTP, settings of their own."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.store import db, embedded, migrate
from tests.newsroom import SOURCE_FILE, Newsroom
from tests.support.buckets import endpoint, s3  # noqa: F401 - fixtures
from tests.support.command_forks import CommandForks, Ran, Running
from tests.support.installed_postgres import BIN, start_installed
from tests.support.kept_children import kept_children
from tests.support.publisher import daily  # noqa: F401 - a fixture
from tests.support.sites import client, mirror, patient, site  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def newsroom_day(today: date) -> date:
    """Return the day of the newsroom's newest articles: two days ago, or the end of the month before.

    Its five days lie in one month, and it is so near that a sitemap of it may still change.
    """
    day = today - timedelta(days=2)
    return day if day.day >= 5 else day.replace(day=1) - timedelta(days=1)


NEWSROOM_DAY = newsroom_day(datetime.now(UTC).date())
NEWEST, EARLIER = 7, 2
"""Articles of that day, which the feed shows, and of each of the four days before."""


os.environ["PYTHONPATH"] = (
    f"{ROOT}{os.pathsep}{ROOT / 'etl'}"  # for child processes, those of tests/ and benchmarks/ too
)
os.environ[bugs.STRICT] = "1"  # a bug fails its test; tests of the walls take it away

SERVERS = pytest.StashKey[Path]()
"""The folder of the servers of this suite's workers."""

MEMORY_OF_SERVERS = 6 << 30
"""Bytes of memory that must be free for servers to lie in it: eight workers' take less than half of that."""

COURIER = SOURCE_FILE.read_text(encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with SIGINT as a terminal has it: a script's background job ignores it, and so would what tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # fixtures end, and with them the server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker, of which pytest-xdist starts one a processor, where its server is to lie."""
    folder = node.config.stash.get(SERVERS, None)
    if folder is None:
        folder = node.config.stash[SERVERS] = _short_folder(_servers_parent())
        folder.chmod(0o755)  # a server runs as a user of its own where we are root
    node.workerinput["servers"] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers of workers: those of an interrupted suite are killed before they have done it themselves."""
    folder = config.stash.get(SERVERS, None)
    if folder is not None:
        for home in folder.iterdir():
            db.stop_embedded(Settings(home=home))
        shutil.rmtree(folder, ignore_errors=True)


def _servers_parent() -> Path:
    """Where servers lie: in memory where there is enough of it.

    Databases of a few hundred files come and go with each test, which costs a file system on a disk several times as
    much: ext4 looks through all that was deleted within seconds for each new file.
    """
    memory = Path("/dev/shm")
    if not os.path.ismount(memory) or not os.access(memory, os.W_OK):
        return Path("/tmp")
    free = min(psutil.disk_usage(str(memory)).free, psutil.virtual_memory().available)
    return memory if free > MEMORY_OF_SERVERS else Path("/tmp")


def _short_folder(parent: Path) -> Path:
    """A new folder whose path is short: that of a socket in it must fit."""
    return Path(tempfile.mkdtemp(prefix="mw-", dir=parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-docs", action="store_true", help="write the pages of docs/ that tests make")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the server: `make test-fast` leaves it out. What starts another one is marked by hand."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def children() -> Iterator[None]:
    """Let child processes that read pages serve more than one test; each is still started as people's are."""
    with kept_children():
        yield


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of an embedded server for the whole session, with a migrated database `template`.

    Where `MIRRORWIRE_TEST_POSTGRES` names an installed Postgres, its server stands in the embedded one's place.
    """
    of_workers = getattr(request.config, "workerinput", {}).get("servers")
    home = _short_folder(Path(of_workers) if of_workers else _servers_parent())
    settings = Settings(home=home, archive=str(home / "archive"))
    if os.environ.get(BIN):
        start_installed(home)
    with db.connect(db.embedded_database(settings, "postgres")) as admin:
        for option in ("fsync", "full_page_writes"):  # killed processes lose nothing by it, and no machine is to fail
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(option)))
        admin.execute("SELECT pg_reload_conf()")
    migrate.migrate(db.embedded_database(settings, "template"))
    yield settings
    db.stop_embedded(settings)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def admin(server: Settings) -> Iterator[db.Connection]:
    """A connection that makes and drops the databases of tests."""
    with db.connect(db.embedded_database(server, "postgres")) as conn:
        yield conn


def copy_database(admin: db.Connection, template: str, name: str) -> None:
    """Make a database that holds what another one does, to which nobody is connected."""
    identifier = sql.Identifier(name)
    # To copy files costs half of what it costs to copy pages through the log.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    admin.execute(statement.format(identifier, sql.Identifier(template)))
    # A copy has not what migrating sets for the database itself.
    path = sql.SQL('ALTER DATABASE {} SET search_path TO "$user", public, mirrorwire')
    admin.execute(path.format(identifier))


@pytest.fixture
def template() -> str:
    """The database that those of tests are copies of: one that is migrated, and empty."""
    return "template"


@pytest.fixture
def database_url(server: Settings, admin: db.Connection, template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    copy_database(admin, template, name)
    yield embedded.url_of(server.home, name)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def conn(database_url: str) -> Iterator[db.Connection]:
    """A connection to the fresh database."""
    with db.connect(database_url) as connection:
        yield connection


def small_newsroom() -> Newsroom:
    """The sample newsroom on two free ports of 127.0.0.1, with few of its articles until it is to `publish_all`."""
    return Newsroom(day=NEWSROOM_DAY, a_day=(NEWEST, *[EARLIER] * 4))


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A `small_newsroom` for this test alone."""
    with small_newsroom() as newsroom:
        yield newsroom


def courier_file(folder: Path, newsroom: Newsroom, **replaced: str) -> Path:
    """Write the bundled courier's source file for this newsroom's ports; `replaced` lines by their key."""
    text = COURIER.replace("http://127.0.0.1:8801", newsroom.primary.origin)
    text = text.replace("http://127.0.0.1:8802", newsroom.mirror.origin).replace("delay_s = 0.05", "delay_s = 0")
    lines = [
        f"{key} = {replaced[key]}" if (key := line.split(" ")[0]) in replaced else line for line in text.splitlines()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "courier.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settings_of(database_url: str, newsroom: Newsroom, home: Path) -> Settings:
    """Settings for this database, the newsroom as `courier`, and an archive in this home."""
    courier_file(home / "sources", newsroom)
    return Settings(
        home=home,
        database_url=database_url,
        sources=home / "sources",
        archive=str(home / "archive"),
        processes=1,  # each takes most of a second to start; tests of several say so
    )


@pytest.fixture
def settings(database_url: str, newsroom: Newsroom, tmp_path: Path) -> Settings:
    """Settings for a fresh database, a fresh archive, and the newsroom as `courier`."""
    return settings_of(database_url, newsroom, tmp_path)


@pytest.fixture
def rows(settings: Settings) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """Ask the database, all of a test over one connection: rows as dictionaries."""
    opened: list[db.Connection] = []

    def ask(query: str, *parameters: Any) -> list[dict[str, Any]]:
        if not opened or opened[-1].closed:
            opened.append(db.connect(settings.database_url or ""))
        with opened[-1].cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), parameters or None).fetchall()

    yield ask
    for conn in opened:
        conn.close()


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a program that works with these settings."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key == bugs.STRICT or not key.startswith(("MIRRORWIRE_", "AIRFLOW"))
    }
    return {
        **kept,
        "MIRRORWIRE_HOME": str(settings.home),
        "MIRRORWIRE_DATABASE_URL": settings.database_url or "",
        "MIRRORWIRE_SOURCES": str(settings.sources or ""),
        "MIRRORWIRE_ARCHIVE": settings.archive,
        "MIRRORWIRE_PROCESSES": str(settings.processes),
        **more,
    }


@pytest.fixture(scope="session")
def forks() -> Iterator[CommandForks]:
    """The process whose forks run the command line."""
    with CommandForks() as found:
        yield found


@pytest.fixture
def mirrorwire(settings: Settings, forks: CommandForks) -> Callable[..., Ran]:
    """Run the command line as people do: another process, its streams, its exit code."""

    def run(*words: str, stdin: bytes | None = None, **env: str) -> Ran:
        return forks.run(words, environment(settings, **env), stdin or b"")

    return run


@pytest.fixture
def begin(settings: Settings, forks: CommandForks) -> Callable[..., Running]:
    """Begin a command as `mirrorwire` does, and let it run."""

    def start(*words: str, stdout: int | None = None, **env: str) -> Running:
        return forks.begin(words, environment(settings, **env), stdout=stdout)

    return start


@pytest.fixture
def shared() -> Path:
    """The folder of real pages beside the checkout."""
    if not (SHARED / "corpora" / "news" / "gold.jsonl").is_file():
        pytest.skip("no ../shared: the real pages are not part of the repository")
    return SHARED
