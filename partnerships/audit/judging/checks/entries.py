"""What one entry shows by itself, with the file before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from partnerships.audit.judging.checks.look import Look, Row, spoken
from partnerships.lifecycle.days import day_after
from partnerships.lifecycle.standing import has_lapsed
from partnerships.lifecycle.vocabulary import CONTINUATIONS, ENTRIES, EntryType, RecordKind, Trigger


def exceptions_to_clauses(look: Look) -> Iterator[Row]:
    """S4.11, S6.20, S6.21: an exception was put on file; S6.16: a reason stands in place of an endline."""
    body = look.entry.body
    if look.entry.entry != EntryType.RECORD or body is None:
        return
    if look.entry.kind == RecordKind.EXCEPTION:
        clause = body["clause"]
        yield look.row("exception_recorded", f"An exception to {clause} was put on file.", clause)
    if look.entry.kind == RecordKind.AGREEMENT and body["category"] != "strategic":
        both = {acceptance["party"] for acceptance in body["accepted"]} == {"ims", "partner"}
        if both and "ends_on" not in body and "no_endline_reason" in body:
            yield look.row(
                "no_endline", f"Agreement {body['reference']} has no endline, but a reason for none."
            )


def exceptions_used(look: Look) -> Iterator[Row]:
    """L5: a decision rests on an exception."""
    if look.entry.entry != EntryType.TRANSITION:
        return
    for sequence in look.entry.evidence:
        about = look.walk.step(sequence)
        if about is not None and about.entry.kind == RecordKind.EXCEPTION and about.entry.body:
            clause = about.entry.body["clause"]
            decision = spoken(look.entry.trigger).capitalize()
            told = f"{decision} rests on the exception to {clause} at {sequence}."
            yield look.row("exception_used", told, clause)


def back_dated(look: Look) -> Iterator[Row]:
    """L9: the day lies more than the house's number of days before the recording."""
    if look.entry.entry in (EntryType.TAKEOVER, EntryType.PROMPT):
        return
    apart = (look.recorded - look.entry.on).days
    if apart > look.settings.l9_backdating_days:
        yield look.row("back_dated", f"Takes effect {apart} days before it was recorded.")


def recorded_after_endline(look: Look) -> Iterator[Row]:
    """L9: takes effect on or before an endline, and was recorded after it."""
    entry = look.entry
    is_agreement = entry.entry == EntryType.RECORD and entry.kind == RecordKind.AGREEMENT
    if entry.entry != EntryType.TRANSITION and not is_agreement:
        return
    on, recorded = entry.on.isoformat(), look.recorded.isoformat()
    passed = sorted({reference for reference, end in _ends(look) if on <= end < recorded})
    if passed:
        yield look.row(
            "recorded_after_endline",
            f"Takes effect on {on}, by the endline of {', '.join(passed)}, and was recorded after it.",
        )


def _ends(look: Look) -> Iterator[tuple[str, str]]:
    """The endlines that count before an entry, its own where it is an agreement, and those that it read."""
    for line in look.before.file.agreements.values():
        if line.ends_on_text is not None:
            yield line.reference, line.ends_on_text
    steps = [look.step, *(look.walk.step(sequence) for sequence in look.entry.evidence)]
    for step in steps:
        body = step.entry.body if step is not None and step.entry.kind == RecordKind.AGREEMENT else None
        if body and "ends_on" in body:
            yield body["reference"], body["ends_on"]


def late_renewal(look: Look) -> Iterator[Row]:
    """S6.18: it is renewed after an agreement lapsed."""
    entry = look.entry
    if entry.entry != EntryType.TRANSITION or entry.trigger not in CONTINUATIONS:
        return
    for line in look.before.file.agreements.values():
        if line.counts_in == look.before.category and has_lapsed(look.before, line, entry.on):
            assert line.ends_on is not None
            late = (entry.on - day_after(line.ends_on)).days + 1
            days = "1 day" if late == 1 else f"{late} days"
            told = f"{spoken(entry.trigger).capitalize()} came {days} after {line.reference} ended."
            yield look.row("late_renewal", told)


def spoken_for(look: Look) -> Iterator[Row]:
    """S6.20: IMS speaks for the partner."""
    entry = look.entry
    if entry.entry == EntryType.RECORD and entry.kind == RecordKind.POSITION and entry.body:
        if entry.body["party"] == "partner" and entry.party == "ims":
            yield look.row(
                "spoken_for",
                f"The partner's position ({spoken(entry.body['stance'])}) was put on file by IMS.",
            )


def own_evidence(look: Look) -> Iterator[Row]:
    """L2: whoever begins, goes on or ends had put on file what the decision rests on.

    Programme staff assess on records of their own: that is as L2 has it, and not told of.
    """
    entry = look.entry
    if entry.entry != EntryType.TRANSITION or entry.trigger not in _WEIGHED_BY_ANOTHER:
        return
    about = [look.walk.step(sequence) for sequence in entry.evidence]
    own = [
        step.entry.sequence
        for step in about
        if step is not None and step.entry.actor == entry.actor and not step.stored.concerns_crisis
    ]
    if own:
        told = ", ".join(str(sequence) for sequence in own)
        decision = spoken(entry.trigger)
        yield look.row("own_evidence", f"{entry.actor} took {decision} on records of their own: {told}.")


def crises(look: Look) -> Iterator[Row]:
    """S6.25, L4: that an entry belongs to a crisis, and no more; L6: a crisis elsewhere."""
    if look.entry.trigger == Trigger.TERMINATE_FOR_CRISIS:
        yield look.row("crisis_termination", "The partnership was terminated for crisis.")
    elif look.step.stored.concerns_crisis:
        yield look.row("crisis", "An entry that is sealed (L4).")
    elif any(code.startswith("L6.") for code in look.step.stored.chain.get("warnings", ())):
        yield look.row("crisis_elsewhere", "The partner was in a crisis in another partnership (L6).")


def corrections(look: Look) -> Iterator[Row]:
    """A record was withdrawn, a transition reverted, contents erased; sealed ones are told of as crises."""
    entry = look.entry
    if entry.entry == EntryType.WITHDRAWAL and not look.step.stored.concerns_crisis:
        yield look.row("withdrawn", f"The {spoken(entry.kind)} at {entry.target} was withdrawn.")
    if entry.entry == EntryType.REVERSAL:
        about = look.walk.step(entry.target or 0)
        what = about.entry.trigger if about else "transition"
        yield look.row("reverted", f"The {spoken(what)} at {entry.target} was reverted.")
    if entry.entry == EntryType.ERASURE and not look.step.stored.concerns_crisis:
        told = ", ".join(str(sequence) for sequence in entry.erased)
        yield look.row("erased", f"Erased: the contents of {told}.")


def taken_over(look: Look) -> Iterator[Row]:
    """S4.13: the partnership ran before."""
    if look.entry.entry == EntryType.TAKEOVER:
        yield look.row(
            "taken_over", f"Stated to be {spoken(look.entry.to_state)} since {look.entry.effective}."
        )


def escalated(look: Look) -> Iterator[Row]:
    """L7: nobody answered a prompt."""
    said = look.entry.prompt
    if said is not None and said["step"] == "escalated":
        told = f"{spoken(look.entry.kind).capitalize()} of {said['due_on']} went to the director."
        yield look.row("escalated_prompt", told, said["clause"])


_WEIGHED_BY_ANOTHER = ENTRIES | {Trigger.EXIT}

CHECKS: tuple[Callable[[Look], Iterable[Row]], ...] = (
    exceptions_to_clauses,
    exceptions_used,
    back_dated,
    recorded_after_endline,
    late_renewal,
    spoken_for,
    own_evidence,
    crises,
    corrections,
    taken_over,
    escalated,
)
"""What is asked of each entry, before the file moves past it."""
