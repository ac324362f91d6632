"""The embedded server and the schema: start, stop, crash, migrate, and what `\\d+` tells."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest

from mirrorwire.cli import main
from mirrorwire.core.config import SQL, Settings
from mirrorwire.core.errors import DatabaseUnavailable, FolderUnusable, MigrationChanged
from mirrorwire.store import db, embedded, migrate
from tests.conftest import ROOT, Ran
from tests.store.test_waiting import Proxy
from tests.support.installed_postgres import BIN

pytestmark = pytest.mark.database  # many start a server of their own


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    yield folder
    db.stop_embedded(Settings(home=folder))
    shutil.rmtree(folder, ignore_errors=True)


START = (
    "import sys; from pathlib import Path; from mirrorwire.core.config import Settings; "
    "from mirrorwire.store import db; "
    "url = db.database_url(Settings(home=Path(sys.argv[1]))); db.connect(url).execute('SELECT 1'); print(url)"
)


def started(home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", START, str(home)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_several_processes_that_start_at_once_share_one_server(home: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(started, [home] * 4))) == 1


def test_the_server_outlives_the_process_that_started_it_and_stops_when_told(home: Path) -> None:
    url = started(home)
    db.connect(url).close()
    assert db.stop_embedded(Settings(home=home)) is True
    assert db.stop_embedded(Settings(home=home)) is False
    with pytest.raises(DatabaseUnavailable, match="/mirrorwire"):
        db.connect(url)


def test_db_stop_does_not_stop_it_under_an_airflow_unless_forced(home: Path) -> None:
    def stop(*words: str) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("MIRRORWIRE_")}
        command = [sys.executable, "-m", "mirrorwire.cli", "db", "stop", *words]
        env |= {"MIRRORWIRE_HOME": str(home)}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)

    started(home)
    with db.connect(db.embedded_database(Settings(home=home), "airflow")):
        refused = stop()
        assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
        assert "an Airflow uses" in refused.stderr
        assert stop("--force").stderr == "stopped\n"
    assert stop().stderr == "no embedded server runs\n"


def test_it_starts_again_after_a_crash_with_what_was_committed(home: Path) -> None:
    with db.connect(started(home)) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 1 AS n")
    os.kill(postmaster(home), signal.SIGKILL)
    with db.connect(started(home)) as conn:
        assert conn.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_it_starts_although_its_pid_belongs_to_another_program_now(home: Path) -> None:
    started(home)
    pid_file = home / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    db.stop_embedded(Settings(home=home))
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    started(home)
    assert postmaster(home) != os.getpid()


def test_a_killed_server_that_nobody_has_reaped_yet_does_not_run(home: Path, tmp_path: Path) -> None:
    started(home)
    db.stop_embedded(Settings(home=home))
    program = tmp_path / "postgres"
    shutil.copy(shutil.which("sleep") or "", program)
    killed = subprocess.Popen([program, "60"])
    (home / "postgres" / "postmaster.pid").write_text(f"{killed.pid}\n")
    try:
        assert db.embedded_runs(Settings(home=home))
        killed.kill()
        while psutil.Process(killed.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        assert not db.embedded_runs(Settings(home=home))
    finally:
        killed.kill()
        killed.wait()
    started(home)


OTHERS = {
    "PGHOST": "192.0.2.1",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "6000",
    "PGUSER": "nobody",
    "PGOPTIONS": "-c no_such=1",
    "PGSERVICE": "nowhere",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGTARGETSESSIONATTRS": "standby",
    "PGCLIENTENCODING": "latin1",
    "PGDATA": "/nowhere",
}


@pytest.mark.parametrize(
    ("name", "env", "umask"),
    [
        ('Ann\'s "5" %41 $HOME `id` ünï #?@&;\\', {"LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR"}, 0o077),
        ("h", {"LC_ALL": "C", "TZ": "No/Where", **OTHERS}, 0o000),
    ],
    ids=["path and locale", "servers of others"],
)
def test_it_starts_in_any_path_whatever_the_environment_says(
    home: Path, name: str, env: dict[str, str], umask: int
) -> None:
    settings = Settings(home=home / name)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MIRRORWIRE_")}
    command = [sys.executable, "-c", START, str(settings.home)]
    options: dict[str, Any] = {"cwd": ROOT, "env": inherited | env, "umask": umask}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)
        assert (done.returncode, done.stderr) == (0, "")
        with db.connect(db.database_url(settings)) as conn:
            facts = "SELECT datcollate, datctype, pg_encoding_to_char(encoding), lower('É') FROM pg_database"
            assert conn.execute(facts).fetchall() == [("C.UTF-8", "C.UTF-8", "UTF8", "é")] * 4
        assert (settings.home / "postgres").stat().st_mode & 0o777 == 0o700
    finally:
        db.stop_embedded(settings)


def test_a_path_with_a_comma_is_refused_with_the_reason(home: Path) -> None:
    with pytest.raises(FolderUnusable, match="a comma"):
        db.database_url(Settings(home=home / "a,b"))


def test_a_server_that_cannot_start_says_why_in_a_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_STARTS", 1)
    started(home)
    db.stop_embedded(Settings(home=home))
    with (home / "postgres" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = '1PB'\n")
    with pytest.raises(DatabaseUnavailable, match=r"postgresql\.conf") as raised:
        db.database_url(Settings(home=home))
    assert len(str(raised.value).splitlines()) == 1


def test_a_database_that_is_there_is_not_made_again(home: Path) -> None:
    settings = Settings(home=home)
    with db.connect(db.database_url(settings)) as conn:
        conn.execute("ALTER SYSTEM SET log_statement = 'ddl'")
        conn.execute("SELECT pg_reload_conf()")
    for _ in range(2):
        db.database_url(settings)
    assert "CREATE DATABASE" not in (home / "postgres" / "log").read_text()


def test_it_listens_on_no_network_address(home: Path) -> None:
    with db.connect(started(home)) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_socket_path_that_is_too_long_is_refused_with_the_reason(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with pytest.raises(FolderUnusable, match="over 100 bytes"):
        db.database_url(Settings(home=deep))


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("host='/a b' dbname=m options='-c x=1'", "x:///m?options=-c%20x%3D1&host=%2Fa%20b"),
        ("postgresql://postgres@/m?host=/a/b", "x://postgres@/m?host=%2Fa%2Fb"),
        ("postgres://u:p%40@h:5433/m?sslmode=require", "x://u:p%40@h:5433/m?sslmode=require"),
        ("host=h dbname=m user=u password='p w'", "x://u:p%20w@h/m"),
        ("postgresql://[::1]:5432/m", "x://[::1]:5432/m"),
    ],
)
def test_any_connection_string_becomes_a_url(given: str, url: str) -> None:
    assert db.as_url(given, "x") == url


SECRET = "Hush5"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql+psycopg://mw:{SECRET}@h/n", "must begin with postgresql://"),
        (f" postgresql://mw:{SECRET}@h/n", "must begin with postgresql://"),
        (f"mysql://mw:{SECRET}@h/n", "must begin with postgresql://"),
        (f"//mw:{SECRET}@h/n", "must begin with postgresql://"),
        (SECRET, "must begin with postgresql://"),
        (f"postgresql://mw:1/{SECRET}@h/n", "%2F"),
        (f"postgresql://mw:{SECRET}/x@h/n", "%2F"),
        (f"postgresql://mw:x@{SECRET}@h/n", "%40"),
        (f"postgresql://mw:x%{SECRET}@h/n", "%25"),
        (f"postgresql://mw:x {SECRET}@h/n", "cannot be read"),
        (f"postgresql://mw:{SECRET}@[h/n", "cannot be read"),
        (f"postgresql://mw:{SECRET}@h/n?unknown={SECRET}", "cannot be read"),
        (f"postgresql://mw:{SECRET}@h:{SECRET}/n", "port"),
        (f"host=h password=x {SECRET}", "cannot be read"),
        (f"host=h {SECRET}=x", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_read_is_told_without_what_it_holds(
    url: str, told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIRRORWIRE_DATABASE_URL", url)
    for words in (("status",), ("db", "url"), ("db", "migrate"), ("db", "index"), ("ingest", "presstv")):
        monkeypatch.setattr(sys, "argv", ["mirrorwire", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        assert ended.value.code == 2
        assert told in said.err and len(said.err.splitlines()) == 1
        assert SECRET not in said.err + said.out


@pytest.mark.parametrize("password", ["a#b", "a?b", "a:b", "p%40%2F%3F%23%3A%25"])
def test_a_password_is_shown_by_no_error_of_a_connection(password: str) -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        db.connect(f"postgresql://mw:{password}@127.0.0.1:1/n")
    assert str(raised.value).startswith("database 127.0.0.1:1/n cannot be reached")
    assert password not in "".join(traceback.format_exception(raised.value))
    assert password not in repr(Settings(home=Path("/x"), database_url=f"postgresql://mw:{password}@h/n"))


def test_migrating_again_does_nothing(database_url: str) -> None:
    assert migrate.migrate(database_url) == []


def test_a_migration_that_was_edited_is_refused(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(SQL / "migrations", folder)
    first = sorted(folder.glob("*.sql"))[0]
    first.write_text(first.read_text() + "\n-- edited\n")
    with pytest.raises(MigrationChanged, match=first.name):
        migrate.migrate(database_url, folder)


def test_migrators_that_come_at_once_apply_each_file_once(server: Settings) -> None:
    url = db.embedded_database(server, "crowd", fresh=True)
    with ThreadPoolExecutor(4) as pool:
        applied = [name for names in pool.map(lambda n: migrate.migrate(url), range(4)) for name in names]
    assert applied == [path.name for path in sorted((SQL / "migrations").glob("*.sql"))]


def test_a_migrator_that_died_does_not_stop_the_next(server: Settings) -> None:
    url = db.embedded_database(server, "died", fresh=True)
    migrate.migrate(url)
    with db.connect(url) as conn:
        conn.execute("DELETE FROM migration_digest")  # killed between applying and noting it
        conn.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    assert migrate.migrate(url) == []


def test_who_opens_the_database_by_hand_finds_articles_and_own_tables(server: Settings) -> None:
    url = db.embedded_database(server, "by_hand", fresh=True)
    migrate.migrate(url)
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT * FROM articles").fetchall() == []
        assert conn.execute("SELECT * FROM search_articles('word')").fetchall() == []
        conn.execute("CREATE TABLE host (mine int)")
        conn.execute("INSERT INTO host VALUES (1)")
        assert conn.execute("SELECT mine FROM host").fetchall() == [(1,)]
    with db.connect(url) as conn:
        assert conn.execute("SELECT url FROM host").fetchall() == []


def test_search_works_without_a_search_path(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("SET search_path TO pg_catalog")
        assert conn.execute("SELECT * FROM mirrorwire.search_articles('a \"b c\" -d')").fetchall() == []
        found = conn.execute("SELECT mirrorwire.search_snippet('english', 'The ships sailed', 'ship')").fetchone()
    assert found == ("The **ships** sailed",)


def test_a_search_path_that_people_have_set_is_kept_and_made_longer(server: Settings) -> None:
    url = db.embedded_database(server, "own_path", fresh=True)
    with psycopg.connect(url) as conn:
        conn.execute('ALTER DATABASE own_path SET search_path TO "News desk", public')
    migrate.migrate(url)
    with psycopg.connect(url) as conn:
        assert conn.execute("SHOW search_path").fetchone() == ('"News desk", public, mirrorwire',)
        conn.execute("ALTER DATABASE own_path SET search_path TO mirrorwire")
    with db.connect(url) as conn:
        assert migrate.offer_schema(conn)
    with psycopg.connect(url) as conn:
        assert conn.execute("SHOW search_path").fetchone() == ("mirrorwire",)


@pytest.fixture
def guest(server: Settings) -> Iterator[str]:
    """The URL of a database that belongs to somebody else, for a role that may only connect."""
    url = db.embedded_database(server, "anothers", fresh=True)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE ROLE guest LOGIN")
        yield url.replace("postgres@", "guest@")
        conn.execute("DROP OWNED BY guest CASCADE")
        conn.execute("DROP ROLE guest")


def test_who_may_not_make_the_schema_is_told_what_to_ask_for(guest: str, mirrorwire: Callable[..., Ran]) -> None:
    done = mirrorwire("db", "migrate", MIRRORWIRE_DATABASE_URL=guest)
    assert done.code == 1
    assert "may not make the schema mirrorwire: its owner must GRANT CREATE ON DATABASE" in done.err


def test_who_does_not_own_the_database_is_told_how_articles_are_named(
    guest: str, mirrorwire: Callable[..., Ran]
) -> None:
    with psycopg.connect(guest.replace("guest@", "postgres@")) as conn:
        conn.execute("CREATE SCHEMA mirrorwire AUTHORIZATION guest")
    done = mirrorwire("db", "migrate", MIRRORWIRE_DATABASE_URL=guest)
    assert done.code == 0
    assert "articles are mirrorwire.articles: only the owner of the database may set its search_path" in done.err
    assert mirrorwire("sources", MIRRORWIRE_DATABASE_URL=guest).code == 0
    with psycopg.connect(guest) as conn:
        assert conn.execute("SELECT count(*) FROM mirrorwire.articles").fetchone() == (0,)


def test_no_connection_asks_for_options_which_poolers_refuse(server: Settings) -> None:
    url = db.embedded_database(server, "pooled", fresh=True)
    begun: list[bytes] = []

    class Pooler(Proxy):
        def _copy(self, come: socket.socket, go: socket.socket) -> None:
            if come.family == socket.AF_INET:
                begun.append(come.recv(65536, socket.MSG_PEEK))
            super()._copy(come, go)

    pooler = Pooler(Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432")
    try:
        assert migrate.migrate(f"postgresql://postgres@127.0.0.1:{pooler.port}/pooled?sslmode=disable") != []
    finally:
        pooler.close()
    assert len(begun) > 1
    assert all(b"client_encoding" in first and b"options" not in first for first in begun)


def test_migrations_are_read_in_utf8_whatever_the_locale_is(server: Settings) -> None:
    url = db.embedded_database(server, "ascii", fresh=True)
    program = "import sys; from mirrorwire.store import migrate; print(len(migrate.migrate(sys.argv[1])))"
    env = dict(os.environ) | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", program, url]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with db.connect(url) as conn:
        function = conn.execute("SELECT prosrc FROM pg_proc WHERE prosrc LIKE %s", ["%… %"]).fetchone()
    assert function is not None


def test_the_tests_run_on_the_server_that_was_asked_for(server: Settings) -> None:
    asked_for = "postgres (PostgreSQL) 18"
    if os.environ.get(BIN):
        asked_for = subprocess.check_output([f"{os.environ[BIN]}/postgres", "-V"], text=True)
    with db.connect(db.embedded_database(server, "postgres")) as conn:
        assert f") {conn.info.server_version // 10000}" in asked_for


def test_every_statement_is_understood_by_the_server(database_url: str) -> None:
    with db.connect(database_url) as conn:
        for name in ("articles/create_incoming", "dedupe/create_texts_at_hand"):
            conn.execute((SQL / "queries" / f"{name}.sql").read_bytes())
        # What the takeover of an older database reads stands in no other.
        conn.execute("CREATE TABLE public.migration_digest (LIKE migration_digest)")
        conn.execute("CREATE TABLE public._yoyo_migration (LIKE _yoyo_migration)")
        planned = 0
        for path in sorted((SQL / "queries").rglob("*.sql")):
            text = re.sub(r"^ *--.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
            if not re.match(r"SELECT|INSERT|UPDATE|DELETE|WITH|MERGE", text):
                continue  # COPY, LOCK TABLE and CREATE take no plan
            for n, name in enumerate(dict.fromkeys(re.findall(r"%\((\w+)\)", text)), 1):
                text = re.sub(rf"%\({name}\)[sbt]", f"${n}", text)
            # The type of a parameter without a cast comes with its value.
            with suppress(psycopg.errors.IndeterminateDatatype):
                conn.execute(f"PREPARE planned AS {text.replace('%%', '%')}".encode())
                conn.execute("DEALLOCATE planned")
                planned += 1
    assert planned > 200


def test_no_statement_takes_a_time_from_one_that_may_be_infinite(database_url: str) -> None:
    with db.connect(database_url) as conn:
        found = conn.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'mirrorwire' AND column_default LIKE '%-infinity%'"
        ).fetchall()
    names = "|".join(sorted({name for (name,) in found} - {"resting_until"}))  # of which one has just been set
    either = (
        rf"\b(?:{names})\s*-\s*(?:now|clock_timestamp)\b|\b(?:now|clock_timestamp)\(\)\s*-\s*(?:\w+\.)?(?:{names})\b"
    )
    places = {path.name for path in SQL.rglob("*.sql") if re.search(either, path.read_text(encoding="utf-8"))}
    assert {"probe_at", "lease_until"} <= set(names.split("|"))
    assert places == set(), "an error before Postgres 17: greatest(the column, now()) - now()"


def test_a_probed_host_is_asked_again_on_every_version(settings: Settings, mirrorwire: Callable[..., Ran]) -> None:
    for words in (("ingest", "courier"), ("hosts", "probe", "courier"), ("ingest", "courier"), ("status",)):
        done = mirrorwire(*words)
        assert done.code == 0, done.err


def test_every_table_and_view_is_explained(database_url: str) -> None:
    with db.connect(database_url) as conn:
        silent = conn.execute(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'mirrorwire'::regnamespace AND relkind IN ('r', 'v')"
            " AND relname !~ '^_?yoyo' AND relname <> 'migration_digest' AND obj_description(c.oid) IS NULL"
        ).fetchall()
    assert silent == []


def test_every_column_is_explained(database_url: str) -> None:
    with db.connect(database_url) as conn:
        silent = conn.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE relnamespace = 'mirrorwire'::regnamespace AND relkind IN ('r', 'v')"
            " AND attnum > 0 AND NOT attisdropped AND relname !~ '^_?yoyo' AND relname <> 'migration_digest'"
            " AND col_description(c.oid, attnum) IS NULL"
        ).fetchall()
    assert silent == []


def test_times_have_zones_and_strings_no_length(database_url: str) -> None:
    with db.connect(database_url) as conn:
        odd = conn.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'mirrorwire' AND table_name !~ '^_?yoyo'"
            " AND data_type IN ('timestamp without time zone', 'character varying', 'json')"
        ).fetchall()
    assert odd == []


def test_a_refused_password_is_not_shown() -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        db.connect("postgresql://someone:secret@127.0.0.1:1/news")
    assert "secret" not in str(raised.value)
    assert isinstance(raised.value.__context__, psycopg.OperationalError)
