"""The title that readers see: which heading names the article, and what the head says in its place."""

from __future__ import annotations

import pytest

from mirrorwire.extract.fields import Fields, read_fields
from mirrorwire.extract.headings import heading_text, main_heading, page_heading
from mirrorwire.extract.normalize import site_names, without_site
from mirrorwire.extract.page import Page, inline, parse_page
from mirrorwire.extract.structured import read_structured
from tests.extract.test_extract import json_ld

URL = "https://www.courier.example/2026/09/23/harbour"
SHOWN = "Eleven boats are lost in the harbour"
SEARCHED = "Harbour storm 2026: all we know about the boats"
SITE = "<meta property='og:site_name' content='The Sample Courier'>"


def page_of(body: str, *, head: str = "", title: str = "", url: str = URL) -> Page:
    text = f"<!doctype html><html><head><title>{title}</title>{SITE}{head}</head><body>{body}</body></html>"
    return parse_page(text.encode(), url=url, content_type=None)


def fields_of(body: str, *, head: str = "", title: str = "", url: str = URL) -> Fields:
    page = page_of(body, head=head, title=title, url=url)
    return read_fields(page, read_structured(page), None)


def title_of(body: str, *, head: str = "", title: str = "", url: str = URL) -> str | None:
    return fields_of(body, head=head, title=title, url=url).title


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def heading_of(body: str, *titles: str) -> str | None:
    tree = page_of(body).tree
    heading = None if tree is None else main_heading(tree, titles)
    return None if heading is None else inline(heading)


# The heading and the head


def test_the_heading_is_the_title_and_what_is_written_for_search_engines_stays_a_spelling() -> None:
    head = meta("og:title", SEARCHED) + meta("twitter:title", SEARCHED)
    fields = fields_of(f"<h1>{SHOWN}</h1>", head=head, title=f"{SEARCHED} - The Sample Courier")
    assert (fields.title, fields.origins["title"]) == (SHOWN, "page")
    assert SEARCHED in fields.titles


def test_og_title_and_json_ld_that_agree_count_more_than_the_heading() -> None:
    head = meta("og:title", "Eleven boats sink") + json_ld(headline="Eleven boats sink")
    fields = fields_of(f"<h1>{SHOWN}</h1>", head=head, title=SHOWN)
    assert (fields.title, fields.origins["title"]) == ("Eleven boats sink", "opengraph")


def test_a_head_that_one_plugin_filled_everywhere_does_not_count_more_than_the_heading() -> None:
    head = meta("og:title", SEARCHED) + json_ld(headline=SEARCHED) + meta("twitter:title", SEARCHED)
    assert title_of(f"<h1>{SHOWN}</h1>", head=head, title=f"{SEARCHED} | The Sample Courier") == SHOWN


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>Harbour race 2026: Winner far ahead and &quot;royal visit&quot;</h1>", ""),
        ("", 'Harbour race 2026: Winner far ahead and "royal visit"'),
    ],
)
def test_an_og_title_that_is_cut_off_at_an_unescaped_quote_is_made_whole(body: str, title: str) -> None:
    head = '<meta property="og:title" content="Harbour race 2026: Winner far ahead and "royal visit"">'
    assert title_of(body, head=head, title=title) == 'Harbour race 2026: Winner far ahead and "royal visit"'


def test_a_subtitle_behind_another_kind_of_quote_is_no_sign_of_a_cut() -> None:
    head = meta("og:title", "Pictures of the harbour")
    assert title_of("", head=head, title="Pictures of the harbour » All of the week") == "Pictures of the harbour"


@pytest.mark.parametrize(
    "label",
    [
        "<h1>The Sample Courier</h1>",
        "<h1>Menu</h1>",
        "<h1>0 Comments</h1>",
        "<h1>Subscribe to our newsletter</h1>",
        "<div class='logo'><h1>Courier of the Harbour</h1></div>",
        f"<h1>{'Read all about the harbour and its storm. ' * 8}</h1>",
        "<h1>Related</h1><h1>Search</h1>",
    ],
)
def test_a_label_a_logo_a_pop_up_or_a_paragraph_marked_as_h1_is_no_title(label: str) -> None:
    head = meta("og:title", "A storm takes eleven boats")
    title = "A storm takes eleven boats | The Sample Courier"
    assert title_of(label, head=head, title=title) == "A storm takes eleven boats"
    shown = f"{label}<h2>A storm takes eleven boats</h2>"
    assert title_of(shown, head=head, title=title) == "A storm takes eleven boats"


def test_the_name_of_the_blog_above_does_not_count_by_the_title_tag_that_holds_it() -> None:
    body = "<h1>Notes from Quay</h1><h1>What we need</h1>"
    head = meta("og:title", SHOWN)
    assert title_of(body, head=head, title=f"Notes from Quay: {SHOWN}") == SHOWN


def test_a_label_that_is_a_word_of_the_url_alone_is_no_title() -> None:
    url = "https://www.courier.example/latest/news/2026/09/23/harbour"
    assert title_of("<h1>Latest news</h1>", head=meta("og:title", SHOWN), url=url) == SHOWN


def test_an_only_h1_names_the_article_where_the_head_has_only_a_title_for_the_whole_site() -> None:
    assert title_of("<h1>Choir practice</h1>", title="St. George, our parish", url="https://x.example/") == (
        "Choir practice"
    )


def test_a_title_that_a_template_puts_into_the_name_of_the_site_is_a_title() -> None:
    title = "Eleven boats of the ferry company are lost in the storm"
    head = meta("og:title", title) + f"<meta name='application-name' content='{title}'>"
    assert title_of(f"<h1>{title}</h1>", head=head, title=title) == title


# Which heading


def test_the_heading_that_repeats_og_title_is_taken_before_an_h1_in_the_breadcrumb() -> None:
    head = meta("og:title", SHOWN) + json_ld(headline=SEARCHED)
    for h1 in (
        f"<nav><h1>{SEARCHED}</h1></nav>",
        f"<h1 class='breadcrumb__last'>{SEARCHED}</h1>",
        f"<ol class='breadcrumbs'><li><h1>{SEARCHED}</h1></li></ol>",
    ):
        assert title_of(f"{h1}<h2>{SHOWN}</h2>", head=head, title=SEARCHED) == SHOWN


def test_a_heading_for_screen_readers_is_not_the_one_that_readers_see() -> None:
    head = meta("og:title", f"{SHOWN}: the pictures")
    body = f"<h2 class='screen-reader-text'>{SHOWN}: the pictures</h2><h1>{SHOWN}</h1>"
    assert title_of(body, head=head) == SHOWN


@pytest.mark.parametrize("body", ["<body class='wp-custom-logo'><h1>{}</h1>", "<h1 class='catalogo'>{}</h1>"])
def test_a_class_that_only_holds_the_word_logo_makes_no_logo_of_a_heading(body: str) -> None:
    text = f"<html><head>{meta('og:title', SEARCHED)}</head>{body.format(SHOWN)}</html>"
    page = parse_page(text.encode(), url=URL, content_type=None)
    assert read_fields(page, read_structured(page), None).title == SHOWN


def test_an_h1_that_begins_the_title_is_taken_before_the_longer_line_below_it() -> None:
    below = "A long reading of the novel that everybody in the harbour speaks of"
    title = f"Thought from the ground - {below} : courier.example"
    assert heading_of(f"<h1>Thought from the ground</h1><h2>{below}</h2>", title) == "Thought from the ground"


def test_the_longest_part_of_the_title_is_taken_before_an_h1_that_names_the_site() -> None:
    body = "<h1>Quay Notes</h1><h2>What is a tide?</h2>"
    assert heading_of(body, "What is a tide? | Quay Notes") == "What is a tide?"


@pytest.mark.parametrize("link", ["/", "https://notes.example", "/web/20110106023242/http://notes.example/"])
@pytest.mark.parametrize(
    "title", ["Harbour Notes: The storm", "Harbour Notes » News » The storm", "The storm | Harbour Notes"]
)
def test_a_heading_that_links_to_the_front_page_names_the_blog_and_the_next_one_its_entry(
    link: str, title: str
) -> None:
    body = f"<h1><a href='{link}'>Harbour Notes</a></h1><h2>Recently</h2><h3>The storm</h3>"
    page = page_of(body, title=title)
    assert title_of(body, title=title) == "The storm"
    assert inline(page_heading(page)) == "The storm"


def test_the_entrys_heading_below_the_blogs_name_is_taken_before_an_h1_in_its_text() -> None:
    body = f"<h1><a href='/'>Harbour Notes</a></h1><h3>{SHOWN}</h3><p>It blew.</p><h1>Boats in the harbour</h1>"
    page = page_of(body, head=meta("og:title", SHOWN), title=f"Harbour Notes: {SHOWN}")
    assert inline(page_heading(page)) == SHOWN


@pytest.mark.parametrize("link", ["", "/2026/storm", "#top"])
def test_a_heading_that_links_elsewhere_or_says_more_than_its_link_names_the_article(link: str) -> None:
    assert title_of(f"<h1><a href='{link}'>The storm</a></h1><h2>Harbour Notes</h2>", title="The storm") == "The storm"
    body = "<h1>The storm of <a href='/'>Harbour Notes</a></h1><h3>The storm</h3>"
    assert title_of(body, title="The storm of Harbour Notes") == "The storm of Harbour Notes"


def test_without_an_h1_the_first_h2_that_shares_its_words_is_the_heading() -> None:
    title = "Fire brigade - Training"
    assert heading_of("<h2>Training on boats</h2><h2>Training in winter</h2>", title) == "Training on boats"
    assert heading_of("<h2>Opening hours</h2><h2>Training in winter</h2>", title) is None


def test_without_an_h1_and_an_h2_a_lower_heading_that_repeats_the_title_counts() -> None:
    assert heading_of(f"<h3>Weather</h3><h3>{SHOWN}</h3>", f"{SHOWN} - Harbour Games 2026") == SHOWN


def test_a_heading_is_known_by_the_title_that_ends_it_behind_a_kicker() -> None:
    body = f"<nav><h1>{SEARCHED}</h1></nav><h2>Divers at work {SHOWN}</h2>"
    assert heading_of(body, SHOWN, SEARCHED) == f"Divers at work {SHOWN}"


# Its spelling


@pytest.mark.parametrize(
    "heading",
    [
        f"Dec 18 2026 {SHOWN}",
        f"Blog: {SHOWN}",
        f"<span>Open Progress</span>{SHOWN}",
        f"{SHOWN} <small>Posted on July 1 by admin</small>",
        f"{SHOWN} | The Sample Courier",
        f"The Sample Courier - {SHOWN}",
        SHOWN.upper(),
    ],
)
def test_a_heading_loses_what_stands_around_the_title_that_the_head_has(heading: str) -> None:
    assert title_of(f"<h1>{heading}</h1>", head=meta("og:title", SHOWN), title=f"{SEARCHED}") == SHOWN


def test_a_heading_that_a_statement_repeats_stays_whole_whatever_another_leaves_out() -> None:
    whole = f"Harbour diary: {SHOWN}"
    assert title_of(f"<h1>{whole}</h1>", head=meta("og:title", SHOWN) + json_ld(headline=whole)) == whole


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Boats lost<br>in the harbour", "Boats lost in the harbour"),
        ("Boats lost<div>in the harbour</div>", "Boats lost in the harbour"),
        ("<span>B</span>oats lost", "Boats lost"),
    ],
)
def test_lines_of_a_heading_are_apart_and_letters_of_a_word_are_not(markup: str, text: str) -> None:
    tree = page_of(f"<h1>{markup}</h1>").tree
    assert tree is not None
    assert heading_text(next(tree.iter("h1"))) == text


@pytest.mark.parametrize("stated", [f"{SHOWN} | Sport", f"Sport | {SHOWN}", f"Sport | {SHOWN} | The Sample Courier"])
def test_the_section_goes_from_either_end_of_a_title_where_a_link_bears_its_name(stated: str) -> None:
    assert title_of("<a href='/sport'>Sport</a>", head=meta("og:title", stated)) == SHOWN


@pytest.mark.parametrize("stated", ["Courier - A storm at sea", "Courier | A storm at sea", "A storm at sea - Courier"])
def test_the_name_of_the_site_goes_from_either_end_of_a_title(stated: str) -> None:
    assert without_site(stated, frozenset(["courier"])) == "A storm at sea"


def test_a_page_in_a_web_archive_bears_the_name_of_the_site_that_it_is_from() -> None:
    url = "https://web.archive.org/web/20140226054445/http://www.quaynotes.example/2013/08/07/tides"
    assert "quaynotes" in site_names([], url)
    assert without_site("Quay Notes » What is a tide", site_names([], url)) == "What is a tide"


def test_a_subtitle_stays_where_the_name_of_the_site_behind_it_goes() -> None:
    assert without_site("A storm at sea - Pictures - Courier", frozenset(["courier"])) == "A storm at sea - Pictures"


def test_a_longer_name_of_the_site_goes_from_the_end_of_a_title_tag_alone() -> None:
    url = "https://www.quaynotes.example/2013/08/07/tides"
    assert title_of("", title="What is a tide – Quay Notes Features", url=url) == "What is a tide"
    stated = meta("og:title", "What is a tide – our Quay Notes explain")
    assert title_of("", head=stated, url=url) == "What is a tide – our Quay Notes explain"
