"""The forms of the desk's page about fake waves: a rule, and applying it as it was shown."""

import re
from datetime import UTC, datetime
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, Field, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional, ValidationError

from campaign import countries
from campaign.campaigns.forms import line
from campaign.forms import REQUIRED, Form
from campaign.i18n import gettext, language, lazy_gettext
from campaign.mail.mailboxes import deliverable
from campaign.petitions.waves.invalidating import LONGEST_NOTE, LONGEST_PATTERN, STATES, Rule, seen_until

STATE_CHOICES = {
    "": lazy_gettext("Confirmed and waiting"),
    "confirmed": lazy_gettext("Only confirmed"),
    "pending": lazy_gettext("Only waiting for confirmation"),
}
# With seconds: what a link from the table of busy minutes or hours brings, or somebody types.
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class RuleForm(Form):
    """Which signatures are fake: those for which all of this holds."""

    domain = line(lazy_gettext("Domain of the e-mail address"), 255)
    network = SelectField(lazy_gettext("Network"), default="", validate_choice=False)
    since = DateTimeLocalField(lazy_gettext("Signed from (UTC)"), [Optional()], format=TIMES)
    until = DateTimeLocalField(lazy_gettext("Signed before (UTC)"), [Optional()], format=TIMES)
    name = line(lazy_gettext("Full name"), LONGEST_PATTERN)
    country = SelectField(lazy_gettext("Country"), default="", validate_choice=False)
    is_disposable = BooleanField(lazy_gettext("Only addresses of throw-away mail services"), render_kw={"value": "yes"})
    state = SelectField(
        lazy_gettext("State"), default="", choices=[SelectChoice(*choice) for choice in STATE_CHOICES.items()]
    )

    def offer(self, networks: dict[str, str]) -> None:
        """Set which networks can be chosen: what to call them, by their keys."""
        asked = self.network.data or ""
        known = networks if not asked or asked in networks else {asked: asked[:4], **networks}
        networks_shown = [("", gettext("Any network")), *known.items()]
        countries_shown = [("", gettext("Any country")), *countries.choices(language())]
        self.network.choices = [SelectChoice(*choice) for choice in networks_shown]
        self.country.choices = [SelectChoice(*choice) for choice in countries_shown]

    def validate_domain(self, field: Field) -> None:
        """Addresses are kept with the domain in its ASCII form."""
        typed = (field.data or "").removeprefix("@").lower()
        field.data = deliverable(f"x@{typed}").rpartition("@")[2].lower() if typed else ""

    def validate_network(self, field: Field) -> None:
        if field.data and not re.fullmatch("[0-9a-f]{1,64}", field.data):
            raise ValidationError(gettext("Choose a network from the list."))

    def validate_country(self, field: Field) -> None:
        if field.data and field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))

    def rule(self, seen_at: datetime) -> Rule:
        """What was typed, for the signatures given before `seen_at`."""
        rule = Rule(
            domain=self.domain.data or "",
            network=self.network.data or "",
            since=_utc(self.since.data),
            until=_utc(self.until.data),
            name=self.name.data or "",
            country=self.country.data or "",
            is_disposable=bool(self.is_disposable.data),
            states=(self.state.data,) if self.state.data else STATES,
        )
        return seen_until(rule, seen_at) if _says_something(rule) else rule


class ApplyForm(RuleForm):
    """The same rule, sent again by the button below what it would do."""

    seen_at = HiddenField()
    expected = IntegerField(validators=[DataRequired(REQUIRED)])  # how many were shown; never applied without
    note = line(lazy_gettext("Why are they fake? For your records."), LONGEST_NOTE, required=True)

    def validate_seen_at(self, field: Field) -> None:
        try:
            seen = datetime.fromisoformat(field.data or "")
            seen.astimezone(UTC)  # which has no year before 1 or after 9999
            is_instant = seen.tzinfo is not None
        except (OverflowError, ValueError):
            is_instant = False
        if not is_instant:
            raise ValidationError(REQUIRED)

    @property
    def seen(self) -> datetime:
        """When the organiser looked at the effect."""
        return datetime.fromisoformat(self.seen_at.data or "")


class PressForm(Form):
    """A button alone."""


def _says_something(rule: Rule) -> bool:
    return any((rule.domain, rule.network, rule.since, rule.until, rule.name, rule.is_disposable))


def _utc(value: Any) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None
