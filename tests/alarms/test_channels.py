"""Channels: their file, mail, Apprise, and strangers' text and secrets that must not get through."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import logging
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.alarms import mail, messages
from mirrorwire.alarms.channels import AppriseChannel, Mail, Webhook, read_channels
from mirrorwire.alarms.errors import ChannelUnusable, NotDelivered
from mirrorwire.alarms.send import deliver, send_all
from mirrorwire.core.settings import Settings
from mirrorwire.store import db, outbox
from tests.alarms.conftest import SECRET
from tests.conftest import Ran
from tests.newsroom.tls import Certificates
from tests.support.receiver import Receiver, mail_server

Run = Callable[..., Ran]
Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STRINGS = (
    "a\r\nBcc: everybody@example.org",
    "a\nSubject: other\n\nbody",
    "\r\n.\r\nMAIL FROM:<x@example.org>",
    "a\x1b[31mred\x07\x08",
    "\x00\x01\x02\x7f\x85\x9f",
    "\u2028\u2029\u202egnp.exe\u2066\ufeff",
    "=?utf-8?q?=0d=0aBcc:_x@example.org?=",
    "<script>alert(1)</script>",
    "می‌خواهم",
    "x" * 3000,
    "\ud800",
)


def hostile() -> list[str]:
    """Strings that want to end a header, colour a terminal, or hide what they say: 500 of them."""
    chance = random.Random(21)
    pieces = [*STRINGS, "\r\n", "\n", "\x0b", "\x0c", "\x1b]0;x\x07", "To: x@example.org", " ", ".", "\t"]
    return [*STRINGS, *("".join(chance.choices(pieces, k=chance.randint(1, 6))) for _ in range(500 - len(STRINGS)))]


def obeyed(text: str) -> list[str]:
    return [char for char in text if not char.isprintable()]


def message_of(title: str) -> messages.Message:
    row = {
        "event": "new",
        "article_key": "courier:1",
        "source": "courier",
        "version": 1,
        "title": title,
        "canonical_url": f"https://a.example/{title}",
        "published_at": NOW,
        "language": "en",
        "in_all": 2,
    }
    return messages.watch_message("3f0e", NOW, "desk", [row])


def alarm_of(summary: str) -> messages.Message:
    row = {"source": "courier", "name": "failing", "subject": summary, "summary": summary, "state": "raised",
           "raised_at": NOW, "over_at": None}  # fmt: skip
    return messages.alarms_message("3f0e", NOW, [row])


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings_in(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings_in(inner)]
    return [value] if isinstance(value, str) else []


def post_office(port: int, **more: Any) -> Mail:
    return Mail.model_validate(
        {"name": "post", "kind": "mail", "server": "127.0.0.1", "port": port, "sender": "mw@example.org",
         "to": ("desk@example.org", "night@example.org"), **more}
    )  # fmt: skip


def test_no_control_character_arrives_in_a_message() -> None:
    for text in hostile():
        for message in (message_of(text), alarm_of(text)):
            assert obeyed(message.headline) == []
            assert [obeyed(line) for line in message.text.split("\n") if obeyed(line)] == []
            arrived = json.loads(json.dumps(message.document))
            assert [word for word in strings_in(arrived) if obeyed(word)] == []


def test_no_header_of_a_mail_is_anybody_elses() -> None:
    with mail_server() as server:
        channel = post_office(server.port)
        plain = set(_headers(mail.letter(channel, message_of("a storm"), now=NOW).as_bytes()))
        for text in hostile():
            letter = mail.letter(channel, message_of(text), now=NOW).as_bytes()
            assert set(_headers(letter)) == plain, text
        for text in STRINGS:
            deliver(channel, message_of(text), now=NOW)
        assert len(server.letters) == len(STRINGS)
        for letter in server.letters:
            read = email.message_from_bytes(letter, policy=email.policy.default)
            assert (read["To"], read["Bcc"], read["Message-ID"]) == (
                "desk@example.org, night@example.org", None, "<3f0e@mirrorwire>",
            )  # fmt: skip
            assert obeyed(read["Subject"]) == []


def _headers(letter: bytes) -> list[str]:
    return list(email.message_from_bytes(letter, policy=email.policy.default).keys())


def test_a_mail_server_that_says_no_is_asked_again(settings: Settings, rows: Rows) -> None:
    with mail_server() as server:
        (settings.home / "channels.toml").write_text(
            f'[[channels]]\nname = "post"\nkind = "mail"\nserver = "127.0.0.1"\nport = {server.port}\n'
            'sender = "mw@example.org"\nto = ["desk@example.org"]\n',
            encoding="utf-8",
        )
        with db.connect(settings.database_url or "") as conn:
            outbox.write(conn, kind="test", body={}, channels=["post"], now=NOW)
            server.answer = "451 later"
            (sent,) = send_all(conn, settings, at_once=True)
            assert (sent.sent, sent.waiting, sent.problem) == (0, 1, "post: the mail server answered 451")
            server.answer = "250 taken"
            (sent,) = send_all(conn, settings, at_once=True)
            assert (sent.sent, sent.waiting, len(server.letters)) == (1, 0, 1)
    channel = post_office(server.port)
    with pytest.raises(NotDelivered, match="no connection to the mail server"):
        deliver(channel, message_of("a storm"), now=NOW)


def test_a_mail_server_without_starttls_gets_neither_password_nor_message() -> None:
    with mail_server() as server, pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
        deliver(post_office(server.port, starttls=True), message_of("a storm"), now=NOW)
    assert server.letters == []
    with pytest.raises(ValueError, match="starttls"):
        post_office(server.port, server="mail.example.org", user="ann", password_env="MAIL_PASSWORD")


WAYS = {"starttls": False, "tls": True}


@pytest.mark.parametrize("way", WAYS)
def test_a_user_and_password_and_the_message_go_over_tls(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.bundle))
    monkeypatch.setenv("MAIL_PASSWORD", "s3cret")
    with mail_server(certificates.context("right"), tls_first=WAYS[way]) as server:
        channel = post_office(server.port, user="ann", password_env="MAIL_PASSWORD", **{way: True})
        deliver(channel, message_of("a storm"), now=NOW)
    ((login, over_tls),) = server.logins
    assert over_tls
    assert base64.b64decode(login.split()[-1]) == b"\0ann\0s3cret"
    assert len(server.letters) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("certificate", ["expired", "wrong-name", "self-signed"])
def test_a_mail_server_that_cannot_prove_its_name_gets_nothing(
    way: str, certificate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.bundle))
    monkeypatch.setenv("MAIL_PASSWORD", "s3cret")
    with mail_server(certificates.context(certificate), tls_first=WAYS[way]) as server:
        channel = post_office(server.port, user="ann", password_env="MAIL_PASSWORD", **{way: True})
        with pytest.raises(NotDelivered, match=r"no connection to the mail server \(SSLCertVerificationError"):
            deliver(channel, message_of("a storm"), now=NOW)
    assert (server.logins, server.letters) == ([], [])


def test_apprise_is_asked_where_it_is_there_and_said_to_be_missing_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel = AppriseChannel(name="phone", kind="apprise", url_env="PHONE_URL")
    monkeypatch.setenv("PHONE_URL", "json://user:hidden@127.0.0.1:9/")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ChannelUnusable, match=r"^phone: Apprise is not installed: pip install 'mirrorwire\[notify\]'$"):
        deliver(channel, message_of("a storm"), now=NOW)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[channels]\n", "it is no TOML in UTF-8"),
        ('[[channels]]\nname = "a"\nkind = "pigeon"\n', "channels.1"),
        ('[[channels]]\nname = "a"\nkind = "webhook"\n', "exactly one of url, url_env and url_file"),
        ('[[channels]]\nname = "a"\nkind = "webhook"\nurl = "https://x.example"\nsecret = "hunter2"\n', "secret"),
        ('[[channels]]\nname = "a"\nkind = "mail"\nsender = "a@b.example\\r\\nBcc: x@y.example"\nto = ["c@d.org"]\n',
         "sender"),
        ('[[channels]]\nname = "a"\nkind = "webhook"\nurl = "https://x.example"\n' * 2, "have the name 'a'"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_the_place_and_without_its_secrets(
    tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "channels.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ChannelUnusable) as refused:
        read_channels(Settings(home=tmp_path))
    assert problem in str(refused.value)
    assert str(tmp_path / "channels.toml") in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_the_setting_names_must_be_there(tmp_path: Path) -> None:
    assert read_channels(Settings(home=tmp_path)) == ()
    with pytest.raises(ChannelUnusable, match="MIRRORWIRE_CHANNELS names it"):
        read_channels(Settings.from_env({"MIRRORWIRE_HOME": str(tmp_path), "MIRRORWIRE_CHANNELS": "/nowhere.toml"}))


def test_no_secret_is_logged_or_stored_whatever_fails(
    desk: Settings, receiver: Receiver, rows: Rows, mirrorwire: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = receiver.url
    with db.connect(desk.database_url or "") as conn:
        for address in (url, "http://127.0.0.1:9/s3cret-path", "http://[s3cret-path", "ftp://s3cret-path"):
            (desk.home / "url").write_text(address, encoding="utf-8")
            receiver.status = 500
            outbox.write(conn, kind="test", body={}, channels=["desk"], now=NOW)
            send_all(conn, desk, at_once=True)
            done = mirrorwire("-v", "alarms", "send")
            assert done.code == 1
            problems = " ".join(str(row) for row in rows("SELECT channel, state, problem FROM delivery"))
            for text in (caplog.text, done.err, done.out, problems):
                assert "s3cret-path" not in text
                assert SECRET not in text


def test_a_secret_in_base64_is_the_key_itself() -> None:
    from mirrorwire.alarms.webhook import signed_headers

    # The example of the specification of Standard Webhooks.
    headers = signed_headers(
        "desk",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        now=datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ChannelUnusable, match="no base64"):
        signed_headers("desk", "a", b"", "whsec_***", now=NOW)


def test_a_webhook_may_lead_to_this_machine() -> None:
    assert Webhook(name="desk", kind="webhook", url="http://127.0.0.1:9/").address() == "http://127.0.0.1:9/"
