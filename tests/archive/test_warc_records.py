"""Records of strangers' WARC files, whatever wrote them: each is read, or told of with its place."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.archive import read_capture
from mirrorwire.archive.mentions import Mention, Pages, exchange_of
from mirrorwire.archive.scan import Damage, Stream, StreamRecord, scan
from mirrorwire.core import bugs
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.exchange import Capture, Exchange
from tests.discover.test_warc_seed import (
    HOST,
    Page,
    discover,
    folder,
    ingest,
    links,
    loaded,
    members,
    poll,
    record,
    rows,
    seed,
    text,
)
from tests.discover.test_warc_seed import warcs as warcs  # noqa: PLC0414 - a fixture

Rows = Callable[..., list[dict[str, Any]]]
assert folder and rows  # fixtures
NOW = datetime(2026, 11, 29, tzinfo=UTC)
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def raw(
    n: int,
    head: bytes = HTML,
    *,
    kind: bytes = b"response",
    version: bytes = b"WARC/1.1",
    more: bytes = b"Content-Type: application/http; msgtype=response\r\n",
    body: bytes | None = None,
    end: bytes = b"\r\n\r\n",
) -> bytes:
    """One record, byte for byte as it is said."""
    block = head + (text(n) if body is None else body)
    return (
        version
        + b"\r\nWARC-Type: "
        + kind
        + f"\r\nWARC-Target-URI: {Page(n=n).target}\r\nWARC-Date: 2024-03-05T12:00:00Z\r\n".encode()
        + f"WARC-Record-ID: <urn:uuid:{n}>\r\n".encode()
        + more
        + f"Content-Length: {len(block)}\r\n\r\n".encode()
        + block
        + end
    )


def scanned(data: bytes) -> Iterator[StreamRecord | Damage]:
    blocks = iter([data])
    return scan(Stream(lambda: next(blocks, b"")))


def read(settings: Settings, data: bytes) -> list[Exchange | str]:
    """What a file gives: exchanges, or what is wrong with them."""
    pages = Pages(find_source(settings, "harbour"), NOW)
    found: list[Exchange | str] = []
    mentions: dict[int, Mention] = {}
    for each in scanned(data):
        if isinstance(each, Damage):
            found.append(each.reason)
        elif (mention := pages.mention(each)) is not None:
            mentions[each.number] = mention
    records = (each for each in scanned(data) if isinstance(each, StreamRecord) and each.number in mentions)
    found += (mentions[each.number].problem or exchange_of(each.record, mentions[each.number]) for each in records)
    return found


CHUNKED = HTML.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
SOUND = {
    "no Content-Type": raw(1, more=b""),
    "another Content-Type": raw(1, more=b"Content-Type: text/html\r\n"),
    "WARC/0.18": raw(1, version=b"WARC/0.18"),
    "WARC/0.17 packed": gzip.compress(raw(1, version=b"WARC/0.17")),
    "no end": raw(1, end=b""),
    "half an end": raw(1, end=b"\r\n"),
    "more of an end": raw(1, end=b"\r\n" * 5),
    "packed without an end": gzip.compress(raw(1, end=b"")),
    "a type in capitals": raw(1, kind=b"Response"),
    "line feeds": raw(1, HTML.replace(b"\r\n", b"\n")),
    "HTTP/2": raw(1, HTML.replace(b"HTTP/1.1", b"HTTP/2")),
    "ICY": raw(1, HTML.replace(b"HTTP/1.1", b"ICY")),
    "no reason": raw(1, HTML.replace(b" OK", b"")),
    "two blanks": raw(1, HTML.replace(b" 200", b"  200")),
    "an odd reason": raw(1, HTML.replace(b"OK", b"\xd0\x9e\xd0\x9a \x1b[31m")),
    "folded": raw(1, HTML.replace(b"\r\n\r\n", b"\r\nX-A: b\r\n c\r\nno colon\r\n: no name\r\n\r\n")),
    "chunked": raw(1, CHUNKED, body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(text(1)), text(1))),
    "said to be chunked": raw(1, CHUNKED),
    "said to be packed": raw(1, HTML.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")),
    "an odd charset": raw(1, HTML.replace(b"utf-8", b"undefined")),
    "no HTML type": raw(1, b"HTTP/1.1 200 OK\r\n\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("what", SOUND)
def test_any_writers_record_is_read_and_the_next_too(warcs: Settings, what: str) -> None:
    data = SOUND[what]
    packed = data.startswith(b"\x1f\x8b")
    first, second = read(warcs, data + (gzip.compress(raw(2)) if packed else raw(2)))
    assert isinstance(first, Exchange) and isinstance(second, Exchange), (first, second)
    assert (first.status, first.body, second.body) == (200, text(1), text(2))


UNSOUND = {
    "no HTTP": raw(1, b"", body=b"<html>x</html>"),
    "nothing": raw(1, b"", body=b""),
    "a status that is none": raw(1, HTML.replace(b"200", b"2OO")),
    "a status beyond all": raw(1, HTML.replace(b"200", b"99999999999999999999")),
    "a head without end": raw(1, b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, body=b""),
    "cut off by its writer": raw(1, more=b"WARC-Truncated: length\r\n"),
    "a length that is none": raw(1).replace(b"Content-Length: ", b"Content-Length: x"),
    "a negative length": raw(1).replace(b"Content-Length: ", b"Content-Length: -"),
    "no URL": raw(1).replace(b"WARC-Target-URI: ", b"WARC-Target: "),
    "no length": raw(1).replace(b"Content-Length: ", b"Content-Longth: "),
    "a length beyond all": raw(1).replace(b"Content-Length: ", b"Content-Length: 999999999999999999"),
    "junk": b"\x00\xff junk " * 50,
}


@pytest.mark.parametrize("what", UNSOUND)
def test_one_bad_record_in_the_middle_is_told_and_the_others_are_read(warcs: Settings, what: str) -> None:
    found = read(warcs, raw(2) + UNSOUND[what] + raw(3))
    assert [each.body for each in found if isinstance(each, Exchange)] == [text(2), text(3)]
    assert any(isinstance(each, str) for each in found)


def test_headers_of_strangers_are_read_byte_for_byte(warcs: Settings) -> None:
    wire = "</ст>; \x80\x85\x9f\xe9".encode() + b"\x80\x85\xe9"
    (found,) = read(warcs, raw(1, HTML.replace(b"\r\n\r\n", b"\r\nLink: " + wire + b"\r\n\r\n")))
    assert isinstance(found, Exchange)
    assert found.header("Link") == wire.decode("latin-1")


def test_a_revisit_that_says_so_by_length_is_no_truncated_record(warcs: Settings, folder: Path, rows: Rows) -> None:
    """As wget writes them, with --warc-dedup."""
    first = Page(n=1)
    later = datetime(2024, 3, 6, tzinfo=UTC)
    digest = next(
        line.partition(b": ")[2].decode() for line in record(first).split(b"\r\n") if line.startswith(b"WARC-Payload-D")
    )
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    told = {"WARC-Truncated": "length", "WARC-Profile": profile, "WARC-Payload-Digest": digest}
    again = Page(n=1, kind="revisit", at=later, body=b"", warc=told)
    bare = raw(1, b"", kind=b"revisit", body=b"", more=f"WARC-Payload-Digest: {digest}\r\n".encode())
    data = b"WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Date: 2024-03-05T12:00:00Z\r\nWARC-Record-ID: <urn:uuid:m>\r\n"
    data += (
        b"WARC-Target-URI: metadata://gnu.org/software/wget/warc/MANIFEST.txt\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"
    )
    pieces = (record(first), record(again), bare, data, data.replace(b"metadata\r\n", b"resource\r\n"))
    (folder / "wget.warc.gz").write_bytes(b"".join(map(gzip.compress, pieces)))
    discover(warcs)
    told_of = poll(rows)
    assert (told_of["outcome"], told_of["detail"]) == ("read", None)
    assert links(rows) == {1: "captured"}
    assert rows("SELECT count(*) AS n FROM warc_record WHERE capture_id IS NOT NULL") == [{"n": 3}]


def test_a_record_that_meets_a_bug_is_told_with_its_place_and_the_others_are_read(
    warcs: Settings, folder: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(bugs.STRICT)
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'mirrorwire.discover.warc_child' in ' '.join(sys.orig_argv):\n"
        "    from mirrorwire.archive import mentions\n"
        "    sound = mentions.read_message\n"
        "    def bad(block):\n"
        "        if b'X-Bad' in block: raise KeyError('a slip of ours')\n"
        "        return sound(block)\n"
        "    mentions.read_message = bad\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{hook}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    bad = Page(n=2, headers=(("Content-Type", "text/html"), ("X-Bad", "1")))
    data = members([Page(n=1)])
    (folder / "a.warc.gz").write_bytes(data + members([bad, Page(n=3)]))
    run_id = discover(warcs)
    assert links(rows) == {1: "captured", 3: "captured"}
    said = poll(rows)
    assert said["outcome"] == "damaged"
    assert f"{folder}/a.warc.gz: damaged at byte {len(data)}: a bug of ours: KeyError" in said["detail"]
    (bug,) = rows("SELECT run_id, step, item, error FROM bug")
    assert bug == {
        "run_id": run_id,
        "step": "discover",
        "item": f"{folder}/a.warc.gz: byte {len(data)}",
        "error": "KeyError: 'a slip of ours'",
    }


def test_what_is_no_file_in_a_folder_of_them_is_told_and_never_opened(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    (folder / "a.warc.gz").write_bytes(members([Page(n=1)]))
    os.mkfifo(folder / "pipe.warc.gz")
    (folder / "loop.warc.gz").symlink_to(folder / "loop.warc.gz")
    (folder / "nowhere.warc").symlink_to(folder / "nothing")
    (folder / "zero.warc").symlink_to("/dev/zero")
    (folder / "self").symlink_to(folder)
    (folder / "self too").symlink_to(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s.wacz"))
        for url in (str(folder), f"{folder}/**/*.war*"):
            seed(warcs.home, url)
            discover(warcs)
            said = poll(rows)
            assert (said["outcome"], links(rows)) == ("damaged", {1: "captured"})
            for name in ("pipe.warc.gz", "loop.warc.gz", "nowhere.warc", "zero.warc"):
                assert f"{folder}/{name}: " in said["detail"]
    seed(warcs.home, f"{folder}/pipe.warc.gz")
    discover(warcs)
    assert "it is not opened" in poll(rows)["detail"]


THIN = b"<html><head><title>Story</title></head><body><h1>Story</h1><p>Soon.</p></body></html>"


def test_a_thin_page_of_a_dead_publisher_is_the_answer(warcs: Settings, folder: Path, rows: Rows) -> None:
    file = warcs.home / "sources" / "harbour.toml"
    dead = "http://127.0.0.1:1"
    file.write_text(file.read_text().replace(HOST, dead).replace("delay_s = 0", "delay_s = 0\nallow_private = true"))
    pages = [Page(n=n, host=dead) for n in range(1, 7)]
    (folder / "a.warc.gz").write_bytes(members([*pages, Page(n=7, host=dead, body=THIN)]))
    done = ingest(warcs, pages[0].day)
    assert (done.failures, done.left) == ((), [])
    assert loaded(rows) == {1, 2, 3, 4, 5, 6}
    assert rows("SELECT verdict FROM rejection") == [{"verdict": "thin"}]
    again = ingest(warcs, pages[0].day)
    assert (again.failures, again.left) == ((), [])


def test_a_copy_keeps_the_strangers_headers(warcs: Settings, folder: Path, rows: Rows) -> None:
    head = HTML.replace(b"\r\n\r\n", b"\r\nLink: </\xd1\x81\xd1\x82>; rel=x\r\nX-E: \x80\r\n\r\n")
    (folder / "a.warc").write_bytes(raw(1, head))
    discover(warcs)
    (row,) = rows("SELECT warc, warc_offset, warc_length, digest FROM capture")
    capture = Capture(warc=row["warc"], offset=row["warc_offset"], length=row["warc_length"], digest=row["digest"])
    back = read_capture(warcs.archive, capture)
    assert (back.header("Link"), back.header("X-E")) == ("</\xd1\x81\xd1\x82>; rel=x", "\x80")
