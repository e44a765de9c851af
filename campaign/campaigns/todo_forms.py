"""What organisers type about one to-do action. Which fields matter depends on its kind, see kinds.py."""

from typing import Any

from wtforms import DateField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, ValidationError

from campaign import weblinks
from campaign.campaigns import kinds
from campaign.campaigns.editing import ToDoValues
from campaign.campaigns.forms import line, text
from campaign.campaigns.models import ToDoAction
from campaign.countries import CODES
from campaign.errors import Finding
from campaign.forms import Form
from campaign.i18n import gettext, lazy_gettext


class ToDoForm(Form):
    """One to-do action. Below the first four fields only some kinds have them."""

    kind = SelectField(
        lazy_gettext("Kind"), choices=[SelectChoice(name, label) for name, label in kinds.LABELS.items()]
    )
    title = line(lazy_gettext("Title"), 200, required=True)
    body = text(lazy_gettext("What to do"), rows=8)
    links = text(lazy_gettext("Links, one per line: the address, a space, the words to show"), rows=4)
    organisations = text(lazy_gettext("Organisations, one per line"), rows=3)
    recipient = line(lazy_gettext("Who receives it"), 200)
    channel = SelectField(
        lazy_gettext("What the link is"),
        default="",
        choices=[SelectChoice("", lazy_gettext("Not said")), *(SelectChoice(*pair) for pair in kinds.CHANNELS.items())],
    )
    accepts = text(lazy_gettext("What may be sent there, and from whom"), rows=3, most=1000)
    share = text(lazy_gettext("Text to share"), rows=3, most=1000)
    hashtags = line(lazy_gettext("Hashtags, separated by spaces"), 300)
    country = line(lazy_gettext("Country in which the organisation is registered, as two letters"), 2)
    checked_on = DateField(lazy_gettext("Day on which you opened the link and saw that it is theirs"), [Optional()])
    on = DateField(lazy_gettext("Day"), [Optional()])
    at = line(lazy_gettext("Time"), 40)
    place = line(lazy_gettext("Place of the event or the group"), 200)
    contact = line(lazy_gettext("Whom to ask"), 200)

    def validate_links(self, field: Field) -> None:
        for number, (url, _label) in enumerate(self.pairs(), start=1):
            if not weblinks.is_link(url):
                message = gettext("Line %(number)s does not begin with a whole address, https://….", number=number)
                raise ValidationError(message)

    def validate_country(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if field.data and field.data not in CODES:
            raise ValidationError(gettext("Write two letters, for example US, GB or FR; or leave it empty."))

    def pairs(self) -> list[tuple[str, str]]:
        """The links as (address, words)."""
        lines = [line.strip() for line in (self.links.data or "").splitlines()]
        return [(url, label.strip()) for url, _, label in (line.partition(" ") for line in lines if line)]

    def values(self) -> ToDoValues:
        """What editing.add_action and editing.change_action take."""
        return ToDoValues(
            kind=self.kind.data,
            title=self.title.data or "",
            body=self.body.data or "",
            links=self.pairs(),
            hashtags=[f"#{word.lstrip('#')}" for word in (self.hashtags.data or "").replace(",", " ").split()],
            organisations=[line.strip() for line in (self.organisations.data or "").splitlines() if line.strip()],
            details={name: str(self[name].data or "") for name in kinds.DETAILS},
        )

    def show(self, findings: list[Finding]) -> None:
        """Put what is missing beside the fields it is about."""
        for finding in findings:
            field = self._fields.get(finding.where.rpartition(".")[2], self.kind)
            field.errors = [*field.errors, finding.text]

    @staticmethod
    def only_for(name: str) -> list[str]:
        """The kinds that have a field; [] when all have it."""
        found = {"hashtags": ["social"]} | {
            detail: [kind for kind, rules in kinds.KINDS.items() if detail in rules.details] for detail in kinds.DETAILS
        }
        return found.get(name, [])


class DeleteForm(Form):
    """The button that deletes, on a page that asks."""


def filled(action: ToDoAction) -> dict[str, Any]:
    """What a form shows of an action that exists."""
    details = action.details or {}
    days = kinds.Act(details=details)
    return details | {
        "kind": action.kind,
        "title": action.title,
        "body": action.body,
        "links": "\n".join(f"{link['url']} {link['label']}".strip() for link in action.links),
        "hashtags": " ".join(action.hashtags),
        "organisations": "\n".join(action.organisations),
        "checked_on": days.day("checked_on"),
        "on": days.day("on"),
    }
