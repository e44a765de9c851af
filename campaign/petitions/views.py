"""Pages for signing, for the link in the mail, the count as data, privacy. The desk is in desk.py."""

from datetime import datetime, timedelta
from typing import Any

from flask import (
    Blueprint,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import (
    session as cookie,
)
from werkzeug.wrappers import Response as Redirect

from campaign import limiting
from campaign.access import public
from campaign.campaigns import parts
from campaign.db import db, now, reading
from campaign.i18n import language, speak
from campaign.mail import messages
from campaign.petitions import confirming, counting, finding, signing
from campaign.petitions.forms import ActForm, SignForm
from campaign.petitions.models import Petition, Signature
from campaign.petitions.part import panel
from campaign.petitions.signers import deliverable
from campaign.web import absolute

blueprint = Blueprint("petitions", __name__)

Page = str | tuple[str, int] | Redirect

MAILS = {"confirm": messages.confirm_signature, "already": messages.already_signed}
# What the signer's own browser remembers, so that the letter that comes next is filled in.
CARRIED = ("given_name", "family_name", "email", "country", "postcode")
MOST_REMEMBERED = 20  # campaigns; a cookie has little room


@blueprint.route("/campaigns/<slug>/sign", methods=["GET", "POST"])
@public
@limiting.limited("SIGN_LIMIT")
def sign(slug: str) -> Page:
    """The form. Whoever's address is typed in, signed before or not, what follows looks the same."""
    instant = now()
    # SQLite has one writer: nobody should wait for it while a form is read, or shown again.
    with reading():
        petition = finding.readable(db.session(), slug)
        speak(petition.campaign.language)
        if not petition.is_open(now=instant):
            return _sign_page(petition, None, instant), 200 if request.method == "GET" else 409
        form = SignForm(**_known(petition))
        if not form.validate_on_submit():
            return _sign_page(petition, form, instant), form.status
        db.session.rollback()
    try:
        signed = signing.sign(
            db.session(),
            petition,
            **form.values(),
            language=language(),
            secret=current_app.config["SECRET_KEY"],
            now=instant,
        )
    except (signing.PetitionClosed, signing.PetitionNotOpen):
        db.session.rollback()
        return _sign_page(finding.readable(db.session(), slug), None, instant), 409
    _mail(signed, now=instant)
    db.session.commit()
    _remember(slug, "pending", form.values())
    return redirect(url_for(".signed", slug=slug), 303)


@blueprint.get("/campaigns/<slug>/signed")
@public
def signed(slug: str) -> Page:
    """ "Check your mail", or thanks and the letter that comes next, by what this browser did."""
    petition, instant = finding.readable(db.session(), slug), now()
    state = cookie.get("signed", {}).get(slug)
    if state is None:
        return redirect(url_for(".sign", slug=slug))
    speak(petition.campaign.language)
    campaign = petition.campaign
    return render_template(
        "petitions/signed.html",
        campaign=campaign,
        petition=panel(db.session(), petition, now=instant),
        state=state,
        email=cookie.get("sender", {}).get("email", ""),
        letters=parts.PARTS["letters"].show(db.session(), campaign, now=instant) if state == "confirmed" else [],
        address=absolute("campaigns.show", slug=slug),
        confirm_until=petition.ended_at + confirming.GRACE if petition.ended_at else None,
    )


@blueprint.route("/signatures/<token>", methods=["GET", "POST"])
@public
def signature(token: str) -> Page:
    """Where the link in a mail leads. Mail scanners follow links, so only the buttons on this page act."""
    found = confirming.find(db.session(), token)
    speak(found.language)
    form = ActForm()
    if not form.validate_on_submit():
        return _signature_page(token, found, form), form.status
    try:
        following = ACTS[form.act.data or ""](token, found)
    except signing.PetitionClosed as error:
        form.refuse(error)
        return _signature_page(token, found, form), 409
    db.session.commit()
    return redirect(following, 303)


@blueprint.get("/campaigns/<slug>/count.json")
@public
def count(slug: str) -> Page:
    """Confirmed signatures, for pages that show the number as it grows."""
    petition = finding.readable(db.session(), slug)
    confirmed = counting.confirmed(db.session(), [petition.id])[petition.id]
    response = jsonify(confirmed=confirmed, goal=petition.goal, as_of=now().isoformat(timespec="seconds"))
    response.cache_control.public = True
    response.cache_control.max_age = 1
    # Of the numbers only: while they stand, a copy that was kept is as good as a new one.
    response.set_etag(f"{confirmed}-{petition.goal}", weak=True)
    return response.make_conditional(request)


@blueprint.get("/privacy")
@public
def privacy() -> Page:
    """Who runs this site, what is kept of a signer and how long, and what a signer can ask for."""
    return render_template("petitions/privacy.html", grace=confirming.GRACE.days)


def _sign_page(petition: Petition, form: SignForm | None, instant: datetime) -> str:
    """With the form; or, when there is nothing to fill in, with what became of the petition."""
    return render_template(
        "petitions/sign.html",
        campaign=petition.campaign,
        petition=panel(db.session(), petition, now=instant),
        form=form,
        keep_until=petition.ended_at + timedelta(days=current_app.config["RETENTION_DAYS"])
        if petition.ended_at
        else None,
    )


def _signature_page(token: str, found: Signature, form: ActForm) -> str:
    return render_template(
        "petitions/signature.html",
        token=token,
        signature=found,
        campaign=found.petition.campaign,
        can_confirm=confirming.can_confirm(found, now=now()),
        form=form,
    )


def _known(petition: Petition) -> dict[str, Any]:
    """What the form starts with: the campaign's country, or what was typed before when the address is corrected."""
    known: dict[str, Any] = cookie.get("sender", {}) if "correct" in request.args else {}
    return {"country": petition.campaign.country} | known


def _mail(signed: signing.Signed, *, now: datetime) -> None:
    if signed.mail is None:
        return
    row = signed.signature
    MAILS[signed.mail](
        db.session(),
        to=deliverable(row.email),
        language=row.language,
        given_name=row.given_name,
        demand=row.petition_text.demand,
        campaign_title=row.petition.campaign.title,
        link=absolute("petitions.signature", token=signed.token),
        now=now,
    )


def _remember(slug: str, state: str, sender: dict[str, Any] | None = None) -> None:
    """In this browser only. The cookie holds nothing about whether an address had signed before."""
    remembered = {**cookie.get("signed", {})}
    remembered.pop(slug, None)
    cookie["signed"] = dict([*remembered.items(), (slug, state)][-MOST_REMEMBERED:])
    if sender is not None:
        cookie["sender"] = {name: sender[name] for name in CARRIED}


def _confirm(token: str, found: Signature) -> str:
    signature = confirming.confirm(db.session(), token, now=now()).signature
    if signature.state != "confirmed":
        return url_for(".signature", token=token)
    slug = signature.petition.campaign.slug
    _remember(slug, "confirmed", {name: getattr(signature, name) for name in CARRIED})
    return url_for(".signed", slug=slug)


def _withdraw(token: str, found: Signature) -> str:
    confirming.withdraw(db.session(), token, now=now())
    _remember(found.petition.campaign.slug, "removed")
    return url_for(".signature", token=token)


def _disown(token: str, found: Signature) -> str:
    slug = found.petition.campaign.slug
    confirming.disown(db.session(), token, now=now())
    _remember(slug, "removed")
    return url_for(".signed", slug=slug)


ACTS = {"confirm": _confirm, "withdraw": _withdraw, "disown": _disown}
