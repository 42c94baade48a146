"""Sending: each waiting message over its channel, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from partnerships.errors import DatabaseFailed
from partnerships.lifecycle.days import write_instant
from partnerships.scheduler.delivery.asked import Asked, Damaged, read_asked
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import Channel, code_of, is_permanent
from partnerships.scheduler.delivery.composing import Composing
from partnerships.scheduler.delivery.message import aside_id
from partnerships.scheduler.delivery.post import Post
from partnerships.scheduler.delivery.report import Tally
from partnerships.storage.deliveries import About, Deliveries, Letter
from partnerships.storage.delivery_statements import DEAD, DROPPED, SENT, WAITING
from partnerships.storage.ledger import Ledger

BATCH = 10
BEGIN_WITHIN = 0.4
"""The part of a lease in which messages are still begun: the rest is for the last one's way."""

STRIKES = 5
"""After so many failures in a row a channel rests until the next round."""

UNFINISHED = "never finished"


class Sending:
    """Sends what is due; any number of machines may do so at once, each message by one at a time."""

    def __init__(
        self, post: Post, composing: Composing, backoff: Backoff, lease: timedelta, tally: Tally
    ) -> None:
        self._post, self._composing, self._backoff, self._tally = post, composing, backoff, tally
        self._lease = lease

    def run(self, channel: Channel, stop: Callable[[], bool]) -> None:
        """Send over one channel until nothing is due, it fails again and again, or `stop` says so."""
        strikes = 0
        while strikes < STRIKES and not stop():
            taken_at = self._post.now()
            letters = self._take(channel, taken_at)
            if not letters:
                return
            for number, letter in enumerate(letters):
                if stop() or strikes >= STRIKES or self._post.now() - taken_at > self._lease * BEGIN_WITHIN:
                    self._put_back(letters[number:])
                    break
                strikes = 0 if self._deliver(letter, channel) else strikes + 1

    def _take(self, channel: Channel, now: datetime) -> list[Letter]:
        """Take a few, beginning with another one at each try: one that kills its sender stops no other."""
        at, until = write_instant(now), write_instant(now + self._lease)
        taken = self._post.writing(
            lambda ledger: Deliveries(ledger).take_letters(channel.name, at, until, BATCH)
        )
        letters = sorted(taken, key=lambda letter: letter.id)
        first = letters[0].tries % len(letters) if letters else 0
        return letters[first:] + letters[:first]

    def _put_back(self, letters: Sequence[Letter]) -> None:
        now = self._post.instant()

        def work(ledger: Ledger) -> None:
            for letter in letters:
                Deliveries(ledger).put_back(letter, now)

        self._post.writing(work)

    def _deliver(self, letter: Letter, channel: Channel) -> bool:
        """Send one message and note it; False where the channel failed and may fail for the next one too."""
        if letter.tries > self._backoff.tries:
            # Whoever took it the last time never told what came of it; its process may have died of it.
            self._failed(letter, UNFINISHED, is_dead=True)
            return True
        asked, damaged = self._read(letter)
        if damaged and not self._set_aside(letter, damaged, alone=not asked):
            return True
        try:
            message, unasked = self._composing.compose(letter, channel, asked)
            if message is not None:
                channel.send(message)
        except DatabaseFailed:
            raise
        except Exception as error:
            is_dead = is_permanent(error) or self._backoff.after(letter.tries) is None
            self._failed(letter, code_of(error), is_dead=is_dead)
            return is_permanent(error)
        self._done(letter, SENT if message is not None else DROPPED, unasked)
        return True

    def _read(self, letter: Letter) -> tuple[list[Asked], list[Damaged]]:
        with self._post.reading() as ledger:
            found = read_asked(ledger, Deliveries(ledger).items(letter.id)).values()
        damaged = [one for one in found if isinstance(one, Damaged)]
        return [one for one in found if isinstance(one, Asked)], damaged

    def _set_aside(self, letter: Letter, damaged: Sequence[Damaged], *, alone: bool) -> bool:
        """Let what cannot be read wait, and tell whether the rest of the message is still to be sent.

        What is left goes out without it: it waits in a message of its own.
        """
        error = damaged[0].error
        if alone:
            self._failed(letter, error, is_dead=self._backoff.after(letter.tries) is None)
            return False
        about = [one.about for one in damaged]
        id = aside_id(letter.id, ((one.prompt, one.step) for one in about))
        pause = self._backoff.after(1) or timedelta(0)
        again_at = write_instant(self._post.now() + pause)
        is_ours = self._post.writing(
            lambda ledger: Deliveries(ledger).set_aside(letter, id, about, again_at, error)
        )
        if is_ours:
            self._tally.trouble(id, letter.channel, error, is_dead=False)
        return is_ours

    def _done(self, letter: Letter, status: str, unasked: Sequence[About]) -> None:
        """Note what was sent or dropped; what its receiver is no longer asked goes to those who are now."""
        now = self._post.instant()
        sent_at = now if status == SENT else None

        def work(ledger: Ledger) -> bool:
            rows = Deliveries(ledger)
            is_ours = rows.settle_letter(letter, status, sent_at=sent_at)
            if is_ours:
                rows.pass_on(letter, unasked, now)
            return is_ours

        if not self._post.writing(work):
            self._tally.late += 1
        elif status == SENT:
            self._tally.sent += 1
        else:
            self._tally.dropped += 1

    def _failed(self, letter: Letter, error: str, *, is_dead: bool) -> None:
        pause = None if is_dead else self._backoff.after(letter.tries)
        again_at = write_instant(self._post.now() + pause) if pause is not None else None
        status = WAITING if again_at is not None else DEAD
        is_ours = self._post.writing(
            lambda ledger: Deliveries(ledger).settle_letter(letter, status, again_at=again_at, error=error)
        )
        if is_ours:
            self._tally.trouble(letter.id, letter.channel, error, is_dead=status == DEAD)
