"""A campaign as data and as a frame for other sites: public facts only, for everybody, without cookies."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template
from sqlalchemy.orm import Session

from campaign.access import public, requires
from campaign.accounts.permissions import DESK
from campaign.campaigns import finding, parts, updating
from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.copies import kept_briefly
from campaign.db import db, now
from campaign.i18n import speak
from campaign.keeping import FRESH_SECONDS
from campaign.petitions.part import PetitionPanel
from campaign.petitions.views import blueprint
from campaign.web import CONTENT_SECURITY_POLICY, absolute

__all__ = ["blueprint"]

# What features that stand after this one add, by the key it gets.
ALSO: dict[str, Callable[[Session, Campaign], Any]] = {}
NOT_FRAMED = "frame-ancestors 'none'"
FRAME = (340, 540)  # width and height in pixels at which the frame needs no scroll bars


@blueprint.get("/campaigns/<slug>.json")
@public
@kept_briefly
def data(slug: str) -> Response:
    """Public facts, named as OSDI's petitions are (https://opensupporter.github.io/osdi-docs/petitions.html)."""
    campaign = finding.readable(db.session(), slug)
    facts = _facts(campaign, _panel(campaign), updating.of(db.session(), campaign))
    response = jsonify(facts | {name: known(db.session(), campaign) for name, known in ALSO.items()})
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    # Nothing in it is about whoever asks, so pages of other sites may read it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response


@blueprint.get("/embed/campaigns/<slug>")
@public
@kept_briefly
def embed(slug: str) -> Response:
    """The count and the way to sign, for a frame on another site. The only page that may stand in one."""
    campaign = finding.readable(db.session(), slug)
    speak(campaign.language)
    response = make_response(render_template("petitions/embed.html", campaign=campaign, petition=_panel(campaign)))
    sites = " ".join(current_app.config["EMBED_SITES"]) or "'none'"
    policy = CONTENT_SECURITY_POLICY.replace(NOT_FRAMED, f"frame-ancestors {sites}")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    response.vary.add("Accept-Language")
    response.add_etag()
    return response


@blueprint.get("/desk/campaigns/<slug>/embed")
@requires(DESK)
def embedding(slug: str) -> str:
    """What to paste into another site."""
    campaign = finding.by_slug(db.session(), slug)
    width, height = FRAME
    return render_template(
        "petitions/embedding.html",
        campaign=campaign,
        address=absolute("petitions.embed", slug=slug),
        sites=current_app.config["EMBED_SITES"],
        width=width,
        height=height,
    )


def _panel(campaign: Campaign) -> PetitionPanel | None:
    shown: PetitionPanel | None = parts.PARTS["petition"].show(db.session(), campaign, now=now())
    return shown


def _facts(campaign: Campaign, petition: PetitionPanel | None, updates: Any) -> dict[str, Any]:
    slug, text = campaign.slug, petition.text if petition else None
    return {
        "identifiers": [f"campaign:{slug}"],
        "origin_system": current_app.config["SITE_NAME"],
        "title": campaign.title,
        "browser_url": absolute("campaigns.show", slug=slug),
        "language": campaign.language,
        "state": campaign.state,
        "created_date": _iso(campaign.published_at),
        "modified_date": _iso(campaign.changed_at),
        "closed_date": _iso(campaign.closed_at),
        "categories": [category.slug for category in campaign.categories],
        "article": _article(campaign),
        "demand": text.demand if text else None,
        "petition_text": text.body if text else None,
        "text_version": text.version if text else None,
        "target": _targets(petition),
        "petition_state": petition.state if petition else None,
        "opens_at": _iso(petition.opens_at) if petition else None,
        "closes_at": _iso(petition.closes_at) if petition else None,
        "goal": petition.goal if petition else None,
        "total_signatures": petition.count if petition else 0,
        "signatures_by_origin": dict(petition.origins.by_source) if petition else {},
        "outcome": _outcome(campaign),
        "updates": [_update(update, slug) for update in updates],
        "links": {
            "sign": absolute("petitions.sign", slug=slug),
            "feed": absolute("campaigns.campaign_feed", slug=slug),
            "count": absolute("petitions.count", slug=slug),
            "embed": absolute("petitions.embed", slug=slug),
        },
    }


def _article(campaign: Campaign) -> dict[str, Any] | None:
    article = campaign.article
    if article is None:
        return None
    known = {"headline": article.headline, "outlet": article.outlet, "url": article.url}
    return known | {"published_at": _iso(article.published_at)}


def _targets(petition: PetitionPanel | None) -> list[dict[str, Any]]:
    """Offices; the name of who holds one today only where that is certain."""
    addressees = petition.addressees if petition else []
    return [{"id": post.id, "title": post.label, "name": name} for post, name in addressees]


def _outcome(campaign: Campaign) -> dict[str, Any] | None:
    if not campaign.outcome or campaign.outcome_on is None:
        return None
    said = {"kind": campaign.outcome, "text": campaign.outcome_text, "by": campaign.outcome_by}
    return said | {"date": campaign.outcome_on.isoformat()}


def _update(update: CampaignUpdate, slug: str) -> dict[str, Any]:
    is_withdrawn = update.withdrawn_at is not None
    return {
        "title": None if is_withdrawn else update.title,
        "note": update.note or None,
        "published_at": _iso(update.published_at),
        "withdrawn_at": _iso(update.withdrawn_at),
        "url": f"{absolute('campaigns.updates', slug=slug)}#update-{update.id}",
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
