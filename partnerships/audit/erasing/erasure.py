"""Erasing contents for good: two people, a legal basis, no hold; the chain stays, and says so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from partnerships.errors import BadRequest, DatabaseFailed
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.cases import Hidden
from partnerships.lifecycle.commands import Actor, BadCommand, read_actor
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.erasing import handles_in, remainder, texts_in
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.erasing import BASES, Request, erasure_findings
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records.fields import is_id
from partnerships.lifecycle.vocabulary import EntryType
from partnerships.scheduler.context import Context
from partnerships.storage.erasing import Erasing
from partnerships.storage.failures import kind_of
from partnerships.storage.holds import holds
from partnerships.storage.ledger import Ledger
from partnerships.storage.residue import (
    CLEAN_UP,
    Residue,
    forget_residue,
    mark_residue,
    residue_of,
    residue_seen,
    scrub,
)
from partnerships.storage.rows import Draft, Stored
from partnerships.storage.vault import ERASURE_SCOPE
from partnerships.workflows import outcomes
from partnerships.workflows.arguments import read_id, unknown
from partnerships.workflows.embedded import Embedded
from partnerships.workflows.service import Service

Json = dict[str, Any]
T = TypeVar("T")

_ASKED = "erase"
_OWN_WORDS = ("clause", "kind", "code", "message", "remedy")
"""What a finding says of itself: a reference of the same letters is another thing."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What two people ask for: the contents of some entries, of whole cases, or of everything."""

    id: str
    by: Actor
    second: Actor
    basis: str
    reason: str
    entries: tuple[int, ...] = ()
    cases: tuple[str, ...] = ()
    everything: bool = False


def erase(service: Service, id: str, *, clean: bool = True, **asked: Any) -> Json:
    """Erase contents of a partnership, and give the outcome: accepted or refused with its findings.

    `by` and `second` are the two people as actors' JSON. `entries` are sequences, `cases` crisis cases,
    `everything` all contents that are left. `basis` is one of the grounds in `BASES`; `reason` is kept as a
    content and should name nobody. An accepted one lists what was `erased`, the `sequences` of the entries
    that say so, the scopes of the `keys` destroyed, and what `remains` in the database's own pages; with
    `clean` false those are left for `clean_up`.

    All of it is kept or nothing. Raises UnknownPartnership, BadRequest for an argument that cannot be, and
    DatabaseFailed. A refusal is kept in the attempts log.
    """
    read = _read(id, **asked)
    outcome = run_once(service, lambda ledger: _Work(ledger, service._context, read).do())
    if outcome["outcome"] == "accepted":
        outcome["remains"] = _remains(service, clean).as_json()
    return outcome


def _remains(service: Service, clean: bool) -> Residue:
    """The erasure is kept by now: what fails from here on is told with it, and undoes nothing."""
    try:
        return clean_up(service) if clean else residue(service)
    except DatabaseFailed as error:
        return Residue(False, f"the database failed ({kind_of(error)}) before this was known; {CLEAN_UP}")


def run_once(service: Service, work: Callable[[Ledger], T]) -> T:
    """Run work in a transaction of its own, and not again where nobody knows whether it was kept.

    Raises BadRequest inside a host's transaction, which may still be taken back.
    """
    if isinstance(service, Embedded):
        raise BadRequest("this is committed at once; run it on the service itself, not in a transaction")
    with service._turn:
        return service._writers.run(work)


def preview(service: Service, id: str, **asked: Any) -> Json:
    """Give what `erase` would erase and what bars it, and change nothing.

    {"id", "erases": [{"sequence", "entry", "kind", "on", "sealed"}], "findings": [...]}. Raises as `erase`.
    """
    read = _read(id, **asked)
    with service._reading() as ledger:
        work = _Work(ledger, service._context, read)
        work.judge()
        known = [work.history[at] for at in work.named if at in work.history]
        return {
            "id": id,
            "erases": [
                {
                    "sequence": stored.sequence,
                    "entry": stored.chain["entry"],
                    "kind": stored.chain.get("kind") or stored.chain.get("trigger"),
                    "on": stored.chain["on"],
                    "sealed": stored.is_sealed,
                }
                for stored in known
                if not stored.is_erased
            ],
            "findings": [finding.as_dict() for finding in work.findings],
        }


def clean_up(service: Service) -> Residue:
    """Rewrite the pages in which the database may still hold what was erased, and say what remains.

    It may be run at any time, and again: where it cannot be done now, `doctor` says that it waits.
    """
    opened = service._opened
    with service._reading() as ledger:
        seen = residue_seen(ledger)
    with service._turn:
        problem = scrub(opened.engine, opened.place)
    if problem is None:
        run_once(service, partial(forget_residue, seen=seen))
    found = residue(service)
    return Residue(False, f"{problem}: {found.detail}") if problem and not found.is_clean else found


def residue(service: Service) -> Residue:
    """Tell whether the database's own pages may still hold what was erased."""
    with service._reading() as ledger:
        return residue_of(ledger)


def _read(
    id: str,
    *,
    by: Json,
    second: Json,
    basis: str,
    reason: str,
    entries: Iterable[int] = (),
    cases: Iterable[str] = (),
    everything: bool = False,
) -> Erasure:
    if basis not in BASES:
        raise BadRequest(f"basis: {basis!r} is none; it is one of {', '.join(BASES)}")
    if not reason.strip():
        raise BadRequest("reason: an erasure needs one; it should name nobody")
    asked = Erasure(
        read_id(id),
        read_person(by, "by"),
        read_person(second, "second"),
        basis,
        reason.strip(),
        tuple(sorted(set(entries))),
        tuple(sorted(set(cases))),
        everything,
    )
    if not asked.entries and not asked.cases and not everything:
        raise BadRequest("entries: name what is to be erased: sequences, cases, or everything")
    return asked


def read_person(raw: Json, name: str) -> Actor:
    """Read an actor's JSON; raises BadRequest that names the argument."""
    try:
        return read_actor(raw)
    except BadCommand as error:
        raise BadRequest(f"{name}: the actor cannot be read: {error}") from None


def actor_json(actor: Actor) -> Json:
    """Give an actor as the chain names it."""
    return {"id": actor.id, "party": actor.party, "roles": sorted(str(role) for role in actor.roles)}


class _Work:
    """One erasure in one transaction."""

    def __init__(self, ledger: Ledger, context: Context, asked: Erasure) -> None:
        self.ledger, self.context, self.asked = ledger, context, asked
        self.erasing = Erasing(ledger)
        self.partnership = Partnership(asked.id)
        self.history: dict[int, Stored] = {}
        self.named: list[int] = []
        self.findings: list[Finding] = []

    def do(self) -> Json:
        """Judge it, and write it down or refuse it."""
        self.erasing.lock(self.asked.id)
        self.judge()
        if self.findings:
            return self._refuse()
        return self._write()

    def judge(self) -> None:
        """Find what is named, and what bars its erasure."""
        asked, ledger = self.asked, self.ledger
        self.partnership = ledger.load(asked.id)
        if self.partnership.sequence == 0:
            raise unknown(asked.id)
        history = {stored.sequence: stored for stored in ledger.history(asked.id, sealed=True)}
        self.history, self.named = history, self._named(history)
        request = Request(
            self.partnership,
            asked.by,
            asked.second,
            self.named,
            [at for at in self.named if at in history and history[at].is_sealed],
            [at for at in self.named if at not in history or history[at].is_erased],
            bool(holds(ledger, asked.id, standing=True)),
        )
        self.findings = erasure_findings(request, self.context.settings)

    def _named(self, history: dict[int, Stored]) -> list[int]:
        asked = self.asked
        scopes = {f"case:{case}" for case in asked.cases}
        found = {at for at, stored in history.items() if stored.scope in scopes}
        if asked.everything:
            found |= {at for at, stored in history.items() if not stored.is_erased}
        return sorted({*asked.entries, *found})

    def _refuse(self) -> Json:
        asked, ledger = self.asked, self.ledger
        said = {
            "do": _ASKED,
            "id": asked.id,
            "by": actor_json(asked.by),
            "second": actor_json(asked.second),
            "basis": asked.basis,
            "reason": asked.reason,
            "entries": list(asked.entries),
            "cases": list(asked.cases),
            "everything": asked.everything,
        }
        ledger.keep_attempt(
            {
                "partnership_id": asked.id,
                "recorded_at": write_instant(self.context.clock()),
                "asked": _ASKED,
                "actor": asked.by.id,
                "fingerprint": ledger.key().fingerprint(plain_canonical(said)),
                "findings": ",".join(finding.code for finding in self.findings),
            }
        )
        return outcomes.refused(asked.id, str(self.partnership.state), self.findings)

    def _write(self) -> Json:
        partnership, history, named = self.partnership, self.history, self.named
        names = _new_names(history, named, self.asked.everything, partnership.hidden)
        sealed = [at for at in named if history[at].concerns_crisis]
        opened = [at for at in named if at not in set(sealed)]
        sequences: list[int] = []
        for part, is_sealed in ((opened, False), (sealed, True)):
            if not part:
                continue
            kept = {str(at): left for at in part if (left := _left(history[at], names))}
            draft = self._draft(partnership, part, kept, is_sealed)
            sequence = self.ledger.append(partnership, draft)
            self.ledger.flush()
            self.erasing.destroy(self.asked.id, sequence, part)
            sequences.append(sequence)
        keys = self.erasing.destroy_keys(partnership) if sealed else []
        self.erasing.rewrite_outcomes(self.asked.id, lambda outcome: _renamed(outcome, names))
        mark_residue(self.ledger)
        return {
            "outcome": "accepted",
            "id": self.asked.id,
            "state": str(partnership.state),
            "sequences": sequences,
            "erased": named,
            "keys": keys,
        }

    def _draft(self, partnership: Partnership, part: list[int], kept: Json, is_sealed: bool) -> Draft:
        asked, context = self.asked, self.context
        today = context.today(partnership)
        policy, early = context.policy(today)
        chain: Json = {
            "version": 1,
            "partnership": asked.id,
            "cycle": partnership.cycle or 1,
            "on": today.isoformat(),
            "recorded_at": write_instant(context.clock()),
            "actor": actor_json(asked.by),
            "second": actor_json(asked.second),
            "policy": {"version": policy.version, "digest": policy.digest},
            "settings": policy.settings_digest,
            "evidence": [],
            "warnings": [],
            "door": context.door,
            "entry": EntryType.ERASURE,
            "erased": part,
            "basis": asked.basis,
            "sealed": is_sealed,
        }
        if early:
            chain["before_policy"] = True
        content: Json = {"reason": asked.reason, "kept": kept}
        if context.principal:
            content["principal"] = context.principal
        return Draft(chain, content, ERASURE_SCOPE if is_sealed else None)


def _left(stored: Stored, names: dict[str, str]) -> Json:
    return remainder(stored.as_entry(), stored.content or {}, names)


def _new_names(
    history: dict[int, Stored], named: list[int], everything: bool, hidden: Iterable[Hidden]
) -> dict[str, str]:
    """Give new names to references that no content but those erased holds, so that entries still meet.

    One in the shape of an id is taken for one, and stays unless everything goes. A new one names the entry by
    the number that the partner's side, which reads it too, has for it (L4).
    """
    unseen = sorted(item.sequence for item in hidden)
    going = set(named)
    held = {text for at, stored in history.items() if at not in going for text in texts_in(stored.content)}
    names: dict[str, str] = {}
    for at in named:
        for handle in sorted(_handles(history[at]) - held - names.keys()):
            if everything or not is_id(handle):
                names[handle] = f"erased-{at - bisect_left(unseen, at)}-{len(names)}"
    return names


def _handles(stored: Stored) -> set[str]:
    """Give the references in a content, also those that an earlier erasure kept."""
    content = stored.content or {}
    return handles_in(stored.chain.get("kind"), content.get("body")) | _kept_handles(content)


def _kept_handles(content: Json) -> set[str]:
    found: set[str] = set()
    for left in (content.get("kept") or {}).values():
        body = left.get("body") or {}
        found |= {body[name] for name in ("reference", "continues", "source") if name in body}
        found |= _kept_handles(left)
    return found


def _renamed(outcome: Json, names: dict[str, str]) -> Json:
    """Give an outcome that names references as they are called from now on; a finding's own words stay."""
    left = dict(outcome)
    for part in ("warnings", "findings"):
        if part in outcome:
            left[part] = [
                {
                    name: names.get(value, value)
                    if name not in _OWN_WORDS and isinstance(value, str)
                    else value
                    for name, value in finding.items()
                }
                for finding in outcome[part]
            ]
    return left
