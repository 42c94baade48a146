"""Legal holds: placed and lifted with a reason, by whoever answers for it, and kept for good."""

from __future__ import annotations

from typing import Any

from partnerships.audit.erasing.erasure import actor_json, read_person, run_once
from partnerships.errors import BadRequest
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.erasing import hold_findings
from partnerships.storage.erasing import Erasing
from partnerships.storage.holds import Hold, holds, keep_hold
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log
from partnerships.workflows import outcomes
from partnerships.workflows.arguments import read_id, unknown
from partnerships.workflows.service import Service

Json = dict[str, Any]


def place_hold(service: Service, id: str, *, by: Json, reason: str) -> Json:
    """Place a legal hold: while it stands nothing of the partnership is erased.

    Gives the outcome: accepted with the hold's `number`, or refused with its findings. Raises
    UnknownPartnership, and BadRequest for an actor or a reason that cannot be.
    """
    return _step(service, id, by, reason, None)


def lift_hold(service: Service, id: str, number: int, *, by: Json, reason: str) -> Json:
    """Lift a hold by its number; both steps stay on file. Raises BadRequest for one that does not stand."""
    return _step(service, id, by, reason, number)


def list_holds(service: Service, id: str | None = None, *, standing: bool = False) -> list[Json]:
    """Give the holds on a partnership or on all, lifted ones too unless only `standing` ones are wanted."""
    with service._reading() as ledger:
        known = None if id is None else read_id(id)
        return [hold.as_json() for hold in holds(ledger, known, standing=standing)]


def _step(service: Service, id: str, by: Json, reason: str, lifts: int | None) -> Json:
    actor, said = read_person(by, "by"), reason.strip()
    if not said:
        raise BadRequest("reason: a hold is placed and lifted with one")
    recorded_at = write_instant(service._context.clock())

    def work(ledger: Ledger) -> Json:
        # Steps are numbered in the order in which they are kept, which is that of their chain.
        Log(ledger).lock()
        # An erasure under way has to be over, or has to see the hold.
        Erasing(ledger).lock(read_id(id))
        partnership = ledger.load(id)
        if partnership.sequence == 0:
            raise unknown(id)
        findings = hold_findings(actor, service._context.settings)
        if findings:
            _keep_refusal(ledger, id, actor, recorded_at, findings)
            return outcomes.refused(id, str(partnership.state), findings)
        _check(holds(ledger, id, standing=True), lifts)
        keep_hold(ledger, id, actor_json(actor), said, recorded_at, lifts=lifts)
        number = lifts if lifts is not None else holds(ledger, id)[-1].number
        return {"outcome": "accepted", "id": id, "number": number, "stands": lifts is None}

    return run_once(service, work)


def _check(standing: list[Hold], lifts: int | None) -> None:
    if lifts is not None and lifts not in {hold.number for hold in standing}:
        raise BadRequest(f"lift: no hold {lifts} stands on this partnership")


def _keep_refusal(ledger: Ledger, id: str, actor: Actor, recorded_at: str, findings: list[Finding]) -> None:
    said = {"do": "hold", "id": id, "by": actor_json(actor)}
    ledger.keep_attempt(
        {
            "partnership_id": id,
            "recorded_at": recorded_at,
            "asked": "hold",
            "actor": actor.id,
            "fingerprint": ledger.key().fingerprint(plain_canonical(said)),
            "findings": ",".join(finding.code for finding in findings),
        }
    )
