"""The organiser's page of letters that say nearly the same: let them go, or stop them."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding
from campaign.db import db, now
from campaign.i18n import gettext
from campaign.letters.channels.email import alike as grouping
from campaign.letters.views import blueprint

__all__ = ["blueprint"]


@blueprint.route("/desk/campaigns/<slug>/letters/alike", methods=["GET", "POST"])
@requires(EDIT, personal_data="letters.look")
def alike(slug: str) -> str | Redirect:
    """The groups, those that wait for a decision first."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    if request.method == "GET":
        return render_template("letters/alike.html", campaign=campaign, groups=grouping.listed(session, campaign))
    group = grouping.of(session, campaign, request.form.get("group", 0, type=int))
    decision = request.form.get("decision", "")
    if group is None or decision not in grouping.DECISIONS:
        abort(400)
    number = grouping.decide(session, group, decision, now=now())
    audit(f"letters.{decision}", "campaign", campaign.slug, group=group.id, letters=number)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("letters.alike", slug=slug), 303)
