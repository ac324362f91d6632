"""Where WARC files may lie: what a source file or a setting names elsewhere is refused, and never asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mirrorwire.archive import ArchiveWriter, remote
from mirrorwire.archive.outside import outside_files
from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.errors import FolderUnusable, SourceFileError
from mirrorwire.core.warc_places import STORES, refusal
from tests.core.test_config import GOOD, written
from tests.support.sites import Site

ELSEWHERE = [
    "simplecache::http://{site}/x.warc.gz",
    "filecache::http://{site}/x.warc.gz",
    "blockcache::s3://bucket/x.warc.gz",
    "zip://x.warc.gz::http://{site}/x.zip",
    "tar://x.warc.gz::http://{site}/x.tar",
    "tar://x.warc.gz::file:///tmp/x.tar",
    "s3://bucket/x.warc.gz::http://{site}/x.warc.gz",
    "file:///tmp/x.warc.gz::http://{site}/",
    "http://{site}/x.warc.gz",
    "https://{site}/x.warc.gz",
    "HTTP://{site}/x.warc.gz",
    "S3://bucket/x.warc.gz",
    "ftp://{site}/x.warc.gz",
    "sftp://{site}/x.warc.gz",
    "ssh://{site}/x.warc.gz",
    "webhdfs://{site}/x.warc.gz",
    "webdav://{site}/x.warc.gz",
    "smb://{site}/x.warc.gz",
    "git://main@/x.warc.gz",
    "github://owner:repo@main/x.warc.gz",
    "hf://datasets/x.warc.gz",
    "reference://x.warc.gz",
    "libarchive://x.warc.gz",
    "memory://x.warc.gz",
    "local:///tmp/x.warc.gz",
    "data://text,x.warc.gz",
    "generic://x.warc.gz",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_place_is_refused_when_the_file_is_read_and_again_when_it_is_opened(
    tmp_path: Path, site: Site, url: str
) -> None:
    named = url.format(site=site.url.removeprefix("http://"))
    with pytest.raises(SourceFileError, match=r"seeds\[4\]: url: "):
        read_source(written(tmp_path, f'{GOOD}[[seeds]]\nkind = "warc"\nurl = "{named}"\n'))
    for opened in (lambda: outside_files(named), lambda: remote.files_at(named)):
        with pytest.raises(FolderUnusable):
            opened()
    with pytest.raises(FolderUnusable):
        ArchiveWriter(named, spool=tmp_path)
    assert site.seen == []


@pytest.mark.parametrize("url", ["simplecache::/tmp/x.warc.gz", "zip::x", "tar::relative/x.warc.gz"])
def test_one_place_inside_another_is_refused_without_a_scheme_too(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceFileError, match=r"seeds\[4\]: url: names one place inside another"):
        read_source(written(tmp_path, f'{GOOD}[[seeds]]\nkind = "warc"\nurl = "{url}"\n'))
    with pytest.raises(FolderUnusable, match="one place inside another"):
        outside_files(url)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "2026::11"
    folder.mkdir()
    (folder / "x.warc").write_bytes(b"")
    assert [file.path for file in outside_files(str(folder))] == [str(folder / "x.warc")]


@pytest.mark.parametrize("url", ["relative/x.warc.gz", "file:x", "~/x.warc.gz", "data:;base64,x.warc.gz"])
def test_what_is_no_absolute_path_is_refused_when_it_is_opened(url: str) -> None:
    with pytest.raises(FolderUnusable, match="is no absolute path"):
        outside_files(url)


@pytest.mark.parametrize("scheme", ["file", *STORES])
def test_folders_and_object_stores_are_read(tmp_path: Path, scheme: str) -> None:
    assert refusal(f"{scheme}://bucket/CC-NEWS/*.warc.gz") is None
    source = read_source(written(tmp_path, f'{GOOD}[[seeds]]\nkind = "warc"\nurl = "{scheme}://bucket/x"\n'))
    assert source.seeds[-1].url == f"{scheme}://bucket/x"


def test_an_object_whose_name_leads_elsewhere_is_not_followed(s3: Any, site: Site) -> None:
    from mirrorwire.archive.outside import Part, blocks

    s3.put_object(Bucket="bucket", Key=f"a::{site.url}/x.warc.gz", Body=b"x")
    (file,) = outside_files("s3://bucket")
    with pytest.raises(FolderUnusable, match="::"):
        list(blocks(file, Part(length=1)))
    assert site.seen == []


def test_the_check_of_a_source_file_names_the_place(settings: Settings, mirrorwire: Any) -> None:
    path = written(
        settings.home, f'{GOOD}[[seeds]]\nkind = "warc"\nurl = "simplecache::http://127.0.0.1:1/x.warc.gz"\n'
    )
    done = mirrorwire("sources", "check", str(path))
    assert done.code != 0
    assert "seeds[4]: url: names one place inside another" in done.out + done.err
