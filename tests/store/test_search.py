"""Search: what is found in which language, what is not, and that the index always says what the articles say now."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from mirrorwire import takedown
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval
from mirrorwire.load.articles import Incoming
from mirrorwire.pipeline import steps
from mirrorwire.store import db, search
from mirrorwire.store.db import Connection
from mirrorwire.store.search import Query
from mirrorwire.takedown import removal as rows_of
from tests.conftest import Ran, environment
from tests.load.test_load import NOW, Desk, saying
from tests.support.command_forks import CommandForks
from tests.support.ingest import ingest

Run = Callable[..., Ran]

TEXTS = {
    1: ("en", "The elections were won", "Voters had elected nobody before. The harbour board met on Tuesday."),
    2: ("de", "Die Häuser am Hafen", "Viele Bürgermeisterinnen sprachen über die Wahlen in Köln."),
    3: ("ru", "Выборы президента", "Избиратели ПУТИНА голосовали в Москве, говорилось в сообщении."),
    4: ("fr", "L’élection du maire", "Les électeurs ont voté dans les villes de France."),
    5: ("ar", "الانتخابات الرِّئاسيّة", "قال الرئيس إنّ المكتبات والمدارس مفتوحة في طهران."),
    6: ("fa", "کتاب‌های تازه", "او می‌رود و كتاب‌ها را در کتابخانهٔ ملّی می‌خواند. سال ۱۴۰۵."),
    7: ("zh-Hans", "北京举行选举", "发展人工智能的公司在上海。人工成本和智能手机都很贵，王先生说。"),
    8: ("ja", "東京オリンピック", "選手たちは東京で練習した。カタカナとｶﾀｶﾅ。"),
    9: ("ko", "대통령 선거", "대통령이 서울에서 연설했다."),
    10: ("th", "การเลือกตั้งในประเทศไทย", "นายกรัฐมนตรีกล่าวว่าจะมีการเลือกตั้ง"),
    11: (None, "Nobody knows the tongue", "Elections, it says, and Straße / Wien; soft­hyphen."),
    12: ("ur", "انتخابات کے نتائج", "یہ کتاب لاہور میں چھپی۔"),
}


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with db.connect(settings.database_url or "") as conn:
        yield Desk(conn)


def row(desk: Desk, number: int, text: str, *, language: str | None = "en", title: str = "-", **more: Any) -> Incoming:
    return saying(desk.row(number, text, minutes=more.pop("minutes", 0)), language=language, title=title, **more)


@pytest.fixture
def library(desk: Desk) -> Desk:
    """An article of each language, a day apart, found by what it says."""
    desk.load(
        *(
            row(desk, n, text, language=language, title=title, published_at=NOW + timedelta(days=n))
            for n, (language, title, text) in TEXTS.items()
        )
    )
    assert search.index(desk.conn) == len(TEXTS)
    return desk


def found(conn: Connection, words: str, **asked: Any) -> list[int]:
    return [int(each["article_key"].split(":")[1]) for each in search.find(conn, Query(words=words, **asked))]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("election", [1]),  # stemmed for English, and as it stands elsewhere: 11 says "Elections"
        ("elections", [1, 11]),
        ("ELECT Harbours", [1]),
        ("haus", [2]),
        ("häuser koln", [2]),
        ("wahl KÖLN", [2]),
        ("президент", [3]),
        ("путин голосовать", [3]),
        ("élections", [4]),
        ("l'élection", [4]),
        ("ville", [4]),
        ("انتخاب", [5]),
        ("انتخابات", [12]),
        ("الرئاسية", [5]),
        ("مكتبة", [5]),
        ("کتاب", [6, 12]),
        ("كتاب", [6, 12]),
        ("می‌رود", [6]),
        ("مي رود", [6]),
        ("کتابخانه ملی", [6]),
        ("1405", [6]),
        ("لاہور", [12]),
        ("选举", [7]),
        ("人工智能", [7]),
        ("能人", []),
        ("王", [7]),
        ("東京", [8]),
        ("オリンピック", [8]),
        ("ｵﾘﾝﾋﾟｯｸ", [8]),
        ("カタカナ", [8]),
        ("대통령", [9]),
        ("서울", [9]),
        ("เลือกตั้ง", [10]),
        ("ประเทศไทย", [10]),
        ("wien softhyphen", [11]),
    ],
)
def test_words_are_found_in_the_forms_of_their_language(library: Desk, words: str, numbers: list[int]) -> None:
    assert sorted(found(library.conn, words)) == numbers


def test_phrases_alternatives_and_exclusions_work_in_every_script(library: Desk) -> None:
    conn = library.conn
    assert found(conn, '"harbour board"') == [1]
    assert found(conn, '"board harbour"') == []
    assert found(conn, "“harbour board”") == [1]
    assert sorted(found(conn, "harbour or президент OR 选举")) == [1, 3, 7]
    assert found(conn, "elections -harbour") == [11]
    assert found(conn, "-harbours elections") == [11], "what is excluded is stemmed as the article is"
    assert found(conn, '"举行选举"') == [7]
    assert found(conn, '"发展人工智能的公司"') == [7]
    assert found(conn, "公司 上海") == [7]
    assert found(conn, "公司 -上海") == found(conn, '公司 -"上海"') == []
    assert found(conn, "公司 -東京") == [7]
    assert sorted(found(conn, "選手 or 人工智能")) == [7, 8]
    assert found(conn, '"대통령 선거"') == [9]


def test_language_source_and_window_narrow_it(library: Desk) -> None:
    conn = library.conn
    assert found(conn, "elections", language="EN") == [1]
    assert found(conn, "选举", language="zh") == found(conn, "选举", language="zh-hans") == [7]
    assert found(conn, "选举", language="zh-Hant") == found(conn, "选举", language="z") == []
    assert found(conn, "elections", source="courier", newest=True) == [11, 1]
    assert found(conn, "elections", source="another") == []
    window = Interval(start=NOW + timedelta(days=1), end=NOW + timedelta(days=11))
    assert found(conn, "elections", window=window) == [1], "the end is not in it"
    library.load(row(library, 20, "elections undated", published_at=None))
    search.index(conn)
    assert found(conn, "elections", window=window) == [1]
    assert found(conn, "elections", newest=True) == [11, 1, 20]
    assert found(conn, "elections", newest=True, limit=1) == [11]


def test_the_best_come_first_title_before_lead_before_text(desk: Desk) -> None:
    filler = "Something else was said about other matters that day. " * 5
    desk.load(
        row(desk, 1, f"{filler} ferry {filler}"),
        row(desk, 2, f"A ferry leads. {filler}", lead="A ferry leads."),
        row(desk, 3, filler, title="The ferry sails"),
    )
    search.index(desk.conn)
    assert found(desk.conn, "ferries") == [3, 2, 1]


@pytest.mark.parametrize(
    ("words", "number", "snippet"),
    [
        ("election", 1, "Voters had **elected** nobody before. The harbour board met on Tuesday."),
        ("harbour -ferry", 1, "Voters had elected nobody before. The **harbour** board met on Tuesday."),
        ("путин", 3, "Избиратели **ПУТИНА** голосовали в Москве, говорилось в сообщении."),
        ("کتاب", 6, "او می‌رود و **كتاب‌ها** را در کتابخانهٔ ملّی می‌خواند. سال ۱۴۰۵."),
        ("مكتبة", 5, "قال الرئيس إنّ **المكتبات** والمدارس مفتوحة في طهران."),
        ("人工智能", 7, "发展**人工智能**的公司在上海。人工成本和智能手机都很贵，王先生说。"),
        ("人工 公司", 7, "发展**人工**智能的**公司**在上海。**人工**成本和智能手机都很贵，王先生说。"),
        ("대통령", 9, "**대통령**이 서울에서 연설했다."),
        ("เลือกตั้ง", 10, "นายกรัฐมนตรีกล่าวว่าจะมีการ**เลือกตั้ง**"),
    ],
)
def test_snippets_are_the_text_as_it_stands_with_marks(library: Desk, words: str, number: int, snippet: str) -> None:
    rows = {each["article_key"]: each["snippet"] for each in search.find(library.conn, Query(words=words))}
    assert rows[f"courier:{number}"] == snippet


def test_a_snippet_of_a_long_text_shows_the_place_and_no_half_words(desk: Desk) -> None:
    before = "Many words about nothing at all.\n" * 50
    desk.load(
        row(desk, 1, f"{before}Then the ferry (a new one)\nsailed.{' And more.' * 90}"),
        row(desk, 2, "在北京" * 200 + "开往大连的渡轮" + "在上海" * 200, language="zh"),
    )
    search.index(desk.conn)
    (one,) = search.find(desk.conn, Query(words="ferries sail"))
    assert one["snippet"].startswith("… nothing at all. Many words about nothing at all. Then the **ferry** (a new")
    assert "**sailed**. And more." in one["snippet"]
    assert one["snippet"].endswith(". And …")
    (two,) = search.find(desk.conn, Query(words="渡轮"))
    assert "开往大连的**渡轮**在上海" in two["snippet"]
    assert len(two["snippet"]) < 260


def test_sql_users_find_the_same(library: Desk, mirrorwire: Run) -> None:
    told = mirrorwire("search", "elections", "--newest")
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [each["article_key"] for each in rows] == ["courier:11", "courier:1"]
    asked = library.conn.execute(
        "SELECT article_key, title, snippet, rank FROM search_articles('elections', newest => true)"
    ).fetchall()
    assert asked == [tuple(each[name] for name in ("article_key", "title", "snippet", "rank")) for each in rows]
    by_hand = library.conn.execute(
        "SELECT source_key FROM article_search WHERE words @@ search_query('english', 'harbour')"
    ).fetchall()
    assert by_hand == [("courier",)]


def test_every_function_of_search_is_explained(desk: Desk) -> None:
    silent = desk.conn.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'mirrorwire'::regnamespace AND proname ~ '^search'"
        " AND obj_description(oid, 'pg_proc') IS NULL"
    ).fetchall()
    assert silent == []


@pytest.mark.parametrize("words", ["", " ", '"', '""', "-", "!?*:&|()", "x" * 10_000])
def test_a_query_without_a_word_or_far_too_long_gets_one_line(desk: Desk, words: str) -> None:
    with pytest.raises(WrongUse) as raised:
        search.find(desk.conn, Query(words=words))
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE article; --",
        "-harbour",
        "a\0b",
        "\udcff harbor",
        'or or "or',
        "%s %(x)s {} \\ \\1 $1 :* <-> !harbor",
        '"""" -"" -- - or',
        "\u202eharbor\u200f\ufeff x",
        "𠀀𠀁 -\U0001f600",
        "a" * 999,
        "选" * 1000,
        '"' + "a -" * 300,
    ],
)
def test_hostile_queries_find_nothing_and_break_nothing(library: Desk, words: str) -> None:
    assert search.find(library.conn, Query(words=words, language="\0'\udcff%")) == []
    assert search.find(library.conn, Query(words=words)) == []
    assert found(library.conn, "harbour") == [1]


def test_the_command_shows_a_strangers_text_without_what_a_terminal_obeys(desk: Desk, mirrorwire: Run) -> None:
    desk.load(row(desk, 1, "A \x1b[31mred\x07 ferry", title="Bad \x1b]0;title\x07 [bold]ferry[/bold]"))
    search.index(desk.conn)
    shown = mirrorwire("search", "ferry", "--format", "table")
    assert shown.code == 0
    assert not {"\x1b", "\x07"} & set(shown.out)
    assert "[bold]ferry[/bold]" in shown.out.replace("\n", "")


def test_the_command_tells_of_articles_that_are_not_indexed_yet(desk: Desk, mirrorwire: Run) -> None:
    desk.load(row(desk, 1, "A ferry"))
    done = mirrorwire("search", "ferry")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "nothing found\n1 article is not indexed yet: the next runs do that, or mirrorwire db index now\n"
    )
    assert mirrorwire("db", "index").err == "1 indexed\n"
    assert mirrorwire("db", "index").err == "search is up to date\n"
    assert len(mirrorwire("search", "ferry").out.splitlines()) == 1
    for wrong in (("search", "?!"), ("search", "a", "--source", "curier"), ("search", "a", "--since", "x")):
        refused = mirrorwire(*wrong)
        assert (refused.code, refused.out, len(refused.err.splitlines())) == (2, "", 1), refused.err


def test_a_run_has_search_find_what_it_loads_and_a_rerun_writes_nothing(
    settings: Settings, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    ingest(settings, "courier")
    state = "SELECT article_id, xmin::text, capture_id FROM article_search ORDER BY 1"
    before = rows(state)
    (counted,) = rows("SELECT count(*) AS n FROM article")
    assert len(before) == counted["n"] > 0
    assert rows("SELECT sum((counts->>'indexed')::int) AS n FROM run_step WHERE step = 'load'") == [counted]
    ingest(settings, "courier")
    assert rows(state) == before
    assert rows("SELECT count(*) AS n FROM search_articles('harbour')")[0]["n"] > 0


def test_a_revision_is_found_by_what_it_says_now(desk: Desk) -> None:
    desk.load(row(desk, 1, "The tunnel opened"), row(desk, 2, "The tunnel closed"))
    search.index(desk.conn)
    desk.load(row(desk, 1, "The viaduct opened", minutes=5))
    assert search.missing(desk.conn) == 1
    assert search.index(desk.conn) == 1
    assert found(desk.conn, "viaducts") == [1]
    assert found(desk.conn, "tunnel") == [2]
    desk.load(row(desk, 1, "An older one said canal", minutes=1))
    assert search.index(desk.conn) == 0
    assert found(desk.conn, "canal") == []


def test_a_version_that_was_read_again_is_found_by_its_new_language_and_day(desk: Desk) -> None:
    first = row(desk, 1, "Viele Häuser", language="en")
    desk.load(first, row(desk, 2, "Other houses"))
    search.index(desk.conn)
    assert found(desk.conn, "haus") == []
    mended = saying(first, language="de", published_at=NOW - timedelta(days=9), extractor_version=2, mends=True)
    assert desk.load(mended).mended == 0, "its title and text are the same"
    assert search.index(desk.conn) == 1
    assert found(desk.conn, "haus", window=Interval(start=NOW - timedelta(days=9), end=NOW)) == [1]
    desk.load(mended)
    assert search.index(desk.conn) == 0


def test_a_forgotten_article_is_found_no_more(settings: Settings, desk: Desk) -> None:
    ingest(settings, "courier")
    key, title = desk.conn.execute("SELECT article_key, title FROM articles LIMIT 1").fetchone() or ("", "")
    words = f'"{title}"'
    assert key in [each["article_key"] for each in search.find(desk.conn, Query(words=words))]
    (before,) = desk.conn.execute("SELECT count(*) FROM article_search").fetchone() or (0,)
    takedown.forget(desk.conn, settings, desk.source, key, reason=None)
    assert key not in [each["article_key"] for each in search.find(desk.conn, Query(words=words))]
    assert search.index(desk.conn) == 0
    assert desk.conn.execute("SELECT count(*) FROM article_search").fetchone() == (before - 1,)


def test_texts_of_any_size_are_indexed(desk: Desk) -> None:
    rng = random.Random(4)
    texts = [
        "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(300_000)),
        "".join(chr(rng.randrange(0x20000, 0x2A6DF)) for _ in range(150_000)),
        " ".join("-".join(f"{rng.randrange(36**3):x}" for _ in range(9)) for _ in range(20_000)),
        " ".join(f"http://a{n}.example/b{n}/c{n}?d={n}" for n in range(20_000)),
        "-".join("𞤀𞤁𞤂"[n % 3] * (n % 40) for n in range(20_000)),
        " ".join("".join(chr(rng.randrange(0x905, 0x939)) for _ in range(4)) for _ in range(60_000)),
        "x" * 500_000,
        "َ" * 300_000,
        "\x0b\x01<b>\u2028" * 50_000,
    ]
    desk.load(*(row(desk, n, text, title=text[:5000], lead=text[:50_000]) for n, text in enumerate(texts)))
    assert search.index(desk.conn) == len(texts)
    assert found(desk.conn, texts[0][5000:5006]) == [0]
    assert found(desk.conn, texts[0][90_000:90_006]) == [], "behind what is indexed"
    assert found(desk.conn, '"a7.example/b7"') == [3]


def test_the_index_is_used(desk: Desk) -> None:
    """By Postgres's own counters: a plan inside a function is not shown by EXPLAIN."""
    desk.load(*(row(desk, n, f"Some words of article {n}, number{n}") for n in range(300)))
    search.index(desk.conn)
    desk.conn.execute("ANALYZE article_search")

    def scans() -> tuple[int, int]:
        desk.conn.execute("SELECT pg_stat_force_next_flush()")
        told = desk.conn.execute(
            "SELECT i.idx_scan, t.seq_scan FROM pg_stat_user_indexes i JOIN pg_stat_user_tables t USING (relid)"
            " WHERE i.indexrelname = 'article_search_by_word'"
        ).fetchone()
        assert told
        return told

    before = scans()
    assert found(desk.conn, "number7") == [7]
    assert found(desk.conn, "words", newest=True, limit=1, language="en") == [99], (
        "made last: articles are, in the order of keys"
    )
    after = scans()
    assert after[0] > before[0]
    assert after[1] == before[1]


INDEX = (
    "import sys, time; from mirrorwire.store import db; from mirrorwire.store import search\n"
    "with db.connect(sys.argv[1]) as conn:\n"
    "    conn.execute('SELECT 1'); print('ready', flush=True)\n"
    "    search.index(conn, size=20)\n"
)


def test_killed_at_any_moment_and_run_again_it_ends_in_the_same_rows(
    settings: Settings, desk: Desk, forks: CommandForks
) -> None:
    rng = random.Random(8)
    vocabulary = [f"word{n}" for n in range(3000)]
    desk.load(*(row(desk, n, " ".join(rng.choices(vocabulary, k=250))) for n in range(600)))
    state = "SELECT article_id, capture_id, config, words::text FROM article_search ORDER BY 1"
    search.index(desk.conn)
    expected = desk.conn.execute(state).fetchall()
    assert len(expected) == 600
    desk.conn.execute("TRUNCATE article_search")
    began = time.monotonic()
    search.index(desk.conn, size=20)
    length_s = time.monotonic() - began
    half_done = 0
    for n in range(6):
        desk.conn.execute("TRUNCATE article_search")
        reading, writing = os.pipe()
        url = settings.database_url or ""
        process = forks.begin([url], environment(settings), program=INDEX, stdout=writing)
        os.close(writing)
        with os.fdopen(reading) as output:
            output.readline()
        time.sleep(length_s * (n + rng.random()) / 7)
        process.kill()
        process.wait()
        half_done += 0 < len(desk.conn.execute(state).fetchall()) < 600
        search.index(desk.conn)
        assert search.missing(desk.conn) in range(21), "a session that is not dead yet may hold a batch"
        while search.missing(desk.conn):
            search.index(desk.conn)
        assert desk.conn.execute(state).fetchall() == expected
    assert half_done


def test_indexers_loaders_and_takedowns_that_meet_never_deadlock_and_leave_nothing_old(
    settings: Settings, desk: Desk
) -> None:
    desk.load(*(row(desk, n, f"text {n} of round 0") for n in range(60)))
    batches = [
        [row(desk, n, f"text {n} of round {turn}", minutes=turn) for n in random.Random(turn).sample(range(60), 30)]
        for turn in range(1, 25)
    ]
    failures: list[BaseException] = []
    over = threading.Event()

    def work(do: Callable[[Connection], None]) -> None:
        try:
            with db.connect(settings.database_url or "") as conn:
                do(conn)
        except BaseException as error:
            failures.append(error)

    def keep_indexing(conn: Connection) -> None:
        while not over.is_set():
            search.index(conn, size=7)

    def forget(conn: Connection) -> None:
        for n in range(0, 60, 6):
            key = f"courier:{n}"
            known = rows_of.known(conn, desk.source, key)
            assert known
            assert rows_of.remove(conn, desk.source, key, known, seeds=[], files=[], titles=[], reason=None)

    indexers = [threading.Thread(target=work, args=[keep_indexing]) for _ in range(2)]
    forgetter = threading.Thread(target=work, args=[forget])
    for thread in (*indexers, forgetter):
        thread.start()
    try:
        for batch in batches:
            kept = [each for each in batch if int(each.article_key.split(":")[1]) % 6]
            desk.load(*kept)
            mended = saying(kept[0], language="de", extractor_version=2, mends=True)
            desk.load(mended)
    finally:
        forgetter.join(120)
        over.set()
        for thread in indexers:
            thread.join(120)
    assert failures == []
    while search.missing(desk.conn):
        search.index(desk.conn)
    wrong = desk.conn.execute(
        "SELECT article_key FROM article a JOIN article_version v ON v.article_id = a.article_id"
        " AND v.version = a.current_version LEFT JOIN article_search s ON s.article_id = a.article_id"
        " WHERE s.words IS DISTINCT FROM search_vector(search_config(v.language), v.title, v.lead, v.text)"
        " OR s.language IS DISTINCT FROM v.language"
    ).fetchall()
    assert wrong == []
    assert desk.conn.execute("SELECT count(*) FROM article_search").fetchone() == (50,)


def test_a_load_step_stops_indexing_when_its_time_is_over(
    settings: Settings, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.load(*(row(desk, n, f"text {n}") for n in range(5)))
    monkeypatch.setattr("mirrorwire.pipeline.load_step.MAX_INDEX_S", 0.0)
    assert steps.load(settings, desk.run_id, now=NOW)["indexed"] == 0
    monkeypatch.undo()
    assert steps.load(settings, desk.run_id, now=NOW)["indexed"] == 5
