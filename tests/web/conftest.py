"""Pages over a database that a newsroom was read into, with a changed article and a rejected page.

The newsroom is read once a session: a test of its pages has a copy of the database and of the archive.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store import db, embedded
from tests.conftest import copy_database, environment, settings_of, small_newsroom
from tests.newsroom import Newsroom
from tests.support.command_forks import CommandForks
from tests.web.site import Site, serving


@dataclass(frozen=True)
class Stock:
    """What was read: the newsroom, which goes on serving, the name of the database, and the archive."""

    newsroom: Newsroom
    database: str
    archive: Path


def notice_at(path: str) -> str | None:
    """The fault of an address: a notice of seizure in place of two articles."""
    return "seizure" if re.search(r"/3003[37]1/", path) else None


@pytest.fixture(scope="session")
def stock_of_pages(
    server: Settings, admin: db.Connection, forks: CommandForks, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stock]:
    """What two runs read: articles were changed between them, and two new ones were a notice of seizure."""
    database = "pages"
    copy_database(admin, "template", database)
    with small_newsroom() as newsroom:
        url = embedded.url_of(server.home, database)
        settings = settings_of(url, newsroom, tmp_path_factory.mktemp("pages"))
        assert forks.run(["ingest", "courier"], environment(settings)).code == 0
        newsroom.later = True
        newsroom.primary.fault = newsroom.mirror.fault = notice_at
        newsroom.publish_all()
        forks.run(["ingest", "courier", "--revisit"], environment(settings))
        yield Stock(newsroom, database, Path(settings.archive))


@pytest.fixture
def stocked(request: pytest.FixtureRequest) -> Stock | None:
    """What was read, for a test that asks for `pages`."""
    return request.getfixturevalue("stock_of_pages") if "pages" in request.fixturenames else None


@pytest.fixture
def template(stocked: Stock | None) -> str:
    """The database that the test's is a copy of."""
    return stocked.database if stocked else "template"


@pytest.fixture
def newsroom(stocked: Stock | None) -> Iterator[Newsroom]:
    """The newsroom that was read, else one for this test alone."""
    if stocked:
        yield stocked.newsroom
        return
    with small_newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def empty(settings: Settings) -> Iterator[Site]:
    """The pages of a database into which nothing was read."""
    with serving(settings) as site:
        yield site


@pytest.fixture
def pages(settings: Settings, stock_of_pages: Stock) -> Iterator[Site]:
    """The pages of what two runs have read; a test leaves the newsroom as it was."""
    shutil.copytree(stock_of_pages.archive, settings.archive)
    with serving(settings) as site:
        yield site
