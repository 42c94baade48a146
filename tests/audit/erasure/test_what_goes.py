"""What an erasure destroys: contents and salts, keys, projection, identifiers, remembered outcomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partnerships import SealingKeyError
from partnerships.audit.audit import open_audit
from partnerships.lifecycle.erasing import ERASED
from tests.audit.erasure.erasing import asks, erased, is_green
from tests.storage.rows import all_rows, as_bytes
from tests.story import Story, actor

Json = dict[str, Any]

pytestmark = pytest.mark.every_store


def test_chains_verified_without_contents_miss_nothing_of_what_went(story: Story) -> None:
    story.to("active_activity")
    erased(story, story.has("comment", about=1, text="Amara said so"))
    found = open_audit(story.service).verify(contents=False)
    assert found.faults == []
    assert "contents" in found.not_checked


def test_words_go_and_codes_stay(story: Story) -> None:
    story.to("active_activity")
    at = story.has("assessment", relevance="Amara spoke of it", note="Amara's own note")
    erased(story, at)
    assert b"Amara" not in as_bytes(story.service)
    row = story.entry(at)
    assert (row["kind"], row["actor"]["id"], row["body"], row["erased"]) == ("assessment", "pm-2", None, True)
    shown = next(record for record in story.show()["records"] if record["sequence"] == at)
    assert "relevance" not in shown["body"]
    assert shown["body"]["conducted_on"] == story.today


def test_the_entry_says_who_why_and_what(story: Story) -> None:
    story.to("assessed")
    outcome = erased(story, 2, 3, basis="objection", reason="A letter of today")
    (at,) = outcome["sequences"]
    row = story.entry(at)
    assert (row["entry"], row["erases"], row["basis"]) == ("erasure", [2, 3], "objection")
    assert (row["actor"]["id"], row["second"]["id"]) == ("director-1", "safeguarding-1")
    assert row["reason"] == "A letter of today"
    named = {(one.sequence, one.by_sequence) for one in all_rows(story.service, "erased")}
    assert named == {(2, at), (3, at)}
    assert {one.sequence for one in all_rows(story.service, "content")} == {1, 4, 5, 6, 7}


def test_a_partner_profile_goes_from_the_portfolio_and_its_indexes(story: Story) -> None:
    story.profile |= {
        "name": "Amara Media",
        "identifiers": [{"scheme": "XM-AMARA", "value": "Amara-17"}],
    }
    story.to("active_activity")
    assert [one["id"] for one in story.service.portfolio(identifier="XM-AMARA:Amara-17")] == ["p-1"]
    mapped = [row["sequence"] for row in story.history() if row["kind"] == "stakeholder_mapping"]
    erased(story, 1, *mapped)
    assert b"amara" not in as_bytes(story.service).lower()
    assert all_rows(story.service, "identifier") == []
    (line,) = story.service.portfolio()
    assert (line["name"], line["country"], line["state"]) == (ERASED, "KE", "active_activity")
    assert story.show()["partner"]["name"] == ERASED
    accepted = story.record("partner_profile", name="A new name")
    assert accepted["outcome"] == "accepted"
    assert story.service.portfolio(name="new name")[0]["id"] == "p-1"


def test_everything_goes_but_what_the_chain_holds(story: Story) -> None:
    story.profile |= {"name": "Amara Media"}
    story.to("terminated_for_crisis")
    outcome = erased(story, everything=True)
    assert outcome["erased"] == list(range(1, outcome["sequences"][0]))
    assert outcome["keys"] == ["case:1", "file", "termination"]
    assert {row.sequence for row in all_rows(story.service, "content")} == set(outcome["sequences"])
    left = as_bytes(story.service)
    for words in (b"Amara", b"local budgets", b"Kept apart", b"Grave", b"Nairobi", b'"a-1"'):
        assert words not in left
    assert story.state == "terminated_for_crisis"
    assert len(outcome["sequences"]) == 2


def test_a_case_goes_with_its_wrapped_key(story: Story) -> None:
    story.to("active_activity")
    case = story.has("crisis_case", sealed={"who": "Amara"})
    story.has("crisis_recommendation", advice="close", text="Amara was heard")
    story.has("crisis_closure")
    story.has("crisis_case", case="2", sealed={"who": "Binta"})
    before = {(row.scope, bytes(row.wrapped)) for row in all_rows(story.service, "data_key")}
    outcome = erased(story, cases=["1"])
    after = {(row.scope, bytes(row.wrapped)) for row in all_rows(story.service, "data_key")}
    assert outcome["keys"] == ["case:1", "file"]
    assert {scope for scope, _ in after} == {"case:2", "erasure", "file"}
    assert {key for key in before & after if key[0] == "file"} == set()
    assert dict(after)["case:2"] == dict(before)["case:2"]
    assert story.open(case)["findings"][0]["code"] == "structure.nothing_sealed"
    assert story.open(outcome["sequences"][0])["content"]["reason"] == "Asked for on paper"


def test_a_key_stays_while_something_is_sealed_under_it(story: Story) -> None:
    story.to("active_activity")
    case = story.has("crisis_case")
    advice = story.has("crisis_recommendation", advice="close", text="Stays")
    story.has("crisis_closure")
    assert erased(story, case)["keys"] == ["file"]
    assert story.open(advice)["content"]["body"]["text"] == "Stays"


def test_a_remembered_outcome_says_the_same_and_quotes_nothing(story: Story) -> None:
    story.to("assessed")
    story.ready_for("begin_activity", agreement={"reference": "Grant of Amara", "ends_on": "2030-01-01"})
    first = story.trigger("begin_activity", key="k-1")
    assert first["warnings"][0]["subject"] == "Grant of Amara"
    begun = first["sequence"]
    agreed = begun - 1
    erased(story, agreed, begun)
    (kept,) = all_rows(story.service, "command_key")
    outcome = json.loads(kept.outcome)
    assert outcome["warnings"][0]["subject"] == story.show()["agreements"][0]["reference"] != "Grant of Amara"
    assert {name: value for name, value in outcome.items() if name != "warnings"} == {
        name: value for name, value in first.items() if name != "warnings"
    }
    assert b"Amara" not in as_bytes(story.service)
    story.clock.advance(seconds=-2)
    assert story.trigger("begin_activity", key="k-1") == outcome
    is_green(story.service)


def test_a_reference_in_the_letters_of_a_code_takes_no_code_with_it(story: Story) -> None:
    story.to("assessed")
    story.ready_for("begin_activity", agreement={"reference": "policy", "ends_on": "2030-01-01"})
    (first, *_) = story.trigger("begin_activity", key="k-1")["warnings"]
    assert (first["subject"], first["kind"]) == ("policy", "policy")
    erased(story, everything=True)
    (kept,) = all_rows(story.service, "command_key")
    (told, *_) = json.loads(kept.outcome)["warnings"]
    assert told == first | {"subject": told["subject"]}
    assert told["subject"].startswith("erased-")


def test_a_reference_stays_as_long_as_another_content_holds_it(story: Story) -> None:
    story.to("active_activity")
    agreed = next(row["sequence"] for row in story.history() if row["kind"] == "agreement")
    story.has("agreement", note="a second version")
    erased(story, agreed)
    assert [one["reference"] for one in story.show()["agreements"]] == ["a-1"]
    erased(story, everything=True)
    (line,) = story.show()["agreements"]
    assert line["reference"].startswith("erased-")
    assert line["ends_on"] == story.endline
    assert b'"a-1"' not in as_bytes(story.service)


def test_attempts_and_deliveries_hold_no_words_to_erase(story: Story) -> None:
    story.to("active_activity")
    story.clock.advance(days=400)
    story.service.sweep()
    story.record("agreement", collaboration="Amara's words", reference="a-9")
    story.apply(story.command("trigger", "pm-1", trigger="exit", reason="Amara's reason"))
    assert len(all_rows(story.service, "attempt")) >= 1
    assert len(all_rows(story.service, "notice")) >= 1
    for name in ("attempt", "notice", "message", "message_item", "outbox", "prompt", "erased", "upkeep"):
        for row in all_rows(story.service, name):
            assert not [
                value for value in row if isinstance(value, str) and (" " in value or "Amara" in value)
            ]


def test_without_the_sealing_key_nothing_sealed_is_erased_by_halves(story: Story) -> None:
    from tests.storage.rows import another, engine_of

    if engine_of(story.service).url.database in (None, ""):
        return
    story.to("active_activity")
    case = story.has("crisis_case")
    story.has("crisis_recommendation", advice="close")
    story.has("crisis_closure")
    other = another(story.service)
    other._opened.key._key = None
    other._opened.key.place = other._opened.key.place.with_name("gone.key")  # type: ignore[union-attr]
    before = as_bytes(story.service)
    story.service, service = other, story.service
    with pytest.raises(SealingKeyError):
        asks(story, case, second=actor("safeguarding-1"))
    other.close()
    story.service = service
    assert as_bytes(service) == before
