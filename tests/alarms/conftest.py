"""A receiver, and settings whose file of channels names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirrorwire.core.settings import Settings
from tests.support.receiver import Receiver, receiving

SECRET = "a-secret-that-nobody-may-see"
CHANNELS = """
[[channels]]
name = "desk"
kind = "webhook"
url_file = "{folder}/url"
secret_file = "{folder}/secret"
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def desk(settings: Settings, receiver: Receiver) -> Settings:
    """Settings with a channel `desk` that leads to the receiver."""
    (settings.home / "url").write_text(receiver.url + "\n", encoding="utf-8")
    (settings.home / "secret").write_text(SECRET + "\n", encoding="utf-8")
    (settings.home / "channels.toml").write_text(CHANNELS.format(folder=settings.home), encoding="utf-8")
    return settings
