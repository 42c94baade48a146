"""The ledger: one partnership's rows read and written on a connection that the caller commits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.fold import advance, fold, needs_refold
from partnerships.lifecycle.kept import FOLDED
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.octets import as_bytes
from partnerships.storage.place import Place
from partnerships.storage.projection import identifiers, name_key, projection
from partnerships.storage.prompts import standing
from partnerships.storage.recent import Recent
from partnerships.storage.rows import Draft, Stored, read_entry, write
from partnerships.storage.sealing import SealingKey
from partnerships.storage.statements import statements_at
from partnerships.storage.vault import Vault
from partnerships.storage.writing import Row, Writing, write_down

_PAGE = 500

Remembered = tuple[str, dict[str, Any]]
"""The fingerprint of the command that used a key first, and its outcome."""


class Ledger:
    """Reads and writes on one connection; never commits.

    What a command writes is gathered until `flush`. One that is given `recent` finds there what earlier
    commands left in memory. `wrote` tells whether anything was sent to be written.
    """

    def __init__(
        self,
        connection: Connection,
        place: Place,
        key: Callable[[], SealingKey],
        recent: Recent | None = None,
    ) -> None:
        self.connection = connection
        self.statements = statements_at(place, connection.dialect)
        self.tables = self.statements.tables
        self.key = key
        self.recent = recent
        self.cursor: Any = connection.connection.cursor()
        self.begin()

    def begin(self, *, assuming: bool = False) -> None:
        """Forget what an earlier transaction gathered, read of keys, or wrote.

        `assuming` takes a partnership from memory without a look at its row, and a key as fresh: the write is
        then what checks them, and raises LostRace or a unique violation where they were not.
        """
        self._assumed: tuple[str, str | None, str] | None = None
        self._assuming = assuming and self.recent is not None
        self.wrote = False
        self.writing = Writing()
        self.vault = Vault(self)
        self._met: Partnership | None = None

    def hold(self, ids: Collection[str]) -> None:
        """Keep everybody else from moving partnerships until the transaction ends; on PostgreSQL.

        They are locked in the order of their ids, so that no two who hold several wait for each other.
        """
        self.statements.hold.run(self.cursor, {"ids": list(ids)})

    def meet(self, id: str, key: str | None) -> tuple[Remembered | None, Partnership]:
        """Give what is remembered under a key, and the partnership from its one projection row.

        One that is not on file has sequence 0. Where another version of ours folded it, its history is asked.
        """
        kept = self.recent.take(id) if self.recent is not None else None
        if kept is not None and self._assuming:
            self._assumed, self._met = (id, key, kept.head), kept
            return None, kept
        parameters = {"id": id, "key": key, "known": kept.head if kept else ""}
        row = self.statements.meet.one(self.cursor, parameters)
        assert row is not None
        fingerprint, outcome, sequence, head, file, sealed = row
        remembered = (fingerprint, read_json(outcome)) if fingerprint is not None else None
        if sequence is None:
            return remembered, Partnership(id)
        if kept is None or kept.head != head:
            part = self.vault.open_file(id, sealed)
            kept = Partnership.read(id, sequence, head, file, part)
            if kept.folded != FOLDED:
                kept = fold(id, self.entries(id))
        self._met = kept
        return remembered, kept

    @property
    def holds_good(self) -> bool:
        """Tell whether all that was assumed is so, where no write is going to check it."""
        if self._assumed is None:
            return True
        id, key, known = self._assumed
        row = self.statements.meet.one(self.cursor, {"id": id, "key": key, "known": known})
        return row is not None and row[0] is None and row[3] == known

    def load(self, id: str) -> Partnership:
        """Give a partnership; one with sequence 0 where there is none."""
        return self.meet(id, None)[1]

    def append(self, partnership: Partnership, draft: Draft) -> int:
        """Append an entry and move the projection, once flushed; give its sequence.

        `partnership` is advanced in place.
        """
        id, seen, head = partnership.id, partnership.sequence, partnership.head
        sequence = seen + 1
        draft.chain["sequence"] = sequence
        written = write(draft, head)
        # Read back from its bytes: what stays in memory must share nothing with the caller's own command.
        entry = read_entry(written.digest, written.canonical, written.content)
        entry.record = draft.record
        profile = partnership.profile
        if needs_refold(entry):
            _become(partnership, fold(id, [*self.entries(id), entry]))
        else:
            advance(partnership, entry)
        sealed = None
        if draft.scope is not None:
            sealed = self.vault.seal_content(id, sequence, draft.scope, written)
        writing = self.writing
        self._met = partnership
        writing.seen, writing.seen_head = seen, head
        writing.entry = {
            "partnership_id": id,
            "sequence": sequence,
            "digest": written.digest,
            "canonical": written.canonical,
        }
        writing.content = {
            "partnership_id": id,
            "sequence": sequence,
            "salt": None if sealed else written.salt,
            "body": None if sealed else written.content,
            "scope": draft.scope,
            "sealed": sealed,
        }
        writing.projection = projection(partnership, self.vault)
        writing.prompts += [standing(id, prompt) for prompt in partnership.prompts.take_changed()]
        if partnership.profile is not profile:
            writing.identifiers = identifiers(partnership)
        return sequence

    def remember(self, key: str, fingerprint: str, outcome: dict[str, Any]) -> None:
        """Keep the first outcome under a key, once flushed."""
        text = plain_canonical(outcome).decode()
        self.writing.key = {"key": key, "fingerprint": fingerprint, "outcome": text}

    def keep_attempt(self, attempt: Row) -> None:
        """Keep a refusal in the attempts log, once flushed."""
        self.writing.attempt = attempt

    def flush(self, *, alone: bool = False) -> None:
        """Write what was gathered; `alone`, outside a transaction, all of it or nothing.

        Raises LostRace where the partnership moved since it was loaded, or the key was used meanwhile.
        """
        writing, self.writing = self.writing, Writing()
        if not writing.is_empty:
            self.wrote = True
            write_down(writing, self.statements, self.cursor, alone)
        if self.recent is not None and self._met is not None:
            self.recent.keep(self._met)

    def entries(self, id: str) -> Iterator[Entry]:
        """Give a partnership's whole history as the fold reads it, sealed contents included."""
        for rows in self._pages(id, 0, sealed=True):
            for row in rows:
                _, digest, canonical, body, scope, _ = row
                if scope is None and body is not None:
                    yield read_entry(digest, as_bytes(canonical), as_bytes(body))
                else:
                    yield self.stored(id, row).as_entry()

    def history(self, id: str, *, after: int = 0, sealed: bool = False) -> Iterator[Stored]:
        """Give the entries after a sequence, in order; with `sealed`, sealed contents too."""
        for rows in self._pages(id, after, sealed=sealed):
            for row in rows:
                yield self.stored(id, row)

    def entry(self, id: str, sequence: int, *, sealed: bool = False) -> Stored | None:
        """Give one entry, or None; with `sealed`, its sealed content too."""
        statement = self.statements.select_entry[sealed]
        row = statement.one(self.cursor, {"partnership_id": id, "sequence": sequence})
        return self.stored(id, row) if row is not None else None

    def is_in_crisis_elsewhere(self, id: str, profile: dict[str, Any]) -> bool:
        """Tell whether another partnership with the same partner is marked by a crisis (L6)."""
        country = profile.get("country")
        namesake = {"id": id, "name_key": name_key(profile["name"]), "country": country}
        if country and self.statements.select_marked_namesake.one(self.cursor, namesake):
            return True
        return any(
            self.statements.select_marked_identifier.one(
                self.cursor, {"id": id, "scheme": item["scheme"], "value": item["value"]}
            )
            for item in profile.get("identifiers", ())
        )

    def _pages(self, id: str, after: int, *, sealed: bool) -> Iterator[Sequence[Any]]:
        """Give rows of the history after a sequence; a page is asked for only where it is read."""
        cursor, statement = self.connection.connection.cursor(), self.statements.select_history[sealed]
        page = {"partnership_id": id, "after": after, "most": _PAGE}
        while rows := statement.all(cursor, page):
            yield rows
            if len(rows) < _PAGE:
                break
            page["after"] = rows[-1][0]
        cursor.close()

    def stored(self, id: str, row: Any) -> Stored:
        """Give an entry from its columns: sequence, digest, bytes, body, scope, what is sealed or None."""
        sequence, digest, canonical, body, scope, encrypted = row
        if encrypted is not None:
            content = self.vault.open_content(id, sequence, scope, encrypted)
            return Stored(sequence, digest, read_json(as_bytes(canonical)), content, scope)
        return Stored(sequence, digest, None, None, scope, canonical, body or b"")


def _become(partnership: Partnership, folded: Partnership) -> None:
    for name in Partnership.__slots__:
        setattr(partnership, name, getattr(folded, name))
