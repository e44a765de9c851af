"""The organiser's page of the reports a campaign rests on: cite, leave out, start from another one."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import audit
from campaign.articles import spellings
from campaign.campaigns import finding, sources
from campaign.campaigns.import_forms import CitedForm
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext


@blueprint.route("/desk/campaigns/<slug>/sources", methods=["GET", "POST"], endpoint="sources")
@requires(EDIT)
def show_sources(slug: str) -> tuple[str, int] | Answer:
    """All reports of the campaign's event; cite another one by its address."""
    session, form = db.session(), CitedForm()
    campaign = finding.by_slug(session, slug)
    if form.validate_on_submit():
        try:
            article = sources.add(session, campaign, form.address.data or "", now=now())
        except Refused as error:
            form.refuse(error)
        else:
            return _decided(campaign, "campaign.source.cite", gettext("Cited."), article=article.slug)
    decided = sources.decisions(session, campaign)
    own = [campaign.article] if campaign.article else []
    reports = [*own, *(report.article for report in decided.cited)]
    page = render_template(
        "campaigns/sources.html",
        campaign=campaign,
        form=form,
        decided=decided,
        differences=spellings.compare(reports[: sources.COMPARED]),
        newer=sources.newer(session, campaign, for_readers=False),
    )
    return page, form.status


@blueprint.post("/desk/campaigns/<slug>/sources/<int:id>/cite")
@requires(EDIT)
def cite_source(slug: str, id: int) -> Answer:
    """Name this report among the sources."""
    return _decide(slug, id, sources.cite, "campaign.source.cite", gettext("Cited."))


@blueprint.post("/desk/campaigns/<slug>/sources/<int:id>/leave-out")
@requires(EDIT)
def leave_out_source(slug: str, id: int) -> Answer:
    """Name this report no more."""
    text = gettext("Left out. It stands at the end of this page, where you can cite it again.")
    return _decide(slug, id, sources.leave_out, "campaign.source.leave_out", text)


@blueprint.post("/desk/campaigns/<slug>/sources/<int:id>/lead")
@requires(EDIT)
def lead_source(slug: str, id: int) -> Answer:
    """Start the campaign from this report."""
    text = gettext("The campaign starts from this report now. The one before is cited, and can be chosen again.")
    return _decide(slug, id, sources.lead, "campaign.source.lead", text)


def _decide(slug: str, id: int, act: Callable[..., object], action: str, text: str) -> Answer:
    """act: what becomes of the report, a function of `sources`; action: what the trail calls it."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    article = sources.find(session, campaign, id)
    act(session, campaign, article, now=now())
    return _decided(campaign, action, text, article=article.slug)


def _decided(campaign: Campaign, action: str, text: str, *, article: str) -> Answer:
    """Audit, commit, and show the page again."""
    audit(action, "campaign", campaign.slug, article=article)
    db.session.commit()
    flash(text, "success")
    return redirect(url_for(".sources", slug=campaign.slug), 303)
