"""The file of channels, `channels.toml`: where messages go. Secrets stand elsewhere, and are read when one is sent."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mirrorwire.alarms.errors import ChannelUnusable
from mirrorwire.core.settings import Settings

MAX_FILE_BYTES = 100_000
Kind = Literal["alarms", "watches"]
Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Address = Annotated[str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}$")]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,255}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    tells: tuple[Kind, ...] = ("alarms", "watches")


class _WithUrl(_Table):
    """A URL stands in the file, or, where it is a secret itself, in a variable or a file that is named."""

    url: str | None = None
    url_env: str | None = None
    url_file: str | None = None

    @model_validator(mode="after")
    def _has_one_url(self) -> _WithUrl:
        if sum(place is not None for place in (self.url, self.url_env, self.url_file)) != 1:
            raise ValueError("exactly one of url, url_env and url_file is needed")
        return self

    def address(self) -> str:
        """Return the URL; raises `ChannelUnusable`."""
        return self.url or secret(self.name, "url", self.url_env, self.url_file) or ""


class Webhook(_WithUrl):
    """Messages as JSON by POST, signed where there is a secret."""

    kind: Literal["webhook"]
    secret_env: str | None = None
    secret_file: str | None = None


class Mail(_Table):
    """Messages as mail."""

    kind: Literal["mail"]
    server: Host = "localhost"
    port: int = Field(default=25, ge=1, le=65535)
    starttls: bool = False
    tls: bool = False
    """TLS from the first byte, as on port 465."""
    user: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    sender: Address
    to: tuple[Address, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sends_no_password_in_the_clear(self) -> Mail:
        if self.starttls and self.tls:
            raise ValueError("starttls and tls are two ways to the same: port 587 has starttls, port 465 tls")
        if self.user and not (self.starttls or self.tls) and self.server not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("a user and password need starttls = true or tls = true")
        return self


class AppriseChannel(_WithUrl):
    """Messages to whatever Apprise knows."""

    kind: Literal["apprise"]


Channel = Webhook | Mail | AppriseChannel


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channels: tuple[Annotated[Channel, Field(discriminator="kind")], ...] = ()


def channels_file(settings: Settings) -> Path:
    """Return where the file of channels lies: `MIRRORWIRE_CHANNELS`, else `channels.toml` in the data folder."""
    return settings.channels or settings.home / "channels.toml"


def read_channels(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels; none where there is no file. Raises `ChannelUnusable` with the place and the problem."""
    path = channels_file(settings)
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        if settings.channels:
            raise ChannelUnusable(str(path), "MIRRORWIRE_CHANNELS names it, and it is not there") from None
        return ()
    except OSError as error:
        raise ChannelUnusable(str(path), error.strerror or "it cannot be read") from None
    if len(body) > MAX_FILE_BYTES:
        raise ChannelUnusable(str(path), f"over {MAX_FILE_BYTES:,} bytes: no file of channels")
    return _checked(path, body)


def secret(channel: str, what: str, env: str | None, file: str | None) -> str | None:
    """Return what a variable or a file holds, without the spaces around it; `None` where neither is named.

    Raises `ChannelUnusable` where it is named and empty or away.
    """
    if env is not None:
        value = os.environ.get(env, "").strip()
        if not value:
            raise ChannelUnusable(channel, f"the environment variable {env} for its {what} is not set")
        return value
    if file is None:
        return None
    try:
        value = Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, ValueError, RuntimeError):
        raise ChannelUnusable(channel, f"the file {file} for its {what} cannot be read") from None
    if not value:
        raise ChannelUnusable(channel, f"the file {file} for its {what} is empty")
    return value


def _checked(path: Path, body: bytes) -> tuple[Channel, ...]:
    try:
        data = tomllib.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ChannelUnusable(str(path), "it is no TOML in UTF-8") from None
    try:
        channels = _File.model_validate(data).channels
    except ValidationError as error:
        raise ChannelUnusable(str(path), "; ".join(_problems(error))) from None
    names = [channel.name for channel in channels]
    for name in names:
        if names.count(name) > 1:
            raise ChannelUnusable(str(path), f"two channels have the name {name!r}")
    return channels


def _problems(error: ValidationError) -> list[str]:
    """Each problem with its place. What stands there is left out: it may be a secret."""
    problems = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
        problems.append(f"{place}: {problem['msg']}")
    return problems
