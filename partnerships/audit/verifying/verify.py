"""Verification of a live database: every history, the log over them, every checkpoint, one moment of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from partnerships.audit.log.attempts import check_attempts
from partnerships.audit.log.holds import check_held, check_holds, count_unstated
from partnerships.audit.log.keys import Keys, keys_of
from partnerships.audit.log.leaves import heads_digest
from partnerships.audit.log.notes import BadNote, Note, Verifier
from partnerships.audit.log.sequencer import origin_of
from partnerships.audit.verifying import signed, streams
from partnerships.audit.verifying.chains import Chains
from partnerships.audit.verifying.contents import check_sealed
from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.instants import Instants
from partnerships.audit.verifying.logbook import Logbook
from partnerships.audit.verifying.projections import check_folds, check_sealed_parts
from partnerships.storage.attempts import count_unlinked
from partnerships.storage.documents import documents
from partnerships.storage.key_ids import check_current
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import KeptCheckpoint, Log

MOST = 1000
"""How many faults are kept; the others are counted."""

Progress = Callable[[int, int | None], None]


@dataclass(slots=True)
class Verification:
    """What was verified, what was found, and what was not looked at; `more` faults are counted only."""

    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    checkpoint: dict[str, Any] | None = None
    not_checked: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "sound": self.is_sound,
            "faults": [fault.as_json() for fault in self.faults],
            "more": self.more,
            "counts": self.counts,
            "checkpoint": self.checkpoint,
            "not_checked": self.not_checked,
        }


def verify(
    ledger: Ledger,
    *,
    notes: Sequence[Note] = (),
    trusted: Sequence[Verifier] = (),
    contents: bool = True,
    folds: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Verify all of a database against itself, against older checkpoints and under trusted keys.

    Without `contents` the chains and the log alone; with `folds` each history is folded anew and its row
    compared, which takes several times as long. Raises BadNote where a note is no checkpoint, and
    SealingKeyError where another key took the place of the one that the database was opened with.
    """
    asked = (ledger, notes, trusted, contents, folds, progress)
    try:
        return _verified(_Examination(*asked))
    except Exception as error:
        if not streams.is_text_refused(ledger, error):
            raise
    with streams.any_text(ledger):
        return _verified(_Examination(*asked))


def _verified(examination: _Examination) -> Verification:
    found = examination.found
    for fault in examination.faults():
        if len(found.faults) < MOST:
            found.faults.append(fault)
        else:
            found.more += 1
    return found


class _Examination:
    def __init__(
        self,
        ledger: Ledger,
        notes: Sequence[Note],
        trusted: Sequence[Verifier],
        contents: bool,
        folds: bool,
        progress: Progress | None,
    ) -> None:
        self.ledger, self.trusted, self.found = ledger, trusted, Verification()
        self.contents, self.folds = contents, folds
        self.log = Log(ledger)
        self.given = signed.given(notes)
        self._progress, self._done, self._total = progress, 0, 0
        self._steps = 0

    def faults(self) -> Iterator[Fault]:
        """Give what is wrong, layer after layer."""
        tables = self.ledger.tables
        if (self.contents or self.folds) and streams.may_open(self.ledger):
            # Under a key whose place another took nothing opens, and nothing was altered for that.
            check_current(self.ledger)
        self._total = sum(self._size_of(table) for table in (tables.entry, tables.log_leaf))
        rows = self.log.checkpoints()
        kept, faults = signed.read_kept(rows)
        yield from faults
        yield from self._histories(kept)
        if self.contents:
            yield from self._sealed()
        if self.folds:
            yield from self._folds()
        yield from self._log(kept, rows)
        yield from self._alone()
        yield from self._documents()
        self._say(kept)

    def _histories(self, kept: Sequence[signed.Signed]) -> Iterator[Fault]:
        instants = Instants((each.head.size, each.made_at) for each in kept)
        projections = streams.rows(self.ledger, streams.projections(self.ledger))
        chains = Chains(projections, instants, contents=self.contents)
        may_open = streams.may_open(self.ledger)
        query = streams.entries(self.ledger, self.contents, may_open)
        yield from chains.check(streams.stream(self.ledger, query), self._advance)
        self.found.counts |= {
            "partnerships": chains.partnerships,
            "entries": chains.entries,
            "contents": chains.opened,
            "sealed": chains.sealed,
            "erased": chains.erased,
            "logged": chains.logged,
            "unlogged": chains.unlogged,
        }
        if chains.unlogged:
            yield from (
                Fault("log.passed_by", "the log went past it and does not have it", id, sequence)
                for id, sequence in self.log.passed_by(MOST)
            )

    def _sealed(self) -> Iterator[Fault]:
        if streams.may_open(self.ledger):
            contents = streams.rows(self.ledger, streams.sealed_contents(self.ledger))
            yield from check_sealed(contents, self.ledger.key())
            parts = streams.rows(self.ledger, streams.sealed_projections(self.ledger))
            yield from check_sealed_parts(parts, self.ledger.key())
        elif self.found.counts["sealed"]:
            told = f"{self.found.counts['sealed']} sealed contents: no key, or no right to read them"
            self.found.not_checked.append(told)

    def _folds(self) -> Iterator[Fault]:
        ids = (row[0] for row in streams.rows(self.ledger, streams.projections(self.ledger)))
        unread: list[str] = []
        earlier: list[str] = []
        yield from check_folds(self.ledger, ids, unread, earlier)
        if unread:
            self.found.not_checked.append(f"the rows of {len(unread)} partnerships with sealed contents")
        if earlier:
            rows = "1 partnership's row" if len(earlier) == 1 else f"the rows of {len(earlier)} partnerships"
            self.found.not_checked.append(f"{rows}, folded by an earlier version and not written since")

    def _log(self, kept: Sequence[signed.Signed], rows: Sequence[KeptCheckpoint]) -> Iterator[Fault]:
        try:
            keys = keys_of(self.log)
        except BadNote as error:
            yield Fault("key.statement", f"a key of the log cannot be read: {error}")
            keys = Keys(origin_of(self.log) or "", (), ())
        every = [*kept, *self.given]
        wanted = {each.head.size for each in every}
        book = Logbook(wanted, {row.size for row in rows}, keys)
        yield from book.check(streams.stream(self.ledger, streams.leaves(self.ledger)), self._advance)
        self.found.counts |= {"leaves": book.size, "checkpoints": len(rows), "given": len(self.given)}
        yield from signed.check(every, book.roots, book.size, keys, self.trusted)
        yield from self._heads(book, every)
        yield from check_attempts(self.ledger, book.attempts)
        yield from check_holds(self.ledger, book.holds)
        yield from check_held(self.ledger)
        self._steps = count_unstated(self.ledger, book.holds)
        if book.entries != self.found.counts["logged"]:
            query = streams.without_entry(self.ledger, "log_leaf")
            for id, sequence in streams.rows(self.ledger, query):
                yield Fault("log.alone", "the log has it, the history has not: it was deleted", id, sequence)

    def _heads(self, book: Logbook, every: Sequence[signed.Signed]) -> Iterator[Fault]:
        """Compute the root over all heads again: the newest, and those under the auditor's checkpoints.

        Each checkpoint has its own; one that signed another log is told elsewhere.
        """
        sound = {each.head.size for each in every if book.roots.get(each.head.size) == each.head.root}
        for size in sorted(sound - {0}):
            if size - 1 not in book.heads:
                yield Fault("heads.missing", "no leaf over all heads comes before the checkpoint", size=size)
        ask = {each.head.size - 1 for each in self.given} & set(book.heads)
        positions = {position: book.heads[position] for position in ask}
        if book.newest_heads is not None:
            positions |= {book.newest_heads[0]: book.newest_heads[1]}
        for position, digest in sorted(positions.items()):
            if self._heads_at(position) != digest:
                detail = "the root over all heads is not that of the histories in the log"
                yield Fault("heads.root", detail, position=position, size=position + 1)

    def _heads_at(self, position: int) -> str | None:
        heads = streams.rows(self.ledger, streams.heads_before(self.ledger, position))
        try:
            return heads_digest((row[0], row[1], row[2]) for row in heads)
        except TypeError:
            # SQLite keeps values of any type; a leaf of such a value is told where it is met.
            return None

    def _alone(self) -> Iterator[Fault]:
        """Rows that belong to an entry which is not there, and entries that the outbox does not have."""
        for name, told in (("content", "a content"), ("outbox", "a row of the outbox")):
            query = streams.without_entry(self.ledger, name)
            for id, sequence in streams.rows(self.ledger, query):
                yield Fault(f"{name}.alone", f"{told} without its entry", id, sequence)
        named = streams.count(self.ledger, streams.in_outbox(self.ledger))
        if named != self._size_of(self.ledger.tables.outbox):
            for id, sequence in streams.rows(self.ledger, streams.in_outbox(self.ledger, twice=True)):
                yield Fault("outbox.twice", "the outbox names the entry twice", id, sequence)
        if named != self.found.counts["entries"]:
            for id, sequence in streams.rows(self.ledger, streams.without_outbox(self.ledger)):
                yield Fault("outbox.missing", "the outbox does not have the entry", id, sequence)

    def _documents(self) -> Iterator[Fault]:
        for document in documents(self.ledger):
            if not document.is_sound:
                told = f"the {document.kind} document {document.digest} is not the one that has this digest"
                yield Fault("document.digest", told)

    def _say(self, kept: Sequence[signed.Signed]) -> None:
        newest = kept[-1] if kept else None
        if newest is not None:
            self.found.checkpoint = {
                "size": newest.head.size,
                "root": newest.head.root.hex(),
                "made_at": newest.made_at,
            }
        unlogged = self.found.counts["unlogged"]
        if unlogged:
            entries = "1 entry" if unlogged == 1 else f"{unlogged} entries"
            self.found.not_checked.append(f"{entries} that no checkpoint covers yet: chain alone")
        if unlinked := count_unlinked(self.ledger):
            attempts = "1 refused attempt" if unlinked == 1 else f"{unlinked} refused attempts"
            self.found.not_checked.append(f"{attempts} that no checkpoint covers yet")
        if self._steps:
            steps = "1 step" if self._steps == 1 else f"{self._steps} steps"
            self.found.not_checked.append(f"{steps} on legal holds that no checkpoint covers yet")
        if not self.given:
            told = "whether all was rewritten, checkpoints too: no checkpoint kept elsewhere was given"
            self.found.not_checked.append(told)
        if not self.contents:
            self.found.not_checked.append("contents")

    def _size_of(self, table: Any) -> int:
        return int(self.ledger.connection.execute(select(func.count()).select_from(table)).scalar_one())

    def _advance(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self._total)
