"""What organisers type: an article to import, a campaign's texts, its source, one to-do action."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaign import weblinks
from campaign.articles import reading
from campaign.articles.models import Article
from campaign.campaigns.editing import SOURCE, TEXTS, ToDoValues
from campaign.campaigns.models import TODO_KINDS, Campaign, Category, ToDoAction
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext

KIND_LABELS = {
    "petition": lazy_gettext("Sign"),
    "contact": lazy_gettext("Write to officials"),
    "local": lazy_gettext("Act where you live"),
    "social": lazy_gettext("Tell others"),
    "learn": lazy_gettext("Learn more"),
    "donate": lazy_gettext("Give"),
    "accountability": lazy_gettext("Hold to account"),
    "event": lazy_gettext("Be there"),
}
assert set(KIND_LABELS) == set(TODO_KINDS)  # noqa: S101  # a kind without a word would print its code

# Names of languages are written in that language, as readers look for their own.
LANGUAGES = (
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
)
EXAMPLE_TIME = "2025-08-15 19:28 -04:00"


class LongText(TextAreaField):
    """A text of several lines that may be longer than a public form's field."""

    is_long = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "TextAreaField"  # pages draw it like one


def text(label: Any, *, rows: int = 10, most: int = 60_000) -> LongText:
    """A field of several lines."""
    return LongText(label, [Optional(), Plain(lines=True), Longest(most)], filters=[cleaned], render_kw={"rows": rows})


def line(label: Any, most: int, *, required: bool = False) -> StringField:
    """A field of one line."""
    first = DataRequired(REQUIRED) if required else Optional()
    return StringField(label, [first, Plain(), Longest(most)], filters=[cleaned])


def web_address(form: Form, field: Field) -> None:
    """A whole address people can follow; nothing else may become a link."""
    if not weblinks.is_page(field.data):
        raise ValidationError(gettext("Write the whole address, beginning with https://."))


class ImportForm(Form):
    """A document as text or as a file."""

    # As it comes: the reader cleans it, and says what it changed.
    text = LongText(lazy_gettext("Text or code of the article or page"), render_kw={"rows": 14})
    file = FileField(lazy_gettext("Or a file"))
    feed = BooleanField(lazy_gettext("It is a feed: make a draft of every report in it"))
    skips_bad = BooleanField(lazy_gettext("Skip reports of the feed that lack a title, a link or a readable date"))

    def validate_text(self, field: Field) -> None:
        if not field.data and not self.file.data:
            raise ValidationError(gettext("Paste a text, or choose a file."))
        if field.data and self.file.data:
            raise ValidationError(gettext("There is a text and a file. Clear the text, or leave the file out."))

    def document(self) -> tuple[bytes | str, reading.Origin]:
        """What to read; the origin names the file, if it is one."""
        if self.file.data:
            return self.file.data.read(), reading.Origin(filename=self.file.data.filename or gettext("This document"))
        return self.text.data or "", reading.Origin()

    def wishes(self) -> dict[str, bool]:
        """Whether all of a feed is wanted, for reading.read."""
        return {"feed": self.feed.data, "skips_bad": self.skips_bad.data}


class CampaignForm(Form):
    """A campaign's own texts and its categories."""

    repeatable = frozenset({"categories"})

    title = line(lazy_gettext("Title of the campaign"), 300, required=True)
    language = SelectField(lazy_gettext("Language of the texts"))
    place = line(lazy_gettext("Place"), 120)
    country = line(lazy_gettext("Country whose officials this is about, as two letters"), 2)
    categories = SelectMultipleField(
        lazy_gettext("Categories"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    new_categories = line(lazy_gettext("Further categories, separated by commas"), 400)
    opinion = text(lazy_gettext("Opinion"), rows=14)
    opinion_author = line(lazy_gettext("Who wrote the opinion, or approved it"), 200)
    action = text(lazy_gettext("Call to action"), rows=14)
    todo_intro = text(lazy_gettext("Words before the to-do list"), rows=4)

    def offer(self, campaign: Campaign, categories: list[Category]) -> None:
        """Set what can be chosen. A language that is not among ours stays possible where the article brought it."""
        others = [] if campaign.language in dict(LANGUAGES) else [(campaign.language, campaign.language)]
        self.language.choices = [SelectChoice(*choice) for choice in (*LANGUAGES, *others)]
        self.known = categories
        self.categories.choices = [SelectChoice(category.slug, category.name) for category in categories]

    def validate_country(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if field.data and not (len(field.data) == 2 and field.data.isascii() and field.data.isalpha()):
            raise ValidationError(gettext("Write two letters, for example US, GB or FR; or leave it empty."))

    def texts(self) -> dict[str, str]:
        """What editing.texts takes."""
        return {name: self[name].data or "" for name in TEXTS}

    def names(self) -> list[str]:
        """The ticked categories and the new ones, by name."""
        ticked = set(self.categories.data or [])
        old = [category.name for category in self.known if category.slug in ticked]
        return [*old, *(name.strip() for name in (self.new_categories.data or "").split(",") if name.strip())]


class SourceForm(Form):
    """What is known about the article."""

    headline = line(lazy_gettext("Headline"), 300, required=True)
    outlet = line(lazy_gettext("Outlet"), 200)
    url = StringField(
        lazy_gettext("Address of the original"), [Optional(), Plain(), Longest(2000), web_address], filters=[cleaned]
    )
    published_at = line(lazy_gettext("Published"), 40)
    byline = line(lazy_gettext("By"), 300)
    dateline = line(lazy_gettext("Dateline"), 200)
    agency = line(lazy_gettext("News agency"), 100)
    licence = line(lazy_gettext("Licence that allows to show the whole text"), 100)

    #: the time as it was understood; None while empty
    instant: datetime | None = None

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
        return {name: self[name].data or "" for name in SOURCE}


class ToDoForm(Form):
    """One to-do action."""

    kind = SelectField(lazy_gettext("Kind"), choices=[SelectChoice(*kind) for kind in KIND_LABELS.items()])
    title = line(lazy_gettext("Title"), 200, required=True)
    body = text(lazy_gettext("What to do"), rows=8)
    links = text(lazy_gettext("Links, one per line: the address, a space, the words to show"), rows=4)
    hashtags = line(lazy_gettext("Hashtags, separated by spaces"), 300)
    organisations = text(lazy_gettext("Organisations, one per line"), rows=3)

    def validate_links(self, field: Field) -> None:
        for number, (url, _label) in enumerate(self.pairs(), start=1):
            if not weblinks.is_link(url):
                message = gettext("Line %(number)s does not begin with a whole address, https://….", number=number)
                raise ValidationError(message)

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
        )


def filled_todo(action: ToDoAction) -> dict[str, str]:
    """What a form shows of an action that exists."""
    return {
        "kind": action.kind,
        "title": action.title,
        "body": action.body,
        "links": "\n".join(f"{link['url']} {link['label']}".strip() for link in action.links),
        "hashtags": " ".join(action.hashtags),
        "organisations": "\n".join(action.organisations),
    }


def filled_campaign(campaign: Campaign) -> dict[str, Any]:
    """What a form shows of a campaign that exists."""
    values: dict[str, Any] = {name: getattr(campaign, name) for name in TEXTS}
    return values | {"categories": [category.slug for category in campaign.categories]}


def filled_source(article: Article) -> dict[str, str]:
    """What a form shows of an article that exists; the time in the zone its outlet printed."""
    values: dict[str, str] = {name: getattr(article, name) for name in SOURCE}
    if article.published_at:
        zone = timezone(timedelta(minutes=article.published_offset or 0))
        values["published_at"] = article.published_at.astimezone(zone).isoformat(sep=" ")
    return values
