"""A directory in a file, and languages in files: what they give, and what is said of a bad one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partnerships import BadRequest, Service
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.addressees import Addressee
from partnerships.scheduler.delivery.people import read_people
from partnerships.scheduler.delivery.words import Languages, read_words
from tests.scheduler.delivery.office import Paper, asked, deliver
from tests.story import Story

PEOPLE = """
[[person]]
id = "pm-1"
roles = ["programme_manager"]
partnerships = ["p-1"]
addresses = { mail = "pm-1@example.org" }

[[person]]
id = "pm-2"
roles = ["programme_manager", "director"]
language = "fr"
name = "An Example"
addresses = { mail = "pm-2@example.org", apprise = "mailto://example.org" }

[[person]]
id = "editor-1"
roles = ["partner_representative"]
partnerships = ["p-1", "p-2"]
"""

FRENCH = """
language = "fr"
months = [
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
]
date = "{day} {month} {year}"
subject_one = "{partner} : {title}"
subject_many = "Partenariats : {count} questions ouvertes"
opening = "Ce qui suit attend une réponse."
due = "Pour le {day}"
about = "Concerne : {about}"
endline = "Terme : {day}"
clause = "Politique de partenariat, {clause}"
answers = "Réponse par : {records}"
unanswered = "Demandé le {day}, sans réponse."
link = "Ouvrir le partenariat"
closing = "Message automatique."

[kinds.exit_dialogue]
title = "Dialogue sur la sortie"
what = "Parlez avec le partenaire du terme et de la suite."

[records]
exit_dialogue = "dialogue sur la sortie"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.toml"
    path.write_text(PEOPLE, "utf-8")
    return path


def ids(file: Path, role: Role, partnership: str, actor: str | None = None) -> list[str]:
    addressee = Addressee("ims", role, actor)
    return [person.id for person in read_people(file)(addressee, partnership)]


def test_roles_are_found_where_they_are_held(file: Path) -> None:
    assert ids(file, Role.PROGRAMME_MANAGER, "p-1") == ["pm-1", "pm-2"]
    assert ids(file, Role.PROGRAMME_MANAGER, "p-9") == ["pm-2"]
    assert ids(file, Role.PARTNER_REPRESENTATIVE, "p-2") == ["editor-1"]
    assert ids(file, Role.PARTNER_REPRESENTATIVE, "p-9") == []


def test_an_actor_is_found_by_name_or_else_the_role(file: Path) -> None:
    assert ids(file, Role.PROGRAMME_MANAGER, "p-9", "pm-1") == ["pm-1"]
    assert ids(file, Role.PROGRAMME_MANAGER, "p-9", "left-long-ago") == ["pm-2"]


def test_json_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    person = {"id": "pm-1", "roles": ["programme_manager"], "addresses": {"mail": "a@example.org"}}
    path.write_text(json.dumps({"person": [person]}), "utf-8")
    (found,) = read_people(path)(Addressee("ims", Role.PROGRAMME_MANAGER), "p-1")
    assert (found.addresses, found.language) == ({"mail": "a@example.org"}, "en")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[person]]\nid = "pm-1"\nroles = ["manager"]\n', r"person\.0\.roles\.0"),
        ('[[person]]\nid = "ann@example.org"\nroles = ["director"]\n', r"person\.0\.id"),
        ('[[person]]\nid = "pm-1"\nroles = []\n', r"person\.0\.roles"),
        (
            '[[person]]\nid = "pm-1"\nroles = ["director"]\nmail = "ann@example.org"\n',
            r"person\.0\.mail: is not a field here",
        ),
        ("[[person]\n", "cannot be read"),
        ("person = " + "[" * 5000, "cannot be read"),
        ("", "person"),
        (PEOPLE + PEOPLE, "editor-1, pm-1, pm-2 is there twice"),
    ],
)
def test_a_bad_file_is_told_by_its_field_and_shows_nobody(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "people.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequest, match=told) as error:
        read_people(path)
    assert "example.org" not in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="No such file"):
        read_people(tmp_path / "people.toml")
    with pytest.raises(BadRequest, match="No such file"):
        read_words(tmp_path / "fr.toml")


def test_people_show_no_address(file: Path) -> None:
    people = read_people(file)
    (person, _) = people(Addressee("ims", Role.PROGRAMME_MANAGER), "p-1")
    assert "example" not in repr(people) + repr(person)


def test_each_reads_it_in_their_language(story: Story, service: Service, file: Path, tmp_path: Path) -> None:
    french = tmp_path / "fr.toml"
    french.write_text(FRENCH, "utf-8")
    asked(story)
    paper = Paper()
    paper.name = "mail"
    deliver(service, paper, people=read_people(file), words=[read_words(french)])
    told = {message.recipient: message for message in paper.sent}
    assert told["pm-1"].language == "en"
    assert told["pm-2"].language == "fr"
    assert told["pm-2"].subject == "Example Radio (fictional) : Dialogue sur la sortie"
    for words in ("Pour le 1 mars 2024", "Parlez avec le partenaire", "Réponse par : dialogue sur la sortie"):
        assert words in told["pm-2"].text
    assert '<html lang="fr" dir="ltr">' in told["pm-2"].html


def test_the_nearest_language_is_taken(tmp_path: Path) -> None:
    french = tmp_path / "fr.toml"
    french.write_text(FRENCH, "utf-8")
    languages = Languages([read_words(french)])
    tags = ("fr", "FR-ca", "fr_CI", "en-GB", "tlh", "")
    assert [languages.best_for(tag).language for tag in tags] == ["fr", "fr", "fr", "en", "en", "en"]


def test_a_dialect_is_taken_before_its_language(tmp_path: Path) -> None:
    for tag in ("fr", "fr-CA"):
        (tmp_path / f"{tag}.toml").write_text(
            FRENCH.replace('language = "fr"', f'language = "{tag}"'), "utf-8"
        )
    languages = Languages(read_words(tmp_path / f"{tag}.toml") for tag in ("fr", "fr-CA"))
    assert [languages.best_for(tag).language for tag in ("fr-CA", "fr-ca-x", "fr-BE")] == [
        "fr-CA",
        "fr-CA",
        "fr",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('due = "Pour le {day}"', 'due = "Pour {jour}"', "due: may hold {day} alone"),
        ('due = "Pour le {day}"', 'due = "Pour le {day"', "due: "),
        ('"janvier", ', "", "months"),
        ("[kinds.exit_dialogue]", "[kinds.birthday]", "kinds.birthday"),
        ('link = "Ouvrir le partenariat"', "", "link: is required"),
        ('language = "fr"', "language = fr", "cannot be read"),
    ],
)
def test_bad_words_are_told_by_their_field(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = tmp_path / "fr.toml"
    assert before in FRENCH
    path.write_text(FRENCH.replace(before, after), "utf-8")
    with pytest.raises(BadRequest) as error:
        read_words(path)
    assert told in str(error.value)
