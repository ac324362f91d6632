"""The status as a person reads it at three in the morning: what is wrong first, in lines that fit the terminal."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from mirrorwire.core.humanize import counted, span
from mirrorwire.core.records import Interval
from mirrorwire.core.windows import as_asked_for
from mirrorwire.reports.conditions import NEVER_READ, alarms, broke_off, conditions, rank
from mirrorwire.reports.output import visible

Row = Mapping[str, Any]
FEW = 5
FEW_ALIKE = 2
"""So many events, gaps and kinds of problems are shown, and so many links of one problem; the JSON has them all."""
NEWEST = 20
"""How many of the newest articles each host's share is counted over."""
MAX_WIDTH, WIDTH_OF_A_FILE = 120, 120
_BECAME = {
    "open": "went down",
    "half-open": "answers its probe and is on trial",
    "closed": "is up again",
    "up": "was set to up by hand",
    "down": "was set to down by hand",
    "auto": "is judged by its answers again",
}


def show(rows: Sequence[Row], out: TextIO, *, now: datetime) -> None:
    """Draw rows of `reports.listings.status`."""
    width = min(MAX_WIDTH, shutil.get_terminal_size().columns) if out.isatty() else WIDTH_OF_A_FILE
    for line in lines(rows, now=now, width=width):
        print(line, file=out)


def lines(rows: Sequence[Row], *, now: datetime, width: int) -> Iterator[str]:
    """Yield the lines, none longer than `width` but for URLs, which stay whole so that they can be copied.

    The source that is worst off comes first, those that were never read share a line at the end.
    """
    yield f"{now:%Y-%m-%d %H:%M} UTC, as are all times"
    states = {row["source"]: conditions(row, now) for row in rows}
    unread = [key for key, state in states.items() if state[0].name == NEVER_READ] if len(rows) > 1 else []
    for row in sorted(rows, key=lambda row: rank(states[row["source"]])):
        if row["source"] in unread:
            continue
        yield ""
        headline = ", ".join(condition.said for condition in states[row["source"]])
        yield from _wrapped(f"{row['source']}: {headline}", width, 0, hang=2)
        for indent, text in _details(row, now):
            yield from _wrapped(text, width, indent, hang=2)
    if unread:
        yield ""
        yield from _wrapped(f"{NEVER_READ}: {', '.join(unread)}", width, 0, hang=2)
    if proxies := proxy_line(rows):
        yield ""
        yield from _wrapped(proxies, width, 0)


def problems(rows: Sequence[Row], *, now: datetime, asked_for: bool) -> Iterator[str]:
    """Yield a line for each alarm, the source that is worst off first; `asked_for`: somebody named the source."""
    states = {row["source"]: conditions(row, now) for row in rows}
    for source, state in sorted(states.items(), key=lambda item: rank(item[1])):
        for alarm in alarms(state, asked_for=asked_for):
            yield visible(f"{source}: {alarm.said}")


def silence(rows: Sequence[Row], longest: timedelta, *, now: datetime) -> str | None:
    """Return a line where no live run of these sources works or has given a sign for longer than that, else `None`."""
    runs = [run for row in rows for run in row["runs"] if run["kind"] == "live"]
    last = max((run["last_sign_at"] for run in runs), default=None)
    if last is None:
        return f"NOTHING RUNS: no run has ever been, and one was asked for within {span(longest)}"
    if now - last <= longest or any(run["state"] == "running" and not broke_off(run, now) for run in runs):
        return None
    return f"NOTHING RUNS: the last run was {_ago(last, now)}; does Airflow, or cron, run?"


def all_well(rows: Sequence[Row]) -> str:
    """Return the line that says that there is no alarm."""
    read = [row for row in rows if row["runs"]]
    return f"all is well: {counted(len(read), 'source')} read, none in trouble"


def proxy_line(rows: Iterable[Row]) -> str | None:
    """Return one line on what stands between us and the hosts of these rows of `status`, `None` where nothing does."""
    through = [pair for row in rows for pair in row["proxies"] or ()]
    if not through:
        return None
    proxies, hosts = sorted({pair["proxy"] for pair in through}), sorted({pair["host"] for pair in through})
    return (
        f"Through a proxy of the environment ({', '.join(proxies)}): {', '.join(hosts)}. "
        "Only the list of hosts holds there: the addresses behind their names cannot be checked."
    )


def _details(row: Row, now: datetime) -> Iterator[tuple[int, str]]:
    """The lines about a source, each with its indent."""
    if row["error"]:
        yield 2, row["error"]
    if not row["runs"] and not row["articles"]:
        return
    if any(condition.name == "late" for condition in conditions(row, now)):
        schedule = f"schedule {row['schedule']}, in UTC" if row["schedule"] else "the DAG fleet polls it"
        yield 2, f"{schedule}: does the scheduler run? make up starts what is missing"
    newest = f", the newest of {_time(row['newest_published_at'])}" if row["newest_published_at"] else ""
    seen = f", the last one found {_ago(row['newest_seen_at'], now)}" if row["newest_seen_at"] else ""
    suspect = f", of them {row['suspect']} suspect" if row["suspect"] else ""
    yield 2, f"{counted(row['articles'], 'article')}{suspect}{newest}{seen}"
    yield 2, f"links: {row['pending']} pending, {row['failed']} given up, {row['gone']} gone"
    if row["rejected"]:
        yield 2, f"pages rejected: {row['rejected']} (mirrorwire rejections {row['source']})"
    for host in row["hosts"]:
        yield from _host(host, row["articles"], now)
    yield from _suggested(row)
    for run in row["runs"]:
        yield from _run(run, row["timezone"], now)
    yield from _more(row, "polls", "polled as often as it brings news", _poll)
    yield from _more(row, "feed_gaps", "feed gaps of the last week, in which items may be lost", _gap)
    yield from _more(row, "feeds_standing_still", "feeds that answer and show nothing new", _standstill)
    yield from _more(row, "silent_seeds", "seeds that gave no article", _seed)
    yield from _more(row, "bugs", "bugs that items met in the last runs", _bug)
    yield from _links(row)
    yield from _more(row, "host_events", "hosts in the last week", _event)


def _host(host: Row, articles: int, now: datetime) -> Iterator[tuple[int, str]]:
    since = f" since {_time(host['since'])} ({span(now - host['since'])})" if host["since"] else ""
    yield 2, f"{host['role']} {host['url']} {_state(host, since, now)}"
    if attempts := host["attempts_last_day"]:
        latency = f", {1000 * host['mean_elapsed_s']:.0f} ms each" if host["mean_elapsed_s"] is not None else ""
        failures = ", ".join(
            f"{failure} {n}" for failure, n in sorted(host["failures_last_day"].items(), key=_by_number)
        )
        yield (
            6,
            f"last day: {host['success_last_day']:.0%} of {counted(attempts, 'request')} served{latency}"
            + (f"; failures: {failures}" if failures else ""),
        )
        if failures and host["last_failure"]:
            yield 6, f"last failure {_ago(host['last_failure_at'], now)}: {host['last_failure']}"
    if host["last_served_at"]:
        pages = counted(host["pages_last_day"], "page")
        newest = f"the last {NEWEST} articles" if articles > NEWEST else counted(articles, "article")
        last = _ago(host["last_served_at"], now)
        yield 6, f"served {host['served_of_last_20']} of {newest}, and {pages} in the last day; the last {last}"


def _state(host: Row, since: str, now: datetime) -> str:
    """A host's state in people's words."""
    if host["ruling"]:
        return f"{'DOWN' if host['ruling'] == 'down' else 'up'}, set by hand{since}"
    if host["resting_until"]:
        return f"LEFT ALONE until {host['resting_until']:%Y-%m-%d %H:%M:%S}, as it asked"
    if not host["since"]:
        return "never asked"
    if host["state"] == "open":
        probe = f"; probed in {span(host['probe_at'] - now)}" if host["probe_at"] and host["probe_at"] > now else ""
        return f"DOWN{since}: {host['reason']}{probe or '; probed when it is next needed'}"
    if host["state"] == "half-open":
        return f"ON TRIAL{since}: {host['reason']}"
    return f"FAILING, {host['failures_in_a_row']} in a row" if host["failures_in_a_row"] else f"up{since}"


def _suggested(row: Row) -> Iterator[tuple[int, str]]:
    for host in row["suggested_hosts"]:
        ways = ", ".join(f"{way} {n}" for way, n in sorted(host["named_by"].items(), key=_by_number))
        yield 2, f"SUGGESTED HOST {host['origin']}, which nobody follows: named by {ways}, as at {host['example']}"
        yield 6, f"mirrorwire hosts add {row['source']} {host['origin']}"
        yield 6, f"mirrorwire hosts dismiss {row['source']} {host['origin']}"


def _run(run: Row, timezone: str | None, now: datetime) -> Iterator[tuple[int, str]]:
    ended = _ago(run["finished_at"], now) if run["finished_at"] else f"begun {_ago(run['started_at'], now)}"
    window = ""
    if run["window_since"]:
        days = Interval(start=run["window_since"], end=run["window_until"])
        window = f" {as_asked_for(days, ZoneInfo(timezone or 'UTC'))}"
    state = "FAILED" if run["state"] == "failed" else run["state"]
    if run["interrupted"]:
        state = "interrupted, not finished"
    if broke_off(run, now):
        state = "broke off"
        ended += f", the last sign of it {_ago(run['last_sign_at'], now)}"
    yield 2, f"last {run['kind']} run{window}: {state}, {ended}"
    if broke_off(run, now):
        yield 6, "nobody works on it any more; run again, it goes on from there"
    for reason in (*run["failures"], *run["warnings"]):
        yield 6, reason


def _more(row: Row, name: str, title: str, line_of: Callable[[Row], str]) -> Iterator[tuple[int, str]]:
    rows = row[name]
    if rows:
        yield 2, f"{title}:" if len(rows) <= FEW else f"{title}, {FEW} of {len(rows)}:"
    for item in rows[:FEW]:
        yield 6, line_of(item)


def _poll(poll: Row) -> str:
    every = span(timedelta(seconds=poll["interval_s"]))
    return f"{poll['seed']}: every {every} ({poll['why']}), next at {_time(poll['next_poll_at'])}"


def _gap(gap: Row) -> str:
    before = f"{_time(gap['polled_before_at'])} and " if gap["polled_before_at"] else "before "
    return f"{gap['seed']}: {'between ' if gap['polled_before_at'] else ''}{before}{_time(gap['polled_at'])}"


def _standstill(feed: Row) -> str:
    usual = span(timedelta(seconds=feed["usual_s"]))
    return f"{feed['seed']}: nothing new since {_time(feed['since'])}, usually every {usual}"


def _seed(seed: Row) -> str:
    if seed["outcome"] == "failed":
        return f"{seed['seed']}: could not be read ({seed['detail'] or 'no reason given'})"
    return f"{seed['seed']}: was read, and no link in it was ever an article's; look at `article_url` and at the seed"


def _bug(bug: Row) -> str:
    return f"{bug['place']}: {bug['error']}; {counted(bug['items'], 'item')}, as {bug['item']}"


def _links(row: Row) -> Iterator[tuple[int, str]]:
    """Links that no host has served, those of one problem together: a host that is down has it with all of them."""
    alike: dict[tuple[str, str], list[Row]] = {}
    for link in row["links"]:
        alike.setdefault((link["state"], re.sub(r"\d+", "", link["last_problem"] or "")), []).append(link)
    for (state, _), links in sorted(alike.items(), key=lambda item: -len(item[1]))[:FEW]:
        number = counted(len(links), "link")
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


def _by_number(item: tuple[str, int]) -> int:
    return -item[1]


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _ago(at: datetime, now: datetime) -> str:
    return f"{span(now - at)} ago"


def _wrapped(text: str, width: int, indent: int, hang: int = 0) -> list[str]:
    return textwrap.wrap(
        visible(text),
        max(40, width),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
