"""The registers that the tests read: the project's own small ones, and real ones where they are at hand."""

from __future__ import annotations

from pathlib import Path

OWN = Path(__file__).parent / "files"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
DEMO = Path(__file__).resolve().parents[2] / "partnerships" / "doors" / "demo" / "register.csv"

IATI_1 = OWN / "iati_1.xml"
IATI_2 = OWN / "iati_2.xml"
GIVING = OWN / "giving.json"
TABLE = OWN / "table.csv"
CAFOD = REAL / "iati_cafod_drc.xml"
INDIGO = REAL / "360g_indigo.json"

ALL = [path for path in (IATI_1, IATI_2, GIVING, TABLE, DEMO, CAFOD, INDIGO) if path.exists()]
