"""Wordings stand in one file a language: each list is known, each is read by something, and a new file is enough."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrorwire.extract import wording
from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.wording import FOLDER, Wording, by_language, languages, listed

README = (FOLDER / "README.md").read_text(encoding="utf-8")
KNOWN = re.findall(r"^\| `(\w+\.\w+)` \|", README, re.M)
OF_MONTHS = ("dates.months", "dates.translated_months")
PLAIN = ("corrections.hints", *OF_MONTHS, "dates.jalali_months")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the folder of wordings, which is read in its place."""
    copy = tmp_path / "wordings"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(wording, "FOLDER", copy)
    languages.cache_clear()
    yield copy
    languages.cache_clear()


def strings_in_code() -> set[str]:
    """Return every string in the modules of extraction."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in FOLDER.parent.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("language", languages())
def test_a_language_has_known_lists_only_and_none_that_is_empty(language: str) -> None:
    tables = languages()[language]
    lists = {f"{table}.{key}": values for table, keys in tables.items() for key, values in keys.items()}
    unknown = lists.keys() - set(KNOWN)
    assert unknown == set(), f"{language}.toml has lists that wordings/README.md does not know"
    assert [name for name, values in lists.items() if not values] == []
    assert lists, f"{language}.toml says nothing"


@pytest.mark.parametrize("name", KNOWN)
def test_a_list_is_said_in_some_language_and_read_by_the_module_that_is_named(name: str) -> None:
    assert by_language(name), f"no language has {name}"
    assert name in strings_in_code(), f"nothing reads {name}: leave it out of the files and of wordings/README.md"
    module = re.search(rf"^\| `{re.escape(name)}` \|.*\| `(\w+)` \|$", README, re.M)
    assert module
    assert f'"{name}"' in (FOLDER.parent / f"{module[1]}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in PLAIN])
def test_every_wording_is_a_pattern_and_stands_once_in_its_language(name: str) -> None:
    for patterns in by_language(name):
        assert len(set(patterns)) == len(patterns)
        for pattern in patterns:
            re.compile(pattern, re.I)
            assert not re.compile(pattern, re.I).groups, f"a wording has no group of its own: {pattern}"
            assert not re.compile(pattern, re.I).fullmatch(""), f"matches everything: {pattern}"


@pytest.mark.parametrize("name", OF_MONTHS)
def test_months_are_twelve_and_none_is_two(name: str) -> None:
    numbers: dict[str, set[int]] = {}
    for months in by_language(name):
        assert len(months) == 12
        for number, names in enumerate(months, 1):
            for month in names:
                assert month == month.casefold() or name != "dates.months"
                numbers.setdefault(month, set()).add(number)
    assert {month: several for month, several in numbers.items() if len(several) > 1} == {}
    assert len(listed("dates.jalali_months")) == 12


def test_a_language_is_added_by_a_file_alone(folder: Path) -> None:
    said = "Hafið samband til að skrá ykkur inn"
    assert Wording("notices.login").search(said) is None
    (folder / "is.toml").write_text("[notices]\nlogin = ['skrá ykkur inn']\n", encoding="utf-8")
    languages.cache_clear()
    assert Wording("notices.login").search(said)
    assert Wording("notices.login").search("please log in"), "the other languages stay"


def test_a_form_stands_around_every_wording(folder: Path) -> None:
    whole = Wording("lines.promotion", r"^(?:WORDS)$")
    assert whole.match("Anzeige")
    assert whole.match("Anzeige, die erste") is None


def test_months_of_languages_that_share_a_name_are_read() -> None:
    for text in ("3 maj 2026", "3. Mai 2026", "3 mai 2026", "3 мая 2026", "3 مايو 2026"):
        moment = parse_moment(text)
        assert moment is not None, text
        assert moment.value.isoformat() == "2026-05-03"


@pytest.mark.parametrize("text", ["GİRİŞ YAPIN", "Giriş yapın", "ΣΎΝΔΕΣΗ ΌΛΟΥΣ", "ſign in", "SIGN IN", "sign in"])
def test_a_wording_is_found_in_every_case(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "listed", lambda _: ["giriş yapın", "σύνδεση όλους", r"SIGN\Win"])
    login = Wording("notices.login", r"(?P<Words>WORDS)\S*")
    match = login.search(f"İstanbul: {text}")
    assert match is not None
    assert match["Words"] == text
    assert login.match(text)
    assert login.search("İstanbul") is None
