"""Forms of organisers: signing in, and keeping accounts."""

from werkzeug.datastructures import MultiDict
from wtforms import DateField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, EqualTo, Optional

from campaign.accounts import passwords
from campaign.accounts.permissions import Role
from campaign.accounts.trail import WORDS, Chosen
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext

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


class TrailForm(Form):
    """Which entries of the audit trail."""

    class Meta(Form.Meta):
        csrf = False  # it changes nothing

    who = StringField(lazy_gettext("Who"), [Optional(), Plain(), Longest(320)], filters=[cleaned])
    action = SelectField(lazy_gettext("Did what"), default="")
    object = StringField(
        lazy_gettext("To what"),
        [Optional(), Plain(), Longest(160)],
        filters=[cleaned],
        description=lazy_gettext("The short name of a campaign or the number of a list, as the trail has it."),
    )
    since = DateField(lazy_gettext("From this day on"), [Optional()])
    until = DateField(lazy_gettext("Up to this day"), [Optional()])

    def __init__(self, formdata: MultiDict[str, str]) -> None:
        super().__init__(formdata)
        known = sorted((str(text), action) for action, text in WORDS.items())
        choices = [("", gettext("Anything")), *((action, text) for text, action in known)]
        self.action.choices = [SelectChoice(*one) for one in choices]

    def chosen(self) -> Chosen:
        """What is filled in right; the rest leaves nothing out."""
        given = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return Chosen(**given)


class ButtonForm(Form):
    """A button alone, with its token."""
