"""What speaks for and against a page's being an article, as the rules ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mirrorwire.extract.likeness import words_of
from mirrorwire.extract.notices import Notice
from mirrorwire.extract.signs import MIN_TITLE_WORDS

MANY_TEASERS = 6
MANY_DATED_TEASERS = 10
MANY_LISTED = 30
MANY_TITLE_WORDS = 6
MAX_LABEL_WORDS = 2
THIN_CHARS = 140
"""A page with less running text than this says next to nothing. Lengths are widths: see `survey.width`."""
PROSE_CHARS = 600
"""Running text of this length beside some article signal is enough to be one."""
SURE, LIKELY, UNLIKELY, HARDLY = 0.9, 0.6, 0.4, 0.1
"""Likelihoods by the model of `page_features`, which has a word where no named rule knows better."""
SOME_LINKS = 15
_SIGNALS = ("json_ld", "microdata", "og_article", "dated", "byline", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the rules go by. Characters are widths outside the page's frame."""

    json_ld: bool
    microdata: bool
    og_article: bool
    dated: str | None
    """Where the date of publication stands: `json-ld`, `meta`, `microdata`, or only on the `page`."""
    byline: bool
    heading: str | None
    title: str
    prose_chars: int
    own_chars: int
    """Running text that is no teaser's."""
    listed_chars: int
    """The same, where each link that stands alone is taken for a headline."""
    shown_chars: int
    link_chars: int
    links: int
    teasers: int
    headlines: int
    pictures: str
    password: bool
    at_front: bool
    """Whether the page stands at the front page's address."""
    canonical: str | None
    """What else than this page its canonical link names: `front page`, `no article`, `another article`."""
    opening: tuple[str, ...]
    slugged: bool
    """Whether the page's heading stands in its URL: what answers in an article's place does not know its name."""
    titled_words: int
    """How many words of its title the page shows as its heading: see `signs.titled_words`."""
    in_article: bool
    """Whether the page has one article element, and its text in it."""
    front: bool
    """Whether its JSON-LD calls it a list of other pages."""
    collection: bool
    """Whether its JSON-LD calls the page itself so."""
    dates: int
    """Elements that mark a time."""
    runs: int
    """Stretches of running text."""
    longest_run: int
    images: int
    inputs: int
    """Fields of forms, those of the frame among them."""
    goods: str | None
    """How it offers something to buy: see `signs.goods`."""
    shelf: bool
    """Whether the URL names a shelf of a shop or of an archive, or the page is built like one."""
    expected: bool
    """Whether it is known beforehand that an article stands here: see `core.records.Listing`."""
    url_words: int
    """Words in the last step of the URL's path: a slug has many, a section's name has few."""
    url_digits: bool
    """Whether a number of four digits or more stands in the path, as ids and years do."""
    notice: Notice | None = None
    likelihood: float = 0.0
    """How likely all the facts make it an article: see `page_features`."""

    @property
    def link_density(self) -> float:
        """Characters in links per character shown."""
        return self.link_chars / self.shown_chars if self.shown_chars else 0.0

    @property
    def titled(self) -> bool:
        """Whether the page shows what its title says."""
        return self.titled_words >= MIN_TITLE_WORDS

    @property
    def headlined(self) -> bool:
        """Whether what title and page share is as long as headlines are: no section's name is."""
        return self.titled_words >= MANY_TITLE_WORDS

    @property
    def named(self) -> bool:
        """Whether the page has a name: a heading, or at least a title."""
        return bool(self.heading or self.title)

    @property
    def heading_words(self) -> int:
        """How many words the heading has: pairs of characters in scripts without spaces."""
        return len(words_of((self.heading or "").lower()))

    @property
    def labelled(self) -> bool:
        """Whether a word or two, in heading and URL, is all the name that the page has, as sections and topics do."""
        label = 0 < self.heading_words <= MAX_LABEL_WORDS and self.url_words <= MAX_LABEL_WORDS and not self.url_digits
        named = self.titled or self.slugged or self.byline or self.expected
        return label and not (named or self.json_ld or self.dated == "json-ld")

    @property
    def likely(self) -> bool:
        """Whether a page is named as articles are, or states something, and all facts together speak for an article."""
        may_be_one = self.titled or self.slugged or (self.stated > 0 and not self.labelled)
        against_it = self.notice is not None or (self.shelf and self.stated == 0)
        return self.likelihood >= LIKELY and may_be_one and not against_it

    @property
    def unlikely(self) -> bool:
        """Whether its name, or all facts together and links among them, speak against an article."""
        if self.labelled:
            return self.likelihood < SURE
        return self.likelihood < UNLIKELY and self.links >= SOME_LINKS and not self.headlined

    @property
    def mostly_own(self) -> bool:
        """Whether most of its running text is its own, and not that of teasers or of a list of links."""
        return 2 * self.own_chars >= self.prose_chars and not self.linked_list

    @property
    def dense(self) -> bool:
        """Whether the page is links before all."""
        return self.link_density > 0.5 and self.links >= SOME_LINKS

    @property
    def listing(self) -> bool:
        """Whether what runs on in the page are its teasers."""
        return self.teasers >= MANY_TEASERS and self.own_chars < PROSE_CHARS

    @property
    def dated_list(self) -> bool:
        """Whether it is a list of teasers with their dates, and more of them than of its own text."""
        teasers_with_dates = min(self.teasers, self.dates) >= MANY_DATED_TEASERS
        return teasers_with_dates and 2 * self.own_chars < self.prose_chars

    @property
    def linked_list(self) -> bool:
        """Whether it is a list of links with a few words to each."""
        return self.headlines >= MANY_LISTED and 2 * self.listed_chars < self.own_chars

    @property
    def stated(self) -> int:
        """How many statements of the page's say that it is an article. Dates on teasers are no such statement."""
        dated = self.dated is not None and not (self.listing and self.dated == "page")
        return 2 * (self.json_ld or self.microdata) + self.og_article + dated

    @property
    def strong(self) -> bool:
        """Whether it is as good as certain that the page means to be an article."""
        return self.stated >= 2

    @property
    def runs_on(self) -> bool:
        """Whether it shows enough running text for a short article."""
        return self.own_chars >= THIN_CHARS

    def evidence(self) -> dict[str, Any]:
        """The facts as a rejection or quarantine lists them."""
        return {
            "signals": [name for name in _SIGNALS if getattr(self, name)],
            "title": self.title[:200],
            "heading": (self.heading or "")[:200],
            "prose_chars": self.prose_chars,
            "own_chars": self.own_chars,
            "links": self.links,
            "teasers": self.teasers,
            "link_density": round(self.link_density, 2),
        }
