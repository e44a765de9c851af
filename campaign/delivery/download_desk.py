"""Handing out finished lists at the desk: a link for one account, and a page with a button that uses it up."""

from flask import abort, current_app, make_response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from campaign.access import requires
from campaign.accounts import permissions, proving
from campaign.accounts.signing_in import acting_account, audit, may
from campaign.db import db, now
from campaign.delivery import exports, links, profiles
from campaign.delivery.links import LinkOver
from campaign.delivery.models import Export
from campaign.delivery.views import blueprint
from campaign.i18n import lazy_gettext
from campaign.mail.forms import ButtonForm

__all__ = ["blueprint"]

PROFILE_WORDS = {
    "delivery": lazy_gettext("To hand over: without e-mail addresses"),
    "crm": lazy_gettext("Contacts: those who agreed to hear from you, with e-mail addresses"),
    "backup": lazy_gettext("Full copy: everything, for safekeeping only"),
}


@blueprint.post("/desk/exports/<int:id>/download")
@requires(permissions.EXPORT)
def download(id: int) -> Response:
    """Make a link to a list, for the one who asks."""
    asked, _ = exports.find(db.session(), id, publisher=exports.publisher(current_app.config))
    _refuse_unentitled(asked)
    if profiles.PERMISSIONS[asked.profile] == permissions.BACKUP and not proving.is_fresh():
        return proving.ask(url_for(".signatures", slug=asked.campaign.slug))
    token = links.make(db.session(), asked, account=acting_account(), now=now())
    audit("export.link", "export", asked.id, campaign=asked.campaign.slug)
    db.session.commit()
    return redirect(url_for(".hand_out", token=token), 303)


@blueprint.get("/desk/downloads/<token>")
@requires(permissions.EXPORT)
def hand_out(token: str) -> Response:
    """What the link leads to, and the button: opening an address hands nothing out."""
    try:
        link = links.find(db.session(), token, account=acting_account(), now=now())
    except LinkOver as over:
        return _over(over)
    _refuse_unentitled(link.export)
    profile, form = PROFILE_WORDS[link.export.profile], ButtonForm()
    page = render_template(
        "delivery/hand_out.html", link=link, export=link.export, profile=profile, token=token, form=form
    )
    return make_response(page)


@blueprint.post("/desk/downloads/<token>")
@requires(permissions.EXPORT, personal_data="export.download")
def take(token: str) -> Response:
    """The file, once."""
    try:
        asked = links.use(db.session(), token, account=acting_account(), now=now())
    except LinkOver as over:
        return _over(over)
    _refuse_unentitled(asked)
    asked, path = exports.find(db.session(), asked.id, publisher=exports.publisher(current_app.config))
    detail = {"campaign": asked.campaign.slug, "profile": asked.profile, "rows": asked.rows, "sha256": asked.sha256}
    audit("export.download", "export", asked.id, **detail)
    db.session.commit()
    response = send_file(
        path, mimetype=exports.CONTENT_TYPES[path.suffix], as_attachment=True, download_name=path.name, max_age=0
    )
    # Names and postcodes: no browser, proxy or shared computer keeps a copy of the answer.
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse_unentitled(export: Export) -> None:
    """The page asks for the right to any list; this one may need more, and rights may have gone since it was made."""
    if not may(profiles.PERMISSIONS[export.profile]):
        abort(403)


def _over(over: LinkOver) -> Response:
    db.session.rollback()
    page = render_template("delivery/hand_out.html", link=over.link, export=over.link.export, over=over.message)
    return make_response(page, 410)
