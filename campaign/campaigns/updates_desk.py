"""A campaign's updates: the page where people read them, and the organiser's, where they are written and taken back."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import StringField
from wtforms.validators import DataRequired

from campaign.access import public, requires
from campaign.accounts.permissions import DESK, PUBLISH
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding, updating
from campaign.campaigns.forms import text as long_text
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint
from campaign.copies import kept_briefly
from campaign.db import db, now
from campaign.errors import Refused
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext, speak
from campaign.keeping import kept
from campaign.web import takes_upload

__all__ = ["blueprint"]


class UpdateForm(Form):
    """What happened."""

    title = StringField(
        lazy_gettext("Heading"),
        [DataRequired(lazy_gettext("Say in one line what happened.")), Longest(updating.LONGEST_TITLE), Plain()],
        filters=[cleaned],
    )
    body = long_text(
        lazy_gettext("Text"),
        most=updating.LONGEST_BODY,
        needed=lazy_gettext("Tell people what happened."),
        hint=lazy_gettext("Markdown: **bold**, [a link](https://…), lists with “-”."),
    )


class WithdrawForm(Form):
    """Why an update is taken back."""

    note = long_text(
        lazy_gettext("Why you take it back"),
        rows=3,
        most=updating.LONGEST_NOTE,
        needed=lazy_gettext("Say why. The note stands in place of the text."),
    )


@blueprint.get("/campaigns/<slug>/updates")
@public
@kept_briefly
def updates(slug: str) -> Answer:
    """All that the organiser told since, the newest first."""
    session = db.session()
    campaign = finding.readable(session, slug)
    speak(campaign.language)
    return kept("campaigns/updates.html", campaign=campaign, updates=updating.of(session, campaign))


@blueprint.get("/desk/campaigns/<slug>/updates")
@requires(DESK)
def edit_updates(slug: str) -> str:
    """The updates, and where to write or take back one."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    return render_template("campaigns/edit_updates.html", campaign=campaign, updates=updating.of(session, campaign))


@blueprint.route("/desk/campaigns/<slug>/updates/new", methods=["GET", "POST"])
@requires(PUBLISH)
@takes_upload
def write_update(slug: str) -> tuple[str, int] | Answer:
    """Tell those who follow the campaign what happened."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    form = UpdateForm()
    if form.validate_on_submit():
        try:
            update = updating.write(
                session, campaign, title=form.title.data or "", body=form.body.data or "", now=now()
            )
        except Refused as error:
            form.refuse(error)
        else:
            return _saved("campaign.update.write", campaign, update.id)
    return render_template("campaigns/write_update.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/updates/<int:id>/withdraw", methods=["GET", "POST"])
@requires(PUBLISH)
def withdraw_update(slug: str, id: int) -> tuple[str, int] | Answer:
    """Take an update back, with a note that stands in its place."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    update, form = updating.find(session, campaign, id), WithdrawForm()
    if form.validate_on_submit():
        updating.withdraw(update, note=form.note.data or "", now=now())
        return _saved("campaign.update.withdraw", campaign, id)
    page = render_template("campaigns/withdraw_update.html", campaign=campaign, update=update, form=form)
    return page, form.status


@blueprint.post("/desk/campaigns/<slug>/updates/<int:id>/restore")
@requires(PUBLISH)
def restore_update(slug: str, id: int) -> Answer:
    """Undo that."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    updating.restore(updating.find(session, campaign, id), now=now())
    return _saved("campaign.update.restore", campaign, id)


def _saved(action: str, campaign: Campaign, id: int) -> Answer:
    audit(action, "campaign", campaign.slug, id=id)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for(".edit_updates", slug=campaign.slug), 303)
