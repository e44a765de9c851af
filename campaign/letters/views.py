"""The page on which supporters write. The organiser's pages are in desk.py."""

from flask import Blueprint, Response, abort, render_template, request

from campaign import limiting
from campaign.access import public
from campaign.db import db, now
from campaign.i18n import speak
from campaign.letters import finding, plain, writing
from campaign.letters.models import LetterTemplate
from campaign.letters.part import lint
from campaign.letters.visits import Visit
from campaign.web import absolute, takes_letter

blueprint = Blueprint("letters", __name__)


@blueprint.route("/campaigns/<slug>/letters/<letter>", methods=["GET", "POST"])
@public
@takes_letter
@limiting.limited("LETTER_LIMIT")
def write(slug: str, letter: str) -> tuple[str, int] | Response:
    """A letter, step by step. GET begins; each step is posted here with the button's `step`."""
    template = finding.readable(db.session(), slug, letter)
    speak(template.campaign.language)
    held = _why_held(template)
    if held:
        page = render_template("letters/write.html", campaign=template.campaign, template=template, part=held)
        return page, 200 if request.method == "GET" else 409
    visit = Visit(db.session(), template, absolute("campaigns.show", slug=slug), now())
    if request.method == "GET":
        return writing.start(visit)
    answer = writing.step(visit, request.form.get("step", ""))
    if answer is None:
        abort(400)
    db.session.commit()
    return answer


@blueprint.get("/campaigns/<slug>/letters/<letter>/sheet.txt")
@public
def sheet(slug: str, letter: str) -> Response:
    """The letter to fill in by hand."""
    template = finding.readable(db.session(), slug, letter)
    speak(template.campaign.language)
    if _why_held(template):
        abort(404)
    text = plain.sheet(db.session(), template, campaign_url=absolute("campaigns.show", slug=slug), on=now().date())
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f"attachment; filename={template.slug}.txt"
    return answer


def _why_held(template: LetterTemplate) -> str:
    """The part of the page that says why nobody can write this letter now; "" when they can.

    When an office changes hands, letters that name the old holder wait for their organiser.
    """
    if template.campaign.state == "closed":
        return "closed"
    return "paused" if any(found.blocks for found in lint(db.session(), template, on=now().date())) else ""
