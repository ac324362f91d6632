"""A source as JSON and back, without the checker of source files, which takes longer to load than a command may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from mirrorwire.core.records import Host, IndexPrefix, PollLimits, Seed, Source


def as_json(source: Source) -> dict[str, Any]:
    """Return a source as JSON holds it: times between in seconds, days as 2007-07-02."""
    document = asdict(source)
    document["poll"] = [source.poll.min.total_seconds(), source.poll.max.total_seconds()]
    document["since"] = _day_text(source.since)
    if source.revisits is not None:
        document["revisits"] = [step.total_seconds() for step in source.revisits]
    for seed, stated in zip(document["seeds"], source.seeds, strict=True):
        for prefix, index in zip(seed["prefixes"], stated.prefixes, strict=True):
            prefix["since"], prefix["until"] = _day_text(index.since), _day_text(index.until)
    return document


def of_json(document: Mapping[str, Any]) -> Source:
    """Return the source that `as_json` gave; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    facts = dict(document)
    shortest_s, longest_s = facts["poll"]
    facts["poll"] = PollLimits(min=timedelta(seconds=shortest_s), max=timedelta(seconds=longest_s))
    facts["since"] = _day(facts["since"])
    if facts["revisits"] is not None:
        facts["revisits"] = tuple(timedelta(seconds=step_s) for step_s in facts["revisits"])
    facts["hosts"] = tuple(map(_host, facts["hosts"]))
    facts["editions"] = tuple(map(_host, facts["editions"]))
    facts["seeds"] = tuple(map(_seed, facts["seeds"]))
    facts["article_url"] = tuple(facts["article_url"])
    facts["prune"] = tuple(facts["prune"])
    return Source(**facts)


def _host(facts: Mapping[str, Any]) -> Host:
    return Host(**{**facts, "article_url": tuple(facts["article_url"])})


def _seed(facts: Mapping[str, Any]) -> Seed:
    return Seed(**{**facts, "prefixes": tuple(map(_prefix, facts["prefixes"]))})


def _prefix(facts: Mapping[str, Any]) -> IndexPrefix:
    return IndexPrefix(**{**facts, "since": _day(facts["since"]), "until": _day(facts["until"])})


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
