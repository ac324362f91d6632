"""Encodings by the names that strangers give them."""

from __future__ import annotations

import pytest
from webencodings.labels import LABELS

from mirrorwire.core.charsets import CODECS, encoding_of, encoding_of_header, encoding_of_markup
from mirrorwire.extract import extract_page
from mirrorwire.extract.page_encoding import decode
from tests.support.pier import URL, page

PYTHON_ONLY = (
    "undefined idna punycode zlib zip hex base64 bz2 quopri uu rot13 rot_13 unicode_escape utf-7 utf_7 "
    "utf-32 utf_8_sig mbcs oem cp037 cp500 palmos ptcp154 charmap string_escape utf8mb4 unknown none utf"
).split()


@pytest.mark.parametrize("label", PYTHON_ONLY)
def test_names_that_only_python_knows_are_none(label: str) -> None:
    assert encoding_of(label) is None
    assert encoding_of_header(f"text/html; charset={label}") is None
    assert encoding_of_markup(f'<meta charset="{label}">'.encode()) is None
    assert encoding_of_markup(f"<?xml version='1.0' encoding='{label}'?>".encode()) is None


@pytest.mark.parametrize("label", ["", " ", "\x00", "ſhift_jis", "\ud800", "a" * 100_000, "кодировка", None])
def test_what_is_no_name_is_none(label: str | None) -> None:
    assert encoding_of(label) is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("iso-8859-1", "cp1252"),
        ("ascii", "cp1252"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("iso_8859-1:1987", "cp1252"),
        (" 'Windows-1251' ", "cp1251"),
        ('"UTF8"', "utf-8"),
        ("x-user-defined", "cp1252"),
        ("iso-2022-kr", None),
        ("hz-gb-2312", None),
        ("utf-16", "utf-16-le"),
    ],
)
def test_names_of_the_standard_give_their_codec(label: str, codec: str | None) -> None:
    assert encoding_of(label) == codec


def test_every_codec_reads_any_bytes() -> None:
    assert {encoding_of(label) for label in LABELS} == {*CODECS, None}
    for codec in CODECS:
        assert isinstance(bytes(range(256)).decode(codec, "replace"), str)


@pytest.mark.parametrize(
    ("header", "codec"),
    [
        ('text/html;charset = "koi8-r"', "koi8-r"),
        ('text/html; x="a;charset=utf-8"; charset=koi8-r', "koi8-r"),
        ("text/html; charset=utf-8, text/html; charset=koi8-r", "utf-8"),
        ("text/html; charset=undefined; charset=koi8-r", "koi8-r"),
        ("charset=koi8-r", "koi8-r"),
        ("text/html; charset", None),
        ('text/html; charset="', None),
        ("text/html; charset=\x00\x80", None),
        (None, None),
    ],
)
def test_a_header_names_one(header: str | None, codec: str | None) -> None:
    assert encoding_of_header(header) == codec


@pytest.mark.parametrize(
    ("markup", "codec"),
    [
        (b'<meta charset="undefined"><meta http-equiv=Content-Type content="text/html; charset=koi8-r">', "koi8-r"),
        (b'<meta name="description" content="charset=koi8-r">', None),
        (b"<!-- <meta charset=koi8-r> --><META CHARSET='Big5'/>", "big5hkscs"),
        (b'<meta name="a" content="b > c" charset=gbk>', "gb18030"),
        (b"<body><meta charset=koi8-r>", None),
        (b'<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        (b"<meta", None),
        (b"<meta charset=", None),
    ],
)
def test_markup_names_one(markup: bytes, codec: str | None) -> None:
    assert encoding_of_markup(markup) == codec


@pytest.mark.parametrize("label", PYTHON_ONLY)
def test_a_page_under_such_a_name_is_an_article(label: str) -> None:
    meta = page(head=f'<meta charset="{label}">')
    for body, content_type in ((page(), f"text/html; charset={label}"), (meta, None), (meta, f"x; charset={label}")):
        extraction = extract_page(body, url=URL, content_type=content_type, source=None, fetched_at=None)
        assert extraction.verdict.kind == "article"


def test_a_page_whose_encoding_has_no_known_name_is_guessed() -> None:
    text = "Городской совет решил восстановить причал, сообщил председатель. Работы начнутся весной. " * 5
    body = f'<html><head><meta charset="win-1251"></head><p>{text}'.encode("cp1251")
    assert text.strip() in decode(body, "text/html; charset=undefined")[0]
