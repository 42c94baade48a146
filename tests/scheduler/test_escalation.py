"""L7: what nobody answers within fourteen days goes to the director, once."""

from __future__ import annotations

from datetime import date, timedelta

from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import Category, EntryType
from partnerships.scheduler.due import escalations
from partnerships.scheduler.prompt import escalation
from tests.scheduler.asked import ASKED, EVERY_KIND, review_asked, status
from tests.scheduler.life import day, strategic


@EVERY_KIND
def test_fourteen_days_after_it_was_made(kind: str) -> None:
    life = ASKED[kind]()
    made = life.on
    life.sweeps(date_after(made, 13))
    assert status(life, kind) == "open"
    life.sweeps(date_after(made, 14))
    assert status(life, kind) == "escalated"
    assert life.replays()


def test_it_is_escalated_once() -> None:
    life = review_asked()
    life.sweeps("2024-08-14")
    count = len(life.entries)
    life.sweeps("2024-08-14")
    life.sweeps("2024-09-30")
    assert len(life.entries) == count


def test_an_escalated_one_is_answered_like_any_other() -> None:
    life = review_asked()
    life.sweeps("2024-08-14")
    life.has("sustainability_review")
    assert status(life, "sustainability_review") == "answered"
    assert life.replays()


def test_an_answered_one_is_never_escalated() -> None:
    life = review_asked()
    life.has("sustainability_review")
    assert escalations(life.partnership, Settings(), day("2025-01-30")) == []


def test_one_answered_while_it_was_being_escalated_stays_answered() -> None:
    life = review_asked()
    late = escalation(life.prompt("sustainability_review"))
    life.has("sustainability_review")
    life.write(EntryType.PROMPT, kind=late["kind"], prompt=late["prompt"])
    assert status(life, "sustainability_review") == "answered"


def test_it_counts_from_the_day_it_was_made_not_from_the_day_it_was_due() -> None:
    life = strategic("2024-01-31")
    life.sweeps("2024-10-01")
    assert escalations(life.partnership, Settings(), day("2024-10-14")) == []
    assert len(escalations(life.partnership, Settings(), day("2024-10-15"))) == 1


def test_the_house_sets_the_days_or_none() -> None:
    life = review_asked()
    own = {Category.STRATEGIC: CategoryRhythms(escalation_days=30)}
    settings = Settings(l7_escalation_days=3, l7_by_category=own)
    assert escalations(life.partnership, settings, day("2024-08-29")) == []
    assert len(escalations(life.partnership, settings, day("2024-08-30"))) == 1
    never = Settings(l7_escalation_days=0)
    assert escalations(life.partnership, never, day("2030-01-01")) == []


def test_it_is_escalated_in_the_history_and_nowhere_else() -> None:
    life = review_asked()
    life.sweeps("2024-08-14")
    entry = life.entries[-1]
    assert (entry.entry, entry.kind) == (EntryType.PROMPT, "sustainability_review")
    assert entry.prompt is not None
    assert entry.prompt["step"] == "escalated"
    assert str(
        life.folded(known_at="2024-08-13T23:59:59.000000Z").prompts.get(entry.prompt["id"]).status
    ) == ("open")


def date_after(start: date, days: int) -> date:
    return start + timedelta(days=days)
