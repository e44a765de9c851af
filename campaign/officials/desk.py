"""The desk's pages of officials: what is in the directory, reading in files, terms to look at, undoing."""

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
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
from campaign.i18n import gettext
from campaign.officials import freshness, reviewing, roster, undoing
from campaign.officials.forms import ButtonForm, ImportForm, TermForm
from campaign.officials.models import AreaPostcode, Membership, Person, Post, RosterImport
from campaign.officials.roster import Report, RosterRefused
from campaign.officials.views import blueprint
from campaign.pagination import paginate
from campaign.web import takes_upload

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
        page=paginate(session, reviewing.flagged(on=today), number=request.args.get("page", 1, type=int)),
        edited=session.scalars(reviewing.edited().limit(RECENT)).all(),
    )


@blueprint.route("/desk/officials/import", methods=["GET", "POST"], endpoint="import_files")
@requires(OFFICIALS)
@takes_upload
def import_files() -> Page:
    """Read in files: first only look, then really."""
    form, report = ImportForm(), None
    dry_run = "check" in request.form
    if form.validate_on_submit():
        by = acting_account().email
        # SQLite has one writer: while the files are parsed, others must be able to sign.
        db.session.rollback()
        try:
            report = _load(form, by, dry_run=dry_run)
        except RosterRefused as error:
            db.session.rollback()
            form.files.errors = [str(problem) for problem in error.problems[: roster.SHOWN]]
        else:
            if not dry_run:
                words = gettext("Changed %(rows)s rows of the directory.", rows=report.changes)
                flash(words, "success")
                return redirect(url_for(".roster"), 303)
    return render_template("officials/import_files.html", form=form, report=report), form.status


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


def _load(form: ImportForm, by: str, *, dry_run: bool) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, file in enumerate(file for file in form.files.data if file.filename):
            place = Path(folder) / str(number)
            place.mkdir()
            # Only the last part of the name: a browser may send a path, an attacker certainly would.
            paths.append(place / (PurePath(file.filename.replace("\\", "/")).name[:100] or "file"))
            file.save(paths[-1])
        session, instant = db.session(), now()
        report = roster.load(session, paths, as_of=form.as_of.data, now=instant, dry_run=dry_run, by=by)
        if not dry_run:
            audit("officials.import", files=[path.name for path in paths], rows=report.changes)
        session.commit()
    return report


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
