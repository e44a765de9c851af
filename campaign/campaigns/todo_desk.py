"""The organiser's pages of a to-do list: its actions, what each lacks, how its links do."""

from flask import abort, render_template, request
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.campaigns import checking, editing, finding, guessing, kinds, links, parts, todo_forms
from campaign.campaigns.desk import saved
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Finding
from campaign.i18n import gettext
from campaign.web import takes_upload

Page = tuple[str, int] | Answer


# Wherever a link's health or a guess is shown, the same words.
blueprint.add_app_template_global(links.words, "link_words")
blueprint.add_app_template_global(links.reason, "link_reason")
blueprint.add_app_template_global(guessing.words, "guess_words")
blueprint.add_app_template_global(kinds.facts, "todo_facts")


@blueprint.get("/desk/campaigns/<slug>/todo")
@requires(EDIT)
def todo(slug: str) -> str:
    """The to-do list, with a way to change, move and delete each action."""
    campaign = finding.by_slug(db.session(), slug)
    lacking = {action.id: _missing(campaign, action) for action in campaign.todo}
    return render_template("campaigns/todo.html", campaign=campaign, kind_labels=kinds.LABELS, lacking=lacking)


@blueprint.route("/desk/campaigns/<slug>/todo/new", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def add_todo(slug: str) -> Page:
    """A new to-do action at the end of the list."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    form = todo_forms.ToDoForm(data={"kind": request.args.get("kind", "petition")})
    if form.validate_on_submit():
        action = editing.add_action(session, campaign, form.values(), now=now())
        if _is_acceptable(campaign, action, form):
            return saved("campaign.todo.add", campaign, to="campaigns.todo", id=action.id)
        session.rollback()
    return render_template("campaigns/add_todo.html", campaign=campaign, form=form), form.status


@blueprint.route("/desk/campaigns/<slug>/todo/<int:id>", methods=["GET", "POST"])
@requires(EDIT)
@takes_upload
def edit_todo(slug: str, id: int) -> Page:
    """One to-do action."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    action = editing.action(session, campaign, id)
    form = todo_forms.ToDoForm(data=todo_forms.filled(action))
    if form.validate_on_submit():
        editing.change_action(session, action, form.values(), now=now())
        if _is_acceptable(campaign, action, form):
            return saved("campaign.todo.edit", campaign, to="campaigns.todo", id=id)
        session.rollback()
    missing = _missing(campaign, action)
    shown = {"campaign": campaign, "action": action, "form": form, "missing": missing}
    return render_template("campaigns/edit_todo.html", **shown), form.status


@blueprint.post("/desk/campaigns/<slug>/todo/<int:id>/<direction>")
@requires(EDIT)
def move_todo(slug: str, id: int, direction: str) -> Answer:
    """One place up or down."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    if direction not in ("up", "down"):
        abort(404)
    editing.move_action(editing.action(session, campaign, id), up=direction == "up", now=now())
    return saved("campaign.todo.move", campaign, to="campaigns.todo", stays=True, id=id)


@blueprint.route("/desk/campaigns/<slug>/todo/<int:id>/delete", methods=["GET", "POST"])
@requires(EDIT)
def delete_todo(slug: str, id: int) -> Page:
    """GET asks, for the text cannot be had back; the button takes the action off the list."""
    session = db.session()
    campaign = finding.by_slug(session, slug)
    action = editing.action(session, campaign, id)
    form = todo_forms.DeleteForm()
    if not form.validate_on_submit():
        return render_template("campaigns/delete_todo.html", campaign=campaign, action=action, form=form), form.status
    title = action.title
    editing.delete_action(session, action, now=now())
    words = gettext("Deleted: “%(title)s”.", title=title)
    return saved("campaign.todo.delete", campaign, to="campaigns.todo", stays=True, words=words, id=id)


def _is_acceptable(campaign: Campaign, action: ToDoAction, form: todo_forms.ToDoForm) -> bool:
    """A draft may be saved half done; people see what is published."""
    blocking = [found for found in _missing(campaign, action) if found.blocks]
    if campaign.state != "published" or not blocking:
        return True
    form.show(blocking)
    return False


def _missing(campaign: Campaign, action: ToDoAction) -> list[Finding]:
    session, instant = db.session(), now()
    letters = parts.summaries(session, [campaign], now=instant).get("letters", {}).get(campaign.id) or 0
    return list(checking.incomplete(action, letters=letters, today=instant.date()))
