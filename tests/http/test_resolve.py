"""Names and their addresses: lookups that hang, several addresses, and answers that change."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from mirrorwire.core.records import Host
from mirrorwire.http import resolve
from mirrorwire.http.client import Client
from mirrorwire.http.guard import Refused
from mirrorwire.http.resolve import MAX_ADDRESSES, Resolver
from tests.support.sites import QUICK, Site, answer, failure, source_of

Asked = Callable[[str], list[str]]


def patched(monkeypatch: pytest.MonkeyPatch, addresses: Asked) -> list[str]:
    """Have names resolve to these addresses, and return the list of names asked for as it grows."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).replace(".", "").isdigit():
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses(host)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def named(site: Site, name: str = "news.test") -> Host:
    return Host(url=f"http://{name}:{site.url.rpartition(':')[2]}")


@contextmanager
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Lookups that answer only when the test is over."""
    over = threading.Event()

    def never(host: str) -> list[str]:
        over.wait(60)
        return ["127.0.0.1"]

    try:
        yield patched(monkeypatch, never)
    finally:
        over.set()


@contextmanager
def silent(address: str, port: int = 0) -> Iterator[int]:
    """The port of a listener whose queue is full, any for 0: connecting to it gets no answer."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((address, port))
        server.listen(0)
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(server.getsockname())
        time.sleep(0.05)
        yield server.getsockname()[1]


def test_lookup_that_hangs_ends_at_the_connect_timeout(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with hanging(monkeypatch):
        began = time.monotonic()
        found = failure(client, "http://news.test/", source_of(Host(url="http://news.test")))
        assert (found.kind, found.reason) == ("timeout", "looking up news.test took too long")
        assert time.monotonic() - began < QUICK.connect_s + 10


def test_hung_lookups_of_one_name_have_one_thread_and_of_many_names_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {*threading.enumerate()}  # of tests before this one, which may end meanwhile

    def lookups() -> int:
        return sum(thread.name == "lookup" for thread in {*threading.enumerate()} - others)

    resolver = Resolver(lookups=3)
    with hanging(monkeypatch) as asked:
        for name in ("a.test", "a.test", "b.test", "c.test", "d.test", "e.test"):
            with pytest.raises(TimeoutError):
                resolver.addresses(name, 80, 0.05)
        assert lookups() == 3
        assert asked == ["a.test", "b.test", "c.test"]
    deadline = time.monotonic() + 5
    while lookups() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert resolver.addresses("e.test", 80, 1)[0][1] == ("127.0.0.1", 80)


def test_interpreter_exits_without_waiting_for_a_lookup() -> None:
    code = (
        "import socket, time\n"
        "socket.getaddrinfo = lambda *args, **kwargs: time.sleep(60)\n"
        "from mirrorwire.http.resolve import RESOLVER\n"
        "try: RESOLVER.addresses('news.test', 80, 0.1)\n"
        "except TimeoutError: print('late')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=True)
    assert done.stdout == b"late\n"


def test_next_address_is_tried_when_one_refuses_or_is_silent(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.url.rpartition(":")[2])
    patched(monkeypatch, lambda name: ["127.0.0.3", "127.0.0.2", "127.0.0.1"])
    site.routes["/"] = answer(b"here")
    with silent("127.0.0.2", port):
        began = time.monotonic()
        found = client.get(named(site).url + "/", source_of(named(site)))
    assert found.body == b"here"
    assert QUICK.connect_s / 4 < time.monotonic() - began < QUICK.connect_s  # 127.0.0.2 had its share


def test_addresses_share_one_connect_timeout(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [f"127.0.0.{n}" for n in (1, 2, 3)]
    patched(monkeypatch, lambda name: addresses)
    with ExitStack() as stack:
        port = stack.enter_context(silent(addresses[0]))
        for address in addresses[1:]:
            stack.enter_context(silent(address, port))
        began = time.monotonic()
        url = f"http://news.test:{port}"
        found = failure(client, url + "/", source_of(Host(url=url)))
    assert found.kind == "timeout"
    assert all(f"{address}: took too long" in found.reason for address in addresses)
    assert time.monotonic() - began < 2 * QUICK.connect_s, "three of them would take three times as long"


def test_one_private_address_among_public_ones_stops_before_a_packet(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, lambda name: ["127.0.0.1", "93.184.216.34"])
    opened: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda sock, address: opened.append(address))
    found = failure(client, named(site).url + "/", source_of(named(site), allow_private=False))
    assert isinstance(found, Refused)
    assert opened == []


def test_name_that_turns_private_after_the_check_is_refused(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, answers = source_of(named(site), allow_private=False), iter(["93.184.216.34", "127.0.0.1"])
    asked, opened, real = patched(monkeypatch, lambda name: [next(answers)]), [], socket.socket.connect

    def connect(sock: socket.socket, address: tuple[str, int]) -> None:
        opened.append(address[0])
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError("no such network here")
        real(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert failure(client, named(site).url + "/", source).kind == "unreachable"
    assert (asked, opened) == (["news.test"], ["93.184.216.34"])  # what was checked is what was connected to
    assert isinstance(failure(client, named(site).url + "/", source), Refused)
    assert (asked, opened, site.seen) == (["news.test"] * 2, ["93.184.216.34"], [])


def test_a_name_may_have_any_number_of_addresses_and_few_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    patched(monkeypatch, lambda name: [f"10.0.{n >> 8}.{n & 255}" for n in range(1000)] * 2)
    found = Resolver().addresses("news.test", 80, 1)
    assert [sockaddr[0] for _, sockaddr in found] == [f"10.0.0.{n}" for n in range(MAX_ADDRESSES)]


@pytest.mark.parametrize(
    "name", ["a" * 64 + ".example", ".".join(["a" * 60] * 5), "no-such-name.invalid", "a..example"]
)
def test_name_that_cannot_be_looked_up_is_unreachable(client: Client, name: str) -> None:
    url = f"http://{name}"
    assert failure(client, url + "/", source_of(Host(url=url))).kind in ("unreachable", "refused")
    assert not resolve.RESOLVER._running
