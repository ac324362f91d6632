"""What docs/alarms.md shows: its example checks real messages, its table names every alarm."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from typing import Any

from mirrorwire.alarms.channels import read_channels
from mirrorwire.alarms.send import send_all
from mirrorwire.alarms.troubles import NAMES
from mirrorwire.core.settings import Settings
from mirrorwire.store import db, outbox
from tests.alarms.conftest import SECRET
from tests.conftest import ROOT
from tests.support.receiver import Receiver

PAGE = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")


def test_the_example_takes_what_is_ours_and_nothing_else(desk: Settings, receiver: Receiver) -> None:
    names: dict[str, Any] = {}
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    exec(example, names)
    is_genuine = names["is_genuine"]
    with db.connect(desk.database_url or "") as conn:
        outbox.write(conn, kind="test", body={}, channels=["desk"], now=datetime.now(UTC))
        send_all(conn, desk)
    (post,) = receiver.posts
    assert is_genuine(post.headers, post.body, SECRET)
    assert not is_genuine(post.headers, post.body + b" ", SECRET)
    assert not is_genuine(post.headers, post.body, "another")
    old = {**post.headers, "webhook-timestamp": str(int(post.headers["webhook-timestamp"]) - 301)}
    assert not is_genuine(old, post.body, SECRET)


def test_every_alarm_is_explained_in_its_order() -> None:
    assert tuple(re.findall(r"^\| `([a-z ]+)` \|", PAGE, re.M)) == NAMES


def test_the_file_of_channels_is_right(settings: Settings) -> None:
    (example,) = re.findall(r"```ini\n(.*?)```", PAGE, re.S)
    assert tomllib.loads(example)
    (settings.home / "channels.toml").write_text(example, encoding="utf-8")
    assert [channel.kind for channel in read_channels(settings)] == ["webhook", "mail", "apprise"]
