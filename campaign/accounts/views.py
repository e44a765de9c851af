"""Organisers' pages: signing in and out, their password, accounts, the audit trail."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign import limiting
from campaign.access import public, requires
from campaign.accounts import auditing, devices, keeping, permissions, proving, sessions, signing_in, trail
from campaign.accounts.forms import ROLES, AddForm, AgainForm, ButtonForm, PasswordForm, RoleForm, SignInForm, TrailForm
from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.db import db, now, reading
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.pagination import paginate

blueprint = Blueprint("accounts", __name__)

Page = str | tuple[str, int] | Response


@blueprint.route("/desk/sign-in", methods=["GET", "POST"])
@public
@limiting.limited("SIGN_IN_LIMIT")
def sign_in() -> Page:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), form.status
    email, password = form.email.data or "", form.password.data or ""
    limiting.count("SIGN_IN_LIMIT", devices.trier(email))
    try:
        # Checking a password takes 20 ms, in which nobody else should have to wait for SQLite's one writer.
        with reading():
            account = signing_in.authenticate(db.session(), email=email, password=password)
            db.session.rollback()
    except signing_in.WrongCredentials as error:
        form.refuse(error)
        return render_template("accounts/sign_in.html", form=form), form.status
    signing_in.remember(db.session(), account, password=password, now=now())
    auditing.record(db.session(), "account.sign_in", account=account, now=now())
    db.session.commit()
    response = redirect(signing_in.own_page(form.next.data or ""), 303)
    devices.mark(response, account.email)
    return response


@blueprint.post("/desk/sign-out")
@requires(permissions.DESK)
def sign_out() -> Page:
    signing_in.forget(db.session())
    db.session.commit()
    flash(gettext("You are signed out."), "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.post("/desk/sign-out-everywhere")
@requires(permissions.DESK)
def sign_out_everywhere() -> Page:
    sessions.end_all(db.session(), signing_in.acting_account())
    signing_in.audit("account.sign_out_everywhere")
    signing_in.forget(db.session())
    db.session.commit()
    flash(gettext("You are signed out in every browser."), "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.route("/desk/password", methods=["GET", "POST"])
@requires(permissions.DESK)
@limiting.limited("SIGN_IN_LIMIT")
def password() -> Page:
    form, me = PasswordForm(), signing_in.acting_account()
    if form.validate_on_submit():
        try:
            account = signing_in.authenticate(db.session(), email=me.email, password=form.current.data or "")
            keeping.change_password(db.session(), account, password=form.password.data or "", but=signing_in.token())
            signing_in.audit("account.password")
            db.session.commit()
            flash(gettext("Your password is changed. Other browsers are signed out."), "success")
            return redirect(url_for(".password"), 303)
        except signing_in.WrongCredentials:
            form.refuse(Refused(gettext("This is not your current password."), field="current"))
        except Refused as error:
            form.refuse(error)
    return render_template("accounts/password.html", form=form, button=ButtonForm()), form.status


@blueprint.route("/desk/password/again", methods=["GET", "POST"])
@requires(permissions.DESK)
@limiting.limited("SIGN_IN_LIMIT")
def password_again() -> Page:
    """Before a dangerous act (see proving): is it still you?"""
    form = AgainForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        limiting.count("SIGN_IN_LIMIT", devices.trier(signing_in.acting_account().email))
        try:
            proving.prove(db.session(), password=form.password.data or "")
            signing_in.audit("account.password_again")
            db.session.commit()
            return redirect(signing_in.own_page(form.next.data or ""), 303)
        except signing_in.WrongCredentials:
            form.refuse(Refused(gettext("This is not your password. Try again."), field="password"))
    return render_template("accounts/password_again.html", form=form), form.status


@blueprint.get("/desk/accounts")
@requires(permissions.ACCOUNTS)
def people() -> Page:
    page = paginate(db.session(), keeping.by_address(), number=request.args.get("page", 1, int))
    return render_template("accounts/people.html", page=page, role_words=dict(ROLES))


@blueprint.route("/desk/accounts/add", methods=["GET", "POST"])
@requires(permissions.ACCOUNTS)
def add() -> Page:
    form = AddForm()
    if form.validate_on_submit():
        try:
            account = keeping.add(
                db.session(),
                email=form.email.data or "",
                name=form.name.data or "",
                role=Role(form.role.data),
                password=form.password.data or "",
                now=now(),
            )
            signing_in.audit("account.add", "account", account.id, role=account.role)
            db.session.commit()
            flash(gettext("%(email)s can sign in now.", email=account.email), "success")
            return redirect(url_for(".people"), 303)
        except Refused as error:
            db.session.rollback()
            form.refuse(error)
    return render_template("accounts/add.html", form=form), form.status


@blueprint.route("/desk/accounts/<int:account_id>", methods=["GET", "POST"])
@requires(permissions.ACCOUNTS)
def change(account_id: int) -> Page:
    account = keeping.get(db.session(), account_id)
    form = RoleForm(role=account.role)
    if form.validate_on_submit():
        try:
            keeping.change_role(db.session(), account, role=Role(form.role.data))
            signing_in.audit("account.role", "account", account.id, role=account.role)
            db.session.commit()
            flash(gettext("The role of %(email)s is changed.", email=account.email), "success")
            return redirect(url_for(".people"), 303)
        except Refused as error:
            form.refuse(error)
    return _change_page(form, account)


@blueprint.post("/desk/accounts/<int:account_id>/disable")
@requires(permissions.ACCOUNTS)
def disable(account_id: int) -> Page:
    account = keeping.get(db.session(), account_id)
    try:
        keeping.disable(db.session(), account, now=now())
    except keeping.LastOwner as error:
        form = RoleForm(formdata=None, role=account.role)
        form.refuse(error)
        return _change_page(form, account)
    signing_in.audit("account.disable", "account", account.id)
    db.session.commit()
    flash(gettext("%(email)s can no longer sign in.", email=account.email), "success")
    return redirect(url_for(".people"), 303)


@blueprint.post("/desk/accounts/<int:account_id>/enable")
@requires(permissions.ACCOUNTS)
def enable(account_id: int) -> Page:
    account = keeping.get(db.session(), account_id)
    keeping.enable(account)
    signing_in.audit("account.enable", "account", account.id)
    db.session.commit()
    flash(gettext("%(email)s can sign in again.", email=account.email), "success")
    return redirect(url_for(".people"), 303)


@blueprint.get("/desk/audit")
@requires(permissions.AUDIT)
def audit() -> Page:
    form = TrailForm(request.args)
    form.validate()
    page = paginate(db.session(), trail.entries(form.chosen()), number=request.args.get("page", 1, int), size=50)
    kept = {name: value for name, value in request.args.items() if value and name in form}
    head = auditing.head(db.session())
    answer = render_template("accounts/audit.html", form=form, page=page, kept=kept, head=head, words=trail.words)
    return answer, form.status


def _change_page(form: RoleForm, account: Account) -> Page:
    return render_template("accounts/change.html", form=form, account=account, button=ButtonForm()), form.status
