"""The public pages about signers: the names that may be shown, what is kept of whom, and the way to one's own page."""

from flask import render_template, request

from campaign import areas, countries
from campaign.access import public
from campaign.campaigns import finding as campaign_finding
from campaign.db import db
from campaign.i18n import language, speak
from campaign.pagination import paginate
from campaign.petitions import confirming, finding, showing
from campaign.petitions.own.views import blueprint
from campaign.petitions.views import Page

__all__ = ["blueprint"]


@blueprint.get("/campaigns/<slug>/signers")
@public
def signers(slug: str) -> Page:
    """Who signed and lets their name be shown: display name and place, nothing else."""
    petition = finding.readable(db.session(), slug)
    speak(petition.campaign.language)
    shown = showing.signers(db.session(), petition, number=request.args.get("page", 1, type=int))
    return render_template(
        "petitions/signers.html",
        campaign=petition.campaign,
        signers=shown,
        most=showing.MOST,
        place=_place,
    )


@blueprint.get("/my-signature")
@public
def my_signatures() -> Page:
    """For somebody who has no link at hand: which petition was it?"""
    found = paginate(db.session(), campaign_finding.public(), number=request.args.get("page", 1, type=int))
    return render_template("petitions/my_signatures.html", campaigns=found)


@blueprint.get("/privacy")
@public
def privacy() -> Page:
    """Who runs this site, what is kept of a signer and how long, and what a signer can ask for."""
    return render_template("petitions/privacy.html", grace=confirming.GRACE.days)


def _place(signer: showing.Shown) -> str:
    """ "Alaska, United States", or the country alone."""
    parts = (areas.name(signer.area), countries.name(signer.country, language()))
    return ", ".join(part for part in parts if part)
