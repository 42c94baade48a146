"""The fold: what a history comes to, entry by entry, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.lifecycle.entries import By
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import Assessment
from partnerships.lifecycle.vocabulary import EntryType
from tests.bodies import BODIES
from tests.scheduler.life import Life, activity, day

SAFEGUARDING = By("safeguarding-1", "ims", ("safeguarding",))
DIRECTOR = By("director-1", "ims", ("director",))


def crisis(life: Life, kind: str, by: By = SAFEGUARDING, **said: Any) -> int:
    body = {"crisis_case": {"ground": "ethics"}, "crisis_recommendation": {"advice": "terminate"}}.get(
        kind, {}
    )
    return life.write(EntryType.RECORD, kind=kind, by=by, body=body | said)


class TestReadingThePast:
    def test_a_record_counts_from_its_own_day(self) -> None:
        life = Life("2024-03-10")
        first = life.has("assessment", on="2024-03-01")
        life.has("assessment", on="2024-03-02", relevance="Another")
        life.has("comment", on="2024-02-01")
        assert life.partnership.newest_on == day("2024-03-02")
        for on, sequence in (("2024-02-29", None), ("2024-03-01", first), ("2024-03-02", first + 1)):
            then = life.folded(records_by=day(on))
            assert getattr(then.file.get(Assessment), "sequence", None) == sequence
            assert (then.sequence, then.head) == (life.partnership.sequence, life.partnership.head)

    def test_as_known_at_an_instant_what_was_recorded_by_then(self) -> None:
        life = Life("2024-03-10")
        life.has("assessment", on="2024-03-01")
        for known_at, sequence in (("2024-03-10T09:00:01.999999Z", 1), (life.entries[-1].recorded_at, 2)):
            assert life.folded(known_at=known_at).sequence == sequence

    def test_a_beginning_on_a_past_day_reads_the_agreement_as_it_stood(self) -> None:
        life = Life("2024-03-01")
        life.does("assess", "assessed")
        read = life.has("agreement", ends_on="2024-12-31")
        life.day("2024-03-05").has("agreement", ends_on="2025-12-31")
        life.day("2024-03-01").does("begin_activity", "active_activity", read)
        line = life.partnership.file.agreements["a-1"]
        assert (line.ends_on, line.read, line.is_unread) == (day("2024-12-31"), read, True)
        assert [older.sequence for older in line.older] == [read]
        life.day("2024-03-06").does("renew", "active_activity", read + 1)
        assert (line.ends_on, line.older) == (day("2025-12-31"), [])
        assert life.replays()


class TestAgreements:
    def test_a_beginning_lets_those_of_its_category_count_and_no_others(self) -> None:
        life = Life()
        life.does("assess", "assessed")
        read = life.has("agreement", reference="c-1")
        for reference, category in (("b-1", "activity"), ("a-1", "associate")):
            life.has("agreement", reference=reference, collaboration=reference, category=category)
        life.does("begin_activity", "active_activity", read)
        lines = life.partnership.file.agreements
        assert [(line.reference, line.counting is not None) for line in lines.values()] == [
            ("a-1", False),
            ("b-1", True),
            ("c-1", True),
        ]
        assert [line.read for line in lines.values()] == [0, 0, read]

    def test_a_renewal_reads_all_that_it_rests_on(self) -> None:
        life = activity()
        read = [
            life.has("agreement", reference=reference, continues="a-1", ends_on="2025-12-31")
            for reference in ("b-1", "b-2")
        ]
        life.does("renew", "active_activity", *read)
        assert [line.read for line in life.partnership.file.agreements.values()] == [3, *read]

    def test_what_other_registers_say_is_kept_in_the_order_in_which_it_is_read_back(self) -> None:
        life = Life()
        for reference in ("r-2", "r-1"):
            life.has("register_entry", reference=reference)
        registers = life.partnership.file.registers
        assert [entry.sequence for entry in registers.values()] == [3, 2]
        life.has("register_entry", reference="r-2")
        assert [entry.sequence for entry in registers.values()] == [3, 4]

    def test_a_decision_forgets_the_texts_that_no_record_holds(self) -> None:
        life = Life()
        decisions = {
            "assessment": lambda: life.begins("activity"),
            "renewal_note": lambda: life.does("renew", "active_activity"),
        }
        for kind, decide in decisions.items():
            for text in ("One", "Another"):
                life.has(kind, note=text)
            held = len(life.partnership.file.records[kind].texts)
            decide()
            assert len(life.partnership.file.records[kind].texts) == held - 1


class TestCrisis:
    def test_a_case_recorded_again_is_the_same_one_as_it_is_told_last(self) -> None:
        life = activity()
        first = crisis(life, "crisis_case", ground="other", ground_text="Told", agreement_clause="12")
        again = crisis(life.day("2024-02-01"), "crisis_case", by=DIRECTOR)
        (case,) = life.partnership.cases
        assert (case.opened, case.latest, case.on, case.entries) == (first, again, life.on, [first, again])
        assert (case.ground, case.ground_text, case.agreement_clause) == ("ethics", False, False)
        assert case.raisers == ["director-1", "safeguarding-1"]
        assert case.safeguarded

    def test_told_by_others_and_closed_by_safeguarding_it_was_never_theirs(self) -> None:
        life = activity()
        crisis(life, "crisis_case", by=DIRECTOR, ground="other", ground_text="Told")
        closed = crisis(life, "crisis_closure")
        (case,) = life.partnership.cases
        assert (case.ended, case.decider) == (closed, "safeguarding-1")
        assert (case.ground_text, case.safeguarded) == (True, False)

    def test_what_was_said_of_a_case_that_was_taken_back_counts_for_nothing(self) -> None:
        life = activity()
        case = crisis(life, "crisis_case")
        crisis(life, "crisis_recommendation")
        crisis(life, "crisis_closure")
        life.withdraws(case)
        assert life.partnership.cases == []
        assert [item.sequence for item in life.partnership.hidden] == [case, case + 1, case + 2, case + 3]

    def test_a_termination_ends_the_open_cases_of_its_cycle_and_no_other_end_does(self) -> None:
        life = Life()
        crisis(life, "crisis_case")
        life.does("decline", "exited")
        assert life.partnership.open_at_end
        life.does("reidentify", "identified")
        crisis(life, "crisis_case", case="2")
        crisis(life, "crisis_case", case="3")
        crisis(life, "crisis_closure", case="3")
        closed = life.partnership.sequence
        ended = life.does("terminate_for_crisis", "terminated_for_crisis")
        assert [(case.case, case.ended) for case in life.partnership.cases] == [
            ("1", None),
            ("2", ended),
            ("3", closed),
        ]
        assert life.replays()


class TestHidden:
    """What the partner's side does not see, not even by a gap, and whose own it is (L4)."""

    def test_a_case_and_all_that_is_about_it(self) -> None:
        life = activity()
        partner = By("partner-1", "partner", ("partner_representative",))
        said = life.has("comment", about=1)
        own = crisis(life, "crisis_case", by=partner, case="p1")
        hidden: list[tuple[int, str | None]] = [(own, "partner-1")]
        life.has("comment", about=said)
        hidden += [(life.has("comment", about=own), None)]
        hidden += [(life.write(EntryType.WITHDRAWAL, target=own, by=partner), "partner-1")]
        case = crisis(life, "crisis_case", by=DIRECTOR)
        hidden += [(case, None), (life.write(EntryType.OPENING, target=case), None)]
        hidden += [(life.write(EntryType.WITHDRAWAL, target=own, by=SAFEGUARDING), None)]
        hidden += [(life.write(EntryType.WITHDRAWAL, target=case, by=DIRECTOR), None)]
        life.write(EntryType.WITHDRAWAL, target=said)
        life.write(EntryType.ERASURE, erased=(case, said))
        hidden += [(life.write(EntryType.ERASURE, erased=(case,)), None)]
        assert [(item.sequence, item.by) for item in life.partnership.hidden] == hidden
        assert life.replays()

    def test_an_erasure_of_all_that_is_hidden(self) -> None:
        life = activity()
        case = crisis(life, "crisis_case")
        erasure = life.write(EntryType.ERASURE, erased=(case,))
        assert [item.sequence for item in life.partnership.hidden] == [case, erasure]


class TestCycles:
    KEPT = (
        "id",
        "sequence",
        "head",
        "cycle",
        "cycles_used",
        "decided",
        "move",
        "newest_on",
        "file",
        "prompts",
    )

    def fresh(self, partnership: Partnership) -> dict[str, Any]:
        names = [name for name in Partnership.__slots__ if name not in self.KEPT]
        return {name: getattr(partnership, name) for name in names}

    @pytest.mark.parametrize("taken_over", [False, True])
    def test_a_new_cycle_begins_as_the_first_one_did(self, taken_over: bool) -> None:
        life = Life(identified=not taken_over)
        if taken_over:
            body = BODIES["partner_profile"]("2024-01-10")
            life.write(EntryType.TAKEOVER, to_state="active_activity", since=day("2023-01-01"), body=body)
        else:
            assert life.partnership.move.trigger == "identify"
            read = life.has("assessment")
            life.does("assess", "assessed", read)
            life.withdraws(read)
            life.begins("activity")
            assert life.partnership.undermined != []
        life.renews(ends_on="2025-12-31")
        assert life.partnership.extended_on is None
        self.goes_and_comes_back(life)
        life.begins("strategic")
        assert life.partnership.extended_on is None
        self.goes_and_comes_back(life)
        life.does("terminate_for_crisis", "terminated_for_crisis")
        life.does("reidentify", "identified")
        assert self.fresh(life.partnership) == self.fresh(Life().partnership)
        assert (life.partnership.cycle, life.partnership.cycles_used) == (2, 2)

    def goes_and_comes_back(self, life: Life) -> None:
        """Twice from a transition, the partner's side heard in each, and then on by a renewal."""
        state = str(life.partnership.state)
        for _ in range(2):
            life.begins_transition()
            assert (life.partnership.extended_on, life.partnership.own_word) == (None, None)
            partner = By("partner-1", "partner", ("partner_representative",))
            said = life.write(
                EntryType.RECORD, kind="position", by=partner, body={"party": "partner", "stance": "agreed"}
            )
            life.has("position", party="partner", stance="unreachable")
            assert life.partnership.own_word == (said, life.on)
            life.does("extend", state)
            life.renews(ends_on="2026-12-31")
            assert life.partnership.extended_on == life.on

    def test_what_came_after_a_reidentification_that_was_reverted_counts_for_nothing(self) -> None:
        life = Life()
        life.does("decline", "exited")
        reidentified = life.does("reidentify", "identified")
        life.has("assessment")
        life.has("comment")
        life.reverts(reidentified)
        assert life.partnership.file.get(Assessment) is None
        assert (life.partnership.state, life.partnership.cycle) == ("exited", 1)
        after = life.has("assessment")
        assert life.partnership.file.get(Assessment).sequence == after
        life.does("reidentify", "identified")
        assert life.partnership.cycle == 3
        assert life.replays()
