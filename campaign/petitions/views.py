"""Pages for signing, the count as data, privacy. What follows is in after_signing.py and own/views.py."""

from datetime import datetime
from typing import Any

from babel.lists import format_list
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
from campaign.acts import Act
from campaign.copies import kept_briefly
from campaign.db import db, now, reading
from campaign.i18n import gettext, language, speak
from campaign.mail import outbox
from campaign.mail.mailboxes import domain_of, is_large
from campaign.petitions import (
    asking,
    consent,
    counting,
    finding,
    forgetting,
    goals,
    mailing,
    networks,
    origins,
    remembering,
    signing,
    terms,
)
from campaign.petitions.part import panel
from campaign.petitions.sign_form import SignForm, sign_form
from campaign.petitions.terms import Terms
from campaign.web import DATABASE_ERRORS, RETRY_AFTER, is_unavailable

blueprint = Blueprint("petitions", __name__)
blueprint.app_context_processor(lambda: {"origin_words": origins.words})

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]] | Redirect


@blueprint.route("/campaigns/<slug>/sign", methods=["GET", "POST"])
@public
def sign(slug: str) -> Page:
    """The form. Whoever's address is typed in, signed before or not, what follows looks the same."""
    try:
        return _sign_form(slug, now())
    except terms.TermsChanged:
        db.session.rollback()
        terms.forget(db.session(), slug)
        return sign(slug)


def _sign_form(slug: str, instant: datetime) -> Page:
    # SQLite has one writer: nobody should wait for it while a form is read, or shown again.
    session = db.session()
    with reading():
        is_sent = request.method == "POST"
        agreed = terms.remembered(session, slug, now=instant) if is_sent else terms.readable(session, slug)
        speak(agreed.language)
        if not agreed.is_open(now=instant):
            return _sign_page(slug, None, instant), 409 if is_sent else 200
        form = sign_form(agreed, terms.questions(session, agreed), now=instant, **_known(agreed))
        if not form.validate_on_submit():
            terms.refuse_changed(session, agreed)
            return _sign_page(slug, form, instant), form.status
        session.rollback()
    values = form.values()
    try:
        _sign(agreed, values, instant)
        session.commit()
    except (signing.PetitionClosed, signing.PetitionNotOpen):
        session.rollback()
        return _sign_page(slug, None, instant), 409
    except signing.TextChanged as error:
        session.rollback()
        form.refuse(error)
        form.refresh(terms.readable(session, slug))
        return _sign_page(slug, form, instant, is_text_new=True), form.status
    except DATABASE_ERRORS as error:
        if not is_unavailable(error):
            raise
        return _unsaved(slug, form, instant)
    remembering.remember(slug, "pending", values)
    return redirect(url_for(".signed", slug=slug), 303)


@blueprint.get("/campaigns/<slug>/count.json")
@public
@kept_briefly
def count(slug: str) -> Page:
    """Confirmed signatures, for pages that show the number as it grows."""
    petition = finding.readable(db.session(), slug)
    found = counting.origins(db.session(), [petition.id])[petition.id]
    confirmed = sum(found.by_source.values())
    goal = goals.goal(petition.goal, confirmed, raises=petition.raises_goal).shown
    as_of = now().isoformat(timespec="seconds")
    apart = {"online": found.online, "paper": found.paper, "imported": found.imported}
    response = jsonify(confirmed=confirmed, **apart, goal=goal, first_goal=petition.goal, as_of=as_of)
    response.cache_control.public = True
    response.cache_control.max_age = 1
    # Of the numbers only: while they stand, a copy that was kept is as good as a new one.
    response.set_etag(f"{confirmed}-{found.paper}-{found.imported}-{goal}-{petition.goal}", weak=True)
    return response


def _sign(petition: Terms, values: dict[str, Any], instant: datetime) -> None:
    """The signature, its mail, and what it uses up of the limits, in one transaction."""
    session = db.session()
    if values["subscribe"]:
        values["consent_wording_id"] = consent.agreed(session, language=language(), now=instant).id
    signed = signing.sign(
        session,
        petition,
        **values,
        network_key=networks.key(session, request.remote_addr or "", now=instant),
        language=language(),
        most_mails=outbox.most(),
        secret=current_app.config["SECRET_KEY"],
        now=instant,
    )
    if signed.mail and signed.to and signed.secrets:
        mailing.write(session, signed.to, signed.mail, signed.secrets, now=instant)
    # Last: on PostgreSQL whoever counts the same waits from here until the commit.
    domain, done = domain_of(values["email"]), [limiting.by_client("SIGN_LIMIT")]
    if not is_large(domain):
        done.append(Act("SIGN_DOMAIN_LIMIT", f"domain {domain}"))
    done.append(Act("SIGN_PETITION_LIMIT", f"petition {petition.id}", is_everybodys=True))
    limiting.count_all_within(session, done)


def _sign_page(slug: str, form: SignForm | None, instant: datetime, *, is_text_new: bool = False) -> str:
    """With the form; or, when there is nothing to fill in, with what became of the petition.

    is_text_new: the person has read an older text than the one they would sign now.
    """
    petition = finding.readable(db.session(), slug)
    return render_template(
        "petitions/sign.html",
        campaign=petition.campaign,
        petition=panel(db.session(), petition, now=instant),
        form=form,
        is_text_new=is_text_new,
        handed_over=format_list(asking.words(petition), locale=language().replace("-", "_")),
        keep_until=forgetting.kept_until(petition, current_app.config["RETENTION_DAYS"]),
    )


def _unsaved(slug: str, form: SignForm, instant: datetime) -> Page:
    """The form as it was filled in: nobody should type it all again because our disk is full."""
    form.form_errors.append(gettext("Your signature was not saved. Try again in a minute."))
    with reading():
        return _sign_page(slug, form, instant), 503, RETRY_AFTER


def _known(petition: Terms) -> dict[str, Any]:
    """What the form starts with: the campaign's country, or what was typed before when the address is corrected."""
    known: dict[str, Any] = cookie.get("sender", {}) if "correct" in request.args else {}
    return {"country": petition.country} | known
