"""The faults of docs/faults.md: what is wrong, where, and what a reader may let it cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.newsroom.faults_redirects import STRANGER

Reach = Literal["everything", "all but robots.txt", "articles", "robots.txt"]
Expected = Literal["all", "none", "those it spares"]

DOCUMENTS = 16
"""What a healthy run asks for: 13 articles, a feed, a sitemap's index and its month; robots.txt apart."""
FEW = 4
"""The most requests that a host sees which is left alone after three failures."""
NAME, WWW = "courier.test", "www.courier.test"
PUBLIC, PRIVATE = "192.88.99.1", "127.0.0.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `outcomes`: how attempts at the faulty host may end, one of them must; `requests`: the most that
    host may see, robots.txt apart; `everywhere`: what is loaded when all hosts have it, `None` where that is not run;
    `warned`: what people are told.
    """

    name: str
    outcomes: str
    requests: int = FEW
    answer: str | None = None  # a fault of the newsroom
    reach: Reach = "everything"
    alone: bool = True  # run it with a healthy mirror
    everywhere: Expected | None = None
    most_s: float = 15.0
    most_mb: float = 64.0  # above what the healthy run needs
    seeds: tuple[str, ...] = ("feed", "sitemap")
    window: bool = False
    tls: str | None = None  # the primary's certificate
    named: bool = False  # the primary is known by NAME
    names: Mapping[str, list[str]] = field(default_factory=dict)
    allow_private: bool = True
    warned: str = ""

    @property
    def most_requests_everywhere(self) -> int:
        """The most that each host may see when all have it: no document is asked for twice, and few where none is."""
        # The last host that is up is shut only once its front page was asked for too.
        return DOCUMENTS + 1 if self.reach == "articles" else self.requests

    def by_path(self) -> str | Callable[[str], str | None] | None:
        """What an origin of the newsroom takes as its fault."""
        if self.answer is None or self.reach == "everything":
            return self.answer
        reached: dict[str, Callable[[str], bool]] = {
            "all but robots.txt": lambda path: path != "/robots.txt",
            "articles": lambda path: path.startswith("/Detail/"),
            "robots.txt": lambda path: path == "/robots.txt",
        }
        return lambda path: self.answer if reached[self.reach](path) else None


BUT_ROBOTS: Reach = "all but robots.txt"
FAULTS = (
    Fault(name="nothing", outcomes="ok", requests=DOCUMENTS),
    Fault(name="nothing, over TLS", tls="right", outcomes="ok", requests=DOCUMENTS),
    Fault(name="nothing, by a name", named=True, names={NAME: ["127.0.0.1"]}, outcomes="ok", requests=DOCUMENTS),
    Fault(name="refuses", answer="refuse", outcomes="unreachable", requests=0, everywhere="none"),
    Fault(name="resets mid-body", answer="reset", reach=BUT_ROBOTS, outcomes="unreachable", everywhere="none"),
    Fault(name="accepts and never answers", answer="hang", outcomes="timeout", requests=0, everywhere="none"),
    Fault(name="never answers but for robots.txt", answer="hang", reach=BUT_ROBOTS, outcomes="timeout", most_s=25),
    Fault(
        name="drips a byte a second",
        answer="drip",
        reach=BUT_ROBOTS,
        outcomes="timeout",
        everywhere="none",
        most_s=30,
    ),
    Fault(name="drips from the status line on", answer="drip-head", outcomes="timeout", requests=0),
    Fault(name="DNS fails", named=True, outcomes="unreachable", requests=0, everywhere="none"),
    Fault(name="TLS expired", tls="expired", outcomes="unreachable", requests=0, everywhere="none"),
    Fault(name="TLS of a wrong name", tls="wrong-name", outcomes="unreachable", requests=0),
    Fault(name="TLS self-signed", tls="self-signed", outcomes="unreachable", requests=0),
    Fault(name="500 always", answer="500", outcomes="http_error", requests=0, everywhere="none"),
    Fault(name="500 but for robots.txt", answer="500", reach=BUT_ROBOTS, outcomes="http_error", everywhere="none"),
    Fault(
        name="500 for a third of pages",
        answer="500-third",
        reach="articles",
        outcomes="http_error",
        requests=DOCUMENTS,
        everywhere="those it spares",
    ),
    Fault(
        name="429 with Retry-After",
        answer="429",
        reach=BUT_ROBOTS,
        outcomes="http_error",
        everywhere="none",
    ),
    Fault(
        name="redirect loop",
        answer="redirect-loop",
        reach=BUT_ROBOTS,
        outcomes="http_error",
        requests=6 * FEW,  # five redirects are followed
        everywhere="none",
    ),
    Fault(
        name="redirect to a private address",
        answer="redirect-private",
        reach=BUT_ROBOTS,
        outcomes="refused",
        everywhere="none",
    ),
    Fault(name="redirect to file:", answer="redirect-file", reach=BUT_ROBOTS, outcomes="refused"),
    Fault(name="redirect to another port", answer="redirect-port", reach=BUT_ROBOTS, outcomes="refused"),
    Fault(
        name="redirect to a stranger",
        answer="redirect-stranger",
        reach=BUT_ROBOTS,
        outcomes="refused",
        names={STRANGER: ["127.0.0.1"]},
        everywhere="none",
    ),
    Fault(
        name="a name that resolves to a private address at connect",
        answer="redirect-www",
        reach=BUT_ROBOTS,
        named=True,
        names={NAME: ["127.0.0.1"], WWW: [PRIVATE]},
        outcomes="refused",
    ),
    Fault(
        name="a name that is public when checked, private at connect",
        answer="redirect-www",
        reach=BUT_ROBOTS,
        named=True,
        names={NAME: ["127.0.0.1"], WWW: [PUBLIC, PRIVATE]},
        outcomes="refused unreachable",
    ),
    Fault(
        name="names of hosts that resolve to private addresses",
        named=True,
        names={NAME: ["127.0.0.1"]},
        allow_private=False,
        outcomes="refused",
        requests=0,
        alone=False,  # the mirror's address is as private
        everywhere="none",
    ),
    Fault(name="truncated gzip", answer="truncated-gzip", reach=BUT_ROBOTS, outcomes="http_error", everywhere="none"),
    Fault(
        name="gzip bomb of 1 GB",
        answer="gzip-bomb",
        reach=BUT_ROBOTS,
        outcomes="too_large",
        everywhere="none",
        most_mb=128,  # a seed may have 50 MB once decoded
    ),
    Fault(
        name="gzip bomb of 1 GB for pages", answer="gzip-bomb", reach="articles", outcomes="too_large", requests=2 * FEW
    ),
    Fault(
        name="Content-Length too long",
        answer="length-long",
        reach=BUT_ROBOTS,
        outcomes="http_error unreachable",
        everywhere="none",
    ),
    Fault(
        name="Content-Length too short",
        answer="length-short",
        reach=BUT_ROBOTS,
        outcomes="http_error not_it unreachable",
    ),
    Fault(
        name="wrong charset",
        answer="wrong-charset",
        reach=BUT_ROBOTS,
        outcomes="ok",
        requests=DOCUMENTS,
        everywhere="all",
    ),
    Fault(
        name="a charset that is none",
        answer="no-charset",
        reach=BUT_ROBOTS,
        outcomes="ok",
        requests=DOCUMENTS,
        everywhere="all",
    ),
    Fault(name="headers of raw bytes", answer="raw-headers", outcomes="ok", requests=DOCUMENTS, everywhere="all"),
    Fault(
        name="microdata that names nothing", answer="odd-markup", outcomes="ok", requests=DOCUMENTS, everywhere="all"
    ),
    Fault(
        name="empty 200",
        answer="empty",
        reach="articles",
        outcomes="not_it",
        requests=DOCUMENTS,  # it answers: it is not known for a failing host
        everywhere="none",
    ),
    Fault(
        name="10 MB page",
        answer="huge",
        reach="articles",
        outcomes="too_large",
        requests=2 * FEW,
        everywhere="none",
    ),
    Fault(
        name="hostile XML entities in a feed",
        answer="feed-entities",
        seeds=("feed",),
        outcomes="ok not_it",
        requests=DOCUMENTS,
        everywhere="all",
    ),
    Fault(
        name="hostile XML entities in sitemaps",
        answer="sitemap-entities",
        seeds=("sitemap",),
        outcomes="ok not_it",
        requests=DOCUMENTS + 1,  # the hostile entry, read as a path
        everywhere="all",
    ),
    Fault(
        name="sitemap index that lists itself",
        answer="sitemap-self",
        seeds=("sitemap",),
        outcomes="ok",
        requests=DOCUMENTS + 3,  # it lists itself under three more URLs
        everywhere="all",
    ),
    Fault(
        name="sitemap of 50,000 URLs",
        answer="sitemap-50000",
        seeds=("sitemap",),
        window=True,
        most_s=40,
        most_mb=96,  # the links of 50,000 entries
        outcomes="ok",
        requests=DOCUMENTS,
        everywhere="all",
    ),
    Fault(
        name="robots.txt 500",
        answer="500",
        reach="robots.txt",
        outcomes="http_error",
        requests=0,
        everywhere="none",
    ),
    # What looks like a publisher and is none.
    Fault(
        name="seizure notice, 200 on all paths",
        answer="seizure",
        outcomes="not_it",
        requests=2,
        everywhere="none",
        warned="seizure",
    ),
    Fault(name="seizure notice for pages", answer="seizure", reach="articles", outcomes="not_it", requests=6),
    Fault(name="seizure as a picture only", answer="seizure-image", outcomes="not_it"),
    Fault(name="parking", answer="parking", outcomes="not_it", requests=2, everywhere="none", warned="parking"),
    Fault(name="challenge, 403", answer="challenge", outcomes="not_it", everywhere="none"),
    Fault(name="challenge, 202", answer="challenge-202", outcomes="not_it"),
    Fault(name="challenge, 200", answer="challenge-200", outcomes="not_it", everywhere="none"),
    Fault(name="403 to robot-like agents", answer="403", outcomes="http_error"),
    Fault(name="consent wall", answer="consent", outcomes="not_it"),
    Fault(name="login", answer="login", outcomes="not_it"),
    Fault(name="soft 404, 200", answer="soft-404", outcomes="not_it"),
    Fault(name="soft 404, 200, for pages", answer="soft-404", reach="articles", outcomes="not_it", requests=5),
    Fault(name="front page instead of article", answer="front-page", reach="articles", outcomes="not_it", requests=5),
    Fault(name="another article's page for every tenth", answer="other-article", outcomes="not_it", requests=DOCUMENTS),
    Fault(
        name="the same, its addresses rewritten",
        answer="other-article-relabelled",
        seeds=("feed",),
        outcomes="not_it",
        requests=DOCUMENTS,
    ),
    Fault(
        name="redirect of every path to the mirror",
        answer="redirect-to-mirror",
        reach=BUT_ROBOTS,
        outcomes="ok",
        requests=DOCUMENTS,
    ),
    Fault(
        name="redirect of every path to the mirror's front page",
        answer="redirect-to-mirrors-front",
        reach=BUT_ROBOTS,
        outcomes="not_it",
    ),
    Fault(
        name="feed that is HTML",
        answer="feed-html",
        seeds=("feed",),
        outcomes="not_it",
        requests=DOCUMENTS,
        warned="an HTML page, not a feed",
    ),
    Fault(
        name="feed cut off",
        answer="feed-cut",
        seeds=("feed",),
        outcomes="not_it",
        requests=DOCUMENTS,
        warned="cut off after",
    ),
    Fault(
        name="empty feed",
        answer="feed-empty",
        seeds=("feed",),
        outcomes="not_it",
        requests=DOCUMENTS,
        warned="without a link to an article",
    ),
    Fault(
        name="feed with links to the dead primary, repeats, no dates",
        answer="refuse",
        seeds=("feed",),
        outcomes="unreachable",
        requests=0,
    ),
)
