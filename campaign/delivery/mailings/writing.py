"""One mailing for a piece of news, to the signers who asked for it: written, tried out, sent, paused, stopped.

Whom it goes to is what they chose: signers who follow the campaign because they ticked the box, and want news at once.
Those who chose digests, and other followers, read the same update in their next digest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import waking
from campaign.campaigns import updating
from campaign.campaigns.models import Campaign
from campaign.delivery.models import Mailing, MailingSignature
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.petitions.models import Petition, Signature
from campaign.subscriptions.models import Following, Subscription
from campaign.text import clean

TASK = "mailings"  # the worker's
LONGEST_TITLE, LONGEST_BODY = updating.LONGEST_TITLE, 5_000
# Every legal move.
MOVES = {
    "start": ("draft", "sending"),
    "pause": ("sending", "paused"),
    "resume": ("paused", "sending"),
    "stop": ("sending", "stopped"),
}

Texts = Mapping[str, Mapping[str, str]]  # {"en": {"title": …, "body": …}}


class NotMailed(Refused):
    """It cannot be sent like that, or not now."""


@dataclass(frozen=True)
class Audience:
    """Who hears of it. at_once: get the mailing; by language: those; later: signers who read it in their digest."""

    at_once: int
    by_language: dict[str, int]
    later: int


def write(
    session: Session, campaign: Campaign, *, texts: Texts, about: str | None, account_id: int | None, now: datetime
) -> Mailing:
    """Begin a mailing as a draft. Raises NotMailed: another tells of the same, or a text is missing.

    about: "delivery/3", "reply/2", or None for what stands in no ledger.
    """
    if not campaign.is_readable:
        raise NotMailed(gettext("This campaign is not public. Publish it before you tell people news of it."))
    mailing = Mailing(campaign=campaign, about=about, account_id=account_id, created_at=now, state="draft")
    _set_texts(mailing, texts)
    try:
        with session.begin_nested():
            session.add(mailing)
    except IntegrityError as error:
        raise NotMailed(gettext("Signers are told of this by another mailing. Nobody is mailed twice.")) from error
    return mailing


def rewrite(mailing: Mailing, *, texts: Texts) -> None:
    """Change a draft; it has to be tried out anew. Raises NotMailed once it was begun."""
    _require(mailing, "draft")
    _set_texts(mailing, texts)
    mailing.tested_at = None


def tried_out(mailing: Mailing, *, now: datetime) -> None:
    """Its writer had it mailed to themselves."""
    _require(mailing, "draft")
    mailing.tested_at = now


def start(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Publish it as an update of the campaign, and have the worker mail it. Raises NotMailed, also untried."""
    _lock(session, mailing)
    _require(mailing, "draft")
    if mailing.tested_at is None:
        raise NotMailed(gettext("Send it to yourself first, and read it as signers will."))
    own = mailing.texts[mailing.campaign.language]
    update = updating.write(session, mailing.campaign, title=own["title"], body=own["body"], is_mailed=True, now=now)
    mailing.update, mailing.started_at, mailing.state = update, now, "sending"
    mailing.total = session.scalar(_count(mailing.campaign, "at_once")) or 0
    session.flush()
    waking.soon(session, TASK)


def move(session: Session, mailing: Mailing, step: str, *, now: datetime) -> None:
    """pause, resume or stop it. Mails that are queued already still leave. Raises NotMailed."""
    _lock(session, mailing)
    before, after = MOVES[step]
    if not (step == "stop" and mailing.state == "paused"):
        _require(mailing, before)
    mailing.state = after
    if step == "stop":
        mailing.ended_at = now
    session.flush()
    waking.soon(session, TASK)


def delete(session: Session, mailing: Mailing) -> None:
    """A draft nobody wants. Raises NotMailed once it was begun."""
    _require(mailing, "draft")
    session.delete(mailing)
    session.flush()


def find(session: Session, campaign: Campaign, id: int) -> Mailing:
    """One of this campaign. Raises NotFound."""
    mailing = session.get(Mailing, id)
    if mailing is None or mailing.campaign_id != campaign.id:
        raise NotFound(gettext("There is no such mailing of this campaign."))
    return mailing


def of(session: Session, campaign: Campaign) -> Sequence[Mailing]:
    """All of a campaign, the newest first."""
    query = select(Mailing).where(Mailing.campaign_id == campaign.id)
    return session.scalars(query.order_by(Mailing.id.desc())).all()


def mailed(session: Session, campaign: Campaign) -> dict[str, Mailing]:
    """By what they tell of: "delivery/3"."""
    return {mailing.about: mailing for mailing in of(session, campaign) if mailing.about}


def audience(session: Session, campaign: Campaign) -> Audience:
    """Whom a mailing that began now would reach."""
    languages = _signers(campaign, "at_once").with_only_columns(Subscription.language, func.count())
    rows = session.execute(languages.group_by(Subscription.language).order_by(func.count().desc()))
    by_language = {str(language): int(number) for language, number in rows.tuples()}
    later = sum(session.scalar(_count(campaign, pace)) or 0 for pace in ("daily", "weekly"))
    return Audience(sum(by_language.values()), by_language, later)


def text_for(mailing: Mailing, language: str) -> tuple[str, dict[str, str]]:
    """The text in this language, else in the campaign's; with the language that it is in."""
    own = language if language in mailing.texts else mailing.campaign.language
    return own, mailing.texts[own]


def recipients(session: Session, mailing: Mailing, *, most: int) -> list[tuple[int, Subscription]]:
    """The next signers to tell, by the number of their signature, of those who signed before it began."""
    query: Select[Any] = _signers(mailing.campaign, "at_once").with_only_columns(Signature.id, Subscription)
    query = query.where(Signature.id > mailing.position, Following.since <= mailing.started_at)
    # Who unsubscribes at this moment waits for us, and then stops what was queued.
    query = query.order_by(Signature.id).limit(most).with_for_update(of=Subscription)
    found = session.execute(query, execution_options={"populate_existing": True})
    return [(id, subscription) for id, subscription in found.tuples()]


def told_of(session: Session, mailing: Mailing) -> int:
    """How many signers of those there still are were told."""
    query = select(func.count()).select_from(MailingSignature).where(MailingSignature.mailing_id == mailing.id)
    return session.scalar(query) or 0


def _signers(campaign: Campaign, frequency: str) -> Select[tuple[Signature]]:
    """Consented, confirmed, not withdrawn, not unsubscribed, not paused."""
    return (
        select(Signature)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Following, Following.signature_id == Signature.id)
        .join(Subscription, Subscription.id == Following.subscription_id)
        .where(
            Petition.campaign_id == campaign.id,
            Following.campaign_id == campaign.id,
            Signature.state == "confirmed",
            Signature.subscribe.is_(True),
            Subscription.state == "active",
            Subscription.frequency == frequency,
        )
    )


def _count(campaign: Campaign, frequency: str) -> Select[tuple[int]]:
    return _signers(campaign, frequency).with_only_columns(func.count())


def _lock(session: Session, mailing: Mailing) -> None:
    """Against whoever presses another button, and the worker."""
    session.flush()
    session.refresh(mailing, with_for_update=True)


def _require(mailing: Mailing, state: str) -> None:
    if mailing.state != state:
        raise NotMailed(gettext("This mailing has moved on since you opened the page. Look at it again."))


def _set_texts(mailing: Mailing, texts: Texts) -> None:
    found = {
        language: {"title": clean(one.get("title", "")), "body": clean(one.get("body", ""))}
        for language, one in texts.items()
    }
    half = [language for language, one in found.items() if bool(one["title"]) != bool(one["body"])]
    if half:
        raise NotMailed(gettext("A translation needs both a heading and a text."), field=f"title_{half[0]}")
    own = mailing.campaign.language
    if own not in found or not found[own]["title"]:
        raise NotMailed(gettext("Say in one line what happened."), field=f"title_{own}")
    mailing.texts = {language: one for language, one in found.items() if one["title"]}
