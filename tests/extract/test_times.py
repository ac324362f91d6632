"""When an article was published: of all that a page states and shows, what is taken, and what is noted."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mirrorwire.core.config import read_source
from mirrorwire.core.records import Article, Source
from mirrorwire.extract import extract_page
from mirrorwire.extract.guessed import with_guess
from mirrorwire.extract.local_day import at_midnight, by_local_clock, on_local_day
from mirrorwire.extract.page import parse_page
from mirrorwire.extract.published import Times, read_times
from mirrorwire.extract.structured import read_structured
from tests.newsroom import SOURCE_FILE

TITLE = "Harbour town votes for a second ferry to the islands"
SENTENCES = [
    f"Sentence {n} of the report tells at some length what the council of the harbour town decided about its ferries."
    for n in range(1, 8)
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
LONG_BODY = "".join(f"<p>{sentence} So it is, <b>as they say</b>.</p>" for sentence in SENTENCES * 8)
HEADING = f"<h1>{TITLE}</h1>"
OG = f"<meta property='og:type' content='article'><meta property='og:title' content='{TITLE}'>"
URL = "https://www.news.example/a/ferry-77"


def markup(body: str, head: str = "", lang: str = "en", title: str = TITLE) -> bytes:
    page = f"<html lang='{lang}'><head><title>{title}</title>{OG}{head}</head><body>{body}</body></html>"
    return page.encode()


def times(
    body: str = HEADING + BODY,
    *,
    head: str = "",
    url: str = URL,
    lang: str = "en",
    title: str = TITLE,
    source: Source | None = None,
    fetched_at: datetime | None = None,
) -> Times:
    page = parse_page(markup(body, head, lang, title), url=url, content_type=None)
    return read_times(page, read_structured(page), source, fetched_at)


def article(body: str, *, head: str = "") -> Article:
    extraction = extract_page(markup(body, head), url=URL, content_type=None, source=None, fetched_at=None)
    assert extraction.article is not None, extraction.verdict
    return extraction.article


def meta(name: str, value: str) -> str:
    return f"<meta property='{name}' content='{value}'>"


def json_ld(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, **fields}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.fixture
def courier() -> Source:
    """A source of the zone Asia/Tehran."""
    source = read_source(SOURCE_FILE)
    assert source.zone == ZoneInfo("Asia/Tehran")
    return source


# Doors


@pytest.mark.parametrize(
    "name",
    [
        "article:published:time", "article.published_time", "article-published-date", "DC.date.issued", "sailthru.date",
        "parsely-pub-date", "pubdate", "cXenseParse:recs:publishtime", "bt:pubDate", "citation_publication_date",
        "acme:first_published_on", "vr:publish-time",
    ],
)  # fmt: skip
def test_a_meta_tag_for_the_time_is_read_however_its_name_is_spelt(name: str) -> None:
    assert times(head=meta(name, "2026-10-01T15:48:00+02:00")).published_at == datetime(2026, 10, 1, 13, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["article:published_time_modified", "news:expiry_pubdate", "acme:republished_updated_at"]
)
def test_a_meta_tag_for_another_time_is_none_of_publication(name: str) -> None:
    assert times(head=meta(name, "2026-10-01T15:48:00+02:00")).published_at is None


def test_the_time_of_the_page_stands_in_for_the_articles_in_json_ld() -> None:
    node = {"@type": "WebPage", "@id": URL, "name": TITLE, "datePublished": "2026-10-01", "dateModified": "2026-10-02"}
    read = times(head=f"<script type='application/ld+json'>{json.dumps({'@graph': [node]})}</script>")
    assert (read.published_at, read.modified_at) == (date(2026, 10, 1), date(2026, 10, 2))


# Order of day and month


def test_nothing_is_published_months_after_it_was_last_changed() -> None:
    head = json_ld(datePublished="10/05/2022 05:22 pm", dateModified="2022-05-10T17:36:11")
    assert times(head=head).published_at == datetime(2022, 5, 10, 17, 22)  # noqa: DTZ001 - naive is the point


def test_a_shown_date_decides_the_order_even_against_the_language() -> None:
    head = meta("date", "11/01/2023 12:43")
    shown = f"{HEADING}{BODY}<p>Veröffentlicht: 01.11.2023</p>"
    assert str(times(shown, head=head, lang="de").published_at) == "2023-11-01 12:43:00"
    assert str(times(head=head, lang="de").published_at) == "2023-01-11 12:43:00"


def test_another_date_with_a_day_beyond_twelve_shows_the_order_of_both() -> None:
    body = f"{HEADING}<p class='date'>3/9/2026</p>{BODY}<p class='date'>8/21/2026</p>"
    assert times(body).published_at == date(2026, 3, 9)
    assert times(body.replace("8/21", "21/8")).published_at == date(2026, 9, 3)


def test_the_language_decides_where_nothing_else_does() -> None:
    head = meta("date", "3/9/2026")
    assert times(head=head, lang="en-US").published_at == date(2026, 3, 9)
    assert times(head=head, lang="es").published_at == date(2026, 9, 3)


# Statements that disagree


def test_of_statements_that_disagree_the_one_that_readers_see_is_taken() -> None:
    head = json_ld(datePublished="2022-01-04T07:29:00Z") + meta("article:published_time", "2022-01-06T08:29:34")
    assert str(times(f"{HEADING}<div>06.01.2022</div>{BODY}", head=head).published_at) == "2022-01-06 08:29:34"
    assert str(times(f"{HEADING}<div>04.01.2022</div>{BODY}", head=head).published_at)[:10] == "2022-01-04"


def test_publication_behind_the_last_change_gives_way_to_another_statement() -> None:
    head = json_ld(datePublished="2025-08-21", dateModified="2023-05-01") + meta("article:published_time", "2023-04-26")
    read = times(head=head)
    assert (read.published_at, read.modified_at) == (date(2023, 4, 26), date(2023, 5, 1))
    assert "lies after the last change" in read.doubts[0]


def test_a_last_change_before_publication_is_left_out() -> None:
    read = times(head=json_ld(datePublished="2026-09-23T08:20:00Z", dateModified="2026-09-20T16:00:00Z"))
    assert (str(read.published_at)[:10], read.modified_at) == ("2026-09-23", None)
    assert "lies before publication" in read.doubts[0]
    assert "modified_at" not in read.origins


# The publisher's own day


def test_an_instant_is_given_on_the_clock_that_the_page_states_elsewhere() -> None:
    head = meta("article:published_time", "2026-09-23T04:30:00Z")
    script = "<script>layer = {'Publish Hour': '', 'publishHour': '2026-09-22T23:30:00-05:00'}</script>"
    read = times(f"{HEADING}{BODY}{script}", head=head, url="https://www.news.example/2026/09/22/ferry")
    assert read.published_at is not None
    assert (read.published_at.isoformat(), read.assumed) == ("2026-09-22T23:30:00-05:00", False)


def test_an_instant_is_put_on_the_day_of_the_url_and_its_offset_is_assumed() -> None:
    head = meta("article:published_time", "2026-09-23T04:30:00Z")
    read = times(head=head, url="https://www.news.example/2026/09/22/ferry")
    assert read.published_at == datetime(2026, 9, 23, 4, 30, tzinfo=UTC)
    assert (str(read.published_at)[:10], read.assumed) == ("2026-09-22", True)


def test_an_instant_of_a_source_is_given_in_its_zone(courier: Source) -> None:
    read = times(head=meta("article:published_time", "2026-09-22T22:30:00Z"), source=courier)
    assert read.published_at == datetime(2026, 9, 22, 22, 30, tzinfo=UTC)
    assert (str(read.published_at)[:10], read.assumed) == ("2026-09-23", False)


def test_midnight_in_the_country_of_the_language_is_a_day() -> None:
    instant = datetime(2026, 11, 6, 23, tzinfo=UTC)
    head = meta("article:published_time", instant.isoformat())
    assert str(times(head=head, lang="de").published_at)[:10] == "2026-11-07"
    assert str(times(head=head, lang="en").published_at)[:10] == "2026-11-06"
    assert at_midnight(instant, "ja") is None


def test_the_day_that_the_page_shows_is_the_instants_where_it_may_be_another_than_in_utc() -> None:
    shown = f"{HEADING}<div>22 September 2026</div>{BODY}"
    read = times(shown, head=meta("article:published_time", "2026-09-23T04:30:00Z"))
    assert read.published_at == datetime(2026, 9, 23, 4, 30, tzinfo=UTC)
    assert (str(read.published_at)[:10], read.assumed) == ("2026-09-22", True)
    by_day = times(shown, head=meta("article:published_time", "2026-09-23T14:30:00Z"))
    assert str(by_day.published_at)[:10] == "2026-09-23"
    clock = times(shown.replace("2026<", "2026, 23:30<"), head=meta("article:published_time", "2026-09-23T04:30:00Z"))
    assert clock.published_at is not None
    assert (clock.published_at.isoformat(), clock.assumed) == ("2026-09-22T23:30:00-05:00", False)


def test_a_shown_day_of_two_readings_is_the_one_beside_the_instant() -> None:
    head = meta("article:published_time", "2026-05-04T02:41:00Z")
    read = times(f"{HEADING}<span>3/5/2026 22:41</span>{BODY}", head=head, lang="es")
    assert read.published_at is not None
    assert (read.published_at.isoformat(), read.assumed) == ("2026-05-03T22:41:00-04:00", False)
    other = times(f"{HEADING}<span>7/9/2026 22:41</span>{BODY}", head=head, lang="es")
    assert str(other.published_at)[:10] == "2026-05-04", "neither reading is a zone away"


def test_a_clock_of_twelve_hours_is_no_zone() -> None:
    instant = datetime(2026, 9, 23, 16, 6, tzinfo=UTC)
    naive = instant.replace(tzinfo=None)
    assert by_local_clock(instant, [naive.replace(hour=4)]) is None
    local = by_local_clock(instant, [naive.replace(hour=12)])
    assert local is not None
    assert (local, local.isoformat()) == (instant, "2026-09-23T12:06:00-04:00")


def test_a_day_further_than_a_zone_is_not_the_instants() -> None:
    instant = datetime(2026, 9, 23, 4, 30, tzinfo=UTC)
    assert on_local_day(instant, date(2026, 9, 21)) is None
    assert on_local_day(instant, date(2026, 9, 24)) is None, "no zone is twenty hours ahead"
    assert on_local_day(instant, date(2026, 9, 23)) is None


# Shown dates


def test_the_date_nearest_the_heading_is_the_articles() -> None:
    card = "<div><a href='/b'><img src='b.jpg'></a><span class='date'>21.08.2026</span></div>"
    body = f"<article><p>23.09.2026, 13:43</p>{HEADING}{BODY}</article>{card * 3}"
    assert str(times(body).published_at) == "2026-09-23 13:43:00"


def test_a_line_with_the_last_change_and_one_with_publication_are_told_apart() -> None:
    note = "<p>Letzte Änderung: 24.09.2026 - 14:49<br>Erschienen am: 23.09.2026</p>"
    read = times(f"{HEADING}{note}{BODY}", lang="de")
    assert (str(read.published_at), str(read.modified_at)) == ("2026-09-23", "2026-09-24 14:49:00")


def test_a_date_in_a_heading_of_its_own_counts() -> None:
    assert times(f"<h3>23.09.2026</h3>{HEADING}{BODY}").published_at == date(2026, 9, 23)


def test_a_marked_date_of_another_card_gives_way_to_the_line_that_begins_with_a_date() -> None:
    card = "<div class='teaser'><p class='date'>21 August 2026</p></div>"
    line = "<h4>23 September 2026 - Words by The Harbour Desk of the Example - 7 min read</h4>"
    assert times(f"{card}{HEADING}<div>{line}</div>{BODY}").published_at == date(2026, 9, 23)


def test_a_date_beside_an_author_with_an_office_is_no_cards() -> None:
    byline = "<div><a href='/people/lee'>Ann Lee-Ross @ Example</a></div><div>September 23, 2026</div>"
    assert times(f"<div>{byline}</div>{HEADING}{BODY}").published_at == date(2026, 9, 23)


def test_the_articles_own_footer_may_hold_its_date_and_the_pages_may_not() -> None:
    stamp = "<div><time datetime='2026-09-23T11:15:06Z'>September 23</time></div>"
    own = times(f"<article>{HEADING}{LONG_BODY}<footer>{stamp}</footer></article>").published_at
    assert own == datetime(2026, 9, 23, 11, 15, 6, tzinfo=UTC)
    assert times(f"<article>{HEADING}{LONG_BODY}</article><footer>{stamp}</footer>").published_at is None


def test_a_page_without_heading_elements_shows_its_date_next_to_its_title() -> None:
    body = f"<td><font><b>{TITLE}</b></font> Reporter Lee | 2026-09-23 16:52:59</td>"
    page = f"<table><tr>{body}</tr><tr><td>{BODY}</td></tr></table>"
    assert str(times(page, title=f"The Example :: {TITLE}").published_at) == "2026-09-23 16:52:59"


def test_a_shown_date_outside_the_month_of_the_url_is_another_articles() -> None:
    shown = f"{HEADING}<p>21 August 2026</p>{BODY}<p class='date'>23 September 2026</p>"
    read = times(shown, url="https://www.news.example/2026/09/ferry")
    assert read.published_at == date(2026, 9, 23)
    assert "month" in read.doubts[0]


def test_a_sentence_on_the_first_publication_counts_where_nothing_else_is_shown() -> None:
    note = "<p>This article was originally published on 23 September 2026 and has been kept since.</p>"
    assert times(f"{HEADING}{BODY}{note}").published_at == date(2026, 9, 23)


@pytest.mark.parametrize(
    "sentence",
    [
        "This entry was posted on Wednesday, September 23rd, 2026 at 11:03 pm and is filed under",
        "Dieser Beitrag wurde am Mittwoch, 23. September 2026 um 23:03 Uhr veröffentlicht und abgelegt unter",
        "Cet article a été publié le mercredi 23 septembre 2026 et classé dans",
        "Esta entrada fue publicada el miércoles 23 de septiembre de 2026 en",
        "Dit bericht is geplaatst op 23 september 2026 in",
    ],
)
def test_the_line_below_a_blogs_entry_says_when_it_was_posted(sentence: str) -> None:
    small = f"<p><small>{sentence} <a href='/c/ferries'>ferries</a>.</small></p>"
    assert str(times(f"{HEADING}{LONG_BODY}{small}").published_at)[:10] == "2026-09-23"


@pytest.mark.parametrize(
    "dateline",
    [
        "(23. September 2026) ",
        "NEW YORK, Sept. 23, 2026 /Wire/ -- ",
        "<strong>Hamburg, den 23. September 2026</strong> – ",
        "BERLIN, 23.09.2026 (ex) - ",
    ],
)
def test_a_dateline_at_the_beginning_of_the_text_counts_where_nothing_else_is_shown(dateline: str) -> None:
    text = f"<p>{dateline}{SENTENCES[0]}</p>{BODY}"
    assert times(f"{HEADING}{text}").published_at == date(2026, 9, 23)
    shown = times(f"{HEADING}<p>24 September 2026</p>{text}")
    assert shown.published_at == date(2026, 9, 24)


@pytest.mark.parametrize(
    "opening", ["On 5 May 2011 the council (the second) ", "The ferry (5 May 2011) was an old one. "]
)
def test_a_day_that_the_first_sentence_speaks_of_is_no_dateline(opening: str) -> None:
    assert times(f"{HEADING}<p>{opening}{SENTENCES[0]}</p>{BODY}").published_at is None


def test_a_dateline_before_the_heading_is_another_texts() -> None:
    other = f"<p>(21. August 2026) {SENTENCES[0]}</p>"
    assert times(f"{other}{HEADING}{BODY}").published_at is None


def test_the_only_day_that_a_page_shows_is_its_day_though_it_is_called_the_last_changes() -> None:
    head = meta("article:modified_time", "2026-09-23T10:00:00Z")
    read = times(f"{HEADING}<p>Updated on September 23, 2026</p>{BODY}", head=head)
    assert (read.published_at, read.assumed, read.origins["published_at"]) == (date(2026, 9, 23), True, "page")
    assert read.modified_at == datetime(2026, 9, 23, 10, tzinfo=UTC)


def test_a_day_first_url_is_the_last_resort_and_assumed() -> None:
    read = times(url="https://www.news.example/news/29-10-2021-ferry")
    assert (read.published_at, read.assumed, read.origins["published_at"]) == (date(2021, 10, 29), True, "url")
    stated = times(head=meta("date", "2021-12-01"), url="https://www.news.example/news/29-10-2021-ferry")
    assert stated.published_at == date(2021, 12, 1), "the slug may speak of an event"


# The last witness


MARKED_ONLY = f"{HEADING}{LONG_BODY}<aside><p class='entry-date'>September 23, 2026</p></aside>"


def test_htmldate_is_asked_where_nothing_is_stated_and_the_day_is_assumed() -> None:
    read = article(MARKED_ONLY)
    assert (read.published_at, read.published_at_assumed) == (date(2026, 9, 23), True)
    assert read.origins["published_at"] == "htmldate"


def test_a_guess_is_a_doubt_and_no_signal_of_an_article() -> None:
    page = parse_page(markup(MARKED_ONLY), url=URL, content_type=None)
    read = read_times(page, read_structured(page), None, None)
    assert read.published_at is None
    guessed = with_guess(read, page, None)
    assert "guessed" in guessed.doubts[0]


def test_the_last_change_is_no_guess_at_publication() -> None:
    read = article(HEADING + BODY, head=meta("article:modified_time", "2026-09-23T10:00:00Z"))
    assert (read.published_at, str(read.modified_at)[:10]) == (None, "2026-09-23")


def test_a_page_that_states_its_time_does_not_wait_for_htmldate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "htmldate", None)
    assert article(HEADING + BODY, head=meta("date", "2026-09-23")).published_at == date(2026, 9, 23)
