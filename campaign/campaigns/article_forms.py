"""What organisers say about an article: where it is from, what we may show of it, its text, its pictures."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from wtforms import DateField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, ValidationError

from campaign import weblinks
from campaign.articles import licences
from campaign.articles.models import Article, Picture
from campaign.campaigns.editing import SOURCE
from campaign.campaigns.forms import line, text, web_address
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext

EXAMPLE_TIME = "2025-08-15 19:28 -04:00"


def https_address(form: Form, field: Field) -> None:
    """A whole address that begins with https://."""
    if not (weblinks.is_page(field.data) and field.data.startswith("https://")):
        raise ValidationError(gettext("Write the whole address, beginning with https://."))


def address(label: Any, check: Any) -> StringField:
    """A field for the address of a page."""
    return StringField(label, [Optional(), Plain(), Longest(2000), check], filters=[cleaned])


class LicenceForm(Form):
    """Fields that say which licence there is."""

    licence = SelectField(lazy_gettext("Licence"))
    licence_by = line(lazy_gettext("Who gave permission"), licences.LONGEST_NAME)
    licence_on = DateField(lazy_gettext("On which day"), [Optional()])

    def offer(self, current: str) -> None:
        """Set what can be chosen. An older version of a licence stays possible where the article has it."""
        known = licences.read(current)
        others = [(known.choice, known.choice)] if known and known.choice not in dict(licences.CHOICES) else []
        self.licence.choices = [SelectChoice(*choice) for choice in (*licences.CHOICES, *others)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field's own rules: permission is somebody's, and of a day."""
        valid = super().validate(extra_validators)
        for name, message in self.missing():
            self[name].errors = [*self[name].errors, message]
            valid = False
        return valid

    def missing(self) -> Iterator[tuple[str, str]]:
        """Fields that must not be empty as the others are filled in, and what to do about it."""
        if self.licence.data == licences.PERMISSION:
            if not self.licence_by.data:
                yield "licence_by", gettext("Name the person or office that gave permission.")
            if not self.licence_on.data and not self.licence_on.errors:
                yield "licence_on", gettext("Enter the day on which permission was given.")

    def licence_line(self) -> str:
        """As campaign.articles.licences keeps it."""
        if self.licence.data == licences.PERMISSION:
            return licences.permission(self.licence_by.data or "", self.licence_on.data or date.min)
        return licences.known(self.licence.data or "")


class SourceForm(LicenceForm):
    """What is known about the article, and what we may show of it."""

    headline = line(lazy_gettext("Headline"), 300, required=True)
    outlet = line(lazy_gettext("Outlet"), 200)
    url = address(lazy_gettext("Address of the original"), web_address)
    archived_url = address(lazy_gettext("Address of an archived copy"), https_address)
    published_at = line(lazy_gettext("Published"), 40)
    byline = line(lazy_gettext("By"), 300)
    dateline = line(lazy_gettext("Dateline"), 200)
    agency = line(lazy_gettext("News agency"), 100)
    licence_reason = line(lazy_gettext("How we know that"), 500)

    #: the time as it was understood; None while empty
    instant: datetime | None = None

    def missing(self) -> Iterator[tuple[str, str]]:
        """Whoever says that there is a licence says how they know."""
        yield from super().missing()
        if self.licence.data and not self.licence_reason.data:
            yield (
                "licence_reason",
                gettext("Say how we know: where the licence is printed, or who wrote to us, and when."),
            )

    def validate_published_at(self, field: Field) -> None:
        text = (field.data or "").replace("Z", "+00:00")
        if not text:
            return
        head, _, tail = text.rpartition(" ")
        try:
            # People put a space before the zone; the standard does not.
            self.instant = datetime.fromisoformat(f"{head}{tail}" if tail[:1] in "+-−" and head else text)
            # At either end of the calendar an instant may have no date in UTC, as which it is stored.
            self.instant.astimezone(UTC)
        except (ValueError, OverflowError):
            self.instant = None
        if self.instant is None or self.instant.tzinfo is None:
            message = gettext("Write date, time and zone like this: %(example)s", example=EXAMPLE_TIME)
            raise ValidationError(message)

    def texts(self) -> dict[str, str]:
        """What editing.source takes."""
        return {name: self[name].data or "" for name in SOURCE} | {"licence": self.licence_line()}


class ArticleTextForm(Form):
    """The article's text, to put right what came damaged."""

    text = text(lazy_gettext("Text of the article"), rows=24, most=400_000)


class PointForm(Form):
    """One key point in other words."""

    text = text(lazy_gettext("Key point"), rows=3, most=400)


class ApprovalForm(Form):
    """Whose word the key points are."""

    name = line(lazy_gettext("Your name, as readers see it"), 120, required=True)


class PictureForm(LicenceForm):
    """A picture to copy: where it is, who took it, what it shows, and why we may show it."""

    url = address(lazy_gettext("Address of the picture"), web_address)
    caption = line(lazy_gettext("Caption"), 1000)
    credit = line(lazy_gettext("Who took it, and the agency"), 300)
    alt = line(lazy_gettext("What is to be seen, for people who cannot see it"), 500)


def filled_licence(kept: str) -> dict[str, Any]:
    """What a form shows of a licence."""
    licence = licences.read(kept)
    return {"licence": licence.choice, "licence_by": licence.by, "licence_on": licence.on} if licence else {}


def filled_source(article: Article) -> dict[str, Any]:
    """What a form shows of an article that exists; the time in the zone its outlet printed."""
    values: dict[str, Any] = {name: getattr(article, name) for name in SOURCE}
    if article.published_at:
        zone = timezone(timedelta(minutes=article.published_offset or 0))
        values["published_at"] = article.published_at.astimezone(zone).isoformat(sep=" ")
    return values | {"licence": ""} | filled_licence(article.licence)


def filled_picture(picture: Picture) -> dict[str, Any]:
    """What a form shows of a picture that was asked for."""
    values = {name: getattr(picture, name) for name in ("url", "caption", "credit", "alt")}
    return values | filled_licence(picture.licence)
