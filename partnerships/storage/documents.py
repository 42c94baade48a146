"""The documents that entries name by their digest: policies, and the settings they had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Dialect, Insert, bindparam, insert, select
from sqlalchemy.dialects import postgresql

from partnerships.errors import DefinitionError
from partnerships.lifecycle.canonical import canonical, read_json
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.settings import Settings
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

_ready: dict[tuple[Place, str, str], DocumentStatements] = {}


class DocumentKind(StrEnum):
    """What a document says."""

    POLICY = "policy"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is kept; `version` is the policy version with which it was first in use."""

    digest: str
    kind: str
    version: str
    body: Any

    @property
    def is_sound(self) -> bool:
        """Tell whether the body is the one that the digest is of."""
        is_bytes = isinstance(self.body, bytes | memoryview)
        return is_bytes and hashlib.sha256(self.body).hexdigest() == self.digest


class DocumentStatements:
    """The statements of documents, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        table = tables.document
        self.digests = Statement(select(table.c.digest), dialect)
        self.every = Statement(select(*table.c).order_by(table.c.digest), dialect)
        added: Insert = insert(table)
        if dialect.name == "postgresql":
            added = postgresql.insert(table).on_conflict_do_nothing()
        self.insert = Statement(
            added.values({column.name: bindparam(column.name) for column in table.c}).inline(), dialect
        )


def keep_documents(ledger: Ledger, policies: Sequence[Policy]) -> None:
    """Keep the documents of policies and of their settings, as far as they are not kept yet.

    On PostgreSQL somebody else may keep the same one meanwhile; on SQLite a writer is alone.
    """
    statements = _statements(ledger)
    kept = {row[0] for row in statements.digests.all(ledger.cursor, {})}
    for policy in policies:
        for digest, kind, said in (
            (policy.digest, DocumentKind.POLICY, policy.document),
            (policy.settings_digest, DocumentKind.SETTINGS, policy.settings.as_json),
        ):
            if digest not in kept:
                kept.add(digest)
                body = canonical(said())
                row = {"digest": digest, "kind": str(kind), "version": policy.version, "body": body}
                ledger.wrote = True
                statements.insert.run(ledger.cursor, row)


def documents(ledger: Ledger) -> list[Document]:
    """Give every document in the order of the digests, sound or not."""
    return [Document(*row) for row in _statements(ledger).every.all(ledger.cursor, {})]


def kept_settings(ledger: Ledger) -> Iterator[Settings]:
    """Give the settings that are kept and can be read; a document that was altered is none."""
    for document in documents(ledger):
        if document.kind == DocumentKind.SETTINGS and document.is_sound:
            try:
                settings = Settings.from_json(read_json(bytes(document.body)))
            except (DefinitionError, ValueError):
                continue
            if settings.digest == document.digest:
                yield settings


def _statements(ledger: Ledger) -> DocumentStatements:
    dialect = ledger.connection.dialect
    kind = (ledger.tables.place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = DocumentStatements(ledger.tables, dialect)
    return _ready[kind]
