"""What may be queued, and what of it is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.mail import outbox, stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.mail.transport import FileTransport, forget_files
from tests import make
from tests.conftest import shared_engine
from tests.mail.outgoing import Recording, deliver, queue, queued

pytestmark = pytest.mark.usefixtures("note")


def test_a_mail_lives_and_dies_with_the_transaction_that_caused_it(app: Flask, session: Session) -> None:
    with app.app_context():
        context = {"name": "Suzie", "text": "Hello."}
        outbox.queue(session, "note", to="suzie@example.org", language="en", context=context, now=make.NOW)
    session.flush()
    session.rollback()
    assert session.scalars(select(Email)).all() == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "suzie",
        "suzie@localhost",
        "suzie@@example.org",
        "suzie@example.org, mallory@example.com",
        "suzie@example.org\r\nBcc: mallory@example.com",
        "Suzie <suzie@example.org>",
        "suzie@example.org\u2028",
        "suzie@exa mple.org",
        "suzie@example.org\x00",
        '"suzie"@example.org, mallory@example.com',
        "suzie;mallory@example.com",
        "=?utf-8?q?=0D=0ABcc=3A_mallory=40example.com?=@example.org",
    ],
)
def test_only_one_complete_address_is_written_to(app: Flask, session: Session, address: str) -> None:
    with pytest.raises(outbox.ImpossibleAddress):
        queue(app, session, to=address)


def test_whom_we_wrote_to_is_forgotten_after_a_month(app: Flask, session: Session) -> None:
    queue(app, session)
    deliver(app, session, Recording())
    waiting = queue(app, session, to="charlie@example.org")
    assert outbox.forget_sent(session, now=make.NOW + timedelta(days=29)) == 0
    assert outbox.forget_sent(session, now=make.NOW + timedelta(days=31)) == 1
    assert session.scalars(select(Email)).all() == [waiting]


SPELLINGS = ["suzie@gmail.com", "su.zie@gmail.com", "Suzie+petition@googlemail.com", "SUZIE@GMAIL.COM"]


def test_a_mailbox_gets_three_mails_a_day_however_it_is_spelled(app: Flask, session: Session) -> None:
    """R13: a victim's address is typed in again and again, under petition after petition."""
    tries = [
        queued(app, session, to=SPELLINGS[number % 4], group=f"petition/{number}", limited=True) for number in range(40)
    ]
    assert [email is not None for email in tries] == [True] * 3 + [False] * 37
    assert queued(app, session, to="charlie@gmail.com", limited=True)


def test_a_mailbox_gets_ten_mails_a_week(app: Flask, session: Session) -> None:
    hours = range(0, 14 * 24, 6)
    sent = [
        hour for hour in hours if queued(app, session, limited=True, now=make.NOW + timedelta(hours=hour)) is not None
    ]
    for hour in sent:
        assert len([other for other in sent if hour - 24 < other <= hour]) <= 3
        assert len([other for other in sent if hour - 7 * 24 < other <= hour]) <= 10
    assert len(sent) == 20


def test_what_no_stranger_can_cause_is_not_limited(app: Flask, session: Session) -> None:
    assert all(queued(app, session) for _ in range(5))
    assert queued(app, session, limited=True)


def test_sixteen_who_ask_at_once_cause_three_mails(app: Flask, session: Session) -> None:
    session.rollback()

    def ask(number: int) -> bool:
        with Session(shared_engine(app.config["DATABASE_URL"])) as own, own.begin(), app.app_context():
            own.connection(execution_options={"only_reads": False})
            to, context = SPELLINGS[number % 4], {"name": "Suzie", "text": "Hello."}
            number_ = outbox.queue(own, "note", to=to, language="en", context=context, limited=True, now=make.NOW)
            return number_ is not None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(16))) == 3


def test_to_a_mailbox_on_the_list_nothing_is_queued(app: Flask, session: Session) -> None:
    with app.app_context():
        stopping.stop(session, mailbox_key(app.config["SECRET_KEY"], "suzie@gmail.com"), reason="asked", now=make.NOW)
    assert [queued(app, session, to=spelling) for spelling in SPELLINGS] == [None] * 4


def test_erasing_leaves_neither_waiting_mails_nor_an_address(app: Flask, session: Session) -> None:
    queue(app, session, about="signature/1")
    deliver(app, session, Recording())
    queue(app, session, about="signature/1", text="not sent yet")
    other = queue(app, session, about="signature/12")
    assert outbox.forget(session, about="signature/1") == 2
    session.commit()
    kept = session.scalars(select(Email).where(Email.id != other.id)).one()
    assert (kept.state, kept.to_address, kept.subject, kept.context, kept.about) == ("done", "", "", {}, "")
    assert kept.mailbox_key  # the limits still hold


def test_a_file_goes_with_the_row_it_was_written_for(app: Flask, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    for number in range(3):
        queue(app, session, about=f"signature/{number}")
    deliver(app, session, FileTransport(folder))
    outbox.forget(session, about="signature/1")
    session.commit()
    (folder / "half.part").write_text("To: suzie@example.org")
    assert forget_files(folder, but=lambda: outbox.files(session)) == 2
    assert len(list(folder.iterdir())) == 2
