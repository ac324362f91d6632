"""A site surveyed for a draft, by an address that people give."""

from __future__ import annotations

from collections.abc import Sequence

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Host, Source
from mirrorwire.core.urls import origin_of, site_of
from mirrorwire.fetch.standalone import OnWait, StandaloneFetcher
from mirrorwire.http.limits import Timeouts
from mirrorwire.source_tools.draft import Survey
from mirrorwire.source_tools.findings import Draft
from mirrorwire.source_tools.listed import address_of, is_bare


def survey(
    url: str,
    *,
    user_agent: str,
    allow_private: bool,
    delay_s: float,
    timeouts: Timeouts | None = None,
    on_wait: OnWait = lambda host, wait_s: None,
) -> Draft:
    """Read a page of a site, and the feeds and sitemaps that it and its robots.txt name, on its own host alone.

    An address without a scheme is asked for by https. Raises `WrongUse` for what is no URL, `NothingToDraft` where the
    page cannot be had, is none, or names nothing.
    """
    bare = is_bare(url)
    address = address_of(url)
    if address is None:
        raise WrongUse(f"{url[:200]}: not an http or https URL, such as https://www.example.org/")
    source = provisional_source(address, (), delay_s=delay_s, allow_private=allow_private)
    with StandaloneFetcher(source, user_agent=user_agent, timeouts=timeouts, on_wait=on_wait) as hosts:
        draft = Survey(hosts).read(address)
    if bare:
        draft.notes.insert(0, f"{url.strip()[:200]}: no scheme was given, {source.primary.url} was asked")
    return draft


def provisional_source(url: str, feeds: Sequence[str], *, delay_s: float, allow_private: bool) -> Source:
    """Return a source to ask a site as: the host of a page is its primary, and those of feeds elsewhere are mirrors."""
    hosts: dict[str | None, Host] = {}
    for address in (url, *feeds):
        origin = origin_of(address)
        if origin is not None:
            hosts.setdefault(site_of(origin), Host(url=origin, role="mirror" if hosts else "primary"))
    return Source(
        key="draft",
        name="draft",
        language=None,
        timezone="UTC",
        article_url=(),
        hosts=tuple(hosts.values()),
        seeds=(),
        delay_s=delay_s,
        allow_private=allow_private,
    )
