"""Checkpoints held against the log: those that it keeps, and those that others kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from partnerships.audit.log.keys import Keys
from partnerships.audit.log.notes import BadNote, Head, Note, Verifier
from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.instants import SLACK
from partnerships.lifecycle.days import parse_instant
from partnerships.storage.log import KeptCheckpoint


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that can be read; `is_given` tells that it came from outside."""

    head: Head
    note: Note
    made_at: str
    is_given: bool


def read_kept(kept: Iterable[KeptCheckpoint]) -> tuple[list[Signed], list[Fault]]:
    """Read the checkpoints that the log keeps, and say which cannot be read or belie their rows."""
    signed: list[Signed] = []
    faults: list[Fault] = []
    for row in kept:
        try:
            note = Note.parse(row.note)
            head = Head.parse(note.text)
            made_at = parse_instant(row.made_at)
        except (BadNote, ValueError) as error:
            faults.append(Fault("checkpoint.form", f"checkpoint {row.id}: {error}", size=row.size))
            continue
        if (head.size, head.root.hex()) != (row.size, row.root):
            detail = f"checkpoint {row.id}: its row is not what was signed"
            faults.append(Fault("checkpoint.row", detail, size=row.size))
        if signed and (
            head.size < signed[-1].head.size or made_at + SLACK < parse_instant(signed[-1].made_at)
        ):
            detail = f"checkpoint {row.id} is over less, or of an earlier instant, than the one before it"
            faults.append(Fault("checkpoint.order", detail, size=row.size))
        signed.append(Signed(head, note, row.made_at, is_given=False))
    return signed, faults


def given(notes: Iterable[Note]) -> list[Signed]:
    """Take checkpoints that came from outside; raises BadNote where one is none."""
    return [Signed(Head.parse(note.text), note, "", is_given=True) for note in notes]


def check(
    signed: Sequence[Signed], roots: dict[int, bytes], size: int, keys: Keys, trusted: Sequence[Verifier]
) -> Iterator[Fault]:
    """Give what is wrong between checkpoints and the log of a size with these roots."""
    yield from _keys([each.note for each in signed if not each.is_given], keys, trusted)
    believed: list[tuple[Signed, Verifier]] = []
    for each in signed:
        head = each.head
        whose = "your checkpoint" if each.is_given else "a kept checkpoint"
        if keys.origin and head.origin != keys.origin:
            told = f"{whose} is of {head.origin}, not of {keys.origin}"
            yield Fault("checkpoint.origin", told, size=head.size)
        elif (signer := _signer(each, keys, trusted)) is None:
            told = f"{whose} over {head.size} leaves is not signed by the key in force there"
            yield Fault("checkpoint.signature", told, size=head.size)
        else:
            believed.append((each, signer))
    yield from _equivocations(believed)
    yield from _roots([each for each, _ in believed], roots, size)


def _keys(kept: Sequence[Note], keys: Keys, trusted: Sequence[Verifier]) -> Iterator[Fault]:
    """A trusted key is one of the log's own, or a co-signer's of its newest checkpoint."""
    ours = set(trusted) & set(keys.verifiers)
    others = [key for key in trusted if key.name != keys.origin]
    co_signed = any(note.is_signed_by(key) for note in kept[-1:] for key in others)
    if trusted and not ours and not co_signed:
        told = f"one of {keys.origin}, or co-signed its newest checkpoint" if keys.verifiers else "the log's"
        more = "" if keys.verifiers else ": no key has signed it, or none is on file any more"
        yield Fault("key.unknown", f"none of the keys that you gave is {told}{more}")


def _signer(each: Signed, keys: Keys, trusted: Sequence[Verifier]) -> Verifier | None:
    """Give the log's key that signed a checkpoint: the one in force, or from outside a trusted one."""
    allowed = [key for key in trusted if key.name == each.head.origin] if each.is_given else []
    if (in_force := keys.at(each.head.size)) is not None:
        allowed.append(in_force)
    return next((key for key in allowed if each.note.is_signed_by(key)), None)


def _equivocations(believed: Iterable[tuple[Signed, Verifier]]) -> Iterator[Fault]:
    """Two roots of the same size under one key: whoever holds it told two stories, and this proves it."""
    first: dict[tuple[int, Verifier], Signed] = {}
    for each, signer in believed:
        other = first.setdefault((each.head.size, signer), each)
        if other.head.root != each.head.root:
            yield Fault(
                "checkpoint.equivocation",
                f"the log's key signed two roots over {each.head.size} leaves",
                size=each.head.size,
                proof=(str(other.note), str(each.note)),
            )


def _roots(believed: Sequence[Signed], roots: dict[int, bytes], size: int) -> Iterator[Fault]:
    """Hold each root against the log's; of its own checkpoints the first that fails is named."""
    own: list[Signed] = []
    others: list[Signed] = []
    sound = {0}
    for each in believed:
        if each.head.size <= size and roots.get(each.head.size) == each.head.root:
            sound.add(each.head.size)
        else:
            (others if each.is_given else own).append(each)
    own.sort(key=lambda each: each.head.size)
    for number, each in enumerate([*own[:1], *others]):
        whose = "your checkpoint" if each.is_given else "the kept checkpoint"
        more = f"; {len(own) - 1} later ones fail too" if number == 0 and len(own) > 1 else ""
        proof = (str(each.note),)
        if each.head.size > size:
            detail = f"{whose} is over {each.head.size} leaves, the log has {size}: its end was cut off{more}"
            yield Fault("checkpoint.truncated", detail, size=each.head.size, proof=proof)
        else:
            before = max(good for good in sound if good < each.head.size or good == 0)
            detail = (
                f"{whose} over {each.head.size} leaves signed another log;"
                f" up to {before} leaves it is as it was signed{more}"
            )
            yield Fault("checkpoint.root", detail, size=each.head.size, proof=proof)
