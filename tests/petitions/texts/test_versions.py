"""Versions of the text: each signature under the exact one it agreed to, what changed, and asking again."""

import hashlib
import random
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.delivery import snapshot
from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.petitions import editing, links, signing, tasks, transitions
from campaign.petitions.models import Petition, PetitionText, Signature, SignatureLink
from campaign.petitions.texts import asking_again, versions
from tests import make
from tests.conftest import Visitor, read

DAY = timedelta(days=1)
START = now()  # pages go by the clock of the app
TEXTS = [
    ("Mend it.", "Mend them."),
    ("", "All new.\n\nTwo lines."),
    ("All\ngone.", ""),
    ("It is so.", "It is so.\n\nAnd more."),
    ("One two three four.\nSame line.\nEnd.", "One 2 three four!\nSame line.\nNew.\nEnd."),
    ("أصلحوا الجسر قبل الشتاء", "أصلحوا الجسر الآن قبل الشتاء"),
    ("tabs\tand  spaces", "tabs and  spaces"),
    ("<b>&amp;</b>", "<i>&amp;</i>"),
]


@pytest.mark.parametrize(("older", "newer"), TEXTS)
def test_the_pieces_are_both_texts_again(older: str, newer: str) -> None:
    pieces = versions.difference(older, newer)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == newer
    assert "".join(piece.text for piece in pieces if piece.kind != "added").split() == older.split()


def test_only_the_words_that_changed_are_marked() -> None:
    pieces = versions.difference("Mend the bridge before winter.", "Mend the bridges before winter.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Mend the "),
        ("removed", "bridge "),
        ("added", "bridges "),
        ("same", "before winter."),
    ]
    longer = versions.difference("It is closed.", "It is closed.\n\nSo is the other.")
    assert [piece.kind for piece in longer] == ["same", "added"]


def test_the_longest_text_is_compared_quickly() -> None:
    chance, words = random.Random(1), ["the", "bridge", "is", "old"]
    older, newer = (" ".join(chance.choices(words, k=12_000)) for _ in range(2))
    started = time.process_time()
    versions.difference(older, newer)
    versions.difference(older.replace(" ", "\n"), older.replace(" ", "\n") + "\nnew")
    assert time.process_time() - started < 3


# --- R12


@pytest.mark.full
def test_twenty_edits_among_two_hundred_signatures_leave_each_under_its_exact_text(session: Session) -> None:
    petition, agreed = make.petition(session), {}
    for number in range(200):
        if number % 10 == 9:
            text = {"demand": f"Mend bridge {number}.", "body": f"Reason {number}.\n\n…"}
            assert editing.set_text(session, petition, **text, note=f"Edit {number}", now=make.NOW)
        signed = signing.sign(
            session, petition, given_name="Suzie", family_name=f"No {number}", email=f"suzie{number}@example.org",
            country="US", postcode="99501", language="en", secret="secret", now=make.NOW,
        )  # fmt: skip
        transitions.move(session, signed.signature, "confirmed", now=make.NOW)
        assert petition.text
        agreed[signed.signature.id] = digest(petition.text)
    session.commit()
    session.expire_all()

    stored = {row.id: digest(row.petition_text) for row in session.scalars(select(Signature))}
    assert (len(stored), len(petition.texts), len(set(stored.values()))) == (200, 21, 21)
    assert stored == agreed
    # The list that is handed over, and the public page, say the same.
    rows = snapshot.rows(session, petition, snapshot_at=make.NOW + DAY)
    by_version = snapshot.summary(session, petition, snapshot_at=make.NOW + DAY).by_version
    assert sum(1 for row in rows if row.text_version == 21) == by_version[21] == 1
    history = versions.history(petition, versions.agreed(session, petition))
    assert [(one.text.version, one.signed) for one in history][-2:] == [(2, 10), (1, 9)]
    assert {one.text.version: one.signed for one in history} == by_version


def digest(text: PetitionText) -> str:
    return hashlib.sha256(f"{text.version}\0{text.demand}\0{text.body}".encode()).hexdigest()


# --- the public page


@pytest.fixture
def petition(session: Session) -> Petition:
    """Two signatures under version 1; version 2 changed it in substance."""
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    for number in range(2):
        make.signature(session, row, email=f"suzie{number}@example.org")
    editing.set_text(
        session,
        row,
        demand="Mend the bridges before winter.",
        body="<script>alert(1)</script>",
        note="A second one <b>broke</b>.",
        is_material=True,
        now=START,
    )
    make.signature(session, row, email="late@example.org")
    make.signature(session, row, email="late-pending@example.org", state="pending")
    session.commit()
    return row


def test_everybody_can_read_all_versions_and_what_changed(client: Visitor, petition: Petition) -> None:
    for path in ("/campaigns/bridge", "/campaigns/bridge/sign"):
        assert client.page(path).find("a", href="/campaigns/bridge/petition")
    page = client.page("/campaigns/bridge/petition")
    assert [title.text for title in page.find_all("h2")] == ["Version 2", "Version 1"]
    newest, first = page.find_all("section")
    assert (newest.find("del").text, newest.find("ins").text) == ("[removed:] bridge ", "[added:] bridges ")
    assert "<script>alert(1)" in newest.text and not newest.find("script") and not newest.find("b")
    assert "1 confirmed signature" in newest.text and "2 confirmed signatures" in first.text
    assert not first.find("ins")


def test_a_text_that_never_changed_has_no_link_to_its_versions(client: Visitor, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="new"), closes_at=now() + DAY)
    session.commit()
    assert not client.page("/campaigns/new").find("a", href="/campaigns/new/petition")
    assert [title.text for title in client.page("/campaigns/new/petition").find_all("h2")] == ["Version 1"]


# --- asking again


@pytest.fixture
def asked(app: Flask, session: Session, petition: Petition) -> Iterator[list[Email]]:
    """The mails after the worker's round."""
    with app.app_context():
        tasks.ask_again(now())
        session.rollback()
        yield list(session.scalars(select(Email).where(Email.kind == "text_changed").order_by(Email.id)))


def test_signers_of_older_versions_are_asked_once(app: Flask, session: Session, asked: list[Email]) -> None:
    assert [mail.to_address for mail in asked] == ["suzie0@example.org", "suzie1@example.org"]
    assert asked[0].context["note"] == "A second one <b>broke</b>."
    assert tasks.ask_again(now()) == 0


def test_asking_goes_on_where_it_stopped_and_asks_nobody_twice(
    app: Flask, session: Session, petition: Petition
) -> None:
    stopping.stop(session, mailbox_key(app.config["SECRET_KEY"], "suzie1@example.org"), reason="asked", now=now())
    make.signature(session, petition, petition_text=petition.texts[0], state="invalidated")
    with app.app_context():
        done = [
            asking_again.ask_again(session, secret="secret", address="/{}".format, now=START + 2 * DAY, limit=1)
            for _ in range(3)
        ]
    assert done == [1, 1, 0]
    # Who wants no more mail is passed over, not tried for ever.
    assert len(session.scalars(select(Email)).all()) == 1


def test_a_further_material_change_asks_again(app: Flask, session: Session, petition: Petition) -> None:
    ask = {"secret": "secret", "address": "/{}".format}
    with app.app_context():
        first = asking_again.ask_again(session, **ask, now=START + 2 * DAY)
        editing.set_text(session, petition, demand="Mend all.", body="", note="Typo", now=START + 3 * DAY)
        small = asking_again.ask_again(session, **ask, now=START + 3 * DAY)
        editing.set_text(
            session, petition, demand="Burn all.", body="", note="New", is_material=True, now=START + 4 * DAY
        )
        second = asking_again.ask_again(session, **ask, now=START + 4 * DAY)
    assert (first, small, second) == (2, 0, 3)


def test_a_petition_that_ended_asks_nobody(app: Flask, session: Session, petition: Petition) -> None:
    petition.closes_at = START
    with app.app_context():
        assert asking_again.ask_again(session, secret="secret", address=str, now=START + 2 * DAY) == 0


def test_reading_the_new_text_changes_nothing_and_the_button_agrees(
    client: Visitor, session: Session, petition: Petition, asked: list[Email]
) -> None:
    link = re.sub("http://localhost", "", asked[0].context["link"])
    page = client.page(link)
    assert page.find("ins") and page.find("del")
    session.rollback()
    signature = session.scalars(select(Signature).where(Signature.email == "suzie0@example.org")).one()
    assert signature.petition_text.version == 1

    client.submit(link, {"version": "2"})

    session.rollback()
    assert signature.petition_text.version == 2 and signature.agreed_at is not None
    assert signature.state == "confirmed"
    assert "newest version" in client.page(link).main.text


def test_nobody_agrees_to_a_text_they_were_not_shown(
    client: Visitor, session: Session, petition: Petition, asked: list[Email]
) -> None:
    link = re.sub("http://localhost", "", asked[0].context["link"])
    editing.set_text(session, petition, demand="Burn all bridges.", body="", note="New", now=now())
    session.commit()
    page = read(client.submit(link, {"version": "2"}, status=409), 409)
    assert "Burn" in page.main.text and page.find("input", attrs={"name": "version"})["value"] == "3"
    for typed in ("", "x", "-1", "9" * 30):
        assert client.post(link, data={"version": typed}).status_code in (409, 422)
    session.rollback()
    assert {row.petition_text.version for row in session.scalars(select(Signature)) if "suzie" in row.email} == {1}


def test_after_the_end_signatures_stay_under_their_text(
    client: Visitor, session: Session, petition: Petition, asked: list[Email]
) -> None:
    link = re.sub("http://localhost", "", asked[0].context["link"])
    petition.closes_at = now() - DAY
    session.commit()
    assert not client.page(link).find("form")
    client.submit(link, {"version": "2"}, status=409)


def test_a_wrong_link_opens_nothing(client: Visitor, session: Session, petition: Petition) -> None:
    secrets = links.issue(session, session.scalars(select(Signature.id)).first(), secret="s", now=now())  # type: ignore[arg-type]
    session.query(SignatureLink).delete()
    session.commit()
    assert client.get(f"/signatures/{secrets.token}/text").status_code == 404
