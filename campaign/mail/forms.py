"""What an organiser can type in on the pages of outgoing mail."""

from wtforms import EmailField, IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional

from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import lazy_gettext


class ButtonForm(Form):
    """A button alone, with its token."""


class PauseForm(Form):
    reason = StringField(
        lazy_gettext("Why, for the others at this desk"),
        [Optional(), Plain(), Longest(300)],
        filters=[cleaned],
    )


class LetGoForm(Form):
    number = IntegerField(
        lazy_gettext("How many mails may leave"),
        [
            DataRequired(lazy_gettext("Enter a number, such as 1000.")),
            NumberRange(1, 1_000_000, lazy_gettext("Enter a number between 1 and 1,000,000.")),
        ],
        default=1000,
    )


class LiftForm(Form):
    email = EmailField(
        lazy_gettext("E-mail address"), [DataRequired(REQUIRED), Plain(), Longest(320)], filters=[cleaned]
    )
