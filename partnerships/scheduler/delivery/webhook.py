"""Webhooks after the Standard Webhooks specification: a signed event for each prompt, to one system."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Timer
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from partnerships.errors import BadRequest
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.message import Message

_GONE = 410
_PATH = re.compile(r"[!-~]*")


class Webhook(Channel):
    """Posts each event to one URL; the message's key is its `webhook-id`.

    A receiver that answers 410 wants no more of it; after anything else than 2xx it is posted again later.
    """

    digest = False

    def __init__(
        self,
        url: str,
        secret: str | Sequence[str],
        *,
        name: str = "webhook",
        timeout: float = 30,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Name the receiver and the secret shared with it (`whsec_...`), or several while one is replaced.

        `timeout` is in seconds; `clock` dates the signature. Raises BadRequest for a URL or a secret that is
        none, or where the extra `webhooks` is not installed.
        """
        try:
            from standardwebhooks import Webhook as Signer
        except ModuleNotFoundError as error:
            raise BadRequest(f"{error.name} is not there; install 'partnerships[webhooks]'") from None
        self._host = _host(url)
        if self._host is None:
            raise BadRequest("url: write the receiver's address, https://HOST/PATH, without a user")
        try:
            secrets = [secret] if isinstance(secret, str) else list(secret)
            self._signers = [Signer(one) for one in secrets]
        except Exception:
            self._signers = []
        if not self._signers:
            raise BadRequest("secret: it is none of the form whsec_ and base64")
        self.name = self.endpoint = name
        self._url, self._timeout, self._clock = url, timeout, clock

    def __repr__(self) -> str:
        return f"Webhook({self._host!r})"

    def send(self, message: Message) -> None:
        """Post a message's event; raises NotDelivered with the receiver's status."""
        body = json.dumps(message.event, ensure_ascii=False, separators=(",", ":"))
        # The library takes any clock's hour for that of UTC.
        now = self._clock().astimezone(UTC)
        signatures = [signer.sign(message.key, now, body) for signer in self._signers]
        headers = {
            "content-type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        request = Request(self._url, body.encode(), headers, method="POST")
        began = monotonic()
        try:
            with _OPENER.open(request, timeout=self._timeout):
                pass
        except HTTPError as error:
            with error:
                raise NotDelivered(f"HTTP {error.code}", permanent=error.code == _GONE) from None
        except URLError as error:
            raise NotDelivered(type(error.reason).__name__) from None
        except (HTTPException, OSError):
            if monotonic() - began < self._timeout:
                raise
            raise NotDelivered(TimeoutError.__name__) from None


def _host(url: str) -> str | None:
    """Give the host of a web address that can be posted to, or None where it is none."""
    try:
        parts = urlsplit(url)
        scheme, _, rest = url.partition("://")
        is_one = scheme.lower() in ("https", "http") and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return None
    return parts.hostname if is_one and _PATH.fullmatch(rest.removeprefix(parts.netloc)) else None


class _NoRedirect(HTTPRedirectHandler):
    """A receiver that moved is to be named anew: nothing signed goes where somebody points."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Plain(HTTPConnection):
    """A connection whose timeout is for the whole answer: one that comes bit by bit is cut off."""

    _end: Timer | None = None

    def connect(self) -> None:
        super().connect()
        self._end = _cut_after(self.timeout, self.sock)

    def close(self) -> None:
        if self._end is not None:
            self._end.cancel()
        super().close()


class _Encrypted(_Plain, HTTPSConnection):
    """The same, encrypted."""


def _cut_after(seconds: float | None, connection: socket) -> Timer:
    def cut() -> None:
        with suppress(OSError):
            connection.shutdown(SHUT_RDWR)

    timer = Timer(seconds or 0, cut)
    timer.daemon = True
    timer.start()
    return timer


class _OverPlain(HTTPHandler):
    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_Plain, request)


class _OverEncrypted(HTTPSHandler):
    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_Encrypted, request)


# Unlike HTTP libraries, it logs no URL, which may hold a token.
_OPENER = build_opener(_NoRedirect, _OverPlain, _OverEncrypted)
