"""The forms of batches: a file, what its columns are, what the organiser declares, and rows typed from paper."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, Field, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaign import countries
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.petitions import asking
from campaign.petitions.batches import columns
from campaign.petitions.batches.receiving import LONGEST_BASIS, LONGEST_WORDING
from campaign.petitions.models import Batch, Petition
from campaign.petitions.origins import SOURCES

ROWS = 10  # on a page to type in, as on a sheet
# What is typed from a sheet, as far as the petition asks it.
TYPED = {
    "given_name": lazy_gettext("Given name"),
    "family_name": lazy_gettext("Family name"),
    "organisation": lazy_gettext("Organisation"),
    "postcode": lazy_gettext("Postcode"),
    "city": lazy_gettext("Town or city"),
    "phone": lazy_gettext("Phone number"),
    "comment": lazy_gettext("Comment"),
}
_BASIS = lazy_gettext("How did these people sign, and what were they told?")
_BASIS_HINT = lazy_gettext(
    "In your own words: where, when, below which text, and what they knew about who gets their data. It is kept with "
    "the batch, and each of them can read it."
)
_VERSION = lazy_gettext("Which version of the text did they agree to?")
_FAMILY_NAME = lazy_gettext("family name")


def _said(label: Any, *, rows: int, most: int) -> TextAreaField:
    """A text that must be given; what it must be like the domain says."""
    checks = [Plain(lines=True), Longest(most)]
    return TextAreaField(label, checks, filters=[cleaned], render_kw={"rows": rows})


class UploadForm(Form):
    """A table of signatures."""

    file = FileField(lazy_gettext("File"))

    def validate_file(self, field: Field) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Choose a file."))


class ColumnsForm(Form):
    """Where a file is from and what its columns are. Made by `columns_form`, with a field for each column."""

    source = SelectField(
        lazy_gettext("Where do these signatures come from?"),
        choices=[SelectChoice(*source) for source in SOURCES.items()],
    )
    country = SelectField(lazy_gettext("Country of rows that name none"), validate_choice=False)
    signed_on = DateField(lazy_gettext("Day of signing, for rows without one"), [Optional()])

    def offer(self, petition: Petition) -> None:
        """Set what can be chosen."""
        self.country.choices = _countries(gettext("None: such rows are refused"))
        for column in self.columns:
            column.choices = [SelectChoice(*choice) for choice in columns.choices(petition)]

    @property
    def columns(self) -> list[Any]:
        """The fields of the columns, in their order."""
        return [field for name, field in self._fields.items() if name.startswith("column_")]


class ApplyForm(Form):
    """What the organiser answers for before a batch counts."""

    repeatable = frozenset({"told"})

    basis = _said(_BASIS, rows=4, most=LONGEST_BASIS)
    text_version = SelectField(_VERSION, coerce=int)
    told: Any = SelectMultipleField(
        lazy_gettext("They knew that their name and country would be handed over. What else?"),
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=lazy_gettext("What is not ticked is in no list that is handed over with these signatures."),
    )
    # Asked only where somebody agreed; the domain knows.
    wording = _said(lazy_gettext("The words they agreed to who agreed to be written to"), rows=2, most=LONGEST_WORDING)

    def offer(self, petition: Petition) -> None:
        """Set which versions and fields there are."""
        self.text_version.choices = _versions(petition)
        words: Mapping[str, object] = {"family_name": _FAMILY_NAME} | asking.WORDS
        names = [name for name in asking.handed_over(petition) if name not in ("given_name", "country")]
        self.told.choices = [SelectChoice(name, words[name]) for name in names]


class TypedForm(Form):
    """Rows of a sheet of paper. Made by `typed_form`, with the fields that the petition asks."""

    sheet = IntegerField(
        lazy_gettext("Number of the sheet"),
        [Optional()],
        description=lazy_gettext("Printed at its foot. Leave it empty for paper of another kind."),
    )
    signed_on = DateField(lazy_gettext("Day of signing, or the last of the days"), [DataRequired(REQUIRED)])
    country = SelectField(lazy_gettext("Country"), validate_choice=False)
    text_version = SelectField(_VERSION, coerce=int)
    basis = _said(_BASIS, rows=3, most=LONGEST_BASIS)

    def offer(self, petition: Petition) -> None:
        """Set which versions and countries there are."""
        self.text_version.choices = _versions(petition)
        self.country.choices = _countries(gettext("Choose a country"))
        self.names = typed_names(petition)

    def validate_country(self, field: Field) -> None:
        if field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))

    @property
    def rows(self) -> list[list[Any]]:
        """The fields, row by row."""
        return [[self[f"row{row}_{name}"] for name in self.names] for row in range(ROWS)]

    def typed(self) -> list[dict[str, str]]:
        """What stands in each row, by field."""
        return [{name: self[f"row{row}_{name}"].data or "" for name in self.names} for row in range(ROWS)]

    def refuse_rows(self, problems: Mapping[tuple[int, str], str]) -> None:
        """Show what is wrong beside each field."""
        for (row, name), message in problems.items():
            self[f"row{row}_{name}"].errors = [message]


def columns_form(batch: Batch) -> ColumnsForm:
    """With what the batch has; and a field for each of its columns."""
    made = _columns_class(tuple(batch.header))
    known = {f"column_{number}": field for number, field in enumerate(batch.fields)}
    form = made(source=batch.source, country=batch.country, signed_on=batch.signed_on, **known)
    form.offer(batch.petition)
    return form


def typed_form(petition: Petition, **known: Any) -> TypedForm:
    """The form of this petition. known: what its fields start with."""
    labels = {f"{columns.QUESTION}{question.id}": question.label for question in asking.questions(petition)}
    form = _typed_class(tuple((name, labels.get(name, "")) for name in typed_names(petition)))(**known)
    form.offer(petition)
    return form


def typed_names(petition: Petition) -> tuple[str, ...]:
    """The fields of a row on paper: those that are handed over, but for the country; then the petition's questions."""
    asked = asking.handed_over(petition)
    questions = (f"{columns.QUESTION}{question.id}" for question in asking.questions(petition))
    return (*(name for name in TYPED if name in asked), *questions)


def _versions(petition: Petition) -> list[Any]:
    return [SelectChoice(one.version, f"{one.version}: {one.demand}") for one in reversed(petition.texts)]


def _countries(none: str) -> list[Any]:
    return [SelectChoice(*choice) for choice in [("", none), *countries.choices(language())]]


@lru_cache(maxsize=64)
def _columns_class(header: tuple[str, ...]) -> type[ColumnsForm]:
    fields: dict[str, Any] = {
        f"column_{number}": SelectField(name or str(number + 1), validate_choice=False)
        for number, name in enumerate(header)
    }
    return type("ColumnsForm", (ColumnsForm,), fields)


@lru_cache(maxsize=64)
def _typed_class(names: tuple[tuple[str, str], ...]) -> type[TypedForm]:
    """names: with the label of each that is a question."""
    fields: dict[str, Any] = {
        f"row{row}_{name}": StringField(label or TYPED[name], [Longest(1000), Plain()], filters=[cleaned])
        for row in range(ROWS)
        for name, label in names
    }
    return type("TypedForm", (TypedForm,), fields)
