"""Forms of organisers: signing in, and keeping accounts."""

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired

from campaign.accounts.permissions import Role
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import lazy_gettext

ROLES = (
    (Role.OWNER.value, lazy_gettext("Owner: everything, accounts included")),
    (Role.EDITOR.value, lazy_gettext("Editor: writes and publishes campaigns")),
    (Role.DELIVERER.value, lazy_gettext("Deliverer: exports and delivers signatures")),
    (Role.VIEWER.value, lazy_gettext("Viewer: sees the desk and its numbers, never a signer")),
)


class SignInForm(Form):
    email = EmailField(
        lazy_gettext("Email address"), filters=[cleaned], validators=[DataRequired(REQUIRED), Plain(), Longest(320)]
    )
    password = PasswordField(lazy_gettext("Password"), validators=[DataRequired(REQUIRED), Longest(200)])
    next = HiddenField(filters=[cleaned])


class SignOutForm(Form):
    """The button alone, with its token."""
