"""What one reader may see: the operator, IMS's roles, and the partner's side (L2, L4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partnerships.errors import BadRequest, NotAllowed
from partnerships.lifecycle.cases import Case
from partnerships.lifecycle.commands import Actor, BadCommand, read_actor
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import RecordKind, Role

#: What the partner's side reads of the file. Mappings, selections and assessments name other organisations
#: and people, and stay with IMS.
_SHARED_KINDS = frozenset(
    {
        RecordKind.PARTNER_PROFILE,
        RecordKind.AGREEMENT,
        RecordKind.INCLUSION_COMMITMENT,
        RecordKind.EXIT_DIALOGUE,
        RecordKind.SUSTAINABILITY_REVIEW,
        RecordKind.TRANSITION_PLAN,
        RecordKind.POSITION,
        RecordKind.COMMENT,
        RecordKind.PROMPT_ANSWER,
    }
)
_RESTRICTABLE = frozenset({RecordKind.CONTEXT_ANALYSIS, RecordKind.STAKEHOLDER_MAPPING})


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader; without an actor the operator, an IMS reader who sees no sealed content."""

    actor: Actor | None
    sealed: bool = True

    @classmethod
    def of(cls, raw: dict[str, Any] | Actor | None, *, sealed: bool = True) -> Viewer:
        """Read a viewer from an actor's JSON; raises BadRequest for one that cannot be.

        `sealed` tells whether L4 is on: without it IMS's readers all see that a case is there.
        """
        if raw is None or isinstance(raw, Actor):
            return cls(raw, sealed)
        try:
            return cls(read_actor(raw), sealed)
        except BadCommand as error:
            raise BadRequest(f"the actor cannot be read: {error}") from None

    @property
    def is_partner(self) -> bool:
        """Tell whether the reader belongs to the partner's side."""
        return self.actor is not None and self.actor.is_partner

    def check(self, id: str) -> None:
        """Raise NotAllowed where the partner's side asks for a partnership that is not its own (L2)."""
        if self.actor is not None and not self.actor.may_read(id):
            raise NotAllowed(f"{self.actor.id} may not see partnership {id}: it is not among its own (L2)")

    def sees_crisis(self, partnership: Partnership, sequence: int) -> bool:
        """Tell whether a crisis entry shows: to safeguarding, auditors and the case's decider (L4).

        A case of the partner's own side shows to safeguarding alone, also once it was withdrawn.
        """
        if self.is_partner:
            return False
        if self.actor is not None and self.actor.holds(Role.SAFEGUARDING):
            return True
        if any(hidden.by for hidden in partnership.hidden if hidden.sequence == sequence):
            return False
        if not self.sealed:
            return True
        if self.actor is None:
            return False
        if self.actor.holds(Role.AUDITOR):
            return True
        return any(case.decider == self.actor.id for case in partnership.cases if sequence in case.entries)

    def sees_cases(self, partnership: Partnership) -> list[Case]:
        """Give the cases of a partnership that show to this reader."""
        return [case for case in partnership.cases if self.sees_crisis(partnership, case.latest)]

    def body(self, kind: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """Give what the reader may see of a record's body."""
        if body is None:
            return None
        if self.is_partner and kind not in _SHARED_KINDS:
            return None
        if kind in _RESTRICTABLE and body.get("restricted") and not self._is_programme:
            return {**body, "participants": []}
        return body

    @property
    def _is_programme(self) -> bool:
        return self.actor is not None and self.actor.holds(Role.PROGRAMME_MANAGER, Role.DIRECTOR)
