"""The forms of this feature: where somebody lives; a roster to read in; a term of office to correct."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from campaign import countries
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.officials import reporting

MOST_FILES = 12
# What a person can say of an end (see `reviewing.CHOICES`).
END_KINDS = {
    "recorded": lazy_gettext("It is a fact"),
    "expected": lazy_gettext("It is announced, and may change"),
    "unknown": lazy_gettext("Nothing: the term goes on"),
}


class LookupForm(Form):
    """Where somebody lives. It changes nothing, so it needs no token, and nobody gets a cookie for asking."""

    class Meta(Form.Meta):
        csrf = False

    country = SelectField(lazy_gettext("Country"), validate_choice=False, render_kw={"autocomplete": "country"})
    postcode = StringField(
        lazy_gettext("Postcode"),
        [InputRequired(lazy_gettext("Enter your postcode, or choose your place from the list.")), Plain(), Longest(20)],
        filters=[cleaned],
        render_kw={"autocomplete": "postal-code"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries.choices(language())

    def validate_country(self, field: Any) -> None:
        if field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))


class StateForm(Form):
    """In which of several states somebody lives whose postcode crosses a border."""

    class Meta(Form.Meta):
        csrf = False

    state: Any = RadioField(lazy_gettext("In which state do you live?"), validate_choice=False)


class ReportForm(Form):
    """What is wrong with an office, said by a visitor. No token: nobody gets a cookie for telling us."""

    class Meta(Form.Meta):
        csrf = False

    text = TextAreaField(
        lazy_gettext("What is wrong, and how do you know?"),
        [DataRequired(lazy_gettext("Say what is wrong.")), Plain(lines=True), Longest(reporting.LONGEST)],
        filters=[cleaned],
        description=lazy_gettext("The address of an official page helps most. Leave out who you are."),
    )


class ImportForm(Form):
    """Rosters to read in."""

    repeatable = frozenset({"files"})

    files = MultipleFileField(lazy_gettext("Files"))
    as_of = DateField(
        lazy_gettext("Day the files speak for"),
        [Optional()],
        description=lazy_gettext("Leave it empty when it stands in the file or its name."),
    )
    older = BooleanField(
        lazy_gettext("A list may be older than the newest here"),
        description=lazy_gettext("It adds to the history of offices and changes nobody who is in office now."),
    )

    def validate_files(self, field: Any) -> None:
        chosen = [file for file in field.data or [] if getattr(file, "filename", "")]
        if not chosen:
            raise ValidationError(gettext("Choose one file or several."))
        if len(chosen) > MOST_FILES:
            raise ValidationError(gettext("Choose %(most)s files at most.", most=MOST_FILES))


class TermForm(Form):
    """One person's time in one office, as somebody found out."""

    start = DateField(lazy_gettext("First day in office"), [DataRequired(REQUIRED)])
    end = DateField(
        lazy_gettext("First day no longer in office"),
        [Optional()],
        description=lazy_gettext("Leave it empty while it goes on."),
    )
    end_kind = SelectField(lazy_gettext("What we know of the end"))
    acting = BooleanField(lazy_gettext("Stands in for the holder"))
    reason = StringField(
        lazy_gettext("How you know"),
        [
            DataRequired(lazy_gettext("Say how you know: an address of a page, a letter, a call.")),
            Plain(),
            Longest(500),
        ],
        filters=[cleaned],
        description=lazy_gettext("Organisers will see this beside the term."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.end_kind.choices = list(END_KINDS.items())


class ButtonForm(Form):
    """A button alone, with its token."""
