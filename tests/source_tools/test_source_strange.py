"""`sources new` and `try` over strangers' sites: odd addresses, zones, empty pages, bugs that one document meets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.source_tools import NothingToDraft, Trial, as_toml, draft, survey, try_source
from mirrorwire.source_tools import trial as reading
from mirrorwire.source_tools.findings import EMPTY, Draft
from tests.conftest import Ran, environment
from tests.support.command_forks import CommandForks
from tests.support.publisher import Publisher, Reply, article, feed, publishing

Run = Callable[..., Ran]
SHELL = b"<html><head><title>App</title><script src=/app.js></script></head><body><noscript>"
SHELL += b"You need to enable JavaScript to run this app. " * 20 + b"</noscript><div id=root></div></body></html>"
WORDS = b"<p>" + b"Some words that a reader sees. " * 20 + b"</p>"


@pytest.fixture
def run(tmp_path: Path, forks: CommandForks) -> Run:
    def run(*words: str) -> Ran:
        env = environment(Settings(home=tmp_path / "home", archive=str(tmp_path / "home" / "archive")))
        return forks.run(words, env)

    return run


def surveyed(url: str) -> Draft:
    return survey(url, user_agent="test", allow_private=True, delay_s=0)


def lists(site: Publisher, path: str, *links: str) -> None:
    items = "".join(f"<item><title>{link}</title><link>{site.url}{link}</link></item>" for link in links)
    site.routes[path] = Reply(body=f"<rss version='2.0'><channel>{items}</channel></rss>".encode())


def test_links_that_hold_two_days_give_a_draft_that_reads_them(run: Run, tmp_path: Path) -> None:
    with publishing() as site:
        site.routes["/"] = Reply(body=b"<html><title>Daily</title>" + WORDS)
        paths = [f"/2026/01/{day:02}/202601{day:02}-storm-in-{day}" for day in range(5, 15)]
        lists(site, "/rss.xml", *paths)
        for n, path in enumerate(paths):
            site.routes[path] = Reply(body=article(n).encode())
        file = tmp_path / "daily.toml"
        done = run("sources", "new", site.url, "--allow-private", "--delay", "0", "--output", str(file))
        assert done.code == 0, done.err
        assert "article_url matches 10 of the 10 URLs seen" in done.err
        tried = run("sources", "try", str(file), "--limit", "2")
        assert tried.code == 0, tried.err
        assert '"key": "daily:20260105-storm-in-5"' in tried.out
        assert "2 articles read, 0 pages failed" in tried.err


@pytest.mark.parametrize(
    ("offset", "day", "zone"),
    [
        ("+01:00", date(2026, 1, 5), "Europe/Berlin"),
        ("+01:00", date(2026, 7, 5), "Europe/London"),
        ("+02:00", date(2026, 7, 5), "Europe/Berlin"),
        ("+03:00", date(2026, 7, 5), "Europe/Moscow"),
        ("-05:00", date(2026, 1, 5), "America/New_York"),
        ("+05:45", date(2026, 1, 5), "Asia/Kathmandu"),
        ("+12:45", date(2026, 1, 5), "UTC"),
    ],
)
def test_a_zone_is_guessed_by_name_and_the_draft_says_so(tmp_path: Path, offset: str, day: date, zone: str) -> None:
    found = Draft(url="https://d.example/", host="https://d.example", front=EMPTY, offset=offset)
    text = as_toml(found, key="draft", delay_s=1.0, allow_private=False, today=day)
    (tmp_path / "draft.toml").write_text(text, encoding="utf-8")
    assert read_source(tmp_path / "draft.toml").timezone == zone
    (line,) = [line for line in text.splitlines() if line.startswith("timezone")]
    assert ("GUESSED" in line or "ASSUMED" in line) and offset in line
    assert "Etc/" not in text


def test_an_address_without_a_scheme_is_asked_for_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    with publishing() as site, pytest.raises(NothingToDraft, match=f"^https://{site.url.removeprefix('http://')}/: "):
        surveyed(site.url.removeprefix("http://"))
    for wrong in ("", "hello", "mailto:desk@example.org", "ftp://www.example.org/", "two words.example", "http://"):
        with pytest.raises(WrongUse, match="such as https://"):
            surveyed(wrong)


def test_a_site_whose_pages_scripts_fill_is_said_to_be_empty(run: Run) -> None:
    with publishing() as site:
        site.routes["/rss.xml"] = Reply(body=feed(*range(100, 120), home=site.url))
        site.routes["/"] = Reply(body=SHELL)
        empty = run("sources", "new", site.url, "--allow-private", "--delay", "0")
        site.routes["/"] = Reply(body=SHELL + WORDS)
        full = run("sources", "new", site.url, "--allow-private", "--delay", "0")
    assert (empty.code, full.code) == (0, 0)
    assert "until its scripts have run" in empty.err
    assert "# DOUBTFUL: the page shows next to nothing" in empty.out
    assert "scripts" not in full.err + full.out


def broken(*_: Any, **__: Any) -> Any:
    raise TypeError("an injected bug")


@pytest.mark.parametrize("name", ["read_front", "read_feed", "read_sitemap", "induce", "robots_delay_s"])
def test_a_bug_that_one_document_meets_costs_the_draft_that_document(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with publishing() as site:
        site.routes["/"] = Reply(body=b"<html><title>Daily</title>" + WORDS)
        site.routes["/robots.txt"] = Reply(body=f"User-agent: *\nSitemap: {site.url}/map.xml\n".encode())
        site.routes["/rss.xml"] = Reply(body=feed(*range(100, 120), home=site.url))
        site.sitemap("/map.xml", *((f"/a/story-of-{n}/{32680000 + n}.html", None) for n in range(9)))
        monkeypatch.setattr(draft, name, broken)
        with pytest.raises(TypeError):
            surveyed(site.url)
        monkeypatch.delenv(bugs.STRICT)
        found = surveyed(site.url)
    assert any(
        "a bug of ours: TypeError: an injected bug (mirrorwire/source_tools/draft.py:" in told
        for told in found.problems
    )
    assert found.seeds
    text = as_toml(found, key="daily", delay_s=0, allow_private=True, today=date(2026, 1, 5))
    assert "[[seeds]]" in text


def source_of(site: Publisher, tmp_path: Path, *more: str) -> Any:
    file = tmp_path / "daily.toml"
    seeds = "".join(f'[[seeds]]\nkind = "feed"\npath = "{path}"\n' for path in ("/rss.xml", *more))
    file.write_text(
        f'key = "daily"\nname = "Daily"\ntimezone = "UTC"\ndelay_s = 0\nallow_private = true\n[[hosts]]\n'
        f'url = "{site.url}"\n{seeds}',
        encoding="utf-8",
    )
    return read_source(file)


def test_a_bug_that_one_page_or_seed_meets_costs_the_trial_that_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with publishing() as site:
        lists(site, "/rss.xml", "/a/1", "/a/2")
        lists(site, "/poison.xml", "/a/3")
        for n in (1, 2, 3):
            site.routes[f"/a/{n}"] = Reply(body=article(n).encode())
        read = reading._READERS["feed"]

        def some(body: bytes, **given: Any) -> Any:
            return broken() if "poison" in given["url"] else read(body, **given)

        words = reading.shingles

        def once(text: str, calls: list[str] = []) -> Any:  # noqa: B006 - counts over calls
            calls.append(text)
            return broken() if len(calls) == 1 else words(text)

        monkeypatch.setattr(reading, "_READERS", {"feed": some})
        monkeypatch.setattr(reading, "shingles", once)
        monkeypatch.delenv(bugs.STRICT)
        trial = Trial()
        source = source_of(site, tmp_path, "/poison.xml")
        rows = list(try_source(source, user_agent="test", limit=5, trial=trial))
    assert [row["problem"] is None for row in rows] == [False, True]
    assert "a bug of ours: TypeError" in rows[0]["problem"]
    assert (trial.read, trial.failed, trial.unread) == (1, 1, 1)
    assert any("poison.xml" in line and "a bug of ours" in line for line in trial.amiss)
