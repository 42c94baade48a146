"""Generated lives: the same events told to a partnership and noted as plain facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from partnerships.lifecycle.answering import step_mark
from tests.scheduler.life import Life
from tests.scheduler.oracle import AgreementFacts, Facts, ReviewFacts

BEGINNINGS = st.one_of(
    st.dates(date(2023, 1, 1), date(2028, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(2023, 8, 31), date(2024, 1, 30), date(2023, 12, 31)]),
)
SPANS = st.one_of(st.integers(1, 200), st.sampled_from([6, 7, 8, 29, 30, 31, 89, 90, 91]))


@st.composite
def lives(draw: Any) -> tuple[Life, Facts]:
    """A life up to some day, the day on which `life.on` stands in the end."""
    category = draw(st.sampled_from(["activity", "associate", "strategic"]))
    began_on = draw(BEGINNINGS)
    facts = Facts(category, began_on)
    life = Life(began_on.isoformat(), level="international")
    if category == "strategic":
        facts.dialogue = draw(st.booleans())
        if facts.dialogue:
            life.has("exit_dialogue")
    else:
        facts.review_months = 0
    _begin(draw, life, facts)
    for _ in range(draw(st.integers(0, 5))):
        life.day(life.on + timedelta(days=draw(SPANS)))
        draw(st.sampled_from([_review, _agreement, _conclude, _arrange, _renew, _unfit]))(draw, life, facts)
    if draw(st.booleans()):
        life.day(life.on + timedelta(days=draw(SPANS)))
        _transition(draw, life, facts)
        if draw(st.booleans()):
            life.day(life.on + timedelta(days=draw(SPANS)))
            life.does("exit", "exited")
            facts.exited_on = life.on
    return life, facts


def _terms(draw: Any, life: Life, facts: Facts, starts_on: date) -> dict[str, Any]:
    length = draw(st.one_of(st.none(), st.integers(0, 500)))
    ends_on = None if length is None else starts_on + timedelta(days=length)
    return {
        "category": facts.category,
        "purpose": "joint_action",
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
        "no_endline_reason": None if ends_on else "Open",
    }


def _noted(life: Life, reference: str, terms: dict[str, Any]) -> AgreementFacts:
    ends_on = date.fromisoformat(terms["ends_on"]) if terms["ends_on"] else None
    return AgreementFacts(reference, date.fromisoformat(terms["starts_on"]), ends_on, life.on)


def _begin(draw: Any, life: Life, facts: Facts) -> None:
    terms = _terms(draw, life, facts, life.on)
    life.begins(**terms, reference="r-1", collaboration="Work 1")
    facts.agreements.append(_noted(life, "r-1", terms))


def _agreement(draw: Any, life: Life, facts: Facts) -> None:
    """One more, for another collaboration: it needs no renewal."""
    number = len(facts.agreements) + 1
    terms = _terms(draw, life, facts, life.on - timedelta(days=draw(st.integers(0, 60))))
    life.has("agreement", **terms, reference=f"r-{number}", collaboration=f"Work {number}")
    facts.agreements.append(_noted(life, f"r-{number}", terms))


def _renew(draw: Any, life: Life, facts: Facts) -> None:
    """One that carries an earlier one on, read by a renewal."""
    index = draw(st.integers(0, len(facts.agreements) - 1))
    before = facts.agreements[index]
    if before.ends_on is None or before.concluded or before.followed_from or before.ends_on < life.on:
        return
    number = len(facts.agreements) + 1
    terms = _terms(draw, life, facts, before.ends_on + timedelta(days=1))
    terms.pop("category")
    life.renews(**terms, reference=f"r-{number}", continues=before.reference, collaboration=f"Work {number}")
    facts.agreements[index] = AgreementFacts(
        before.reference,
        before.starts_on,
        before.ends_on,
        before.recorded_on,
        followed_from=before.ends_on + timedelta(days=1),
    )
    facts.agreements.append(_noted(life, f"r-{number}", terms))
    # A renewal has looked at what the latest review says, save at its age.
    facts.reviews = [ReviewFacts(one.held_on, "some", ()) for one in facts.reviews]


def _conclude(draw: Any, life: Life, facts: Facts) -> None:
    index = draw(st.integers(0, len(facts.agreements) - 1))
    before = facts.agreements[index]
    if before.starts_on > life.on:
        return  # given up before it began it would follow on nothing
    line = life.partnership.file.agreements[before.reference]
    assert line.counting is not None
    fields = {**line.counting.raw, "concluded_on": life.on.isoformat(), "concluded_how": "completed"}
    life.has("agreement", **fields)
    facts.agreements[index] = AgreementFacts(
        before.reference, before.starts_on, before.ends_on, life.on, True, before.followed_from
    )


def _review(draw: Any, life: Life, facts: Facts) -> None:
    held_on = life.on - timedelta(days=draw(st.integers(0, 200)))
    goals = draw(st.sampled_from(["all", "some"]))
    lacks = draw(st.sampled_from([(), ("ims",), ("partner",), ("ims", "partner")]))
    says = {f"added_value_{party}": None if party in lacks else "Much" for party in ("ims", "partner")}
    life.has("sustainability_review", held_on=held_on.isoformat(), goals_reached=goals, **says)
    facts.reviews.append(ReviewFacts(held_on, goals, lacks))


def _arrange(draw: Any, life: Life, facts: Facts) -> None:
    months = draw(st.integers(1, 9))
    reason = draw(st.sampled_from(["A change", None]))
    life.has("arrangement", review_months=months, reason=reason)
    facts.review_months = months if reason else 6 if facts.category == "strategic" else 0


def _unfit(draw: Any, life: Life, facts: Facts) -> None:
    fits = draw(st.booleans())
    life.has("partner_profile", type="media_ecosystem" if fits else "civil_society")
    facts.unfit_since = None if fits else life.on


def _transition(draw: Any, life: Life, facts: Facts) -> None:
    steps = []
    for number in range(draw(st.integers(0, 3))):
        due_on = life.on + timedelta(days=draw(st.integers(-10, 90)))
        step = {"what": f"Step {number}", "owner": "ims", "due_on": due_on.isoformat()}
        closed = draw(st.booleans())
        steps.append(step | ({"outcome": "Settled"} if closed else {}))
        facts.steps.append((step_mark(step), due_on, closed))
    life.begins_transition(steps=steps)
    facts.transition_on = life.on
