"""What came of a campaign, as an organiser says it; and the public page of all that happened."""

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Optional

from campaign.access import public, requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding, outcomes, publishing
from campaign.campaigns.forms import text as long_text
from campaign.campaigns.models import Campaign
from campaign.copies import kept_briefly
from campaign.db import db, now
from campaign.delivery.ledger import history as histories
from campaign.delivery.ledger.forms import ReasonForm
from campaign.delivery.views import blueprint
from campaign.errors import Refused
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext, speak
from campaign.keeping import kept

__all__ = ["blueprint"]

Page = tuple[str, int] | Answer

OUTCOME_CHOICES = {
    "delivered": lazy_gettext("Delivered: an office has the signatures, and we wait for its answer"),
    "answered": lazy_gettext("Answered: an office has answered, and we go on"),
    "won": lazy_gettext("Won: what we asked for happens"),
    "lost": lazy_gettext("Lost: what we asked for does not happen"),
    "closed": lazy_gettext("Ended: neither won nor lost, and we stop"),
}


class OutcomeForm(Form):
    """What came of it."""

    outcome = RadioField(
        lazy_gettext("What came of it?"),
        [InputRequired(lazy_gettext("Choose what came of it."))],
        choices=[SelectChoice(*pair) for pair in OUTCOME_CHOICES.items()],
        validate_choice=False,
    )
    text = long_text(
        lazy_gettext("Tell it in a few sentences"),
        rows=6,
        most=outcomes.LONGEST_TEXT,
        needed=lazy_gettext("Tell in a few sentences what came of it."),
        hint=lazy_gettext("Stands at the top of the campaign’s page. Markdown."),
    )
    on = DateField(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Enter the day."))])
    by = StringField(
        lazy_gettext("Who says so?"),
        [
            DataRequired(lazy_gettext("Say who says so: a name, or an organisation.")),
            Longest(outcomes.LONGEST_NAME),
            Plain(),
        ],
        filters=[cleaned],
    )
    closes = BooleanField(lazy_gettext("Close the campaign: it stays readable, and nobody can sign any more"))
    note = StringField(
        lazy_gettext("Why something else was said before"),
        [Optional(), Longest(outcomes.LONGEST_NOTE), Plain()],
        filters=[cleaned],
        description=lazy_gettext("What was said before stays readable, with this beside it."),
    )


@blueprint.get("/campaigns/<slug>/timeline")
@public
@kept_briefly
def history(slug: str) -> Answer:
    """All that happened, the newest first."""
    campaign = finding.readable(db.session(), slug)
    speak(campaign.language)
    days = current_app.config["NO_NEWS_DAYS"]
    found = histories.of(db.session(), campaign, no_news_days=days, now=now())
    return kept("delivery/history.html", campaign=campaign, history=found)


@blueprint.route("/desk/campaigns/<slug>/outcome", methods=["GET", "POST"])
@requires(permissions.PUBLISH)
def outcome(slug: str) -> Page:
    """Say what came of it."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    form = OutcomeForm(
        data={"by": campaign.outcome_by or acting_account().name or current_app.config["ORGANISER_NAME"]}
    )
    if form.validate_on_submit():
        assert form.on.data  # noqa: S101  # it is required
        try:
            outcomes.say(
                campaign, outcome=form.outcome.data, text=form.text.data or "", by=form.by.data or "",
                on=form.on.data, note=form.note.data or "", now=now(),
            )  # fmt: skip
            if form.closes.data and campaign.state == "published":
                publishing.close(session, campaign, now=now())
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _saved("campaign.outcome", campaign, outcome=campaign.outcome, closed=bool(form.closes.data))
    campaign = finding.by_slug(session, slug)
    return render_template("delivery/outcome.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/outcome/take-back", methods=["GET", "POST"])
@requires(permissions.PUBLISH)
def take_back_outcome(slug: str) -> Page:
    """It was said too early."""
    campaign, form = finding.by_slug(db.session(), slug), ReasonForm()
    outcomes.require(campaign)
    if form.validate_on_submit():
        outcomes.take_back(campaign, note=form.note.data or "", now=now())
        return _saved("campaign.outcome_back", campaign, note=form.note.data or "")
    return render_template("delivery/take_back_outcome.html", campaign=campaign, form=form), form.status


def _saved(action: str, campaign: Campaign, **detail: object) -> Answer:
    audit(action, "campaign", campaign.slug, **detail)
    db.session.commit()
    flash(gettext("Saved. It stands on the campaign’s page."), "success")
    return redirect(url_for(".outcome", slug=campaign.slug), 303)
