"""Pages over a database that a newsroom was read into, with a changed article and a rejected page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from mirrorwire.core.config import Settings
from tests.conftest import Ran
from tests.newsroom import Newsroom
from tests.web.site import Site, serving


def notice_at(path: str) -> str | None:
    """The fault of an address: a notice of seizure in place of two articles."""
    return "seizure" if re.search(r"/3003[37]1/", path) else None


@pytest.fixture
def empty(settings: Settings) -> Iterator[Site]:
    """The pages of a database into which nothing was read."""
    with serving(settings) as site:
        yield site


@pytest.fixture
def pages(settings: Settings, newsroom: Newsroom, mirrorwire: Callable[..., Ran]) -> Iterator[Site]:
    """The pages after two runs: articles were changed between them, and two new ones were a notice of seizure."""
    assert mirrorwire("ingest", "courier").code == 0
    newsroom.later = True
    newsroom.primary.fault = newsroom.mirror.fault = notice_at
    newsroom.publish_all()
    mirrorwire("ingest", "courier", "--revisit")
    with serving(settings) as site:
        yield site
