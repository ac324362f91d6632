"""One GET over real sockets: what comes back, what is cut, and what kind of failure it is."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import brotli
import pytest
import zstandard

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Host
from mirrorwire.http import limits
from mirrorwire.http.client import Client
from mirrorwire.http.limits import Caps
from tests.support.sites import (
    QUICK,
    Site,
    answer,
    dead_port,
    drip_body,
    drip_head,
    drip_in_one_header,
    failure,
    raw,
    redirect,
    source_of,
)


def test_any_status_is_an_exchange_that_tells_who_served_it(site: Site, client: Client) -> None:
    site.routes["/a"] = answer("Grüße".encode(), status=503, X_One="1")
    found = client.get(site.url + "/a?b=c", source_of(site.host), headers={"If-None-Match": '"x"'})
    assert (found.status, found.host, found.url) == (503, site.url, site.url + "/a?b=c")
    assert found.body.decode() == "Grüße"
    assert found.header("x-one") == "1"
    assert found.address == "127.0.0.1"
    assert site.headers[0]["User-Agent"].startswith("Mirrorwire/0.1 (+mailto:")
    assert ("If-None-Match", '"x"') in found.request_headers
    assert found.fetched_at.tzinfo is not None


def test_connections_are_reused_and_a_closed_one_costs_nothing(site: Site, client: Client) -> None:
    ports: list[int] = []

    def note(handler: Any) -> None:
        ports.append(handler.client_address[1])
        answer(b"x" * 100_000)(handler)
        handler.close_connection = len(ports) == 2  # without saying so

    site.routes["*"] = note
    for number in range(4):
        assert len(client.get(f"{site.url}/{number}", source_of(site.host)).body) == 100_000
        time.sleep(0.05)
    assert ports[0] == ports[1]
    assert ports[2] == ports[3]


def test_connection_that_the_server_closes_on_its_second_use_costs_nothing(site: Site, client: Client) -> None:
    def once(handler: Any) -> None:
        handler.used = getattr(handler, "used", 0) + 1
        (answer(b"page") if handler.used == 1 else raw(b""))(handler)

    site.routes["*"] = once
    for _ in range(2):
        assert client.get(site.url + "/", source_of(site.host)).body == b"page"
    assert len(site.seen) == 3


def test_fresh_connection_that_is_closed_is_not_tried_again(site: Site, client: Client) -> None:
    site.routes["*"] = raw(b"")
    assert failure(client, site.url + "/", source_of(site.host)).kind == "unreachable"
    assert len(site.seen) == 1


def test_cookies_are_not_kept_and_netrc_is_not_sent(
    site: Site, client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    site.routes["*"] = answer(b"", Set_Cookie="id=1; Path=/")
    for _ in range(2):
        client.get(site.url + "/", source_of(site.host))
    assert "Cookie" not in site.headers[1]
    assert "Authorization" not in site.headers[1]


@pytest.mark.parametrize("drip", [drip_body, drip_head, drip_in_one_header])
def test_drip_is_cut_at_the_deadline(site: Site, client: Client, drip: Callable[[Any], None]) -> None:
    site.routes["*"] = drip
    began = time.monotonic()
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert 1.0 < time.monotonic() - began < 8, "before its end"


def test_silence_ends_at_the_read_timeout(site: Site, client: Client) -> None:
    site.routes["*"] = lambda handler: time.sleep(2)
    began = time.monotonic()
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert time.monotonic() - began < 2, "before an answer"


def test_redirects_share_one_deadline(site: Site, client: Client) -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.4)
        redirect(handler.path + "x")(handler)

    site.routes["*"] = slow
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert len(site.seen) <= 4


def test_nobody_there_and_no_such_name_are_unreachable(client: Client) -> None:
    for url in (f"http://127.0.0.1:{dead_port()}", "http://no-such-name.invalid"):
        found = failure(client, url + "/", source_of(Host(url=url)))
        assert found.kind == "unreachable"
        assert "object at 0x" not in found.reason


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"page" * 1000, mtime=0)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>not gzip</html>",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n\r\ncntr",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    ],
)
def test_broken_answer_is_a_typed_failure(site: Site, client: Client, response: bytes) -> None:
    site.routes["*"] = raw(response)
    assert failure(client, site.url + "/", source_of(site.host)).kind == "http_error"


@pytest.mark.parametrize(
    ("came", "kept", "truncated"),
    [
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), b"short", "disconnect"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), b"hello", "disconnect"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>"), b"<html>", None),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"), b"", "length"),
        (answer(b"x" * 6_000_000, Content_Length=""), b"x" * limits.MAX_FAILED_BYTES, "length"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow", b"", pause_s=0.9), b"slow", "time"),
    ],
)
def test_a_failure_holds_what_came_of_a_response(
    site: Site, client: Client, came: Callable[[Any], None], kept: bytes, truncated: str | None
) -> None:
    site.routes["/"] = redirect("/end")
    site.routes["/end"] = came
    _, found = failure(client, site.url + "/", source_of(site.host)).exchanges
    assert (found.url, found.status, found.truncated) == (site.url + "/end", 200, truncated)
    assert (len(found.body), found.body, found.sent) == (len(kept), kept, None)


@pytest.mark.parametrize(
    ("response", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole\r\n", 200, b"whole"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n<p>a body that none may have</p>", 304, b""),
    ],
)
def test_what_comes_behind_a_body_is_nobodys_next_answer(
    site: Site, client: Client, response: bytes, status: int, body: bytes
) -> None:
    site.routes["*"] = raw(response)
    site.routes["/next"] = answer(b"next")
    found = client.get(site.url + "/", source_of(site.host))
    assert (found.status, found.body) == (status, body)
    assert client.get(site.url + "/next", source_of(site.host)).body == b"next"


def test_too_much_on_the_wire_stops_whether_stated_or_not(site: Site, client: Client) -> None:
    sent = [0]

    def pour(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            sent[0] += handler.wfile.write(b"x" * 100_000)

    site.routes["/stated"] = answer(b"", Content_Length="10000000000")
    site.routes["/unstated"] = pour
    for path in ("/stated", "/unstated"):
        assert failure(client, site.url + path, source_of(site.host)).kind == "too_large"
    assert sent[0] < 30_000_000


def test_caps_are_parameters(site: Site, client: Client) -> None:
    site.routes["*"] = answer(b"x" * 1000)
    caps = Caps(wire_bytes=999, decoded_bytes=5000)
    assert failure(client, site.url + "/", source_of(site.host), caps=caps).kind == "too_large"
    assert client.get(site.url + "/", source_of(site.host), caps=replace(caps, wire_bytes=1000)).status == 200


def test_gzip_bomb_stops_early(site: Site, client: Client) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(300)) + squeeze.flush()
    site.routes["*"] = answer(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        found = failure(client, site.url + "/", source_of(site.host))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.kind == "too_large"
    assert peak < 60_000_000  # of 300 MB


def test_redirect_with_an_endless_or_swelling_body_stops_early(site: Site, client: Client) -> None:
    def pour(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n")
        for _ in range(1000):
            handler.wfile.write(b"x" * 100_000)

    site.routes["/endless"] = pour
    bomb = gzip.compress(bytes(50_000_000))
    site.routes["/bomb"] = answer(bomb, status=302, Location="/x", Content_Encoding="gzip")
    tracemalloc.start()
    try:
        for path in ("/endless", "/bomb"):
            assert failure(client, site.url + path, source_of(site.host)).kind == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000  # of 150 MB
    assert "/x" not in site.seen


def test_redirect_to_another_host_of_the_source_tells_who_served(site: Site, mirror: Site, client: Client) -> None:
    site.routes["/a"] = redirect(mirror.url + "/b#part")
    mirror.routes["/b"] = answer(b"here")
    asked: list[str] = []
    found = client.get(
        site.url + "/a",
        source_of(site.host, mirror.host),
        headers={"If-None-Match": '"x"', "X-Kept": "1"},
        on_redirect=asked.append,
    )
    assert (found.host, found.url, found.body) == (mirror.url, mirror.url + "/b", b"here")
    assert asked == [mirror.url + "/b"]
    (hop,) = found.redirects
    assert (hop.url, hop.host, hop.status, hop.body) == (site.url + "/a", site.url, 302, b"moved")
    assert hop.header("Location") == mirror.url + "/b#part"
    assert ("If-None-Match", '"x"') in hop.request_headers
    assert hop.fetched_at <= found.fetched_at
    assert hop.elapsed_s <= found.elapsed_s
    assert "If-None-Match" not in mirror.headers[0]
    assert mirror.headers[0]["X-Kept"] == "1"


def test_waiting_before_a_redirect_is_not_the_hosts_time(site: Site, client: Client) -> None:
    site.routes["/"] = redirect("/next")
    waited = QUICK.total_s + 0.1
    found = client.get(site.url + "/", source_of(site.host), on_redirect=lambda target: time.sleep(waited))
    assert found.url == site.url + "/next"
    assert found.elapsed_s < waited


def test_redirects_stand_on_the_answer_in_their_order(site: Site, client: Client) -> None:
    for number, status in enumerate((301, 302, 303, 307, 308)):
        site.routes[f"/{number}"] = redirect(f"/{number + 1}", status)
    site.routes["/5"] = answer(b"here", status=404)
    found = client.get(site.url + "/0", source_of(site.host))
    assert [hop.status for hop in found.redirects] == [301, 302, 303, 307, 308]
    assert [hop.url for hop in found.redirects] == [f"{site.url}/{number}" for number in range(5)]
    assert all(hop.body == b"moved" and not hop.redirects for hop in found.redirects)
    assert (found.status, found.body) == (404, b"here")
    assert client.get(site.url + "/5", source_of(site.host)).redirects == ()


def test_a_redirects_body_is_kept_unless_it_is_long(site: Site, client: Client) -> None:
    site.routes["/"] = answer(gzip.compress(b"moved"), status=302, Location="/long", Content_Encoding="gzip")
    site.routes["/long"] = answer(bytes(limits.MAX_REDIRECT_BYTES + 1), status=302, Location="/end")
    short, long = client.get(site.url + "/", source_of(site.host)).redirects
    assert (short.body, gzip.decompress(short.sent or b"")) == (b"moved", b"moved")
    assert (short.truncated, long.truncated) == (None, "length")
    assert (len(long.body), long.sent) == (limits.MAX_REDIRECT_BYTES, None)


def test_a_failure_holds_the_redirects_that_led_there(site: Site, client: Client) -> None:
    site.routes["/"] = redirect("/next")
    site.routes["/next"] = redirect("http://stranger.example/")
    hops = failure(client, site.url + "/", source_of(site.host)).exchanges
    assert [(hop.url, hop.header("Location")) for hop in hops] == [
        (site.url + "/", "/next"),
        (site.url + "/next", "http://stranger.example/"),
    ]
    assert failure(client, f"http://127.0.0.1:{dead_port()}/", source_of(site.host)).exchanges == ()


@pytest.mark.parametrize("coding", [None, "gzip", "br", "zstd", "deflate", "gzip, br"])
def test_a_body_is_decoded_and_kept_as_it_was_sent(site: Site, client: Client, coding: str | None) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress, "deflate": zlib.compress}
    sent = "Grüße".encode() * 1000
    for each in (coding or "").split(", ") if coding else []:
        sent = pack[each](sent)
    site.routes["/"] = answer(sent, Content_Encoding=coding or "")
    found = client.get(site.url + "/", source_of(site.host))
    assert found.body.decode() == "Grüße" * 1000
    assert found.sent == (sent if coding else None)


def test_redirect_loop_ends(site: Site, client: Client) -> None:
    site.routes["/"] = redirect("/")
    assert failure(client, site.url + "/", source_of(site.host)).kind == "http_error"
    assert len(site.seen) == limits.MAX_REDIRECTS + 1


def test_exchanges_of_threads_do_not_mix(site: Site, client: Client) -> None:
    site.routes["*"] = lambda handler: answer(handler.path.encode() * 1000)(handler)
    source, found = source_of(site.host), dict[int, Exchange]()

    def get(number: int) -> None:
        found[number] = client.get(f"{site.url}/{number}", source)

    with ExitStack() as stack:
        for number in range(16):
            thread = threading.Thread(target=get, args=(number,))
            thread.start()
            stack.callback(thread.join)
    assert {number: exchange.body for number, exchange in found.items()} == {
        number: f"/{number}".encode() * 1000 for number in range(16)
    }
