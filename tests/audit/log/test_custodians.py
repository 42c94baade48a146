"""Checkpoints get to where the keeper cannot reach: once to each custodian, again after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import BadRequest, Service, open_audit
from partnerships.audit.audit import Audit
from partnerships.audit.log.custodians import Custodian, Told, tell_custodians
from partnerships.audit.log.notes import Note
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.message import Message
from tests.story import Story

pytestmark = pytest.mark.every_store


class Kept(Channel):
    """A channel that keeps what it is given, or refuses it."""

    name = "kept"

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.is_down = False

    def send(self, message: Message) -> None:
        if self.is_down:
            raise NotDelivered("SMTP 450")
        self.messages.append(message)


@pytest.fixture
def audit(service: Service, tmp_path: Path) -> Audit:
    key = tmp_path / "log.key"
    open_audit(service).make_key(key)
    return open_audit(service, key_file=key)


def test_each_custodian_gets_each_newest_checkpoint_once(story: Story, audit: Audit) -> None:
    channel = Kept()
    both = [Custodian("board", channel, "board@example.org"), Custodian("auditor", channel, "a@example.org")]
    assert tell_custodians(audit, both) == []
    story.to("identified")
    first = audit.checkpoint()
    assert tell_custodians(audit, both) == [Told("board", first.size), Told("auditor", first.size)]
    assert tell_custodians(audit, both) == []
    story.to("assessed")
    audit.checkpoint()
    second = audit.checkpoint()
    assert [told.size for told in tell_custodians(audit, both)] == [second.size] * 2
    assert len({message.key for message in channel.messages}) == 4


def test_what_is_sent_is_the_checkpoint_itself(story: Story, audit: Audit) -> None:
    channel = Kept()
    story.to("identified")
    made = audit.checkpoint()
    tell_custodians(audit, [Custodian("board", channel, "board@example.org")])
    (message,) = channel.messages
    assert message.text.endswith(str(made.note))
    assert Note.parse(message.event["data"]["note"]) == made.note
    assert not audit.verify(checkpoints=[Note.parse(message.event["data"]["note"])]).faults
    assert "board@example.org" not in repr(message) + repr(Custodian("board", channel, "board@example.org"))


def test_one_that_fails_stops_no_other_and_is_tried_again(story: Story, audit: Audit) -> None:
    down, up = Kept(), Kept()
    down.is_down = True
    both = [Custodian("board", down, "board@example.org"), Custodian("auditor", up, "a@example.org")]
    story.to("identified")
    size = audit.checkpoint().size
    assert tell_custodians(audit, both) == [Told("board", size, "SMTP 450"), Told("auditor", size)]
    down.is_down = False
    assert tell_custodians(audit, both) == [Told("board", size)]
    assert [message.recipient for message in (*down.messages, *up.messages)] == ["board", "auditor"]


@pytest.mark.parametrize(("id", "address"), [("a@example.org", "a@example.org"), ("", "x"), ("board", "")])
def test_a_custodian_that_cannot_be_is_refused(id: str, address: str) -> None:
    with pytest.raises(BadRequest):
        Custodian(id, Kept(), address)
