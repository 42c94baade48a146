"""Which contents go into a pack: none, open ones, or sealed ones too, each for whom it is (L4)."""

from __future__ import annotations

from typing import Any

from partnerships.audit.pack.gathering import Gathering, Kept
from partnerships.lifecycle.canonical import read_json
from partnerships.lifecycle.commands import Actor, is_partners_case
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType, RecordKind, Role
from partnerships.storage.ledger import Ledger
from partnerships.storage.rows import was_sealed
from partnerships.workflows.service import Service
from partnerships.workflows.viewer import Viewer

NONE, OPEN, SEALED = "none", "open", "sealed"
CHOICES = (NONE, OPEN, SEALED)

Place = tuple[str, int]
Salted = tuple[bytes, bytes]
_RESTRICTABLE = (RecordKind.CONTEXT_ANALYSIS, RecordKind.STAKEHOLDER_MAPPING)


def open_sealed(service: Service, places: list[Place], actor: Actor, reason: str) -> set[Place]:
    """Ask for each sealed content by the command `open`, which the history keeps; give what was granted."""
    by = {"id": actor.id, "party": actor.party, "roles": [str(role) for role in actor.roles]}
    granted = set()
    for id, sequence in places:
        command = {"do": "open", "id": id, "sequence": sequence, "reason": reason, "actor": by}
        if service.apply(command)["outcome"] == "accepted":
            granted.add((id, sequence))
    return granted


def sealed_places(gathering: Gathering) -> list[Place]:
    """Give the places of sealed contents, but those of openings, which open to nobody."""
    return [
        (kept.partnership, kept.sequence)
        for kept in gathering.entries(sealed=False)
        if kept.scope is not None and read_object(kept.canonical).get("entry") != EntryType.OPENING
    ]


class Openings:
    """Says for one reader of each entry whether it shows at all, and gives its content."""

    def __init__(self, ledger: Ledger, viewer: Viewer, granted: set[Place]) -> None:
        self._ledger = ledger
        self._viewer = viewer
        self._granted = granted
        self._partnership = Partnership("")

    def is_withheld(self, kept: Kept, chain: dict[str, Any]) -> bool:
        """Tell whether the entry is of a crisis case that is not this reader's (L4).

        For the operator and for auditors the scope tells, so that their packs take neither the sealing key
        nor the right to what is sealed.
        """
        is_sealed = kept.scope is not None or kept.body is None
        # An entry that says what it is goes by that: a scope alone hides none that is of no case.
        is_crisis = is_sealed and was_sealed(chain) if "entry" in chain else kept.scope is not None
        if not is_crisis or chain.get("entry") == EntryType.TRANSITION:
            return False
        if (kept.partnership, kept.sequence) in self._granted:
            return False
        return self._hides(kept, chain.get("target", kept.sequence))

    def _hides(self, kept: Kept, about: int) -> bool:
        actor = self._viewer.actor
        if actor is None or (actor.holds(Role.AUDITOR) and not actor.holds(Role.SAFEGUARDING)):
            is_partners_own = is_partners_case((kept.scope or "").removeprefix("case:"))
            return is_partners_own or (actor is None and self._viewer.sealed)
        if self._partnership.id != kept.partnership:
            self._partnership = self._ledger.load(kept.partnership)
        return not self._viewer.sees_crisis(self._partnership, about)

    def content(self, kept: Kept, chain: dict[str, Any]) -> Salted | str | None:
        """Give salt and bytes of a content, or why it is withheld, or None where it is gone."""
        if kept.scope is not None:
            if kept.sealed is None or (kept.partnership, kept.sequence) not in self._granted:
                return "sealed"
            return self._ledger.vault.open_bytes(kept.partnership, kept.sequence, kept.scope, kept.sealed)
        if kept.salt is None or kept.body is None:
            # What was sealed is erased by an entry that is no part of any case: whoever does not see that
            # one is told no more than that it was sealed.
            return "sealed" if "entry" in chain and was_sealed(chain) and self._hides(kept, 0) else None
        return "restricted" if self._is_restricted(kept.body, chain) else (kept.salt, kept.body)

    def _is_restricted(self, body: bytes, chain: dict[str, Any]) -> bool:
        if chain.get("kind") not in _RESTRICTABLE or chain.get("entry") != EntryType.RECORD:
            return False
        actor = self._viewer.actor
        if actor is not None and actor.holds(Role.PROGRAMME_MANAGER, Role.DIRECTOR):
            return False
        said = read_object(body).get("body")
        return isinstance(said, dict) and bool(said.get("restricted"))


def read_object(kept: bytes) -> dict[str, Any]:
    """Read a JSON object as it is kept; an empty one where its bytes were altered beyond reading."""
    try:
        value = read_json(kept)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
