"""What holds of every generated file: `why` and `trigger` agree, and the history is the truth."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from partnerships import UnknownPartnership
from tests.properties.desk import Desk
from tests.properties.profile import examples
from tests.properties.steps import NEXT, PEOPLE, STEPS, TRIGGERS, Step


@examples(normally=40, long=900)
@given(STEPS)
def test_why_and_trigger_never_disagree(desk: Desk, steps: list[Step]) -> None:
    """Each trigger is asked about before it is taken; at the end all are, and tried without being kept."""
    watched = desk.walk(steps)
    listed = {}
    for name in ["director-2", PEOPLE[len(steps) % len(PEOPLE)], "partner-1"]:
        who = watched.who(name)
        read = watched.service.why(watched.id, actor=who)
        listed = {told["trigger"]: told for told in read["triggers"] if not told.get("taken_over")}
        assert set(listed) <= set(NEXT[read["state"]])
        for trigger in TRIGGERS:
            if trigger == "identify":
                continue
            command = watched.command("trigger", who, trigger=trigger)
            told = watched.told_before(command)
            assert told is not None
            assert told == listed.get(trigger, told)
            with watched.service._opened.engine.connect() as connection:
                outcome = watched.service.apply(command, connection=connection)
                connection.rollback()
            watched.check_told(command, outcome, told)
            alone = [finding["kind"] for finding in outcome.get("findings", ())] == ["structure"]
            assert alone == (trigger not in listed)


@examples(normally=40, long=900)
@given(STEPS)
def test_every_history_folds_to_what_is_live(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    replayed = watched.service.replay(watched.id)
    assert replayed["live"] == replayed["replayed"]
    assert replayed["same"] is True
    history = watched.history(by="safeguarding-1")
    assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
    assert all(entry["previous"] == before["digest"] for before, entry in pairwise(history))
    assert history[-1]["to"] in (None, watched.state)


@examples(normally=25, long=600)
@given(STEPS)
def test_a_partnership_is_read_as_of_any_day_and_as_known_at_any_instant(
    desk: Desk, steps: list[Step]
) -> None:
    watched = desk.walk(steps)
    days = {entry["on"] for entry in watched.history()} | {"2000-01-01", "2024-03-01", "2100-01-01"}
    instants = sorted({entry["recorded_at"] for entry in watched.history()})
    for day in sorted(days):
        for instant in (None, instants[0], instants[len(instants) // 2]):
            try:
                shown = watched.show(as_of=day, known_at=instant)
            except UnknownPartnership:
                assert day < "2024-03-01"
            else:
                assert shown["state"] in NEXT
                assert shown["on"] == day
    for known, instant in enumerate(instants, 1):
        assert watched.show(known_at=instant)["sequence"] == known
    now, then = watched.show(), watched.show(known_at=instants[-1])
    assert then == now


@examples(normally=25, long=600)
@given(STEPS)
def test_the_partners_view_has_no_gap_and_betrays_no_case(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    seen = watched.history(by="partner-1")
    numbers = [entry["sequence"] for entry in seen]
    assert numbers == list(range(1, len(seen) + 1))
    shown = watched.show(by="partner-1")
    assert shown["sequence"] == len(seen)
    assert not any(
        entry["kind"] in ("crisis_case", "crisis_recommendation", "crisis_closure") for entry in seen
    )
    assert all(number in numbers for entry in seen for number in entry["evidence"])
    for after in {0, len(seen) // 2, len(seen)}:
        assert watched.history(by="partner-1", after=after) == seen[after:]


@examples(normally=15, long=200)
@given(STEPS)
def test_what_readers_are_shown_is_shown_to_all_kinds_of_them(desk: Desk, steps: list[Step]) -> None:
    """No reading fails, whoever reads, and the portfolio's line says what the partnership does."""
    watched = desk.walk(steps)
    name = f"Example Radio {watched.id.removeprefix('p-')} (fictional)"
    for by in [None, *PEOPLE, "auditor-1", "service-1", "partner-1"]:
        shown = watched.show(by=by)
        assert shown["state"] == watched.state
        watched.history(by=by)
        watched.service.checklist(watched.id, actor=watched.who(by) if by else None)
        (line,) = [
            line
            for line in watched.service.portfolio(actor=watched.who(by) if by else None, name=name)
            if line["id"] == watched.id
        ]
        assert {name: line[name] for name in ("state", "category", "overdue", "register", "ended_as")} == {
            name: shown[name] for name in ("state", "category", "overdue", "register", "ended_as")
        }
        assert line["endline"] == shown["endline"]
        assert line["overdue_since"] == (shown["overdue_since"] if shown["overdue"] else None)
