"""The organiser's page of a petition: its demand, its addressees, its goal and days."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for

from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding as campaign_finding
from campaign.campaigns import guessing, places
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.officials import searching
from campaign.officials.models import Post
from campaign.petitions import editing, finding, forgetting, retention
from campaign.petitions.forms import PetitionForm
from campaign.petitions.models import Petition
from campaign.petitions.privacy_views import blueprint
from campaign.petitions.views import Page

__all__ = ["blueprint"]


@blueprint.route("/desk/campaigns/<slug>/petition", methods=["GET", "POST"])
@requires(permissions.EDIT)
def edit(slug: str) -> Page:
    """The demand, its addressees, its goal and days. The button beside the search lists offices and saves nothing."""
    campaign = campaign_finding.by_slug(db.session(), slug)
    petition = finding.of(db.session(), campaign) or Petition(campaign=campaign)
    form = PetitionForm(**_filled(petition))
    form.offer(_offered(petition, form))
    if not form.find.data and form.validate_on_submit():
        try:
            changed = _save(petition, form)
        except Refused as error:
            db.session.rollback()
            form.refuse(error)
        else:
            guessing.settle(campaign, "petition")
            _record(slug, changed)
            db.session.commit()
            flash(gettext("The petition is saved."), "success")
            return redirect(places.after(".edit", slug=slug), 303)
    if form.find.data and (problem := searching.why_nothing(db.session(), form.search.data or "", on=now().date())):
        form.refuse(problem)
    shown = {"petition": petition, "is_signed": petition.id and editing.is_signed(db.session(), petition)}
    return render_template("petitions/edit.html", campaign=campaign, form=form, **shown), form.status


@blueprint.post("/desk/campaigns/<slug>/petition/pause")
@requires(permissions.EDIT)
def pause(slug: str) -> Page:
    """Let nobody sign for a while."""
    return _step(slug, editing.pause, gettext("Nobody can sign now. What was signed counts and can be confirmed."))


@blueprint.post("/desk/campaigns/<slug>/petition/go-on")
@requires(permissions.EDIT)
def go_on(slug: str) -> Page:
    """Let people sign again."""
    return _step(slug, editing.go_on, gettext("People can sign again."))


def _step(slug: str, step: Callable[..., bool], said: str) -> Page:
    petition = finding.of(db.session(), campaign_finding.by_slug(db.session(), slug))
    if petition is None:
        raise NotFound(gettext("This campaign has no petition."))
    if step(db.session(), petition, now=now()):
        audit(f"petition.{step.__name__}", "campaign", slug)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".edit", slug=slug), 303)


def _filled(petition: Petition) -> dict[str, Any]:
    """What the organiser's form shows of a petition."""
    text = petition.text
    return {
        "demand": text.demand if text else "",
        "body": text.body if text else "",
        "goal": petition.goal,
        "raises_goal": petition.raises_goal is not False,
        "opens_at": petition.opens_at.date() if petition.opens_at else None,
        "closes_at": petition.closes_at.date() if petition.closes_at else None,
        "keep_until": petition.keep_until.date() if petition.keep_until else None,
        "post_ids": [addressee.post_id for addressee in petition.addressees],
        "rule": petition.addressee_rule or "",
    }


def _offered(petition: Petition, form: PetitionForm) -> list[Post]:
    """The offices that can be ticked: those addressed now or ticked already, then what the search found."""
    ticked = [addressee.post_id for addressee in petition.addressees] + list(form.post_ids.data or [])
    known = searching.posts_by_id(db.session(), ticked)
    searched = form.search.data or ""
    found = searching.posts(db.session(), searched, on=now().date()) if searched else []
    return list({post.id: post for post in [*(known[id] for id in ticked if id in known), *found]}.values())


def _save(petition: Petition, form: PetitionForm) -> list[str]:
    """Which of the parts of the form brought a change."""
    session, instant, before = db.session(), now(), _filled(petition)
    session.add(petition)
    session.flush()
    opens, closes, keep = form.opens_at.data, form.closes_at.data, form.keep_until.data
    days = current_app.config["RETENTION_DAYS"]
    promised = forgetting.kept_until(petition, days)
    changed = {
        "text": editing.set_text(
            session,
            petition,
            demand=form.demand.data or "",
            body=form.body.data or "",
            note=form.note.data or "",
            is_material=bool(form.is_material.data),
            now=instant,
        ),
        "terms": editing.set_terms(
            session,
            petition,
            goal=form.goal.data,
            raises_goal=bool(form.raises_goal.data),
            # A time of day that came from elsewhere stays while the day does.
            opens_at=petition.opens_at if opens == before["opens_at"] else editing.start_of(opens),
            closes_at=petition.closes_at if closes == before["closes_at"] else editing.end_of(closes),
            now=instant,
        ),
        "retention": retention.promise(
            session,
            petition,
            keep_until=petition.keep_until if keep == before["keep_until"] else editing.start_of(keep),
            promised=promised,
            days=days,
            now=instant,
        ),
        "addressees": editing.set_addressees(session, petition, post_ids=form.post_ids.data or [], now=instant),
        "rule": editing.set_rule(session, petition, rule=form.rule.data or "", now=instant),
    }
    return [part for part, is_changed in changed.items() if is_changed]


def _record(slug: str, changed: list[str]) -> None:
    if changed:
        audit("petition.edit", "campaign", slug, changed=changed)
