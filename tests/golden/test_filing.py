"""What is judged when a record is filed stands in no version's digest, so what it says is pinned here.

A change that refuses or warns of more shows in `audit replay` as earlier decisions that deviate, and one that
lets more pass does not show at all: either comes with a line in the CHANGELOG, and with another digest here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from partnerships import POLICY_1_1
from partnerships.lifecycle.canonical import digest_of
from partnerships.lifecycle.commands import read_command, read_record
from partnerships.lifecycle.decide import decide
from partnerships.lifecycle.definition import CHECKS
from partnerships.lifecycle.entries import By
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards import filing
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType
from tests.bodies import BODIES, agreement, both_accept
from tests.scheduler.life import Life, activity, strategic
from tests.story import ROLES, actor

Json = dict[str, Any]

FIRST, DAY, LATER, BEFORE = "2024-01-10", "2024-06-01", "2025-02-01", "2024-05-01"
GIVES = {"given_by": "ims", "for_collaboration": True}
TRIED = [{"on": "2024-05-10", "how": "letter"}, {"on": "2024-05-20", "how": "letter"}]


def test_what_filing_refuses_and_warns_of_is_never_edited_unseen() -> None:
    said = {name: dict(_judged(life)) for name, life in _lives()}
    assert _declared() <= {code for judged in said.values() for codes in judged.values() for code in codes}
    assert digest_of(said) == "20a6b64cd7ddee8e5e89e570bf6e5fa7281f283d1c762d79a6dfc67108c90c7f"


def test_what_is_judged_apart_from_the_table_is_never_edited_unseen() -> None:
    said = {clause: list(words) for clause, words in CHECKS.items()}
    assert digest_of(said) == "0c47eccc3b661ad1dc0f5233099d2a9beef27b73ed76c66a745eab1230a2ff8b"


def _declared() -> set[str]:
    """The codes of all that filing may find of its own."""
    return {one.code for one in vars(filing).values() if isinstance(one, Finding)}


def _lives() -> Iterator[tuple[str, Life]]:
    """Partnerships in every state, and in those that filing looks into."""
    yield "identified", Life(FIRST)
    yield "activity", activity(FIRST)
    yield "activity past its endline", activity(FIRST, ends_on="2024-05-01")
    renewing = activity(FIRST, ends_on="2024-05-01")
    renewing.has("renewal_note")
    yield "activity past its endline with a note", renewing
    associate = Life(FIRST, level="international")
    associate.begins("associate", purpose="joint_action", ends_on="2024-05-01")
    yield "associate past its endline", associate
    yield "strategic", strategic(FIRST)
    yield "transitioning", _in_transition()
    spoken = _in_transition()
    spoken.day(BEFORE).write(
        EntryType.RECORD,
        kind="position",
        body={"party": "partner", "stance": "disagreed"},
        by=By("partner-1", "partner", ("partner_representative",)),
    )
    yield "transitioning with the partner's word", spoken
    for advice in ("none", "close", "terminate"):
        yield f"in a crisis, advice {advice}", _in_crisis(advice)
    ended = _in_transition()
    ended.does("exit", "exited")
    yield "exited", ended


def _in_transition() -> Life:
    life = activity(FIRST)
    life.begins_transition()
    return life


def _in_crisis(advice: str) -> Life:
    life = activity(FIRST)
    life.has("selection")
    life.has("crisis_case")
    if advice != "none":
        body = {"advice": advice, "recommended_on": FIRST}
        by = By("safeguarding-1", "ims", ("safeguarding",))
        life.write(EntryType.RECORD, kind="crisis_recommendation", body=body, by=by)
    return life


def _bodies() -> Iterator[tuple[str, str, Json]]:
    """A complete body of every kind, and others that filing looks into: a name, the kind, the body."""
    for kind, body in BODIES.items():
        yield kind, kind, body(DAY)
    for category in ("activity", "associate", "strategic"):
        for name, fields in _AGREEMENTS.items():
            yield f"{category} {name}", "agreement", agreement(FIRST, category) | fields
    yield "partner's position", "position", {"party": "partner", "stance": "agreed"}
    gone = {"party": "partner", "stance": "unreachable", "attempts": TRIED}
    yield "partner out of reach", "position", gone
    for clause in ("S6.20", "S6.21"):
        yield f"exception {clause}", "exception", {"clause": clause, "reason": "Because"}
    yield "partner's case", "crisis_case", {"case": "p1"}
    yield "rhythm without a reason", "arrangement", {"review_months": 3}


_AGREEMENTS: dict[str, Json] = {
    "again": {},
    "new": {"reference": "a-2"},
    "other work": {"reference": "a-2", "collaboration": "Other"},
    "longer": {"ends_on": "2025-12-31"},
    "without end": {"ends_on": None},
    "shorter": {"ends_on": "2024-03-01"},
    "concluded": {"concluded_on": BEFORE, "ends_on": "2025-12-31"},
    "draft": {"reference": "a-2", "accepted": both_accept(FIRST)[:1]},
    "core support": {"contributions": [GIVES | {"kind": "core_support"}]},
    "for nothing": {"contributions": [GIVES | {"kind": "equipment", "for_collaboration": False}]},
    "capacity": {"contributions": [GIVES | {"kind": "capacity_development"}]},
    "partner's capacity": {
        "contributions": [{**GIVES, "given_by": "partner", "kind": "capacity_development"}]
    },
    "more": {"contributions": [GIVES | {"kind": "funding", "amount": "10000.01", "currency": "EUR"}]},
    "less": {"contributions": [GIVES | {"kind": "funding", "amount": "9999", "currency": "EUR"}]},
}
_ACTORS = [
    *(actor(f"{name}-1", partnerships=["p-1"]) for name in ROLES),
    actor("pm-2"),
    actor("director-1", "auditor"),
    actor("pm-1", "director", "safeguarding"),
    {"id": "guest-1", "party": "ims", "roles": []},
]


def _judged(life: Life) -> Iterator[tuple[str, list[str]]]:
    for name, kind, body in _bodies():
        for who in _ACTORS:
            found = _codes(life.partnership, kind, body, who)
            if found is not None:
                yield f"{name} by {who['id']} as {', '.join(who['roles'])}", found


def _codes(partnership: Partnership, kind: str, body: Json, who: Json) -> list[str] | None:
    """The codes of what a record is refused with or draws; None where it cannot be such a side's at all."""
    said = {name: value for name, value in body.items() if value is not None}
    command = read_command({"do": "record", "id": "p-1", "kind": kind, "body": said, "actor": who, "on": DAY})
    if kind == "crisis_case" and command.actor.is_partner != (said.get("case") == "p1"):
        return None
    today = date.fromisoformat(LATER)
    record = read_record(command, date.fromisoformat(DAY))
    decision = decide(partnership, command, POLICY_1_1, today, record=record, elsewhere=True)
    return [one.code for one in (*decision.findings, *decision.warnings)]
