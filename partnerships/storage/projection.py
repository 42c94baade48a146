"""The projection: the row that is kept of a partnership, so that a decision reads one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.days import write_day
from partnerships.lifecycle.lines import same_text
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import Arrangement
from partnerships.lifecycle.standing import endline, late_from, register_status
from partnerships.storage.tables import AT_ONCE

if TYPE_CHECKING:
    from partnerships.storage.vault import Vault


def projection(partnership: Partnership, vault: Vault) -> dict[str, Any]:
    """Give the row of a partnership, column by column; the next sweep finds when its prompts are due."""
    opened, sealed = partnership.as_json()
    profile = partnership.profile
    assert profile is not None
    assert partnership.state is not None
    said = profile.raw
    arrangement = partnership.file.get(Arrangement)
    arranged = arrangement.raw if arrangement else {}
    ends, late, category = endline(partnership), late_from(partnership), partnership.category
    return {
        "id": partnership.id,
        "sequence": partnership.sequence,
        "head": partnership.head,
        "state": str(partnership.state),
        "category": str(category) if category else None,
        "endline": write_day(ends) if ends else None,
        "late_from": write_day(late) if late else None,
        "register": register_status(partnership),
        "ended_as": partnership.ended_as,
        "name": said["name"],
        "name_key": name_key(said["name"]),
        "type": said.get("type"),
        "level": said.get("level"),
        "country": said.get("country"),
        "responsible": arranged.get("responsible"),
        "crisis_mark": int(partnership.crisis_mark),
        "file": plain_canonical(opened).decode(),
        "sealed": vault.seal_file(partnership.id, sealed),
        "next_due_on": AT_ONCE,
        "deputy": arranged.get("deputy"),
    }


def identifiers(partnership: Partnership) -> list[dict[str, Any]]:
    """Give the rows of the partner's identifiers, by which the portfolio and L6 find it."""
    profile = partnership.profile
    wanted = {(item.scheme, item.value) for item in profile.body.identifiers} if profile else set()
    return [
        {"partnership_id": partnership.id, "scheme": scheme, "value": value}
        for scheme, value in sorted(wanted)
    ]


def name_key(name: str) -> str:
    """Give a name without case and spaces, as it is looked up."""
    return same_text(name) or ""
