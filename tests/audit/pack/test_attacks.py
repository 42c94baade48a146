"""The attack matrix again, seen from a pack that is made of the attacked database: which layers of it tell.

`alone` is what the pack gives away by itself, `held` what comes on top of it from the auditor's own older
checkpoints and public key. What is not named here is not in a pack, or lies beyond its checkpoint.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from partnerships import BadRequest
from partnerships.audit.pack.checking import verify_pack
from partnerships.audit.pack.writing import PackRequest, write_pack
from tests.audit.log.attacks import ATTACKS, Attack
from tests.audit.log.conftest import begun, lived_spares, lived_template, world, worlds
from tests.audit.log.intruder import of
from tests.audit.log.world import World
from tests.audit.pack.hands import layers
from tests.tables import TABLES

__all__ = ["begun", "lived_spares", "lived_template", "world", "worlds"]

TOLD: dict[str, tuple[set[str], set[str]]] = {
    "edit_content": ({"content"}, set()),
    "delete_content": ({"content"}, set()),
    "close_content": ({"content"}, set()),
    "erase_ahead": ({"content"}, set()),
    "edit_entry": ({"chain", "log"}, set()),
    "edit_entry_and_digest": ({"chain", "log"}, set()),
    "edit_last": ({"heads", "log"}, set()),
    "delete_middle": ({"chain", "log"}, set()),
    "delete_tail": ({"heads", "log"}, set()),
    "delete_tail_with_head": ({"heads", "log"}, set()),
    "cut_log": (set(), {"log"}),
    "delete_partnership": ({"heads", "log"}, set()),
    "delete_partnership_and_log": ({"checkpoint", "log"}, set()),
    "swap": ({"chain", "content", "form", "log"}, set()),
    "swap_leaves": ({"log"}, set()),
    "reorder": ({"heads", "log"}, set()),
    "backdate": ({"heads", "log"}, set()),
    "rewrite_chain": ({"heads", "log"}, set()),
    "rewrite_chain_and_log": ({"log"}, {"heads"}),
    "delete_checkpoint": ({"checkpoint"}, set()),
    "delete_leaf": ({"chain", "checkpoint", "log"}, {"heads"}),
    "replace_key": ({"checkpoint"}, set()),
    "replace_key_and_rewrite": (set(), {"checkpoint", "heads", "log"}),
    "steal_key": (set(), {"checkpoint", "heads", "log"}),
    "leave_out_of_heads": ({"heads"}, set()),
    "leave_out_heads": ({"heads"}, set()),
    "take_in_other_order": ({"log"}, set()),
    "sign_wrongly": ({"checkpoint"}, set()),
}
NO_CHECKPOINT = ("delete_partnership_log_and_checkpoints", "delete_partnership_and_all_of_the_log")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.does.__name__)
def test_a_pack_of_an_attacked_database_tells_of_it(world: World, attack: Attack, tmp_path: Path) -> None:
    name, pack = attack.does.__name__, tmp_path / "pack"
    own = [tmp_path / f"{number}.txt" for number in range(len(world.kept))]
    for path, note in zip(own, world.kept, strict=True):
        path.write_text(str(note), "utf-8")
    attack.does(world)
    if name in NO_CHECKPOINT:
        with pytest.raises(BadRequest, match="no checkpoint"):
            write_pack(world.service, pack)
        return
    write_pack(world.service, pack, PackRequest(contents="open"))
    alone, held = TOLD.get(name, (set(), set()))
    assert layers(verify_pack(pack)) == alone
    assert layers(verify_pack(pack, checkpoints=own, keys=[str(world.key)])) == alone | held


@pytest.mark.parametrize("bytes_", [b"none", b"", b"[]", b'{"body":[]}', b'{"a":\n1}', b"\xff\n\x00"])
def test_bytes_altered_beyond_reading_are_packed_and_found(
    world: World, tmp_path: Path, bytes_: bytes
) -> None:
    """Entry and content of p-1/2, which is a context analysis."""
    for name, column in (("content", "body"), ("entry", "canonical")):
        table = getattr(TABLES, name)
        world.intruder.run(update(table).where(*of(table, "p-1", 2)).values({column: bytes_}))
        write_pack(world.service, tmp_path / name, PackRequest(contents="open"))
        told = verify_pack(tmp_path / name)
        assert {(one["file"], one["line"]) for one in told["findings"]} & {
            ("entries.jsonl", 2),
            ("contents.jsonl", 2),
        }


def test_every_attack_that_is_named_is_one_of_the_matrix() -> None:
    assert {*TOLD, *NO_CHECKPOINT} <= {attack.does.__name__ for attack in ATTACKS}
