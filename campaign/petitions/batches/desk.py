"""The desk's pages of signatures on paper and from other tools: batches, a new one, one of them, typing."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from campaign.access import requires
from campaign.accounts.permissions import IMPORT
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.forms import Form
from campaign.i18n import gettext, lazy_gettext, ngettext
from campaign.pagination import paginate
from campaign.petitions import counting, finding, forgetting, origins
from campaign.petitions.batches import receiving as batches
from campaign.petitions.batches.forms import ApplyForm, ColumnsForm, TypedForm, UploadForm, columns_form, typed_form
from campaign.petitions.desk import blueprint
from campaign.petitions.models import Batch, Petition
from campaign.petitions.views import Page
from campaign.web import takes_files

__all__ = ["blueprint"]

STAGE_WORDS = {
    "new": lazy_gettext("waits for you to say what its columns are"),
    "checking": lazy_gettext("is being looked through"),
    "checked": lazy_gettext("looked through: nothing of it counts yet"),
    "refused": lazy_gettext("cannot be taken in"),
    "applying": lazy_gettext("is being taken in"),
    "following": lazy_gettext("counts"),
    "applied": lazy_gettext("counts"),
    "undoing": lazy_gettext("is being undone: it does not count any more"),
    "undone": lazy_gettext("undone"),
}
SHOWN = 50  # problems on a page

blueprint.app_context_processor(lambda: {"stage_words": STAGE_WORDS})


@blueprint.get("/desk/campaigns/<slug>/batches", endpoint="batches")
@requires(IMPORT)
def show_batches(slug: str) -> str:
    """All batches of a campaign, and how many signatures come from where."""
    petition = _petition(slug)
    return render_template(
        "petitions/batches.html",
        campaign=petition.campaign,
        page=paginate(db.session(), batches.of(petition), number=request.args.get("page", 1, type=int)),
        origins=counting.origins(db.session(), [petition.id])[petition.id],
    )


@blueprint.route("/desk/campaigns/<slug>/batches/new", methods=["GET", "POST"])
@requires(IMPORT)
@takes_files("BATCH_BYTES")
def new_batch(slug: str) -> Page:
    """Send a file. Nothing counts before it was looked through, and the organiser said how these people signed."""
    petition, form = _petition(slug), UploadForm()
    if form.validate_on_submit():
        try:
            batch = batches.receive(
                db.session(), petition, form.file.data, folder=batches.folder(current_app.config),
                account=acting_account(), now=now(),
            )  # fmt: skip
        except Refused as error:
            db.session.rollback()
            form.file.errors = [error.message]
        else:
            audit("batch.upload", "batch", batch.id, campaign=slug, sha256=batch.sha256)
            db.session.commit()
            return redirect(url_for(".columns" if batch.stage == "new" else ".batch", slug=slug, id=batch.id), 303)
    # Only now: what was refused is rolled back.
    campaign = _petition(slug).campaign
    return render_template(
        "petitions/new_batch.html", campaign=campaign, form=form, sources=origins.SOURCES
    ), form.status


@blueprint.route("/desk/campaigns/<slug>/batches/<int:id>/columns", methods=["GET", "POST"])
@requires(IMPORT, personal_data="batch.look")  # who forgets the header sends somebody's data in its place
def columns(slug: str, id: int) -> Page:
    """Say what each column is; then the file is looked through."""
    batch = _batch(slug, id)
    form = columns_form(batch)
    if form.validate_on_submit():
        try:
            batches.set_columns(
                db.session(), batch, source=form.source.data, fields=[column.data for column in form.columns],
                country=form.country.data or "", signed_on=form.signed_on.data, now=now(),
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            audit("batch.columns", "batch", batch.id, campaign=slug, source=batch.source)
            db.session.commit()
            return redirect(url_for(".batch", slug=slug, id=id), 303)
    return _columns_page(batch, form)


@blueprint.get("/desk/campaigns/<slug>/batches/<int:id>")
@requires(IMPORT)
def batch(slug: str, id: int) -> Page:
    """What is in a batch, what came of it, and what can be done with it."""
    found = _batch(slug, id)
    return _batch_page(found, _apply_form(found))


@blueprint.post("/desk/campaigns/<slug>/batches/<int:id>/apply")
@requires(IMPORT)
def apply_batch(slug: str, id: int) -> Page:
    """Have all that is new in it counted."""
    found = _batch(slug, id)
    form = _apply_form(found)
    if not form.validate_on_submit():
        return _batch_page(found, form)
    try:
        batches.apply(
            db.session(), found, basis=form.basis.data or "", text_version=form.text_version.data,
            told=form.told.data or [], wording=form.wording.data or "", account=acting_account(),
            kept_until=_kept_until(found.petition), now=now(),
        )  # fmt: skip
    except Refused as error:
        db.session.rollback()
        form.refuse(error)
        return _batch_page(_batch(slug, id), form)
    audit("batch.apply", "batch", id, campaign=slug, source=found.source, new=found.counts["new"], told=found.told)
    db.session.commit()
    return redirect(url_for(".batch", slug=slug, id=id), 303)


@blueprint.post("/desk/campaigns/<slug>/batches/<int:id>/undo")
@requires(IMPORT)
def undo_batch(slug: str, id: int) -> Page:
    """Take all of it out again."""
    found, form = _batch(slug, id), Form()
    try:
        batches.undo(db.session(), found, now=now())
    except Refused as error:
        db.session.rollback()
        form.refuse(error)
        return _batch_page(_batch(slug, id), _apply_form(_batch(slug, id)), refused=form)
    audit("batch.undo", "batch", id, campaign=slug, source=found.source, signatures=found.counts.get("new", 0))
    db.session.commit()
    flash(gettext("Undone: none of these signatures counts any more. Their names are being deleted."), "success")
    return redirect(url_for(".batch", slug=slug, id=id), 303)


@blueprint.post("/desk/campaigns/<slug>/batches/<int:id>/discard")
@requires(IMPORT)
def discard_batch(slug: str, id: int) -> Page:
    """Throw away a file that was not taken in."""
    try:
        batches.discard(db.session(), _batch(slug, id), folder=batches.folder(current_app.config))
    except Refused as error:
        db.session.rollback()
        flash(error.message, "warning")
        return redirect(url_for(".batch", slug=slug, id=id), 303)
    audit("batch.discard", "batch", id, campaign=slug)
    db.session.commit()
    flash(gettext("The file is deleted. Nothing of it was taken in."), "success")
    return redirect(url_for(".batches", slug=slug), 303)


@blueprint.route("/desk/campaigns/<slug>/batches/typed", methods=["GET", "POST"])
@requires(IMPORT)
def type_rows(slug: str) -> Page:
    """Rows of a sheet of paper, typed in by hand. They count at once."""
    petition = _petition(slug)
    form = typed_form(petition, **_known(petition))
    if form.validate_on_submit():
        try:
            batch = batches.type_in(
                db.session(), petition, form.typed(), sheet=form.sheet.data, country=form.country.data,
                signed_on=form.signed_on.data, basis=form.basis.data or "", text_version=form.text_version.data,
                account=acting_account(), secret=current_app.config["SECRET_KEY"],
                kept_until=_kept_until(petition), now=now(),
            )  # fmt: skip
        except batches.TypedRefused as error:
            db.session.rollback()
            form.refuse_rows(error.problems)
        except Refused as error:
            db.session.rollback()
            form.refuse(error)
        else:
            audit("batch.type", "batch", batch.id, campaign=slug, rows=batch.counts["new"], sheet=form.sheet.data)
            db.session.commit()
            _flash_typed(batch)
            return redirect(url_for(".type_rows", slug=slug), 303)
    return _typed_page(slug, form)


def _petition(slug: str) -> Petition:
    petition = finding.of(db.session(), campaign_finding.by_slug(db.session(), slug))
    if petition is None or petition.text is None:
        raise NotFound(gettext("This campaign has no petition that anybody could sign."))
    return petition


def _batch(slug: str, id: int) -> Batch:
    return batches.find(db.session(), id, of=_petition(slug))


def _kept_until(petition: Petition) -> Any:
    return forgetting.kept_until(petition, current_app.config["RETENTION_DAYS"])


def _apply_form(batch: Batch) -> ApplyForm:
    form = ApplyForm()
    form.offer(batch.petition)
    return form


def _batch_page(batch: Batch, form: ApplyForm, *, refused: Form | None = None) -> Page:
    twin = batches.same_file(db.session(), batch)
    page = render_template(
        "petitions/batch.html",
        campaign=batch.petition.campaign,
        batch=batch,
        form=form,
        refused=refused,
        twin=twin,
        problems=batches.problems(db.session(), batch, most=SHOWN),
        can_undo=batch.stage == "applied",
        is_open=batch.stage in batches.OPEN,
        is_working=batch.stage in batches.AT_WORK,
    )
    return page, 422 if refused else form.status


def _columns_page(batch: Batch, form: ColumnsForm) -> Page:
    page = render_template("petitions/columns.html", campaign=batch.petition.campaign, batch=batch, form=form)
    return page, form.status


def _typed_page(slug: str, form: TypedForm) -> Page:
    return render_template("petitions/type_rows.html", campaign=_petition(slug).campaign, form=form), form.status


def _known(petition: Petition) -> dict[str, Any]:
    """What the form starts with: what was said of the sheet before, as it mostly holds for the next one."""
    before = next((one for one in reversed(petition.batches) if one.source == origins.PAPER and one.basis), None)
    text = petition.text
    return {
        "country": before.country if before else petition.campaign.country,
        "basis": before.basis if before else "",
        "text_version": text.version if text else None,
        "signed_on": before.signed_on if before else None,
    }


def _flash_typed(batch: Batch) -> None:
    new, present = batch.counts["new"], batch.counts["here"] + batch.counts["earlier"]
    said = ngettext("%(num)s signature is in, and counts.", "%(num)s signatures are in, and count.", new)
    if present:
        said += " " + ngettext("%(num)s was in already.", "%(num)s were in already.", present)
    flash(said, "success")
