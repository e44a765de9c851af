from datetime import date

import pytest
from sqlalchemy.orm import Session

from campaign.letters import editing, linting, part
from campaign.letters.linting import lint, mend_salutation
from tests import make
from tests.letters import world

GOOD = "{{ official.salutation }},\n\nI urge you to mend the bridge.\n\n{{ sender.name }}"


def found(
    session: Session, body: str = GOOD, subject: str = "The bridge", target: str | None = "us-president", **values: str
) -> list[tuple[int, str]]:
    findings = lint(session, subject=subject, body=body, target=target, on=world.AS_OF, **values)
    return [(finding.line, finding.code) for finding in findings]


def test_a_good_letter_has_no_findings(session: Session) -> None:
    world.build(session)
    assert found(session) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"target": ""}, (0, "unknown-target")),
        ({"target": "us-emperor"}, (0, "unknown-target")),
        ({"subject": " "}, (0, "missing-subject")),
        ({"subject": "x" * 201}, (0, "subject-too-long")),
        ({"subject": "For {{ mp_nam }}"}, (0, "unknown-field")),
        ({"body": GOOD + "\n{{ mp_nam }}"}, (6, "unknown-field")),
        ({"body": GOOD + "\n[your story]"}, (6, "placeholder")),
        ({"body": ""}, (1, "too-short")),
        ({"body": GOOD + "x" * 20_000}, (1, "too-long")),
        ({"body": GOOD.replace("urge", "tell").replace("you to mend", "you about")}, (5, "no-ask")),
        ({"body": GOOD.replace("{{ sender.name }}", "A friend")}, (5, "no-name")),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    session: Session, values: dict[str, str], expected: tuple[int, str]
) -> None:
    world.build(session)
    assert found(session, **values) == [expected]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("It shakes.\nMend it.", []),
        ("Say [your reason].", [(0, "placeholder")]),
        ("{{ mp_nam }} must act.", [(0, "unknown-field")]),
        ("a\nb\nc\nd\ne\nf", [(0, "talking-points")]),
        ("x" * 301, [(0, "talking-points")]),
    ],
)
def test_talking_points_must_be_as_right_as_the_letter(
    session: Session, points: str, expected: list[tuple[int, str]]
) -> None:
    world.build(session)
    assert found(session, talking_points=points) == expected


def test_an_office_nobody_can_reach_is_named(session: Session) -> None:
    world.build(session)
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    assert found(session, target="mayor") == [(0, "unreachable-target")]
    world.contact(session, post, "social", "@mayor")
    session.expire_all()
    assert found(session, target="mayor") == [(0, "unreachable-target")]
    world.contact(session, post, "phone", "555-0100")
    session.expire_all()
    assert found(session, target="mayor") == []


def test_a_judgement_can_be_overruled_until_the_text_or_the_directory_changes(session: Session) -> None:
    world.build(session)
    body = GOOD.replace("urge", "tell").replace("you to mend", "you about")
    row = world.letter(session, body=body)
    assert [one.blocks for one in part.lint(session, row, on=world.AS_OF)] == [True]
    assert editing.override(session, row, "It asks in the second line.", on=world.AS_OF)
    assert [one.blocks for one in part.lint(session, row, on=world.AS_OF)] == [False]
    row.body += " Again."
    assert [one.blocks for one in part.lint(session, row, on=world.AS_OF)] == [True]
    row.body = body
    row.target = "us-emperor"
    assert {one.code: one.blocks for one in part.lint(session, row, on=world.AS_OF)}["unknown-target"]


def test_a_text_without_a_target_of_its_own_is_not_asked_for_one(session: Session) -> None:
    assert found(session, target=None) == []


def test_a_stale_officeholder_blocks_and_names_the_present_one(session: Session) -> None:
    world.build(session)
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    world.contact(session, post, "url", "https://mayor.example.org")
    make.membership(session, make.person(session, "Old Oak"), post, date(2020, 1, 1), date(2024, 1, 1))
    make.membership(session, make.person(session, "New Nut"), post, date(2024, 1, 1), None)
    body = "Dear Mayor Oak,\n\nplease act.\n\nMayor Nut, and former Mayor Oak\n{{ sender.name }}"
    (finding,) = lint(session, subject="S", body=body, target="mayor", on=world.AS_OF)
    assert (finding.line, finding.code, finding.holder, finding.blocks) == (1, "stale-officeholder", "New Nut", True)
    assert "“Mayor Oak”" in finding.text


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("Dear President Oak,", "{{ official.salutation }},"),
        ("Dear President Oak, I write to you", "{{ official.salutation }}, I write to you"),
        ("Dear Mr. President:", "{{ official.salutation }}:"),
        ("Dear Senator Oak", "{{ official.salutation }}"),
        ("Chère Madame Oak,", "{{ official.salutation }},"),
        ("I urge President Oak to act", "I urge President Oak to act"),
    ],
)
def test_a_greeting_is_left_to_the_office(line: str, mended: str) -> None:
    assert mend_salutation(f"Berlin\n{line}\nEnd", 2) == f"Berlin\n{mended}\nEnd"


@pytest.mark.parametrize("language", linting.ASKS)
@pytest.mark.parametrize("asks", [True, False])
def test_a_letter_asks_for_something_in_its_language(session: Session, language: str, asks: bool) -> None:
    text = {
        ("en", True): "I urge you to act.",
        ("en", False): "The weather is good here.",
        ("fr", True): "Je vous demande d’agir.",
        ("fr", False): "Il fait beau ici.",
        ("de", True): "Bitte handeln Sie.",
        ("de", False): "Das Wetter ist gut.",
        ("es", True): "Le pido que actúe.",
        ("es", False): "Hace buen tiempo aquí.",
        ("ar", True): "أرجو أن تتحركوا.",
        ("ar", False): "الطقس جميل هنا.",
    }[language, asks]
    body = f"{{{{ official.salutation }}}},\n{text}\n{{{{ sender.name }}}}"
    assert found(session, body, target=None, language=language) == ([] if asks else [(3, "no-ask")])


def test_languages_without_a_list_of_words_are_taken_on_trust(session: Session) -> None:
    assert (
        found(session, "{{ official.salutation }}, 你好世界你好\n{{ sender.name }}", target=None, language="zh") == []
    )
