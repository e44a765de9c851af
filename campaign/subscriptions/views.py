"""Pages for people who want news by mail: asking for it, and the page behind the link in their mails."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Redirect

from campaign import limiting
from campaign.access import public
from campaign.copies import kept_briefly
from campaign.db import db, now, reading
from campaign.errors import Refused
from campaign.i18n import gettext, language, speak
from campaign.keeping import kept
from campaign.subscriptions import links, mailing, subscribing, topics
from campaign.subscriptions.forms import FREQUENCY_WORDS, ManageForm, SubscribeForm
from campaign.subscriptions.models import SubscriptionLink
from campaign.web import csrf

blueprint = Blueprint("subscriptions", __name__)

Page = str | tuple[str, int] | Redirect


@blueprint.route("/subscribe", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its token; the small ones on kept pages have none, and their browser says that they are ours
def subscribe() -> Page:
    """An address, and what it wants to hear of. Whatever the address, what follows looks the same."""
    session = db.session()
    with reading():
        form = SubscribeForm(meta={"csrf": False} if _is_from_here() else {}, wish=_wish())
        topic = topics.find_or_none(session, form.wish.data or "")
        if not form.validate_on_submit():
            page = render_template("subscriptions/subscribe.html", form=form, topic=topic)
            return page, form.status
        session.rollback()
    instant = now()
    subscription, token = subscribing.ask(
        session,
        email=form.email.data or "",
        wish=topic.value if topic else "",
        language=language(),
        secret=current_app.config["SECRET_KEY"],
        now=instant,
    )
    if mailing.ask(session, subscription, token, topic, now=instant) is None:
        subscribing.take_back(session, subscription, token)
    limiting.count_client_within(session, "SUBSCRIBE_LIMIT")
    session.commit()
    return redirect(url_for(".sent"), 303)


@blueprint.get("/subscribe/sent")
@public
@kept_briefly
def sent() -> ResponseReturnValue:
    """ "Look into your mail", for everybody."""
    return kept("subscriptions/sent.html", days=links.UNCONFIRMED.days)


@blueprint.route("/subscriptions/<token>", methods=["GET", "POST"])
@public
def manage(token: str) -> Page:
    """A subscriber's own page. Mail scanners follow links, so only its buttons act."""
    session, instant = db.session(), now()
    link = links.find(session, token, hold=request.method == "POST", now=instant)
    speak(link.subscription.language)
    form = ManageForm()
    chosen = topics.followed(link.subscription)
    form.offer(topics.offered(session, chosen, language=language()))
    if form.validate_on_submit():
        try:
            done = ACTS[form.act.data or ""](link, form)
        except Refused as error:
            session.rollback()
            form.refuse(error)
            return _manage_page(token, links.find(session, token, now=instant), form), form.status
        session.commit()
        return done or redirect(url_for(".manage", token=token), 303)
    if not form.is_submitted():
        form.frequency.data = link.subscription.frequency
        for kind, name in form.FIELDS.items():
            form[name].data = [topic.value for topic in chosen if topic.kind == kind]
    return _manage_page(token, link, form), form.status


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # mail programs post here without having seen a page (RFC 8058); the token is the secret that counts
def unsubscribe(token: str) -> Page:
    """No more news. Mail scanners follow links, so only a POST acts. Sets no cookie."""
    mailbox = links.mailbox_of(token)
    is_done = request.method == "POST"
    if is_done:
        subscribing.end(db.session(), mailbox, now=now())
        db.session.commit()
    return render_template("subscriptions/unsubscribe.html", is_done=is_done, days=subscribing.KEPT.days)


@blueprint.get("/subscribe/erased")
@public
@kept_briefly
def erased() -> ResponseReturnValue:
    """Nothing is left to show."""
    return kept("subscriptions/erased.html")


@blueprint.errorhandler(links.UnknownLink)
def dead_link(error: links.UnknownLink) -> ResponseReturnValue:
    """Trying links out is limited."""
    db.session.rollback()
    try:
        limiting.count("LINK_LIMIT", f"link {limiting.client()}")
    except TooManyRequests as refusal:
        return current_app.handle_user_exception(refusal)
    return render_template("subscriptions/_dead_link.html", message=error.message), 404


def _is_from_here() -> bool:
    """True when the browser says that a page of ours sent this; no other site can make it say so."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _wish() -> str:
    return next((f"{kind}/{request.args[kind]}" for kind in topics.KINDS if request.args.get(kind)), "")


def _manage_page(token: str, link: SubscriptionLink, form: ManageForm) -> str:
    topic = topics.find_or_none(db.session(), link.wish) if link.wish else None
    return render_template(
        "subscriptions/manage.html",
        token=token,
        subscription=link.subscription,
        is_question=subscribing.is_question(link),
        topic=topic,
        wording=subscribing.WORDING,
        frequencies=FREQUENCY_WORDS,
        form=form,
        days=subscribing.KEPT.days,
    )


def _confirm(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.confirm(db.session(), link, language=language(), now=now())
    flash(gettext("Thank you. You get news from now on. Choose below of what, and how often."), "success")
    return None


def _disown(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.disown(db.session(), link, now=now())
    return redirect(url_for(".erased"), 303)


def _save(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.choose(db.session(), link.subscription, form.chosen, frequency=form.frequency.data or "", now=now())
    flash(gettext("Saved."), "success")
    return None


def _pause(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.pause(link.subscription)
    return None


def _resume(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.resume(link.subscription, now=now())
    return None


def _end(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.end(db.session(), link.subscription.mailbox_key, now=now())
    return None


def _erase(link: SubscriptionLink, form: ManageForm) -> Redirect | None:
    subscribing.erase(db.session(), link.subscription, now=now())
    return redirect(url_for(".erased"), 303)


ACTS: dict[str, Callable[[SubscriptionLink, ManageForm], Redirect | None]] = {
    "confirm": _confirm,
    "disown": _disown,
    "save": _save,
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "erase": _erase,
}
