"""The fold: a partnership rebuilt from its history, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from partnerships.lifecycle.answering import make, settle
from partnerships.lifecycle.cases import Advice, Case, Hidden
from partnerships.lifecycle.entries import NOBODY, Entry
from partnerships.lifecycle.erasing import stand_in
from partnerships.lifecycle.file import slot_of
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.lines import Line
from partnerships.lifecycle.partnership import Move, Partnership
from partnerships.lifecycle.records import AUTHORED, BODIES
from partnerships.lifecycle.vocabulary import (
    BEGINNINGS,
    CATEGORY_OF,
    CONTINUATIONS,
    CRISIS_KINDS,
    HELD_KINDS,
    SEALED_KINDS,
    Category,
    EntryType,
    State,
    Trigger,
)


def fold(
    id: str,
    entries: Iterable[Entry],
    *,
    as_of: date | None = None,
    known_at: str | None = None,
    records_by: date | None = None,
) -> Partnership:
    """Rebuild a partnership from its entries, in order of sequence.

    `as_of` leaves out what takes effect after that day; `known_at` (a UTC instant as recorded) what was
    recorded after it; `records_by` only the records that take effect after that day, which is how a decision
    on a past day reads the file. What was withdrawn or reverted counts for nothing; of what was erased, at
    whatever time, the codes that were kept count.
    """
    history, void = stand_in(entries)
    if as_of is not None:
        history = [entry for entry in history if entry.effective <= as_of]
    if known_at is not None:
        history = [entry for entry in history if entry.recorded_at <= known_at]
    undone = [entry for entry in history if entry.entry in _UNDOING]
    withdrawn = {entry.target for entry in undone if entry.entry == EntryType.WITHDRAWAL}
    reverted = {entry.target: entry.sequence for entry in undone if entry.entry == EntryType.REVERSAL}
    late: set[int] = set()
    if records_by is not None:
        records = [entry for entry in history if entry.entry == EntryType.RECORD]
        late = {entry.sequence for entry in records if entry.effective > records_by}
    partnership = Partnership(id)
    if not undone and not late and not void:
        for entry in history:
            advance(partnership, entry)
        return partnership
    void_until = 0
    for entry in history:
        if entry.sequence in reverted:
            if entry.trigger == Trigger.REIDENTIFY:
                partnership.cycles_used += 1
                void_until = reverted[entry.sequence]
            count(partnership, entry)
        elif (
            entry.sequence in withdrawn
            or entry.sequence in void
            or (entry.sequence < void_until and entry.entry == EntryType.RECORD)
        ):
            count(partnership, entry)
        elif entry.sequence in late:
            if entry.kind in AUTHORED:
                partnership.file.pass_by(_filed(entry, entry.kind))
            count(partnership, entry)
        else:
            advance(partnership, entry)
            if withdrawn and entry.entry == EntryType.TRANSITION:
                partnership.undermined += [(entry.sequence, s) for s in entry.evidence if s in withdrawn]
    return partnership


def needs_refold(entry: Entry) -> bool:
    """Tell whether an entry undoes or erases earlier ones, so that the history has to be folded anew."""
    return entry.entry in _REFOLDED


def advance(partnership: Partnership, entry: Entry) -> None:
    """Take one entry in, in place."""
    take_in = _STEPS.get(entry.entry)
    if take_in is not None:
        take_in(partnership, entry)
    count(partnership, entry)
    if partnership.prompts.kept and entry.entry != _PROMPT and not _is_hidden(partnership, entry):
        settle(partnership, entry)


def count(partnership: Partnership, entry: Entry) -> None:
    """Take only an entry's place in the chain in."""
    partnership.sequence = entry.sequence
    partnership.head = entry.digest
    if partnership.hidden or entry.kind in SEALED_KINDS or entry.entry == _OPENING:
        _hide(partnership, entry)


def _open(partnership: Partnership, entry: Entry) -> None:
    partnership.cycle = partnership.cycles_used = 1
    _put(partnership, entry, "partner_profile")
    if entry.entry == EntryType.TAKEOVER:
        partnership.state = State(str(entry.to_state))
        category = CATEGORY_OF[partnership.state]
        partnership.begun = [category]
        partnership.since = partnership.taken_over = entry.sequence
        partnership.began_on = entry.since
        partnership.decided = True
    else:
        partnership.state = State.IDENTIFIED
    trigger = entry.trigger or "take_over"
    partnership.move = Move(entry.sequence, trigger, entry.effective, entry.actor, None)


def _file(partnership: Partnership, entry: Entry) -> None:
    on, newest_on = entry.on, partnership.newest_on
    if newest_on is None or on > newest_on:
        partnership.newest_on = on
    kind = entry.kind or ""
    file = _FILED[kind]
    if file is not None:
        file(partnership, entry, kind)


def _filed(entry: Entry, kind: str) -> Filed:  # type: ignore[type-arg]
    by = entry.by or NOBODY
    return Filed(kind, entry.sequence, entry.on, by.id, by.party, entry, entry.record)


def _put(partnership: Partnership, entry: Entry, kind: str) -> None:
    filed = _filed(entry, kind)
    slot = slot_of(filed)
    if kind in AUTHORED:
        filed.supersede(partnership.file.version_before(slot))
    partnership.file.records[slot] = filed


def _replace(partnership: Partnership, entry: Entry, kind: str) -> None:
    partnership.file.records[kind] = _filed(entry, kind)


def _file_held(partnership: Partnership, entry: Entry, kind: str) -> None:
    """File what was held: the one held last counts, and of one day the one recorded last."""
    filed, records = _filed(entry, kind), partnership.file.records
    standing = records.get(kind)
    # Days written out come in the order of their text.
    if standing is None or standing.held_on <= filed.held_on:
        records[kind] = filed


def _file_position(partnership: Partnership, entry: Entry, kind: str) -> None:
    _put(partnership, entry, kind)
    if entry.party == "partner":
        own, on = partnership.own_word, entry.on
        partnership.own_word = entry.sequence, max(own[1], on) if own else on


def _file_register(partnership: Partnership, entry: Entry, kind: str) -> None:
    filed, registers = _filed(entry, kind), partnership.file.registers
    key = f"{filed.raw['source']}\n{filed.raw['reference']}"
    is_new = key not in registers
    registers[key] = filed
    if is_new:
        partnership.file.sort()


def _file_agreement(partnership: Partnership, entry: Entry, kind: str) -> None:
    version = _filed(entry, kind)
    said, lines = version.raw, partnership.file.agreements
    reference = said["reference"]
    line = lines.get(reference)
    if line is None:
        line = lines[reference] = Line(reference)
        partnership.file.sort()
        lines = partnership.file.agreements
    bound = partnership.category != Category.STRATEGIC
    line.file(version, lines.values(), begun=said["category"] in partnership.begun, bound=bound)


def _file_crisis(partnership: Partnership, entry: Entry, kind: str) -> None:
    raw = entry.body or {}
    case_id = raw.get("case", "1")
    case = partnership.open_case(case_id)
    if kind == "crisis_case":
        if case is None:
            case = Case(
                case_id,
                partnership.cycle,
                entry.sequence,
                entry.sequence,
                entry.on,
                None,
                False,
                False,
                [],
                [],
            )
            partnership.cases.append(case)
        case.latest, case.on = entry.sequence, entry.on
        case.ground = raw.get("ground")
        case.ground_text = "ground_text" in raw
        case.agreement_clause = "agreement_clause" in raw
        case.raisers = sorted({*case.raisers, entry.actor})
    elif case is None:
        return
    elif kind == "crisis_recommendation":
        case.advice.append(Advice(raw["advice"], entry.sequence, entry.on, entry.actor))
    else:
        case.ended, case.decider = entry.sequence, entry.actor
    case.entries.append(entry.sequence)
    if "safeguarding" in entry.roles and kind != "crisis_closure":
        case.safeguarded = True


def _move(partnership: Partnership, entry: Entry) -> None:
    trigger = Trigger(str(entry.trigger))
    if trigger in CONTINUATIONS:
        _continue(partnership, entry)
    elif trigger in BEGINNINGS:
        _begin(partnership, entry, BEGINNINGS[trigger])
    elif trigger == Trigger.BEGIN_TRANSITION:
        partnership.left, partnership.transition_began = partnership.category, entry.sequence
        partnership.own_word = partnership.extended_on = None
        partnership.known_on = _recorded_late(entry)
    elif trigger == Trigger.REIDENTIFY:
        _reenter(partnership)
    elif trigger in _ENDINGS:
        _end(partnership, entry, trigger)
    partnership.state = State(str(entry.to_state))
    partnership.decided = True
    partnership.move = Move(entry.sequence, trigger, entry.on, entry.actor, entry.from_state)


def _end(partnership: Partnership, entry: Entry, trigger: Trigger) -> None:
    partnership.ended = entry.sequence
    partnership.ended_as = "declined" if trigger == Trigger.DECLINE else str(entry.to_state)
    partnership.open_at_end = bool(partnership.open_cases)
    if trigger == Trigger.TERMINATE_FOR_CRISIS:
        for case in partnership.cases:
            if case.ended is None and case.cycle == partnership.cycle:
                case.ended, case.decider = entry.sequence, entry.actor
                case.entries.append(entry.sequence)


def _reenter(partnership: Partnership) -> None:
    partnership.cycles_used += 1
    partnership.cycle = partnership.cycles_used
    partnership.file = partnership.file.next_cycle()
    partnership.prompts = partnership.prompts.of_next_cycle()
    partnership.since = partnership.transition_began = 0
    partnership.began_on = partnership.known_on = partnership.left = partnership.own_word = None
    partnership.extended_on = None
    partnership.ended = partnership.ended_as = None
    partnership.taken_over = None
    partnership.open_at_end = False
    partnership.begun = []
    partnership.undermined = []


def _begin(partnership: Partnership, entry: Entry, category: Category) -> None:
    lines = partnership.file.agreements
    before, partnership.since = partnership.since, entry.sequence
    partnership.began_on, partnership.known_on = entry.on, _recorded_late(entry)
    partnership.extended_on = None
    partnership.begun = sorted({*partnership.begun, category})
    _read_agreements(partnership, entry)
    for line in lines.values():
        if line.category == category:
            line.begin(entry.evidence, lines.values())
    partnership.file.forget_old_texts(before)


def _continue(partnership: Partnership, entry: Entry) -> None:
    before, partnership.since = partnership.since, entry.sequence
    if partnership.move is not None and partnership.move.trigger == Trigger.EXTEND:
        partnership.extended_on = partnership.move.on
    _read_agreements(partnership, entry)
    partnership.file.forget_old_texts(before)


def _read_agreements(partnership: Partnership, entry: Entry) -> None:
    lines, evidence = partnership.file.agreements.values(), entry.evidence
    for line in lines:
        if not line.take(evidence) and line.older:
            line.take_older(evidence, lines, partnership.begun)
        if line.older:
            line.forget_older(entry.on)


def _recorded_late(entry: Entry) -> date | None:
    """Give the day on which an entry was recorded where it lies after the day of its effect."""
    recorded_on = date.fromisoformat(entry.recorded_at[:10])
    return recorded_on if recorded_on > entry.on else None


def _hide(partnership: Partnership, entry: Entry) -> None:
    """Note what the partner's side must not see, not even by a gap (L4)."""
    if entry.entry == EntryType.RECORD and entry.kind in SEALED_KINDS:
        own = entry.actor if entry.party == "partner" else None
        partnership.hidden.append(Hidden(entry.sequence, own))
    elif entry.entry == EntryType.OPENING or entry.sealed:
        partnership.hidden.append(Hidden(entry.sequence))
    elif partnership.hidden:
        _hide_what_is_about(partnership, entry)


def _is_hidden(partnership: Partnership, entry: Entry) -> bool:
    """Tell whether the entry just counted is hidden: it closes no prompt, since that would show (L4)."""
    return bool(partnership.hidden) and partnership.hidden[-1].sequence == entry.sequence


def _hide_what_is_about(partnership: Partnership, entry: Entry) -> None:
    """Hide a withdrawal of what is hidden, a comment on it, and an erasure of nothing else."""
    hidden = {item.sequence: item.by for item in partnership.hidden}
    if entry.entry == EntryType.WITHDRAWAL and entry.target in hidden:
        own = hidden[entry.target]
        partnership.hidden.append(Hidden(entry.sequence, own if own == entry.actor else None))
    elif entry.entry == EntryType.ERASURE and hidden.keys() >= set(entry.erased):
        partnership.hidden.append(Hidden(entry.sequence))
    elif entry.kind == "comment" and entry.body and entry.body.get("about") in hidden:
        partnership.hidden.append(Hidden(entry.sequence))


_STEPS = {
    EntryType.IDENTIFICATION: _open,
    EntryType.TAKEOVER: _open,
    EntryType.RECORD: _file,
    EntryType.TRANSITION: _move,
    EntryType.PROMPT: make,
}
"""What each kind of entry changes; any other only takes its place in the chain."""

_FILED: dict[str, Callable[[Partnership, Entry, str], None] | None] = {
    **dict.fromkeys(BODIES, _replace),
    **dict.fromkeys(AUTHORED, _put),
    **dict.fromkeys(map(str, HELD_KINDS), _file_held),
    "agreement": _file_agreement,
    "position": _file_position,
    "register_entry": _file_register,
    **dict.fromkeys(map(str, CRISIS_KINDS), _file_crisis),
    **dict.fromkeys(("relation", "comment", "prompt_answer")),
}
"""How each kind is filed; None for what only stands in the history."""

_OPENING, _PROMPT = EntryType.OPENING, EntryType.PROMPT
_UNDOING = frozenset({EntryType.WITHDRAWAL, EntryType.REVERSAL})
_REFOLDED = _UNDOING | {EntryType.ERASURE}
_ENDINGS = frozenset({Trigger.EXIT, Trigger.DECLINE, Trigger.TERMINATE_FOR_CRISIS})
