"""The newsroom's articles: read from articles/*.toml, dated, and changed when "later" has come."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Tehran")
FOLDER = Path(__file__).parent / "articles"
ALL_NEWS = 100
SECTIONS = {
    "World": 101,
    "Politics": 102,
    "Economy": 103,
    "Society": 104,
    "Science": 105,
    "Sports": 106,
    "Culture": 107,
}
KINDS_OF_CHANGE = frozenset({"revised", "corrected", "retitled", "gone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a body; `kind` is p, h3, li or note (a correction), `text` is plain."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published article. `published` and `modified` are aware, Asia/Tehran; a page shows the first to
    the second (DC.Date.Created) and the second to the minute (Last Update)."""

    id: int
    url: str  # on the primary origin, as the feed lists it
    section: str
    slug: str
    title: str
    lead: str
    caption: str
    photo: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    related: tuple[int, ...]
    blocks: tuple[Block, ...]
    published: datetime
    modified: datetime

    @property
    def path(self) -> str:
        """The article's path on any host, its slug percent-encoded."""
        return detail_path(self.published.date(), self.id, self.slug)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Every block's text in the order of the page: paragraphs, subheads, list items, a correction."""
        return tuple(block.text for block in self.blocks)

    @property
    def text(self) -> str:
        """Lead and whole body without the title, blocks apart by a newline: what an extractor should find."""
        return "\n".join((self.lead, *self.paragraphs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What stands on the site at one time."""

    day: date  # the last day, the one that the feed lists
    articles: tuple[Article, ...]  # newest first, without those that are gone
    built_at: datetime  # of feed, sitemaps and listings
    changed_at: Mapping[int, datetime]  # of every article that `later` touched, those that are gone too


def detail_path(day: date, article_id: int, slug: str) -> str:
    """/Detail/YYYY/MM/DD/<id>/<slug>; commas stay as they are, as publishers leave them."""
    return f"/Detail/{day:%Y/%m/%d}/{article_id}/{quote(slug, safe=',')}"


def load_edition(
    day: date, origin: str, *, later: bool = False, a_day: Sequence[int] | None = None, folder: Path = FOLDER
) -> Edition:
    """The edition of `day`: articles of dayN.toml are dated `day` - N, their URLs on `origin`.

    `a_day` is how many it has at most of dayN, by N; those that `later` changes come first.
    Raises ValueError, naming the file and the article, for what is missing or unknown.
    """
    articles: dict[int, Article] = {}
    for path in sorted(folder.glob("day*.toml")):
        rows, n = rows_of(path, "article"), int(path.stem.removeprefix("day"))
        if a_day is not None:
            rows = _a_few(rows, a_day[n], folder)
        for row in rows:
            try:
                article = _article(row, day - timedelta(days=n), origin)
            except (KeyError, ValueError, TypeError) as error:
                raise ValueError(f"{path.name}: article {row.get('id')}: {error!r}") from error
            if article.id in articles:
                raise ValueError(f"{path.name}: article {article.id} stands twice")
            articles[article.id] = article
    if not articles:
        raise ValueError(f"no articles in {folder}")
    built_at, changed_at = datetime.combine(day, time(23, 45), ZONE), {}
    if later:
        built_at += timedelta(hours=8)
        for row in rows_of(folder / "later.toml", "change"):
            before = articles.pop(row["id"])
            changed = _changed(before, row, origin)
            changed_at[before.id] = _hours_later(before)
            if changed is not None:
                articles[before.id] = changed
    return Edition(
        day=day,
        articles=tuple(sorted(articles.values(), key=lambda article: article.published, reverse=True)),
        built_at=built_at,
        changed_at=changed_at,
    )


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of one array of tables; an empty list where the file has none."""
    rows: list[dict[str, Any]] = _tables(path, path.stat().st_mtime_ns).get(table, [])
    return rows


def _a_few(rows: list[dict[str, Any]], number: int, folder: Path) -> list[dict[str, Any]]:
    changed = {change["id"] for change in rows_of(folder / "later.toml", "change")}
    return sorted(rows, key=lambda row: row["id"] not in changed)[:number]


@lru_cache
def _tables(path: Path, mtime_ns: int) -> dict[str, Any]:
    """A file's tables. Read once: a suite begins hundreds of newsrooms."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def blocks_of(body: str) -> tuple[Block, ...]:
    """A body's blocks: a blank line parts paragraphs, `## ` starts a subhead, `- ` a list item."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        running: list[str] = []
        for line in (*(line.strip() for line in part.splitlines()), ""):
            kind = "h3" if line.startswith("## ") else "li" if line.startswith("- ") else "p"
            if kind == "p" and line:
                running.append(line)
                continue
            if running:
                blocks.append(Block(kind="p", text=" ".join(running)))
                running = []
            if line:
                blocks.append(Block(kind=kind, text=line.split(" ", 1)[1].strip()))
    return tuple(blocks)


def _article(row: Mapping[str, Any], day: date, origin: str) -> Article:
    if row["section"] not in SECTIONS:
        raise ValueError(f"unknown section {row['section']}")
    # Seconds differ between articles so that a reader who took the wrong clock off the page is found out.
    at = time.fromisoformat(row["time"]).replace(second=row["id"] * 7 % 60)
    published = datetime.combine(day, at, ZONE)
    return Article(
        id=row["id"],
        url=origin + detail_path(day, row["id"], row["slug"]),
        section=row["section"],
        slug=row["slug"],
        title=row["title"],
        lead=row["lead"].strip(),
        caption=row["caption"],
        photo=row["photo"],
        authors=tuple(row["author"].split(" and ")) if row["author"] else (),
        tags=tuple(row["tags"]),
        related=tuple(row["related"]),
        blocks=blocks_of(row["body"]),
        published=published,
        modified=published.replace(second=0) + timedelta(minutes=1 + row["id"] % 40),
    )


def _hours_later(article: Article) -> datetime:
    return article.modified + timedelta(hours=3 + article.id % 4, minutes=article.id % 60)


def _changed(article: Article, row: Mapping[str, Any], origin: str) -> Article | None:
    """The article after one change of later.toml; None when it is gone."""
    if row["kind"] not in KINDS_OF_CHANGE:
        raise ValueError(f"later.toml: article {article.id}: unknown kind {row['kind']}")
    if row["kind"] == "gone":
        return None
    blocks = list(article.blocks)
    for old, new in row.get("replace", []):
        if sum(block.text.count(old) for block in blocks) != 1:
            raise ValueError(f"later.toml: article {article.id}: {old!r} does not stand once in its body")
        blocks = [replace(block, text=block.text.replace(old, new)) for block in blocks]
    blocks += blocks_of(row["append"]) if "append" in row else ()
    blocks += [Block(kind="note", text=row["note"])] if "note" in row else ()
    slug = row.get("slug", article.slug)
    return replace(
        article,
        slug=slug,
        url=origin + detail_path(article.published.date(), article.id, slug),
        title=row.get("title", article.title),
        blocks=tuple(blocks),
        modified=_hours_later(article),
    )
