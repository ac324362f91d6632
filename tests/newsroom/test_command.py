"""Saved pages in the articles' place, and the newsroom run by hand."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.newsroom import Newsroom
from tests.newsroom.reading import get

REPOSITORY = Path(__file__).parents[2]
# Without site-packages, since it must run with nothing but the standard library.
COMMAND = [sys.executable, "-S", "-m", "tests.newsroom"]


def test_saved_pages_are_served_byte_for_byte_without_a_charset(tmp_path: Path) -> None:
    plain, packed = "<p>\u0633\u0644\u0627\u0645</p>".encode("windows-1256"), "<p>é</p>".encode("latin-1")
    (tmp_path / "a.html").write_bytes(plain)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(packed))
    rows = [{"id": "a", "file": "a.html", "url": "x"}, {"id": "b & c", "file": "b.html.gz", "url": "y"}]
    manifest = tmp_path / "gold.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)))
    with Newsroom(manifest=manifest) as newsroom:
        urls = re.findall("<loc>(.*?)</loc>", get(newsroom.mirror.origin, "/sitemap.xml").text)
        assert urls == [f"{newsroom.primary.origin}/pages/{name}.html" for name in ("a", "b%20%26%20c")]
        answers = [get(newsroom.mirror.origin, urlsplit(url).path) for url in urls]
        assert [answer.body for answer in answers] == [plain, packed]
        assert {answer.headers["Content-Type"] for answer in answers} == {"text/html"}
        again = get(newsroom.mirror.origin, "/pages/a.html", If_None_Match=answers[0].headers["ETag"])
        assert again.status == 304
        missing = ("/pages/c.html", "/pages/a", "/a.html", "/rss.xml", "/pages/../gold.jsonl")
        assert {get(newsroom.primary.origin, path).status for path in missing} == {404}
        newsroom.primary.fault = "seizure"
        assert b"SEIZED" in get(newsroom.primary.origin, "/pages/a.html").body
        assert newsroom.articles == ()


def test_a_manifest_cannot_reach_out_of_its_folder(tmp_path: Path) -> None:
    manifest = tmp_path / "gold.jsonl"
    manifest.write_text(json.dumps({"id": "a", "file": "../../etc/hostname", "url": "x"}))
    with pytest.raises(ValueError, match="outside the folder"):
        Newsroom(manifest=manifest)


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    arguments = ["--port", "0", "--mirror-port", "0", "--day", "2026-11-02", "--fault", "primary=seizure"]
    with subprocess.Popen([*COMMAND, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        origins = dict(process.stdout.readline().split() for _ in range(2))
        try:
            assert b"SEIZED" in get(origins["primary"], "/").body
            assert get(origins["mirror"], "/rss.xml").text.count("2026/11/02") > 10
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "--port", "0", "--mirror-port", port]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=10, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1 and f"port {port}" in ended.stderr
