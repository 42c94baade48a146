"""Webhooks after the Standard Webhooks specification: a signed event for each prompt, to one system."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from partnerships.errors import BadRequest
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.message import Message

_GONE = 410


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
            raise BadRequest("url: write the receiver's address, https://HOST/PATH")
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
        now = self._clock()
        signatures = [signer.sign(message.key, now, body) for signer in self._signers]
        headers = {
            "content-type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        request = Request(self._url, body.encode(), headers, method="POST")
        try:
            with _OPENER.open(request, timeout=self._timeout):
                pass
        except HTTPError as error:
            with error:
                raise NotDelivered(f"HTTP {error.code}", permanent=error.code == _GONE) from None
        except URLError as error:
            raise NotDelivered(type(error.reason).__name__) from None


def _host(url: str) -> str | None:
    """Give the host of a web address, or None where it is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("https", "http") and parts.port != 0 else None
    except ValueError:
        return None


class _NoRedirect(HTTPRedirectHandler):
    """A receiver that moved is to be named anew: nothing signed goes where somebody points."""

    def redirect_request(self, *_: object) -> None:
        return None


# Unlike HTTP libraries, it logs no URL, which may hold a token.
_OPENER = build_opener(_NoRedirect)
