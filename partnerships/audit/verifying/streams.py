"""Rows read in one pass, a few hundred at a time, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    select,
    text,
)

from partnerships.errors import SealingKeyError
from partnerships.storage.ledger import Ledger

AT_ONCE = 250
"""Rows that a server is asked for at a time."""

_FROM_FILE = 50
"""Rows that SQLite is asked for at a time: so few stay in the processor's cache until they were looked at."""

SEALED, GONE = "sealed", "gone"
"""What an entry has in place of an open content."""

Rows = Sequence[Any]


def stream(ledger: Ledger, query: Executable) -> Iterator[Rows]:
    """Give a query's rows in parts, as the driver gives them: a value of a wrong type stays what it is."""
    compiled = query.compile(dialect=ledger.connection.dialect, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    if ledger.connection.dialect.name == "sqlite":
        # The driver reads on as it is asked to, and SQLAlchemy's rows take as long as the reading.
        cursor = ledger.connection.connection.cursor()
        cursor.execute(str(compiled))
        while part := cursor.fetchmany(_FROM_FILE):
            yield part
        cursor.close()
        return
    result = ledger.connection.exec_driver_sql(
        str(compiled), execution_options={"stream_results": True, "max_row_buffer": AT_ONCE}
    )
    yield from result.partitions(AT_ONCE)


@contextmanager
def any_text(ledger: Ledger) -> Iterator[None]:
    """Read texts that are no UTF-8 as well, which SQLite keeps as it was given them; slower."""
    driver: Any = ledger.connection.connection.driver_connection
    before, driver.text_factory = driver.text_factory, lambda stored: stored.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def is_text_refused(ledger: Ledger, error: Exception) -> bool:
    """Tell whether SQLite's driver refused a text because it is no UTF-8."""
    return ledger.connection.dialect.name == "sqlite" and "decode to UTF-8" in str(error)


def rows(ledger: Ledger, query: Executable) -> Iterator[Any]:
    """Give a query's rows one by one."""
    for part in stream(ledger, query):
        yield from part


def count(ledger: Ledger, query: Select[Any]) -> int:
    """Give how many rows a query has."""
    counted = select(func.count()).select_from(query.subquery())
    return int(ledger.connection.execute(counted).scalar_one())


def entries(ledger: Ledger, with_contents: bool, sealed_too: bool) -> Select[Any]:
    """Every entry in order, with its open content and its leaf.

    Columns: partnership, sequence, digest, canonical, salt, body, what there is in place of a body (or beside
    it, where the row has a scope), position and digest in the log. Whether a sealed content is there is asked
    only where that column may be read; elsewhere its scope says so.
    """
    entry, content, leaf = ledger.tables.entry, ledger.tables.content, ledger.tables.log_leaf
    key = (entry.c.partnership_id, entry.c.sequence)
    source = entry.outerjoin(
        leaf, and_(leaf.c.partnership_id == entry.c.partnership_id, leaf.c.sequence == entry.c.sequence)
    )
    nothing: ColumnElement[Any] = literal_column("NULL")
    said: tuple[ColumnElement[Any], ...] = (nothing, nothing, nothing)
    if with_contents:
        source = source.outerjoin(
            content,
            and_(content.c.partnership_id == entry.c.partnership_id, content.c.sequence == entry.c.sequence),
        )
        closed = content.c.sealed if sealed_too else content.c.scope
        instead = case(
            (and_(content.c.body.is_not(None), content.c.scope.is_(None)), nothing),
            (content.c.body.is_not(None), literal_column(f"'{SEALED}'")),
            (closed.is_not(None), literal_column(f"'{SEALED}'")),
            else_=literal_column(f"'{GONE}'"),
        )
        said = (content.c.salt, content.c.body, instead)
    return (
        select(*key, entry.c.digest, entry.c.canonical, *said, leaf.c.position, leaf.c.digest)
        .select_from(source)
        .order_by(*key)
    )


def projections(ledger: Ledger) -> Select[Any]:
    """Every partnership's row: id, sequence, head."""
    table = ledger.tables.partnership
    return select(table.c.id, table.c.sequence, table.c.head).order_by(table.c.id)


def leaves(ledger: Ledger) -> Select[Any]:
    """The log in order."""
    leaf = ledger.tables.log_leaf
    return select(leaf).order_by(leaf.c.position)


def heads_before(ledger: Ledger, position: int) -> Select[Any]:
    """Each partnership's latest entry among the leaves before a position."""
    leaf = ledger.tables.log_leaf
    newest = (
        select(leaf.c.partnership_id, func.max(leaf.c.sequence).label("sequence"))
        .where(leaf.c.partnership_id.is_not(None), leaf.c.position < position)
        .group_by(leaf.c.partnership_id)
        .subquery("newest")
    )
    same = and_(leaf.c.partnership_id == newest.c.partnership_id, leaf.c.sequence == newest.c.sequence)
    return (
        select(leaf.c.partnership_id, leaf.c.sequence, leaf.c.digest)
        .join(newest, same)
        .order_by(leaf.c.partnership_id)
    )


def sealed_contents(ledger: Ledger) -> Select[Any]:
    """Every sealed content with its entry's bytes and its wrapped key."""
    entry, content, key = ledger.tables.entry, ledger.tables.content, ledger.tables.data_key
    return (
        select(
            content.c.partnership_id,
            content.c.sequence,
            content.c.scope,
            content.c.sealed,
            key.c.wrapped,
            entry.c.canonical,
        )
        .select_from(content)
        .join(entry, _same_entry(content, entry))
        .outerjoin(
            key, and_(key.c.partnership_id == content.c.partnership_id, key.c.scope == content.c.scope)
        )
        .where(content.c.sealed.is_not(None))
        .order_by(content.c.partnership_id, content.c.sequence)
    )


def sealed_projections(ledger: Ledger) -> Select[Any]:
    """Every sealed part of a projection with its wrapped key."""
    table, key = ledger.tables.partnership, ledger.tables.data_key
    return (
        select(table.c.id, table.c.sequence, table.c.sealed, key.c.wrapped)
        .select_from(table.outerjoin(key, and_(key.c.partnership_id == table.c.id, key.c.scope == "file")))
        .where(table.c.sealed.is_not(None))
        .order_by(table.c.id)
    )


def without_entry(ledger: Ledger, name: str) -> Select[Any]:
    """The rows of a table, by the entry that they name, for which there is no such entry."""
    entry, table = ledger.tables.entry, getattr(ledger.tables, name)
    where = [~exists().where(_same_entry(entry, table))]
    if name == "log_leaf":
        where.append(table.c.partnership_id.is_not(None))
    return select(table.c.partnership_id, table.c.sequence).where(*where)


def without_outbox(ledger: Ledger) -> Select[Any]:
    """The entries that the outbox does not have."""
    entry, outbox = ledger.tables.entry, ledger.tables.outbox
    return (
        select(entry.c.partnership_id, entry.c.sequence)
        .select_from(entry.outerjoin(outbox, _same_entry(entry, outbox)))
        .where(outbox.c.position.is_(None))
        .order_by(entry.c.partnership_id, entry.c.sequence)
    )


def in_outbox(ledger: Ledger, *, twice: bool = False) -> Select[Any]:
    """The entries that the outbox names, each once; or those alone that it names more than once."""
    outbox = ledger.tables.outbox
    named = select(outbox.c.partnership_id, outbox.c.sequence)
    if not twice:
        return named.distinct()
    return named.group_by(*named.selected_columns).having(func.count() > 1).order_by(*named.selected_columns)


def may_open(ledger: Ledger) -> bool:
    """Tell whether this login may read what is sealed, and the sealing key is at hand."""
    if ledger.connection.dialect.name == "postgresql":
        place = ledger.tables.place
        asked = text(
            "SELECT has_column_privilege(:content, 'sealed', 'SELECT')"
            " AND has_table_privilege(:key, 'SELECT')"
        )
        names = {"content": place.named("content"), "key": place.named("data_key")}
        if not ledger.connection.execute(asked, names).scalar_one():
            return False
    try:
        ledger.key()
    except SealingKeyError:
        return False
    return True


def _same_entry(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.c.partnership_id == other.c.partnership_id, one.c.sequence == other.c.sequence)
