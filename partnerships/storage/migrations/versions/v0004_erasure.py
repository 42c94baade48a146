"""Erasure: contents may go where an entry says so; legal holds; the chain over the attempts log.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SAME = {
    "erased": "partnership_id = NEW.partnership_id AND sequence = NEW.sequence",
    "legal_hold": "number = NEW.number OR lifts = NEW.lifts",
    "attempt_link": "position = NEW.position OR attempt_id = NEW.attempt_id",
}
_OPENED = ("content", "data_key", "command_key")
_FUNCTIONS = (
    "erase_content(text, integer)",
    "erase_data_key(text, text)",
    "erase_outcome(text, text)",
    "erased_is_named()",
    "content_is_erased()",
    "data_key_is_idle()",
    "outcome_is_erased()",
)


def upgrade() -> None:
    """Make the tables, and let the history's triggers look at what an erasure names."""
    _tables()
    if _on_postgresql():
        for table in _SAME:
            _append_only_on_postgresql(table)
        _open_on_postgresql()
        return
    for table in _SAME:
        _append_only_on_sqlite(table)
    _open_on_sqlite()


def downgrade() -> None:
    """Drop what this revision made; what was erased stays so."""
    if _on_postgresql():
        _close_on_postgresql()
    else:
        _close_on_sqlite()
    for table in _SAME:
        op.drop_table(_place().prefix + table, schema=_place().schema)


def _tables() -> None:
    _table(
        "erased",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("by_sequence", sa.Integer, nullable=False),
    )
    _table(
        "legal_hold",
        _number("number"),
        sa.Column("partnership_id", _code(64), nullable=False),
        sa.Column("lifts", sa.BigInteger if _on_postgresql() else sa.Integer),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("lifts", name=f"{_place().prefix}legal_hold_lifted_once"),
    )
    full = _place().prefix + "legal_hold"
    op.create_index(f"{full}_by_partnership", full, ["partnership_id", "number"], schema=_place().schema)
    _table(
        "attempt_link",
        sa.Column(
            "position",
            sa.BigInteger if _on_postgresql() else sa.Integer,
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("attempt_id", sa.BigInteger if _on_postgresql() else sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("attempt_id", name=f"{_place().prefix}attempt_link_once"),
    )


def _open_on_sqlite() -> None:
    """Let the refusing triggers make one exception: what an erasure names, and nothing it does not.

    Keys go, and remembered outcomes are rewritten, only while the erasure is the partnership's newest entry.
    """
    prefix = _place().prefix
    names = "{p}{t}_no_{w}"
    for table, way, unless in (
        (
            "content",
            "delete",
            f"SELECT 1 FROM {prefix}erased WHERE partnership_id = OLD.partnership_id"
            " AND sequence = OLD.sequence",
        ),
        (
            "data_key",
            "delete",
            f"SELECT 1 FROM {prefix}erased e JOIN {prefix}partnership p ON p.id = e.partnership_id"
            " AND p.sequence = e.by_sequence WHERE p.id = OLD.partnership_id AND NOT EXISTS ("
            f"SELECT 1 FROM {prefix}content WHERE partnership_id = OLD.partnership_id AND scope = OLD.scope)",
        ),
        (
            "command_key",
            "update",
            f"SELECT 1 FROM {prefix}erased e JOIN {prefix}partnership p ON p.id = e.partnership_id"
            " AND p.sequence = e.by_sequence WHERE p.id = json_extract(OLD.outcome, '$.id')"
            " AND NEW.key = OLD.key AND NEW.fingerprint = OLD.fingerprint"
            " AND json_extract(NEW.outcome, '$.id') = json_extract(OLD.outcome, '$.id')"
            " AND json_extract(NEW.outcome, '$.sequence') IS json_extract(OLD.outcome, '$.sequence')",
        ),
    ):
        trigger = names.format(p=prefix, t=table, w=way)
        op.execute(f"DROP TRIGGER {trigger}")
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {way.upper()} ON {prefix}{table} WHEN NOT EXISTS ({unless})"
            f" BEGIN SELECT RAISE(ABORT, '{prefix}{table} is append-only'); END"
        )
    named = (
        f"SELECT 1 FROM {prefix}entry e, json_each(CAST(e.canonical AS TEXT), '$.erased') n"
        " WHERE e.partnership_id = NEW.partnership_id AND e.sequence = NEW.by_sequence"
        " AND json_extract(CAST(e.canonical AS TEXT), '$.entry') = 'erasure' AND n.value = NEW.sequence"
    )
    op.execute(
        f"CREATE TRIGGER {prefix}erased_is_named BEFORE INSERT ON {prefix}erased WHEN NOT EXISTS ({named})"
        f" BEGIN SELECT RAISE(ABORT, '{prefix}erased is append-only: no erasure names this content'); END"
    )


def _close_on_sqlite() -> None:
    prefix = _place().prefix
    for table, way in (("content", "delete"), ("data_key", "delete"), ("command_key", "update")):
        op.execute(f"DROP TRIGGER {prefix}{table}_no_{way}")
        op.execute(
            f"CREATE TRIGGER {prefix}{table}_no_{way} BEFORE {way.upper()} ON {prefix}{table}"
            f" BEGIN SELECT RAISE(ABORT, '{prefix}{table} is append-only'); END"
        )


def _open_on_postgresql() -> None:
    """Let the application erase through three functions of the owner's; row by row, triggers look again.

    The session's flag only lets a statement begin: each row still needs an erasure that names it.
    """
    flag = f"{_place().prefix}erasing.flag"
    for table in _OPENED:
        full = _place().prefix + table
        op.execute(f"DROP TRIGGER {full}_append_only ON {_named(table)}")
    op.execute(
        f"CREATE FUNCTION {_named('refuse_but_erase')}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'TRUNCATE' AND current_setting('{flag}', true) = 'yes' THEN RETURN NULL; END IF;"
        " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in _OPENED:
        full = _place().prefix + table
        op.execute(
            f"CREATE TRIGGER {full}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_named(table)}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {_named('refuse_but_erase')}()"
        )
        op.execute(f"ALTER TABLE {_named(table)} ENABLE ALWAYS TRIGGER {full}_append_only")
    chain = "convert_from(e.canonical, 'UTF8')::jsonb"
    _looks(
        "erased",
        "erased_is_named",
        "INSERT",
        f"SELECT 1 FROM {_named('entry')} e WHERE e.partnership_id = NEW.partnership_id"
        f" AND e.sequence = NEW.by_sequence AND {chain} ->> 'entry' = 'erasure'"
        f" AND {chain} -> 'erased' @> to_jsonb(NEW.sequence)",
    )
    _looks(
        "content",
        "content_is_erased",
        "DELETE",
        f"SELECT 1 FROM {_named('erased')} WHERE partnership_id = OLD.partnership_id"
        " AND sequence = OLD.sequence",
    )
    _looks(
        "data_key",
        "data_key_is_idle",
        "DELETE",
        f"SELECT 1 FROM {_named('erased')} e JOIN {_named('partnership')} p ON p.id = e.partnership_id"
        " AND p.sequence = e.by_sequence WHERE p.id = OLD.partnership_id AND NOT EXISTS ("
        f"SELECT 1 FROM {_named('content')} WHERE partnership_id = OLD.partnership_id AND scope = OLD.scope)",
    )
    _looks(
        "command_key",
        "outcome_is_erased",
        "UPDATE",
        f"SELECT 1 FROM {_named('erased')} e JOIN {_named('partnership')} p ON p.id = e.partnership_id"
        " AND p.sequence = e.by_sequence WHERE p.id = OLD.outcome::json ->> 'id'"
        " AND NEW.key = OLD.key AND NEW.fingerprint = OLD.fingerprint"
        " AND NEW.outcome::json ->> 'id' = OLD.outcome::json ->> 'id'"
        " AND NEW.outcome::json ->> 'sequence' IS NOT DISTINCT FROM OLD.outcome::json ->> 'sequence'",
    )
    for table in ("content", "data_key"):
        _never(table, "UPDATE")
    _never("command_key", "DELETE")
    _erases(
        "erase_content(of_partnership text, of_sequence integer)",
        f"DELETE FROM {_named('content')} WHERE partnership_id = of_partnership AND sequence = of_sequence",
        flag,
    )
    _erases(
        "erase_data_key(of_partnership text, of_scope text)",
        f"DELETE FROM {_named('data_key')} WHERE partnership_id = of_partnership AND scope = of_scope",
        flag,
    )
    _erases(
        "erase_outcome(of_key text, left_over text)",
        f"UPDATE {_named('command_key')} SET outcome = left_over WHERE key = of_key",
        flag,
    )


def _looks(table: str, function: str, way: str, unless: str) -> None:
    """Refuse each row for which the query finds nothing."""
    given = "OLD" if way == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {_named(function)}() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = {_schema()}, pg_temp AS $$ BEGIN"
        f" IF EXISTS ({unless}) THEN RETURN {given}; END IF;"
        " RAISE EXCEPTION '% is append-only: no erasure names this row', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    _trigger(table, function, way, function)


def _never(table: str, way: str) -> None:
    """Refuse each row, whatever the session's flag."""
    _trigger(table, f"no_{way.lower()}", way, "refuse")


def _trigger(table: str, name: str, way: str, function: str) -> None:
    full = _place().prefix + table
    op.execute(
        f"CREATE TRIGGER {full}_{name} BEFORE {way} ON {_named(table)}"
        f" FOR EACH ROW EXECUTE FUNCTION {_named(function)}()"
    )
    op.execute(f"ALTER TABLE {_named(table)} ENABLE ALWAYS TRIGGER {full}_{name}")


def _erases(signature: str, statement: str, flag: str) -> None:
    """Make a function that works with its owner's rights, for the application to call."""
    name, _, arguments = signature.partition("(")
    op.execute(
        f"CREATE FUNCTION {_named(name)}({arguments} RETURNS integer LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = {_schema()}, pg_temp AS $$ DECLARE gone integer; BEGIN"
        f" PERFORM set_config('{flag}', 'yes', true); {statement};"
        f" GET DIAGNOSTICS gone = ROW_COUNT; PERFORM set_config('{flag}', '', true); RETURN gone; END $$"
    )
    types = ", ".join(part.split()[-1] for part in arguments.rstrip(")").split(","))
    op.execute(f"REVOKE ALL ON FUNCTION {_named(name)}({types}) FROM PUBLIC")


def _close_on_postgresql() -> None:
    for table, names in {
        "content": ("content_is_erased", "no_update"),
        "data_key": ("data_key_is_idle", "no_update"),
        "command_key": ("outcome_is_erased", "no_delete"),
        "erased": ("erased_is_named",),
    }.items():
        for name in names:
            op.execute(f"DROP TRIGGER {_place().prefix}{table}_{name} ON {_named(table)}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {_named(function)}")
    for table in _OPENED:
        op.execute(f"DROP TRIGGER {_place().prefix}{table}_append_only ON {_named(table)}")
        _append_only_on_postgresql(table)
    op.execute(f"DROP FUNCTION {_named('refuse_but_erase')}()")


def _append_only_on_postgresql(table: str) -> None:
    name, full = _named(table), _place().prefix + table
    op.execute(
        f"CREATE TRIGGER {full}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_named('refuse')}()"
    )
    op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {full}_append_only")


def _append_only_on_sqlite(table: str) -> None:
    """Refuse change, deletion and replacing, by whatever key a row would be replaced."""
    name = _place().prefix + table
    refusal = f"SELECT RAISE(ABORT, '{name} is append-only')"
    op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refusal}; END")
    op.execute(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE {_SAME[table]} OR rowid = NEW.rowid) BEGIN {refusal}; END"
    )


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place


def _named(name: str) -> str:
    return _place().named(name)


def _schema() -> str:
    """Give the schema that the tables are in: a function of the owner's must not look elsewhere."""
    schema = _place().schema or op.get_bind().execute(sa.text("SELECT current_schema()")).scalar_one()
    return str(op.get_bind().dialect.identifier_preparer.quote(str(schema)))


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(_place().prefix + name, *parts, schema=_place().schema)


def _code(length: int) -> sa.String:
    return sa.String(length, collation="C") if _on_postgresql() else sa.String(length)


def _number(name: str) -> sa.Column[int]:
    if _on_postgresql():
        return sa.Column(name, sa.BigInteger, sa.Identity(), primary_key=True)
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)
