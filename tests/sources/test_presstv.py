"""The founding case: every shape of link that Press TV has had is one article, on every host."""

from __future__ import annotations

from datetime import date

import pytest

from mirrorwire.core.config import BUNDLED_SOURCES, read_source
from mirrorwire.core.urls import article_key, article_url, day_in_url

PRESSTV = read_source(BUNDLED_SOURCES / "presstv.toml")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.presstv.ir/Detail/2026/08/15/774416/Iran-Oman-Hormuz-Baghaei",
        "https://presstv.ir/Detail/2026/08/15/774416/Iran-Oman-Hormuz-Baghaei",
        "http://www.presstv.co.uk/Detail/2026/08/15/774416/",
        "https://presstv.co.uk/Detail/2026/08/15/774416",
        "https://www.presstv.ir/Detail/2026/08/15/774416/-Another,-slug-of-%E2%80%98one%E2%80%99-article-?utm_source=x#top",
        "https://www.presstv.ir/Detail/2026/8/15/774416/%C2%A0slug",
        "https://www.presstv.ir:443/Detail/2026/08/15/774416/x",
        "/Detail/2026/08/15/774416/relative",
    ],
)
def test_a_link_of_any_host_and_slug_is_one_article(url: str) -> None:
    assert article_key(url, PRESSTV) == "presstv:774416"
    assert day_in_url(url, PRESSTV) == date(2026, 8, 15)
    found = article_url(url, PRESSTV)
    assert found is not None
    assert found.startswith("https://www.presstv.ir/Detail/2026/")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.presstv.ir/detail.aspx?id=139946",
        "https://www.presstv.ir/detail.aspx?sectionid=351020101&id=139946",
        "https://presstv.ir/detail/139946.html",
        "https://www.presstv.ir/Detail/139946.html",
    ],
)
def test_the_older_shapes_keep_their_id(url: str) -> None:
    assert article_key(url, PRESSTV) == "presstv:139946"
    assert day_in_url(url, PRESSTV) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.presstv.ir/Section/10102/2",
        "https://www.presstv.ir/",
        "https://french.presstv.ir/Detail/2026/08/15/774416/x",
        "https://www.presstv.com/Detail/2021/06/22/660000/x",
        "https://evil.example/Detail/2026/08/15/774416/x",
        "https://www.presstv.ir.evil.example/Detail/2026/08/15/774416/x",
        "https://www.presstv.ir/detail.aspx?pid=139946",
    ],
)
def test_other_pages_and_other_hosts_are_no_article(url: str) -> None:
    assert article_url(url, PRESSTV) is None
