"""Attacks on the histories: entries, contents, whole chains, and rows beside them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from partnerships.lifecycle.days import write_instant
from partnerships.storage.sealing import seal, unseal
from tests.audit.log.intruder import forgotten_mark, of
from tests.audit.log.matrix import attack
from tests.audit.log.world import World
from tests.story import Story
from tests.tables import TABLES

EARLIER = "2024-02-01T09:00:00.000000Z"


@attack("edit what an entry says (its content)", "content.altered")
def edit_content(world: World) -> None:
    table = TABLES.content
    world.intruder.run(update(table).where(*of(table, "p-1", 2)).values(body=b'{"body":{}}'))


@attack("edit a sealed content", "content.sealed")
def edit_sealed(world: World) -> None:
    table = TABLES.content
    [row] = [row for row in world.intruder.rows(table) if row.sealed is not None]
    altered = bytes([row.sealed[0] ^ 1]) + bytes(row.sealed[1:])
    world.intruder.run(
        update(table).where(*of(table, row.partnership_id, row.sequence)).values(sealed=altered)
    )


@attack("delete a content, with no erasure on file", "content.missing")
def delete_content(world: World) -> None:
    world.intruder.delete("p-1", 2, tables=("content",))


@attack(
    "delete a content, and pass it off as a sealed one",
    "content.closed content.sealed",
    remark="Without the sealing key `content.closed` alone.",
)
def close_content(world: World) -> None:
    table = TABLES.content
    closed = {"salt": None, "body": None, "scope": "case:1", "sealed": b"nothing"}
    world.intruder.run(update(table).where(*of(table, "p-1", 2)).values(closed))


@attack("delete a content that an erasure named before it was there", "content.missing")
def erase_ahead(world: World) -> None:
    ahead = world.intruder.edit("p-3", 3, rehash=True, entry="erasure", erased=[4])
    world.intruder.move_head("p-3", 3, ahead)
    Story(world.service, world.clock, "p-3").has("comment")
    world.audit.checkpoint()
    world.intruder.delete("p-3", 4, tables=("content",))


@attack("edit an entry", "chain.digest")
def edit_entry(world: World) -> None:
    world.intruder.edit("p-1", 3, on="2024-01-01")


@attack("edit an entry and its digest", "chain.previous log.digest")
def edit_entry_and_digest(world: World) -> None:
    world.intruder.edit("p-1", 3, rehash=True, on="2024-01-01")


@attack("edit the last entry, its digest and the head", "log.digest")
def edit_last(world: World) -> None:
    last = len(world.service.history("p-1"))
    world.intruder.move_head("p-1", last, world.intruder.edit("p-1", last, rehash=True, on="2024-01-01"))


@attack(
    "edit the last entry, its digest and the head, before a checkpoint covers it",
    remark="Nothing binds it yet but its chain. Sign often; what is grave is signed for at once.",
)
def edit_last_uncovered(world: World) -> None:
    last = len(world.service.history("p-3"))
    world.intruder.move_head("p-3", last, world.intruder.edit("p-3", last, rehash=True, on="2024-01-01"))


@attack("delete an entry from the middle", "chain.gap log.alone")
def delete_middle(world: World) -> None:
    world.intruder.delete("p-1", 3)


@attack("delete the last entry", "projection.head log.alone")
def delete_tail(world: World) -> None:
    world.intruder.delete("p-1", len(world.service.history("p-1")))


def _cut(world: World, id: str) -> None:
    last = len(world.service.history(id))
    [before] = [
        row.digest
        for row in world.intruder.rows(TABLES.entry)
        if (row.partnership_id, row.sequence) == (id, last - 1)
    ]
    world.intruder.delete(id, last)
    world.intruder.move_head(id, last - 1, before)


@attack("delete the last entry and move the head back", "log.alone")
def delete_tail_with_head(world: World) -> None:
    _cut(world, "p-1")


@attack(
    "the same, before a checkpoint covers it",
    remark="A receipt shows it: asking for one makes a checkpoint.",
)
def delete_tail_uncovered(world: World) -> None:
    _cut(world, "p-3")


@attack(
    "the same, and its leaf and all that follows in the log, checkpoints too",
    held="checkpoint.truncated",
    remark="The database is then as it was at its first checkpoint.",
)
def cut_log(world: World) -> None:
    _cut(world, "p-1")
    intruder, leaf, checkpoint = world.intruder, TABLES.log_leaf, TABLES.checkpoint
    size = intruder.rows(checkpoint)[0].size
    intruder.run(
        delete(leaf).where(leaf.c.position >= size),
        delete(checkpoint).where(checkpoint.c.size > size),
        forgotten_mark(),
    )


@attack("delete a whole partnership", "log.alone")
def delete_partnership(world: World) -> None:
    world.intruder.forget("p-1")


@attack(
    "delete a whole partnership and rebuild the log", "checkpoint.truncated checkpoint.missing instant.early"
)
def delete_partnership_and_log(world: World) -> None:
    world.intruder.forget("p-1")
    world.intruder.rebuild_log(checkpoints_too=False)


@attack(
    "delete a whole partnership, rebuild the log, drop the checkpoints",
    "checkpoint.missing",
    "checkpoint.truncated",
    remark="Without a leaf over all heads even this is gone: then only checkpoints kept elsewhere tell.",
)
def delete_partnership_log_and_checkpoints(world: World) -> None:
    world.intruder.forget("p-1")
    world.intruder.rebuild_log(checkpoints_too=True)


@attack(
    "delete a whole partnership and everything of the log, its leaves over all heads and its key too",
    held="checkpoint.truncated key.unknown",
)
def delete_partnership_and_all_of_the_log(world: World) -> None:
    world.intruder.forget("p-1")
    world.intruder.empty_log(checkpoints_too=True)
    world.intruder.run(delete(TABLES.meta).where(TABLES.meta.c.name.in_(["log_id", "log_key"])))


@attack("swap two entries", "chain.place chain.previous log.digest")
def swap(world: World) -> None:
    intruder = world.intruder
    intruder.move("p-1", 3, ("p-1", 99))
    intruder.move("p-1", 4, ("p-1", 3))
    intruder.move("p-1", 99, ("p-1", 4))


@attack("swap two leaves of the log", "log.hashes log.order checkpoint.root")
def swap_leaves(world: World) -> None:
    intruder, leaf = world.intruder, TABLES.log_leaf
    one, other = intruder.rows(leaf)[1:3]
    intruder.run(
        delete(leaf).where(leaf.c.position.in_([one.position, other.position])),
        leaf.insert().values({**one._mapping, "position": other.position}),
        leaf.insert().values({**other._mapping, "position": one.position}),
    )


@attack("reorder a history: two entries swapped, chained anew", "log.digest")
def reorder(world: World) -> None:
    swap(world)
    world.intruder.rechain("p-1")


@attack("backdate: an entry with an earlier instant, chained anew", "instant.late log.digest")
def backdate(world: World) -> None:
    last = len(world.service.history("p-1"))
    world.intruder.edit("p-1", last, recorded_at=EARLIER)
    world.intruder.rechain("p-1")


@attack("rewrite a chain from the middle on", "log.digest")
def rewrite_chain(world: World) -> None:
    world.intruder.edit("p-1", 3, on="2024-01-01")
    world.intruder.rechain("p-1")


@attack(
    "rewrite a chain and the log",
    "checkpoint.root instant.early",
)
def rewrite_chain_and_log(world: World) -> None:
    rewrite_chain(world)
    world.intruder.rebuild_log(checkpoints_too=False)


@attack(
    "transplant an entry to another partnership's end",
    "chain.place chain.previous instant.late projection.head",
)
def transplant(world: World) -> None:
    world.intruder.copy("p-1", 3, ("p-2", len(world.service.history("p-2")) + 1))


@attack(
    "drop entries before a checkpoint covers them, and then let one be signed",
    remark="The log never knew them. Only a receipt, the feed or a backup does.",
)
def drop_before_checkpoint(world: World) -> None:
    _cut(world, "p-3")
    world.audit.checkpoint()


@attack(
    "forge an entry that claims an instant before the newest checkpoint",
    "instant.late",
)
def forge_late(world: World) -> None:
    forge(world)
    last = len(world.service.history("p-2"))
    world.intruder.edit("p-2", last, recorded_at=EARLIER)
    world.intruder.rechain("p-2")


@attack(
    "forge an entry, complete and of today",
    remark="Nothing tells it from a command: entries are not signed by those who act. The portal's log does.",
)
def forge(world: World) -> None:
    last = len(world.service.history("p-2"))
    world.intruder.copy("p-2", last, ("p-2", last + 1))
    world.intruder.edit("p-2", last + 1, recorded_at=now(world))
    world.intruder.run(
        update(TABLES.content).where(*of(TABLES.content, "p-2", last + 1)).values(_resealed(world))
    )
    world.intruder.rechain("p-2")


@attack("forge an entry that the outbox does not have", "outbox.missing")
def forge_without_outbox(world: World) -> None:
    forge(world)
    world.intruder.delete("p-2", len(world.service.history("p-2")), tables=("outbox",))


@attack(
    "edit where a partnership stands (its row)",
    remark="`audit verify --folds` notices (`projection.row`), and `audit replay` what was decided on it.",
)
def edit_row(world: World) -> None:
    table = TABLES.partnership
    world.intruder.run(update(table).where(table.c.id == "p-1").values(state="strategic"))


def now(world: World) -> str:
    return write_instant(world.clock())


def _resealed(world: World) -> dict[str, Any]:
    """The sealed content of p-2's last entry for its copy, as whoever has the sealing key would write it."""
    content, key = TABLES.content, TABLES.data_key
    last = len(world.service.history("p-2")) - 1
    with world.service._opened.engine.connect() as connection:
        row = connection.execute(select(content).where(*of(content, "p-2", last))).one()
        wrapped = connection.execute(
            select(key.c.wrapped).where(key.c.partnership_id == "p-2", key.c.scope == row.scope)
        ).scalar_one()
    data_key = world.service._opened.key().unwrap(bytes(wrapped), f"p-2/{row.scope}")
    opened = unseal(data_key, bytes(row.sealed), f"p-2/{last}")
    return {"sealed": seal(data_key, opened, f"p-2/{last + 1}")}
