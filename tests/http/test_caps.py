"""What a server may send at most: heads, framing, bodies, and what they swell to."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard

from mirrorwire.http.client import Client
from mirrorwire.http.codings import MAX_MEMBERS, TooLarge, Undecodable, decoded
from mirrorwire.http.connection import MAX_HEAD_BYTES
from mirrorwire.http.limits import Caps
from tests.newsroom.faults_bytes import gzip_of_many, zlib_of_many
from tests.support.sites import Site, answer, failure, raw, source_of

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = bytes(1 << 20)
SMALL = Caps(wire_bytes=200_000, decoded_bytes=1_000_000)


def pouring(head: bytes, again: bytes) -> tuple[list[int], Callable[[Any], None]]:
    """A route that sends one thing and then another for ever, and a count of its bytes."""
    sent = [0]

    def pour(handler: Any) -> None:
        handler.close_connection = True
        handler.wfile.write(head)
        while sent[0] < 50_000_000:
            sent[0] += handler.wfile.write(again)

    return sent, pour


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        (b"HTTP/1.1 103 Early Hints\r\n", b"X: y\r\n" * 1000),
        (OK, b"X: " + b"y" * 60_000 + b"\r\n"),
        (OK, b"X: y\r\n" * 1000),
        (OK + b"X: ", b"y" * 10_000),
        (b"HTTP/1.1 200 ", b"O" * 10_000),
        (CHUNKED, b"1;" + b"x" * 1000 + b"\r\ny\r\n"),
        (CHUNKED + b"1;", b"x" * 10_000),
        (CHUNKED + b"0\r\n", b"X: y\r\n" * 1000),
        (CHUNKED, b"1\r\ny\r\n" * 1000),
        (OK + b"\r\n", b"y" * 10_000),
    ],
    ids=(
        "103s 100s 103-headers big-headers many-headers one-header status-line extensions one-extension trailers "
        "small-chunks body"
    ).split(),
)
def test_what_never_ends_is_cut_and_too_large(site: Site, patient: Client, head: bytes, again: bytes) -> None:
    sent, site.routes["*"] = pouring(head, again)
    found = failure(patient, site.url + "/", source_of(site.host), caps=SMALL)
    assert found.kind == "too_large", found.reason
    assert sent[0] < 20_000_000  # what sockets hold


def test_interim_responses_are_passed_over(site: Site, client: Client) -> None:
    site.routes["*"] = raw(
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        OK + b"Content-Length: 4\r\n\r\npage",
    )
    found = client.get(site.url + "/", source_of(site.host))
    assert (found.status, found.body, found.header("Link")) == (200, b"page", None)


def test_head_and_trailers_of_usual_size_are_taken(site: Site, client: Client) -> None:
    head = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 2000) for n in range(90))
    assert len(head) < MAX_HEAD_BYTES
    site.routes["*"] = raw(
        OK + head + b"Transfer-Encoding: chunked\r\n\r\n4;a=b\r\npage\r\n0\r\nExpires: never\r\nX: y\r\n\r\n"
    )
    found = client.get(site.url + "/", source_of(site.host))
    assert (found.body, len(found.headers)) == (b"page", 91)


def test_body_of_the_cap_exactly_is_taken(site: Site, client: Client) -> None:
    site.routes["*"] = answer(b"x" * SMALL.wire_bytes)
    assert len(client.get(site.url + "/", source_of(site.host), caps=SMALL).body) == SMALL.wire_bytes
    site.routes["*"] = answer(b"x" * (SMALL.wire_bytes + 1))
    assert failure(client, site.url + "/", source_of(site.host), caps=SMALL).kind == "too_large"


def test_gzip_of_countless_empty_members_costs_little() -> None:
    for count in (MAX_MEMBERS + 1, 200_000):
        body = gzip.compress(b"") * count
        began = time.process_time()
        with pytest.raises(Undecodable):
            decoded(body, "gzip", 10**6)
        assert time.process_time() - began < 1
    assert decoded(gzip.compress(b"ab") * 1000, "gzip", 2000) == b"ab" * 1000
    with pytest.raises(TooLarge):
        decoded(gzip.compress(b"ab") * 1000, "gzip", 1999)


def bomb(coding: str) -> bytes:
    """1 GiB of zeros."""
    packer: Any
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(MEGABYTE) for _ in range(1024)) + bytes(packer.finish())
    if coding == "gzip":
        return gzip_of_many(MEGABYTE, 1024)
    if coding == "deflate":
        return zlib_of_many(MEGABYTE, 1024)
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join(packer.compress(MEGABYTE) for _ in range(1024)) + bytes(packer.flush())


CHILD = """
import json, sys
from mirrorwire.core.errors import FetchFailed
from mirrorwire.http.client import Client
from tests.support.sites import source_of
from mirrorwire.core.records import Host
origin = sys.argv[1]
def peak_mb():  # of this program alone: getrusage's outlives exec
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
with Client(user_agent="Mirrorwire/0.1") as client:
    client.get(origin + "/page", source_of(Host(url=origin)))
    before = peak_mb()
    try:
        client.get(origin + "/bomb", source_of(Host(url=origin)))
        kind = "taken"
    except FetchFailed as error:
        kind = error.kind
    grown = peak_mb() - before
print(json.dumps({"kind": kind, "grown_mb": grown}))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_bomb_of_a_gigabyte_grows_a_process_by_little(
    site: Site, coding: str, record_property: Callable[[str, object], None]
) -> None:
    body = gzip.compress(bomb("gzip")) if coding == "gzip, gzip" else bomb(coding)
    site.routes["/page"] = answer(gzip.compress(b"page" * 10_000), Content_Encoding="gzip")
    site.routes["/bomb"] = answer(body, Content_Encoding=coding)
    done = subprocess.run([sys.executable, "-c", CHILD, site.url], capture_output=True, timeout=60, check=True)
    found = json.loads(done.stdout)
    record_property("grown_mb", found["grown_mb"])
    print(f"{coding}: {len(body)} bytes on the wire, {found['grown_mb']:.1f} MB more at the peak")
    assert found["kind"] == "too_large"
    assert found["grown_mb"] < 50
