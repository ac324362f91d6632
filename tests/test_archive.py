"""WARC files: what is written is read back, by us and by others, whatever happens to the writer."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from etl.archive import ArchiveAway, ArchiveDamaged, ArchiveWriter, read_capture
from etl.errors import FolderUnusable
from etl.records import Capture, Exchange

PAGE = "<html><p>Über 5 °C in Köln</p></html>".encode()
EXCHANGE = Exchange(
    url="http://courier.example/Detail/2024/03/01/7/caf%C3%A9?page=2",
    host="http://courier.example",
    status=200,
    reason="OK",
    request_headers=(("User-Agent", "Mirrorwire/0.1"), ("Accept-Encoding", "gzip")),
    headers=(
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "17"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ),
    body=PAGE,
    fetched_at=datetime(2024, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC),
    elapsed_s=0.2,
)


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def only_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


@contextmanager
def disk_of(file_bytes: int) -> Iterator[None]:
    """A disk on which no file gets longer: what is written to its end is written in part, then refused."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first = writer.write(EXCHANGE)
        second = writer.write(replace(EXCHANGE, status=404, reason="Not Found", body=b"gone"))
    back = read_capture(str(tmp_path), first)
    assert (back.url, back.status, back.reason, back.body) == (EXCHANGE.url, 200, "OK", PAGE)
    assert back.fetched_at == EXCHANGE.fetched_at
    assert read_capture(str(tmp_path), second).body == b"gone"


def test_decoded_body_has_its_own_length_and_the_wire_headers_are_renamed(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(EXCHANGE))
    assert back.header("Content-Length") == str(len(PAGE))
    assert back.header("Content-Encoding") is None
    assert back.header("Transfer-Encoding") is None
    assert back.header("X-Crawler-Content-Encoding") == "gzip"
    assert back.header("X-Crawler-Content-Length") == "17"
    assert [value for name, value in back.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_another_reader_finds_warcinfo_response_and_its_request(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(EXCHANGE)
    path = only_file(tmp_path)
    (info, _, _), (kind, response, body), (other, request, _) = records(path)
    assert (info, kind, other) == ("warcinfo", "response", "request")
    assert path.name == capture.warc
    assert body == PAGE
    assert response["WARC-Date"] == request["WARC-Date"] == "2024-03-01T12:00:00.250000Z"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert response["WARC-Payload-Digest"] == capture.digest
    assert response["WARC-Block-Digest"].startswith("sha1:")
    plain = gzip.decompress(path.read_bytes())
    assert plain.startswith(b"WARC/1.1\r\n")
    assert plain.count(b"GET /Detail/2024/03/01/7/caf%C3%A9?page=2 HTTP/1.1\r\nHost: courier.example\r\n") == 1


def test_offset_and_length_hold_one_gzip_member(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        writer.write(EXCHANGE)
        capture = writer.write(EXCHANGE)
    data = only_file(tmp_path).read_bytes()[capture.offset : capture.offset + capture.length]
    inflater = zlib.decompressobj(31)
    assert b"WARC-Type: response" in inflater.decompress(data)
    assert inflater.eof
    assert not inflater.unused_data


def test_file_begins_with_the_first_exchange_and_rolls_by_size(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path / "new" / "folder"), roll_bytes=1) as writer:
        assert not list((tmp_path / "new" / "folder").iterdir())
        captures = [writer.write(EXCHANGE) for _ in range(3)]
    assert len({capture.warc for capture in captures}) == 3
    for capture in captures:
        assert read_capture(str(tmp_path / "new" / "folder"), capture).body == PAGE


def test_two_writers_share_no_file(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as one, ArchiveWriter(str(tmp_path)) as other:
        assert one.write(EXCHANGE).warc != other.write(EXCHANGE).warc


def test_file_url_is_a_folder(tmp_path: Path) -> None:
    with ArchiveWriter(f"file://{tmp_path}/with%20space") as writer:
        writer.write(EXCHANGE)
    assert only_file(tmp_path / "with space").suffix == ".gz"


def test_folder_that_cannot_be_made_and_object_store_are_refused_at_opening(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable) as caught:
        ArchiveWriter(str(tmp_path / "file" / "archive"))
    assert "Not a directory" in str(caught.value)
    with pytest.raises(FolderUnusable):
        ArchiveWriter("s3://bucket/warc")


def test_full_disk_is_typed_and_nothing_follows_the_torn_tail(tmp_path: Path) -> None:
    body = os.urandom(100_000)
    with ArchiveWriter(str(tmp_path)) as writer:
        kept = writer.write(EXCHANGE)
        with disk_of(20_000), pytest.raises(FolderUnusable, match="File too large"):
            writer.write(replace(EXCHANGE, body=body))
        again = writer.write(replace(EXCHANGE, body=body))
        assert again.warc != kept.warc
        writer.close()
        with disk_of(100), pytest.raises(FolderUnusable, match="File too large"):
            writer.write(EXCHANGE)
    assert read_capture(str(tmp_path), kept).body == PAGE
    assert read_capture(str(tmp_path), again).body == body
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([kept.warc, again.warc])
    assert [kind for kind, _, _ in records(tmp_path / kept.warc)] == ["warcinfo", "response", "request"]


def test_a_file_that_is_away_is_no_damage(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(EXCHANGE)
    only_file(tmp_path).unlink()
    with pytest.raises(ArchiveAway, match="No such file"):
        read_capture(str(tmp_path), capture)


@pytest.mark.parametrize("change", ["torn", "cut", "flipped", "other", "outside"])
def test_damage_is_said(tmp_path: Path, change: str) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(EXCHANGE)
        other = writer.write(replace(EXCHANGE, body=b"another"))
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    if change == "torn":
        path.write_bytes(data[: capture.offset + capture.length // 2])
    elif change == "cut":
        capture = replace(capture, length=capture.length - 4)
    elif change == "flipped":
        data[capture.offset + capture.length // 2] ^= 0xFF
        path.write_bytes(data)
    elif change == "other":
        capture = replace(other, digest=capture.digest)
    else:
        capture = replace(capture, warc="../" + capture.warc)
    with pytest.raises(ArchiveDamaged) as caught:
        read_capture(str(tmp_path), capture)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_hostile_headers_write_no_header_of_their_own(tmp_path: Path) -> None:
    hostile = replace(
        EXCHANGE,
        reason="Gut Ü\r\nX-One: 1",
        headers=(("X-A", "1\r\nX-Two: 2"), ("X B", "3"), ("X-Ümlaut", "4"), ("X-C", "\u043f\u0440")),
        url=EXCHANGE.url + "\r\nWARC-Type: metadata",
    )
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(hostile))
    assert [name for name, _ in back.headers] == ["X-A", "X-C", "Content-Length"]
    assert back.status == 200
    assert back.body == PAGE
    assert [kind for kind, _, _ in records(only_file(tmp_path))] == ["warcinfo", "response", "request"]


def test_empty_and_binary_bodies_survive(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        for body in (b"", os.urandom(200_000), b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n"):
            assert read_capture(str(tmp_path), writer.write(replace(EXCHANGE, body=body))).body == body


WRITES_FOR_EVER = """
import sys
from dataclasses import replace
from tests.test_archive import EXCHANGE
from etl.archive import ArchiveWriter
import random
body = random.Random(1).randbytes(300_000)
with ArchiveWriter(sys.argv[1]) as writer:
    while True:
        capture = writer.write(replace(EXCHANGE, body=body))
        print(capture.warc, capture.offset, capture.length, capture.digest, flush=True)
"""


def test_kill_loses_nothing_that_was_returned_and_tears_at_most_the_tail(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, cwd=root, text=True
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(5)]
    time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    lines += child.communicate()[0].splitlines(keepends=True)
    captures = [
        Capture(warc=warc, offset=int(offset), length=int(length), digest=digest)
        for warc, offset, length, digest in (line.split() for line in lines if line.endswith("\n"))
    ]
    assert len(captures) >= 5
    for capture in captures:
        assert len(read_capture(str(tmp_path), capture).body) == 300_000
    with ArchiveWriter(str(tmp_path)) as writer:
        assert writer.write(EXCHANGE).warc != captures[0].warc


def test_torn_tail_leaves_all_before_it_readable_by_another_reader(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        captures = [writer.write(EXCHANGE) for _ in range(3)]
    last = captures[-1]
    torn = only_file(tmp_path).read_bytes()[: last.offset + last.length // 2]
    seen: list[bytes] = []
    with suppress(Exception):  # the other reader's own way to say it
        for record in ArchiveIterator(io.BytesIO(torn)):
            body = record.content_stream().read()
            seen += [body] if record.rec_type == "response" else []
    assert seen[:2] == [PAGE, PAGE]
    assert read_capture(str(tmp_path), captures[1]).body == PAGE
