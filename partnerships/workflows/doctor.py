"""The doctor: what is wrong with an installation."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from partnerships.errors import SealingKeyError
from partnerships.lifecycle.canonical import read_json
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.context import Context
from partnerships.scheduler.sweep import set_aside_of
from partnerships.storage.engines import is_memory
from partnerships.storage.failures import DAMAGED, reason_of
from partnerships.storage.key_ids import check_current
from partnerships.storage.ledger import Ledger
from partnerships.storage.octets import as_bytes
from partnerships.storage.residue import residue_of
from partnerships.storage.revision import NEWEST, current
from partnerships.storage.unreadable import UNREADABLE
from partnerships.workflows.doctor_deliveries import examine_deliveries
from partnerships.workflows.doctor_log import examine_log
from partnerships.workflows.doctor_postgresql import check, examine_postgresql

_RECENT = 10_000
_NAMED = 5


def examine(ledger: Ledger, context: Context, key_file: Path | None) -> list[dict[str, Any]]:
    """Give every check with its result: {"check", "ok", "detail"}."""
    connection = ledger.connection
    checks = [_schema(ledger)]
    if connection.dialect.name == "sqlite":
        checks += [*_sqlite(connection), integrity := _integrity(connection)]
        if not integrity["ok"]:
            return checks
        checks.append(_triggers(ledger))
    else:
        checks += examine_postgresql(connection, ledger.tables.place, context.clock())
    now = context.clock()
    checks += [
        _key_file(ledger, key_file),
        _settings(context),
        _looked_at("directors", lambda: _directors(ledger)),
        _looked_at("prompts", lambda: _prompts(ledger)),
        _looked_at("deliveries", lambda: examine_deliveries(ledger, now)),
        _looked_at("audit log", lambda: examine_log(ledger, now)),
        _looked_at("erasure", lambda: _erasure(ledger)),
    ]
    return checks


def _looked_at(name: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Give what comes of looking; where rows hold something else than is kept there, that is the finding."""
    try:
        return look()
    except UNREADABLE:
        return check(name, False, "what is on file cannot be read; `partnerships audit verify` looks closer")


def _schema(ledger: Ledger) -> dict[str, Any]:
    has, wants = current(ledger.connection, ledger.tables.place), NEWEST
    detail = (
        f"revision {has}" if has == wants else f"revision {has}, needs {wants}; run `partnerships migrate`"
    )
    return check("schema", has == wants, detail)


def _sqlite(connection: Connection) -> Iterator[dict[str, Any]]:
    def pragma(name: str) -> str:
        return str(connection.execute(text(f"PRAGMA {name}")).scalar())

    journal = pragma("journal_mode")
    in_memory = is_memory(connection.engine.url)
    waits = journal != "wal" and not in_memory
    yield check(
        "journal", not waits, f"journal_mode is {journal}{'; make it WAL, or readers wait' if waits else ''}"
    )
    lazy = pragma("synchronous") not in ("2", "3") and not in_memory
    yield check(
        "durability",
        not lazy,
        "synchronous is not FULL: a power cut may lose what was acknowledged"
        if lazy
        else "synchronous is FULL",
    )
    yield _begin(connection)


def _integrity(connection: Connection) -> dict[str, Any]:
    """A damaged file is found by the check, or keeps the check from being made."""
    try:
        damage = str(connection.execute(text("PRAGMA quick_check")).scalar())
    except DBAPIError as error:
        damage = reason_of(error)
    whole = damage == "ok"
    detail = damage if whole else f"{' '.join(damage.split())}; {DAMAGED}; nothing else was examined"
    return check("integrity", whole, detail)


def _begin(connection: Connection) -> dict[str, Any]:
    """Python's driver begins by itself only before a change, too late for savepoints and DDL."""
    late = getattr(connection.connection.driver_connection, "isolation_level", None) is not None
    detail = (
        "the host's engine lets Python's driver begin: set isolation_level to None on connect and emit BEGIN"
        if late
        else "transactions begin when they are told to"
    )
    return check("begin", not late, detail)


def _triggers(ledger: Ledger) -> dict[str, Any]:
    rows = ledger.connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    found = {row[0] for row in rows}
    wanted = {
        f"{table.name}_{ending}"
        for table in ledger.tables.append_only
        for ending in ("no_update", "no_delete", "no_replace")
    }
    wanted.add(f"{ledger.tables.erased.name}_is_named")
    missing = sorted(wanted - found)
    detail = f"missing: {', '.join(missing)}" if missing else f"{len(wanted)} triggers are in place"
    return check("append-only", not missing, detail)


def _key_file(ledger: Ledger, path: Path | None) -> dict[str, Any]:
    if path is None:
        return check("sealing key", True, "kept in memory, with the database")
    try:
        ledger.key()
        check_current(ledger)
    except SealingKeyError as error:
        return check("sealing key", False, str(error))
    mode = stat.S_IMODE(path.stat().st_mode)
    detail = f"{path} is readable by others (mode {mode:o}); it should be 600"
    return check("sealing key", mode & 0o077 == 0, detail if mode & 0o077 else f"{path}, mode {mode:o}")


def _erasure(ledger: Ledger) -> dict[str, Any]:
    found = residue_of(ledger)
    return check("erasure", found.is_clean, "nothing waits" if found.is_clean else found.detail)


def _settings(context: Context) -> dict[str, Any]:
    off = context.settings.turned_off
    return check("house rules", not off, f"turned off: {', '.join(off)}" if off else "all are on")


def _directors(ledger: Ledger) -> dict[str, Any]:
    """L3 takes two people; with one director a case that this director raised can never be decided."""
    tables = ledger.tables
    table = tables.entry
    query = (
        select(table.c.canonical)
        .join(
            tables.outbox,
            (tables.outbox.c.partnership_id == table.c.partnership_id)
            & (tables.outbox.c.sequence == table.c.sequence),
        )
        .order_by(tables.outbox.c.position.desc())
        .limit(_RECENT)
    )
    seen: set[str] = set()
    acted = False
    for row in ledger.connection.execute(query):
        acted = True
        actor = read_json(as_bytes(row[0]))["actor"]
        if actor and Role.DIRECTOR in actor["roles"]:
            seen.add(actor["id"])
        if len(seen) >= 2:
            break
    if not acted:
        return check("directors", True, "nobody has acted yet; L3 will need two directors, or a named deputy")
    detail = (
        "two or more directors act" if len(seen) >= 2 else "fewer than two directors act; name a deputy (L3)"
    )
    return check("directors", len(seen) >= 2, detail)


def _prompts(ledger: Ledger) -> dict[str, Any]:
    aside = set_aside_of(ledger)
    if not aside:
        return check("prompts", True, "no partnership is set aside")
    named = ", ".join(f"{one.partnership} ({one.error}, since {one.since[:10]})" for one in aside[:_NAMED])
    more = f" and {len(aside) - _NAMED} more" if len(aside) > _NAMED else ""
    return check("prompts", False, f"set aside, and asked of nobody: {named}{more}")
