"""A database whose tables stood in `public`: taken over without loss and once, whatever happens; others refused."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from mirrorwire.core.config import SQL, Settings
from mirrorwire.core.errors import DatabaseBusy, DatabaseUnfit, Permanent
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.store import db, embedded, migrate, takeover
from tests.conftest import ROOT, courier_file
from tests.newsroom import Newsroom
from tests.support import catalog
from tests.support.ingest import ingest

DUMP = Path(__file__).with_name("takeover") / "0044.sql.gz"
"""A database at migration 0044, as `pg_dump` wrote it: some rows in each table."""
DAY, PORT, MIRROR_PORT = date(2026, 11, 27), 18801, 18802
"""Of the newsroom that it was read from."""
NEW = {
    "column capture.read_again",
    "constraint capture capture_check",
    "constraint capture capture_read_again_check",
    "index capture_to_read_again",
    "relation capture_to_read_again",
    "comment capture.extractor_version",
    "comment bug.place",
    "column article.current_verdict",
    "column article_version.doubts",
    "column article_version.verdict",
    "column articles.doubts",
    "column articles.verdict",
    "column revisions.doubts",
    "column revisions.verdict",
    "column signature.suspect",
    "constraint article article_current_verdict_check",
    "constraint article_version article_version_verdict_check",
    "index extraction_to_place",
    "index signature_by_text",
    "view articles",
    "view block_counts",
    "view revisions",
    "comment article.current_capture_id",
    "comment article_version.capture_id",
    "column run.due_only",
    "column source.lease_session",
    "column source.lease_until",
    "comment cluster",
    "comment cluster.cluster_id",
    "comment extraction.month",
    "comment extraction.placement",
    "comment rejection",
    "comment signature",
    "comment text_signature.cluster_id",
    "function search_articles(text,text,timestamp with time zone,timestamp with time zone,text,boolean,integer,text)",
    "function search_articles"
    "(text,text,timestamp with time zone,timestamp with time zone,text,boolean,integer,text,boolean)",
    "comment search_articles(text,text,timestamp with time zone,timestamp with time zone,text,boolean,integer,text)",
    "comment run.kind",
    "constraint run run_kind_check",
    "column article.current_published_at",
    "comment article_search.capture_id",
    "function drop_shared()",
    "function note_article()",
    "function note_moved()",
    "function note_new_articles()",
    "function note_shared()",
    "function take_stock()",
    "function tally_link()",
    "function tally_run()",
    "index article_by_capture",
    "index article_by_publication",
    "index run_by_kind",
    "index run_by_number",
    "index run_scheduled",
    "index seed_poll_with_gap",
    "index article_search_by_publication",
    "relation article_search_by_publication",
    "relation article_by_capture",
    "relation article_by_publication",
    "relation run_by_kind",
    "relation run_by_number",
    "relation run_scheduled",
    "relation seed_poll_with_gap",
}
"""What the schema has otherwise than migration 0044 left it, beside comments on columns that had none."""

ADDED = {
    "capture": ["read_again"],
    "article": ["current_verdict", "current_published_at"],
    "article_version": ["verdict", "doubts"],
    "signature": ["suspect"],
    "run": ["due_only", "watched_at"],
    "source": ["lease_session", "lease_until"],
}
"""The columns that the takeover, and migrations after it, add, by table."""
ADDED_TABLES = {
    "poll_schedule", "manual_act", "unsearched", "shared_cluster", "source_tally",
    "alarm", "watch", "message", "watch_hit", "delivery", "reprocess_mark",
}  # fmt: skip
"""Tables of later migrations."""


@pytest.fixture(scope="session")
def older(server: Settings) -> str:
    """The name of a database as an older version left it, of which tests have copies."""
    name = "older"
    with psycopg.connect(db.embedded_database(server, name, fresh=True), autocommit=True) as conn:
        conn.execute(gzip.decompress(DUMP.read_bytes()))
    return name


@pytest.fixture
def old_url(server: Settings, admin: db.Connection, older: str) -> Iterator[str]:
    """A database as an older version left it."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    admin.execute(copy.format(sql.Identifier(name), sql.Identifier(older)))
    yield embedded.url_of(server.home, name)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def facts(url: str, schema: str = "mirrorwire") -> dict[str, str]:
    with db.connect(url) as conn:
        return catalog.facts(conn, schema)


def content(url: str, schema: str) -> dict[str, list[Any]]:
    """Every row of every table, without the columns that the takeover adds."""
    found = {}
    with db.connect(url) as conn:
        for table in catalog.counts(conn, schema).keys() - ADDED_TABLES:
            query = sql.SQL("SELECT to_jsonb(t) - {}::text[] AS row FROM {} t ORDER BY 1")
            found[table] = conn.execute(query.format(_added(table), sql.Identifier(schema, table))).fetchall()
    return found


def _added(table: str) -> sql.Literal:
    return sql.Literal(ADDED.get(table, []))


def run(url: str, *statements: str) -> None:
    """As somebody with psql."""
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement.encode())


def plain(definition: str) -> str:
    """Without what a dump writes otherwise, and what depends on the server's collations."""
    return re.sub(r'COLLATE "?[\w-]+"?', "COLLATE", re.sub(r"(NULL::\w+) AS \w+", r"\1", definition))


def test_the_schema_is_that_of_all_migrations_before_but_for_what_is_meant(old_url: str, database_url: str) -> None:
    old, new = facts(old_url, "public"), facts(database_url)
    assert len(old) > 1200
    changed = {name for name in old.keys() | new.keys() if plain(old.get(name, "")) != plain(new.get(name, ""))}
    changed = {name for name in changed if not any(table in name for table in ADDED_TABLES)}
    commented = {name for name in changed if name.startswith("comment ") and name not in old}
    assert changed - commented == NEW


def test_every_row_is_there_and_the_schema_is_that_of_a_fresh_database(old_url: str, database_url: str) -> None:
    before = content(old_url, "public")
    assert [table for table, rows in before.items() if not rows] == []
    assert migrate.migrate(old_url) == sorted(path.name for path in (SQL / "migrations").glob("*.sql"))
    assert content(old_url, "mirrorwire") == before
    assert facts(old_url) == facts(database_url)
    assert facts(old_url, "public") == {}
    assert migrate.migrate(old_url) == []
    assert migrate.is_current(old_url)
    with psycopg.connect(old_url) as conn:
        left = conn.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()
        found = conn.execute("SELECT count(*) FROM articles WHERE text IS NOT NULL").fetchone()
    assert left == []
    assert found == (len(before["article"]),)


def test_the_log_of_yoyo_says_what_a_fresh_database_says(old_url: str, database_url: str) -> None:
    migrate.migrate(old_url)
    query = "SELECT migration_hash, migration_id FROM _yoyo_migration ORDER BY 2"
    with db.connect(old_url) as old, db.connect(database_url) as fresh:
        assert old.execute(query).fetchall() == fresh.execute(query).fetchall()
        query = "SELECT name, sha256 FROM migration_digest ORDER BY 1"
        assert old.execute(query).fetchall() == fresh.execute(query).fetchall()


def test_passes_and_revisions_go_on_where_they_stood(
    old_url: str, tmp_path: Path, mirrorwire: Callable[..., Any]
) -> None:
    migrate.migrate(old_url)
    # The dump comes without its archive: a newer extractor would look for the pages there.
    with db.connect(old_url) as conn:
        conn.execute("UPDATE capture SET extractor_version = %s WHERE extractor_version > 0", [EXTRACTOR_VERSION])
    with Newsroom(day=DAY, port=PORT, mirror_port=MIRROR_PORT, later=True) as newsroom:
        courier_file(tmp_path / "older", newsroom)
        settings = Settings(
            home=tmp_path, database_url=old_url, sources=tmp_path / "older", archive=str(tmp_path / "a"), processes=1
        )
        again = ingest(settings, "courier", revisit=True)
        assert again.failures == ()
        assert (again.counts["inserted"], again.counts["revised"]) == (0, 0)
        newsroom.later = False
        assert ingest(settings, "courier", revisit=True).counts["revised"] > 0
    with db.connect(old_url) as conn, conn.cursor(row_factory=dict_row) as cursor:
        revised = cursor.execute("SELECT max(version) AS newest FROM articles").fetchall()
        forgotten = cursor.execute("SELECT l.link_id FROM link l JOIN tombstone USING (article_key)").fetchall()
        found = cursor.execute("SELECT article_key FROM search_articles('harbour')").fetchall()
    assert revised[0]["newest"] >= 3
    assert forgotten == []
    assert found


def test_pages_that_were_marked_to_be_read_again_say_why(old_url: str) -> None:
    ids = "(SELECT capture_id FROM extraction ORDER BY 1 LIMIT 1 OFFSET {})"
    run(
        old_url,
        "SET search_path TO public",
        f"UPDATE public.capture SET extractor_version = -1 WHERE capture_id = {ids.format(0)}",
        f"UPDATE public.capture SET extractor_version = 0, accepted = true WHERE capture_id = {ids.format(1)}",
        f"UPDATE public.capture SET extractor_version = 0 WHERE capture_id = {ids.format(2)}",
        "DELETE FROM public.rejection",
        "INSERT INTO public.capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, "
        "warc_offset, warc_length, chosen) SELECT source_key, link_id, host_id, run_id, url, now(), 200, 'x', "
        "'never-read', 0, 1, true FROM public.capture WHERE link_id IS NOT NULL LIMIT 1",
    )
    migrate.migrate(old_url)
    with db.connect(old_url) as conn:
        reasons = conn.execute(
            "SELECT extractor_version, read_again FROM capture WHERE capture_id IN "
            "(SELECT capture_id FROM extraction ORDER BY 1 LIMIT 3) ORDER BY capture_id"
        ).fetchall()
        unread = conn.execute("SELECT extractor_version, read_again FROM capture WHERE warc = 'never-read'").fetchall()
    assert reasons == [(0, "learned"), (0, "accepted"), (0, "pruned")]
    assert unread == [(0, None)]


def test_migrators_that_come_at_once_take_over_once(old_url: str) -> None:
    before = content(old_url, "public")
    with ThreadPoolExecutor(4) as pool:
        applied = [name for names in pool.map(lambda n: migrate.migrate(old_url), range(4)) for name in names]
    assert applied == sorted(path.name for path in (SQL / "migrations").glob("*.sql"))
    assert content(old_url, "mirrorwire") == before


def test_one_that_is_killed_half_way_has_changed_nothing(old_url: str, database_url: str) -> None:
    before, schema = content(old_url, "public"), facts(old_url, "public")
    with psycopg.connect(old_url) as reader:
        reader.execute("SELECT FROM public.tombstone")  # the last but one of the tables that are moved
        command = [
            sys.executable,
            "-c",
            "import sys; from mirrorwire.store import migrate; migrate.migrate(sys.argv[1])",
        ]
        process = subprocess.Popen([*command, old_url], cwd=ROOT)
        try:
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'public.tombstone'::regclass"
            deadline = time.monotonic() + 60
            while reader.execute(waits).fetchone() != (1,):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
    assert content(old_url, "public") == before
    assert facts(old_url, "public") == schema
    assert migrate.migrate(old_url) != []
    assert content(old_url, "mirrorwire") == before
    assert facts(old_url) == facts(database_url)


def test_one_that_waits_for_somebody_ends_and_has_changed_nothing(
    old_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIRRORWIRE_LOCK_WAIT_S", "1")
    with psycopg.connect(old_url) as reader:
        reader.execute("SELECT FROM public.article")
        with pytest.raises(DatabaseBusy):
            migrate.migrate(old_url)
    assert facts(old_url) == {}
    assert migrate.migrate(old_url) != []


STOPPED = r"an older version was stopped while it migrated its tables in the schema public: first run mirrorwire db"
REFUSED = {
    "an older one": (
        "DELETE FROM public.migration_digest WHERE name >= '0031'; "
        "DELETE FROM public._yoyo_migration WHERE migration_id >= '0031'",
        r"stand at migration 0023_webarchive\.sql, and this version takes over from 0044_what_views_tell\.sql alone",
    ),
    "a newer one": (
        "INSERT INTO public.migration_digest VALUES ('0045_more.sql', 'x')",
        r"have migration 0045_more\.sql, which this version does not know: install the version that made it",
    ),
    "an edited one": (
        "UPDATE public.migration_digest SET sha256 = 'x' WHERE name LIKE '0031%'",
        r"another migration 0031_search\.sql than this version knows",
    ),
    "one whose migrator died before the end": ("DELETE FROM public.migration_digest WHERE name >= '0043'", STOPPED),
    "one whose migrator died": ("DELETE FROM public.migration_digest", STOPPED),
    "another's table in the place of one": (
        "DROP TABLE public.dismissed_origin; CREATE TABLE public.dismissed_origin (id int)",
        r"public\.dismissed_origin\.origin is not what that made",
    ),
    "one without a table": ("DROP TABLE public.away_file", r"public\.away_file\.\w+ is not what that made"),
    "tables without a log": (
        "DROP TABLE public.migration_digest, public._yoyo_migration",
        r"tables or views under our names, and no log of ours \(archived_copy, article, .*\): rename them",
    ),
}


@pytest.mark.parametrize("state", REFUSED)
def test_any_other_state_is_refused_in_a_sentence_and_left_as_it_is(old_url: str, state: str) -> None:
    statement, sentence = REFUSED[state]
    run(old_url, statement)
    before, rows = facts(old_url, "public"), content(old_url, "public")
    with pytest.raises(DatabaseUnfit, match=sentence) as raised:
        migrate.migrate(old_url)
    assert isinstance(raised.value, Permanent)
    assert str(raised.value).startswith("database ") and "MIRRORWIRE_DATABASE_URL" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert (facts(old_url, "public"), content(old_url, "public"), facts(old_url)) == (before, rows, {})
    assert not migrate.is_empty(old_url) or state == "tables without a log"


def test_tables_of_somebody_else_under_our_names_are_refused(server: Settings, mirrorwire: Callable[..., Any]) -> None:
    url = db.embedded_database(server, "of_somebody", fresh=True)
    run(url, "CREATE TABLE article (id int)", "INSERT INTO article VALUES (1)", "CREATE VIEW host AS SELECT 1 AS a")
    done = mirrorwire("db", "migrate", MIRRORWIRE_DATABASE_URL=url)
    assert done.code == 1
    assert done.err.endswith("(article, host): rename them, or name another database in MIRRORWIRE_DATABASE_URL\n")
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT * FROM article").fetchall() == [(1,)]


def test_a_schema_of_our_name_that_holds_something_else_is_refused(server: Settings) -> None:
    url = db.embedded_database(server, "of_our_name", fresh=True)
    run(url, "CREATE SCHEMA mirrorwire", "CREATE TABLE mirrorwire.source (id int)")
    with pytest.raises(DatabaseUnfit, match=r"its schema mirrorwire holds what no log of ours explains .*source"):
        migrate.migrate(url)


def test_what_others_have_in_public_stays_and_reads_on(server: Settings, old_url: str) -> None:
    reader = f"reader_{uuid.uuid4().hex[:8]}"
    run(
        old_url,
        "CREATE TABLE public.budget (id int); INSERT INTO public.budget VALUES (7)",
        "CREATE VIEW public.newest AS SELECT article_key, title FROM public.articles",
        "INSERT INTO public._yoyo_migration VALUES ('hash', 'budget', now())",
        f"CREATE ROLE {reader}; GRANT SELECT ON public.articles TO {reader}",
    )
    try:
        migrate.migrate(old_url)
        with psycopg.connect(old_url) as conn:
            assert conn.execute("SELECT * FROM public.budget").fetchall() == [(7,)]
            assert conn.execute("SELECT migration_id FROM public._yoyo_migration").fetchall() == [("budget",)]
            assert conn.execute("SELECT count(*) FROM public.newest").fetchone() != (0,)
            conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(reader)))
            assert conn.execute("SELECT count(*) FROM articles").fetchone() != (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute("SELECT FROM link")
    finally:
        run(old_url, f"DROP OWNED BY {reader}; DROP ROLE {reader}")


def test_tables_that_belong_to_another_role_are_refused_in_a_sentence(server: Settings, old_url: str) -> None:
    role = f"other_{uuid.uuid4().hex[:8]}"
    database = old_url.split("/")[3].split("?", maxsplit=1)[0]
    run(
        old_url,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT CREATE ON DATABASE {database} TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    try:
        with pytest.raises(DatabaseUnfit, match=r"cannot be moved .*\(must be owner of table source\); nothing was"):
            migrate.migrate(old_url.replace("postgres@", f"{role}@"))
        assert facts(old_url) == {}
    finally:
        run(old_url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_the_digests_are_those_of_migrations_that_are_known() -> None:
    lines = takeover._DIGESTS.read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines][-1] == takeover.LAST
    assert all(re.fullmatch(r"[0-9a-f]{64}  00\d\d_\w+\.sql", line) for line in lines)
