"""The organiser's pages: import an article, see what is missing, mend it, publish, close."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import DESK, EDIT, PUBLISH
from campaign.accounts.signing_in import acting_account, audit
from campaign.articles import reading
from campaign.campaigns import (
    categorising,
    editing,
    finding,
    forms,
    guessing,
    importing,
    links,
    mended,
    overriding,
    parts,
    places,
    publishing,
    redrafting,
    sources,
    suggesting,
)
from campaign.campaigns.importing import Imported
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint, shown
from campaign.db import db, now
from campaign.db import reading as only_reading
from campaign.errors import Refused
from campaign.i18n import gettext, ngettext, speak
from campaign.pagination import paginate
from campaign.web import takes_upload

__all__ = ["blueprint"]


@dataclass(frozen=True)
class Row:
    """A campaign in the desk's list. blocking: how many findings block a draft; failing: how many of its links do."""

    campaign: Campaign
    summary: Any
    blocking: int
    failing: int


@blueprint.get("/desk")
@requires(DESK)
def desk() -> str:
    """All campaigns: how they stand, and what to do next."""
    session, instant = db.session(), now()
    page = paginate(session, finding.desk(), number=request.args.get("page", 1, type=int))
    summaries = parts.summaries(session, page.rows, now=instant)["petition"]
    failing = links.failing(session, [campaign.id for campaign in page.rows])
    rows = [
        Row(campaign, summaries.get(campaign.id), _blocking(campaign), failing.get(campaign.id, 0))
        for campaign in page.rows
    ]
    return render_template("campaigns/desk.html", page=page, rows=rows)


@blueprint.route("/desk/import", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def import_article() -> tuple[str, int] | Answer:
    """Make a draft campaign of a text or a file; of a feed, one of each report."""
    form = forms.ImportForm()
    if form.validate_on_submit():
        session, instant = db.session(), now()
        data, origin = form.document()
        most = current_app.config["UPLOAD_BYTES"]
        try:
            # A hostile page takes seconds to refuse, in which others want to sign.
            session.rollback()
            with only_reading():
                pages = reading.read(data, origin, **form.wishes(), session=session, most=most, now=instant)
            session.rollback()
            made = importing.take_in_all(session, pages, now=instant)
        except Refused as error:
            session.rollback()
            (form.file if origin.filename else form.text).errors = [error.message]
        else:
            return _imported(made)
    return render_template("campaigns/import_article.html", form=form), form.status


@blueprint.get("/desk/campaigns/<slug>")
@requires(DESK)
def overview(slug: str) -> str:
    """What was found in the article, what is missing, and where to go next."""
    return _overview(finding.by_slug(db.session(), slug))


@blueprint.route("/desk/campaigns/<slug>/edit", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def edit(slug: str) -> tuple[str, int] | Answer:
    """The campaign's own texts and its categories."""
    session, instant = db.session(), now()
    campaign = finding.by_slug(session, slug)
    form = forms.CampaignForm(data=forms.filled_campaign(campaign))
    known = categorising.everything(session)
    form.offer(campaign, known, suggesting.hints(known, campaign))
    if form.validate_on_submit():
        changed = editing.texts(campaign, now=instant, **form.texts())
        if editing.label_machine_made(campaign, form.machine_made(), now=instant):
            changed.append("machine_made")
        if editing.categorise(session, campaign, form.names(), now=instant):
            changed.append("categories")
        return saved("campaign.edit", campaign, changed=changed)
    return render_template("campaigns/edit.html", campaign=campaign, form=form), form.status


@blueprint.get("/desk/campaigns/<slug>/preview")
@requires(DESK)
def preview(slug: str) -> str:
    """The public page as it would be."""
    campaign = finding.by_slug(db.session(), slug)
    speak(campaign.language)
    marks = [places.mark(campaign, where) for where in campaign.guesses or {}]
    return render_template("campaigns/preview.html", marks=marks, **shown(campaign))


@blueprint.post("/desk/campaigns/<slug>/read")
@requires(EDIT)
def read(slug: str) -> Answer:
    """Whoever presses this has read the preview, and approves what a machine or a playbook put there."""
    campaign = finding.by_slug(db.session(), slug)
    machine = [where for where, guess in (campaign.guesses or {}).items() if guess["by"] == guessing.ASSISTANT]
    return saved("campaign.read", campaign, parts=guessing.settle_all(campaign), by_machine=machine)


@blueprint.post("/desk/campaigns/<slug>/redraft")
@requires(EDIT)
def redraft(slug: str) -> Answer:
    """Take the suggestions of the playbook that fits now, where nobody wrote anything."""
    session = db.session()
    campaign = finding.by_slug(session, slug, to_change=True)
    return saved("campaign.redraft", campaign, parts=redrafting.redraft(session, campaign, now=now()))


@blueprint.route("/desk/campaigns/<slug>/override/<mark>", methods=["GET", "POST"])
@requires(PUBLISH)
def override(slug: str, mark: str) -> tuple[str, int] | Answer:
    """Publish although a check blocks, for a reason."""
    session, instant = db.session(), now()
    campaign = finding.by_slug(session, slug)
    findings = publishing.check(session, campaign, now=instant)
    found = next((found for found in findings if overriding.can(found) and overriding.mark(found) == mark), None)
    if found is None:
        abort(404)
    form = forms.OverrideForm()
    if form.validate_on_submit():
        try:
            reason, by = form.reason.data or "", acting_account().email
            overriding.override(campaign, findings, mark, reason=reason, by=by, now=instant)
        except Refused as error:
            form.refuse(error)
        else:
            return saved("campaign.override", campaign, code=found.code, where=found.where, reason=reason)
    page = render_template("campaigns/override.html", campaign=campaign, finding=found, form=form)
    return page, form.status


@blueprint.post("/desk/campaigns/<slug>/publish")
@requires(PUBLISH)
def publish(slug: str) -> tuple[str, int] | Answer:
    """Make a draft public, or say on its overview what is missing."""
    return _step(publishing.publish, slug, gettext("Published: everybody can read it now."))


@blueprint.post("/desk/campaigns/<slug>/unpublish")
@requires(PUBLISH)
def unpublish(slug: str) -> tuple[str, int] | Answer:
    """Take a campaign off the site."""
    return _step(publishing.unpublish, slug, gettext("Taken off the site: only organisers see it now."))


@blueprint.post("/desk/campaigns/<slug>/close")
@requires(PUBLISH)
def close(slug: str) -> tuple[str, int] | Answer:
    """End a campaign; it stays readable."""
    return _step(publishing.close, slug, gettext("Closed: everybody can read it, and nobody can sign it any more."))


@blueprint.post("/desk/campaigns/<slug>/reopen")
@requires(PUBLISH)
def reopen(slug: str) -> tuple[str, int] | Answer:
    """Go on with a closed campaign."""
    return _step(publishing.reopen, slug, gettext("Open again."))


def _step(step: Callable[..., None], slug: str, done: str) -> tuple[str, int] | Answer:
    """Take a campaign to its next state; refused, the overview says why. done: what is said of it otherwise."""
    session = db.session()
    # Before looking at the clock: else somebody could sign between the instant of closing and the closing itself.
    campaign = finding.by_slug(session, slug, to_change=True)
    try:
        step(session, campaign, now=now())
    except Refused as error:
        return _overview(campaign, problem=error.message), 422
    return saved(f"campaign.{step.__name__}", campaign, words=done)


def _overview(campaign: Campaign, *, problem: str = "") -> str:
    session, instant = db.session(), now()
    findings = publishing.check(session, campaign, now=instant)
    warnings = list(enumerate(campaign.warnings or []))
    mended_now = mended.numbers(session, campaign, now=instant)
    over = [pair for pair in warnings if pair[1].get("done_by") or pair[0] in mended_now]
    return render_template(
        "campaigns/overview.html",
        campaign=campaign,
        problem=problem,
        summary=parts.summaries(session, [campaign], now=instant)["petition"].get(campaign.id),
        others=sources.hints(session, campaign),
        warnings=[pair for pair in warnings if pair not in over],
        over=over,
        mended=mended_now,
        fitting=redrafting.fitting(campaign),
        blocking=[places.mending(campaign, found) for found in findings if found.blocks],
        advice=[places.mending(campaign, found) for found in findings if not found.blocks],
    )


def _imported(made: list[Imported]) -> Answer:
    new = [imported.campaign for imported in made if imported.is_new]
    for campaign in new:
        audit("campaign.import", "campaign", campaign.slug, warnings=len(campaign.warnings))
    db.session.commit()
    if len(made) == 1:
        if not new:
            flash(gettext("This article was here already. Here is what was made of it."), "info")
        return _to("campaigns.overview", made[0].campaign)
    flash(ngettext("%(num)s draft was made.", "%(num)s drafts were made.", len(new)), "success")
    known = len(made) - len(new)
    if known:
        text = ngettext("%(num)s article was here already.", "%(num)s articles were here already.", known)
        flash(text, "info")
    return redirect(url_for("campaigns.desk"), 303)


def _blocking(campaign: Campaign) -> int:
    if campaign.state != "draft":
        return 0
    return sum(found.blocks for found in publishing.check(db.session(), campaign, now=now()))


def saved(
    action: str,
    campaign: Campaign,
    *,
    to: str = "campaigns.overview",
    stays: bool = False,
    words: str = "",
    **detail: Any,
) -> Answer:
    """Audit, commit, and go on. stays: there is more to do on that page, even for whoever came from a finding."""
    audit(action, "campaign", campaign.slug, **detail)
    db.session.commit()
    flash(words or gettext("Saved."), "success")
    address = url_for if stays else places.after
    return redirect(address(to, slug=campaign.slug), 303)


def _to(endpoint: str, campaign: Campaign) -> Answer:
    return redirect(url_for(endpoint, slug=campaign.slug), 303)
