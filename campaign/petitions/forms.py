"""The forms of this feature: signing, acting on a mailed link, editing the petition."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaign import countries
from campaign.campaigns.forms import line, text
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.mail.outbox import ImpossibleAddress, refuse_impossible
from campaign.officials.models import Post
from campaign.petitions import names
from campaign.petitions.editing import LONGEST_DEMAND
from campaign.petitions.misspellings import better_address
from campaign.petitions.signers import deliverable

LONGEST_COMMENT = 1000
NO = (False, "", "no", "false", "0")


class OneAddress:
    """Exactly one complete e-mail address; whether its mailbox exists only the confirmation tells."""

    def __call__(self, form: Any, field: Field) -> None:
        address = field.data or ""
        if address.count("@") > 1 and any(sign in address for sign in ",; \t\n"):
            raise StopValidation(gettext("One address only. Each person signs with their own."))
        try:
            # Mail servers differ on letters beyond ASCII before the @; a mail that never arrives helps nobody.
            validate_email(address, check_deliverability=False, allow_smtputf8=False)
            # Our outbox is stricter, and refuses after the signature: “=?x?=@example.org” is read as an encoded word.
            refuse_impossible(deliverable(address))
        except (EmailNotValidError, ImpossibleAddress) as error:
            message = gettext("This is not a complete address. Write it like this: name@example.org")
            if not address.rpartition("@")[0].isascii():
                message = gettext("We cannot send mail to addresses with such letters before the @ yet. Use another.")
            raise StopValidation(message) from error


class SignForm(Form):
    """Put one's name under a petition."""

    given_name = StringField(
        lazy_gettext("Given name"),
        [DataRequired(lazy_gettext("Enter your name.")), Longest(names.LONGEST), Plain(), names.Name()],
        filters=[cleaned],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        lazy_gettext("Family name"),
        [Optional(), Longest(names.LONGEST), Plain(), names.Name()],
        filters=[cleaned],
        description=lazy_gettext("Leave it empty if you have one name."),
        render_kw={"autocomplete": "family-name"},
    )
    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter your e-mail address.")), OneAddress(), Plain()],
        filters=[cleaned],
        description=lazy_gettext("We send one mail to it, with a link that confirms your signature."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    country = SelectField(lazy_gettext("Country"), validate_choice=False, render_kw={"autocomplete": "country"})
    postcode = StringField(
        lazy_gettext("Postcode"),
        [Plain()],
        filters=[cleaned],
        description=lazy_gettext("Leave it empty where there are none."),
        render_kw={"autocomplete": "postal-code"},
    )
    comment = TextAreaField(
        lazy_gettext("Why do you sign?"),
        [Optional(), Plain(lines=True), Longest(LONGEST_COMMENT)],
        filters=[cleaned],
        render_kw={"rows": 4},
    )
    show_name = BooleanField(
        lazy_gettext("Show my name on this site as one of those who signed"),
        false_values=NO,
        render_kw={"value": "yes"},
    )
    subscribe = BooleanField(
        lazy_gettext("Write to me about what comes of this petition"), false_values=NO, render_kw={"value": "yes"}
    )
    # The address for which "did you mean …?" was shown: sent again unchanged, it is taken as it is.
    email_offered = HiddenField(filters=[cleaned])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [("", gettext("Choose a country")), *countries.choices(language())]

    def validate_email(self, field: Field) -> None:
        """Runs when the address is complete. Offers a better one once, and never insists."""
        offered = better_address(field.data)
        if offered and self.email_offered.data != field.data:
            self.email_offered.data = field.data
            message = gettext("Did you mean %(offered)s? Change it, or send the form again to keep it.")
            raise ValidationError(message % {"offered": offered})

    def validate_country(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))

    def validate_postcode(self, field: Field) -> None:
        """Together with the country: which is known here even when it comes later on the page."""
        problem = countries.postcode_problem((self.country.data or "").upper(), field.data or "", language())
        if problem:
            raise ValidationError(problem)

    def values(self) -> dict[str, Any]:
        """What signing.sign takes of a person."""
        typed = {name: self[name].data or "" for name in ("given_name", "family_name", "email", "country", "comment")}
        return typed | {
            "postcode": countries.tidy_postcode(self.postcode.data or ""),
            "show_name": bool(self.show_name.data),
            "subscribe": bool(self.subscribe.data),
        }


class ActForm(Form):
    """A button on the page of a signature."""

    act = HiddenField()

    def validate_act(self, field: Field) -> None:
        if field.data not in ("confirm", "withdraw", "disown"):
            raise ValidationError(gettext("Press one of the buttons."))


class PetitionForm(Form):
    """What an organiser says about a petition. `find` lists offices by `search`; nothing is saved then."""

    repeatable = frozenset({"post_ids"})

    demand = line(lazy_gettext("Demand, in one sentence"), LONGEST_DEMAND, required=True)
    body = text(lazy_gettext("Text of the petition"), rows=12)
    goal = IntegerField(lazy_gettext("Goal: signatures wanted"), [Optional()])
    opens_at = DateField(lazy_gettext("First day"), [Optional()])
    closes_at = DateField(lazy_gettext("Last day"), [Optional()])
    post_ids = SelectMultipleField(
        lazy_gettext("Addressed to"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    search = line(lazy_gettext("Find an office by its name, or by who holds it"), 100)
    find = BooleanField()  # the button beside the search

    def offer(self, posts: list[Post]) -> None:
        """Set which offices can be ticked."""
        self.post_ids.choices = [(post.id, f"{post.label}, {post.organization.name}") for post in posts]
