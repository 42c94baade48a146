"""Rows of deliveries: notices of what was asked, and the messages that tell people and systems of it.

`again_at` says when a row is to be looked at, and is null once nothing is to be done. Whoever takes one moves
its `fence` on: only the newest fence may write what came of it, so that a worker that slept through its
lease changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Dialect,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables, tables_at

WAITING, SENT, DROPPED, DEAD = "waiting", "sent", "dropped", "dead"

_ready: dict[tuple[Place, str, str], DeliveryStatements] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What one worker holds until its lease ends: the number of its fence, and which try this is."""

    fence: int
    tries: int
    made_at: str


@dataclass(frozen=True, slots=True)
class Notice(Taken):
    """A prompt's step that somebody is to be told of."""

    number: int
    partnership: str
    prompt: str
    step: str


@dataclass(frozen=True, slots=True)
class Letter(Taken):
    """A message that is to be sent; `id` is its key."""

    id: str
    channel: str
    recipient: str
    day: str


@dataclass(frozen=True, slots=True)
class About:
    """One step of a prompt that a message tells of."""

    partnership: str
    prompt: str
    step: str


class Deliveries:
    """Reads and writes rows of deliveries on a ledger's connection; never commits."""

    def __init__(self, ledger: Ledger) -> None:
        self._cursor = ledger.cursor
        self._run = _statements(ledger.tables.place, ledger.connection.dialect)

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

    def add_message(self, id: str, channel: str, recipient: str, day: str, now: str, again_at: str) -> None:
        """Make a message, unless it is there."""
        row = {"id": id, "channel": channel, "recipient": recipient, "day": day, "made_at": now}
        self._run.add_message.run(self._cursor, {**row, "status": WAITING, "again_at": again_at})

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


class DeliveryStatements:
    """Every statement on deliveries, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self._dialect = dialect
        notice, message, item = tables.notice, tables.message, tables.message_item
        what = (notice.c.number, notice.c.partnership_id, notice.c.prompt_id, notice.c.step)
        self.take_notices = self._ready(_take(notice, what, notice.c.again_at <= bindparam("now")))
        letter = (message.c.id, message.c.channel, message.c.recipient, message.c.day)
        is_due = and_(message.c.again_at <= bindparam("now"), message.c.channel == bindparam("channel"))
        self.take_letters = self._ready(_take(message, letter, is_due))
        is_held = and_(notice.c.fence == bindparam("held"), notice.c.again_at.is_not(None))
        self.settle_notice = self._ready(
            update(notice)
            .where(notice.c.number == bindparam("number"), is_held)
            .values(routed_at=bindparam("routed"), **_over())
        )
        mine = and_(
            message.c.id == bindparam("key"),
            message.c.fence == bindparam("held"),
            message.c.status == _word(WAITING),
        )
        self.settle_letter = self._ready(
            update(message).where(mine).values(status=bindparam("is"), sent_at=bindparam("sent"), **_over())
        )
        self.put_back = self._ready(
            update(message)
            .where(mine)
            .values(
                again_at=bindparam("again"), lease_until=null(), tries=message.c.tries - literal_column("1")
            )
        )
        self.add_message = self._add(message, "sent_at", "tries", "lease_until", "fence", "error")
        self.add_item = self._add(item)
        self.gathers = self._ready(
            select(message.c.id)
            .where(
                message.c.id == bindparam("id"),
                message.c.fence == literal_column("0"),
                message.c.status == _word(WAITING),
            )
            .with_for_update()
        )
        self.items = self._ready(
            select(item.c.partnership_id, item.c.prompt_id, item.c.step)
            .where(item.c.message_id == bindparam("message"))
            .order_by(item.c.partnership_id, item.c.prompt_id, item.c.step)
        )
        file = tables.partnership.c
        self.partnership = self._ready(
            select(file.sequence, file.head, file.file).where(file.id == bindparam("partnership"))
        )
        self._about_failures(notice, what, message, letter)

    def _about_failures(self, notice: Table, what: Any, message: Table, letter: Any) -> None:
        """What failed and is not taken at this moment: listed, and tried anew."""
        failed_letter = and_(
            message.c.lease_until.is_(None),
            or_(
                message.c.status == _word(DEAD),
                and_(message.c.status == _word(WAITING), message.c.error.is_not(None)),
            ),
        )
        failed_notice = and_(
            notice.c.lease_until.is_(None), notice.c.routed_at.is_(None), notice.c.error.is_not(None)
        )
        self.failed_letters = self._ready(_failures(message, letter, failed_letter))
        self.failed_notices = self._ready(_failures(notice, what, failed_notice))
        anew: dict[str, Any] = {"again_at": bindparam("again"), "tries": literal_column("0")}
        retry_letters = update(message).where(failed_letter).values(status=_word(WAITING), **anew)
        retry_notices = update(notice).where(failed_notice).values(**anew)
        self.retry_letters, self.retry_notices = self._ready(retry_letters), self._ready(retry_notices)
        self.retry_letter = self._ready(retry_letters.where(message.c.id == bindparam("key")))
        self.retry_notice = self._ready(retry_notices.where(notice.c.number == bindparam("number")))
        waits = [
            select(_word(WAITING), func.count()).where(each.c.again_at.is_not(None))
            for each in (notice, message)
        ]
        is_lost = and_(notice.c.again_at.is_(None), notice.c.routed_at.is_(None))
        self.standing = self._ready(
            union_all(
                *waits,
                select(_word(DEAD), func.count()).select_from(notice).where(is_lost),
                select(_word(DEAD), func.count()).where(message.c.status == _word(DEAD)),
            )
        )

    def _add(self, table: Table, *leaving_out: str) -> Statement:
        names = [column.name for column in table.columns if column.name not in leaving_out]
        insert = postgresql.insert if self._dialect.name == "postgresql" else sqlite.insert
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        return self._ready(insert(table).values(values).on_conflict_do_nothing())

    def _ready(self, executable: Executable) -> Statement:
        return Statement(executable, self._dialect)


def _word(status: str) -> ColumnElement[str]:
    """Give one of our own words as it stands in SQL."""
    return literal_column(f"'{status}'")


def _take(table: Table, what: Iterable[ColumnElement[Any]], is_due: ColumnElement[bool]) -> Executable:
    """Take due rows that nobody holds a lock on, in one statement."""
    key = next(iter(table.primary_key.columns))
    due = (
        select(key)
        .where(is_due)
        .order_by(table.c.again_at, key)
        .limit(bindparam("most"))
        .offset(literal_column("0"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    one: ColumnElement[int] = literal_column("1")
    taken = {"fence": table.c.fence + one, "tries": table.c.tries + one}
    return (
        update(table)
        .where(key == due.c[key.name])
        .values(lease_until=bindparam("until"), again_at=bindparam("until"), **taken)
        .returning(table.c.fence, table.c.tries, table.c.made_at, *what)
    )


def _over() -> dict[str, Any]:
    return {"again_at": bindparam("again"), "lease_until": null(), "error": bindparam("why")}


def _failures(table: Table, what: Iterable[ColumnElement[Any]], failed: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*what, table.c.again_at, table.c.tries, table.c.error, table.c.made_at)
        .where(failed | (table.c.again_at <= bindparam("overdue")))
        .order_by(table.c.made_at)
        .limit(bindparam("most"))
        .offset(literal_column("0"))
    )


def _statements(place: Place, dialect: Dialect) -> DeliveryStatements:
    kind = (place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = DeliveryStatements(tables_at(place, dialect.name), dialect)
    return _ready[kind]
