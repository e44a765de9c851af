import random
from collections import Counter
from dataclasses import fields, replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.letters import rendering
from campaign.letters.rendering import (
    Draft,
    LetterRefused,
    MissingSenderField,
    OfficeUnconfirmed,
    RenderedLetter,
    Sender,
    check_outgoing,
    finished,
)
from campaign.mergefields import FIELDS, UnknownField, leftovers, written
from campaign.officials import holding
from campaign.officials.models import Membership, Post
from tests import make
from tests.conftest import FULL, either_database
from tests.letters import world
from tests.test_mergefields import PAYLOADS

SUZIE = Sender("Suzie", "Signer", "1 Road", "Burlington", "Vermont", "05401", "US", "suzie@example.org", "555-0100")


def render(
    session: Session, body: str, *, post: str = "us-president", on: date = world.AS_OF, **values: object
) -> RenderedLetter:
    found = session.get(Post, post)
    assert found
    template = Draft(str(values.pop("subject", "The bridge")), body, str(values.pop("language", "en")))
    sender = values.pop("sender", SUZIE)
    assert isinstance(sender, Sender)
    return rendering.render(
        session,
        template,
        found,
        sender=sender,
        campaign_title="Mend the bridge",
        campaign_url="https://example.org/campaigns/bridge",
        on=on,
    )


def test_a_letter_names_the_holder_of_its_day(session: Session) -> None:
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    make.membership(session, make.person(session, "Old Oak"), post, date(2020, 1, 1), date(2024, 1, 1))
    make.membership(session, make.person(session, "New Nut"), post, date(2024, 1, 1), None)
    body = "{{ official.salutation }}, please act."
    assert render(session, body, post="mayor", on=date(2023, 12, 31)).body == "Dear Mayor Oak, please act."
    letter = render(session, body, post="mayor", on=date(2024, 1, 1))
    assert (letter.body, letter.holder_name) == ("Dear Mayor Nut, please act.", "New Nut")
    assert letter.holder_since == date(2024, 1, 1)


def test_a_letter_is_signed_family_name_first_where_that_is_how_names_are_said(session: Session) -> None:
    world.build(session)
    sender = replace(SUZIE, given_name="小龍", family_name="李")
    assert render(session, "By {{ sender.name }}.", sender=sender).body == "By 李小龍."


def test_a_letter_knows_on_what_it_rests(session: Session) -> None:
    world.build(session)
    letter = render(session, "{{ official.salutation }}, please act.")
    assert (letter.status, letter.as_of, letter.source) == ("held", world.AS_OF, "example.org/roster")
    assert letter.membership and letter.membership.person.name == "Ada Ames"


def test_no_holder_no_name(session: Session) -> None:
    world.build(session)
    letter = render(session, "{{ official.salutation }}, please act.", post="us-house-ny-2")
    assert letter.body.startswith("To the Office of the Representative for New York 2,")
    assert (letter.holder_name, letter.membership, letter.status) == ("", None, "vacant")
    with pytest.raises(OfficeUnconfirmed, match="Nobody is known for certain"):
        render(session, "Dear {{ official.family_name }}, please act.", post="us-house-ny-2")


def test_each_field_has_a_value(session: Session) -> None:
    world.build(session)
    body = "\n".join(written(name) for name in FIELDS)
    assert render(session, body).body.endswith(f"https://example.org/campaigns/bridge\n{_day('en')}")


@pytest.mark.parametrize(
    ("language", "country"), [("en", "United States"), ("fr", "États-Unis"), ("ar", "الولايات المتحدة")]
)
def test_the_date_and_the_country_speak_the_language_of_the_letter(
    session: Session, language: str, country: str
) -> None:
    world.build(session)
    assert (
        render(session, "{{ date }} / {{ sender.country }}", language=language).body == f"{_day(language)} / {country}"
    )


def test_what_a_writer_did_not_say_is_named_as_the_form_calls_it(session: Session) -> None:
    world.build(session)
    with pytest.raises(MissingSenderField) as caught:
        render(session, "Please act. {{ sender.name }}", sender=Sender())
    assert caught.value.field == "given_name"


def test_an_unknown_field_never_becomes_nothing(session: Session) -> None:
    world.build(session)
    with pytest.raises(UnknownField):
        render(session, "Dear {{ mp_nam }}")


@pytest.mark.parametrize(
    ("subject", "body", "field", "line", "message"),
    [
        ("S", "", "body", 0, "has 0 characters"),
        ("S", "x" * 9, "body", 0, "has 9 characters"),
        ("S", "x" * 20_001, "body", 0, "has 20001 characters"),
        ("S", "Dear Ada,\n\n[write your reason here]", "body", 3, "Line 3 still has “[write your reason here]”"),
        ("S", "Please act.\nBell\x07", "body", 2, "hidden character"),
        ("", "Please act now.", "subject", 0, "in a few words"),
        ("x" * 201, "Please act now.", "subject", 0, "has 201 characters"),
        ("a\nb", "Please act now.", "subject", 0, "one line only"),
        ("a\u2028b", "Please act now.", "subject", 0, "one line only"),
        ("a\x85b", "Please act now.", "subject", 0, "one line only"),
        ("a\u202eb", "Please act now.", "subject", 0, "hidden character"),
        ("For {{ x }}", "Please act now.", "subject", 0, "still has “{{ x }}”"),
    ],
)
def test_what_must_not_leave(subject: str, body: str, field: str, line: int, message: str) -> None:
    with pytest.raises(LetterRefused) as caught:
        check_outgoing(subject, body)
    assert (caught.value.field, caught.value.line) == (field, line)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "body", ["x" * 10, "x" * 20_000, "مرحبا \u200f(123)\u200f أرجو", "می‌خواهم که اقدام کنید", "👩‍👩‍👧 please act"]
)
def test_what_may_leave(body: str) -> None:
    check_outgoing("x" * 200, body)


def test_a_finished_letter_has_the_words_of_its_writer(session: Session) -> None:
    world.build(session)
    letter = finished(
        render(session, "{{ official.salutation }}, act."), subject=" Mine ", body="Please\r\nmend it. \r\n"
    )
    assert (letter.subject, letter.body) == ("Mine", "Please\nmend it.")


@either_database
def test_code_in_a_name_stays_a_name(session: Session) -> None:
    world.build(session)
    for payload in PAYLOADS:
        braces = "{{" + payload + "}}"
        for name in (payload, braces):
            sender = replace(SUZIE, given_name=name)
            assert render(session, "By {{ sender.given_name }}.", sender=sender).body == f"By {name}."
        assert render(session, f"{payload} by {{{{ sender.given_name }}}}").body == f"{payload} by Suzie".strip()


TEXTS = [
    "I urge you to act",
    "[sic]",
    "[1]",
    "",
    ", ",
    "\n",
    "Mr. O’Neil",
    "100 %",
    "ÄÖÜ",
    "你好",
    "Dear friend,",
    "Tel:",
]
BLANKS = ["[Your Name]", "<city>", "____", "{name}", "{{ mp_nam }}", "{{ sender.name", "YOUR NAME"]
NAMES = ["Suzie", "Zoë", "O'Hara", "李", "محمد", "Anna-Lena", "{{ date }}", "[Your Name]", "", "<b>", "a\u2028b"]
POSTS = ["us-president", "us-house-ny-2", "us-senate-vt-1", "us-house-dc-0", "us-house-ny-1", "us-senate-de-2"]
DAYS = [world.AS_OF, world.START, world.END, date(2001, 1, 1)]
REFUSALS = (OfficeUnconfirmed, MissingSenderField, LetterRefused, rendering.Unfilled, UnknownField)


def any_letter(chance: random.Random) -> tuple[str, str, Sender]:
    """A subject, a body and a writer, such as people and their slips make them."""
    pieces = [*TEXTS, *map(written, FIELDS), *map(written, FIELDS)]
    if chance.random() < 0.3:
        pieces += BLANKS
    lines = [" ".join(chance.choices(pieces, k=chance.randint(1, 3))) for _ in range(chance.randint(1, 8))]
    values = {field.name: chance.choice(NAMES) for field in fields(Sender)}
    if chance.random() < 0.5:
        values = {name: value or "x" for name, value in values.items()}
    sender = Sender(**values | {"country": chance.choice(["US", "FR", ""])})
    return chance.choice(["The bridge", "", written("official.name"), "a\nb"]), "\n".join(lines), sender


def many_letters(session: Session, number: int) -> dict[str, int]:
    """How many of so many letters left, and how many were refused, by reason; each that left was looked at."""
    world.build(session)
    names = {term.person.name for term in session.scalars(select(Membership))}
    offices = [(holding.holder(session, session.get_one(Post, id), on=on), on) for id in POSTS for on in DAYS]
    chance, came = random.Random(2026), Counter[str]()
    for _ in range(number):
        held, on = chance.choice(offices)
        subject, body, sender = any_letter(chance)
        try:
            letter = rendering.filled_in(
                Draft(subject, body),
                held,
                sender=sender,
                campaign_title="The bridge",
                campaign_url="https://example.org",
                on=on,
                language="en",
                as_of=on,
                source="",
            )
            letter = finished(letter, subject=letter.subject, body=letter.body)
        except REFUSALS as refused:
            assert refused.message.strip()
            came[type(refused).__name__] += 1
            continue
        came["left"] += 1
        said = f"{letter.subject}\n{letter.body}"
        assert not leftovers(said) and "{{" not in said and "}}" not in said
        is_held = on in (world.AS_OF, world.START) and held.post.id != "us-house-ny-2"
        right = {term.person.name for term in held.post.memberships} if is_held else set()
        assert {name for name in names if name in f"{said}\n{letter.envelope}"} <= right, "the name of nobody else"
        assert letter.holder_name == "".join(right)
    return came


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_letter_leaves_with_a_blank_or_a_wrong_name(session: Session) -> None:
    """With FULL=1 ten thousand templates, offices and writers: each letter is right, or is refused with a reason."""
    number = 10_000 if FULL else 2_000
    came = many_letters(session, number)
    assert sum(came.values()) == number
    assert {"left", "OfficeUnconfirmed", "MissingSenderField", "LetterRefused", "UnknownField"} <= set(came)
    assert came["left"] > number / 20, came


def _day(language: str) -> str:
    return rendering.format_date(world.AS_OF, format="long", locale=language)
