"""E-mail over SMTP: one message a day a person, as text and as HTML."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, parseaddr
from typing import Literal

from partnerships.errors import BadRequest
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.digest import one_line
from partnerships.scheduler.delivery.message import Message

Security = Literal["starttls", "tls", "none"]
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Mail(Channel):
    """Sends through one SMTP server; the message's key is its Message-ID.

    A recipient or a content that the server refuses for good (5xx) is not tried again; anything else is.
    """

    name = "mail"

    def __init__(
        self,
        host: str,
        sender: str,
        *,
        port: int | None = None,
        security: Security = "starttls",
        user: str | None = None,
        password: str | None = None,
        timeout: float = 30,
    ) -> None:
        """Name the server and the address that messages come from; `timeout` is in seconds.

        Raises BadRequest for a sender that is no address, an unknown `security`, a user without a password.
        """
        if security not in _PORTS:
            raise BadRequest(f"security: {security!r} is not one of {', '.join(_PORTS)}")
        if (user is None) != (password is None):
            raise BadRequest("user and password: name both or neither")
        if user is not None and security == "none":
            raise BadRequest("security: a password is not sent over a connection that is not encrypted")
        try:
            shown, address = parseaddr(sender)
            self._sender = Address(shown, addr_spec=address)
        except (ValueError, IndexError, MessageError):
            raise BadRequest("sender: it is no e-mail address") from None
        self._host, self._port, self._security = host, port or _PORTS[security], security
        self._user, self._password, self._timeout = user, password, timeout

    def __repr__(self) -> str:
        return f"Mail({self._host!r}, port={self._port}, security={self._security!r})"

    def send(self, message: Message) -> None:
        """Send a message over a connection of its own; raises NotDelivered with the server's code."""
        letter = self._letter(message)
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotDelivered(f"SMTP {code}", permanent=code >= 500) from None
        except smtplib.SMTPDataError as error:
            raise NotDelivered(f"SMTP {error.smtp_code}", permanent=error.smtp_code >= 500) from None
        except smtplib.SMTPResponseException as error:
            # Said of us and not of the message: somebody will mend the settings, and it goes out then.
            raise NotDelivered(f"SMTP {error.smtp_code}") from None
        except smtplib.SMTPNotSupportedError:
            raise NotDelivered("SMTP not supported") from None

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._sender
        try:
            letter["To"] = Address(one_line(message.name or ""), addr_spec=_in_ascii(message.address))
        except (ValueError, IndexError, MessageError):
            raise NotDelivered("bad address", permanent=True) from None
        letter["Subject"] = message.subject
        letter["Date"] = localtime()
        letter["Message-ID"] = f"<{message.key}@{self._sender.domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        letter.add_alternative(message.html, subtype="html")
        letter["Content-Language"] = message.language
        return letter

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user is not None and self._password is not None:
                server.login(self._user, self._password)
            yield server
            # The message is taken by now: a server that says goodbye badly does not undo that.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()


def _in_ascii(address: str) -> str:
    """Give an address with its domain in the form that every server knows; raises ValueError."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode('ascii')}"
