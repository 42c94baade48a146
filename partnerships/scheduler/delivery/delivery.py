"""A delivery: the host's channels and its directory, and a round over what waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from typing import Any

from partnerships.errors import BadRequest
from partnerships.lifecycle.days import write_instant
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.channel import Channel
from partnerships.scheduler.delivery.composing import Composing
from partnerships.scheduler.delivery.directory import Directory
from partnerships.scheduler.delivery.post import OVERDUE, Post
from partnerships.scheduler.delivery.report import DeliveryReport, Tally
from partnerships.scheduler.delivery.routing import Routing
from partnerships.scheduler.delivery.sending import Sending
from partnerships.scheduler.delivery.words import Languages, Words
from partnerships.storage.deliveries import Deliveries
from partnerships.storage.delivery_statements import DEAD, WAITING

LEAST_KEPT = timedelta(days=30)
"""How long a message is kept at least: a clock set back by less finds the days that were told."""

_PRUNED = 500
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Delivery:
    """Brings prompts to people and systems: first notices to messages, then messages out."""

    def __init__(
        self,
        channels: Iterable[Channel],
        directory: Directory | None = None,
        *,
        link: str | None = None,
        words: Iterable[Words] = (),
        digest_at: time = time(0),
        backoff: Backoff | None = None,
        lease: timedelta = timedelta(minutes=5),
        keep: timedelta | None = None,
    ) -> None:
        """Take channels, and the directory that channels to people need.

        `link` is where a partnership is found, with {partnership} and {prompt} filled in. `words` are
        languages beside English. The day's digest goes out at `digest_at` in the office's time zone, or with
        the first prompt after it. What one process holds is another's after the `lease`, which is longer than
        any channel takes for a message. A message that is over goes from the database after the time to
        `keep` it, 30 days at least; without one it stays. Raises BadRequest for what cannot be.
        """
        self._channels = tuple(channels)
        names = [channel.name for channel in self._channels]
        if not names:
            raise BadRequest("channels: name at least one")
        for name in names:
            if not _NAME.fullmatch(name) or names.count(name) > 1:
                raise BadRequest(f"channels: {name!r} must be its own: small letters, digits, - and _ alone")
        self._directory = directory
        if directory is None and any(channel.endpoint is None for channel in self._channels):
            raise BadRequest("directory: a channel to people needs one")
        if all(channel.endpoint is not None for channel in self._channels):
            self._directory = None
        try:
            (link or "").format(partnership="", prompt="")
        except (KeyError, ValueError, IndexError, AttributeError):
            raise BadRequest("link: it may hold {partnership} and {prompt} alone") from None
        self._composing = Composing(directory, Languages(words), link)
        if lease < timedelta(seconds=1):
            raise BadRequest("lease: it is at least a second")
        if keep is not None and keep < LEAST_KEPT:
            raise BadRequest(f"keep: it is at least {LEAST_KEPT.days} days")
        self._keep = keep
        self._digest_at, self._backoff, self._lease = digest_at, backoff or Backoff(), lease

    def __repr__(self) -> str:
        return f"Delivery({', '.join(channel.name for channel in self._channels)})"

    def deliver(self, post: Post, stop: Callable[[], bool] | None = None) -> DeliveryReport:
        """Run one round until nothing is due; `stop` is asked between messages, and ends it early."""
        tally, stopped = Tally(), stop or (lambda: False)
        routing = Routing(
            post, self._channels, self._directory, self._backoff, self._digest_at, self._lease, tally
        )
        routing.run(stopped)
        sending = Sending(post, self._composing, self._backoff, self._lease, tally)
        for channel in self._channels:
            sending.run(channel, stopped)
        self._prune(post, stopped, tally)
        with post.reading() as ledger:
            standing = Deliveries(ledger).standing()
        return tally.report(waiting=standing[WAITING], dead_letters=standing[DEAD])

    def _prune(self, post: Post, stop: Callable[[], bool], tally: Tally) -> None:
        if self._keep is None:
            return
        before = write_instant(post.now() - self._keep)
        found = _PRUNED
        while found == _PRUNED and not stop():
            found = post.writing(lambda ledger: Deliveries(ledger).prune(before, _PRUNED))
            tally.pruned += found


def undelivered(post: Post, *, limit: int = 1000) -> list[dict[str, Any]]:
    """Give what failed, is dead, or was due an hour ago and taken by nobody, the oldest first.

    Rows hold ids, codes and times, never an address.
    """
    overdue = write_instant(post.now() - OVERDUE)
    with post.reading() as ledger:
        return Deliveries(ledger).undelivered(overdue, limit)


def retry(post: Post, ids: Iterable[str] | None = None) -> int:
    """Let what failed or is dead be tried again at once; all of it, or the ids that `undelivered` gives.

    Gives how many there were.
    """
    wanted, now = None if ids is None else list(ids), post.instant()
    return post.writing(lambda ledger: Deliveries(ledger).retry(now, wanted))
