"""Duplicates: what counts as the same words, what is near, and what an article is told to be."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.edits import edited as edits_of
from benchmarks.edits import read_bodies, with_background
from mirrorwire.core.placement import Candidate, Signature
from mirrorwire.dedupe import (
    NEAR,
    SIGNATURE_VERSION,
    Batch,
    content_hash,
    matches,
    normalized,
    place,
    signature,
    similarity,
    text_hash,
    without_words,
)
from mirrorwire.dedupe.words import shingles

WORDS = [f"{start}{end}" for start in "bcdfghklmnprstvw" for end in ("ara", "eno", "il", "ove", "ust", "yrd", "amb")]
GOLDEN_MINHASH = (549672891, 18671375, 142334802)
GOLDEN_BANDS = (-5635664129000140969, -5197880179827634028)
NOON = datetime(2026, 8, 15, 12, tzinfo=UTC)


def body(seed: int, words: int = 400) -> str:
    chosen = random.Random(seed).choices(WORDS, k=words)
    return ". ".join(" ".join(chosen[n : n + 12]).capitalize() for n in range(0, words, 12)) + "."


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with a share of its words changed."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) + "x" if dice.random() < share else word for word in text.split())


def candidate(key: str, text: str, published_at: datetime | None = NOON) -> Candidate:
    signed = signature(text)
    return Candidate(article_key=key, published_at=published_at, text_hash=signed.text_hash, minhash=signed.minhash)


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
    assert signature("Text").text_hash == text_hash("TEXT")


@given(st.text(st.characters(codec=None)))
def test_normalizing_twice_changes_nothing_and_any_text_can_be_hashed(text: str) -> None:
    found = normalized(text)
    assert normalized(found) == found
    assert len(text_hash(text)) == len(content_hash(text, text)) == 32


# Signatures


def minima(signed: Signature) -> tuple[int, ...]:
    return tuple(int.from_bytes(signed.minhash[n : n + 4], "little") for n in range(0, len(signed.minhash), 4))


def test_signatures_of_this_version_are_what_is_stored_already() -> None:
    # Stored signatures cannot be compared with ones computed otherwise: a change here means a new SIGNATURE_VERSION.
    found = signature(body(1))
    assert SIGNATURE_VERSION == 2
    assert minima(found)[:3] == GOLDEN_MINHASH
    assert found.bands[:2] == GOLDEN_BANDS


def test_a_signature_has_128_minima_and_32_bands_that_fit_a_bigint() -> None:
    found = signature(body(1))
    assert found.words == 400
    assert len(minima(found)) == 128
    assert len(set(found.bands)) == 32 and all(-(2**63) <= value < 2**63 for value in found.bands)
    assert any(value < 0 for value in found.bands) and any(value > 0 for value in found.bands)


def test_the_same_minima_in_another_place_are_another_band() -> None:
    # Three equal pairs only: many of the minima repeat, and bands of equal values must still differ by position.
    found = signature("one two three " * 50)
    assert len(set(found.bands)) == 32


def test_short_texts_have_no_bands() -> None:
    short, long = signature(" ".join(WORDS[:49])), signature(" ".join(WORDS[:50]))
    assert (short.words, short.minhash, short.bands) == (49, b"", ())
    assert (long.words, len(minima(long)), len(long.bands)) == (50, 128, 32)
    assert similarity(short.minhash, short.minhash) == 0.0
    assert similarity(short.minhash, long.minhash) == 0.0


def test_the_estimate_lies_near_the_true_jaccard_similarity() -> None:
    for share in (0.0, 0.02, 0.05, 0.1, 0.3, 1.0):
        first, second = body(3, 1200), edited(body(3, 1200), share)
        a, b = ({*pairwise(re.findall(r"\w+", text.lower()))} for text in (first, second))
        true = len(a & b) / len(a | b)
        found = similarity(signature(first).minhash, signature(second).minhash)
        assert found == similarity(signature(second).minhash, signature(first).minhash)
        assert abs(found - true) < 0.15


def test_different_articles_share_no_band_and_are_not_near() -> None:
    signed = [signature(body(seed, 600)) for seed in range(60)]
    pairs = [(a, b) for n, a in enumerate(signed) for b in signed[:n]]
    assert not any(set(a.bands) & set(b.bands) for a, b in pairs)
    assert max(similarity(a.minhash, b.minhash) for a, b in pairs) < 0.2


# Real bodies


def found_through_a_band(a: Signature, b: Signature) -> bool:
    return bool(set(a.bands) & set(b.bands)) and similarity(a.minhash, b.minhash) >= NEAR


def test_real_bodies_are_found_after_nine_edits_and_strangers_are_not(shared: Path) -> None:
    bodies = read_bodies(shared / "corpora" / "news" / "gold.jsonl")
    signed = [signature(each.text) for each in bodies]
    hits: dict[str, list[bool]] = {}
    for n, original in enumerate(signed):
        for name, text in edits_of(bodies, n).items():
            changed = signature(text)
            hits.setdefault(name, []).append(found_through_a_band(original, changed))
    assert len(hits) == 9
    assert {name: sum(each) / len(each) for name, each in hits.items() if sum(each) / len(each) < 0.98} == {}
    assert not any(found_through_a_band(a, b) for n, a in enumerate(signed) for b in signed[:n])
    pairs = list(with_background(bodies, 3))
    assert not any(found_through_a_band(signature(a), signature(b)) for a, b in pairs)


# Scripts


def words_of(*ranges: tuple[int, int], length: int, seed: int) -> list[str]:
    """Made-up words of the letters of a script."""
    dice = random.Random(seed)
    letters = [chr(n) for first, last in ranges for n in range(first, last + 1)]
    return ["".join(dice.choices(letters, k=dice.randint(length - 1, length + 1))) for _ in range(1500)]


SCRIPTS = {
    "Chinese": (words_of((0x4E00, 0x5E00), length=2, seed=1), ""),
    "Japanese": (words_of((0x3042, 0x3093), (0x4E00, 0x4F00), length=2, seed=2), ""),
    "Thai": (words_of((0x0E01, 0x0E2E), (0x0E30, 0x0E39), length=4, seed=3), ""),
    "Lao": (words_of((0x0E94, 0x0E9F), (0x0EB0, 0x0EB9), length=4, seed=4), ""),
    "Khmer": (words_of((0x1780, 0x17A2), (0x17B6, 0x17C5), length=4, seed=5), ""),
    "Burmese": (words_of((0x1000, 0x1020), (0x102B, 0x1032), length=4, seed=6), ""),
    "Korean": (words_of((0xAC00, 0xB000), length=3, seed=7), " "),
    "Hindi": (words_of((0x0915, 0x0939), (0x093E, 0x094C), length=4, seed=8), " "),
    "Persian": (words_of((0x0627, 0x063A), length=4, seed=9), " "),
    "Russian": (words_of((0x0430, 0x044F), length=6, seed=10), " "),
}


def written(script: str, seed: int, words: int = 300, changed: float = 0.0, mark: str = "。") -> str:
    vocabulary, space = SCRIPTS[script]
    chosen = random.Random(seed).choices(vocabulary, k=words)
    dice = random.Random(f"{seed} {changed}")
    chosen = [dice.choice(vocabulary) if dice.random() < changed else word for word in chosen]
    return f"{mark} ".join(space.join(chosen[n : n + 12]) for n in range(0, words, 12))


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_words_near_duplicates_and_strangers(script: str) -> None:
    originals = [signature(written(script, seed)) for seed in range(20)]
    assert all(200 < each.words < 400 for each in originals), "about 300, whether spaces part them or not"
    for share in (0.0, 0.05, 0.1):
        edits = [signature(written(script, seed, changed=share)) for seed in range(20)]
        assert sum(found_through_a_band(a, b) for a, b in zip(originals, edits, strict=True)) >= 19, share
    assert not any(found_through_a_band(a, b) for n, a in enumerate(originals) for b in originals[:n])
    assert signature(written(script, 1, words=30)).bands == ()
    assert len(signature(written(script, 1, words=90)).bands) == 32


@pytest.mark.parametrize("script", SCRIPTS)
def test_punctuation_parts_no_words_of_any_script(script: str) -> None:
    plain, marked = signature(written(script, 1, mark="")), signature(written(script, 1, mark=" —"))
    assert similarity(plain.minhash, marked.minhash) == 1.0


def test_a_text_in_two_scripts_counts_the_words_of_both() -> None:
    words, pairs = shingles(normalized("AI モデル「東京」 version 2"))
    assert words == 3 + 5 // 2
    assert [pair.decode() for pair in pairs] == [
        "ai モデル",
        "モデル デル東",
        "デル東 ル東京",
        "ル東京 version",
        "version 2",
    ]


@given(st.text(st.characters(max_codepoint=0xDFF), max_size=60))
def test_words_are_the_same_however_they_are_found(text: str) -> None:
    words, pairs = shingles(normalized(text))
    again, with_han = shingles(normalized(f"{text} 東"))  # a text with Han is cut by another way
    assert (again, with_han[: len(pairs)]) == (words, pairs)


# Placing


def test_an_article_without_candidates_is_new() -> None:
    assert matches(signature(body(1)), []) == ()
    assert place(()).kind == "new"


def test_the_same_text_under_another_key_is_exact_whatever_its_length() -> None:
    for text in (body(1), "Watch the video."):
        found = place(matches(signature(text.upper()), [candidate("a", text)]))
        assert (found.kind, found.nearest_key, found.similarity) == ("exact", "a", 1.0)


def test_texts_without_words_are_nobodys_duplicate() -> None:
    assert matches(signature(" … "), [candidate("a", " … "), candidate("c", "…")]) == ()


def test_nearly_the_same_text_is_near_and_a_band_shared_by_chance_is_not() -> None:
    signed = signature(edited(body(1), 0.05))
    found = place(matches(signed, [candidate("z", body(2)), candidate("a", body(1))]))
    assert found.kind == "near" and found.nearest_key == "a"
    assert found.similarity is not None and NEAR <= found.similarity < 1
    assert place(matches(signed, [candidate("z", body(2))])).kind == "new"


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
        found = matches(signature(text), order)
        assert place(found).nearest_key == "a-early"
        assert [match.candidate.article_key for match in found] == [
            "a-early",
            "b-early",
            "late",
            "unknown",
            "near",
        ]


# The batch


def test_a_batch_offers_what_its_articles_say_last_and_never_an_article_to_itself() -> None:
    batch, first, second = Batch(), signature(body(1)), signature(body(2))
    batch.say("b", NOON, first)
    batch.say("a", NOON, first)
    assert [each.article_key for each in batch.candidates("c", first)] == ["a"]
    assert [each.article_key for each in batch.candidates("a", first)] == ["b"]
    assert list(batch.candidates("c", second)) == []
    batch.say("a", NOON, second)
    assert [each.article_key for each in batch.candidates("c", first)] == ["b"]
    assert [each.article_key for each in batch.candidates("c", second)] == ["a"]
    batch.say("b", None, second)
    assert list(batch.candidates("c", first)) == []
    near = signature(edited(body(2), 0.05))
    assert [(each.article_key, each.text_hash) for each in batch.candidates("c", near)] == [("a", second.text_hash)]


def test_texts_without_words_stand_apart_by_their_articles() -> None:
    assert without_words("a").text_hash != without_words("b").text_hash
    assert without_words("a").text_hash not in {text_hash("a"), text_hash("\0a")}
