"""What software must not take away: permissions of the policy that no guard may narrow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.outcomes import accepted
from tests.story import BEGIN, Story

LEGAL_FORMS = [
    "non_profit",
    "ngo",
    "cso",
    "private_company",
    "unregistered_group",
    "public_institution",
    "semi_public_institution",
    "un_agency",
    "multi_stakeholder_initiative",
]
WHOLE_LIFE = ("renew", "begin_transition", "extend", "begin_transition", "exit", "reidentify")
RANKING = """upgrade upgraded upgrading downgrade downgraded downgrading promote promoted promotion demote
demoted demotion rank ranking ranked score scoring tier tiers superior inferior"""


@pytest.mark.every_store
@pytest.mark.parametrize("category", ["activity", "associate", "strategic"])
def test_no_transition_refuses_an_unregistered_partner(telling: Callable[..., Story], category: str) -> None:
    level = "international" if category == "associate" else "national"
    story = telling(registered=False, legal_form="unregistered_group", level=level)
    story.category = category
    accepted(story.identify()).warned()
    story.ready_for("assess")
    accepted(story.trigger("assess")).warned("S3.9")
    for number, trigger in enumerate((f"begin_{category}", *WHOLE_LIFE)):
        if trigger in ("renew", "extend"):
            follow = {"reference": f"r-{number}", "continues": None}
            story.ready_for(trigger, agreement=follow)
        else:
            story.ready_for(trigger)
        accepted(story.trigger(trigger)).warned()
    assert story.show()["cycle"] == 2


def test_no_unregistered_partner_is_kept_from_ending_for_crisis_or_from_being_declined(
    telling: Callable[..., Story],
) -> None:
    first = telling("p-1", registered=False)
    accepted(first.identify())
    accepted(first.trigger("decline", reason="Too early")).warned()
    second = telling("p-2", registered=False, name="Another (fictional)")
    accepted(second.identify())
    for trigger in ("assess", "begin_activity", "terminate_for_crisis"):
        second.ready_for(trigger)
        accepted(second.trigger(trigger))


@pytest.mark.parametrize("state", list(BEGIN))
def test_no_category_outranks_another(story: Story, state: str) -> None:
    story.to(state)
    service = story.service
    read = [story.show(), story.history(), service.why(story.id), service.portfolio(), service.overview()]
    words = set(re.findall(r"[a-z]+", json.dumps(read, default=str).lower()))
    assert words & set(RANKING.split()) == set()


@pytest.mark.parametrize("form", LEGAL_FORMS)
def test_every_legal_form_may_be_a_partner(telling: Callable[..., Story], form: str) -> None:
    telling(legal_form=form).to("strategic")


@pytest.mark.parametrize("type", ["media_content_production", "media_ecosystem", "civil_society", "other"])
def test_an_activity_is_open_to_every_type(telling: Callable[..., Story], type: str) -> None:
    telling(type=type).to("active_activity")


@pytest.mark.parametrize("type", ["media_content_production", "media_ecosystem", "civil_society", "other"])
def test_an_association_is_open_to_every_type_of_international_organisation(
    telling: Callable[..., Story], type: str
) -> None:
    telling(type=type).to("active_associate")


@pytest.mark.parametrize("level", ["local", "national", "regional", "international"])
def test_an_activity_is_open_at_every_level(telling: Callable[..., Story], level: str) -> None:
    telling(level=level).to("active_activity")


def test_a_partner_may_be_strategic_from_the_start(story: Story) -> None:
    assert story.to("strategic").walked == ["assess", "begin_strategic"]


@pytest.mark.parametrize("state", list(BEGIN))
def test_a_collaboration_may_be_without_money(telling: Callable[..., Story], state: str) -> None:
    story = telling(level="international" if state == "active_associate" else "national")
    story.category = BEGIN[state].removeprefix("begin_")
    unfunded = {"form": "mou", "funded": False, "contributions": []}
    story.to("assessed").ready_for(BEGIN[state], agreement=unfunded)
    accepted(story.trigger(BEGIN[state])).warned()


@pytest.mark.parametrize("state", [*BEGIN, "transitioning"])
def test_an_allegation_leaves_it_to_people(story: Story, state: str) -> None:
    story.to(state).has("crisis_case", ground="pseah")
    story.has("crisis_recommendation")
    story.day("2024-12-01")
    assert story.state == state


@pytest.mark.parametrize(
    "state", ["identified", "assessed", *BEGIN, "transitioning", "exited", "terminated_for_crisis"]
)
def test_records_are_taken_in_any_state(story: Story, state: str) -> None:
    story.to(state)
    for kind in (
        "context_analysis",
        "selection",
        "assessment",
        "renewal_note",
        "transition_plan",
        "relation",
    ):
        accepted(story.record(kind))
    assert story.state == state


def test_time_alone_moves_nothing(story: Story) -> None:
    for state in ("identified", "assessed", "active_activity", "transitioning"):
        story.to(state)
        today = story.today
        assert story.day("2034-01-01").state == state
        story.day(today)
