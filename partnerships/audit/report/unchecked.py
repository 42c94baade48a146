"""What the report does not show; every report says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from partnerships.lifecycle.clauses.clause import Clause

Json = dict[str, Any]

ALWAYS: tuple[tuple[str, str], ...] = (
    (
        "Whether what people wrote is true.",
        "The report shows what was put on file, by whom and when. That a meeting was held, or that an "
        "assessment is sound, is for the auditor to find out.",
    ),
    (
        "The documents that records refer to.",
        "Nothing is fetched. Where a record gives a digest, compare it with the document.",
    ),
    (
        "Who really acted.",
        "The portal vouches for its users. The ids in this report are the portal's; ask it for their names "
        "and for who could act under them.",
    ),
    (
        "What was never put on file.",
        "A partnership, an agreement or a meeting that nobody recorded leaves no gap. Compare with the "
        "organisation's payments and contracts.",
    ),
    (
        "That the clock was right.",
        "The instants of recording are the keeper's own, and so is when a checkpoint says that it was made: "
        "no signature is over that. A checkpoint that you received yourself proves that what it covers is no "
        "later than the day you received it.",
    ),
    (
        "That the keeper did not rewrite everything before the first checkpoint that you hold.",
        "Digests and signatures are the keeper's. Only checkpoints that others keep or co-sign bind the "
        "keeper.",
    ),
    (
        "The program itself.",
        "Replay judges with the same code that decided. The policy in the program is a reading of the "
        "policy; compare the clauses and the readings marked in this report with its text.",
    ),
)


def unchecked(told: Json, clauses: Mapping[str, Clause]) -> list[Json]:
    """Give what a report leaves unchecked: what every one does, and what this one does."""
    rows = [{"what": what, "why": why} for what, why in (*_of_this(told), *ALWAYS)]
    people = [id for id, clause in clauses.items() if not clause.software]
    asks = (
        f"{len(people)} of {len(clauses)} clauses are for people alone: {', '.join(people)}. "
        "Nothing in the program holds them."
    )
    return [*rows, {"what": "Clauses that no program can judge.", "why": asks}]


def _of_this(told: Json) -> Iterator[tuple[str, str]]:
    scope, replay = told["scope"], told["replay"]
    for said in told["integrity"]["not_checked"]:
        what, _, why = said.partition(": ")
        yield f"{what[:1].upper()}{what[1:]}.", f"{why[:1].upper()}{why[1:]}." if why else "Not looked at."
    if more := told["integrity"]["more"]:
        yield (
            f"Where {more:,} more faults are.",
            "They were counted and not kept: an entry without a mark may be altered all the same.",
        )
    if scope["kind"] == "sample":
        left = scope["population"] - len(told["decisions"])
        if left > 0:
            yield (
                f"{left} of {scope['population']} {scope['of']} were not drawn.",
                "They were judged again by program; nobody is shown their evidence here.",
            )
    else:
        yield (
            "Every other partnership.",
            f"This report is about {', '.join(scope['ids'])} alone; so are its exceptions and its replay.",
        )
    if replay["not_evaluable"]:
        reasons = ", ".join(f"{count} {_WHYS[why]}" for why, count in replay["why"].items())
        yield f"{replay['not_evaluable']} entries could not be judged again.", f"Of these: {reasons}."
    if told["sealed"]:
        yield (
            f"The sealed content of {told['sealed']} entries.",
            "Crisis records and what belongs to them were not opened. Those whom L4 names can open them, and "
            "each opening is itself recorded.",
        )
    if told["erased"]:
        yield (
            f"The erased content of {told['erased']} entries.",
            "It is gone for good, and with it the agreements and texts that it held. An erasure names each, "
            "who decided it, and its legal basis; what later decisions need of it was kept.",
        )


_WHYS = {
    "sealed": "are sealed",
    "erased": "rest on content that was erased",
    "policy_not_at_hand": "name a policy version that is not at hand",
    "settings_not_at_hand": "name settings that are not at hand",
    "unreadable": "cannot be read",
}
