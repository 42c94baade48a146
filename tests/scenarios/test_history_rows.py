"""What a line of the history says, and to whom, without a database (L2, L4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partnerships.lifecycle.cases import Hidden
from partnerships.lifecycle.guards.crisis import AGREEMENT_CLAUSE_MISSING
from partnerships.lifecycle.guards.identification import NOT_REGISTERED
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt, Prompts
from partnerships.lifecycle.vocabulary import PromptKind
from partnerships.storage.rows import Stored
from partnerships.workflows.histories import row
from partnerships.workflows.numbering import OWN_CASES_FROM, Numbering
from partnerships.workflows.viewer import Viewer
from tests.story import actor

Json = dict[str, Any]

PARTNER = actor("partner-1", partnerships=["p-1"])


def chain(**parts: Any) -> Json:
    return {
        "entry": "record",
        "partnership": "p-1",
        "on": "2024-03-01",
        "recorded_at": "2024-03-01T09:00:00.000000Z",
        "actor": actor("pm-1"),
        "policy": {"version": "1.1", "digest": "d" * 64},
        "settings": "s" * 64,
        "door": "library",
        "warnings": [],
        "previous": "a" * 64,
        **parts,
    }


def told(
    kept: Json, content: Json | None, by: Json | None = None, scope: str | None = None, *hidden: Hidden
) -> Json:
    partnership, viewer = Partnership("p-1", hidden=list(hidden)), Viewer.of(by)
    stored = Stored(9, "b" * 64, kept, content, scope)
    return row(stored, partnership, viewer, Numbering(viewer.actor, partnership.hidden))


def test_it_says_who_did_what_when_on_what_evidence_and_under_which_policy() -> None:
    kept = chain(
        kind="comment",
        evidence=[1, 2],
        target=3,
        warnings=[NOT_REGISTERED.code],
        imported={"by": "director-1", "claimed": "2019-05-02T10:00:00Z"},
        before_policy=True,
        granted=False,
        erased=[4],
        basis="request",
        second="director-2",
        prompt={"id": "0" * 32},
    )
    content = {"body": {"about": 1, "text": "Seen"}, "reason": "Asked for", "principal": "clerk"}
    shown = told(kept, content)
    (warning,) = shown.pop("warnings")
    assert warning == NOT_REGISTERED.as_dict()
    assert shown == {
        "sequence": 9,
        "entry": "record",
        "kind": "comment",
        "trigger": None,
        "from": None,
        "to": None,
        "on": "2024-03-01",
        "recorded_at": "2024-03-01T09:00:00.000000Z",
        "actor": actor("pm-1"),
        "reason": "Asked for",
        "evidence": [1, 2],
        "target": 3,
        "prompt": {"id": "0" * 32},
        "policy": "1.1",
        "policy_digest": "d" * 64,
        "before_policy": True,
        "settings_digest": "s" * 64,
        "via": {"door": "library", "principal": "clerk"},
        "imported": True,
        "claimed_at": "2019-05-02T10:00:00Z",
        "imported_by": "director-1",
        "granted": False,
        "erases": [4],
        "basis": "request",
        "second": "director-2",
        "digest": "b" * 64,
        "previous": "a" * 64,
        "body": {"about": 1, "text": "Seen"},
        "sealed": False,
        "erased": False,
    }


def test_what_a_plain_entry_has_not_it_does_not_say() -> None:
    shown = told(chain(entry="transition", trigger="assess"), {"principal": "clerk"})
    absent = ("kind", "target", "prompt", "claimed_at", "imported_by", "granted", "erases", "basis", "second")
    assert [shown[name] for name in absent] == [None] * len(absent)
    assert (shown["imported"], shown["before_policy"], shown["evidence"], shown["body"]) == (
        False,
        False,
        [],
        None,
    )


def test_warnings_are_told_as_they_were_where_their_words_are_kept() -> None:
    said = {"clause": "S6.18", "code": "S6.18.past_endline", "subject": "a-1"}
    kept = chain(kind="renewal_note", warnings=["S6.18.past_endline"])
    assert told(kept, {"warnings": [said]})["warnings"] == [said]


def test_the_partners_side_reads_its_profile_as_it_was_identified_or_taken_over() -> None:
    body = {"name": "Example Radio (fictional)"}
    for entry in ("identification", "takeover"):
        assert told(chain(entry=entry), {"body": body}, PARTNER)["body"] == body


def test_numbers_are_those_of_its_view_and_name_nothing_that_it_does_not_see() -> None:
    hidden = (Hidden(2), Hidden(3, "partner-1"), Hidden(4))
    kept = chain(kind="comment", evidence=[1, 2, 3, 5], target=5, erased=[4, 5])
    shown = told(kept, {"body": {"about": 5}}, PARTNER, None, *hidden)
    assert (shown["sequence"], shown["evidence"], shown["target"], shown["erases"]) == (6, [1, 2], 2, [2])
    assert shown["body"] == {"about": 2}
    assert told(chain(kind="comment", target=3), {}, PARTNER, None, *hidden)["target"] == OWN_CASES_FROM + 1


def test_of_a_step_the_partners_side_reads_neither_how_it_came_nor_its_place_in_the_chain() -> None:
    step = chain(entry="transition", trigger="assess", **{"from": "identified", "to": "assessed"})
    warned = {"warnings": [{"clause": "L6"}, {"clause": "S3.9"}], "principal": "clerk"}
    for by, clauses, place in ((None, ["L6", "S3.9"], "a" * 64), (PARTNER, ["S3.9"], None)):
        shown = told(step, warned, by)
        assert (shown["trigger"], shown["from"], shown["to"]) == ("assess", "identified", "assessed")
        assert [warning["clause"] for warning in shown["warnings"]] == clauses
        assert (shown["previous"], bool(shown["digest"]), bool(shown["via"])) == (
            place,
            by is None,
            by is None,
        )


@pytest.mark.parametrize(
    ("kind", "subject", "of_this_cycle", "theirs"),
    [
        ("sustainability_review", "", True, True),
        ("sustainability_review", "", False, True),
        ("no_longer_meets", "", True, False),
        ("no_longer_meets", "", False, False),
        ("no_added_value", "partner", True, True),
        ("no_added_value", "ims", True, False),
    ],
)
def test_what_ims_alone_is_asked_is_not_said_to_the_partners_side(
    kind: str, subject: str, of_this_cycle: bool, theirs: bool
) -> None:
    id, day = "0" * 32, date(2024, 3, 1)
    prompts = Prompts()
    if of_this_cycle:
        prompts.put(Prompt(id, PromptKind(kind), subject, day, "L7", 9, day))
    asked = chain(entry="prompt", kind=kind, prompt={"id": id}, evidence=[1])
    stored = Stored(9, "b" * 64, asked, {"body": {"subject": subject}}, None)
    viewer = Viewer.of(PARTNER)
    shown = row(stored, Partnership("p-1", prompts=prompts), viewer, Numbering(viewer.actor, ()))
    assert (shown["kind"], shown["prompt"]) == ((kind, {"id": id}) if theirs else (None, None))
    assert (shown["evidence"], shown["sealed"]) == ([1] if theirs else [], False)
    assert theirs or shown["body"] is None


class TestSealed:
    def test_it_is_there_and_no_more_to_whom_its_case_does_not_concern(self) -> None:
        kept = chain(kind="crisis_case", actor=None, warnings=[AGREEMENT_CLAUSE_MISSING.code])
        for by in (actor("pm-1"), None):
            shown = told(kept, {"body": {"ground": "ethics"}}, by, "case-1", Hidden(9))
            assert (shown["restricted"], shown["sealed"], shown["body"]) == (True, True, None)
            assert (shown["kind"], shown["actor"], shown["warnings"]) == (None, None, [])
            assert (shown["entry"], shown["digest"], shown["policy"]) == ("record", "b" * 64, "1.1")

    def test_safeguarding_reads_it(self) -> None:
        kept = chain(kind="crisis_case", actor=None)
        shown = told(kept, {"body": {"ground": "ethics"}}, actor("safeguarding-1"), "case-1", Hidden(9))
        assert (shown["body"], shown["sealed"], shown["erased"]) == ({"ground": "ethics"}, True, False)

    def test_of_a_termination_the_partners_side_learns_no_warning_and_not_that_it_was_erased(self) -> None:
        kept = chain(
            entry="transition", trigger="terminate_for_crisis", warnings=[AGREEMENT_CLAUSE_MISSING.code]
        )
        sealed, erased = told(kept, {}, PARTNER, "case-1"), told(kept, None, PARTNER)
        assert sealed == erased
        assert (sealed["warnings"], sealed["sealed"], sealed["erased"]) == ([], True, False)
        assert (told(kept, None)["sealed"], told(kept, None)["erased"]) == (False, True)

    def test_what_was_erased_says_so(self) -> None:
        shown = told(chain(kind="comment"), None)
        assert (shown["body"], shown["sealed"], shown["erased"]) == (None, False, True)
