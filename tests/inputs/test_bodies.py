"""The records' bodies: every rule that makes one invalid, with the field it names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import BODIES
from tests.outcomes import accepted, invalid
from tests.story import Story

TOMORROW = "2024-03-02"
ATTEMPT_TOMORROW = [{"on": "2024-02-01", "how": "letter"}, {"on": TOMORROW, "how": "letter"}]
KINDS = [kind for kind in BODIES if kind not in ("prompt_answer",)] + ["agreement"]
REQUIRED = {
    "partner_profile": ["name"],
    "register_entry": ["source", "source_digest", "reference", "title"],
    "context_analysis": [
        *("setting", "country", "conducted_on", "occasion"),
        *("stability", "media_sector", "participants"),
    ],
    "stakeholder_mapping": ["conducted_on", "candidates", "participants"],
    "selection": ["modality"],
    "assessment": ["conducted_on"],
    "inclusion_commitment": ["committed_on"],
    "agreement": ["reference", "form", "category", "starts_on", "funded", "contributions", "accepted"],
    "exit_dialogue": ["held_on", "participants", "endline_view", "sustainability_view"],
    "sustainability_review": [
        *("held_on", "participants", "goals_reached", "income", "governance", "administration"),
        *("finances", "introductions", "conclusion"),
    ],
    "renewal_note": ["written_on", "exit_would_close_partner"],
    "transition_plan": ["kind", "steps"],
    "position": ["party", "stance"],
    "crisis_recommendation": ["advice", "recommended_on"],
    "crisis_closure": ["closed_on", "result"],
    "integrity_clearance": ["cleared_on"],
    "exception": ["clause", "reason"],
    "relation": ["to", "how"],
    "comment": ["about", "text"],
}
CHOICES = {
    "partner_profile": ["type", "legal_form", "level", "country"],
    "register_entry": ["status"],
    "context_analysis": ["occasion", "stability", "media_sector", "country"],
    "selection": ["modality"],
    "inclusion_commitment": ["gender_transformative"],
    "strategic_importance": ["basis"],
    "agreement": ["form", "category", "purpose", "concluded_how"],
    "sustainability_review": ["goals_reached", "conclusion"],
    "transition_plan": ["kind", "cause"],
    "position": ["party", "stance"],
    "crisis_case": ["ground"],
    "crisis_recommendation": ["advice"],
    "crisis_closure": ["result"],
    "exception": ["clause"],
    "relation": ["how"],
}
STEP = {"what": "Hand over", "owner": "ims", "due_on": "2024-06-01"}
GIFT = {"kind": "funding", "given_by": "ims", "for_collaboration": True, "amount": "10.00", "currency": "EUR"}
FUNDING = {
    "status": "secured",
    "source": "grant-7",
    "confirmed_by": "finance-1",
    "confirmed_on": "2024-03-01",
}
# A day of something done that lies after the record's own day: the kind, the change, the field.
DONE_LATER: list[tuple[str, dict[str, Any], str]] = [
    ("context_analysis", {"conducted_on": TOMORROW}, "body.conducted_on"),
    ("stakeholder_mapping", {"conducted_on": TOMORROW}, "body.conducted_on"),
    ("assessment", {"conducted_on": TOMORROW}, "body.conducted_on"),
    ("assessment", {"dei_agreed_on": TOMORROW}, "body.dei_agreed_on"),
    ("inclusion_commitment", {"committed_on": TOMORROW}, "body.committed_on"),
    ("exit_dialogue", {"held_on": TOMORROW}, "body.held_on"),
    ("sustainability_review", {"held_on": TOMORROW}, "body.held_on"),
    ("renewal_note", {"written_on": TOMORROW}, "body.written_on"),
    ("renewal_note", {"funding": FUNDING | {"confirmed_on": TOMORROW}}, "body.funding.confirmed_on"),
    ("agreement", {"accepted": [{"party": "ims", "by": "director-1", "on": TOMORROW}]}, "body.accepted.0.on"),
    ("agreement", {"endline_acknowledged_on": TOMORROW}, "body.endline_acknowledged_on"),
    ("agreement", {"concluded_on": TOMORROW, "concluded_how": "completed"}, "body.concluded_on"),
    (
        "transition_plan",
        {"partner_unreachable": {"attempts": ATTEMPT_TOMORROW}},
        "body.partner_unreachable.attempts.1.on",
    ),
    ("transition_plan", {"steps": [STEP, STEP | {"done_on": TOMORROW}]}, "body.steps.1.done_on"),
    ("position", {"stance": "unreachable", "attempts": ATTEMPT_TOMORROW}, "body.attempts.1.on"),
    ("crisis_recommendation", {"recommended_on": TOMORROW}, "body.recommended_on"),
    ("crisis_closure", {"closed_on": TOMORROW}, "body.closed_on"),
    ("integrity_clearance", {"cleared_on": TOMORROW}, "body.cleared_on"),
]
WRONG_TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("partner_profile", {"name": 7}, "body.name"),
    ("partner_profile", {"registered": "true"}, "body.registered"),
    ("partner_profile", {"registered": 1}, "body.registered"),
    ("partner_profile", {"country": "KEN"}, "body.country"),
    ("partner_profile", {"country": "ZZ"}, "body.country"),
    ("partner_profile", {"country": "UK"}, "body.country"),
    ("partner_profile", {"works_in": ["KE", "ZZ"]}, "body.works_in.1"),
    ("partner_profile", {"works_in": "KE"}, "body.works_in"),
    ("partner_profile", {"identifiers": [{"scheme": "XX-REG"}]}, "body.identifiers.0.value"),
    ("partner_profile", {"identifiers": {"scheme": "XX-REG", "value": "1"}}, "body.identifiers"),
    ("arrangement", {"review_months": "6"}, "body.review_months"),
    ("arrangement", {"time_zone": "Mars/Olympus"}, "body.time_zone"),
    ("arrangement", {"responsible": "pm 1"}, "body.responsible"),
    ("context_analysis", {"conducted_on": "2024-02-30"}, "body.conducted_on"),
    ("context_analysis", {"conducted_on": 20240301}, "body.conducted_on"),
    ("context_analysis", {"participants": "An editor"}, "body.participants"),
    ("context_analysis", {"participants": [1]}, "body.participants.0"),
    ("context_analysis", {"restricted": "yes"}, "body.restricted"),
    ("selection", {"portfolio_as_of": "2024-02-30"}, "body.portfolio_as_of"),
    ("agreement", {"funded": "yes"}, "body.funded"),
    ("agreement", {"starts_on": "2024-04-31"}, "body.starts_on"),
    ("agreement", {"contributions": [GIFT | {"amount": 10}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": 10.5}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": "ten"}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": "1e3"}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": "NaN"}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": "10,00"}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"amount": "-0.01"}]}, "body.contributions.0.amount"),
    ("agreement", {"contributions": [GIFT | {"currency": "EURO"}]}, "body.contributions.0.currency"),
    ("agreement", {"contributions": [GIFT | {"currency": "ZZZ"}]}, "body.contributions.0.currency"),
    ("agreement", {"contributions": [GIFT | {"currency": "eur"}]}, "body.contributions.0.currency"),
    ("agreement", {"contributions": [GIFT | {"kind": "love"}]}, "body.contributions.0.kind"),
    ("agreement", {"contributions": [GIFT | {"given_by": "donor"}]}, "body.contributions.0.given_by"),
    ("agreement", {"contributions": [GIFT | {"colour": "red"}]}, "body.contributions.0.colour"),
    ("agreement", {"accepted": [{"party": "donor", "by": "x", "on": "2024-03-01"}]}, "body.accepted.0.party"),
    ("agreement", {"accepted": [{"party": "ims", "on": "2024-03-01"}]}, "body.accepted.0.by"),
    ("sustainability_review", {"income": {"rating": "3", "narrative": "x"}}, "body.income.rating"),
    ("sustainability_review", {"income": {"rating": 0, "narrative": "x"}}, "body.income.rating"),
    ("sustainability_review", {"income": {"rating": 6, "narrative": "x"}}, "body.income.rating"),
    ("sustainability_review", {"income": {"rating": 2.5, "narrative": "x"}}, "body.income.rating"),
    ("sustainability_review", {"income": {"rating": 3}}, "body.income.narrative"),
    ("sustainability_review", {"participants": [{"party": "ims"}]}, "body.participants.0.name"),
    ("renewal_note", {"exit_would_close_partner": "no"}, "body.exit_would_close_partner"),
    ("renewal_note", {"funding": {"status": "hoped_for"}}, "body.funding.status"),
    ("renewal_note", {"funding": {}}, "body.funding.status"),
    (
        "transition_plan",
        {"steps": [{"what": "x", "owner": "donor", "due_on": TOMORROW}]},
        "body.steps.0.owner",
    ),
    ("transition_plan", {"steps": [{"what": "x", "owner": "ims"}]}, "body.steps.0.due_on"),
    ("transition_plan", {"steps": "none"}, "body.steps"),
    ("crisis_case", {"sealed": "text"}, "body.sealed"),
    ("crisis_case", {"case": "a b"}, "body.case"),
    ("relation", {"to": "p 2"}, "body.to"),
    ("comment", {"about": "1"}, "body.about"),
    ("comment", {"about": True}, "body.about"),
    ("comment", {"documents": [{"title": "Minutes"}]}, "body.documents.0.reference"),
    (
        "comment",
        {"documents": [{"title": "x", "reference": "y", "colour": "red"}]},
        "body.documents.0.colour",
    ),
    ("comment", {"documents": {}}, "body.documents"),
    ("comment", {"note": 7}, "body.note"),
]


@pytest.fixture
def running(story: Story) -> Story:
    return story.to("active_activity")


def named(story: Story, kind: str, change: dict[str, Any]) -> set[str]:
    with story.nothing_changes():
        return invalid(story.record(kind, **change))


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_body_is_taken(running: Story, kind: str) -> None:
    if kind == "crisis_closure":
        running.has("crisis_case")
        running.has("crisis_recommendation", advice="close")
    if kind == "crisis_recommendation":
        running.has("crisis_case")
    accepted(running.record(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_field_is_named(settled: Story, kind: str) -> None:
    assert named(settled, kind, {"colour": "red"}) == {"body.colour"}


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, fields in REQUIRED.items() for field in fields]
)
def test_a_field_without_a_question_mark_is_required(settled: Story, kind: str, field: str) -> None:
    assert named(settled, kind, {field: None}) == {f"body.{field}"}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("partner_profile", "name"),
        ("context_analysis", "setting"),
        ("exit_dialogue", "endline_view"),
        ("exception", "reason"),
        ("comment", "text"),
    ],
)
def test_blank_text_is_absent(settled: Story, kind: str, field: str) -> None:
    assert named(settled, kind, {field: " \t\n"}) == {f"body.{field}"}


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, fields in CHOICES.items() for field in fields]
)
@pytest.mark.parametrize("value", ["no-such-choice", 1, ["ngo"]])
def test_a_choice_is_one_of_its_words(settled: Story, kind: str, field: str, value: Any) -> None:
    found = named(settled, kind, {field: value})
    assert found
    assert all(one.startswith(f"body.{field}") for one in found)


@pytest.mark.parametrize(("kind", "change", "field"), DONE_LATER)
def test_what_is_done_is_done_by_the_records_own_day(
    settled: Story, kind: str, change: dict[str, Any], field: str
) -> None:
    assert named(settled, kind, change) == {field}


def test_the_records_own_day_counts_not_today(story: Story) -> None:
    story.identify(on="2024-01-01")
    later = story.command(
        "record",
        "pm-1",
        kind="context_analysis",
        on="2024-02-01",
        body=story.body("context_analysis", conducted_on="2024-02-02"),
    )
    assert invalid(story.apply(later)) == {"body.conducted_on"}
    accepted(story.apply(later | {"on": "2024-02-02"}))


@pytest.mark.parametrize(("kind", "change", "field"), WRONG_TYPES)
def test_a_wrong_value_is_named_where_it_stands(
    settled: Story, kind: str, change: dict[str, Any], field: str
) -> None:
    assert named(settled, kind, change) == {field}


@pytest.mark.parametrize("kind", ["agreement", "register_entry"])
def test_a_period_ends_after_it_starts(running: Story, kind: str) -> None:
    backwards = {"starts_on": "2024-03-01", "ends_on": "2024-02-29"}
    assert named(running, kind, backwards) == {"body.ends_on"}
    one_day = {
        "starts_on": "2024-03-01",
        "ends_on": "2024-03-01",
        "collaboration": "Another",
        "reference": "n-1",
    }
    accepted(running.record(kind, **one_day if kind == "agreement" else {**one_day, "collaboration": None}))


@pytest.mark.parametrize("kind", ["agreement", "register_entry"])
def test_an_amount_has_a_currency(settled: Story, kind: str) -> None:
    change: dict[str, Any] = {"amount": "10.00"}
    field = "body.currency"
    if kind == "agreement":
        change = {"contributions": [{**GIFT, "currency": None}]}
        field = "body.contributions.0.currency"
    found = named(settled, kind, change)
    assert found <= {field, field.replace("currency", "amount")}


def test_a_negative_amount_of_a_register(settled: Story) -> None:
    assert named(settled, "register_entry", {"amount": "-1", "currency": "EUR"}) == {"body.amount"}


@pytest.mark.parametrize("currency", ["EUR", "DKK", "KES", "XOF"])
def test_an_iso_currency_is_taken(running: Story, currency: str) -> None:
    accepted(running.record("register_entry", amount="0.00", currency=currency))


@pytest.mark.parametrize("country", ["KE", "XK", "PS", "TW"])
def test_a_country_is_two_letters_of_the_list(running: Story, country: str) -> None:
    accepted(running.record("partner_profile", country=country))


def test_a_prompt_that_does_not_exist_is_not_answered(settled: Story) -> None:
    assert named(settled, "prompt_answer", {}) == {"body.prompt"}


def test_all_errors_of_a_body_are_said_at_once(settled: Story) -> None:
    change = {
        "form": "handshake",
        "funded": "yes",
        "starts_on": "2024-02-30",
        "contributions": [GIFT, GIFT | {"amount": "-1", "given_by": "donor"}],
        "accepted": [{"party": "ims", "by": "director-1", "on": "2024-02-30"}],
        "colour": "red",
    }
    assert named(settled, "agreement", change) == {
        *("body.form", "body.funded", "body.starts_on", "body.colour", "body.accepted.0.on"),
        *("body.contributions.1.amount", "body.contributions.1.given_by"),
    }


def test_blank_items_of_a_list_are_dropped(running: Story) -> None:
    running.has("context_analysis", participants=["", "  ", "An editor"])
    running.has("partner_profile", works_in=["KE", ""])


def test_every_body_may_carry_documents_and_a_note(running: Story) -> None:
    document = {"title": "Minutes", "reference": "doc-1", "sha256": "0" * 64, "language": "en"}
    for kind in ("assessment", "position", "crisis_case", "relation", "arrangement"):
        accepted(running.record(kind, documents=[document], note="Kept by the office"))


def test_the_profile_that_identifies_is_read_as_strictly(story: Story) -> None:
    assert invalid(story.identify(type="radio", colour="red", name=None)) == {
        *("body.type", "body.colour", "body.name"),
    }
    assert list(story.service.ids()) == []
