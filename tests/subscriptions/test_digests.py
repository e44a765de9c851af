"""Digests tell each subscriber once what is new of what they follow, at their pace, and nothing when nothing is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns import updating
from campaign.campaigns.models import Campaign, Category
from campaign.mail.models import Email
from campaign.petitions.models import Addressee, Petition
from campaign.subscriptions import digests, news, subscribing, topics
from campaign.subscriptions.models import Following, Subscription
from tests import make
from tests.make import NOW

HOUR = 7
MINUTE = timedelta(minutes=1)
TOMORROW = datetime(2026, 11, 23, HOUR, 0, 1, tzinfo=UTC)  # a Monday

Told = list[tuple[str, list[str]]]


@pytest.fixture
def told() -> Told:
    """(address, titles) of the digests that were written."""
    return []


@pytest.fixture
def build(session: Session, told: Told) -> Callable[[datetime], int]:
    def write(_session: Session, subscription: Subscription, items: list[news.Item], more: int) -> None:
        told.append((subscription.email, [item.title for item in items] + ([f"+{more}"] if more else [])))

    return lambda now: digests.build(session, hour=HOUR, write=write, now=now)


def subscriber(session: Session, *wishes: str, frequency: str = "at_once", **values: Any) -> Subscription:
    number = len(session.scalars(select(Subscription)).all())
    defaults = {"email": f"s{number}@example.org", "mailbox_key": f"{number:064}", "language": "en", "state": "active"}
    row = Subscription(
        **defaults, frequency=frequency, created_at=NOW, told_until=values.pop("told_until", NOW), **values
    )
    session.add(row)
    session.flush()
    for wish in wishes:
        subscribing.follow(session, row, topics.find(session, wish), now=NOW)
    return row


def publish(session: Session, slug: str, at: datetime, **values: Any) -> Campaign:
    return make.campaign(session, slug=slug, title=f"New {slug}", published_at=at, **values)


def test_a_new_campaign_is_told_to_those_who_follow_its_category_or_its_addressee(
    session: Session, build: Callable[[datetime], int], told: Told
) -> None:
    transport, mayor = make.category(session), make.make_post(session, "mayor")
    make.category(session, "health", "Health")
    subscriber(session, "category/transport")
    subscriber(session, "official/mayor")
    subscriber(session, "category/transport", "official/mayor")  # is told once
    subscriber(session, "category/health")
    campaign = publish(session, "bridge", NOW + MINUTE, categories=[transport])
    make.petition(session, campaign, post=mayor)
    assert build(NOW + 2 * MINUTE) == 4
    assert told == [(f"s{number}@example.org", ["New bridge"]) for number in range(3)]
    assert build(NOW + 3 * MINUTE) == 0


def test_updates_go_to_followers_of_the_campaign_and_of_its_subject(
    session: Session, build: Callable[[datetime], int], told: Told
) -> None:
    bridge = make.campaign(session, slug="bridge", categories=[make.category(session)])
    subscriber(session, "campaign/bridge", "category/transport")
    subscriber(session, "category/transport")
    updating.write(session, bridge, title="The mayor answered", body="She **agrees**.", now=NOW + MINUTE)
    withdrawn = updating.write(session, bridge, title="Wrong", body="x", now=NOW + MINUTE)
    updating.withdraw(withdrawn, note="It was another bridge.", now=NOW + MINUTE)
    build(NOW + 2 * MINUTE)
    assert told == [("s0@example.org", ["The mayor answered"]), ("s1@example.org", ["The mayor answered"])]


@pytest.mark.parametrize(
    ("frequency", "first"),
    [("daily", TOMORROW), ("weekly", TOMORROW), ("weekly", TOMORROW + timedelta(days=7))],
)
def test_daily_and_weekly_digests_wait_for_their_hour(
    session: Session, build: Callable[[datetime], int], told: Told, frequency: str, first: datetime
) -> None:
    happened = first - timedelta(hours=5)
    subscriber(
        session, "category/" + make.category(session).slug, frequency=frequency, told_until=first - timedelta(days=2)
    )
    publish(session, "bridge", happened, categories=[*session.scalars(select(Category))])
    build(first - timedelta(seconds=2))
    assert told == []
    build(first)
    build(first + MINUTE)
    assert told == [("s0@example.org", ["New bridge"])]


def test_weekly_digests_are_made_on_mondays_only() -> None:
    assert digests.last_week(HOUR, now=TOMORROW).date() == TOMORROW.date()
    assert digests.last_week(HOUR, now=TOMORROW - timedelta(seconds=2)) == datetime(2026, 11, 16, HOUR, tzinfo=UTC)
    assert digests.last_week(HOUR, now=TOMORROW + timedelta(days=6)).date() == TOMORROW.date()
    assert digests.last_day(HOUR, now=TOMORROW + timedelta(hours=16)).date() == TOMORROW.date()


def test_where_nothing_is_new_nothing_is_written(
    session: Session, build: Callable[[datetime], int], told: Told
) -> None:
    make.campaign(session, slug="bridge", categories=[make.category(session)])
    subscriber(session, "category/transport", "campaign/bridge", frequency="daily", told_until=NOW - timedelta(days=1))
    subscriber(session, "category/transport", told_until=NOW - timedelta(days=3))
    assert build(TOMORROW) == 2  # what happened before they followed it is not news
    assert told == [] and build(TOMORROW) == 0


@pytest.mark.parametrize("state", ["pending", "paused", "ended"])
def test_only_active_subscribers_are_written_to(
    session: Session, build: Callable[[datetime], int], told: Told, state: str
) -> None:
    subscriber(session, "category/" + make.category(session).slug).state = state
    publish(session, "bridge", NOW + MINUTE, categories=[*session.scalars(select(Category))])
    assert build(NOW + 2 * MINUTE) == 0 and told == []


def test_a_crash_before_the_commit_leaves_the_digest_to_be_made_once(
    session: Session, build: Callable[[datetime], int], told: Told
) -> None:
    subscriber(session, "category/" + make.category(session).slug)
    publish(session, "bridge", NOW + MINUTE, categories=[*session.scalars(select(Category))])
    session.commit()
    build(NOW + 2 * MINUTE)
    session.rollback()
    build(NOW + 3 * MINUTE)
    session.commit()
    assert build(NOW + 4 * MINUTE) == 0
    assert len(told) == 2 and told[0] == told[1]


def test_digests_wait_while_many_mails_do(
    session: Session, build: Callable[[datetime], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_WAITING", 1)
    monkeypatch.setattr(digests, "BATCH", 1)
    make.category(session)
    for _ in range(2):
        subscriber(session, "category/transport")
    publish(session, "bridge", NOW + MINUTE, categories=[*session.scalars(select(Category))])
    assert build(NOW + 2 * MINUTE) == 1
    mail = {"kind": "news_digest", "to_address": "x@example.org", "mailbox_key": "", "language": "en"}
    waiting = Email(message_id="<1>", state="waiting", created_at=NOW, due_at=NOW, **mail)
    session.add(waiting)
    session.flush()
    assert build(NOW + 2 * MINUTE) == 0
    waiting.state = "done"
    session.flush()
    assert build(NOW + 2 * MINUTE) == 1


def test_a_long_digest_says_how_much_more_there_is(
    session: Session, build: Callable[[datetime], int], told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_ITEMS", 2)
    transport = make.category(session)
    subscriber(session, "category/transport")
    for number in range(5):
        publish(session, f"n{number}", NOW + (number + 1) * MINUTE, categories=[transport])
    build(NOW + 9 * MINUTE)
    assert told == [("s0@example.org", ["New n4", "New n3", "+3"])]


def test_a_signature_that_was_found_to_be_fake_brings_no_mail(
    session: Session, build: Callable[[datetime], int], told: Told
) -> None:
    bridge = make.campaign(session, slug="bridge")
    signature = make.signature(session, make.petition(session, bridge), state="invalidated")
    suzie = subscriber(session)
    session.add(Following(subscription=suzie, campaign=bridge, signature_id=signature.id, since=NOW))
    updating.write(session, bridge, title="News", body="x", now=NOW + MINUTE)
    build(NOW + 2 * MINUTE)
    assert told == []


def test_an_update_in_a_mail_is_plain_text_of_some_length(session: Session) -> None:
    bridge = make.campaign(session, slug="bridge")
    updating.write(session, bridge, title="T", body="**Bold** <script>x</script> " + "word " * 200, now=NOW + MINUTE)
    [item] = news.between(session, NOW, NOW + MINUTE)
    assert len(item.text) <= news.LONGEST_TEXT and item.text.endswith("…") and "**" not in item.text


def test_letters_and_petitions_say_which_offices_news_concerns(session: Session) -> None:
    bridge = publish(session, "bridge", NOW + MINUTE)
    make.letter_template(session, bridge, target="us-president")
    session.add(Petition(campaign=bridge, addressees=[Addressee(post=make.make_post(session, "mayor"))]))
    session.flush()
    [item] = news.between(session, NOW, NOW + MINUTE)
    assert item.posts == {"us-president", "mayor"}


def test_a_draft_has_no_updates(session: Session) -> None:
    with pytest.raises(updating.NotPublic):
        updating.write(session, make.campaign(session, state="draft"), title="T", body="x", now=NOW)
