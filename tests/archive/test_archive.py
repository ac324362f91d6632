"""WARC files: what is written is read back, by us and by others, whatever happens to the writer."""

from __future__ import annotations

import fcntl
import gzip
import io
import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator as AnotherReader
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, ArchiveWriter, payload_digest, read_capture
from mirrorwire.archive.warc import AS_SENT
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.exchange import Capture, Earlier, Exchange

PAGE = "<html><p>Über 5 °C in Köln</p></html>".encode()
EXCHANGE = Exchange(
    url="http://courier.example/Detail/2024/03/01/7/caf%C3%A9?page=2",
    host="http://courier.example",
    status=200,
    reason="OK",
    request_headers=(("User-Agent", "Mirrorwire/0.1"), ("Accept-Encoding", "gzip")),
    address="93.184.216.34",
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


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "br": brotli.compress}
LONG = "\n".join(f"<p>{n}: Über {n * n} °C in Köln</p>" for n in range(20_000)).encode()


def coded(coding: str, body: bytes = PAGE, data: bytes | None = None) -> Exchange:
    """A response whose body came in a content coding."""
    sent = PACKERS[coding](body) if data is None else data
    headers = (("Content-Type", "text/html"), ("Content-Encoding", coding.upper()), ("Content-Length", str(len(sent))))
    return replace(EXCHANGE, headers=headers, body=body, sent=sent)


def decoded_by_another(path: Path) -> list[bytes]:
    """The bodies of a file's responses, decoded by a reader of another make."""
    with path.open("rb") as file:
        found = AnotherReader(file, record_types=WarcRecordType.response, parse_http=True, auto_decode="content")
        return [record.reader.read() for record in found]


@pytest.mark.parametrize("body", [PAGE, LONG])
@pytest.mark.parametrize("coding", AS_SENT)
def test_a_coded_body_is_stored_as_it_was_sent_and_every_reader_decodes_it(
    tmp_path: Path, coding: str, body: bytes
) -> None:
    exchange = coded(coding, body)
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(exchange)
    path = only_file(tmp_path)
    assert exchange.sent is not None
    assert b"\r\n\r\n" + exchange.sent + b"\r\n\r\n" in gzip.decompress(path.read_bytes()), "byte for byte"
    assert [found for kind, _, found in records(path) if kind == "response"] == [body]
    assert decoded_by_another(path) == [body]
    assert read_by_another(path) == ["warcinfo", "response", "request"]
    (fields,) = [fields for kind, fields, _ in records(path) if kind == "response"]
    assert fields["WARC-Payload-Digest"] == payload_digest(exchange.sent)
    assert capture.digest == payload_digest(body)
    back = read_capture(str(tmp_path), capture)
    assert (back.body, back.sent, back.headers) == (body, exchange.sent, exchange.headers)


def test_a_large_coded_body_is_not_packed_again(tmp_path: Path) -> None:
    sent = os.urandom(1_000_000)
    began = time.process_time()
    with ArchiveWriter(str(tmp_path)) as writer:
        for _ in range(20):
            writer.write(coded("gzip", bytes(len(sent)), sent + len(sent).to_bytes(4, "little")))
    took_s = time.process_time() - began
    began = time.process_time()
    for _ in range(20):
        zlib.compress(sent)
    assert took_s < (time.process_time() - began) / 2


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "x-gzip", "gzip, br", "identity"])
def test_a_body_in_a_coding_that_few_readers_know_is_stored_decoded(tmp_path: Path, coding: str) -> None:
    exchange = replace(coded("gzip"), headers=tuple(("Content-Encoding", each) for each in coding.split(", ")))
    with ArchiveWriter(str(tmp_path)) as writer:
        back = read_capture(str(tmp_path), writer.write(exchange))
    assert (back.body, back.sent, back.header("Content-Encoding")) == (PAGE, None, None)
    assert [value for name, value in back.headers if name == "X-Crawler-Content-Encoding"] == coding.split(", ")
    assert [found for kind, _, found in records(only_file(tmp_path)) if kind == "response"] == [PAGE]


@pytest.mark.parametrize(
    "sent",
    [gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), gzip.compress(PAGE) + bytes(512)],
    ids=["two members", "padded"],
)
def test_gzip_that_other_readers_would_not_read_to_its_end_is_stored_decoded(tmp_path: Path, sent: bytes) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(coded("gzip", data=sent))
    assert read_capture(str(tmp_path), capture).body == PAGE
    assert decoded_by_another(only_file(tmp_path)) == [PAGE]
    assert [found for kind, _, found in records(only_file(tmp_path)) if kind == "response"] == [PAGE]


def test_a_revisit_in_another_coding_describes_the_body_that_it_refers_to(tmp_path: Path) -> None:
    decoded = replace(EXCHANGE, headers=(("Content-Type", "text/html"),))
    same_but_for_its_time = coded("gzip", data=gzip.compress(PAGE, mtime=1))
    kinds = [coded("gzip"), coded("br"), same_but_for_its_time, decoded]
    with ArchiveWriter(str(tmp_path)) as writer:
        for first in kinds:
            capture = writer.write(first)
            coding = "gzip" if first.header("Content-Encoding") == "GZIP" else "none"
            stored = first.sent if coding == "gzip" and first.sent else PAGE
            for again in kinds:
                revisit = writer.write(replace(again, status=203), earlier=earlier_of(capture))
                back = read_capture(str(tmp_path), revisit)
                assert (revisit.payload, revisit.digest) == (capture, capture.digest)
                assert (back.status, back.body, back.sent) == (203, PAGE, None if stored == PAGE else stored)
                assert (back.header("Content-Encoding") or "none").lower() == coding
                assert back.header("Content-Length") == str(len(stored))
                theirs = (again.header("Content-Encoding") or "none").lower()
                hidden = (back.header("X-Crawler-Content-Encoding") or "none").lower()
                assert hidden == ("none" if theirs == coding else theirs)
    found = [fields for kind, fields, _ in records(only_file(tmp_path)) if kind in ("response", "revisit")]
    for n in range(0, len(found), 5):
        assert len({fields["WARC-Payload-Digest"] for fields in found[n : n + 5]}) == 1
    assert len({fields["WARC-Payload-Digest"] for fields in found}) == 3


@pytest.mark.parametrize("exchange", [EXCHANGE, coded("gzip")])
def test_a_body_whose_earlier_record_is_damaged_is_stored_again(tmp_path: Path, exchange: Exchange) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first = writer.write(exchange)
        path = only_file(tmp_path)
        data = bytearray(path.read_bytes())
        data[first.offset + first.length // 2] ^= 0xFF
        path.write_bytes(data)
        again = writer.write(exchange, earlier=earlier_of(first, exchange))
        assert again.payload is None
        assert read_capture(str(tmp_path), again).body == PAGE


def test_a_coded_body_that_decodes_to_another_page_is_damage(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(coded("gzip", b"the page", gzip.compress(b"another,")))
    with pytest.raises(ArchiveDamaged, match="another response"):
        read_capture(str(tmp_path), capture)


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
    assert response["WARC-IP-Address"] == "93.184.216.34"
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
    assert back.headers[:2] == (("X-A", "1 X-Two: 2"), ("X-C", "\xd0\xbf\xd1\x80"))
    assert [name for name, _ in back.headers] == ["X-A", "X-C", "Content-Length"]
    assert back.status == 200
    assert back.body == PAGE
    assert [kind for kind, _, _ in records(only_file(tmp_path))] == ["warcinfo", "response", "request"]


REDIRECT = replace(
    EXCHANGE,
    url="http://courier.example/old",
    status=301,
    reason="Moved",
    headers=(("Location", EXCHANGE.url),),
    body=b"",
)


def earlier_of(capture: Capture, exchange: Exchange = EXCHANGE) -> Earlier:
    return Earlier(capture_id=1, url=exchange.url, fetched_at=exchange.fetched_at, capture=capture)


def write_every_kind(writer: ArchiveWriter) -> list[Capture]:
    first = writer.write(replace(EXCHANGE, redirects=(REDIRECT, replace(REDIRECT, status=302))))
    later = replace(EXCHANGE, fetched_at=EXCHANGE.fetched_at + timedelta(days=1), url=EXCHANGE.url + "&again=1")
    same = writer.write(replace(later, status=203, reason="Copied"), earlier=earlier_of(first))
    not_modified = replace(later, status=304, reason="Not Modified", body=b"", headers=(("ETag", '"7"'),))
    return [first, same, writer.write(not_modified, earlier=earlier_of(first))]


def test_redirects_are_records_before_the_answer_which_the_capture_addresses(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        capture = writer.write(replace(EXCHANGE, redirects=(REDIRECT, replace(REDIRECT, status=302))))
    found = records(only_file(tmp_path))
    assert [kind for kind, _, _ in found] == ["warcinfo", *["response", "request"] * 3]
    assert [fields["WARC-Target-URI"] for _, fields, _ in found[1:]] == [REDIRECT.url] * 4 + [EXCHANGE.url] * 2
    assert [body for kind, _, body in found if kind == "response"] == [b"", b"", PAGE]
    assert read_capture(str(tmp_path), capture).url == EXCHANGE.url


def test_a_body_that_was_cut_says_so(tmp_path: Path) -> None:
    cut = replace(REDIRECT, body=b"moved", truncated="length")
    with ArchiveWriter(str(tmp_path)) as writer:
        writer.write(replace(EXCHANGE, redirects=(cut,)))
    said = [fields.get("WARC-Truncated") for kind, fields, _ in records(only_file(tmp_path)) if kind == "response"]
    assert said == ["length", None]


def test_a_revisit_gives_the_whole_body_and_its_own_status_and_headers(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first, same, not_modified = write_every_kind(writer)
    back = read_capture(str(tmp_path), same)
    assert (back.body, back.status, back.reason, back.url) == (PAGE, 203, "Copied", EXCHANGE.url + "&again=1")
    assert back.fetched_at == EXCHANGE.fetched_at + timedelta(days=1)
    assert (first.payload, same.payload, not_modified.payload) == (None, first, None)
    revisits = [(fields, body) for kind, fields, body in records(only_file(tmp_path)) if kind == "revisit"]
    assert [fields["WARC-Profile"].rsplit("/", 1)[1] for fields, _ in revisits] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    for fields, body in revisits:
        assert fields["WARC-Refers-To-Target-URI"] == EXCHANGE.url
        assert fields["WARC-Refers-To-Date"] == "2024-03-01T12:00:00.250000Z"
        # What a server says not to have changed was not seen: only a payload that was has a digest.
        digest = first.digest if fields["WARC-Profile"].endswith("digest") else None
        assert fields.get("WARC-Payload-Digest") == digest
        assert body == b""


def test_a_revisit_of_a_damaged_payload_names_the_payloads_record(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first, same, _ = write_every_kind(writer)
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[first.offset + first.length // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(ArchiveDamaged) as caught:
        read_capture(str(tmp_path), same)
    assert (caught.value.warc, caught.value.offset) == (first.warc, first.offset)


def read_by_another(path: Path) -> list[str]:
    """The kinds of a file's records, by a reader of another make that checks every digest to the end."""
    kinds = []
    with path.open("rb") as file:
        for record in AnotherReader(file, parse_http=False):
            assert record.verify_block_digest(), record.record_id
            kinds.append(record.headers["WARC-Type"])
    with path.open("rb") as file:
        for record in AnotherReader(file, record_types=WarcRecordType.response, parse_http=True):
            assert record.verify_payload_digest(), record.record_id
    return kinds


def test_a_reader_of_another_make_reads_every_kind_with_its_digests(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        write_every_kind(writer)
    pair = ["response", "request"]
    assert read_by_another(only_file(tmp_path)) == ["warcinfo", *pair * 3, *["revisit", "request"] * 2]


def torn(folder: Path, *, idle_s: float = 100.0) -> tuple[Path, Capture]:
    """A file as a killed writer leaves it, torn in its last record, and the capture before."""
    with ArchiveWriter(str(folder)) as writer:
        capture = writer.write(EXCHANGE)
        last = writer.write(EXCHANGE)
    path = (folder / capture.warc).rename(folder / (capture.warc + ".open"))
    path.write_bytes(path.read_bytes()[: last.offset + last.length // 2])
    os.utime(path, (time.time() - idle_s,) * 2)
    return path, capture


def test_a_torn_tail_is_cut_by_the_next_writer(tmp_path: Path) -> None:
    path, capture = torn(tmp_path)
    assert read_capture(str(tmp_path), capture).body == PAGE, "before it is cut"
    ArchiveWriter(str(tmp_path)).close()
    assert not path.exists()
    assert read_by_another(tmp_path / capture.warc) == ["warcinfo", "response", "request"]
    assert read_capture(str(tmp_path), capture).body == PAGE


def test_a_file_that_is_held_or_was_just_written_to_is_not_touched(tmp_path: Path) -> None:
    fresh, _ = torn(tmp_path, idle_s=20)
    held, _ = torn(tmp_path)
    before = [fresh.read_bytes(), held.read_bytes()]
    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ArchiveWriter(str(tmp_path)).close()
        assert [fresh.read_bytes(), held.read_bytes()] == before
    ArchiveWriter(str(tmp_path)).close()
    assert (fresh.exists(), held.exists()) == (True, False)


def test_a_living_writer_that_is_idle_keeps_its_file(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first = writer.write(EXCHANGE)
        os.utime(only_file(tmp_path), (time.time() - 1000,) * 2)
        ArchiveWriter(str(tmp_path)).close()
        assert only_file(tmp_path).name == first.warc + ".open"
        assert writer.write(EXCHANGE).warc == first.warc


def test_a_writer_whose_file_was_cut_beneath_it_begins_another(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        first = writer.write(EXCHANGE)
        os.truncate(only_file(tmp_path), first.offset)
        again = writer.write(EXCHANGE)
    assert again.warc != first.warc
    assert read_capture(str(tmp_path), again).body == PAGE


def test_damage_that_is_no_torn_tail_is_not_cut(tmp_path: Path) -> None:
    path, capture = torn(tmp_path)
    data = bytearray(path.read_bytes())
    data[40:60] = b"\0" * 20
    path.write_bytes(data)
    os.utime(path, (time.time() - 100,) * 2)
    ArchiveWriter(str(tmp_path)).close()
    assert (tmp_path / capture.warc).read_bytes() == data


def test_synced_exchanges_of_several_threads_are_all_there(tmp_path: Path) -> None:
    def write(n: int) -> Capture:
        capture = writer.write(replace(EXCHANGE, body=b"%d" % n))
        writer.sync()
        return capture

    with ArchiveWriter(str(tmp_path), roll_bytes=20_000) as writer, ThreadPoolExecutor(8) as pool:
        captures = list(pool.map(write, range(200)))
    assert [read_capture(str(tmp_path), each).body for each in captures] == [b"%d" % n for n in range(200)]
    assert all(read_by_another(path) for path in tmp_path.iterdir())


def test_empty_and_binary_bodies_survive(tmp_path: Path) -> None:
    with ArchiveWriter(str(tmp_path)) as writer:
        for body in (b"", os.urandom(200_000), b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n"):
            assert read_capture(str(tmp_path), writer.write(replace(EXCHANGE, body=body))).body == body


WRITES_FOR_EVER = """
import sys
from dataclasses import replace
from tests.archive.test_archive import EXCHANGE, REDIRECT
from mirrorwire.archive import ArchiveWriter
import random
from tests.archive.test_archive import coded
body = random.Random(1).randbytes(300_000)
kinds = [replace(EXCHANGE, body=body, redirects=(REDIRECT,)), replace(coded("gzip", body), redirects=(REDIRECT,))]
with ArchiveWriter(sys.argv[1], roll_bytes=3_000_000) as writer:
    while True:
        kinds.reverse()
        capture = writer.write(kinds[0])
        writer.sync()
        print(capture.warc, capture.offset, capture.length, capture.digest, flush=True)
"""


def killed(folder: Path, after_s: float) -> list[Capture]:
    """What a writer returned before it was killed, so long after its first exchange."""
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES_FOR_EVER, str(folder)], stdout=subprocess.PIPE, cwd=root, text=True
    )
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    time.sleep(after_s)
    child.send_signal(signal.SIGKILL)
    lines += child.communicate()[0].splitlines(keepends=True)
    return [
        Capture(warc=warc, offset=int(offset), length=int(length), digest=digest)
        for warc, offset, length, digest in (line.split() for line in lines if line.endswith("\n"))
    ]


@pytest.mark.slow
def test_twenty_kills_lose_nothing_that_was_returned_and_leave_whole_files(tmp_path: Path) -> None:
    captures = []
    for n in range(20):
        captures += killed(tmp_path, random.Random(n).uniform(0, 0.15))
    assert len(captures) >= 20
    for path in tmp_path.glob("*.open"):
        os.utime(path, (time.time() - 100,) * 2)
    ArchiveWriter(str(tmp_path)).close()
    for path in tmp_path.iterdir():
        assert path.suffix == ".gz"
        assert read_by_another(path)
    for capture in captures:
        assert len(read_capture(str(tmp_path), capture).body) == 300_000


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
