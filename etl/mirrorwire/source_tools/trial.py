"""A source file tried: its seeds read, a handful of articles fetched and extracted; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mirrorwire.core import bugs
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.humanize import counted
from mirrorwire.core.records import Host, Link, Seed, SeedKind, Source
from mirrorwire.dedupe.normalize import normalized
from mirrorwire.dedupe.words import shingles
from mirrorwire.discover.document_checks import block_page, flaw
from mirrorwire.fetch.answers import Fetched
from mirrorwire.fetch.page import Mismatch
from mirrorwire.fetch.standalone import OnWait, StandaloneFetcher
from mirrorwire.http.limits import Timeouts
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.section import read_section
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.seed_formats.skipped import sitemaps_elsewhere, why_none

Row = dict[str, Any]
MAX_FIRST_LINE_CHARS = 80
_READERS: Mapping[SeedKind, Callable[..., SeedDocument]] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "section": read_section,
}
_EMPTY_ROW: Row = dict.fromkeys(
    "key url host verdict title published_at published_at_assumed authors words first_line problem".split()
)


@dataclass(slots=True)
class Trial:
    """What came of a trial: `amiss` lists its problems; `failed` pages gave no article, `unread` seeds no links."""

    seeds: list[str] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)
    read: int = 0
    failed: int = 0
    unread: int = 0
    assumed: int = 0
    undated: int = 0
    hosts: dict[str, Counter[str]] = field(default_factory=dict)


def try_source(
    source: Source,
    *,
    user_agent: str,
    limit: int,
    trial: Trial,
    timeouts: Timeouts | None = None,
    on_wait: OnWait = lambda host, wait_s: None,
    on_seed: Callable[[str], None] = lambda line: None,
) -> Iterator[Row]:
    """Yield a row for each page that was asked for, while `trial` is filled; `on_seed` hears of each seed.

    `limit` articles, then the first that was read once more from every host that has served none so far.
    """
    with StandaloneFetcher(source, user_agent=user_agent, timeouts=timeouts, on_wait=on_wait) as hosts:
        yield from try_with(hosts, limit=limit, trial=trial, on_seed=on_seed)


def try_with(
    hosts: StandaloneFetcher,
    *,
    limit: int,
    trial: Trial,
    on_seed: Callable[[str], None] = lambda line: None,
    with_mirrors: bool = True,
) -> Iterator[Row]:
    """Yield what `try_source` does, of the source whose hosts these are; mirrors are compared `with_mirrors` alone."""
    source = hosts.source
    links = _chosen([_links_of(hosts, seed, trial, on_seed) for seed in source.seeds], limit)
    served: dict[str, Link] = {}
    first: Row | None = None
    for link in links:
        row = _row_of(hosts, link, trial)
        yield row
        if row["problem"] is None:
            served[row["host"]] = link
            first = first or row
    if first is not None and with_mirrors:
        yield from _mirrors(hosts, served, first, trial)
    _sum_up(source, trial, len(links))


def _links_of(hosts: StandaloneFetcher, seed: Seed, trial: Trial, on_seed: Callable[[str], None]) -> list[Link]:
    """The links of one seed; a bug is noted, and the other seeds go on."""
    try:
        return _links(hosts, seed, trial, on_seed)
    except Exception as error:
        line = f"{seed.kind} {seed.name}: {bugs.taken(error)}"
        on_seed(line)
        trial.unread += 1
        trial.amiss.append(line)
        return []


def _links(hosts: StandaloneFetcher, seed: Seed, trial: Trial, on_seed: Callable[[str], None]) -> list[Link]:
    """The links of one seed's first document; of an index of sitemaps, those of its newest."""
    if seed.kind not in _READERS:
        on_seed(f"{seed.kind} {seed.name}: not tried, ingest reads it")
        return []
    path = (seed.path or "/").replace("{page}", "1")
    document, summary = _document(hosts, seed, path)
    if document is not None and document.children and not document.links:
        child = max(document.children, key=lambda sitemap: sitemap.lastmod or "")
        inner, inner_summary = _document(hosts, seed, child.url)
        summary += f", the newest of them: {inner_summary}"
        document = inner if inner is not None else document
    line = f"{seed.kind} {path}: {summary}"
    on_seed(line)
    trial.seeds.append(line)
    links = list(document.links) if document else []
    if not links:
        trial.unread += 1
        trial.amiss.append(line)
    elif document and document.skipped > len(links) and seed.kind == "feed":
        trial.amiss.append(f"{line}: does article_url fit, are all hosts listed?")
    return links


def _document(hosts: StandaloneFetcher, seed: Seed, path: str) -> tuple[SeedDocument | None, str]:
    """What stands at a seed's path on the first host that has it, and that in words."""
    source, read = hosts.source, _READERS[seed.kind]
    parsed: dict[str, SeedDocument] = {}

    def is_it(exchange: Exchange) -> Mismatch | None:
        try:
            parsed[exchange.url] = read(
                exchange.body,
                url=exchange.url,
                source=source,
                seed=seed.name,
                content_type=exchange.header("Content-Type"),
            )
        except SeedUnreadable as error:
            verdict = block_page(exchange, hosts.verify, source)
            return Mismatch(f"{verdict.kind}, {error.reason}" if verdict else error.reason, verdict)
        verdict = block_page(exchange, hosts.verify, source) if seed.kind == "section" else None
        return Mismatch(verdict.kind, verdict) if verdict else None

    def flaw_of(exchange: Exchange) -> str | None:
        served = parsed[exchange.url]
        return None if served.children else flaw(served, seed.kind, may_end=False)

    fetched = hosts.fetch_seed(path, is_it, flaw_of)
    exchange = fetched.answer.exchange if fetched.answer else None
    document = parsed.get(exchange.url) if exchange else None
    if fetched.answer is None or exchange is None or document is None:
        return None, fetched.problem
    summary = counted(len(document.links), "article")
    summary += f", {counted(document.skipped, 'other link')}" if document.skipped else ""
    summary = f"an index of {counted(len(document.children), 'sitemap')}" if document.children else summary
    summary += f" (from {exchange.host})" + (f"; {fetched.answer.flaw}" if fetched.answer.flaw else "")
    if document.skipped_by.total and not document.links and not fetched.answer.flaw:
        summary += f"; {why_none(document.skipped_by)}"
    if elsewhere := sitemaps_elsewhere(document.skipped_by):
        summary += f"; {elsewhere}"
    return document, summary


def _chosen(links_by_seed: list[list[Link]], limit: int) -> list[Link]:
    """So many links, from each seed in turn: the first ones, which are the newest in most."""
    chosen: dict[str, Link] = {}
    for n in range(max(map(len, links_by_seed), default=0)):
        for links in links_by_seed:
            if n < len(links) and len(chosen) < limit:
                chosen.setdefault(links[n].article_key, links[n])
    return list(chosen.values())


def _row_of(hosts: StandaloneFetcher, link: Link, trial: Trial, order: Sequence[Host] | None = None) -> Row:
    """The row of one page; a bug that it meets is its problem."""
    try:
        return _row(hosts, link, hosts.fetch_page(link.url, order), trial)
    except Exception as error:
        trial.failed += 1
        return _EMPTY_ROW | {"key": link.article_key, "url": link.url, "problem": str(bugs.taken(error))}


def _row(hosts: StandaloneFetcher, link: Link, fetched: Fetched, trial: Trial) -> Row:
    for answer in fetched.answers:
        attempt = answer.attempt
        if attempt.outcome != "ok":
            trial.hosts.setdefault(attempt.host, Counter())[attempt.detail or attempt.outcome] += 1
    settled = fetched.settled
    exchange = settled.answer.exchange if settled.answer else None
    row = _EMPTY_ROW | {"key": link.article_key, "url": link.url}
    if exchange is None:
        verdicts = [answer.verdict.kind for answer in fetched.answers if answer.verdict]
        row |= {"verdict": verdicts[0] if verdicts else None, "problem": fetched.problem}
    else:
        extraction = hosts.extract(exchange)
        article = extraction.article
        row |= {"host": exchange.host, "verdict": extraction.verdict.kind}
        if article is None:
            row["problem"] = str(extraction.verdict.evidence.get("reason") or f"judged {extraction.verdict.kind}")
        else:
            row |= {
                "title": article.title,
                "published_at": article.published_at,
                "published_at_assumed": article.published_at_assumed,
                "authors": list(article.authors),
                "words": shingles(normalized(article.text))[0],
                "first_line": article.text.split("\n", 1)[0][:MAX_FIRST_LINE_CHARS],
            }
            trial.assumed += article.published_at_assumed
            trial.undated += article.published_at is None
    trial.failed += row["problem"] is not None
    trial.read += row["problem"] is None
    return row


def _mirrors(hosts: StandaloneFetcher, served: Mapping[str, Link], first: Row, trial: Trial) -> Iterator[Row]:
    """Ask each host that has served nothing, and has not failed, for what another one has served."""
    for host in hosts.source.hosts:
        if host.role == "archive" or host.url in served or host.url in trial.hosts:
            continue
        mine = Trial()
        link = Link(article_key=first["key"], url=first["url"], seed="")
        row = _row_of(hosts, link, mine, [host])
        yield row
        if row["problem"]:
            trial.amiss.append(f"{host.url} has not what {first['host']} has: {row['problem']}")
        elif row["title"] != first["title"]:
            trial.amiss.append(f"{host.url} has {row['title']!r} where {first['host']} has {first['title']!r}")


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _sum_up(source: Source, trial: Trial, page_count: int) -> None:
    for host, problems in trial.hosts.items():
        problem, n = problems.most_common(1)[0]
        pages = f"{problems.total()} of {counted(page_count, 'page')}"
        trial.amiss.append(f"{host}: did not serve {pages}: {problem} ({n})")
    if trial.assumed:
        trial.amiss.append(
            f"{trial.assumed} of {counted(trial.read, 'time')} {_are(trial.assumed)} assumed: the pages state no zone, "
            f"or no day; is {source.timezone} right?"
        )
    if trial.undated:
        trial.amiss.append(f"no time of publication: {trial.undated} of {counted(trial.read, 'article')}")
    if not source.article_url:
        trial.amiss.append("no article_url: every page of the hosts counts as an article, by its path and query")
