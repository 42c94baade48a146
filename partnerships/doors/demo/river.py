"""The second chapter: a fictional media outlet lives through everything but a crisis."""

from __future__ import annotations

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import counted
from partnerships.doors.demo import bodies
from partnerships.doors.demo.calendar import sweep
from partnerships.doors.demo.cast import COMMITTEE, DIRECTOR, MANAGER, SECOND_MANAGER, representative
from partnerships.doors.demo.narrator import Narrator, StoryBroken

ID = "example-river-radio"
NAME = "Example River Radio (fictional)"
EDITOR = representative("editor-1", ID)


def _trigger(name: str) -> dict[str, str]:
    return {"do": "trigger", "id": ID, "trigger": name}


def tell(narrator: Narrator) -> None:
    """Tell the whole life: identified, assessed, activity, strategic, two transitions, exit and re-entry."""
    narrator.chapter(NAME)
    _found(narrator)
    _activity(narrator)
    _strategic(narrator)
    _first_transition(narrator)
    _exit(narrator)
    _again(narrator)


def _found(narrator: Narrator) -> None:
    narrator.tell("A group of reporters, not registered anywhere, broadcasts from a boat. It does not exist.")
    profile = {
        "name": NAME,
        "type": "media_content_production",
        "legal_form": "unregistered_group",
        "registered": False,
        "level": "local",
        "country": bodies.COUNTRY,
    }
    narrator.act("2023-11-06", MANAGER, "opens the file", {"do": "identify", "id": ID, "body": profile})
    narrator.tell("pm-1 is in a hurry. Everything that is missing is said at once, not one thing at a time:")
    narrator.refused(
        "2023-11-07",
        MANAGER,
        "wants it assessed",
        _trigger("assess"),
        ("S4.3", "S4.4", "S4.13", "S4.14", "S4.15", "S4.16", "S4.17", "S4.18", "S4.19"),
    )
    narrator.tell("So pm-2 goes there, listens, and writes it down.")
    narrator.record(
        "2023-11-20",
        SECOND_MANAGER,
        "puts the context analysis, the mapping, the selection and the assessment on file",
        ID,
        context_analysis=bodies.analysis("2023-11-14"),
        stakeholder_mapping=bodies.mapping("2023-11-15", NAME, "Example Hill FM (fictional)"),
        selection=bodies.selection("2023-11-17"),
        assessment=bodies.assessment("2023-11-20", comparative_advantage=None),
    )
    narrator.refused(
        "2023-11-21",
        SECOND_MANAGER,
        "wants to decide on that assessment too",
        _trigger("assess"),
        ("S4.17a", "L2"),
    )
    narrator.tell("Two candidates and no word on why this one; and nobody decides on their own assessment.")
    narrator.record(
        "2023-11-22",
        SECOND_MANAGER,
        "adds the missing answer",
        ID,
        assessment=bodies.assessment("2023-11-20"),
    )
    narrator.trigger("2023-11-27", MANAGER, "decides", ID, "assess")
    narrator.tell("Not being registered is noted, and stops nobody.")


def _activity(narrator: Narrator) -> None:
    narrator.refused(
        "2023-12-11", DIRECTOR, "wants to begin an activity", _trigger("begin_activity"), ("S3.6", "S5.16")
    )
    narrator.record(
        "2023-12-18",
        MANAGER,
        "records the commitment to inclusion, and the agreement both sides signed",
        ID,
        inclusion_commitment=bodies.commitment("2023-12-18"),
        agreement=bodies.agreement("A-1", "activity", "2024-01-08", "2024-12-31", "2023-12-18"),
    )
    narrator.trigger("2024-01-08", DIRECTOR, "begins the activity", ID, "begin_activity")
    narrator.tell("A year of flood bulletins. Nobody has to remember the endline; a sweep each night does:")
    sweep(narrator, ID, "2024-10-02", [("endline_notice", "open")])
    sweep(narrator, ID, "2024-10-16", [("endline_notice", "escalated")])
    narrator.tell(
        "Over the winter the night job does not run. The next one says what was missed, for all to see. The "
        "endline has passed, and nothing moved by itself:"
    )
    sweep(
        narrator,
        ID,
        "2025-01-06",
        [
            ("endline_notice", "missed"),
            ("endline_notice", "missed"),
            ("endline_notice", "missed"),
            ("endline_passed", "open"),
        ],
    )
    shown = narrator.service.show(ID)
    if shown["state"] != "active_activity" or not shown["overdue"]:
        raise StoryBroken(f"a passed endline should leave the state and be overdue: {shown}")
    narrator.show(findings_view(shown["findings"]))


def _strategic(narrator: Narrator) -> None:
    narrator.tell("They would simply sign once more. But a new agreement cannot stand in for a renewal:")
    once_more = bodies.agreement("A-1b", "activity", "2025-01-08", "2025-12-31", "2025-01-08")
    narrator.refused(
        "2025-01-08",
        MANAGER,
        "puts another activity agreement on file",
        {"do": "record", "id": ID, "kind": "agreement", "body": once_more},
        ("S6.18",),
    )
    narrator.tell("Thinking about it, both sides want more than one activity.")
    narrator.record(
        "2025-01-13",
        MANAGER,
        "writes down why to go on, then records the agreement and why it matters to the media there",
        ID,
        renewal_note=bodies.renewal_note("2025-01-13", secured=True),
        agreement=bodies.agreement("A-2", "strategic", "2025-02-01", "2026-12-31", "2025-01-13"),
        strategic_importance={
            "basis": "ecosystem_pillar",
            "reason": "Every other newsroom on the river takes its news from it.",
        },
    )
    narrator.trigger("2025-02-03", COMMITTEE, "makes it a strategic partnership", ID, "begin_strategic")
    narrator.tell(
        "The policy encourages talking about the end from the beginning. It is only encouraged: a warning."
    )
    sweep(narrator, ID, "2025-02-04", [("endline_passed", "escalated"), ("exit_dialogue", "open")])
    narrator.record(
        "2025-02-05",
        MANAGER,
        "records that the old agreement was completed",
        ID,
        agreement=bodies.agreement("A-1", "activity", "2024-01-08", "2024-12-31", "2023-12-18")
        | {"concluded_on": "2025-01-31", "concluded_how": "completed"},
    )
    narrator.record(
        "2025-02-10",
        EDITOR,
        "speaks for the partner about how it could end well",
        ID,
        exit_dialogue={
            "held_on": "2025-02-10",
            "participants": [{"party": "ims", "name": "pm-2"}, {"party": "partner", "name": "editor-1"}],
            "endline_view": "Two years, then on our own feet.",
            "sustainability_view": "Local advertisers, and a second studio that others rent.",
        },
    )
    narrator.record(
        "2025-06-16",
        SECOND_MANAGER,
        "holds the sustainability review, both sides at the table",
        ID,
        sustainability_review=bodies.review("2025-06-16", "continue"),
    )


def _first_transition(narrator: Narrator) -> None:
    narrator.tell("A funder withdraws. IMS writes a plan, alone.")
    narrator.record(
        "2025-09-08",
        SECOND_MANAGER,
        "writes a transition plan",
        ID,
        transition_plan=bodies.plan("2026-01-31", both=False),
    )
    narrator.refused(
        "2025-09-09", MANAGER, "wants to begin the transition", _trigger("begin_transition"), ("S6.21",)
    )
    narrator.record(
        "2025-09-15",
        SECOND_MANAGER,
        "writes it again, with the partner",
        ID,
        transition_plan=bodies.plan("2026-01-31"),
    )
    narrator.trigger("2025-09-16", MANAGER, "begins the transition", ID, "begin_transition")
    narrator.tell("In November another fund might pay. Might is not enough:")
    narrator.record(
        "2025-11-03",
        MANAGER,
        "writes a renewal note, the money applied for",
        ID,
        renewal_note=bodies.renewal_note("2025-11-03", secured=False),
    )
    narrator.refused("2025-11-04", DIRECTOR, "wants to extend", _trigger("extend"), ("S5.16", "S6.14"))
    narrator.record(
        "2025-11-24",
        MANAGER,
        "records the confirmed funding, and the new agreement",
        ID,
        renewal_note=bodies.renewal_note("2025-11-24", secured=True),
        agreement=bodies.agreement(
            "A-3", "strategic", "2025-12-01", "2026-06-30", "2025-11-24", continues="A-2"
        ),
    )
    narrator.trigger("2025-12-01", DIRECTOR, "extends", ID, "extend")


def _exit(narrator: Narrator) -> None:
    narrator.tell("Half a year later the station earns its own living. This time the end is a good one.")
    narrator.record(
        "2026-02-09",
        SECOND_MANAGER,
        "reviews and plans the exit, with the partner",
        ID,
        sustainability_review=bodies.review("2026-02-02", "transition"),
        transition_plan=bodies.plan("2026-05-15"),
    )
    narrator.trigger("2026-02-16", MANAGER, "begins the transition", ID, "begin_transition")
    narrator.refused("2026-05-18", DIRECTOR, "wants to close the file", _trigger("exit"), ("S6.20",))
    narrator.tell("An exit needs the word of both sides.")
    narrator.record(
        "2026-05-20",
        EDITOR,
        "agrees, with reservations",
        ID,
        position=bodies.position("partner", "agreed_with_reservations", "A little early; we shall manage."),
    )
    narrator.record(
        "2026-05-22",
        MANAGER,
        "agrees for IMS, and ticks off the plan",
        ID,
        position=bodies.position("ims", "agreed", "The goals are within its own reach."),
        transition_plan=bodies.plan("2026-05-15", done_on="2026-05-15"),
    )
    narrator.trigger("2026-05-29", DIRECTOR, "closes the partnership", ID, "exit")


def _again(narrator: Narrator) -> None:
    narrator.trigger("2026-10-05", MANAGER, "meets them again, after a flood", ID, "reidentify")
    answer = narrator.service.why(ID, trigger="assess")["triggers"][0]
    kept = len(narrator.service.history(ID))
    narrator.tell(
        "A new cycle. What was written in the old one counts for nothing now "
        f"({counted(len(answer['findings']), 'thing')} missing before it can be assessed), "
        f"and all {kept} entries of the history stay where they are."
    )
