"""What an editor must have looked at before readers see it: rights to the text, categories, key points, pictures."""

from collections.abc import Iterator

from campaign.articles import key_points, licences
from campaign.articles.models import Article
from campaign.campaigns import suggesting
from campaign.campaigns.models import Campaign
from campaign.errors import Finding
from campaign.i18n import gettext, language, ngettext


def check(campaign: Campaign) -> Iterator[Finding]:
    """Findings about what came with the article, or what a program chose from it."""
    yield from _categories(campaign)
    if campaign.article is not None:
        yield from _rights(campaign.article)
        yield from _points(campaign.article)
        yield from _pictures(campaign.article)


def _categories(campaign: Campaign) -> Iterator[Finding]:
    if campaign.categories_from == "suggested" and campaign.categories:
        names = gettext(", ").join(category.name_in(language()) for category in campaign.categories)
        text = gettext("A program suggests the categories %(names)s. Confirm them, or choose others.", names=names)
        yield Finding("unconfirmed-categories", text, "categories")
    if campaign.categories_from != "editor" and campaign.article is not None:
        for category in suggesting.unfounded(campaign.categories, campaign.article):
            text = gettext("Not one word of the article speaks of “%(name)s”. Take it off, or confirm it.")
            yield Finding(
                "unfounded-category", text % {"name": category.name_in(language())}, "categories", blocks=False
            )


def _rights(article: Article) -> Iterator[Finding]:
    if article.licence and not licences.read(article.licence):
        text = gettext("“%(name)s” is no licence we know, so readers see an excerpt. Choose one, or none.")
        yield Finding("missing-rights", text % {"name": article.licence}, "article.licence")
    elif article.licence and not article.licence_reason:
        text = gettext("The whole text is shown by its licence, %(name)s. Say how we know that it holds.")
        yield Finding("unchecked-licence", text % {"name": article.licence}, "article.licence", blocks=False)


def _points(article: Article) -> Iterator[Finding]:
    points = article.key_points or []
    held = sum(not point["anchored"] and not point.get("state") for point in points)
    if held:
        text = ngettext(
            "%(num)s key point rests on no sentence of the article and is held back. Keep it or drop it.",
            "%(num)s key points rest on no sentence of the article and are held back. Keep them or drop them.",
            held,
        )
        yield Finding("unanchored-key-point", text, "key_points", blocks=False)
    if any(key_points.is_shown(point) and point["label"] and not point.get("approved_by") for point in points):
        text = gettext("Readers are told that a machine made the key points, until somebody puts their name to them.")
        yield Finding("unapproved-key-points", text, "key_points", blocks=False)


def _pictures(article: Article) -> Iterator[Finding]:
    known = {picture.url for picture in article.pictures}
    if any(image.get("url") and image["url"] not in known for image in article.images or []) and not known:
        text = gettext("The article’s picture is not shown. To show it, say who took it and why we may.")
        yield Finding("uncopied-picture", text, "pictures", blocks=False)
