"""Whether what the hosts answered says that an article's URL leads to another article for good. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from mirrorwire.extract.likeness import alike
from mirrorwire.fetch.answers import Fetched
from mirrorwire.store.aliases import Redirection


def redirection(fetched: Fetched, titles: Iterable[str]) -> Redirection | None:
    """Return where every host that was asked leads the URL, `None` where one does not, or not for good.

    A host that says gone does not object; one that rests or is down may serve the article yet. A temporary redirect
    (302, 307), a page that is no article, and anything that is left to read for the article itself prove nothing.
    `titles` are what seeds and the stored page call the article.
    """
    if fetched.chosen is not None or fetched.second_best is not None or fetched.rests or fetched.shut:
        return None
    led = [(answer.attempt, answer.led_to) for answer in fetched.answers if answer.led_to is not None]
    others = [answer for answer in fetched.answers if answer.led_to is None]
    if not led or any(answer.attempt.outcome != "gone" for answer in others):
        return None
    if len({to.article_key for _, to in led}) > 1 or not all(to.for_good and any(to.titles) for _, to in led):
        return None
    known = list(titles)
    target = led[0][1]
    return Redirection(
        article_key=target.article_key,
        url=target.url,
        asked={attempt.host: attempt.url for attempt, _ in led},
        alike=any(alike(title, other) for _, to in led for title in to.titles for other in known),
    )
