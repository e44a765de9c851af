"""The page after signing: check your mail, or type in the code from it; then thanks, and the letter that comes next."""

from datetime import datetime
from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask import session as cookie
from wtforms import EmailField, Field, StringField
from wtforms.validators import DataRequired, ValidationError

from campaign import limiting
from campaign.access import public
from campaign.campaigns import parts
from campaign.campaigns.models import Campaign
from campaign.db import db, now, reading
from campaign.errors import Refused
from campaign.forms import Form, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext, speak
from campaign.petitions import confirming, finding, links, remembering
from campaign.petitions.models import Petition
from campaign.petitions.part import panel
from campaign.petitions.sign_form import OneAddress
from campaign.petitions.views import Page, blueprint
from campaign.web import absolute

__all__ = ["blueprint"]

CODE_DIGITS = 6


class CodeForm(Form):
    """For people who follow no links in mails, or read them on another device."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter the e-mail address you signed with.")), OneAddress(), Plain()],
        filters=[cleaned],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    code = StringField(
        lazy_gettext("Code from the mail"),
        [DataRequired(lazy_gettext("Enter the code from our mail.")), Plain()],
        filters=[cleaned],
        description=lazy_gettext("Six digits. Spaces make no difference."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"},
    )

    def validate_code(self, field: Field) -> None:
        """How many digits, so that somebody who mistyped loses none of their tries."""
        if len(links.digits(field.data)) != CODE_DIGITS:
            raise ValidationError(gettext("The code in our mail has six digits. Type all of them."))


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
        form=_form(),
        letters=_letters(campaign, now=instant) if state == "confirmed" else [],
        address=absolute("campaigns.show", slug=slug),
        confirm_until=petition.ended_at + confirming.GRACE if petition.ended_at else None,
    )


def _letters(campaign: Campaign, *, now: datetime) -> list[Any]:
    """Those that can be written now: who confirms just after the end is led to none."""
    return [letter for letter in parts.PARTS["letters"].show(db.session(), campaign, now=now) if letter.is_open]


@blueprint.route("/campaigns/<slug>/code", methods=["GET", "POST"])
@public
def code(slug: str) -> Page:
    """The code in the mail leads to the page of its link. Whatever is wrong with it, a stranger is told the same."""
    session = db.session()
    with reading():
        petition = finding.readable(session, slug)
        speak(petition.campaign.language)
        form = _form()
        if not form.validate_on_submit():
            return _code_page(petition, form), form.status
        session.rollback()
    # In the same transaction: it writes to the disk for every address, signed or not.
    limiting.count_within(session, "CODE_LIMIT", f"code {limiting.client()}")
    try:
        opened = _open(petition, form)
    except Refused as error:
        session.commit()  # the try is counted
        form.refuse(error)
        with reading():
            return _code_page(petition, form), form.status
    session.commit()
    if opened.token:
        return redirect(url_for(".signature", token=opened.token), 303)
    remembering.remember_confirmed(opened.signature)
    return redirect(url_for(".signed", slug=slug), 303)


def _form() -> CodeForm:
    return CodeForm(email=cookie.get("sender", {}).get("email", ""))


def _open(petition: Petition, form: CodeForm) -> confirming.Opened:
    return confirming.open_by_code(
        db.session(),
        petition,
        email=form.email.data or "",
        code=form.code.data or "",
        secret=current_app.config["SECRET_KEY"],
        now=now(),
    )


def _code_page(petition: Petition, form: CodeForm) -> str:
    return render_template("petitions/code.html", campaign=petition.campaign, form=form)
