"""From a host that goes dark to a message at a receiver: real runs, a real receiver, senders that are killed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mirrorwire.alarms.send import send_all
from mirrorwire.core.settings import Settings
from mirrorwire.store import alarms, db, outbox
from tests.alarms.conftest import CHANNELS, SECRET
from tests.conftest import Ran
from tests.newsroom import Newsroom
from tests.support.command_forks import Running
from tests.support.receiver import Receiver, receiving

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
Begin = Callable[..., Running]


def write_tests(settings: Settings, count: int) -> list[str]:
    """Write messages into the outbox; return their ids in order."""
    with db.connect(settings.database_url or "") as conn:
        return [
            str(outbox.write(conn, kind="test", body={}, channels=["desk"], now=datetime.now(UTC)))
            for _ in range(count)
        ]


def signature(body: bytes, message_id: str, timestamp: str) -> str:
    digest = hmac.new(SECRET.encode(), f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def test_a_notice_and_a_mirror_that_is_gone_reach_the_receiver_within_ten_seconds_of_one_poll(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, mirrorwire: Run
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    before = len(receiver.posts)
    newsroom.primary.fault, newsroom.mirror.fault = "seizure", "refuse"
    done = mirrorwire("ingest", "courier", "--revisit")
    ended = time.monotonic()
    assert done.code == 1
    assert SECRET not in done.err
    assert "s3cret-path" not in done.err
    while len(receiver.posts) == before and time.monotonic() < ended + 10:
        time.sleep(0.05)
    post = receiver.posts[-1]
    told = {alarm["name"]: alarm for alarm in post.document["alarms"]}
    assert {"failing", "no host up", "host down"} <= told.keys()
    assert told["failing"]["state"] == "raised"
    assert post.document["headline"].startswith("courier: THE LAST RUN FAILED")
    headers = post.headers
    assert headers["webhook-id"] == post.document["id"]
    assert headers["webhook-signature"] == signature(post.body, headers["webhook-id"], headers["webhook-timestamp"])


def test_a_bad_night_is_one_message_and_its_end_another(
    desk: Settings, receiver: Receiver, newsroom: Newsroom, mirrorwire: Run, rows: Rows
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    newsroom.primary.fault, newsroom.mirror.fault = "seizure", "refuse"
    before = len(receiver.posts)
    for _ in range(3):
        assert mirrorwire("ingest", "courier", "--revisit").code == 1
    assert len(receiver.posts) == before + 1
    newsroom.primary.fault = newsroom.mirror.fault = None
    for host in (newsroom.primary, newsroom.mirror):
        mirrorwire("hosts", "set", "courier", host.origin, "up")
        mirrorwire("hosts", "set", "courier", host.origin, "auto")
    assert mirrorwire("ingest", "courier", "--revisit").code == 0
    assert rows("SELECT DISTINCT quiet_since IS NULL AS stands FROM alarm WHERE name = 'failing'") == [
        {"stands": False}
    ]
    rows("UPDATE alarm SET quiet_since = quiet_since - interval '11 minutes' RETURNING 1")
    rows("UPDATE message SET made_at = made_at - interval '16 minutes' RETURNING 1")
    done = mirrorwire("alarms", "--check", "--format", "json")
    assert done.code == 0
    assert "failing" not in {alarm["name"] for alarm in json.loads(done.out)}
    over = [alarm["name"] for alarm in receiver.posts[-1].document["alarms"] if alarm["state"] == "over"]
    assert "failing" in over


def test_a_receiver_that_was_down_gets_each_message_in_order_once_it_is_back(
    desk: Settings, receiver: Receiver
) -> None:
    receiver.status = 503
    ids = write_tests(desk, 5)
    began = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with db.connect(desk.database_url or "") as conn:
        for minute in range(61):
            at = began + timedelta(minutes=minute)
            (sent,) = send_all(conn, desk, now=lambda at=at: at)
            assert (sent.sent, sent.waiting, sent.problem) == (0, 5, "desk: it answered 503")
        assert receiver.posts == []
        receiver.status = 204
        (sent,) = send_all(conn, desk, now=lambda: began + timedelta(minutes=66))
    assert (sent.sent, sent.waiting) == (5, 0)
    assert [post.headers["webhook-id"] for post in receiver.posts] == ids


def test_a_receiver_that_does_not_listen_loses_nothing(desk: Settings, receiver: Receiver) -> None:
    with receiving() as gone:
        url = gone.url
    (desk.home / "url").write_text(url, encoding="utf-8")
    ids = write_tests(desk, 2)
    with db.connect(desk.database_url or "") as conn:
        (sent,) = send_all(conn, desk, at_once=True)
        assert (sent.sent, sent.waiting, sent.problem) == (0, 2, "desk: no connection (ConnectionError)")
        with receiving(int(url.split(":")[2].split("/")[0])) as back:
            send_all(conn, desk, at_once=True)
            assert [post.headers["webhook-id"] for post in back.posts] == ids


def test_a_message_that_the_receiver_refuses_does_not_hold_up_those_behind_it(
    desk: Settings, receiver: Receiver, rows: Rows
) -> None:
    (refused,) = write_tests(desk, 1)
    receiver.status = 422
    with db.connect(desk.database_url or "") as conn:
        for _ in range(5):
            send_all(conn, desk, at_once=True)
        receiver.status = 204
        ids = write_tests(desk, 1)
        send_all(conn, desk, at_once=True)
    assert [post.headers["webhook-id"] for post in receiver.posts] == ids
    assert rows("SELECT message_id::text, problem FROM delivery WHERE state = 'given up'") == [
        {"message_id": refused, "problem": "desk: it answered 422"}
    ]


def test_a_sender_that_is_killed_between_delivery_and_record_sends_again_with_the_same_id(
    desk: Settings, receiver: Receiver, begin: Begin, mirrorwire: Run
) -> None:
    ids = write_tests(desk, 6)
    senders: list[Running] = []

    def kill() -> None:
        while not senders:
            time.sleep(0.01)
        os.kill(senders[-1].pid, signal.SIGKILL)
        receiver.before_answer = lambda: None

    for _ in range(3):
        senders.clear()
        receiver.before_answer = kill
        senders.append(begin("alarms", "send"))
        assert senders[-1].wait().code == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while mirrorwire("alarms", "send").code and time.monotonic() < deadline:
        time.sleep(0.2)  # until the database has noticed that the last one is dead, its lock stands
    came = [post.headers["webhook-id"] for post in receiver.posts]
    assert came[:4] == [ids[0]] * 4
    assert list(dict.fromkeys(came)) == ids


def test_two_senders_at_once_send_each_message_once(desk: Settings, receiver: Receiver, begin: Begin) -> None:
    ids = write_tests(desk, 20)
    senders = [begin("alarms", "send") for _ in range(2)]
    for sender in senders:
        sender.wait()
    assert [post.headers["webhook-id"] for post in receiver.posts] == ids


def test_a_pass_is_not_failed_by_channels_that_are_wrong(settings: Settings, mirrorwire: Run) -> None:
    (settings.home / "channels.toml").write_text("[[channels]]\nkind = 'pigeon'\n", encoding="utf-8")
    done = mirrorwire("ingest", "courier")
    assert done.code == 0
    assert "channels.toml" in done.err
    (settings.home / "channels.toml").write_text(CHANNELS.format(folder=settings.home), encoding="utf-8")
    write_tests(settings, 1)
    done = mirrorwire("alarms", "send", "--format", "json")
    assert done.code == 1
    assert f"the file {settings.home}/url for its url cannot be read" in json.loads(done.out)[0]["problem"]


def test_alarms_are_kept_where_nobody_is_told_and_told_once_there_is_a_channel(
    settings: Settings, newsroom: Newsroom, mirrorwire: Run, receiver: Receiver
) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = "refuse"
    assert mirrorwire("ingest", "courier").code == 1
    with db.connect(settings.database_url or "") as conn:
        assert "failing" in {alarm.name for alarm in alarms.open_alarms(conn)}
    (settings.home / "secret").write_text(SECRET, encoding="utf-8")
    (settings.home / "url").write_text(receiver.url, encoding="utf-8")
    (settings.home / "channels.toml").write_text(CHANNELS.format(folder=settings.home), encoding="utf-8")
    assert mirrorwire("status", "--check").code == 1
    assert "failing" in {alarm["name"] for alarm in receiver.posts[0].document["alarms"]}
