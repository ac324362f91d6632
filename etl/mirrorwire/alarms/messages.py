"""What a message says: as JSON for programs, as a headline and lines for people. Pure.

What strangers wrote, titles above all, has no character in it that a terminal, a mail's header or a reader obeys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mirrorwire.alarms.troubles import rank
from mirrorwire.core.visible import visible

Row = Mapping[str, Any]
MAX_HEADLINE_CHARS = 200
_EVENTS = {
    "new": "new",
    "correction": "corrected",
    "revision": "changed",
    "removal": "gone from all hosts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is sent. `document` is its JSON; `text` its lines for people, without the headline."""

    message_id: str
    headline: str
    text: str
    document: dict[str, Any]


def alarms_message(message_id: str, made_at: datetime, alarms: Sequence[Row]) -> Message:
    """Return a message about alarms.

    Rows have `source`, `name`, `subject`, `summary`, `state`, `raised_at`, `over_at`.
    """
    ordered = sorted(alarms, key=lambda alarm: (alarm["state"] == "over", rank(alarm["name"])))
    lines = [_alarm_line(alarm) for alarm in ordered]
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    document = {"alarms": [_shown(alarm) for alarm in ordered]}
    return _message(message_id, "alarms", made_at, lines[0], more, lines, document)


def watch_message(message_id: str, made_at: datetime, watch: str, articles: Sequence[Row]) -> Message:
    """Return a message about articles that a watch has met; rows as `store.watches.hits_of_message` gives them."""
    in_all = articles[0]["in_all"]
    lines = []
    for article in articles:
        lines.append(f"{_EVENTS[article['event']]}: {article['title']} ({article['source']})")
        lines.append(f"  {article['canonical_url']}")
    if in_all > len(articles):
        lines.append(f"and {in_all - len(articles)} more")
    first = f"watch {watch}: {lines[0]}"
    more = f" (and {in_all - 1} more)" if in_all > 1 else ""
    shown = [{name: value for name, value in _shown(article).items() if name != "in_all"} for article in articles]
    document = {"watch": visible(watch), "articles": shown, "articles_in_all": in_all}
    return _message(message_id, "watch", made_at, first, more, lines, document)


def test_message(message_id: str, made_at: datetime, watch: str | None = None) -> Message:
    """Return a message that only shows that messages arrive."""
    of_watch = f" of the watch {watch}" if watch else ""
    line = f"a test{of_watch}: messages of Mirrorwire arrive here"
    return _message(message_id, "test", made_at, line, "", [line], {})


def _message(
    message_id: str, kind: str, made_at: datetime, first: str, more: str, lines: Sequence[str], document: dict[str, Any]
) -> Message:
    line = visible(first)
    longest = MAX_HEADLINE_CHARS - len(more)
    headline = (line if len(line) <= longest else f"{line[: longest - 1]}…") + more
    return Message(
        message_id=message_id,
        headline=headline,
        text="\n".join(map(visible, lines)),
        document={"id": message_id, "type": kind, "at": _time(made_at), "headline": headline, **document},
    )


def _alarm_line(alarm: Row) -> str:
    state = "" if alarm["state"] == "raised" else f"{alarm['state']}: "
    return f"{state}{alarm['source'] or 'this machine'}: {alarm['summary']}"


def _shown(row: Row) -> dict[str, Any]:
    return dict(_fields(row))


def _fields(row: Row) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, str):
            yield name, visible(value)
        elif isinstance(value, datetime):
            yield name, _time(value)
        else:
            yield name, value


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
