"""Names of organisations: cleaned for showing, and normalised for telling whether two are the same."""

import unicodedata

_INVISIBLE = ("Cc", "Cs", "Cf")


def clean(text: str | None) -> str:
    """Returns the text as given, its white space collapsed, without characters that no name has."""
    if not text:
        return ""
    # Cc: control characters, Cs: halves of surrogate pairs that JSON may carry, Cf: invisible format
    # characters of which only the joiners change how a name is written.
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or character in "\u200c\u200d"
        or unicodedata.category(character) not in _INVISIBLE
    )
    return " ".join("".join(kept).split())


def normal(name: str) -> str:
    """Returns the name without differences of case, width, spacing and punctuation; nothing else is levelled.

    Letters keep their accents, and no word is dropped or abbreviated: what merely resembles stays apart.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    spaced = "".join(
        " " if unicodedata.category(character)[0] in "PZ" or character.isspace() else character
        for character in folded
        if unicodedata.category(character) not in _INVISIBLE or character.isspace()
    )
    return " ".join(spaced.split())
