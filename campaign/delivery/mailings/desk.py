"""The desk's pages of mailings to signers: written, tried out, sent, paused, stopped."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.delivery.mailings import news_texts, rounds
from campaign.delivery.mailings import writing as mailing_out
from campaign.delivery.models import Mailing
from campaign.delivery.views import blueprint
from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext, ngettext
from campaign.mail.forms import ButtonForm

__all__ = ["blueprint"]

Page = tuple[str, int] | Answer

MAILING_WORDS = {
    "draft": lazy_gettext("draft"),
    "sending": lazy_gettext("on its way"),
    "paused": lazy_gettext("paused"),
    "done": lazy_gettext("sent"),
    "stopped": lazy_gettext("stopped"),
}


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"mailing_words": MAILING_WORDS}


@blueprint.get("/desk/campaigns/<slug>/mailings")
@requires(permissions.DESK)
def mailings(slug: str) -> str:
    """Mailings to signers, and how far each is."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    return render_template(
        "delivery/mailings.html",
        campaign=campaign,
        mailings=mailing_out.of(session, campaign),
        untold=news_texts.untold(session, campaign),
    )


@blueprint.route("/desk/campaigns/<slug>/mailings/new", methods=["GET", "POST"])
@requires(permissions.PUBLISH)
def write_mailing(slug: str) -> Page:
    """Put news for signers into words. about: what stands in the ledger."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    news = news_texts.find(session, campaign, request.args.get("about", ""))
    form = news_texts.form_for(campaign, news_texts.languages(campaign), proposed=news)
    if form.validate_on_submit():
        try:
            mailing = mailing_out.write(
                session, campaign, texts=form.texts(), about=news.about if news else None,
                account_id=acting_account().id, now=now(),
            )  # fmt: skip
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _to_mailing("mailing.write", mailing)
    campaign = finding.by_slug(session, slug)
    return render_template("delivery/write_mailing.html", campaign=campaign, form=form, news=news), form.status


@blueprint.route("/desk/campaigns/<slug>/mailings/<int:id>/edit", methods=["GET", "POST"])
@requires(permissions.PUBLISH)
def edit_mailing(slug: str, id: int) -> Page:
    """Change a draft."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    mailing = mailing_out.find(session, campaign, id)
    form = news_texts.form_for(campaign, news_texts.languages(campaign), texts=mailing.texts)
    if form.validate_on_submit():
        try:
            mailing_out.rewrite(mailing, texts=form.texts())
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _to_mailing("mailing.write", mailing)
    return render_template("delivery/edit_mailing.html", campaign=campaign, mailing=mailing, form=form), form.status


@blueprint.get("/desk/campaigns/<slug>/mailings/<int:id>")
@requires(permissions.DESK)
def mailing(slug: str, id: int) -> Page:
    """A mailing as signers read it, to how many it goes, and how far it is."""
    campaign = finding.by_slug(db.session(), slug)
    return _mailing_page(campaign, mailing_out.find(db.session(), campaign, id), ButtonForm())


@blueprint.post("/desk/campaigns/<slug>/mailings/<int:id>/<step>")
@requires(permissions.PUBLISH)
def change_mailing(slug: str, id: int, step: str) -> Page:
    """Try it out, start, pause, go on, stop; or delete a draft."""
    session, form = db.session(), ButtonForm()
    campaign = finding.by_slug(session, slug)
    found = mailing_out.find(session, campaign, id)
    if step not in STEPS:
        abort(404)
    try:
        said = STEPS[step](found)
    except Refused as error:
        session.rollback()
        form.form_errors.append(error.message)
        campaign = finding.by_slug(session, slug)
        return _mailing_page(campaign, mailing_out.find(session, campaign, id), form)
    audit(f"mailing.{step}", "mailing", id, campaign=slug)
    session.commit()
    flash(said, "success")
    there = url_for(".mailings", slug=slug) if step == "delete" else url_for(".mailing", slug=slug, id=id)
    return redirect(there, 303)


def _mailing_page(campaign: Campaign, found: Mailing, form: ButtonForm) -> Page:
    page = render_template(
        "delivery/mailing.html",
        campaign=campaign,
        mailing=found,
        audience=mailing_out.audience(db.session(), campaign) if found.state == "draft" else None,
        form=form,
    )
    return page, form.status


def _test(found: Mailing) -> str:
    number = rounds.try_out(db.session(), found, acting_account(), now=now())
    return ngettext("%(num)s mail is on its way to you.", "%(num)s mails are on their way to you.", number)


def _start(found: Mailing) -> str:
    mailing_out.start(db.session(), found, now=now())
    return gettext("It is on its way, and stands on the campaign’s page.")


def _moved(step: str) -> Callable[[Mailing], str]:
    def move(found: Mailing) -> str:
        mailing_out.move(db.session(), found, step, now=now())
        return gettext("Saved.")

    return move


def _delete(found: Mailing) -> str:
    mailing_out.delete(db.session(), found)
    return gettext("Deleted.")


STEPS: dict[str, Callable[[Mailing], str]] = {
    "test": _test,
    "start": _start,
    "pause": _moved("pause"),
    "resume": _moved("resume"),
    "stop": _moved("stop"),
    "delete": _delete,
}


def _to_mailing(action: str, found: Mailing) -> Answer:
    audit(action, "mailing", found.id, campaign=found.campaign.slug, about=found.about or "")
    db.session.commit()
    return redirect(url_for(".mailing", slug=found.campaign.slug, id=found.id), 303)
