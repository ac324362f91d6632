"""Messages by mail, over SMTP."""

from __future__ import annotations

import logging
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mirrorwire.alarms.channels import Mail, secret
from mirrorwire.alarms.errors import NotDelivered
from mirrorwire.alarms.messages import Message

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0


def send(channel: Mail, message: Message, *, now: datetime) -> None:
    """Hand a message to the server; raises `NotDelivered` where it does not take it, `ChannelUnusable`."""
    password = secret(channel.name, "password", channel.password_env, channel.password_file)
    try:
        with _connected(channel) as server:
            if channel.starttls:
                server.starttls(context=ssl.create_default_context())
            if channel.user:
                server.login(channel.user, password or "")
            left_out = server.send_message(letter(channel, message, now=now))
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered(channel.name, "the mail server refused the user or password") from None
    except smtplib.SMTPDataError as error:
        refused = error.smtp_code >= 500
        raise NotDelivered(channel.name, f"the mail server answered {error.smtp_code}", refused) from None
    except smtplib.SMTPException as error:  # their words hold what the server said, which is a stranger's
        raise NotDelivered(channel.name, f"the mail server did not take it ({type(error).__name__})") from None
    except OSError as error:
        raise NotDelivered(channel.name, f"no connection to the mail server ({type(error).__name__})") from None
    for address in left_out:
        log.warning("%s: the mail server took the message, but not for %s", channel.name, address)


def _connected(channel: Mail) -> smtplib.SMTP:
    if channel.tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(channel.server, channel.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(channel.server, channel.port, timeout=TIMEOUT_S)


def letter(channel: Mail, message: Message, *, now: datetime) -> EmailMessage:
    """Return a message as mail. The same message has the same `Message-ID` each time that it is sent."""
    mail = EmailMessage(policy=SMTP)
    # An encoded word of a stranger's would be decoded as the header is set, with the line breaks that it may hold.
    mail["Subject"] = f"Mirrorwire: {message.headline}".replace("=?", "= ?")
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.message_id}@mirrorwire>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text + "\n")
    return mail
