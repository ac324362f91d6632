"""The server of `benchmarks.fetch`, a process of its own: ready-made responses from memory, connections kept alive.

    python -m benchmarks.page_server FOLDER

Serves each file of the folder, gzip-coded, at /0, /1, and so on, and a sitemap of them, allows everything in
robots.txt, prints its port on 127.0.0.1 and the bodies' sizes as one line of JSON, and ends when its standard input
does.
"""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
from pathlib import Path

_HEAD = (
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: {kind}\r\n"
    'Content-Length: {length}\r\nConnection: keep-alive\r\nVary: Accept-Encoding\r\nETag: "{length:x}"\r\n'
    "Cache-Control: max-age=60\r\nX-Frame-Options: SAMEORIGIN\r\n{more}\r\n"
)


def main(folder: Path) -> None:
    """Serve until standard input ends."""
    bodies = [_plain(path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()]
    coded = [gzip.compress(body, 6) for body in bodies]
    responses = {
        f"/{n}".encode(): _response(body, "text/html; charset=utf-8", "Content-Encoding: gzip\r\n")
        for n, body in enumerate(coded)
    }
    responses[b"/robots.txt"] = _response(b"User-agent: *\nDisallow: /private/\n", "text/plain", "")
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    site = f"http://127.0.0.1:{server.getsockname()[1]}"
    locs = "".join(f"<url><loc>{site}/{n}</loc></url>" for n in range(len(bodies)))
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'
    responses[b"/sitemap.xml"] = _response(sitemap.encode(), "application/xml", "")
    threading.Thread(target=_accept, args=(server, responses), daemon=True).start()
    sizes = {"bytes": sum(map(len, bodies)), "coded_bytes": sum(map(len, coded))}
    print(json.dumps({"port": server.getsockname()[1], "pages": len(bodies), **sizes}), flush=True)
    sys.stdin.read()


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _response(body: bytes, kind: str, more: str) -> bytes:
    return _HEAD.format(kind=kind, length=len(body), more=more).encode() + body


def _accept(server: socket.socket, responses: dict[bytes, bytes]) -> None:
    while True:
        sock, _ = server.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer, args=(sock, responses), daemon=True).start()


def _answer(sock: socket.socket, responses: dict[bytes, bytes]) -> None:
    asked = b""
    while more := sock.recv(65_536):
        asked += more
        if asked.endswith(b"\r\n\r\n"):
            sock.sendall(responses[asked.split(b" ", 2)[1]])
            asked = b""
    sock.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
