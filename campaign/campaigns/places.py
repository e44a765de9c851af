"""Where a finding is mended, and the way back from there to what else is missing.

Whoever comes from the overview's list has `?back=missing` in the address. Every page about that campaign hands it on,
and what is saved there leads back to the list. It is a word of ours and no address, so nobody can be sent elsewhere.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, has_request_context, request, url_for
from flask_babel import LazyString

from campaign.campaigns import guessing, overriding
from campaign.campaigns.models import Campaign
from campaign.campaigns.views import blueprint
from campaign.errors import Finding
from campaign.i18n import lazy_gettext

MISSING = "missing"
ABOUT_A_CAMPAIGN = "/desk/campaigns/<slug>/"  # how the addresses of such pages begin; the overview itself is not one

# Where a finding is mended, by the first word of its `where`: the page, and the words of the link to it.
MENDED_AT = {
    "key_points": ("campaigns.key_points", lazy_gettext("See the key points")),
    "pictures": ("campaigns.pictures", lazy_gettext("See the pictures")),
    "article": ("campaigns.source", lazy_gettext("Mend the article’s source")),
    "todo": ("campaigns.todo", lazy_gettext("Mend the to-do list")),
    "petition": ("petitions.edit", lazy_gettext("Mend the petition")),
    "letters": ("letters.edit_list", lazy_gettext("Mend the letters")),
    "preview": ("campaigns.preview", lazy_gettext("Read the preview")),
    "delivery": ("delivery.deliveries", lazy_gettext("See what was handed over")),
}
TEXTS = ("campaigns.edit", lazy_gettext("Mend the texts"))
PARTS = {
    "country": lazy_gettext("Country"),
    "opinion": lazy_gettext("Opinion"),
    "action": lazy_gettext("Call to action"),
    "todo": lazy_gettext("To-do action"),
    "petition": lazy_gettext("Petition"),
    "letters": lazy_gettext("Letter"),
}


@dataclass(frozen=True)
class Mending:
    """A finding, and the page where it is mended. override: where a reason is given instead; "" where none helps."""

    finding: Finding
    page: LazyString
    url: str
    override: str = ""


@dataclass(frozen=True)
class Mark:
    """A part that nobody has looked at since it was drafted: what it is, whose guess, and where it is changed."""

    part: str
    words: str
    url: str


def after(endpoint: str, **values: Any) -> str:
    """The address to go to when something is saved: this page, or the list of what is missing for who came from it."""
    if is_on_the_way():
        # With an anchor: browsers put that of the field which was mended behind an address that has none.
        return url_for("campaigns.overview", slug=values["slug"], _anchor="main")
    return url_for(endpoint, **values)


def is_on_the_way() -> bool:
    """True for whoever came from the list of what is missing."""
    return has_request_context() and request.args.get("back") == MISSING


blueprint.add_app_template_global(is_on_the_way)


@blueprint.app_url_defaults
def _hand_on(endpoint: str, values: dict[str, Any]) -> None:
    if is_on_the_way() and any(
        rule.rule.startswith(ABOUT_A_CAMPAIGN) for rule in current_app.url_map.iter_rules(endpoint)
    ):
        values.setdefault("back", MISSING)


def mending(campaign: Campaign, found: Finding) -> Mending:
    """Where a finding is mended. Its link begins the way that leads back."""
    override = url_for(".override", slug=campaign.slug, mark=overriding.mark(found)) if overriding.can(found) else ""
    return Mending(found, *_where(campaign, found.where), override)


def mark(campaign: Campaign, where: str) -> Mark:
    """A part that is still a guess. where: as guessing.py keeps it."""
    part, _, name = where.partition(".")
    title = str(PARTS.get(part, part))
    if part == "todo":
        action = next((action for action in campaign.todo if str(action.id) == name), None)
        if action is not None:
            url = url_for(".edit_todo", slug=campaign.slug, id=action.id)
            return Mark(f"{title} {action.position}, {action.title}", guessing.words(campaign, where), url)
    if part == "letters":
        title = f"{title}, {name.replace('-', ' ')}"
    return Mark(title, guessing.words(campaign, where), _where(campaign, where)[1])


def _where(campaign: Campaign, where: str) -> tuple[LazyString, str]:
    """The page on which something is mended, in words and as an address that leads to the field."""
    part, _, rest = where.partition(".")
    endpoint, words = MENDED_AT.get(part, TEXTS)
    name, _, field = rest.partition(".")
    page: dict[str, Any] = {"slug": campaign.slug, "back": MISSING}
    if part == "todo" and name:
        action = next((action for action in campaign.todo if str(action.position) == name), None)
        if action is not None:
            return words, url_for(".edit_todo", id=action.id, _anchor=field or None, **page)
    if part == "letters" and name:
        # "write-to-the-president, line 3"
        return words, url_for("letters.edit", letter=name.partition(",")[0], **page)
    return words, url_for(endpoint, _anchor=(name if part in MENDED_AT else part) or None, **page)
