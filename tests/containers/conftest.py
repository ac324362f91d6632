"""One engine, its images and the stack of docker-compose.yml, for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.containers.deployed import Deployed
from tests.containers.engine import BRIDGE, Engine, checkout, make_base_images, reason_to_skip
from tests.containers.reachable import reachable_newsroom
from tests.newsroom import Newsroom


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine with the base images."""
    reason = reason_to_skip()
    if reason is not None:
        pytest.skip(reason)
    running = Engine()
    try:
        make_base_images(running)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def deployed(engine: Engine) -> Iterator[Deployed]:
    """A checkout with its secrets, whose image is built; nothing runs yet, and nothing of a former run is left."""
    folder = engine.home / "checkout"
    shutil.rmtree(folder, ignore_errors=True)
    stack = Deployed(engine, checkout(folder), MIRRORWIRE_PROCESSES="1")
    stack.remove()
    yield stack
    stack.remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def publisher(engine: Engine) -> Iterator[Newsroom]:
    """The sample newsroom on the address of the engine's bridge, which containers and this machine reach."""
    with reachable_newsroom(BRIDGE) as newsroom:
        yield newsroom
