"""`make docs`: docs/ becomes a site that is whole, and loads nothing over a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mirrorwire
from tests.conftest import ROOT


class Loaded(HTMLParser):
    """Collects what a page has a browser load by itself: scripts, styles, pictures, frames."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.addresses.append(values.get("src") or "")
        if tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload"):
            self.addresses.append(values.get("href") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="`make docs` installs it")
    pytest.importorskip("mkdocstrings", reason="`make docs` installs it")
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=250, check=False)
    # Strict: a link or an anchor that leads nowhere ends it with 1.
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.mark.slow
def test_no_page_of_the_site_loads_anything_over_a_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        page = Loaded()
        page.feed(path.read_text(encoding="utf-8"))
        assert page.addresses, path
        for address in page.addresses:
            assert not re.match(r"(https?:)?//", address), (path, address)
            if address and not address.startswith(("data:", "/")):
                assert (path.parent / address.partition("?")[0]).is_file(), (path, address)


@pytest.mark.slow
def test_the_site_explains_every_stable_name(site: Path) -> None:
    text = (site / "api.html").read_text(encoding="utf-8")
    for name in set(mirrorwire.__all__) - {"__version__", "open"}:
        assert re.search(rf'id="mirrorwire\.[\w.]*\b{name}"', text), name
    assert 'id="mirrorwire.api.store.open_store"' in text


def test_every_page_stands_in_the_navigation_of_the_site() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    navigation = text.split("\nnav:\n", 1)[1]
    for path in (ROOT / "docs").rglob("*.md"):
        assert f" {path.relative_to(ROOT / 'docs')}\n" in navigation, path
