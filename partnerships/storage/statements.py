"""Statements, written in SQLAlchemy Core and compiled once for each dialect, run on the driver's cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    Dialect,
    Executable,
    String,
    Table,
    Update,
    any_,
    bindparam,
    case,
    delete,
    insert,
    literal_column,
    null,
    select,
    update,
)

from partnerships.storage.at_once import refused_at_once, written_at_once
from partnerships.storage.place import Place
from partnerships.storage.tables import Tables, tables_at

_ready: dict[tuple[Place, str, str], Statements] = {}


def statements_at(place: Place, dialect: Dialect) -> Statements:
    """Give the statements for the tables at a place, as one driver takes them; compiled once in a process."""
    kind = (place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = Statements(tables_at(place, dialect.name), dialect)
    return _ready[kind]


class Statement:
    """A statement with named parameters, compiled once.

    Running the compiled text on the driver's cursor takes a fifth of what SQLAlchemy's own execution does.
    """

    __slots__ = ("_fixed", "_values", "text")

    def __init__(self, executable: Executable, dialect: Dialect) -> None:
        compiled = executable.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._values = _in_order(compiled.positiontup) if compiled.positional else None
        # What the dialect adds of itself, such as SQLite's OFFSET.
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, cursor: Any, parameters: Mapping[str, Any]) -> Any:
        """Run it on a driver's cursor, and give the cursor."""
        values = self._values
        if self._fixed:
            parameters = self._fixed | dict(parameters)
        cursor.execute(self.text, parameters if values is None else values(parameters))
        return cursor

    def one(self, cursor: Any, parameters: Mapping[str, Any]) -> Sequence[Any] | None:
        """Run it and give its first row, or None."""
        row: Sequence[Any] | None = self.run(cursor, parameters).fetchone()
        return row

    def all(self, cursor: Any, parameters: Mapping[str, Any]) -> list[Any]:
        """Run it and give all its rows."""
        rows: list[Any] = self.run(cursor, parameters).fetchall()
        return rows

    def many(self, cursor: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it once for each row, and give how many rows it touched."""
        if not rows:
            return 0
        values = self._values
        cursor.executemany(self.text, rows if values is None else [values(row) for row in rows])
        touched: int = cursor.rowcount
        return touched


def _in_order(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Give what takes a row's values in the order of these names."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: [row[name] for name in names]


class Statements:
    """Every statement of the ledger, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self.tables = tables
        self.dialect = dialect
        self.meet = self._compiled(_meet(tables))
        self.select_meta = self._compiled(_by(tables.meta, "name", "value"))
        self.select_data_key = self._compiled(_by(tables.data_key, "partnership_id", "scope", "wrapped"))
        self.select_ids = self._compiled(_ids(tables))
        self.select_history, self.select_entry = self._history(tables)
        self.select_marked_namesake, self.select_marked_identifier = self._marked(tables)
        self.insert_meta = self._compiled(_insert(tables.meta))
        self.insert_entry = self._compiled(_insert(tables.entry))
        self.insert_content = self._compiled(_insert(tables.content))
        self.insert_data_key = self._compiled(_insert(tables.data_key))
        self.insert_attempt = self._compiled(_insert(tables.attempt, "id"))
        self.insert_outbox = self._compiled(_insert(tables.outbox, "position", "era", "transaction"))
        self.insert_partnership = self._compiled(_insert(tables.partnership))
        self.insert_identifier = self._compiled(_insert(tables.identifier, "id"))
        self.delete_identifiers = self._compiled(
            delete(tables.identifier).where(tables.identifier.c.partnership_id == bindparam("partnership_id"))
        )
        self.update_prompt = self._compiled(_by_prompt(tables))
        if dialect.name == "postgresql":
            self.written_at_once = {
                (new, keyed): self._compiled(written_at_once(tables, new=new, keyed=keyed))
                for new in (True, False)
                for keyed in (True, False)
            }
            self.hold = self._compiled(_hold(tables))
            self.refused_at_once = self._compiled(refused_at_once(tables))
        else:
            self.insert_key = self._compiled(_insert(tables.command_key))
            self.update_partnership = self._compiled(_move(tables))
            self.update_in_place = self._compiled(_move_in_place(tables))

    def _compiled(self, executable: Executable) -> Statement:
        return Statement(executable, self.dialect)

    def _history(self, tables: Tables) -> tuple[dict[bool, Statement], dict[bool, Statement]]:
        """Give how a history and an entry are read, each without and with what is sealed.

        The auditor's role may not read the sealed column: it is asked for only where it is to be opened.
        """
        entry, content = tables.entry, tables.content
        joined = entry.outerjoin(
            content,
            (entry.c.partnership_id == content.c.partnership_id) & (entry.c.sequence == content.c.sequence),
        )
        opened = (entry.c.sequence, entry.c.digest, entry.c.canonical, content.c.body, content.c.scope)
        history, one = {}, {}
        for sealed in (False, True):
            query = select(*opened, content.c.sealed if sealed else null().label("sealed"))
            query = query.select_from(joined).where(entry.c.partnership_id == bindparam("partnership_id"))
            history[sealed] = self._compiled(
                query.where(entry.c.sequence > bindparam("after"))
                .order_by(entry.c.sequence)
                .limit(bindparam("most"))
            )
            one[sealed] = self._compiled(query.where(entry.c.sequence == bindparam("sequence")))
        return history, one

    def _marked(self, tables: Tables) -> tuple[Statement, Statement]:
        """Give how L6 finds another partnership with the same partner: by name and country, by identifier."""
        partnership, identifier = tables.partnership, tables.identifier
        marked = (partnership.c.crisis_mark == literal_column("1")) & (partnership.c.id != bindparam("id"))
        return (
            self._compiled(
                select(partnership.c.id).where(
                    marked,
                    partnership.c.name_key == bindparam("name_key"),
                    partnership.c.country == bindparam("country"),
                )
            ),
            self._compiled(
                select(partnership.c.id)
                .join(identifier, identifier.c.partnership_id == partnership.c.id)
                .where(
                    marked,
                    identifier.c.scheme == bindparam("scheme"),
                    identifier.c.value == bindparam("value"),
                )
            ),
        )


def _meet(tables: Tables) -> Executable:
    """Read what a command meets in one row: the first outcome under its key, and the projection.

    The file is left out where it is the one that the caller knows by its head digest.
    """
    partnership, command_key = tables.partnership, tables.command_key
    one = select(literal_column("1").label("one")).subquery("one")
    is_known = partnership.c.head == bindparam("known")
    return select(
        command_key.c.fingerprint,
        command_key.c.outcome,
        partnership.c.sequence,
        partnership.c.head,
        case((is_known, null()), else_=partnership.c.file).label("file"),
        case((is_known, null()), else_=partnership.c.sealed).label("sealed"),
    ).select_from(
        one.outerjoin(command_key, command_key.c.key == bindparam("key")).outerjoin(
            partnership, partnership.c.id == bindparam("id")
        )
    )


def _ids(tables: Tables) -> Executable:
    id = tables.partnership.c.id
    return select(id).where(id > bindparam("after")).order_by(id).limit(bindparam("limit"))


def _by(table: Table, *names: str) -> Executable:
    """Select the last column named by the ones before it."""
    *keys, wanted = names
    return select(table.c[wanted]).where(*(table.c[key] == bindparam(key) for key in keys))


def _insert(table: Table, *leaving_out: str) -> Executable:
    names = [column.name for column in table.columns if column.name not in leaving_out]
    return insert(table).values({name: bindparam(name) for name in names}).inline()


def _hold(tables: Tables) -> Executable:
    """Lock partnerships' rows until the transaction ends, in the order of their ids."""
    id = tables.partnership.c.id
    is_among = id == any_(bindparam("ids", type_=ARRAY(String)))
    return select(id).where(is_among).order_by(id).with_for_update()


def _by_prompt(tables: Tables) -> Executable:
    """Say what became of a prompt."""
    table = tables.prompt
    return (
        update(table)
        .where(table.c.partnership_id == bindparam("of_partnership"), table.c.id == bindparam("of_prompt"))
        .values(status=bindparam("status"), closed_by=bindparam("closed_by"))
    )


def _move(tables: Tables) -> Executable:
    """Move the projection only from the place in the history that the decision saw."""
    return _moved(tables, {column.name for column in tables.partnership.c} - {"id"})


def _move_in_place(tables: Tables) -> Executable:
    """Move the projection likewise, and only where nothing changes that an index holds.

    SQLite writes a page of every index whose column is set, even to the value that it had.
    """
    columns = tables.partnership.c
    indexed = {column.name for index in tables.partnership.indexes for column in index.columns}
    same = (columns[name].is_not_distinct_from(bindparam(name)) for name in sorted(indexed - {"id"}))
    return _moved(tables, {column.name for column in columns} - indexed - {"id"}).where(*same)


def _moved(tables: Tables, names: Collection[str]) -> Update:
    table = tables.partnership
    return (
        update(table)
        .where(
            table.c.id == bindparam("seen_id"),
            table.c.sequence == bindparam("seen_sequence"),
            table.c.head == bindparam("seen_head"),
        )
        .values({name: bindparam(name) for name in names})
    )
