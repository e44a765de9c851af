"""The same person is known again, and nobody else is."""

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.mail.mailboxes import mailbox_key
from campaign.petitions import signing
from campaign.petitions.models import Signature
from campaign.petitions.signers import signer_key
from tests import make
from tests.mail.test_mailboxes import look_alikes, mailboxes, variants


def test_the_key_needs_the_secret() -> None:
    key = signer_key("secret", "ann@example.org")
    assert key == signer_key("secret", "ANN@example.org")
    assert key != signer_key("another", "ann@example.org")
    assert "ann" not in key and len(key) == 64


def test_the_list_of_signers_cannot_be_joined_with_the_list_of_mails() -> None:
    assert signer_key("secret", "ann@example.org") != mailbox_key("secret", "ann@example.org")


def test_twelve_spellings_of_thirty_mailboxes_are_thirty_signatures(session: Session) -> None:
    petition, chance = make.petition(session), random.Random(3)

    def sign(address: str) -> None:
        person = {"given_name": "Suzie", "email": address, "country": "AE"}
        signing.sign(session, petition, **person, language="en", secret="secret", now=make.NOW)

    for mailbox in mailboxes(30):
        for address in variants(chance, mailbox, 12):
            sign(address)
    assert len(session.scalars(select(Signature)).all()) == 30

    for address in look_alikes(30):
        sign(address)
    assert len(session.scalars(select(Signature)).all()) == 60
