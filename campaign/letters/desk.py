"""The organiser's pages of a campaign's letters: list, add, edit with findings and preview, delete."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding as campaign_finding
from campaign.campaigns import places
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters import editing, finding, ledger, linting, previewing
from campaign.letters.channels.email import alike, desk, objecting, views  # noqa: F401  # their pages join the blueprint
from campaign.letters.forms import AddForm, DeleteForm, TemplateForm
from campaign.letters.models import LetterTemplate
from campaign.letters.part import lint
from campaign.letters.previewing import Preview
from campaign.letters.views import blueprint
from campaign.mergefields import FIELDS, written
from campaign.officials import searching, targets
from campaign.officials.models import Post
from campaign.web import absolute, takes_upload

__all__ = ["blueprint"]

Page = tuple[str, int] | Redirect


@dataclass(frozen=True)
class Row:
    """A letter in the list. blocking: how many findings stand in the way of publishing; held: letters that wait."""

    template: LetterTemplate
    target_label: str
    blocking: int
    done: list[str]
    held: int


@dataclass(frozen=True)
class Shown:
    """A finding beside the form. mends: True when one button mends it."""

    finding: linting.LetterFinding
    mends: bool


@blueprint.route("/desk/campaigns/<slug>/letters", methods=["GET", "POST"])
@requires(EDIT)
def edit_list(slug: str) -> Page:
    """The campaign's letters, and a field to add one."""
    session, instant = db.session(), now()
    campaign = campaign_finding.by_slug(session, slug)
    form = AddForm()
    if form.validate_on_submit():
        template = editing.add(session, campaign, title=form.title.data or "", now=instant)
        return _saved("letter.add", campaign, url_for(".edit", slug=slug, letter=template.slug), letter=template.slug)
    templates = finding.of(session, campaign)
    counted = ledger.tallies(session, [row.id for row in templates])
    rows = [
        Row(
            row,
            targets.describe(session, row.target),
            sum(found.blocks for found in lint(session, row, on=instant.date())),
            ledger.in_words(counted[row.id]),
            counted[row.id].get("held", 0),
        )
        for row in templates
    ]
    waiting = alike.waiting(session, [campaign.id]).get(campaign.id, 0)
    values = {"rows": rows, "waiting": waiting, "objecting": objecting.among(session, templates)}
    return render_template("letters/edit_list.html", campaign=campaign, form=form, **values), form.status


@blueprint.route("/desk/campaigns/<slug>/letters/<letter>/edit", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def edit(slug: str, letter: str) -> Page:
    """One letter. “Find offices” saves nothing; “Mend” saves the letter with that one line mended."""
    session = db.session()
    campaign = campaign_finding.by_slug(session, slug)
    template = finding.by_slug(session, campaign, letter)
    form = TemplateForm(data={name: getattr(template, name) for name in (*editing.FIELDS, "override_reason")})
    form.offer(_offered(template, form))
    if "find" not in request.form and form.validate_on_submit():
        values = form.values()
        if line := request.form.get("mend", type=int):
            values["body"] = linting.mend_salutation(values["body"], line)
        changed = editing.change(template, values, now=now())
        if editing.override(session, template, form.override_reason.data or "", on=now().date()):
            changed.append("override_reason")
        wrong = [found for found in lint(session, template, on=now().date()) if found.blocks]
        if campaign.state != "published" or not wrong:
            address = url_for if line else places.after  # who had one line mended goes on
            here = address(".edit", slug=slug, letter=letter)
            return _saved("letter.edit", campaign, here, letter=letter, changed=changed)
        # Supporters are writing this letter right now.
        form.refuse(Refused(wrong[0].text, field=_field_of(wrong[0])))
        session.rollback()
    if "find" in request.form and (problem := searching.why_nothing(session, form.search.data or "", on=now().date())):
        form.refuse(problem)
    return _edit_page(campaign, template, form)


@blueprint.route("/desk/campaigns/<slug>/letters/<letter>/delete", methods=["GET", "POST"])
@requires(EDIT)
def delete(slug: str, letter: str) -> Page:
    """GET asks, the button deletes."""
    session = db.session()
    campaign = campaign_finding.by_slug(session, slug)
    template = finding.by_slug(session, campaign, letter)
    form = DeleteForm()
    if not form.validate_on_submit():
        return render_template("letters/delete.html", campaign=campaign, template=template, form=form), form.status
    editing.delete(session, template, now=now())
    return _saved("letter.delete", campaign, places.after(".edit_list", slug=slug), letter=letter)


def _edit_page(campaign: Campaign, template: LetterTemplate, form: TemplateForm) -> Page:
    session, instant = db.session(), now()
    page = render_template(
        "letters/edit.html",
        campaign=campaign,
        template=template,
        form=form,
        fields=[(written(name), meaning) for name, meaning in FIELDS.items()],
        can_override=bool(template.override_reason)
        or any(found.code in linting.OVERRIDABLE for found in lint(session, template, on=instant.date())),
        findings=[
            Shown(found, found.code == "stale-officeholder" and linting.is_salutation(template.body, found.line))
            for found in lint(session, template, on=instant.date())
        ],
        preview=_preview(template),
    )
    return page, form.status


def _field_of(found: linting.LetterFinding) -> str:
    if found.code == "unknown-target":
        return "target"
    return "body" if found.line else "subject"


def _preview(template: LetterTemplate) -> Preview | Refused:
    """The letter as a supporter would see it today, or why there is none."""
    address = absolute("campaigns.show", slug=template.campaign.slug)
    try:
        return previewing.preview(db.session(), template, campaign_url=address, on=now().date())
    except Refused as error:
        return error


def _offered(template: LetterTemplate, form: TemplateForm) -> list[Post]:
    """The offices that can be chosen: the one chosen now, then what the search found."""
    chosen = [id for id in (template.target, form.target.data or "") if id]
    known = searching.posts_by_id(db.session(), chosen)
    searched = form.search.data or ""
    found = searching.posts(db.session(), searched, on=now().date()) if searched else []
    return list({post.id: post for post in [*known.values(), *found]}.values())


def _saved(action: str, campaign: Campaign, to: str, **detail: Any) -> Redirect:
    audit(action, "campaign", campaign.slug, **detail)
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(to, 303)
