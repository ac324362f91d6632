"""A feed's title that was decoded by the wrong encoding tells nothing of the page that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.extract.likeness import misread, strange
from tests.support.ingest import ingest
from tests.support.publisher import Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
TITLE = "Городской совет утвердил бюджет паромной переправы"


@pytest.mark.parametrize(
    ("title", "is_misread"),
    [
        (TITLE, False),
        (TITLE.encode("cp1251").decode("latin-1"), True),
        (TITLE.encode("cp1251").decode("cp1252"), True),
        (TITLE.encode("cp1251").decode("utf-8", "replace"), True),
        (TITLE.encode().decode("latin-1"), True),
        (TITLE.encode().decode("cp1251", "replace"), True),
        ("ميناء المدينة يفتح أبوابه".encode().decode("cp1256", "replace"), True),
        ("Το λιμάνι άνοιξε ξανά".encode("iso8859-7").decode("latin-1"), True),
        ("Über die Brücke: Höhe".encode().decode("cp1252"), True),
        ("Über die Brücke: Höhe", False),
        ("Élections à Évry : l'été brûlé", False),
        ("Þjóðverjar ætla að æfa á Íslandi", False),
        ("Đường phố Hà Nội đông đúc", False),
        ("市場が閉まる", False),
        ("The harbour reopens", False),
    ],
)
def test_what_was_decoded_wrongly_is_told_and_no_language_is(title: str, is_misread: bool) -> None:
    assert misread(title) is is_misread
    if is_misread:
        assert not strange("The harbour reopens after repairs today", title)
        assert not strange(title, "The harbour reopens after repairs today")


def test_a_sound_title_of_another_article_is_strange_as_ever() -> None:
    assert strange("The harbour reopens after repairs today", TITLE)


def test_titles_that_a_feed_misspells_cost_no_request_at_the_mirror(settings: Settings, rows: Rows) -> None:
    with publishing() as daily, publishing() as mirror:
        source_file(settings.home / "sources", daily, mirror, seeds=(("feed", "/rss.xml"),))
        items = ""
        for n in range(1, 7):
            page = article(n).replace(f"Story number {n}", f"{TITLE} {n}").encode()
            path = f"/Detail/2026/11/20/{n}/story"
            daily.routes[path] = mirror.routes[path] = Reply(body=page)
            items += f"<item><link>{path}</link><title>{TITLE.encode('cp1251').decode('latin-1')} {n}</title></item>"
        daily.routes["/rss.xml"] = Reply(body=f"<rss><channel>{items}</channel></rss>".encode())
        done = ingest(settings, live=True)
        assert (done.failures, done.left) == ((), [])
        assert len(rows("SELECT FROM articles")) == 6
        assert mirror.paths() == []
