"""The site's own feeds: all campaigns, those of a category, and one with all that is told of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, request

from campaign import markup
from campaign.access import public
from campaign.campaigns import finding, lately, outcomes, parts, updating
from campaign.campaigns.atom import TYPE, Entry, Feed, Term, written
from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.campaigns.views import blueprint
from campaign.copies import kept_briefly
from campaign.db import db, now
from campaign.i18n import gettext, language
from campaign.web import absolute

__all__ = ["blueprint"]

FRESH_SECONDS = 300  # feed readers ask more seldom
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # a feed needs an instant, also before anything happened


@blueprint.get("/feed.atom")
@public
@kept_briefly
def site_feed() -> Response:
    """All campaigns and updates, what changed last first."""
    session, site = db.session(), str(current_app.config["SITE_NAME"])
    entries = _entries(lately.changed(session), lately.updates(session))
    return _answer("feeds/site", site, "campaigns.site_feed", absolute("campaigns.home"), entries)


@blueprint.get("/categories/<slug>/feed.atom")
@public
@kept_briefly
def category_feed(slug: str) -> Response:
    """The same of one subject."""
    session = db.session()
    category = finding.category(session, slug)
    entries = _entries(lately.changed(session, category), lately.updates(session, category))
    title = f"{category.name_in(language())} – {current_app.config['SITE_NAME']}"
    page = absolute("campaigns.category", slug=slug)
    return _answer(f"feeds/category/{category.id}", title, "campaigns.category_feed", page, entries, slug=slug)


@blueprint.get("/campaigns/<slug>/feed.atom")
@public
@kept_briefly
def campaign_feed(slug: str) -> Response:
    """One campaign: its article, its opinion, and what the organiser has told since."""
    session = db.session()
    campaign = finding.readable(session, slug)
    entries = _entries([campaign], updating.of(session, campaign, most=lately.MOST))
    page = absolute("campaigns.show", slug=slug)
    return _answer(f"feeds/campaign/{campaign.id}", campaign.title, "campaigns.campaign_feed", page, entries, slug=slug)


def _answer(id: str, title: str, endpoint: str, page: str, entries: Sequence[Entry], **values: str) -> Response:
    config = current_app.config
    feed = Feed(
        id=_tag(None, id),
        title=title,
        author=config["ORGANISER_NAME"] or config["SITE_NAME"],
        language=language(),
        own=absolute(endpoint, **values),
        link=page,
        updated=max((entry.updated for entry in entries), default=NEVER),
        entries=sorted(entries, key=lambda entry: entry.updated, reverse=True),
    )
    response = Response(written(feed), content_type=f"{TYPE}; charset=utf-8")
    response.vary.add("Accept-Language")
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    response.last_modified = lately.touched_at(db.session()) or NEVER
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _entries(campaigns: Sequence[Campaign], updates: Sequence[CampaignUpdate]) -> list[Entry]:
    summaries = parts.summaries(db.session(), campaigns, now=now()).get("petition", {})
    entries = [entry for campaign in campaigns for entry in _of_campaign(campaign, summaries.get(campaign.id))]
    return entries + [_of_update(update) for update in updates]


def _of_campaign(campaign: Campaign, petition: Any) -> Iterator[Entry]:
    """What we ask for, the outlet’s report and our opinion, each an entry of its own that says which it is."""
    page, terms = absolute("campaigns.show", slug=campaign.slug), _subjects(campaign)
    yield Entry(
        id=_tag(campaign.created_at, f"campaign/{campaign.id}"),
        title=campaign.title,
        link=page,
        updated=campaign.changed_at,
        published=campaign.published_at,
        language=campaign.language,
        summary=petition.demand if petition else "",
        html=markup.from_markdown(campaign.action) if campaign.action else "",
        terms=[_kind("campaign", gettext("Campaign")), *terms],
    )
    if campaign.opinion:
        yield Entry(
            id=_tag(campaign.created_at, f"campaign/{campaign.id}/opinion"),
            title=gettext("Opinion: %(title)s", title=campaign.title),
            link=f"{page}#opinion-title",
            updated=campaign.changed_at,
            published=campaign.published_at,
            author=campaign.opinion_author,
            language=campaign.language,
            html=markup.from_markdown(campaign.opinion),
            terms=[_kind("opinion", gettext("Opinion")), *terms],
        )
    if campaign.outcome and campaign.outcome_at:
        yield Entry(
            id=_tag(campaign.created_at, f"campaign/{campaign.id}/outcome/{campaign.outcome_at:%Y%m%d%H%M%S}"),
            title=f"{outcomes.WORDS[campaign.outcome]}: {campaign.title}",
            link=f"{page}#outcome",
            updated=campaign.outcome_at,
            published=campaign.outcome_at,
            author=campaign.outcome_by,
            language=campaign.language,
            html=markup.from_markdown(campaign.outcome_text),
            terms=[_kind("outcome", gettext("Outcome")), *terms],
        )
    article = campaign.article
    if article:
        # The outlet's words stay with the outlet: the entry says that there is a report, and where.
        yield Entry(
            id=_tag(campaign.created_at, f"article/{article.id}"),
            title=article.headline,
            link=absolute("campaigns.article", slug=article.slug),
            updated=article.changed_at or article.imported_at,
            published=article.published_at,
            author=article.outlet,
            language=article.language or campaign.language,
            via=article.url,
            terms=[_kind("news", gettext("News")), *terms],
        )


def _of_update(update: CampaignUpdate) -> Entry:
    campaign = update.campaign
    is_withdrawn = update.withdrawn_at is not None
    return Entry(
        id=_tag(campaign.created_at, f"update/{update.id}"),
        title=gettext("Withdrawn") if is_withdrawn else update.title,
        link=f"{absolute('campaigns.updates', slug=campaign.slug)}#update-{update.id}",
        updated=update.changed_at,
        published=update.published_at,
        language=campaign.language,
        summary=update.note if is_withdrawn else "",
        html="" if is_withdrawn else markup.from_markdown(update.body),
        terms=[_kind("update", gettext("Update")), *_subjects(campaign)],
    )


def _kind(term: str, label: str) -> Term:
    return Term(term, absolute("campaigns.home") + "#kinds", label)


def _subjects(campaign: Campaign) -> list[Term]:
    scheme = absolute("campaigns.categories")
    return [Term(category.slug, scheme, category.name_in(campaign.language)) for category in campaign.categories]


def _tag(began: datetime | None, name: str) -> str:
    """An id that stays whatever becomes of addresses (RFC 4151). began: when the site had what it names."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    day = (began or datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC).date()
    return f"tag:{host},{day}:{name}"
