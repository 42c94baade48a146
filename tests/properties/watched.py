"""A story that is watched: every command is checked for what must hold whatever it asks."""

from __future__ import annotations

import json
from typing import Any

from tests.story import Story
from tests.tables import TABLES as tables

Json = dict[str, Any]

SHAPES = {
    "accepted": {"outcome", "id", "state", "sequence", "warnings"},
    "refused": {"outcome", "id", "state", "findings"},
    "invalid": {"outcome", "errors"},
    "conflict": {"outcome", "id", "expected_sequence", "sequence"},
    "not_found": {"outcome", "id"},
}
FINDING = {"clause", "kind", "code", "message", "remedy", "needs", "who", "interpretation"}
FACTS = {"subject", "since", "source", "withdrawn"}
ROW = f"SELECT * FROM {tables.partnership.name} WHERE id = ?"
COUNTS = f"""SELECT count(*), max(sequence),
    (SELECT count(*) FROM {tables.outbox.name} WHERE partnership_id = ?)
    FROM {tables.entry.name} WHERE partnership_id = ?"""
KINDS = {"policy", "house_rule", "authority", "structure"}


def check_finding(finding: Json) -> None:
    assert set(finding) - FACTS == FINDING, finding
    assert finding["kind"] in KINDS, finding
    assert finding["clause"] is None or finding["code"].startswith(f"{finding['clause']}."), finding
    assert finding["message"], finding
    assert finding["remedy"], finding
    assert all(set(need) <= {"record", "field"} for need in finding["needs"]), finding


def check_shape(outcome: Json) -> None:
    """An outcome is one of the contract's five, with its fields and no other."""
    assert json.loads(json.dumps(outcome)) == outcome
    more = {"content"} & set(outcome)
    assert set(outcome) - more == SHAPES[outcome["outcome"]], outcome
    for error in outcome.get("errors", ()):
        assert set(error) == {"field", "message"}, outcome
        assert error["message"], outcome
    for finding in [*outcome.get("findings", ()), *outcome.get("warnings", ())]:
        check_finding(finding)
    if outcome["outcome"] == "invalid":
        assert outcome["errors"]
    if outcome["outcome"] == "refused":
        kinds = [finding["kind"] for finding in outcome["findings"]]
        assert kinds, "a refusal says why"
        assert "structure" not in kinds or len(kinds) == 1, "a structure refusal stands alone"


class Watched(Story):
    """Applies commands as a story does, and checks each outcome against what `why` said and what was kept."""

    outcomes: list[Json]

    def __init__(self, *arguments: Any, **profile: Any) -> None:
        super().__init__(*arguments, **profile)
        self.outcomes = []
        self.numbers = 0

    def apply(self, command: Json) -> Json:
        self.clock.advance(minutes=1)
        before = self.kept()
        told = self.told_before(command)
        outcome: Json = self.service.apply(command)
        self.outcomes.append(outcome)
        check_shape(outcome)
        self._check_change(command, outcome, before)
        if told is not None and outcome["outcome"] in ("accepted", "refused"):
            self.check_told(command, outcome, told)
        return outcome

    def kept(self) -> Json:
        """What the database holds of this partnership, as rows."""
        with self.service._opened.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            found = driver.execute(ROW, (self.id,))
            values = found.fetchone()
            count, latest, events = driver.execute(COUNTS, (self.id, self.id)).fetchone()
        row = values and dict(zip((column[0] for column in found.description), values, strict=True))
        return {
            "row": row,
            "state": row["state"] if row else None,
            "sequence": row["sequence"] if row else 0,
            "entries": (count, latest),
            "events": events,
        }

    def _check_change(self, command: Json, outcome: Json, before: Json) -> None:
        after = self.kept()
        logged = command.get("do") == "open" and outcome["outcome"] == "refused"
        grew = after["sequence"] - before["sequence"]
        assert after["entries"] == (after["sequence"], after["sequence"] or None), "no gap"
        assert after["events"] == after["sequence"], "every entry is in the outbox"
        if outcome["outcome"] == "accepted":
            assert grew == 1, outcome
            assert outcome["state"] == after["state"], outcome
            if command["actor"]["party"] == "ims":
                assert outcome["sequence"] == after["sequence"], outcome
        elif logged:
            assert grew in (0, 1), outcome
            assert after["state"] == before["state"]
        else:
            assert after == before, f"{outcome['outcome']} changes nothing"

    def told_before(self, command: Json) -> Json | None:
        """What `why` says of a trigger beforehand, to the same actor, on the same day."""
        if command.get("do") != "trigger" or not self.kept()["sequence"]:
            return None
        actor = command["actor"]
        if actor["party"] == "partner" and self.id not in actor.get("partnerships", ()):
            return None
        read = self.service.why(self.id, trigger=command["trigger"], actor=actor, on=command.get("on"))
        (told,) = read["triggers"]
        assert read["state"] == self.kept()["state"]
        return dict(told)

    def check_told(self, command: Json, outcome: Json, told: Json) -> None:
        """`why` and `trigger` agree; the reason alone is given with the command only."""
        findings = told["findings"]
        if command.get("reason"):
            findings = [finding for finding in findings if finding["code"] != "L1.reason_missing"]
        if outcome["outcome"] == "accepted":
            assert findings == [], (command, told)
            assert outcome["warnings"] == told["warnings"], (outcome, told)
            assert outcome["state"] == told["target"], (outcome, told)
        else:
            assert outcome["findings"] == findings, (outcome, told)
            assert told["allowed"] is False
