"""Pages in the encodings that news sites serve, by header, meta tag and content; each read to the letter."""

from __future__ import annotations

import pytest

from mirrorwire.extract import extract_page

ARABIC = ("عاصفة في الميناء", "قال مدير الميناء إن العاصفة انتزعت أحد عشر قاربا من مراسيها قبل الفجر.")
PERSIAN = ("توفان در بندر", "مدير بندر گفت که توفان شبانه يازده قايق را پيش از سپيده از جا کنده است.")
RUSSIAN = ("Шторм в гавани", "Шторм достиг гавани незадолго до рассвета и сорвал с якорей одиннадцать лодок.")
JAPANESE = ("港の嵐", "嵐は夜明け前に港に達し、十一隻の船を係留場所から引き離したと港長は話した。")
KOREAN = ("항구의 폭풍", "폭풍은 새벽이 오기 직전 항구에 도달해 열한 척의 배를 계류장에서 떼어냈다고 밝혔다.")
TAIWANESE = ("港口的風暴", "風暴在黎明前不久抵達港口，將十一艘船從停泊處扯離，港務長表示無人受傷。")
CHINESE = ("港口的风暴", "风暴在黎明前不久抵达港口，将十一艘船从停泊处扯离，港务长表示无人受伤。")
ENGLISH = ("The harbour’s storm", "“Nobody was hurt” – so the harbour master’s report says, and it cost €40 a boat.")
POLISH = ("Sztorm w porcie", "Łódź źle zacumowana zerwała się tuż przed świtem, ale nikt nie został ranny w żegludze.")
THAI = ("พายุในท่าเรือ", "พายุมาถึงท่าเรือก่อนรุ่งสางและพัดเรือสิบเอ็ดลำหลุดออกจากที่จอดเรือเมื่อวันอังคาร")
TURKISH = (
    "Limanda fırtına",
    "Fırtına şafaktan hemen önce limana ulaştı ve on bir tekneyi bağlarından kopardı, dedi görevli.",
)
FRENCH = (
    "Tempête à l’île",
    "La tempête a frappé l’île à l’aube : onze bateaux arrachés, où étaient-ils amarrés déjà ?",
)

LATIN_META = '<meta charset="iso-8859-1">'
CASES = {
    "windows-1256 by header, arabic": (ARABIC, "cp1256", "text/html; charset=windows-1256", ""),
    "windows-1256 by meta, persian": (PERSIAN, "cp1256", None, '<meta charset="windows-1256">'),
    "windows-1251 by header": (RUSSIAN, "cp1251", "text/html; charset=windows-1251", ""),
    "windows-1251 unlabelled": (RUSSIAN, "cp1251", None, ""),
    "koi8-r by meta": (RUSSIAN, "koi8-r", "text/html", '<meta charset="koi8-r">'),
    "shift_jis by http-equiv": (
        JAPANESE, "cp932", None, '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'),
    "shift_jis labelled utf-8": (JAPANESE, "cp932", "text/html; charset=utf-8", ""),
    "euc-jp": (JAPANESE, "euc-jp", None, "<meta charset='euc-jp'>"),
    "iso-2022-jp": (JAPANESE, "iso-2022-jp", "text/html; charset=iso-2022-jp", ""),
    "euc-kr by its old name": (KOREAN, "cp949", "text/html; charset=ks_c_5601-1987", ""),
    "big5": (TAIWANESE, "big5", None, "<meta charset=big5>"),
    "gbk labelled gb2312": (CHINESE, "gbk", "text/html; charset=gb2312", ""),
    "gb18030": (CHINESE, "gb18030", "text/html; charset=GB18030", ""),
    "windows-1252 labelled iso-8859-1": (ENGLISH, "cp1252", "text/html; charset=iso-8859-1", ""),
    "iso-8859-2": (POLISH, "iso-8859-2", "text/html; charset=iso-8859-2", ""),
    "windows-874 by its other name": (THAI, "cp874", "text/html; charset=tis-620", ""),
    "windows-1254 labelled iso-8859-9": (TURKISH, "cp1254", "text/html; charset=iso-8859-9", ""),
    "utf-8 with a lying meta": (FRENCH, "utf-8", None, LATIN_META),
    "utf-8 with a lying header": (FRENCH, "utf-8", "text/html; charset=ISO-8859-1", ""),
    "utf-8 with a mark against the header": (FRENCH, "utf-8-sig", "text/html; charset=windows-1252", ""),
    "header against meta": (RUSSIAN, "cp1251", "text/html; charset=windows-1251", '<meta charset="koi8-r">'),
    "declared twice in the head": (RUSSIAN, "cp1251", None, '<meta charset="cp1251"><meta charset="koi8-r">'),
    "unknown label": (RUSSIAN, "utf-8", "text/html; charset=klingon-8", ""),
    "meta that says utf-16": (FRENCH, "utf-8", None, '<meta charset="utf-16">'),
    "utf-16 with a mark": (RUSSIAN, "utf-16", None, ""),
    "utf-16-le without a mark": (ENGLISH, "utf-16-le", None, ""),
    "utf-16-be without a mark": (ENGLISH, "utf-16-be", None, ""),
    "utf-16-le by header, without a mark": (JAPANESE, "utf-16-le", "text/html; charset=utf-16le", ""),
}  # fmt: skip


def page(words: tuple[str, str], meta: str) -> str:
    title, sentence = words
    return (
        f'<!doctype html><html><head>{meta}<title>{title}</title><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-09-23T08:20:00+02:00"></head><body><article>'
        f"<h1>{title}</h1>" + f"<p>{sentence}</p>" + f"<p>2. {sentence}</p><p>3. {sentence}</p></article></body></html>"
    )


def read(body: bytes, content_type: str | None) -> tuple[str, str]:
    found = extract_page(
        body, url="https://x.example/2026/09/23/a", content_type=content_type, source=None, fetched_at=None
    )
    assert found.article is not None, found.verdict
    return found.article.title, found.article.text


@pytest.mark.parametrize(("words", "encoding", "header", "meta"), CASES.values(), ids=CASES)
def test_a_page_is_read_in_its_encoding(words: tuple[str, str], encoding: str, header: str | None, meta: str) -> None:
    title, text = read(page(words, meta).encode(encoding), header)
    assert title == words[0]
    assert words[1] in text


@pytest.mark.parametrize(
    "spoilt",
    [b"\xed\xa0\xbd", b"\x00\x00\x00", b"\xff", b"\xc3"],
    ids=["lone surrogate", "zeros", "no utf-8", "half a letter"],
)
def test_spoilt_bytes_cost_no_more_than_themselves(spoilt: bytes) -> None:
    markup = page(RUSSIAN, "").encode()
    title, text = read(markup.replace(b"2. ", b"2. " + spoilt) + spoilt, "text/html; charset=utf-8")
    assert title == RUSSIAN[0]
    assert text.count(RUSSIAN[1]) >= 2
