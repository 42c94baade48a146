"""Real receivers: an SMTP server and an HTTP server that keep what they are sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """What an SMTP server took, and what it answers instead of taking: to `RCPT`, or to `DATA`."""

    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    refuses_recipient: list[str] = field(default_factory=list)
    refuses_data: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_recipient:
            return self.refuses_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses_data:
            return self.refuses_data.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.to += envelope.rcpt_tos
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login)
        return AuthResult(success=data.password == b"the right one", handled=False)

    @property
    def keys(self) -> list[str]:
        return [str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in self.letters]


@contextmanager
def smtp(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Run an SMTP server for a mailbox and give its port."""
    loop = asyncio.new_event_loop()

    def serving() -> SMTP:
        return SMTP(mailbox, hostname="localhost", loop=loop, **options)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started = asyncio.run_coroutine_threadsafe(loop.create_server(serving, "127.0.0.1", 0), loop)
    server = started.result(60)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@dataclass
class Post:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Inbox:
    """What an HTTP server was sent; it answers with `statuses` in turn, and then with 204."""

    posts: list[Post] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """The keys of what it took: one that came twice is there once."""
        return {post.headers["webhook-id"] for post in self.posts}


@contextmanager
def http(inbox: Inbox) -> Iterator[str]:
    """Run an HTTP server for an inbox and give its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = inbox.statuses.pop(0) if inbox.statuses else 204
            if status < 300:
                inbox.posts.append(Post({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
