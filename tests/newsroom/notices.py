"""Pages that answer in an article's place: seizure, parking, challenge, consent, login. All our own words."""

from __future__ import annotations

from .web import html_page

SEIZURE = html_page(
    "Domain seized",
    """<h1>THIS DOMAIN HAS BEEN SEIZED</h1>
<p>This website has been taken into custody by the Federal Bureau of Domain Enforcement. The domain was seized
in accordance with a seizure warrant issued by the Northern District Court under section 981 of the Assets
Code, as part of a law enforcement action coordinated with the Office of Export Control.</p>
<p>Persons who believe that they hold an interest in this domain may contact the clerk of the court.</p>
""",
)
SEIZURE_IMAGE = '<html><head></head><body><img src="/notice.png" width="100%"></body></html>\n'
PARKING = html_page(
    "This domain is for sale",
    """<h1>This domain is for sale</h1>
<p>The owner of this domain is accepting offers. Buy this domain today, or have a broker make an offer.</p>
<h2>Related searches</h2>
<ul>
<li><a href="?q=news">Breaking news</a></li>
<li><a href="?q=insurance">Cheap insurance</a></li>
<li><a href="?q=hosting">Web hosting</a></li>
<li><a href="?q=loans">Loans online</a></li>
</ul>
<p>This page is provided courtesy of the registrar. Parked free of charge.</p>
""",
)
CHALLENGE = html_page(
    "One moment, please...",
    """<h1>Checking your browser</h1>
<p>We are verifying that you are human. This check is automatic; you will be sent on to the site in a few
seconds.</p>
<noscript>Please enable JavaScript and cookies to continue.</noscript>
<form id="challenge-form" action="/_check" method="post">
<input type="hidden" name="token" value="b41c77e0">
</form>
<p>Request number: 8f2d0c61a9</p>
""",
    '<meta name="robots" content="noindex,nofollow">\n<meta http-equiv="refresh" content="8">\n',
)
CONSENT = html_page(
    "Your privacy choices",
    """<h1>Before you continue</h1>
<p>We and our 214 partners store and read information on your device, such as cookies, to show personalised
advertising and to measure our audience. You may accept, refuse, or manage your choices for each purpose.</p>
<button>Accept all</button>
<button>Reject all</button>
<button>Manage options</button>
""",
)
LOGIN = html_page(
    "Sign in",
    """<h1>Sign in to keep reading</h1>
<p>This content is for registered readers. Please log in, or create a free account.</p>
<form action="/login" method="post">
<label>Email <input type="email" name="email"></label>
<label>Password <input type="password" name="password"></label>
<button>Sign in</button>
</form>
<p><a href="/register">Create an account</a> <a href="/reset">Forgot your password?</a></p>
""",
)
ERROR = html_page("500", "<h1>500</h1>\n<p>Internal server error.</p>\n")
FORBIDDEN = html_page("403 Forbidden", "<h1>403 Forbidden</h1>\n<p>Your network has no access.</p>\n")
TOO_MANY = html_page("429", "<h1>Too many requests</h1>\n<p>Please slow down.</p>\n")
WELCOME = html_page("Welcome", "<h1>Welcome</h1>\n<p>It works. Site under construction.</p>\n")
