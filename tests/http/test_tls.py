"""Certificates are verified, but for an origin whose source file says that they cannot be; captures tell."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mirrorwire.core.config import read_source
from mirrorwire.core.errors import SourceFileError
from mirrorwire.core.exchange import Capture
from mirrorwire.core.records import Host
from mirrorwire.http.client import Client
from mirrorwire.store import captures, db, frontier
from tests.support.opened_run import opened_run
from tests.support.sites import QUICK, Site, answer, failure, redirect, serving, source_of

trustme = pytest.importorskip("trustme")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Tls = Callable[[str], Site]


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tls]:
    """Sites over TLS with this kind of certificate; the client trusts the authority of all but `self-signed`."""
    ca = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(ca.cert_pem.bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with ExitStack() as stack:

        def serve(kind: str) -> Site:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if kind == "self-signed":
                own = trustme.CA()
                (tmp_path / "own.pem").write_bytes(own.private_key_pem.bytes() + own.cert_pem.bytes())
                context.load_cert_chain(tmp_path / "own.pem")
            else:
                name = "other.example" if kind == "wrong name" else "127.0.0.1"
                ca.issue_cert(name, not_after=LONG_AGO if kind == "expired" else None).configure_cert(context)
            site = stack.enter_context(serving(tls=context))
            site.routes["/"] = answer(b"page")
            return site

        yield serve


def unverified(site: Site) -> Host:
    return Host(url=site.url, tls="unverified")


def test_certificate_that_holds_is_verified_and_plain_http_has_none(tls: Tls, site: Site, client: Client) -> None:
    found = tls("good")
    assert client.get(found.url + "/", source_of(found.host)).tls_verified is True
    assert client.get(site.url + "/", source_of(site.host)).tls_verified is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("expired", "expired"), ("wrong name", "not valid for '127.0.0.1'"), ("self-signed", "self-signed certificate")],
)
def test_broken_certificate_is_unreachable_and_says_why(tls: Tls, client: Client, kind: str, reason: str) -> None:
    site = tls(kind)
    found = failure(client, site.url + "/", source_of(site.host))
    assert found.kind == "unreachable"
    assert found.reason.startswith("TLS certificate refused: ")
    assert reason in found.reason
    assert site.seen == []


@pytest.mark.parametrize("hello", [b"", b"\x16\x03\x03\x40\x00" + bytes(100)])
def test_handshake_that_hangs_or_drips_ends_at_the_connect_timeout(client: Client, hello: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as stack:

        def drip() -> None:
            connection = stack.enter_context(server.accept()[0])
            with suppress(OSError):
                for byte in hello:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        assert failure(client, url + "/", source_of(Host(url=url))).kind == "timeout"
        assert time.monotonic() - began < QUICK.total_s + 5


@pytest.mark.parametrize("kind", ["expired", "wrong name", "self-signed"])
def test_host_named_as_broken_is_served_and_marked(tls: Tls, client: Client, kind: str) -> None:
    site = tls(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = client.get(site.url + "/", source_of(unverified(site)))
    assert (found.body, found.tls_verified) == (b"page", False)


def test_redirect_from_a_broken_host_to_another_is_verified_again(tls: Tls, client: Client) -> None:
    broken, other, good = tls("self-signed"), tls("self-signed"), tls("good")
    source = source_of(unverified(broken), other.host, good.host)
    broken.routes["/"] = redirect(other.url + "/")
    assert failure(client, broken.url + "/", source).kind == "unreachable"
    assert other.seen == []
    broken.routes["/"] = redirect(good.url + "/")
    found = client.get(broken.url + "/", source)
    assert (found.tls_verified, [hop.tls_verified for hop in found.redirects]) == (True, [False])


def test_pooled_connection_of_a_broken_host_is_not_lent_to_who_verifies(tls: Tls, client: Client) -> None:
    site = tls("expired")
    assert client.get(site.url + "/", source_of(unverified(site))).status == 200
    assert failure(client, site.url + "/", source_of(site.host)).kind == "unreachable"
    assert client.get(site.url + "/", source_of(unverified(site))).status == 200
    assert len(site.seen) == 2


def test_capture_says_whether_its_tls_was_verified(database_url: str, tls: Tls, site: Site, client: Client) -> None:
    broken, good = tls("expired"), tls("good")
    source = source_of(unverified(broken), good.host, site.host)
    with db.connect(database_url) as conn:
        frontier.keep_source(conn, source)
        ids = frontier.host_ids(conn, source)
        run = opened_run(conn, source, LONG_AGO)
        for n, served in enumerate((broken, good, site)):
            found = client.get(served.url + "/", source)
            lies = Capture(warc="x.warc.gz", offset=n, length=1, digest=f"sha1:{n}")
            captures.store_capture(conn, run, found, lies, host_id=ids[found.host], link_id=None, chosen=True)
        marks = conn.execute("SELECT tls_verified FROM capture ORDER BY warc_offset").fetchall()
    assert [mark for (mark,) in marks] == [False, True, None]


SOURCE = """key = "daily"
name = "Daily"
timezone = "UTC"
seeds = [{ kind = "feed", path = "/rss.xml" }]
hosts = [{ url = "https://a.example" }, { url = "%s", role = "mirror", tls = "%s" }]
"""


def test_source_file_may_name_a_host_as_broken(tmp_path: Path) -> None:
    path = tmp_path / "daily.toml"
    path.write_text(SOURCE % ("https://b.example", "unverified"))
    assert [host.tls for host in read_source(path).hosts] == ["verified", "unverified"]


@pytest.mark.parametrize(
    ("url", "value", "place"),
    [
        ("https://b.example", "off", "hosts[2].tls: "),
        ("https://b.example", "", "hosts[2].tls: "),
        ("http://b.example", "unverified", "hosts[2]: tls: an http host has none"),
    ],
)
def test_wrong_tls_value_is_refused_with_its_place(tmp_path: Path, url: str, value: str, place: str) -> None:
    path = tmp_path / "daily.toml"
    path.write_text(SOURCE % (url, value))
    with pytest.raises(SourceFileError) as caught:
        read_source(path)
    assert place in str(caught.value)


def test_only_the_listed_origin_goes_unverified(tls: Tls, client: Client) -> None:
    site = tls("self-signed")
    source = source_of(replace(unverified(site), url=site.url.replace("127.0.0.1", "www.127.0.0.1")))
    assert failure(client, site.url + "/", source).kind in ("unreachable", "refused")
    assert site.seen == []
