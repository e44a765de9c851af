"""The organiser's pages of links: how those of all campaigns do, look again, take a new address."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import DESK, EDIT
from campaign.accounts.signing_in import audit
from campaign.campaigns import links
from campaign.campaigns.link_checking import FINE, GONE, MOVED, SILENT
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.i18n import gettext
from campaign.pagination import paginate

# What the report can be narrowed to, as its address says it.
FILTERS = {"gone": GONE, "silent": SILENT, "moved": MOVED, "fine": FINE, "unchecked": ""}


@blueprint.get("/desk/links", endpoint="links")
@requires(DESK)
def report() -> str:
    """The links of all campaigns that are not closed, those that fail first."""
    chosen = request.args.get("health", "")
    query = links.report(FILTERS.get(chosen))
    session = db.session()
    page = paginate(session, query, number=request.args.get("page", 1, type=int))
    cut_off = links.is_cut_off(session)
    return render_template("campaigns/links.html", page=page, chosen=chosen, filters=FILTERS, cut_off=cut_off)


@blueprint.post("/desk/links/<int:id>/again")
@requires(EDIT)
def check_link(id: int) -> Answer:
    """Look a link up now."""
    session = db.session()
    check = links.find(session, id)
    links.again(session, check, now=now())
    return _back(gettext("The link is looked up within a minute."), "link.check", id)


@blueprint.post("/desk/links/<int:id>/take")
@requires(EDIT)
def take_link(id: int) -> Answer:
    """Put the new address of a page that has moved in the place of the old one."""
    session = db.session()
    links.take_new_address(session, links.find(session, id), now=now())
    return _back(gettext("Saved."), "link.take", id)


def _back(said: str, action: str, id: int) -> Answer:
    """To the page of the action when the button stood there, else to the report."""
    audit(action, "link", id)
    db.session.commit()
    flash(said, "success")
    slug, action_id = request.form.get("campaign", ""), request.form.get("action", 0, type=int)
    if slug and action_id:
        return redirect(url_for(".edit_todo", slug=slug, id=action_id, _anchor="link-health"), 303)
    return redirect(url_for(".links"), 303)
