"""What the doctor looks at on PostgreSQL: triggers, roles, privileges, durability, time limits, the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from partnerships.storage.era import needs_era
from partnerships.storage.place import Place
from partnerships.storage.roles import OWNER, RIGHTS, ROLES, role_name, roles_on_file
from partnerships.storage.tables import APPEND_ONLY

ENCODED = ("server", "client")

MOST_SKEW = 5
"""Seconds by which this machine's clock and the database's may differ."""

_TRIGGERS = """
SELECT t.tgname FROM pg_trigger t WHERE t.tgenabled = 'A' AND t.tgrelid = ANY(:tables)
"""
_LOOKING = (
    "content_content_is_erased",
    "content_no_update",
    "data_key_data_key_is_idle",
    "data_key_no_update",
    "command_key_outcome_is_erased",
    "command_key_no_delete",
    "erased_erased_is_named",
)
"""Triggers that look at each row, where an erasure may have named it."""
_OID = "SELECT to_regclass(:name)::oid"
_BEYOND = """
SELECT p.privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p(privilege)
WHERE has_table_privilege(:table, p.privilege) ORDER BY 1
"""


def check(name: str, ok: bool, detail: str) -> dict[str, Any]:
    """Give one result of an examination."""
    return {"check": name, "ok": ok, "detail": detail}


def examine_postgresql(connection: Connection, place: Place, now: datetime) -> Iterator[dict[str, Any]]:
    """Give what was examined of a PostgreSQL database and of this login."""
    yield _triggers(connection, place)
    yield _roles(connection, place)
    yield _privileges(connection, place)
    yield _durability(connection)
    yield from _limits(connection)
    yield _encoding(connection)
    yield _clock(connection, now)
    yield _outbox(connection, place)


def _triggers(connection: Connection, place: Place) -> dict[str, Any]:
    oids = {
        name: connection.execute(text(_OID), {"name": place.named(name)}).scalar_one() for name in APPEND_ONLY
    }
    found = set(connection.execute(text(_TRIGGERS), {"tables": list(oids.values())}).scalars())
    wanted = {place.prefix + name for name in (*(f"{name}_append_only" for name in APPEND_ONLY), *_LOOKING)}
    missing = sorted(wanted - found)
    detail = (
        f"missing, or not ENABLE ALWAYS: {', '.join(missing)}"
        if missing
        else f"{len(wanted)} triggers are in place, always"
    )
    return check("append-only", not missing, detail)


def _roles(connection: Connection, place: Place) -> dict[str, Any]:
    wanted = {role_name(place, role) for role in ROLES}
    missing = sorted(wanted - set(roles_on_file(connection, place)))
    detail = (
        f"missing: {', '.join(missing)}; run `partnerships migrate` as a login that may create roles"
        if missing
        else "owner, application and auditor are there"
    )
    return check("roles", not missing, detail)


def _privileges(connection: Connection, place: Place) -> dict[str, Any]:
    """An application needs SELECT and INSERT on the history; a login that may more can undo its promises."""
    user, is_superuser = connection.execute(
        text("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    if is_superuser:
        detail = f"{user} is a superuser, who can turn the triggers off; log in with the application's role"
        return check("privileges", False, detail)
    beyond: dict[str, list[str]] = {}
    for name in APPEND_ONLY:
        rows = connection.execute(text(_BEYOND), {"table": place.named(name)}).scalars().all()
        if rows:
            beyond[place.prefix + name] = list(rows)
    detail = (
        f"{user} holds more than SELECT and INSERT on {', '.join(beyond)}; grant it the application's role"
        f" instead of the tables' ownership ({role_name(place, OWNER)})"
        if beyond
        else f"{user} may read and append, no more, in {len(RIGHTS)} tables"
    )
    return check("privileges", not beyond, detail)


def _durability(connection: Connection) -> dict[str, Any]:
    settings = {
        name: str(connection.execute(text(f"SHOW {name}")).scalar())
        for name in ("synchronous_commit", "fsync", "full_page_writes")
    }
    off = [f"{name} is {value}" for name, value in settings.items() if value == "off"]
    detail = f"{' and '.join(off)}: a crash may lose what was acknowledged"
    return check("durability", not off, detail if off else "what is acknowledged is on the server's disk")


def _limits(connection: Connection) -> Iterator[dict[str, Any]]:
    wanted = {
        "lock_timeout": "a writer may wait for ever for a lock",
        "idle_in_transaction_session_timeout": "a frozen worker may hold its locks for ever",
    }
    for name, meaning in wanted.items():
        value = str(connection.execute(text(f"SHOW {name}")).scalar())
        off = value == "0"
        yield check(name, not off, f"off: {meaning}; set it for this login" if off else value)


def _encoding(connection: Connection) -> dict[str, Any]:
    spoken = {name: connection.execute(text(f"SHOW {name}_encoding")).scalar() for name in ENCODED}
    other = [f"{name} is in {encoding}" for name, encoding in spoken.items() if encoding != "UTF8"]
    detail = f"the {' and the '.join(other)}: names in some scripts cannot be kept; use UTF8"
    return check("encoding", not other, detail if other else "UTF8: names in every script")


def _clock(connection: Connection, now: datetime) -> dict[str, Any]:
    # As a number: how days are written depends on the database's settings.
    there = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
    seconds = abs(float(there) - now.timestamp())
    detail = f"this machine and the database differ by {seconds:.1f} s"
    return check("clock", seconds <= MOST_SKEW, detail)


def _outbox(connection: Connection, place: Place) -> dict[str, Any]:
    era = needs_era(connection, place)
    detail = "restored from a dump; run `partnerships migrate` once, or the feed passes new entries by"
    return check("feed", era is None, detail if era else "in the order of this cluster's transactions")
