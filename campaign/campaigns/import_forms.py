"""What organisers type to get news from the web: the address of an article."""

from wtforms import URLField
from wtforms.validators import DataRequired

from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import lazy_gettext


class AddressForm(Form):
    """Where an article stands on the web."""

    url = URLField(
        lazy_gettext("Address of the article"),
        [
            DataRequired(lazy_gettext("Write the address of the article, beginning with https://.")),
            Plain(),
            Longest(2000),
        ],
        filters=[cleaned],
    )
