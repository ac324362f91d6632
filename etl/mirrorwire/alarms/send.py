"""The sender: what waits in the outbox goes to its channel in order, at least once, until it is taken."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mirrorwire.alarms import apprise_channel, mail, messages, webhook
from mirrorwire.alarms.channels import AppriseChannel, Channel, Mail, Webhook, read_channels
from mirrorwire.alarms.errors import ChannelUnusable, NotDelivered
from mirrorwire.alarms.messages import Message
from mirrorwire.core import bugs
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.settings import Settings
from mirrorwire.store import outbox, watches
from mirrorwire.store.db import Connection
from mirrorwire.store.outbox import Delivery

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)
"""Between two tries of a message: doubled each time."""
MAX_REFUSALS = 5
"""A message that the receiver refuses so often is given up, so that those behind it arrive."""
MAX_ARTICLES = 50
KEPT = timedelta(days=90)
"""For so long messages that were sent are kept."""
MAX_S = 30.0
"""For so long one sender works at one channel; the rest is for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a sender did for a channel: messages that it took, those that wait still, and why."""

    channel: str
    sent: int
    waiting: int
    problem: str | None


def utc_now() -> datetime:
    """What the clock says."""
    return datetime.now(UTC)


def send_all(
    conn: Connection,
    settings: Settings,
    *,
    at_once: bool = False,
    max_s: float = MAX_S,
    now: Callable[[], datetime] = utc_now,
) -> list[Sent]:
    """Send what waits, channel by channel; return what was done for each channel, and for what waits for none.

    A message that could not be delivered is tried again after a pause, or `at_once`; those behind it wait. One that is
    killed between delivery and record is sent again with the same id. Raises `ChannelUnusable` for a broken file.
    """
    channels = read_channels(settings)
    done = {}
    for channel in channels:
        with outbox.sole_sender(conn, channel.name) as is_ours:
            if is_ours:
                done[channel.name] = _send_to(conn, channel, at_once=at_once, max_s=max_s, now=now)
    outbox.drop_old(conn, now() - KEPT)
    left = {row["channel"]: row for row in outbox.waiting(conn)}
    names = [channel.name for channel in channels]
    report = []
    for name in [*names, *sorted(left.keys() - set(names))]:
        row = left.get(name, {"waiting": 0, "problem": None})
        problem = row["problem"] if name in names else "no channel of that name is in the file of channels"
        report.append(Sent(channel=name, sent=done.get(name, 0), waiting=row["waiting"], problem=problem))
    return report


def _send_to(conn: Connection, channel: Channel, *, at_once: bool, max_s: float, now: Callable[[], datetime]) -> int:
    """Send to one channel until nothing waits, or something fails; return how many messages it took."""
    deadline, sent = time.monotonic() + max_s, 0
    while time.monotonic() < deadline:
        delivery = outbox.next_delivery(conn, channel.name)
        if delivery is None or not (at_once or _is_due(delivery, now())):
            return sent
        try:
            message = _message(conn, delivery)
            if message is not None:
                _deliver_behind_wall(channel, message, now())
        except (NotDelivered, ChannelUnusable) as error:
            if not _put_aside(conn, delivery, error, now()):
                return sent
        else:
            outbox.note_sent(conn, delivery.delivery_id, now())
            sent += message is not None
    return sent


def _deliver_behind_wall(channel: Channel, message: Message, now: datetime) -> None:
    """Hand a message over; a bug that it meets is its own, and does not hold up those behind it for ever."""
    try:
        deliver(channel, message, now=now)
    except MirrorwireError:
        raise
    except OSError as error:
        raise NotDelivered(channel.name, f"no connection ({type(error).__name__})") from None
    except Exception as error:
        bug = bugs.taken(error)
        # What was raised may hold an address, and with it a secret.
        reason = f"a bug of ours, {type(error).__name__} at {bug.place}"
        raise NotDelivered(channel.name, reason, refused=True) from None


def _is_due(delivery: Delivery, now: datetime) -> bool:
    return delivery.next_try_at is None or delivery.next_try_at <= now


def deliver(channel: Channel, message: Message, *, now: datetime) -> None:
    """Hand a message to a channel; raises `NotDelivered` or `ChannelUnusable`."""
    match channel:
        case Webhook():
            webhook.send(channel, message, now=now)
        case Mail():
            mail.send(channel, message, now=now)
        case AppriseChannel():
            apprise_channel.send(channel, message, now=now)


def _put_aside(conn: Connection, delivery: Delivery, error: NotDelivered | ChannelUnusable, now: datetime) -> bool:
    """Note a failed try; returns whether the message is given up, so that the next one may go."""
    tries = delivery.tries + 1
    if isinstance(error, NotDelivered) and error.refused and tries >= MAX_REFUSALS:
        log.error("%s: message %s is given up after %s tries", error, delivery.message_id, tries)
        outbox.note_given_up(conn, delivery.delivery_id, str(error), now)
        return True
    log.warning("%s: message %s waits for its next try", error, delivery.message_id)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 10))
    outbox.put_off(conn, delivery.delivery_id, str(error), now + pause)
    return False


def _message(conn: Connection, delivery: Delivery) -> Message | None:
    """What a message says; `None` where all that it told of was taken down."""
    message_id = str(delivery.message_id)
    if delivery.kind == "test":
        return messages.test_message(message_id, delivery.made_at, delivery.watch)
    if delivery.kind == "alarms":
        return messages.alarms_message(message_id, delivery.made_at, delivery.body["alarms"])
    articles = watches.hits_of_message(conn, delivery.message_id, MAX_ARTICLES)
    if not articles:
        return None
    return messages.watch_message(message_id, delivery.made_at, delivery.watch or "", articles)
