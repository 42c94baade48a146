"""The third chapter: a fictional civil-society group is refused as strategic, and welcomed otherwise."""

from __future__ import annotations

from partnerships.doors.demo import bodies
from partnerships.doors.demo.cast import COMMITTEE, DIRECTOR, MANAGER, SECOND_MANAGER
from partnerships.doors.demo.narrator import Narrator

ID = "example-valley-forum"
NAME = "Example Valley Farmers' Forum (fictional)"


def tell(narrator: Narrator) -> None:
    """Refuse the group as strategic (S5.4), and begin an activity with it (S5.7)."""
    narrator.chapter(NAME)
    profile = {
        "name": NAME,
        "type": "civil_society",
        "legal_form": "cso",
        "registered": True,
        "level": "local",
        "country": bodies.COUNTRY,
    }
    narrator.act(
        "2026-10-06",
        MANAGER,
        "opens the file of a farmers' group",
        {"do": "identify", "id": ID, "body": profile},
    )
    narrator.record(
        "2026-10-08",
        SECOND_MANAGER,
        "puts all that an assessment takes on file",
        ID,
        context_analysis=bodies.analysis("2026-10-07"),
        stakeholder_mapping=bodies.mapping("2026-10-07", NAME),
        selection=bodies.selection("2026-10-07"),
        assessment=bodies.assessment("2026-10-08"),
    )
    narrator.trigger("2026-10-09", MANAGER, "decides", ID, "assess")
    narrator.record(
        "2026-10-12",
        MANAGER,
        "records a strategic agreement, signed by both, and why it matters",
        ID,
        inclusion_commitment=bodies.commitment("2026-10-12"),
        strategic_importance={"basis": "key_driver", "reason": "It brings farmers and journalists together."},
        agreement=bodies.agreement("V-1", "strategic", "2026-10-12", "2028-10-11", "2026-10-12"),
        exit_dialogue={
            "held_on": "2026-10-12",
            "participants": [{"party": "ims", "name": "pm-1"}, {"party": "partner", "name": "chair-1"}],
            "endline_view": "Two years.",
            "sustainability_view": "Membership fees.",
        },
    )
    narrator.tell("Everything is on file. One thing no paper can change: what kind of organisation it is.")
    narrator.refused(
        "2026-10-13",
        COMMITTEE,
        "wants a strategic partnership",
        {"do": "trigger", "id": ID, "trigger": "begin_strategic"},
        ("S5.4",),
    )
    narrator.tell(
        "The categories are different, and none is worth more. An activity is open to every kind of partner:"
    )
    narrator.record(
        "2026-10-14",
        MANAGER,
        "records an agreement for one exact activity",
        ID,
        agreement=bodies.agreement("V-2", "activity", "2026-10-15", "2027-10-14", "2026-10-14"),
    )
    narrator.trigger("2026-10-15", DIRECTOR, "begins the activity", ID, "begin_activity")
