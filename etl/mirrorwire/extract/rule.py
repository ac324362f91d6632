"""One reason to call a page something, as the table of rules lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mirrorwire.core.records import Verdict, VerdictKind
from mirrorwire.extract.facts import PageFacts


def _nothing_more(facts: PageFacts) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to call a page something. Its `name` stands in the evidence of what it decides.

    `kind` is what the page then is, `None` where it is what its notice says. `reason` is for people, and `details` are
    further evidence.
    """

    name: str
    applies: Callable[[PageFacts], bool]
    kind: VerdictKind | None
    reason: str | None = None
    details: Callable[[PageFacts], dict[str, Any]] = _nothing_more

    def verdict(self, facts: PageFacts) -> Verdict:
        """Return what the page is by this rule, with the evidence."""
        kind = self.kind
        if kind is None:
            if facts.notice is None:
                raise ValueError(f"the rule {self.name} decides by a notice, and there is none")
            kind = facts.notice.kind
        evidence: dict[str, Any] = {"rule": self.name}
        if self.reason is not None:
            evidence["reason"] = self.reason
        return Verdict(kind=kind, evidence={**evidence, **self.details(facts), **facts.evidence()})
