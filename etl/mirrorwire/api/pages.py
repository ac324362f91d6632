"""Pages read without a database: one that a program has, and those of WARC files."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mirrorwire.api.records import Page
from mirrorwire.archive.html_pages import WarcPage, html_pages
from mirrorwire.archive.outside import OutsideFile, outside_files
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Extraction, Source, Verdict
from mirrorwire.core.settings import Settings
from mirrorwire.extract import extract_page
from mirrorwire.workers import Job, Workers

_WEB_URL = re.compile(r"https?://[^/?#\s]", re.I)


def read_page(
    html: str | bytes,
    *,
    url: str,
    source: str | None = None,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
) -> Page:
    """Return what a page is, and the article that it holds. Needs no database, and no network.

    `url` is where it was served. `source` is the key of a source whose zone and rules apply. `content_type` is the
    header, which may name the encoding of bytes. Times after `fetched_at` (in UTC where it has no zone) are
    disbelieved. No page makes this raise; `WrongUse` is raised for what is no http or https URL, and for an unknown
    source.

    The page is read in this process, without a limit of time. Pages of strangers in number are better read from a
    WARC file by `read_warc`, or by `mirrorwire extract --manifest`: in child processes, which are ended when they hang.
    """
    if not _WEB_URL.match(url):
        raise WrongUse(f"url={url[:200]!r}: not an http or https URL")
    is_text = isinstance(html, str)
    body = html.encode("utf-8", "replace") if isinstance(html, str) else html
    if fetched_at is not None and fetched_at.tzinfo is None:
        fetched_at = fetched_at.replace(tzinfo=UTC)
    extraction = extract_page(
        body,
        url=url,
        content_type="text/html; charset=utf-8" if is_text else content_type,
        source=_source(Settings.from_env(), source),
        fetched_at=fetched_at,
    )
    return _page(url, extraction, fetched_at)


def read_warc(
    path: str | os.PathLike[str], *, source: str | None = None, processes: int | None = None
) -> Iterator[Page]:
    """Yield every page of a WARC or WACZ file in its order, articles and others; without a database or network.

    `path` may also be a folder or a glob of such files, a listing of them (`warc.paths.gz`), or an object store's URL
    (`s3://…`). Pages are HTML that was served with status 200; `verdict` says which of them are articles. What cannot
    be read of a file is yielded with the verdict `broken` and its reason as `evidence["file"]`; what follows is read.

    Pages are read by so many child `processes`, by default as `MIRRORWIRE_PROCESSES` says. A few are held at once,
    however long the file is. Raises `MirrorwireError` where there is no such file, `WrongUse` for an unknown source and
    for no process at all.
    """
    if processes is not None and processes < 1:
        raise WrongUse(f"processes={processes}: at least 1")
    settings = Settings.from_env()
    publisher = _source(settings, source)
    place = os.fspath(path)
    files = outside_files(place if "://" in place else str(Path(place).absolute()))
    return _read(files, publisher, settings.processes if processes is None else processes)


def _read(files: list[OutsideFile], source: Source | None, processes: int) -> Iterator[Page]:
    waiting: deque[tuple[str, datetime | None]] = deque()

    def jobs() -> Iterator[Job | Verdict]:
        now = datetime.now(UTC)
        for file in files:
            for page in html_pages(file, now=now):
                waiting.append((page.url, page.captured_at))
                yield _job(page)

    with Workers(processes) as workers:
        for extraction in workers.extract(jobs(), source=source):
            url, captured_at = waiting.popleft()
            yield _page(url, extraction, captured_at)


def _job(page: WarcPage) -> Job | Verdict:
    if page.exchange is None:
        return Verdict(kind="broken", evidence={"file": page.problem})
    content_type = page.exchange.header("content-type")
    return Job(body=page.exchange.body, url=page.url, content_type=content_type, fetched_at=page.captured_at)


def _page(url: str, extraction: Extraction, fetched_at: datetime | None) -> Page:
    return Page(
        url=url,
        verdict=extraction.verdict.kind,
        evidence=extraction.verdict.evidence,
        article=extraction.article,
        fetched_at=fetched_at,
    )


def _source(settings: Settings, key: str | None) -> Source | None:
    return None if key is None else find_source(settings, key)
