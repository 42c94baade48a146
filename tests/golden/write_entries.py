"""Writes golden entries: once for each version of the entries, and never again over an older file.

`python -m tests.golden.write_entries FILE` writes a JSON line for each partnership: its entries as they lie
in the database, their contents, and the state that they fold to.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from partnerships import POLICY_1_1, Service, open_service
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.storage.ledger import Ledger
from tests.story import Clock, Story
from tests.tables import PLACE
from tests.tables import TABLES as tables

Json = dict[str, Any]


def lives(service: Service, clock: Clock) -> None:
    """Partnerships that between them hold every kind of entry and of record."""
    whole = Story(service, clock, "p-whole").to("active_activity")
    whole.withdraw(whole.has("comment"))
    whole.day("2025-02-20").ready_for("renew").does("renew")
    whole.has("strategic_importance")
    whole.has("exit_dialogue")
    whole.category = "strategic"
    whole.has("agreement", reference="s-1", category="strategic", collaboration="Core work")
    whole.does("begin_strategic")
    whole.has("arrangement")
    whole.has("relation")
    whole.ready_for("begin_transition").does("begin_transition")
    whole.ready_for("exit")
    whole.revert(whole.does("exit"))
    whole.has("exception", clause="S6.20", reason="Spoken to twice")
    whole.does("exit")
    whole.does("reidentify")
    crisis = Story(service, clock, "p-crisis", name="Another Radio (fictional)").to("strategic")
    first = crisis.has("crisis_case", case="2")
    crisis.has("crisis_recommendation", case="2", advice="close")
    crisis.has("crisis_closure", case="2")
    crisis.record("crisis_case", by="partner-1", case="p1")
    crisis.open(first)
    crisis.open(first, by="pm-1")
    crisis.ready_for("terminate_for_crisis").does("terminate_for_crisis", reason="Grave")
    crisis.has("integrity_clearance")
    crisis.does("reidentify")
    register = Story(service, clock, "p-register", name="A third Radio (fictional)")
    register.identify()
    register.has("register_entry")
    register.does("decline", reason="Nothing to do together")
    Story(service, clock, "p-associate", name="A fourth Radio (fictional)").to("active_associate")
    taken = {"do": "take_over", "id": "p-taken", "state": "active_activity", "since": "2021-05-01"}
    profile = register.body("partner_profile") | {"name": "A fifth Radio (fictional)"}
    outcome = service.apply(
        {**taken, "body": profile, "reason": "Ran before", "actor": register.who("director-1")}
    )
    assert outcome["outcome"] == "accepted", outcome


def lines(service: Service) -> list[str]:
    """One JSON line for each partnership."""
    made = []
    for id in list(service.ids()):
        with service._opened.engine.connect() as connection:
            vault = Ledger(connection, PLACE, service._opened.key).vault
            entry, content = tables.entry, tables.content
            query = (
                entry.join(content).select().where(entry.c.partnership_id == id).order_by(entry.c.sequence)
            )
            rows = connection.execute(query).all()
            entries = [
                {
                    "digest": row.digest,
                    "canonical": bytes(row.canonical).decode(),
                    "salt": bytes(row.salt).hex() if row.salt else None,
                    "content": bytes(row.body).decode()
                    if row.body is not None
                    else json.dumps(vault.open_content(id, row.sequence, row.scope, bytes(row.sealed))),
                    "scope": row.scope,
                }
                for row in rows
            ]
        with service._reading() as ledger:
            stands = ledger.load(id)
            state = json.loads(plain_canonical([stands.sequence, stands.head, *stands.as_json()]))
        made.append(
            json.dumps({"id": id, "entries": entries, "state": state}, ensure_ascii=False, sort_keys=True)
        )
    return made


def main(path: str) -> None:
    """Write the file; refuse to write over one."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        policy = POLICY_1_1.with_settings(take_over_until=clock.now.date().replace(year=2030))
        database = f"sqlite:///{folder}/p.sqlite"
        with open_service(database, create=True, clock=clock, policy=policy, principal="clerk") as service:
            lives(service, clock)
            with Path(path).open("x", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines(service))


if __name__ == "__main__":
    main(sys.argv[1])
