"""The ledger: one partnership's rows read and written on a connection that the caller commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.fold import advance, fold, needs_refold
from partnerships.lifecycle.lines import same_text
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import Arrangement
from partnerships.lifecycle.standing import endline, late_from, register_status
from partnerships.storage import statements
from partnerships.storage.recent import Recent
from partnerships.storage.rows import Draft, Stored, read_content, write
from partnerships.storage.sealing import SealingKey
from partnerships.storage.vault import Vault


class LostRace(Exception):
    """Raised when another writer moved the partnership since it was read."""


class Ledger:
    """Reads and writes on one connection; never commits.

    A writer that is given `recent` finds there what the commands before it left in memory.
    """

    def __init__(
        self, connection: Connection, key: Callable[[], SealingKey], recent: Recent | None = None
    ) -> None:
        self.connection = connection
        self.key = key
        self.recent = recent
        self.vault = Vault(connection, key)

    def load(self, id: str) -> Partnership:
        """Give a partnership from its one projection row; one with sequence 0 where there is none."""
        row = statements.SELECT_PARTNERSHIP.one(self.connection, id=id)
        if row is None:
            return Partnership(id)
        sequence, head, file, sealed = row
        kept = self.recent.take(id, sequence, head) if self.recent else None
        if kept is not None:
            return kept
        part = self.vault.open_file(id, bytes(sealed) if sealed is not None else None)
        return Partnership.from_json(id, sequence, head, read_json(file), part)

    def append(self, partnership: Partnership, draft: Draft) -> Stored:
        """Append an entry and move the projection; `partnership` is advanced in place.

        Raises LostRace where the partnership moved since it was loaded.
        """
        id, seen = partnership.id, partnership.sequence
        sequence = seen + 1
        draft.chain["sequence"] = sequence
        written = write(draft, partnership.head)
        # Read back from its bytes: what stays in memory must share nothing with the caller's own command.
        content = read_content(written.content)
        stored = Stored(sequence, written.digest, written.chain, content, draft.scope)
        entry = stored.as_entry()
        profile = partnership.profile
        if needs_refold(entry):
            history = [*self.entries(id), entry]
            self._replace(partnership, fold(id, history))
        else:
            advance(partnership, entry)
        statements.INSERT_ENTRY.run(
            self.connection,
            partnership_id=id,
            sequence=sequence,
            digest=written.digest,
            canonical=written.canonical,
        )
        sealed = (
            self.vault.seal_content(id, sequence, draft.scope, written) if draft.scope is not None else None
        )
        statements.INSERT_CONTENT.run(
            self.connection,
            partnership_id=id,
            sequence=sequence,
            salt=None if sealed else written.salt,
            body=None if sealed else written.content,
            scope=draft.scope,
            sealed=sealed,
        )
        self._save(partnership, seen)
        if partnership.profile is not profile:
            self._identify(partnership)
        statements.INSERT_OUTBOX.run(self.connection, partnership_id=id, sequence=sequence)
        if self.recent:
            self.recent.keep(partnership)
        return stored

    def entries(self, id: str) -> Iterator[Any]:
        """Give a partnership's whole history as the fold reads it, sealed contents included."""
        return (stored.as_entry() for stored in self.history(id, sealed=True))

    def history(self, id: str, *, after: int = 0, sealed: bool = False) -> Iterator[Stored]:
        """Give the entries after a sequence, in order; with `sealed`, sealed contents too."""
        cursor = statements.SELECT_HISTORY.run(self.connection, partnership_id=id, after=after)
        while rows := cursor.fetchmany(500):
            for row in rows:
                yield self._stored(id, row, sealed)
        cursor.close()

    def entry(self, id: str, sequence: int, *, sealed: bool = False) -> Stored | None:
        """Give one entry, or None; with `sealed`, its sealed content too."""
        row = statements.SELECT_ENTRY.one(self.connection, partnership_id=id, sequence=sequence)
        return self._stored(id, row, sealed) if row is not None else None

    def _stored(self, id: str, row: Any, sealed: bool) -> Stored:
        sequence, digest, canonical, _, body, scope, encrypted = row
        if encrypted is None:
            content = read_content(bytes(body) if body is not None else None)
        else:
            content = self.vault.open_content(id, sequence, scope, bytes(encrypted)) if sealed else None
        return Stored(sequence, digest, read_json(bytes(canonical)), content, scope)

    def is_in_crisis_elsewhere(self, id: str, profile: dict[str, Any]) -> bool:
        """Tell whether another partnership with the same partner is marked by a crisis (L6)."""
        country = profile.get("country")
        if country and statements.SELECT_MARKED_NAMESAKE.one(
            self.connection, id=id, name_key=name_key(profile["name"]), country=country
        ):
            return True
        return any(
            statements.SELECT_MARKED_IDENTIFIER.one(
                self.connection, id=id, scheme=item["scheme"], value=item["value"]
            )
            for item in profile.get("identifiers", ())
        )

    def remembered(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """Give the fingerprint and first outcome under a key, or None."""
        row = statements.SELECT_KEY.one(self.connection, key=key)
        return (row[0], read_json(row[1])) if row is not None else None

    def remember(self, key: str, fingerprint: str, outcome: dict[str, Any]) -> None:
        """Keep the first outcome under a key."""
        text = plain_canonical(outcome).decode()
        statements.INSERT_KEY.run(self.connection, key=key, fingerprint=fingerprint, outcome=text)

    def keep_attempt(self, attempt: dict[str, Any]) -> None:
        """Keep a refusal in the attempts log."""
        statements.INSERT_ATTEMPT.run(self.connection, **attempt)

    def _save(self, partnership: Partnership, seen: int) -> None:
        row = projection(partnership, self.vault)
        if seen == 0:
            statements.INSERT_PARTNERSHIP.run(self.connection, **row)
            return
        cursor = statements.UPDATE_PARTNERSHIP.run(
            self.connection, seen_id=partnership.id, seen_sequence=seen, **row
        )
        if cursor.rowcount != 1:
            raise LostRace(partnership.id)

    def _identify(self, partnership: Partnership) -> None:
        """Keep the partner's identifiers, by which the portfolio and L6 find it."""
        statements.DELETE_IDENTIFIERS.run(self.connection, partnership_id=partnership.id)
        profile = partnership.profile
        wanted = {(i.scheme, i.value) for i in profile.body.identifiers} if profile else set()
        for scheme, value in sorted(wanted):
            statements.INSERT_IDENTIFIER.run(
                self.connection, partnership_id=partnership.id, scheme=scheme, value=value
            )

    def _replace(self, partnership: Partnership, folded: Partnership) -> None:
        for name in Partnership.__slots__:
            setattr(partnership, name, getattr(folded, name))


def projection(partnership: Partnership, vault: Vault) -> dict[str, Any]:
    """Give the row that the projection keeps of a partnership."""
    opened, sealed = partnership.as_json()
    profile = partnership.profile
    assert profile is not None
    assert partnership.state is not None
    said = profile.raw
    arrangement = partnership.file.get(Arrangement)
    ends, late = endline(partnership), late_from(partnership)
    return {
        "id": partnership.id,
        "sequence": partnership.sequence,
        "head": partnership.head,
        "state": str(partnership.state),
        "category": str(partnership.category) if partnership.category else None,
        "endline": ends.isoformat() if ends else None,
        "late_from": late.isoformat() if late else None,
        "register": register_status(partnership),
        "ended_as": partnership.ended_as,
        "name": said["name"],
        "name_key": name_key(said["name"]),
        "type": said.get("type"),
        "level": said.get("level"),
        "country": said.get("country"),
        "responsible": arrangement.raw.get("responsible") if arrangement else None,
        "crisis_mark": int(partnership.crisis_mark),
        "file": plain_canonical(opened).decode(),
        "sealed": vault.seal_file(partnership.id, sealed),
    }


def name_key(name: str) -> str:
    """Give a name without case and spaces, as it is looked up."""
    return same_text(name) or ""
