"""The catalogues are complete, compile, and keep every placeholder."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from campaign.paths import TRANSLATIONS

CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3] if path.suffix == ".po" else None)


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """(source, translation) of a message, once for each plural form."""
    if isinstance(message.id, tuple):
        yield from ((message.id[1], text) for text in message.string)
    else:
        yield message.id, str(message.string)


def test_there_are_languages_besides_english() -> None:
    assert {path.parts[-3] for path in CATALOGUES} >= {"fr", "ar"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_says_everything_the_site_says(path: Path) -> None:
    wanted = {message.id for message in read(TRANSLATIONS / "messages.pot") if message.id}
    catalogue = read(path)
    assert wanted == {message.id for message in catalogue if message.id}, "run `make messages`, then translate"
    for message in catalogue:
        assert not message.fuzzy, message.id
        for source, translation in forms(message) if message.id else ():
            assert translation.strip(), f"not translated: {source}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_name_only_the_placeholders_of_the_source(path: Path) -> None:
    for message in read(path):
        for source, translation in forms(message) if message.id else ():
            allowed = set(PLACEHOLDER.findall(source))
            used = set(PLACEHOLDER.findall(translation))
            # "One signature" may leave the number out; nothing may name a value that is not given.
            assert used <= allowed, f"{source!r} → {translation!r}"
            assert translation.count("%") == translation.count("%(") + 2 * translation.count("%%"), translation


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_compiles(path: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read(path))
    assert compiled.getvalue()


def test_arabic_counts_from_eleven_in_the_accusative() -> None:
    """The last of the six forms is for 11 to 99, the fifth for 100 to 102."""
    arabic = next(path for path in CATALOGUES if path.parts[-3] == "ar")
    plural = [message.string for message in read(arabic) if isinstance(message.id, tuple)]
    assert [forms[4] for forms in plural if len(forms[5]) < len(forms[4])] == []


@pytest.mark.parametrize(
    ("word", "ours"),
    [("adresses? électroniques?", "adresse de courriel, as in every form"), ("recueil", "livre, as on its own pages")],
)
def test_french_calls_one_thing_by_one_name(word: str, ours: str) -> None:
    french = next(path for path in CATALOGUES if path.parts[-3] == "fr")
    said = [text for message in read(french) for _, text in forms(message)]
    assert [text for text in said if re.search(rf"\b{word}\b", text, re.IGNORECASE)] == [], ours
