"""`web`: pages in a browser."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0 takes a free one.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="Where the token is kept; made if need be. Default: web-token in MIRRORWIRE_HOME.",
)
@click.pass_obj
def web(settings: Settings, host: str, port: int, token_file: Path | None) -> int:
    """Pages in a browser: sources, articles, search, rejections and runs; a few things can be changed there.

    Prints the address with its token, which the first visit turns into a cookie. Each page is JSON too, with .json
    behind its name. Runs until it is interrupted.

    \b
    Example:
      mirrorwire web
      mirrorwire web --port 8091
    """
    import uvicorn  # noqa: PLC0415 - half a second, and only this command serves

    from mirrorwire.web.app import application  # noqa: PLC0415 - as above
    from mirrorwire.web.token import FILE, kept_token  # noqa: PLC0415

    token = kept_token((token_file or settings.home / FILE).expanduser())
    app = application(settings, prepare(settings), token=token, host=host)
    with _listening(host, port) as listener:
        bound = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        output.say(f"http://{name}:{bound}/?token={token}")
        # No access log: it would hold the token of the first visit.
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", server_header=False, proxy_headers=False, lifespan="off"
        )
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            output.say("stopped")
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises `WrongUse` where that cannot be."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WrongUse(f"{host}, port {port}: cannot listen there: {reason}; choose another --host or --port") from None
