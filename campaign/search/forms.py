"""What can be asked for on the search page; its address says it all."""

from datetime import date
from typing import Any

from wtforms import DateField, SelectField, StringField

from campaign.articles.indexing import KIND as ARTICLE
from campaign.campaigns.indexing import KIND as CAMPAIGN
from campaign.campaigns.models import Category
from campaign.forms import Form
from campaign.i18n import gettext, language, lazy_gettext
from campaign.officials.indexing import KIND as OFFICIAL


class Day(DateField):
    """A day as browsers send it; says how to write one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(gettext("Write a day as year-month-day, such as 2026-11-22.")) from error


class SearchForm(Form):
    """By GET, so that a search can be kept as a bookmark and sent to others."""

    class Meta(Form.Meta):
        csrf = False  # it changes nothing

    q = StringField(lazy_gettext("Words"))
    kind = SelectField(lazy_gettext("What"), default="")
    category = SelectField(lazy_gettext("Category"), default="")
    state = SelectField(lazy_gettext("Campaigns that are"), default="")
    since = Day(lazy_gettext("From"), name="from")
    until = Day(lazy_gettext("To"), name="to")

    def __init__(self, formdata: Any, categories: list[Category]) -> None:
        super().__init__(formdata)
        self.kind.choices = [
            ("", gettext("Everything")),
            (CAMPAIGN, gettext("Campaigns")),
            (ARTICLE, gettext("Articles")),
            (OFFICIAL, gettext("Officials")),
        ]
        self.category.choices = [("", gettext("All categories"))]
        self.category.choices += [(category.slug, category.name_in(language())) for category in categories]
        self.state.choices = [("", gettext("Open or closed")), ("open", gettext("Open")), ("closed", gettext("Closed"))]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        since: date | None = self.since.data
        until: date | None = self.until.data
        if valid and since and until and until < since:
            self.until.errors = [gettext("This day is before the first one. Choose a later one.")]
            return False
        return valid
