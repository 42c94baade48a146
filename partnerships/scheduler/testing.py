"""What every delivery channel must hold, as tests: subclass `ChannelContract` in a host's own tests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from partnerships.scheduler.delivery.channel import Channel, code_of
from partnerships.scheduler.delivery.directory import Person
from partnerships.scheduler.delivery.message import Message

KEY, OTHER_KEY = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
WORDS = "Exit dialogue; Söhne & Töchter <b>; إذاعة المثال; 🎙"


class ChannelContract:
    """The contract of a channel; pytest runs it on a subclass whose name begins with `Test`.

    A subclass gives `channel`, `unreachable` and `received`, and names the `address` where its receiver takes
    messages. `secrets` lists what must show nowhere; `carries_key` is False where no key can be told.
    """

    address = "somebody"
    secrets: Sequence[str] = ()
    carries_key = True

    def channel(self) -> Channel:
        """Make a channel to a receiver that takes what it is sent."""
        raise NotImplementedError

    def unreachable(self) -> Channel:
        """Make a channel whose receiver does not answer, or takes nothing."""
        raise NotImplementedError

    def received(self) -> Sequence[str]:
        """Give what the receiver took, each message as one text, with its key where it carries one."""
        raise NotImplementedError

    def test_its_name_can_be_part_of_a_key_for_good(self) -> None:
        """Two of a kind have one name: what one made, the other sends."""
        first, second = self.channel(), self.channel()
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", first.name), first.name
        assert first.name == second.name

    def test_it_knows_whom_it_reaches(self) -> None:
        """A person without an address for it is not reached, and no empty address is made up."""
        channel = self.channel()
        if channel.endpoint is not None:
            return
        assert channel.address_of(Person("nobody", {})) is None
        assert channel.address_of(Person("somebody", {channel.name: self.address})) == self.address

    def test_a_message_arrives_whole(self) -> None:
        """Every script arrives as it was written."""
        self.channel().send(self.message(KEY))
        [taken] = self.received()
        assert WORDS in taken, taken

    def test_a_second_try_has_the_same_key(self) -> None:
        """A receiver that counts by key counts a message once, however often it was sent."""
        channel = self.channel()
        channel.send(self.message(KEY))
        self.channel().send(self.message(KEY))
        channel.send(self.message(OTHER_KEY))
        taken = self.received()
        assert taken, "nothing arrived"
        if self.carries_key:
            assert all((KEY in one) != (OTHER_KEY in one) for one in taken), taken
            assert any(KEY in one for one in taken)
            assert any(OTHER_KEY in one for one in taken)

    def test_what_is_not_taken_is_told(self) -> None:
        """It raises, so that the message is sent again; what is stored of that is a code."""
        failure = self._failure(self.unreachable())
        assert failure is not None, "it said nothing, and the message would have been noted as sent"
        told = code_of(failure)
        assert not any(hidden in told for hidden in (self.address, *self.secrets) if hidden), told

    def test_nothing_secret_shows(self) -> None:
        """Logs and tracebacks show a channel as its repr."""
        for channel in (self.channel(), self.unreachable()):
            shown = f"{channel!r} {channel}"
            assert not [secret for secret in self.secrets if secret in shown]

    def _failure(self, channel: Channel) -> Exception | None:
        try:
            channel.send(self.message(KEY))
        except Exception as error:
            return error
        return None

    def message(self, key: str) -> Message:
        """Make a message under a key."""
        return Message(
            key=key,
            recipient="somebody",
            address=self.address,
            name=None,
            language="en",
            subject="Example Radio (fictional): Exit dialogue",
            text=f"{WORDS}\n",
            html=f"<p>{WORDS.replace('&', '&amp;').replace('<', '&lt;')}</p>",
            event={"type": "prompt.asked", "timestamp": "2024-03-01T09:00:00Z", "data": {"what": WORDS}},
        )
