"""Heads of HTTP messages in the archive: every byte of a header is kept, and every reader can read it."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as AnotherReader
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mirrorwire.archive import ArchiveWriter, payload_digest, read_capture
from mirrorwire.core.exchange import Capture, Earlier, Exchange
from tests.archive.test_archive import EXCHANGE, PAGE, only_file

CYRILLIC = '</статья>; rel="canonical"'.encode().decode("latin-1")
"""As http.client gives it: each byte of the wire is a character."""
HEADERS = {
    "UTF-8": ("Link", CYRILLIC),
    "UTF-8 that ends in a byte that is a blank in Latin-1": ("X-Name", "х".encode().decode("latin-1")),
    "Latin-1": ("X-Author", "Jos\xe9 \xa0"),
    "every byte beyond ASCII": ("X-All", "".join(map(chr, range(0x80, 0x100)))),
    "control characters": ("X-Bell", "a\x07b\x0bc\x1c\x7f"),
    "nothing": ("X-Empty", ""),
    "a colon": ("X-Colon", ": : "),
    "a name that is none": ("X(odd)[name]", "1"),
    "escaped already": ("Refresh", "0; url=/%D1%8F?a=50%&b=%zz"),
    "escaped and not": ("Link", f"</%D1%8F>, {CYRILLIC}, 50%"),
    "a long line": ("X-Long", "é" * 4_000),
    "an encoded word": ("Subject", "=?utf-8?b?w6k=?="),
    "cookies": ("Set-Cookie", f"id={CYRILLIC}; Path=/; a=\"é\"; b='ü'"),
    "a place": ("Location", "/ст".encode().decode("latin-1")),
}


def with_headers(*headers: tuple[str, str]) -> Exchange:
    return replace(EXCHANGE, headers=(("Content-Type", "text/html"), *headers))


@pytest.mark.parametrize("what", HEADERS)
def test_a_header_is_read_back_byte_for_byte(tmp_path: Path, what: str) -> None:
    name, value = HEADERS[what]
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(with_headers((name, value)))
    back = read_capture(str(tmp_path), capture)
    assert back.header(name) == value.strip(" \t")
    assert back.body == PAGE
    head = zlib.decompressobj(31).decompress(only_file(tmp_path).read_bytes()[capture.offset :]).partition(PAGE)[0]
    assert not head.translate(None, bytes(range(0x20, 0x7F)) + b"\t\r\n")


def test_other_readers_read_every_head(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        for header in HEADERS.values():
            writer.write(with_headers(header))
    path = only_file(tmp_path)
    with path.open("rb") as file:
        theirs = [
            (record.http_headers.get_header("Content-Type"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "response"
        ]
    assert theirs == [("text/html", PAGE)] * len(HEADERS)
    with path.open("rb") as file:
        others = [
            (record.http_headers["Content-Type"], record.reader.read())
            for record in AnotherReader(file)
            if record.headers["WARC-Type"] == "response"
        ]
    assert others == theirs


@pytest.mark.parametrize("status", [200, 301, 304, 404, 503, 999])
def test_every_kind_of_answer_keeps_its_headers(tmp_path: Path, status: int) -> None:
    """Also as a redirect before another answer, cut short, and as a repetition of what is stored."""
    odd = replace(with_headers(("Link", CYRILLIC), ("ETag", '"é"')), status=status, reason="S\xe9e Other")
    asked = replace(odd, request_headers=(("If-None-Match", '"\xe9"'), ("User-Agent", "Mirrorwire (Köln, пр)")))
    with ArchiveWriter(str(tmp_path)) as writer:
        first = writer.write(EXCHANGE)
        earlier = Earlier(capture_id=1, url=EXCHANGE.url, fetched_at=EXCHANGE.fetched_at, capture=first)
        captures = [
            writer.write(asked),
            writer.write(replace(EXCHANGE, redirects=(asked,))),
            writer.write(replace(asked, truncated="length")),
            writer.write(asked, earlier=earlier),
        ]
    for capture in (captures[0], captures[2], *([captures[3]] if status != 304 else [])):
        back = read_capture(str(tmp_path), capture)
        assert (back.status, back.header("Link"), back.header("ETag")) == (status, CYRILLIC, '"é"')
    with only_file(tmp_path).open("rb") as file:
        assert len(list(ArchiveIterator(file, check_digests="raise"))) == 13


@pytest.mark.parametrize(
    "url", ["http://courier.example/\x85\x1b[31m", "http://courier.example/\ud800", "http://пр.example/é"]
)
def test_an_address_of_any_characters_is_written(tmp_path: Path, url: str) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(replace(EXCHANGE, url=url)))
    assert back.body == PAGE
    assert back.url.isprintable()


def test_a_head_too_long_for_readers_is_written_without_what_is_too_much(tmp_path: Path) -> None:
    many = [(f"X-{n}", "e" * 1000) for n in range(100)]
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(with_headers(("X-Long", "é" * 60_000), *many, ("X-End", "1"))))
    assert back.header("X-Long") is None
    assert [back.header(name) for name in ("X-0", "X-28", "X-End", "X-99")] == [many[0][1], many[28][1], "1", None]
    with only_file(tmp_path).open("rb") as file:
        assert len(list(AnotherReader(file))) == 3


@pytest.mark.parametrize("raw", ["%D1", "abc", "%", "\xd1", ""])
def test_a_server_that_sends_such_lines_itself_has_them_back(tmp_path: Path, raw: str) -> None:
    sent = (("Link", "abc"), ("X-Crawler-Raw-Link", raw), ("X-Crawler-Raw-", raw), ("X-Crawler-Raw-X", raw))
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(with_headers(*sent)))
    assert back.headers[1:5] == sent


def test_a_head_that_was_written_before_is_read(tmp_path: Path) -> None:
    """As warcio wrote heads: what was not ASCII escaped."""
    path = tmp_path / "old.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        head = StatusAndHeaders("200 OK", [("X-Author", "Jos\xe9"), ("A", "")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                EXCHANGE.url, "response", payload=io.BytesIO(PAGE), length=len(PAGE), http_headers=head
            )
        )
    capture = Capture(warc="old.warc.gz", offset=0, length=path.stat().st_size, digest=payload_digest(PAGE))
    back = read_capture(str(tmp_path), capture)
    assert back.headers == (("X-Author", "Jos%C3%A9"), ("A", ""))
    assert back.fetched_at < datetime.now(UTC)
