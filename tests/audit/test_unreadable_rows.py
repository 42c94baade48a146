"""What cannot be read stops a reading with one error that names the entry, and leaves no file behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
from partnerships.audit.export import FORMATS, export
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.errors import PartnershipsError
from tests.audit.judging.altering import alter_content, alter_entry, retype_entry
from tests.story import Story

NAMED = "entry 2 of partnership p-1 cannot be read; `partnerships audit verify` looks closer"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("how", ["chain", "retyped", "content"])
def test_an_export_names_the_entry(story: Story, format: str, how: str) -> None:
    story.to("assessed")
    if how == "chain":
        alter_entry(story, 2, None)
    elif how == "retyped":
        retype_entry(story, 2)
    else:
        alter_content(story, 2, b"no JSON")
    with pytest.raises(PartnershipsError) as told:
        export(story.service, format, io.BytesIO())
    assert str(told.value) == NAMED


@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_a_pack_names_the_entry_and_is_not_there(story: Story, tmp_path: Path, name: str) -> None:
    story.to("assessed")
    open_audit(story.service).make_key(tmp_path / "log.key")
    open_audit(story.service, key_file=tmp_path / "log.key").checkpoint()
    retype_entry(story, 2)
    with pytest.raises(PartnershipsError) as told:
        write_pack(story.service, tmp_path / name, PackRequest(contents="open"))
    assert str(told.value) == NAMED
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("pack")] == []
