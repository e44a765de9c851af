from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import doctor
from campaign.letters import watching
from campaign.letters.models import Letter
from campaign.officials.models import Membership
from tests import make
from tests.conftest import Visitor
from tests.letters import world


def arranged(session: Session) -> None:
    """A public letter that names the President, who then leaves."""
    world.build(session)
    world.letter(session, body="{{ official.salutation }},\nI urge President Ames to act.\n{{ sender.name }}")
    assert watching.troubles(session, on=world.AS_OF) == []
    term = session.scalars(select(Membership).where(Membership.post_id == "us-president")).one()
    term.end_date = world.AS_OF
    world.held(session, term.post, "Zoe Zest", world.AS_OF, world.AS_OF + timedelta(days=9))
    session.flush()
    session.expire_all()


def test_a_letter_that_names_who_left_waits_for_its_organiser(session: Session) -> None:
    arranged(session)
    (trouble,) = watching.troubles(session, on=world.AS_OF)
    assert (trouble.campaign, trouble.letter) == ("bridge", "write")
    assert "Zoe Zest has held the office since" in trouble.why


def test_nobody_can_write_it_meanwhile_and_the_doctor_says_so(session: Session, app: Flask, client: Visitor) -> None:
    arranged(session)
    session.commit()
    assert "correcting this letter" in client.page("/campaigns/bridge/letters/write").main.text
    with app.app_context():  # the tables of tests are made without migrations, at which the doctor would stop
        assert "letter bridge/write" in {problem.setting for problem in doctor._in_database()}


def test_held_letters_are_counted(session: Session) -> None:
    world.build(session)
    template = world.letter(session)
    for state in ("held", "queued"):
        session.add(
            Letter(
                template_id=template.id,
                post_id="us-president",
                state=state,
                text_sha256="0" * 64,
                created_at=make.NOW,
            )
        )
    session.flush()
    assert watching.held(session) == 1
