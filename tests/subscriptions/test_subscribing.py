"""Asking for news tells a stranger nothing; only the holder of the mailbox decides what comes, and that it ends."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.mail.models import Email
from campaign.petitions.models import ConsentWording
from campaign.scrubbing import Erasure
from campaign.subscriptions import links, subscribing, topics
from campaign.subscriptions.models import Following, Subscription, SubscriptionLink
from tests import make
from tests.make import NOW

SECRET = "only-for-tests-" + "x" * 32
LATER = NOW + timedelta(days=1)


def ask(session: Session, email: str = "suzie@example.org", wish: str = "", **values: Any) -> tuple[Subscription, str]:
    return subscribing.ask(
        session, **{"email": email, "wish": wish, "language": "en", "secret": SECRET, "now": NOW} | values
    )


def confirmed(session: Session, email: str = "suzie@example.org", wish: str = "") -> Subscription:
    subscription, token = ask(session, email, wish)
    subscribing.confirm(session, links.find(session, token, now=NOW), language="en", now=NOW)
    return subscription


def followed(subscription: Subscription) -> set[str]:
    return {topic.value for topic in topics.followed(subscription)}


def test_nothing_is_followed_before_the_link_is_used(session: Session) -> None:
    make.category(session)
    subscription, token = ask(session, wish="category/transport")
    assert (subscription.state, subscription.followings) == ("pending", [])
    link = links.find(session, token, now=NOW)
    assert subscribing.is_question(link)
    subscribing.confirm(session, link, language="en", now=LATER)
    assert (subscription.state, followed(subscription)) == ("active", {"category/transport"})
    assert (subscription.confirmed_at, subscription.told_until) == (LATER, LATER)
    agreed = session.get_one(ConsentWording, subscription.consent_wording_id)
    assert agreed.purpose == "news" and agreed.wording.startswith("Send me news")
    assert not subscribing.is_question(links.find(session, token, now=LATER))


def test_one_mailbox_has_one_subscription_however_it_is_spelled(session: Session) -> None:
    for address in ("ann@gmail.com", "A.N.N+news@googlemail.com"):
        ask(session, address)
    assert session.scalar(select(func.count()).select_from(Subscription)) == 1
    assert session.scalar(select(func.count()).select_from(SubscriptionLink)) == 2


def test_a_stranger_who_asks_for_a_subscriber_changes_nothing(session: Session) -> None:
    make.category(session)
    make.campaign(session, slug="bridge")
    suzie = confirmed(session, wish="campaign/bridge")
    _, token = ask(session, "Suzie@example.org", wish="category/transport", language="fr", now=LATER)
    session.refresh(suzie)
    assert (suzie.email, suzie.language, followed(suzie)) == ("suzie@example.org", "en", {"campaign/bridge"})
    subscribing.disown(session, links.find(session, token, now=LATER), now=LATER)
    assert suzie.state == "active"
    with pytest.raises(links.UnknownLink):
        links.find(session, token, now=LATER)


def test_this_was_not_me_leaves_nothing(session: Session) -> None:
    _, token = ask(session)
    subscribing.disown(session, links.find(session, token, now=NOW), now=NOW)
    assert session.scalar(select(func.count()).select_from(Subscription)) == 0
    assert session.scalars(select(Erasure)).one().petition_id is None


def test_a_token_is_random_and_kept_as_a_hash_of_its_purpose(session: Session) -> None:
    _, token = ask(session)
    row = session.scalars(select(SubscriptionLink)).one()
    assert len(token) >= 43 and token not in row.token_hash and len(row.token_hash) == 64
    for other in (token[:-1], token + "x", "", row.token_hash):
        with pytest.raises(links.UnknownLink):
            links.find(session, other, now=NOW)
    with pytest.raises(links.UnknownLink):
        links.find(session, token, now=NOW + links.UNCONFIRMED)


def test_people_choose_categories_campaigns_offices_and_pace(session: Session) -> None:
    make.category(session)
    make.category(session, "health", "Health")
    make.campaign(session, slug="bridge")
    make.campaign(session, slug="draft", state="draft")
    make.make_post(session, "mayor")
    suzie = confirmed(session, wish="category/health")
    wanted = ["category/transport", "campaign/bridge", "official/mayor"]
    unknown = ["campaign/draft", "campaign/none", "x", "official/\0"]
    subscribing.choose(session, suzie, wanted + unknown, frequency="weekly", now=LATER)
    assert followed(suzie) == set(wanted)
    assert suzie.frequency == "weekly"
    assert session.scalar(select(func.count()).select_from(Following)) == 3
    with pytest.raises(subscribing.NotAcceptable):
        subscribing.choose(session, suzie, [], frequency="hourly", now=LATER)


def test_a_campaign_that_is_off_the_site_is_not_named_and_comes_back(session: Session) -> None:
    bridge = make.campaign(session, slug="bridge")
    suzie = confirmed(session, wish="campaign/bridge")
    bridge.state = "draft"
    session.flush()
    assert followed(suzie) == set()
    subscribing.choose(session, suzie, [], frequency="daily", now=LATER)
    bridge.state = "published"
    session.flush()
    assert followed(suzie) == {"campaign/bridge"}


def test_only_so_many_things_are_followed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribing, "MOST", 1)
    make.category(session)
    make.category(session, "health", "Health")
    suzie = confirmed(session, wish="category/transport")
    with pytest.raises(subscribing.NotAcceptable):
        subscribing.follow(session, suzie, topics.find(session, "category/health"), now=LATER)
    with pytest.raises(subscribing.NotAcceptable):
        subscribing.choose(session, suzie, ["category/health", "category/transport"], frequency="daily", now=LATER)


def test_who_unsubscribed_may_come_back_for_a_month(session: Session) -> None:
    make.category(session)
    suzie = confirmed(session, wish="category/transport")
    subscribing.end(session, suzie.mailbox_key, now=NOW)
    subscribing.end(session, suzie.mailbox_key, now=LATER)  # a second click
    assert (suzie.state, suzie.ended_at) == ("ended", NOW)
    _, token = ask(session, now=LATER)
    subscribing.confirm(session, links.find(session, token, now=LATER), language="en", now=LATER)
    assert (suzie.state, followed(suzie), suzie.told_until) == ("active", {"category/transport"}, LATER)
    subscribing.end(session, suzie.mailbox_key, now=NOW)
    assert subscribing.forget(session, now=NOW + subscribing.KEPT - timedelta(seconds=1)) == 0
    assert subscribing.forget(session, now=NOW + subscribing.KEPT) == 1
    assert session.scalar(select(func.count()).select_from(Following)) == 0


def test_an_unknown_mailbox_is_unsubscribed_without_a_word(session: Session) -> None:
    subscribing.end(session, "0" * 64, now=NOW)


def test_unconfirmed_addresses_are_forgotten_after_seven_days(session: Session) -> None:
    ask(session)
    ask(session, "bob@example.org")
    ask(session, "bob@example.org", now=NOW + timedelta(days=6))  # his newest link still opens
    confirmed(session, "ann@example.org")
    assert subscribing.forget(session, now=NOW + timedelta(days=7)) == 1
    assert set(session.scalars(select(Subscription.email))) == {"bob@example.org", "ann@example.org"}
    assert links.forget_expired(session, now=NOW + timedelta(days=40)) == 3


def test_erasing_leaves_no_row_and_no_mail(session: Session) -> None:
    make.category(session)
    suzie = confirmed(session, wish="category/transport")
    mail = {"kind": "news_digest", "to_address": suzie.email, "mailbox_key": suzie.mailbox_key, "language": "en"}
    for number, state in enumerate(("waiting", "done")):
        about = subscribing.about(suzie.id)
        session.add(Email(message_id=f"<{number}>", about=about, state=state, created_at=NOW, due_at=NOW, **mail))
    session.flush()
    subscribing.erase(session, suzie, now=NOW)
    for model in (Subscription, Following, SubscriptionLink):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    session.expire_all()
    left = session.scalars(select(Email)).one()
    assert (left.state, left.to_address, left.context) == ("done", "", {})


def test_pause_and_resume_skip_what_happened_meanwhile(session: Session) -> None:
    suzie = confirmed(session)
    subscribing.pause(suzie)
    with pytest.raises(subscribing.WrongState):
        pending, _ = ask(session, "bob@example.org")
        subscribing.pause(pending)
    subscribing.resume(suzie, now=LATER)
    assert (suzie.state, suzie.told_until) == ("active", LATER)


@pytest.mark.parametrize("value", ["", "category/none", "campaign/draft", "official/none", "thing/x", "category"])
def test_what_cannot_be_followed_is_not_found(session: Session, value: str) -> None:
    make.campaign(session, slug="draft", state="draft")
    with pytest.raises(NotFound):
        topics.find(session, value)
