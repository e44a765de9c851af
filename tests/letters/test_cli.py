import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign import seeding
from campaign.campaigns.cli import import_
from campaign.errors import Refused
from campaign.letters.cli import letters, read_sender, split
from campaign.letters.rendering import Sender
from campaign.officials.models import Post
from tests import make
from tests.letters import world

SENDER = {"name": "Suzie Signer", "address_lines": ["1 Road", "Flat 2"], "city": "Burlington", "postcode": "05401"}


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(letters, arguments)


def arranged(session: Session, **values: str) -> None:
    world.build(session)
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    make.membership(session, make.person(session, "Old Oak"), post, date(2020, 1, 1), date(2024, 1, 1))
    make.membership(session, make.person(session, "New Nut"), post, date(2024, 1, 1), None)
    campaign = world.letter(session, **values).campaign
    campaign.opinion = "We like it.\n\nMayor Oak must act."
    make.todo(session, campaign, body="Ask Mayor Oak.")
    session.commit()


def test_a_campaigns_texts_and_letters_are_linted(session: Session, app: Flask) -> None:
    arranged(session, body="{{ official.salutation }},\nI urge you to act.\n[Your Name]")
    result = run(app, "lint", "bridge", "--json")
    found = json.loads(result.stdout)["findings"]
    assert [(finding["letter"], finding["line"], finding["code"], finding["holder"]) for finding in found] == [
        ("opinion", 3, "stale-officeholder", "New Nut"),
        ("todo.1", 2, "stale-officeholder", "New Nut"),
        ("write", 3, "placeholder", ""),
        ("write", 3, "no-name", ""),
    ]
    assert result.exit_code == 1


def test_a_text_that_was_right_on_its_day_passes(session: Session, app: Flask) -> None:
    arranged(session)
    assert run(app, "lint", "bridge", "--on", "2021-06-01").exit_code == 0
    result = run(app, "lint", "bridge")
    assert result.exit_code == 1 and "opinion:3: stale-officeholder: " in result.stdout


def test_a_file_is_linted(session: Session, app: Flask, tmp_path: Path) -> None:
    arranged(session)
    path = tmp_path / "letter.txt"
    path.write_text("Subject: For [Name]\n\nDear Mayor Oak,\nplease act.\n{{ sender.name }}\n", encoding="utf-8")
    result = run(app, "lint", "--file", str(path), "--json")
    found = json.loads(result.stdout)["findings"]
    assert [(finding["line"], finding["code"]) for finding in found] == [(0, "placeholder"), (1, "stale-officeholder")]
    path.write_text("Subject: S\n\n{{ official.salutation }},\nplease act.\n{{ sender.name }}\n", encoding="utf-8")
    assert run(app, "lint", "--file", str(path)).exit_code == 0


def test_lint_wants_a_campaign_or_a_file(session: Session, app: Flask) -> None:
    assert isinstance(run(app, "lint").exception, Refused)
    assert isinstance(run(app, "lint", "nothing").exception, Refused)


def test_a_letter_is_rendered(session: Session, app: Flask, tmp_path: Path) -> None:
    arranged(session, body="{{ official.salutation }},\nplease act: {{ campaign.url }}\n{{ sender.name }}\n{{ date }}")
    path = tmp_path / "sender.json"
    path.write_text(json.dumps(SENDER), encoding="utf-8")
    result = run(app, "render", "bridge", "write", "--post", "mayor", "--sender", str(path), "--on", "2021-06-01")
    assert result.stdout == (
        "Subject: The bridge\n\nDear Mayor Oak,\nplease act: http://localhost/campaigns/bridge\n"
        "Suzie Signer\nJune 1, 2021\n"
    )


@pytest.mark.parametrize(
    ("values", "line"), [({"subject": ""}, 0), ({"body": "Dear Mayor Oak,\nplease act now.\n{{ sender.name }}"}, 1)]
)
def test_a_letter_that_is_not_ready_is_not_rendered(
    session: Session, app: Flask, tmp_path: Path, values: dict[str, str], line: int
) -> None:
    arranged(session, **values)
    path = tmp_path / "sender.json"
    path.write_text(json.dumps(SENDER), encoding="utf-8")
    refused = run(app, "render", "bridge", "write", "--post", "mayor", "--sender", str(path)).exception
    assert isinstance(refused, Refused) and refused.message.startswith(f"write, line {line}: ")


@pytest.mark.parametrize("post", ["emperor", "us-house-ny-2"])
def test_no_letter_without_an_office_or_a_name(session: Session, app: Flask, tmp_path: Path, post: str) -> None:
    arranged(session, body="Dear {{ official.name }}, please act.")
    path = tmp_path / "sender.json"
    path.write_text("{}", encoding="utf-8")
    assert isinstance(run(app, "render", "bridge", "write", "--post", post, "--sender", str(path)).exception, Refused)


def test_a_letter_becomes_a_file_for_congress_only_where_that_was_agreed(
    session: Session, app: Flask, tmp_path: Path
) -> None:
    arranged(session, body="{{ official.salutation }},\nplease act.\n{{ sender.name }}")
    post = session.get(Post, "us-house-ny-1")
    assert post
    world.contact(session, post, "cwc_office", "HNY01")
    session.commit()
    path, made = tmp_path / "sender.json", tmp_path / "letter.xml"
    path.write_text(json.dumps({**SENDER, "region": "NY", "email": "s@example.org"}), encoding="utf-8")
    ask = ["bridge", "write", "--post", "us-house-ny-1", "--sender", str(path), "--prefix", "Ms.", "--topic"]
    ask += ["Transportation and Public Works"]
    assert isinstance(run(app, "export-cwc", *ask, "-o", str(made)).exception, Refused)
    app.config.update(CWC_AGENT="Site", CWC_EMAIL="ack@example.org", CWC_CONTACT="Charlie", CWC_PHONE="202-555-0100")
    assert run(app, "export-cwc", *ask, "-o", str(made)).exit_code == 0
    assert "<MemberOffice>HNY01</MemberOffice>" in made.read_text(encoding="utf-8")


def test_a_sender_is_read_from_json() -> None:
    assert read_sender(json.dumps(SENDER)) == Sender(
        "Suzie", "Signer", "1 Road\nFlat 2", "Burlington", postcode="05401"
    )
    assert read_sender('{"name": "Suzie"}') == Sender("Suzie")
    assert read_sender('{"name": "Kovács János", "country": "HU"}').name == "Kovács János"


@pytest.mark.parametrize("text", ["", "[]", '{"nick": "S"}'])
def test_anything_else_is_no_sender(text: str) -> None:
    with pytest.raises(Refused):
        read_sender(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Subject: A\n\nB\n", ("A", "B")),
        ("\ufeffsubject:A\r\n\r\nB\r\nC", ("A", "B\nC")),
        ("Dear Ada,\nB", ("", "Dear Ada,\nB")),
    ],
)
def test_a_letter_as_text_has_a_subject_and_a_body(text: str, expected: tuple[str, str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_first_article_has_three_stale_statements_and_no_other(session: Session, app: Flask, shared: Path) -> None:
    """On the day it appeared and today: the letter's greeting, the act it belongs to, and the call to action."""
    with app.app_context():
        seeding.load_reference(session, now=make.NOW)
        session.commit()
        document = next(shared.glob("articles/000_*.txt"))
        imported = app.test_cli_runner().invoke(import_, [str(document)])
        slug = imported.stdout.split()[0]
        for day in ("2025-08-15", "2026-11-22"):
            found = json.loads(run(app, "lint", slug, "--on", day, "--json").stdout)["findings"]
            stale = [one for one in found if one["code"] != "missing-subject"]
            assert sorted((one["text"].partition(":")[0], one["holder"]) for one in stale) == [
                ("“President Biden”", "Donald Trump"),
                ("“President Biden”", "Donald Trump"),
                ("“former President Donald Trump”", "Donald Trump"),
            ]
            assert {one["code"] for one in found} == {"stale-officeholder", "missing-subject"}
