"""Which articles a document names: found in any format, whoever wrote it."""

from __future__ import annotations

import gzip

import pytest

from mirrorwire.core.records import Host
from mirrorwire.seed_formats.named import keys_named
from tests.support.sites import source_of

HOME = "https://courier.example"
SOURCE = source_of(Host(url=HOME, role="primary"), Host(url="https://mirror.example", role="mirror"))
PATH = "/Detail/2024/03/01/7/slug"


@pytest.mark.parametrize(
    "text",
    [
        f"<rss><channel><item><link>{HOME}{PATH}</link></item></channel></rss>",
        f"<item><link><![CDATA[{HOME}{PATH}?a=1&amp;b=2]]></link></item>",
        f"<url><loc>\n  https://mirror.example{PATH}\n</loc></url>",
        f"<a href={PATH}>",
        f"<a href='{PATH}#comments'>",
        f'<p>&lt;a href="{PATH}"&gt;',
        f"&amp;lt;a href=&amp;quot;{HOME}{PATH}&amp;quot;",
        '{"url": "https:\\/\\/courier.example\\/Detail\\/2024\\/03\\/01\\/7\\/slug"}',
        '{"url": "\\u002fDetail\\u002f2024\\u002f03\\u002f01\\u002f7\\u002fslug"}',
        f'<meta http-equiv="refresh" content="0;url={PATH}">',
        f"https://share.example/?u={HOME.replace(':', '%3A').replace('/', '%2F')}{PATH.replace('/', '%2F')}",
        f"see ({HOME}{PATH}).",
        f"{HOME}{PATH}\n{HOME}/about\n",
        f"//courier.example{PATH}",
    ],
)
def test_an_article_is_named_by_its_url_however_it_is_written(text: str) -> None:
    for body in (text.encode(), gzip.compress(text.encode()), text.encode("utf-16")):
        assert keys_named(body, url=f"{HOME}/", source=SOURCE) == {"courier:7"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        f"<a href='https://elsewhere.example{PATH}'>".encode(),
        f"<a href='{HOME}/about'>7</a>".encode(),
        b"http://[::1/%00 //\x00/ https://" + b"a" * 5000,
    ],
)
def test_what_names_no_article_of_the_source_names_none(body: bytes) -> None:
    assert keys_named(body, url=f"{HOME}/", source=SOURCE) == set()
