"""The pages of `mirrorwire web` beside the stack, on loopback."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from mirrorwire.core.config import Settings
from mirrorwire.web.token import FILE, kept_token
from tests.demo.processes import Service, held_ports
from tests.demo.stack import Stack, StackFailed

NAME, PORT = "web", 8090
LISTENS_WITHIN_S = 60.0


def start_pages(stack: Stack, say: Callable[[str], None]) -> None:
    """Start the pages on their usual port or a free one. Raises StackFailed with the end of their log."""
    with held_ports(PORT) as (port,):
        command = [sys.executable, "-m", "mirrorwire", "web", "--port", str(port)]
        service = stack.spawn(NAME, command)
        deadline = time.monotonic() + LISTENS_WITHIN_S
        while not service.listens(port):
            if not service.alive() or time.monotonic() > deadline:
                raise StackFailed(f"the pages do not come up:\n{stack.log_tail(NAME)}")
            time.sleep(0.1)
    say(f"pages: http://127.0.0.1:{port}")


def pages_of(stack: Stack) -> Service | None:
    """The pages' process as it was recorded, whether it lives or not."""
    return next((service for service in stack.services() if service.name == NAME), None)


def address(stack: Stack, settings: Settings) -> str:
    """The address that opens the pages, with their token; empty where they were not started."""
    pages = pages_of(stack)
    if pages is None:
        return ""
    port = pages.command[pages.command.index("--port") + 1]
    return f"http://127.0.0.1:{port}/?token={kept_token(settings.home / FILE)}"
