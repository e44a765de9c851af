"""What organisers type to get news from the web: the address of an article, of a feed."""

from wtforms import SelectField, StringField, URLField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from campaign.articles.feeds import PACES
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import lazy_gettext

PACE_WORDS = {
    10: lazy_gettext("every 10 minutes"),
    30: lazy_gettext("every half hour"),
    60: lazy_gettext("every hour"),
    360: lazy_gettext("four times a day"),
    1440: lazy_gettext("once a day"),
}
assert tuple(PACE_WORDS) == PACES  # noqa: S101  # a pace without a word would print its number


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


class CitedForm(Form):
    """An article that is here, to be cited by another campaign."""

    address = StringField(
        lazy_gettext("Address of the report"),
        [
            DataRequired(lazy_gettext("Write the address of the report, as its outlet or this site has it.")),
            Plain(),
            Longest(2000),
        ],
        filters=[cleaned],
    )


class FeedForm(Form):
    """A feed to follow, and how often it is read."""

    url = URLField(
        lazy_gettext("Address of the feed"),
        [DataRequired(lazy_gettext("Write the address of the feed, beginning with https://.")), Plain(), Longest(1000)],
        filters=[cleaned],
    )
    minutes = SelectField(
        lazy_gettext("Read it"), choices=[SelectChoice(*pace) for pace in PACE_WORDS.items()], coerce=int, default=60
    )
