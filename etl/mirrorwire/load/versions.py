"""The versions of articles as they are written, and what pages that say something else make of stored histories.

The caller holds the rows of the articles, so that what is read here stays so until the batch is committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mirrorwire.core.records import LoadResult, Source
from mirrorwire.dedupe.revision import Content, Revision, revision
from mirrorwire.load.history import CapturedContent, Version
from mirrorwire.load.incoming import Incoming, revive
from mirrorwire.load.version_plan import StoredArticle, VersionKey, VersionPlan, version_plan
from mirrorwire.load.version_rows import Writing, change_of, send
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Revisions = Mapping[VersionKey, Revision | None]


@dataclass(frozen=True, slots=True)
class ContentPlace:
    """Where a capture's content stands now. `own`: the version was written from this capture."""

    article_id: int
    version: int
    own: bool


def write_versions(
    conn: Connection,
    source: Source,
    new: Sequence[Writing],
    changed: Mapping[int, Sequence[Incoming]],
    places: dict[int, ContentPlace],
    *,
    run_id: int,
) -> tuple[LoadResult, list[tuple[int, int]]]:
    """Write versions of new articles; bring stored ones, by id, to what all their captures say, these rows among them.

    Notes in `places` where the content of the stored ones' captures stands; returns what changed of them, and further
    captures (with their extractor's version) whose place is another now.
    """
    plans = _plans(conn, changed) if changed else []
    written = _writings(conn, source, plans, run_id=run_id)
    revisions = _revisions(conn, plans, written)
    moved = _keep_texts(conn, plans)
    _renumber(conn, plans)
    _write(conn, new, written, revisions)
    if plans:
        _set_changes(conn, plans, revisions)
        queries.execute(conn, "articles/update_articles", **_lists([_article(plan) for plan in plans], *_ARTICLE))
    for plan in plans:
        article_id = plan.article.article_id
        for capture, version in plan.after.version_of.items():
            places[capture] = ContentPlace(article_id, version.number, version.first.capture_id == capture)
    return _counted(plans, written), moved


def _plans(conn: Connection, changed: Mapping[int, Sequence[Incoming]]) -> list[VersionPlan]:
    articles = {key: StoredArticle(article_id=key, contents={}, extractors={}, versions=[]) for key in changed}
    for row in queries.rows(conn, "articles/known_readings", article_ids=list(changed)):
        article = articles[row["article_id"]]
        content = CapturedContent(
            capture_id=row["capture_id"],
            fetched_at=row["fetched_at"],
            content_hash=row["content_hash"],
            number=row["version"],
            suspect=row["verdict"] == "suspect",
        )
        article.contents[content.capture_id] = content
        article.extractors[content.capture_id] = row["extractor_version"]
        if content.number is not None:
            article.versions.append(content)
    for article in articles.values():
        article.versions.sort(key=lambda version: version.when)
    return [version_plan(article, changed[key]) for key, article in articles.items()]


def _writings(conn: Connection, source: Source, plans: Sequence[VersionPlan], *, run_id: int) -> list[Writing]:
    """The versions to be written; captures that no longer equal the one before them come back."""
    rewritten = [(plan, version, version.first.capture_id) for plan in plans for version in plan.rewritten]
    wanted = [_stored_place(plan, capture) for plan, _, capture in rewritten if capture not in plan.rows]
    revived = {row.capture_id: row for row in revive(conn, source, wanted, run_id=run_id)} if wanted else {}
    return [
        Writing(
            article_id=plan.article.article_id,
            version=version.number,
            over=version.stored is not None,
            row=plan.rows[capture] if capture in plan.rows else revived[capture],
        )
        for plan, version, capture in rewritten
    ]


def _stored_place(plan: VersionPlan, capture: int) -> tuple[int, int, int, int]:
    """A known capture, its extractor's version, and the article and version that hold its content so far."""
    article = plan.article
    return capture, article.extractors[capture], article.article_id, article.version_of(capture)


def _revisions(conn: Connection, plans: Sequence[VersionPlan], written: Sequence[Writing]) -> Revisions:
    """How versions differ from the one before them in time, where either of the two is written or was not beside it.

    Stored texts are read as they stand: before anything is written.
    """
    fresh = {(writing.article_id, writing.version): writing.row.content for writing in written}
    pairs = [(plan.article.article_id, *pair) for plan in plans for pair in plan.new_pairs(fresh.keys())]
    wanted = set[VersionKey]()
    for key, earlier, later in pairs:
        if earlier:
            wanted |= {(key, version.stored or 0) for version in (earlier, later) if (key, version.number) not in fresh}
    stored = _stored_contents(conn, list(wanted)) if wanted else {}

    def content(key: int, version: Version) -> Content:
        return fresh.get((key, version.number)) or stored[key, version.stored or 0]

    return {
        (key, later.number): revision(content(key, earlier), content(key, later)) if earlier else None
        for key, earlier, later in pairs
    }


def _stored_contents(conn: Connection, wanted: Sequence[VersionKey]) -> dict[VersionKey, Content]:
    texts = queries.execute(conn, "articles/version_texts", **_lists(wanted, "article_ids", "versions")).fetchall()
    return {
        (key, number): Content(title=title, text=text, corrections=corrections)
        for key, number, title, text, corrections in texts
    }


def _keep_texts(conn: Connection, plans: Iterable[VersionPlan]) -> list[tuple[int, int]]:
    """Give captures a text of their own before the versions that hold theirs move; return them, to be settled again."""
    moved = [_stored_place(plan, capture) for plan in plans for capture in plan.moved]
    if moved:
        queries.execute(
            conn, "articles/keep_bodies", **_lists(moved, "captures", "extractors", "article_ids", "versions")
        )
    return [(capture, extractor) for capture, extractor, _, _ in moved]


def _renumber(conn: Connection, plans: Sequence[VersionPlan]) -> None:
    """Drop the versions that are none any more, and close up the numbers."""
    dropped = []
    renamed = []
    for plan in plans:
        key = plan.article.article_id
        dropped += [(key, number) for number in plan.after.dropped]
        others = [version for version in plan.after.versions if version.stored not in (None, version.number)]
        renamed += [(key, version.stored, version.number) for version in others]
    if dropped:
        queries.execute(conn, "articles/delete_versions", **_lists(dropped, "article_ids", "versions"))
    if renamed:
        queries.execute(conn, "articles/set_numbers_aside", **_lists(renamed, "article_ids", "stored", "versions"))
        queries.execute(conn, "articles/take_numbers_back", article_ids=[key for key, _, _ in renamed])


def _write(conn: Connection, new: Sequence[Writing], written: Sequence[Writing], revisions: Revisions) -> None:
    """Write versions of new articles and those of stored ones, over others or as further ones."""
    if not new and not written:
        return
    revised = [replace(version, revision=revisions.get((version.article_id, version.version))) for version in written]
    send(conn, [*new, *revised])
    if any(version.over for version in written):
        queries.execute(conn, "articles/update_versions")
    queries.execute(conn, "articles/insert_versions")


def _set_changes(conn: Connection, plans: Sequence[VersionPlan], revisions: Revisions) -> None:
    rows = []
    for plan in plans:
        for version in plan.after.versions:
            key = plan.article.article_id, version.number
            if version.stored and key in revisions:
                rows.append((*key, *change_of(revisions[key])))
    if rows:
        queries.execute(conn, "articles/set_changes", **_lists(rows, "article_ids", "versions", "changes", "distances"))


_ARTICLE = ("article_ids", "versions", "counts", "seen", "captures", "times", "hashes", "verdicts")


def _article(plan: VersionPlan) -> tuple[object, ...]:
    """An article's row after its plan, in the order of `_ARTICLE`."""
    versions = plan.after.versions
    newest = versions[-1].first
    seen = min([versions[0].first.fetched_at, *(row.fetched_at for row in plan.rows.values())])
    return (
        plan.article.article_id, versions[-1].number, len(versions), seen,
        newest.capture_id, newest.fetched_at, newest.content_hash, "suspect" if newest.suspect else "article",
    )  # fmt: skip


def _counted(plans: Sequence[VersionPlan], written: Sequence[Writing]) -> LoadResult:
    captures = {row.capture_id for plan in plans for row in plan.rows.values()}
    mended = sum(plan.mended for plan in plans)
    further = [writing.row.capture_id for writing in written if not writing.over]
    unchanged = len(captures) - mended - len(captures.intersection(further))
    return LoadResult(revised=len(further), mended=mended, unchanged=max(0, unchanged))


def _lists(rows: Sequence[tuple[object, ...]], *names: str) -> dict[str, str]:
    """Rows as the arrays that a statement unnests."""
    return {name: queries.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
