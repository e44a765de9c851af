"""The public pages of a petition's text: all its versions, and agreeing to a newer one than one has signed."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from campaign.access import public
from campaign.copies import figure, kept_briefly
from campaign.db import db, now
from campaign.errors import Refused
from campaign.forms import Form
from campaign.i18n import gettext, speak
from campaign.keeping import kept
from campaign.petitions import confirming, finding
from campaign.petitions.models import Signature
from campaign.petitions.texts import versions
from campaign.petitions.views import Page, blueprint

# Counting who agreed to which version looks at every signature, so one number serves everybody for a while.
KEPT = 60  # seconds


class AgreeForm(Form):
    """The button below the new text. version: the one that was shown."""

    version = IntegerField(widget=HiddenInput())


@blueprint.get("/campaigns/<slug>/petition", endpoint="versions")
@public
@kept_briefly
def show_versions(slug: str) -> Response:
    """Every version with its day, its note, what changed, and how many agreed to it."""
    session = db.session()
    petition = finding.readable(session, slug)
    speak(petition.campaign.language)
    signed = figure(f"agreed to {petition.id}", KEPT, lambda: versions.agreed(session, petition))
    history = versions.history(petition, signed)
    return kept("petitions/versions.html", campaign=petition.campaign, petition=petition, history=history)


@blueprint.route("/signatures/<token>/text", methods=["GET", "POST"])
@public
def text(token: str) -> Page:
    """What changed since somebody signed. Mail scanners follow links, so only the button agrees."""
    signature, form = confirming.find(db.session(), token, now=now()), AgreeForm()
    speak(signature.language)
    if not form.validate_on_submit():
        return _text_page(token, signature, form), form.status
    try:
        versions.agree(db.session(), signature, version=form.version.data or 0, now=now())
    except Refused as error:
        db.session.rollback()
        form.refuse(error)
        return _text_page(token, confirming.find(db.session(), token, now=now()), form), 409
    db.session.commit()
    flash(gettext("Thank you. Your signature now stands under the new text."), "success")
    return redirect(url_for(".text", token=token), 303)


def _text_page(token: str, signature: Signature, form: AgreeForm) -> str:
    petition, signed = signature.petition, signature.petition_text
    newest = versions.newest(db.session(), petition) or signed
    # Never the version that was sent: the button agrees to what this page shows.
    button = AgreeForm(formdata=None, version=newest.version)
    button.form_errors.extend(form.form_errors)
    return render_template(
        "petitions/text.html",
        token=token,
        signature=signature,
        campaign=petition.campaign,
        form=button,
        signed=signed,
        newest=newest,
        notes=[one for one in petition.texts if one.version > signed.version],
        demand=versions.difference(signed.demand, newest.demand),
        body=versions.difference(signed.body, newest.body),
        can_agree=newest is not signed
        and signature.state in ("pending", "confirmed")
        and not petition.is_ended(now=now()),
    )
