"""Webhooks, to a real HTTP server that checks signatures and counts by key."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook as Verifier

from partnerships import BadRequest, Service
from partnerships.scheduler.delivery.message import Message
from partnerships.scheduler.delivery.webhook import Webhook
from tests.scheduler.delivery.office import LEASE, asked, deliver, failed, several
from tests.scheduler.delivery.servers import Inbox, http
from tests.story import Story

SECRET, OLDER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def url(inbox: Inbox) -> Iterator[str]:
    with http(inbox) as address:
        yield address


@pytest.fixture
def webhook(url: str) -> Webhook:
    return Webhook(url, SECRET, timeout=10)


def test_an_event_is_signed_after_the_specification(
    story: Story, service: Service, inbox: Inbox, webhook: Webhook
) -> None:
    asked(story)
    assert deliver(service, webhook).sent == 1
    (post,) = inbox.posts
    event = Verifier(SECRET).verify(post.body, post.headers)
    (prompt,) = service.prompts()
    assert event["type"] == "prompt.asked"
    assert event["timestamp"].startswith("2024-03-01T")
    assert event["data"]["id"] == prompt["id"]
    assert event["data"]["partnership"] == "p-1"
    assert (event["data"]["kind"], event["data"]["clause"]) == ("exit_dialogue", "S6.22")
    assert post.headers["content-type"] == "application/json"
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(OLDER).verify(post.body, post.headers)


def test_a_clock_in_the_offices_zone_signs_the_same_instant(
    story: Story, service: Service, inbox: Inbox, url: str
) -> None:
    asked(story)
    channel = Webhook(url, SECRET, timeout=10, clock=lambda: datetime.now(ZoneInfo("Asia/Kathmandu")))
    assert deliver(service, channel).sent == 1
    (post,) = inbox.posts
    assert Verifier(SECRET).verify(post.body, post.headers)["type"] == "prompt.asked"


def test_an_escalation_is_an_event_of_its_own(
    story: Story, service: Service, inbox: Inbox, webhook: Webhook
) -> None:
    asked(story)
    deliver(service, webhook)
    story.clock.advance(days=14)
    service.sweep()
    deliver(service, webhook)
    assert [json.loads(post.body)["type"] for post in inbox.posts] == ["prompt.asked", "prompt.escalated"]
    assert len(inbox.keys) == 2


def test_while_a_secret_is_replaced_both_verify(
    story: Story, service: Service, inbox: Inbox, url: str
) -> None:
    asked(story)
    channel = Webhook(url, [SECRET, OLDER])
    deliver(service, channel)
    (post,) = inbox.posts
    for secret in (SECRET, OLDER):
        assert Verifier(secret).verify(post.body, post.headers)["type"] == "prompt.asked"


def test_what_was_posted_and_not_noted_comes_again_under_its_key(
    telling: Callable[..., Story], service: Service, inbox: Inbox, url: str, webhook: Webhook
) -> None:
    stories = several(telling, 5)

    class Dies(BaseException):
        pass

    class Dying(Webhook):
        def send(self, message: Message) -> None:
            super().send(message)
            raise Dies

    dying = Dying(url, SECRET)
    for _ in range(3):
        with pytest.raises(Dies):
            deliver(service, dying)
        stories[0].clock.advance(seconds=LEASE.total_seconds())
    deliver(service, webhook)
    assert len(inbox.posts) > 5
    assert len(inbox.keys) == 5


@pytest.mark.parametrize(
    ("status", "is_dead"), [(500, False), (429, False), (404, False), (302, False), (410, True)]
)
def test_the_status_alone_is_kept(
    story: Story, service: Service, inbox: Inbox, webhook: Webhook, status: int, is_dead: bool
) -> None:
    asked(story)
    inbox.statuses = [status]
    deliver(service, webhook)
    (letter,) = failed(service)
    assert (letter["error"], letter["status"]) == (f"HTTP {status}", "dead" if is_dead else "waiting")
    story.clock.advance(minutes=1)
    assert deliver(service, webhook).sent == (0 if is_dead else 1)


def test_a_receiver_that_is_away_is_tried_again(story: Story, service: Service, inbox: Inbox) -> None:
    asked(story)
    with http(inbox) as url:
        pass
    channel = Webhook(url, SECRET, timeout=5)
    assert deliver(service, channel).failed == 1
    assert failed(service)[0]["error"] == "ConnectionRefusedError"


def test_a_receiver_that_says_nothing_is_given_up_in_time(story: Story, service: Service) -> None:
    asked(story)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        channel = Webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/", SECRET, timeout=0.2)
        assert deliver(service, channel).failed == 1
    assert failed(service)[0]["error"] == "TimeoutError"


def test_a_receiver_that_answers_bit_by_bit_is_given_up_in_time(story: Story, service: Service) -> None:
    """Each bit comes within the timeout, and the whole would never end."""
    asked(story)
    cut_off, patience = threading.Event(), threading.Event()

    def drip(server: socket.socket) -> None:
        with server.accept()[0] as connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 20")
            while not patience.wait(0.02):
                connection.sendall(b"4")
        cut_off.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        channel = Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", SECRET, timeout=0.3)
        assert deliver(service, channel).failed == 1
        assert cut_off.wait(60)
    assert (failed(service)[0]["status"], failed(service)[0]["error"]) == ("waiting", "TimeoutError")


def test_no_url_and_no_secret_is_logged(
    story: Story, service: Service, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked(story)
    caplog.set_level(logging.DEBUG)
    assert deliver(service, Webhook("http://127.0.0.1:1/?token=swordfish", SECRET)).failed == 1
    story.clock.advance(hours=1)
    assert deliver(service, Webhook(f"{url}?token=swordfish", SECRET)).sent == 1
    logging.getLogger("partnerships").info("heard")
    assert "heard" in caplog.text
    assert "swordfish" not in caplog.text
    assert SECRET not in caplog.text


def test_settings_that_cannot_be_are_told() -> None:
    for url in (
        "",
        "portal.example.org",
        "ftp://portal.example.org/x",
        "https:///hook",
        "http://[::1",
        "http://a:b/",
        "https://user:secret@portal.example.org/x",
        "https://portal.example.org/two words",
        "https://portal.example.org/ärger",
        " https://portal.example.org/x",
        "https://portal.example.org/x\n",
    ):
        with pytest.raises(BadRequest, match="url:"):
            Webhook(url, SECRET)
    for secret in ("", "whsec_", "whsec_ä", []):
        with pytest.raises(BadRequest, match="secret:"):
            Webhook("https://portal.example.org/hook", secret)


@pytest.mark.parametrize(
    "url",
    [
        "https://h/x",
        "HTTPS://portal.example.org",
        "http://p:8080/x?y=%20z#w",
        "https://m\u00fcller.example/x",
    ],
)
def test_an_address_that_can_be_is_taken(url: str) -> None:
    assert Webhook(url, SECRET).endpoint == "webhook"


def test_a_secret_shows_nowhere() -> None:
    channel = Webhook("https://portal.example.org/hook?token=swordfish", SECRET)
    assert repr(channel) == "Webhook('portal.example.org')"
    with pytest.raises(BadRequest) as told:
        Webhook("https://portal.example.org", "whsec_swordfisch!ä")
    assert "swordfis" not in str(told.value)
