"""What a Postgres schema holds, by name, so that two can be compared: columns, indexes, views and so on."""

from __future__ import annotations

import re

from psycopg import sql

from mirrorwire.store.db import Connection

LOGS = re.compile(r"(^| )(_?yoyo_|migration_digest)")
"""What keeps the log of the migrations: not compared."""

COLUMNS = """
SELECT 'column ' || c.relname || '.' || a.attname,
       concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                 'default ' || pg_get_expr(d.adbin, d.adrelid), 'identity ' || nullif(a.attidentity::text, ''))
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('r', 'v')
"""
RELATIONS = """
SELECT 'relation ' || c.relname, concat_ws(' ', c.relkind::text, c.reloptions::text)
FROM pg_class c WHERE c.relnamespace = to_regnamespace(%s)
"""
CONSTRAINTS = """
SELECT 'constraint ' || c.relname || ' ' || k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = to_regnamespace(%s) AND k.contype <> 'n'
"""
INDEXES = """
SELECT 'index ' || i.relname, pg_get_indexdef(i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
WHERE i.relnamespace = to_regnamespace(%s)
"""
VIEWS = """
SELECT 'view ' || c.relname, pg_get_viewdef(c.oid)
FROM pg_class c WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'v'
"""
FUNCTIONS = """
SELECT 'function ' || oid::regprocedure, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = to_regnamespace(%s)
"""
COMMENTS = """
SELECT 'comment ' || c.relname || coalesce('.' || a.attname, ''), d.description
FROM pg_description d
JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE c.relnamespace = to_regnamespace(%s)
"""
FUNCTION_COMMENTS = """
SELECT 'comment ' || oid::regprocedure, obj_description(oid, 'pg_proc')
FROM pg_proc WHERE pronamespace = to_regnamespace(%s)
"""
QUERIES = (RELATIONS, COLUMNS, CONSTRAINTS, INDEXES, VIEWS, FUNCTIONS, COMMENTS, FUNCTION_COMMENTS)


def facts(conn: Connection, schema: str) -> dict[str, str]:
    """Return all that stands in a schema, by kind and name, without the schema's own name."""
    found = {}
    with conn.transaction():
        conn.execute("SELECT set_config('search_path', %s, true)", [schema])
        for query in QUERIES:
            for name, definition in conn.execute(query, [schema]):
                if not LOGS.search(name):
                    found[name] = re.sub(rf"\b{schema}\.", "", definition or "")
    return found


def counts(conn: Connection, schema: str) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    found = {}
    query = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'"
    for (table,) in conn.execute(query, [schema]).fetchall():
        if not LOGS.search(table):
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            (found[table],) = conn.execute(count).fetchone() or (0,)
    return found
