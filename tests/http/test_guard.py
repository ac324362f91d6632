"""What may be reached, by URL and by the address really connected to."""

from __future__ import annotations

import socket

import pytest

from mirrorwire.core.records import Host
from mirrorwire.http.client import Client
from mirrorwire.http.guard import Refused, check_address, check_url
from tests.support.sites import Site, failure, redirect, serving, source_of


def as_sent(target: str, site: Site) -> str:
    """The Location's text whose bytes, in the header's Latin-1, are the target's in UTF-8."""
    return target.replace("{netloc}", site.url.removeprefix("http://")).encode().decode("latin-1")


@pytest.mark.parametrize(
    "target",
    [
        "http://stranger.example/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//169.254.169.254/latest/meta-data/",
        "http://user:pass@{netloc}/",
        "http://{netloc}@stranger.example/",
        "http://stranger.example\\@{netloc}/",
        "http://{netloc}\\.stranger.example/",
        "http://[::1",
        "http://{netloc}.stranger.example/",
        "http://{netloc}%2f@stranger.example/",
        "http://{netloc}%40stranger.example/",
        "http://stranger.example%23@{netloc}/",
        "http://\tstranger.example/",
        "ht\ttp://stranger.example/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25lo]/",
        "http://localhost./",
        "http://%31%32%37.0.0.1/",
        "http://１２７.０.０.１/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://stranger\u2024example/",
        "http://" + "a" * 300 + ".example/",
        "ftp://{netloc}/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://{netloc}/" + "a" * 2000,
    ],
)
def test_redirect_elsewhere_is_refused_unasked(site: Site, patient: Client, target: str) -> None:
    source = source_of(site.host)
    site.routes["/"] = redirect(as_sent(target, site))
    found = failure(patient, site.url + "/", source)
    assert found.kind in ("refused", "http_error")
    assert site.seen == ["/"]


def test_redirect_to_another_port_of_the_same_address_is_refused(site: Site, mirror: Site, client: Client) -> None:
    site.routes["/"] = redirect(mirror.url + "/")
    assert isinstance(failure(client, site.url + "/", source_of(site.host)), Refused)
    assert mirror.seen == []


def test_name_that_resolves_to_loopback_is_refused_before_a_packet_is_sent(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://localhost:{server.getsockname()[1]}"
        found = failure(client, url + "/", source_of(Host(url=url), allow_private=False))
        assert isinstance(found, Refused)
        with pytest.raises(TimeoutError):
            server.accept()


def test_pooled_connection_is_not_lent_to_a_source_that_may_not_have_it(site: Site, client: Client) -> None:
    assert client.get(site.url + "/", source_of(site.host)).status == 404
    found = failure(client, site.url + "/", source_of(site.host, allow_private=False))
    assert isinstance(found, Refused)
    assert site.seen == ["/"]


def test_private_is_open_for_the_listed_origin_only(client: Client) -> None:
    with serving() as site:
        port = site.url.rpartition(":")[2]
        listed = Host(url=f"http://www.localhost:{port}")  # the same site for keys, not the same origin
        assert isinstance(failure(client, f"http://localhost:{port}/", source_of(listed)), Refused)
        assert site.seen == []


def test_addresses_by_kind() -> None:
    def fit(address: str, *, private: bool) -> bool:
        try:
            check_address("http://x/", address, private=private)
        except Refused:
            return False
        return True

    for public in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822", "2002:5db8:d822::1"):
        assert fit(public, private=False), public
    for own in (
        "127.0.0.1",
        "::1",
        "10.0.0.8",
        "192.168.1.1",
        "fd12::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "172.31.255.255",
        "127.8.8.8",
        "100.64.0.1",
        "2002:7f00:1::",
    ):
        assert not fit(own, private=False), own
        assert fit(own, private=True), own
    never = (
        "0.0.0.0 0.1.2.3 :: 169.254.169.254 169.254.170.2 fe80::1%lo 224.0.0.1 239.255.255.250 ff02::1 255.255.255.255 "
        "240.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.7 100.100.100.200 168.63.129.16 "
        "fd00:ec2::254 fd20:ce::254 ::ffff:169.254.169.254 2002:a9fe:a9fe::1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1 "
        "::7f00:1 ::ffff:0:7f00:1 fec0::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:80ff:fffe 2001:db8::1 3fff::1 "
        "5f00::1 4000::1"
    )
    for address in never.split():
        assert not fit(address, private=True), address


def test_www_and_scheme_make_no_stranger() -> None:
    source = source_of(Host(url="https://www.courier.example"))
    assert check_url("http://courier.example/a", source) is source.hosts[0]
    with pytest.raises(Refused):
        check_url("http://courier.example:8080/a", source)
