"""The fourth chapter: a fictional newspaper's partnership ends in a crisis, decided by two people."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from partnerships.doors.cli.views.history import history_view
from partnerships.doors.cli.views.words import symbol
from partnerships.doors.demo import bodies
from partnerships.doors.demo.cast import DIRECTOR, MANAGER, SAFEGUARDING, SECOND_DIRECTOR, SECOND_MANAGER
from partnerships.doors.demo.narrator import Narrator, StoryBroken

ID = "example-harbour-post"
NAME = "Example Harbour Post (fictional)"
SEALED = "a second cash book with a blue cover"


def tell(narrator: Narrator, folder: Path) -> None:
    """Tell of a crisis: raised, recommended, decided by another; the evidence sealed in `folder`'s files."""
    narrator.chapter(NAME)
    _until_active(narrator)
    _crisis(narrator)
    _sealed(narrator, folder)


def _until_active(narrator: Narrator) -> None:
    profile = {
        "name": NAME,
        "type": "media_content_production",
        "legal_form": "private_company",
        "registered": True,
        "level": "local",
        "country": bodies.COUNTRY,
    }
    narrator.act(
        "2026-10-16",
        MANAGER,
        "opens the file of a small newspaper",
        {"do": "identify", "id": ID, "body": profile},
    )
    narrator.record(
        "2026-10-19",
        SECOND_MANAGER,
        "puts all that an assessment takes on file",
        ID,
        context_analysis=bodies.analysis("2026-10-17"),
        stakeholder_mapping=bodies.mapping("2026-10-17", NAME),
        selection=bodies.selection("2026-10-17"),
        assessment=bodies.assessment("2026-10-19"),
    )
    narrator.trigger("2026-10-20", MANAGER, "decides", ID, "assess")
    narrator.record(
        "2026-10-21",
        MANAGER,
        "records the commitment and the agreement",
        ID,
        inclusion_commitment=bodies.commitment("2026-10-21"),
        agreement=bodies.agreement("H-1", "activity", "2026-10-22", "2027-10-21", "2026-10-21"),
    )
    narrator.trigger("2026-10-22", DIRECTOR, "begins the activity", ID, "begin_activity")


def _crisis(narrator: Narrator) -> None:
    narrator.tell("Money is missing. Somebody says so, and it is put under seal.")
    narrator.record(
        "2026-11-02",
        SECOND_MANAGER,
        "raises a case, its evidence sealed",
        ID,
        crisis_case={
            "ground": "anti_corruption",
            "agreement_clause": "12.3",
            "sealed": {"evidence": SEALED},
        },
    )
    end = {"do": "trigger", "id": ID, "trigger": "terminate_for_crisis"}
    narrator.refused("2026-11-03", DIRECTOR, "wants to end it at once, alone", end, ("L3",))
    narrator.record(
        "2026-11-09",
        SAFEGUARDING,
        "looks into it for a week and recommends to end it",
        ID,
        crisis_recommendation={
            "advice": "terminate",
            "recommended_on": "2026-11-09",
            "text": f"I have seen {SEALED}.",
        },
    )
    narrator.act("2026-11-10", SECOND_DIRECTOR, "decides: the second person", end)


def _sealed(narrator: Narrator, folder: Path) -> None:
    narrator.tell("The history tells every reader that something happened, and not what:")
    narrator.show(history_view(ID, narrator.service.history(ID)[-4:]))
    opening = {"do": "open", "id": ID, "sequence": _case(narrator), "reason": "to learn what happened"}
    narrator.refused("2026-11-11", MANAGER, "asks to open the seal", opening, ("L4",))
    narrator.act("2026-11-12", SAFEGUARDING, "opens it; both the asking and the opening are on file", opening)
    searched = 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        searched += len(content)
        if SEALED.encode() in content:
            raise StoryBroken(f"the sealed words stand in {file.name}")
    narrator.show(
        Text.assemble(
            (f"{symbol('yes')} ", "bold green"),
            f"{searched:,} bytes of the database's files searched: the sealed words stand nowhere in them.",
        ),
        indent=0,
    )


def _case(narrator: Narrator) -> int:
    for entry in narrator.service.history(ID, actor=SAFEGUARDING):
        if entry.get("kind") == "crisis_case":
            return int(entry["sequence"])
    raise StoryBroken("safeguarding does not see the case")
