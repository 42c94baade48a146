"""Every decision judged again by `decide`, with the file as it stood then."""

from __future__ import annotations

from collections.abc import Callable, Container, Generator, Iterable, Sequence
from functools import partial

from partnerships.audit.judging.books import Books
from partnerships.audit.judging.commands import JUDGED
from partnerships.audit.judging.elsewhere import Elsewhere
from partnerships.audit.judging.judging import Judge, cut_off
from partnerships.audit.judging.portfolio import Progress, walks
from partnerships.audit.judging.strata import MOVES
from partnerships.audit.judging.verdict import Verdict
from partnerships.errors import BadRequest
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.vocabulary import EntryType
from partnerships.storage.documents import kept_settings
from partnerships.workflows.service import Service


def replay(
    service: Service,
    ids: Iterable[str] | None = None,
    *,
    of: str = "decisions",
    policy: str | None = None,
    policies: Sequence[Policy] = (),
    sealed: bool = False,
    progress: Progress | None = None,
) -> Generator[Verdict, None, None]:
    """Judge every decision of some partnerships, or of all, and give a verdict on each, in order.

    `of` is `decisions`, which is every entry that a command made, or `transitions`: the moves from state to
    state alone, with the records that they rest on as they are on file. Each is judged under the policy and
    settings that it names by digest, or all under the version `policy` (what if). `policies` are versions or
    earlier settings beside the service's own and those that the database keeps. With `sealed`, sealed
    contents are opened in memory to judge them, which takes the sealing key; no verdict shows them.

    It reads one moment of the database, held until the last verdict is taken. Raises UnknownPartnership for
    an id that is not on file, and BadRequest for a version that is not at hand or another `of`.
    """
    if of not in _JUDGED:
        raise BadRequest(f"of: must be one of {', '.join(_JUDGED)}")
    books = Books([*service._context.versions, *policies])
    other = books.version(policy) if policy is not None else None
    chosen = None if ids is None else list(ids)
    return _verdicts(service, chosen, _JUDGED[of], books, partial(Judge, books, other), sealed, progress)


def _verdicts(
    service: Service,
    ids: list[str] | None,
    judged: Container[EntryType],
    books: Books,
    judging: Callable[[Elsewhere], Judge],
    sealed: bool,
    progress: Progress | None,
) -> Generator[Verdict, None, None]:
    with service._reading(slowly=True) as ledger:
        books.add(kept_settings(ledger))
        judge = judging(Elsewhere(ledger))
        for walk in walks(ledger, ids, sealed=sealed, progress=progress):
            for step in walk:
                if step.entry.entry in judged:
                    yield judge.judge(walk, step)
            if walk.is_cut:
                yield cut_off(walk)


_JUDGED: dict[str, Container[EntryType]] = {"decisions": JUDGED, "transitions": MOVES}
