"""Proxies of the environment: used, told nothing they need not know, and no way around the guard."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrorwire.core.records import Host
from mirrorwire.http.client import Client
from mirrorwire.http.guard import Refused
from tests.support.sites import PATH, Site, answer, dead_port, drip_body, failure, redirect, serving, source_of

NEWS = Host(url="http://news.example")
SECRET = "s3cret"


@pytest.fixture(autouse=True)
def no_proxy_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A proxy that asks for a name and a password, for http and https."""
    url = site.url.replace("://", f"://desk:{SECRET}@")
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("HTTPS_PROXY", url)
    return site


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """https://news.example, wherever it lies."""
    trustme = pytest.importorskip("trustme")
    ca, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("news.example").configure_cert(context)
    (tmp_path / "ca.pem").write_bytes(ca.cert_pem.bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with serving(tls=context) as found:
        found.routes["*"] = answer(b"through the tunnel")
        yield found


def test_http_goes_through_the_proxy_and_only_it_learns_its_password(proxy: Site, client: Client) -> None:
    proxy.routes["*"] = answer(b"by proxy")
    found = client.get(NEWS.url + PATH, source_of(NEWS, allow_private=False))
    assert (found.body, proxy.seen) == (b"by proxy", [NEWS.url + PATH])
    assert found.address is None, "the proxy's says nothing of the host"
    assert "Proxy-Authorization" in proxy.headers[0]
    assert "proxy-authorization" not in {name.lower() for name, _ in found.request_headers}


def test_https_goes_through_a_tunnel_verified_to_its_end(proxy: Site, secure: Site, client: Client) -> None:
    proxy.tunnel = secure.url
    host = Host(url="https://news.example")
    found = client.get(host.url + PATH, source_of(host, allow_private=False))
    assert (found.body, found.tls_verified) == (b"through the tunnel", True)
    assert proxy.seen == ["CONNECT news.example:443"]
    assert "Proxy-Authorization" in proxy.headers[0]
    assert "Proxy-Authorization" not in secure.headers[0]
    other = Host(url="https://mirror.example")
    assert failure(client, other.url + "/", source_of(other)).reason.startswith("TLS certificate refused")


def test_no_proxy_is_heeded(proxy: Site, mirror: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    mirror.routes["/"] = answer(b"direct")
    assert client.get(mirror.url + "/", source_of(mirror.host)).body == b"direct"
    assert proxy.seen == []


def test_what_the_environment_says_counts_from_the_moment_that_it_says_so(
    proxy: Site, mirror: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(mirror.host)
    for _ in range(2):
        with monkeypatch.context() as without:
            without.setenv("NO_PROXY", "127.0.0.1")
            client.get(mirror.url + PATH, source)
        client.get(mirror.url + PATH, source)
    assert (mirror.seen, proxy.seen) == ([PATH] * 2, [mirror.url + PATH] * 2)


def test_deadline_and_caps_hold_behind_a_proxy(proxy: Site, client: Client) -> None:
    proxy.routes["*"] = drip_body
    assert failure(client, NEWS.url + "/", source_of(NEWS)).kind == "timeout"
    proxy.routes["*"] = answer(b"", Content_Length="99999999")
    assert failure(client, NEWS.url + "/", source_of(NEWS)).kind == "too_large"


@pytest.mark.parametrize(
    "target",
    [
        "http://stranger.example/",
        "http://10.0.0.8/",
        "http://[fd00::8]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.localhost/",
    ],
)
def test_redirect_astray_is_refused_behind_a_proxy(proxy: Site, client: Client, target: str) -> None:
    proxy.routes["*"] = redirect(target)
    listed = [Host(url=target.rstrip("/"))] if target.count("/") == 3 and "stranger" not in target else []
    found = failure(client, NEWS.url + "/", source_of(NEWS, *listed, allow_private=False))
    assert isinstance(found, Refused)
    assert proxy.seen == [NEWS.url + "/"]


@pytest.mark.parametrize(
    "proxy_url",
    [
        f"http://desk:{SECRET}@127.0.0.1:{{port}}",
        f"http://desk:{SECRET}@no-such-proxy.invalid:3128",
        f"http://desk:{SECRET}/x@127.0.0.1",
        f"http://desk:{SECRET}@[::1",
        f"http://desk:{SECRET}@",
        f"desk:{SECRET}@127.0.0.1:{{port}}",
        f"ftp://desk:{SECRET}@127.0.0.1:{{port}}",
        f"socks5://desk:{SECRET}@127.0.0.1:{{port}}",
        f"http://desk:%73{SECRET[1:]}@127.0.0.1:{{port}}",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_fails_is_typed_and_its_password_never_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, proxy_url: str, scheme: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(f"{scheme}_proxy", proxy_url.format(port=dead_port()))
    host = Host(url=f"{scheme}://news.example")
    found = failure(client, host.url + "/", source_of(host))
    assert found.kind in ("unreachable", "http_error")
    for text in (str(found), repr(found), caplog.text):
        assert SECRET not in text
        assert SECRET[1:] not in text


def test_refusal_by_the_proxy_is_typed(proxy: Site, client: Client) -> None:
    host = Host(url="https://news.example")
    found = failure(client, host.url + "/", source_of(host))
    assert found.kind == "unreachable"
    assert "407" in found.reason
    assert SECRET not in str(found)
