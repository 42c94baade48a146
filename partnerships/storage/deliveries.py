"""Rows of deliveries: notices of what was asked, and the messages that tell people and systems of it.

`again_at` says when a row is to be looked at, and is null once nothing is to be done. Whoever takes one moves
its `fence` on: only the newest fence may write what came of it, so that a worker that slept through its
lease changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.delivery_statements import DEAD, FAILING, LATE, WAITING, delivery_statements
from partnerships.storage.ledger import Ledger
from partnerships.storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Taken:
    """What one worker holds until its lease ends: the number of its fence, and which try this is."""

    fence: int
    tries: int
    made_at: str


@dataclass(frozen=True, slots=True)
class About:
    """One step of a prompt that a message tells of."""

    partnership: str
    prompt: str
    step: str


@dataclass(frozen=True, slots=True)
class Notice(Taken):
    """A prompt's step that somebody is to be told of."""

    number: int
    partnership: str
    prompt: str
    step: str

    @property
    def about(self) -> About:
        """Give the step."""
        return About(self.partnership, self.prompt, self.step)


@dataclass(frozen=True, slots=True)
class Letter(Taken):
    """A message that is to be sent; `id` is its key."""

    id: str
    channel: str
    recipient: str
    day: str


class Deliveries:
    """Reads and writes rows of deliveries on a ledger's connection; never commits."""

    def __init__(self, ledger: Ledger) -> None:
        self._cursor = ledger.cursor
        self._run = delivery_statements(ledger.tables.place, ledger.connection.dialect)

    def take_notices(self, now: str, until: str, limit: int) -> list[Notice]:
        """Take due notices, the longest waiting first; nobody else gets them before the lease ends."""
        given = {"now": now, "until": until, "most": limit}
        rows = self._run.take_notices.run(self._cursor, given).fetchall()
        taken = [Notice(fence, tries, made, *what) for fence, tries, made, *what in rows]
        return sorted(taken, key=lambda one: one.number)

    def settle_notice(
        self, taken: Notice, *, again_at: str | None, routed_at: str | None = None, error: str | None = None
    ) -> bool:
        """Write what came of a notice; False where somebody else has taken it since."""
        given = {"number": taken.number, "again": again_at, "routed": routed_at, "why": error}
        return self._wrote(self._run.settle_notice, {**given, "held": taken.fence})

    def add_message(
        self,
        id: str,
        channel: str,
        recipient: str,
        day: str,
        now: str,
        again_at: str,
        error: str | None = None,
    ) -> None:
        """Make a message, unless it is there."""
        row = {"id": id, "channel": channel, "recipient": recipient, "day": day, "made_at": now}
        waits = {"status": WAITING, "again_at": again_at, "error": error}
        self._run.add_message.run(self._cursor, {**row, **waits})

    def take_up(self, id: str, now: str) -> None:
        """Have a message that was dropped sent after all: its receiver is asked again."""
        self._run.take_up.run(self._cursor, {"key": id, "again": now})

    def gathers(self, id: str) -> bool:
        """Tell whether a message was never taken, and hold it so until the transaction ends."""
        return self._run.gathers.one(self._cursor, {"id": id}) is not None

    def add_item(self, id: str, about: About) -> None:
        """Let a message tell of a prompt, unless it does."""
        row = {"message_id": id, "partnership_id": about.partnership, "prompt_id": about.prompt}
        self._run.add_item.run(self._cursor, {**row, "step": about.step})

    def take_letters(self, channel: str, now: str, until: str, limit: int) -> list[Letter]:
        """Take due messages of a channel, the longest waiting first, each for one try."""
        given = {"channel": channel, "now": now, "until": until, "most": limit}
        rows = self._run.take_letters.run(self._cursor, given).fetchall()
        return [Letter(fence, tries, made, *what) for fence, tries, made, *what in rows]

    def set_aside(self, taken: Letter, id: str, about: Iterable[About], again_at: str, error: str) -> bool:
        """Move steps from a message to one of their own; False where somebody else has taken it since."""
        if self._run.hold.one(self._cursor, {"key": taken.id, "held": taken.fence}) is None:
            return False
        self.add_message(id, taken.channel, taken.recipient, taken.day, taken.made_at, again_at, error)
        for one in about:
            self._remove_item(taken.id, one)
            self.add_item(id, one)
        return True

    def pass_on(self, letter: Letter, about: Iterable[About], now: str) -> None:
        """Take steps out of a message whose receiver is not asked any more: their notices are due again."""
        for one in about:
            self._remove_item(letter.id, one)
            step = {"partnership": one.partnership, "prompt": one.prompt, "told": one.step}
            self._run.route_again.run(self._cursor, {**step, "again": now})

    def tells(self, channel: str, recipient: str, about: About) -> bool:
        """Tell whether a message over a channel tells somebody of a step already."""
        step = {"partnership": about.partnership, "prompt": about.prompt, "told": about.step}
        given = {**step, "channel": channel, "recipient": recipient}
        return self._run.tells.one(self._cursor, given) is not None

    def items(self, id: str) -> list[About]:
        """Give what a message tells of."""
        rows = self._run.items.run(self._cursor, {"message": id}).fetchall()
        return [About(*row) for row in rows]

    def partnership(self, id: str) -> Partnership:
        """Give a partnership without what is sealed of it, which no message may tell of."""
        row = self._run.partnership.one(self._cursor, {"partnership": id})
        if row is None:
            return Partnership(id)
        sequence, head, file = row
        return Partnership.read(id, sequence, head, file)

    def settle_letter(
        self,
        taken: Letter,
        status: str,
        *,
        again_at: str | None = None,
        sent_at: str | None = None,
        error: str | None = None,
    ) -> bool:
        """Write what came of a message; False where somebody else has taken it since."""
        given = {"key": taken.id, "is": status, "again": again_at, "sent": sent_at, "why": error}
        return self._wrote(self._run.settle_letter, {**given, "held": taken.fence})

    def put_back(self, taken: Letter, now: str) -> None:
        """Give a message back that was not tried."""
        self._run.put_back.run(self._cursor, {"key": taken.id, "again": now, "held": taken.fence})

    def standing(self) -> dict[str, int]:
        """Count what waits and what is dead, notices and messages together."""
        rows = self._run.standing.run(self._cursor, {}).fetchall()
        counted = {WAITING: 0, DEAD: 0}
        for status, count in rows:
            counted[status] += count
        return counted

    def backlog(self, overdue: str) -> dict[str, tuple[int, str | None]]:
        """Count what is given up, was due by an instant and is not taken, or fails; each with its oldest."""
        found: dict[str, tuple[int, str | None]] = {DEAD: (0, None), LATE: (0, None), FAILING: (0, None)}
        for word, count, since in self._run.backlog.run(self._cursor, {"overdue": overdue}).fetchall():
            before, oldest = found[word]
            found[word] = before + count, min(filter(None, (oldest, since)), default=None)
        return found

    def has_messages(self) -> bool:
        """Tell whether any message was ever made."""
        return self._run.any_message.one(self._cursor, {}) is not None

    def undelivered(self, overdue: str, limit: int) -> list[dict[str, Any]]:
        """Give messages and notices that failed, are dead, or were due by an instant and are not taken.

        The oldest come first, `limit` of each.
        """
        given = {"most": limit, "overdue": overdue}
        letters = self._run.failed_letters.run(self._cursor, given).fetchall()
        notices = self._run.failed_notices.run(self._cursor, given).fetchall()
        found = [self._failed_letter(row) for row in letters] + [_failed_notice(row) for row in notices]
        return sorted(found, key=lambda one: (one["since"], one["id"]))

    def retry(self, now: str, ids: Iterable[str] | None = None) -> int:
        """Let what failed or is dead be tried anew, from the first try; all of it, or what has these ids.

        Gives how many there were.
        """
        count = 0
        if ids is None:
            for statement in (self._run.retry_letters, self._run.retry_notices):
                count += statement.run(self._cursor, {"again": now}).rowcount
            return count
        for id in ids:
            number = id.removeprefix(NOTICE)
            if number == id:
                given: dict[str, Any] = {"again": now, "key": id}
                count += self._run.retry_letter.run(self._cursor, given).rowcount
            elif number.isdecimal() and len(number) < 19:
                given = {"again": now, "number": int(number)}
                count += self._run.retry_notice.run(self._cursor, given).rowcount
        return count

    def prune(self, before: str, limit: int) -> int:
        """Remove messages that were over before an instant, at most so many, and give how many there were.

        Their notices stay, so that nothing makes them again.
        """
        rows = self._run.over.run(self._cursor, {"before": before, "most": limit}).fetchall()
        keys = [{"key": id} for (id,) in rows]
        self._run.delete_items.many(self._cursor, keys)
        self._run.delete_message.many(self._cursor, keys)
        return len(keys)

    def _remove_item(self, id: str, about: About) -> None:
        step = {"message": id, "prompt": about.prompt, "told": about.step}
        self._run.delete_item.run(self._cursor, {**step, "partnership": about.partnership})

    def _wrote(self, statement: Statement, given: dict[str, Any]) -> bool:
        return bool(statement.run(self._cursor, given).rowcount)

    def _failed_letter(self, row: Any) -> dict[str, Any]:
        id, channel, recipient, day, *rest = row
        told = {"message": id, "notice": None, "channel": channel, "recipient": recipient, "day": day}
        items = [_item(item) for item in self.items(id)]
        return {"id": id, **told, **_failure(rest), "items": items}


NOTICE = "notice-"


def _item(about: About) -> dict[str, str]:
    """Give an item as a reading shows it."""
    return {"partnership": about.partnership, "prompt": about.prompt, "step": about.step}


def _failed_notice(row: Any) -> dict[str, Any]:
    number, partnership, prompt, step, *rest = row
    told = {"message": None, "notice": number, "channel": None, "recipient": None, "day": None}
    items = [_item(About(partnership, prompt, step))]
    return {"id": f"{NOTICE}{number}", **told, **_failure(rest), "items": items}


def _failure(rest: Any) -> dict[str, Any]:
    again_at, tries, error, since = rest
    status = DEAD if again_at is None else WAITING
    return {"status": status, "tries": tries, "error": error, "since": since, "again_at": again_at}
