"""Forms of the signatures' page."""

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from campaign.delivery import book
from campaign.forms import Form, cleaned
from campaign.i18n import lazy_gettext

FORMATS = (
    ("csv", lazy_gettext("A table (CSV), for a spreadsheet")),
    ("pdf", lazy_gettext("A book (PDF), to print and hand over: cover, petition, numbered list")),
)


class ExportForm(Form):
    """Which list to make. Only one profile exists yet, so nobody is asked for it."""

    format = RadioField(
        lazy_gettext("Make a list as"),
        choices=[SelectChoice(*one) for one in FORMATS],
        default="csv",
        description=lazy_gettext(
            "A book of more than %(rows)s signatures comes in volumes, in one .zip file.", rows=book.ROWS_PER_VOLUME
        ),
    )
    profile = HiddenField(filters=[cleaned], default="delivery")
