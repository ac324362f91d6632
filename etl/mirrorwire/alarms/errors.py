"""What keeps a message from a receiver. No address and no secret is in any of them."""

from __future__ import annotations

from mirrorwire.core.errors import Permanent, Transient


class ChannelUnusable(Permanent):
    """A channel, or the file of channels, is not right; somebody must change something."""

    def __init__(self, channel: str, problem: str) -> None:
        super().__init__(channel, problem)
        self.channel, self.problem = channel, problem

    def __str__(self) -> str:
        return f"{self.channel}: {self.problem}"


class NotDelivered(Transient):
    """A receiver did not take a message. `refused`: it answered that it does not want this very message."""

    def __init__(self, channel: str, reason: str, refused: bool = False) -> None:
        super().__init__(channel, reason, refused)
        self.channel, self.reason, self.refused = channel, reason, refused

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"
