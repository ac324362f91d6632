"""Settings and source files: every kind of wrong file is one line that names its place."""

from __future__ import annotations

import copy
import os
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from mirrorwire.core.config import BUNDLED_SOURCES, Settings, find_source, read_source, source_files
from mirrorwire.core.errors import SourceFileError, UnknownSource, WrongUse
from mirrorwire.core.records import Host, Seed
from mirrorwire.core.source_errors import EXPECTED, of_value
from mirrorwire.core.source_tables import HostTable, PrefixTable, SeedTable, SourceTable

GOOD = """
key = "daily"
name = "The Daily"
language = "en"
timezone = "Europe/London"
article_url = "/(?P<date>\\\\d{4}/\\\\d{2}/\\\\d{2})/(?P<id>\\\\d+)"
schedule = "*/30 * * * *"
delay_s = 1.5

[[hosts]]
url = "https://daily.example"
role = "primary"
[[hosts]]
url = "https://daily-mirror.example"
role = "mirror"

[[seeds]]
kind = "feed"
path = "/rss.xml"
[[seeds]]
kind = "section"
path = "/news/{page}"
[[seeds]]
kind = "webarchive"
url = "https://web.archive.org/cdx/search/cdx"
"""

CDX = 'url = "https://web.archive.org/cdx/search/cdx"'


def written(folder: Path, text: str | bytes, name: str = "daily.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_source_file_says_all_about_a_source(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, GOOD))
    assert (source.key, source.name, source.language, source.delay_s) == ("daily", "The Daily", "en", 1.5)
    assert source.zone.key == "Europe/London"
    assert source.primary == Host(url="https://daily.example", role="primary")
    assert [host.role for host in source.hosts] == ["primary", "mirror", "archive"]
    assert source.seeds[0] == Seed(kind="feed", path="/rss.xml")
    assert source.seeds[2].name == "https://web.archive.org/cdx/search/cdx"
    assert source.article_url == (r"/(?P<date>\d{4}/\d{2}/\d{2})/(?P<id>\d+)",)
    assert source.allow_private is False


def test_prune_names_elements_by_xpath(tmp_path: Path) -> None:
    paths = "prune = [\"//div[@class='x' or @id]\", \"//aside | //p[text()='a'][last()]\"]"
    source = read_source(written(tmp_path, GOOD.replace("delay_s = 1.5", paths)))
    assert source.prune == ("//div[@class='x' or @id]", "//aside | //p[text()='a'][last()]")


def test_every_bundled_source_file_is_sound() -> None:
    found = list(source_files(Settings(home=Path("/nowhere"))))
    keys = {file.key for file in found}
    assert "presstv" in keys
    assert "courier" not in keys  # the sample newsroom is a publisher of the demo and the tests alone
    assert [file.error for file in found if file.error] == []
    assert all(file.path.parent == BUNDLED_SOURCES for file in found)


WRONG = [
    ("delay_s = 1.5", "prune = [\"//div[@class='x'\"]", "prune[1]: not XPath: "),
    ("delay_s = 1.5", 'prune = ["//p", "//x:p"]', "prune[2]: not XPath: "),
    ("delay_s = 1.5", 'prune = ["count(//p)"]', "prune[1]: selects no elements"),
    ("delay_s = 1.5", 'prune = ["//body"]', "prune[1]: selects the whole page"),
    ("delay_s = 1.5", 'prune = ["//*"]', "prune[1]: selects the whole page"),
    ("delay_s = 1.5", 'prune = ["//p/text()"]', "prune[1]: selects no elements"),
    ("delay_s = 1.5", 'prune = ["//img/@data-src"]', "prune[1]: selects no elements"),
    ("delay_s = 1.5", 'prune = "//p"', "prune: "),
    ('name = "The Daily"', "", "name: missing"),
    (
        'name = "The Daily"',
        "name = 3",
        'name: must be the publisher\'s name in quotes, such as "The Sample Courier" (it is 3)',
    ),
    ('name = "The Daily"', 'name = ""', "name: "),
    ("delay_s = 1.5", "dealy_s = 1.5", "dealy_s: unknown key, did you mean 'delay_s'?"),
    ("delay_s = 1.5", "zzz = 1", "zzz: unknown key"),
    ("delay_s = 1.5", "delay_s = -1", "delay_s: "),
    ("delay_s = 1.5", 'delay_s = "1"', "delay_s: "),
    ("delay_s = 1.5", "delay_s = nan", "delay_s: "),
    ("delay_s = 1.5", 'allow_private = "yes"', "allow_private: "),
    ('language = "en"', 'language = "English"', "language: "),
    ('"Europe/London"', '"Europe/Lundon"', "timezone: not a zone of the IANA database"),
    ('"Europe/London"', '"../../etc/passwd"', "timezone: not a zone of the IANA database"),
    ('"Europe/London"', '""', "timezone: not a zone of the IANA database"),
    ('"*/30 * * * *"', '"every hour"', "schedule: not a cron expression of five fields"),
    ('"*/30 * * * *"', '"61 * * * *"', "schedule: not a cron expression of five fields"),
    ('"*/30 * * * *"', '"0 0 30 2 *"', "schedule: a cron expression of a time that never comes"),
    ('"*/30 * * * *"', '"* * * * * *"', "schedule: not a cron expression of five fields"),
    ('article_url = "/(?P<date>', 'article_url = "/(?P<date', "article_url[1]: not a regular expression"),
    (
        'role = "mirror"',
        'role = "mirrorr"',
        'hosts[2].role: must be "primary", "mirror" or "archive" (it is "mirrorr")',
    ),
    ('role = "mirror"', 'relation = "same-id"', "hosts[2]: a same-id host needs article_path and article_url"),
    ('role = "mirror"', 'relation = "sameid"', 'hosts[2].relation: must be "same-path"'),
    ('role = "mirror"', "article_url = '/(?P<id>x)'", "hosts[2]: article_url: only a same-id host"),
    ('role = "mirror"', 'article_path = "/news/{slug}"', "hosts[2].article_path: must begin with / and hold {id}"),
    ('role = "mirror"', 'article_path = "/{id:>999}"', "hosts[2].article_path: must begin with / and hold {id}"),
    ('role = "mirror"', 'roll = "mirror"', "hosts[2].roll: unknown key, did you mean 'role'?"),
    ('url = "https://daily-mirror.example"', "", "hosts[2].url: missing"),
    (
        '"https://daily-mirror.example"',
        '"https://daily-mirror.example/path"',
        "hosts[2].url: must be an origin",
    ),
    ('"https://daily-mirror.example"', '"ftp://daily-mirror.example"', "hosts[2].url: must be an origin"),
    (
        '"https://daily-mirror.example"',
        '"https://u:p@daily-mirror.example"',
        "hosts[2].url: must be an origin",
    ),
    (
        '"https://daily-mirror.example"',
        '"https://daily-mirror.example:99999"',
        "hosts[2].url: must be an origin",
    ),
    ('"https://daily-mirror.example"', '"daily-mirror.example"', "hosts[2].url: must be an origin"),
    (
        '"https://daily-mirror.example"',
        '"https://daily.example"',
        "file: hosts: the same origin stands twice",
    ),
    ('kind = "feed"', 'kind = "rss"', "seeds[1].kind: "),
    (
        'path = "/rss.xml"',
        'path = "rss.xml"',
        "seeds[1]: a feed seed needs path, beginning with /, and no url",
    ),
    ('path = "/rss.xml"', 'url = "https://x.example/"', "seeds[1]: a feed seed needs path"),
    ('path = "/news/{page}"', 'path = "/news"', "seeds[2]: a section's path needs {page}"),
    (
        'url = "https://web.archive.org/cdx/search/cdx"',
        'path = "/x"',
        "seeds[3]: a webarchive seed needs url, and no path",
    ),
    (
        'path = "/rss.xml"',
        'path = "/rss.xml"\nprefixes = [{ path = "/a" }]',
        "seeds[1]: prefixes: only a webarchive seed",
    ),
    (CDX, f'{CDX}\nprefixes = [{{ path = "a" }}]', "seeds[3].prefixes[1].path: must begin with /, and may hold {year}"),
    (CDX, f'{CDX}\nprefixes = [{{ path = "/{{day}}" }}]', "seeds[3].prefixes[1].path: must begin with /"),
    (CDX, f'{CDX}\nprefixes = [{{ path = "/{{month}}/{{year}}" }}]', "seeds[3].prefixes[1].path: needs {year} before"),
    (CDX, f'{CDX}\nprefixes = [{{ paht = "/a" }}]', "seeds[3].prefixes[1].path: missing"),
    (
        CDX,
        f'{CDX}\nprefixes = [{{ path = "/a" }}, {{ path = "/a" }}]',
        "seeds[3]: prefixes: the same path stands twice",
    ),
    (
        CDX,
        f'{CDX}\nprefixes = [{{ path = "/a", host = "https://other.example" }}]',
        "file: seeds: prefixes: https://other.example is no host here",
    ),
    (
        CDX,
        f'{CDX}\nprefixes = [{{ path = "/a", since = 2014-01-01, until = 2013-01-01 }}]',
        "seeds[3].prefixes[1]: until: must come after since",
    ),
    ('key = "daily"', 'key = "weekly"', "key: 'weekly' must be the file's name, 'daily'"),
    ('key = "daily"', 'key = "Daily News"', "key: "),
    ('key = "daily"', 'key = "daily', "not TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "line"), WRONG, ids=[f"{line}-{n}" for n, (_, _, line) in enumerate(WRONG)])
def test_a_wrong_source_file_is_one_line_with_its_place(tmp_path: Path, right: str, wrong: str, line: str) -> None:
    assert right in GOOD
    path = written(tmp_path, GOOD.replace(right, wrong, 1))
    with pytest.raises(SourceFileError) as caught:
        read_source(path)
    assert str(caught.value).startswith(f"{path}: {line}")
    assert "\n" not in str(caught.value)


def test_a_mark_of_utf_8_is_no_mistake(tmp_path: Path) -> None:
    assert read_source(written(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())).key == "daily"


VALUES = [
    "3",
    "-1",
    "1e400",
    "true",
    "''",
    "'x'",
    "'\\n'",
    "[]",
    "['x']",
    "[3]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "[{ a = 1 }]",
]
VALUES += ["2007-07-02", "2007-07-02T00:00:00Z", "00:00:00", "nan", "9" * 40, "'" + "x" * 5000 + "'", "[{}, 3, 'x']"]
OUR_NAMES = ("Input", "valid ", "instance", "Table", "pydantic", "Error", "dict", "None", "True", "datetime", "\n")


@pytest.mark.parametrize("table", EXPECTED)
def test_whatever_stands_for_a_value_the_words_are_for_its_writer(tmp_path: Path, table: str) -> None:
    models = {"": SourceTable, "hosts": HostTable, "seeds": SeedTable, "prefixes": PrefixTable}
    model = models[table]
    assert EXPECTED[table].keys() == model.model_fields.keys()
    place = "seeds[3].prefixes[1]" if table == "prefixes" else f"{table}[1]"
    data = tomllib.loads(GOOD)
    refused = 0
    for key in EXPECTED[table]:
        for value in VALUES:
            tried = copy.deepcopy(data)
            stands = tomllib.loads(f"value = {value}")["value"]
            prefix = {"path": "/a"}
            tried["seeds"][2]["prefixes"] = [prefix]
            at = {"": tried, "hosts": tried["hosts"][0], "seeds": tried["seeds"][0], "prefixes": prefix}[table]
            at[key] = stands
            try:
                SourceTable.model_validate(tried)
            except ValidationError as error:
                for each in error.errors(include_url=False, include_context=False):
                    line = of_value(each)
                    refused += 1
                    assert line.startswith((place if table else key, "hosts: ", "seeds: ", "file: ")), line
                    assert [name for name in OUR_NAMES if name in line] == [], line
                    assert len(line) < 400, line
    assert refused > len(EXPECTED[table]) * 10


BROKEN = [
    ("key\n", "line 1, column 4: a key has no value: write key = value; it is key"),
    ("key =", "at the end of the file: no value of TOML"),
    ("a = 1\nkey = x", "line 2, column 7: no value of TOML: a text stands in quotes"),
    ("a = True", "line 1, column 5: no value of TOML"),
    ("key = 'x", "at the end of the file: a text is not closed"),
    ('key = "x\ny = 1', "line 1, column 9: a text is not closed"),
    ('key = """x', "at the end of the file: a text is not closed"),
    ("key = 'x\n'", "line 1, column 9: a text is not closed"),
    ('key = "a\tb\x01"', "line 1, column"),
    ("key = 1 2", "line 1, column 9: something stands behind the value"),
    ("= 3", "line 1, column 1: no line of TOML"),
    ("{}", "line 1, column 1: no line of TOML"),
    ("ключ = 1", "line 1, column 1: no line of TOML"),
    ("a. = 1", "line 1, column 4: no key"),
    ("[hosts]\na = 1\n[hosts]", "line 3, column 7: the table stands twice: write [[hosts]]"),
    ("a = 1\na = 2\n", "line 2, column 6: the key, or the table, stands twice"),
    ("a = { b = 1, b = 2 }", "line 1, column 19: the key stands twice in one table"),
    ("a = { b = 1 }\n[a.c]", "line 2, column 5: the"),
    ("[hosts", "at the end of the file: the name of a table is not closed"),
    ("[[hosts]\n", "line 1, column 8: the name of a table is not closed"),
    ("a = [1 2]", "line 1, column 8: a list is not closed"),
    ("a = { b = 1 c = 2 }", "line 1, column 13: a table is not closed"),
    (r'article_url = "/(?P<id>\d+)"', r"line 1, column 26: a \ in double quotes is written twice"),
    (r'a = "\u12"', r"line 1, column"),
    (r'a = "\ud800"', r"line 1, column"),
    ("since = 2007-13-02", "line 1, column"),
    ("a = " + "1" * 5000, ""),
    ("a = " + "[" * 5000, ""),
    ("<!doctype html><html>", "line 1, column 1: no line of TOML"),
]


@pytest.mark.parametrize(("text", "line"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_toml_is_told_in_words_of_ours_with_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceFileError) as caught:
        read_source(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: not TOML")
    assert line in said
    theirs = (
        "Expected",
        "Invalid",
        "Unterminated",
        "Unclosed",
        "Illegal",
        "Cannot",
        "Duplicate",
        "Exceeds",
        "Unescaped",
    )
    assert [word for word in theirs if word in said] == []
    assert "\n" not in said and len(said) < 400


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path, why in (
        (tmp_path / "absent.toml", "No such file or directory"),
        (tmp_path, "a folder, not a file"),
        (Path("/dev/zero"), "a device or a pipe, not a file"),
        (pipe, "a device or a pipe, not a file"),
        (written(tmp_path, b"#" * 1_000_001, "long.toml"), "over 1,000,000 bytes"),
        (Path("a\0b.toml"), "no name of a file"),
        (written(tmp_path, b'key = "\xff"', "latin.toml"), "not UTF-8 at byte 7"),
        (written(tmp_path, GOOD.encode("utf-16"), "wide.toml"), "not UTF-8 at byte 0: save it as UTF-8"),
        (written(tmp_path, "", "empty.toml"), "key: missing: write a name of small letters"),
    ):
        with pytest.raises(SourceFileError) as caught:
            read_source(path)
        assert str(caught.value).startswith(f"{path}: {why}")


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("delay_s", "dealy_s").replace("Europe/London", "Nowhere"))
    with pytest.raises(SourceFileError, match=r"timezone: .*; dealy_s: unknown key"):
        read_source(path)


def test_a_users_file_wins_over_a_bundled_one_and_a_broken_one_costs_itself_alone(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace('"daily"', '"presstv"').replace("The Daily", "Mine"), "presstv.toml")
    written(tmp_path, "nonsense", "broken.toml")
    settings = Settings(home=tmp_path, sources=tmp_path)
    found = {file.key: file for file in source_files(settings)}
    assert found["broken"].source is None and "not TOML" in (found["broken"].error or "")
    assert found["daily"].source is not None
    assert find_source(settings, "presstv").name == "Mine"
    with pytest.raises(SourceFileError, match=r"broken\.toml: not TOML"):
        find_source(settings, "broken")


def test_an_unknown_source_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownSource, match=r"no source 'nope'; known: .*presstv"):
        find_source(Settings(home=tmp_path), "nope")


def test_a_folder_of_sources_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="MIRRORWIRE_SOURCES is not a folder"):
        list(source_files(Settings(home=tmp_path, sources=tmp_path / "absent")))


def test_settings_come_from_the_environment_and_an_empty_value_is_unset(tmp_path: Path) -> None:
    found = Settings.from_env(
        {
            "MIRRORWIRE_HOME": str(tmp_path),
            "MIRRORWIRE_DATABASE_URL": "",
            "MIRRORWIRE_SOURCES": str(tmp_path / "s"),
            "MIRRORWIRE_CONTACT": "https://news.example/bot",
        }
    )
    assert found.home == tmp_path
    assert found.database_url is None
    assert found.sources == tmp_path / "s"
    assert found.archive == str(tmp_path / "archive")
    assert "https://news.example/bot" in found.user_agent
    assert Settings.from_env({"MIRRORWIRE_ARCHIVE": "s3://bucket/x"}).archive == "s3://bucket/x"


def test_without_a_folder_of_sources_that_of_the_home_is_read(tmp_path: Path) -> None:
    environment = {"MIRRORWIRE_HOME": str(tmp_path / "home"), "MIRRORWIRE_SOURCES": ""}
    assert Settings.from_env(environment).sources is None
    (tmp_path / "home" / "sources").mkdir(parents=True)
    written(tmp_path / "home" / "sources", GOOD)
    settings = Settings.from_env(environment)
    assert settings.sources == tmp_path / "home" / "sources"
    assert find_source(settings, "daily").name == "The Daily"


def test_a_folder_of_sources_that_is_named_is_read_in_place_of_the_homes(tmp_path: Path) -> None:
    (tmp_path / "home" / "sources").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    written(tmp_path / "home" / "sources", GOOD)
    environment = {"MIRRORWIRE_HOME": str(tmp_path / "home"), "MIRRORWIRE_SOURCES": str(tmp_path / "mine")}
    with pytest.raises(UnknownSource):
        find_source(Settings.from_env(environment), "daily")


def test_the_default_home_of_root_lies_outside_any_home_folder() -> None:
    found = Settings.from_env({"XDG_DATA_HOME": "/data"}).home
    assert found == (Path("/var/lib/mirrorwire") if os.geteuid() == 0 else Path("/data/mirrorwire"))


def test_processes_are_the_cpus_that_may_be_used_unless_said_otherwise() -> None:
    assert 1 <= Settings.from_env({}).processes <= 64
    assert Settings.from_env({"MIRRORWIRE_PROCESSES": "64"}).processes == 64


@pytest.mark.parametrize("text", ["0", "65", "-1", "two", "1.5", "²", "9" * 5000])
def test_a_number_of_processes_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="MIRRORWIRE_PROCESSES"):
        Settings.from_env({"MIRRORWIRE_PROCESSES": text})
