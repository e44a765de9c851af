"""The pages behind the links we mail: for the writer to confirm a letter, for an office to stop them."""

from flask import render_template, request

from campaign import limiting
from campaign.access import public
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.i18n import speak
from campaign.letters.channels.email import asking, objecting, rewriting, rules
from campaign.letters.forms import ObjectionForm
from campaign.letters.views import blueprint

__all__ = ["blueprint"]


@blueprint.route("/letters/<token>", methods=["GET", "POST"])
@public
@limiting.limited("LETTER_LIMIT")
def confirm(token: str) -> tuple[str, int]:
    """GET shows the letter and two buttons; only pressing one does anything. Mail scanners follow links."""
    session, problem, status, part = db.session(), "", 200, "asked"
    mailed = asking.find(session, token, now=now())
    speak(mailed.letter.template.campaign.language)
    campaign, post = mailed.letter.template.campaign, mailed.letter.post
    subject, body = rewriting.text(session, mailed, on=now().date())
    shown = {"subject": subject, "body": body, "letter_language": mailed.language}
    if request.method == "POST":
        try:
            if request.form.get("act") == "discard":
                asking.discard(session, mailed, now=now())
                part = "discarded"
            else:
                asking.confirm(session, mailed, now=now())
                part = "queued"
            db.session.commit()
        except NotFound:
            raise
        except Refused as error:
            session.rollback()
            problem, status = error.message, 409
    page = render_template(
        "letters/confirm.html", campaign=campaign, post=post, token=token, part=part, problem=problem, **shown
    )
    return page, status


@blueprint.route("/letters/objections/<token>", methods=["GET", "POST"])
@public
@limiting.limited("LETTER_LIMIT")
def objection(token: str) -> tuple[str, int]:
    """For an office: GET asks, the button stops all letters from here to it."""
    session = db.session()
    post = rules.objecting_office(session, token)
    form = ObjectionForm()
    is_done = form.validate_on_submit()
    if is_done:
        objecting.object_to(session, post, reason=form.reason.data or "", now=now())
        db.session.commit()
    return render_template("letters/objection.html", post=post, form=form, is_done=is_done), form.status
