"""What every child process does first, on its own side: heed no terminal, leave no core file, take no more memory."""

from __future__ import annotations

import resource
import signal
from contextlib import suppress
from pathlib import Path


def ignore_signals() -> None:
    """Ignore what is meant for the whole group: the parent decides, and its children end with it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def limit_memory(limit_bytes: int) -> None:
    """Bound what may be allocated beyond now, and write no core file.

    RLIMIT_DATA counts private writable memory; RLIMIT_AS would also count mapped files and what allocators only
    reserve. Where a system knows no /proc, the limit is on the whole.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = memory_bytes("VmData") + limit_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    end_first()


def end_first() -> None:
    """Let the kernel end this process before its parent where a container's memory is used up.

    By /proc/self/oom_score_adj (proc(5)); 1000 is the most. Where a system knows no /proc, nothing is said.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def memory_bytes(name: str) -> int:
    """Return the bytes in a field of /proc/self/status, 0 on a system without it."""
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:
        return 0
    words = status.partition(b"\n" + name.encode() + b":")[2].split(maxsplit=1)
    return int(words[0]) * 1024 if words else 0
