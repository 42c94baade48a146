"""The audit's own door for Python: the log, its checkpoints, its receipts, and what verifies them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from partnerships.audit.erasing import erasure, holding, retention
from partnerships.audit.log import checkpoints, cosigning, keys, receipts
from partnerships.audit.log.checkpoints import Checkpoint, write_checkpoint
from partnerships.audit.log.notes import Note, Signer, Verifier
from partnerships.audit.log.sequencer import LogBroken, begin
from partnerships.audit.log.signing import SigningKeyError, make_signer, read_signer, signer_named
from partnerships.audit.verifying.verify import Progress, Verification, verify
from partnerships.errors import BadRequest, UnknownPartnership
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.policy import Policy
from partnerships.storage.documents import keep_documents
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log
from partnerships.workflows.arguments import read_count, read_id
from partnerships.workflows.service import Reader, Service

if TYPE_CHECKING:
    from partnerships.audit.judging.verdict import Verdict
    from partnerships.audit.pack.writing import PackReport

T = TypeVar("T")

FOLDER_VARIABLE = "PARTNERSHIPS_CHECKPOINTS"
"""Names the folder into which every checkpoint is written too."""


def open_audit(
    service: Service, *, key_file: str | Path | None = None, folder: str | Path | None = None
) -> Audit:
    """Give the audit of a service's database.

    `key_file` holds the key that signs the log (else what PARTNERSHIPS_LOG_KEY or PARTNERSHIPS_LOG_KEY_FILE
    names). Every checkpoint is also written into `folder` (else $PARTNERSHIPS_CHECKPOINTS). Raises
    SigningKeyError for a key that is missing, unreadable or open to others.
    """
    place = folder or os.environ.get(FOLDER_VARIABLE)
    return Audit(service, signer_named(key_file), Path(place).expanduser() if place else None)


class Audit:
    """Verifies, signs and explains one database; the service is its caller's to close.

    All raise DatabaseFailed when the database fails.
    """

    def __init__(self, service: Service, signer: Signer | None = None, folder: Path | None = None) -> None:
        self.service = service
        self._signer = signer
        self._folder = folder

    @property
    def may_sign(self) -> bool:
        """Tell whether a signing key is at hand."""
        return self._signer is not None

    def checkpoint(self) -> Checkpoint:
        """Take what is new into the log and sign its head; where nothing is new the newest one stands.

        Raises SigningKeyError without a key, or with one that is not in force, LogBroken where the log does
        not begin with its newest checkpoint, and BadRequest where what was named is no folder to write into.
        """
        signer, made_at = self._key(), write_instant(self.service._context.clock())
        versions = self.service._context.versions
        made: Checkpoint | None = None
        while made is None:
            made = self._write(partial(_made, policies=versions, signer=signer, made_at=made_at))
        return self._put(made)

    def checkpoints(self) -> list[Checkpoint]:
        """Give every checkpoint in the order in which they were made."""
        with self.service._reading() as ledger:
            return [Checkpoint.of(kept) for kept in Log(ledger).checkpoints()]

    def latest(self) -> Checkpoint | None:
        """Give the newest checkpoint, or None where none was made."""
        with self.service._reading() as ledger:
            kept = Log(ledger).latest()
        return Checkpoint.of(kept) if kept is not None else None

    def cosign(self, key_file: str | Path) -> Checkpoint:
        """Let a second key sign the newest checkpoint too; what it signed before has to be its beginning.

        It is remembered beside the key's file, in a note for each log. Raises LogBroken where it is not so.
        """
        path = Path(key_file).expanduser()
        signed = self._write(partial(cosigning.cosign, signer=read_signer(path), key_file=path))
        return self._put(signed)

    def receipt(self, id: str, sequence: int) -> dict[str, Any]:
        """Give a signed proof that an entry is in the log; where no checkpoint covers it, one is made.

        Raises UnknownPartnership where there is no such entry.
        """
        given = self._receipt(id, sequence)
        if given is None:
            self.checkpoint()
            given = self._receipt(id, sequence)
        if given is None:
            raise LogBroken(
                f"{id}/{sequence} does not come into the log; `partnerships audit verify` says why"
            )
        return given

    def verify(
        self,
        *,
        checkpoints: Sequence[Note] = (),
        keys: Sequence[Verifier] = (),
        contents: bool = True,
        folds: bool = False,
        progress: Progress | None = None,
    ) -> Verification:
        """Verify all of the database at one moment, against older checkpoints too, under trusted keys.

        Without `contents` the chains and the log alone; with `folds` each history is folded anew and its row
        compared. `progress` takes what is done, and of how much.
        """
        with self.service._reading(slowly=True) as ledger:
            return verify(
                ledger, notes=checkpoints, trusted=keys, contents=contents, folds=folds, progress=progress
            )

    def export(
        self, format: str, out: BinaryIO, *, ids: Sequence[str] = (), progress: Progress | None = None
    ) -> int:
        """Write the history for an auditor's own tools, as `export` does."""
        from partnerships.audit.export import export

        return export(self.service, format, out, ids=ids, progress=progress)

    def pack(
        self,
        path: str | Path,
        *,
        ids: Sequence[str] | None = None,
        contents: str = "none",
        reason: str = "",
        size: int | None = None,
        actor: Reader = None,
        progress: Progress | None = None,
    ) -> PackReport:
        """Write a pack that is verified without this database, as a folder, or a zip by its name.

        `contents` is `none`, `open`, or `sealed` (for `actor`, for `reason`, each opening kept); `size` names
        an earlier checkpoint. Raises what `write_pack` does.
        """
        from partnerships.audit.pack.writing import PackRequest, write_pack

        request = PackRequest(None if ids is None else tuple(ids), contents, reason, size)
        tell = progress or (lambda done, total: None)
        return write_pack(self.service, path, request, actor=actor, progress=tell)

    def report(self, name: str, **about: Any) -> dict[str, bytes]:
        """Give a report as files by their names, with a signature where a key is at hand.

        `about` is what `gather` takes: ids or a draw, actor, policies, notes, trusted, progress.
        """
        from partnerships.audit.report import gather, html, sign, twin

        told = gather(self.service, **about)
        files = {f"{name}.html": html(told), f"{name}.json": twin(told)}
        if self._signer is not None:
            files[f"{name}.sig"] = sign(files, self._signer).encode()
        return files

    def replay(self, ids: Iterable[str] | None = None, **how: Any) -> Generator[Verdict, None, None]:
        """Judge every decision again: `partnerships.audit.judging.replay.replay` says how."""
        from partnerships.audit.judging.replay import replay

        return replay(self.service, ids, **how)

    def exceptions(
        self, ids: Iterable[str] | None = None, **how: Any
    ) -> Generator[dict[str, Any], None, None]:
        """Give what is out of the ordinary: `partnerships.audit.judging.exceptions.exceptions` says how."""
        from partnerships.audit.judging.exceptions import exceptions

        return exceptions(self.service, ids, **how)

    def sample(self, n: int, seed: str, **how: Any) -> dict[str, Any]:
        """Draw a sample that nobody can steer: `partnerships.audit.judging.sample.sample` says how."""
        from partnerships.audit.judging.sample import sample

        return sample(self.service, n, seed, **how)

    def population(self, *, progress: Progress | None = None) -> dict[str, Any]:
        """Count what there is to audit, with control totals."""
        from partnerships.audit.judging.population import population

        return population(self.service, progress=progress)

    def history(self, id: str, **axes: Any) -> dict[str, Any]:
        """Give a history on both its time axes: `partnerships.audit.judging.timeline.timeline` says how."""
        from partnerships.audit.judging.timeline import timeline

        return timeline(self.service, id, **axes)

    def keys(self) -> keys.Keys:
        """Give the keys that signed the log so far, each with the size from which on."""
        with self.service._reading() as ledger:
            return keys.keys_of(Log(ledger))

    def make_key(self, path: str | Path) -> Signer:
        """Make a signing key for this log in a new file; the first checkpoint or a rotation lets it sign."""
        return make_signer(Path(path), self._write(_begun))

    def rotate(self, key_file: str | Path) -> Checkpoint:
        """Put another key in force by a leaf that the old and the new one sign, and sign with it.

        Where an earlier try failed once the new one was in force, that one signs.
        """
        old, new = self._key(), read_signer(Path(key_file))
        if new.verifier == old.verifier or self.keys().current != new.verifier:
            self.checkpoint()
            self._write(partial(_rotated, old=old, new=new))
        self._signer = new
        return self.checkpoint()

    def erase(self, id: str, *, clean: bool = True, **asked: Any) -> dict[str, Any]:
        """Erase contents for good: `partnerships.audit.erasing.erasure.erase` says how."""
        return erasure.erase(self.service, id, clean=clean, **asked)

    def due_for_erasure(self, on: date | str | None = None) -> Iterator[dict[str, Any]]:
        """Give what is past its retention; nothing is erased by that."""
        return retention.due_for_erasure(self.service, on=on)

    def place_hold(self, id: str, *, by: dict[str, Any], reason: str) -> dict[str, Any]:
        """Place a legal hold: while it stands nothing of the partnership is erased."""
        return holding.place_hold(self.service, id, by=by, reason=reason)

    def lift_hold(self, id: str, number: int, *, by: dict[str, Any], reason: str) -> dict[str, Any]:
        """Lift a hold by its number."""
        return holding.lift_hold(self.service, id, number, by=by, reason=reason)

    def holds(self, id: str | None = None, *, standing: bool = False) -> list[dict[str, Any]]:
        """Give the legal holds on a partnership or on all."""
        return holding.list_holds(self.service, id, standing=standing)

    def _put(self, checkpoint: Checkpoint) -> Checkpoint:
        """Write a checkpoint into the folder too, where one was named; it is in the database by now."""
        if self._folder is not None:
            if not self._folder.is_dir():
                raise BadRequest(
                    f"the checkpoint is signed, and {self._folder} is no folder to write it into;"
                    " make the folder, or name another"
                )
            write_checkpoint(checkpoint, self._folder)
        return checkpoint

    def _receipt(self, id: str, sequence: int) -> dict[str, Any] | None:
        with self.service._reading() as ledger:
            entry = ledger.entry(read_id(id), read_count(sequence, "sequence"))
            if entry is None:
                raise UnknownPartnership(f"there is no entry {id}/{sequence}")
            log = Log(ledger)
            newest = log.latest()
            if newest is None:
                return None
            return receipts.receipt(log, id, sequence, entry.digest, Checkpoint.of(newest))

    def _key(self) -> Signer:
        if self._signer is None:
            raise SigningKeyError(
                "there is no key to sign the log with; `partnerships audit keys --new FILE` makes one,"
                " PARTNERSHIPS_LOG_KEY_FILE names it"
            )
        return self._signer

    def _write(self, work: Callable[[Log], T]) -> T:
        """Run work on the log in a transaction of its own; it may be run again where the server fails."""

        def on_ledger(ledger: Ledger) -> T:
            return work(Log(ledger))

        return self.service._run(on_ledger)


def _made(log: Log, policies: Sequence[Policy], signer: Signer, made_at: str) -> Checkpoint | None:
    made = checkpoints.make(log, signer, made_at)
    keep_documents(log.ledger, policies)
    return made


def _begun(log: Log) -> str:
    log.lock()
    return begin(log)


def _rotated(log: Log, old: Signer, new: Signer) -> None:
    log.lock()
    if keys.keys_of(log).current == new.verifier != old.verifier:
        # An earlier try was kept, and never answered.
        return
    keys.rotate(log, old, new)
