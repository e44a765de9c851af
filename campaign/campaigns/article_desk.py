"""The organiser's pages about the article itself: its source and licence, its text, its key points, its warnings."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import acting_account, audit
from campaign.articles import key_points as points_of
from campaign.articles.models import Article
from campaign.campaigns import editing, finding, mended, mending, summarising
from campaign.campaigns.article_forms import ApprovalForm, ArticleTextForm, PointForm, SourceForm, filled_source
from campaign.campaigns.desk import saved
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import lazy_gettext
from campaign.web import takes_upload

PLACE_WORDS = {
    "campaigns.article_text": lazy_gettext("Mend the text"),
    "campaigns.source": lazy_gettext("Mend the article’s source"),
    "campaigns.pictures": lazy_gettext("See the pictures"),
    "campaigns.key_points": lazy_gettext("See the key points"),
    "campaigns.edit": lazy_gettext("Mend the texts"),
    "campaigns.todo": lazy_gettext("Mend the to-do list"),
    "petitions.edit": lazy_gettext("Mend the petition"),
    "letters.edit_list": lazy_gettext("Mend the letters"),
}
BACK = frozenset({"campaigns.overview", *PLACE_WORDS})


@blueprint.app_context_processor
def _warnings() -> dict[str, object]:
    """Pages where something is mended show the open warnings about it."""
    return {
        "warnings_about": _open_warnings,
        "warning_place": mending.place,
        "warning_where": mending.where,
        "place_words": PLACE_WORDS,
    }


def _open_warnings(campaign: Campaign, endpoint: str) -> list[tuple[int, dict[str, Any]]]:
    gone = mended.numbers(db.session(), campaign, now=now())
    return [(number, warning) for number, warning in mending.about(campaign, endpoint) if number not in gone]


@blueprint.route("/desk/campaigns/<slug>/source", methods=["GET", "POST"])
@requires(EDIT)
def source(slug: str) -> tuple[str, int] | Answer:
    """What is known of the article, and what we may show of it."""
    campaign, article = _found(slug)
    form = SourceForm(data=filled_source(article))
    form.offer(article.licence)
    if form.validate_on_submit():
        before = article.licence
        changed = editing.source(campaign, published_at=form.instant, now=now(), **form.texts())
        detail: dict[str, Any] = {"changed": changed}
        if before != article.licence or "licence_reason" in changed:
            detail |= {"licence": article.licence, "licence_before": before, "reason": article.licence_reason}
        if before != article.licence and any(map(points_of.is_chosen, article.key_points)):
            summarising.choose(article)  # among what readers may see now
        return saved("campaign.source", campaign, **detail)
    return render_template("campaigns/source.html", campaign=campaign, article=article, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/article", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def article_text(slug: str) -> tuple[str, int] | Answer:
    """The article's text, to put right what came damaged."""
    campaign, article = _found(slug)
    form = ArticleTextForm(data={"text": mending.as_text(article)})
    if form.validate_on_submit():
        try:
            mending.article_text(db.session(), campaign, form.text.data or "", now=now())
        except Refused as error:
            form.refuse(error)
        else:
            return saved("campaign.article", campaign, to="campaigns.article_text")
    return render_template("campaigns/article_text.html", campaign=campaign, form=form), form.status


@blueprint.get("/desk/campaigns/<slug>/key-points")
@requires(EDIT)
def key_points(slug: str) -> str:
    """All key points: which of them readers see, and on which sentence each rests."""
    campaign, article = _found(slug)
    return _key_points(campaign, article, ApprovalForm(formdata=None, data={"name": acting_account().name}))


@blueprint.post("/desk/campaigns/<slug>/key-points/<int:number>/<decision>")
@requires(EDIT)
def decide_point(slug: str, number: int, decision: str) -> Answer:
    """Keep a point, drop it, or undo what was decided."""
    campaign, article = _found(slug, to_change=True)
    if decision == "undo":
        summarising.undo(article, number)
    elif decision in ("keep", "drop"):
        step = summarising.keep if decision == "keep" else summarising.drop
        step(article, number, by=_name())
    else:
        abort(404)
    return _points_saved(campaign, decision, number=number)


@blueprint.route("/desk/campaigns/<slug>/key-points/<int:number>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_point(slug: str, number: int) -> tuple[str, int] | Answer:
    """A point in other words."""
    campaign, article = _found(slug, to_change=request.method == "POST")
    if number >= len(article.key_points):
        abort(404)
    point = article.key_points[number]
    form = PointForm(data={"text": point["text"]})
    if form.validate_on_submit():
        try:
            summarising.edit(article, number, form.text.data or "", by=_name())
        except Refused as error:
            form.refuse(error)
        else:
            return _points_saved(campaign, "edit", number=number)
    return render_template("campaigns/edit_point.html", campaign=campaign, point=point, form=form), form.status


@blueprint.post("/desk/campaigns/<slug>/key-points/choose")
@requires(EDIT)
def choose_points(slug: str) -> Answer:
    """Let the program choose anew."""
    campaign, article = _found(slug, to_change=True)
    return _points_saved(campaign, "choose", number=summarising.choose(article))


@blueprint.post("/desk/campaigns/<slug>/key-points/approve")
@requires(EDIT)
def approve_points(slug: str) -> tuple[str, int] | Answer:
    """Put a person's name to what readers see."""
    campaign, article = _found(slug, to_change=True)
    form = ApprovalForm()
    if not form.validate_on_submit():
        return _key_points(campaign, article, form), form.status
    summarising.approve(article, by=form.name.data or "", on=now().date())
    return _points_saved(campaign, "approve", name=form.name.data)


@blueprint.post("/desk/campaigns/<slug>/warnings/<int:number>/<mark>")
@requires(EDIT)
def mark_warning(slug: str, number: int, mark: str) -> Answer:
    """Say that a warning is dealt with, or that it is not."""
    campaign = finding.by_slug(db.session(), slug, to_change=True)
    if mark not in ("done", "open"):
        abort(404)
    if mark == "done":
        warning = mending.deal_with(campaign, number, by=_name(), now=now())
    else:
        warning = mending.reopen(campaign, number)
    back = request.form.get("back", "")
    audit("campaign.warning", "campaign", campaign.slug, code=warning["code"], mark=mark)
    db.session.commit()
    endpoint = back if back in BACK else "campaigns.overview"
    return redirect(url_for(endpoint, slug=slug, _anchor="warnings-title"), 303)


@blueprint.post("/desk/campaigns/<slug>/categories/confirm")
@requires(EDIT)
def confirm_categories(slug: str) -> Answer:
    """The categories are right as they are."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    names = [category.name for category in campaign.categories]
    editing.categorise(session, campaign, names, now=now())
    return saved("campaign.categories", campaign, names=names)


def _found(slug: str, *, to_change: bool = False) -> tuple[Campaign, Article]:
    campaign = finding.by_slug(db.session(), slug, to_change=to_change)
    if campaign.article is None:
        abort(404)
    if to_change:
        db.session().refresh(campaign.article, with_for_update=True)
    return campaign, campaign.article


def _key_points(campaign: Campaign, article: Article, form: ApprovalForm) -> str:
    rows = [(number, point, points_of.is_shown(point)) for number, point in enumerate(article.key_points)]
    return render_template("campaigns/key_points.html", campaign=campaign, article=article, points=rows, form=form)


def _points_saved(campaign: Campaign, decision: str, **detail: Any) -> Answer:
    campaign.changed_at = now()
    return saved(
        f"campaign.points.{decision}", campaign, to="campaigns.key_points", stays=decision != "approve", **detail
    )


def _name() -> str:
    account = acting_account()
    return account.name or account.email
