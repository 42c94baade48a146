"""Standing findings: what the dates say of a partnership on a day; never stored, never a transition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from partnerships.lifecycle.days import day_after, write_day
from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.engagement import STRATEGIC_TYPES
from partnerships.lifecycle.lines import Line, is_same_work, later_end, not_concluded
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import Agreement, RegisterEntry
from partnerships.lifecycle.vocabulary import LIVE_STATES, PROGRAMME, Category, Role, State

PAST_ENDLINE = notice(
    "S6.18.past_endline",
    "The agreement has passed its endline and is neither renewed nor concluded.",
    "Renew it with a renewal note, or record how it was concluded.",
    needs=("renewal_note", "agreement.concluded_on"),
    who=PROGRAMME,
)
REGISTER_PAST_END = notice(
    "S6.18.register_past_end",
    "By another register this work still runs and has passed its end, and nothing has been decided here.",
    "Assess the partner, decline it, or import the register anew.",
    needs="assessment",
    who=PROGRAMME,
)
STRATEGIC_PAST_ENDLINE = notice(
    "S5.16.past_endline",
    "The strategic agreement has passed its end and is neither continued nor concluded.",
    "Record a new agreement of both sides, or how it was concluded.",
    needs="agreement",
    who=PROGRAMME,
)
NO_LONGER_MEETS = notice(
    "S5.4.no_longer_meets",
    "The partner is no longer of a type that strategic partnerships are for.",
    "Talk about another relation with the partner, or correct the profile.",
    needs="partner_profile.type",
    who=PROGRAMME,
)
EVIDENCE_WITHDRAWN = notice(
    "L2.evidence_withdrawn",
    "A decision rests on a record that was withdrawn since.",
    "Put the record right; where the decision is the latest, revert it and decide anew. Otherwise the finding"
    " stays.",
    who=(Role.DIRECTOR,),
)


def standing_findings(partnership: Partnership, day: date) -> list[Finding]:
    """Give what stands open on a day: S6.18, S5.16 and S5.4, and decisions whose evidence was withdrawn."""
    findings = [
        (STRATEGIC_PAST_ENDLINE if line.counts_in == Category.STRATEGIC else PAST_ENDLINE).about(
            subject=line.reference, since=day_after(line.ends_on).isoformat()
        )
        for line in partnership.file.agreements.values()
        if line.ends_on is not None and has_lapsed(partnership, line, day)
    ]
    findings += [
        REGISTER_PAST_END.about(
            subject=entry.body.reference, source="register", since=day_after(entry.body.ends_on).isoformat()
        )
        for entry in _running_entries(partnership)
        if entry.body.ends_on is not None and entry.body.ends_on < day
    ]
    profile = partnership.profile
    if partnership.state == State.STRATEGIC and profile and profile.body.type not in STRATEGIC_TYPES:
        findings.append(NO_LONGER_MEETS)
    findings += [
        EVIDENCE_WITHDRAWN.about(subject=str(decision), withdrawn=str(evidence))
        for decision, evidence in partnership.undermined
    ]
    return findings


def has_lapsed(partnership: Partnership, line: Line, day: date) -> bool:
    """Tell whether an agreement that counts is past its endline, not concluded nor continued (S6.18)."""
    if partnership.state not in LIVE_STATES or not line.past_endline(day):
        return False
    return _is_left_open(partnership, line, day)


def _is_left_open(partnership: Partnership, line: Line, day: date) -> bool:
    return not line.concluded(day) and not _is_continued(partnership, line, day)


def _is_continued(partnership: Partnership, line: Line, day: date) -> bool:
    """Tell whether another agreement that counts carries this one's work on and has begun by a day."""
    earlier, on = line.counting, write_day(day)
    if earlier is None:
        return False
    counting = [other.counting for other in partnership.file.agreements.values() if other.counting]
    begun = [one for one in counting if one is earlier or one.raw["starts_on"] <= on]
    return any(
        _ends_later(later, earlier) or not _is_last_of_ring(earlier, later, begun)
        for later in begun
        if _continues(later, earlier)
    )


def _continues(later: Filed[Agreement], earlier: Filed[Agreement]) -> bool:
    """Tell whether one takes another's work up, and runs at least until its endline."""
    if later is earlier:
        return False
    if later.raw.get("continues") == earlier.raw["reference"]:
        return not later_end(_last_day(later), earlier.raw.get("ends_on"))
    if later.raw["category"] != earlier.raw["category"] or not _ends_later(later, earlier):
        return False
    return bool(later.raw.get("collaboration")) and is_same_work(later.raw, earlier.raw)


def _ends_later(later: Filed[Agreement], earlier: Filed[Agreement]) -> bool:
    # Days written out come in the order of their text.
    return later_end(earlier.raw.get("ends_on"), _last_day(later))


def _last_day(version: Filed[Agreement]) -> str | None:
    """Give the endline as it is written, or an earlier day of its conclusion."""
    days = [version.raw[name] for name in ("ends_on", "concluded_on") if name in version.raw]
    return min(days, default=None)


def _is_last_of_ring(
    last: Filed[Agreement], one: Filed[Agreement], counting: Iterable[Filed[Agreement]]
) -> bool:
    """Tell whether two continue each other, through others or not, and none of the ring ends later."""
    ring = [other for other in _carrying_on(last, counting) if last in _carrying_on(other, counting)]
    return one in ring and not any(_ends_later(other, last) for other in ring)


def _carrying_on(first: Filed[Agreement], counting: Iterable[Filed[Agreement]]) -> list[Filed[Agreement]]:
    """Give all agreements that continue one, directly or through others."""
    found: list[Filed[Agreement]] = []
    waiting = [first]
    while waiting:
        earlier = waiting.pop()
        new = [later for later in counting if later not in found and _continues(later, earlier)]
        found += new
        waiting += new
    return found


def is_overdue(partnership: Partnership, day: date) -> bool:
    """Tell whether an agreement has lapsed, or a register's running work is late, on a day."""
    return overdue_since(partnership, day) is not None


def overdue_since(partnership: Partnership, day: date) -> date | None:
    """Give the first day of what is late on a day, or None where nothing is."""
    ends = [
        line.ends_on for line in partnership.file.agreements.values() if has_lapsed(partnership, line, day)
    ]
    ends += [ends_on for ends_on in _register_ends(partnership) if ends_on < day]
    return min((day_after(ends_on) for ends_on in ends if ends_on), default=None)


def late_from(partnership: Partnership) -> date | None:
    """Give the first day on which the partnership may be overdue as it stands, or None."""
    if partnership.state not in LIVE_STATES:
        first = min(_register_ends(partnership), default=None)
        return day_after(first) if first else None
    agreements = partnership.file.agreements
    ends = sorted([(ends_on, name) for name, line in agreements.items() if (ends_on := line.ends_on_text)])
    for ends_on, name in ends:
        late = day_after(date.fromisoformat(ends_on))
        if _is_left_open(partnership, agreements[name], late):
            return late
    return None


def endline(partnership: Partnership) -> date | None:
    """Give the latest endline that counts in the partnership's category, or a candidate's by its register."""
    if partnership.state in LIVE_STATES:
        category = partnership.category
        own = [line for line in partnership.file.agreements.values() if line.counts_in == category]
        ends = [line.ends_on_text for line in not_concluded(own)]
        dated = [ends_on for ends_on in ends if ends_on]
        return date.fromisoformat(max(dated)) if dated and len(dated) == len(ends) else None
    return max(_register_ends(partnership), default=None)


def register_status(partnership: Partnership) -> str | None:
    """Give what other registers say: running, ended or unknown, or None where none says anything."""
    statuses = {entry.raw.get("status") for entry in partnership.file.registers.values()}
    if not statuses:
        return None
    if "running" in statuses:
        return "running"
    return "ended" if statuses <= {"ended", "cancelled"} else "unknown"


def _running_entries(partnership: Partnership) -> list[Filed[RegisterEntry]]:
    """The running entries of other registers, while nothing has been decided here."""
    if partnership.decided or partnership.state != State.IDENTIFIED:
        return []
    return [entry for entry in partnership.file.registers.values() if entry.body.status == "running"]


def _register_ends(partnership: Partnership) -> list[date]:
    return [entry.body.ends_on for entry in _running_entries(partnership) if entry.body.ends_on]
