"""A signer's own page, behind the link in their mails: what they signed and wrote, and all they can do about it."""

import json
from collections.abc import Callable

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from campaign import countries, limiting, scrubbing
from campaign.access import public
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext, language, speak
from campaign.petitions import confirming, consent, finding, forgetting, remembering, signing
from campaign.petitions.after_signing import blueprint
from campaign.petitions.models import Signature
from campaign.petitions.own import correcting, personal_data, sending_links
from campaign.petitions.own import links as own_links
from campaign.petitions.own.forms import ActForm, AddressForm, CorrectForm
from campaign.petitions.views import Page
from campaign.web import absolute

__all__ = ["blueprint"]


@blueprint.route("/signatures/<token>", methods=["GET", "POST"])
@public
def signature(token: str) -> Page | Response:
    """Where the link in a mail leads. Mail scanners follow links, so only the buttons on this page act."""
    found = _found(token)
    form = ActForm()
    if not form.validate_on_submit():
        return _signature_page(token, found, form), form.status
    try:
        done = ACTS[form.act.data or ""](token, found)
    except (signing.PetitionClosed, correcting.NothingToChange) as error:
        form.refuse(error)
        return _signature_page(token, found, form), 409
    db.session.commit()
    return done


@blueprint.route("/signatures/<token>/correct", methods=["GET", "POST"])
@public
def correct(token: str) -> Page | Response:
    """Mending one's name, town and comment."""
    found = _found(token)
    if found.state not in correcting.CHANGEABLE:
        return _back(token)
    form = CorrectForm(found)
    if form.validate_on_submit():
        try:
            correcting.correct(db.session(), found, **form.values())
        except Refused as error:
            form.refuse(error)
        else:
            db.session.commit()
            flash(gettext("Your entry is corrected."), "success")
            return _back(token)
    page = render_template("petitions/correct.html", token=token, campaign=found.petition.campaign, form=form)
    return page, form.status


@blueprint.get("/signatures/<token>/erase")
@public
def erase(token: str) -> Page | Response:
    """ "Are you sure?", with what will happen. The button posts to the signature's page."""
    found = _found(token)
    if forgetting.is_erased(found):
        return _back(token)
    return render_template(
        "petitions/erase.html",
        token=token,
        signature=found,
        campaign=found.petition.campaign,
        is_rewritten=scrubbing.rewrites(db.engine),
        form=ActForm(),
    )


@blueprint.route("/campaigns/<slug>/my-signature", methods=["GET", "POST"])
@public
def my_signature(slug: str) -> Page:
    """ "Send me my link": the same page comes for an address that has signed and for one that has not."""
    petition, form = finding.readable(db.session(), slug), AddressForm()
    speak(petition.campaign.language)
    is_sent = form.validate_on_submit()
    if is_sent:
        # In the same transaction: it writes to the disk for every address, signed or not.
        limiting.count_client_within(db.session(), "OWN_PAGE_LIMIT")
        sending_links.send(
            db.session(),
            petition,
            email=form.email.data or "",
            secret=current_app.config["SECRET_KEY"],
            address=lambda token: absolute("petitions.signature", token=token),
            now=now(),
        )
        db.session.commit()
    page = render_template("petitions/my_signature.html", campaign=petition.campaign, form=form, is_sent=is_sent)
    return page, form.status


@blueprint.errorhandler(confirming.UnknownLink)
def dead_link(error: confirming.UnknownLink) -> ResponseReturnValue:
    """Also for the other pages behind a link. Trying links out is limited."""
    db.session.rollback()
    try:
        limiting.count("LINK_LIMIT", f"link {limiting.client()}")
    except TooManyRequests as refusal:
        return current_app.handle_user_exception(refusal)
    campaign = sending_links.campaign_of_old_link(db.session(), (request.view_args or {}).get("token", ""))
    return render_template("petitions/_dead_link.html", campaign=campaign, message=error.message), 404


def _found(token: str) -> Signature:
    """The signature of a link that works; the page speaks its signer's language. Raises UnknownLink."""
    found = confirming.find(db.session(), token, now=now())
    speak(found.language)
    return found


def _signature_page(token: str, found: Signature, form: ActForm) -> str:
    petition = found.petition
    return render_template(
        "petitions/signature.html",
        token=token,
        signature=found,
        campaign=petition.campaign,
        text=found.petition_text,
        has_newer_text=petition.text is not found.petition_text,
        answers=personal_data.answers(found),
        country=countries.name(found.country, language()),
        can_confirm=confirming.can_confirm(found, now=now()),
        can_disown=confirming.can_disown(found, now=now()),
        can_adopt=confirming.can_adopt(found, now=now()),
        can_withdraw=confirming.can_withdraw(found) and found.state != "pending",
        can_sign=petition.campaign.is_readable and petition.is_open(now=now()),
        is_erased=forgetting.is_erased(found),
        keep_until=forgetting.kept_until(petition, current_app.config["RETENTION_DAYS"]),
        updates_wording=consent.WORDING,
        own_links=own_links.of(db.session(), found),
        form=form,
    )


def _back(token: str) -> Response:
    return redirect(url_for(".signature", token=token), 303)


def _confirm(token: str, found: Signature) -> Response:
    signature = confirming.confirm(db.session(), token, now=now()).signature
    if signature.state != "confirmed":
        return _back(token)
    remembering.remember_confirmed(signature)
    return redirect(url_for(".signed", slug=signature.petition.campaign.slug), 303)


def _adopt(token: str, found: Signature) -> Response:
    confirming.adopt(db.session(), token, now=now())
    flash(gettext("Your signature is your own now: it counts as given here, online."), "success")
    return _back(token)


def _withdraw(token: str, found: Signature) -> Response:
    confirming.withdraw(db.session(), token, now=now())
    remembering.remove(found.petition.campaign.slug)
    return _back(token)


def _disown(token: str, found: Signature) -> Response:
    slug = found.petition.campaign.slug
    confirming.disown(db.session(), token, now=now())
    remembering.remove(slug)
    return redirect(url_for(".signed", slug=slug), 303)


def _erase(token: str, found: Signature) -> Response:
    # Looked up again, and held: it may just have been disowned in another window.
    found = confirming.find(db.session(), token, hold=True, now=now())
    personal_data.forget_elsewhere(db.session(), found, now=now())
    forgetting.erase(db.session(), found, now=now())
    remembering.remove(found.petition.campaign.slug)
    return _back(token)


def _show(token: str, found: Signature) -> Response:
    correcting.show_name(db.session(), found, is_shown=True)
    flash(gettext("Your name is shown on this site once your signature is confirmed."), "success")
    return _back(token)


def _hide(token: str, found: Signature) -> Response:
    correcting.show_name(db.session(), found, is_shown=False)
    flash(gettext("Your name is no longer shown on this site."), "success")
    return _back(token)


def _subscribe(token: str, found: Signature) -> Response:
    agreed = consent.agreed(db.session(), language=language(), now=now())
    correcting.subscribe(db.session(), found, consent_wording_id=agreed.id, now=now())
    flash(gettext("We will write to you about what comes of this petition."), "success")
    return _back(token)


def _unsubscribe(token: str, found: Signature) -> Response:
    correcting.unsubscribe(db.session(), found)
    flash(gettext("We will not write to you about this petition any more."), "success")
    return _back(token)


def _download(token: str, found: Signature) -> Response:
    kept_until = forgetting.kept_until(found.petition, current_app.config["RETENTION_DAYS"])
    data = personal_data.of(db.session(), found, kept_until=kept_until)
    response = make_response(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    slug = found.petition.campaign.slug
    response.headers["Content-Disposition"] = f'attachment; filename="my-signature-{slug}.json"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


ACTS: dict[str, Callable[[str, Signature], Response]] = {
    "confirm": _confirm,
    "adopt": _adopt,
    "withdraw": _withdraw,
    "disown": _disown,
    "show": _show,
    "hide": _hide,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "download": _download,
    "erase": _erase,
}
