"""The desk's pages of outgoing mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import doctor
from campaign.accounts.models import AuditEntry
from campaign.db import now
from campaign.mail import breaker, reading, stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email, MailSwitch, Suppression
from campaign.mail.transport import for_settings
from tests import make
from tests.conftest import Visitor
from tests.mail.outgoing import Recording, deliver, row, sender

SignInAs = Callable[..., Visitor]


def email(session: Session, **values: Any) -> Email:
    """A mail in the outbox, committed."""
    email = row(session, **({"due_at": make.NOW + timedelta(days=1)} | values))
    session.commit()
    return email


def write_files(app: Flask, session: Session) -> None:
    """Send everything that waits, as the worker does."""
    session.rollback()
    with app.app_context():
        sender(session, for_settings(app.config)).round(make.NOW + timedelta(days=2))


def did(session: Session) -> AuditEntry:
    """What was done last, as the audit trail has it; looking at the list does nothing."""
    session.rollback()
    acts = select(AuditEntry).where(AuditEntry.action != "mail.list")
    entry = session.scalars(acts.order_by(AuditEntry.id.desc())).first()
    assert entry
    return entry


def test_an_empty_outbox_says_what_will_come(sign_in: SignInAs) -> None:
    page = sign_in().page("/desk/mail")
    assert "No mail has been written yet" in page.text
    assert "No mail server is set" in page.text


def test_a_mail_that_became_a_file_can_be_read_and_its_link_followed(
    app: Flask, session: Session, sign_in: SignInAs
) -> None:
    email(session)
    write_files(app, session)
    owner = sign_in()
    page = owner.page("/desk/mail")
    link = page.find("a", string="Confirm your signature: Mend the bridge")
    mail = owner.page(link["href"])  # type: ignore[index,arg-type]
    links = [anchor["href"] for anchor in mail.select(".letter a")]
    assert links[0] == "http://localhost/signatures/abc"
    assert str(links[-1]).startswith("http://localhost/mail/stop/")
    assert did(session).action == "mail.read"


def test_a_mail_not_yet_written_is_not_there(session: Session, sign_in: SignInAs) -> None:
    number = email(session).id
    session.rollback()
    owner = sign_in()
    owner.page(f"/desk/mail/{number}", status=404)
    owner.page("/desk/mail/99999", status=404)
    session.rollback()
    assert "mail.read" not in session.scalars(select(AuditEntry.action)).all()


def test_a_failed_mail_says_why_and_can_be_tried_again(session: Session, sign_in: SignInAs) -> None:
    failed = email(session, state="failed", last_error="554 No such person", attempts=1)
    number = failed.id
    session.rollback()
    owner = sign_in()
    page = owner.page("/desk/mail")
    assert "failed" in page.select_one(".tag-bad").text  # type: ignore[union-attr]
    assert "554 No such person" in page.text
    owner.submit(f"/desk/mail/{number}/retry", {})
    session.rollback()
    assert (failed.state, failed.attempts, failed.last_error) == ("waiting", 0, "")


def test_only_what_was_asked_for_is_shown(session: Session, sign_in: SignInAs) -> None:
    for state in ("waiting", "failed", "done"):
        email(session, state=state, to_address=f"{state}@example.org", due_at=now() + timedelta(days=1))
    owner = sign_in()
    shown = {
        name: [cell.text for cell in owner.page(f"/desk/mail?show={name}").select("td[data-label=To]")]
        for name in ("waiting", "failed", "sent", "nonsense")
    }
    assert shown["waiting"] == ["waiting@example.org"]
    assert shown["failed"] == ["failed@example.org"]
    assert shown["sent"] == ["done@example.org"]
    assert len(shown["nonsense"]) == 3
    assert "The oldest has been due since" not in owner.page("/desk/mail").text
    email(session, due_at=make.NOW - timedelta(days=400))
    assert "The oldest has been due since" in owner.page("/desk/mail").text


def test_a_mail_that_was_not_wanted_says_so_and_is_no_failure(session: Session, sign_in: SignInAs) -> None:
    email(session, state="dropped", last_error="asked")
    page = sign_in().page("/desk/mail")
    assert "They asked for no more mail." in page.text
    assert not page.select(".tag-bad")


def test_all_failed_mails_are_tried_again_at_once(session: Session, sign_in: SignInAs) -> None:
    failed = [email(session, state="failed", attempts=17) for _ in range(3)]
    sent = email(session, state="done")
    session.rollback()
    sign_in().submit("/desk/mail/retry-failed", {})
    assert (did(session).action, did(session).detail) == ("mail.retry_failed", {"mails": 3})
    assert [(mail.state, mail.attempts) for mail in failed] == [("waiting", 0)] * 3
    assert sent.state == "done"


def test_only_a_failed_mail_can_be_deleted(session: Session, sign_in: SignInAs) -> None:
    failed, waiting = email(session, state="failed").id, email(session).id
    session.rollback()
    owner = sign_in()
    for number in (failed, waiting):
        owner.submit(f"/desk/mail/{number}/delete", {})
    session.rollback()
    assert session.scalars(select(Email.id)).all() == [waiting]


def test_paused_mail_waits_and_goes_on(app: Flask, session: Session, sign_in: SignInAs) -> None:
    mail, transport = email(session, due_at=make.NOW), Recording()
    session.rollback()
    owner = sign_in()
    owner.submit("/desk/mail/pause", {"reason": "The relay is moved"})
    page = owner.page("/desk/mail")
    assert "Mail is paused" in page.text and "owner@example.org" in page.text and "The relay is moved" in page.text
    assert did(session).action == "mail.pause"
    session.rollback()
    assert deliver(app, session, transport) == 0
    assert mail.state == "waiting"
    session.rollback()
    owner.submit("/desk/mail/resume", {})
    assert did(session).action == "mail.resume"
    assert deliver(app, session, transport) == 1
    assert session.get_one(MailSwitch, 1).paused_at is None


class TestTheBreaker:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"MAIL_BREAKER": 3}

    def test_an_alert_is_shown_and_an_owner_lets_some_go(self, app: Flask, session: Session, sign_in: SignInAs) -> None:
        moment = now()
        for _ in range(10):
            row(session, group="petition/1", due_at=moment)
        session.commit()
        transport = Recording()
        with app.app_context():
            held = sender(session, transport, threshold=3, batch=1)
            while held.round(moment):
                pass
        assert len(transport.sent) == 3
        session.rollback()
        with app.app_context():
            assert ["held back" in problem.text for problem in doctor._mail(session)] == [True]
        session.rollback()
        owner = sign_in()
        assert "petition/1: 3 sent since yesterday, 3 may be" in owner.page("/desk/mail").text
        owner.submit("/desk/mail/let-go", {"number": "0"}, status=422)
        owner.submit("/desk/mail/let-go", {"number": "4"})
        assert did(session).detail == {"mails": 4, "groups": ["", "petition/1"]}
        assert "petition/1" not in owner.page("/desk/mail").text
        assert breaker._tallied(session, now=moment)["petition/1"].allowance == 4


def test_the_list_says_how_many_and_gives_up_one_that_is_typed_in(
    app: Flask, session: Session, sign_in: SignInAs
) -> None:
    with app.app_context():
        for number, reason in enumerate(("asked", "bounced", "bounced")):
            key = mailbox_key(app.config["SECRET_KEY"], f"signer{number}@example.org")
            stopping.stop(session, key, reason=reason, now=make.NOW)  # type: ignore[arg-type]
    session.commit()
    owner = sign_in()
    page = owner.page("/desk/mail/stopped")
    assert [stat.text for stat in page.select(".stat strong")] == ["1", "2", "0"]
    owner.submit("/desk/mail/stopped", {"email": "nobody@example.org"}, status=422)
    owner.submit("/desk/mail/stopped", {"email": "Signer1@Example.org"})
    assert (did(session).action, did(session).detail) == ("mail.lift", {})
    assert len(session.scalars(select(Suppression)).all()) == 2


class TestWithAMailServer:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"SMTP_URL": "smtp://127.0.0.1:1"}

    def test_mails_cannot_be_read(self, session: Session, sign_in: SignInAs) -> None:
        number = email(session, state="done", context={}, subject="Confirm your signature").id
        session.rollback()
        owner = sign_in()
        page = owner.page("/desk/mail")
        assert "No mail server is set" not in page.text
        assert not page.select("tbody a")
        owner.page(f"/desk/mail/{number}", status=404)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Open http://localhost/a?b=c&d=e now", ["http://localhost/a?b=c&d=e"]),
        ("(http://localhost/a), http://localhost/b.", ["http://localhost/a", "http://localhost/b"]),
        ("http://localhost.evil.example/a", []),  # begins alike, leads elsewhere
        ("http://localhost@evil.example/a", []),
        ("javascript:alert(1)//http:/localhost/", []),
        ("https://elsewhere.example/", []),
    ],
)
def test_only_addresses_on_this_site_become_links(text: str, links: list[str]) -> None:
    pieces = reading.pieces(text, "http://localhost")
    assert [piece.href for piece in pieces if piece.href] == links
    assert "".join(piece.text for piece in pieces) == text
