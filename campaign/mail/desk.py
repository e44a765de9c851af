"""The desk's pages of outgoing mail: what waits, what failed and why, the switches, and whom we do not write to."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign import leases
from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit
from campaign.db import db, now
from campaign.errors import NotFound
from campaign.i18n import gettext, lazy_gettext, ngettext
from campaign.mail import breaker, composing, outbox, reading, stopping, switching, transport
from campaign.mail.forms import ButtonForm, LetGoForm, LiftForm, PauseForm
from campaign.mail.models import Email
from campaign.mail.views import blueprint
from campaign.pagination import paginate

__all__ = ["blueprint"]

Page = str | tuple[str, int] | Response

STATE_WORDS = {
    "waiting": lazy_gettext("waiting"),
    "working": lazy_gettext("being sent"),
    "done": lazy_gettext("sent"),
    "failed": lazy_gettext("failed"),
    "dropped": lazy_gettext("not sent"),
}
# Why a mail did not leave, in our words; a mail server's own are shown as they came.
DROPPED_WORDS = {
    "asked": lazy_gettext("They asked for no more mail."),
    "bounced": lazy_gettext("Mail to them came back before."),
    "complained": lazy_gettext("They complained to their mail service."),
}
SHOWN_WORDS = {
    "all": lazy_gettext("All"),
    "waiting": lazy_gettext("Waiting"),
    "failed": lazy_gettext("Failed"),
    "sent": lazy_gettext("Sent"),
}


@blueprint.get("/desk/mail")
@requires(permissions.MAIL, personal_data="mail.list")
def outgoing() -> Page:
    """Every mail and what became of it."""
    return _outgoing(PauseForm(), LetGoForm())


@blueprint.get("/desk/mail/<int:id>")
@requires(permissions.MAIL, personal_data="mail.read")
def message(id: int) -> str:
    """A mail holds a person's address and a link that acts for them."""
    if _has_server():
        raise NotFound(gettext("Mails are erased here once the mail server has taken them."))
    email = reading.get(db.session(), id)
    text = reading.text_of(email, transport.folder(current_app.config))
    pieces = reading.pieces(text, current_app.config["BASE_URL"])
    return render_template("mail/message.html", email=email, pieces=pieces)


@blueprint.post("/desk/mail/<int:id>/retry")
@requires(permissions.MAIL)
def retry(id: int) -> Response:
    email = reading.get(db.session(), id)
    if email.state in {"failed", "waiting"}:
        leases.retry(email, now=now())
        _done("mail.retry", gettext("The mail will be tried again at once."), email=email)
    return _back()


@blueprint.post("/desk/mail/<int:id>/delete")
@requires(permissions.MAIL)
def delete(id: int) -> Response:
    """Only what failed for good: nobody gives up a mail that may still arrive."""
    email = reading.get(db.session(), id)
    if email.state == "failed":
        db.session.delete(email)
        _done("mail.delete", gettext("The mail is deleted."), email=email)
    return _back()


@blueprint.post("/desk/mail/retry-failed")
@requires(permissions.MAIL)
def retry_failed() -> Response:
    number = outbox.retry_failed(db.session(), now=now())
    if number:
        words = ngettext("%(num)s mail will be tried again.", "%(num)s mails will be tried again.", number)
        _done("mail.retry_failed", words, mails=number)
    return _back()


@blueprint.post("/desk/mail/pause")
@requires(permissions.MAIL, personal_data="mail.list")
def pause() -> Page:
    form = PauseForm()
    if not form.validate_on_submit():
        return _outgoing(form, LetGoForm()), form.status
    switching.pause(db.session(), by=acting_account().email, reason=form.reason.data or "", now=now())
    _done("mail.pause", gettext("No mail is sent until you go on. Nothing is lost: mails wait."))
    return _back()


@blueprint.post("/desk/mail/resume")
@requires(permissions.MAIL)
def resume() -> Response:
    switching.resume(db.session(), by=acting_account().email)
    _done("mail.resume", gettext("Mail is sent again."))
    return _back()


@blueprint.post("/desk/mail/let-go")
@requires(permissions.MAIL, personal_data="mail.list")
def let_go() -> Page:
    """The owner looked at the breaker's alert and found nothing wrong."""
    form = LetGoForm()
    if not form.validate_on_submit():
        return _outgoing(PauseForm(), form), form.status
    held = breaker.for_app().spent(db.session(), now=now())
    breaker.let_go(db.session(), held, form.number.data or 0, now=now())
    words = ngettext("%(num)s mail may leave.", "%(num)s mails may leave.", form.number.data or 0)
    _done("mail.let_go", words, mails=form.number.data, groups=sorted(held))
    return _back()


@blueprint.route("/desk/mail/stopped", methods=["GET", "POST"])
@requires(permissions.MAIL)
def stopped() -> Page:
    """How many do not want our mail or cannot get it; and taking one of them off that list."""
    form = LiftForm()
    if form.validate_on_submit():
        if stopping.lift(db.session(), form.email.data or ""):
            # Not the address: the trail is kept for years.
            _done("mail.lift", gettext("We write to this address again."))
            return redirect(url_for(".stopped"), 303)
        form.email.errors = [gettext("This address is not on the list. Look for a typing mistake.")]
    numbers = stopping.numbers(db.session())
    return render_template("mail/stopped.html", form=form, numbers=numbers), form.status


def _outgoing(pausing: PauseForm, letting_go: LetGoForm) -> str:
    session, instant = db.session(), now()
    shown = request.args.get("show", "all")
    shown = shown if shown in reading.SHOWN else "all"
    has_server = _has_server()
    return render_template(
        "mail/outgoing.html",
        page=paginate(session, reading.newest(shown), number=request.args.get("page", 1, int)),
        shown=shown,
        shown_words=SHOWN_WORDS,
        dropped_words=DROPPED_WORDS,
        state_words=STATE_WORDS if has_server else STATE_WORDS | {"done": gettext("written to a file")},
        numbers=reading.numbers(session, now=instant),
        subject=composing.subject,
        held=breaker.for_app().spent(session, now=instant),
        switch=switching.state(session),
        has_server=has_server,
        folder=transport.folder(current_app.config),
        pausing=pausing,
        letting_go=letting_go,
        button_form=ButtonForm(),
    )


def _done(action: str, words: str, *, email: Email | None = None, **detail: Any) -> None:
    """Write down who did it, commit, and say so on the next page."""
    kind, number = ("email", email.id) if email else ("", "")
    audit(action, kind, number, **detail)
    db.session.commit()
    flash(words, "success")


def _back() -> Response:
    shown = request.args.get("show", "")
    return redirect(url_for(".outgoing", show=shown if shown in reading.SHOWN else None), 303)


def _has_server() -> bool:
    return bool(current_app.config["SMTP_URL"])
