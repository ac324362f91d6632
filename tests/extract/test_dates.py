"""Dates as the world writes them: scripts, calendars, numerals, zones, and the days of URLs."""

from __future__ import annotations

from datetime import date

import pytest

from mirrorwire.extract.dates import is_clear, parse_moment
from mirrorwire.extract.months import month_number
from mirrorwire.extract.url_dates import Month, day_first_in_path, day_in_path, month_in_path


@pytest.mark.parametrize(
    "text",
    [
        "2020年3月4日",
        "2020年03月04日",
        "二〇二〇年三月四日",
        "令和2年3月4日",
        "民國109年3月4日",
        "2020年３月４日",
        "2020년 3월 4일",
        "4 марта 2020 года",
        "4 березня 2020 р.",
        "4 март 2020",
        "4 сакавіка 2020",
        "4 наурыз 2020",
        "٤ مارس، ٢٠٢٠",
        "4 آذار 2020",
        "4 مارچ 2020",
        "۱۴ اسفند ۱۳۹۸",
        "اسفند ۱۴, ۱۳۹۸",
        "۱۴ اسفند ۹۸",
        "۱۳۹۸/۱۲/۱۴",
        "4 มีนาคม 2563",
        "4 มี.ค. 63",
        "๔ มีนาคม ๒๕๖๓",
        "4 Μαρτίου 2020",
        "4 Μαρ 2020",
        "04 ΜΑΡΤΙΟΥ 2020",
        "4 במרץ 2020",
        "४ मार्च २०२०",
        "৪ মার্চ ২০২০",
        "4 მარტი 2020",
        "4 մարտի 2020",
        "ngày 4 tháng 3, 2020",
        "4. ožujka 2020.",
        "2020. gada 4. marts",
        "2020. március 4.",
        "4 Mart 2020 Çarşamba",
        "4 MÄRZ 2020",
    ],
)
def test_a_day_is_read_in_the_scripts_and_calendars_of_newspapers(text: str) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert moment.value == date(2020, 3, 4)


def test_the_first_year_of_an_era_is_read() -> None:
    moment = parse_moment("令和元年5月2日")
    assert moment is not None
    assert moment.value == date(2019, 5, 2)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("4-Mar-2020", "2020-03-04"),
        ("04/Mar/2020", "2020-03-04"),
        ("2020-Mar-04", "2020-03-04"),
        ("Thu Mar 05 10:00:00 EST 2020", "2020-03-05T10:00:00-05:00"),
        ("2020:03:04 15:05:00", "2020-03-04T15:05:00"),
        ("20200304150533", "2020-03-04T15:05:33"),
        ("1583334300.123", "2020-03-04T15:05:00+00:00"),
        ("26/10/13, 03:48 pm", "2013-10-26T15:48:00"),
        ("2020년 3월 4일 오후 3:05", "2020-03-04T15:05:00"),
        ("4 มี.ค. 2563 15:05 น.", "2020-03-04T15:05:00"),
        ("May 1, 2020 at 10:05 p.m. CDT", "2020-05-01T22:05:00-05:00"),
        ("May 1, 2020 10:05 PM ET", "2020-05-01T22:05:00-04:00"),
        ("January 5, 2020 10:05 PM ET", "2020-01-05T22:05:00-05:00"),
        ("1 May 2020 10:05 WAT is late, SAST", "2020-05-01T10:05:00+02:00"),
        ("Le 1 mai 2020 à 10h05, il est trop tard", "2020-05-01T10:05:00"),
    ],
)
def test_a_time_is_read_in_the_forms_of_many_systems(text: str, iso: str) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert moment.value.isoformat() == iso


@pytest.mark.parametrize("text", ["12 products 2020", "3 genres 2020", "24/7/365", "version 1/2/3", "5 araba 2020 km"])
def test_a_number_beside_a_word_is_no_date(text: str) -> None:
    assert parse_moment(text) is None


def test_a_form_that_is_not_listed_is_known_by_its_first_letters() -> None:
    assert (month_number("октябрём"), month_number("Desembre"), month_number("prodotti")) == (10, 12, None)


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("9 September 2026", True),
        ("2026-09-03", True),
        ("03.09.2026", True),
        ("3/9/2026", False),
        ("Wed 3/9/26", False),
    ],
)
def test_a_date_is_clear_if_its_order_is_written_in_it(text: str, clear: bool) -> None:
    assert is_clear(text) is clear


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/09/23/a-storm", date(2026, 9, 23)),
        ("/news/2026-09/23/content_1.htm", date(2026, 9, 23)),
        ("/articles/2026-12-15+a+storm", date(2026, 12, 15)),
        ("/2026/sep/23/a-storm", date(2026, 9, 23)),
        ("/20260923", date(2026, 9, 23)),
        ("/2026/09/a-storm", None),
        ("/2026/man/23/a-storm", None),
        ("/a-1026-09-231", None),
    ],
)
def test_a_path_names_a_day_with_the_year_first(path: str, day: date | None) -> None:
    assert day_in_path(path) == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/news/29-10-2021-council-votes", date(2021, 10, 29)),
        ("/25/06/2019/a-storm", date(2019, 6, 25)),
        ("/25-13-2019", None),
        ("/a-storm", None),
    ],
)
def test_a_path_names_a_day_with_the_year_last(path: str, day: date | None) -> None:
    assert day_first_in_path(path) == day


def test_a_path_files_its_page_under_a_month() -> None:
    assert month_in_path("/2026/09/a-storm") == Month(2026, 9)
    assert month_in_path("/2026/13/a-storm") is None
    assert Month(2026, 12).holds(date(2026, 12, 31))
    assert Month(2026, 12).holds(date(2027, 1, 1)), "late at night, elsewhere"
    assert not Month(2026, 12).holds(date(2027, 1, 20))
