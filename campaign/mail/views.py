"""The desk's page of outgoing mail."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign import leases
from campaign.access import requires
from campaign.accounts import auditing, permissions
from campaign.accounts.signing_in import acting_account
from campaign.db import db, now, writing
from campaign.errors import NotFound
from campaign.forms import Form
from campaign.i18n import gettext, lazy_gettext
from campaign.mail import reading, transport
from campaign.pagination import paginate

blueprint = Blueprint("mail", __name__)

STATE_WORDS = {
    "waiting": lazy_gettext("waiting"),
    "working": lazy_gettext("being sent"),
    "done": lazy_gettext("sent"),
    "failed": lazy_gettext("failed"),
}


class RetryForm(Form):
    """A button alone, with its token."""


@blueprint.get("/desk/mail")
@requires(permissions.MAIL)
def outgoing() -> str:
    page = paginate(db.session(), reading.newest(), number=request.args.get("page", 1, int))
    words = STATE_WORDS if _has_server() else STATE_WORDS | {"done": gettext("written to a file")}
    return render_template(
        "mail/outgoing.html",
        page=page,
        state_words=words,
        has_server=_has_server(),
        folder=transport.folder(current_app.config),
        retry=RetryForm(),
    )


@blueprint.get("/desk/mail/<int:id>")
@requires(permissions.MAIL)
def message(id: int) -> str:
    if _has_server():
        raise NotFound(gettext("Mails are erased here once the mail server has taken them."))
    email = reading.get(db.session(), id)
    text = reading.text_of(email, transport.folder(current_app.config))
    # Written down before anybody reads it: a mail holds a person's address and a link that acts for them.
    with writing() as session:
        auditing.record(
            session, "mail.read", account=acting_account(), object_kind="email", object_id=email.id, now=now()
        )
    pieces = reading.pieces(text, current_app.config["BASE_URL"])
    return render_template("mail/message.html", email=email, pieces=pieces)


@blueprint.post("/desk/mail/<int:id>/retry")
@requires(permissions.MAIL)
def retry(id: int) -> Response:
    email = reading.get(db.session(), id)
    if email.state in {"failed", "waiting"}:
        leases.retry(email, now=now())
        auditing.record(
            db.session(), "mail.retry", account=acting_account(), object_kind="email", object_id=email.id, now=now()
        )
        db.session.commit()
        flash(gettext("The mail will be tried again at once."), "success")
    return redirect(url_for(".outgoing"), 303)


def _has_server() -> bool:
    return bool(current_app.config["SMTP_URL"])
