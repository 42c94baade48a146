"""Projections held against their histories: each history folded anew, and its row compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from partnerships.audit.verifying.fault import Fault
from partnerships.errors import SealingKeyError
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.kept import FOLDED, read_kept
from partnerships.storage.ledger import Ledger
from partnerships.storage.projection import projection
from partnerships.storage.sealing import SealingKey, unseal
from partnerships.storage.vault import Vault

_APART = ("sealed", "next_due_on")
"""Columns that no fold gives: one is encrypted afresh each time, one is the sweep's."""


_CERTAIN = frozenset(("sequence", "head", "state"))
"""Columns that are the same whatever the rules of folding."""


class _Opened(Vault):
    """Leaves the sealed part out of a row that is only compared."""

    def seal_file(self, partnership: str, sealed: dict[str, Any] | None) -> bytes | None:
        return None


def check_sealed_parts(rows: Iterable[Any], key: SealingKey) -> Iterator[Fault]:
    """Give which sealed parts of projections do not open: id, sequence, sealed part, wrapped key."""
    for id, sequence, sealed, wrapped in rows:
        try:
            data_key = key.unwrap(wrapped, f"{id}/file")
            unseal(data_key, sealed, f"{id}/0")
        except (SealingKeyError, TypeError, ValueError):
            yield Fault("projection.sealed", "its sealed part does not open with its key", id, sequence)


def check_folds(ledger: Ledger, ids: Iterable[str], unread: list[str], earlier: list[str]) -> Iterator[Fault]:
    """Fold each history anew and give which rows are not what comes of it.

    Ids whose sealed contents cannot be opened go to `unread`, and those whose row an earlier version folded,
    by rules that are not ours, to `earlier`: until its next command nobody decides by such a row.
    """
    table = ledger.tables.partnership
    opened = _Opened(ledger)
    for id in ids:
        try:
            folded = fold(id, ledger.entries(id))
            wanted = {name: value for name, value in projection(folded, opened).items() if name not in _APART}
        except SealingKeyError:
            unread.append(id)
            continue
        except Exception as error:
            yield Fault("projection.fold", f"the history does not fold: {type(error).__name__}", id)
            continue
        columns = [table.c[name] for name in (*wanted, "sealed")]
        row = ledger.connection.execute(select(*columns).where(table.c.id == id)).one()._asdict()
        kept = row.pop("sealed")
        apart = sorted(name for name in wanted if wanted[name] != row[name])
        if _opened_part(ledger, id, kept) != _written(folded.as_json()[1]):
            apart.append("sealed")
        if apart and not _CERTAIN.intersection(apart) and _is_of_earlier_rules(row["file"]):
            earlier.append(id)
        elif apart:
            yield Fault("projection.row", f"its row is not what its history says: {', '.join(apart)}", id)


def _is_of_earlier_rules(file: Any) -> bool:
    try:
        return (read_kept(file).folded or 1) < FOLDED
    except (TypeError, ValueError):
        return False


def _opened_part(ledger: Ledger, id: str, kept: Any) -> bytes:
    try:
        opened = ledger.vault.open_file(id, kept)
    except Exception:
        # A key or a part of whatever type: the row is not what its history says.
        return b""
    return opened if opened is not None else _written(None)


def _written(part: dict[str, Any] | None) -> bytes:
    return plain_canonical(part)
