"""The pages: asking, the button behind the link, choosing, and ending with one click."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import worker
from campaign.mail import composing, stopping
from campaign.mail.composing import words
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.petitions import counting
from campaign.petitions.models import Petition, Signature
from campaign.subscriptions.models import Following, Subscription
from tests import make
from tests.conftest import Visitor

SUZIE = "suzie@example.org"


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"SUBSCRIBE_LIMIT": "1000 per minute"}


@pytest.fixture
def bridge(session: Session) -> Petition:
    campaign = make.campaign(session, slug="bridge", categories=[make.category(session)])
    petition = make.petition(session, campaign, post=make.make_post(session, "mayor"), closes_at=None, opens_at=None)
    session.commit()
    return petition


def last_mail(app: Flask, session: Session) -> tuple[Email, composing.Words]:
    session.rollback()
    email = session.scalars(select(Email).order_by(Email.id.desc()).limit(1)).one()
    with app.app_context():
        return email, words(email)


def path_in(text: str, start: str) -> str:
    found = re.search(rf"http://localhost({start}\S+)", text)
    assert found, text
    return found[1]


def subscribed(client: Visitor, app: Flask, session: Session, query: str = "", email: str = SUZIE) -> str:
    """The path of the page of somebody who has just confirmed."""
    form = client.page(f"/subscribe{query}")
    wish = form.select_one("input[name=wish]")
    client.submit("/subscribe", {"email": email, "wish": wish["value"] if wish else ""})
    page = path_in(last_mail(app, session)[1].text, "/subscriptions/")
    client.submit(page, {"act": "confirm"})
    return page


def state(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Subscription.state)))


@pytest.mark.usefixtures("bridge")
def test_a_mailed_link_and_a_button_begin_it(app: Flask, session: Session, client: Visitor) -> None:
    assert "Transport" in client.page("/subscribe?category=transport").text
    client.submit("/subscribe", {"email": SUZIE, "wish": "category/transport"})
    email, said = last_mail(app, session)
    assert (email.kind, email.to_address) == ("confirm_subscription", SUZIE)
    assert "Transport" in said.text and "Transport" in said.html and "/mail/stop/" in said.text
    page = path_in(said.text, "/subscriptions/")
    assert client.page(page).find("h1").text == "Do you want news from us?"  # type: ignore[union-attr]
    assert state(session) == ["pending"]  # a scanner followed the link
    client.submit(page, {"act": "confirm"})
    shown = client.page(page)
    assert state(session) == ["active"]
    assert [box["value"] for box in shown.select("input[type=checkbox][checked]")] == ["category/transport"]


@pytest.mark.usefixtures("bridge")
def test_no_box_is_ticked_before_somebody_ticks_it(app: Flask, session: Session, client: Visitor) -> None:
    assert not client.page("/subscribe").select("[checked]")
    page = client.page(subscribed(client, app, session))
    assert not page.select("input[type=checkbox][checked]")
    assert "follow nothing yet" in page.text


@pytest.mark.usefixtures("bridge")
def test_whatever_the_address_the_answer_is_the_same(app: Flask, session: Session) -> None:
    app.test_client_class = Visitor
    first = app.test_client()
    subscribed(first, app, session, "?category=transport")  # type: ignore[arg-type]
    session.rollback()
    session.add(make_suppression(app, "gone@example.org"))
    session.commit()
    answers = set()
    for email in (SUZIE, "new@example.org", "new@example.org", "S.uzie@example.org", "gone@example.org"):
        stranger = app.test_client()
        response = stranger.post("/subscribe", data={"email": email, "wish": "campaign/bridge"})
        page = stranger.get(response.location)
        answers.add((response.status_code, response.data, response.location, page.status_code, page.data))
        assert "Set-Cookie" not in response.headers
    assert len(answers) == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Following)) == 1
    assert not session.scalars(select(Email).where(Email.to_address == "gone@example.org")).all()


def make_suppression(app: Flask, email: str) -> Any:
    from campaign.mail.models import Suppression  # noqa: PLC0415

    key = mailbox_key(app.config["SECRET_KEY"], email)
    return Suppression(mailbox_key=key, reason="asked", created_at=make.NOW)


def test_a_mailbox_gets_three_such_mails_a_day_and_no_row_stays_behind(
    app: Flask, session: Session, client: Visitor
) -> None:
    for _ in range(5):
        client.submit("/subscribe", {"email": SUZIE})
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Email)) == 3
    session.add(make_suppression(app, "gone@example.org"))
    session.commit()
    client.submit("/subscribe", {"email": "gone@example.org"})
    session.rollback()
    assert list(session.scalars(select(Subscription.email))) == [SUZIE]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "Enter your e-mail address."),
        ({"email": "suzie"}, "This is not a complete address"),
        ({"email": "a@example.org, b@example.org"}, "One address only"),
        ({"email": "=?x?=@example.org"}, "This is not a complete address"),
        ({"email": SUZIE, "website": "http://spam.example"}, "Leave this field empty"),
        ({"email": ["a@example.org", "b@example.org"]}, "sent twice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client: Visitor, data: dict[str, Any], error: str) -> None:
    response = client.submit("/subscribe", data, status=422)
    assert error in response.get_data(as_text=True)


@pytest.mark.usefixtures("bridge")
def test_choosing_pausing_ending_and_erasing(app: Flask, session: Session, client: Visitor) -> None:
    page = subscribed(client, app, session)
    chosen = {"frequency": "weekly", "categories": ["category/transport"], "officials": "official/mayor"}
    client.submit(page, chosen | {"act": "save"})
    ticked = client.page(page).select("input[checked]")
    assert {box["value"] for box in ticked} == {"weekly", "category/transport", "official/mayor"}
    client.submit(page, {"act": "save", "frequency": "never"}, status=422)
    client.submit(page, {"act": "steal"}, status=422)
    for act, becomes in (("pause", "paused"), ("resume", "active"), ("end", "ended"), ("confirm", "active")):
        client.submit(page, {"act": act})
        assert state(session) == [becomes]
        client.page(page)
    response = client.submit(page, {"act": "erase"})
    assert state(session) == []
    assert "deleted" in client.page(response.location).text
    assert "Send me a new link" in client.page(page, 404).text


def test_a_wrong_link_opens_nothing_and_trying_is_limited(app: Flask, client: Visitor) -> None:
    app.config["LINK_LIMIT"] = "2 per minute"
    assert [client.get("/subscriptions/guess").status_code for _ in range(3)] == [404, 404, 429]
    assert client.get("/unsubscribe/guess").status_code == 404


@pytest.mark.usefixtures("bridge")
def test_one_click_ends_news_and_nothing_else(app: Flask, session: Session, client: Visitor) -> None:
    subscribed(client, app, session, "?campaign=bridge")
    editor = app.test_client()
    with app.app_context():
        key = mailbox_key(app.config["SECRET_KEY"], SUZIE)
        tell(app, session)
        email, said = last_mail(app, session)
        message = composing.message(email, composing.Address("C", addr_spec="c@example.org"))
    assert email.kind == "news_digest" and "The mayor answered" in said.text
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert editor.get(link).status_code == 200 and state(session) == ["active"]
    response = editor.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (response.status_code, state(session)) == (200, ["ended"])
    assert "Set-Cookie" not in response.headers
    with app.app_context():
        assert not stopping.is_stopped(session, key)
    assert not session.scalars(select(Email).where(Email.kind == "news_digest")).all()  # it had not left


def tell(app: Flask, session: Session) -> None:
    """An update of the bridge, mailed by the worker."""
    from campaign.campaigns import updating  # noqa: PLC0415
    from campaign.campaigns.models import Campaign  # noqa: PLC0415
    from campaign.db import now  # noqa: PLC0415
    from campaign.subscriptions import rounds  # noqa: PLC0415

    session.rollback()
    session.execute(Following.__table__.update().values(since=make.NOW))  # type: ignore[attr-defined]
    session.execute(Subscription.__table__.update().values(told_until=make.NOW, frequency="at_once"))  # type: ignore[attr-defined]
    campaign = session.scalars(select(Campaign).where(Campaign.slug == "bridge")).one()
    updating.write(session, campaign, title="The mayor answered", body="She **agrees**.", now=now())
    session.commit()
    assert rounds.build_digests(now()) == 1
    assert rounds.build_digests(now()) == 0


@pytest.mark.usefixtures("bridge")
def test_a_digest_reads_well_as_text_and_in_the_language_of_its_reader(
    app: Flask, session: Session, client: Visitor
) -> None:
    page = subscribed(client, app, session, "?campaign=bridge")
    with app.app_context():
        tell(app, session)
    said = last_mail(app, session)[1]
    assert said.subject == "Update: The mayor answered"
    for part in ("She agrees.", "http://localhost/campaigns/bridge/updates#update-1", "you follow: Mend the bridge"):
        assert part in said.text and part in said.html
    assert "**" not in said.text + said.html
    assert client.page(path_in(said.text, "/subscriptions/")).find("h1").text == "Your news by mail"  # type: ignore[union-attr]
    client.submit(page, {"act": "erase"})
    session.rollback()
    assert not session.scalars(select(Email).where(Email.to_address == SUZIE)).all()


def test_signers_who_ticked_the_box_follow_until_they_say_no_or_are_erased(
    app: Flask, session: Session, client: Visitor, bridge: Petition
) -> None:
    form = {"given_name": "Suzie", "email": SUZIE, "country": "US", "postcode": "99501", "subscribe": "yes"}
    client.submit("/campaigns/bridge/sign", form)
    own = path_in(last_mail(app, session)[1].text, "/signatures/")
    assert state(session) == []
    client.submit(own, {"act": "confirm"})
    assert state(session) == ["active"]
    following = session.scalars(select(Following)).one()
    signature = session.scalars(select(Signature)).one()
    assert (following.campaign_id, following.signature_id) == (bridge.campaign_id, signature.id)
    assert following.consent_wording_id == signature.consent_wording_id is not None
    assert b'"news": [' in client.submit(own, {"act": "download"}, status=200).data
    client.submit(own, {"act": "unsubscribe"})
    assert state(session) == []
    client.submit(own, {"act": "subscribe"})
    assert state(session) == ["active"]
    client.submit(own, {"act": "erase"})
    assert state(session) == []
    assert counting.confirmed(session, [bridge.id])[bridge.id] == 0


def test_unsubscribing_from_the_mail_is_seen_on_the_signers_page(
    app: Flask, session: Session, client: Visitor, bridge: Petition
) -> None:
    signature = make.signature(session, bridge, email=SUZIE, subscribe=True, subscribed_at=make.NOW)
    from campaign.petitions import wishes  # noqa: PLC0415

    with app.app_context():
        wishes.begun(session, signature, now=make.NOW)
        session.commit()
        tell(app, session)
    link = path_in(last_mail(app, session)[1].text, "/unsubscribe/")
    client.submit(link, {}, status=200)
    session.rollback()
    assert not session.scalars(select(Signature.subscribe)).one()


def test_a_small_form_needs_no_token_from_our_own_pages_and_one_more_press_from_elsewhere(own_app: Flask) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = True
    client = own_app.test_client()
    data = {"email": SUZIE, "wish": ""}
    assert client.post("/subscribe", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    for site in ("cross-site", "same-site", "none", ""):
        response = client.post("/subscribe", data=data, headers={"Sec-Fetch-Site": site})
        assert response.status_code == 422 and SUZIE.encode() in response.data, site
        assert b"Press the button once more" in response.data
    assert client.post("/subscribe", data=data | {"csrf_token": "guessed"}).status_code == 400


@pytest.mark.usefixtures("bridge")
def test_every_page_to_follow_has_its_button(client: Visitor) -> None:
    for page, target in {
        "/categories/transport": "/subscribe?category=transport",
        "/campaigns/bridge": "/subscribe?campaign=bridge",
        "/campaigns/bridge/updates": "/subscribe?campaign=bridge",
        "/officials/mayor": "/subscribe?official=mayor",
    }.items():
        assert client.page(page).select_one(f'a[href="{target}"]'), page
    assert client.page("/campaigns/bridge").select_one("form.news-form input[name=wish][value='campaign/bridge']")
    assert client.page("/").select_one("form.news-form")


def test_the_worker_looks_after_news(app: Flask) -> None:
    with app.app_context():
        assert {"news", "unconfirmed subscribers"} <= {task.name for task in worker.tasks()}


@pytest.mark.usefixtures("session")
def test_an_unknown_topic_is_left_out(client: Visitor, sign_in: Callable[..., Visitor]) -> None:
    assert "You would follow" not in client.page("/subscribe?campaign=none").text
