"""Commands for the tests of hosts, and the host's own table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MANAGER = {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]}


def identify(id: str) -> dict[str, Any]:
    return {"do": "identify", "id": id, "actor": MANAGER, "body": {"name": f"Example {id} (fictional)"}}


def assess(id: str) -> dict[str, Any]:
    """Refused, as nothing is on file that it needs."""
    return {"do": "trigger", "id": id, "trigger": "assess", "actor": MANAGER}


def comment(id: str) -> dict[str, Any]:
    body = {"about": 1, "text": "Seen"}
    return {"do": "record", "id": id, "kind": "comment", "actor": MANAGER, "body": body}


class Base(DeclarativeBase):
    """The host's own tables."""


class Case(Base):
    """The host's own row beside a partnership."""

    __tablename__ = "portal_case"
    id: Mapped[str] = mapped_column(primary_key=True)


def make_host_tables(engine: Engine) -> None:
    Base.metadata.create_all(engine)
