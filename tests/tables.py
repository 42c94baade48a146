"""The tables as they are at their default place, for tests that look behind the service."""

from __future__ import annotations

from partnerships.storage.place import Place
from partnerships.storage.tables import tables_at

PLACE = Place()
TABLES = tables_at(PLACE, "sqlite")
