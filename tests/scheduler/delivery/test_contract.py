"""Our own channels under the contract that a host's channel is held to."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from partnerships.scheduler.delivery.apprise import Apprise
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.mail import Mail
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.webhook import Webhook
from partnerships.scheduler.testing import ChannelContract
from tests.scheduler.delivery.office import Paper
from tests.scheduler.delivery.servers import Inbox, Mailbox, http, smtp

NOBODY_LISTENS = 1
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class TestMail(ChannelContract):
    address = "pm-1@example.org"

    @pytest.fixture(autouse=True)
    def server(self) -> Iterator[None]:
        self.mailbox = Mailbox()
        with smtp(self.mailbox) as self.port:
            yield

    def channel(self) -> Channel:
        return Mail("127.0.0.1", "office@example.org", port=self.port, security="none")

    def unreachable(self) -> Channel:
        return Mail("127.0.0.1", "office@example.org", port=NOBODY_LISTENS, security="none")

    def received(self) -> list[str]:
        bodies = [letter.get_body(("plain",)) for letter in self.mailbox.letters]
        told = [body.get_content() for body in bodies if body is not None]
        return [f"{key} {text}" for key, text in zip(self.mailbox.keys, told, strict=True)]


class TestMailWithAPassword(TestMail):
    secrets = ("swordfish",)

    def unreachable(self) -> Channel:
        secret = {"user": "office", "password": "swordfish"}
        return Mail("127.0.0.1", "office@example.org", port=self.port, **secret)


class TestWebhook(ChannelContract):
    address = ""
    secrets = (SECRET, SECRET.removeprefix("whsec_"), "token")

    @pytest.fixture(autouse=True)
    def server(self) -> Iterator[None]:
        self.inbox = Inbox()
        with http(self.inbox) as self.url:
            yield

    def channel(self) -> Channel:
        return self._to(self.url)

    def unreachable(self) -> Channel:
        return self._to(f"http://127.0.0.1:{NOBODY_LISTENS}/")

    def _to(self, url: str) -> Channel:
        return Webhook(f"{url}?token=1", SECRET, timeout=10)

    def received(self) -> list[str]:
        return [f"{post.headers['webhook-id']} {post.body.decode()}" for post in self.inbox.posts]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
class TestApprise(ChannelContract):
    """Through Apprise to a web service of ours: its JSON knows no key."""

    carries_key = False
    secrets = ("swordfish",)

    @pytest.fixture(autouse=True)
    def server(self) -> Iterator[None]:
        self.inbox = Inbox()
        with http(self.inbox) as url:
            self.address = url.replace("http://", "json://office:swordfish@")
            yield

    def channel(self) -> Channel:
        return Apprise()

    def unreachable(self) -> Channel:
        self.address = f"json://office:swordfish@127.0.0.1:{NOBODY_LISTENS}/"
        return Apprise()

    def received(self) -> list[str]:
        return [json.loads(post.body)["message"] for post in self.inbox.posts]

    def test_its_log_tells_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        self.channel().send(self.message("k"))
        self.test_what_is_not_taken_is_told()
        assert [record for record in caplog.records if record.name.startswith("apprise")] == []

    def test_an_address_that_apprise_cannot_read_is_bad_for_good(self) -> None:
        self.address = "carrier-pigeon://roof"
        with pytest.raises(NotDelivered, match="bad address") as told:
            self.channel().send(self.message("k"))
        assert told.value.permanent


class Kept(Paper):
    def __init__(self, kept: list[Message]) -> None:
        super().__init__()
        self.sent = kept


class TestPaper(ChannelContract):
    @pytest.fixture(autouse=True)
    def nothing_kept(self) -> None:
        self.kept: list[Message] = []

    def channel(self) -> Channel:
        return Kept(self.kept)

    def unreachable(self) -> Channel:
        return Paper(ConnectionError("somebody"))

    def received(self) -> list[str]:
        return [f"{message.key} {message.text}" for message in self.kept]


class Silent(Kept):
    """Says nothing where it fails."""

    def send(self, message: Message) -> None:
        return None


class Mumbling(Kept):
    """Loses every sign that is not ASCII."""

    def send(self, message: Message) -> None:
        ascii_only = message.text.encode("ascii", "ignore").decode()
        self.sent.append(Message(**{**_fields(message), "text": ascii_only}))


class Forgetful(Kept):
    """Makes a key of its own at every try."""

    def send(self, message: Message) -> None:
        self.sent.append(Message(**{**_fields(message), "key": str(len(self.sent))}))


class Shouting(Kept):
    """Stands in its own repr with what should not show."""

    def __repr__(self) -> str:
        return "Shouting(password='swordfish')"


class Telling(Paper):
    """Puts the address into its code."""

    def send(self, message: Message) -> None:
        raise NotDelivered(f"gone {message.address}")


def _fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in Message.__slots__}


@pytest.mark.parametrize(
    ("channel", "unreachable", "broken"),
    [
        (Silent, None, "test_a_message_arrives_whole"),
        (Silent, Silent, "test_what_is_not_taken_is_told"),
        (Mumbling, None, "test_a_message_arrives_whole"),
        (Forgetful, None, "test_a_second_try_has_the_same_key"),
        (Shouting, None, "test_nothing_secret_shows"),
        (Kept, Telling, "test_what_is_not_taken_is_told"),
    ],
)
def test_the_contract_finds_a_channel_that_breaks_it(
    channel: type[Kept], unreachable: type[Paper] | None, broken: str
) -> None:
    kept: list[Message] = []

    class Broken(ChannelContract):
        secrets = ("swordfish",)

        def channel(self) -> Channel:
            return channel(kept)

        def unreachable(self) -> Channel:
            if unreachable is None:
                return Paper(ConnectionError())
            return unreachable(kept) if issubclass(unreachable, Kept) else unreachable()

        def received(self) -> list[str]:
            return [f"{message.key} {message.text}" for message in kept]

    with pytest.raises((AssertionError, ValueError)):
        getattr(Broken(), broken)()
