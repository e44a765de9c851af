"""Pages for whoever got a mail and wants no more, and the door for bounces and complaints. The desk is in desk.py."""

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from campaign.access import public
from campaign.db import db, now
from campaign.mail import bounces, stopping
from campaign.web import csrf, takes_upload

blueprint = Blueprint("mail", __name__)


@blueprint.route("/mail/stop/<token>", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # mail programs post here without having seen a page (RFC 8058); the token is the secret that counts
def stop(token: str) -> str | Redirect:
    """ "Never write to me", and back. Mail scanners follow links, so only a POST acts. Sets no cookie."""
    key = stopping.key_of(token)
    if request.method == "POST":
        if request.form.get("act") == "resume":
            stopping.resume(db.session(), key)
        else:
            stopping.stop(db.session(), key, reason="asked", now=now())
        db.session.commit()
        if "List-Unsubscribe" not in request.form:
            return redirect(url_for(".stop", token=token), 303)
    return render_template("mail/stop.html", is_stopped=stopping.is_stopped(db.session(), key))


@blueprint.post("/mail/reports")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # for programs: the bearer token says who it is
@takes_upload
def reports() -> Response | tuple[Response, int]:
    """Bounces and complaints from a mail service: [{"kind": "bounce", "email": …, "detail": …}], or a raw report."""
    token = current_app.config["MAIL_REPORTS_TOKEN"]
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), token.encode()):
        return jsonify(error="The token is wrong."), 401
    try:
        found = bounces.listed(request.get_json()) if request.is_json else bounces.read(request.get_data())
    except bounces.NotAReport as error:
        return jsonify(error=error.message), 422
    except RecursionError:
        return jsonify(error="These are lists in lists in lists."), 422
    number = bounces.record(db.session(), found, now=now())
    db.session.commit()
    return jsonify(reports=len(found), stopped=number)
