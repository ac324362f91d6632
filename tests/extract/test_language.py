# ruff: noqa: E501 - sentences stand whole
"""The language of an article: the page's statement, unless the text is surely in another."""

from __future__ import annotations

import pytest

from mirrorwire.extract.language import language_of

ENGLISH = (
    "The storm reached the harbour shortly before dawn and tore eleven boats from their moorings. Nobody was hurt, said "
    "the harbour master, who had spent the night in the signal station. Repairs will take until spring, and will cost "
    "more than the islands earn in a season."
)
GERMAN = (
    "Der Sturm erreichte den Hafen kurz vor der Dämmerung und riss elf Boote von ihren Liegeplätzen. Verletzt wurde "
    "niemand, sagte der Hafenmeister, der die Nacht in der Signalstation verbracht hatte. Die Reparaturen dauern bis zum "
    "Frühjahr und kosten mehr, als die Inseln in einer Saison verdienen."
)
PERSIAN = (
    "مدیر بندر روز سه‌شنبه گفت که توفان شبانه یازده قایق را از جا کنده و بندر تا اطلاع بعدی به روی همه کشتی‌ها بسته است."
)
ARABIC = "قال مدير الميناء يوم الثلاثاء إن العاصفة انتزعت أحد عشر قاربا من مراسيها وإن الميناء مغلق أمام جميع السفن."
JAPANESE = "嵐は夜明け前に港に達し、十一隻の船を係留場所から引き離した。けが人はいないと港長は話した。"


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        (ENGLISH, "en-GB", "en-GB"),
        (GERMAN, "en", "de"),
        (GERMAN[:90], "en", "en"),
        (GERMAN, None, "de"),
        (GERMAN, "de-AT", "de-AT"),
        (PERSIAN, "en", "fa"),
        (PERSIAN, None, "fa"),
        (ARABIC, "en-US", "ar"),
        (JAPANESE, "en", "ja"),
        ("Too short", None, None),
        ("", "fr", "fr"),
    ],
)
def test_the_stated_language_holds_unless_the_text_is_surely_another(
    text: str, stated: str | None, expected: str | None
) -> None:
    assert language_of(text, stated) == expected


@pytest.mark.parametrize("text", ["\ud800" * 500, "a" * 5_000_000, "\x00" * 500, "1 2 3 " * 500])
def test_hostile_text_gives_no_error(text: str) -> None:
    assert language_of(text, "en") is not None
