"""Messages by HTTP POST, signed as Standard Webhooks has it (https://www.standardwebhooks.com), version 1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from datetime import datetime

import requests

from mirrorwire.alarms.channels import Webhook, secret
from mirrorwire.alarms.errors import ChannelUnusable, NotDelivered
from mirrorwire.alarms.messages import Message
from mirrorwire.core.settings import PRODUCT

TIMEOUT_S = 10.0
PREFIX = "whsec_"
"""Begins a secret that is written in base64."""
_NOT_ABOUT_THE_MESSAGE = frozenset({401, 403, 404, 405, 407, 408, 410, 421, 423, 425, 429})
"""Answers that tell of the receiver, which somebody will mend; others from 400 to 499 refuse the message."""


def send(channel: Webhook, message: Message, *, now: datetime) -> None:
    """Post a message; raises `NotDelivered` where no answer from 200 to 299 came, `ChannelUnusable`."""
    url = channel.address()
    if not url.startswith(("http://", "https://")):
        raise ChannelUnusable(channel.name, "its url must begin with http:// or https://")
    body = json.dumps(message.document, default=str).encode("ascii")
    key = secret(channel.name, "secret", channel.secret_env, channel.secret_file)
    headers = signed_headers(channel.name, message.message_id, body, key, now=now)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)  # its lines hold the path of the URL
    try:
        with requests.post(
            url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True
        ) as answer:
            status = answer.status_code
    except requests.Timeout:
        raise NotDelivered(channel.name, f"no answer within {TIMEOUT_S:.0f} s") from None
    except (requests.RequestException, ValueError) as error:  # their words hold the URL, which may be a secret
        raise NotDelivered(channel.name, f"no connection ({type(error).__name__})") from None
    if not 200 <= status < 300:
        refused = 400 <= status < 500 and status not in _NOT_ABOUT_THE_MESSAGE
        raise NotDelivered(channel.name, f"it answered {status}", refused)


def signed_headers(channel: str, message_id: str, body: bytes, key: str | None, *, now: datetime) -> dict[str, str]:
    """Return the headers of a message: its id, the time in seconds since 1970, and a signature where there is a key.

    The signature is the HMAC-SHA256 of `id.time.body` in base64, behind `v1,`.
    """
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": PRODUCT,
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
    }
    if key is not None:
        signed = f"{message_id}.{timestamp}.".encode() + body
        digest = hmac.digest(_key_bytes(channel, key), signed, hashlib.sha256)
        headers["webhook-signature"] = f"v1,{base64.b64encode(digest).decode()}"
    return headers


def _key_bytes(channel: str, key: str) -> bytes:
    if not key.startswith(PREFIX):
        return key.encode()
    try:
        return base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ChannelUnusable(channel, f"its secret begins with {PREFIX} and is no base64 behind that") from None
