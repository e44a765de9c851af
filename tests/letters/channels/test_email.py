"""Letters that this server sends: confirmed first, at most once, at the pace an office can read."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_date
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from campaign import worker
from campaign.db import now
from campaign.errors import Refused
from campaign.letters import following_up, ledger, rendering, watching
from campaign.letters.channels.email import asking, erasing, objecting, sending
from campaign.letters.channels.email.models import MailedLetter, Objection
from campaign.letters.channels.email.offering import offer
from campaign.letters.channels.email.rules import CannotSend
from campaign.letters.channels.email.sending import Sender
from campaign.letters.models import Letter, LetterTemplate
from campaign.letters.rendering import RenderedLetter
from campaign.mail import composing
from campaign.mail.models import Email
from campaign.mail.transport import FileTransport, SendingFailed, SmtpTransport
from campaign.officials.models import ContactDetail, Membership, Post, RosterImport
from tests import make
from tests.conftest import FULL, Visitor, read
from tests.letters import world
from tests.letters.test_writing import SUZIE, press, words

URL = "/campaigns/bridge/letters/write"
NOW = now()
HOUR = timedelta(hours=1)
CROWD = 60 if FULL else 8


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 90}


def arranged(session: Session, offices: int = 1) -> LetterTemplate:
    """The President, and further offices, have a mailbox."""
    world.build(session)
    for number in range(offices):
        post = session.get(Post, "us-president") if not number else make.make_post(session, f"mayor-{number}")
        assert post
        if number:
            world.held(session, post, f"May Or{number}")
        world.contact(session, post, "email", f"office{number}@example.gov")
    template = world.letter(session)
    session.flush()
    return template


def letter(session: Session, template: LetterTemplate, post_id: str = "us-president", body: str = "") -> RenderedLetter:
    """body: of the writer's own."""
    post = session.get(Post, post_id)
    assert post
    sender = rendering.Sender("Suzie", "Signer", "1 Road", "Burlington")
    made = rendering.render(session, template, post, sender=sender, campaign_title="T", campaign_url="U", on=NOW.date())
    return rendering.finished(made, subject=made.subject, body=body or made.body)


def asked(session: Session, template: LetterTemplate, email: str = "suzie@example.org", **values: Any) -> str:
    text = letter(session, template, **values)
    row = ledger.prepare(session, template, text, mine=[], now=NOW)
    return asking.ask(session, row, text, email=email, now=NOW)


def queued(session: Session, template: LetterTemplate, email: str = "suzie@example.org", **values: Any) -> None:
    asking.confirm(session, asking.find(session, asked(session, template, email, **values), now=NOW), now=NOW)


class Sink:
    """A mail server that remembers. fails: what it answers instead of taking a mail."""

    def __init__(self, fails: Callable[[], Exception] | None = None) -> None:
        self.taken: list[EmailMessage] = []
        self.fails = fails

    def send(self, message: EmailMessage) -> None:
        if self.fails:
            raise self.fails()
        self.taken.append(message)

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def sender(engine: Engine, sink: Any, per_hour: int = 0) -> Iterator[Sender]:
    yield Sender(sessionmaker(engine), sink, Address("Site", addr_spec="campaign@site.example"), per_hour)


def states(session: Session) -> list[str]:
    session.commit()  # so that it sees what others did
    return sorted(session.scalars(select(Letter.state)))


@pytest.mark.parametrize("state", ["asked", "queued", "sent", "sending"])
def test_whoever_asks_to_be_erased_leaves_no_letter(session: Session, app: Flask, engine: Engine, state: str) -> None:
    template, sink = arranged(session), Sink()
    own = "My canary crosses the bridge every day."
    with app.app_context():
        other = asked(session, template, email="mallory@example.org")
        (asked if state == "asked" else queued)(session, template, body=own)
        session.commit()
        if state == "sent":
            with sender(engine, sink) as sending_:
                sending_.round(NOW)
        elif state == "sending":
            session.execute(update(Letter).where(Letter.state == "queued").values(state="sending", changed_at=NOW))
        session.commit()
        assert [one["body"] for one in erasing.known(session, "Suzie@Example.org")] == [own]

        erasing.forget_mailbox(session, "Suzie@Example.org", now=NOW)
        session.commit()
        assert erasing.known(session, "suzie@example.org") == []
        assert own not in str(session.execute(select(MailedLetter.__table__)).all())
        assert "suzie" not in "".join(session.scalars(select(MailedLetter.reply_to)))
        assert asking.find(session, other, now=NOW).reply_to == "mallory@example.org"
        after = {"asked": "prepared", "queued": "held", "sent": "sent", "sending": "sending"}
        assert states(session) == sorted(["asked", after[state]])
        # A mail server that was away when they asked: the worker had it in its hands, and gets nothing to send now.
        session.execute(update(Letter).where(Letter.state == "sending").values(state="queued", changed_at=NOW))
        session.commit()
        with sender(engine, sink) as sending_:
            sending_.round(NOW + HOUR)
        assert len(sink.taken) == (state == "sent")
        assert session.scalars(select(Email).where(Email.kind == "letter_returned")).all() == []


def test_nothing_is_offered_unless_the_host_wants_it(session: Session, app: Flask) -> None:
    template = arranged(session)
    with app.app_context():
        assert offer(letter(session, template), [])
        app.config["LETTER_EMAIL"] = 0
        assert offer(letter(session, template), []) is None


def closed(session: Session, how: str) -> None:
    post = session.get(Post, "us-president")
    assert post
    if how == "objected":
        session.add(Objection(post_id=post.id, created_at=NOW))
    elif how == "nobody holds it":
        session.execute(update(Membership).where(Membership.post_id == post.id).values(end_date=NOW.date()))
    elif how == "bouncing":
        session.execute(update(ContactDetail).where(ContactDetail.type == "email").values(status="bouncing"))
    elif how == "old roster":
        session.execute(update(Membership).values(last_seen_as_of=NOW.date() - timedelta(days=91)))
        session.execute(update(RosterImport).values(as_of=NOW.date() - timedelta(days=91)))
    elif how == "no mailbox":
        session.query(ContactDetail).filter_by(type="email").delete()
    session.flush()
    session.expire_all()


@pytest.mark.parametrize("how", ["objected", "nobody holds it", "bouncing", "old roster", "no mailbox"])
def test_a_letter_that_must_not_leave_is_refused_at_each_step(
    session: Session, app: Flask, engine: Engine, how: str
) -> None:
    template = arranged(session)
    with app.app_context():
        token = asked(session, template)
        queued(session, template, "olga@example.org")
        closed(session, how)
        text = letter(session, template)
        assert offer(text, []) is None
        with pytest.raises(CannotSend):
            asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
        session.commit()
        with sender(engine, sink := Sink()) as sending_:
            sending_.round(NOW)
        assert (sink.taken, states(session)) == ([], ["asked", "held"])


def test_letters_nobody_confirmed_never_leave(session: Session, app: Flask, engine: Engine) -> None:
    """R21: 30 days of rounds; only the confirmed ones arrive, each once."""
    template = arranged(session)
    app.config["LETTER_ALIKE"] = 0
    with app.app_context():
        for number in range(CROWD):
            asked(session, template, f"u{number}@example.org")
            queued(session, template, f"c{number}@example.org")
        session.commit()
        with sender(engine, sink := Sink()) as sending_:
            for day in range(30):
                sending_.round(NOW + timedelta(days=day))
    assert len(sink.taken) == CROWD == len({mail["Reply-To"] for mail in sink.taken})
    assert len({mail["Message-ID"] for mail in sink.taken}) == CROWD


def test_a_letter_comes_from_us_and_is_answered_to_its_writer(session: Session, app: Flask, engine: Engine) -> None:
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        session.commit()
        with sender(engine, sink := Sink()) as sending_:
            assert sending_.round(NOW) == 1
            assert sending_.round(NOW + HOUR) == 0
    (mail,) = sink.taken
    assert mail["From"] == "Suzie Signer via Campaign <campaign@site.example>"
    assert (mail["Reply-To"], mail["To"]) == ("Suzie Signer <suzie@example.org>", "office0@example.gov")
    assert mail["Auto-Submitted"] is None and mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert text.startswith("Dear President Ames,\n\nI urge you to mend the bridge")
    assert "confirmed by e-mail that it is theirs" in text and "/letters/objections/" in text
    assert states(session) == ["sent"]


def test_one_letter_per_person_office_and_campaign(session: Session, app: Flask) -> None:
    template = arranged(session, offices=2)
    with app.app_context():
        queued(session, template, "ann@gmail.com")
        queued(session, template, "ann@gmail.com", post_id="mayor-1")
        again = asked(session, template, "A.n.n+x@googlemail.com")
        with pytest.raises(asking.SentAlready):
            asking.confirm(session, asking.find(session, again, now=NOW), now=NOW)
        assert states(session) == ["asked", "queued", "queued"]


def test_confirmed_letters_let_more_mails_leave(session: Session, app: Flask) -> None:
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        asked(session, template, "ann@example.org")
        group = f"letters/{template.campaign_id}"
        known = app.extensions["mail breaker"]
        assert [known(session, NOW.date() + timedelta(days=later)) for later in (0, 1)] == [{group: 1}, {}]


def test_a_link_works_once_and_for_a_week(session: Session, app: Flask) -> None:
    template = arranged(session)
    with app.app_context():
        token = asked(session, template)
        assert token not in str(vars(session.scalars(select(MailedLetter)).one()))
        with pytest.raises(asking.UnknownLink):
            asking.find(session, token, now=NOW + asking.LIFE)
        asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
        with pytest.raises(asking.UnknownLink):
            asking.find(session, token, now=NOW)


def test_an_office_gets_no_more_than_its_pace_in_any_hour(session: Session, app: Flask, engine: Engine) -> None:
    """R22."""
    template = arranged(session, offices=2)
    left: dict[str, list[datetime]] = {"office0@example.gov": [], "office1@example.gov": []}
    with app.app_context():
        for number in range(12):
            queued(session, template, f"a{number}@example.org", post_id="us-president" if number < 9 else "mayor-1")
        session.commit()
        with sender(engine, sink := Sink(), per_hour=4) as sending_:
            for minute in range(0, 200, 10):
                before = len(sink.taken)
                sending_.round(NOW + timedelta(minutes=minute))
                for mail in sink.taken[before:]:
                    left[mail["To"]].append(NOW + timedelta(minutes=minute))
    assert [len(times) for times in left.values()] == [9, 3]
    times = left["office0@example.gov"]
    assert max(sum(start <= at < start + HOUR for at in times) for start in times) == 4


def test_a_crash_while_sending_leaves_a_letter_in_doubt_and_never_twice(
    session: Session, app: Flask, engine: Engine
) -> None:
    template = arranged(session)

    class Killed(BaseException):
        """As when the power goes."""

    with app.app_context():
        queued(session, template)
        session.commit()
        with sender(engine, Sink(Killed)) as dying, pytest.raises(Killed):  # type: ignore[arg-type]
            dying.round(NOW)
        assert states(session) == ["sending"]
        with sender(engine, sink := Sink()) as next_one:
            next_one.round(NOW + HOUR)
            next_one.round(NOW + HOUR)
    assert (sink.taken, states(session)) == ([], ["unknown"])


@pytest.mark.parametrize(
    ("permanent", "in_doubt", "expected"),
    [(True, False, "bounced"), (False, False, "queued"), (False, True, "unknown")],
)
def test_what_a_mail_server_answers_decides(
    session: Session, app: Flask, engine: Engine, permanent: bool, in_doubt: bool, expected: str
) -> None:
    def answer() -> SendingFailed:
        failure = SendingFailed("550 no", permanent=permanent)
        failure.in_doubt = in_doubt
        return failure

    template = arranged(session)
    with app.app_context():
        queued(session, template)
        session.commit()
        with sender(engine, Sink(answer)) as sending_:
            sending_.round(NOW)
            assert sending_.round(NOW) == 0, "not at once again"
    assert states(session) == [expected]


def test_a_writer_is_told_once_when_their_letter_did_not_arrive(session: Session, app: Flask, engine: Engine) -> None:
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        session.commit()
        no_such_mailbox = SendingFailed("550 5.1.1 unknown", permanent=True, about="mailbox")
        with sender(engine, Sink(lambda: no_such_mailbox)) as sending_:
            for _ in range(3):
                sending_.round(NOW)
        mail = session.scalars(select(Email).where(Email.kind == "letter_returned")).one()
        assert mail.to_address == "suzie@example.org"
        assert "was not delivered" in composing.words(mail).text
        assert offer(letter(session, template), []) is None, "nobody is sent there again"


@pytest.mark.parametrize("wanted", [True, False])
def test_two_weeks_later_those_who_wanted_it_are_asked_for_a_reply(
    session: Session, app: Flask, engine: Engine, client: Visitor, wanted: bool
) -> None:
    template = arranged(session)
    with app.app_context():
        text = letter(session, template)
        row = ledger.prepare(session, template, text, mine=[], now=NOW)
        token = asking.ask(session, row, text, email="suzie@example.org", follow_up=wanted, now=NOW)
        asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
        session.commit()
        with sender(engine, Sink()) as sending_:
            sending_.round(NOW)
        for days in (0, 13, 14, 15):
            following_up.ask(session, now=NOW + timedelta(days=days))
        session.commit()
    questions = session.scalars(select(Email).where(Email.kind == "ask_reply")).all()
    assert [mail.created_at - NOW for mail in questions] == ([timedelta(days=14)] if wanted else [])
    if wanted:
        link = questions[0].context["link"].removeprefix("http://localhost")
        with app.app_context():
            assert "Two weeks ago we sent your letter" in composing.words(questions[0]).text
        session.commit()
        assert len(client.page(link).select("button[name=reply]")) == 3
        client.submit(link, {"reply": "no"})
        page = client.page(link)
        assert session.scalars(select(MailedLetter.confirmed_key)).all() == [None], "another may follow it"
        session.rollback()
        start = client.page(page.find("a", string="Prepare a follow-up")["href"])
        follow_up = press(client, start, "details", **SUZIE).select_one("textarea").text
        day = format_date(NOW.date(), format="long", locale="en")
        assert f"Dear President Ames,\n\nI wrote to you on {day} and have had no reply.\n\nI urge" in follow_up


class HangsUp(socketserver.StreamRequestHandler):
    """A mail server that takes a letter and is gone before it says so."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                return
            self.wfile.write(b"250 ok\r\n")


@pytest.mark.parametrize(("listens", "expected"), [(True, "unknown"), (False, "queued")])
def test_only_a_connection_that_broke_off_leaves_a_letter_in_doubt(
    session: Session, app: Flask, engine: Engine, listens: bool, expected: str
) -> None:
    template = arranged(session)
    with app.app_context(), socketserver.ThreadingTCPServer(("127.0.0.1", 0), HangsUp) as server:
        queued(session, template)
        session.commit()
        port = server.server_address[1]
        if listens:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        else:
            server.socket.close()
        with sender(engine, SmtpTransport(f"smtp://127.0.0.1:{port}")) as sending_:
            sending_.round(NOW)
            sending_.close()
        if listens:
            server.shutdown()
    assert states(session) == [expected]


def test_an_objection_stops_what_waits(session: Session, app: Flask, engine: Engine) -> None:
    """R23: offices object between two rounds; nothing reaches them afterwards."""
    template = arranged(session, offices=4)
    with app.app_context():
        for number in range(16):
            post = ["us-president", "mayor-1", "mayor-2", "mayor-3"][number % 4]
            queued(session, template, f"a{number}@example.org", post_id=post)
        session.commit()
        with sender(engine, sink := Sink(), per_hour=2) as sending_:
            sending_.round(NOW)
            before = len(sink.taken)
            for post_id in ("us-president", "mayor-2"):
                post = session.get(Post, post_id)
                assert post
                assert objecting.object_to(session, post, reason="No", now=NOW) == 2
            session.commit()
            for hour in range(1, 4):
                sending_.round(NOW + hour * HOUR + timedelta(minutes=hour))
    assert before == 8
    assert {mail["To"] for mail in sink.taken[before:]} == {"office1@example.gov", "office3@example.gov"}
    assert states(session).count("held") == 4


def test_an_organiser_learns_which_office_objected_and_why(session: Session, app: Flask, sign_in: Any) -> None:
    template = arranged(session)
    post = session.get(Post, "us-president")
    assert post
    with app.app_context():
        assert watching.tell(session, to="charlie@example.org", now=NOW) == 0
        objecting.object_to(session, post, reason="Write to the ministry.", now=NOW)
        assert [watching.tell(session, to="charlie@example.org", now=NOW) for _ in range(2)] == [1, 0]
        assert objecting.among(session, []) == []
        session.commit()
        mail = composing.words(session.scalars(select(Email)).one()).text
    assert "asked to get no letters through this site: President of the United States" in " ".join(mail.split())
    page = words(sign_in().page(f"/desk/campaigns/{template.campaign.slug}/letters"))
    assert "President of the United States" in page and "Write to the ministry." in page


def test_texts_are_erased_four_weeks_after_they_left(session: Session, app: Flask, engine: Engine) -> None:
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        asked(session, template, "never@example.org")
        session.commit()
        with sender(engine, Sink()) as sending_:
            sending_.round(NOW)
        session.expire_all()
        assert sending.forget(session, now=NOW + timedelta(days=27)) == 1  # the one nobody confirmed
        assert sending.forget(session, now=NOW + timedelta(days=28)) == 1
        session.expire_all()
        (row,) = session.scalars(select(MailedLetter))
        assert (row.sender_name, row.reply_to, row.subject, row.body, row.made_from) == ("", "", "", "", None)
        assert states(session) == ["prepared", "sent"]


def test_a_letter_that_became_a_file_stays_until_its_text_is_erased(
    session: Session, app: Flask, engine: Engine, tmp_path: Path
) -> None:
    """Where no mail server is set."""
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        session.commit()
        with sender(engine, FileTransport(tmp_path / "mail")) as sending_:
            sending_.round(NOW)
        worker.forget_mail_files(NOW)
        (file,) = (tmp_path / "mail").iterdir()
        assert b"Dear President Ames" in file.read_bytes()
        sending.forget(session, now=NOW + timedelta(days=28))
        session.commit()
        worker.forget_mail_files(NOW)
        assert not list((tmp_path / "mail").iterdir())


@pytest.mark.parametrize(
    ("email", "message"),
    [("office0@example.gov", "office’s own address"), ("suzie", "complete e-mail address"), ("", "complete e-mail")],
)
def test_the_writers_address_must_be_theirs(session: Session, app: Flask, email: str, message: str) -> None:
    template = arranged(session)
    with app.app_context(), pytest.raises(Refused, match=message):
        asked(session, template, email)


@pytest.mark.parametrize("name", ["Suzie\r\nBcc: x@example.org", "=?utf-8?q?Evil?=", 'A "quoted" <x@y.org>', "محمد 李"])
def test_no_name_begins_a_header_of_its_own(session: Session, app: Flask, engine: Engine, name: str) -> None:
    template = arranged(session)
    with app.app_context():
        text = letter(session, template)
        text = rendering.replace(text, sender=rendering.Sender(name))
        row = ledger.prepare(session, template, text, mine=[], now=NOW)
        token = asking.ask(session, row, text, email="suzie@example.org", now=NOW)
        asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
        session.commit()
        with sender(engine, sink := Sink()) as sending_:
            sending_.round(NOW)
    (mail,) = sink.taken
    assert mail["Bcc"] is None and b"\nBcc" not in mail.as_bytes()
    assert mail["From"].addresses[0].addr_spec == "campaign@site.example"


def test_a_writer_asks_confirms_and_reads_that_it_waits(session: Session, client: Visitor, app: Flask) -> None:
    arranged(session)
    session.commit()
    page = press(client, press(client, client.page(URL), "details", **SUZIE), "check")
    page = press(client, page, "ask", reply_to="suzie@example.org")
    assert "Not sent yet: open the link we mailed you" in words(page)
    mail = session.scalars(select(Email)).one()
    link = re.sub("^http://localhost", "", mail.context["link"])
    session.rollback()
    shown = client.page(link)
    assert shown.select_one(".letter").text.startswith("Dear President Ames,")
    assert states(session) == ["asked"], "looking sends nothing"
    session.rollback()
    done = read(client.post(link, data={"act": "send"}))
    assert "Your letter is on its way" in done.h1.text
    assert states(session) == ["queued"]
    session.rollback()
    client.page(link, 404)


def test_a_letter_somebody_did_not_write_is_erased(session: Session, client: Visitor, app: Flask) -> None:
    template = arranged(session)
    with app.app_context():
        token = asked(session, template)
    session.commit()
    page = read(client.post(f"/letters/{token}", data={"act": "discard"}))
    assert "erased" in page.h1.text
    assert states(session) == ["prepared"] and not session.scalars(select(MailedLetter)).all()


def test_an_office_stops_letters_by_the_link_in_them(session: Session, client: Visitor, app: Flask) -> None:
    template = arranged(session)
    with app.app_context():
        queued(session, template)
        token = asking.rules.objection_token("us-president")
    session.commit()
    url = f"/letters/objections/{token}"
    client.page(url)
    assert states(session) == ["queued"], "looking stops nothing"
    session.rollback()
    read(client.post(url, data={"reason": "Too many"}))
    assert states(session) == ["held"]
    assert session.scalars(select(Objection.reason)).all() == ["Too many"]
    session.rollback()
    client.page("/letters/objections/nonsense", 404)
    page = press(client, press(client, client.page(URL), "details", **SUZIE), "check")
    assert not page.select("button[value=ask]") and page.select("button[value=pdf]"), "other ways stay"
