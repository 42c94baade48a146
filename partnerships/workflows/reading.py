"""Reading a partnership: as it stands, as of a day, as known at an instant."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnerships.errors import PartnershipsError, UnknownPartnership
from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.days import day_after
from partnerships.lifecycle.lines import Line
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.standing import (
    endline,
    has_lapsed,
    overdue_since,
    register_status,
    standing_findings,
)
from partnerships.scheduler.context import Context
from partnerships.storage.ledger import Ledger
from partnerships.storage.unreadable import UNREADABLE, folded
from partnerships.workflows.arguments import Day, Instant, read_day, read_id, read_instant, unknown
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer


def load(ledger: Ledger, id: str, viewer: Viewer) -> Partnership:
    """Give a partnership for a reader; raises NotAllowed or UnknownPartnership, and for a damaged row."""
    viewer.check(id)
    given = read_id(id)
    try:
        partnership = ledger.load(given)
        if type(partnership.sequence) is not int:
            raise TypeError(given)
    except UNREADABLE:
        told = f"the row of partnership {id} cannot be read"
        raise PartnershipsError(f"{told}; `partnerships audit verify --folds` looks closer") from None
    if partnership.sequence == 0:
        raise unknown(id)
    return partnership


def show(
    ledger: Ledger, context: Context, id: str, viewer: Viewer, as_of: Day = None, known_at: Instant = None
) -> dict[str, Any]:
    """Give a partnership as it stood on a day, as known at an instant, in the contract's shape."""
    partnership = load(ledger, id, viewer)
    numbering = Numbering(viewer.actor, partnership.hidden)
    day, instant = read_day(as_of, "as_of"), read_instant(known_at, "known_at")
    if day is not None or instant is not None:
        partnership = folded(id, numbering.visible(ledger.entries(id)), as_of=day, known_at=instant)
        if partnership.state is None:
            raise UnknownPartnership(
                f"partnership {id!r} was not on file then; ask for a later day or instant"
            )
    return described(partnership, viewer, numbering, day or context.today(partnership))


def replay(ledger: Ledger, id: str) -> dict[str, Any]:
    """Compare a projection with its history folded anew; both are given without what is sealed."""
    operator = Viewer(None)
    live = load(ledger, id, operator)
    anew = folded(id, ledger.entries(id))
    whole = [plain_canonical([side.sequence, side.head, *side.as_json()]) for side in (live, anew)]
    shown = [_unsealed(side, operator) for side in (live, anew)]
    return {"same": whole[0] == whole[1], "live": shown[0], "replayed": shown[1]}


def _unsealed(partnership: Partnership, viewer: Viewer) -> bytes:
    opened, _ = partnership.as_json()
    shown = read_json(plain_canonical([partnership.sequence, partnership.head, opened]))
    for record in shown[-1]["file"]["records"].values():
        record["body"] = viewer.body(record["kind"], record["body"])
    return plain_canonical(shown)


def described(partnership: Partnership, viewer: Viewer, numbering: Numbering, day: date) -> dict[str, Any]:
    """Give a partnership as its file stands, judged on a day, in the contract's shape of `show`.

    `numbering` is that of the whole history: of a part of it, numbers would not be those of `history`.
    """
    profile = partnership.profile
    ends, since = endline(partnership), overdue_since(partnership, day)
    findings = standing_findings(partnership, day)
    lines = partnership.file.agreements.values()
    shown: dict[str, Any] = {
        "id": partnership.id,
        "state": str(partnership.state),
        "category": str(partnership.category) if partnership.category else None,
        "cycle": partnership.cycle,
        "sequence": numbering.head(partnership.sequence),
        "ended_as": partnership.ended_as,
        "register": register_status(partnership),
        "partner": profile.raw if profile else {},
        "on": day.isoformat(),
        "began_on": partnership.began_on.isoformat() if partnership.began_on else None,
        "taken_over": partnership.taken_over is not None,
        "endline": ends.isoformat() if ends else None,
        "overdue": since is not None,
        "overdue_since": since.isoformat() if since else None,
        "agreements": [_agreement(partnership, line, day) for line in lines],
        "findings": [
            finding.as_dict() for finding in findings if not (viewer.is_partner and finding.clause == "L2")
        ],
        "records": _records(partnership, viewer, numbering),
    }
    cases = viewer.sees_cases(partnership)
    if cases:
        shown["crisis_cases"] = [
            {"case": case.case, "open": case.ended is None, "entries": case.entries} for case in cases
        ]
    return shown


def _agreement(partnership: Partnership, line: Line, day: date) -> dict[str, Any]:
    version = line.counting or line.latest
    body = version.body
    return {
        "reference": line.reference,
        "category": body.category,
        "collaboration": body.collaboration,
        "starts_on": body.starts_on.isoformat(),
        "ends_on": body.ends_on.isoformat() if body.ends_on else None,
        "lapsed": has_lapsed(partnership, line, day),
        "lapsed_since": day_after(body.ends_on).isoformat()
        if body.ends_on and has_lapsed(partnership, line, day)
        else None,
        "draft": line.accepted is None,
        "counts": line.counting is not None,
        "awaits_renewal": line.counting is not None and line.accepted is not line.counting,
        "added_without_renewal": line.added,
        "concluded": line.concluded(day),
    }


def _records(partnership: Partnership, viewer: Viewer, numbering: Numbering) -> list[dict[str, Any]]:
    """The versions that count, but for sealed ones, which only `open` shows."""
    filed = [
        *partnership.file.records.values(),
        *(line.latest for line in partnership.file.agreements.values()),
        *partnership.file.registers.values(),
    ]
    shown = []
    for record in sorted(filed, key=lambda record: record.sequence):
        number = numbering.seen(record.sequence)
        body = viewer.body(record.kind, record.raw)
        if record.kind == "integrity_clearance" or number is None or body is None:
            continue
        shown.append(
            {
                "sequence": number,
                "kind": record.kind,
                "on": record.on.isoformat(),
                "by": record.by,
                "party": record.party,
                "body": body,
            }
        )
    return shown
