"""Who sees the pages: nobody without the token, and nobody by a strange name."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import WrongUse
from mirrorwire.web.app import PAGES
from mirrorwire.web.guard import COOKIE
from mirrorwire.web.token import kept_token
from tests.conftest import environment
from tests.web.site import TOKEN, Site, serving

DOCUMENTS = tuple(f"{name}.json" for name in PAGES)
ADDRESSES = (*PAGES, *DOCUMENTS, "", "search.csv", "capture", "metrics", "style.css", "nothing")


def test_without_the_token_no_address_tells_anything(empty: Site) -> None:
    for name in ADDRESSES:
        answer = empty.get(name, headers={})
        assert answer.status == 401, name
        assert b"courier" not in answer.body


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer \xe9"},
        {"Cookie": f"{COOKIE}={TOKEN}"},
        {"Cookie": f"{COOKIE}="},
        {"Cookie": "=;;="},
    ],
)
def test_a_wrong_token_opens_nothing(empty: Site, headers: dict[str, str]) -> None:
    assert empty.get("sources", headers=headers).status == 401


def test_a_wrong_token_in_the_address_opens_nothing_even_with_a_cookie(empty: Site) -> None:
    cookie = empty.get("sources", headers={}, token=TOKEN).headers["set-cookie"].split(";")[0]
    assert empty.get("sources", headers={"Cookie": cookie}).status == 200
    assert empty.get("sources", headers={"Cookie": cookie}, token="wrong").status == 401


def test_the_first_visit_leaves_a_cookie_and_takes_the_token_out_of_the_address(empty: Site) -> None:
    answer = empty.get("search", headers={}, q="storm & sea", token=TOKEN)
    assert answer.status == 303
    assert answer.headers["location"] == "./search?q=storm+%26+sea"
    kept = answer.headers["set-cookie"]
    assert TOKEN not in kept
    assert "HttpOnly" in kept
    assert "samesite=strict" in kept.lower()


@pytest.mark.parametrize("path", ["/evil.example/", "//evil.example/x", "https://evil.example/"])
def test_the_first_visit_leads_to_no_other_host(empty: Site, path: str) -> None:
    answer = empty.get(path, headers={}, token=TOKEN)
    assert answer.headers["location"].startswith("./")
    assert "evil" not in answer.headers["location"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "a@evil.example"]
)
def test_a_strange_name_is_refused_even_with_the_token(empty: Site, host: str) -> None:
    answer = empty.get("sources", headers={"Host": host, "Authorization": f"Bearer {TOKEN}"})
    assert answer.status in (400, 421)
    assert b"courier" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8090", "[::1]:8090", "192.0.2.7", "LOCALHOST"])
def test_addresses_and_localhost_are_ours(empty: Site, host: str) -> None:
    assert empty.get("sources", headers={"Host": host, "Authorization": f"Bearer {TOKEN}"}).status == 200


def test_the_name_that_the_server_was_given_is_ours_too(settings: Settings) -> None:
    token = {"Authorization": f"Bearer {TOKEN}"}
    with serving(settings, host="pages.example") as site:
        assert site.get("sources", headers=token | {"Host": "pages.example:8090"}).status == 200
        assert site.get("sources", headers=token | {"Host": "other.example"}).status == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent(empty: Site, method: str) -> None:
    for name in ADDRESSES:
        assert empty.get(name, method=method).status in (404, 405), name


def test_every_answer_forbids_scripts_frames_and_referrers(empty: Site) -> None:
    for name in ADDRESSES:
        for headers in (None, {}):
            answer = empty.get(name, headers=headers).headers
            assert "default-src 'none'" in answer["content-security-policy"], name
            assert "script-src" not in answer["content-security-policy"]
            assert "unsafe" not in answer["content-security-policy"]
            assert answer["x-content-type-options"] == "nosniff"
            assert answer["referrer-policy"] == "same-origin"


def test_the_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "web-token"
    token = kept_token(path)
    assert len(token) > 30
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_token(path) == token


@pytest.mark.parametrize("text", ["", "short", "with a space in it, and long", "é" * 40])
def test_a_file_that_holds_no_token_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(WrongUse, match="holds no token"):
        kept_token(path)


def test_a_token_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    kept_token(path)
    path.chmod(0o644)
    with pytest.raises(WrongUse, match="chmod 600"):
        kept_token(path)


def test_the_command_prints_an_address_that_opens_the_pages(settings: Settings) -> None:
    words = [sys.executable, "-m", "mirrorwire", "web", "--port", "0"]
    with subprocess.Popen(words, env=environment(settings), stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        try:
            address = running.stderr.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", address)
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            with browser.open(address, timeout=60) as page:
                assert page.url.endswith("/sources")
                assert "courier" in page.read().decode()
            assert (settings.home / "web-token").read_text().strip() in address
        finally:
            os.kill(running.pid, signal.SIGINT)
            rest = running.stderr.read()
        assert running.wait(60) == 0
        assert rest.strip() == "stopped"


def test_a_port_that_is_taken_is_told_in_a_line(empty: Site, settings: Settings) -> None:
    words = [sys.executable, "-m", "mirrorwire", "web", "--port", str(empty.port)]
    ended = subprocess.run(words, env=environment(settings), capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "--port" in ended.stderr
