"""A signer's page of the lists that hold their name, behind the link in their mails, with proofs to download."""

import json

from flask import Response, current_app, make_response, render_template
from sqlalchemy.orm import Session

from campaign.access import public
from campaign.db import db, now
from campaign.delivery import exports, inclusion
from campaign.delivery.views import blueprint
from campaign.i18n import gettext, speak
from campaign.petitions import confirming
from campaign.petitions.models import Signature
from campaign.petitions.own import views as own_page
from campaign.petitions.own.links import OwnLink

__all__ = ["blueprint", "own_link"]


def own_link(session: Session, signature: Signature) -> OwnLink | None:
    """The link on the signer's own page, once a list with their name was handed over."""
    if not inclusion.is_delivered(session, signature):
        return None
    return OwnLink("delivery.inclusions", gettext("See in which lists your name was handed over"))


@blueprint.get("/signatures/<token>/lists")
@public
def inclusions(token: str) -> str:
    """ "Your name is row 12 of 2,000 in …", for each list that was handed over."""
    found = _found(token)
    folder = exports.publisher(current_app.config).folder
    return render_template(
        "delivery/inclusions.html",
        token=token,
        campaign=found.petition.campaign,
        lists=inclusion.deliveries(db.session(), found, folder=folder),
    )


@blueprint.get("/signatures/<token>/lists/<int:id>/proof")
@public
def proof(token: str, id: int) -> Response:
    """The proof as a file. It shows the signer's own row and hashes of the others'."""
    found = _found(token)
    data = inclusion.proof(db.session(), found, id, folder=exports.publisher(current_app.config).folder)
    response = make_response(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    slug = found.petition.campaign.slug
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{slug}-{id}.json"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


blueprint.register_error_handler(confirming.UnknownLink, own_page.dead_link)


def _found(token: str) -> Signature:
    """As on the own page. Raises UnknownLink."""
    found = confirming.find(db.session(), token, now=now())
    speak(found.language)
    return found
