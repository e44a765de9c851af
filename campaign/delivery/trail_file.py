"""The audit trail as a file: here, where lists for spreadsheets are written."""

from collections.abc import Iterator
from io import BytesIO
from json import dumps

from flask import request, send_file
from werkzeug.wrappers import Response

from campaign.access import requires
from campaign.accounts import permissions, trail
from campaign.accounts.forms import TrailForm
from campaign.accounts.models import AuditEntry
from campaign.accounts.views import blueprint
from campaign.db import db, now
from campaign.delivery import csv_writing

__all__ = ["blueprint"]

COLUMNS = ("id", "at", "actor", "action", "words", "object_kind", "object_id", "detail", "hash")


@blueprint.get("/desk/audit.csv")
@requires(permissions.AUDIT, personal_data="audit.download")
def audit_file() -> Response:
    """The entries that the page shows with the same choice, the newest first; what was chosen wrongly is not there."""
    form = TrailForm(request.args)
    form.validate()
    entries = db.session.scalars(trail.entries(form.chosen()).execution_options(yield_per=1000))
    file = BytesIO()
    csv_writing.write(file, COLUMNS, _cells(entries))
    file.seek(0)
    name = f"audit-{now():%Y-%m-%d}.csv"
    response = send_file(file, mimetype="text/csv", as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _cells(entries: Iterator[AuditEntry]) -> Iterator[list[str | int]]:
    for entry in entries:
        detail = dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
        words = trail.words(entry.action)
        who = (entry.actor, entry.action, words, entry.object_kind, entry.object_id)
        yield [entry.id, entry.at.isoformat(), *who, detail, entry.hash]
