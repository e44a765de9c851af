"""The desk's pages for paper: sheets to print, and which rows of a file were refused, as a table."""

import io
import tempfile
from pathlib import Path

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from campaign.access import requires
from campaign.accounts.permissions import IMPORT
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now
from campaign.delivery import csv_writing
from campaign.delivery.paper import sheets
from campaign.delivery.paper.sheets import Printer
from campaign.delivery.views import blueprint
from campaign.errors import NotFound, Refused
from campaign.forms import REQUIRED, Form
from campaign.i18n import gettext, lazy_gettext
from campaign.petitions import finding, forgetting
from campaign.petitions.batches import receiving as batches
from campaign.petitions.models import Petition
from campaign.web import absolute

__all__ = ["blueprint"]

PAPER_WORDS = {"a4": lazy_gettext("A4"), "us-letter": lazy_gettext("US Letter")}


class SheetsForm(Form):
    """How many, on which paper."""

    number = IntegerField(lazy_gettext("How many sheets of ten rows?"), [InputRequired(REQUIRED)], default=1)
    paper = SelectField(lazy_gettext("Paper"), choices=[SelectChoice(*paper) for paper in PAPER_WORDS.items()])


@blueprint.route("/desk/campaigns/<slug>/sheets", methods=["GET", "POST"], endpoint="sheets")
@requires(IMPORT)
def print_sheets(slug: str) -> Response:
    """Make blank sheets. Each gets a number of its own, so making them is an act."""
    petition = _petition(slug)
    form = SheetsForm(paper=sheets.paper_for(petition.campaign.country))
    if form.validate_on_submit():
        try:
            numbers = sheets.number(db.session(), petition, form.number.data or 0)
        except Refused as error:
            db.session.rollback()
            form.refuse(error)
        else:
            audit("sheets.print", "campaign", slug, first=numbers[0], last=numbers[-1])
            db.session.commit()
            return _pdf(_petition(slug), numbers, form.paper.data)
    petition = _petition(slug)
    page = render_template(
        "delivery/sheets.html", campaign=petition.campaign, form=form, printed=petition.sheets_printed
    )
    return make_response(page, form.status)


@blueprint.get("/desk/campaigns/<slug>/batches/<int:id>/problems.csv")
@requires(IMPORT, personal_data="batch.problems")
def batch_problems(slug: str, id: int) -> Response:
    """Rows that were refused, to mend them in the file they came from."""
    batch = batches.find(db.session(), id, of=_petition(slug))
    rows = [(one.row, one.line, one.column, one.text) for one in batches.problems(db.session(), batch)]
    file = io.BytesIO()
    csv_writing.write(file, ["row", "line", "column", "problem"], rows)
    response = current_app.response_class(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="batch-{id}-refused.csv"'
    return response


def printer(petition: Petition) -> Printer:
    """What this installation prints on a sheet."""
    config = current_app.config
    return Printer(
        organiser=config["ORGANISER_NAME"],
        mail=config["ORGANISER_EMAIL"],
        address=absolute("petitions.sign", slug=petition.campaign.slug),
        kept_until=forgetting.kept_until(petition, config["RETENTION_DAYS"]),
        retention_days=config["RETENTION_DAYS"],
    )


def _petition(slug: str) -> Petition:
    petition = finding.of(db.session(), campaign_finding.by_slug(db.session(), slug))
    if petition is None or petition.text is None:
        raise NotFound(gettext("This campaign has no petition that anybody could sign."))
    return petition


def _pdf(petition: Petition, numbers: range, paper: str) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.pdf"
        sheets.write(petition, numbers, path, paper=paper, printer=printer(petition), now=now())
        response: Response = current_app.response_class(path.read_bytes(), mimetype="application/pdf")
    name = f"{petition.campaign.slug}-sheets-{numbers[0]}-to-{numbers[-1]}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
