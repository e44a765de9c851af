"""Letters that come back hours later, as mail servers report them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from campaign.letters import ledger
from campaign.letters.channels.email import asking, rules
from campaign.letters.channels.email.models import MailedLetter, Objection
from campaign.mail import bounces
from campaign.mail.models import Email, Suppression
from campaign.officials.models import ContactDetail
from tests import make
from tests.letters.channels.test_email import NOW, Sink, arranged, asked, queued, sender, settings, states
from tests.mail.test_bounces import ARF, DSN

__all__ = ["settings"]  # a fixture


def sent(session: Session, engine: Engine) -> MailedLetter:
    queued(session, arranged(session))
    session.commit()
    with sender(engine, Sink()) as sending_:
        sending_.round(NOW)
    session.expire_all()
    return session.scalars(select(MailedLetter)).one()


def reported(session: Session, mailed: MailedLetter, **values: str) -> int:
    fields = {"to": "office0@example.gov", "action": "failed", "status": "5.1.1", "message_id": mailed.message_id}
    found = bounces.read(DSN.format(**fields | values).encode())
    number = bounces.record(session, found, now=NOW)
    session.commit()
    return number


@pytest.mark.parametrize(
    ("values", "state", "mailbox"),
    [
        ({}, "bounced", "bouncing"),
        ({"to": "Office0@EXAMPLE.gov"}, "bounced", "bouncing"),
        ({"to": "elsewhere@example.gov"}, "bounced", "ok"),  # of another office, or where this one has its mail sent on
        ({"status": "5.7.1"}, "bounced", "ok"),  # this letter was not wanted; the mailbox is there
        ({"status": "5.2.2"}, "bounced", "ok"),  # full
        ({"status": "4.4.7"}, "bounced", "ok"),  # tried for days
        ({"action": "delayed", "status": "4.4.1"}, "sent", "ok"),
        ({"message_id": "<guessed@site.example>"}, "sent", "ok"),  # anybody can send us such a mail
    ],
)
def test_a_returned_letter_is_called_so_and_its_writer_told(
    session: Session, app: Flask, engine: Engine, values: Any, state: str, mailbox: str
) -> None:
    with app.app_context():
        mailed = sent(session, engine)
        reported(session, mailed, **values)
        assert states(session) == [state]
        (found,) = session.scalars(select(ContactDetail.status).where(ContactDetail.type == "email"))
        assert (found or "ok") == mailbox
        assert not session.scalars(select(Suppression)).all(), "no mailbox of ours to write to"
        session.commit()
        with sender(engine, Sink()) as sending_:
            sending_.round(NOW)
            sending_.round(NOW)
        told = session.scalars(select(Email.to_address).where(Email.kind == "letter_returned")).all()
        assert told == (["suzie@example.org"] if state == "bounced" else [])
        counts = ledger.tallies(session, [mailed.letter.template_id])[mailed.letter.template_id]
        assert ("1 letter sent by us" in ledger.in_words(counts)) == (state == "sent")


def test_whoever_knows_of_one_letter_takes_no_other_offices_mailbox_away(
    session: Session, app: Flask, engine: Engine
) -> None:
    with app.app_context():
        mailed = sent(session, engine)
        other = make.make_post(session)
        session.add(ContactDetail(post_id=other.id, type="email", value="other@example.gov"))
        session.commit()
        reported(session, mailed, to="other@example.gov")
        statuses = dict(session.execute(select(ContactDetail.value, ContactDetail.status)).tuples().all())
        assert statuses["other@example.gov"] != "bouncing"


def test_after_a_month_no_letter_comes_back(session: Session, app: Flask, engine: Engine) -> None:
    """The office may have answered by then, and its answer names the letter."""
    with app.app_context():
        mailed = sent(session, engine)
        mailed.left_at = NOW - timedelta(days=30)
        session.commit()
        assert reported(session, mailed) == 0
        assert states(session) == ["sent"]


def test_a_report_read_twice_is_one_return(session: Session, app: Flask, engine: Engine) -> None:
    with app.app_context():
        mailed = sent(session, engine)
        assert [reported(session, mailed), reported(session, mailed)] == [1, 0]


def test_a_letter_that_came_back_was_not_ones_only_one(session: Session, app: Flask, engine: Engine) -> None:
    with app.app_context():
        mailed = sent(session, engine)
        reported(session, mailed, status="5.7.1")
        with sender(engine, Sink()) as sending_:
            sending_.round(NOW)
        queued(session, mailed.letter.template)
        assert states(session) == ["bounced", "queued"]


def test_an_office_that_complains_gets_no_more_letters(session: Session, app: Flask, engine: Engine) -> None:
    with app.app_context():
        mailed = sent(session, engine)
        token = asked(session, mailed.letter.template, "ann@example.org")
        queued(session, mailed.letter.template, "olga@example.org")
        session.commit()
        report = ARF.format(fields="Original-Rcpt-To: office0@example.gov").replace(
            "Subject: Confirm your signature\n\n", f"Message-ID: {mailed.message_id}\n\n"
        )
        assert bounces.record(session, bounces.read(report.encode()), now=NOW) == 1
        session.commit()
        assert session.scalars(select(Objection.reason)).all() == ["complaint"]
        assert states(session) == ["asked", "held", "sent"]
        with pytest.raises(rules.CannotSend, match="asked not to get letters"):
            asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
