"""A draft as the text of a source file, with what people should verify in its comments. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from mirrorwire.core.humanize import counted
from mirrorwire.source_tools.files import KEY
from mirrorwire.source_tools.findings import EMPTY_PAGES, Draft, FoundSeed

MAX_ELSEWHERE = 10
_ZONES = (
    "Europe/London Europe/Berlin Europe/Moscow Europe/Kyiv Asia/Tehran Asia/Dubai Asia/Kabul Asia/Karachi Asia/Kolkata "
    "Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Bangkok Asia/Shanghai Asia/Tokyo Australia/Darwin Australia/Brisbane "
    "Australia/Sydney Pacific/Auckland America/Sao_Paulo America/New_York America/Halifax America/St_Johns "
    "America/Chicago America/Denver America/Los_Angeles America/Anchorage Pacific/Honolulu"
).split()
"""Where much news is made: of an offset, the first that has it on the day of the draft is guessed."""
_SECOND_LEVEL = frozenset("ac co com edu gov gob go ne net or org".split())


def key_of(draft: Draft) -> str:
    """Return a key for the source: the name in its domain, or what its name gives."""
    return key_of_domain(draft.host) or key_of_words(draft.front.name or "") or "draft"


def key_of_domain(url: str) -> str | None:
    """Return the name in a URL's domain as a key, `None` for an address in numbers and for what makes no key."""
    labels = [label for label in (urlsplit(url).hostname or "").lower().split(".") if label != "www"]
    if re.fullmatch(r"[\d.]+", ".".join(labels)) or len(labels) < 2:
        return None
    names = labels[:-1]
    names = names[:-1] if len(names) > 1 and names[-1] in _SECOND_LEVEL else names
    return names[-1] if KEY.fullmatch(names[-1]) else None


def key_of_words(text: str) -> str | None:
    """Return words as a key, `None` for what makes none."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return words if KEY.fullmatch(words) else None


def as_toml(
    draft: Draft, *, key: str, delay_s: float, allow_private: bool, today: date, name: str | None = None
) -> str:
    """Return the text of a source file that `sources check` accepts; `name` is what people call the publisher."""
    lines = [
        f"# Drafted from {_shown(draft.url)} on {today}. To be verified line by line, then: mirrorwire sources check,",
        "# mirrorwire sources try.",
        *([f"# DOUBTFUL: {EMPTY_PAGES}."] if draft.front.is_empty else []),
        f"key = {_quoted(key)}",
        _named(draft, name),
    ]
    if draft.front.language:
        lines.append(_line(f"language = {_quoted(draft.front.language)}", "as the page states it"))
    lines.append(_zone(draft.offset, today))
    lines += _patterns(draft)
    delay = max(delay_s, draft.crawl_delay_s or 0.0)
    lines.append(
        _line(f"delay_s = {delay}", f"its robots.txt asks for {draft.crawl_delay_s:g}")
        if draft.crawl_delay_s
        else f"delay_s = {delay}"
    )
    lines += ["allow_private = true"] if allow_private else []
    lines += ["", "[[hosts]]", f"url = {_quoted(draft.host)}", 'role = "primary"']
    for origin in draft.feed_hosts:
        lines += ["[[hosts]]", _line(f"url = {_quoted(origin)}", "of a feed that was given"), 'role = "mirror"']
    lines += [*_elsewhere(draft), ""]
    seeds = draft.seeds or [FoundSeed(kind="section", path=_section(draft), links=0, note="GUESSED: how is it paged?")]
    for seed in seeds:
        lines += ["[[seeds]]", f"kind = {_quoted(seed.kind)}"]
        lines.append(_line(f"path = {_quoted(seed.path)}", "; ".join(_told(seed))))
    return "\n".join(lines) + "\n"


def _named(draft: Draft, name: str | None) -> str:
    if name:
        return _line(f"name = {_quoted(name)}", "as the list calls it")
    shown = _shown(draft.front.name or "").strip()
    return _line(f"name = {_quoted(shown or urlsplit(draft.host).netloc)}", "as the page calls its site")


def told_of_shapes(draft: Draft) -> Iterator[str]:
    """Yield the comments on the pattern."""
    shapes = draft.shapes
    if shapes is None or not shapes.total:
        yield "article_url: no article URL was seen, so that there is none: the path is the key"
    elif not shapes.patterns:
        seen = counted(shapes.total, "URL")
        yield f"article_url: none of {seen} seen shows an id: there is none, and the path is the key"
    else:
        missed = f"; not {', '.join(shapes.missed)}" if shapes.missed else ""
        yield f"article_url matches {shapes.matched} of the {counted(shapes.total, 'URL')} seen{missed}"


def told_of_hosts(draft: Draft) -> Iterator[str]:
    """Yield the other origins that the site names."""
    for origin, how in draft.elsewhere.items():
        yield f"named, and not asked: {origin} ({how})"


def _zone(offset: str | None, today: date) -> str:
    if offset is None:
        return _line('timezone = "UTC"', "ASSUMED: no time with an offset was seen; put the publisher's own zone")
    if offset == "+00:00":
        return _line(
            'timezone = "UTC"', "all times seen are in UTC; put the publisher's own zone, its days begin there"
        )
    guessed = next((zone for zone in _ZONES if _offset_of(zone, today) == offset), None)
    if guessed is None:
        return _line('timezone = "UTC"', f"ASSUMED: times state {offset}; put the publisher's own zone")
    return _line(f'timezone = "{guessed}"', f"GUESSED: times state {offset}, as it has; put the publisher's own zone")


def _offset_of(zone: str, day: date) -> str:
    """The offset from UTC, as `+03:30`, that a zone has at noon."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return noon.isoformat()[-6:]


def _patterns(draft: Draft) -> list[str]:
    shapes = draft.shapes
    if shapes is None or not shapes.patterns:
        seen = counted(shapes.total, "URL") if shapes and shapes.total else None
        reason = f"none of {seen} seen shows an id" if seen else "no article URL was seen"
        return [f"# article_url = [{_quoted('/(?P<id>[0-9]+)')}]    # {reason}: without it the path is the key"]
    listed = zip(shapes.patterns, shapes.counts, strict=True)
    rows = [f"    {_quoted(pattern)},    # {count} of {counted(shapes.total, 'URL')} seen" for pattern, count in listed]
    missed = [f"    # not matched: {_shown(url)}" for url in shapes.missed]
    return ["article_url = [", *rows, *missed, "]"]


def _elsewhere(draft: Draft) -> Iterator[str]:
    origins = [pair for pair in draft.elsewhere.items() if pair[0] not in draft.feed_hosts][:MAX_ELSEWHERE]
    if origins:
        yield "# Named by the site, and not asked. Uncomment what is a mirror of the same articles: docs/publishers.md."
    for origin, how in origins:
        edition = how.startswith("alternate link")
        yield "# [[hosts]]"
        yield f"# url = {_quoted(origin)}    # {_shown(how)}"
        yield '# relation = "separate-edition"' if edition else '# role = "mirror"'


def _section(draft: Draft) -> str:
    parts = urlsplit(draft.url)
    path = (parts.path or "/").replace("{", "%7B").replace("}", "%7D")
    return path + "?page={page}"


def _told(seed: FoundSeed) -> Iterator[str]:
    if seed.note:
        yield seed.note
    if seed.links:
        yield f"{counted(seed.links, 'link')} seen"


def _line(text: str, comment: str) -> str:
    return f"{text:<33} # {_shown(comment)}" if comment else text


def _quoted(text: str) -> str:
    return json.dumps("".join(char for char in text if char.isprintable()), ensure_ascii=False)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:300]
