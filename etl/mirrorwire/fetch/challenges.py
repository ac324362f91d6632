"""What a host shows beside a status that is an error: a challenge, a login, a seizure notice, or just that status."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import BLOCK_PAGES, Source, Verdict
from mirrorwire.fetch.answers import Answer
from mirrorwire.seed_formats.document import is_html

MAX_JUDGED_BYTES = 256 * 1024
"""Challenges and notices are short; a long error page is a site's own."""

_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cf-mitigated", re.compile("challenge", re.I)),
    ("x-vercel-mitigated", re.compile("challenge", re.I)),
    ("x-amzn-waf-action", re.compile("challenge|captcha", re.I)),
    ("x-datadome", re.compile("")),
    ("x-sucuri-block", re.compile("")),
    ("server", re.compile("datadome|akamaighost|ddos-guard|sucuri", re.I)),
)
"""By which the services that stand before sites tell that an error is theirs."""
_MARKS = re.compile(
    rb"_cf_chl_opt|challenges\.cloudflare\.com|_Incapsula_Resource|px-captcha|_pxAppId|captcha-delivery\.com"
    rb"|AwsWafIntegration|awsWafCookieDomainList|sucuri_cloudproxy|g-recaptcha|h-captcha"
)
"""What the pages of the same services hold, in any language."""
_STATUS_WORDS = re.compile(
    r"\W*(?:(?:error|http)\W*)?(?:[45]\d\d\b|forbidden\b|too many requests|unavailable (?:due to|for) legal)", re.I
)


class _Verify(Protocol):
    def __call__(self, body: bytes, *, url: str, content_type: str | None, source: Source | None) -> Verdict: ...


def called_by_name(answer: Answer, verify: _Verify, source: Source) -> Answer:
    """Return an answer that was an HTTP error as what stands in the page's place, if it shows that it is one.

    Its verdict is the evidence, and its detail says both: "challenge (403 Forbidden)". All others as they are.
    """
    if answer.exchange is None or answer.attempt.outcome != "http_error":
        return answer
    verdict = _verdict(answer.exchange, verify, source)
    if verdict is None:
        return answer
    detail = f"{verdict.kind} ({answer.attempt.detail})"
    return answer._replace(attempt=replace(answer.attempt, outcome="not_it", detail=detail), verdict=verdict)


def _verdict(exchange: Exchange, verify: _Verify, source: Source) -> Verdict | None:
    for name, pattern in _HEADERS:
        value = exchange.header(name)
        if value is not None and exchange.status < 500 and pattern.search(value):
            return Verdict(kind="challenge", evidence={"header": f"{name}: {value}"[:200], "status": exchange.status})
    body = exchange.body
    if len(body) > MAX_JUDGED_BYTES or not is_html(body.lstrip()):
        return None
    if mark := _MARKS.search(body):
        return Verdict(kind="challenge", evidence={"mark": mark[0].decode(), "status": exchange.status})
    verdict = verify(body, url=exchange.url, content_type=exchange.header("Content-Type"), source=source)
    if verdict.kind not in BLOCK_PAGES or _STATUS_WORDS.match(str(verdict.evidence.get("phrase") or "")):
        return None  # a title that repeats the status tells no more than it
    return Verdict(kind=verdict.kind, evidence={**verdict.evidence, "status": exchange.status})
