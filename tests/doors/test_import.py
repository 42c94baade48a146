"""`import`: a register as candidates, with a report of what it did."""

from __future__ import annotations

import json
from pathlib import Path

from tests.doors.commands import MANAGER
from tests.doors.conftest import Cli
from tests.story import actor

REGISTER = """organisation,country,reference,title,status,starts_on,ends_on,publisher,published_on
Example Reef FM (fictional),FJ,R-1,Weather talk,running,2019-01-01,2020-01-31,A Fund,2021-01-01
Example Reef FM (fictional),FJ,R-2,Harbour news,running,2019-01-01,2099-01-31,A Fund,2021-01-01
Example Atoll Press (fictional),TV,R-3,Paper,ended,2018-01-01,2018-12-31,A Fund,2021-01-01
Example Isle TV (fictional),FJ,R-4,No such day,running,2019-02-30,2020-01-31,A Fund,2021-01-01
"""


def _register(folder: Path) -> Path:
    file = folder / "register.csv"
    file.write_text(REGISTER, "utf-8")
    return file


def test_an_import_reports_what_it_did_and_twice_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    command = [
        "--database",
        tmp_path / "p.sqlite",
        "import",
        _register(tmp_path),
        "--actor",
        json.dumps(MANAGER),
    ]
    first = cli(*command, "--json").ends(0).json
    assert (first["recorded"], first["unchanged"]) == (3, 0)
    assert [(one["reference"], one["row"]) for one in first["left_out"]] == [("R-4", 5)]
    again = cli(*command, "--json").ends(0).json
    assert (again["identified"], again["recorded"], again["unchanged"]) == (0, 0, 3)


def test_what_runs_late_by_its_register_is_listed_as_overdue(cli: Cli, tmp_path: Path) -> None:
    database = tmp_path / "p.sqlite"
    cli("--database", database, "import", _register(tmp_path), "--actor", json.dumps(MANAGER)).ends(0)
    late = cli("--database", database, "list", "--overdue", "--json").ends(0).json
    assert [(row["name"], row["state"], row["register"]) for row in late] == [
        ("Example Reef FM (fictional)", "identified", "running")
    ]


def test_people_read_every_row_left_out_with_its_reason(cli: Cli, tmp_path: Path) -> None:
    command = [
        "--database",
        tmp_path / "p.sqlite",
        "import",
        _register(tmp_path),
        "--actor",
        json.dumps(MANAGER),
    ]
    told = cli(*command).ends(0).out
    assert "Left out (1)" in told
    assert "R-4" in told


def test_an_import_by_somebody_who_may_not_is_1(cli: Cli, tmp_path: Path) -> None:
    auditor = json.dumps(actor("auditor-1"))
    command = ["--database", tmp_path / "p.sqlite", "import", _register(tmp_path), "--actor", auditor]
    assert "L2" in cli(*command).ends(1).out


def test_a_file_that_is_no_register_is_one_line(cli: Cli, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear reader,\nthis is a letter.\n", "utf-8")
    command = ["--database", tmp_path / "p.sqlite", "import", letter, "--actor", json.dumps(MANAGER)]
    assert "letter.csv" in cli(*command).ends(1).one_error_line()
