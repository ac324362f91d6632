"""The status as a person reads it at three in the morning: what is wrong first, in lines that fit the terminal."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TextIO

from etl.output import visible

Row = Mapping[str, Any]
FEW = 5
FEW_ALIKE = 2
"""So many events, gaps and kinds of problems are shown, and so many links of one problem; the JSON has them all."""
NEVER_READ = "never read"
MAX_WIDTH, WIDTH_OF_A_FILE = 120, 120
_BECAME = {
    "open": "went down",
    "half-open": "answers its probe and is on trial",
    "closed": "is up again",
    "up": "was said to be up",
    "down": "was said to be down",
    "auto": "is asked as it fares again",
}


def show(found: Sequence[Row], out: TextIO, *, now: datetime) -> None:
    """Draw rows of `reports.status`."""
    width = min(MAX_WIDTH, shutil.get_terminal_size().columns) if out.isatty() else WIDTH_OF_A_FILE
    for line in lines(found, now=now, width=width):
        print(line, file=out)


def lines(found: Sequence[Row], *, now: datetime, width: int) -> Iterator[str]:
    """Yield the lines, none longer than `width` but for URLs, which stay whole so that they can be copied."""
    yield f"{now:%Y-%m-%d %H:%M} UTC, as are all times"
    unread = [row["source"] for row in found if _headline(row) == NEVER_READ] if len(found) > 1 else []
    for row in found:
        if row["source"] in unread:
            continue
        yield ""
        yield from _wrapped(f"{row['source']}: {_headline(row)}", width, 0, hang=2)
        for indent, text in _said(row, now):
            yield from _wrapped(text, width, indent, hang=2)
    if unread:
        yield ""
        yield from _wrapped(f"{NEVER_READ}: {', '.join(unread)}", width, 0, hang=2)
    if said := proxy_line(found):
        yield ""
        yield from _wrapped(said, width, 0)


def proxy_line(found: Iterable[Row]) -> str | None:
    """Return one line on what stands between us and the hosts of these rows of `status`, `None` where nothing does."""
    through = [each for row in found for each in row["proxies"] or ()]
    if not through:
        return None
    proxies, hosts = sorted({each["proxy"] for each in through}), sorted({each["host"] for each in through})
    return (
        f"Through a proxy of the environment ({', '.join(proxies)}): {', '.join(hosts)}. "
        "Only the list of hosts holds there: the addresses behind their names cannot be checked."
    )


def _headline(row: Row) -> str:
    """The one thing to know of a source."""
    hosts = [host for host in row["hosts"] if host["role"] != "archive"]
    down = [host for host in hosts if _is_down(host)]
    if row["error"]:
        return "ITS FILE IS BROKEN"
    if not row["runs"] and not row["articles"]:
        return NEVER_READ
    run = max(row["runs"], key=lambda each: each["run_id"], default=None)
    some = f"{len(down)} of {len(hosts)} hosts down" if down else "all hosts up"
    said = ["NO HOST IS UP" if len(down) == len(hosts) > 0 else some]
    if run and run["state"] == "failed":
        said.append("THE LAST RUN FAILED")
    if row["failed"]:
        said.append(f"{row['failed']} links given up")
    if row["feed_gaps"]:
        said.append("a feed has a gap")
    if row["feeds_standing_still"]:
        said.append("a feed stands still")
    return ", ".join(said)


def _said(row: Row, now: datetime) -> Iterator[tuple[int, str]]:
    """What is said of a source, with each line's indent."""
    if row["error"]:
        yield 2, row["error"]
    if not row["runs"] and not row["articles"]:
        return
    newest = f", the newest of {_time(row['newest_published_at'])}" if row["newest_published_at"] else ""
    seen = f", the last one found {_ago(row['newest_seen_at'], now)}" if row["newest_seen_at"] else ""
    yield 2, f"{row['articles']} articles{newest}{seen}"
    yield 2, f"links: {row['pending']} pending, {row['failed']} given up, {row['gone']} gone"
    if row["rejected"]:
        yield 2, f"pages rejected: {row['rejected']} (mirrorwire rejections {row['source']})"
    for host in row["hosts"]:
        yield from _host(host, now)
    yield from _suggested(row)
    for run in row["runs"]:
        yield from _run(run, now)
    yield from _more(row, "feed_gaps", "feed gaps of the last week, in which items may be lost", _gap)
    yield from _more(row, "feeds_standing_still", "feeds that answer and show nothing new", _standstill)
    yield from _links(row)
    yield from _more(row, "host_events", "hosts in the last week", _event)


def _host(host: Row, now: datetime) -> Iterator[tuple[int, str]]:
    since = f" since {_time(host['since'])} ({_span(now - host['since'])})" if host["since"] else ""
    yield 2, f"{host['role']} {host['url']} {_state(host, since, now)}"
    if asked := host["attempts_last_day"]:
        latency = f", {1000 * host['mean_elapsed_s']:.0f} ms each" if host["mean_elapsed_s"] is not None else ""
        failures = ", ".join(f"{what} {n}" for what, n in sorted(host["failures_last_day"].items(), key=_by_number))
        yield (
            6,
            f"last day: {host['success_last_day']:.0%} of {asked} requests served{latency}"
            + (f"; failures: {failures}" if failures else ""),
        )
        if failures and host["last_failure"]:
            yield 6, f"last failure {_ago(host['last_failure_at'], now)}: {host['last_failure']}"
    if host["last_served_at"]:
        pages = f"{host['pages_last_day']} page{'s' * (host['pages_last_day'] != 1)}"
        yield (
            6,
            (
                f"served {host['served_of_last_20']} of the last 20 articles, and {pages} in the "
                f"last day; the last {_ago(host['last_served_at'], now)}"
            ),
        )


def _state(host: Row, since: str, now: datetime) -> str:
    """A host's state in people's words."""
    if host["ruling"]:
        return f"{'DOWN' if host['ruling'] == 'down' else 'up'}, said by hand{since}"
    if host["resting_until"]:
        return f"LEFT ALONE until {host['resting_until']:%Y-%m-%d %H:%M:%S}, as it asked"
    if not host["since"]:
        return "never asked"
    if host["state"] == "open":
        probe = f"; probed in {_span(host['probe_at'] - now)}" if host["probe_at"] and host["probe_at"] > now else ""
        return f"DOWN{since}: {host['reason']}{probe or '; probed when it is next needed'}"
    if host["state"] == "half-open":
        return f"ON TRIAL{since}: {host['reason']}"
    return f"FAILING, {host['failures_in_a_row']} in a row" if host["failures_in_a_row"] else f"up{since}"


def _is_down(host: Row) -> bool:
    return bool(host["ruling"] == "down" or (host["ruling"] is None and host["state"] == "open"))


def _suggested(row: Row) -> Iterator[tuple[int, str]]:
    for each in row["suggested_hosts"]:
        ways = ", ".join(f"{way} {n}" for way, n in sorted(each["named_by"].items(), key=_by_number))
        yield 2, f"SUGGESTED HOST {each['origin']}, which nobody follows: named by {ways}, as at {each['example']}"
        yield 6, f"mirrorwire hosts add {row['source']} {each['origin']}"
        yield 6, f"mirrorwire hosts dismiss {row['source']} {each['origin']}"


def _run(run: Row, now: datetime) -> Iterator[tuple[int, str]]:
    ended = _ago(run["finished_at"], now) if run["finished_at"] else f"begun {_ago(run['started_at'], now)}"
    window = f" of {_time(run['window_since'])} to {_time(run['window_until'])}" if run["window_since"] else ""
    state = "FAILED" if run["state"] == "failed" else run["state"]
    yield 2, f"last {run['kind']} run{window}: {state}, {ended}"
    for reason in (*run["failures"], *run["warnings"]):
        yield 6, reason


def _more(row: Row, name: str, title: str, said: Callable[[Row], str]) -> Iterator[tuple[int, str]]:
    rows = row[name]
    if rows:
        yield 2, f"{title}:" if len(rows) <= FEW else f"{title}, {FEW} of {len(rows)}:"
    for each in rows[:FEW]:
        yield 6, said(each)


def _gap(gap: Row) -> str:
    before = f"{_time(gap['polled_before_at'])} and " if gap["polled_before_at"] else "before "
    return f"{gap['seed']}: {'between ' if gap['polled_before_at'] else ''}{before}{_time(gap['polled_at'])}"


def _standstill(each: Row) -> str:
    usual = _span(timedelta(seconds=each["usual_s"]))
    return f"{each['seed']}: nothing new since {_time(each['since'])}, usually every {usual}"


def _links(row: Row) -> Iterator[tuple[int, str]]:
    """Links that no host has served, those of one problem together: a host that is down has it with all of them."""
    alike: dict[tuple[str, str], list[Row]] = {}
    for link in row["links"]:
        alike.setdefault((link["state"], re.sub(r"\d+", "", link["last_problem"] or "")), []).append(link)
    for (state, _), links in sorted(alike.items(), key=lambda each: -len(each[1]))[:FEW]:
        number = f"{len(links)} link{'s' * (len(links) != 1)}"
        again = min((link["next_try_at"] for link in links if link["next_try_at"]), default=None)
        when = "given up" if state == "failed" else f"tried again from {_time(again)}" if again else "tried again"
        yield 2, f"{number} that no host has served, {when}: {links[0]['last_problem'] or 'not asked for yet'}"
        for link in links[:FEW_ALIKE]:
            yield 6, link["url"]
        if links[FEW_ALIKE:]:
            yield 6, f"and {len(links) - FEW_ALIKE} more: mirrorwire links {row['source']}"


def _event(event: Row) -> str:
    reason = f" ({event['reason']})" if event["state"] == "open" else ""
    return f"{_time(event['at'])} {event['url']} {_BECAME.get(event['state'], event['state'])}{reason}"


def _by_number(each: tuple[str, int]) -> int:
    return -each[1]


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _ago(at: datetime, now: datetime) -> str:
    return f"{_span(now - at)} ago"


def _span(span: timedelta) -> str:
    """A stretch of time in the two units that matter."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def _wrapped(text: str, width: int, indent: int, hang: int = 0) -> list[str]:
    return textwrap.wrap(
        visible(text),
        max(40, width),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
