"""What people who want news type and choose."""

from typing import Any

from flask import request
from flask_wtf.csrf import CSRFError
from wtforms import EmailField, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf, DataRequired
from wtforms.widgets import CheckboxInput

from campaign.forms import Form, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.petitions.sign_form import OneAddress, narrow
from campaign.subscriptions.models import FREQUENCIES
from campaign.subscriptions.topics import Topic

ACTS = ("confirm", "disown", "save", "pause", "resume", "end", "erase")
FREQUENCY_WORDS = {
    "at_once": lazy_gettext("At once, when something happens"),
    "daily": lazy_gettext("Once a day"),
    "weekly": lazy_gettext("Once a week, on Mondays"),
}
assert set(FREQUENCY_WORDS) == set(FREQUENCIES)  # noqa: S101  # a choice without a word would print its code


class SubscribeForm(Form):
    """An address, and what it wants to hear of."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter your e-mail address.")), OneAddress(), Plain()],
        filters=[cleaned, narrow],
        description=lazy_gettext("We send one mail to it, with a link that confirms."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    wish = HiddenField(filters=[cleaned])
    # No person sees this one, and its name tempts programs that fill in whatever there is.
    website = StringField(lazy_gettext("Leave this field empty"), render_kw={"autocomplete": "off"})

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that no program filled it in. A small form on another page has no token; it is sent once more here."""
        valid = super().validate(extra_validators)
        if self.website.data:
            self.website.errors = [gettext("Something filled this in for you. Leave this field empty.")]
            valid = False
        if "csrf_token" in self.errors:
            if request.form.get("csrf_token"):
                raise CSRFError
            self.csrf_token.errors = []
            self.form_errors.append(gettext("Press the button once more, so that we know it was you."))
        return valid


class Boxes(SelectMultipleField):
    """Several of a list, each with a box."""

    option_widget = CheckboxInput()


class ManageForm(Form):
    """What to get, how often; or one of the other buttons of the page."""

    repeatable = frozenset({"categories", "campaigns", "officials"})
    FIELDS = {"category": "categories", "campaign": "campaigns", "official": "officials"}

    act = HiddenField(validators=[AnyOf(ACTS, lazy_gettext("Press one of the buttons."))])
    frequency = RadioField(
        lazy_gettext("How often"),
        choices=[SelectChoice(*choice) for choice in FREQUENCY_WORDS.items()],
        validate_choice=False,
    )
    categories = Boxes(lazy_gettext("Categories"), validate_choice=False)
    campaigns = Boxes(lazy_gettext("Campaigns"), validate_choice=False)
    officials = Boxes(lazy_gettext("Offices"), validate_choice=False)

    def offer(self, offered: dict[str, list[Topic]]) -> None:
        """What stands beside the boxes."""
        for kind, name in self.FIELDS.items():
            self[name].choices = [SelectChoice(topic.value, topic.name_in(language())) for topic in offered[kind]]

    @property
    def chosen(self) -> list[str]:
        """The values of all boxes that are ticked."""
        return [value for name in self.FIELDS.values() for value in self[name].data or []]
