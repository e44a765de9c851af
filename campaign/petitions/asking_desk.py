"""The organiser's page of what signers are asked: which fields, and the petition's own questions."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext
from campaign.petitions import asking, finding
from campaign.petitions.asking import Wanted
from campaign.petitions.desk import blueprint
from campaign.petitions.models import Petition
from campaign.petitions.sign_form import SignForm
from campaign.petitions.views import Page

__all__ = ["blueprint"]

LONGEST = Longest(asking.LONGEST_LABEL)
WAYS = [
    SelectChoice(asking.NO, lazy_gettext("Not asked")),
    SelectChoice(asking.OPTIONAL, lazy_gettext("May be left empty")),
    SelectChoice(asking.REQUIRED, lazy_gettext("Required")),
]


class AskForm(Form):
    """One choice for each field, one line for each question, and an empty one for the next. Made by `_form`."""

    label_new = StringField(lazy_gettext("A further question"), [Plain(), LONGEST], filters=[cleaned])
    required_new = BooleanField(lazy_gettext("Everybody must answer it"), render_kw={"value": "yes"})

    def choices(self) -> list[Field]:
        """The fields about what is asked, in the order of the sign form."""
        return [self[name] for name in asking.FIELDS]

    def lines(self) -> list[tuple[Field, Field]]:
        """(words, must be answered) of each question there is."""
        labels = [field for name, field in self._fields.items() if name.startswith("label_") and name != "label_new"]
        return [(label, self[label.name.replace("label", "required", 1)]) for label in labels]

    def wanted(self) -> list[Wanted]:
        """The questions as typed."""
        there = [
            Wanted(int(label.name.removeprefix("label_")), label.data or "", bool(required.data))
            for label, required in self.lines()
        ]
        return [*there, Wanted(None, self.label_new.data or "", bool(self.required_new.data))]


@blueprint.route("/desk/campaigns/<slug>/petition/fields", methods=["GET", "POST"])
@requires(permissions.EDIT)
def fields(slug: str) -> Page:
    """Which fields signers fill in, and the questions of this petition's own. An emptied question is taken out."""
    campaign = campaign_finding.by_slug(db.session(), slug)
    petition = finding.of(db.session(), campaign)
    if petition is None:
        raise NotFound(gettext("This campaign has no petition yet. Write its demand first."))
    form = _form(petition)
    if form.validate_on_submit():
        try:
            changed = _save(petition, form)
        except Refused as error:
            db.session.rollback()
            form.refuse(error)
        else:
            if changed:
                _record(slug, petition)
            db.session.commit()
            flash(gettext("Saved. People who sign from now on are asked this."), "success")
            return redirect(url_for(".fields", slug=slug), 303)
    return render_template("petitions/fields.html", campaign=campaign, form=form), form.status


def _form(petition: Petition) -> AskForm:
    """Number and names of the fields depend on the questions there are, so the class is made for this petition."""
    made: dict[str, Any] = {name: SelectField(getattr(SignForm, name).args[0], choices=WAYS) for name in asking.FIELDS}
    known: dict[str, Any] = dict(asking.ways(petition))
    for question in asking.questions(petition):
        made[f"label_{question.id}"] = StringField(lazy_gettext("Question"), [Plain(), LONGEST], filters=[cleaned])
        made[f"required_{question.id}"] = BooleanField(AskForm.required_new.args[0], render_kw={"value": "yes"})
        known |= {f"label_{question.id}": question.label, f"required_{question.id}": question.is_required}
    form: AskForm = type("AskForm", (AskForm,), made)(**known)
    return form


def _save(petition: Petition, form: AskForm) -> bool:
    session, instant = db.session(), now()
    ways = {field.name: field.data for field in form.choices()}
    are_ways_new = asking.set_ways(session, petition, ways, now=instant)
    return asking.set_questions(session, petition, form.wanted(), now=instant) or are_ways_new


def _record(slug: str, petition: Petition) -> None:
    ways, questions = asking.ways(petition), len(asking.questions(petition))
    audit("petition.ask", "campaign", slug, asks=ways, questions=questions)
