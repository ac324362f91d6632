"""Fetching over real sockets: what is refused, cut, decoded, and which host's answer counts."""

from __future__ import annotations

import gzip
import http.server
import pickle
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import import_module
from typing import Any

import pytest

from etl.errors import FetchFailed
from etl.fetch import client as client_module
from etl.fetch.client import Caps, Client, Timeouts, retry_after_s
from etl.fetch.decode import TooLarge, Undecodable, decoded
from etl.fetch.guard import Refused, check_address, check_url
from etl.fetch.hosts import REST, order
from etl.fetch.page import Fetched, fetch_page, fetch_seed
from etl.fetch.robots import FAILURE_AGE_S, Robots, robots_allow, robots_delay_s, robots_text
from etl.records import Exchange, Host, HostHealth, Source, Verdict
from etl.workers import Workers

QUICK = Timeouts(connect_s=1, read_s=0.6, total_s=1.2)
PATH = "/Detail/2024/03/01/7/slug"


@dataclass
class Site:
    """A server on loopback: `routes` answer by path, everything else is 404; `seen` are the paths asked."""

    url: str = ""
    routes: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def host(self) -> Host:
        return Host(url=self.url)

    def pages(self) -> list[str]:
        return [path for path in self.seen if path != "/robots.txt"]


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a full queue would look like a slow host

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients that hang up are what these tests are about


@contextmanager
def serving(*, port: int = 0) -> Iterator[Site]:
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.seen.append(self.path)
            site.headers.append(dict(self.headers))
            route = site.routes.get(self.path.partition("?")[0]) or site.routes.get("*")
            try:
                (route or answer(b"no such page", status=404))(self)
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def mirror() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(user_agent="Mirrorwire/0.1 (+mailto:desk@example.org)", timeouts=QUICK) as found:
        yield found


def answer(body: bytes, *, status: int = 200, **headers: str) -> Callable[[Any], None]:
    def send(handler: Any) -> None:
        handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **named}.items():
            if value:
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def redirect(target: str, status: int = 302) -> Callable[[Any], None]:
    return answer(b"moved", status=status, Location=target)


def raw(*parts: bytes, pause_s: float = 0.0) -> Callable[[Any], None]:
    def send(handler: Any) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause_s)
        handler.close_connection = True

    return send


def source_of(*hosts: Host, allow_private: bool = True) -> Source:
    return Source(
        key="courier",
        name="Courier",
        language="en",
        timezone="UTC",
        article_url=(r"/Detail/(?P<date>\d{4}/\d{1,2}/\d{1,2})/(?P<id>\d+)(/|$)",),
        hosts=hosts,
        seeds=(),
        allow_private=allow_private,
    )


def failure(client: Client, url: str, source: Source, **options: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        client.get(url, source, **options)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return caught.value


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


# The client


def test_any_status_is_an_exchange_that_tells_who_served_it(site: Site, client: Client) -> None:
    site.routes["/a"] = answer("Grüße".encode(), status=503, X_One="1")
    found = client.get(site.url + "/a?b=c", source_of(site.host), headers={"If-None-Match": '"x"'})
    assert (found.status, found.host, found.url) == (503, site.url, site.url + "/a?b=c")
    assert found.body.decode() == "Grüße"
    assert found.header("x-one") == "1"
    assert site.headers[0]["User-Agent"].startswith("Mirrorwire/0.1 (+mailto:")
    assert ("If-None-Match", '"x"') in found.request_headers
    assert found.fetched_at.tzinfo is not None


def test_connections_are_reused_and_a_closed_one_costs_nothing(site: Site, client: Client) -> None:
    ports: list[int] = []

    def note(handler: Any) -> None:
        ports.append(handler.client_address[1])
        answer(b"x" * 100_000)(handler)
        handler.close_connection = len(ports) == 2  # without saying so

    site.routes["*"] = note
    for number in range(4):
        assert len(client.get(f"{site.url}/{number}", source_of(site.host)).body) == 100_000
        time.sleep(0.05)
    assert ports[0] == ports[1]
    assert ports[2] == ports[3]


def test_connection_that_the_server_closes_on_its_second_use_costs_nothing(site: Site, client: Client) -> None:
    def once(handler: Any) -> None:
        handler.used = getattr(handler, "used", 0) + 1
        (answer(b"page") if handler.used == 1 else raw(b""))(handler)

    site.routes["*"] = once
    for _ in range(2):
        assert client.get(site.url + "/", source_of(site.host)).body == b"page"
    assert len(site.seen) == 3


def test_fresh_connection_that_is_closed_is_not_tried_again(site: Site, client: Client) -> None:
    site.routes["*"] = raw(b"")
    assert failure(client, site.url + "/", source_of(site.host)).kind == "unreachable"
    assert len(site.seen) == 1


def test_cookies_are_not_kept_and_netrc_is_not_sent(
    site: Site, client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    site.routes["*"] = answer(b"", Set_Cookie="id=1; Path=/")
    for _ in range(2):
        client.get(site.url + "/", source_of(site.host))
    assert "Cookie" not in site.headers[1]
    assert "Authorization" not in site.headers[1]


def drip_body(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 100, pause_s=0.1)(handler)


def drip_head(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\n", *[f"X-{n}: y\r\n".encode() for n in range(100)], pause_s=0.1)(handler)


def drip_in_one_header(handler: Any) -> None:
    raw(b"HTTP/1.1 200 OK\r\nX: ", *[b"y"] * 100, pause_s=0.1)(handler)


@pytest.mark.parametrize("drip", [drip_body, drip_head, drip_in_one_header])
def test_drip_is_cut_at_the_deadline(site: Site, client: Client, drip: Callable[[Any], None]) -> None:
    site.routes["*"] = drip
    began = time.monotonic()
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert 1.0 < time.monotonic() - began < 1.8


def test_silence_ends_at_the_read_timeout(site: Site, client: Client) -> None:
    site.routes["*"] = lambda handler: time.sleep(2)
    began = time.monotonic()
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert time.monotonic() - began < 1.1


def test_redirects_share_one_deadline(site: Site, client: Client) -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.4)
        redirect(handler.path + "x")(handler)

    site.routes["*"] = slow
    assert failure(client, site.url + "/", source_of(site.host)).kind == "timeout"
    assert len(site.seen) <= 4


def test_nobody_there_and_no_such_name_are_unreachable(client: Client) -> None:
    for url in (f"http://127.0.0.1:{free_port()}", "http://no-such-name.invalid"):
        found = failure(client, url + "/", source_of(Host(url=url)))
        assert found.kind == "unreachable"
        assert "object at 0x" not in found.reason


def test_tls_that_cannot_be_verified_is_unreachable(client: Client, tmp_path: Any) -> None:
    trustme = pytest.importorskip("trustme")
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def shake() -> None:
            sock, _ = server.accept()
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(sock, server_side=True)
            sock.close()

        thread = threading.Thread(target=shake)
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        found = failure(client, url + "/", source_of(Host(url=url)))
        thread.join()
    assert found.kind == "unreachable"
    assert "CERTIFICATE_VERIFY_FAILED" in found.reason


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"page" * 1000)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>not gzip</html>",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n\r\ncntr",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    ],
)
def test_broken_answer_is_a_typed_failure(site: Site, client: Client, response: bytes) -> None:
    site.routes["*"] = raw(response)
    assert failure(client, site.url + "/", source_of(site.host)).kind == "http_error"


def test_too_much_on_the_wire_stops_whether_stated_or_not(site: Site, client: Client) -> None:
    sent = [0]

    def pour(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            sent[0] += handler.wfile.write(b"x" * 100_000)

    site.routes["/stated"] = answer(b"", Content_Length="10000000000")
    site.routes["/unstated"] = pour
    for path in ("/stated", "/unstated"):
        assert failure(client, site.url + path, source_of(site.host)).kind == "too_large"
    assert sent[0] < 30_000_000


def test_caps_are_parameters(site: Site, client: Client) -> None:
    site.routes["*"] = answer(b"x" * 1000)
    caps = Caps(wire_bytes=999, decoded_bytes=5000)
    assert failure(client, site.url + "/", source_of(site.host), caps=caps).kind == "too_large"
    assert client.get(site.url + "/", source_of(site.host), caps=replace(caps, wire_bytes=1000)).status == 200


def test_gzip_bomb_stops_early(site: Site, client: Client) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(300)) + squeeze.flush()
    site.routes["*"] = answer(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        found = failure(client, site.url + "/", source_of(site.host))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.kind == "too_large"
    assert peak < 60_000_000  # of 300 MB


def test_redirect_with_an_endless_or_swelling_body_stops_early(site: Site, client: Client) -> None:
    def pour(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n")
        for _ in range(1000):
            handler.wfile.write(b"x" * 100_000)

    site.routes["/endless"] = pour
    bomb = gzip.compress(bytes(50_000_000))
    site.routes["/bomb"] = answer(bomb, status=302, Location="/x", Content_Encoding="gzip")
    tracemalloc.start()
    try:
        for path in ("/endless", "/bomb"):
            assert failure(client, site.url + path, source_of(site.host)).kind == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 35_000_000
    assert "/x" not in site.seen


# Content codings

TEXT = "Die Größe zählt nicht. ".encode() * 2000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_codings_are_undone_and_capped_and_torn_ones_refused(coding: str) -> None:
    if coding == "gzip":
        pack: Callable[[bytes], bytes] = gzip.compress
    elif coding == "deflate":
        pack = zlib.compress
    elif coding == "br":
        pack = pytest.importorskip("brotli", minversion="1.2").compress
    else:
        pytest.importorskip("zstandard")
        pack = import_module("zstandard").ZstdCompressor().compress
    assert decoded(pack(TEXT), coding.upper(), 10**6) == TEXT
    assert decoded(pack(gzip.compress(TEXT)), f"gzip, {coding}", 10**6) == TEXT
    assert decoded(pack(TEXT), coding, len(TEXT)) == TEXT
    assert decoded(b"", coding, 100) == b""
    with pytest.raises(TooLarge):
        decoded(pack(bytes(2 * 10**7)), coding, 10**6)
    for cut in (1, len(pack(TEXT)) // 2):
        with pytest.raises(Undecodable):
            decoded(pack(TEXT)[:-cut], coding, 10**6)
    with pytest.raises(Undecodable):
        decoded(b"<html>" * 100, coding, 10**6)


def test_bare_deflate_several_gzip_members_and_padding_are_read() -> None:
    bare = zlib.compressobj(wbits=-15)
    assert decoded(bare.compress(TEXT) + bare.flush(), "deflate", 10**6) == TEXT
    assert decoded(gzip.compress(b"one") + gzip.compress(b"two") + bytes(8), "gzip", 100) == b"onetwo"
    with pytest.raises(TooLarge):
        decoded(gzip.compress(bytes(60)) * 2, "gzip", 100)
    with pytest.raises(Undecodable):
        decoded(TEXT, "gzip, gzip, gzip, gzip", 10**6)


# The guard


@pytest.mark.parametrize(
    "target",
    [
        "http://stranger.example/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//169.254.169.254/latest/meta-data/",
        "http://user:pass@{netloc}/",
        "http://{netloc}@stranger.example/",
        "http://stranger.example\\@{netloc}/",
        "http://{netloc}\\.stranger.example/",
        "http://[::1",
    ],
)
def test_redirect_elsewhere_is_refused_unasked(site: Site, client: Client, target: str) -> None:
    source = source_of(site.host)
    site.routes["/"] = redirect(target.replace("{netloc}", site.url.removeprefix("http://")))
    found = failure(client, site.url + "/", source)
    assert found.kind in ("refused", "http_error")
    assert site.seen == ["/"]


def test_redirect_to_another_port_of_the_same_address_is_refused(site: Site, mirror: Site, client: Client) -> None:
    site.routes["/"] = redirect(mirror.url + "/")
    assert isinstance(failure(client, site.url + "/", source_of(site.host)), Refused)
    assert mirror.seen == []


def test_redirect_to_another_host_of_the_source_tells_who_served(site: Site, mirror: Site, client: Client) -> None:
    site.routes["/a"] = redirect(mirror.url + "/b#part")
    mirror.routes["/b"] = answer(b"here")
    asked: list[str] = []
    found = client.get(
        site.url + "/a",
        source_of(site.host, mirror.host),
        headers={"If-None-Match": '"x"', "X-Kept": "1"},
        on_redirect=asked.append,
    )
    assert (found.host, found.url, found.body) == (mirror.url, mirror.url + "/b", b"here")
    assert asked == [mirror.url + "/b"]
    assert "If-None-Match" not in mirror.headers[0]
    assert mirror.headers[0]["X-Kept"] == "1"


def test_waiting_before_a_redirect_is_not_the_hosts_time(site: Site, client: Client) -> None:
    site.routes["/"] = redirect("/next")
    waited = QUICK.total_s + 0.1
    found = client.get(site.url + "/", source_of(site.host), on_redirect=lambda target: time.sleep(waited))
    assert found.url == site.url + "/next"
    assert found.elapsed_s < waited


def test_redirect_loop_ends(site: Site, client: Client) -> None:
    site.routes["/"] = redirect("/")
    assert failure(client, site.url + "/", source_of(site.host)).kind == "http_error"
    assert len(site.seen) == client_module.MAX_REDIRECTS + 1


def test_name_that_resolves_to_loopback_is_refused_before_a_packet_is_sent(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://localhost:{server.getsockname()[1]}"
        found = failure(client, url + "/", source_of(Host(url=url), allow_private=False))
        assert isinstance(found, Refused)
        with pytest.raises(TimeoutError):
            server.accept()


def test_pooled_connection_is_not_lent_to_a_source_that_may_not_have_it(site: Site, client: Client) -> None:
    assert client.get(site.url + "/", source_of(site.host)).status == 404
    found = failure(client, site.url + "/", source_of(site.host, allow_private=False))
    assert isinstance(found, Refused)
    assert site.seen == ["/"]


def test_private_is_open_for_the_listed_origin_only(client: Client) -> None:
    with serving() as site:
        port = site.url.rpartition(":")[2]
        listed = Host(url=f"http://www.localhost:{port}")  # the same site for keys, not the same origin
        assert isinstance(failure(client, f"http://localhost:{port}/", source_of(listed)), Refused)
        assert site.seen == []


def test_addresses_by_kind() -> None:
    def fit(address: str, *, private: bool) -> bool:
        try:
            check_address("http://x/", address, private=private)
        except Refused:
            return False
        return True

    for public in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"):
        assert fit(public, private=False), public
    for own in (
        "127.0.0.1",
        "::1",
        "10.0.0.8",
        "192.168.1.1",
        "fd12::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
    ):
        assert not fit(own, private=False), own
        assert fit(own, private=True), own
    never = ("0.0.0.0", "::", "169.254.169.254", "fe80::1%lo", "224.0.0.1", "ff02::1", "255.255.255.255")
    for address in (*never, "fd00:ec2::254", "::ffff:169.254.169.254", "2002:a9fe:a9fe::1", "240.0.0.1"):
        assert not fit(address, private=True), address


def test_www_and_scheme_make_no_stranger() -> None:
    source = source_of(Host(url="https://www.courier.example"))
    assert check_url("http://courier.example/a", source) is source.hosts[0]
    with pytest.raises(Refused):
        check_url("http://courier.example:8080/a", source)


# robots.txt


def test_rules_are_read_for_our_agent() -> None:
    ours = "User-agent: mirrorwire\nCrawl-delay: 2.5\nDisallow: /private*/\nAllow: /private1/x"
    text = f"User-agent: *\nDisallow: /\n\n{ours}"
    assert robots_allow(text, "http://x/Detail/1", "Mirrorwire")
    assert robots_allow(text, "http://x/private1/x", "Mirrorwire")
    assert not robots_allow(text, "http://x/private2/x", "Mirrorwire")
    assert not robots_allow(text, "http://x/Detail/1", "Otherbot")
    assert robots_delay_s(text, "Mirrorwire") == 2.5
    assert robots_delay_s("User-agent: *\nCrawl-delay: 1e9", "Mirrorwire") == 120
    assert robots_delay_s("", "Mirrorwire") is None


def test_only_500_kib_are_parsed_by_whole_lines() -> None:
    body = b"User-agent: *\n" + b"Disallow: /aaaa\n" * 40_000
    text = robots_text(body)
    assert 500_000 < len(text) <= 512_000
    assert text.endswith("Disallow: /aaaa")
    assert robots_text(b"\xef\xbb\xbfUser-agent: \xff") == "User-agent: \ufffd"


@pytest.mark.parametrize(
    ("robots_txt", "allowed", "outcome"),
    [
        (answer(b"", status=404), True, "ok"),
        (answer(b"", status=403), True, "ok"),
        (answer(b"", status=500), False, "http_error"),
        (raw(b""), False, "unreachable"),
        (lambda handler: time.sleep(2), False, "timeout"),
        (redirect("http://stranger.example/robots.txt"), False, "refused"),
        (answer(b"User-agent: *\nDisallow: /Detail/"), False, "disallowed"),
        (answer(b"<html>This domain has been seized</html>"), True, "ok"),
    ],
)
def test_robots_by_what_the_host_says(
    site: Site, client: Client, robots_txt: Callable[[Any], None], allowed: bool, outcome: str
) -> None:
    site.routes["/robots.txt"] = robots_txt
    ruling = Robots(client).check(site.url + PATH, source_of(site.host))
    assert (ruling.allowed, ruling.outcome) == (allowed, outcome)
    assert allowed == (ruling.reason is None)


def test_robots_are_kept_a_day_and_a_failure_a_minute(site: Site, client: Client) -> None:
    now = [0.0]
    waits: list[int] = []
    robots = Robots(client, clock=lambda: now[0])
    source = source_of(site.host)

    def check(at: float) -> bool:
        now[0] = at
        return robots.check(site.url + PATH, source, wait=lambda: waits.append(1)).allowed

    site.routes["/robots.txt"] = answer(b"", status=500)
    assert not check(0)
    site.routes["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 3\nDisallow: /x")
    assert not check(FAILURE_AGE_S - 1)
    assert check(FAILURE_AGE_S)
    assert robots.crawl_delay_s(site.url + "/") == 3
    site.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /")
    assert check(FAILURE_AGE_S + 23 * 3600)
    assert not check(FAILURE_AGE_S + 24 * 3600)
    assert len(site.seen) == len(waits) == 3


def test_many_threads_ask_for_robots_once(site: Site, client: Client) -> None:
    robots = Robots(client)
    check = [threading.Thread(target=robots.check, args=(site.url + PATH, source_of(site.host))) for _ in range(8)]
    for thread in check:
        thread.start()
    for thread in check:
        thread.join()
    assert site.seen == ["/robots.txt"]


# The order of hosts


def test_order_is_by_role_then_health_and_archives_stay_last() -> None:
    now = datetime(2024, 3, 1, tzinfo=UTC)
    archive, second, first, other = (
        Host(url="https://archive.example", role="archive"),
        Host(url="https://b.example", role="mirror"),
        Host(url="https://a.example"),
        Host(url="https://c.example", role="mirror"),
    )
    hosts = (archive, second, first, other)
    assert order(hosts, {}) == [first, second, other, archive]
    failing = {first.url: HostHealth(failures=3, last_failed_at=now)}
    assert order(hosts, failing, now=now) == [second, other, first, archive]
    assert order(hosts, failing) == [second, other, first, archive]
    assert order(hosts, failing, now=now + REST) == [first, second, other, archive]
    assert order(hosts, {first.url: HostHealth(failures=2)}) == [first, second, other, archive]
    assert order(hosts, {host.url: HostHealth(failures=9) for host in hosts}) == [
        first,
        second,
        other,
        archive,
    ]


# Failover


def judge(body: bytes, *, url: str, content_type: str | None, source: Source | None) -> Verdict:
    return Verdict(kind=body.decode())  # type: ignore[arg-type]


class Desk:
    """Asks for one page of two hosts, with verdicts that the pages name themselves."""

    def __init__(self, client: Client, *hosts: Host) -> None:
        self.source = source_of(*hosts)
        self.client, self.robots = client, Robots(client)
        self.waits: list[str] = []

    def wait(self, host: Host) -> None:
        self.waits.append(host.url)

    def page(self) -> Fetched:
        return fetch_page(
            on(self.source.hosts[0]),
            self.source,
            client=self.client,
            robots=self.robots,
            order=order(self.source.hosts, {}),
            wait=self.wait,
            verify=judge,
        )

    def seed(self, conditional: dict[str, dict[str, str]] | None = None) -> Fetched:
        return fetch_seed(
            "/rss.xml",
            self.source,
            is_it=lambda exchange: None if b"<rss" in exchange.body else "HTML",
            client=self.client,
            robots=self.robots,
            order=order(self.source.hosts, {}),
            wait=self.wait,
            conditional=conditional,
        )


def on(host: Host) -> str:
    return host.url + PATH


@pytest.fixture
def desk(site: Site, mirror: Site, client: Client) -> Desk:
    return Desk(client, site.host, Host(url=mirror.url, role="mirror"), Host(url="http://a.example", role="archive"))


def outcomes(found: Fetched) -> list[str]:
    return [given.attempt.outcome for given in found.answers]


def test_first_host_that_serves_the_article_is_enough(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = answer(b"article")
    found = desk.page()
    assert (found.chosen, outcomes(found)) == (0, ["ok"])
    assert mirror.seen == []
    assert desk.waits == [site.url, site.url]  # robots.txt and the page
    attempt = found.answers[0].attempt
    assert (attempt.host, attempt.status, attempt.body_bytes) == (site.url, 200, 7)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (answer(b"seizure"), "not_it"),
        (answer(b"suspect"), "ok"),
        (answer(b"index"), "not_it"),
        (answer(b"", status=500), "http_error"),
        (answer(b"", status=403), "http_error"),
        (answer(b"", status=404), "gone"),
        (answer(b"", status=410), "gone"),
        (answer(b"", status=304), "http_error"),
        (raw(b""), "unreachable"),
        (drip_body, "timeout"),
        (redirect("http://stranger.example/"), "refused"),
        (redirect("/Detail/2024/03/01/8/another"), "not_it"),
        (answer(b"", Content_Length="99999999"), "too_large"),
    ],
)
def test_next_host_serves_what_the_first_does_not(
    site: Site, mirror: Site, desk: Desk, fault: Callable[[Any], None], outcome: str
) -> None:
    site.routes[PATH] = fault
    site.routes["/Detail/2024/03/01/8/another"] = answer(b"article")
    mirror.routes[PATH] = answer(b"article")
    found = desk.page()
    assert outcomes(found) == [outcome, "ok"]
    assert found.answer is not None
    assert found.answer.exchange is not None
    assert found.answer.exchange.host == mirror.url
    assert not found.gone


def test_dead_primary_is_an_attempt_and_not_asked_for_its_robots_again(mirror: Site, client: Client) -> None:
    dead = Host(url=f"http://127.0.0.1:{free_port()}")
    mirror.routes[PATH] = answer(b"article")
    desk = Desk(client, dead, Host(url=mirror.url, role="mirror"))
    for _ in range(2):
        assert outcomes(desk.page()) == ["unreachable", "ok"]
    assert desk.waits.count(dead.url) == 1


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (b"index", b"suspect", 1),
        (b"suspect", b"suspect", 0),
        (b"thin", b"index", 1),
        (b"broken", b"seizure", 0),
        (b"seizure", b"parking", None),
        (b"challenge", b"consent", None),
        (b"login", b"not_found", None),
    ],
)
def test_best_of_what_is_not_the_article_is_chosen_or_nothing(
    site: Site, mirror: Site, desk: Desk, first: bytes, second: bytes, chosen: int | None
) -> None:
    site.routes[PATH] = answer(first)
    mirror.routes[PATH] = answer(second)
    found = desk.page()
    assert found.chosen == chosen
    assert len(found.answers) == 2


def test_gone_only_when_every_host_says_so(site: Site, mirror: Site, desk: Desk) -> None:
    assert desk.page().gone
    mirror.routes[PATH] = answer(b"", status=503)
    found = desk.page()
    assert (found.gone, found.chosen, outcomes(found)) == (False, None, ["gone", "http_error"])


def test_robots_refusal_is_an_attempt_and_the_page_is_not_asked(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/robots.txt"] = answer(b"User-agent: Mirrorwire\nDisallow: /Detail/")
    mirror.routes[PATH] = answer(b"article")
    assert outcomes(desk.page()) == ["disallowed", "ok"]
    assert site.pages() == []


def test_redirect_to_the_mirror_is_served_by_it_once_and_by_its_robots(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = redirect(mirror.url + PATH)
    mirror.routes[PATH] = answer(b"thin")
    found = desk.page()
    assert mirror.pages() == [PATH]
    assert found.answers[0].attempt.detail == f"served by {mirror.url}; thin"
    assert desk.waits.count(mirror.url) == 2
    site.seen.clear()
    desk.robots = Robots(desk.client)
    mirror.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /")
    assert outcomes(desk.page()) == ["disallowed", "disallowed"]
    assert mirror.pages() == [PATH]


def test_redirect_to_the_front_page_lets_the_mirror_be_asked(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = redirect(mirror.url + "/")
    mirror.routes["/"] = answer(b"index")
    mirror.routes[PATH] = answer(b"article")
    assert desk.page().chosen == 1


def test_retry_after_is_read_in_seconds_and_as_a_date(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes[PATH] = answer(b"", status=429, Retry_After="120")
    mirror.routes[PATH] = answer(b"", status=503, Retry_After="30")
    found = desk.page()
    assert found.retry_after_s == 30
    assert "retry after 120 s" in str(found.answers[0].attempt.detail)
    exchange = found.answers[0].exchange
    assert exchange is not None

    def said(value: str) -> float | None:
        return retry_after_s(replace(exchange, headers=(("Retry-After", value),)))

    now = exchange.fetched_at
    assert said(format_datetime(now + timedelta(seconds=90), usegmt=True)) == pytest.approx(90, abs=1)
    assert said(format_datetime(now - timedelta(hours=1), usegmt=True)) == 0
    assert said("9999999999") == 86_400
    for nonsense in ("soon", "-5", "9" * 500, "", "Mon, 99 Foo 2024"):
        assert said(nonsense) is None


# Seeds


def test_seed_that_is_html_falls_to_the_next_host(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/rss.xml"] = answer(b"<html>front page</html>")
    mirror.routes["/rss.xml"] = answer(b"<rss/>")
    found = desk.seed()
    assert (found.chosen, outcomes(found)) == (1, ["not_it", "ok"])
    assert found.answers[0].attempt.detail == "HTML"


def test_seed_that_nobody_has_is_chosen_from_nobody(desk: Desk) -> None:
    found = desk.seed()
    assert (found.chosen, found.gone, outcomes(found)) == (None, True, ["gone", "gone"])


def test_unchanged_seed_is_one_request_and_a_304_unasked_for_is_an_error(site: Site, mirror: Site, desk: Desk) -> None:
    site.routes["/rss.xml"] = answer(b"", status=304, Content_Length="")
    mirror.routes["/rss.xml"] = answer(b"<rss/>")
    found = desk.seed({site.url: {"If-None-Match": '"v1"'}})
    assert (found.chosen, outcomes(found)) == (0, ["not_modified"])
    assert site.headers[-1]["If-None-Match"] == '"v1"'
    assert mirror.pages() == []
    assert outcomes(desk.seed()) == ["http_error", "ok"]


def test_real_verdicts_send_a_seizure_notice_to_the_mirror(site: Site, mirror: Site, client: Client) -> None:
    desk = Desk(client, site.host, Host(url=mirror.url, role="mirror"))
    body = b"<html><title>Seized</title><h1>This domain has been seized</h1><p>" + b"by a warrant. " * 10
    site.routes[PATH] = mirror.routes[PATH] = answer(body)
    with Workers(1) as workers:
        found = fetch_page(
            on(site.host),
            desk.source,
            client=client,
            robots=desk.robots,
            order=desk.source.hosts,
            wait=desk.wait,
            verify=workers.verify,
        )
    assert (found.chosen, outcomes(found)) == (None, ["not_it", "not_it"])


def test_environment_proxy_is_used_and_does_not_open_the_list(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    site.routes["*"] = answer(b"by proxy")
    site.routes[f"http://news.example{PATH}"] = answer(b"by proxy")
    source = source_of(Host(url="http://news.example"), allow_private=False)
    assert client.get("http://news.example" + PATH, source).body == b"by proxy"
    assert isinstance(failure(client, "http://stranger.example/", source), Refused)
    site.routes["*"] = drip_body
    assert failure(client, "http://news.example/", source).kind == "timeout"


def test_exchanges_of_threads_do_not_mix(site: Site, client: Client) -> None:
    site.routes["*"] = lambda handler: answer(handler.path.encode() * 1000)(handler)
    source, found = source_of(site.host), dict[int, Exchange]()

    def get(number: int) -> None:
        found[number] = client.get(f"{site.url}/{number}", source)

    with ExitStack() as stack:
        for number in range(16):
            thread = threading.Thread(target=get, args=(number,))
            thread.start()
            stack.callback(thread.join)
    assert {number: exchange.body for number, exchange in found.items()} == {
        number: f"/{number}".encode() * 1000 for number in range(16)
    }
