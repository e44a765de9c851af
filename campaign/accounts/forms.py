"""Forms of organisers: signing in, and keeping accounts."""

from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, EqualTo

from campaign.accounts import passwords
from campaign.accounts.permissions import Role
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import lazy_gettext

ROLES = (
    (Role.EDITOR.value, lazy_gettext("Editor: writes and publishes campaigns")),
    (Role.DELIVERER.value, lazy_gettext("Deliverer: exports and delivers signatures")),
    (Role.VIEWER.value, lazy_gettext("Viewer: sees the desk and its numbers, never a signer")),
    (Role.OWNER.value, lazy_gettext("Owner: everything, accounts included")),
)


class SignInForm(Form):
    email = EmailField(
        lazy_gettext("E-mail address"), filters=[cleaned], validators=[DataRequired(REQUIRED), Plain(), Longest(320)]
    )
    password = PasswordField(lazy_gettext("Password"), validators=[DataRequired(REQUIRED), Longest(passwords.LONGEST)])
    next = HiddenField(filters=[cleaned])


class AddForm(Form):
    email = EmailField(
        lazy_gettext("E-mail address"), filters=[cleaned], validators=[DataRequired(REQUIRED), Plain(), Longest(320)]
    )
    name = StringField(lazy_gettext("Name"), filters=[cleaned], validators=[Plain(), Longest(200)])
    role = SelectField(lazy_gettext("Role"), choices=[SelectChoice(*role) for role in ROLES])
    password = PasswordField(
        lazy_gettext("First password"), validators=[DataRequired(REQUIRED), Longest(passwords.LONGEST)]
    )


class RoleForm(Form):
    role = SelectField(lazy_gettext("Role"), choices=[SelectChoice(*role) for role in ROLES])


class PasswordForm(Form):
    current = PasswordField(
        lazy_gettext("Current password"), validators=[DataRequired(REQUIRED), Longest(passwords.LONGEST)]
    )
    password = PasswordField(
        lazy_gettext("New password"), validators=[DataRequired(REQUIRED), Longest(passwords.LONGEST)]
    )
    again = PasswordField(
        lazy_gettext("New password, once more"),
        validators=[EqualTo("password", lazy_gettext("The two new passwords differ. Type the same one twice."))],
    )


class AgainForm(Form):
    password = PasswordField(
        lazy_gettext("Your password"), validators=[DataRequired(REQUIRED), Longest(passwords.LONGEST)]
    )
    next = HiddenField(filters=[cleaned])


class ButtonForm(Form):
    """A button alone, with its token."""
