"""The settings of the process: every wrong field is named, and no secret is ever told."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.doors.serving.channels import custodians_of, delivery_of
from partnerships.doors.serving.config import Config, read_config
from partnerships.errors import BadRequest

PEOPLE = """
[[person]]
id = "pm-1"
roles = ["programme_manager"]
[person.addresses]
mail = "marked@example.org"
"""
WHOLE = """
database = "postgresql://writer:marked@db.example/reviews"
stale_after = 600
people = "people.toml"
link = "https://portal.example/partnerships/{partnership}"
digest_at = 07:30:00
keep_delivered_days = 400

[every]
sweep = 120
deliver = 30

[listen]
port = 9464

[smtp]
host = "mail.example"
sender = "Reviews <reviews@example.org>"
user = "reviews"
password = { file = "smtp.secret" }

[webhook]
url = "https://hooks.example/marked"
secret = { env = "HOOK_SECRET" }
"""
SECRET = "whsec_" + "bWFya2VkbWFya2VkbWFya2VkbWFya2Vk"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "people.toml").write_text(PEOPLE)
    (tmp_path / "smtp.secret").write_text("marked-password\n")
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    return tmp_path


def read(folder: Path, text: str) -> Config:
    file = folder / "serve.toml"
    file.write_text(text)
    return read_config(file)


def test_a_whole_file_is_read_and_its_channels_are_made(folder: Path) -> None:
    config = read(folder, WHOLE)
    assert (config.every.sweep, config.every.deliver, config.every.checkpoint) == (120, 30, 3600)
    assert (config.listen.host, config.listen.port) == ("127.0.0.1", 9464) if config.listen else False
    assert config.digest_at == time(7, 30)
    assert config.keep_delivered_days == 400
    assert repr(delivery_of(config)) == "Delivery(mail, webhook)"


def test_an_empty_file_is_enough_and_delivers_nothing(folder: Path) -> None:
    config = read(folder, "")
    assert config == Config(folder=folder)
    assert delivery_of(config) is None


def test_a_secret_is_read_where_it_stands(folder: Path) -> None:
    config = read(folder, WHOLE)
    assert config.smtp is not None
    assert config.smtp.password is not None
    assert config.smtp.password.read(folder) == "marked-password"
    assert config.webhook is not None
    assert config.webhook.secret.read(folder) == SECRET


def test_nothing_secret_is_in_a_repr(folder: Path) -> None:
    config = read(folder, WHOLE)
    assert "marked" not in repr(config) + repr(delivery_of(config)) + str(config.smtp) + str(config.webhook)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("sweep = 120", "sweep = 0", "every.sweep: must be more than 0"),
        ("sweep = 120", 'sweep = "often"', "every.sweep: "),
        ("deliver = 30", "delivers = 30", "every.delivers: is not a field here"),
        ("port = 9464", "port = 70000", "listen.port: "),
        ('host = "mail.example"', 'host = ""', "smtp.host: "),
        ('sender = "Reviews <reviews@example.org>"', "", "smtp.sender: "),
        ('{ file = "smtp.secret" }', '"marked-password"', "smtp.password: a secret stands elsewhere"),
        ('{ env = "HOOK_SECRET" }', '{ env = "A", file = "B" }', "webhook.secret: a secret stands elsewhere"),
        ('{ env = "HOOK_SECRET" }', "{ env = 7 }", "webhook.secret.env: "),
        ("digest_at = 07:30:00", 'digest_at = "dawn"', "digest_at: "),
        ("digest_at = 07:30:00", "digest_at = 7", "digest_at: write an hour"),
        ("digest_at = 07:30:00", 'digest_at = "07:30+02:00"', "digest_at: write an hour"),
        ("keep_delivered_days = 400", "keep_delivered_days = 29", "keep_delivered_days: "),
        ("stale_after = 600", "stale_after = -1", "stale_after: "),
        ('people = "people.toml"', "", "people: "),
        ("[every]", "[never]", "never: "),
        ("[every]", "[every", "is no TOML"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not_told(
    folder: Path, before: str, after: str, told: str
) -> None:
    assert before in WHOLE
    with pytest.raises(BadRequest) as raised:
        read(folder, WHOLE.replace(before, after))
    assert told in str(raised.value)
    assert "serve.toml" in str(raised.value)
    assert "marked" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_every_wrong_field_is_named_at_once(folder: Path) -> None:
    text = WHOLE.replace("sweep = 120", "sweep = 0").replace("port = 9464", "port = -1")
    with pytest.raises(BadRequest, match=r"every\.sweep: .*; listen\.port: "):
        read(folder, text)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("smtp.secret", "absent.secret", "smtp.password: absent.secret cannot be read: No such file"),
        ("smtp.secret", ".", "smtp.password: . cannot be read: Is a directory"),
        ("HOOK_SECRET", "UNSET_SECRET", "webhook.secret: the variable UNSET_SECRET is not set"),
        ("people.toml", "absent.toml", "people: "),
        ("Reviews <reviews@example.org>", "marked and no address", "smtp: sender: "),
        ('user = "reviews"', "", "smtp: user and password: "),
        ("https://hooks.example/marked", "ftp://hooks.example/marked", "webhook: url: "),
        ("{partnership}", "{marked_name}", "link: "),
    ],
)
def test_what_a_channel_cannot_use_is_named(folder: Path, before: str, after: str, told: str) -> None:
    assert before in WHOLE
    config = read(folder, WHOLE.replace(before, after))
    with pytest.raises(BadRequest) as raised:
        delivery_of(config)
    assert str(raised.value).startswith(told)
    assert "marked-password" not in str(raised.value)


def test_an_empty_secret_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "smtp.secret").write_text("\n")
    with pytest.raises(BadRequest, match="is empty"):
        delivery_of(read(folder, WHOLE))
    (folder / "smtp.secret").write_bytes(b"\xff\xfe")
    with pytest.raises(BadRequest, match="no text in UTF-8"):
        delivery_of(read(folder, WHOLE))


@given(text=st.text())
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, "utf-8", errors="replace")
    assert "\n" not in refused(file)


def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.toml"
    file.write_text("people = " + "[" * 5000, "utf-8")
    assert "deep.toml" in refused(file)


def refused(file: Path) -> str:
    try:
        read_config(file)
    except BadRequest as error:
        return str(error)
    return ""


CUSTODIANS = """
[smtp]
host = "mail.example"
sender = "reviews@example.org"

[[custodians]]
id = "board"
mail = "marked@example.org"

[[custodians]]
id = "auditor"
webhook = { url = "https://hooks.example/marked", secret = { env = "HOOK_SECRET" } }
"""


def test_custodians_are_reached_by_mail_or_webhook(folder: Path) -> None:
    config = read(folder, CUSTODIANS)
    assert [(one.id, one.channel.name) for one in custodians_of(config)] == [
        ("board", "mail"),
        ("auditor", "webhook"),
    ]
    assert delivery_of(config) is None
    assert "marked" not in repr(config)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[custodians]]\nid = "board"', "by mail or by a webhook"),
        ('[[custodians]]\nid = "board"\nmail = "marked@example.org"', "custodians.1: mail to a custodian"),
        (CUSTODIANS.replace('"board"', '"a@b"'), "custodians.1: a custodian's id"),
        (CUSTODIANS.replace('"board"', '"auditor"'), "custodians: each needs an id of its own"),
    ],
)
def test_a_custodian_that_cannot_be_is_named(folder: Path, text: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told) as raised:
        custodians_of(read(folder, text))
    assert "marked" not in str(raised.value)
