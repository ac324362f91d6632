"""The life of alarms: which to raise, to keep and to end. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mirrorwire.alarms.troubles import Trouble
from mirrorwire.store.alarms import Alarm

QUIET = timedelta(minutes=10)
"""A trouble that comes back within that time was never over, and nobody is told twice."""
REMIND = timedelta(days=1)
"""Of an alarm that stands, people are told again after so long."""
GROUP = timedelta(minutes=15)
"""After a message about alarms the next one waits for so long, and tells all that came meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What becomes of alarms: troubles that are new, alarms whose trouble stands, has gone quiet, or is over."""

    raised: list[Trouble] = field(default_factory=list)
    kept: list[tuple[Alarm, Trouble]] = field(default_factory=list)
    quiet: list[Alarm] = field(default_factory=list)
    over: list[Alarm] = field(default_factory=list)


def changes(
    open_alarms: Sequence[Alarm], seen: Sequence[Trouble], *, sources: Collection[str | None] | None, now: datetime
) -> Changes:
    """Return what becomes of open alarms, now that these troubles are seen.

    Only alarms of `sources` (`None` among them for the machine) were looked for, or all where it is `None`: others stay
    as they are.
    """
    result = Changes()
    known = {(alarm.source, alarm.name, alarm.subject): alarm for alarm in open_alarms}
    for trouble in seen:
        alarm = known.pop((trouble.source, trouble.name, trouble.subject), None)
        if alarm is None:
            result.raised.append(trouble)
        else:
            result.kept.append((alarm, trouble))
    for alarm in known.values():
        if sources is not None and alarm.source not in sources:
            continue
        if alarm.quiet_since is None:
            result.quiet.append(alarm)
        elif now - alarm.quiet_since >= QUIET:
            result.over.append(alarm)
    return result


def may_tell(last_told_at: datetime | None, now: datetime) -> bool:
    """Return whether a message about alarms may go now, so that a bad night is one message and not a hundred."""
    return last_told_at is None or now - last_told_at >= GROUP
