"""The organiser's pages of imports from the web: ask, see how far it is, try again."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import from_web
from campaign.campaigns.import_forms import AddressForm
from campaign.campaigns.models import Fetch
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import lazy_gettext
from campaign.pagination import paginate
from campaign.weblinks import host

STATE_WORDS = {
    "waiting": lazy_gettext("Waiting for its turn"),
    "later": lazy_gettext("It did not work, and is tried again"),
    "fetching": lazy_gettext("Fetching the page"),
    "reading": lazy_gettext("Reading the page"),
    "done": lazy_gettext("The draft is ready"),
    "failed": lazy_gettext("It did not work"),
}
STEPS = ("waiting", "fetching", "reading", "done")


@blueprint.app_context_processor
def _address_form() -> dict[str, object]:
    """Wherever an address can be pasted, the same form."""
    return {"address_form": lambda: AddressForm(formdata=None), "import_stage": stage, "import_words": STATE_WORDS}


def stage(fetch: Fetch) -> str:
    """How far an import is, as one of STATE_WORDS."""
    if fetch.state == "working":
        return fetch.step or "fetching"
    return "later" if fetch.state == "waiting" and fetch.last_error else fetch.state


@blueprint.route("/desk/imports", methods=["GET", "POST"])
@requires(EDIT)
def imports() -> tuple[str, int] | Answer:
    """Ask for a campaign of what stands at an address; and all that were asked for."""
    form = AddressForm()
    session = db.session()
    if form.validate_on_submit():
        try:
            fetch = from_web.ask(session, form.url.data or "", account=acting_account(), now=now())
        except Refused as error:
            form.refuse(error)
        else:
            audit("campaign.fetch", "fetch", fetch.id, host=host(fetch.url))
            session.commit()
            return redirect(url_for(".imported", id=fetch.id), 303)
    page = paginate(session, from_web.newest(), number=request.args.get("page", 1, type=int))
    return render_template("campaigns/imports.html", form=form, page=page), form.status


@blueprint.get("/desk/imports/<int:id>")
@requires(EDIT)
def imported(id: int) -> str | Answer:
    """How far an import is; once it is done, its draft. Of an article that was here already, that it was."""
    fetch = from_web.find(db.session(), id)
    if fetch.campaign and fetch.campaign.created_at >= fetch.created_at:
        return redirect(url_for(".overview", slug=fetch.campaign.slug), 302)
    return render_template("campaigns/imported.html", fetch=fetch, steps=STEPS)


@blueprint.post("/desk/imports/<int:id>/again")
@requires(EDIT)
def import_again(id: int) -> Answer:
    """Try once more what did not work."""
    session = db.session()
    fetch = from_web.again(session, from_web.find(session, id, to_change=True), now=now())
    audit("campaign.fetch.again", "fetch", fetch.id, host=host(fetch.url))
    session.commit()
    return redirect(url_for(".imported", id=fetch.id), 303)
