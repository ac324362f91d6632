"""The sample newsroom does what it says: pages, seeds, and what comes later."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from lxml import html

from tests.newsroom import Newsroom
from tests.newsroom.content import FOLDER, ZONE, rows_of
from tests.newsroom.reading import get

DAY = date(2026, 11, 2)  # its five days lie in two months


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(day=DAY) as running:
        yield running


def only(root: Any, css_class: str) -> Any:
    (element,) = root.find_class(css_class)
    return element


def feed_items(newsroom: Newsroom, path: str = "/rss.xml") -> list[dict[str, str]]:
    channel = ElementTree.fromstring(get(newsroom.primary.origin, path).body)[0]
    return [{child.tag: child.text or "" for child in item} for item in channel.iter("item")]


def sitemap_entries(newsroom: Newsroom) -> dict[str, str]:
    found: dict[str, str] = {}
    for sitemap in ElementTree.fromstring(get(newsroom.primary.origin, "/sitemap.xml").body):
        path = urlsplit(sitemap[0].text or "").path
        for url in ElementTree.fromstring(get(newsroom.mirror.origin, path).body):
            found[url[0].text or ""] = url[1].text or ""
    return found


def listed(newsroom: Newsroom, section: int, page: int) -> list[str]:
    root: Any = html.fromstring(get(newsroom.mirror.origin, f"/Section/{section}/{page}").body)
    return [link.get("href", "") for item in root.find_class("news-item") for link in item.iter("a")]


def changed_ids(kind: str) -> list[int]:
    return [row["id"] for row in rows_of(FOLDER / "later.toml", "change") if row["kind"] == kind]


# Pages


def test_a_page_has_the_publishers_shape(newsroom: Newsroom) -> None:
    article = next(each for each in newsroom.articles if each.related and each.authors and each.tags)
    answer = get(newsroom.mirror.origin, article.path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    root: Any = html.fromstring(answer.text)
    page = only(root, "body-content")
    assert "details-page" in page.get("class", "")
    crumbs = only(page, "news-section-container")
    assert " ".join(crumbs.text_content().split()) == f"News / {article.section}"
    assert all(link.get("href", "").startswith("/Section/") for link in crumbs.iter("a"))
    assert only(page, "news-title-container").text_content() == article.title
    assert only(page, "news-lead").text_content() == article.lead
    assert only(page, "news-lead-picture").text_content() == article.caption
    assert only(page, "news-author").text_content() == "By " + " and ".join(article.authors)
    body = only(page, "col-md-9")
    cards = body.xpath(".//*[@data-oembed-url]")
    assert [int(card.get("data-oembed-url").split("/")[7]) for card in cards] == list(article.related)
    blocks = [node.text_content() for node in body.xpath("./p | ./h3 | ./ul/li")]
    assert blocks[: len(article.paragraphs)] == list(article.paragraphs)
    # The tail stands among them, as a publisher's editors leave it.
    tail = "can also be accessed at the following alternate addresses:"
    assert [tail in block for block in blocks[len(article.paragraphs) :]] == [True, False, False]
    tail = " ".join(body.text_content().split()).split("s website can")[1]
    assert all(origin.origin.removeprefix("http://") in tail for origin in newsroom.origins)
    assert "SHARE THIS ARTICLE" in tail
    meta = {node.get("property"): node.get("content") for node in root.iter("meta")}
    assert meta["og:type"] == "article"
    assert meta["og:title"] == f"{article.title} - The Sample Courier"
    assert root.xpath("//link[@rel='canonical']/@href") == [newsroom.primary.origin + article.path]
    assert get(newsroom.primary.origin, str(root.xpath("//figure//img/@src")[0])).body.startswith(b"\x89PNG")


def test_times_are_wall_clock_with_no_zone_anywhere(newsroom: Newsroom) -> None:
    for article in newsroom.articles:
        text = get(newsroom.primary.origin, article.path).text
        created = re.search(r"<meta name='DC\.Date\.Created' content='([^']+)'>", text)
        updated = re.search(r'<time class="news-modifydate-container" datetime="([^"]+)">', text)
        assert created and updated
        wall = datetime.strptime(created[1], "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE)
        assert wall == article.published
        wall = datetime.strptime(updated[1], "%A, %d %B %Y %I:%M %p").replace(tzinfo=ZONE)
        assert wall == article.modified > article.published
        assert "+03" not in text


def test_the_id_governs_and_any_other_path_is_not_found(newsroom: Newsroom) -> None:
    article = newsroom.articles[0]
    stem = article.path.rpartition("/")[0]
    pages = {get(newsroom.primary.origin, f"{stem}{slug}").body for slug in ("", "/", "/other", "/-%E2%80%98,")}
    assert pages == {get(newsroom.mirror.origin, article.path).body}
    for path in (
        "/Detail/2026/11/02/999999/x",
        "/Detail/x",
        "/robots.txt",
        "/Photo/none.png",
        "/rss/rss-x.xml",
    ):
        assert get(newsroom.primary.origin, path).status == 404, path


def test_head_tells_what_get_would_and_a_connection_is_kept(newsroom: Newsroom) -> None:
    connection = http.client.HTTPConnection(urlsplit(newsroom.primary.origin).netloc, timeout=5)
    path, seen = newsroom.articles[0].path, []
    for method in ("HEAD", "GET"):
        connection.request(method, path)
        response = connection.getresponse()
        local_port = connection.sock.getsockname()[1]
        seen.append((response.status, response.headers["Content-Length"], response.headers["ETag"], local_port))
        body = response.read()
        assert (body == b"") == (method == "HEAD")
    connection.close()
    assert seen[0] == seen[1]


# Seeds


def test_the_feed_has_the_last_day_only_out_of_order_and_repeated(newsroom: Newsroom) -> None:
    items = feed_items(newsroom)
    today = {article.url: article for article in newsroom.articles if article.published.date() == DAY}
    links = [item["link"] for item in items]
    assert set(links) == set(today)
    assert 1 <= len(links) - len(today) <= 2
    times = [today[link].published for link in links]
    assert times not in (sorted(times), sorted(times, reverse=True))
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    assert all(item.keys() == {"link", "title", "description", content} for item in items)
    assert {item[content] for item in items} == {""}
    for item in items:
        article = today[item["link"]]
        assert (item["title"].strip(), item["description"].strip()) == (article.title, article.lead)


def test_the_mirrors_feed_is_the_same_and_links_to_the_primary(newsroom: Newsroom) -> None:
    answers = [get(origin.origin, "/rss.xml") for origin in newsroom.origins]
    assert answers[0].body == answers[1].body
    assert newsroom.mirror.origin not in answers[1].text
    assert re.search(r"<lastBuildDate>Mon, 02 Nov 2026 \d\d:\d\d:\d\d \+0330</lastBuildDate>", answers[0].text)


def test_a_sections_feed_has_its_articles(newsroom: Newsroom) -> None:
    today = [article for article in newsroom.articles if article.published.date() == DAY]
    section = today[0].section
    links = {item["link"] for item in feed_items(newsroom, f"/rss/rss-{section.lower()}.xml")}
    assert links == {article.url for article in today if article.section == section}


def test_the_sitemaps_hold_every_article_by_month(newsroom: Newsroom) -> None:
    index = get(newsroom.primary.origin, "/sitemap.xml").text
    assert re.findall(r"/SiteMap/([^/]+)/sitemap-news-\1\.xml", index) == ["2026-10", "2026-11"]
    expected = {article.url: article.modified for article in newsroom.articles}
    assert {url: datetime.fromisoformat(at) for url, at in sitemap_entries(newsroom).items()} == expected


def test_sections_are_paged_newest_first_and_end_empty(newsroom: Newsroom) -> None:
    paths = [article.path for article in newsroom.articles]
    count = -(-len(paths) // 10)
    pages = [listed(newsroom, 100, page) for page in range(1, count + 2)]
    assert [path for page in pages for path in page] == paths
    assert {len(page) for page in pages[:-2]} == {10}
    assert pages[-1] == []
    world = [article.path for article in newsroom.articles if article.section == "World"]
    assert listed(newsroom, 101, 1) == world[:10]
    assert get(newsroom.primary.origin, "/Section/101").body == get(newsroom.primary.origin, "/Section/101/1").body
    assert get(newsroom.primary.origin, "/Section/999/1").status == 404


@pytest.mark.parametrize("path", ["article", "/rss.xml", "/sitemap.xml", "/Section/100/1", "/"])
def test_a_known_document_is_not_sent_again(newsroom: Newsroom, path: str) -> None:
    path = newsroom.articles[0].path if path == "article" else path
    first = get(newsroom.primary.origin, path)
    newsroom.primary.requests.clear()
    by_tag = get(newsroom.primary.origin, path, If_None_Match=first.headers["ETag"])
    by_date = get(newsroom.primary.origin, path, If_Modified_Since=first.headers["Last-Modified"])
    other = get(newsroom.primary.origin, path, If_None_Match='"x"', If_Modified_Since=first.headers["Last-Modified"])
    assert [(each.status, each.body) for each in (by_tag, by_date)] == [(304, b"")] * 2
    assert (other.status, other.body) == (200, first.body)
    assert [(row.status, row.conditional) for row in newsroom.primary.requests] == [
        (304, True),
        (304, True),
        (200, True),
    ]


def test_requests_are_logged_by_origin(newsroom: Newsroom) -> None:
    before = time.monotonic()
    get(newsroom.mirror.origin, "/robots.txt?x=1", "HEAD", User_Agent="reader/1")
    (row,) = newsroom.mirror.requests
    assert (row.method, row.path, row.status, row.user_agent) == ("HEAD", "/robots.txt?x=1", 404, "reader/1")
    assert before <= row.at_s <= time.monotonic() and not row.conditional
    assert len(newsroom.primary.requests) == 0


# Later


def test_later_revises_corrects_and_moves_validators(newsroom: Newsroom) -> None:
    ids = changed_ids("revised") + changed_ids("corrected")
    assert len(ids) == 3
    before = {article.id: article for article in newsroom.articles}
    answers = {key: get(newsroom.primary.origin, before[key].path) for key in ids}
    newsroom.later = True
    after = {article.id: article for article in newsroom.articles}
    for key in ids:
        assert after[key].paragraphs != before[key].paragraphs
        assert after[key].published == before[key].published
        assert timedelta(hours=2) < after[key].modified - before[key].modified < timedelta(hours=12)
        again = get(
            newsroom.primary.origin,
            before[key].path,
            If_Modified_Since=answers[key].headers["Last-Modified"],
        )
        assert again.status == 200 and again.headers["ETag"] != answers[key].headers["ETag"]
        entries = sitemap_entries(newsroom)
        assert datetime.fromisoformat(entries[after[key].url]) == after[key].modified
    corrected = after[changed_ids("corrected")[0]]
    assert corrected.paragraphs[-1].startswith("Correction:")
    newsroom.later = False
    assert get(newsroom.primary.origin, before[ids[0]].path).body == answers[ids[0]].body


def test_later_retitles_and_the_old_address_still_answers(newsroom: Newsroom) -> None:
    (key,) = changed_ids("retitled")
    before = next(article for article in newsroom.articles if article.id == key)
    newsroom.later = True
    after = next(article for article in newsroom.articles if article.id == key)
    assert after.title != before.title and after.slug != before.slug
    assert get(newsroom.primary.origin, before.path).body == get(newsroom.primary.origin, after.path).body
    if before.published.date() == DAY:
        titles = {item["link"]: item["title"].strip() for item in feed_items(newsroom)}
        assert titles[after.url] == after.title and before.url not in titles


def test_later_takes_articles_away_everywhere(newsroom: Newsroom) -> None:
    ids = changed_ids("gone")
    assert len(ids) == 2
    gone = [article for article in newsroom.articles if article.id in ids]
    newsroom.later = True
    for article in gone:
        assert get(newsroom.primary.origin, article.path).status == 404
        assert article.url not in sitemap_entries(newsroom)
        assert article.url not in {item["link"] for item in feed_items(newsroom)}
        for other in newsroom.articles:
            assert str(article.id) not in get(newsroom.primary.origin, other.path).text


def test_no_page_that_changed_is_called_unchanged(newsroom: Newsroom) -> None:
    old = {each.path: get(newsroom.primary.origin, each.path) for each in newsroom.articles}
    newsroom.later = True
    changed = [path for path in old if get(newsroom.primary.origin, path).body != old[path].body]
    assert len(changed) >= 6
    for path in changed:
        since = old[path].headers["Last-Modified"]
        assert get(newsroom.primary.origin, path, If_Modified_Since=since).status != 304


def test_the_control_request_tells_it_too(newsroom: Newsroom) -> None:
    state = json.loads(get(newsroom.mirror.origin, "/control?later=true&primary=seizure", "POST").body)
    assert state == {"later": True, "primary": "seizure", "mirror": None}
    assert newsroom.later and newsroom.primary.fault == "seizure"
    get(newsroom.primary.origin, "/control?primary=refuse", "POST")
    with pytest.raises(ConnectionRefusedError):
        get(newsroom.primary.origin, "/")
    get(newsroom.mirror.origin, "/control?primary=", "POST")
    assert get(newsroom.primary.origin, "/").status == 200
    assert get(newsroom.primary.origin, "/control?primary=flood", "POST").status == 400
    assert get(newsroom.primary.origin, "/", "POST").status == 405
