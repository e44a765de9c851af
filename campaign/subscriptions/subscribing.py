"""Asking for news, confirming it, choosing, pausing, ending, and being forgotten."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import case, delete, literal, select, update
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.campaigns.models import Campaign, Category
from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.mail import outbox
from campaign.mail.mailboxes import mailbox_key
from campaign.officials.models import Post
from campaign.petitions import consent
from campaign.petitions.models import Signature
from campaign.scrubbing import Erasure
from campaign.subscriptions import links, topics
from campaign.subscriptions.models import FREQUENCIES, TRANSITIONS, Following, Subscription, SubscriptionLink
from campaign.subscriptions.topics import Topic

KEPT = timedelta(days=30)  # after somebody unsubscribed, in case they come back
MOST = 200  # things one subscriber follows
# Stands above the button that begins it all; kept with the day on which it was pressed.
PURPOSE = "news"
WORDING = lazy_gettext("Send me news by e-mail about what I choose on this page")


class NotAcceptable(Refused):
    """What was chosen cannot be."""


class WrongState(Refused):
    """A subscription in this state cannot do that."""


def ask(
    session: Session, *, email: str, wish: str = "", language: str, secret: str, now: datetime
) -> tuple[Subscription, str]:
    """Somebody typed in an address: returns its subscription and the token of the link to mail there.

    Whether the address gets news already makes no difference, and nothing changes before the link's page is used.
    wish: what they want to follow, see topics.find; language: of the page; secret: keys the hash of the mailbox.
    """
    key = mailbox_key(secret, email)
    # As everybody who changes this mailbox's subscription, and in the order in which the outbox does it.
    dialects.take_turns(session, key)
    new = dialects.insert(session, Subscription).values(
        mailbox_key=key,
        email=email,
        language=language,
        frequency="daily",
        state="pending",
        told_until=now,
        created_at=now,
    )
    # One statement, whether it is there or not: nobody can tell by the clock.
    is_pending = Subscription.state == "pending"
    row = new.on_conflict_do_update(
        index_elements=["mailbox_key"],
        set_={
            "email": case((is_pending, new.excluded.email), else_=Subscription.email),
            "language": case((is_pending, new.excluded.language), else_=Subscription.language),
        },
    ).returning(Subscription.id)
    id = session.scalar(row)
    assert id is not None  # noqa: S101  # inserted or there
    subscription = session.get_one(Subscription, id, populate_existing=True)
    return subscription, links.issue(session, id, wish=wish, life=links.UNCONFIRMED, now=now)


def take_back(session: Session, subscription: Subscription, token: str) -> None:
    """The mail could not be queued: what `ask` made goes, as far as nobody else relies on it."""
    links.take_back(session, token)
    linked = select(SubscriptionLink.token_hash).where(SubscriptionLink.subscription_id == Subscription.id)
    unused = (Subscription.id == subscription.id) & (Subscription.state == "pending") & ~linked.exists()
    session.execute(delete(Subscription).where(unused), execution_options={"synchronize_session": False})


def is_question(link: SubscriptionLink) -> bool:
    """True while the link's page asks "do you want this?" instead of showing what is followed."""
    return bool(link.wish) or link.subscription.state in ("pending", "ended")


def confirm(session: Session, link: SubscriptionLink, *, language: str, now: datetime) -> None:
    """Send news from now on, of what the link asked about too. language: of the page they read."""
    subscription = link.subscription
    if subscription.state in ("pending", "ended"):
        agreed = consent.agreed(session, language=language, purpose=PURPOSE, wording=WORDING, now=now)
        if subscription.state == "ended":
            # By their own wish from now on, whatever they signed.
            for following in subscription.followings:
                following.signature_id = None
        _move(subscription, "active")
        subscription.confirmed_at, subscription.ended_at, subscription.told_until = now, None, now
        subscription.consent_wording_id = agreed.id
    topic = topics.find_or_none(session, link.wish) if link.wish else None
    if topic:
        follow(session, subscription, topic, now=now)
    links.use(session, link, now=now)


def disown(session: Session, link: SubscriptionLink, *, now: datetime) -> None:
    """ "This was not me": nothing remains of an address that nobody confirmed; who gets news goes on as before."""
    if link.subscription.state == "pending":
        erase(session, link.subscription, now=now)
    else:
        session.delete(link)
        session.flush()


def follow(session: Session, subscription: Subscription, topic: Topic, *, now: datetime) -> None:
    """Begin to follow something; what a signature had them follow becomes their own choice."""
    known = next((one for one in subscription.followings if topics.of(one).value == topic.value), None)
    if known:
        known.signature_id = None
    elif len(subscription.followings) >= MOST:
        raise NotAcceptable(gettext("You follow %(most)s things. Leave one before you add another.", most=MOST))
    else:
        subscription.followings.append(_following(topic, now))
    session.flush()


def choose(
    session: Session, subscription: Subscription, values: Collection[str], *, frequency: str, now: datetime
) -> None:
    """Follow exactly these (see topics.find) and no others, this often. Raises NotAcceptable."""
    if frequency not in FREQUENCIES:
        raise NotAcceptable(gettext("Choose how often you want mail."), field="frequency")
    wanted = {topic.value: topic for value in values if (topic := topics.find_or_none(session, value))}
    if len(wanted) > MOST:
        raise NotAcceptable(gettext("Choose %(most)s at most.", most=MOST))
    for following in list(subscription.followings):
        topic = topics.of(following)
        hidden = isinstance(topic.row, Campaign) and not topic.row.is_readable
        if wanted.pop(topic.value, None) is None and not hidden:
            _release(session, following)
            subscription.followings.remove(following)
    subscription.followings += [_following(topic, now) for topic in wanted.values()]
    subscription.frequency = frequency
    session.flush()


def pause(subscription: Subscription) -> None:
    """No mail until `resume`."""
    _move(subscription, "paused")


def resume(subscription: Subscription, *, now: datetime) -> None:
    """Mail again; what happened meanwhile is not told."""
    _move(subscription, "active")
    subscription.told_until = now


def end(session: Session, mailbox: str, *, now: datetime) -> None:
    """Unsubscribe this mailbox; one that gets no news is left as it is. Digests that have not left never will."""
    query = select(Subscription).where(Subscription.mailbox_key == mailbox).with_for_update()
    subscription = session.scalar(query, execution_options={"populate_existing": True})
    if subscription is None or subscription.state not in ("active", "paused"):
        return
    _move(subscription, "ended")
    subscription.ended_at = now
    for following in subscription.followings:
        _release(session, following)
    outbox.withhold(session, select(literal(about(subscription.id))))
    session.flush()


def erase(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """Nothing remains of it: neither the row, nor mails, nor, once the worker was there, traces in files."""
    for following in subscription.followings:
        _release(session, following)
    outbox.forget(session, about=about(subscription.id))
    session.execute(delete(SubscriptionLink).where(SubscriptionLink.subscription_id == subscription.id))
    session.delete(subscription)
    session.add(Erasure(petition_id=None, listed_since=None, at=now))
    session.flush()


def forget(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Erase up to `limit` addresses that nobody confirmed within seven days, or that unsubscribed 30 days ago."""
    linked = select(SubscriptionLink.token_hash).where(
        SubscriptionLink.subscription_id == Subscription.id, SubscriptionLink.expires_at > now
    )
    unconfirmed = (Subscription.state == "pending") & (Subscription.created_at <= now - links.UNCONFIRMED)
    gone = (Subscription.state == "ended") & (Subscription.ended_at <= now - KEPT)
    query = select(Subscription).where((unconfirmed & ~linked.exists()) | gone).order_by(Subscription.id).limit(limit)
    found = session.scalars(query.with_for_update(skip_locked=True)).all()
    for subscription in found:
        erase(session, subscription, now=now)
    return len(found)


def about(subscription_id: int) -> str:
    """How the outbox calls this subscription."""
    return f"subscription/{subscription_id}"


def _following(topic: Topic, now: datetime) -> Following:
    row = topic.row
    return Following(
        category=row if isinstance(row, Category) else None,
        campaign=row if isinstance(row, Campaign) else None,
        post=row if isinstance(row, Post) else None,
        since=now,
    )


def _release(session: Session, following: Following) -> None:
    """The signer's own page says the same."""
    if following.signature_id:
        no_more = {"subscribe": False, "subscribed_at": None, "consent_wording_id": None}
        session.execute(update(Signature).where(Signature.id == following.signature_id).values(**no_more))


def _move(subscription: Subscription, to: str) -> None:
    if to == subscription.state:
        return
    if to not in TRANSITIONS[subscription.state]:
        raise WrongState(gettext("This page has changed since you opened it. Look at it again."))
    subscription.state = to
