"""The two mails that subscribers get, with their links."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.mail import messages
from campaign.mail.mailboxes import deliverable
from campaign.subscriptions import links, topics
from campaign.subscriptions.models import Subscription
from campaign.subscriptions.news import Item
from campaign.subscriptions.subscribing import about
from campaign.subscriptions.topics import Topic
from campaign.web import absolute

GROUP = "subscriptions"
MOST_TOPICS = 10  # that a digest names as its reason


def ask(session: Session, subscription: Subscription, token: str, topic: Topic | None, *, now: datetime) -> int | None:
    """Queue the mail whose link confirms. None when the mailbox gets no more today: no page may show a difference."""
    return messages.confirm_subscription(
        session,
        to=deliverable(subscription.email),
        language=subscription.language,
        topic=topic.name_in(subscription.language) if topic else "",
        days=links.UNCONFIRMED.days,
        link=absolute("subscriptions.manage", token=token),
        about=about(subscription.id),
        group=GROUP,
        now=now,
    )


def digest(session: Session, subscription: Subscription, items: list[Item], more: int, *, now: datetime) -> int | None:
    """Queue a digest. None when the mailbox wants no mail from us at all."""
    language = subscription.language
    token = links.issue(session, subscription.id, now=now)
    email = messages.news_digest(
        session,
        to=deliverable(subscription.email),
        language=language,
        items=[words(item) for item in items],
        more=more,
        topics=[topic.name_in(language) for topic in topics.followed(subscription)[:MOST_TOPICS]],
        manage_link=absolute("subscriptions.manage", token=token),
        unsubscribe_link=absolute("subscriptions.unsubscribe", token=links.way_out(subscription.mailbox_key)),
        about=about(subscription.id),
        group=GROUP,
        now=now,
    )
    if email is None:
        links.take_back(session, token)
    return email


def words(item: Item) -> dict[str, str]:
    """A piece of news as messages.news_digest wants it."""
    page = "campaigns.show" if item.kind == "campaign" else "campaigns.updates"
    link = absolute(page, slug=item.slug)
    return {
        "kind": item.kind,
        "title": item.title,
        "text": item.text,
        "campaign_title": item.campaign_title,
        "language": item.language,
        "link": f"{link}#update-{item.update_id}" if item.update_id else link,
    }
