"""The one judgement, asked without a database: what it looks at before any guard, and what `why` lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnerships import POLICY_1_1
from partnerships.lifecycle.commands import Actor, read_actor, read_command
from partnerships.lifecycle.decide import Decision, Explanation, decide, explain
from partnerships.lifecycle.vocabulary import EntryType, Trigger
from tests.bodies import BODIES
from tests.scheduler.life import Life, activity
from tests.story import actor

Json = dict[str, Any]


def judged(
    life: Life, do: str, by: str | Json = "director-1", elsewhere: bool = False, **said: Any
) -> Decision:
    who = actor(by) if isinstance(by, str) else by
    command = read_command({"do": do, "id": life.id, "actor": who, "on": life.on.isoformat(), **said})
    policy = POLICY_1_1.with_settings(take_over_until=date(2030, 1, 1))
    return decide(life.partnership, command, policy, life.on, elsewhere=elsewhere)


def codes(decision: Decision) -> list[str]:
    return [finding.code for finding in decision.findings]


def explained(life: Life, by: str | Json = "director-1", **asked: Any) -> list[Explanation]:
    who: Actor = read_actor(actor(by) if isinstance(by, str) else by)
    return explain(life.partnership, POLICY_1_1, who, life.on, life.on, **asked)


def taken_over(state: str = "strategic") -> Life:
    life = Life(identified=False)
    body = BODIES["partner_profile"]("2024-01-10")
    life.write(EntryType.TAKEOVER, to_state=state, since=date(2021, 5, 1), body=body)
    return life


def test_a_partners_actor_acts_within_its_own_partnerships_whatever_it_asks() -> None:
    foreign = actor("partner-1", partnerships=["p-2"])
    for asked in ({"do": "record", "kind": "comment", "body": {"about": 1, "text": "Hello"}}, {"do": "open"}):
        said = {"sequence": 1, "reason": "To know"} if asked["do"] == "open" else {}
        assert codes(judged(activity(), by=foreign, **asked, **said)) == ["L2.not_own_partnership"]


def test_an_id_on_file_is_neither_identified_nor_taken_over_again() -> None:
    life, body = activity(), BODIES["partner_profile"]("2024-01-10")
    stated = {"state": "strategic", "since": "2021-05-01", "reason": "It ran before"}
    for found in (judged(life, "identify", body=body), judged(life, "take_over", body=body, **stated)):
        assert codes(found) == ["structure.id_taken"]


def test_a_takeover_is_warned_of_a_crisis_elsewhere_as_an_identification_is() -> None:
    life, body = Life(identified=False), BODIES["partner_profile"]("2024-01-10")
    stated = {"state": "strategic", "since": "2021-05-01", "reason": "It ran before"}
    for do, said in (("identify", {}), ("take_over", stated)):
        for elsewhere in (True, False):
            decision = judged(life, do, elsewhere=elsewhere, body=body, **said)
            assert decision.accepted
            assert [finding.clause for finding in decision.warnings] == ["L6"] * elsewhere


def test_what_the_note_of_a_past_day_and_the_latest_both_lack_is_said_once() -> None:
    life = activity()
    for on in ("2024-05-01", "2024-06-01"):
        life.day(on).has("renewal_note", outcomes_meaningful=None)
    then = life.day("2024-05-01").folded(records_by=life.on)
    (renewal,) = explained(life, trigger=Trigger.RENEW, then=then)
    assert codes(renewal.decision) == ["S5.16.agreement_not_new", "S6.12.outcomes_missing"]


class TestWhy:
    def test_a_trigger_that_is_named_is_told_alone_also_where_there_is_no_such_step(self) -> None:
        for life in (activity(), taken_over("active_activity")):
            for trigger, target in ((Trigger.RENEW, "active_activity"), (Trigger.EXIT, None)):
                (told,) = explained(life, trigger=trigger)
                assert (told.trigger, told.target) == (trigger, target)
                assert not told.decision.accepted

    def test_the_partners_side_is_told_of_a_past_day_as_it_was(self) -> None:
        life = activity()
        life.day("2024-06-01").has("renewal_note", on="2024-06-01")
        then = life.day("2024-05-01").folded(records_by=life.on)
        (ours,) = explained(life, trigger=Trigger.RENEW, then=then)
        (theirs,) = explained(
            life, by=actor("partner-1", partnerships=["p-1"]), trigger=Trigger.RENEW, then=then
        )
        assert "S6.15.renewal_note_missing" in codes(ours.decision)
        assert set(codes(ours.decision)) <= set(codes(theirs.decision))

    def test_what_was_taken_over_is_told_what_a_beginning_would_still_ask(self) -> None:
        for by in ("director-1", "auditor-1"):
            *_, told = explained(taken_over(), by=by)
            assert (told.trigger, told.target, told.taken_over) == ("begin_strategic", "strategic", True)
            assert {finding.clause for finding in told.decision.findings} == {"S3.6", "S5.5", "S5.16"}

    def test_but_nothing_once_nothing_is_missing_or_once_it_was_decided_on_here(self) -> None:
        satisfied = taken_over()
        for kind in ("inclusion_commitment", "strategic_importance", "agreement"):
            satisfied.has(kind, **({"category": "strategic"} if kind == "agreement" else {}))
        decided = taken_over()
        decided.renews()
        for life in (satisfied, decided, activity()):
            assert not [one for one in explained(life) if one.taken_over]
