"""The files of a pack, a function each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import metadata, resources
from typing import Any

from partnerships.audit.log.keys import Keys, keys_of
from partnerships.audit.log.leaves import head_hash
from partnerships.audit.log.merkle import inclusion_proof, nodes_over
from partnerships.audit.pack.folder import Folder
from partnerships.audit.pack.gathering import Gathering, Head, Kept
from partnerships.audit.pack.openings import NONE, Openings, Salted, read_object
from partnerships.audit.pack.readme import README
from partnerships.audit.standalone import verify as layout
from partnerships.errors import BadRequest
from partnerships.lifecycle.canonical import canonical, plain_canonical
from partnerships.lifecycle.policy import Policy
from partnerships.storage.documents import DocumentKind, documents
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import KeptCheckpoint, Log

Advance = Callable[[], None]

_FOLDERS: dict[str, str] = {DocumentKind.POLICY: "policies", DocumentKind.SETTINGS: "settings"}


@dataclass(slots=True)
class Met:
    """What was met among the entries: how many of what, and the documents that they name."""

    counts: Counter[str] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)


def chosen(ledger: Ledger, size: int | None) -> list[KeptCheckpoint]:
    """Give the checkpoints up to the newest, or up to that of a size; raises BadRequest without one."""
    kept = sorted(Log(ledger).checkpoints(), key=lambda one: (one.size, one.id))
    if not kept:
        raise BadRequest("there is no checkpoint yet to make a pack of; run `partnerships audit checkpoint`")
    if size is None:
        return kept
    if size not in {one.size for one in kept}:
        newest = kept[-1].size
        raise BadRequest(f"there is no checkpoint of {size} leaves; the newest has {newest}")
    return [one for one in kept if one.size <= size]


def write_signatures(folder: Folder, ledger: Ledger, checkpoints: Sequence[KeptCheckpoint]) -> Keys:
    """Write checkpoints, the log's first key, and the statements that put other keys in force."""
    log, keys = Log(ledger), keys_of(Log(ledger))
    *older, newest = checkpoints
    folder.put(layout.CHECKPOINT, newest.note.encode())
    with folder.lines(layout.OLDER) as lines:
        for one in older:
            lines.add(canonical(one.note))
    folder.put(layout.KEYS, "".join(f"{key}\n" for key in keys.verifiers[:1]).encode())
    with folder.lines(layout.STATEMENTS) as lines:
        for position, statement in log.key_statements():
            if position < newest.size:
                lines.add(canonical(statement))
    return keys


def write_log(folder: Folder, gathering: Gathering, advance: Advance) -> None:
    """Write every leaf of the log."""
    with folder.lines(layout.LOG) as lines:
        for kind, digest in gathering.leaves():
            lines.add(f"{kind} {digest}".encode())
            advance()


def write_entries(
    folder: Folder, gathering: Gathering, openings: Openings, contents: str, advance: Advance
) -> Met:
    """Write entries, where each is in the log, and the contents that are asked for."""
    met, last = Met(), ""
    with ExitStack() as files:
        entries, index = (files.enter_context(folder.lines(name)) for name in (layout.ENTRIES, layout.INDEX))
        salted = files.enter_context(folder.lines(layout.CONTENTS)) if contents != NONE else None
        for kept in gathering.entries(sealed=contents == "sealed"):
            chain = read_object(kept.canonical)
            index.add(b"%d" % kept.position)
            if openings.is_withheld(kept, chain):
                entries.add(_withheld(kept))
                met.counts["withheld"] += 1
            else:
                entries.add(_on_a_line(kept.canonical))
                met.documents.update(_documents(chain))
                content = openings.content(kept, chain) if salted is not None else None
                if salted is not None and content is not None:
                    salted.add(_content(kept, content))
                    met.counts["contents"] += not isinstance(content, str)
            met.counts["entries"] += 1
            met.counts["partnerships"] += kept.partnership != last
            last = kept.partnership
            advance()
    return met


def write_heads(folder: Folder, heads: Iterable[Head], ids: Sequence[str]) -> None:
    """Write the proof that each partnership's last entry is the one that the log states."""
    wanted = set(ids)
    hashes: list[bytes] = []
    found: list[tuple[int, Head]] = []
    for head in heads:
        if head[0] in wanted:
            found.append((len(hashes), head))
        hashes.append(head_hash(head))
    node = nodes_over(hashes)
    with folder.lines(layout.HEADS) as lines:
        for number, (id, sequence, digest) in found:
            proof = [one.hex() for one in inclusion_proof(number, len(hashes), node)]
            last = {"partnership": id, "sequence": sequence, "digest": digest}
            lines.add(plain_canonical({**last, "index": number, "of": len(hashes), "proof": proof}))


def write_documents(folder: Folder, named: set[str], policies: Iterable[Policy], ledger: Ledger) -> None:
    """Write the policy and settings documents that entries name, as far as they are at hand or kept."""
    for policy in policies:
        at_hand: dict[str, Any] = {
            f"policies/{policy.digest}.json": policy.document(),
            f"settings/{policy.settings_digest}.json": policy.settings.as_json(),
        }
        for name, document in at_hand.items():
            if name in named and name not in folder.digests:
                folder.put(name, canonical(document))
    for kept in documents(ledger):
        name = f"{_FOLDERS.get(kept.kind)}/{kept.digest}.json"
        if kept.is_sound and name in named and name not in folder.digests:
            folder.put(name, bytes(kept.body))


def write_manifest(
    folder: Folder, origin: str, size: int, ids: Sequence[str] | None, contents: str, counts: dict[str, int]
) -> None:
    """Write what the pack is of."""
    manifest = {
        "format": layout.FORMAT,
        "made_with": metadata.version("partnerships"),
        "origin": origin,
        "size": size,
        "partnerships": None if ids is None else sorted(set(ids)),
        "contents": contents,
        "counts": counts,
    }
    folder.put(layout.MANIFEST, canonical(manifest) + b"\n")


def write_tools(folder: Folder) -> None:
    """Write how to read the pack, and the program that verifies it."""
    folder.put("README.txt", README.encode())
    program = resources.files("partnerships.audit.standalone") / "verify.py"
    folder.put("verify.py", program.read_bytes())


def _withheld(kept: Kept) -> bytes:
    """An entry of a crisis case that is not for whoever the pack is made for: its place and digest alone."""
    place = {"partnership": kept.partnership, "sequence": kept.sequence}
    return plain_canonical({**place, "digest": kept.digest, "withheld": "L4"})


def _on_a_line(canonical_bytes: bytes) -> bytes:
    """An entry's stored bytes; altered ones that would break the line are put so that they are a finding."""
    if b"\n" in canonical_bytes:
        return plain_canonical({"altered": canonical_bytes.hex()})
    return canonical_bytes


def _content(kept: Kept, content: Salted | str) -> bytes:
    start = f'{{"partnership":"{kept.partnership}","sequence":{kept.sequence}'
    if isinstance(content, str):
        return f'{start},"withheld":"{content}"}}'.encode()
    salt, body = content
    if b"\n" in body:
        body = plain_canonical({"altered": body.hex()})
    return f'{start},"salt":"{salt.hex()}","content":'.encode() + body + b"}"


def _documents(chain: dict[str, Any]) -> tuple[str, ...]:
    policy = chain.get("policy")
    digest = policy.get("digest") if isinstance(policy, dict) else None
    return f"policies/{digest}.json", f"settings/{chain.get('settings')}.json"
