"""The archive in an object store: a real S3 protocol on a local server."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from mirrorwire.archive import (
    ArchiveAway,
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveWriter,
    blank,
    read_capture,
    records_of,
    redact,
)
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import FolderUnusable, MirrorwireError
from mirrorwire.core.exchange import Capture
from tests.archive.test_archive import EXCHANGE, PAGE, earlier_of
from tests.conftest import ROOT, Ran
from tests.newsroom import Newsroom
from tests.support.buckets import SECRET

ARCHIVE = "s3://bucket/news/warc"


def keys(s3: Any) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket="bucket").get("Contents", [])]


def left(spool: Path) -> list[Path]:
    return [path for path in spool.rglob("*") if path.is_file()]


def test_files_are_uploaded_when_rolled_and_when_closed_and_only_then_leave_the_spool(s3: Any, tmp_path: Path) -> None:
    with ArchiveWriter(ARCHIVE, spool=tmp_path, roll_bytes=100_000) as writer:
        small = writer.write(EXCHANGE)
        assert (keys(s3), len(left(tmp_path))) == ([], 1)
        assert read_capture(ARCHIVE, small, spool=tmp_path).body == PAGE, "before it is uploaded"
        large = writer.write(replace(EXCHANGE, body=os.urandom(100_000)))
        assert (keys(s3), left(tmp_path)) == ([f"news/warc/{large.warc}"], [])
        last = writer.write(EXCHANGE)
    assert sorted(keys(s3)) == sorted(f"news/warc/{name}" for name in {small.warc, last.warc})
    assert left(tmp_path) == []
    for capture in (small, last):
        assert read_capture(ARCHIVE, capture, spool=tmp_path).body == PAGE


def test_reading_asks_for_the_records_bytes_only(s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveWriter(ARCHIVE, spool=tmp_path) as writer:
        writer.write(replace(EXCHANGE, body=os.urandom(300_000)))
        capture = writer.write(EXCHANGE)
    files, real, asked = fsspec.filesystem("s3"), type(fsspec.filesystem("s3"))._call_s3, []

    async def listening(self: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        answer = await real(self, method, *args, **kwargs)
        asked.append((method, kwargs.get("Range"), answer["ContentLength"]))
        return answer

    monkeypatch.setattr(type(files), "_call_s3", listening)
    assert read_capture(ARCHIVE, capture, spool=tmp_path).body == PAGE
    end = capture.offset + capture.length - 1
    assert asked == [("get_object", f"bytes={capture.offset}-{end}", capture.length)]


def test_a_revisit_is_read_from_two_objects(s3: Any, tmp_path: Path) -> None:
    with ArchiveWriter(ARCHIVE, spool=tmp_path) as writer:
        first = writer.write(EXCHANGE)
    with ArchiveWriter(ARCHIVE, spool=tmp_path) as writer:
        assert writer.holds(first.warc)
        assert not writer.holds("other.warc.gz")
        second = writer.write(replace(EXCHANGE, status=203), earlier=earlier_of(first))
    assert len(keys(s3)) == 2
    back = read_capture(ARCHIVE, second, spool=tmp_path)
    assert (back.status, back.body) == (203, PAGE)


def test_whole_passes_keep_all_that_came_in_the_store_and_read_it_from_there(
    s3: Any, settings: Settings, newsroom: Newsroom, mirrorwire: Callable[..., Ran], rows: Callable[..., Any]
) -> None:
    environment = {"MIRRORWIRE_ARCHIVE": ARCHIVE}
    assert mirrorwire("ingest", "courier", **environment).code == 0
    assert len(rows("SELECT FROM articles")) == len(newsroom.articles)
    rows("UPDATE capture SET etag = NULL, last_modified = NULL RETURNING 1")
    assert mirrorwire("ingest", "courier", "--revisit", **environment).code == 0
    assert [path for path in settings.home.rglob("*.warc.gz*") if path.is_file()] == []
    kinds = Counter[str]()
    paths = set()
    for key in keys(s3):
        body = s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        for record in ArchiveIterator(io.BytesIO(body), parse_http=False):
            assert record.verify_block_digest()
            kinds[record.headers["WARC-Type"]] += 1
            paths.add(urlsplit(record.headers.get("WARC-Target-URI", "")).path)
    assert kinds["revisit"] >= len(newsroom.articles)
    assert kinds["request"] == kinds["response"] + kinds["revisit"]
    assert {"/rss.xml", "/sitemap.xml", "/robots.txt"} <= paths
    before = rows("SELECT article_key, text, version FROM articles ORDER BY 1")
    rows("UPDATE capture SET extractor_version = 0 RETURNING 1")
    assert mirrorwire("ingest", "courier", **environment).code == 0, "the store's copies are read again"
    assert rows("SELECT article_key, text, version FROM articles ORDER BY 1") == before


WRITES_FOR_EVER = """
import sys, random
from dataclasses import replace
from pathlib import Path
from tests.archive.test_archive import EXCHANGE
from mirrorwire.archive import ArchiveWriter
with ArchiveWriter(sys.argv[1], spool=Path(sys.argv[2]), roll_bytes=700_000) as writer:
    while True:
        capture = writer.write(replace(EXCHANGE, body=random.randbytes(200_000)))
        print(capture.warc, capture.offset, capture.length, capture.digest, flush=True)
"""


def test_what_a_killed_writer_left_is_cut_uploaded_and_read_back(s3: Any, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES_FOR_EVER, ARCHIVE, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(6)]
    child.kill()
    lines += child.communicate()[0].splitlines(keepends=True)
    captures = [
        Capture(warc=warc, offset=int(offset), length=int(length), digest=digest)
        for warc, offset, length, digest in (line.split() for line in lines if line.endswith("\n"))
    ]
    for capture in captures:
        assert len(read_capture(ARCHIVE, capture, spool=tmp_path).body) == 200_000
    for path in left(tmp_path):
        with path.open("ab") as file:
            file.write(path.read_bytes()[:90])  # the beginning of a record
        os.utime(path, (time.time() - 100,) * 2)
    with ArchiveWriter(ARCHIVE, spool=tmp_path):
        assert left(tmp_path) == []
    for capture in captures:
        assert len(read_capture(ARCHIVE, capture, spool=tmp_path).body) == 200_000
    for key in keys(s3):
        with s3.get_object(Bucket="bucket", Key=key)["Body"] as stream:
            (tmp_path / "file").write_bytes(stream.read())
        with (tmp_path / "file").open("rb") as file:
            assert all(record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False))


def one_line(error: MirrorwireError) -> str:
    said = str(error)
    assert "\n" not in said
    assert SECRET not in said
    return said


def test_a_missing_bucket_is_said_at_opening(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable) as caught:
        ArchiveWriter("s3://no-such-bucket/x", spool=tmp_path)
    assert one_line(caught.value).startswith("s3://no-such-bucket/x: no such bucket")


def test_a_missing_object_and_a_missing_bucket_are_away_when_read(s3: Any, tmp_path: Path) -> None:
    missing = Capture(warc="missing.warc.gz", offset=0, length=10, digest="sha1:X")
    for archive in (ARCHIVE, "s3://no-such-bucket/x"):
        with pytest.raises(ArchiveAway, match="MIRRORWIRE_ARCHIVE") as caught:
            read_capture(archive, missing, spool=tmp_path)
        assert one_line(caught.value).startswith(f"{archive}/missing.warc.gz")


def test_a_record_beyond_the_objects_end_is_damage(s3: Any, tmp_path: Path) -> None:
    with ArchiveWriter(ARCHIVE, spool=tmp_path) as writer:
        capture = writer.write(EXCHANGE)
    with pytest.raises(ArchiveDamaged, match="bytes early"):
        read_capture(ARCHIVE, replace(capture, offset=10**6), spool=tmp_path)


def test_an_upload_that_fails_is_said_at_closing_and_made_good_by_the_next_writer(s3: Any, tmp_path: Path) -> None:
    writer = ArchiveWriter(ARCHIVE, spool=tmp_path, roll_bytes=1)
    s3.delete_bucket(Bucket="bucket")
    capture = writer.write(EXCHANGE)  # rolls, and is not failed by that
    with pytest.raises(FolderUnusable) as caught:
        writer.close()
    one_line(caught.value)
    assert read_capture(ARCHIVE, capture, spool=tmp_path).body == PAGE
    s3.create_bucket(Bucket="bucket")
    with ArchiveWriter(ARCHIVE, spool=tmp_path):
        assert (keys(s3), left(tmp_path)) == ([f"news/warc/{capture.warc}"], [])


def test_a_store_that_is_away_is_typed(tmp_path: Path, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    fsspec.filesystem("s3").clear_instance_cache()
    with pytest.raises(ArchiveAway) as caught:
        ArchiveWriter(ARCHIVE, spool=tmp_path)
    one_line(caught.value)
    fsspec.filesystem("s3").clear_instance_cache()


def test_a_password_in_the_location_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable, match="environment") as caught:
        ArchiveWriter(f"s3://key:{SECRET}@bucket/x", spool=tmp_path)
    one_line(caught.value)


def test_a_kind_of_store_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable, match="no kind of store is called nonsense://"):
        ArchiveWriter("nonsense://bucket", spool=tmp_path)


def test_without_the_library_the_error_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from mirrorwire.archive import ArchiveWriter\n"
        "sys.modules['s3fs'] = None\n"
        "ArchiveWriter('s3://bucket/x', spool=Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stderr.splitlines()[-1]
    assert said.startswith("mirrorwire.core.errors.FolderUnusable: s3://bucket/x: ")
    assert said.endswith("pip install s3fs")


def test_a_folder_archive_does_not_import_the_store_libraries(tmp_path: Path) -> None:
    # fsspec itself is there all the same: warcio imports it where it is installed.
    program = (
        "import sys; from datetime import datetime, UTC; from mirrorwire.core.exchange import Exchange\n"
        "from mirrorwire.archive import ArchiveWriter, read_capture\n"
        "exchange = Exchange(url='http://a.example/', host='http://a.example', status=200, reason='', headers=(), "
        "request_headers=(), body=b'x', fetched_at=datetime.now(UTC), elapsed_s=0)\n"
        "with ArchiveWriter(sys.argv[1]) as writer: capture = writer.write(exchange)\n"
        "read_capture(sys.argv[1], capture); assert not {'s3fs', 'botocore', 'aiohttp'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, timeout=60)


def test_a_record_is_taken_out_of_an_object_once_its_writer_is_done(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(EXCHANGE, url="http://courier.example/Detail/2024/03/01/8/b", body=b"other " * 500)
    with ArchiveWriter(ARCHIVE, spool=tmp_path) as writer:
        first, second = writer.write(EXCHANGE), writer.write(other)
        monkeypatch.setattr(redact, "PATIENCE_S", 0.1)
        with pytest.raises(ArchiveBusy):
            taken_out(tmp_path, first)
    assert left(tmp_path) == []
    taken_out(tmp_path, first)
    taken_out(tmp_path, first)
    assert left(tmp_path) == []
    assert read_capture(ARCHIVE, second, spool=tmp_path).body == other.body
    with pytest.raises(ArchiveDamaged):
        read_capture(ARCHIVE, first, spool=tmp_path)
    data = s3.get_object(Bucket="bucket", Key=f"news/warc/{first.warc}")["Body"].read()
    assert PAGE not in gzip.decompress(data)
    kinds = [WarcRecordType.warcinfo, *[WarcRecordType.metadata] * 2, WarcRecordType.response, WarcRecordType.request]
    assert [record.record_type for record in ArchiveIterator(io.BytesIO(data))] == kinds
    with pytest.raises(ArchiveAway):
        taken_out(tmp_path, replace(first, warc="none.warc.gz"))


def taken_out(spool: Path, capture: Capture) -> None:
    found = records_of(ARCHIVE, spool, capture.warc, known={capture.offset}, others=set(), is_its=lambda url: False)
    blank(ARCHIVE, spool, capture.warc, found, date=EXCHANGE.fetched_at)
