"""The worker's share: mailings on their way, silences to tell of, pictures to sweep; and how a mailing is tried out."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import dialects, markup
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.db import db, reading
from campaign.delivery.ledger import proof_pictures, silence
from campaign.delivery.ledger.silence import Silence
from campaign.delivery.mailings import writing as mailings
from campaign.delivery.models import Mailing, MailingSignature
from campaign.i18n import gettext, speaking
from campaign.mail import messages
from campaign.mail.mailboxes import deliverable, mailbox_key
from campaign.subscriptions import digests, links
from campaign.subscriptions import mailing as subscribers_mail
from campaign.subscriptions.models import Subscription
from campaign.subscriptions.news import Item
from campaign.web import absolute

TASK = mailings.TASK
BATCH = 50  # signers in one transaction

# Put into words and queue: (session, subscriber, the items, how many more).
Write = Callable[[Session, Subscription, list[Item], int], int | None]


def send_mailings(now: datetime) -> int:
    """Queue the next mails of the mailings that are on their way."""
    with Session(db.engine) as session, session.begin():
        return tell_next(session, _write(now), now=now)


def tell_organisers(now: datetime) -> int:
    """Write to the organiser where there has been no news for long."""
    config = current_app.config
    if not config["ORGANISER_EMAIL"] or not config["NO_NEWS_DAYS"]:
        return 0
    with Session(db.engine) as session, session.begin():
        return silence.tell(session, lambda *of: _no_news(*of, now=now), days=config["NO_NEWS_DAYS"], now=now)


def forget_pictures(now: datetime) -> int:
    """Delete the files of pictures that no hand-over shows any more."""
    with reading(), Session(db.engine) as session:
        return proof_pictures.forget_unused(session, proof_pictures.folder(current_app.config), now=now)


def tell_next(session: Session, write: Write, *, now: datetime) -> int:
    """Queue the mails of up to BATCH signers of one mailing; returns how many signers that were. The caller commits.

    Who was told, how far it is, and the mails are one transaction: a worker that dies has done all of it or nothing.
    """
    if not digests.has_room(session):
        return 0
    query = select(Mailing).where(Mailing.state == "sending").order_by(Mailing.id).limit(1)
    mailing = session.scalar(query.with_for_update(of=Mailing, skip_locked=True))
    if mailing is None:
        return 0
    if mailing.update is None or mailing.update.withdrawn_at or not mailing.campaign.is_readable:
        # What the site shows no more is not told any further.
        mailing.state, mailing.ended_at = "stopped", now
        return 0
    due = mailings.recipients(session, mailing, most=BATCH)
    for signature_id, subscription in due:
        told = dialects.insert(session, MailingSignature).values(mailing_id=mailing.id, signature_id=signature_id)
        is_new = session.scalar(told.on_conflict_do_nothing().returning(MailingSignature.signature_id))
        if is_new is not None and write(session, subscription, [item(mailing, subscription.language)], 0) is not None:
            mailing.told += 1
        mailing.position = signature_id
    if len(due) < BATCH:
        mailing.state, mailing.ended_at = "done", now
    session.flush()
    return len(due)


def item(mailing: Mailing, language: str) -> Item:
    """The news as a mail in this language tells it; whole, where a digest would cut it short."""
    campaign, (own, text) = mailing.campaign, mailings.text_for(mailing, language)
    return Item(
        kind="update",
        at=mailing.started_at or mailing.created_at,
        title=text["title"],
        text=markup.plain(text["body"]),
        campaign_id=campaign.id,
        campaign_title=campaign.title,
        slug=campaign.slug,
        language=own,
        update_id=mailing.update_id,
    )


def try_out(session: Session, mailing: Mailing, account: Account, *, now: datetime) -> int:
    """Mail it to whoever wrote it, once in each of its languages; returns how many mails that are."""
    link = absolute("campaigns.updates", slug=mailing.campaign.slug)
    key = mailbox_key(current_app.config["SECRET_KEY"], account.email)
    for language in mailing.texts:
        told = item(mailing, language)
        with speaking(language):
            title = gettext("Test: %(title)s", title=told.title)
        messages.news_digest(
            session,
            to=deliverable(account.email),
            language=language,
            items=[subscribers_mail.words(told) | {"title": title}],
            more=0,
            topics=[mailing.campaign.title],
            manage_link=link,
            unsubscribe_link=absolute("subscriptions.unsubscribe", token=links.way_out(key)),
            about=f"mailing/{mailing.id}",
            group=subscribers_mail.GROUP,
            now=now,
        )
    mailings.tried_out(mailing, now=now)
    return len(mailing.texts)


def _write(now: datetime) -> Write:
    def write(session: Session, subscription: Subscription, items: list[Item], more: int) -> int | None:
        return subscribers_mail.digest(session, subscription, items, more, now=now)

    return write


def _no_news(session: Session, campaign: Campaign, found: Silence, *, now: datetime) -> None:
    messages.no_news(
        session,
        to=current_app.config["ORGANISER_EMAIL"],
        language=campaign.language,
        campaign_title=campaign.title,
        since=found.since.isoformat(),
        days=found.days,
        link=absolute("delivery.deliveries", slug=campaign.slug),
        about=f"campaign/{campaign.id}",
        group=f"delivery/{campaign.id}",
        now=now,
    )
