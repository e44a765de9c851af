"""The desk's pages of the ledger: what was handed over, what came back, and how a mistake is mended."""

from datetime import date, datetime

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import public, requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit, may
from campaign.articles import picture_files
from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.db import reading as only_reading
from campaign.delivery.ledger import handing_over, proof_pictures, replying, silence
from campaign.delivery.ledger.forms import REPLY_WORDS, HandOverForm, ReasonForm, ReplyForm
from campaign.delivery.mailings import writing as mailings
from campaign.delivery.models import Delivery
from campaign.delivery.views import blueprint
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.web import takes_files

__all__ = ["blueprint"]

Page = tuple[str, int] | Answer


@blueprint.app_template_filter()
def as_date(value: str) -> date:
    """A day or an instant as the ledger's corrections keep it."""
    return datetime.fromisoformat(value).date()


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"reply_words": REPLY_WORDS}


@blueprint.get("/desk/campaigns/<slug>/deliveries")
@requires(permissions.DESK)
def deliveries(slug: str) -> str:
    """All hand-overs with their replies, and what is to be done next."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    return render_template(
        "delivery/deliveries.html",
        campaign=campaign,
        deliveries=handing_over.of(session, campaign),
        mailed=mailings.mailed(session, campaign),
        silence=silence.of(session, campaign, days=current_app.config["NO_NEWS_DAYS"], today=now().date()),
    )


@blueprint.route("/desk/exports/<int:id>/hand-over", methods=["GET", "POST"])
@requires(permissions.EXPORT)
@takes_files("PROOF_BYTES")
def hand_over(id: int) -> Page:
    """A list was handed over: to whom, when, and what shows it."""
    session = db.session()
    export = handing_over.finished(session, id)
    recipients, form = handing_over.recipients(session, export), HandOverForm()
    form.offer(recipients)
    if form.validate_on_submit():
        try:
            digest = _picture(form)
            delivery = handing_over.record(
                session, handing_over.finished(session, id), post_id=form.office.data or "", told=form.told(digest),
                account_id=acting_account().id, now=now(),
            )  # fmt: skip
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _saved("export.deliver", delivery, office=delivery.office, signatures=delivery.signatures)
    export = handing_over.finished(session, id)
    recipients = handing_over.recipients(session, export)
    page = render_template(
        "delivery/hand_over.html", campaign=export.campaign, export=export, recipients=recipients, form=form
    )
    return page, form.status


@blueprint.route("/desk/campaigns/<slug>/deliveries/<int:id>", methods=["GET", "POST"])
@requires(permissions.EXPORT)
@takes_files("PROOF_BYTES")
def correct(slug: str, id: int) -> Page:
    """Mend an entry, or say what comes next."""
    session, form = db.session(), HandOverForm()
    _, delivery = _found(slug, id)
    form.fill(delivery)
    if form.validate_on_submit():
        try:
            digest = _picture(form)
            _, delivery = _found(slug, id)
            is_dropped = form.drops_proof.data and not digest
            told = form.told(digest or ("" if is_dropped else delivery.proof_digest))
            handing_over.mend(session, delivery, told=told, note=form.note.data or "", now=now())
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _saved("delivery.mend", delivery, note=form.note.data or "")
    campaign, delivery = _found(slug, id)
    return render_template("delivery/correct.html", campaign=campaign, delivery=delivery, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/deliveries/<int:id>/remove", methods=["GET", "POST"])
@requires(permissions.EXPORT)
def remove(slug: str, id: int) -> Page:
    """Take an entry out, with a reason that stands in its place."""
    form = ReasonForm()
    campaign, delivery = _found(slug, id)
    if form.validate_on_submit():
        handing_over.remove(db.session(), delivery, note=form.note.data or "", now=now())
        return _saved("delivery.remove", delivery, note=form.note.data or "")
    page = render_template("delivery/remove.html", campaign=campaign, delivery=delivery, form=form)
    return page, form.status


@blueprint.route("/desk/campaigns/<slug>/deliveries/<int:id>/reply", methods=["GET", "POST"])
@requires(permissions.EXPORT)
def reply(slug: str, id: int) -> Page:
    """What the office said."""
    session, form = db.session(), ReplyForm()
    campaign, delivery = _found(slug, id)
    if form.validate_on_submit():
        assert form.replied_on.data  # noqa: S101  # it is required
        try:
            noted = replying.note(
                session, delivery, kind=form.kind.data or "", text=form.text.data or "",
                replied_on=form.replied_on.data, account_id=acting_account().id, now=now(),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            return _saved("delivery.reply", delivery, kind=noted.kind)
    return render_template("delivery/reply.html", campaign=campaign, delivery=delivery, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/deliveries/<int:id>/replies/<int:reply_id>/remove", methods=["GET", "POST"])
@requires(permissions.EXPORT)
def remove_reply(slug: str, id: int, reply_id: int) -> Page:
    """Take a reply out, with a reason that stands in its place."""
    form = ReasonForm()
    campaign, delivery = _found(slug, id)
    noted = replying.find(db.session(), delivery, reply_id)
    if form.validate_on_submit():
        replying.remove(noted, note=form.note.data or "", now=now())
        return _saved("delivery.remove_reply", delivery, note=form.note.data or "")
    page = render_template("delivery/remove_reply.html", campaign=campaign, delivery=delivery, reply=noted, form=form)
    return page, form.status


@blueprint.get("/proofs/<digest>.webp")
@public
def proof_picture(digest: str) -> Response:
    """A photo or receipt of a hand-over: for everybody while the campaign is public, else for the desk."""
    session = db.session()
    is_public = proof_pictures.is_public(session, digest)
    if not is_public and not (may(permissions.DESK) and proof_pictures.is_kept(session, digest)):
        abort(404)
    try:
        content = picture_files.path(proof_pictures.folder(current_app.config), digest).read_bytes()
    except FileNotFoundError:
        abort(404)
    response = current_app.response_class(content, mimetype="image/webp")
    if is_public:
        response.set_etag(digest)
        # A day, not for ever: what was taken out of the ledger must go from shared caches, too.
        response.cache_control.public, response.cache_control.max_age = True, 86_400
    return response


def _found(slug: str, id: int) -> tuple[Campaign, Delivery]:
    campaign = finding.by_slug(db.session(), slug)
    return campaign, handing_over.find(db.session(), campaign, id)


def _picture(form: HandOverForm) -> str:
    """The digest of the picture that was sent, now or with the form as it was refused. Raises UnfitProof."""
    folder, data = proof_pictures.folder(current_app.config), form.picture()
    if not data:
        kept = form.kept_proof.data or ""
        return kept if kept and picture_files.path(folder, kept).is_file() else ""
    # A large picture takes a second or two to draw, in which others want to sign.
    db.session.rollback()
    with only_reading():
        form.kept_proof.data = proof_pictures.keep(folder, data)
    db.session.rollback()
    return form.kept_proof.data


def _saved(action: str, delivery: Delivery, **detail: object) -> Answer:
    campaign = delivery.campaign
    audit(action, "delivery", delivery.id, campaign=campaign.slug, **detail)
    db.session.commit()
    flash(gettext("Saved. Everybody can see it on the campaign’s page."), "success")
    return redirect(url_for(".deliveries", slug=campaign.slug), 303)
