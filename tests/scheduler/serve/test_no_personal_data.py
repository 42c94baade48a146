"""Nothing that people wrote, no name and no address, is in a log line, a metric or a health answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from partnerships import DatabaseFailed, PartnershipsError, open_service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.clock import Report, sweep_duty
from partnerships.scheduler.clock.delivering import deliver_duty
from partnerships.scheduler.clock.pages import page
from partnerships.scheduler.delivery.channel import NotDelivered
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.people import Listed, People
from tests.bodies import BODIES
from tests.properties.profile import examples
from tests.scheduler.delivery.office import Paper
from tests.scheduler.serve.duties import Lines, Rounds, fails, logged, watch
from tests.scheduler.serve.processes import running
from tests.storage.rows import engine_of
from tests.story import Clock, Story

MARK = "Zebrafinch"
STEPS = [
    {"what": f"Give the archive to {MARK}", "owner": owner, "due_on": "2024-04-01"}
    for owner in ("ims", "partner")
]
ERRORS = (ValueError, OSError, RuntimeError, KeyError, PartnershipsError, DatabaseFailed, NotDelivered)


def marked(body: Any) -> Any:
    """A body in which everything that is free text says the mark."""
    if isinstance(body, dict):
        return {name: marked(value) for name, value in body.items()}
    if isinstance(body, list):
        return [marked(value) for value in body]
    return f"{body} {MARK}" if isinstance(body, str) and " " in body else body


def told(lines: Lines, held: Any) -> str:
    """Everything that a process tells the world."""
    answers = [page(held, path)[2].decode() for path in ("/healthz", "/metrics", f"/{MARK}")]
    return "\n".join([*map(json.dumps, lines.lines), *answers])


def people() -> People:
    addresses = {"paper": f"{MARK}@example.org"}
    return People(
        [
            Listed(id="pm-1", roles=(Role.PROGRAMME_MANAGER,), addresses=addresses, name=MARK),
            Listed(id="director-1", roles=(Role.DIRECTOR,), addresses=addresses, name=MARK),
        ]
    )


@examples(15, 150)
@given(
    pauses=st.lists(st.integers(1, 120), min_size=1, max_size=4),
    spoilt=st.booleans(),
    failures=st.lists(st.sampled_from(ERRORS), max_size=4),
)
def test_a_marked_story_leaves_no_mark(
    pauses: list[int], spoilt: bool, failures: list[type[Exception]]
) -> None:
    clock = Clock()
    held, _ = watch(sweep=60)
    with open_service("sqlite://", create=True, clock=clock) as service, logged() as lines:
        story = Story(service, clock, name=f"{MARK} Radio (fictional)")
        story.to("strategic")
        story.has("sustainability_review", **marked(BODIES["sustainability_review"](story.today)))
        story.has("agreement", category="strategic", reference=MARK, ends_on="2024-05-01")
        story.ready_for("begin_transition", without="transition_plan").has("transition_plan", steps=STEPS)
        story.does("begin_transition", reason=f"{MARK} asked")
        story.has("crisis_case", sealed={"summary": MARK})
        if spoilt:
            with engine_of(service).begin() as connection:
                connection.execute(
                    text("UPDATE partnerships_partnership SET file = :file"),
                    {"file": json.dumps({"state": MARK})},
                )
        delivery = Delivery([Paper(*(error(f"No {MARK}@example.org here") for error in failures))], people())
        for days in pauses:
            clock.advance(days=days)
            held.round(sweep_duty(service))
            held.round(deliver_duty(service, delivery))
    assert "sweep.done" in lines.events
    assert ("sweep.set_aside" in lines.events) is spoilt
    assert MARK not in told(lines, held)


@given(words=st.text(min_size=1), cause=st.sampled_from(ERRORS), error=st.sampled_from(ERRORS))
def test_no_words_of_an_error_are_told(words: str, cause: type[Exception], error: type[Exception]) -> None:
    held, _ = watch(sweep=60)
    raised = error(f"{MARK} {words}")
    raised.__cause__ = cause(f"{words} {MARK}")
    with logged() as lines:
        assert held.round(Rounds(work=fails(raised)).duty) is None
    assert lines.events == ["sweep.failed"]
    assert MARK not in told(lines, held)


def test_the_mark_would_be_found() -> None:
    held, _ = watch(sweep=60)
    with logged() as lines:
        held.round(Rounds(work=lambda: Report({MARK: 1})).duty)
    assert told(lines, held).count(MARK) > 1


TALKATIVE = f"""
import logging
from partnerships.doors.serving.process import run_once, watch_over
from partnerships.scheduler.clock import Duty, Report

def run():
    library = logging.getLogger("sqlalchemy.pool")
    library.info("{MARK} is here")
    library.warning("a connection to {MARK} is lost")
    try:
        raise OSError("{MARK}")
    except OSError:
        library.exception("{MARK} does not answer")
    return Report({{"made": 1}})

duties = [Duty("sweep", 60, run)]
raise SystemExit(not run_once(watch_over(duties, None), duties))
"""


def test_what_libraries_log_is_told_without_its_words() -> None:
    """A database library logs a lost connection with the server's words."""
    with running("-c", TALKATIVE) as process:
        assert process.ended() == 0
    assert process.events == ["library.logged", "library.logged", "sweep.done"]
    assert [line.get("error") for line in process.lines] == [None, "OSError", None]
    assert process.lines[0]["logger"] == "sqlalchemy.pool"
    assert MARK not in str(process.lines)
