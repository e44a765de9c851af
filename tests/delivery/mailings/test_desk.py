"""Charlie writes to signers: sees to how many it goes, sends it to himself, then to them; each can end it."""

from collections.abc import Callable
from email.headerregistry import Address

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.db import db, now
from campaign.delivery.ledger import handing_over
from campaign.delivery.mailings import rounds
from campaign.delivery.models import Mailing
from campaign.mail import composing
from campaign.mail.models import Email
from campaign.petitions import wishes
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import Visitor
from tests.delivery.ledger.test_desk import text_of
from tests.delivery.ledger.test_handing_over import a_list

SignIn = Callable[..., Visitor]
PAGE = "/desk/campaigns/bridge/mailings"
TEXT = {"title_en": "The mayor has it", "body_en": "**Handed over** today."}


@pytest.fixture
def petition(app: Flask, session: Session) -> Petition:
    """Suzie and Olga ticked the box; Ann did not."""
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    make.signature(session, petition, given_name="Ann", email="ann@example.org")
    for name in ("Suzie", "Olga"):
        signature = make.signature(
            session, petition, given_name=name, email=f"{name.lower()}@example.org", subscribe=True,
            subscribed_at=make.NOW, language="fr" if name == "Olga" else "en",
        )  # fmt: skip
        with app.app_context():
            for begun in wishes.BEGUN.values():
                begun(session, signature, make.NOW)
    session.commit()
    return petition


def mails(session: Session) -> dict[str, Email]:
    session.rollback()
    return {mail.to_address: mail for mail in session.scalars(select(Email))}


def the_page(session: Session) -> str:
    session.rollback()
    return f"{PAGE}/{session.scalars(select(Mailing)).one().id}"


def test_signers_are_told_once_after_a_test(
    app: Flask, session: Session, petition: Petition, sign_in: SignIn, client: Visitor
) -> None:
    editor = sign_in("editor")
    editor.submit(f"{PAGE}/new", TEXT | {"title_fr": "La maire les a", "body_fr": "Remises."})
    mailing = the_page(session)
    assert "2 signers get it at once." in editor.page(mailing).text
    assert "Send it to yourself first" in editor.submit(f"{mailing}/start", {}, status=422).text
    editor.submit(f"{mailing}/test", {})
    assert set(mails(session)) == {"editor@example.org"}
    editor.submit(f"{mailing}/start", {})
    with app.app_context():
        while rounds.send_mailings(now()):
            pass
        found = mails(session)
        assert set(found) == {"editor@example.org", "suzie@example.org", "olga@example.org"}
        assert composing.words(found["olga@example.org"]).subject.endswith("La maire les a")
        message = composing.message(found["suzie@example.org"], Address("Us", "us", "example.org"))
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "2 of 2 told" in editor.page(mailing).text
    assert "The mayor has it" in client.page("/campaigns/bridge/updates").text
    editor.submit(f"{mailing}/start", {}, status=422)


def test_one_click_ends_it(app: Flask, session: Session, petition: Petition, sign_in: SignIn, client: Visitor) -> None:
    editor = sign_in("editor")
    editor.submit(f"{PAGE}/new", TEXT)
    mailing = the_page(session)
    editor.submit(f"{mailing}/test", {})
    editor.submit(f"{mailing}/start", {})
    with app.app_context():
        rounds.send_mailings(now())
    way_out = mails(session)["suzie@example.org"].context["unsubscribe_link"].removeprefix("http://localhost")
    client.submit(way_out, {"List-Unsubscribe": "One-Click"}, status=200)
    assert "suzie@example.org" not in mails(session)  # what waited is not sent either
    suzie = session.scalars(select(Signature).where(Signature.given_name == "Suzie")).one()
    assert suzie.state == "confirmed" and not suzie.subscribe
    editor.submit(f"{PAGE}/new", TEXT)
    assert "1 signer gets it at once." in editor.page(f"{PAGE}/{int(mailing.rsplit('/', 1)[1]) + 1}").text


def test_the_ledger_proposes_a_text_once(session: Session, petition: Petition, sign_in: SignIn) -> None:
    export = a_list(session, petition, [1, 2])
    [one] = handing_over.recipients(session, export)
    told = handing_over.Told(make.TODAY, next_step="The council meets")
    entry = handing_over.record(session, export, post_id=one.post.id, told=told, account_id=None, now=make.NOW)
    about = f"{PAGE}/new?about=delivery/{entry.id}"
    session.commit()
    editor = sign_in("editor")
    page = editor.page(about)
    assert [box["value"] for box in page.select("#title_en")] == ["2 signatures handed over"]
    assert "The council meets" in text_of(page, "#body_en")
    editor.submit(about, TEXT)
    assert "another mailing" in editor.submit(about, TEXT, status=422).text
    editor.page(f"{PAGE}/new?about=delivery/999", status=404)
    assert editor.page(PAGE).text.count("Tell signers …") == 0


def test_an_empty_text_is_refused_beside_it(petition: Petition, sign_in: SignIn) -> None:
    answer = sign_in("editor").submit(f"{PAGE}/new", TEXT | {"title_en": ""}, status=422)
    assert 'id="title_en-error"' in answer.text and "**Handed over** today." in answer.text


def test_only_who_publishes_writes_to_signers(session: Session, petition: Petition, sign_in: SignIn) -> None:
    for role in ("deliverer", "viewer"):
        sign_in(role).page(PAGE)
        sign_in(role, email=f"second-{role}@example.org").submit(f"{PAGE}/new", TEXT, status=403)


def test_the_organiser_hears_of_silence_once(app: Flask, session: Session, petition: Petition) -> None:
    petition.closes_at = make.NOW.replace(month=6)
    petition.campaign.title = "Mend the bridge"
    session.commit()
    with app.app_context():
        assert (rounds.tell_organisers(make.NOW), rounds.tell_organisers(make.NOW)) == (1, 0)
        mail = mails(session)["charlie@example.org"]
        assert "No news for" in composing.words(mail).subject and db.engine
