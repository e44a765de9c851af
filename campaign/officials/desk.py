"""The desk's pages of officials: what is in the directory, reading in files, terms to look at, undoing."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaign.access import requires
from campaign.accounts.permissions import DESK, OFFICIALS
from campaign.accounts.signing_in import acting_account, audit
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext, ngettext
from campaign.officials import freshness, importing, reporting, reviewing, undoing
from campaign.officials.forms import ButtonForm, ImportForm, TermForm
from campaign.officials.models import AreaPostcode, Membership, Person, Post, RosterImport
from campaign.officials.views import blueprint
from campaign.pagination import paginate
from campaign.web import takes_files

__all__ = ["blueprint"]

Page = tuple[str, int] | Response
RECENT = 20  # imports shown


@dataclass(frozen=True)
class Size:
    """How much the directory holds."""

    offices: int
    people: int
    postcodes: int


@blueprint.get("/desk/officials", endpoint="roster")
@requires(DESK)
def show_roster() -> str:
    """How old the directory is, where it is from, and which terms somebody should look at."""
    session, today = db.session(), now().date()
    return render_template(
        "officials/roster.html",
        freshness=freshness.of_directory(
            session,
            on=today,
            warn_days=current_app.config["ROSTER_WARN_DAYS"],
            block_days=current_app.config["ROSTER_BLOCK_DAYS"],
        ),
        size=_size(session),
        imports=session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(RECENT)).all(),
        undoable=undoing.last(session),
        reports=reporting.waiting(session),
        page=paginate(session, reviewing.flagged(on=today), number=request.args.get("page", 1, type=int)),
        edited=session.scalars(reviewing.edited().limit(RECENT)).all(),
    )


@blueprint.route("/desk/officials/import", methods=["GET", "POST"], endpoint="import_files")
@requires(OFFICIALS)
@takes_files("ROSTER_BYTES")
def import_files() -> Page:
    """Send files to the worker: first only to look, then really."""
    form = ImportForm()
    if not form.validate_on_submit():
        return render_template("officials/import_files.html", form=form), form.status
    job = importing.request(
        db.session(),
        [file for file in form.files.data if file.filename],
        folder=importing.folder(current_app.config),
        account=acting_account(),
        as_of=form.as_of.data,
        older=bool(form.older.data),
        dry_run="check" in request.form,
        now=now(),
    )
    db.session.commit()
    return redirect(url_for(".job", id=job.id), 303)


@blueprint.route("/desk/officials/jobs/<int:id>", methods=["GET", "POST"], endpoint="job")
@requires(OFFICIALS)
def show_job(id: int) -> Page:
    """How far the worker is with some files, and what came of it. The button imports what was only checked."""
    folder, form = importing.folder(current_app.config), ButtonForm()
    job = importing.find(db.session(), id)
    if form.validate_on_submit():
        try:
            importing.go_on(job, account=acting_account(), folder=folder, now=now())
        except Refused as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            return redirect(url_for(".job", id=id), 303)
    done = importing.progress(job, folder=folder)
    return render_template("officials/job.html", job=job, form=form, done=done), form.status


@blueprint.route("/desk/officials/undo", methods=["GET", "POST"], endpoint="undo")
@requires(OFFICIALS)
def undo() -> Page:
    """GET asks, the button undoes the last import."""
    session, form = db.session(), ButtonForm()
    if form.validate_on_submit():
        try:
            names = undoing.undo(session)
        except Refused as error:
            session.rollback()
            form.form_errors.append(error.message)
        else:
            audit("officials.undo", files=names)
            session.commit()
            flash(gettext("Undone. Every row is again what it was before."), "success")
            return redirect(url_for(".roster"), 303)
    return render_template("officials/undo.html", form=form, imports=undoing.last(session)), form.status


@blueprint.route("/desk/officials/terms/<int:id>", methods=["GET", "POST"], endpoint="term")
@requires(OFFICIALS)
def edit_term(id: int) -> Page:
    """One person's time in one office: confirm it, end it, correct it."""
    session, instant = db.session(), now()
    term = reviewing.get(session, id)
    form = TermForm(data=_filled(term))
    if form.validate_on_submit():
        try:
            changed = reviewing.edit(
                term,
                start=form.start.data or term.start_date,
                end=form.end.data,
                end_kind=form.end_kind.data,
                acting=bool(form.acting.data),
                reason=form.reason.data or "",
                by=acting_account().email,
                now=instant,
            )
            session.flush()
        except Refused as error:
            session.rollback()
            form.refuse(error)
        else:
            return _saved("officials.edit", term, gettext("Saved. No import changes it until you release it."), changed)
    page = render_template(
        "officials/term.html", term=reviewing.get(session, id), form=form, release=ButtonForm(formdata=None)
    )
    return page, form.status


@blueprint.post("/desk/officials/terms/<int:id>/release", endpoint="release")
@requires(OFFICIALS)
def release(id: int) -> Page:
    """Let imports change this term again."""
    term = reviewing.get(db.session(), id)
    reviewing.release(term)
    return _saved("officials.release", term, gettext("Released. The next import may change it."), {})


@blueprint.get("/desk/officials/reports", endpoint="reports")
@requires(DESK, personal_data="officials.look")
def show_reports() -> str:
    """What visitors say is wrong, the newest first."""
    page = paginate(db.session(), reporting.unsettled(), number=request.args.get("page", 1, type=int))
    return render_template("officials/reports.html", page=page)


@blueprint.post("/desk/officials/reports/<int:id>/settle", endpoint="settle")
@requires(OFFICIALS)
def settle(id: int) -> Page:
    """Somebody has looked at what a visitor reported."""
    found = reporting.settle(db.session(), id)
    audit("officials.settle", "post", found.post_id)
    db.session.commit()
    flash(gettext("Settled. The report is deleted."), "success")
    return redirect(url_for(".reports"), 303)


@blueprint.post("/desk/officials/reports/<int:id>/settle-office", endpoint="settle_office")
@requires(OFFICIALS)
def settle_office(id: int) -> Page:
    """This report and all earlier ones of its office, as when somebody sends many."""
    post_id, number = reporting.settle_up_to(db.session(), id)
    audit("officials.settle", "post", post_id, number=number)
    db.session.commit()
    flash(ngettext("Settled. %(num)s report is deleted.", "Settled. %(num)s reports are deleted.", number), "success")
    return redirect(url_for(".reports"), 303)


def _saved(action: str, term: Membership, words: str, changed: dict[str, str]) -> Response:
    audit(action, "membership", term.id, post=term.post_id, person=term.person.name, changed=changed)
    db.session.commit()
    flash(words, "success")
    return redirect(url_for(".roster"), 303)


def _filled(term: Membership) -> dict[str, Any]:
    """What the form begins with; "inferred" is no choice of a person, and confirming makes it a fact."""
    kinds = {"inferred": "recorded"}
    return {
        "start": term.start_date,
        "end": term.end_date,
        "end_kind": kinds.get(term.end_kind, term.end_kind) if term.end_date else "unknown",
        "acting": term.acting,
        "reason": term.edit_reason,
    }


def _size(session: Session) -> Size:
    def count(table: type[Any]) -> int:
        return session.scalar(select(func.count()).select_from(table)) or 0

    return Size(count(Post), count(Person), count(AreaPostcode))
