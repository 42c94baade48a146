"""Every prompt says whom it is for, why, what to do, and which record answers it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from partnerships.lifecycle.answering import step_mark
from partnerships.lifecycle.canonical import canonical, plain_canonical
from partnerships.lifecycle.clauses import CLAUSES
from partnerships.lifecycle.prompts import prompt_id
from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.vocabulary import PARTNER_KINDS, PromptKind
from partnerships.scheduler.addressees import addressees, concerns_partner
from partnerships.scheduler.asks import ASKS, Ask
from partnerships.scheduler.due import upcoming
from partnerships.scheduler.listing import listed
from partnerships.scheduler.prompt import escalation
from tests.packaging.tree import ROOT
from tests.scheduler.asked import ASKED, EVERY_KIND
from tests.scheduler.life import SETTINGS, Life, activity, day, strategic

KINDS = [
    "sustainability_review",
    "exit_dialogue",
    "endline_notice",
    "endline_passed",
    "goals_reached",
    "no_added_value",
    "plan_step",
    "transition_check_in",
    "agreement_ending",
    "no_longer_meets",
    "review_stale",
    "exit_follow_up",
]
CONTRACT = {"id", "partnership", "kind", "subject", "due_on", "for", "clause", "status"}
PAGE = (ROOT / "docs" / "explanation" / "prompts.md").read_text("utf-8")
PM, PARTNER = ("ims", "programme_manager", None), ("partner", "partner_representative", None)


def asked(kind: str) -> Any:
    life = ASKED[kind]()
    return life, life.prompts(kind)[-1]


def to_whom(life: Life, prompt: Any) -> list[tuple[str, str, str | None]]:
    return [(one.party, str(one.role), one.actor) for one in addressees(life.partnership, prompt)]


def test_the_kinds_are_those_of_the_contract() -> None:
    assert [str(kind) for kind in PromptKind] == KINDS
    assert [str(kind) for kind in ASKS] == KINDS


@pytest.mark.parametrize("ask", ASKS.values(), ids=[str(kind) for kind in ASKS])
def test_each_says_why_what_to_do_and_what_answers_it(ask: Ask) -> None:
    assert ask.clause in CLAUSES
    assert ask.title
    assert ask.what.endswith(".")
    assert ask.answered_by[-1] == "prompt_answer"
    assert len(ask.answered_by) == len(set(ask.answered_by))
    assert set(ask.answered_by) <= set(BODIES)
    assert set(ask.answered_by) & PARTNER_KINDS or not ask.both_sides


@EVERY_KIND
def test_the_clauses_it_cites_name_it_in_the_catalogue(kind: str) -> None:
    _, prompt = asked(kind)
    for clause in {prompt.clause, ASKS[PromptKind(kind)].clause}:
        assert any(held.startswith(f"prompt {kind}") for held in CLAUSES[clause].held_by), clause


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_its_row(kind: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]
    ask = ASKS[PromptKind(kind)]
    assert ask.clause in row
    assert set(re.findall(r"`(\w+)`", row.split("|")[5])) == {str(one) for one in ask.answered_by[:-1]}


@EVERY_KIND
def test_an_id_is_opaque_and_the_same_for_the_same_key(kind: str) -> None:
    life, prompt = asked(kind)
    assert re.fullmatch(r"[0-9a-f]{32}", prompt.id)
    assert prompt.id == prompt_id(life.id, kind, prompt.subject, prompt.due_on)
    others = {
        prompt_id("p-2", kind, prompt.subject, prompt.due_on),
        prompt_id(life.id, kind, prompt.subject + "x", prompt.due_on),
        prompt_id(life.id, kind, prompt.subject, day("1999-01-01")),
    }
    assert prompt.id not in others
    assert len(others) == 3


def test_ids_are_the_same_for_good() -> None:
    assert prompt_id("p-1", "endline_notice", "a-1", day("2024-10-02")) == (
        "2b6442f2de0f50dc49405a863cdf362d"
    )


class TestWhomItIsFor:
    @EVERY_KIND
    def test_the_programme_manager_and_the_partner_where_it_concerns_it(self, kind: str) -> None:
        life, prompt = asked(kind)
        ours_alone = kind in ("no_longer_meets", "exit_follow_up")
        assert to_whom(life, prompt) == ([PM] if ours_alone else [PM, PARTNER])
        assert concerns_partner(life.partnership, prompt) == (not ours_alone)

    def test_whoever_is_responsible_or_else_the_deputy_is_named(self) -> None:
        life, prompt = asked("no_longer_meets")
        life.has("arrangement", responsible="pm-7", deputy="pm-8")
        assert to_whom(life, prompt) == [("ims", "programme_manager", "pm-7")]
        life.has("arrangement", responsible=None, deputy="pm-8")
        assert to_whom(life, prompt) == [("ims", "programme_manager", "pm-8")]

    def test_the_director_and_the_deputy_once_nobody_answered(self) -> None:
        life, _ = asked("no_longer_meets")
        life.has("arrangement", responsible="pm-7", deputy="pm-8")
        life.sweeps("2024-04-30")
        assert to_whom(life, life.prompt("no_longer_meets")) == [
            ("ims", "programme_manager", "pm-7"),
            ("ims", "director", None),
            ("ims", "programme_manager", "pm-8"),
        ]

    def test_a_missed_one_is_for_nobody(self) -> None:
        life = strategic("2024-01-31")
        earlier, later = life.due("2025-01-31")
        assert to_whom(life, earlier) == []
        assert to_whom(life, later) == [PM, PARTNER]

    @pytest.mark.parametrize(("owner", "theirs"), [("ims", False), ("partner", True)])
    def test_a_step_is_the_partners_where_the_partner_owns_it(self, owner: str, theirs: bool) -> None:
        life = activity(ends_on="2026-12-31").day("2024-05-31")
        life.begins_transition(steps=[{"what": "Tell the readers", "owner": owner, "due_on": "2024-06-01"}])
        (prompt,) = life.due("2024-06-01")
        assert concerns_partner(life.partnership, prompt) is theirs

    def test_each_of_two_steps_is_its_owners(self) -> None:
        steps = [{"what": "Tell all", "owner": owner, "due_on": "2024-06-01"} for owner in ("ims", "partner")]
        for plan in (steps, steps[::-1]):
            life = activity(ends_on="2026-12-31").day("2024-05-31")
            life.begins_transition(steps=plan)
            theirs = {one.subject: concerns_partner(life.partnership, one) for one in life.due("2024-06-01")}
            assert theirs == {step_mark(step): step["owner"] == "partner" for step in steps}

    def test_value_that_ims_does_not_name_is_asked_of_ims(self) -> None:
        life = activity().day("2024-05-02")
        life.has("sustainability_review", added_value_ims=None, added_value_partner=None)
        found = {one.subject: concerns_partner(life.partnership, one) for one in life.due()}
        assert found == {"ims": False, "partner": True}


class TestTheEntry:
    @EVERY_KIND
    def test_the_chain_holds_codes_days_and_sequences_only(self, kind: str) -> None:
        life = ASKED[kind]()
        (made,) = [one for one in life.entries if one.kind == kind and one.prompt]
        assert made.prompt is not None
        assert set(made.prompt) <= {"id", "due_on", "clause", "step", "endline"}
        assert made.prompt["step"] == "asked"
        for name, value in made.prompt.items():
            assert re.fullmatch(r"[0-9a-f]{32}|\d{4}-\d\d-\d\d|[SL][\d.]+|asked", value), name
        assert all(0 < sequence < made.sequence for sequence in made.evidence)
        assert made.evidence

    def test_somebodys_words_are_in_the_content(self) -> None:
        life = activity(ends_on="2024-12-31", reference="Grant of J. Doe (fictional)")
        (prompt,) = life.due("2024-10-02")
        assert prompt.content() == {"body": {"subject": "Grant of J. Doe (fictional)"}}
        assert "Doe" not in plain_canonical(prompt.chain()).decode()
        assert plain_canonical(prompt.chain()) == canonical(prompt.chain())

    def test_a_missed_one_and_an_escalation_say_so(self) -> None:
        life = strategic("2024-01-31")
        earlier, _ = life.due("2025-01-31")
        assert earlier.chain()["prompt"]["step"] == "missed"
        life.sweeps("2025-01-31")
        chain = escalation(life.prompt("sustainability_review"))
        assert (chain["entry"], chain["prompt"]["step"]) == ("prompt", "escalated")
        assert chain["evidence"] == [life.prompt("sustainability_review").sequence]


class TestListing:
    @EVERY_KIND
    def test_it_has_the_contracts_fields(self, kind: str) -> None:
        life, prompt = asked(kind)
        told = listed(life.partnership, prompt)
        assert set(told) >= CONTRACT
        assert told["status"] == "open"
        assert told["made_on"] == life.on.isoformat()
        assert told["answered_by"] is None
        answer = life.answers(prompt)
        told = listed(life.partnership, life.partnership.prompts.get(prompt.id))
        assert (told["status"], told["answered_by"]) == ("answered", answer)

    def test_what_is_not_made_yet_has_the_same_shape(self) -> None:
        life = strategic("2024-01-31")
        (coming,) = upcoming(life.partnership, SETTINGS, day("2024-02-01"), day("2024-07-31"))
        told = listed(life.partnership, coming)
        assert (told["status"], told["made_on"], told["subject"]) == ("open", None, None)
        life.sweeps("2024-07-31")
        made = listed(life.partnership, life.prompt("sustainability_review"))
        assert {**told, "made_on": "2024-07-31"} == made

    def test_a_step_is_told_in_its_words_and_an_agreement_by_its_reference(self) -> None:
        life, prompt = asked("plan_step")
        assert listed(life.partnership, prompt)["about"] == "Hand over the archive"
        life, prompt = asked("endline_notice")
        assert listed(life.partnership, prompt)["about"] == "a-1"
        assert listed(life.partnership, prompt)["endline"] == "2024-12-31"
