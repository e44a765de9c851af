"""Forms of the signatures' page."""

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from campaign.forms import Form, cleaned
from campaign.i18n import lazy_gettext

FORMATS = (
    ("csv", lazy_gettext("A table (CSV), for a spreadsheet")),
    ("pdf", lazy_gettext("A book (PDF), to print and hand over: cover, petition, numbered list")),
)


class ExportForm(Form):
    """Which list to make. Only one profile exists yet, so nobody is asked for it."""

    format = RadioField(lazy_gettext("Make a list as"), choices=[SelectChoice(*one) for one in FORMATS], default="csv")
    profile = HiddenField(filters=[cleaned], default="delivery")
