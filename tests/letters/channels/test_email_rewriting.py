"""A file of officials is imported while letters wait: an office changes hands."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from campaign.letters import rendering, watching
from campaign.letters.channels.email import asking
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter, LetterTemplate
from campaign.mail import composing
from campaign.mail.models import Email
from campaign.officials import roster
from campaign.officials.models import Post
from tests.conftest import Visitor, read
from tests.letters import world
from tests.letters.channels.test_email import NOW, Sink, asked, queued, sender, settings, states
from tests.letters.test_writing import SUZIE, press, words

__all__ = ["settings"]  # a fixture

TODAY = NOW.date()
LAST_YEAR = TODAY - timedelta(days=365)
HEAD = "post_id,post,role,title,organization,country,name,family_name,identifiers,start,end,end_kind,email,as_of"
OFFICE = "bay-mayor,Mayor of Bay,mayor,Mayor,Bay Council,FR"
ADA, ZOE = f"Ada Ames,Ames,local:ada,{LAST_YEAR}", f"Zoe Zest,Zest,local:zoe,{TODAY}"
OWN = "Dear Mayor Ames,\n\nI urge you to mend the bridge that I cross each day.\n\nSuzie Signer"
URL = "/campaigns/bridge/letters/write"


def imported(session: Session, tmp_path: Path, *rows: str, day: int = 0) -> None:
    path = tmp_path / f"offices-{day}.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    roster.load(session, [path], now=NOW)
    session.commit()
    session.expire_all()


def arranged(session: Session, tmp_path: Path, **values: str) -> LetterTemplate:
    imported(session, tmp_path, f"{OFFICE},{ADA},,,bay@example.gov,{TODAY - timedelta(days=1)}")
    template = world.letter(session, target="bay-mayor", **values)
    session.commit()
    return template


def changes_hands(session: Session, tmp_path: Path) -> None:
    """Ada leaves, Zoe comes."""
    gone = f"{OFFICE},{ADA},{TODAY},recorded,bay@example.gov,{TODAY}"
    imported(session, tmp_path, gone, f"bay-mayor,,,,,,{ZOE},,,bay@example.gov,{TODAY}", day=1)


def falls_vacant(session: Session, tmp_path: Path) -> None:
    imported(session, tmp_path, f"{OFFICE},{ADA},{TODAY},recorded,bay@example.gov,{TODAY}", day=1)


def sent(engine: Engine) -> list[Any]:
    with sender(engine, sink := Sink()) as sending_:
        sending_.round(NOW)
        sending_.round(NOW)
    return sink.taken


def test_a_letter_without_own_words_goes_to_the_new_holder(
    session: Session, app: Flask, engine: Engine, tmp_path: Path
) -> None:
    template = arranged(session, tmp_path)
    with app.app_context():
        queued(session, template, post_id="bay-mayor")
        session.commit()
        before = session.scalars(select(Letter.text_sha256)).one()
        changes_hands(session, tmp_path)
        (mail,) = sent(engine)
    assert mail.get_content().startswith("Dear Mayor Zest,\n\nI urge you to mend the bridge before winter.")
    assert "Ames" not in mail.as_string()
    assert states(session) == ["sent"]
    row = session.scalars(select(Letter)).one()
    assert row.holder_name == "Zoe Zest" and row.person_id and row.text_sha256 != before
    assert row.roster_as_of == TODAY


@pytest.mark.parametrize("how", ["own words", "template changed", "vacant"])
def test_any_other_letter_is_held_and_its_writer_told(
    session: Session, app: Flask, engine: Engine, tmp_path: Path, how: str
) -> None:
    template = arranged(session, tmp_path)
    with app.app_context():
        queued(session, template, post_id="bay-mayor", body=OWN if how == "own words" else "")
        if how == "template changed":
            template.body = template.body.replace("winter", "summer")
        session.commit()
        (falls_vacant if how == "vacant" else changes_hands)(session, tmp_path)
        assert sent(engine) == [] and states(session) == ["held"]
        told = session.scalars(select(Email).where(Email.kind == "letter_returned")).one()
        assert "The office has changed hands since you wrote" in composing.words(told).text
        assert session.scalars(select(MailedLetter.confirmed_key)).all() == [None], "they may write again"


@pytest.mark.parametrize("body", ["", OWN])
def test_whoever_has_yet_to_confirm_sees_whom_it_goes_to_now(
    session: Session, app: Flask, client: Visitor, tmp_path: Path, body: str
) -> None:
    template = arranged(session, tmp_path)
    with app.app_context():
        link = f"/letters/{asked(session, template, post_id='bay-mayor', body=body)}"
        session.commit()
        changes_hands(session, tmp_path)
    shown = client.page(link).select_one(".letter").text
    assert shown.startswith("Dear Mayor Ames" if body else "Dear Mayor Zest")
    assert session.scalars(select(MailedLetter.body)).one().startswith("Dear Mayor Ames"), "looking changes nothing"
    session.rollback()
    page = read(client.post(link, data={"act": "send"}), 409 if body else 200)
    assert ("The holder of this office has changed" in words(page)) == bool(body)
    assert states(session) == (["asked"] if body else ["queued"])
    assert session.scalars(select(MailedLetter.body)).one().startswith("Dear Mayor Ames" if body else "Dear Mayor Zest")


def test_pages_show_the_new_holder_at_once(session: Session, app: Flask, client: Visitor, tmp_path: Path) -> None:
    arranged(session, tmp_path)
    letter = press(client, client.page(URL), "details", **SUZIE)
    ready = press(client, letter, "check")
    assert "Dear Mayor Ames" in words(ready)
    changes_hands(session, tmp_path)
    assert "Zoe Zest" in words(client.page(URL)) and "Ames" not in words(client.page(URL))
    for page, step in ((letter, "check"), (ready, "pdf")):
        anew = press(client, page, step, status=422)
        assert "The holder of this office has changed since you opened the letter" in words(anew)
        assert anew.select_one("textarea").text.strip().startswith("Dear Mayor Zest")


def test_a_letter_that_names_the_old_holder_is_flagged_and_its_organiser_told_once(
    session: Session, app: Flask, client: Visitor, sign_in: Any, tmp_path: Path
) -> None:
    arranged(session, tmp_path, body="{{ official.salutation }},\nI urge Mayor Ames to act.\n{{ sender.name }}")
    with app.app_context():
        assert watching.tell(session, to="charlie@example.org", now=NOW) == 0
        changes_hands(session, tmp_path)
        assert [watching.tell(session, to="charlie@example.org", now=NOW) for _ in range(3)] == [1, 0, 0]
        session.commit()
        mail = composing.words(session.scalars(select(Email)).one())
    assert "A letter needs you" in mail.subject
    assert "“Mayor Ames”: Ada Ames was Mayor of Bay until" in mail.text and "Zoe Zest has held the office" in mail.text
    assert "/desk/campaigns/bridge/letters" in mail.text
    assert "correcting this letter" in words(client.page(URL))
    desk = sign_in().page("/desk/campaigns/bridge/letters")
    assert "1 thing to mend" in words(desk) and "Supporters cannot write this letter until it is mended" in words(desk)


def test_who_gets_a_letter_back_can_follow_it_only_with_the_same_person(
    session: Session, app: Flask, tmp_path: Path
) -> None:
    template = arranged(session, tmp_path)
    post = session.get(Post, "bay-mayor")
    assert post
    with app.app_context():
        made = rendering.render(
            session, template, post, sender=rendering.Sender("Suzie"), campaign_title="T", campaign_url="U", on=TODAY
        )
        assert "I wrote to you on" in rendering.following(made, rendering.Earlier(LAST_YEAR, was_call=False))
        with app.test_request_context():
            from flask import session as cookie  # noqa: PLC0415

            from campaign.letters.visits import Visit  # noqa: PLC0415

            visit = Visit(session, template, "U", NOW)
            person = made.membership.person_id if made.membership else 0
            for known, expected in ((person, rendering.Earlier(LAST_YEAR, was_call=False)), (person + 1, None)):
                cookie["earlier"] = {
                    "template": template.id,
                    "post": post.id,
                    "person": known,
                    "on": LAST_YEAR.isoformat(),
                }
                assert visit.earlier(made) == expected


def test_an_import_that_changes_nothing_holds_nothing(
    session: Session, app: Flask, engine: Engine, tmp_path: Path
) -> None:
    template = arranged(session, tmp_path)
    with app.app_context():
        queued(session, template, post_id="bay-mayor", body=OWN)
        session.commit()
        imported(session, tmp_path, f"{OFFICE},{ADA},,,bay@example.gov,{TODAY}", day=2)
        (mail,) = sent(engine)
    assert "that I cross each day" in mail.get_content()


def test_a_link_is_found_until_it_is_used(session: Session, app: Flask, tmp_path: Path) -> None:
    template = arranged(session, tmp_path)
    with app.app_context():
        token = asked(session, template, post_id="bay-mayor")
        asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
        changes_hands(session, tmp_path)
        with pytest.raises(asking.UnknownLink):
            asking.find(session, token, now=NOW)
