import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
from campaign.mergefields import FIELDS, OPTIONAL, UnknownField, leftovers, written
from campaign.officials.models import Membership, Post
from tests import make
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


def test_code_in_a_name_stays_a_name(session: Session) -> None:
    world.build(session)
    for payload in PAYLOADS:
        braces = "{{" + payload + "}}"
        for name in (payload, braces):
            sender = replace(SUZIE, given_name=name)
            assert render(session, "By {{ sender.given_name }}.", sender=sender).body == f"By {name}."
        assert render(session, f"{payload} by {{{{ sender.given_name }}}}").body == f"{payload} by Suzie".strip()


WORDS = st.sampled_from(["I urge you to act", "[sic]", "[1]", "", ", ", "\n", "Mr. O’Neil", "100 %", "ÄÖÜ", "你好"])
TEMPLATES = st.lists(WORDS | st.sampled_from(sorted(FIELDS)).map(written), min_size=1, max_size=12).map("\n".join)
NAMES = st.sampled_from(["Suzie", "Zoë", "O'Hara", "李", "محمد", "Anna-Lena", "{{ date }}", "[Your Name]", ""])
SENDERS = st.builds(Sender, NAMES, NAMES, NAMES, NAMES, NAMES, NAMES, st.sampled_from(["US", "FR", ""]), NAMES, NAMES)
POSTS = st.sampled_from(["us-president", "us-house-ny-2", "us-senate-vt-1", "us-house-dc-0"])


@given(template=TEMPLATES, sender=SENDERS, post=POSTS)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_unfilled_ever_leaves(session: Session, template: str, sender: Sender, post: str) -> None:
    """1,000 letters over both databases: each is either refused by name, or has no blank in it."""
    if session.get(Post, post) is None:
        world.build(session)
    try:
        letter = render(session, template, post=post, sender=sender)
        letter = finished(letter, subject=letter.subject, body=letter.body)
    except (OfficeUnconfirmed, MissingSenderField, LetterRefused):
        return
    except rendering.Unfilled as error:
        assert error.name not in OPTIONAL
        return
    assert not leftovers(letter.body)
    assert not re.search(r"\{\{|\}\}", letter.body)
    assert (letter.holder_name or post == "us-house-ny-2") and session.query(Membership).count()


def _day(language: str) -> str:
    return rendering.format_date(world.AS_OF, format="long", locale=language)
