"""The mails we send, one function each; the words stand in templates/mail/<name of the function>/.

All return the outbox's number of the mail, or None when this mailbox may not be written to: nobody may see which. Those
to who has just signed return nothing. All take `about`, the row they speak of ("signature/12"), and `group`, whose
budget they draw on ("petition/3").
"""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.mail import outbox


def confirm_signature(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    link: str,
    code: str,
    about: str,
    group: str,
    now: datetime,
) -> None:
    """To somebody who signed, or whose address somebody typed in.

    link: where they confirm, or say it was not them; code: six digits to type in instead.
    """
    context = _signed(given_name, demand, campaign_title, link) | {"code": code}
    outbox.queue_unseen(
        session, "confirm_signature", to=to, language=language, context=context,
        about=about, group=group, now=now,
    )  # fmt: skip


def remind_signature(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    link: str,
    code: str,
    about: str,
    group: str,
    now: datetime,
) -> None:
    """Once, to somebody who has not confirmed after a day. link and code: as in confirm_signature."""
    context = _signed(given_name, demand, campaign_title, link) | {"code": code}
    outbox.queue_unseen(
        session, "remind_signature", to=to, language=language, context=context,
        about=about, group=group, now=now,
    )  # fmt: skip


def already_signed(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> None:
    """To somebody whose address was entered again although their signature counts. link: where they can withdraw it."""
    context = _signed(given_name, demand, campaign_title, link)
    outbox.queue_unseen(
        session, "already_signed", to=to, language=language, context=context,
        about=about, group=group, now=now,
    )  # fmt: skip


def own_page(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    campaign_title: str,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To a signer who asked on the site for the link to their own page, or for whom somebody did."""
    context = {"given_name": given_name, "campaign_title": campaign_title, "link": link}
    return outbox.queue(
        session, "own_page", to=to, language=language, context=context,
        about=about, group=group, limited=True, now=now,
    )  # fmt: skip


def text_changed(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    note: str,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To somebody who signed a text that then changed in substance.

    demand: the new one; note: why it changed, in the organiser's words; link: where they read and agree, or withdraw.
    """
    context = _signed(given_name, demand, campaign_title, link) | {"note": note}
    return outbox.queue(
        session, "text_changed", to=to, language=language, context=context, about=about, group=group, now=now
    )


def confirm_letter(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    post_label: str,
    campaign_title: str,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To somebody who asked us to send their letter, or whose address somebody typed in.

    post_label: the office it goes to; link: where they read it and have it sent, or erase it.
    """
    context = _letter(given_name, post_label, campaign_title, link)
    return outbox.queue(
        session, "confirm_letter", to=to, language=language, context=context,
        about=about, group=group, limited=True, now=now,
    )  # fmt: skip


def letter_returned(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    post_label: str,
    campaign_title: str,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To somebody whose letter we could not or must not send. link: where they write it anew or find other ways."""
    context = _letter(given_name, post_label, campaign_title, link)
    return outbox.queue(
        session, "letter_returned", to=to, language=language, context=context, about=about, group=group, now=now
    )


def confirm_follow_up(
    session: Session,
    *,
    to: str,
    language: str,
    post_label: str,
    campaign_title: str,
    days: int,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To an address that somebody typed in to be asked for a reply: is it theirs?

    days: how long the link opens; link: where they confirm, or have the address erased.
    """
    context = {"post_label": post_label, "campaign_title": campaign_title, "days": days, "link": link}
    return outbox.queue(
        session, "confirm_follow_up", to=to, language=language, context=context,
        about=about, group=group, limited=True, now=now,
    )  # fmt: skip


def ask_reply(
    session: Session,
    *,
    to: str,
    language: str,
    post_label: str,
    campaign_title: str,
    sent_by_us: bool,
    days: int,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """Two weeks after a letter, to a writer who wanted it: did a reply come? link: where they say so, for `days`."""
    context = {"post_label": post_label, "campaign_title": campaign_title, "sent_by_us": sent_by_us}
    context |= {"days": days, "link": link}
    return outbox.queue(
        session, "ask_reply", to=to, language=language, context=context, about=about, group=group, now=now
    )


def letters_stopped(
    session: Session,
    *,
    to: str,
    language: str,
    letter_title: str,
    campaign_title: str,
    why: list[str],
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To the organiser, when letters of a public campaign cannot be written or sent as they are. why: in sentences."""
    context = {"letter_title": letter_title, "campaign_title": campaign_title, "why": why, "link": link}
    return outbox.queue(
        session, "letters_stopped", to=to, language=language, context=context, about=about, group=group, now=now
    )


def confirm_subscription(
    session: Session,
    *,
    to: str,
    language: str,
    topic: str,
    days: int,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To an address that somebody typed in to get news, whether or not it gets some already.

    topic: what they want to follow, "" when they choose later; days: how long the link opens; link: their own page.
    """
    context = {"topic": topic, "days": days, "link": link}
    return outbox.queue(
        session, "confirm_subscription", to=to, language=language, context=context,
        about=about, group=group, limited=True, now=now,
    )  # fmt: skip


def news_digest(
    session: Session,
    *,
    to: str,
    language: str,
    items: list[dict[str, str]],
    more: int,
    topics: list[str],
    manage_link: str,
    unsubscribe_link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To a subscriber: what is new of what they follow.

    items: each with kind (campaign or update), title, text, campaign_title, language, link; more: how many further
    ones there are; topics: what they follow; manage_link: their own page; unsubscribe_link: ends it with one click.
    """
    context = {"items": items, "more": more, "topics": topics}
    context |= {"manage_link": manage_link, "unsubscribe_link": unsubscribe_link}
    return outbox.queue(
        session, "news_digest", to=to, language=language, context=context, about=about, group=group, now=now
    )


def no_news(
    session: Session,
    *,
    to: str,
    language: str,
    campaign_title: str,
    since: str,
    days: int,
    link: str,
    about: str,
    group: str,
    now: datetime,
) -> int | None:
    """To the organiser, when readers are told that there has been no news for long. since: the day of the last."""
    context = {"campaign_title": campaign_title, "since": since, "days": days, "link": link}
    return outbox.queue(
        session, "no_news", to=to, language=language, context=context, about=about, group=group, now=now
    )


def _signed(given_name: str, demand: str, campaign_title: str, link: str) -> dict[str, str]:
    return {"given_name": given_name, "demand": demand, "campaign_title": campaign_title, "link": link}


def _letter(given_name: str, post_label: str, campaign_title: str, link: str) -> dict[str, str]:
    return {"given_name": given_name, "post_label": post_label, "campaign_title": campaign_title, "link": link}
