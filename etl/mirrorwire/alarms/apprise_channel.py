"""Messages to whatever Apprise knows (https://github.com/caronc/apprise); it comes with the extra `notify`."""

from __future__ import annotations

import importlib
import logging
from datetime import datetime

from mirrorwire.alarms.channels import AppriseChannel
from mirrorwire.alarms.errors import ChannelUnusable, NotDelivered
from mirrorwire.alarms.messages import Message


def send(channel: AppriseChannel, message: Message, *, now: datetime) -> None:
    """Hand a message to Apprise; raises `NotDelivered`, or `ChannelUnusable` where it is not installed."""
    url = channel.address()
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        raise ChannelUnusable(channel.name, "Apprise is not installed: pip install 'mirrorwire[notify]'") from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines hold addresses, which hold secrets
    receivers = apprise.Apprise()
    if not receivers.add(url):
        raise ChannelUnusable(channel.name, "Apprise does not know such an address")
    if not receivers.notify(title=message.headline, body=message.text):
        raise NotDelivered(channel.name, "Apprise could not deliver it")
