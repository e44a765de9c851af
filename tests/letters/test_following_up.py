"""Two weeks later: did a reply come? Asked of those who wanted it, at an address they confirmed, and of nobody else."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from campaign import worker
from campaign.db import now
from campaign.letters import editing, following_up, ledger, rendering
from campaign.letters.models import FollowUp, Letter, LetterTemplate
from campaign.mail import composing, outbox, stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.officials.models import Post
from tests import make
from tests.conftest import Visitor, read
from tests.letters import world
from tests.letters.test_writing import SUZIE, URL, press, words
from tests.petitions.test_erasure import WORD, places

NOW = now()
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# In everything this test's canary leaves behind, see tests/petitions/test_erasure.py.
ANN = f"{WORD}.ann@{WORD}.example.org"
OFFICES = ("us-president", "us-senate-vt-1", "us-senate-vt-2")


@pytest.fixture
def template(session: Session, app: Flask) -> LetterTemplate:
    world.build(session)
    row = world.letter(session)
    session.commit()
    return row


@pytest.fixture(autouse=True)
def in_the_app(request: pytest.FixtureRequest) -> Any:
    if "client" in request.fixturenames:  # each of its requests brings its own
        yield
        return
    with request.getfixturevalue("app").app_context():
        yield


def prepared(client: Visitor) -> Any:
    """The page of a finished letter, in Suzie's browser."""
    return press(client, press(client, client.page(URL), "details", **SUZIE), "check")


def wished(client: Visitor, email: str = ANN, status: int = 200, **typed: str) -> Any:
    return press(client, prepared(client), "follow_up", status, wish="y", wish_email=email, **typed)


def mails(session: Session, kind: str = "confirm_follow_up") -> list[Email]:
    session.rollback()
    found = list(session.scalars(select(Email).where(Email.kind == kind).order_by(Email.id)))
    for one in found:  # as it was; the others stay what they are
        session.expunge(one)
    session.rollback()
    return found


def link(mail: Email) -> str:
    return str(mail.context["link"]).removeprefix("http://localhost")


def rows(session: Session) -> list[FollowUp]:
    session.rollback()
    found = list(session.scalars(select(FollowUp).order_by(FollowUp.letter_id)))
    for one in found:  # as it was; the others stay what they are
        session.expunge(one)
    session.rollback()
    return found


def confirmed(client: Visitor, session: Session, email: str = ANN) -> str:
    """A confirmed wish; returns its link."""
    wished(client, email)
    found = link(mails(session)[-1])
    client.submit(found, {"act": "confirm"})
    return found


def asked(app: Flask, session: Session, at: datetime) -> str:
    """The link in the question, which the worker mails at that time; "" when it mails none."""
    before = len(mails(session, "ask_reply"))
    with app.app_context():
        following_up.ask(session, now=at)
    session.commit()
    found = mails(session, "ask_reply")[before:]
    return link(found[0]) if found else ""


def ledger_row(session: Session, template: LetterTemplate, post_id: str = "us-president") -> Letter:
    """A letter that somebody prepared."""
    post = session.get_one(Post, post_id)
    sender = rendering.Sender("Suzie", "Signer", "1 Road", "Burlington")
    made = rendering.render(session, template, post, sender=sender, campaign_title="T", campaign_url="U", on=NOW.date())
    return ledger.prepare(
        session, template, rendering.finished(made, subject=made.subject, body=made.body), mine=[], now=NOW
    )


def test_the_wish_is_optional_and_says_what_is_kept(template: LetterTemplate, client: Visitor) -> None:
    page = prepared(client)
    box = page.select_one("input[name=wish]")
    assert box["type"] == "checkbox" and not box.has_attr("checked")
    assert "Ask me in 14 days whether a reply came" in words(page)
    hint = page.select_one("#wish_email-hint").text
    for promise in ("We keep your address", "office never sees it", "erased with your answer", "after 7 days"):
        assert promise in hint


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"wish_email": ANN}, "wish"),  # not ticked
        ({"wish": "y", "wish_email": ""}, "wish_email"),
        ({"wish": "y", "wish_email": "suzie at example"}, "wish_email"),
        ({"wish": "y", "wish_email": "a@example.org, b@example.org"}, "wish_email"),
        ({"wish": "y", "wish_email": "=?x?=@example.org"}, "wish_email"),  # our outbox refuses it
        ({"wish": "y", "wish_email": f"{'a' * 250}@example.org"}, "wish_email"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    session: Session, template: LetterTemplate, client: Visitor, typed: dict[str, str], wrong: str
) -> None:
    page = press(client, prepared(client), "follow_up", 422, **typed)
    assert page.select_one(f"#{wrong}-error") and page.select_one(".error-summary")
    assert page.select_one("#wish_email")["value"] == typed["wish_email"], "what was typed is kept"
    assert page.select_one("#letter").text.startswith("Dear President Ames"), "and so is the letter"
    assert rows(session) == [] and mails(session) == []


def test_nothing_is_asked_before_the_button_behind_the_link(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    assert "Look at your mail" in words(wished(client))
    mail = mails(session)[0]
    token = link(mail).rpartition("/")[2]
    assert len(token) >= 43, "256 bits"
    assert token not in str([vars(row) for row in rows(session)])
    for _ in range(3):  # a mail scanner
        assert "Shall we ask you" in words(client.page(link(mail)))
        assert client.head(link(mail)).status_code == 200
    client.submit(link(mail), {"act": "something"}, 400)
    assert rows(session)[0].confirmed_at is None
    assert asked(app, session, NOW + 20 * DAY) == ""
    client.submit(link(mail), {"act": "confirm"})
    first = rows(session)[0].confirmed_at
    assert "We will ask you" in words(client.page(link(mail)))
    client.submit(link(mail), {"act": "confirm"})
    assert rows(session)[0].confirmed_at == first, "pressing twice is pressing once"


def test_the_question_comes_two_weeks_after_the_writer_said_they_sent_it(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    confirmed(client, session)
    sent_at = now() + 3 * DAY
    session.execute(update(Letter).values(state="self-sent", changed_at=sent_at))
    session.commit()
    assert asked(app, session, sent_at + 13 * DAY) == ""
    assert asked(app, session, sent_at + 14 * DAY)
    assert asked(app, session, sent_at + 15 * DAY) == "", "once"


@pytest.mark.parametrize("state", ["asked", "queued", "sending", "held", "bounced", "unknown"])
def test_nobody_is_asked_about_a_letter_that_did_not_leave(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor, state: str
) -> None:
    confirmed(client, session)
    session.execute(update(Letter).values(state=state))
    session.commit()
    assert asked(app, session, NOW + 20 * DAY) == ""


def test_our_words_claim_no_more_than_we_know(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    confirmed(client, session)
    press(client, prepared(client), "report", did="self-sent")
    asked(app, session, now() + 14 * DAY)
    with app.app_context():
        text = composing.words(mails(session, "ask_reply")[0]).text
        counts = ledger.in_words(ledger.tallies(session, [template.id])[template.id])
    assert "you prepared a letter to this office" in text and "we sent" not in text
    assert counts == ["1 letter prepared", "1 person said they sent it"]


def test_the_question_can_be_unsubscribed_from_and_the_mail_that_confirms_is_no_mailing(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    confirmed(client, session)
    confirming = mails(session)[0]
    asked(app, session, now() + 14 * DAY)
    with app.app_context():
        sender = worker._sender()
        wire = composing.message(mails(session, "ask_reply")[0], sender)
        assert (
            wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "/mail/stop/" in wire["List-Unsubscribe"]
        )
        assert composing.message(confirming, sender)["List-Unsubscribe"] is None
        assert "/mail/stop/" in composing.words(confirming).text
    assert confirming.is_limited and not mails(session, "ask_reply")[0].is_limited


@pytest.mark.parametrize("said", ["yes", "no", "stop"])
def test_every_answer_erases_the_address(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor, said: str
) -> None:
    confirmed(client, session)
    question = asked(app, session, now() + 14 * DAY)
    for _ in range(2):
        assert len(client.page(question).select("button[name=reply]")) == 3
        assert client.head(question).status_code == 200
    client.submit(question, {"reply": "perhaps"}, 400)
    assert rows(session)[0].answer == ""
    for _ in range(2):  # pressed twice
        client.submit(question, {"reply": said})
    [row] = rows(session)
    assert (row.answer, row.email, row.mailbox_key) == (said, "", "")
    page = client.page(question)
    assert bool(page.find("a", string="Prepare a follow-up")) == (said == "no")
    assert "is not kept for it any more" in words(page)
    assert all(not mail.to_address and not mail.context for mail in mails(session) + mails(session, "ask_reply"))


@pytest.mark.parametrize(("did", "says"), [("self-sent", "I wrote to you on"), ("called", "I called your office on")])
def test_the_letter_that_follows_says_what_went_before(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor, did: str, says: str
) -> None:
    confirmed(client, session)
    session.execute(update(Letter).values(state=did, changed_at=NOW))
    session.commit()
    question = asked(app, session, now() + 14 * DAY)
    phone = app.test_client()  # mails are read elsewhere
    phone.submit(question, {"reply": "no"})
    start = phone.page(phone.page(question).find("a", string="Prepare a follow-up")["href"])
    text = press(phone, start, "details", **SUZIE).select_one("textarea").text
    assert f"Dear President Ames,\n\n{says}" in text and "and have had no reply." in text


def test_no_follow_up_is_offered_to_a_closed_campaign(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    confirmed(client, session)
    question = asked(app, session, now() + 14 * DAY)
    template.campaign.state = "closed"
    session.commit()
    client.submit(question, {"reply": "no"})
    assert not client.page(question).find("a", string="Prepare a follow-up")


def test_links_open_nothing_but_what_they_were_made_for(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    own = confirmed(client, session).rpartition("/")[2]
    question = asked(app, session, now() + 14 * DAY).rpartition("/")[2]
    altered = own[:-1] + ("A" if own[-1] != "A" else "B")
    for path in (
        f"/letters/follow-ups/{altered}",
        f"/letters/follow-ups/{question}",
        f"/letters/replies/{own}",
        f"/letters/replies/{altered}",
        f"/letters/{own}",
        f"/letters/{question}",
        f"/signatures/{own}",
        f"/letters/follow-ups/{rows(session)[0].token_hash}",
    ):
        for answer in (client.get(path), client.post(path, data={"act": "stop", "reply": "yes"})):
            assert answer.status_code == 404, path
    assert rows(session)[0].email == ANN


def test_a_link_that_nobody_used_dies_after_a_week(session: Session, template: LetterTemplate) -> None:
    token = following_up.wish(session, ledger_row(session, template), email=ANN, mine=[], now=NOW)
    assert token and following_up.find(session, token, now=NOW + WEEK - DAY)
    with pytest.raises(following_up.UnknownLink):
        following_up.find(session, token, now=NOW + WEEK)
    assert following_up.forget(session, now=NOW + WEEK - DAY) == 0
    assert following_up.forget(session, now=NOW + WEEK) == 1
    assert rows(session) == []


def test_whoever_presses_twice_gets_one_mail(session: Session, template: LetterTemplate, client: Visitor) -> None:
    page = prepared(client)
    for _ in range(2):
        press(client, page, "follow_up", wish="y", wish_email=ANN)
    assert len(mails(session)) == len(rows(session)) == 1


def test_a_mended_address_takes_the_place_of_the_slip(
    session: Session, template: LetterTemplate, client: Visitor
) -> None:
    wished(client, "slip@example.org")
    old = link(mails(session)[0])
    wished(client, ANN)
    assert client.get(old).status_code == 404
    assert [mail.to_address for mail in mails(session)] == [ANN], "the first had not left yet, and never will"
    assert [row.email for row in rows(session)] == [ANN]


def test_the_page_tells_nobody_whether_an_address_is_known(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    """Unknown, confirmed by its owner, "never mail me", a full mailbox: one page, byte for byte."""
    confirmed(client, session, "known@example.org")
    with app.app_context():
        key = mailbox_key(app.config["SECRET_KEY"], "stopped@example.org")
        stopping.stop(session, key, reason="asked", now=NOW)
        for _ in range(app.config["MAILBOX_DAY_LIMIT"]):
            values = {"to": "full@example.org", "language": "en", "context": {}, "limited": True, "now": now()}
            outbox.queue(session, "own_page", **values)
        session.commit()
    found = set()
    for name in ("unknown", "known", "stopped", "full"):
        mallory = app.test_client()
        page = prepared(mallory)
        data = {box["name"]: box.get("value", "") for box in page.select("main form input[type=hidden]")}
        data |= {"step": "follow_up", "wish": "y", "wish_email": f"{name}@example.org"}
        found.add(
            re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", mallory.post(URL, data=data).get_data(as_text=True))
        )
    assert len(found) == 1
    assert {row.email for row in rows(session)} == {"known@example.org", "unknown@example.org"}


def test_a_mailbox_gets_only_so_many_of_these_mails(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    for number in range(6):
        wished(app.test_client(), f"ann+{number}@gmail.com")
    assert len(mails(session)) == len(rows(session)) == app.config["MAILBOX_DAY_LIMIT"]


def test_one_mail_confirms_what_one_browser_wishes(session: Session, template: LetterTemplate) -> None:
    letters = [ledger_row(session, template, office) for office in OFFICES]
    mine = [row.id for row in letters]
    tokens = [following_up.wish(session, row, email=ANN, mine=mine, now=NOW) for row in letters[:2]]
    strangers = following_up.wish(session, ledger_row(session, template), email=ANN, mine=[], now=NOW)
    assert tokens[0] and tokens[1] is None and strangers
    first = following_up.find(session, tokens[0], now=NOW)
    assert len(following_up.under(session, first)) == 2
    following_up.confirm(session, first, now=NOW)
    assert following_up.wish(session, letters[2], email=ANN, mine=mine, now=NOW + DAY) is None
    session.commit()
    confirmed = {row.letter_id: row.confirmed_at is not None for row in rows(session)}
    assert [confirmed.pop(id) for id in mine] == [True] * 3
    assert list(confirmed.values()) == [False], "what another browser wished is not confirmed"


def test_another_address_in_the_same_browser_is_confirmed_by_itself(session: Session, template: LetterTemplate) -> None:
    letters = [ledger_row(session, template, office) for office in OFFICES]
    mine = [row.id for row in letters]
    token = following_up.wish(session, letters[0], email=ANN, mine=mine, now=NOW)
    assert token
    following_up.wish(session, letters[1], email=ANN, mine=mine, now=NOW)
    following_up.confirm(session, following_up.find(session, token, now=NOW), now=NOW)
    assert following_up.wish(session, letters[2], email="victim@example.org", mine=mine, now=NOW)
    # The first is retyped: its new link speaks for the new mailbox alone.
    retyped = following_up.wish(session, letters[0], email="victim@example.org", mine=mine, now=NOW)
    assert retyped is None, "the mail of the third letter is on its way to it"
    session.commit()
    known = {row.letter_id: (row.email, row.confirmed_at is not None) for row in rows(session)}
    assert list(known.values()) == [("victim@example.org", False), (ANN, True), ("victim@example.org", False)]


def test_a_link_for_another_mailbox_opens_nothing_of_one_that_has_answered(
    session: Session, template: LetterTemplate
) -> None:
    letters = [ledger_row(session, template, office) for office in OFFICES[:2]]
    mine = [row.id for row in letters]
    token = following_up.wish(session, letters[0], email=ANN, mine=mine, now=NOW)
    following_up.wish(session, letters[1], email=ANN, mine=mine, now=NOW)
    assert token
    first = following_up.find(session, token, now=NOW)
    following_up.confirm(session, first, now=NOW)
    following_up.answer(session, first, "yes", now=NOW + DAY)

    again = following_up.wish(session, letters[0], email="other@example.org", mine=mine, now=NOW + DAY)
    assert again
    opened = following_up.under(session, following_up.find(session, again, now=NOW + DAY))
    assert [row.email for row in opened] == ["other@example.org"]


def test_stopping_stops_all_wishes_of_a_mailbox(session: Session, template: LetterTemplate) -> None:
    letters = [ledger_row(session, template, office) for office in OFFICES]
    mine = [row.id for row in letters]
    token = following_up.wish(session, letters[0], email="ann@gmail.com", mine=mine, now=NOW)
    following_up.wish(session, letters[1], email="ann@gmail.com", mine=mine, now=NOW)
    following_up.wish(session, letters[2], email="A.nn+x@googlemail.com", mine=[], now=NOW)
    assert token
    following_up.stop(session, following_up.find(session, token, now=NOW), now=NOW)
    session.commit()
    assert [(row.email, row.answer) for row in rows(session)] == [("", "stop")] * 3


def test_only_the_browser_that_wrote_a_letter_can_wish(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    page = prepared(client)
    press(app.test_client(), page, "follow_up", 422, wish="y", wish_email=ANN)
    assert rows(session) == [] and mails(session) == []


def test_what_we_send_has_a_box_of_its_own(session: Session, template: LetterTemplate) -> None:
    row = ledger_row(session, template)
    row.state = "queued"
    with pytest.raises(ledger.WrongState):
        following_up.wish(session, row, email=ANN, mine=[row.id], now=NOW)


@pytest.mark.parametrize("settings", [{"LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 90}])
def test_both_boxes_stand_apart_on_one_page(session: Session, template: LetterTemplate, client: Visitor) -> None:
    world.contact(session, session.get_one(Post, "us-president"), "email", "office@example.gov")
    session.commit()
    page = prepared(client)
    ids = [tag["id"] for tag in page.select("[id]")]
    assert {"follow_up", "wish"} <= set(ids) and len(ids) == len(set(ids))
    press(client, page, "ask", reply_to=ANN, follow_up="yes")
    assert [(row.email, row.confirmed_at, row.token_hash) for row in rows(session)] == [(ANN, None, None)]
    client.submit(link(mails(session, "confirm_letter")[0]), {"act": "send"}, 200)
    assert rows(session)[0].confirmed_at


def test_wishes_have_a_limit_of_their_own(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    app.config["FOLLOW_UP_LIMIT"] = "2 per hour"
    for number in range(2):
        wished(client, f"a{number}@example.org")
    page = prepared(client)
    data = {box["name"]: box.get("value", "") for box in page.select("main form input[type=hidden]")}
    data |= {"step": "follow_up", "wish": "y", "wish_email": ANN}
    assert client.post(URL, data=data).status_code == 429
    assert [row.email for row in rows(session)] == ["a1@example.org"]


@pytest.mark.parametrize("settings", [{"WTF_CSRF_ENABLED": True}])
def test_another_site_can_press_none_of_these_buttons(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    with app.app_context():
        row = ledger_row(session, template)
        token = following_up.wish(session, row, email=ANN, mine=[], now=NOW)
        session.commit()
    for act in ("confirm", "stop"):
        client.submit(f"/letters/follow-ups/{token}", {"act": act}, 400)
    data = {"step": "follow_up", "wish": "y", "wish_email": ANN, "post": "us-president", **SUZIE}
    client.submit(URL, data, 400)
    assert rows(session)[0].confirmed_at is None and rows(session)[0].email == ANN


def test_wishes_that_are_over_are_deleted(session: Session, template: LetterTemplate) -> None:
    """Asked and never answered; of a letter that never left; of a mailbox that wants no mail."""
    letters = [ledger_row(session, template, office) for office in OFFICES]
    for number, row in enumerate(letters):
        token = following_up.wish(session, row, email=f"a{number}@example.org", mine=[], now=NOW)
        assert token
        following_up.confirm(session, following_up.find(session, token, now=NOW), now=NOW)
    letters[1].state = "held"
    session.commit()
    assert following_up.ask(session, now=NOW + 14 * DAY) == 2
    assert following_up.forget(session, now=NOW + 28 * DAY - timedelta(seconds=1)) == 0
    stopping.stop(session, rows(session)[2].mailbox_key, reason="asked", now=NOW)
    assert following_up.forget(session, now=NOW + 15 * DAY) == 1
    session.commit()
    assert [row.email for row in rows(session)] == ["a0@example.org", "a1@example.org"]
    assert following_up.forget(session, now=NOW + 28 * DAY) == 2
    session.commit()
    assert rows(session) == []
    assert not [mail.to_address for mail in mails(session) + mails(session, "ask_reply") if mail.to_address]


def test_a_mailbox_that_wants_no_mail_is_not_asked(session: Session, template: LetterTemplate) -> None:
    row = ledger_row(session, template)
    token = following_up.wish(session, row, email=ANN, mine=[], now=NOW)
    assert token
    following_up.confirm(session, following_up.find(session, token, now=NOW), now=NOW)
    session.commit()
    stopping.stop(session, rows(session)[0].mailbox_key, reason="asked", now=NOW)
    session.commit()
    following_up.ask(session, now=NOW + 14 * DAY)
    assert mails(session, "ask_reply") == [] and rows(session) == []


def test_two_workers_ask_once(session: Session, engine: Engine, template: LetterTemplate) -> None:
    row = ledger_row(session, template)
    token = following_up.wish(session, row, email=ANN, mine=[], now=NOW)
    assert token
    following_up.confirm(session, following_up.find(session, token, now=NOW), now=NOW)
    session.commit()
    with sessionmaker(engine)() as other:
        session.scalars(select(FollowUp)).all()  # both have seen it
        session.rollback()
        following_up.ask(other, now=NOW + 14 * DAY)
    following_up.ask(session, now=NOW + 14 * DAY)
    assert len(mails(session, "ask_reply")) == 1


def test_a_letter_taken_off_its_campaign_takes_the_wishes_along(session: Session, template: LetterTemplate) -> None:
    row = ledger_row(session, template)
    following_up.wish(session, row, email=ANN, mine=[], now=NOW)
    outbox.queue(session, "own_page", to=ANN, language="en", context={}, about=following_up.about(row.id), now=NOW)
    editing.delete(session, template, now=NOW)
    session.commit()
    assert rows(session) == [] and mails(session, "own_page") == []


def over(client: Visitor, session: Session, app: Flask, how: str) -> None:
    """One of the ways in which a wish ends."""
    if how == "never confirmed":
        wished(client)
        worker.forget_letters(now() + WEEK)
        return
    own = confirmed(client, session)
    if how == "own page":
        client.submit(own, {"act": "stop"})
        return
    if how == "never mail me":
        stop = composing.words(mails(session)[0]).text.rpartition("http://localhost")[2].strip()
        client.submit(stop, {"act": "stop"})
        worker.forget_letters(now())
        return
    question = asked(app, session, now() + 14 * DAY)
    if how == "no answer":
        worker.forget_letters(now() + 29 * DAY)
    else:
        client.submit(question, {"reply": how})


@pytest.mark.parametrize("how", ["never confirmed", "own page", "never mail me", "no answer", "yes", "no", "stop"])
def test_nothing_of_the_address_is_left_once_it_is_over(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor, how: str
) -> None:
    with app.app_context():
        over(client, session, app, how)
        session.rollback()
        session.get_bind().dispose()
        worker.run(app, once=True)
    session.rollback()
    assert places(session, Path(app.config["INSTANCE"])) == []


def test_a_signer_sees_it_among_their_data_and_has_it_erased_with_them(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    make.petition(session, template.campaign)
    session.commit()
    confirmed(client, session)
    told = {"given_name": "Suzie", "email": ANN, "country": "US", "postcode": "05401"}
    client.submit("/campaigns/bridge/sign", told)
    own = link(mails(session, "confirm_signature")[0])
    client.submit(own, {"act": "confirm"})
    data = client.post(own, data={"act": "download"}).get_json()
    [known] = data["letter_follow_ups"]
    assert (known["to"], known["office"]) == (ANN, "President of the United States")
    client.submit(own, {"act": "erase"})
    assert rows(session) == []


def test_pages_behind_links_are_kept_out_of_search_engines(
    session: Session, app: Flask, template: LetterTemplate, client: Visitor
) -> None:
    own = confirmed(client, session)
    for path in (own, asked(app, session, now() + 14 * DAY)):
        page = read(client.get(path))
        assert re.search("noindex", str(page.select_one("meta[name=robots]")))
