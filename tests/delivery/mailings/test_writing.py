"""One mail for each piece of news, to those who asked: nobody twice, nobody who left, and never untried."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns.models import CampaignUpdate
from campaign.delivery.mailings import rounds
from campaign.delivery.mailings import writing as mailings
from campaign.delivery.mailings.writing import NotMailed
from campaign.delivery.models import Mailing, MailingSignature
from campaign.petitions.models import Petition, Signature
from campaign.subscriptions import digests, news
from campaign.subscriptions.models import Following, Subscription
from tests import make

pytestmark = pytest.mark.stored
BEFORE, SOON = make.NOW - timedelta(hours=1), make.NOW + timedelta(minutes=1)
TEXTS = {"en": {"title": "The mayor has it", "body": "**Handed over** today."}, "fr": {"title": "", "body": ""}}


def signer(session: Session, petition: Petition, name: str, *, frequency: str = "at_once", **values: Any) -> Signature:
    """Confirmed, with the box ticked."""
    state, language = values.pop("subscription", "active"), values.pop("language", "en")
    signature = make.signature(session, petition, given_name=name, subscribe=True, **values)
    subscription = Subscription(
        mailbox_key=f"{signature.id:064x}", email=signature.email, language=language, frequency=frequency,
        state=state, told_until=BEFORE, created_at=BEFORE,
    )  # fmt: skip
    following = Following(campaign_id=petition.campaign_id, signature_id=signature.id, since=BEFORE)
    subscription.followings.append(following)
    session.add(subscription)
    session.flush()
    return signature


def begun(session: Session, petition: Petition, texts: mailings.Texts = TEXTS) -> Mailing:
    mailing = mailings.write(session, petition.campaign, texts=texts, about=None, account_id=None, now=make.NOW)
    mailings.tried_out(mailing, now=make.NOW)
    mailings.start(session, mailing, now=make.NOW)
    return mailing


class Letters(list[tuple[str, str]]):
    """Takes the mails instead of the outbox: to whom, which heading."""

    def __call__(self, _: Session, subscription: Subscription, items: list[news.Item], more: int) -> int:
        self.append((subscription.email, items[0].title))
        return len(self)


def sent(session: Session) -> Letters:
    letters = Letters()
    while rounds.tell_next(session, letters, now=SOON):
        pass
    return letters


def test_only_those_hear_who_asked_and_stayed(session: Session) -> None:
    petition = make.petition(session)
    suzie = signer(session, petition, "Suzie")
    signer(session, petition, "Weekly", frequency="weekly")
    signer(session, petition, "Paused", subscription="paused")
    signer(session, petition, "Unsubscribed", subscription="ended")
    signer(session, petition, "Withdrawn", state="withdrawn")
    make.signature(session, petition, given_name="Silent")
    signer(session, make.petition(session), "Elsewhere")
    assert mailings.audience(session, petition.campaign) == mailings.Audience(1, {"en": 1}, later=1)
    mailing = begun(session, petition)
    assert sent(session) == [(suzie.email, "The mayor has it")]
    assert (mailing.state, mailing.told, mailing.total) == ("done", 1, 1)


def test_each_reads_it_in_their_language_where_it_is_translated(session: Session) -> None:
    petition = make.petition(session)
    for language in ("fr", "ar", "en"):
        signer(session, petition, language, language=language, email=f"{language}@example.org")
    begun(session, petition, {**TEXTS, "fr": {"title": "Le maire les a", "body": "Remises."}})
    english = "The mayor has it"
    assert sorted(sent(session)) == [
        ("ar@example.org", english), ("en@example.org", english), ("fr@example.org", "Le maire les a"),
    ]  # fmt: skip


def test_a_worker_that_dies_leaves_nobody_told_twice(session: Session) -> None:
    petition = make.petition(session)
    for n in range(120):
        signer(session, petition, f"Suzie{n}")
    mailing = begun(session, petition)
    session.commit()
    first = Letters()
    assert rounds.tell_next(session, first, now=SOON) == rounds.BATCH
    session.rollback()  # killed before it could commit: none of these mails is in the outbox
    second = sent(session)
    assert len(second) == len(set(second)) == 120 and mailing.told == 120
    mailing.position, mailing.state = 0, "sending"  # as if that had been lost: the key still says who was told
    assert sent(session) == []
    assert len(session.scalars(select(MailingSignature)).all()) == 120


def test_it_is_paused_resumed_and_stopped(session: Session) -> None:
    petition = make.petition(session)
    for n in range(60):
        signer(session, petition, f"Suzie{n}")
    mailing = begun(session, petition)
    assert rounds.tell_next(session, Letters(), now=SOON) == 50
    mailings.move(session, mailing, "pause", now=SOON)
    assert rounds.tell_next(session, Letters(), now=SOON) == 0
    mailings.move(session, mailing, "resume", now=SOON)
    mailings.move(session, mailing, "stop", now=SOON)
    assert sent(session) == [] and (mailing.state, mailing.told) == ("stopped", 50)
    with pytest.raises(NotMailed):
        mailings.move(session, mailing, "resume", now=SOON)


def test_an_update_that_is_taken_back_is_told_no_further(session: Session) -> None:
    petition = make.petition(session)
    signer(session, petition, "Suzie")
    mailing = begun(session, petition)
    assert mailing.update
    mailing.update.withdrawn_at = SOON
    assert sent(session) == [] and mailing.state == "stopped"


def test_nothing_leaves_untried_or_twice(session: Session) -> None:
    campaign = make.petition(session).campaign
    mailing = mailings.write(session, campaign, texts=TEXTS, about="delivery/1", account_id=None, now=make.NOW)
    with pytest.raises(NotMailed, match="Send it to yourself first"):
        mailings.start(session, mailing, now=make.NOW)
    mailings.tried_out(mailing, now=make.NOW)
    mailings.rewrite(mailing, texts=TEXTS)
    with pytest.raises(NotMailed, match="Send it to yourself first"):
        mailings.start(session, mailing, now=make.NOW)
    with pytest.raises(NotMailed, match="another mailing"):
        mailings.write(session, campaign, texts=TEXTS, about="delivery/1", account_id=None, now=make.NOW)


def test_digests_leave_out_what_a_mailing_tells(session: Session) -> None:
    petition = make.petition(session)
    suzie, weekly = signer(session, petition, "Suzie"), signer(session, petition, "Weekly", frequency="weekly")
    begun(session, petition)
    assert session.scalars(select(CampaignUpdate)).one().is_mailed
    written: list[str] = []
    for _ in range(3):
        digests.build(
            session, hour=7, now=make.NOW + timedelta(days=8),
            write=lambda _, subscription, items, more: written.append(subscription.email),
        )  # fmt: skip
    assert written == [weekly.email] and suzie.email != weekly.email


def test_a_half_translation_is_refused_beside_its_field(session: Session) -> None:
    campaign = make.petition(session).campaign
    with pytest.raises(NotMailed) as refusal:
        mailings.write(
            session, campaign, texts={**TEXTS, "fr": {"title": "Le maire", "body": ""}}, about=None,
            account_id=None, now=make.NOW,
        )  # fmt: skip
    assert refusal.value.field == "title_fr"


def test_an_erased_signer_leaves_only_a_number(session: Session) -> None:
    petition = make.petition(session)
    suzie = signer(session, petition, "Suzie")
    mailing = begun(session, petition)
    sent(session)
    session.delete(suzie)
    session.flush()
    session.expire_all()
    assert mailing.told == 1 and mailings.told_of(session, mailing) == 0
