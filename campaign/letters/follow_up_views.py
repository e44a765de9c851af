"""The pages behind two links we mail to writers: to confirm that they want to be asked for a reply, and to answer."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from campaign import limiting
from campaign.access import public
from campaign.db import db, now
from campaign.i18n import speak
from campaign.letters import following_up, visits
from campaign.letters.models import ANSWERS
from campaign.letters.views import blueprint

__all__ = ["blueprint"]


@blueprint.route("/letters/follow-ups/<token>", methods=["GET", "POST"])
@public
@limiting.limited("LETTER_LIMIT")
def follow_up(token: str) -> str | Redirect:
    """GET shows what was wished, and what is kept of it; only the buttons act. Mail scanners follow links."""
    session = db.session()
    first = following_up.find(session, token, now=now())
    template = first.letter.template
    speak(template.campaign.language)
    if request.method == "POST":
        match request.form.get("act"):
            case "confirm":
                following_up.confirm(session, first, now=now())
            case "stop":
                following_up.stop(session, first, now=now())
            case _:
                abort(400)
        db.session.commit()
        return redirect(url_for(".follow_up", token=token), 303)
    return render_template(
        "letters/follow_up.html",
        wishes=[(wished, following_up.due_at(wished)) for wished in following_up.under(session, first)],
        is_confirmed=first.confirmed_at is not None,
        template=template,
        token=token,
        days=following_up.LIFE.days,
    )


@blueprint.route("/letters/replies/<token>", methods=["GET", "POST"])
@public
@limiting.limited("LETTER_LIMIT")
def reply(token: str) -> str | Redirect:
    """Two weeks later: did the office reply? GET asks, the buttons answer."""
    session = db.session()
    wished = following_up.find_asked(session, token)
    template = wished.letter.template
    speak(template.campaign.language)
    if request.method == "POST":
        said = request.form.get("reply", "")
        if said not in ANSWERS:
            abort(400)
        if said == "stop":
            following_up.stop(session, wished, now=now())
        else:
            following_up.answer(session, wished, said, now=now())
        if said == "no":
            visits.remember_earlier(wished.letter)
        db.session.commit()
        return redirect(url_for(".reply", token=token), 303)
    return render_template("letters/reply.html", wished=wished, template=template, token=token)
