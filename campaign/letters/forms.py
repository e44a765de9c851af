"""The forms of this feature: where a writer lives, who they are, their letter; and the organiser's templates."""

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Email, InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaign import countries
from campaign.campaigns.forms import LongText, line, text
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.letters.places import Option
from campaign.letters.rendering import LONGEST, LONGEST_SUBJECT, Sender
from campaign.officials import targets
from campaign.officials.models import Post

MANY = 8  # options; more are a list that folds
SENDER = ("given_name", "family_name", "address_lines", "city", "region", "postcode", "country", "email", "phone")


# What an organiser can insist on; the name is always asked.
REQUIRABLE = {
    "address_lines": lazy_gettext("Street and number"),
    "city": lazy_gettext("Town"),
    "region": lazy_gettext("State or region"),
    "postcode": lazy_gettext("Postcode"),
    "country": lazy_gettext("Country"),
    "email": lazy_gettext("E-mail address"),
    "phone": lazy_gettext("Telephone"),
}


class PlaceForm(Form):
    """Where somebody lives."""

    country = SelectField(lazy_gettext("Country"), validate_choice=False, render_kw={"autocomplete": "country"})
    postcode = StringField(
        lazy_gettext("Postcode"),
        [InputRequired(lazy_gettext("Enter your postcode, or choose your place by hand.")), Plain(), Longest(20)],
        filters=[cleaned],
        render_kw={"autocomplete": "postal-code"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries.choices(language())

    def validate_country(self, field: Field) -> None:
        if field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))


class AreaForm(Form):
    """One of several places, each with its member's name."""

    area: Any = RadioField(lazy_gettext("Where do you live?"), validate_choice=False)

    def validate_area(self, field: Any) -> None:
        if field.data not in [value for value, _ in field.choices]:
            raise ValidationError(gettext("Choose one."))


class LongAreaForm(AreaForm):
    """The same for lists that would fill a screen."""

    area: Any = SelectField(lazy_gettext("Where do you live?"), validate_choice=False)


def areas(options: Sequence[Option], *, sent: bool = False) -> AreaForm:
    """The form for these places. sent: it comes back with an answer."""
    kind = LongAreaForm if len(options) > MANY else AreaForm
    form = kind() if sent else kind(formdata=None)
    form.area.choices = [(option.area.id, option.words) for option in options]
    if kind is LongAreaForm:
        form.area.choices.insert(0, ("", gettext("Choose one")))
    return form


class DetailsForm(Form):
    """Who writes: only what this letter needs (see `details`)."""

    given_name = StringField(
        lazy_gettext("Given name"),
        [DataRequired(lazy_gettext("Enter your name.")), Plain(), Longest(100)],
        filters=[cleaned],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        lazy_gettext("Family name"),
        [Plain(), Longest(100)],
        filters=[cleaned],
        description=lazy_gettext("Leave it empty if you have one name."),
        render_kw={"autocomplete": "family-name"},
    )
    address_lines = TextAreaField(
        lazy_gettext("Street and number"),
        [Plain(lines=True), Longest(300)],
        filters=[cleaned],
        description=lazy_gettext("Offices answer people of their own area first, and look at the address."),
        render_kw={"autocomplete": "street-address", "rows": 3},
    )
    city = StringField(
        lazy_gettext("Town"), [Plain(), Longest(100)], filters=[cleaned], render_kw={"autocomplete": "address-level2"}
    )
    region = StringField(
        lazy_gettext("State or region"),
        [Plain(), Longest(100)],
        filters=[cleaned],
        render_kw={"autocomplete": "address-level1"},
    )
    postcode = StringField(
        lazy_gettext("Postcode"), [Plain(), Longest(20)], filters=[cleaned], render_kw={"autocomplete": "postal-code"}
    )
    country = SelectField(lazy_gettext("Country"), validate_choice=False, render_kw={"autocomplete": "country"})
    email = EmailField(
        lazy_gettext("E-mail address"),
        [Optional(), Email(lazy_gettext("Write it like this: name@example.org")), Plain(), Longest(254)],
        filters=[cleaned],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = StringField(
        lazy_gettext("Telephone"),
        [Plain(), Longest(40)],
        filters=[cleaned],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )

    def validate_country(self, field: Field) -> None:
        if field.data and field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))

    def sender(self) -> Sender:
        return Sender(**{name: self[name].data or "" for name in SENDER if name in self})


def details(
    asked: Collection[str], *, sent: bool, known: dict[str, str] | None = None, required: Collection[str] = ()
) -> DetailsForm:
    """The form with just these fields. sent: it comes back; known: what we can fill in already."""
    form = DetailsForm() if sent else DetailsForm(formdata=None, data=known)
    for name in SENDER:
        if name not in asked:
            del form[name]
        elif name in required:
            form[name].validators = [DataRequired(gettext("This letter needs it. Fill it in.")), *form[name].validators]
        elif name != "given_name" and name != "country":
            form[name].flags.optional = True
    if "address_lines" in form and not {"city", "postcode"} & set(asked):
        _whole_address(form.address_lines)
    if "country" in form:
        form.country.choices = [("", gettext("Leave it out")), *countries.choices(language())]
    return form


def _whole_address(field: Field) -> None:
    """The letter has one field for the address: town and postcode go into it too."""
    field.label.text = gettext("Postal address")
    field.description = gettext(
        "Street and number, then town and postcode on a line of their own. "
        "Offices answer people of their own area first, and look at the address."
    )


class TextForm(Form):
    """The letter in the writer's own words. rendering.check_outgoing decides whether it can leave."""

    subject = StringField(lazy_gettext("Subject"), filters=[cleaned])
    body = LongText(lazy_gettext("Your letter"), filters=[cleaned], render_kw={"rows": 22})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.flags.most = LONGEST


class FollowUpForm(Form):
    """A writer wants to be asked for a reply. The fields of the letter travel in the same form, so names differ."""

    wish = BooleanField(
        lazy_gettext("Ask me in 14 days whether a reply came"),
        [InputRequired(lazy_gettext("Tick the box if you want to be asked."))],
    )
    wish_email = EmailField(
        lazy_gettext("E-mail address for the question"),
        [
            DataRequired(lazy_gettext("Enter your e-mail address.")),
            Longest(254),
            Plain(),
            Email(lazy_gettext("Write it like this: name@example.org")),
        ],
        filters=[cleaned],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class AddForm(Form):
    """A new letter."""

    title = line(lazy_gettext("Title of the letter"), 200, required=True)


class TemplateForm(Form):
    """One letter of a campaign. `find` lists offices by `search`."""

    title = line(lazy_gettext("Title"), 200, required=True)
    target = RadioField(lazy_gettext("Goes to"), validate_choice=False)
    search = line(lazy_gettext("Find an office by its name, or by who holds it"), 100)
    subject = line(lazy_gettext("Subject"), LONGEST_SUBJECT)
    body = text(lazy_gettext("Letter"), rows=22, most=LONGEST)
    talking_points = text(lazy_gettext("Talking points for the telephone, one per line"), rows=5, most=2000)
    requires: Any = SelectMultipleField(
        lazy_gettext("Writers must fill in"),
        choices=[SelectChoice(name, label) for name, label in REQUIRABLE.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    override_reason = line(lazy_gettext("Why it is right as it is"), 500)

    repeatable = frozenset({"requires"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A draft may be saved without them, yet nothing is published so: they are not called optional.
        self.subject.flags.optional = self.body.flags.optional = False

    def offer(self, posts: Sequence[Post]) -> None:
        """Set which offices can be chosen besides the rules."""
        rules = [(rule, str(label)) for rule, label in targets.LABELS.items()]
        self.target.choices = [*rules, *((post.id, f"{post.label}, {post.organization.name}") for post in posts)]

    def validate_target(self, field: Any) -> None:
        """A draft may not know yet; publishing asks for it."""
        if field.data and field.data not in [value for value, _ in field.choices]:
            raise ValidationError(gettext("Choose one of these, or find another office."))

    def values(self) -> dict[str, Any]:
        """What editing.change takes."""
        said = {name: self[name].data or "" for name in ("title", "target", "subject", "body", "talking_points")}
        return said | {"requires": [name for name in REQUIRABLE if name in (self.requires.data or [])]}


class ObjectionForm(Form):
    """An office stops the letters of this site."""

    reason = line(lazy_gettext("Would you tell us why?"), 500)


class DeleteForm(Form):
    """The button that deletes, on a page that asks."""
