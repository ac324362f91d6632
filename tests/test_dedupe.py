"""Duplicates: what counts as the same words, what is near, and clusters that no order of arrival changes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.dedupe import (
    SIGNATURE_VERSION,
    Assignment,
    Member,
    cluster_head,
    content_hash,
    matches,
    merge,
    normalized,
    place,
    signature,
    similarity,
    text_hash,
)
from etl.records import Candidate, Signature

WORDS = [f"{start}{end}" for start in "bcdfghklmnprstvw" for end in ("ara", "eno", "il", "ove", "ust", "yrd", "amb")]
GOLDEN_MINHASH = (495234717, 241837255, 49604381)
GOLDEN_BANDS = (4713976849826666538, 3683736686616599630)
NOON = datetime(2026, 8, 15, 12, tzinfo=UTC)


def body(seed: int, words: int = 400) -> str:
    chosen = random.Random(seed).choices(WORDS, k=words)
    return ". ".join(" ".join(chosen[n : n + 12]).capitalize() for n in range(0, words, 12)) + "."


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with a share of its words changed."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) + "x" if dice.random() < share else word for word in text.split())


def candidate(key: str, text: str, published_at: datetime | None = NOON, cluster: str | None = None) -> Candidate:
    signed = signature("", text)
    return Candidate(
        article_key=key,
        cluster_id=cluster or key,
        published_at=published_at,
        content_hash=signed.content_hash,
        minhash=signed.minhash,
    )


# Normalizing


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("“Press TV’s” «words»", '"press tv\'s" "WORDS"'),
        ("a–b — c − d‑e", "a-b - c - d-e"),
        ("  two\n\nlines\t\u00a0and\u2009more  ", "two lines and more"),
        ("ﬁne ＡＢＣ ①", "fine abc 1"),
        ("soft\u00adhyphen zero\u200bwidth \ufeff", "softhyphen zerowidth"),
        ("e\u0301te\u0301", "été"),
        ("STRASSE", "straße"),
        ("5\u2033", '5"'),
        ("a\x00b\ud800", "ab"),
        ("`quoted`", "'quoted'"),
    ],
)
def test_what_changes_no_word_changes_no_hash(written: str, same: str) -> None:
    assert normalized(written) == normalized(same)
    assert text_hash(written) == text_hash(same)
    assert content_hash(written, "") == content_hash(same, "")


def test_another_word_another_order_or_another_digit_is_another_text() -> None:
    texts = [
        "Seven killed in strike",
        "Eight killed in strike",
        "strike in killed Seven",
        "Seven killed in strike 2",
    ]
    assert len({text_hash(text) for text in texts}) == len(texts)


def test_a_title_counts_for_the_content_but_not_for_the_text() -> None:
    assert content_hash("One", "Text") != content_hash("Two", "Text")
    assert content_hash("One", "Text") != content_hash("", "One Text"), "the border between title and text counts"
    assert signature("One", "Text").content_hash == signature("Two", "text").content_hash == text_hash("TEXT")


@given(st.text(st.characters(codec=None)))
def test_normalizing_twice_changes_nothing_and_any_text_can_be_hashed(text: str) -> None:
    found = normalized(text)
    assert normalized(found) == found
    assert len(text_hash(text)) == len(content_hash(text, text)) == 32


# Signatures


def test_signatures_of_this_version_are_what_is_stored_already() -> None:
    # Stored signatures cannot be compared with ones computed otherwise: a change here means a new SIGNATURE_VERSION.
    found = signature("", body(1))
    assert SIGNATURE_VERSION == 1
    assert found.minhash[:3] == GOLDEN_MINHASH
    assert found.bands[:2] == GOLDEN_BANDS


def test_a_signature_has_128_minima_and_32_bands_that_fit_a_bigint() -> None:
    found = signature("A title", body(1))
    assert found.words == 400
    assert len(found.minhash) == 128 and all(0 <= value < 2**32 for value in found.minhash)
    assert len(set(found.bands)) == 32 and all(-(2**63) <= value < 2**63 for value in found.bands)
    assert any(value < 0 for value in found.bands) and any(value > 0 for value in found.bands)
    assert found == signature("Another title", body(1))


def test_the_same_minima_in_another_place_are_another_band() -> None:
    # Three equal 3-grams only: many of the minima repeat, and bands of equal values must still differ by position.
    found = signature("", "one two three " * 50)
    assert len(set(found.bands)) == 32


def test_short_texts_have_no_bands() -> None:
    short, long = signature("", " ".join(WORDS[:49])), signature("", " ".join(WORDS[:50]))
    assert (short.words, short.minhash, short.bands) == (49, (), ())
    assert (long.words, len(long.minhash), len(long.bands)) == (50, 128, 32)
    assert similarity(short.minhash, short.minhash) == 0.0
    assert similarity(short.minhash, long.minhash) == 0.0


def test_the_estimate_lies_near_the_true_jaccard_similarity() -> None:
    for share in (0.0, 0.02, 0.05, 0.1, 0.3, 1.0):
        first, second = body(3, 1200), edited(body(3, 1200), share)
        a, b = ({*zip(w, w[1:], w[2:], strict=False)} for w in (re.findall(r"\w+", t.lower()) for t in (first, second)))
        true = len(a & b) / len(a | b)
        found = similarity(signature("", first).minhash, signature("", second).minhash)
        assert found == similarity(signature("", second).minhash, signature("", first).minhash)
        assert abs(found - true) < 0.15


TAIL = "Press TV’s website can also be accessed at the following alternate addresses: www.presstv.co.uk. Share this."
EDITS: dict[str, Callable[[str], str]] = {
    "mirror tail": lambda text: f"{text}\n{TAIL}",
    "a paragraph more": lambda text: f"{text}\n{body(99, 60)}",
    "three paragraphs more": lambda text: f"{body(97, 60)}\n{text}\n{body(98, 60)}\n{body(99, 60)}",
    "end cut": lambda text: text[: len(text) * 7 // 10],
    "middle cut": lambda text: text[: len(text) * 35 // 100] + text[len(text) * 65 // 100 :],
    "punctuation": lambda text: text.replace(".", " –").upper(),
    "a twentieth of the words": lambda text: edited(text, 0.05),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits_are_found_through_a_band_and_are_near(edit: str) -> None:
    found = 0
    for seed in range(40):
        first, second = signature("", body(seed, 600)), EDITS[edit](body(seed, 600))
        signed = signature("", second)
        if set(first.bands) & set(signed.bands):
            found += bool(matches("b", signed, [candidate("a", body(seed, 600))]))
    assert found >= 39


def test_different_articles_share_no_band_and_are_not_near() -> None:
    signed = [signature("", body(seed, 600)) for seed in range(60)]
    pairs = [(a, b) for n, a in enumerate(signed) for b in signed[:n]]
    assert not any(set(a.bands) & set(b.bands) for a, b in pairs)
    assert max(similarity(a.minhash, b.minhash) for a, b in pairs) < 0.2


# Placing


def test_an_article_without_candidates_is_new() -> None:
    assert matches("k", signature("", body(1)), []) == ()
    assert place(()).kind == "new"


def test_an_article_is_never_its_own_duplicate() -> None:
    assert matches("k", signature("", body(1)), [candidate("k", body(1))]) == ()


def test_the_same_text_under_another_key_is_exact_whatever_its_length() -> None:
    for text in (body(1), "Watch the video."):
        found = place(matches("b", signature("Other title", text.upper()), [candidate("a", text)]))
        assert (found.kind, found.nearest_key, found.similarity) == ("exact", "a", 1.0)


def test_texts_without_words_are_nobodys_duplicate() -> None:
    assert matches("b", signature("", " … "), [candidate("a", " … "), candidate("c", "…")]) == ()


def test_nearly_the_same_text_is_near_and_a_band_shared_by_chance_is_not() -> None:
    signed = signature("", edited(body(1), 0.05))
    found = place(matches("b", signed, [candidate("z", body(2)), candidate("a", body(1))]))
    assert found.kind == "near" and found.nearest_key == "a"
    assert found.similarity is not None and 0.45 <= found.similarity < 1
    assert place(matches("b", signed, [candidate("z", body(2))])).kind == "new"


def test_exact_beats_near_and_the_earliest_the_others_in_any_order() -> None:
    text = body(1)
    candidates = [
        candidate("near", edited(text, 0.03), NOON - timedelta(days=9)),
        candidate("late", text, NOON),
        candidate("unknown", text, None),
        candidate("b-early", text, NOON - timedelta(days=1)),
        candidate("a-early", text, NOON - timedelta(days=1)),
    ]
    for order in (candidates, candidates[::-1]):
        found = matches("new", signature("", text), order)
        assert place(found).nearest_key == "a-early"
        assert [match.candidate.article_key for match in found] == [
            "a-early",
            "b-early",
            "late",
            "unknown",
            "near",
        ]


# Clusters


def member(key: str, published_at: datetime | None, cluster: str) -> Member:
    return Member(article_key=key, published_at=published_at, cluster_id=cluster)


def test_the_head_is_the_first_published_then_the_smallest_key_and_unknown_times_come_last() -> None:
    early, late = NOON - timedelta(hours=1), NOON
    assert cluster_head([member("a", late, "x"), member("c", early, "x"), member("b", early, "x")]) == "b"
    assert cluster_head([member("a", None, "x"), member("z", late + timedelta(days=9999), "x")]) == "z"
    assert cluster_head([member("b", None, "x"), member("a", None, "x")]) == "a"


def test_an_article_alone_is_its_own_cluster() -> None:
    assert merge("a", None, []) == Assignment(cluster_id="a")


def test_a_later_article_joins_two_clusters_under_their_earliest() -> None:
    members = [
        member("b", NOON, "b"),
        member("c", NOON + timedelta(1), "b"),
        member("d", NOON - timedelta(1), "d"),
    ]
    assert merge("e", NOON + timedelta(2), members) == Assignment(cluster_id="d", moved=("b", "c"))


def test_an_older_article_becomes_the_head_of_what_it_joins() -> None:
    assert merge("e", NOON - timedelta(9), [member("b", NOON, "b")]) == Assignment(cluster_id="e", moved=("b",))


def test_a_date_that_changes_can_change_the_head() -> None:
    members = [member("a", NOON, "a"), member("b", NOON + timedelta(1), "a")]
    assert merge("a", NOON + timedelta(2), members) == Assignment(cluster_id="b", moved=("b",))


class Stored:
    """All that is stored, as the database keeps it: signatures, looked up by band or hash, and clusters."""

    def __init__(self) -> None:
        self.signatures: dict[str, Signature] = {}
        self.members: dict[str, Member] = {}

    def candidates(self, signed: Signature) -> list[Candidate]:
        return [
            Candidate(
                article_key=key,
                cluster_id=self.members[key].cluster_id,
                published_at=self.members[key].published_at,
                content_hash=other.content_hash,
                minhash=other.minhash,
            )
            for key, other in self.signatures.items()
            if other.content_hash == signed.content_hash or set(other.bands) & set(signed.bands)
        ]

    def take(self, key: str, published_at: datetime | None, signed: Signature) -> None:
        found = matches(key, signed, self.candidates(signed))
        clusters = {match.candidate.cluster_id for match in found}
        assigned = merge(key, published_at, [m for m in self.members.values() if m.cluster_id in clusters])
        for moved in assigned.moved:
            self.members[moved] = replace(self.members[moved], cluster_id=assigned.cluster_id)
        self.signatures[key] = signed
        self.members[key] = member(key, published_at, assigned.cluster_id)

    def clusters(self) -> dict[str, str]:
        return {key: found.cluster_id for key, found in self.members.items()}


def arrivals() -> list[tuple[str, datetime | None, Signature]]:
    """Chains of edits whose ends match only through their middle, exact copies, short texts, and strangers."""
    texts = []
    for story in range(3):
        text = body(story, 500)
        for step in range(5):
            texts.append(text)
            text = edited(text, 0.07, seed=step)
        texts += [body(story, 500), f"{body(story, 500)}\n{body(story + 50, 80)}"]
    texts += ["Watch the video.", "watch  the video.", "…", "… ", body(30), body(31)]
    times = [NOON + timedelta(hours=n * 7 % 5) if n % 4 else None for n in range(len(texts))]
    return [
        (f"s:{n * 13 % 101:03}", when, signature("", text))
        for n, (when, text) in enumerate(zip(times, texts, strict=True))
    ]


ARRIVALS = arrivals()


def clusters_of(order: Iterable[tuple[str, datetime | None, Signature]]) -> dict[str, str]:
    stored = Stored()
    for key, when, signed in order:
        stored.take(key, when, signed)
    return stored.clusters()


def linked(articles: Sequence[tuple[str, datetime | None, Signature]]) -> dict[str, str]:
    """The connected components of all matches, found without any of the code under test for clusters."""
    component = {key: {key} for key, _, _ in articles}
    for key, _, a in articles:
        for other, _, b in articles:
            same = a.content_hash == b.content_hash and a.words
            near = set(a.bands) & set(b.bands) and similarity(a.minhash, b.minhash) >= 0.45
            if (same or near) and other not in component[key]:
                component[key] |= component[other]
                for each in component[key]:
                    component[each] = component[key]
    order = {key: (when is None, when or NOON, key) for key, when, _ in articles}
    return {key: min(together, key=order.__getitem__) for key, together in component.items()}


@settings(deadline=None, max_examples=60)
@given(st.permutations(ARRIVALS))
def test_no_order_of_arrival_changes_a_cluster(order: list[tuple[str, datetime | None, Signature]]) -> None:
    assert clusters_of(order) == linked(ARRIVALS)


def test_the_shuffled_articles_do_form_clusters_of_several_kinds() -> None:
    clusters = linked(ARRIVALS)
    sizes = sorted(list(clusters.values()).count(head) for head in set(clusters.values()))
    assert sizes == [1, 1, 1, 1, 2, 7, 7, 7]
    first, last = ARRIVALS[0], ARRIVALS[4]
    assert similarity(first[2].minhash, last[2].minhash) < 0.45, "the ends of a chain match only through its middle"


def test_an_article_that_arrives_again_changes_nothing() -> None:
    assert clusters_of([*ARRIVALS, *ARRIVALS]) == clusters_of(ARRIVALS)
