"""What organisers type: an article to import, a campaign's texts, its source, one to-do action."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaign import weblinks
from campaign.articles import reading
from campaign.campaigns.editing import TEXTS
from campaign.campaigns.models import Campaign, Category
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.text import fold

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


class LongText(TextAreaField):
    """A text of several lines that may be longer than a public form's field."""

    is_long = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "TextAreaField"  # pages draw it like one


def text(label: Any, *, rows: int = 10, most: int = 60_000, needed: Any = "", hint: Any = "") -> LongText:
    """A field of several lines. needed: what is said when it is left empty; without, it may be."""
    first = DataRequired(needed) if needed else Optional()
    checks = [first, Plain(lines=True), Longest(most)]
    return LongText(label, checks, filters=[cleaned], description=hint, render_kw={"rows": rows})


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
    opinion_is_machine_made = BooleanField(lazy_gettext("A machine drafted the opinion; readers are told"))
    action = text(lazy_gettext("Call to action"), rows=14)
    action_author = line(lazy_gettext("Who wrote the call to action, or approved it"), 200)
    action_is_machine_made = BooleanField(lazy_gettext("A machine drafted the call to action; readers are told"))
    todo_intro = text(lazy_gettext("Words before the to-do list"), rows=4)

    def offer(self, campaign: Campaign, categories: list[Category], hints: Mapping[str, str] | None = None) -> None:
        """Set what can be chosen. A language that is not among ours stays possible where the article brought it.

        hints: what speaks for or against a category, by its slug; those with one stand first.
        """
        hints = hints or {}
        others = [] if campaign.language in dict(LANGUAGES) else [(campaign.language, campaign.language)]
        self.language.choices = [SelectChoice(*choice) for choice in (*LANGUAGES, *others)]
        self.known = categories
        ticked = {category.slug for category in campaign.categories}
        names = {one.slug: one.name_in(language()) for one in categories}
        ordered = sorted(names, key=lambda slug: (slug not in ticked, slug not in hints, fold(names[slug])))
        self.categories.choices = [
            SelectChoice(slug, f"{names[slug]} – {hints[slug]}" if slug in hints else names[slug]) for slug in ordered
        ]

    def validate_country(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if field.data and not (len(field.data) == 2 and field.data.isascii() and field.data.isalpha()):
            raise ValidationError(gettext("Write two letters, for example US, GB or FR; or leave it empty."))

    def texts(self) -> dict[str, str]:
        """What editing.texts takes."""
        return {name: self[name].data or "" for name in TEXTS}

    def machine_made(self) -> list[str]:
        """What editing.label_machine_made takes."""
        return [name for name in ("opinion", "action") if self[f"{name}_is_machine_made"].data]

    def names(self) -> list[str]:
        """The ticked categories and the new ones, by name."""
        ticked = set(self.categories.data or [])
        old = [category.name for category in self.known if category.slug in ticked]
        return [*old, *(name.strip() for name in (self.new_categories.data or "").split(",") if name.strip())]


class OverrideForm(Form):
    """Why something is right although a check says that it is not."""

    reason = text(lazy_gettext("Why the text is right as it stands"), rows=3, most=1000)


def filled_campaign(campaign: Campaign) -> dict[str, Any]:
    """What a form shows of a campaign that exists."""
    values: dict[str, Any] = {name: getattr(campaign, name) for name in TEXTS}
    machine = {f"{name}_is_machine_made": name in (campaign.machine_made or []) for name in ("opinion", "action")}
    return values | machine | {"categories": [category.slug for category in campaign.categories]}
