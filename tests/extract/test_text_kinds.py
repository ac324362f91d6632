"""How pages of many kinds hold their text: boxes, cards, quotes, pop-ups, teasers, copies; and how the judge doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from lxml import html
from trafilatura import bare_extraction

from mirrorwire.extract import text
from mirrorwire.extract.block_features import FEATURES
from mirrorwire.extract.forest import Forest, forest
from mirrorwire.extract.text_blocks import text_blocks
from mirrorwire.extract.text_judge import MODEL, JudgedText, judge_text
from mirrorwire.extract.trafilatura_text import trafilatura_text
from tests.extract.test_text import TITLE, extracted, lines_of

SENTENCES = [
    "The harbour council of Skerran voted on Monday evening for a second ferry to the outer islands of the bay.",
    "Councillor Dilys Haig said that islanders had waited for eleven winters and would not wait for another one.",
    "The new vessel is to carry forty cars and three hundred people, twice as many as the old one can take on board.",
    "Shipbuilders in three countries have asked for the plans, and the first offers are expected before the summer.",
    "Fishermen fear for their moorings at the western quay, where the larger ferry would turn twice in every hour.",
    "The harbour master answered them that the quay was to be made longer by sixty metres, at the cost of the region.",
    "Two members of the council voted against the plan, since the money was meant for the school on the hill.",
    "If all goes well, passengers will cross the bay on the new ferry in the spring of the year after the next.",
]
OTHER = [
    "Gardeners across the county are counting snails this week, and the numbers are higher than ever before.",
    "A warm autumn and a wet winter have been kind to them, explained a botanist of the county museum on Friday.",
    "Copper bands around the beds are said to help, although nobody has measured by how much they really do.",
    "Others swear by coffee grounds, which at least do no harm to hedgehogs and the other friends of the gardener.",
    "The museum invites children to bring the largest snail that they can find, and to take it home again unharmed.",
    "A prize of three books waits for the winner, who will be drawn by lot from among all those who have taken part.",
    "Last year four hundred children came, and the queue went once around the market and down into the old street.",
    "Volunteers are still being looked for, above all people who can tell a slug from a snail before breakfast time.",
    "Whoever wants to help can write to the museum until the end of the month, or simply come by in the afternoon.",
    "The count itself goes on until the first frost of the year, when all the snails will have gone to their winter.",
]


def paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def article(inner: str) -> str:
    return f"<article>{inner}</article>"


def boxes(name: str) -> str:
    """Every sentence in a box of a class of its own."""
    return "".join(f"<div class='{name}{n}'><p>{line}</p></div>" for n, line in enumerate(SENTENCES))


QUOTED = f"<p>{SENTENCES[0]}</p><blockquote>{paragraphs(SENTENCES[1:7])}</blockquote><p>{SENTENCES[7]}</p>"
HOLDERS = {
    "boxes of different classes": article(boxes("block-")),
    "two boxes": article(
        f"<div class='intro'>{paragraphs(SENTENCES[:2])}</div><div class='rest'>{paragraphs(SENTENCES[2:])}</div>"
    ),
    "bare text in cards": article("".join(f"<div class='card'><div>{line}</div></div>" for line in SENTENCES)),
    "a class a paragraph": article("".join(f"<p class='p{n}'>{line}</p>" for n, line in enumerate(SENTENCES))),
    "mostly a blockquote": article(QUOTED),
    "lines in one paragraph": article(f"<div class='text'><p>{'<br><br>'.join(SENTENCES)}</p></div>"),
    "within a form": f"<form action='/'>{article(paragraphs(SENTENCES))}</form>",
    "within a button that is not closed": f"<button>Menu{article(f'<h1>{TITLE}</h1>' + paragraphs(SENTENCES))}",
}


@pytest.mark.parametrize("body", HOLDERS.values(), ids=HOLDERS)
def test_the_text_is_whole_however_its_paragraphs_are_held(body: str) -> None:
    assert lines_of(body) == SENTENCES


POPUP = f"<div class='modal-layer'><div><h2>Snails everywhere</h2>{paragraphs(OTHER)}</div></div>"
TEASERS = "".join(
    f"<div class='teaser'><h3><a href='/s/{n}'>Story number {n} from the county</a></h3><p>{line}</p></div>"
    for n, line in enumerate(OTHER)
)
AUTHOR_BOX = f"<div class='about'><p><b>Ann Lee</b> {' '.join(OTHER[:6])}</p></div>"
OWN = f"<main><h1>{TITLE}</h1><div class='text'>{paragraphs(SENTENCES)}</div></main>"
LINES = f"<main><h1>{TITLE}</h1><div class='text'>{'<br><br>'.join(SENTENCES)}</div></main>"
COMMENTS = "".join(f"<li class='comment'><div><p>{line}</p></div></li>" for line in OTHER)
BESIDE = {
    "a longer article below": f"<article><h1>{TITLE}</h1>{paragraphs(SENTENCES)}</article>"
    f"<article><h2>Snails everywhere</h2>{paragraphs(OTHER)}</article>",
    "a longer pop-up before": POPUP + OWN,
    "a longer pop-up after": OWN + POPUP,
    "an author box beside text in lines": LINES + AUTHOR_BOX,
    "teasers": OWN + f"<div class='more'>{TEASERS}</div>",
    "comments": OWN + f"<ol class='comment-list'>{COMMENTS}</ol>",
}


@pytest.mark.parametrize("body", BESIDE.values(), ids=BESIDE)
def test_another_text_beside_the_article_is_left_out(body: str) -> None:
    found = extracted(body).article
    assert found is not None
    assert found.text.split("\n") == SENTENCES


def test_teasers_under_a_brief_are_not_its_text() -> None:
    brief = SENTENCES[:2]
    body = f"<article><h1>{TITLE}</h1>{paragraphs(brief)}</article><div class='more'>{TEASERS}</div>"
    found = extracted(body).article
    assert found is not None
    assert found.text.split("\n") == brief


def test_what_follows_a_linked_subhead_of_the_article_stays() -> None:
    linked = f"<div><h2><a href='/quay'>The quay of Skerran</a></h2>{paragraphs(SENTENCES[4:])}</div>"
    found = extracted(article(f"<h1>{TITLE}</h1>{paragraphs(SENTENCES[:4])}{linked}")).article
    assert found is not None
    assert [line for line in found.text.split("\n") if line in SENTENCES] == SENTENCES


def test_readings_of_characters_are_not_glued_into_words() -> None:
    rest = "の入り口にはなお二十六個の石が沈んでおり、当面は一日一往復に限られる。"
    line = f"<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>{rest}"
    others = [
        f"停電していた約三千世帯のうち、二十日正午までに{n}割で電気が戻った。町は全壊した家を取り壊す方針だ。"
        for n in "四五六七"
    ]
    lines = lines_of(article(f"<div>{paragraphs([line, *others])}</div>"))
    assert lines == [f"港{rest}", *others]


def test_a_text_that_stands_twice_for_wide_and_narrow_screens_is_read_once() -> None:
    twice = "".join(f"<div class='{screen}'>{paragraphs(SENTENCES)}</div>" for screen in ("desktop", "mobile"))
    assert lines_of(article(twice)) == SENTENCES


def test_paragraphs_that_one_box_repeats_stay() -> None:
    refrain = [*SENTENCES[:4], SENTENCES[1], *SENTENCES[4:], SENTENCES[1]]
    assert lines_of(article(f"<div class='text'>{paragraphs(refrain)}</div>")) == refrain


def test_a_row_of_a_table_is_a_line() -> None:
    rows = "<tr><td>Adults</td><td>4.20</td></tr><tr><td>Children</td><td>2.10</td></tr>"
    table = f"<table><tbody>{rows}</tbody></table>"
    lines = lines_of(article(f"<div>{paragraphs(SENTENCES[:4])}{table}{paragraphs(SENTENCES[4:])}</div>"))
    assert lines == [*SENTENCES[:4], "Adults 4.20", "Children 2.10", *SENTENCES[4:]]


def judged(shown: Iterable[str], ours: list[str], theirs: list[str]) -> JudgedText:
    tree = html.fromstring(f"<html><head></head><body><h1>{TITLE}</h1>{article(paragraphs(shown))}</body></html>")
    return judge_text(text_blocks(tree), ours, theirs, titles=[TITLE], descriptions=[])


def test_a_text_that_both_readers_hold_raises_no_doubt() -> None:
    assert judged(SENTENCES, SENTENCES, SENTENCES) == JudgedText(lines=SENTENCES)


def test_a_text_much_shorter_than_what_a_reader_found_may_be_cut_off() -> None:
    doubts = judged(SENTENCES[:3], SENTENCES[:3], [*SENTENCES, *OTHER]).doubts
    (doubt,) = [doubt for doubt in doubts if doubt.startswith("cut off")]
    numbers = [int(number) for number in re.findall(r"\d+", doubt)]
    assert numbers == sorted(numbers)
    assert 200 < numbers[0] < 0.5 * numbers[1]


def test_readers_that_hold_different_texts_are_told_with_what_they_share() -> None:
    doubts = judged([*SENTENCES, *OTHER], SENTENCES, OTHER).doubts
    (doubt,) = [doubt for doubt in doubts if doubt.startswith("readers differ")]
    assert re.search(r"share 0% of \d{3,} and \d{3,} characters", doubt)


def test_doubts_about_the_text_are_in_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    doubted = JudgedText(lines=SENTENCES, doubts=("cut off: the text has 800 characters, a reader found 1900",))
    monkeypatch.setattr(text, "judge_text", lambda *_, **__: doubted)
    found = extracted(f"<h1>{TITLE}</h1>{article(paragraphs(SENTENCES))}")
    assert found.verdict.evidence["doubts"] == list(doubted.doubts)


def test_the_longer_reading_is_the_text_where_no_block_is_chosen() -> None:
    assert judged([], SENTENCES[:2], SENTENCES).lines == SENTENCES
    assert judged([], SENTENCES, []).lines == SENTENCES


MENU = "<nav><ul><li><a href='/a'>Weather</a></li><li><a href='/b'>Tides</a></li></ul>{}</nav>"


def test_a_page_is_left_as_it_was_when_trafilatura_has_read_it() -> None:
    tree = html.fromstring(f"<html><body>{MENU.format('')}{article(paragraphs(SENTENCES))}</body></html>")
    before = html.tostring(tree)
    assert trafilatura_text(tree, fast=True).split("\n") == SENTENCES
    assert html.tostring(tree) == before


@pytest.mark.parametrize("beside", ["", article(paragraphs(SENTENCES)), "<table><tr><td>1</td></tr></table>"])
@pytest.mark.parametrize("text", [SENTENCES, SENTENCES[:1]])
def test_trafilatura_finds_the_same_where_menus_are_mere_text(beside: str, text: list[str]) -> None:
    page = f"<html><body>{MENU.format(beside)}<div>{paragraphs(text)}<img src='/i'></div></body></html>"
    plain = bare_extraction(html.fromstring(page), fast=True, include_comments=False)
    assert plain is not None
    assert trafilatura_text(html.fromstring(page), fast=True) == plain.text


def odds_of(tree: Any, row: Sequence[float]) -> float:
    """What the leaf says that a row reaches."""
    if not isinstance(tree, list):
        return float(tree)
    feature, bound, within, beyond = tree
    return odds_of(within if row[feature] <= bound else beyond, row)


def test_trees_that_are_not_read_would_have_changed_nothing() -> None:
    leaves = [-3, 1, 2, -1, 0.5, 4, -2, 1.5, -0.5]
    trees = [[0, at / 10, leaves[at % 9], [1, 0.5, leaves[at % 7], -leaves[at % 5]]] for at in range(30)]
    model = Forest(("first", "second"), trees)
    answers: set[bool] = set()
    for row in product([0, 0.25, 0.9, 1.7, 3], [0.5, 0.6]):
        odds = sum(odds_of(tree, row) for tree in trees)
        for bound in (odds - 0.25, odds + 0.25, -40, 0, 40):
            assert model.is_likely(row, bound) == (odds > bound)
            answers.add(odds > bound)
    assert answers == {True, False}


def test_a_model_of_other_features_is_refused() -> None:
    assert forest(MODEL, FEATURES).features == FEATURES
    with pytest.raises(ValueError, match="train"):
        forest(MODEL, FEATURES[::-1])
