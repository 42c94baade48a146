"""Statements on deliveries: rows are taken for a lease, settled under their fence, listed and tried anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Dialect,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
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

from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables, tables_at

WAITING, SENT, DROPPED, DEAD = "waiting", "sent", "dropped", "dead"
LATE, FAILING = "late", "failing"

_ready: dict[tuple[Place, str, str], DeliveryStatements] = {}


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
        self.hold = self._ready(select(message.c.id).where(mine).with_for_update())
        self.add_message = self._add(message, "sent_at", "tries", "lease_until", "fence")
        self.add_item = self._add(item)
        self.take_up = self._ready(
            update(message)
            .where(message.c.id == bindparam("key"), message.c.status == _word(DROPPED))
            .values(status=_word(WAITING), again_at=bindparam("again"), tries=literal_column("0"))
        )
        self.delete_item = self._ready(
            delete(item).where(item.c.message_id == bindparam("message"), *_step(item))
        )
        self.tells = self._ready(
            select(message.c.id)
            .join(item, item.c.message_id == message.c.id)
            .where(
                message.c.channel == bindparam("channel"),
                message.c.recipient == bindparam("recipient"),
                *_step(item),
            )
            .limit(literal_column("1"))
        )
        self.route_again = self._ready(
            update(notice)
            .where(*_step(notice), notice.c.routed_at.is_not(None))
            .values(routed_at=null(), again_at=bindparam("again"), tries=literal_column("0"))
        )
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
        self._about_pruning(notice, message, item)

    def _about_failures(self, notice: Table, what: Any, message: Table, letter: Any) -> None:
        """What failed and is not taken at this moment: listed, and tried anew."""
        failed_letter = and_(
            message.c.lease_until.is_(None),
            or_(
                message.c.status == _word(DEAD),
                and_(message.c.status == _word(WAITING), message.c.error.is_not(None)),
            ),
        )
        fails = and_(
            notice.c.lease_until.is_(None), notice.c.routed_at.is_(None), notice.c.error.is_not(None)
        )
        # Given up, or to be tried again: each by an index of its own, past all that were ever routed.
        comes_again = notice.c.again_at > literal_column("''")
        failed_notice = or_(and_(notice.c.again_at.is_(None), fails), and_(comes_again, fails))
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

        self.any_message = self._ready(select(message.c.id).limit(literal_column("1")))
        self._about_backlog(notice, message, is_lost)

    def _about_backlog(self, notice: Table, message: Table, is_lost: ColumnElement[bool]) -> None:
        """How many are given up, late or failing, and since when."""
        is_dead = message.c.status == _word(DEAD)
        whats = [(notice, DEAD, is_lost), (message, DEAD, is_dead)]
        for each in (notice, message):
            is_late = each.c.again_at <= bindparam("overdue")
            fails = and_(each.c.again_at > bindparam("overdue"), each.c.error.is_not(None))
            whats += [(each, LATE, is_late), (each, FAILING, fails)]
        self.backlog = self._ready(
            union_all(
                *(
                    select(_word(word), func.count(), func.min(each.c.made_at)).where(condition)
                    for each, word, condition in whats
                )
            )
        )

    def _about_pruning(self, notice: Table, message: Table, item: Table) -> None:
        """What is over may go, save where a notice may still make the same message again."""
        is_over = or_(message.c.status == _word(SENT), message.c.status == _word(DROPPED))
        before: ColumnElement[str] = bindparam("before")
        same = [item.c[name] == notice.c[name] for name in ("partnership_id", "prompt_id", "step")]
        comes_again = exists().where(item.c.message_id == message.c.id, *same, notice.c.routed_at.is_(None))
        self.over = self._ready(
            select(message.c.id)
            .where(is_over, message.c.made_at < before)
            .where(func.coalesce(message.c.sent_at, message.c.made_at) < before, ~comes_again)
            .order_by(message.c.id)
            .limit(bindparam("most"))
            .offset(literal_column("0"))
        )
        self.delete_items = self._ready(delete(item).where(item.c.message_id == bindparam("key")))
        self.delete_message = self._ready(delete(message).where(message.c.id == bindparam("key")))

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


def _step(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Say of which step of a prompt a row is."""
    return (
        table.c.partnership_id == bindparam("partnership"),
        table.c.prompt_id == bindparam("prompt"),
        table.c.step == bindparam("told"),
    )


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


def delivery_statements(place: Place, dialect: Dialect) -> DeliveryStatements:
    """Give the statements that fit a place and a dialect."""
    kind = (place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = DeliveryStatements(tables_at(place, dialect.name), dialect)
    return _ready[kind]
