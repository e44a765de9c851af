"""The organiser's pages of suggested texts: ask for them, watch, see what was taken and what was refused."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding
from campaign.campaigns.assistant import suggestions
from campaign.campaigns.models import Suggestion
from campaign.campaigns.places import PARTS
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import lazy_gettext

STATE_WORDS = {
    "waiting": lazy_gettext("Waiting for its turn"),
    "later": lazy_gettext("It did not work, and is tried again"),
    "asking": lazy_gettext("The machine is writing"),
    "judging": lazy_gettext("Checking what it wrote"),
    "done": lazy_gettext("The suggestions are in the draft"),
    "failed": lazy_gettext("It did not work"),
}
STEPS = ("waiting", "asking", "judging", "done")


def stage(suggestion: Suggestion) -> str:
    """How far a suggestion is, as one of STATE_WORDS."""
    if suggestion.state == "working":
        return suggestion.step or "asking"
    return "later" if suggestion.state == "waiting" and suggestion.last_error else suggestion.state


def _is_on() -> bool:
    return suggestions.is_on(current_app.config)


blueprint.add_app_template_global(_is_on, "has_assistant")


@blueprint.post("/desk/campaigns/<slug>/suggest")
@requires(EDIT)
def suggest(slug: str) -> Answer:
    """Have texts suggested for a draft."""
    if not _is_on():
        abort(404)
    session = db.session()
    campaign = finding.by_slug(session, slug)
    model = current_app.config["ASSISTANT_MODEL"]
    try:
        asked = suggestions.ask(session, campaign, account=acting_account(), model=model, now=now())
    except Refused as error:
        flash(error.message, "error")
        return redirect(url_for(".overview", slug=slug), 303)
    audit("campaign.suggest.ask", "campaign", slug, model=model)
    session.commit()
    return redirect(url_for(".suggestion", id=asked.id), 303)


@blueprint.get("/desk/suggestions/<int:id>")
@requires(EDIT)
def suggestion(id: int) -> str:
    """How far it is; then what was taken and what was refused, with the reasons."""
    found = suggestions.find(db.session(), id)
    shown = {"stage": stage(found), "words": STATE_WORDS, "steps": STEPS, "parts": PARTS}
    return render_template("campaigns/suggestion.html", suggestion=found, campaign=found.campaign, **shown)
