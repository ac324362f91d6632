"""WARC files as seeds: whatever wrote them, what they hold of a source is loaded once, and without any network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import fsspec
import psutil
import pytest
import zstandard
from fastwarc.warc import ArchiveIterator as WarcIterator
from fastwarc.warc import WarcRecord, WarcRecordType
from psycopg import sql
from psycopg.rows import dict_row
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mirrorwire import takedown
from mirrorwire.archive import read_capture
from mirrorwire.archive.outside import blocks
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.exchange import Capture
from mirrorwire.pipeline import passes, steps
from mirrorwire.store import db
from tests.conftest import environment
from tests.support.buckets import SECRET
from tests.support.command_forks import CommandForks
from tests.support.ingest import ingest as ingest_source
from tests.support.publisher import Reply, article, publishing

Rows = Callable[..., list[dict[str, Any]]]
HOST, MIRROR = "https://www.harbour.example", "https://harbour-mirror.example"
SOURCE = """
key = "harbour"
name = "The Harbour"
language = "en"
timezone = "UTC"
article_url = "/news/(?P<date>\\\\d{{4}}/\\\\d{{2}}/\\\\d{{2}})/(?P<id>\\\\d+)"
delay_s = 0
[[hosts]]
url = "https://www.harbour.example"
[[hosts]]
url = "https://harbour-mirror.example"
role = "mirror"
[[seeds]]
kind = "warc"
url = "{url}"
"""
DAY = date(2024, 3, 5)
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing</h1>"
    b"<form id='challenge-form' action='/cdn-cgi/challenge-platform/x'></form><p>DDoS protection by Cloudflare</p>"
    b"</body></html>"
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A record to be written: a response unless said otherwise."""

    n: int
    day: date = DAY
    host: str = HOST
    at: datetime | None = None
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    status: str = "200 OK"
    protocol: str = "HTTP/1.1"
    kind: str = "response"
    warc: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def target(self) -> str:
        return self.url or f"{self.host}/news/{self.day:%Y/%m/%d}/{self.n}/story"

    @property
    def captured_at(self) -> datetime:
        return self.at or datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


def text(n: int, day: date = DAY) -> bytes:
    return article(n).replace("2026-11-20", f"{day}").encode()


def foreign(n: int) -> Page:
    return Page(n=n, url=f"https://foreign-{n % 7}.example/news/2024/03/05/{n}/story", body=b"<html>other</html>")


def record(page: Page) -> bytes:
    """One record, plain, as warcio writes it."""
    writer, out = WARCWriter(io.BytesIO(), gzip=False), io.BytesIO()
    body = text(page.n, page.day) if page.body is None else page.body
    made = writer.create_warc_record(
        page.target,
        page.kind,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(page.status, list(page.headers), protocol=page.protocol),
        warc_headers_dict={"WARC-Date": f"{page.captured_at:%Y-%m-%dT%H:%M:%SZ}", **page.warc},
    )
    WARCWriter(out, gzip=False).write_record(made)
    return out.getvalue()


def members(pages: Iterable[Page]) -> bytes:
    return b"".join(gzip.compress(record(page), 1) for page in pages)


def by_fastwarc(pages: Iterable[Page]) -> bytes:
    out = io.BytesIO()
    for page in pages:
        made = WarcRecord()
        made.init_headers(record_type=WarcRecordType.response)
        made.headers["WARC-Target-URI"] = page.target
        made.headers["WARC-Date"] = f"{page.captured_at:%Y-%m-%dT%H:%M:%SZ}"
        made.headers["Content-Type"] = "application/http; msgtype=response"
        made.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + text(page.n, page.day))
        plain = io.BytesIO()
        made.write(plain, checksum_data=True)
        out.write(gzip.compress(plain.getvalue()))
    return out.getvalue()


def chunked(body: bytes) -> bytes:
    parts = (body[at : at + 700] for at in range(0, len(body), 700))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "crawl"
    found.mkdir()
    return found


@pytest.fixture
def warcs(database_url: str, tmp_path: Path, folder: Path) -> Settings:
    """Settings of a source that is nothing but its WARC files in `folder`."""
    (tmp_path / "sources").mkdir()
    seed(tmp_path, str(folder))
    return Settings(
        home=tmp_path,
        database_url=database_url,
        sources=tmp_path / "sources",
        archive=str(tmp_path / "archive"),
        processes=1,
    )


def seed(home: Path, url: str, *more: str) -> None:
    text = SOURCE.format(url=url) + "".join(f'[[seeds]]\nkind = "warc"\nurl = "{each}"\n' for each in more)
    (home / "sources" / "harbour.toml").write_text(text)


def host_request(settings: Settings) -> Rows:
    def ask(query: str, *parameters: Any) -> list[dict[str, Any]]:
        with db.connect(settings.database_url or "") as conn, conn.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), parameters or None).fetchall()

    return ask


@pytest.fixture
def rows(warcs: Settings) -> Rows:
    return host_request(warcs)


def ingest(settings: Settings, since: date | None = None, days: int = 1) -> passes.PassResult:
    if since is None:
        return ingest_source(settings, "harbour")
    return ingest_source(
        settings, "harbour", kind="backfill", since=f"{since}", until=f"{since + timedelta(days=days)}"
    )


def loaded(rows: Rows) -> set[int]:
    return {int(row["article_key"].partition(":")[2]) for row in rows("SELECT article_key FROM articles")}


def poll(rows: Rows) -> dict[str, Any]:
    (found,) = rows("SELECT outcome, detail, links, first_day, last_day FROM seed_poll ORDER BY run_id DESC LIMIT 1")
    return found


def discover(settings: Settings, since: date | None = None, days: int = 1) -> int:
    """Read the seeds alone, as a run's first step does; no host is asked for what they leave open."""
    run_id = steps.open_run(
        settings,
        "harbour",
        kind="backfill" if since else "live",
        external_id=f"test:{uuid.uuid4()}",
        since=f"{since}" if since else None,
        until=f"{since + timedelta(days=days)}" if since else None,
        all_seeds=True,
        now=datetime.now(UTC),
    )
    steps.discover(settings, run_id, now=datetime.now(UTC))
    return run_id


def links(rows: Rows) -> dict[int, str]:
    found = rows("SELECT article_key, state FROM link")
    return {int(row["article_key"].partition(":")[2]): row["state"] for row in found}


def wacz(path: Path, *files: tuple[str, bytes], packed: bool = False) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as zipped:
        zipped.writestr("datapackage.json", "{}")
        for name, data in files:
            zipped.writestr(name, data)


PAGES = [foreign(1), Page(n=1), foreign(2), Page(n=2), Page(n=3, host=MIRROR), foreign(3)]


def _gzip(path: Path) -> None:
    path.with_suffix(".warc.gz").write_bytes(members(PAGES))


def _by_fastwarc(path: Path) -> None:
    pages = [Page(n=page.n, url=page.url, host=page.host) for page in PAGES]
    path.with_suffix(".warc.gz").write_bytes(by_fastwarc(pages))


def _plain(path: Path) -> None:
    path.with_suffix(".warc").write_bytes(b"".join(map(record, PAGES)))


def _one_member(path: Path) -> None:
    path.with_suffix(".warc.gz").write_bytes(gzip.compress(b"".join(map(record, PAGES))))


def _some_in_a_member(path: Path) -> None:
    parts = (PAGES[:3], PAGES[3:5], PAGES[5:])
    path.with_suffix(".warc.gz").write_bytes(b"".join(gzip.compress(b"".join(map(record, part))) for part in parts))


def _empty_members(path: Path) -> None:
    data = [gzip.compress(record(page)) + gzip.compress(b"") for page in PAGES]
    path.with_suffix(".warc.gz").write_bytes(b"".join(data))


def _wacz(path: Path) -> None:
    wacz(path.with_suffix(".wacz"), ("archive/a.warc.gz", members(PAGES[:3])), ("archive/b.warc", record(PAGES[3])),
         ("archive/c.warc.gz", members(PAGES[4:])), ("pages/pages.jsonl", b"{}"))  # fmt: skip


def _packed_wacz(path: Path) -> None:
    wacz(path.with_suffix(".wacz"), ("archive/a.warc.gz", members(PAGES[:3])),
         ("archive/b.warc.gz", members(PAGES[3:])), packed=True)  # fmt: skip


WRITERS = [_gzip, _by_fastwarc, _plain, _one_member, _some_in_a_member, _empty_members, _wacz, _packed_wacz]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_pages_of_the_source_are_loaded_whatever_wrote_the_file(
    warcs: Settings, folder: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args))
    write(folder / "file")
    done = ingest(warcs)
    assert (done.failures, done.left, asked) == ((), [], [])
    assert loaded(rows) == {1, 2, 3}
    assert set(links(rows).values()) == {"captured"}
    served = rows("SELECT article_key, served_by, fetched_at FROM articles ORDER BY 1")
    assert [row["served_by"] for row in served] == [HOST, HOST, MIRROR]
    assert {row["fetched_at"] for row in served} == {PAGES[1].captured_at}
    before = rows("SELECT xmin::text, capture_id, url FROM capture ORDER BY capture_id")
    assert len(before) == 3
    assert ingest(warcs).counts["inserted"] == 0
    assert rows("SELECT xmin::text, capture_id, url FROM capture ORDER BY capture_id") == before
    assert poll(rows)["outcome"] == "unchanged"


def test_nothing_but_unix_sockets_is_needed(warcs: Settings, folder: Path, rows: Rows) -> None:
    # Root's own namespace, since the mapped root of another one may not pass the folders of the server's user.
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no network namespace can be made here")
    (folder / "a.warc.gz").write_bytes(members(PAGES))
    words = [*alone, sys.executable, "-m", "mirrorwire.cli", "ingest", "harbour"]
    done = subprocess.run(words, env=environment(warcs), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert loaded(rows) == {1, 2, 3}


def test_a_copy_tells_where_it_came_from_and_outlives_the_file(warcs: Settings, folder: Path, rows: Rows) -> None:
    _wacz(folder / "file")
    discover(warcs)
    data = (folder / "file.wacz").read_bytes()
    (folder / "file.wacz").unlink()
    found = rows(
        "SELECT r.*, f.url AS file, c.warc, c.warc_offset, c.warc_length, c.digest AS ours FROM warc_record r "
        "JOIN warc_file f USING (file_id) JOIN capture c USING (capture_id) ORDER BY r.article_key"
    )
    assert [row["member"] for row in found] == ["archive/a.warc.gz", "archive/b.warc", "archive/c.warc.gz"]
    for n, row in enumerate(found, 1):
        assert row["file"] == str(folder / "file.wacz")
        theirs = data[row["record_offset"] : row["record_offset"] + row["record_length"]]
        held = {each.record_id: each.reader.read() for each in WarcIterator(io.BytesIO(theirs))}
        page = held[row["record_id"]]
        assert page == text(n)
        where = Capture(warc=row["warc"], offset=row["warc_offset"], length=row["warc_length"], digest=row["ours"])
        ours = read_capture(warcs.archive, where)
        assert (ours.body, ours.url, ours.fetched_at) == (page, row["url"], PAGES[1].captured_at)
        assert ours.header("Content-Type") == "text/html; charset=utf-8"


def test_a_record_that_is_not_where_a_scan_took_it_to_be_is_found_by_its_number(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    pages = [Page(n=n, day=date(2024, 3, n)) for n in (1, 2, 3)]
    (folder / "a.warc.gz").write_bytes(members(pages))
    discover(warcs, date(2024, 3, 1))
    with db.connect(warcs.database_url or "") as conn:
        conn.execute("UPDATE warc_record SET record_offset = 0 WHERE number = 2")
    discover(warcs, date(2024, 3, 3))
    assert links(rows) == {1: "captured", 3: "captured"}
    assert rows("SELECT record_offset, problem FROM warc_record WHERE number = 2") == [
        {"record_offset": None, "problem": None}
    ]


def test_the_archive_holds_no_request_that_was_never_sent(warcs: Settings, folder: Path) -> None:
    (folder / "a.warc.gz").write_bytes(members([Page(n=1)]))
    discover(warcs)
    (path,) = Path(warcs.archive).glob("*.warc.gz")
    with path.open("rb") as file:
        kinds = [each.record_type for each in WarcIterator(file)]
    assert kinds == [WarcRecordType.warcinfo, WarcRecordType.response]


HTML = ("Content-Type", "text/html; charset=utf-8")
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def test_bodies_are_read_as_they_were_sent(warcs: Settings, folder: Path, rows: Rows) -> None:
    pages = []
    for n, (coding, encode) in enumerate(CODINGS.items(), 1):
        headers = (HTML, ("Content-Encoding", coding))
        pages.append(Page(n=n, body=encode(text(n)), headers=headers))
        both = (*headers, ("Transfer-Encoding", "chunked"))
        pages.append(Page(n=n + 10, body=chunked(encode(text(n + 10))), headers=both))
        pages.append(Page(n=n + 20, headers=both))  # stored without either, and the headers left as they were
    pages += [
        Page(n=30, protocol="HTTP/1.0"),
        Page(n=31, protocol="HTTP/2", status="200"),
        Page(n=32, headers=()),
        Page(n=33, headers=(("Content-Type", "application/xhtml+xml"),)),
        Page(n=34, body=chunked(text(34)), headers=(HTML, ("Transfer-Encoding", "chunked"))),
    ]
    (folder / "a.warc.gz").write_bytes(members(pages))
    ingest(warcs)
    assert rows("SELECT article_key, problem FROM warc_record WHERE problem IS NOT NULL") == []
    assert loaded(rows) == {page.n for page in pages}


def test_only_pages_of_the_source_are_taken(warcs: Settings, folder: Path, rows: Rows) -> None:
    taken = [
        Page(n=1, host="http://harbour.example"),
        Page(n=2, host="http://www.harbour.example:80"),
        Page(n=3, host="https://HARBOUR-mirror.example"),
    ]
    others = [
        Page(n=11, host="https://harbour.example.evil.example"),
        Page(n=12, host="https://evil.example/www.harbour.example"),
        Page(n=13, host="https://www.harbour.example:8443"),
        Page(n=14, status="404 Not Found"),
        Page(n=15, status="301 Moved Permanently"),
        Page(n=16, headers=(("Content-Type", "image/png"),)),
        Page(n=17, url=f"{HOST}/section/1"),
        Page(n=18, url="not a url www.harbour.example"),
        Page(n=19, kind="resource"),
    ]
    (folder / "a.warc.gz").write_bytes(members(taken + others))
    discover(warcs)
    assert links(rows) == {1: "captured", 2: "captured", 3: "captured"}


def test_ten_thousand_strangers_are_passed_over(warcs: Settings, folder: Path, rows: Rows) -> None:
    strangers = [gzip.compress(record(foreign(n)), 1) for n in range(100)] * 100
    with (folder / "a.warc.gz").open("wb") as file:
        for n, stranger in enumerate(strangers):
            file.write(stranger)
            if n % 2500 == 0:
                file.write(gzip.compress(record(Page(n=n + 1))))
    discover(warcs)
    assert links(rows) == dict.fromkeys((1, 2501, 5001, 7501), "captured")
    assert [row["records"] for row in rows("SELECT records FROM warc_file")] == [10_004]


REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def sha1(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def test_a_revisit_is_taken_where_its_payload_is_known_and_left_where_not(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    later = datetime(2024, 4, 1, tzinfo=UTC)
    packed = gzip.compress(text(2))
    coded = (HTML, ("Content-Encoding", "gzip"))

    def revisit(n: int, payload: bytes, headers: tuple[tuple[str, str], ...]) -> Page:
        fields = {"WARC-Profile": REVISIT, "WARC-Payload-Digest": sha1(payload)}
        return Page(n=n, at=later, kind="revisit", body=b"", headers=headers, warc=fields)

    # The response stands in a file that is read later, and may bear a coding.
    (folder / "a.warc.gz").write_bytes(
        members([revisit(1, text(1), (HTML,)), revisit(2, packed, coded), revisit(3, b"nobody", (HTML,))])
    )
    (folder / "b.warc.gz").write_bytes(members([Page(n=1), Page(n=2, body=packed, headers=coded)]))
    done = discover(warcs)
    found = rows("SELECT link_id, fetched_at, digest FROM capture ORDER BY link_id, fetched_at")
    assert [row["fetched_at"].month for row in found] == [3, 4, 3, 4]
    assert [row["digest"] for row in found] == [sha1(text(1))] * 2 + [sha1(text(2))] * 2
    assert poll(rows)["outcome"] == "read"
    assert poll(rows)["detail"] == "1 revisits left: no file holds their payload"
    assert links(rows)[3] == "pending"
    for name in ("fetch", "extract", "learn", "dedupe", "load"):
        if name == "fetch":
            continue
        step = getattr(steps, name)
        step(warcs, done, *([1] if name == "extract" else []), now=datetime.now(UTC))
    assert loaded(rows) == {1, 2}
    assert {row["versions"] for row in rows("SELECT versions FROM article")} == {1}


def test_what_is_wrong_with_a_record_is_told_and_the_rest_is_kept(warcs: Settings, folder: Path, rows: Rows) -> None:
    pages = [
        Page(n=1),
        Page(n=2, warc={"WARC-Block-Digest": sha1(b"other")}),
        Page(n=3, warc={"WARC-Payload-Digest": sha1(b"other"), "WARC-Block-Digest": "unknown:x"}),
        Page(n=4, warc={"WARC-Truncated": "length"}),
        Page(n=5, body=gzip.compress(b"<p>" + b"x" * 50_000_000), headers=(HTML, ("Content-Encoding", "gzip"))),
        Page(n=6, body=b"no gzip", headers=(HTML, ("Content-Encoding", "gzip"))),
        Page(n=7, body=os.urandom(11_000_000)),
        Page(n=8, at=datetime(2200, 1, 1, tzinfo=UTC)),
        Page(n=9, warc={"WARC-Payload-Digest": "sha256:" + hashlib.sha256(text(9)).hexdigest()}),
        Page(n=10, body=brotli.compress(b"<p>" + b"x" * 50_000_000), headers=(HTML, ("Content-Encoding", "br"))),
    ]
    (folder / "a.warc.gz").write_bytes(members(pages))
    discover(warcs)
    states = links(rows)
    assert {n for n, state in states.items() if state == "captured"} == {1, 9}
    assert {n for n, state in states.items() if state == "pending"} == {2, 3, 4, 5, 6, 7, 8, 10}, "hosts may have them"
    told = poll(rows)
    assert told["outcome"] == "damaged"
    for words in (
        "1 records skipped: its block digest is another",
        "1 records skipped: its payload digest is another",
        "1 records skipped: truncated (length)",
        "2 records skipped: more than 10000000 bytes decoded",
        "1 records skipped: no date of a capture: 2200-01-01T00:00:00Z",
        "1 records skipped: over 10000000 bytes",
    ):
        assert words in told["detail"]


def test_a_torn_or_damaged_file_is_told_with_the_place_and_the_rest_is_kept(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    parts = [members([page]) for page in (Page(n=1), replace(foreign(5), body=os.urandom(9000)), Page(n=2), Page(n=3))]
    parts[1] = parts[1][:4000] + bytes(500) + parts[1][4500:]
    data = b"".join(parts)
    (folder / "torn.warc.gz").write_bytes(data[:-200])
    (folder / "junk.warc.gz").write_bytes(b"<html>" * 1000)
    (folder / "nothing.warc").write_bytes(b"")
    (folder / "plain.warc").write_bytes(
        record(Page(n=11)) + b"junk" * 100 + record(Page(n=12)) + record(Page(n=13))[:-90]
    )
    (folder / "no.wacz").write_bytes(data)
    wacz(folder / "empty.wacz")
    discover(warcs)
    assert {n for n, state in links(rows).items() if state == "captured"} == {1, 2, 11, 12}
    told = poll(rows)
    assert told["outcome"] == "damaged"
    at = len(parts[0])
    for words in (
        f"{folder}/torn.warc.gz: damaged at byte {at}: ",
        f"byte {len(data) - len(parts[3])}: a record ends early",
        f"{folder}/junk.warc.gz: damaged at byte 0: Invalid WARC header",
        f"{folder}/nothing.warc: damaged at byte 0: it is empty",
        f"{folder}/plain.warc: damaged at byte 0",
        f"{folder}/no.wacz: no readable WACZ: File is not a zip file",
        f"{folder}/empty.wacz: a WACZ without archive/*.warc.gz",
    ):
        assert words in told["detail"], told["detail"]
    discover(warcs)
    assert poll(rows)["outcome"] == "damaged", "it is told each time"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/no/such/folder", "/no/such/folder: No such file or directory"),
        ("file:///no/such/file.warc.gz", "/no/such/file.warc.gz: No such file or directory"),
        ("/tmp/*.nothing.warc.gz", "/tmp/*.nothing.warc.gz: nothing there is a .warc, .warc.gz or .wacz file"),
        ("relative/folder", "relative/folder: is no absolute path"),
        ("s3://key:hush-hush@bucket/a", "s3://bucket/a: names a password: credentials belong in the environment"),
    ],
)
def test_a_place_that_is_none_fails_with_one_clear_line(warcs: Settings, rows: Rows, url: str, said: str) -> None:
    seed(warcs.home, url)
    done = ingest(warcs)
    (failure,) = done.failures
    assert "no usable seed" in failure
    assert said in failure
    assert "\n" not in failure
    assert "hush" not in failure.replace(url, "")
    assert poll(rows)["outcome"] == "failed"


def test_globs_folders_and_listings_name_files(warcs: Settings, folder: Path, rows: Rows) -> None:
    month = folder / "crawl-data" / "CC-NEWS" / "2024" / "03"
    month.mkdir(parents=True)
    for n in range(1, 4):
        (month / f"CC-NEWS-{n}.warc.gz").write_bytes(members([Page(n=n)]))
    (month / "notes.txt").write_text("no WARC")
    (month / "own.warc").write_bytes(record(Page(n=9)))
    listing = "crawl-data/CC-NEWS/2024/03/CC-NEWS-1.warc.gz\ncrawl-data/CC-NEWS/2024/03/CC-NEWS-2.warc.gz\n"
    (month / "warc.paths.gz").write_bytes(gzip.compress(listing.encode()))
    (month / "own.paths").write_text("own.warc\n")
    seed(warcs.home, f"file://{month}/warc.paths.gz")
    discover(warcs)
    assert set(links(rows)) == {1, 2}
    seed(warcs.home, f"{month}/own.paths")
    discover(warcs)
    assert set(links(rows)) == {1, 2, 9}
    seed(warcs.home, f"{folder}/**/CC-NEWS-[3-9].warc.gz")
    discover(warcs)
    assert set(links(rows)) == {1, 2, 3, 9}
    assert len(rows("SELECT FROM warc_file")) == 4


@pytest.mark.parametrize("line", ["/etc/passwd.warc", "../other.warc", "file:///a.warc", "s3://b/a.warc", "passwd"])
def test_a_listing_names_nothing_outside(warcs: Settings, folder: Path, rows: Rows, line: str) -> None:
    (folder / "warc.paths").write_text(line)
    seed(warcs.home, f"{folder}/warc.paths")
    discover(warcs)
    assert poll(rows)["detail"].startswith(f"{folder}: its listing names")


def test_a_window_takes_its_days_and_a_later_one_reads_only_its_own_records(
    warcs: Settings, folder: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Page(n=day * 10 + n, day=date(2024, 3, day)) for day in range(1, 6) for n in range(3)]
    (folder / "a.warc.gz").write_bytes(members([foreign(0), *pages, foreign(1)]))
    _one_member(folder / "b")
    first = ingest(warcs, date(2024, 3, 2))
    assert (first.failures, loaded(rows)) == ((), {20, 21, 22})
    assert set(links(rows)) == {20, 21, 22}
    assert (poll(rows)["first_day"], poll(rows)["last_day"]) == (date(2024, 3, 1), date(2024, 3, 5))
    read: list[tuple[str, Any]] = []

    def listening(file: Any, part: Any, ranges: Any = None) -> Iterator[bytes]:
        read.append((Path(file.path).name, ranges))
        return blocks(file, part, ranges)

    monkeypatch.setattr("mirrorwire.discover.copy_warcs.blocks", listening)
    ingest(warcs, date(2024, 3, 4))
    assert loaded(rows) == {20, 21, 22, 40, 41, 42}
    wanted = rows("SELECT min(record_offset) AS start, max(record_offset + record_length) AS stop FROM warc_record r "
                  "JOIN warc_file USING (file_id) WHERE day = '2024-03-04'")  # fmt: skip
    assert read == [("a.warc.gz", ((wanted[0]["start"], wanted[0]["stop"] - wanted[0]["start"]),))]
    read.clear()
    ingest(warcs, date(2024, 3, 4))
    assert read == [], "nothing is left to be read"
    ingest(warcs, date(2024, 3, 5))
    assert [name for name, _ in read] == ["a.warc.gz", "b.warc.gz"], "one gzip member is read from its beginning"
    assert loaded(rows) == {1, 2, 3, 20, 21, 22, 40, 41, 42, 50, 51, 52}
    done = ingest(warcs, date(2023, 1, 1))
    assert done.failures[0].startswith("not covered")


def test_where_urls_name_no_day_the_capture_date_and_then_the_page_decide(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    file = warcs.home / "sources" / "harbour.toml"
    file.write_text(re.sub(r"/news/.*/\(\?P<id>", "/n/(?P<id>", file.read_text()))
    pages = [Page(n=day, day=date(2024, 3, day), url=f"{HOST}/n/{day}") for day in range(1, 9)]
    late = Page(n=20, day=date(2024, 3, 4), url=f"{HOST}/n/20", at=datetime(2024, 9, 1, tzinfo=UTC))
    (folder / "a.warc.gz").write_bytes(members([*pages, late]))
    done = ingest(warcs, date(2024, 3, 4))
    assert done.failures == ()
    assert set(links(rows)) == {3, 4, 5, 6, 7, 8, 20}, "captured since, or the day before"
    assert loaded(rows) == {4, 20}


def test_several_captures_of_a_link_are_versions_only_where_they_differ(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    old, new = text(1), text(1).replace(b"Story number 1", b"Story number 1, corrected").replace(b"need", b"want")
    times = [datetime(2024, month, 6, tzinfo=UTC) for month in (3, 4, 5)]
    captures = [Page(n=1, at=at, body=body) for at, body in zip(times, (old, old, new), strict=True)]
    (folder / "b.warc.gz").write_bytes(members(captures[1:]))
    ingest(warcs)
    assert [row["version"] for row in rows("SELECT version FROM articles")] == [2]
    (folder / "a.warc.gz").write_bytes(members([captures[0], captures[2]]))  # one that is older, one that is known
    ingest(warcs)
    (current,) = rows("SELECT title, fetched_at FROM articles")
    assert current == {"title": "Story number 1, corrected", "fetched_at": times[2]}
    assert rows("SELECT count(*) AS n FROM capture") == [{"n": 3}]
    assert {row["content_hash"] for row in rows("SELECT content_hash FROM article_version")} == {
        row["content_hash"] for row in rows("SELECT DISTINCT content_hash FROM article_version")
    }
    assert rows("SELECT count(DISTINCT content_hash) AS n FROM article_version") == [{"n": 2}]


@pytest.mark.parametrize("good_first", [True, False])
def test_a_notice_neither_hides_a_good_capture_nor_keeps_a_link_from_the_hosts(
    warcs: Settings, folder: Path, rows: Rows, good_first: bool
) -> None:
    notices = [Page(n=n, body=CHALLENGE, at=datetime(2024, 6, n, tzinfo=UTC)) for n in (1, 2)]
    names = ("a", "b") if good_first else ("b", "a")
    (folder / f"{names[0]}.warc.gz").write_bytes(members([Page(n=1)]))
    (folder / f"{names[1]}.warc.gz").write_bytes(members(notices))
    run_id = discover(warcs)
    assert links(rows) == {1: "captured", 2: "pending"}
    rejected = rows("SELECT article_key, verdict, r.evidence FROM rejection r JOIN link USING (link_id)")
    assert [(row["article_key"], row["verdict"]) for row in rejected] == [("harbour:2", "challenge")]
    assert rejected[0]["evidence"]
    found = rows("SELECT article_key, verdict FROM warc_record ORDER BY 1, 2")
    assert [row["verdict"] for row in found] == ["article", "challenge", "challenge"]
    for name in ("extract", "learn", "dedupe", "load"):
        getattr(steps, name)(warcs, run_id, *([1] if name == "extract" else []), now=datetime.now(UTC))
    assert loaded(rows) == {1}


def test_a_living_host_serves_what_the_files_only_have_a_notice_of(warcs: Settings, folder: Path, rows: Rows) -> None:
    with publishing() as living:
        file = warcs.home / "sources" / "harbour.toml"
        file.write_text(
            file.read_text().replace(HOST, living.url).replace("delay_s = 0", "delay_s = 0\nallow_private = true")
        )
        (folder / "a.warc.gz").write_bytes(
            members([Page(n=2, host=living.url, body=CHALLENGE), Page(n=3, host=living.url)])
        )
        living.routes["/news/2024/03/05/2/story"] = Reply(body=text(2))
        done = ingest(warcs)
        assert (done.failures, done.left) == ((), [])
        assert living.paths("/news") == ["/news/2024/03/05/2/story"], "what is in the file is not asked for"
    assert loaded(rows) == {2, 3}
    assert rows("SELECT FROM rejection") == []


def test_a_copy_does_not_end_the_wait_for_a_page_that_is_to_be_fetched_again(
    warcs: Settings, folder: Path, rows: Rows
) -> None:
    (folder / "a.warc.gz").write_bytes(members([Page(n=1)]))
    discover(warcs)
    with db.connect(warcs.database_url or "") as conn:
        conn.execute("UPDATE link SET state = 'pending'")
    (folder / "b.warc.gz").write_bytes(members([Page(n=1, at=datetime(2024, 3, 9, tzinfo=UTC))]))
    discover(warcs)
    assert links(rows) == {1: "pending"}
    assert rows("SELECT count(*) AS n FROM capture") == [{"n": 2}]


def stock(rows: Rows) -> list[list[dict[str, Any]]]:
    """All that must not depend on how the runs went."""
    return [
        rows("SELECT article_key, title, text, version, fetched_at, served_by FROM articles ORDER BY 1"),
        rows("SELECT article_key, fetched_at, digest, chosen FROM capture JOIN link USING (link_id) ORDER BY 1, 2"),
        rows(
            "SELECT f.url, member, number, article_key, verdict, problem, capture_id IS NULL AS untaken "
            "FROM warc_record JOIN warc_file f USING (file_id) ORDER BY 1, 2, 3"
        ),
        rows("SELECT l.article_key, r.verdict FROM rejection r JOIN link l USING (link_id) ORDER BY 1"),
    ]


def _library(folder: Path) -> None:
    pages = [Page(n=n, day=date(2024, 3, 1 + n % 9)) for n in range(54)]
    for n in range(3):
        part = [foreign(n), *pages[n * 18 : n * 18 + 18]]
        (folder / f"{n}.warc.gz").write_bytes(members(part))


def test_killed_anywhere_and_run_again_it_ends_in_the_same_rows(
    warcs: Settings, folder: Path, rows: Rows, server: Settings, forks: CommandForks
) -> None:
    _library(folder)
    for more_copies in (1, 24, 45):
        command = forks.begin(["ingest", "harbour"], environment(warcs))
        deadline = time.monotonic() + 100
        while not command.has_ended() and time.monotonic() < deadline:
            if rows("SELECT count(*) AS n FROM capture")[0]["n"] >= more_copies:
                break
            time.sleep(0.05)
        command.kill()
        command.wait()
    assert ingest(warcs).failures == ()
    killed = stock(rows)
    assert len(killed[0]) == len(killed[1]) == 54
    name = f"test_{uuid.uuid4().hex[:12]}"
    with db.connect(db.embedded_database(server, "postgres")) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template").format(sql.Identifier(name)))
        whole = replace(warcs, database_url=db.embedded_database(server, name), archive=f"{warcs.home}/other")
        try:
            ingest(whole)
            assert stock(host_request(whole)) == killed
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_two_runs_at_once_take_every_record_once(warcs: Settings, folder: Path, rows: Rows) -> None:
    _library(folder)
    settings = replace(warcs, processes=2)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(ingest, settings, date(2024, 3, 1), 9), pool.submit(ingest, settings)]
        assert [each.result().failures for each in done] == [(), ()]
    assert loaded(rows) == set(range(54))
    assert rows("SELECT count(*) AS n FROM capture") == [{"n": 54}]
    assert {row["versions"] for row in rows("SELECT versions FROM article")} == {1}


def test_a_dry_run_tells_the_days_and_stores_nothing(warcs: Settings, folder: Path, rows: Rows) -> None:
    pages = [Page(n=day * 10 + n, day=date(2024, 3, day)) for day in range(1, 4) for n in range(2)]
    (folder / "a.warc.gz").write_bytes(members(pages))

    def planned() -> list[tuple[date, int, int, bool]]:
        plan, (reading,) = passes.plan(warcs, "harbour", since="2024-03-02", until="2024-03-05")
        assert reading.outcome in ("read", "unchanged")
        return [(row["day"], row["to_fetch"], row["stored"], row["covered"]) for row in plan]

    days = [date(2024, 3, day) for day in (2, 3, 4)]
    assert planned() == [(days[0], 2, 0, True), (days[1], 2, 0, True), (days[2], 0, 0, False)]
    for table in ("link", "capture", "warc_file", "warc_record"):
        assert rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
    discover(warcs, date(2024, 3, 2))
    assert planned() == [(days[0], 0, 2, True), (days[1], 2, 0, True), (days[2], 0, 0, False)]


def test_a_large_file_takes_little_memory_in_whichever_process(warcs: Settings, folder: Path, rows: Rows) -> None:
    stranger = gzip.compress(record(replace(foreign(1), body=b"<p>" + os.urandom(60_000).hex().encode())), 1)
    giant = gzip.compress(record(replace(foreign(2), body=b"\0" * 400_000_000)), 1)
    with (folder / "a.warc.gz").open("wb") as file:
        file.write(members([Page(n=1)]) + giant)
        while file.tell() < 120_000_000:
            file.write(stranger * 50)
        file.write(members([Page(n=2)]))
    words = [sys.executable, "-m", "mirrorwire.cli", "ingest", "harbour"]
    run = subprocess.Popen(words, env=environment(warcs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    while run.poll() is None:
        with suppress(psutil.Error):
            for process in (psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)):
                status = Path(f"/proc/{process.pid}/status")
                if status.exists() and (found := re.search(r"VmHWM:\s+(\d+)", status.read_text())):
                    peaks[process.pid] = int(found[1]) / 1024
        time.sleep(0.05)
    assert run.returncode == 0
    assert loaded(rows) == {1, 2}
    assert len(peaks) >= 3, "the run, its reader, and who judges pages"
    assert max(peaks.values()) < 300


class TestObjectStore:
    """A prefix of files in an S3 protocol on a local server."""

    def test_a_prefix_a_glob_and_a_listing_are_read_by_ranges(
        self, warcs: Settings, s3: Any, rows: Rows, tmp_path: Path
    ) -> None:
        for n in (1, 2):
            s3.put_object(Bucket="bucket", Key=f"CC-NEWS/2024/{n}.warc.gz", Body=members([foreign(n), Page(n=n)]))
        _wacz(tmp_path / "file")
        s3.put_object(Bucket="bucket", Key="waczs/file.wacz", Body=(tmp_path / "file.wacz").read_bytes())
        s3.put_object(Bucket="bucket", Key="CC-NEWS/2024/readme.txt", Body=b"no WARC")
        listing = gzip.compress(b"CC-NEWS/2024/2.warc.gz\n")
        s3.put_object(Bucket="bucket", Key="CC-NEWS/2024/warc.paths.gz", Body=listing)
        seed(warcs.home, "s3://bucket/CC-NEWS/2024/warc.paths.gz")
        discover(warcs)
        assert links(rows) == {2: "captured"}
        seed(warcs.home, "s3://bucket/CC-NEWS/*/*.warc.gz")
        discover(warcs)
        assert links(rows) == {1: "captured", 2: "captured"}
        seed(warcs.home, "s3://bucket")
        discover(warcs)
        assert links(rows) == {1: "captured", 2: "captured", 3: "captured"}
        assert [row["url"] for row in rows("SELECT url FROM warc_file ORDER BY url")] == [
            "s3://bucket/CC-NEWS/2024/1.warc.gz",
            "s3://bucket/CC-NEWS/2024/2.warc.gz",
            "s3://bucket/waczs/file.wacz",
        ]
        s3.put_object(Bucket="bucket", Key="CC-NEWS/2024/1.warc.gz", Body=members([Page(n=1), Page(n=4)]))
        discover(warcs)
        assert links(rows)[4] == "captured", "a file that has changed is scanned again"

    @pytest.mark.parametrize(
        "path", ["no-such-bucket/a/*.warc.gz", "no-such-bucket/a", "bucket/a.warc.gz", "bucket/none"]
    )
    def test_what_is_not_there_is_told_without_secrets(self, warcs: Settings, s3: Any, rows: Rows, path: str) -> None:
        seed(warcs.home, f"s3://{path}")
        discover(warcs)
        told = poll(rows)
        assert told["outcome"] == "failed"
        assert told["detail"].startswith(f"s3://{path}: ")
        assert SECRET not in told["detail"]

    def test_a_store_that_is_away_is_told(
        self, warcs: Settings, s3: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        fsspec.filesystem("s3").clear_instance_cache()
        seed(warcs.home, "s3://bucket/a")
        discover(warcs)
        assert poll(rows)["detail"].startswith("s3://bucket/a: the store does not do what it is asked to")
        fsspec.filesystem("s3").clear_instance_cache()


def test_an_article_that_was_taken_down_is_copied_from_no_file_again(warcs: Settings, folder: Path, rows: Rows) -> None:
    (folder / "a.warc.gz").write_bytes(members(PAGES))
    ingest(warcs)
    assert loaded(rows) == {1, 2, 3}
    with db.connect(warcs.database_url or "") as conn:
        removed = takedown.forget(conn, warcs, find_source(warcs, "harbour"), "harbour:2", reason=None)
    assert (removed["state"], removed["articles"]) == ("forgotten", 1)
    (folder / "b.warc.gz").write_bytes(members([Page(n=2, at=datetime(2024, 3, 6, tzinfo=UTC)), Page(n=4)]))
    for _ in range(2):
        ingest(warcs)
        assert loaded(rows) == {1, 3, 4}
        assert links(rows).keys() == {1, 3, 4}
    assert rows("SELECT 1 FROM capture WHERE url LIKE '%%/2/story'") == []
