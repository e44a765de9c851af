"""Forms of the signatures' page."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.delivery.books import making as book
from campaign.delivery.choosing import Choice
from campaign.errors import Refused
from campaign.forms import Form, Plain, cleaned
from campaign.i18n import figure, lazy_gettext
from campaign.petitions import asking

FORMATS = (
    ("csv", lazy_gettext("A table (CSV), for a spreadsheet")),
    ("xlsx", lazy_gettext("A table (XLSX), for Excel or LibreOffice")),
    ("pdf", lazy_gettext("A book (PDF), to print and hand over: cover, petition, numbered list")),
    ("csv,pdf", lazy_gettext("Table and book together, as a package")),
    ("json", lazy_gettext("Data (JSON, OSDI), for other campaign tools")),
    ("machine-csv", lazy_gettext("Data (CSV that loses nothing): dangerous to open in a spreadsheet")),
)
PROFILES = (
    ("delivery", lazy_gettext("To hand over: what signers were told of, never e-mail addresses")),
    ("crm", lazy_gettext("To write to people: name and e-mail address of those who asked for updates")),
    ("backup", lazy_gettext("To keep safe: everything, of everybody. You are asked for your password")),
)
NAME_FORMS = (
    ("full", lazy_gettext("Ada Lovelace")),
    ("initial", lazy_gettext("A. Lovelace")),
    ("initials-place", lazy_gettext("A. L., Ohio: without postcode, town, organisation and telephone")),
)
FAMILY_NAME = lazy_gettext("family name")
# Nobody is left without a name and a country.
LEAVABLE = tuple(name for name in asking.HANDED_OVER if name not in ("given_name", "country"))


def _choices(pairs: Any) -> list[Any]:
    return [SelectChoice(*pair) for pair in pairs]


def _ticks(label: Any, **kwargs: Any) -> Any:
    return SelectMultipleField(label, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), **kwargs)


class ExportForm(Form):
    """Which list to make: for whom, as what, and of which signatures."""

    repeatable = frozenset({"without", "text_versions", "consents"})

    format = RadioField(
        lazy_gettext("Make a list as"),
        choices=_choices(FORMATS),
        default="csv",
        description=lazy_gettext(
            "A book of more than %(rows)s signatures comes in volumes, in one .zip file.",
            rows=LazyString(figure, book.ROWS_PER_VOLUME),
        ),
    )
    profile = RadioField(lazy_gettext("What is it for?"), choices=_choices(PROFILES), default="delivery")
    name_form = RadioField(lazy_gettext("Names as"), choices=_choices(NAME_FORMS), default="full")
    is_package = BooleanField(
        lazy_gettext("As a package (.zip) with a manifest, so that whoever gets it can check that nothing was changed")
    )
    by_office = BooleanField(lazy_gettext("A list for each office, with the people of its district (a package)"))
    without = _ticks(lazy_gettext("Leave out"), choices=[])
    new_only = BooleanField(lazy_gettext("Only what an office has not been handed yet"))
    office = RadioField(lazy_gettext("Which office?"), validate_choice=False, choices=[])
    first_on = DateField(lazy_gettext("Confirmed from this day on"), [Optional()])
    last_on = DateField(lazy_gettext("Confirmed up to this day"), [Optional()])
    areas = StringField(
        lazy_gettext("Countries or parts of them"),
        [Optional(), Plain()],
        filters=[cleaned],
        description=lazy_gettext("As codes with commas: US-OH, US-PA, FR. Empty for everywhere."),
    )
    text_versions = _ticks(lazy_gettext("Who agreed to version"), choices=[], coerce=int)
    consents = _ticks(lazy_gettext("Who agreed to be written to in these words"), choices=[])

    def offer(
        self,
        *,
        fields: Sequence[str],
        texts: Mapping[int, str],
        consents: Mapping[str, str],
        offices: Mapping[str, str],
        is_owner: bool,
    ) -> None:
        """What there is to choose: what the petition asks, its texts, words people agreed to, who was handed lists."""
        words = {"family_name": FAMILY_NAME} | asking.WORDS
        self.without.choices = _choices((name, words[name]) for name in LEAVABLE if name in fields)
        self.text_versions.choices = _choices((version, f"{version}: {demand}") for version, demand in texts.items())
        self.consents.choices = _choices((name, f"{name}: {wording}") for name, wording in consents.items())
        self.office.choices = _choices(offices.items())
        self.profile.choices = _choices(pair for pair in PROFILES if is_owner or pair[0] != "backup")

    def refuse(self, error: Refused) -> None:
        """Fields are chosen here by leaving some out."""
        super().refuse(Refused(error.message, field="without") if error.field == "fields" else error)

    @property
    def is_filtered(self) -> bool:
        """True when something below “Which signatures” is filled in, so that it is shown open."""
        choice = self.choice() if not self.errors else None
        return choice is None or bool(choice.filter() or self.without.data)

    def choice(self) -> Choice:
        """What was chosen."""
        left_out = set(self.without.data or ())
        fields = tuple(name for name in self.without_choices if name not in left_out) if left_out else None
        return Choice(
            profile=self.profile.data or "delivery",
            name_form=self.name_form.data or "full",
            fields=fields,
            by_office=bool(self.by_office.data),
            new_only=bool(self.new_only.data),
            office=self.office.data or "",
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            areas=tuple(code.strip() for code in (self.areas.data or "").split(",") if code.strip()),
            text_versions=tuple(self.text_versions.data or ()),
            consents=tuple(self.consents.data or ()),
        )

    @property
    def without_choices(self) -> list[str]:
        """The fields that can be left out here."""
        return [str(choice.value) for choice in self.without.choices or ()]


class CommentsForm(Form):
    """Which of the comments on a page stand in the book. wanted, seen: marks of comments, see comments.py."""

    repeatable = frozenset({"wanted", "seen"})

    wanted = _ticks(lazy_gettext("Print in the book"), choices=[], validate_choice=False)
    seen = SelectMultipleField(choices=[], validate_choice=False)
