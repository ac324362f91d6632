"""The bundled publishers: every shape of URL that each has, on every host of its, and what is no article of its.

Written from public knowledge of the shapes, with numbers and slugs of our own: no live site was asked.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.config import BUNDLED_SOURCES, read_source
from mirrorwire.core.records import Host, Source
from mirrorwire.core.urls import article_key, article_url, canonical_url, day_in_url, page_on, read_link
from tests.conftest import ROOT

SOURCES = {path.stem: read_source(path) for path in sorted(BUNDLED_SOURCES.glob("*.toml"))}
NOV_10 = date(2023, 11, 10)

ARTICLES: dict[str, list[tuple[str, str, date | None]]] = {
    "bbcnews": [
        ("https://www.bbc.com/news/articles/cqp80p78mxx5o", "cqp80p78mxx5o", None),
        ("https://www.bbc.co.uk/news/articles/c1234567890o", "c1234567890o", None),
        ("https://www.bbc.co.uk/news/articles/c1234567890o.amp", "c1234567890o", None),
        ("https://www.bbc.com/news/articles/c1234567890o?at_medium=RSS&at_campaign=rss", "c1234567890o", None),
        ("https://www.bbc.com/news/articles/c1234567890o#comments", "c1234567890o", None),
        ("https://www.bbc.com/news/world-europe-67380000", "67380000", None),
        ("https://www.bbc.co.uk/news/uk-england-london-67380000", "67380000", None),
        ("http://www.bbc.co.uk/news/election-us-2016-37889032", "37889032", None),
        ("http://www.bbc.co.uk/news/10628494", "10628494", None),
        ("https://www.bbc.com/news/amp/world-europe-67380000", "67380000", None),
        ("https://www.bbc.com/news/world-europe-67380000.amp", "67380000", None),
        ("https://www.bbc.co.uk/news/world_radio_and_tv-15512345", "15512345", None),
    ],
    "bbcrussian": [
        ("https://www.bbc.com/russian/articles/c24abcdyzv2o", "c24abcdyzv2o", None),
        ("https://www.bbc.com/russian/articles/c24abcdyzv2o.amp", "c24abcdyzv2o", None),
        ("https://www.bbc.com/russian/news-56720589", "56720589", None),
        ("https://www.bbc.com/russian/features-56720589?ocid=x", "56720589", None),
        ("https://www.bbc.com/russian/international/2015/01/150101_some_slug", "150101_some_slug", None),
        ("http://www.bbc.co.uk/russian/international/2013/05/130501_some_slug.shtml", "130501_some_slug", None),
        ("http://www.bbc.co.uk/russian/rolling_news/2013/05/130501_rn_slug", "130501_rn_slug", None),
    ],
    "dw": [
        ("https://www.dw.com/en/some-headline-of-the-day/a-67380000", "67380000", None),
        ("https://www.dw.com/en/another-slug/a-67380000?maca=en-rss-en-all-1573-rdf", "67380000", None),
        ("https://www.dw.com/en/a-67380000", "67380000", None),
        ("http://dw.com/en/caf%C3%A9-slug/a-16500000/", "16500000", None),
        ("https://rss.dw.com/en/some-headline-of-the-day/a-67380000", "67380000", None),
    ],
    "rferl": [
        ("https://www.rferl.org/a/some-slug/32680000.html", "32680000", None),
        ("https://www.rferl.org/a/32680000.html", "32680000", None),
        ("https://www.rferl.org/a/other-slug/32680000.html?utm_source=x", "32680000", None),
        ("https://www.rferl.org/amp/some-slug/32680000.html", "32680000", None),
        ("https://rferl.org/amp/32680000.html", "32680000", None),
        ("http://www.rferl.org/content/some_slug/2041234.html", "2041234", None),
        ("http://www.rferl.org/content/article/1101234.html", "1101234", None),
    ],
    "svoboda": [
        ("https://www.svoboda.org/a/nekij-zagolovok/32680001.html", "32680001", None),
        ("https://www.svoboda.org/a/32680001.html", "32680001", None),
        ("https://www.svoboda.org/a/%D0%BD%D0%B5%D0%BA%D0%B8%D0%B9/32680001.html", "32680001", None),
        ("https://www.svoboda.org/amp/32680001.html", "32680001", None),
        ("http://www.svoboda.org/content/article/24341234.html", "24341234", None),
    ],
    "voanews": [
        ("https://www.voanews.com/a/some-slug/7350000.html", "7350000", None),
        ("https://www.voanews.com/a/7350000.html", "7350000", None),
        ("https://www.voanews.com/amp/some-slug/7350000.html", "7350000", None),
        ("http://www.voanews.com/content/some-slug/1601234.html", "1601234", None),
    ],
    "rt": [
        ("https://www.rt.com/news/586789-some-slug/", "586789", None),
        ("https://www.rt.com/russia/586789-some-slug/?utm_source=rss&utm_medium=rss", "586789", None),
        ("https://swentr.site/news/586789-some-slug/", "586789", None),
        ("https://swentr.site/sport/football/586789-other-slug", "586789", None),
        ("https://www.rt.com/op-ed/586789-some-slug/amp/", "586789", None),
        ("http://rt.com/usa/words-of-a-slug-831/", "words-of-a-slug-831", None),
        ("http://rt.com/news/words-of-2012-slug-123/", "words-of-2012-slug-123", None),
    ],
    "sputnik": [
        ("https://sputnikglobe.com/20231110/some-slug-1114870000.html", "1114870000", NOV_10),
        ("https://sputnikglobe.com/20231110/1114870000.html", "1114870000", NOV_10),
        ("https://sputnikglobe.com/amp/20231110/some-slug-1114870000.html", "1114870000", NOV_10),
        ("https://sputniknews.com/20231110/other-slug-1114870000.html?rcmd_alg=x", "1114870000", NOV_10),
        ("https://sputniknews.com/world/202101101081234567-some-slug/", "1081234567", date(2021, 1, 10)),
        ("https://sputniknews.com/europe/20150422/1021222345.html", "1021222345", date(2015, 4, 22)),
        ("http://sputniknews.com/middleeast/20161010/1046190612/slug.html", "1046190612", date(2016, 10, 10)),
    ],
    "meduza": [
        ("https://meduza.io/en/feature/2023/11/10/some-slug", "feature/2023/11/10/some-slug", NOV_10),
        ("https://meduza.io/en/news/2023/11/10/some-slug?utm_source=x", "news/2023/11/10/some-slug", NOV_10),
        ("https://meduza.io/amp/en/news/2023/11/10/some-slug", "news/2023/11/10/some-slug", NOV_10),
        ("https://meduza.io/en/cards/what-a-card-asks", "cards/what-a-card-asks", None),
    ],
    "aljazeera": [
        ("https://www.aljazeera.com/news/2023/11/10/some-slug", "2023/11/10/some-slug", NOV_10),
        ("https://www.aljazeera.com/economy/2023/11/10/some-slug?traffic_source=rss", "2023/11/10/some-slug", NOV_10),
        ("https://www.aljazeera.com/sports/2023/11/1/liveness", "2023/11/1/liveness", date(2023, 11, 1)),
        ("https://www.aljazeera.com/amp/news/2023/11/10/some-slug", "2023/11/10/some-slug", NOV_10),
        ("https://www.aljazeera.com/news/2019/05/some-slug-190505123456789.html", "190505123456789", None),
        ("http://www.aljazeera.com/news/middleeast/2013/03/2013320123456789.html", "2013320123456789", None),
    ],
    "xinhua": [
        (f"https://english.news.cn/20231110/{'0a1b2c3d' * 4}/c.html", "0a1b2c3d" * 4, NOV_10),
        ("http://www.news.cn/english/2021-11/16/c_1310300000.htm", "1310300000", date(2021, 11, 16)),
        ("http://www.xinhuanet.com/english/2021-11/16/c_1310300000.htm", "1310300000", date(2021, 11, 16)),
        ("http://www.xinhuanet.com/english/2018-01/01/c_136860000_2.htm", "136860000", date(2018, 1, 1)),
        ("https://xinhuanet.com/english/2018-01/01/c_136860000.htm", "136860000", date(2018, 1, 1)),
    ],
    "tasnim": [
        ("https://www.tasnimnews.com/en/news/2023/11/10/2980000/some-slug", "2980000", NOV_10),
        ("https://www.tasnimnews.com/en/news/2023/11/10/2980000", "2980000", NOV_10),
        ("https://tasnimnews.com/en/news/2023/11/10/2980000/%E2%80%98other%E2%80%99-slug?ref=x", "2980000", NOV_10),
        ("https://tn.ai/2980000", "2980000", None),
        ("http://tn.ai/2980000/", "2980000", None),
        ("https://tn.ai/en/news/2023/11/10/2980000/some-slug", "2980000", NOV_10),
    ],
}

OTHERS: dict[str, list[str]] = {
    "bbcnews": [
        "https://www.bbc.com/",
        "https://www.bbc.com/news",
        "https://www.bbc.com/news/world/europe",
        "https://www.bbc.com/news/live/world-europe-67380000",
        "https://www.bbc.com/news/live/c1234567890o",
        "https://www.bbc.com/news/av/world-europe-67380000",
        "https://www.bbc.com/news/videos/c1234567890o",
        "https://www.bbc.com/news/topics/c1234567890t",
        "https://www.bbc.com/sport/football/67380000",
        "https://www.bbc.com/russian/news-56720589",
        "https://feeds.bbci.co.uk/news/rss.xml",
        "https://www.bbc.com.evil.example/news/articles/c1234567890o",
    ],
    "bbcrussian": [
        "https://www.bbc.com/russian",
        "https://www.bbc.com/russian/topics/c1234567890t",
        "https://www.bbc.com/russian/live/news-56720589",
        "https://www.bbc.com/news/articles/c1234567890o",
        "https://www.bbc.com/ukrainian/news-56720589",
    ],
    "dw": [
        "https://www.dw.com/en/top-stories/s-9097",
        "https://www.dw.com/en/some-video/av-67380000",
        "https://www.dw.com/en/some-pictures/g-67380000",
        "https://www.dw.com/en/some-topic/t-67380000",
        "https://www.dw.com/en/some-live-page/live-67380000",
        "https://www.dw.com/de/eine-schlagzeile/a-67380000",
        "https://www.dw.com/ru/zagolovok/a-67380000",
        "https://p.dw.com/p/4Yb1z",
    ],
    "rferl": [
        "https://www.rferl.org/z/633",
        "https://www.rferl.org/p/5547.html",
        "https://www.rferl.org/author/somebody/abcd_1",
        "https://www.rferl.org/rssfeeds",
        "https://www.svoboda.org/a/nekij-zagolovok/32680001.html",
        "https://www.radiosvoboda.org/a/32680001.html",
    ],
    "svoboda": ["https://www.svoboda.org/z/16280", "https://www.rferl.org/a/some-slug/32680000.html"],
    "voanews": [
        "https://www.voanews.com/z/599",
        "https://www.voachinese.com/a/slug-20231110/7350001.html",
        "https://ir.voanews.com/a/7350001.html",
    ],
    "rt": [
        "https://www.rt.com/news/",
        "https://www.rt.com/tags/some-tag/",
        "https://www.rt.com/shows/some-programme/586789-some-slug/",
        "https://www.rt.com/rss/",
        "https://de.rt.com/international/186789-ein-slug/",
        "https://russian.rt.com/world/news/1228900-slug",
    ],
    "sputnik": [
        "https://sputnikglobe.com/",
        "https://sputnikglobe.com/world/",
        "https://sputnikglobe.com/keyword_Some_Word/",
        "https://sputnikglobe.com/20231110/",
        "https://sputnikarabic.ae/20231110/slug-1082880000.html",
    ],
    "meduza": [
        "https://meduza.io/en",
        "https://meduza.io/feature/2023/11/10/nekij-slug",
        "https://meduza.io/en/episodes/2023/11/10/some-slug",
        "https://meduza.io/rss/en/all",
    ],
    "aljazeera": [
        "https://www.aljazeera.com/news/",
        "https://www.aljazeera.com/news/liveblog/2023/11/10/some-slug",
        "https://www.aljazeera.com/gallery/2023/11/10/some-slug",
        "https://www.aljazeera.com/program/newsfeed/2023/11/10/some-slug",
        "https://www.aljazeera.com/videos/2023/11/10/some-slug",
        "https://www.aljazeera.com/tag/some-tag/",
        "https://www.aljazeera.net/news/2023/11/10/some-slug",
    ],
    "xinhua": [
        "https://english.news.cn/home.htm",
        "https://english.news.cn/20231110/",
        "https://www.news.cn/politics/2021-11/16/c_1128069000.htm",
    ],
    "tasnim": [
        "https://www.tasnimnews.com/en",
        "https://www.tasnimnews.com/en/service/1/politics",
        "https://www.tasnimnews.com/fa/news/1402/08/19/2980000/x",
    ],
}
TRACKERS = ("utm_source=feed&utm_medium=rss", "fbclid=abc", "ocid=socialflow", "ref=home")
CASES = [(key, *case) for key, cases in ARTICLES.items() for case in cases]


def test_every_bundled_publisher_has_its_table() -> None:
    assert ARTICLES.keys() == OTHERS.keys() == SOURCES.keys() - {"presstv"}


@pytest.mark.parametrize(("source", "url", "number", "day"), CASES, ids=[case[1] for case in CASES])
def test_each_shape_gives_its_id_and_day(source: str, url: str, number: str, day: date | None) -> None:
    assert article_key(url, SOURCES[source]) == f"{source}:{number}"
    assert day_in_url(url, SOURCES[source]) == day
    found = read_link(url, SOURCES[source])
    assert found is not None
    assert (found.article_key, found.day) == (f"{source}:{number}", day)


@pytest.mark.parametrize(("source", "url"), [(key, url) for key, urls in OTHERS.items() for url in urls])
def test_what_is_no_article_gives_no_id(source: str, url: str) -> None:
    assert article_url(url, SOURCES[source]) is None


@pytest.mark.parametrize(("source", "url", "number", "day"), CASES, ids=[case[1] for case in CASES])
def test_an_article_is_one_publishers_alone(source: str, url: str, number: str, day: date | None) -> None:
    assert [key for key, other in SOURCES.items() if read_link(url, other)] == [source]


@pytest.mark.parametrize(("source", "url", "number", "day"), CASES, ids=[case[1] for case in CASES])
def test_the_same_path_on_another_host_is_the_same_article(
    source: str, url: str, number: str, day: date | None
) -> None:
    for host in SOURCES[source].hosts:
        there = page_on(canonical_url(url) or "", host, SOURCES[source])
        if there is None:
            assert (source, urlsplit(url).hostname) == ("tasnim", "tn.ai")  # a short link names no day
        else:
            assert there.startswith(host.url + "/")
            assert article_key(there, SOURCES[source]) == f"{source}:{number}"


def test_a_short_link_is_asked_for_by_the_id_of_a_long_one() -> None:
    tasnim = SOURCES["tasnim"]
    short = page_on("https://www.tasnimnews.com/en/news/2023/11/10/2980000/some-slug", tasnim.hosts[1], tasnim)
    assert short == "https://tn.ai/2980000"


@given(
    case=st.sampled_from(CASES),
    scheme=st.sampled_from(["http", "https"]),
    www=st.booleans(),
    tracker=st.sampled_from(TRACKERS),
    fragment=st.sampled_from(["", "#top", "#!x"]),
    encoded=st.lists(st.booleans(), min_size=120, max_size=120),
)
def test_scheme_www_trackers_and_percent_encoding_make_no_difference(
    case: tuple[str, str, str, date | None], scheme: str, www: bool, tracker: str, fragment: str, encoded: list[bool]
) -> None:
    source, url, number, day = case
    parts = urlsplit(url)
    path = "".join(
        f"%{ord(char):02X}" if code and char.isalnum() and "%" not in parts.path else char
        for char, code in zip(parts.path, [*encoded, *[False] * len(parts.path)], strict=False)
    )
    query = "&".join(filter(None, (parts.query, tracker)))
    bare = parts.netloc.removeprefix("www.")
    link = f"{scheme}://{'www.' * www}{bare}{path}?{query}{fragment}"
    assert article_key(link, SOURCES[source]) == f"{source}:{number}"
    assert day_in_url(link, SOURCES[source]) == day


@given(case=st.sampled_from(CASES), stranger=st.sampled_from(["{}.evil.example", "evil-{}", "x{}", "evil.example"]))
def test_a_strangers_host_is_no_ones(case: tuple[str, str, str, date | None], stranger: str) -> None:
    parts = urlsplit(case[1])
    link = parts._replace(netloc=stranger.format(parts.netloc)).geturl()
    assert [key for key, source in SOURCES.items() if read_link(link, source)] == []


def test_no_host_is_asked_for_two_publishers_but_the_bbcs() -> None:
    owner: dict[str, str] = {}
    for key, source in SOURCES.items():
        for host in source.hosts:
            if host.role == "archive":
                continue  # it is nobody's, and its delay is everybody's
            assert owner.setdefault(host.url, key) == key or {owner[host.url], key} == {"bbcnews", "bbcrussian"}


def test_every_file_says_what_was_not_checked() -> None:
    for key in ARTICLES:
        text = (BUNDLED_SOURCES / f"{key}.toml").read_text(encoding="utf-8")
        assert "nothing here was checked against the live" in " ".join(text.replace("#", " ").split())


def test_no_bundled_publisher_may_reach_private_addresses_and_the_newsroom_is_none() -> None:
    allowed: list[Source] = [source for source in SOURCES.values() if source.allow_private]
    assert [source.key for source in allowed] == []
    assert "courier" not in SOURCES


DOC = ROOT / "docs" / "publishers.md"
BEGIN, END = "<!-- publishers -->\n", "<!-- /publishers -->"


def told(host: Host) -> str:
    """A host as the table has it."""
    name = host.url.removeprefix("https://")
    if host.relation == "separate-edition":
        return f"{name}: separate edition"
    return f"{name}: {'same id, ' if host.relation == 'same-id' else ''}{host.role}"


def shown_seeds(source: Source) -> str:
    """The seeds as the table has them: of many sections the first and their number."""
    sections = [seed for seed in source.seeds if seed.kind == "section"]
    lines: list[str] = []
    for seed in source.seeds:
        if seed.kind == "section" and seed is not sections[0]:
            continue
        others = f" and {len(sections) - 1} more" if seed.kind == "section" and sections[1:] else ""
        lines.append(f"{seed.kind} `{seed.name}`{others}")
    return "<br>".join(lines)


def table() -> str:
    lines = ["| key | publisher | language | zone | domains | seeds |", "|---|---|---|---|---|---|"]
    for key, source in SOURCES.items():
        domains = "<br>".join(told(host) for host in (*source.hosts, *source.editions) if host.role != "archive")
        lines.append(
            f"| {key} | {source.name} | {source.language} | {source.timezone} | {domains} | {shown_seeds(source)} |"
        )
    return "\n".join(lines) + "\n"


def test_the_table_of_the_docs_is_what_the_files_say(request: pytest.FixtureRequest) -> None:
    text = DOC.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if request.config.getoption("--write-docs"):
        DOC.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")
    else:
        assert shown == table(), "pytest tests/sources/test_publishers.py --write-docs writes it"
