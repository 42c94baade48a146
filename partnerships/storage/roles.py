"""Three roles on PostgreSQL: owner, application that appends, auditor who reads nothing sealed."""

from __future__ import annotations

from sqlalchemy import Connection, text

from partnerships.storage.place import Place
from partnerships.storage.tables import APPEND_ONLY

OWNER, APPLICATION, AUDITOR = "owner", "app", "auditor"
ROLES = (OWNER, APPLICATION, AUDITOR)

#: What the application may do beside reading: it appends, moves the projection, replaces identifiers.
RIGHTS = {
    **dict.fromkeys(APPEND_ONLY, ("SELECT", "INSERT")),
    "partnership": ("SELECT", "INSERT", "UPDATE"),
    "identifier": ("SELECT", "INSERT", "DELETE"),
    "prompt": ("SELECT", "INSERT", "UPDATE"),
    "set_aside": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "upkeep": ("SELECT", "INSERT", "UPDATE"),
    "notice": ("SELECT", "INSERT", "UPDATE"),
    "message": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "message_item": ("SELECT", "INSERT", "DELETE"),
    "version": ("SELECT",),
}
#: The auditor reads every table but the keys of sealed content, and every column but what is sealed.
_UNSEALED = {
    "content": "partnership_id, sequence, salt, body, scope",
    "partnership": "id, sequence, head, state, category, endline, late_from, register, ended_as, name,"
    " name_key, type, level, country, responsible, crisis_mark, file, next_due_on, deputy",
}
_HIDDEN = ("data_key",)

ERASING = ("erase_content(text, integer)", "erase_data_key(text, text)", "erase_outcome(text, text)")
"""Functions that work with their owner's rights: all that the application may do to what is append-only."""

_MAY_GIVE = """
SELECT pg_has_role(relowner, 'USAGE'), rolsuper OR rolcreaterole
FROM pg_class, pg_roles WHERE pg_class.oid = CAST(:table AS regclass) AND rolname = current_user
"""
_MAKE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def role_name(place: Place, role: str) -> str:
    """Give a role's name in the cluster: the tables' prefix and what it is for."""
    return place.prefix + role


def roles_on_file(connection: Connection, place: Place) -> list[str]:
    """Give which of the three roles the cluster has."""
    names = [role_name(place, role) for role in ROLES]
    query = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
    return sorted(connection.execute(query, {"names": names}).scalars())


def misses_rights(connection: Connection, place: Place) -> bool:
    """Tell whether roles or rights are missing that this login may give: a dump may come without."""
    outbox = place.named("outbox")
    owns, may_make = connection.execute(text(_MAY_GIVE), {"table": outbox}).one()
    there = roles_on_file(connection, place)
    if not owns or len(there) < len(ROLES):
        return bool(owns and may_make)
    held = text("SELECT has_table_privilege(:role, :table, :right)")
    return not all(
        connection.execute(held, {"role": role_name(place, role), "table": outbox, "right": right}).scalar()
        for role, right in ((APPLICATION, "INSERT"), (AUDITOR, "SELECT"))
    )


def grant(connection: Connection, place: Place) -> None:
    """Make the roles where this login may, give them their rights, and the tables to their owner.

    A login that may not make roles goes without: the doctor says which are missing.
    """
    may = "SELECT rolsuper, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    is_superuser, may_make = connection.execute(text(may)).one()
    if may_make:
        for role in ROLES:
            connection.execute(text(_MAKE.format(role=role_name(place, role))))
    there = roles_on_file(connection, place)
    for role in ROLES:
        name = role_name(place, role)
        if name in there:
            for statement in _grants(place, role, name):
                connection.execute(text(statement))
    owner = role_name(place, OWNER)
    if is_superuser and owner in there:
        # Only what is another's: the change locks a table, and deadlocks with those who open meanwhile.
        for table in RIGHTS:
            if _owner_of(connection, place.named(table)) != owner:
                connection.execute(text(f"ALTER TABLE {place.named(table)} OWNER TO {owner}"))
        for function in ("refuse()", *ERASING):
            connection.execute(text(f"ALTER FUNCTION {place.named(function)} OWNER TO {owner}"))


def _owner_of(connection: Connection, table: str) -> str:
    query = text("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = CAST(:name AS regclass)")
    return str(connection.execute(query, {"name": table}).scalar_one())


def _grants(place: Place, role: str, name: str) -> list[str]:
    given = [f"GRANT USAGE ON SCHEMA {place.schema} TO {name}"] if place.schema else []
    if role == OWNER:
        # Foreign keys are looked up as the tables' owner.
        return given
    if role == APPLICATION:
        given += [f"GRANT EXECUTE ON FUNCTION {place.named(function)} TO {name}" for function in ERASING]
        return given + [
            f"GRANT {', '.join(rights)} ON {place.named(table)} TO {name}" for table, rights in RIGHTS.items()
        ]
    for table in RIGHTS:
        if table not in _HIDDEN:
            columns = f" ({_UNSEALED[table]})" if table in _UNSEALED else ""
            given.append(f"GRANT SELECT{columns} ON {place.named(table)} TO {name}")
    return given
