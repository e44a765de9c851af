"""Pages for readers: campaigns worth reading, by category, and each with its article. The desk is in desk.py."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from campaign import weblinks
from campaign.access import public
from campaign.articles import picture_files, pictures
from campaign.campaigns import categorising, finding, kinds, lately, outcomes, parts, related, sources, updating
from campaign.campaigns.models import Campaign
from campaign.campaigns.quoting import quote
from campaign.copies import kept_briefly
from campaign.db import db, now
from campaign.i18n import language, speak
from campaign.keeping import kept
from campaign.pagination import Page, paginate

blueprint = Blueprint("campaigns", __name__)

UPDATES = 3  # on the campaign's own page; the rest is one link away

blueprint.add_app_template_filter(weblinks.host)
blueprint.add_app_template_filter(weblinks.archived)
blueprint.add_app_template_global(outcomes.word, "outcome_word")


@blueprint.get("/")
@public
@kept_briefly
def home() -> Response:
    """Campaigns worth reading, the newest first."""
    page = paginate(db.session(), finding.public(), number=_page_number(), size=13)
    fresh = lately.freshness(db.session())
    return kept("campaigns/home.html", page=page, summaries=_summaries(page), freshness=fresh)


@blueprint.get("/categories")
@public
@kept_briefly
def categories() -> Response:
    """Every subject, with how many campaigns it has."""
    session = db.session()
    subjects = categorising.with_numbers(session)
    subjects.sort(key=lambda subject: categorising.as_read(subject.category, language()))
    return kept("campaigns/categories.html", categories=subjects, freshness=lately.freshness(session))


@blueprint.get("/categories/<slug>")
@public
@kept_briefly
def category(slug: str) -> Response:
    """The campaigns of one subject."""
    session = db.session()
    chosen = finding.category(session, slug)
    page = paginate(session, finding.public(chosen), number=_page_number())
    fresh = lately.freshness(session, chosen)
    return kept("campaigns/category.html", category=chosen, page=page, summaries=_summaries(page), freshness=fresh)


@blueprint.get("/campaigns/<slug>")
@public
@kept_briefly
def show(slug: str) -> Response:
    """One campaign: what it demands, the article it starts from, and what people can do."""
    campaign = finding.readable(db.session(), slug)
    speak(campaign.language)
    return kept("campaigns/show.html", **shown(campaign))


@blueprint.get("/articles/<slug>")
@public
@kept_briefly
def article(slug: str) -> Response:
    """One outlet's report as far as we may quote it, and the campaigns that start from it."""
    found, campaigns = finding.article(db.session(), slug)
    speak(found.language)
    summaries = parts.summaries(db.session(), campaigns, now=now())["petition"]
    return kept(
        "campaigns/article.html",
        article=found,
        quoted=quote(found),
        campaigns=campaigns,
        reports=sources.beside(db.session(), found, campaigns),
        related=related.articles(db.session(), found),
        summaries=summaries,
        signable=next((one for one in campaigns if one.id in summaries and summaries[one.id].is_open), None),
    )


@blueprint.get("/pictures/<digest>.webp")
@public
def picture(digest: str) -> Response:
    """A picture of an article: our own copy. Its address is its content, so it may be kept for ever."""
    if not pictures.is_used(db.session(), digest):
        abort(404)
    try:
        content = picture_files.path(picture_files.folder(current_app.config), digest).read_bytes()
    except FileNotFoundError:
        abort(404)
    response = Response(content, mimetype="image/webp")
    response.set_etag(digest)
    response.cache_control.public, response.cache_control.immutable = True, True
    response.cache_control.max_age = 365 * 86_400
    return response


def shown(campaign: Campaign) -> dict[str, Any]:
    """What the page of a campaign, and its preview, are made of."""
    session, instant = db.session(), now()
    shares = parts.show(session, campaign, now=instant)
    return {
        "campaign": campaign,
        "article": campaign.article,
        "quoted": quote(campaign.article) if campaign.article else None,
        "parts": shares,
        "updates": updating.of(session, campaign, most=UPDATES),
        "letters_for": _letters_for(campaign, shares["letters"] or []),
        "sources": sources.shown(session, campaign),
        "related": related.find(session, campaign, now=instant),
        "kind_labels": kinds.LABELS,
    }


def _letters_for(campaign: Campaign, letters: list[Any]) -> dict[int, list[Any]]:
    """Which letters the card of each to-do action offers, by the action's id.

    A page prints each sample letter with the action it belongs to; where the numbers do not match, every action that
    says to write offers all letters.
    """
    contacts = [action for action in campaign.todo if action.kind == "contact"]
    if len(contacts) == len(letters):
        return {action.id: [letter] for action, letter in zip(contacts, letters, strict=True)}
    return {action.id: letters for action in contacts}


def _summaries(page: Page[Campaign]) -> dict[int, Any]:
    return parts.summaries(db.session(), page.rows, now=now())["petition"]


def _page_number() -> int:
    return request.args.get("page", 1, type=int)
