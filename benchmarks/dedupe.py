"""Near duplicates, measured: recall of nine edits through the index, false pairs, signing, and look-ups at a million.

    python -m benchmarks.dedupe [GOLD.jsonl] [--texts 1000000] [--home FOLDER] [--write docs/dedupe.md]

GOLD holds real articles (default: ../shared/corpora/news/gold.jsonl). Beside ours stand trafilatura's `Simhash` and
datasketch, each at the best threshold that lets no false pair through, chosen with hindsight; datasketch is an extra:
`pip install -e '.[bench]'`. The look-ups are the pipeline's own statement, in an embedded Postgres, over synthetic
signatures of which one in fifty is a near copy. Filling takes a quarter of an hour; `--home` keeps what is filled for
the next time.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.edits import Body, edited, read_bodies, with_background
from mirrorwire.core.config import Settings
from mirrorwire.core.placement import Signature
from mirrorwire.dedupe import NEAR, SIGNATURE_VERSION, normalized, signature, similarity
from mirrorwire.dedupe.words import shingles
from mirrorwire.store import clusters, db, migrate, queries
from mirrorwire.store.db import Connection

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT.parent / "shared" / "corpora" / "news" / "gold.jsonl"
ROUNDS = 20
"""Pairs with a quarter of background text, for each body."""
SEEDS = 3
"""How often words are changed at random."""
LOOK_UPS, BATCHES = 100, 25
Say = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What a batch of look-ups took, and the candidates of each."""

    elapsed_ms: float
    cpu_ms: float
    candidates: float


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="?", default=GOLD)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    if not args.gold.is_file():
        print(f"skipped: no file {args.gold}; the real bodies are not part of this repository")
        return
    with _server(args.home) as settings:
        lines = list(_report(settings, read_bodies(args.gold), args.texts))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _server(home: Path | None) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="mw-", dir="/tmp") as folder:
        settings = Settings(home=home or Path(folder))
        try:
            yield settings
        finally:
            db.stop_embedded(settings)


def _connect(settings: Settings, name: str) -> Connection:
    url = db.embedded_database(settings, name)
    migrate.migrate(url)
    return db.connect(url)


def _report(settings: Settings, bodies: Sequence[Body], texts: int) -> Iterator[str]:
    """Yield the report's lines, printing each as it comes."""

    def say(line: str = "") -> str:
        print(line, flush=True)
        return line

    size = statistics.mean(len(body.text.encode()) for body in bodies)
    conn = _connect(settings, "bodies")
    yield say("# Near duplicates, measured")
    yield say()
    yield say(
        f"{len(bodies)} real bodies, {len({body.country for body in bodies})} countries, {size / 1000:.1f} kB each on "
        f"average; by `python -m benchmarks.dedupe`. Python {platform.python_version()}, PostgreSQL "
        f"{conn.info.server_version // 10000}, rensa {version('rensa')}, trafilatura {version('trafilatura')}, "
        f"datasketch {version('datasketch')}. Ours: pairs of words (of a script without spaces, pieces of as many "
        f"characters), 128 permutations, 32 bands of 4, near from an estimated similarity of {NEAR}."
    )
    yield say()
    yield from _recall(conn, bodies, say)
    yield from _signing(bodies, say)
    yield from _looking_up(settings, texts, say)


# Recall and false pairs


def _recall(conn: Connection, bodies: Sequence[Body], say: Say) -> Iterator[str]:
    texts = [body.text for body in bodies]
    edits: dict[str, list[tuple[int, str]]] = {}
    for n in range(len(bodies)):
        for name, text in edited(bodies, n).items():
            edits.setdefault(name, []).append((n, text))
        for seed in range(1, SEEDS):
            for name, text in edited(bodies, n, seed).items():
                if "words" in name:
                    edits[name].append((n, text))
    pairs = list(with_background(bodies, ROUNDS))
    found = [
        _through_the_index(conn, texts, edits, pairs),
        _by_simhash(texts, edits, pairs),
        _by_datasketch(texts, edits, pairs),
    ]
    yield say("## Recall")
    yield say()
    yield say(
        "The share of edited bodies that are found as near duplicates of their originals among all originals: by ours "
        "through the index in Postgres, then by the threshold. The rivals' thresholds are the lowest that let no false "
        f"pair through, found with hindsight: {found[1]['threshold']:.3f} and {found[2]['threshold']:.3f}."
    )
    yield say()
    yield say("| | pairs | mirrorwire | trafilatura's Simhash, every pair compared | datasketch's MinHashLSH |")
    yield say("| --- | --- | --- | --- | --- |")
    for name, cases in edits.items():
        yield say(f"| {name} | {len(cases)} | " + " | ".join(f"{each[name]:.3f}" for each in found) + " |")
    for name, count in ((STRANGERS, len(texts) * (len(texts) - 1) // 2), (BACKGROUND, len(pairs))):
        yield say(f"| {name} | {count:,} | " + " | ".join(f"{each[name]:.0f}" for each in found) + " |")
    yield say()
    yield say(
        f"The most alike of different articles have an estimated {found[0]['highest stranger']:.3f}, of pairs that "
        f"share a quarter {found[0]['highest background']:.3f}; the least alike edit has {found[0]['lowest edit']:.3f}."
    )
    yield say()


STRANGERS = "false pairs among all different articles"
BACKGROUND = "false pairs that share a quarter of background text"
Edits = dict[str, list[tuple[int, str]]]
Pairs = list[tuple[str, str]]


def _through_the_index(conn: Connection, texts: Sequence[str], edits: Edits, pairs: Pairs) -> dict[str, float]:
    found: dict[str, float] = {}
    signed = [signature(text) for text in texts]
    with conn.transaction(force_rollback=True):
        _near(conn, signed, store=True)
        strangers = _near(conn, signed)
        found[STRANGERS] = sum(len(near - {text}) for text, near in strangers.items()) / 2
        lowest = 1.0
        for name, cases in edits.items():
            changed = [signature(text) for _, text in cases]
            near = _near(conn, changed)
            hits = [signed[n].text_hash in near[each.text_hash] for each, (n, _) in zip(changed, cases, strict=True)]
            found[name] = sum(hits) / len(hits)
            found[STRANGERS] += sum(
                len(near[each.text_hash] - {signed[n].text_hash}) for each, (n, _) in zip(changed, cases, strict=True)
            )
            lowest = min(
                lowest,
                *(similarity(signed[n].minhash, each.minhash) for each, (n, _) in zip(changed, cases, strict=True)),
            )
    with conn.transaction(force_rollback=True):
        left = [signature(text) for text, _ in pairs]
        right = [signature(text) for _, text in pairs]
        _near(conn, left, store=True)
        near = _near(conn, right)
        found[BACKGROUND] = sum(a.text_hash in near[b.text_hash] for a, b in zip(left, right, strict=True))
    found["lowest edit"] = lowest
    found["highest stranger"] = max(similarity(a.minhash, b.minhash) for n, a in enumerate(signed) for b in signed[:n])
    found["highest background"] = max(similarity(a.minhash, b.minhash) for a, b in zip(left, right, strict=True))
    return found


def _near(conn: Connection, signed: Sequence[Signature], *, store: bool = False) -> dict[bytes, set[bytes]]:
    """Return the stored texts that are the same as each text, or near; `store` stores them after."""
    asked = clusters.look_up(conn, {each.text_hash: (each, each.text_hash.hex()) for each in signed}, keys=())
    if store:
        clusters.insert_texts(conn)
    return {
        each.text_hash: {row.text_hash for row in asked.near(each.text_hash)}
        | ({each.text_hash} if asked.home(each.text_hash) else set())
        for each in signed
    }


def _by_simhash(texts: Sequence[str], edits: Edits, pairs: Pairs) -> dict[str, float]:
    from trafilatura.deduplication import Simhash

    return _by_score(Simhash, lambda a, b: a.similarity(b), texts, edits, pairs)


def _by_datasketch(texts: Sequence[str], edits: Edits, pairs: Pairs) -> dict[str, float]:
    from datasketch import MinHashLSH

    sketches: dict[str, Any] = {}

    def sketch(text: str) -> Any:
        if text not in sketches:
            sketches[text] = _sketch(text)
        return sketches[text]

    def score(a: Any, b: Any) -> float:
        index = MinHashLSH(num_perm=128, params=(32, 4))
        index.insert("a", a)
        return float(a.jaccard(b)) if index.query(b) else 0.0

    return _by_score(sketch, score, texts, edits, pairs)


def _by_score(
    sketch: Callable[[str], Any],
    score: Callable[[Any, Any], float],
    texts: Sequence[str],
    edits: Edits,
    pairs: Pairs,
) -> dict[str, float]:
    known = [sketch(text) for text in texts]
    strangers = [score(a, b) for n, a in enumerate(known) for b in known[:n]]
    background = [score(sketch(a), sketch(b)) for a, b in pairs]
    highest = max(*strangers, *background)
    found = {
        name: sum(score(known[n], sketch(text)) > highest for n, text in cases) / len(cases)
        for name, cases in edits.items()
    }
    return found | {"threshold": highest, STRANGERS: 0.0, BACKGROUND: 0.0}


def _sketch(text: str) -> Any:
    from datasketch import MinHash

    sketch = MinHash(num_perm=128)
    sketch.update_batch(shingles(normalized(text))[1])
    return sketch


# Signing


def _signing(bodies: Sequence[Body], say: Say) -> Iterator[str]:
    from trafilatura.deduplication import Simhash

    texts = [body.text for body in bodies]
    size = sum(len(text.encode()) for text in texts)
    yield say("## Signing")
    yield say()
    yield say("Text to signature on one core, normalizing included; the best of several rounds of all bodies.")
    yield say()
    yield say("| | documents a CPU-second | MB a CPU-second |")
    yield say("| --- | --- | --- |")
    for name, sign, rounds in (
        ("mirrorwire", signature, 15),
        ("datasketch, the same pairs of words", _sketch, 3),
        ("trafilatura's Simhash", Simhash, 3),
    ):
        elapsed_s = min(_cpu_s(sign, texts) for _ in range(rounds))
        yield say(f"| {name} | {len(texts) / elapsed_s:,.0f} | {size / elapsed_s / 1e6:.1f} |")
    yield say()


def _cpu_s(sign: Callable[[str], object], texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        sign(text)
    return time.process_time() - started


# Look-ups


def _looking_up(settings: Settings, texts: int, say: Say) -> Iterator[str]:
    yield say("## Looking up")
    yield say()
    yield say(
        f"{LOOK_UPS} texts looked up in one statement, the copy to the server included: half are near copies of stored "
        f"ones. Both tables take turns, {BATCHES} batches each, every one of other texts; the best of the times, the "
        "mean of the server's and our own CPU time. The system holds both in memory, the server 128 MB of it. Storing: "
        "500 texts a batch, as the pipeline does."
    )
    yield say()
    conns = {stored: _connect(settings, f"texts_{stored}") for stored in (texts // 10, texts)}
    for stored, conn in conns.items():
        _fill(conn, stored)
    for conn in conns.values():
        _warm(conn, settings)
    taken: dict[int, list[LookUp]] = {stored: [] for stored in conns}
    for n in range(BATCHES + 3):
        for stored, conn in conns.items():
            taken[stored].append(_look_up(conn, stored, n))
    measured = {stored: found[3:] for stored, found in taken.items()}
    head = "stored texts | ms for 100 look-ups | of it CPU | candidates a look-up | CPU ms to store a text"
    yield say(f"| {head} | index on bands | plan |")
    yield say("| --- | --- | --- | --- | --- | --- | --- |")
    for stored, found in measured.items():
        conn = conns[stored]
        row = conn.execute("SELECT pg_relation_size('text_signature_by_band')").fetchone()
        yield say(
            f"| {stored:,} | {min(one.elapsed_ms for one in found):.1f} | "
            f"{statistics.mean(one.cpu_ms for one in found):.1f} | "
            f"{statistics.mean(one.candidates for one in found):.2f} | {_storing_ms(conn):.2f} | "
            f"{(row[0] if row else 0) / 1e6:,.0f} MB | {_plan(conn, stored)} |"
        )
    yield say()
    small, large = measured.values()
    wall = min(one.elapsed_ms for one in large) / min(one.elapsed_ms for one in small)
    cpu = statistics.mean(one.cpu_ms for one in large) / statistics.mean(one.cpu_ms for one in small)
    pending_ms, behind = _with_pending_list(conns[texts], texts)
    yield say(
        f"Ten times as many texts cost {wall:.2f} times the time and {cpu:.2f} times the CPU. The index keeps no "
        f"pending list: with one (`fastupdate`, Postgres's default), storing at {texts:,} costs {pending_ms:.2f} ms a "
        f"text at first, and 100 look-ups behind 3,000 stored texts {behind.cpu_ms:.0f} ms of CPU, since each reads "
        "the list."
    )
    for conn in conns.values():
        conn.close()


def _fill(conn: Connection, stored: int) -> None:
    """Bring the table to so many synthetic texts, the index built behind; one in fifty is a near copy."""
    have = conn.execute("SELECT count(*) FROM text_signature WHERE cluster_id LIKE 'bench:%'").fetchone()
    first = have[0] if have else 0
    definition = conn.execute("SELECT pg_get_indexdef('text_signature_by_band'::regclass)").fetchone()
    if first >= stored:
        return
    conn.execute("SET session_replication_role = replica")  # articles without links
    conn.execute("SET maintenance_work_mem = '1GB'")
    conn.execute("DROP INDEX text_signature_by_band")
    with conn.cursor() as cursor:
        with cursor.copy(
            "COPY text_signature (text_hash, cluster_id, signature_version, minhash, bands) FROM STDIN (FORMAT binary)"
        ) as copy:
            copy.set_types(("bytea", "text", "int4", "bytea", "int8[]"))
            for n in range(first, stored):
                signed = _synthetic(n)
                copy.write_row((signed.text_hash, f"bench:{n}", SIGNATURE_VERSION, signed.minhash, list(signed.bands)))
        cursor.execute(
            "INSERT INTO signature (article_key, text_hash, content_hash, published_at, fetched_at) "
            "SELECT cluster_id, text_hash, text_hash, now(), now() FROM text_signature "
            "WHERE cluster_id LIKE 'bench:%' ON CONFLICT DO NOTHING"
        )
    if definition:
        conn.execute(definition[0])
    conn.execute("VACUUM ANALYZE text_signature")
    conn.execute("VACUUM ANALYZE signature")
    conn.execute("CHECKPOINT")
    conn.execute("RESET session_replication_role")


def _warm(conn: Connection, settings: Settings) -> None:
    """Have the system hold the table and its indexes in memory, as it does where they are in use."""
    for (path,) in conn.execute(
        "SELECT pg_relation_filepath(c.oid) FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid "
        "WHERE 'text_signature'::regclass IN (c.oid, i.indrelid)"
    ).fetchall():
        place = settings.home / "postgres" / path
        for segment in place.parent.glob(f"{place.name}*"):
            with segment.open("rb") as file:
                while file.read(1 << 20):
                    pass


def _synthetic(n: int, of: int | None = None) -> Signature:
    """Return the signature of text n: random, but for one in fifty that shares 20 of 32 bands with an earlier one.

    `of` makes it a copy of that one, whatever its number.
    """
    dice = random.Random(n)
    minhash, bands = dice.randbytes(512), list(struct.unpack("<32q", dice.randbytes(256)))
    if of is None and n % 50 == 49:
        of = n - dice.randrange(1, 49)
    if of is not None:
        original = _synthetic(of)
        minhash, bands = original.minhash[:320] + minhash[320:], [*original.bands[:20], *bands[20:]]
    return Signature(text_hash=dice.randbytes(32), words=500, minhash=minhash, bands=tuple(bands))


def _look_up(conn: Connection, stored: int, n: int) -> LookUp:
    batch = _batch(stored, n)
    server = psutil.Process(conn.info.backend_pid)
    spent_s, started = sum(server.cpu_times()[:2]) + time.process_time(), time.perf_counter()
    with conn.transaction():
        asked = clusters.look_up(conn, batch, keys=())
    elapsed_s = time.perf_counter() - started
    spent_s = sum(server.cpu_times()[:2]) + time.process_time() - spent_s
    candidates = sum(map(len, asked.stored.values())) / LOOK_UPS
    return LookUp(elapsed_ms=elapsed_s * 1000, cpu_ms=spent_s * 1000, candidates=candidates)


def _batch(stored: int, n: int) -> dict[bytes, tuple[Signature, str]]:
    """Return texts to look up: half near copies of stored ones, spread over all, half strangers."""
    dice = random.Random(n)
    signed = [
        _synthetic(10_000_000 + n * LOOK_UPS + each, dice.randrange(stored) if each % 2 else None)
        for each in range(LOOK_UPS)
    ]
    return {each.text_hash: (each, each.text_hash.hex()) for each in signed}


def _plan(conn: Connection, stored: int) -> str:
    with conn.transaction():
        clusters.look_up(conn, _batch(stored, 99), keys=())
        parameters = {"version": SIGNATURE_VERSION, "keys": [], "most": 32, "only": None}
        rows = conn.execute(b"EXPLAIN " + queries.statement("dedupe/similar_texts"), parameters).fetchall()
    plan = "\n".join(line for (line,) in rows)
    if "Bitmap Index Scan on text_signature_by_band" not in plan or "Seq Scan on text_signature" in plan:
        raise SystemExit(f"not by the index:\n{plan}")
    return "bitmap scan of the index"


def _storing_ms(conn: Connection, batches: int = 4) -> float:
    """Return the server's CPU ms to store a text. Nothing stays, once the caller rolls back."""
    server, n, spent_s = psutil.Process(conn.info.backend_pid), 20_000_000, 0.0
    with conn.transaction(force_rollback=True):
        for _ in range(batches):
            signed = [_synthetic(n := n + 1) for _ in range(500)]
            clusters.look_up(conn, {each.text_hash: (each, f"new:{n}") for each in signed}, keys=())
            before_s = sum(server.cpu_times()[:2])
            clusters.insert_texts(conn)
            spent_s += sum(server.cpu_times()[:2]) - before_s
    return spent_s * 1000 / (500 * batches)


def _with_pending_list(conn: Connection, stored: int) -> tuple[float, LookUp]:
    """Return the ms to store a text where the index keeps a pending list, and what look-ups behind 3,000 cost."""
    conn.execute("ALTER INDEX text_signature_by_band SET (fastupdate = on)")
    storing_ms = _storing_ms(conn, batches=6)  # rolled back: the entries stay in the list until they are cleaned up
    behind = _look_up(conn, stored, 1000)
    conn.execute("ALTER INDEX text_signature_by_band SET (fastupdate = off)")
    conn.execute("SELECT gin_clean_pending_list('text_signature_by_band')")
    return storing_ms, behind


if __name__ == "__main__":
    main()
