"""The organiser's pages about an article's pictures: ask for a copy, see how far it is, describe it, take it out."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import acting_account, audit
from campaign.articles import pictures as copying
from campaign.articles.models import Article, Picture
from campaign.campaigns import finding
from campaign.campaigns.article_forms import PictureForm, filled_licence, filled_picture
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.weblinks import host

STAGE_WORDS = {
    "waiting": lazy_gettext("Waiting for its turn"),
    "later": lazy_gettext("It did not work, and is tried again"),
    "fetching": lazy_gettext("Fetching the picture"),
    "drawing": lazy_gettext("Making it anew"),
    "done": lazy_gettext("Readers see it"),
    "failed": lazy_gettext("It did not work"),
}


@blueprint.app_context_processor
def _stages() -> dict[str, object]:
    return {"picture_stage": stage, "picture_words": STAGE_WORDS}


def stage(picture: Picture) -> str:
    """How far a copy is, as one of STAGE_WORDS."""
    if picture.state == "working":
        return picture.step or "fetching"
    return "later" if picture.state == "waiting" and picture.last_error else picture.state


@blueprint.get("/desk/campaigns/<slug>/pictures")
@requires(EDIT)
def pictures(slug: str) -> str:
    """The pictures of the article: those the outlet shows, and our copies."""
    campaign, article = _found(slug)
    known = {picture.url for picture in article.pictures}
    others = [(n, image) for n, image in enumerate(article.images) if not image.get("url") or image["url"] not in known]
    is_busy = any(stage(picture) not in ("done", "failed") for picture in article.pictures)
    return render_template(
        "campaigns/pictures.html", campaign=campaign, article=article, others=others, is_busy=is_busy
    )


@blueprint.route("/desk/campaigns/<slug>/pictures/new", methods=["GET", "POST"])
@requires(EDIT)
def add_picture(slug: str) -> tuple[str, int] | Answer:
    """Ask for a copy. image: the number of the picture as the article had it."""
    campaign, article = _found(slug)
    number = request.args.get("image", -1, type=int)
    image = article.images[number] if 0 <= number < len(article.images) else {}
    given = {name: image.get(name, "") for name in ("url", "caption", "credit", "alt")}
    form = PictureForm(data=given | filled_licence(image.get("licence", "")))
    form.offer(image.get("licence", ""))
    if form.validate_on_submit():
        try:
            picture = copying.ask(
                db.session(),
                article,
                url=form.url.data or "",
                caption=form.caption.data or "",
                credit=form.credit.data or "",
                alt=form.alt.data or "",
                licence=form.licence_line(),
                account_id=acting_account().id,
                now=now(),
            )
        except Refused as error:
            form.refuse(error)
        else:
            return _saved("picture.ask", campaign, picture)
    return render_template("campaigns/add_picture.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/pictures/<int:id>", methods=["GET", "POST"])
@requires(EDIT)
def edit_picture(slug: str, id: int) -> tuple[str, int] | Answer:
    """What is said about a picture. Its address stays: another picture is another copy."""
    campaign, article = _found(slug)
    picture = copying.find(db.session(), article, id)
    form = PictureForm(data=filled_picture(picture))
    del form.url
    form.offer(picture.licence)
    if form.validate_on_submit():
        texts = {"caption": form.caption.data or "", "credit": form.credit.data or "", "alt": form.alt.data or ""}
        try:
            copying.describe(picture, **texts, licence=form.licence_line())
        except Refused as error:
            form.refuse(error)
        else:
            return _saved("picture.edit", campaign, picture)
    return render_template("campaigns/edit_picture.html", campaign=campaign, picture=picture, form=form), form.status


@blueprint.post("/desk/campaigns/<slug>/pictures/<int:id>/<step>")
@requires(EDIT)
def change_picture(slug: str, id: int, step: str) -> Answer:
    """Try again what did not work, or take a picture out."""
    session = db.session()
    campaign, article = _found(slug)
    picture = copying.find(session, article, id)
    if step == "again":
        copying.again(session, picture, now=now())
    elif step == "remove":
        copying.remove(session, picture)
    else:
        abort(404)
    return _saved(f"picture.{step}", campaign, picture)


def _found(slug: str) -> tuple[Campaign, Article]:
    campaign = finding.by_slug(db.session(), slug)
    if campaign.article is None:
        abort(404)
    return campaign, campaign.article


def _saved(action: str, campaign: Campaign, picture: Picture) -> Answer:
    campaign.changed_at = now()
    audit(action, "campaign", campaign.slug, host=host(picture.url), credit=picture.credit, licence=picture.licence)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("campaigns.pictures", slug=campaign.slug), 303)
