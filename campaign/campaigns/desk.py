"""The organiser's pages: import an article, see what is missing, mend it, publish, close."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import DESK, EDIT, PUBLISH
from campaign.accounts.signing_in import audit
from campaign.articles import reading
from campaign.campaigns import categorising, editing, finding, forms, importing, parts, publishing
from campaign.campaigns.importing import Imported
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint, shown
from campaign.db import db, now
from campaign.db import reading as only_reading
from campaign.errors import Finding, Refused
from campaign.i18n import gettext, lazy_gettext, ngettext, speak
from campaign.pagination import paginate
from campaign.web import takes_upload

__all__ = ["blueprint"]

# Where a finding is mended, by the first word of its `where`: the page, and the words of the link to it.
MENDED_AT = {
    "article": ("campaigns.source", lazy_gettext("Mend the article’s source")),
    "todo": ("campaigns.todo", lazy_gettext("Mend the to-do list")),
    "petition": ("petitions.edit", lazy_gettext("Mend the petition")),
    "letters": ("letters.edit_list", lazy_gettext("Mend the letters")),
}
TEXTS = ("campaigns.edit", lazy_gettext("Mend the texts"))


@dataclass(frozen=True)
class Row:
    """A campaign in the desk's list. findings: how many block a draft."""

    campaign: Campaign
    summary: Any
    blocking: int


@dataclass(frozen=True)
class Mending:
    """A finding, and the page where it is mended."""

    finding: Finding
    page: LazyString
    url: str


@blueprint.get("/desk")
@requires(DESK)
def desk() -> str:
    """All campaigns: how they stand, and what to do next."""
    session, instant = db.session(), now()
    page = paginate(session, finding.desk(), number=request.args.get("page", 1, type=int))
    summaries = parts.summaries(session, page.rows, now=instant)["petition"]
    rows = [Row(campaign, summaries.get(campaign.id), _blocking(campaign)) for campaign in page.rows]
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
            made = [importing.take_in(session, page, now=instant) for page in pages]
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
    form.offer(campaign, categorising.everything(session))
    if form.validate_on_submit():
        changed = editing.texts(campaign, now=instant, **form.texts())
        if editing.categorise(session, campaign, form.names(), now=instant):
            changed.append("categories")
        return _saved("campaign.edit", campaign, changed=changed)
    return render_template("campaigns/edit.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/source", methods=["GET", "POST"])
@requires(EDIT)
def source(slug: str) -> tuple[str, int] | Answer:
    """What is known of the article: headline, outlet, address, time."""
    campaign = finding.by_slug(db.session(), slug)
    if campaign.article is None:
        abort(404)
    form = forms.SourceForm(data=forms.filled_source(campaign.article))
    if form.validate_on_submit():
        changed = editing.source(campaign, published_at=form.instant, now=now(), **form.texts())
        return _saved("campaign.source", campaign, changed=changed)
    return render_template("campaigns/source.html", campaign=campaign, form=form), form.status


@blueprint.get("/desk/campaigns/<slug>/todo")
@requires(EDIT)
def todo(slug: str) -> str:
    """The to-do list, with a way to change, move and delete each action."""
    campaign = finding.by_slug(db.session(), slug)
    return render_template("campaigns/todo.html", campaign=campaign, kind_labels=forms.KIND_LABELS)


@blueprint.route("/desk/campaigns/<slug>/todo/new", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def add_todo(slug: str) -> tuple[str, int] | Answer:
    """A new to-do action at the end of the list."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    form = forms.ToDoForm()
    if form.validate_on_submit():
        action = editing.add_action(session, campaign, form.values(), now=now())
        return _saved("campaign.todo.add", campaign, to="campaigns.todo", id=action.id)
    return render_template("campaigns/add_todo.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/todo/<int:id>", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def edit_todo(slug: str, id: int) -> tuple[str, int] | Answer:
    """One to-do action."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    action = editing.action(session, campaign, id)
    form = forms.ToDoForm(data=forms.filled_todo(action))
    if form.validate_on_submit():
        editing.change_action(action, form.values(), now=now())
        return _saved("campaign.todo.edit", campaign, to="campaigns.todo", id=id)
    return render_template("campaigns/edit_todo.html", campaign=campaign, action=action, form=form), form.status


@blueprint.post("/desk/campaigns/<slug>/todo/<int:id>/<direction>")
@requires(EDIT)
def move_todo(slug: str, id: int, direction: str) -> Answer:
    """One place up or down."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    if direction not in ("up", "down"):
        abort(404)
    editing.move_action(editing.action(session, campaign, id), up=direction == "up", now=now())
    return _saved("campaign.todo.move", campaign, to="campaigns.todo", id=id)


@blueprint.post("/desk/campaigns/<slug>/todo/<int:id>/delete")
@requires(EDIT)
def delete_todo(slug: str, id: int) -> Answer:
    """Take one action off the list."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    editing.delete_action(session, editing.action(session, campaign, id), now=now())
    return _saved("campaign.todo.delete", campaign, to="campaigns.todo", id=id)


@blueprint.get("/desk/campaigns/<slug>/preview")
@requires(DESK)
def preview(slug: str) -> str:
    """The public page as it would be."""
    campaign = finding.by_slug(db.session(), slug)
    speak(campaign.language)
    return render_template("campaigns/preview.html", **shown(campaign))


@blueprint.post("/desk/campaigns/<slug>/publish")
@requires(PUBLISH)
def publish(slug: str) -> tuple[str, int] | Answer:
    """Make a draft public, or say on its overview what is missing."""
    return _step(publishing.publish, slug)


@blueprint.post("/desk/campaigns/<slug>/unpublish")
@requires(PUBLISH)
def unpublish(slug: str) -> tuple[str, int] | Answer:
    """Take a campaign off the site."""
    return _step(publishing.unpublish, slug)


@blueprint.post("/desk/campaigns/<slug>/close")
@requires(PUBLISH)
def close(slug: str) -> tuple[str, int] | Answer:
    """End a campaign; it stays readable."""
    return _step(publishing.close, slug)


@blueprint.post("/desk/campaigns/<slug>/reopen")
@requires(PUBLISH)
def reopen(slug: str) -> tuple[str, int] | Answer:
    """Go on with a closed campaign."""
    return _step(publishing.reopen, slug)


def _step(step: Callable[..., None], slug: str) -> tuple[str, int] | Answer:
    """Take a campaign to its next state; refused, the overview says why."""
    session = db.session()
    # Before looking at the clock: else somebody could sign between the instant of closing and the closing itself.
    campaign = finding.by_slug(session, slug, to_change=True)
    try:
        step(session, campaign, now=now())
    except Refused as error:
        return _overview(campaign, problem=error.message), 422
    return _saved(f"campaign.{step.__name__}", campaign)


def _overview(campaign: Campaign, *, problem: str = "") -> str:
    session, instant = db.session(), now()
    findings = publishing.check(session, campaign, now=instant)
    return render_template(
        "campaigns/overview.html",
        campaign=campaign,
        problem=problem,
        summary=parts.summaries(session, [campaign], now=instant)["petition"].get(campaign.id),
        blocking=[_mending(campaign, found) for found in findings if found.blocks],
        advice=[_mending(campaign, found) for found in findings if not found.blocks],
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


def _mending(campaign: Campaign, found: Finding) -> Mending:
    part, _, rest = found.where.partition(".")
    endpoint, page = MENDED_AT.get(part, TEXTS)
    anchor = f"action-{rest.partition('.')[0]}" if part == "todo" and rest else None
    return Mending(found, page, url_for(endpoint, slug=campaign.slug, _anchor=anchor))


def _saved(action: str, campaign: Campaign, *, to: str = "campaigns.overview", **detail: Any) -> Answer:
    """Audit, commit, and go on."""
    audit(action, "campaign", campaign.slug, **detail)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return _to(to, campaign)


def _to(endpoint: str, campaign: Campaign) -> Answer:
    return redirect(url_for(endpoint, slug=campaign.slug), 303)
