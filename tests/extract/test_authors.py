"""Who wrote an article: which statement is taken, and where on a page a byline is found."""

from __future__ import annotations

import pytest

from mirrorwire.extract.authors import names_in
from mirrorwire.extract.name_kinds import NameKind, is_interface, kind_of, looks_like_a_person
from tests.extract.test_fields import TITLE, article, json_ld, og

PROSE = "".join(
    f"<p>The council voted on paragraph {number} of the plan, and the people of the old town were glad about it.</p>"
    for number in range(6)
)


def authors(body: str = "", head: str = "", title: str = f"<h1>{TITLE}</h1>") -> tuple[str, ...]:
    return article(head=head, body=body if "<h1>" in body else f"{title}{body}").authors


def meta(name: str, value: str) -> str:
    return f'<meta name="{name}" content="{value}">'


# Statements


def test_a_person_in_any_statement_comes_before_an_organisation_in_another() -> None:
    organisation = meta("author", "Harbour Press Group")
    person = '<meta property="article:author" content="Ann Ellis">'
    assert authors(PROSE, organisation + person) == ("Ann Ellis",)
    assert authors(f'<p class="byline">By Ann Ellis</p>{PROSE}', organisation) == ("Ann Ellis",)
    assert authors(PROSE, organisation) == ("Harbour Press Group",)


@pytest.mark.parametrize(
    "head",
    [
        meta("twitter:label1", "Written by") + meta("twitter:data1", "Ann Lee"),
        meta("twitter:label2", "Verfasst von") + meta("twitter:data2", "Ann Lee"),
        meta("twitter:misc:Written by", "Ann Lee"),
        meta("cXenseParse:author", "Ann Lee"),
        meta("articleAuthor", "Ann Lee"),
        meta("sailthru.author", "Ann Lee"),
        meta("parsely-author", "Ann Lee"),
        meta("dc.creator", "Lee, Ann"),
        meta("citation_author", "Lee, Ann"),
        '<meta name="article:author_name" value="Ann Lee">',
    ],
)
def test_a_meta_of_any_name_that_says_author_is_read(head: str) -> None:
    assert authors(PROSE, head) == ("Ann Lee",)


@pytest.mark.parametrize("name", ["twitter:creator:id", "author-image", "article:author:url", "authority"])
def test_a_meta_about_something_else_of_the_author_is_not_read(name: str) -> None:
    assert authors(PROSE, meta(name, "Ann Lee")) == ()


def test_a_label_for_the_time_to_read_names_nobody() -> None:
    head = meta("twitter:label1", "Est. reading time") + meta("twitter:data1", "5 minutes")
    assert authors(PROSE, head) == ()


def test_of_two_statements_that_name_different_persons_the_page_decides() -> None:
    head = meta("author", "Condé Nord") + '<meta property="article:author" content="Ann Lee">'
    assert authors(f'<p class="byline">By Ann Lee</p>{PROSE}', head) == ("Ann Lee",)
    assert authors(PROSE, head) == ("Condé Nord",)


def test_a_statement_that_holds_all_names_and_more_is_the_whole() -> None:
    head = meta("author", "Ann Lee") + meta("citation_author", "Lee, Ann") + meta("citation_author", "Ray, Bob")
    assert authors(PROSE, head) == ("Ann Lee", "Bob Ray")


def test_a_full_name_in_the_byline_comes_before_the_account_that_a_meta_names() -> None:
    assert authors(f'<p class="byline">By Ann Lee</p>{PROSE}', meta("author", "annl")) == ("Ann Lee",)
    assert authors(f"{PROSE}<div class='box'><a href='/author/x'>Bob Ray</a></div>", meta("author", "annl")) == (
        "annl",
    )


def test_a_recipe_names_its_author_as_an_article_does() -> None:
    recipe = json_ld(**{"@type": "Recipe", "name": TITLE, "author": {"@type": "Person", "name": "Ann Lee"}})
    assert authors(PROSE, recipe) == ("Ann Lee",)


def test_authors_of_comments_and_of_other_articles_are_not_the_articles() -> None:
    def item(kind: str, name: str, inner: str = "") -> str:
        author = f'<span itemprop="author">{name}</span>'
        return f'<div itemscope itemtype="https://schema.org/{kind}">{author}{inner}</div>'

    nested = item("Comment", "Bob Ray") + item("Article", "Cy Day")
    assert authors(item("NewsArticle", "Ann Lee", PROSE + nested)) == ("Ann Lee",)


# What is a name


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Veröffentlicht von Ann Lee", ["Ann Lee"]),
        ("Ein Gastbeitrag von Ann Lee", ["Ann Lee"]),
        ("View all posts by Ann Lee", ["Ann Lee"]),
        ("Escrito por Ann Lee", ["Ann Lee"]),
        ("Propos recueillis par Ann Lee et Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("A cura di Ann Lee", ["Ann Lee"]),
        ("Автор: Анна Ли", ["Анна Ли"]),
        ("作者：王小明", ["王小明"]),
        ("By Ann Lee on August 3", ["Ann Lee"]),
        ("Ann Lee am Samstag", ["Ann Lee"]),
        ("Ann Lee For The Mail", ["Ann Lee"]),
        ("Ann Lee Ann Lee", ["Ann Lee"]),
        ("Ann Lee, photos by Bob Ray", ["Ann Lee"]),
        ("Reviewed by Bob Ray", []),
        ("Follow us", []),
        ("WRITTEN BY", []),
        ("Share Article", []),
        ("Human in the Loop", ["Human in the Loop"]),
    ],
)
def test_words_around_names_are_left_out(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ann Lee", NameKind.PERSON),
        ("ann lee", NameKind.PERSON),
        ("Beatrix van der Linden", NameKind.PERSON),
        ("山田太郎", NameKind.PERSON),
        ("ann_l", NameKind.ACCOUNT),
        ("AFP", NameKind.ACCOUNT),
        ("Web Desk", NameKind.GROUP),
        ("Redaktion", NameKind.GROUP),
        ("Harbour Press Group", NameKind.GROUP),
        ("The Courier", NameKind.SITE),
    ],
)
def test_a_name_is_a_persons_an_accounts_an_organisations_or_the_sites(name: str, kind: NameKind) -> None:
    assert kind_of(name, frozenset(["courier", "thecourier"])) is kind


@pytest.mark.parametrize("text", ["Follow us", "3 min read", "Mehr Beiträge", "Partager", "Síguenos", "Read more"])
def test_words_of_the_interface_are_no_person(text: str) -> None:
    assert is_interface(text)
    assert not looks_like_a_person(text)


# Bylines that are marked


@pytest.mark.parametrize(
    "byline",
    [
        '<footer class="meta"><p class="byline">By <a rel="author" href="/staff/ann-lee">Ann Lee</a></p></footer>',
        '<footer><span class="vcard"><a class="url fn" rel="author nofollow" href="/a">Ann Lee</a></span></footer>',
        '<div class="byline">By <a href="/authors/ann-lee">Ann Lee</a> <a href="/courts">High Court</a></div>',
        '<div class="byline"><span>By Ann Lee</span> <span>Photos by</span> <span>Bob Ray</span></div>',
        '<div class="author">Ann Lee</div><div><span>Reviewed by</span> <a class="author" href="/b">Bob Ray</a></div>',
        '<div><span>Edited by</span> <a class="author" href="/b">Bob Ray</a></div><div class="author">Ann Lee</div>',
    ],
)
def test_a_marked_byline_names_its_author_and_nobody_else(byline: str) -> None:
    assert authors(f"<article><h1>{TITLE}</h1>{byline}{PROSE}</article>") == ("Ann Lee",)


def test_a_byline_of_one_word_names_an_account() -> None:
    byline = '<span class="author vcard"><a class="url fn n" rel="author" href="/author/creeny">creeny</a></span>'
    assert authors(byline + PROSE) == ("creeny",)
    assert authors(f'<span class="author">Share</span>{PROSE}') == ()


def test_a_reader_who_comments_is_not_the_author() -> None:
    comment = '<div class="comment"><span class="comment-author vcard">Bob Ray</span><p>I think so.</p></div>'
    assert authors(PROSE + comment) == ()


def test_a_byline_that_names_the_site_gives_way_to_a_line_that_names_a_person() -> None:
    head = og(site_name="The Courier")
    byline = '<span class="author">The Courier</span><p>By <a href="/profiles/ann-lee">Ann Lee</a></p>'
    assert authors(byline + PROSE, head) == ("Ann Lee",)


# Bylines that nothing marks


@pytest.mark.parametrize(
    "line",
    [
        "<h4>By Ann Lee | 12/10/2020</h4>",
        "<p>Text: Ann Lee</p>",
        "<p>Von Ann Lee</p>",
        "<p>Par Ann Lee</p>",
        "<p>Por Ann Lee</p>",
        "<div>Posted in <a href='/c/news'>City Council</a> by Ann Lee on August 3, 2019</div>",
        "<p>Dec 26, 2025 • <img src='/a.jpg'> Ann Lee in <a href='/c'>Town Hall</a></p>",
        "<span>25.10.2022 - Ann Lee</span>",
        "<p><span>Ann Lee</span></p>",
    ],
)
def test_a_line_under_the_heading_names_the_author(line: str) -> None:
    assert authors(line + PROSE) == ("Ann Lee",)


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>Ann Lee</strong></p>",
        "<p><em>By Ann Lee</em></p>",
        "<p><em>Text von Ann Lee<br>Illustration von Bob Ray</em></p>",
        "<p><em>Ann Lee is a reporter who lives in the old town with two cats and writes about the harbour.</em></p>",
        "<h3>Written by Ann Lee</h3>",
        "<p>Autor: Ann Lee</p>",
    ],
)
def test_the_last_line_of_the_text_names_the_author(line: str) -> None:
    assert authors(PROSE + line) == ("Ann Lee",)


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>Read More</strong></p>",
        "<p><strong>Old Town</strong></p>",
        "<p>May 5, 2024 · Old Town</p>",
        "<p>By the way, nobody asked.</p>",
        "<p>Photos by Bob Ray</p>",
    ],
)
def test_a_line_that_names_nobody_gives_no_author(line: str) -> None:
    assert authors(line + PROSE) == ()
    assert authors(PROSE + line) == ()


@pytest.mark.parametrize("name", ["Mary Jane Watson", "Smart Shopping Team"])
def test_a_date_that_no_space_parts_from_the_name_takes_no_word_of_it(name: str) -> None:
    link = f"<span>By </span><a href='/authors/someone'><span>{name}</span></a>"
    assert authors(f"<div><div>{link}</div><time>Dec 19, 2016</time></div>{PROSE}") == (name,)


def test_a_bare_name_is_no_better_than_an_organisation_that_is_stated() -> None:
    assert authors(f"<p><span>Ann Lee</span></p>{PROSE}", meta("author", "Harbour Press Group")) == (
        "Harbour Press Group",
    )


def test_the_only_profile_that_a_page_links_is_its_authors() -> None:
    far = PROSE + "<i></i>" * 200
    box = "<div><a href='/author/ann-lee'>Ann Lee</a></div>"
    assert authors(far + box) == ("Ann Lee",)
    assert authors(f"{far}{box}<div><a href='/author/bob-ray'>Bob Ray</a></div>") == ()
