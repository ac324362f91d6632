"""Source files that were checked before are not checked again, and never wrongly taken for what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrorwire.core import config
from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.records import Source

TEXT = """
key = "daily"
name = "The Daily"
timezone = "Europe/Oslo"
since = 2007-07-02
revisits = ["1h", "6h"]
poll = { min = "2m", max = "3h" }
prune = ["//div[@class='promo']"]
article_url = '/(?P<id>\\d+)$'
hosts = [{ url = "https://daily.example" }, { url = "https://m.example", role = "mirror", tls = "unverified" }]
seeds = [{ kind = "feed", path = "/feed" }, { kind = "webarchive", url = "https://web.archive.org/cdx/search/cdx" }]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "daily.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def daily(home: Path) -> Source | str | None:
    """What the file `daily` gives: a source, or its error."""
    (file,) = [file for file in source_files(Settings(home=home, sources=home / "sources")) if file.key == "daily"]
    return file.source or file.error


def test_what_was_checked_before_is_the_same_and_is_not_checked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = daily(home)
    assert isinstance(first, Source)
    monkeypatch.setattr(config, "_checked", lambda path, body: pytest.fail(f"{path} was checked again"))
    assert daily(home) == first


def test_a_file_that_changed_is_read_and_a_broken_one_is_told_each_time(home: Path) -> None:
    daily(home)
    file = home / "sources" / "daily.toml"
    file.write_text(TEXT.replace("The Daily", "Another"), encoding="utf-8")
    changed = daily(home)
    assert isinstance(changed, Source) and changed.name == "Another"
    file.write_text(TEXT.replace("timezone", "timezome"), encoding="utf-8")
    for _ in range(2):
        assert "timezome: unknown key" in str(daily(home))


def test_a_file_that_was_renamed_is_not_taken_for_what_it_was(home: Path) -> None:
    daily(home)
    (home / "sources" / "daily.toml").rename(home / "sources" / "other.toml")
    errors = [file.error for file in source_files(Settings(home=home, sources=home / "sources")) if file.error]
    assert len(errors) == 1 and "must be the file's name" in errors[0]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"a": {"key": 1}}', b"\xff\xfe", b"[]"])
def test_a_cache_that_is_damaged_is_made_anew(home: Path, damage: bytes) -> None:
    first = daily(home)
    cache = home / "cache" / "sources.json"
    cache.write_bytes(damage)
    assert daily(home) == first
    assert cache.stat().st_size > 100


def test_where_nothing_can_be_written_all_is_read(home: Path) -> None:
    (home / "cache").write_text("a file where the folder would be")
    assert isinstance(daily(home), Source)
    assert sorted(path.name for path in home.iterdir()) == ["cache", "sources"]
