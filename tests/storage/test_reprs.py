"""No object of ours tells by its `repr` what is sealed, or who raised a case: error trackers keep these."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from partnerships import open_audit
from tests.outcomes import accepted
from tests.story import Story, actor

WORD = "unutterable"
RAISER = actor("safeguarding-9")


@contextmanager
def looking_at_all() -> Iterator[tuple[set[str], set[str]]]:
    """Look at each object of ours that stands in a frame of ours which returns: what is seen, what tells."""
    seen: set[str] = set()
    tells: set[str] = set()

    def look(frame: FrameType, event: str, _value: object) -> None:
        if event != "return" or not frame.f_globals.get("__name__", "").startswith("partnerships."):
            return
        for value in frame.f_locals.values():
            kind = type(value)
            if kind.__module__.startswith("partnerships."):
                told = repr(value)
                seen.add(kind.__name__)
                if WORD in told or RAISER["id"] in told:
                    tells.add(f"{kind.__name__} in {frame.f_code.co_qualname}")

    sys.setprofile(look)
    try:
        yield seen, tells
    finally:
        sys.setprofile(None)


def test_a_case_from_its_recording_to_its_audit(story: Story) -> None:
    story.to("active_activity")
    service, on = story.service, story.today

    def say(kind: str, **body: Any) -> None:
        command = {"do": "record", "id": "p-1", "kind": kind, "body": body, "actor": RAISER, "on": on}
        accepted(service.apply(command | {"key": kind}))

    with looking_at_all() as (seen, tells):
        say("crisis_case", ground="other", ground_text=WORD, sealed={WORD: [WORD]}, note=WORD)
        say("crisis_recommendation", advice="terminate", recommended_on=on, text=WORD)
        number = service.show("p-1", actor=RAISER)["crisis_cases"][0]["entries"][0]
        command = {"do": "open", "id": "p-1", "sequence": number, "reason": WORD, "actor": RAISER}
        assert WORD in str(service.apply(command))
        service.apply({"do": "withdraw", "id": "p-1", "sequence": number, "reason": WORD, "actor": RAISER})
        service.show("p-1", actor=RAISER)
        service.history("p-1", actor=RAISER)
        service.replay("p-1")
        list(open_audit(service).replay())
        open_audit(service).verify()
    assert not tells
    assert seen >= {"Entry", "Filed", "Partnership", "Case", "Pending", "Draft", "Written", "Writing"}
