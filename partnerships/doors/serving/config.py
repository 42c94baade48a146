"""The settings of the scheduler process, a TOML file; secrets are named there and stand elsewhere."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from partnerships.errors import BadRequest
from partnerships.lifecycle.records.reading import problems_of

Seconds = Annotated[float, Field(gt=0, le=366 * 86400, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]


def _hour(said: Any) -> Any:
    """Let no bare number pass, which would be read as seconds, nor another zone than the office's."""
    if isinstance(said, str | time) and not re.search(r"[Zz+-]", str(said)):
        return said
    raise ValueError("write an hour of the office's day, such as 07:00:00")


Hour = Annotated[time, BeforeValidator(_hour)]
Port = Annotated[int, Field(ge=0, le=65535)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(_Part):
    """Where a secret stands: in a variable of the environment, or in a file, whose last line end is cut."""

    env: Text | None = None
    file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _elsewhere(cls, said: Any) -> Any:
        if isinstance(said, dict) and len(said) == 1:
            return said
        raise ValueError('a secret stands elsewhere: write {env = "NAME"} or {file = "PATH"}')

    def read(self, folder: Path) -> str:
        """Give the secret; raises BadRequest where it is not there. `folder` is what a path starts from."""
        if self.file is None:
            secret = os.environ.get(self.env or "")
            if not secret:
                raise BadRequest(f"the variable {self.env} is not set")
            return secret
        try:
            secret = (folder / self.file.expanduser()).read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            raise BadRequest(f"{self.file} cannot be read: {said}") from None
        if not secret:
            raise BadRequest(f"{self.file} is empty")
        return secret


class Every(_Part):
    """Seconds between two rounds of each duty."""

    sweep: Seconds = 300
    deliver: Seconds = 60
    checkpoint: Seconds = 3600


class Listen(_Part):
    """Where health and metrics are to be had."""

    host: Text = "127.0.0.1"
    port: Port


class Smtp(_Part):
    """The mail server."""

    host: Text
    sender: Text
    port: Port | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = None
    password: Secret | None = None
    timeout: Seconds = 30


class Hook(_Part):
    """A system that is told of every prompt; `old_secret` is still accepted while the secret is replaced."""

    url: Text = Field(repr=False)
    secret: Secret
    old_secret: Secret | None = None
    timeout: Seconds = 30


class Holder(_Part):
    """A custodian, who keeps checkpoints elsewhere: by `mail` to an address, or by a `webhook`."""

    id: Text
    mail: Text | None = Field(default=None, repr=False)
    webhook: Hook | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Holder:
        if (self.mail is None) == (self.webhook is None):
            raise ValueError("a custodian is reached by mail or by a webhook: name one of both")
        return self


class Config(_Part):
    """What a file may say; everything has a default but what a channel cannot do without.

    `stale_after` is in seconds. `people`, `words`, `log_key` (which signs checkpoints) and `checkpoints`
    (where they are written too) are paths, taken from the file's own folder. `custodians` keep checkpoints
    elsewhere. Without `keep_delivered_days` messages stay in the database.
    """

    folder: Path = Field(default=Path(), exclude=True)
    database: Text | None = Field(default=None, repr=False)
    every: Every = Every()
    stale_after: Seconds | None = None
    listen: Listen | None = None
    people: Path | None = None
    link: Text | None = None
    digest_at: Hour = time(0)
    keep_delivered_days: Annotated[int, Field(ge=30, le=366_000)] | None = None
    words: tuple[Path, ...] = ()
    smtp: Smtp | None = None
    webhook: Hook | None = None
    apprise: bool = False
    log_key: Path | None = None
    checkpoints: Path | None = None
    custodians: tuple[Holder, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Config:
        mails_people = self.smtp is not None and not any(holder.mail for holder in self.custodians)
        if (mails_people or self.apprise) and self.people is None:
            raise ValueError("people: name the file with people's addresses, which smtp and apprise need")
        return self

    @property
    def delivers(self) -> bool:
        """Tell whether there is a way out for messages."""
        return bool((self.smtp and self.people) or self.webhook or self.apprise)

    def path(self, named: Path | None) -> Path | None:
        """Give a path that the file names, from its own folder."""
        return self.folder / named.expanduser() if named is not None else None


def read_config(path: Path) -> Config:
    """Read a file; raises BadRequest that names every field that is wrong, and OSError."""
    raw: Any
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{path.name} is no TOML: {str(error).partition(chr(10))[0]}") from None
    try:
        return Config.model_validate({**raw, "folder": path.resolve().parent})
    except ValidationError as error:
        # What stands in a field is not told: it may be a secret in the wrong place.
        wrong = "; ".join(f"{field}: {told}" if field else told for field, told in problems_of(error))
        raise BadRequest(f"{path.name}: {wrong}") from None
