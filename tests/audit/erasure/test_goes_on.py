"""After an erasure everything goes on: readings, decisions, prompts, the auditor's replay."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from partnerships.audit.judging.replay import replay
from tests.audit.erasure.erasing import asks, erased, is_green
from tests.crash.meetings import meet, until_one_waits
from tests.outcomes import accepted
from tests.storage.rows import all_rows
from tests.story import Story, actor

Json = dict[str, Any]

PATHS = ("active_activity", "active_associate", "strategic")


def of_kind(story: Story, kind: str) -> list[int]:
    return [row["sequence"] for row in story.history() if row["kind"] == kind]


def read_all(story: Story) -> None:
    """Every reading of one partnership and of the portfolio, for each who may read."""
    for by in (None, "pm-1", "safeguarding-1", "auditor-1", "partner-1"):
        story.show(by)
        story.history(by)
        story.service.why(story.id, actor=story.who(by) if by else None)
        story.service.portfolio(actor=story.who(by) if by else None)
        story.service.prompts(actor=story.who(by) if by else None)
    story.show(as_of=story.today, known_at=story.clock.now.isoformat())
    story.service.checklist(story.id)
    story.service.feed()
    story.service.sweep()
    story.service.prompts(on="2030-01-01")
    list(replay(story.service, sealed=True))
    is_green(story.service)


@pytest.mark.every_store
@pytest.mark.parametrize("state", ["assessed", "active_activity", "transitioning", "terminated_for_crisis"])
def test_every_reading_works_with_nothing_left(story: Story, state: str) -> None:
    story.to(state)
    story.clock.advance(days=380)
    story.service.sweep()
    before = story.show()
    erased(story, everything=True)
    after = story.show()
    for name in ("state", "category", "cycle", "ended_as", "endline", "overdue", "began_on"):
        assert after[name] == before[name], name
    read_all(story)


def test_an_erased_review_still_says_what_each_side_gains(story: Story) -> None:
    """Whether it named an added value is kept, not which: else both sides would be asked for it (S6.6)."""
    story.to("active_activity").day("2024-06-01").has("sustainability_review", added_value_ims=None)
    erased(story, *of_kind(story, "sustainability_review"))
    story.service.sweep()
    assert [(one["kind"], one["about"]) for one in story.service.prompts()] == [("no_added_value", "ims")]


def test_erased_candidates_are_still_several(story: Story) -> None:
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": ["One", "Another"]})
    erased(story, *of_kind(story, "stakeholder_mapping"))
    assert "S4.17a" in {one["clause"] for one in story.why("assess")["findings"]}


@pytest.mark.parametrize("state", PATHS)
def test_the_course_goes_on(story: Story, state: str) -> None:
    story.to(state)
    erased(story, everything=True)
    story.endline = None
    story.ready_for("begin_transition")
    story.does("begin_transition")
    story.ready_for("exit")
    story.does("exit")
    erased(story, everything=True)
    accepted(story.trigger("reidentify"))
    is_green(story.service)


def test_an_erased_record_reads_as_absent(story: Story) -> None:
    story.to("identified").ready_for("assess")
    assert story.why("assess")["allowed"]
    erased(story, *of_kind(story, "assessment"))
    missing = {finding["clause"] for finding in story.why("assess")["findings"]}
    assert missing == {"S4.15", "S4.16", "S4.17", "S4.18", "S4.19"}
    story.has("assessment")
    story.does("assess")


def test_an_erased_exception_excuses_nothing(story: Story) -> None:
    story.to("identified").ready_for(
        "assess", context_analysis={"stability": "volatile"}, selection={"modality": "open_call"}
    )
    excuse = story.has("exception")
    assert story.why("assess")["allowed"]
    erased(story, excuse)
    assert [finding["clause"] for finding in story.why("assess")["findings"]] == ["S4.11"]


def test_an_endline_binds_when_its_agreement_is_erased(story: Story) -> None:
    story.to("active_activity")
    erased(story, *of_kind(story, "agreement"))
    story.clock.advance(days=400)
    assert story.show()["overdue"]
    assert story.lapsed() == {"a-1"}
    assert [one["id"] for one in story.service.portfolio(overdue=True)] == ["p-1"]
    story.service.sweep()
    assert "endline_passed" in {prompt["kind"] for prompt in story.service.prompts()}


def test_no_erasure_lifts_what_a_case_bars(story: Story) -> None:
    """L6: whoever left after a crisis needs a clearance to come back, whatever was erased."""
    story.to("terminated_for_crisis")
    erased(story, everything=True)
    found = {finding["clause"] for finding in story.why("reidentify")["findings"]}
    assert found == {"L6"}
    story.has("integrity_clearance")
    story.does("reidentify")


def test_who_raised_a_case_is_known_when_its_content_is_gone(story: Story) -> None:
    """L4: the decider still sees the case, and the partner's side sees neither it nor its erasure."""
    story.to("terminated_for_crisis")
    before = story.history("partner-1")
    outcome = erased(story, cases=["1"])
    assert story.history("partner-1") == before
    assert story.show("director-1")["crisis_cases"] == [
        {"case": "1", "open": False, "entries": story.show("safeguarding-1")["crisis_cases"][0]["entries"]}
    ]
    (at,) = outcome["sequences"]
    for by, sees in (("pm-1", False), ("safeguarding-1", True), ("auditor-1", True), (None, False)):
        rows = {row["sequence"]: row for row in story.history(by)}
        assert (rows[at]["entry"] is not None and rows[at]["erases"] is not None) is sees
        for case in outcome["erased"]:
            assert (rows[case]["kind"] is not None) is sees


def test_the_partners_side_sees_that_its_own_open_words_were_erased(story: Story) -> None:
    story.to("active_activity")
    case = story.has("crisis_case")
    said = story.has("comment", by="partner-1", text="Amara said so", about=1)
    seen = next(row for row in story.history("partner-1") if row["kind"] == "comment")
    assert seen["sequence"] == case
    erased(story, said + 1)
    rows = story.history("partner-1")
    assert (rows[-1]["entry"], rows[-1]["erases"]) == ("erasure", [seen["sequence"]])
    assert next(row for row in rows if row["kind"] == "comment")["body"] is None


def test_replay_says_erased_where_a_decision_rested_on_it(story: Story) -> None:
    story.to("active_activity")
    (assessed,) = [row["sequence"] for row in story.history() if row["trigger"] == "assess"]
    erased(story, *of_kind(story, "assessment"))
    verdicts = {verdict.sequence: verdict for verdict in replay(story.service)}
    (gone,) = of_kind(story, "assessment")
    assert (verdicts[gone].outcome, verdicts[gone].why) == ("not_evaluable", "erased")
    assert (verdicts[assessed].outcome, verdicts[assessed].why) == ("not_evaluable", "erased")
    assert {verdict.outcome for verdict in verdicts.values()} <= {"conform", "not_evaluable"}


def test_a_warning_of_another_partnerships_crisis_is_no_deviation_once_that_is_erased(
    telling: Callable[..., Story],
) -> None:
    """L6 finds the partner by what is gone; that it was warned of is all that is left to know."""
    first = telling("p-1", name="Amara Media").to("terminated_for_crisis")
    other = telling("p-2", name="Amara Media")
    accepted(other.identify()).warned("L6")
    erased(first, everything=True)
    (verdict,) = replay(first.service, ["p-2"])
    assert (verdict.outcome, verdict.why) == ("not_evaluable", "erased")
    accepted(other.record("partner_profile", name="Somebody else")).warned()
    assert [str(verdict.outcome) for verdict in replay(first.service, ["p-2"])][1] == "conform"


def test_what_a_withdrawal_took_back_stays_so(story: Story) -> None:
    story.to("identified")
    put = story.has("selection", justification="Amara's")
    assert story.withdraw(put)["outcome"] == "accepted"
    erased(story, put)
    assert "S4.14" in {finding["clause"] for finding in story.why("assess")["findings"]}
    assert story.withdraw(put)["findings"][0]["code"] == "structure.not_a_standing_record"


def test_an_erased_record_can_still_be_withdrawn(story: Story) -> None:
    story.to("active_activity")
    (agreed,) = of_kind(story, "agreement")
    erased(story, agreed)
    assert story.withdraw(agreed)["outcome"] == "accepted"
    assert story.show()["agreements"] == []
    assert "L2" in story.findings()
    is_green(story.service)


def test_prompts_keep_their_keys(story: Story) -> None:
    story.to("strategic")
    story.clock.advance(days=200)
    story.service.sweep()
    made = {prompt["id"]: prompt["status"] for prompt in story.service.prompts()}
    assert made
    erased(story, everything=True)
    assert story.service.sweep().asked == 0
    assert {prompt["id"] for prompt in story.service.prompts()} == set(made)
    assert len(all_rows(story.service, "prompt")) == len(made)


def test_two_erasures_at_once_take_turns(telling: Callable[..., Story]) -> None:
    one, other = telling("p-1").to("assessed"), telling("p-2").to("assessed")
    erased(one, 2)
    erased(other, 2)
    assert asks(one, 2, second=actor("director-2"))["outcome"] == "refused"
    assert erased(one, 3)["sequences"] == [8]


@pytest.mark.on_postgresql
def test_a_command_under_way_is_waited_for(story: Story) -> None:
    story.to("active_activity")
    command = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "First"})
    told, outcome = meet(story.service, command, lambda: asks(story, 2))
    assert (told["sequence"], outcome["sequences"]) == (10, [11])
    is_green(story.service)


@pytest.mark.on_postgresql
def test_a_command_waits_for_an_erasure_and_is_decided_afresh(story: Story) -> None:
    story.to("identified").ready_for("assess")
    with ThreadPoolExecutor(1) as pool:
        with story.service._opened.engine.connect() as other:
            other.execute(text("SELECT 1 FROM partnerships_partnership WHERE id = 'p-1' FOR UPDATE"))
            waiting = pool.submit(asks, story, *of_kind(story, "assessment"))
            until_one_waits(story.service._opened.engine, waiting)
            other.commit()
        assert waiting.result()["outcome"] == "accepted"
    assert story.trigger("assess")["outcome"] == "refused"
