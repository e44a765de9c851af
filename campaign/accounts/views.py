"""Organisers' pages: signing in and out, accounts, the audit trail."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign.access import public, requires
from campaign.accounts import auditing, permissions, signing_in
from campaign.accounts.forms import SignInForm
from campaign.db import db, now, reading
from campaign.i18n import gettext

blueprint = Blueprint("accounts", __name__)

Page = str | tuple[str, int] | Response


@blueprint.route("/desk/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), form.status
    try:
        # Checking a password takes 20 ms, in which nobody else should have to wait for SQLite's one writer.
        with reading():
            account = signing_in.authenticate(
                db.session(), email=form.email.data or "", password=form.password.data or ""
            )
            db.session.rollback()
    except signing_in.WrongCredentials as error:
        form.password.errors = [error.message]
        return render_template("accounts/sign_in.html", form=form), form.status
    signing_in.remember(db.session(), account, now=now())
    auditing.record(db.session(), "account.sign_in", account=account, now=now())
    db.session.commit()
    return redirect(signing_in.own_page(form.next.data or ""), 303)


@blueprint.post("/desk/sign-out")
@requires(permissions.DESK)
def sign_out() -> Page:
    signing_in.forget(db.session())
    db.session.commit()
    flash(gettext("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)
