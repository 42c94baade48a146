"""`audit export` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import open_service
from partnerships.audit.export import FORMATS
from partnerships.doors.cli.failures import Failure
from partnerships.doors.cli.files import replaced
from tests.audit.export.conftest import written
from tests.doors.conftest import Cli, cli, lived, plain_terminal

__all__ = ["cli", "lived", "plain_terminal"]

PARTNER = '{"id":"partner-1","party":"partner","roles":["partner_representative"],"partnerships":["p-case"]}'


@pytest.mark.parametrize("format", ["csv", "prov", "cloudevents"])
def test_standard_output_and_a_file_get_the_same_bytes(
    cli: Cli, lived: Path, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "export"
    printed = cli("--database", lived, "audit", "export", format).ends(0)
    cli("--database", lived, "audit", "export", format, "--out", out).ends(0)
    with open_service(lived) as service:
        assert out.read_bytes() == printed.out.encode() == written(service, format)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("format", FORMATS)
def test_one_partnership_alone(cli: Cli, lived: Path, format: str) -> None:
    printed = cli("--database", lived, "audit", "export", format, "p-assessed").ends(0)
    assert "p-assessed" in printed.out
    assert "p-strategic" not in printed.out


def test_an_unknown_format_names_the_known_ones(cli: Cli, lived: Path) -> None:
    said = cli("--database", lived, "audit", "export", "xlsx").ends(2).one_error_line()
    assert "csv, xes, ocel, prov, cloudevents" in said


def test_an_unknown_partnership_leaves_no_file(cli: Cli, lived: Path, tmp_path: Path) -> None:
    out = tmp_path / "export"
    cli("--database", lived, "audit", "export", "csv", "p-9", "--out", out).ends(1).one_error_line()
    assert list(tmp_path.iterdir()) == []


def test_the_partners_side_gets_no_export(cli: Cli, lived: Path) -> None:
    cli("--database", lived, "audit", "export", "csv", "--actor", PARTNER).ends(1).one_error_line()


WRITTEN = (["export", "csv", "--out"], ["report", "p-case", "--out"], ["pack"])


def test_a_place_where_no_file_can_be_is_named_and_nothing_is_left_there(
    cli: Cli, lived: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").touch()
    for place, told in ((tmp_path / "folder.html", "is "), (tmp_path / "file" / "x" / "y.html", "file")):
        for asked in WRITTEN:
            line = cli("--database", lived, "audit", *asked, place).ends(2).one_error_line()
            assert told in line
            assert str(tmp_path) in line
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder.html"]


@pytest.mark.parametrize("asked", WRITTEN[:2])
def test_the_folders_of_what_is_written_are_made_and_none_is_left_for_nothing(
    cli: Cli, lived: Path, tmp_path: Path, asked: list[str]
) -> None:
    place = tmp_path / "new" / "newer" / "x.html"
    cli("--database", lived, "audit", *asked, place, "p-9").ends(1).one_error_line()
    assert list(tmp_path.iterdir()) == []
    cli("--database", lived, "audit", *asked, place).ends(0)
    assert place.is_file()


def test_a_file_that_cannot_take_its_name_is_not_left_under_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*paths: object) -> None:
        raise OSError("no rename")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(Failure, match="no rename"), replaced(tmp_path / "x") as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == []
